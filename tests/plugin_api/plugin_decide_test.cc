// What a host gets from its decisions.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "tests/plugin_api/plugin_support.h"

namespace keyrule::plugin_test {
namespace {

using Attributes = std::map<std::string, std::string>;

const Attributes kProduction = {{"tenant", "t1"}, {"provider", "openai"}, {"model", "m"},
                                {"environment", "production"}, {"app.id", "x"}};

std::string Payload(keyrule_decision* decision) {
  keyrule_str json{};
  Error error;
  EXPECT_EQ(Api().decision_credentials(decision, &json, error.out()), KEYRULE_OK)
      << error.message();
  return Text(json);
}

TEST(PluginDecide, UseNamesACredentialAndOpensIt) {
  Plugin plugin(kPolicy);
  keyrule_decision* decision = plugin.Decide(kProduction);
  const keyrule_decision_info info = Info(decision);
  EXPECT_EQ(info.verdict, KEYRULE_USE);
  EXPECT_EQ(Text(info.credential_id), "id-a");
  EXPECT_EQ(Text(info.credential_name), "a");
  EXPECT_EQ(Text(info.rule), "turns");
  EXPECT_EQ(Text(info.pool), "both");
  EXPECT_EQ(Text(info.strategy), "round_robin");
  EXPECT_EQ(Text(info.reason), "");
  EXPECT_EQ(info.arm, 1u);
  EXPECT_EQ(info.attempt, 1u);
  EXPECT_EQ(Payload(decision), R"({"openai_api_key":"sk-aaaa"})");
  Api().decision_release(decision);
}

TEST(PluginDecide, TurnsAreTaken) {
  Plugin plugin(kPolicy);
  std::string order;
  for (int i = 0; i < 6; ++i) {
    keyrule_decision* decision = plugin.Decide(kProduction);
    order += Text(Info(decision).credential_name);
    Api().decision_release(decision);
  }
  EXPECT_EQ(order, "ababab");
}

TEST(PluginDecide, DryTakesNoTurn) {
  Plugin plugin(kPolicy);
  for (int i = 0; i < 3; ++i) {
    keyrule_decision* decision = plugin.Decide(kProduction, KEYRULE_DRY);
    EXPECT_EQ(Text(Info(decision).credential_name), "a");
    Api().decision_release(decision);
  }
}

TEST(PluginDecide, DenyAndHostCarryNoPayload) {
  Plugin plugin(kPolicy);
  for (const char* app : {"forbidden", "other"}) {
    keyrule_decision* decision =
        plugin.Decide({{"tenant", "t1"}, {"provider", "openai"}, {"app.id", app}});
    const keyrule_decision_info info = Info(decision);
    const bool denied = std::string(app) == "forbidden";
    EXPECT_EQ(info.verdict, denied ? KEYRULE_DENY : KEYRULE_HOST);
    EXPECT_EQ(Text(info.rule), denied ? "forbidden" : "default");
    EXPECT_EQ(Text(info.reason), denied ? "denied" : "");
    EXPECT_EQ(Text(info.message), denied ? "not this app" : "");
    keyrule_str json{};
    Error error;
    EXPECT_EQ(Api().decision_credentials(decision, &json, error.out()), KEYRULE_E_NO_PAYLOAD);
    EXPECT_EQ(json.len, 0u);
    Api().decision_release(decision);
  }
}

TEST(PluginDecide, TagsAndJson) {
  Plugin plugin(kPolicy);
  keyrule_decision* decision = plugin.Decide(kProduction);
  std::map<std::string, std::string> tags;
  Api().decision_tags(decision, &tags, [](void* user, keyrule_str name, keyrule_str value) {
    (*static_cast<std::map<std::string, std::string>*>(user))[Text(name)] = Text(value);
  });
  EXPECT_EQ(tags, (std::map<std::string, std::string>{{"app", "x"}}));
  keyrule_str json{};
  EXPECT_EQ(Api().decision_json(decision, &json, nullptr), KEYRULE_OK);
  EXPECT_EQ(Text(json).rfind("{\"format\":1,", 0), 0u) << Text(json);
  EXPECT_NE(Text(json).find("\"tenant\":\"t1\""), std::string::npos) << Text(json);
  EXPECT_EQ(Text(json).find("sk-"), std::string::npos);
  Api().decision_release(decision);
}

TEST(PluginDecide, ATenantSeesItsOwnAndWhatIsShared) {
  Plugin plugin(kPolicy);
  const std::map<std::string, std::string> expected = {
      {"t2", R"({"openai_api_key":"sk-bbbb","openai_api_base":"https://example.org/\"v1\""})"},
      {"t3", R"({"openai_api_key":"sk-cccc"})"}};
  for (const auto& [tenant, payload] : expected) {
    Attributes attributes = kProduction;
    attributes["tenant"] = tenant;
    keyrule_decision* decision = plugin.Decide(attributes);
    EXPECT_EQ(Payload(decision), payload);
    Api().decision_release(decision);
  }
  Attributes nobody = kProduction;
  nobody["tenant"] = "t4";
  keyrule_decision* decision = plugin.Decide(nobody);
  EXPECT_EQ(Info(decision).verdict, KEYRULE_DENY);
  EXPECT_EQ(Text(Info(decision).reason), "unavailable");
  Api().decision_release(decision);
}

TEST(PluginDecide, NextAfterAReportTriesAnotherKey) {
  Plugin plugin(kPolicy);
  keyrule_decision* first = plugin.Decide(kProduction);
  keyrule_decision* second = nullptr;
  Error error;
  EXPECT_EQ(Api().next(plugin.engine(), first, &second, error.out()), KEYRULE_E_USAGE);
  EXPECT_EQ(second, nullptr);
  keyrule_report report = KEYRULE_REPORT_INIT;
  report.outcome = KEYRULE_OUTCOME_RATE_LIMITED;
  ASSERT_EQ(Api().report(plugin.engine(), first, &report, nullptr), KEYRULE_OK);
  ASSERT_EQ(Api().next(plugin.engine(), first, &second, error.out()), KEYRULE_OK);
  EXPECT_EQ(Text(Info(second).credential_name), "b");
  EXPECT_EQ(Info(second).attempt, 2u);
  EXPECT_EQ(Text(Info(first).credential_name), "a");
  Api().decision_release(first);
  // The key that was limited rests for others, too.
  keyrule_decision* other = plugin.Decide(kProduction);
  EXPECT_EQ(Text(Info(other).credential_name), "b");
  Api().decision_release(other);
  Api().decision_release(second);
}

TEST(PluginDecide, OnlyTheFirstReportCounts) {
  Plugin plugin(kPolicy);
  keyrule_decision* decision = plugin.Decide(kProduction);
  keyrule_report report = KEYRULE_REPORT_INIT;
  report.outcome = KEYRULE_OUTCOME_OK;
  EXPECT_EQ(Api().report(plugin.engine(), decision, &report, nullptr), KEYRULE_OK);
  report.outcome = KEYRULE_OUTCOME_UNAUTHORIZED;
  EXPECT_EQ(Api().report(plugin.engine(), decision, &report, nullptr), KEYRULE_OK);
  Api().decision_release(decision);
  std::set<std::string> used;
  for (int i = 0; i < 2; ++i) {
    keyrule_decision* later = plugin.Decide(kProduction);
    used.insert(Text(Info(later).credential_name));
    Api().decision_release(later);
  }
  EXPECT_EQ(used, (std::set<std::string>{"a", "b"}));
}

TEST(PluginDecide, ADecisionOutlivesItsEngine) {
  Plugin plugin(kPolicy);
  keyrule_decision* decision = plugin.Decide(kProduction);
  plugin.Close();
  EXPECT_EQ(Text(Info(decision).rule), "turns");
  EXPECT_EQ(Payload(decision), R"({"openai_api_key":"sk-aaaa"})");
  keyrule_str json{};
  EXPECT_EQ(Api().decision_json(decision, &json, nullptr), KEYRULE_OK);
  Api().decision_release(decision);
}

TEST(PluginDecide, WithoutAStoreEveryUseIsRefused) {
  Plugin plugin(kPolicy, false);
  keyrule_decision* decision = plugin.Decide(kProduction);
  EXPECT_EQ(Info(decision).verdict, KEYRULE_DENY);
  EXPECT_EQ(Text(Info(decision).reason), "unavailable");
  Api().decision_release(decision);
}

TEST(PluginDecide, ExplainSaysWhichConditionFailed) {
  Plugin plugin(kPolicy);
  keyrule_attribute attribute{};
  attribute.id = Api().engine_attribute(plugin.engine(), Str("environment"));
  attribute.kind = KEYRULE_TEXT;
  attribute.value.text = Str("staging");
  keyrule_request request = KEYRULE_REQUEST_INIT;
  request.attributes = &attribute;
  request.attribute_count = 1;
  keyrule_str json{};
  Error error;
  ASSERT_EQ(Api().explain(plugin.engine(), &request, &json, error.out()), KEYRULE_OK);
  EXPECT_NE(Text(json).find("\"value\":\"staging\""), std::string::npos) << Text(json);
  EXPECT_NE(Text(json).find("\"dry\":true"), std::string::npos) << Text(json);
  Api().text_release(json);
}

}  // namespace
}  // namespace keyrule::plugin_test
