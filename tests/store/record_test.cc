#include "store/record.h"

#include "tests/store/support.h"

namespace keyrule::store {
namespace {

Metadata Full() {
  Metadata metadata = SampleMetadata("ws-bank", "openai", "prod-eu");
  metadata.id = "0198c2";
  metadata.model = "gpt-4o";
  metadata.model_type = "llm";
  metadata.owner = "team-a";
  metadata.labels = {{"env", "prod"}, {"region", ""}};
  metadata.shared_with = {"ws-a", "ws-b"};
  metadata.enabled = false;
  metadata.expires_ms = 1798761600000;
  metadata.weight = 1000;
  metadata.version = 7;
  return metadata;
}

TEST(Record, EncodesAndDecodes) {
  Metadata held = Full();
  held.held = true;
  for (const Metadata& metadata : {Full(), held, SampleMetadata("t", "p", "n")}) {
    Metadata decoded;
    ASSERT_TRUE(DecodeMetadata(EncodeMetadata(metadata), metadata.key(), &decoded));
    EXPECT_EQ(decoded, metadata);
  }
}

TEST(Record, EveryTruncationAndUnknownFormIsRefused) {
  const std::string bytes = EncodeMetadata(Full());
  Metadata decoded;
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(DecodeMetadata(bytes.substr(0, size), Full().key(), &decoded)) << size;
  }
  EXPECT_FALSE(DecodeMetadata(bytes + '\0', Full().key(), &decoded));
  std::string newer = bytes;
  newer[0] = 2;
  EXPECT_FALSE(DecodeMetadata(newer, Full().key(), &decoded));
  std::string flags = bytes;
  flags[21] = 4;  // behind version of the encoding, version, expiry and weight
  EXPECT_FALSE(DecodeMetadata(flags, Full().key(), &decoded));
}

TEST(Record, EveryFieldChangesTheBytes) {
  const std::string bytes = EncodeMetadata(Full());
  std::vector<Metadata> others(10, Full());
  others[0].name = "x";
  others[1].model = "x";
  others[2].model_type = "x";
  others[3].owner = "x";
  others[4].labels["env"] = "x";
  others[5].shared_with = {"ws-a"};
  others[6].enabled = true;
  others[7].expires_ms = 1;
  others[8].weight = 1;
  others[9].held = true;
  for (const Metadata& other : others) EXPECT_NE(EncodeMetadata(other), bytes);
}

TEST(Record, DerivedIdIsStableAndUnambiguous) {
  const Metadata metadata = SampleMetadata("ws-bank", "openai", "prod-eu");
  EXPECT_EQ(DerivedId(metadata), "efb9e1e897adf66d9d29434cc04136a4");
  EXPECT_NE(DerivedId(SampleMetadata("ab", "c", "n")), DerivedId(SampleMetadata("a", "bc", "n")));
}

TEST(Record, SharesHaveOneForm) {
  Metadata metadata = SampleMetadata("own", "p", "n");
  metadata.shared_with = {"b", "a", "own", "b"};
  NormalizeShares(&metadata);
  EXPECT_EQ(metadata.shared_with, (std::vector<std::string>{"a", "b"}));
  metadata.shared_with = {"b", "*"};
  NormalizeShares(&metadata);
  EXPECT_EQ(metadata.shared_with, std::vector<std::string>{"*"});
}

TEST(Record, MayUse) {
  Metadata metadata = SampleMetadata("own", "p", "n");
  EXPECT_TRUE(MayUse("own", metadata));
  EXPECT_FALSE(MayUse("other", metadata));
  EXPECT_FALSE(MayUse("", metadata));
  EXPECT_FALSE(MayUse("*", metadata));
  metadata.shared_with = {"other"};
  EXPECT_TRUE(MayUse("other", metadata));
  EXPECT_FALSE(MayUse("Other", metadata));
  EXPECT_FALSE(MayUse(std::string_view("other\0", 6), metadata));
  metadata.shared_with = {"*"};
  EXPECT_TRUE(MayUse("anyone", metadata));
}

TEST(Record, CheckSaysWhichFieldAndWhat) {
  struct Case {
    void (*spoil)(Metadata*);
    const char* message;
  };
  const Case cases[] = {
      {[](Metadata* m) { m->tenant.clear(); }, "/p/(new): the tenant is empty; give one"},
      {[](Metadata* m) { m->tenant = "*"; },
       "*/p/(new): `*` is not a tenant; name one tenant, and share with `shared_with`"},
      {[](Metadata* m) { m->provider.clear(); }, "t//(new): the provider is empty; give one"},
      {[](Metadata* m) { m->name.clear(); }, "t/p/(new): the name is empty; give one"},
      {[](Metadata* m) { m->owner.assign(4097, 'x'); },
       "t/p/(new): the owner is longer than 4096 bytes; shorten it"},
      {[](Metadata* m) { m->weight = 1001; },
       "t/p/(new): the weight is over 1000; give 1 to 1000, or none"},
      {[](Metadata* m) { m->expires_ms = -1; },
       "t/p/(new): it expires before 1970; give a later time, or none"},
      {[](Metadata* m) { m->labels[""] = "x"; },
       "t/p/(new): a label is empty or longer than 4096 bytes; rename or shorten it"},
      {[](Metadata* m) { m->shared_with = {""}; },
       "t/p/(new): a tenant in shared_with is empty or longer than 4096 bytes; name a tenant, or "
       "`*`"},
  };
  for (const Case& c : cases) {
    Metadata metadata = SampleMetadata("t", "p", "n");
    ASSERT_TRUE(CheckMetadata(metadata).ok());
    c.spoil(&metadata);
    const Status status = CheckMetadata(metadata);
    EXPECT_EQ(status.code(), Code::kInvalid);
    EXPECT_EQ(status.message(), c.message);
  }
}

TEST(Record, ShownIsSafeToPrint) {
  EXPECT_EQ(Shown("plain"), "plain");
  EXPECT_EQ(Shown("a\nb\x1b[c\xff"), "a?b?[c?");
  EXPECT_EQ(Shown("größe"), "größe");
  EXPECT_EQ(Shown(std::string(100, 'x')), std::string(60, 'x') + "…");
}

}  // namespace
}  // namespace keyrule::store
