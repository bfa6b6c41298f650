// Revoking and disabling while hosts have the store open: they refuse with their next decision.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <vector>

#include "tests/plugin_api/plugin_support.h"

namespace keyrule::plugin_test {
namespace {

const std::map<std::string, std::string> kCall = {
    {"tenant", "t1"}, {"provider", "openai"}, {"environment", "production"}};

// Over the store of a Plugin. Never moves on by itself: what it refuses it learns from SHARED alone.
class StillHost {
 public:
  explicit StillHost(const Plugin& plugin) {
    const std::string policy = plugin.policy_path();
    const std::string store = plugin.store_path();
    keyrule_engine_options options = KEYRULE_ENGINE_OPTIONS_INIT;
    options.refresh = KEYRULE_REFRESH_MANUAL;
    options.policy_path = Str(policy);
    options.store_path = Str(store);
    EXPECT_EQ(Api().engine_open(&options, nullptr, &engine_, nullptr), KEYRULE_OK);
  }
  ~StillHost() { Api().engine_release(engine_); }
  keyrule_engine* engine() const { return engine_; }

  keyrule_decision* Decide(const char* tenant = "t1") const {
    keyrule_attribute attributes[2] = {};
    attributes[0].id = Api().engine_attribute(engine_, Str("provider"));
    attributes[0].kind = KEYRULE_TEXT;
    attributes[0].value.text = Str("openai");
    attributes[1].id = Api().engine_attribute(engine_, Str("environment"));
    attributes[1].kind = KEYRULE_TEXT;
    attributes[1].value.text = Str("production");
    keyrule_request request = KEYRULE_REQUEST_INIT;
    request.tenant = Str(tenant);
    request.attributes = attributes;
    request.attribute_count = 2;
    keyrule_decision* decision = nullptr;
    EXPECT_EQ(Api().get_current_credentials(engine_, &request, &decision, nullptr), KEYRULE_OK);
    return decision;
  }
  // The name of the credential, or the reason why there is none.
  std::string Choose(const char* tenant = "t1") const {
    keyrule_decision* decision = Decide(tenant);
    const keyrule_decision_info info = Info(decision);
    const std::string text = Text(info.verdict == KEYRULE_USE ? info.credential_name : info.reason);
    Api().decision_release(decision);
    return text;
  }

 private:
  keyrule_engine* engine_ = nullptr;
};

void Do(const char* verb, const Plugin& plugin, const char* name) {
  Keyrule(std::string(verb) + " --quiet --store '" + plugin.store_path() +
          "' --tenant t1 --provider openai --name " + name);
}

std::string JsonOf(keyrule_decision* decision) {
  keyrule_str json{};
  EXPECT_EQ(Api().decision_json(decision, &json, nullptr), KEYRULE_OK);
  return Text(json);
}

TEST(PluginRevoke, AnIdleHostRefusesWithItsNextDecision) {
  Plugin plugin(kPolicy);
  const StillHost host(plugin);
  EXPECT_EQ(host.Choose(), "a");
  Do("revoke", plugin, "b");
  keyrule_decision* decision = host.Decide();  // it was b's turn
  EXPECT_EQ(Text(Info(decision).credential_name), "a");
  const std::string json = JsonOf(decision);
  EXPECT_NE(json.find("disabled"), std::string::npos) << json;
  EXPECT_NE(json.find("\"snapshot\":1"), std::string::npos) << json;
  Api().decision_release(decision);
  Do("disable", plugin, "a");
  EXPECT_EQ(host.Choose(), "unavailable");
  EXPECT_EQ(host.Choose("t2"), "unavailable");  // b was shared with it
  Do("enable", plugin, "a");
  EXPECT_EQ(host.Choose(), "unavailable");  // what is given comes with the generation
  EXPECT_EQ(Api().engine_refresh(host.engine(), nullptr), KEYRULE_OK);
  EXPECT_EQ(host.Choose(), "a");
  EXPECT_EQ(host.Choose(), "a");
}

TEST(PluginRevoke, AHostThatMovesOnByItselfToo) {
  Plugin plugin(kPolicy);
  const auto choose = [&] {
    keyrule_decision* decision = plugin.Decide(kCall);
    const std::string name = Text(Info(decision).credential_name);
    Api().decision_release(decision);
    return name;
  };
  EXPECT_EQ(choose(), "a");
  Do("disable", plugin, "b");
  EXPECT_EQ(choose(), "a");
  Do("enable", plugin, "b");
  Do("revoke", plugin, "a");
  EXPECT_EQ(choose(), "b");
  EXPECT_EQ(choose(), "b");
}

TEST(PluginRevoke, WhatWasDecidedBeforeDoesNotOpen) {
  Plugin plugin(kPolicy);
  const StillHost host(plugin);
  keyrule_decision* opened = host.Decide();
  keyrule_str payload{};
  ASSERT_EQ(Api().decision_credentials(opened, &payload, nullptr), KEYRULE_OK);
  keyrule_decision* other = host.Decide();
  keyrule_decision* late = host.Decide();
  ASSERT_EQ(Text(Info(late).credential_name), "a");
  Do("revoke", plugin, "a");
  keyrule_str none{};
  Error error;
  for (keyrule_decision* decision : {late, opened}) {
    EXPECT_EQ(Api().decision_credentials(decision, &none, error.out()), KEYRULE_E_REVOKED);
    EXPECT_EQ(error.message(),
              "the credential `a` was revoked or disabled after the decision; decide again");
    EXPECT_EQ(none.len, 0u);
  }
  EXPECT_EQ(Text(payload), R"({"openai_api_key":"sk-aaaa"})");  // the host's until the release
  EXPECT_EQ(Api().decision_credentials(other, &none, error.out()), KEYRULE_OK);  // b's
  keyrule_report report = KEYRULE_REPORT_INIT;
  report.outcome = KEYRULE_OUTCOME_UNAUTHORIZED;
  EXPECT_EQ(Api().report(host.engine(), late, &report, error.out()), KEYRULE_OK);
  keyrule_decision* next = nullptr;
  ASSERT_EQ(Api().next(host.engine(), late, &next, error.out()), KEYRULE_OK);
  EXPECT_EQ(Text(Info(next).credential_name), "b");
  for (keyrule_decision* decision : {opened, other, late, next}) Api().decision_release(decision);
}

TEST(PluginRevoke, NextDoesNotGiveWhatWasRevokedMeanwhile) {
  Plugin plugin(kPolicy);
  const StillHost host(plugin);
  keyrule_decision* first = host.Decide();
  keyrule_report report = KEYRULE_REPORT_INIT;
  report.outcome = KEYRULE_OUTCOME_UNAUTHORIZED;
  EXPECT_EQ(Api().report(host.engine(), first, &report, nullptr), KEYRULE_OK);
  Do("disable", plugin, "b");
  keyrule_decision* next = nullptr;
  ASSERT_EQ(Api().next(host.engine(), first, &next, nullptr), KEYRULE_OK);
  EXPECT_EQ(Info(next).verdict, KEYRULE_DENY);
  Api().decision_release(next);
  Api().decision_release(first);
}

TEST(PluginRevoke, ACredentialThatAnAttributeNames) {
  Plugin plugin("keyrule 1\nschema \"dify\"\npool both { \"a\" \"b\" }\n"
                "default { use credential inputs.key from both }\n");
  const auto reason = [&] {
    keyrule_decision* decision =
        plugin.Decide({{"tenant", "t1"}, {"provider", "openai"}, {"model", "m"}, {"inputs.key", "a"}});
    const keyrule_decision_info info = Info(decision);
    const std::string text = Text(info.verdict == KEYRULE_USE ? info.credential_name : info.reason);
    Api().decision_release(decision);
    return text;
  };
  EXPECT_EQ(reason(), "a");
  Do("disable", plugin, "a");
  EXPECT_EQ(reason(), "unavailable");
}

// Workers that were forked from a host and sleep: each refuses when it is asked next.
TEST(PluginRevoke, IdleProcessesRefuseWithTheirNextDecision) {
  constexpr int kWorkers = 6;
  Plugin plugin(kPolicy);
  const StillHost host(plugin);
  EXPECT_EQ(host.Choose(), "a");
  int go[2];
  ASSERT_EQ(pipe(go), 0);
  std::vector<pid_t> workers;
  for (int i = 0; i < kWorkers; ++i) {
    const pid_t worker = fork();
    if (worker == 0) {
      alarm(120);
      // Warm, and between two decisions.
      const bool warm = host.Choose() == "b" && host.Choose() == "a";
      close(go[1]);
      char c;
      while (read(go[0], &c, 1) > 0) continue;
      _exit(warm && host.Choose() == "a" && host.Choose() == "a" ? 0 : 1);
    }
    workers.push_back(worker);
  }
  Do("revoke", plugin, "b");
  close(go[1]);
  close(go[0]);
  for (const pid_t worker : workers) {
    int status = -1;
    ASSERT_EQ(waitpid(worker, &status, 0), worker);
    EXPECT_EQ(status, 0);
  }
}

}  // namespace
}  // namespace keyrule::plugin_test
