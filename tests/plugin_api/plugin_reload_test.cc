// New policies and credentials while others decide.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "tests/plugin_api/plugin_support.h"

namespace keyrule::plugin_test {
namespace {

std::string PolicyThatDenies(const std::string& why) {
  return "keyrule 1\nschema \"dify\"\nrule r {\n  when app.id == \"x\"\n  deny \"" + why +
         "\"\n}\ndefault { leave to host }\n";
}

std::string MessageOf(keyrule_decision* decision) {
  const std::string message = Text(Info(decision).message);
  Api().decision_release(decision);
  return message;
}

TEST(PluginReload, TakesTheNewPolicyAndKeepsTheOldForOldDecisions) {
  Plugin plugin(PolicyThatDenies("one"));
  keyrule_decision* old = plugin.Decide({{"app.id", "x"}});
  plugin.folder().Write("p.keyrule", PolicyThatDenies("two"));
  Error error;
  ASSERT_EQ(plugin.Reload(&error), KEYRULE_OK) << error.message();
  EXPECT_EQ(MessageOf(plugin.Decide({{"app.id", "x"}})), "two");
  EXPECT_EQ(MessageOf(old), "one");
}

TEST(PluginReload, AnErrorKeepsTheLastGoodOne) {
  Plugin plugin(PolicyThatDenies("one"));
  plugin.folder().Write("p.keyrule", "keyrule 1\nschema \"dify\"\nrule r {");
  Error error;
  EXPECT_EQ(plugin.Reload(&error), KEYRULE_E_POLICY);
  EXPECT_NE(error.diagnostics(), "");
  EXPECT_EQ(MessageOf(plugin.Decide({{"app.id", "x"}})), "one");
  plugin.folder().Write("store/CURRENT", "nonsense");
  plugin.folder().Write("p.keyrule", PolicyThatDenies("two"));
  EXPECT_EQ(plugin.Reload(&error), KEYRULE_E_DAMAGED);
  EXPECT_EQ(MessageOf(plugin.Decide({{"app.id", "x"}})), "one");
}

TEST(PluginReload, AttributeIdsStayWhatTheyAre) {
  Plugin plugin(PolicyThatDenies("one"), false);
  const uint32_t app = Api().engine_attribute(plugin.engine(), Str("app.id"));
  const uint32_t client = Api().engine_attribute(plugin.engine(), Str("inputs.client"));
  keyrule_attribute attribute{};
  attribute.id = client;
  attribute.kind = KEYRULE_TEXT;
  attribute.value.text = Str("acme");
  keyrule_request request = KEYRULE_REQUEST_INIT;
  request.attributes = &attribute;
  request.attribute_count = 1;
  const auto verdict = [&] {
    keyrule_decision* decision = nullptr;
    EXPECT_EQ(Api().get_current_credentials(plugin.engine(), &request, &decision, nullptr), KEYRULE_OK);
    const keyrule_verdict answer = Info(decision).verdict;
    Api().decision_release(decision);
    return answer;
  };
  EXPECT_EQ(verdict(), KEYRULE_HOST);  // this policy does not read it
  plugin.folder().Write("p.keyrule",
                        "keyrule 1\nschema \"dify\"\nrule r {\n  when inputs.client == \"acme\"\n  deny \"no\"\n}\n"
                        "default { leave to host }\n");
  Error error;
  ASSERT_EQ(plugin.Reload(&error), KEYRULE_OK) << error.message();
  EXPECT_EQ(verdict(), KEYRULE_DENY);
  EXPECT_EQ(Api().engine_attribute(plugin.engine(), Str("app.id")), app);
  EXPECT_EQ(Api().engine_attribute(plugin.engine(), Str("inputs.client")), client);
}

TEST(PluginReload, NewCredentialsArrive) {
  Plugin plugin(kPolicy);
  const auto use = [&] {
    keyrule_decision* decision =
        plugin.Decide({{"tenant", "t9"}, {"provider", "openai"}, {"environment", "production"}});
    const keyrule_verdict answer = Info(decision).verdict;
    Api().decision_release(decision);
    return answer;
  };
  EXPECT_EQ(use(), KEYRULE_DENY);
  Import(plugin.folder().Write("more.json",
                               R"({"credentials": [{"tenant": "t9", "provider": "openai", "name": "a",
                                   "credentials": {"k": "v"}}]})"),
         plugin.store_path());
  Error error;
  ASSERT_EQ(plugin.Reload(&error), KEYRULE_OK) << error.message();
  EXPECT_EQ(use(), KEYRULE_USE);
}

TEST(PluginReload, EightThreadsDecideDuringTwoHundredReloads) {
  constexpr int kReloads = 200;
  Plugin plugin(PolicyThatDenies("0"), false);
  std::atomic<bool> stop{false};
  std::atomic<int> wrong{0};
  std::atomic<uint64_t> decided{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      int last = 0;
      for (int i = 0; !stop || i < 10; ++i) {
        // New attributes come up while the policy is exchanged.
        keyrule_decision* decision =
            plugin.Decide({{"app.id", "x"}, {"inputs.k" + std::to_string(t * 1000 + i % 100), "v"}});
        const int seen = std::stoi(Text(Info(decision).message));
        // Each decision sees one policy whole, and never an older one than the decision before.
        if (Info(decision).verdict != KEYRULE_DENY || seen < last) ++wrong;
        last = seen;
        ++decided;
        keyrule_str json{};
        if (Api().decision_json(decision, &json, nullptr) != KEYRULE_OK) ++wrong;
        Api().decision_release(decision);
      }
    });
  }
  for (int i = 1; i <= kReloads; ++i) {
    plugin.folder().Write("next", PolicyThatDenies(std::to_string(i)));
    rename(plugin.folder().Path("next").c_str(), plugin.policy_path().c_str());
    Error error;
    ASSERT_EQ(plugin.Reload(&error), KEYRULE_OK) << error.message();
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_GT(decided, 80u);
  EXPECT_EQ(MessageOf(plugin.Decide({{"app.id", "x"}})), std::to_string(kReloads));
}

}  // namespace
}  // namespace keyrule::plugin_test
