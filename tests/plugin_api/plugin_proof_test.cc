// What takes looking at all requests keeps a policy from loading in a host as well: in a bounded time, and not twice.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "tests/plugin_api/plugin_support.h"

namespace keyrule::plugin_test {
namespace {

const std::string kHead = "keyrule 1\nschema \"dify\"\n";
const std::string kShadowed = kHead +
                              "rule wide { when app.id starts with \"a\"  deny \"wide\" }\n"
                              "rule narrow { when app.id == \"ab\"  deny \"narrow\" }\n"
                              "default { deny \"none\" }\n";
const std::string kContradicts =
    kHead + "rule impossible { when app.id == \"a\" and app.id == \"b\"  deny \"x\" }\ndefault { deny \"none\" }\n";

struct Looked {
  keyrule_status status = KEYRULE_OK;
  std::string message, diagnostics, log;
};

// `proof_ms`: as in the options.
Looked Open(const std::string& policy, uint64_t proof_ms = 0) {
  keyrule_engine_options options = KEYRULE_ENGINE_OPTIONS_INIT;
  options.policy_path = Str(policy);
  options.proof_ms = proof_ms;
  Looked looked;
  keyrule_host host = KEYRULE_HOST_INIT;
  host.user = &looked.log;
  host.log = [](void* user, keyrule_level, keyrule_str message) {
    static_cast<std::string*>(user)->append(message.ptr, message.len).append("\n");
  };
  keyrule_engine* engine = nullptr;
  Error error;
  looked.status = Api().engine_open(&options, &host, &engine, error.out());
  looked.message = error.message();
  looked.diagnostics = error.diagnostics();
  Api().engine_release(engine);
  return looked;
}

// Whether every hole is taken twice: `holes + 1` attributes of `holes` values each, no two of them alike. No short proof
// by boxes is known.
std::string Pigeons(int holes) {
  std::string text = "keyrule 1\nschema \"dify\" with {\n";
  std::string values;
  for (int hole = 0; hole < holes; ++hole) values += (hole > 0 ? ", \"" : "\"") + std::to_string(hole) + "\"";
  for (int pigeon = 0; pigeon <= holes; ++pigeon) text += "  p" + std::to_string(pigeon) + " : enum [" + values + "]\n";
  text += "}\n";
  for (int one = 0; one <= holes; ++one) {
    for (int other = 0; other < one; ++other) {
      for (int hole = 0; hole < holes; ++hole) {
        const std::string in = " == \"" + std::to_string(hole) + "\"";
        text += "rule r" + std::to_string(one) + "_" + std::to_string(other) + "_" + std::to_string(hole) + " { when p" +
                std::to_string(one) + in + " and p" + std::to_string(other) + in + "  deny \"two\" }\n";
      }
    }
  }
  return text + "rule last { when p0 in [" + values + "]  deny \"none\" }\ndefault { deny \"none\" }\n";
}

std::string Between(const std::string& file, const std::string& before, const std::string& after) {
  std::stringstream text;
  text << std::ifstream(file).rdbuf();
  const size_t begin = text.str().find(before);
  if (begin == std::string::npos) return {};
  const size_t from = begin + before.size();
  return text.str().substr(from, text.str().find(after, from) - from);
}

class PluginProof : public testing::Test {
 protected:
  PluginProof() { setenv("KEYRULE_PROOFS", proofs().c_str(), 1); }
  ~PluginProof() override { unsetenv("KEYRULE_PROOFS"); }
  std::string proofs() const { return folder_.Path("proofs"); }

  Folder folder_;
};

TEST_F(PluginProof, ARuleThatNothingReachesIsAnError) {
  const Looked looked = Open(folder_.Write("p.keyrule", kShadowed));
  EXPECT_EQ(looked.status, KEYRULE_E_POLICY);
  EXPECT_NE(looked.message.find("KR0403"), std::string::npos) << looked.message;
  EXPECT_NE(looked.diagnostics.find("`wide` answers all its requests"), std::string::npos) << looked.diagnostics;
  EXPECT_NE(Open(folder_.Write("q.keyrule", kContradicts)).message.find("KR0405"), std::string::npos);
}

TEST_F(PluginProof, ABrokenClaimIsAnError) {
  const Looked looked = Open(folder_.Write(
      "p.keyrule", kHead + "never c { when app.id == \"a\"  leave to host }\ndefault { leave to host }\n"));
  EXPECT_EQ(looked.status, KEYRULE_E_POLICY);
  EXPECT_NE(looked.message.find("KR0601"), std::string::npos) << looked.message;
}

TEST_F(PluginProof, AReloadKeepsTheLastGoodOne) {
  Plugin plugin(kHead + "default { deny \"one\" }\n");
  plugin.folder().Write("p.keyrule", kShadowed);
  Error error;
  EXPECT_EQ(plugin.Reload(&error), KEYRULE_E_POLICY);
  EXPECT_NE(error.diagnostics().find("KR0403"), std::string::npos);
  keyrule_decision* const decision = plugin.Decide({{"app.id", "ab"}});
  EXPECT_EQ(Text(Info(decision).message), "one");
  Api().decision_release(decision);
}

TEST_F(PluginProof, WhoDoesNotWantItIsNotAsked) {
  EXPECT_EQ(Open(folder_.Write("p.keyrule", kShadowed), 1).status, KEYRULE_OK);
}

TEST_F(PluginProof, WhatCheckHasProvedIsNotLookedAtAgain) {
  Keyrule("check --quiet '" + folder_.Write("good.keyrule", kHead + "default { deny \"x\" }\n") + "'");
  const std::filesystem::path good = *std::filesystem::directory_iterator(proofs());
  const std::string path = folder_.Write("p.keyrule", kShadowed);
  EXPECT_EQ(Open(path).status, KEYRULE_E_POLICY);
  // A proof that is none: that the policy loads shows that it was believed.
  const std::string name = good.filename().string();
  const std::string out = folder_.Path("out");
  Keyrule("check --json '" + path + "' >'" + out + "' 2>&1 || true");
  const std::string digest = Between(out, "\"revision\":\"sha256:", "\"");
  ASSERT_EQ(digest.size(), 64u);
  std::filesystem::rename(good, good.parent_path() / (digest + name.substr(digest.size())));
  EXPECT_EQ(Open(path).status, KEYRULE_OK);
  folder_.Write("p.keyrule", kShadowed + "\n");
  EXPECT_EQ(Open(path).status, KEYRULE_E_POLICY) << "another text is another policy";
}

TEST_F(PluginProof, WhatIsNotSettledInTimeLoadsAndIsSaid) {
  const std::string path = folder_.Write("p.keyrule", Pigeons(9));
  const auto begin = std::chrono::steady_clock::now();
  const Looked looked = Open(path, 50);
  // Nine holes take seconds where they are settled at all.
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2));
  EXPECT_EQ(looked.status, KEYRULE_OK) << looked.message;
  EXPECT_NE(looked.log.find("was not settled in 50 ms; `keyrule check` has longer"), std::string::npos) << looked.log;
}

}  // namespace
}  // namespace keyrule::plugin_test
