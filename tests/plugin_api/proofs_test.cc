// What is remembered of policies that were proved.
#include "plugin_api/proofs.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace keyrule::plugin_api {
namespace {

class Proofs : public testing::Test {
 protected:
  Proofs() { setenv("KEYRULE_PROOFS", (folder_ + "/proofs").c_str(), 1); }
  ~Proofs() override {
    unsetenv("KEYRULE_PROOFS");
    std::filesystem::remove_all(folder_);
  }

  std::string folder_ = [] {
    std::string name = testing::TempDir() + "proofs.XXXXXX";
    return std::string(mkdtemp(name.data()));
  }();
};

TEST_F(Proofs, AreRemembered) {
  EXPECT_FALSE(IsProved("sha256:1"));
  RememberProved("sha256:1");
  RememberProved("sha256:1");
  EXPECT_TRUE(IsProved("sha256:1"));
  EXPECT_FALSE(IsProved("sha256:11"));
}

TEST_F(Proofs, TheThousandthBeginsAnew) {
  for (int i = 0; i < 1'001; ++i) RememberProved("sha256:" + std::to_string(i));
  EXPECT_TRUE(IsProved("sha256:1000"));
  EXPECT_FALSE(IsProved("sha256:0"));
}

TEST_F(Proofs, WithoutAPlaceNothingIsRememberedAndNothingFails) {
  std::ofstream(folder_ + "/file").close();
  setenv("KEYRULE_PROOFS", (folder_ + "/file/below").c_str(), 1);
  RememberProved("sha256:1");
  EXPECT_FALSE(IsProved("sha256:1"));
}

}  // namespace
}  // namespace keyrule::plugin_api
