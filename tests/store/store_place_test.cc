#include "store/store_place.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "store/open_store.h"
#include "store/store_files.h"
#include "tests/store/support.h"

namespace keyrule::store {
namespace {

namespace fs = std::filesystem;

class StorePlace : public ::testing::Test {
 protected:
  Status At(const std::string& name) const { return CheckIsStore(dir_.path() + "/" + name); }
  void Touch(const std::string& name) const { std::ofstream(dir_.path() + "/" + name) << "x"; }
  void Folder(const std::string& name) const { fs::create_directory(dir_.path() + "/" + name); }

  TempDir dir_;
};

TEST_F(StorePlace, NothingAndAnEmptyFolderAreNoStoreYet) {
  Folder("empty");
  EXPECT_EQ(At("nowhere").code(), Code::kNotFound);
  EXPECT_EQ(At("empty").code(), Code::kNotFound);
}

TEST_F(StorePlace, WhatACrashLeftAtTheBeginningIsNoStoreYet) {
  Folder("begun");
  Touch("begun/LOCK");
  Touch("begun/STORE.new");
  EXPECT_EQ(At("begun").code(), Code::kNotFound);
}

TEST_F(StorePlace, AFileAndAForeignFolderAreNamedForWhatTheyAre) {
  Touch("file");
  Folder("notes");
  Touch("notes/mine.txt");
  EXPECT_EQ(At("file").code(), Code::kInvalid);
  EXPECT_NE(At("file").message().find("this is a file"), std::string::npos);
  EXPECT_EQ(At("notes").code(), Code::kInvalid);
  EXPECT_EQ(CheckIsStore("/").code(), Code::kInvalid);
}

// Whoever looks while another makes a store sees none yet, or the store: nothing foreign, and no damage.
TEST_F(StorePlace, WhileAnotherMakesAStore) {
  const std::string text = FormatStoreFile(Identity{.id = {1, 2, 3}, .sealed_keys = {"box"}});
  constexpr int kRounds = 2'000;
  std::atomic<int> round{-1}, seen{-1};
  std::thread other([&] {
    for (int i = 0; i < kRounds; ++i) {
      const std::string name = "made-" + std::to_string(i);
      Folder(name);
      round = i;
      const std::string place = dir_.path() + "/" + name;
      Touch(name + "/LOCK");
      std::ofstream(place + "/STORE.new") << text;
      fs::rename(place + "/STORE.new", place + "/STORE");
      Folder(name + "/generations");
      Touch(name + "/SHARED");
      Touch(name + "/CURRENT");
      while (seen < i) {
      }
    }
  });
  for (int i = 0; i < kRounds; ++i) {
    while (round < i) {
    }
    const std::string place = dir_.path() + "/made-" + std::to_string(i);
    Status status = Status(Code::kNotFound, place, "not looked at yet", "");
    while (status.code() == Code::kNotFound) status = i % 2 == 0 ? CheckIsStore(place) : ReadIdentity(place).status();
    EXPECT_TRUE(status.ok()) << i << ": " << status.message();
    seen = i;
  }
  other.join();
}

// Damage is for whoever opens it to find.
TEST_F(StorePlace, AnyPartOfAStoreMakesItOne) {
  for (const char* part : {"STORE", "CURRENT", "WRITTEN", "writer"}) {
    const std::string name = std::string("with-") + part;
    Folder(name);
    Touch(name + "/" + part);
    EXPECT_TRUE(At(name).ok()) << part;
  }
}

}  // namespace
}  // namespace keyrule::store
