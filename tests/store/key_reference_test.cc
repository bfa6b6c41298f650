#include "store/key_reference.h"

#include <sys/stat.h>

#include <cstdlib>

#include "tests/store/support.h"

namespace keyrule::store {
namespace {

std::string Name(std::string_view reference, std::string_view store = "/s") {
  Result<std::unique_ptr<KeyProvider>> provider = FindKeyProvider(reference, store);
  EXPECT_TRUE(provider.ok()) << reference << ": " << provider.status().message();
  return provider.ok() ? (*provider)->name() : std::string();
}

std::string Refusal(std::string_view reference) {
  Result<std::unique_ptr<KeyProvider>> provider = FindKeyProvider(reference, "/s");
  EXPECT_FALSE(provider.ok()) << reference;
  EXPECT_EQ(provider.status().code(), Code::kInvalid);
  return provider.status().message();
}

TEST(KeyReference, EachSourceHasItsName) {
  EXPECT_EQ(Name("/etc/store.key"), "/etc/store.key");
  EXPECT_EQ(Name("store.key"), "store.key");
  EXPECT_EQ(Name("./env:X"), "./env:X");
  EXPECT_EQ(Name("/env:X"), "/env:X");
  EXPECT_EQ(Name("a.b:c"), "a.b:c");
  EXPECT_EQ(Name("c:key"), "c:key");
  EXPECT_EQ(Name("systemd:dify.key"), "systemd:dify.key");
  EXPECT_EQ(Name("env:KEY"), "env:KEY");
  EXPECT_EQ(Name("command:get"), "command:get");
  EXPECT_EQ(Name("command:/bin/get --token hunter2"), "command:/bin/get …");
  EXPECT_EQ(Name(R"(command:["/bin/get", "hunter2"])"), "command:/bin/get …");
}

TEST(KeyReference, OnlyAFileCanBeMade) {
  for (const char* reference : {"systemd:k", "env:K", "command:k"}) {
    EXPECT_EQ((*FindKeyProvider(reference, "/s"))->file(), "") << reference;
    EXPECT_FALSE(NamesKeyFile(reference)) << reference;
  }
  EXPECT_EQ((*FindKeyProvider("k", "/s"))->file(), "k");
  EXPECT_TRUE(NamesKeyFile("k"));
  EXPECT_FALSE(NamesKeyFile(""));
}

TEST(KeyReference, OnlyTheEnvironmentWarns) {
  for (const char* reference : {"k", "systemd:k", "command:k"}) {
    EXPECT_EQ((*FindKeyProvider(reference, "/s"))->warning(), "") << reference;
  }
  EXPECT_NE((*FindKeyProvider("env:K", "/s"))->warning(), "");
}

TEST(KeyReference, TheStoresOwnKey) {
  unsetenv("CREDENTIALS_DIRECTORY");
  EXPECT_EQ(Name("", "/var/store"), "/var/store.key");
  EXPECT_EQ(Name("", "/var/store//"), "/var/store.key");
  EXPECT_EQ(Name("", "/"), "/.key");
  const TempDir dir;
  setenv("CREDENTIALS_DIRECTORY", dir.path().c_str(), 1);
  EXPECT_EQ(Name("", "/var/store"), "/var/store.key");  // systemd passed other things
  WriteFile(dir / "keyrule.key", "");
  EXPECT_EQ(Name("", "/var/store"), "systemd:keyrule.key");
  EXPECT_EQ(Name("/var/store.key", "/var/store"), "/var/store.key");
  unsetenv("CREDENTIALS_DIRECTORY");
}

TEST(KeyReference, RefusesWhatNamesNoSource) {
  EXPECT_EQ(Refusal("systmd:keyrule.key"),
            "systmd:: there is no such source of a key; the sources of a key are a path, "
            "systemd:NAME, command:PROGRAM and env:NAME; write ./ before a file name that looks "
            "like one");
  EXPECT_NE(Refusal("file:/x").find("no such source"), std::string::npos);
  EXPECT_NE(Refusal("Env:X").find("no such source"), std::string::npos);
  for (const char* name : {"", "a/b", "..", "."}) {
    EXPECT_NE(Refusal("systemd:" + std::string(name)).find("no name of a credential"),
              std::string::npos);
  }
  for (const char* name : {"", "A=B"}) {
    EXPECT_NE(Refusal("env:" + std::string(name)).find("no name of an environment variable"),
              std::string::npos);
  }
  EXPECT_EQ(Refusal("command:bin/get key"),
            "command:bin/get: the program's path depends on the folder that the process is in; "
            "write the whole path, or the name alone to look for it in PATH");
  EXPECT_EQ(Refusal("command:get 'x"), "command:: a ' is not closed; close the quotes");
}

TEST(KeyReference, AKeyInTheWrongPlaceIsNotRepeated) {
  const std::string hex(64, 'a');
  for (const std::string& reference : {hex, "keyrule master key 1\n" + hex + "\n"}) {
    const std::string message = Refusal(reference);
    EXPECT_NE(message.find("a key itself"), std::string::npos);
    EXPECT_EQ(message.find("aaaa"), std::string::npos);
  }
  EXPECT_EQ(Refusal("env:keyrule=" + hex).find("aaaa"), std::string::npos);
}

TEST(KeyReference, AWrongKeyIsNamed) {
  const KeyFile file("/k");
  const Status wrong(Code::kKeyWrong, "S/STORE", "the store was sealed with another master key",
                     "mend");
  EXPECT_EQ(WithKeyName(wrong, file).message(),
            "S/STORE: the store was sealed with another master key than /k; mend");
  EXPECT_EQ(WithKeyName(Status(Code::kDamaged, "a", "b", "c"), file).message(), "a: b; c");
}

}  // namespace
}  // namespace keyrule::store
