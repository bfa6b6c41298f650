#include "store/dify/tenant_keys.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/store/dify/tokens.h"
#include "tests/store/support.h"

namespace keyrule::store {
namespace {

const std::string kTenant = "0195f3c4-1111-7000-8000-000000000001";

class TenantKeysTest : public testing::Test {
 protected:
  void Save(const std::string& tenant, std::string_view pem) {
    (void)mkdir((dir_ / "privkeys").c_str(), 0700);
    (void)mkdir((dir_ / "privkeys/" + tenant).c_str(), 0700);
    WriteFile(dir_ / "privkeys/" + tenant + "/private.pem", pem);
  }
  std::string Tenant(int number) {
    std::string id = kTenant;
    id[34] = static_cast<char>('0' + number / 10);
    id[35] = static_cast<char>('0' + number % 10);
    return id;
  }

  TempDir dir_;
};

TEST_F(TenantKeysTest, ParsesEachKeyOnce) {
  Save(kTenant, TokensOfDify().private_pem);
  TenantKeys keys(dir_.path() + "/");
  for (int i = 0; i < 3; ++i) {
    const Result<const TenantKey*> key = keys.Get(kTenant);
    ASSERT_TRUE(key.ok()) << key.status().message();
    EXPECT_EQ((*key)->size(), 256u);
  }
  EXPECT_EQ(keys.parsed(), 1u);
  keys.Forget();
  EXPECT_TRUE(keys.Get(kTenant).ok());
  EXPECT_EQ(keys.parsed(), 2u);
}

TEST_F(TenantKeysTest, HoldsNoMoreThanItsCapacity) {
  for (int i = 0; i < 5; ++i) Save(Tenant(i), TokensOfDify().private_pem);
  TenantKeys keys(dir_.path(), 2);
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(keys.Get(Tenant(i)).ok());
    ASSERT_TRUE(keys.Get(Tenant(i)).ok());
  }
  EXPECT_EQ(keys.parsed(), 5u);
}

TEST_F(TenantKeysTest, MissingAndMalformedKeysNameTheFile) {
  Save(Tenant(1), "not a key");
  TenantKeys keys(dir_.path());
  Status status = keys.Get(kTenant.substr(0, 34) + "99").status();
  EXPECT_EQ(status.code(), Code::kNotFound);
  EXPECT_NE(status.where().find("/privkeys/0195f3c4"), std::string::npos);
  EXPECT_EQ(keys.Get(Tenant(1)).status().code(), Code::kKeyMalformed);
  EXPECT_EQ(keys.Get(Tenant(1)).status().code(), Code::kKeyMalformed);
}

TEST_F(TenantKeysTest, NothingButAUuidBecomesPartOfAPath) {
  Save(kTenant, TokensOfDify().private_pem);
  TenantKeys keys(dir_.path());
  for (const std::string& tenant :
       {std::string("../privkeys/") + kTenant, std::string(), std::string("."), kTenant + "/",
        std::string("0195F3C4-1111-7000-8000-000000000001")}) {
    EXPECT_EQ(keys.Get(tenant).status().code(), Code::kInvalid) << tenant;
  }
}

TEST_F(TenantKeysTest, ChecksTheStorage) {
  EXPECT_EQ(TenantKeys::CheckStorage(dir_.path()).code(), Code::kNotFound);
  Save(kTenant, "x");
  EXPECT_TRUE(TenantKeys::CheckStorage(dir_.path()).ok());
  EXPECT_TRUE(TenantKeys::CheckStorage(dir_.path() + "/").ok());
  WriteFile(dir_ / "file", "x");
  EXPECT_EQ(TenantKeys::CheckStorage(dir_ / "file").code(), Code::kNotFound);
}

}  // namespace
}  // namespace keyrule::store
