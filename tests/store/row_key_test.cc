#include "store/row_key.h"

#include <gtest/gtest.h>

#include <set>

namespace keyrule::store {
namespace {

TEST(RowKey, AnyBytesComeBack) {
  const CredentialKey keys[] = {{"t", "p", "i"},
                                {std::string("t\0\xff", 3), "/", ""},
                                {std::string(4096, '\xff'), "p", "i"},
                                {"ab", "c", "i"},
                                {"a", "bc", "i"}};
  std::set<std::string> seen;
  for (const CredentialKey& key : keys) {
    const std::string row_key = RowKey(RowKind::kMetadata, key);
    EXPECT_TRUE(seen.insert(row_key).second);
    CredentialKey back;
    ASSERT_TRUE(CredentialOf(row_key, &back));
    EXPECT_EQ(back, key);
    ASSERT_TRUE(CredentialOf(SharedKey("someone", key), &back));
    EXPECT_EQ(back, key);
  }
}

TEST(RowKey, NoTenantsPrefixMatchesAnothersKey) {
  const std::string prefix = RowKey(RowKind::kMetadata, {"a", "p"});
  for (const char* tenant : {"ab", "", "a\x01", "A"}) {
    EXPECT_FALSE(RowKey(RowKind::kMetadata, {tenant, "p", "i"}).starts_with(prefix));
  }
  EXPECT_FALSE(RowKey(RowKind::kMetadata, {"a", "p2", "i"}).starts_with(prefix));
  EXPECT_TRUE(RowKey(RowKind::kMetadata, {"a", "p", "i"}).starts_with(prefix));
}

TEST(RowKey, RefusesWhatIsNotOne) {
  RowKind kind;
  std::vector<std::string_view> parts;
  const std::string good = RowKey(RowKind::kMetadata, {"t", "p", "i"});
  for (size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(SplitRowKey(std::string_view(good).substr(0, size), &kind, &parts)) << size;
  }
  EXPECT_FALSE(SplitRowKey("X" + good.substr(1), &kind, &parts));
  EXPECT_TRUE(SplitRowKey(DataKeyKey("t", 1), &kind, &parts));
  EXPECT_FALSE(SplitRowKey(RowKey(RowKind::kDataKey, {"t", "12345"}), &kind, &parts));
  CredentialKey key;
  EXPECT_FALSE(CredentialOf(DataKeyKey("t", 1), &key));
}

TEST(RowKey, AfterPrefix) {
  EXPECT_EQ(AfterPrefix("ab"), "ac");
  EXPECT_EQ(AfterPrefix("a\xff\xff"), "b");
  EXPECT_EQ(AfterPrefix("\x7f"), "\x80");
}

}  // namespace
}  // namespace keyrule::store
