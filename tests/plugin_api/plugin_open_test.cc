// Opening: options, and what each kind of trouble is called.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <vector>

#include "tests/plugin_api/plugin_support.h"

namespace keyrule::plugin_test {
namespace {

struct Opened {
  keyrule_status status = KEYRULE_OK;
  std::string message;
  std::string diagnostics;
};

Opened Open(const std::string& policy, const std::string& store = {}, const std::string& key = {}) {
  keyrule_engine_options options = KEYRULE_ENGINE_OPTIONS_INIT;
  options.policy_path = Str(policy);
  options.store_path = Str(store);
  options.key = Str(key);
  keyrule_engine* engine = nullptr;
  Error error;
  Opened opened;
  opened.status = Api().engine_open(&options, nullptr, &engine, error.out());
  opened.message = error.message();
  opened.diagnostics = error.diagnostics();
  EXPECT_EQ(engine == nullptr, opened.status != KEYRULE_OK);
  Api().engine_release(engine);
  return opened;
}

TEST(PluginOpen, PolicyErrorsComeAsJsonLines) {
  Folder folder;
  const std::string bad = folder.Write(
      "bad.keyrule",
      "keyrule 1\nschema \"dify\"\nrule r {\n  when enviroment == \"x\"\n  use nowhere by round_robin\n}\n"
      "default { leave to host }\n");
  const Opened opened = Open(bad);
  EXPECT_EQ(opened.status, KEYRULE_E_POLICY);
  EXPECT_NE(opened.message.find("KR0101"), std::string::npos) << opened.message;
  EXPECT_NE(opened.message.find("1 more"), std::string::npos) << opened.message;
  EXPECT_EQ(opened.message.find('\n'), std::string::npos);
  EXPECT_EQ(std::count(opened.diagnostics.begin(), opened.diagnostics.end(), '\n'), 2);
  EXPECT_NE(opened.diagnostics.find("\"code\":\"KR0106\""), std::string::npos) << opened.diagnostics;
}

TEST(PluginOpen, EachTroubleHasItsStatus) {
  Folder folder;
  const std::string policy = folder.Write("p.keyrule", kPolicy);
  const std::string store = folder.Path("store");
  EXPECT_EQ(Open(folder.Path("none.keyrule")).status, KEYRULE_E_FILE);
  EXPECT_EQ(Open("").status, KEYRULE_E_USAGE);
  EXPECT_EQ(Open(policy).status, KEYRULE_OK);
  EXPECT_EQ(Open(policy, store).status, KEYRULE_E_KEY);  // neither key nor store
  Import(folder.Write("c.json", kCredentials), store);
  EXPECT_EQ(Open(policy, store).status, KEYRULE_OK);
  EXPECT_EQ(Open(policy, store, store + ".key").status, KEYRULE_OK);
  EXPECT_EQ(Open(policy, folder.Path("elsewhere"), store + ".key").status, KEYRULE_E_FILE);

  Folder other;
  Import(other.Write("c.json", kCredentials), other.Path("store"));
  const Opened wrong = Open(policy, store, other.Path("store.key"));
  EXPECT_EQ(wrong.status, KEYRULE_E_KEY);
  EXPECT_NE(wrong.message, "");

  chmod((store + ".key").c_str(), 0444);
  EXPECT_EQ(Open(policy, store).status, KEYRULE_E_KEY);
  chmod((store + ".key").c_str(), 0400);

  folder.Write("store/CURRENT", "nonsense");
  EXPECT_EQ(Open(policy, store).status, KEYRULE_E_DAMAGED);
}

TEST(PluginOpen, RelativePathsSurviveAChangeOfFolder) {
  Folder folder;
  folder.Write("p.keyrule", kPolicy);
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(folder.Path(""));
  keyrule_engine_options options = KEYRULE_ENGINE_OPTIONS_INIT;
  options.policy_path = Str("p.keyrule");
  keyrule_engine* engine = nullptr;
  ASSERT_EQ(Api().engine_open(&options, nullptr, &engine, nullptr), KEYRULE_OK);
  std::filesystem::current_path(before);
  EXPECT_EQ(Api().engine_reload(engine, nullptr), KEYRULE_OK);
  Api().engine_release(engine);
}

TEST(PluginOpen, TheHostHearsWhatItAskedFor) {
  Folder folder;
  const std::string policy = folder.Write(
      "p.keyrule", "keyrule 1\nschema \"dify\"\npool unused { \"a\" }\ndefault { leave to host }\n");
  for (const keyrule_level level : {0, int32_t{KEYRULE_INFO}, int32_t{KEYRULE_ERROR}}) {
    std::vector<std::pair<keyrule_level, std::string>> lines;
    keyrule_host host = KEYRULE_HOST_INIT;
    host.log_level = level;
    host.user = &lines;
    host.log = [](void* user, keyrule_level at, keyrule_str message) {
      static_cast<decltype(lines)*>(user)->emplace_back(at, Text(message));
    };
    keyrule_engine_options options = KEYRULE_ENGINE_OPTIONS_INIT;
    options.policy_path = Str(policy);
    keyrule_engine* engine = nullptr;
    ASSERT_EQ(Api().engine_open(&options, &host, &engine, nullptr), KEYRULE_OK);
    Api().engine_release(engine);
    ASSERT_EQ(lines.size(), level == KEYRULE_ERROR ? 0u : level == KEYRULE_INFO ? 2u : 1u);
    if (level == KEYRULE_ERROR) continue;
    EXPECT_EQ(lines[0].first, KEYRULE_WARN);
    EXPECT_NE(lines[0].second.find("KR0110"), std::string::npos) << lines[0].second;
  }
}

TEST(PluginOpen, TheSameSeedDrawsTheSame) {
  Folder folder;
  const std::string policy = folder.Write(
      "p.keyrule",
      "keyrule 1\nschema \"dify\"\npool p { \"a\" \"b\" }\ndefault { use p by random }\n");
  Import(folder.Write("c.json", kCredentials), folder.Path("store"));
  const auto draws = [&](uint64_t seed) {
    keyrule_engine_options options = KEYRULE_ENGINE_OPTIONS_INIT;
    const std::string store = folder.Path("store");
    options.policy_path = Str(policy);
    options.store_path = Str(store);
    options.seed = seed;
    keyrule_engine* engine = nullptr;
    EXPECT_EQ(Api().engine_open(&options, nullptr, &engine, nullptr), KEYRULE_OK);
    keyrule_attribute attribute{};
    attribute.id = Api().engine_attribute(engine, Str("provider"));
    attribute.kind = KEYRULE_TEXT;
    attribute.value.text = Str("openai");
    keyrule_request request = KEYRULE_REQUEST_INIT;
    request.tenant = Str("t1");
    request.attributes = &attribute;
    request.attribute_count = 1;
    std::string drawn;
    for (int i = 0; i < 64; ++i) {
      keyrule_decision* decision = nullptr;
      EXPECT_EQ(Api().get_current_credentials(engine, &request, &decision, nullptr), KEYRULE_OK);
      drawn += Text(Info(decision).credential_name);
      Api().decision_release(decision);
    }
    Api().engine_release(engine);
    return drawn;
  };
  EXPECT_EQ(draws(7), draws(7));
  EXPECT_NE(draws(7), draws(8));
  EXPECT_NE(draws(0), draws(0));
}

}  // namespace
}  // namespace keyrule::plugin_test
