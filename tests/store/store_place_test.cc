#include "store/store_place.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

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
