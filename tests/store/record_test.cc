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
  metadata.limits = {{LimitUnit::kRequests, LimitPeriod::kDay, "Europe/Berlin", 600},
                     {LimitUnit::kTokens, LimitPeriod::kMinute, "", kMaxAmount}};
  metadata.allowed_hosts = {"*.openai.azure.com", "api.openai.com"};
  metadata.origin = kFromDify;
  metadata.source_mark = "0123456789abcdef";
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
  std::vector<Metadata> others(16, Full());
  others[0].name = "x";
  others[1].model = "x";
  others[2].model_type = "x";
  others[3].owner = "x";
  others[4].labels["env"] = "x";
  others[5].shared_with = {"ws-a"};
  others[6].enabled = true;
  others[7].expires_ms = 1;
  others[8].weight = 1;
  others[9].limits.pop_back();
  others[10].limits[0].zone = "UTC";
  others[11].limits[1].amount = 0;
  others[12].allowed_hosts.pop_back();
  others[13].origin.clear();
  others[14].source_mark[0] = 'x';
  others[15].held = true;
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
  NormalizeLists(&metadata);
  EXPECT_EQ(metadata.shared_with, (std::vector<std::string>{"a", "b"}));
  metadata.shared_with = {"b", "*"};
  NormalizeLists(&metadata);
  EXPECT_EQ(metadata.shared_with, std::vector<std::string>{"*"});
}

TEST(Record, LimitsAndHostsHaveOneForm) {
  Metadata metadata = SampleMetadata("own", "p", "n");
  const Limit minute{LimitUnit::kRequests, LimitPeriod::kMinute, "", 5};
  const Limit at_once{LimitUnit::kRequests, LimitPeriod::kAtOnce, "", 5};
  metadata.limits = {minute, at_once, minute};
  metadata.allowed_hosts = {"b.example", "API.example", "b.example"};
  NormalizeLists(&metadata);
  EXPECT_EQ(metadata.limits, (std::vector<Limit>{at_once, minute}));
  EXPECT_EQ(metadata.allowed_hosts, (std::vector<std::string>{"api.example", "b.example"}));
}

TEST(Record, LimitsInWords) {
  EXPECT_EQ(Describe({LimitUnit::kRequests, LimitPeriod::kMinute, "", 600}),
            "600 requests per minute");
  EXPECT_EQ(Describe({LimitUnit::kRequests, LimitPeriod::kAtOnce, "", 8}), "8 requests at once");
  EXPECT_EQ(Describe({LimitUnit::kRequests, LimitPeriod::kDay, "Europe/Berlin", 1}),
            "1 request per day at Europe/Berlin");
}

TEST(Record, HostPatterns) {
  for (const char* good : {"api.openai.com", "*.openai.azure.com", "localhost", "10.0.0.7",
                           "my_host.x-y.example", "xn--bcher-kva.example"}) {
    EXPECT_EQ(HostPattern(good), good);
  }
  EXPECT_EQ(HostPattern("API.OpenAI.com"), "api.openai.com");
  const std::string long_label(64, 'a');
  for (const std::string& bad :
       {std::string(), std::string("*"), std::string("*.com"), std::string("a.*.com"),
        std::string("https://a.example"), std::string("a.example:443"), std::string("a.example/"),
        std::string("u@a.example"), std::string("a..example"), std::string(".example"),
        std::string("a.example."), std::string("-a.example"), std::string("a b.example"),
        std::string("ü.example"), long_label + ".example", std::string("[::1]")}) {
    EXPECT_EQ(HostPattern(bad), std::nullopt) << bad;
  }
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
      {[](Metadata* m) { m->limits.resize(17); },
       "t/p/(new): there are more than 16 limits; give fewer"},
      {[](Metadata* m) {
         m->limits = {{LimitUnit::kTokens, LimitPeriod::kHour, "", 1},
                      {LimitUnit::kTokens, LimitPeriod::kHour, "", 2}};
       },
       "t/p/(new): two limits count the same; keep the smaller one"},
      {[](Metadata* m) { m->limits = {{LimitUnit::kTokens, LimitPeriod::kHour, "UTC", 1}}; },
       "t/p/(new): only days and months have a zone; see FORMAT.md, Limits"},
      {[](Metadata* m) { m->allowed_hosts = {"a/b"}; },
       "t/p/(new): `a/b` is not the name of a host; write it like `api.openai.com` or "
       "`*.openai.azure.com`"},
      {[](Metadata* m) { m->origin = "vault"; },
       "t/p/(new): `vault` is not a known origin; leave it out"},
      {[](Metadata* m) { m->source_mark = "short"; },
       "t/p/(new): its source mark is not 16 bytes long; leave it out"},
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
