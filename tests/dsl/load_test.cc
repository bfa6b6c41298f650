// From files to a policy: imports, CSV tables, what lies outside the folder, revisions.
#include "dsl/load.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>

#include "dsl/sha256.h"
#include "tests/support/problems.h"

namespace keyrule::dsl {
namespace {

namespace fs = std::filesystem;

std::string Main(const std::string& text) {
  return "keyrule 1\nschema \"dify\"\n" + text + "\ndefault { leave to host }\n";
}
std::string Part(const std::string& text) { return "keyrule 1\nschema \"dify\"\n" + text + "\n"; }
std::string Named(const std::string& name) {
  return "rule " + name + " { when app.id == \"" + name + "\" deny \"n\" }\n";
}

std::string Rules(const LoadResult& result) {
  std::string names = Short(result);
  if (!result.policy) return names;
  for (const Rule& rule : result.policy->rules) names += rule.name.text + " ";
  return names;
}

TEST(Load, ImportsStandWhereTheyAreRead) {
  const MemoryReader reader{
      {"team/main.keyrule",
       Main(Named("a") + "import \"shared/b.keyrule\"\n" + Named("e") + "import \"f.keyrule\"")},
      {"team/shared/b.keyrule", Part(Named("b") + "import \"c.keyrule\"\n" + Named("d"))},
      {"team/shared/c.keyrule", Part(Named("c"))},
      {"team/f.keyrule", Part("import \"./shared/../shared/c.keyrule\"\n" + Named("f"))},
  };
  EXPECT_EQ(Rules(Load(reader, "team/main.keyrule")), "a b c d e f ");
  EXPECT_EQ(reader.reads("team/shared/c.keyrule"), 1) << "once, at its first import";
}

TEST(Load, NamesAreSharedOverImports) {
  const MemoryReader reader{
      {"b.keyrule", "keyrule 1\npool p { \"x\" }\ntest \"imported\" { request expect default }\n"}};
  const LoadResult result =
      LoadText(reader, "p.keyrule",
               Main("import \"b.keyrule\"\nrule r { when app.id is set use p by random }"));
  ASSERT_TRUE(result.policy) << Short(result);
  EXPECT_EQ(result.policy->tests.size(), 1u) << "tests of imported files run too";
}

TEST(Load, ImportedNamesNeedNotBeUsed) {
  const MemoryReader reader{{"b.keyrule", Part("pool p { \"x\" }\nlet l = [\"a\"]")}};
  EXPECT_EQ(Problems(Main("import \"b.keyrule\""), reader), "");
}

TEST(Load, AnImportBeforeTheSchemaIsFine) {
  const MemoryReader reader{{"b.keyrule", "keyrule 1\n" + Named("b")}};
  EXPECT_EQ(
      Rules(LoadText(reader, "p.keyrule",
                     "keyrule 1\nimport \"b.keyrule\"\nschema \"dify\"\ndefault { deny \"n\" }")),
      "b ");
}

TEST(Load, Loops) {
  const MemoryReader reader{{"a.keyrule", Main("import \"a.keyrule\"")},
                            {"x/b.keyrule", Main("import \"y/c.keyrule\"")},
                            {"x/y/c.keyrule", Part("import \"../b.keyrule\"")}};
  EXPECT_EQ(
      Short(Load(reader, "a.keyrule")),
      "error KR0803 3:8 `\"a.keyrule\"`: `a.keyrule` imports itself: a.keyrule → a.keyrule\n");
  EXPECT_EQ(Short(Load(reader, "x/b.keyrule")),
            "error KR0803 x/y/c.keyrule:3:8 `\"../b.keyrule\"`: `x/b.keyrule` imports itself: "
            "x/b.keyrule → x/y/c.keyrule → x/b.keyrule\n");
}

TEST(Load, NothingOutsideTheFolder) {
  const std::string secret = Part(Named("secret"));
  const MemoryReader reader{{"secret.keyrule", secret},
                            {"/etc/secret.keyrule", secret},
                            {"team2/secret.keyrule", secret},
                            {"team/sub/b.keyrule", Part("import \"../../secret.keyrule\"")}};
  for (const char* file : {"../secret.keyrule", "/etc/secret.keyrule", "sub/../../secret.keyrule",
                           "../team2/secret.keyrule", "..", "", "."}) {
    const LoadResult result =
        LoadText(reader, "team/main.keyrule", Main("import \"" + std::string(file) + "\""));
    EXPECT_FALSE(result.policy) << file;
    EXPECT_EQ(result.policy, nullptr) << file;
    const Code code = result.diagnostics.all().at(0).code;
    EXPECT_TRUE(code == Code::KR0802 || code == Code::KR0801) << file;
  }
  EXPECT_EQ(reader.reads("secret.keyrule") + reader.reads("/etc/secret.keyrule") +
                reader.reads("team2/secret.keyrule"),
            0);
  EXPECT_EQ(
      Short(LoadText(reader, "team/main.keyrule", Main("import \"sub/b.keyrule\""))),
      "error KR0802 team/sub/b.keyrule:3:8 `\"../../secret.keyrule\"`: `../../secret.keyrule` "
      "is outside the folder of the policy\n");
}

TEST(Load, WhatAnUnreadableImportHidesIsNotMissed) {
  const LoadResult result = LoadText(
      MemoryReader(), "p.keyrule",
      Main("import \"b.keyrule\"\nrule r { when app.team == \"x\" and quiet use p by random }"));
  EXPECT_EQ(Short(result),
            "error KR0801 3:8 `\"b.keyrule\"`: `b.keyrule` cannot be read: no such file = a path counts from the folder of the file that names it\n");
  EXPECT_TRUE(result.unreadable);
}

TEST(Load, TheFirstFileIsMissing) {
  const LoadResult result = Load(MemoryReader(), "nowhere.keyrule");
  EXPECT_EQ(Short(result), "error KR0801 1:1 ``: `nowhere.keyrule` cannot be read: no such file\n");
  EXPECT_TRUE(result.unreadable);
  EXPECT_FALSE(result.policy);
}

TEST(Load, AThousandFiles) {
  MemoryReader reader;
  std::string imports;
  for (int i = 1; i <= 1000; ++i) {
    const std::string name = "f" + std::to_string(i) + ".keyrule";
    imports += "import \"" + name + "\"\n";
    if (i < 1000) reader.Add(name, Part(""));
  }
  reader.Add("f1000.keyrule", Part(""));
  EXPECT_EQ(Problems(Main(imports), reader),
            "error KR0014 1002:8 `\"f1000.keyrule\"`: the number of files is larger than 1,000\n");
}

TEST(Load, Revision) {
  const std::string text = Main("import \"b.keyrule\"");
  const MemoryReader reader{{"b.keyrule", Part(Named("b"))}};
  const MemoryReader other{{"b.keyrule", Part(Named("c"))}};
  const std::string alone = Main(Named("a"));
  EXPECT_EQ(LoadText(reader, "p.keyrule", alone).policy->revision, "sha256:" + Hex(Sha256(alone)));
  const std::string revision = LoadText(reader, "p.keyrule", text).policy->revision;
  EXPECT_EQ(revision, LoadText(reader, "q.keyrule", text).policy->revision) << "not the name";
  EXPECT_NE(revision, LoadText(other, "p.keyrule", text).policy->revision) << "imports count";
}

TEST(Load, DenyWarnings) {
  LoadOptions options;
  const std::string text = Main("let l = [\"a\"]");
  EXPECT_TRUE(LoadText(MemoryReader(), "p.keyrule", text, options).policy);
  options.deny_warnings = true;
  EXPECT_FALSE(LoadText(MemoryReader(), "p.keyrule", text, options).policy);
}

// ---- tables

std::string CsvProblems(const std::string& csv,
                        const std::string& maps = "maps \"app\" to \"key\"") {
  const MemoryReader reader{{"t.csv", csv}};
  return Problems(
      Main("table t from \"t.csv\" " + maps + "\nrule r { when app.id in t deny \"n\" }"), reader);
}

TEST(Tables, FromCsv) {
  const MemoryReader reader{
      {"data/t.csv",
       "# who pays\nkey,app,client\r\n\"k,1\",a-1,acme\n,a-2,\"say \"\"hi\"\"\"\nk3,,none\n"}};
  const LoadResult result =
      LoadText(reader, "p.keyrule",
               Main("table t from \"data/t.csv\" maps \"app\" to \"key\"\ntable c from "
                    "\"data/t.csv\" maps \"app\" to \"client\"\n"
                    "rule r { when app.id in t deny \"n\" tag c = c[app.id] }"));
  ASSERT_TRUE(result.policy) << Short(result);
  EXPECT_EQ(reader.reads("data/t.csv"), 1);
  const auto& keys = result.policy->tables[0].entries();
  ASSERT_EQ(keys.size(), 2u) << "a row without a key is skipped";
  EXPECT_EQ(keys[0].key.value, "a-1");
  EXPECT_EQ(keys[0].value.value, "k,1");
  EXPECT_EQ(keys[1].value.value, "");
  EXPECT_EQ(result.policy->tables[1].entries()[1].value.value, "say \"hi\"");
  EXPECT_EQ(result.sources->Where(keys[0].key.span), "data/t.csv:3:7");
}

TEST(Tables, WhatCanBeWrongWithCsv) {
  EXPECT_EQ(
      CsvProblems("app,key\na,1\nb,2\na,3\n"),
      "error KR0104 t.csv:4:1 `a`: the key `a` stands twice in `t`, first t.csv:2 = remove one\n");
  EXPECT_EQ(CsvProblems("app,key\na\nb,2,3\n"),
            "error KR0804 t.csv:2:1 `a`: `t.csv` line 2 has 1 columns, its header 2\n"
            "error KR0804 t.csv:3:1 `b,2,3`: `t.csv` line 3 has 3 columns, its header 2\n");
  EXPECT_EQ(CsvProblems("app_id,key\na,1\n"),
            "error KR0207 3:27 `\"app\"`: `t.csv` has no column `app` = columns: app_id, key\n");
  EXPECT_EQ(CsvProblems(""),
            "error KR0207 3:27 `\"app\"`: `t.csv` has no column `app` = the file has no header\n");
  EXPECT_EQ(CsvProblems("app,key\n\"a,1\n"),
            "error KR0002 t.csv:2:1 `\"`: this text has no closing quote = end it with `\"`\n");
  EXPECT_EQ(CsvProblems("app,key\n\"a\"b,1\n"),
            "error KR0010 t.csv:2:4 `b`: expected `,` or the end of the line, found `b` = write a "
            "quote inside a quoted text twice: `\"\"`\n");
  EXPECT_EQ(CsvProblems("app,key\na\xff,1\n"),
            "error KR0006 t.csv:2:2 `\xff`: the file is not UTF-8 at byte 10 = save it as UTF-8\n");
  EXPECT_EQ(CsvProblems("app,key\na," + std::string(5000, 'x') + "\n").substr(0, 22),
            "error KR0014 t.csv:2:3");
}

TEST(Tables, FaultsOfOneFileAreToldOnce) {
  const MemoryReader reader{{"t.csv", "app,key\na,1\na,2\nb\n"}};
  const std::string two =
      "table t from \"t.csv\" maps \"app\" to \"key\"\ntable u from \"t.csv\" maps \"app\" to "
      "\"key\"";
  EXPECT_EQ(
      Problems(Main(two), reader),
      "error KR0104 t.csv:3:1 `a`: the key `a` stands twice in `t`, first t.csv:2 = remove one\n"
      "error KR0804 t.csv:4:1 `b`: `t.csv` line 4 has 1 columns, its header 2\n");
}

TEST(Tables, NotOutsideTheFolder) {
  EXPECT_EQ(Problems(Main("table t from \"../t.csv\" maps \"a\" to \"b\"")),
            "error KR0802 3:14 `\"../t.csv\"`: `../t.csv` is outside the folder of the policy\n");
}

// ---- the disk

class OnDisk : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "keyrule_load_XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    fs::create_directories(folder_ / "policy");
  }
  void TearDown() override { fs::remove_all(folder_); }

  void Write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }
  LoadResult LoadMain() { return Load(DiskReader(), (folder_ / "policy/main.keyrule").string()); }
  Code FirstCode() { return LoadMain().diagnostics.all().at(0).code; }

  fs::path folder_;
};

TEST_F(OnDisk, LinksInsideTheFolderAreFollowed) {
  Write("policy/main.keyrule", Main("import \"current.keyrule\"\nimport \"b.keyrule\""));
  Write("policy/b.keyrule", Part(Named("b")));
  fs::create_symlink("b.keyrule", folder_ / "policy/current.keyrule");
  EXPECT_EQ(Rules(LoadMain()), "b ") << "one file, read once";
}

TEST_F(OnDisk, LinksOutOfTheFolderAreNot) {
  Write("outside.keyrule", Part(Named("b")));
  Write("policy/main.keyrule", Main("import \"b.keyrule\""));
  fs::create_symlink("../outside.keyrule", folder_ / "policy/b.keyrule");
  EXPECT_EQ(FirstCode(), Code::KR0802);
  fs::remove(folder_ / "policy/b.keyrule");
  fs::create_directory_symlink("..", folder_ / "policy/up");
  Write("policy/main.keyrule", Main("import \"up/outside.keyrule\""));
  EXPECT_EQ(FirstCode(), Code::KR0802);
  Write("policy/main.keyrule", Main("table t from \"up/outside.keyrule\" maps \"a\" to \"b\""));
  EXPECT_EQ(FirstCode(), Code::KR0802);
}

TEST_F(OnDisk, ALoopThroughALink) {
  Write("policy/main.keyrule", Main("import \"again.keyrule\""));
  fs::create_symlink("main.keyrule", folder_ / "policy/again.keyrule");
  EXPECT_EQ(FirstCode(), Code::KR0803);
}

TEST_F(OnDisk, TheFolderMayBeALinkItself) {
  Write("policy/main.keyrule", Main("import \"b.keyrule\""));
  Write("policy/b.keyrule", Part(Named("b")));
  fs::create_directory_symlink("policy", folder_ / "live");
  EXPECT_EQ(Rules(Load(DiskReader(), (folder_ / "live/main.keyrule").string())), "b ");
}

TEST_F(OnDisk, OnlyRegularFiles) {
  Write("policy/main.keyrule", Main("import \"pipe\"\nimport \"sub\"\nimport \"huge\""));
  ASSERT_EQ(mkfifo((folder_ / "policy/pipe").c_str(), 0600), 0);
  fs::create_directories(folder_ / "policy/sub");
  Write("policy/huge", "");
  fs::resize_file(folder_ / "policy/huge", (64U << 20) + 1);
  const LoadResult result = LoadMain();
  const auto& all = result.diagnostics.all();
  ASSERT_EQ(all.size(), 3u) << Short(result);
  EXPECT_NE(all[0].message.find("it is not a regular file"), std::string::npos);
  EXPECT_NE(all[1].message.find("it is a folder"), std::string::npos);
  EXPECT_EQ(all[1].code, Code::KR0801);
  EXPECT_EQ(all[2].code, Code::KR0014);
  EXPECT_NE(all[2].message.find("huge` is larger than 64 MiB"), std::string::npos);
}

TEST_F(OnDisk, AllFilesTogetherHaveALimit) {
  std::string imports;
  for (const char* name : {"a", "b", "c"}) {
    Write(std::string("policy/") + name, "keyrule 1\n#" + std::string(30U << 20, 'x') + "\n");
    imports += "import \"" + std::string(name) + "\"\n";
  }
  Write("policy/main.keyrule", Main(imports));
  EXPECT_EQ(FirstCode(), Code::KR0014);
}

// Processor time to load a policy of so many rules.
double TimeFor(int rules) {
  std::string text = "pool p { \"a\" \"b\" }\n";
  for (int i = 0; i < rules; ++i) {
    const std::string n = std::to_string(i);
    text += "rule r" + n + " { when app.id == \"a" + n + "\" and inputs.k" +
            std::to_string(i % 100) + " in [\"x\", \"y" + n + "\"] use p by random }\n";
  }
  const std::clock_t start = std::clock();
  const LoadResult result = LoadText(MemoryReader(), "p.keyrule", Main(text));
  const std::clock_t end = std::clock();
  EXPECT_TRUE(result.policy) << Short(result);
  EXPECT_EQ(result.policy->rules.size(), static_cast<size_t>(rules));
  return static_cast<double>(end - start) / CLOCKS_PER_SEC;
}

TEST(Load, TimeGrowsWithTheNumberOfRulesNotWithItsSquare) {
  TimeFor(1'000);  // the first load reads the time zones and warms the memory
  const double small = TimeFor(2'000);
  EXPECT_LT(TimeFor(40'000), 100 * small + 0.5) << "20 times the rules; a square would be 400";
}

}  // namespace
}  // namespace keyrule::dsl
