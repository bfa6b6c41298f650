#include "store/database_address.h"

#include <gtest/gtest.h>

namespace keyrule::store {
namespace {

DatabaseAddress Parse(const std::string& url) {
  Result<DatabaseAddress> address = ParseDatabaseAddress(url);
  EXPECT_TRUE(address.ok()) << address.status().message();
  return address.ok() ? *std::move(address) : DatabaseAddress();
}

TEST(DatabaseAddress, TakesAddressesApart) {
  DatabaseAddress address =
      Parse("mysql+pymysql://us%40er:p%2Fw%3A@db.example:3307/dify?ssl-mode=required&socket=%2Ftmp%2Fs");
  EXPECT_EQ(address.kind, DatabaseAddress::Kind::kMysql);
  EXPECT_EQ(address.user, "us@er");
  EXPECT_EQ(address.password, "p/w:");
  EXPECT_EQ(address.host, "db.example");
  EXPECT_EQ(address.port, 3307);
  EXPECT_EQ(address.database, "dify");
  EXPECT_EQ(address.parameters["ssl-mode"], "required");
  EXPECT_EQ(address.parameters["socket"], "/tmp/s");
  EXPECT_EQ(address.shown, "mysql://us@er@db.example:3307/dify");
  address = Parse("postgres://[::1]:5433/d");
  EXPECT_EQ(address.kind, DatabaseAddress::Kind::kPostgres);
  EXPECT_EQ(address.host, "::1");
  EXPECT_EQ(address.port, 5433);
  EXPECT_EQ(address.url, "postgresql://[::1]:5433/d");
  EXPECT_EQ(Parse("mariadb://h").database, "");
  EXPECT_EQ(Parse("postgresql:///d?host=/run/postgresql").host, "");
  EXPECT_EQ(Parse("postgresql+psycopg2://u@a:1,b:2/d").url, "postgresql://u@a:1,b:2/d");
  EXPECT_EQ(Parse("postgresql://u:raw@sign@h/d").password, "raw@sign");
  EXPECT_EQ(Parse("postgresql://u@h/d?password=pw%25").password, "pw%");
}

TEST(DatabaseAddress, WrongOnesSayWhyAndNothingOfThePassword) {
  for (const char* url :
       {"", "dify", "http://u:canary@h/d", "://u:canary@h", "mysql://u:canary%2@h/d",
        "mysql://u:canary%00@h/d", "mysql://u:canary@h:0/d", "mysql://u:canary@h:70000/d",
        "mysql://u:canary@h:x/d", "mysql://u:canary@[::1/d", "mysql://u:canary@h/a/b",
        "mysql://u:canary@h/d?x", "mysql://u:canary@h/d?x=%q"}) {
    const Result<DatabaseAddress> address = ParseDatabaseAddress(url);
    ASSERT_FALSE(address.ok()) << url;
    EXPECT_EQ(address.status().code(), Code::kInvalid);
    EXPECT_EQ(address.status().message().find("canary"), std::string::npos);
  }
}

TEST(DatabaseAddress, Redacts) {
  const std::string url = "postgresql://u:can%61ry@h/d";
  const DatabaseAddress address = Parse(url);
  EXPECT_EQ(address.Redact("bad: canary, can%61ry; " + url + "."), "bad: …, …; ….");
  EXPECT_EQ(Parse("postgresql://u@h/d").Redact("nothing to hide"), "nothing to hide");
  const DatabaseAddress both = Parse("postgresql://u@h/d?sslpassword=can%61ry&x=1&password=raven");
  EXPECT_EQ(both.Redact("canary, can%61ry, raven, x=1"), "…, …, …, x=1");
}

}  // namespace
}  // namespace keyrule::store
