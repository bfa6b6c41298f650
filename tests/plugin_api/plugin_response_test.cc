// Responses of providers over the C boundary. What they mean is tested with the table: test_classify.py.
#include <gtest/gtest.h>

#include <cstddef>
#include <limits>
#include <string>

#include "tests/plugin_api/plugin_support.h"

namespace keyrule::plugin_test {
namespace {

const std::map<std::string, std::string> kProduction = {{"tenant", "t1"}, {"provider", "openai"}, {"environment", "production"}};

constexpr std::string_view kSpent = R"({"error":{"code":"insufficient_quota","message":"sk-canary"}})";

keyrule_response Response(int status, std::string_view body) {
  keyrule_response response = KEYRULE_RESPONSE_INIT;
  response.status = status;
  response.body = Str(body);
  return response;
}

std::string NameAfter(const Plugin& plugin, const keyrule_response& response, keyrule_classification* found) {
  keyrule_decision* decision = plugin.Decide(kProduction);
  Error error;
  EXPECT_EQ(Api().report_response(plugin.engine(), decision, &response, found, error.out()), KEYRULE_OK) << error.message();
  const std::string spent = Text(Info(decision).credential_name);
  Api().decision_release(decision);
  return spent;
}

TEST(PluginResponse, IsReportedInTheDecisionsOwnDialect) {
  Plugin plugin(kPolicy);
  keyrule_classification found = KEYRULE_CLASSIFICATION_INIT;
  const std::string spent = NameAfter(plugin, Response(429, kSpent), &found);
  EXPECT_EQ(found.outcome, KEYRULE_OUTCOME_OUT_OF_CREDIT);
  EXPECT_EQ(Text(found.row), "generic.insufficient_quota");
  const std::string limited = R"({"error":{"code":"rate_limit_exceeded","message":"Please try again in 2s"}})";
  const std::string other = NameAfter(plugin, Response(429, limited), &found);  // the first one rests
  EXPECT_NE(other, spent);
  EXPECT_EQ(found.outcome, KEYRULE_OUTCOME_RATE_LIMITED);
  EXPECT_EQ(found.flags, static_cast<uint32_t>(KEYRULE_LIMIT_OF_MODEL));
  EXPECT_EQ(found.retry_after_ms, 2'000);
  EXPECT_EQ(Text(found.row), "openai.rate_limit_exceeded");
  keyrule_decision* nobody = plugin.Decide(kProduction);
  EXPECT_EQ(Info(nobody).verdict, KEYRULE_DENY);
  Api().decision_release(nobody);
}

TEST(PluginResponse, ALimitOfTheModelLeavesOtherModels) {
  Plugin plugin(kPolicy);
  const auto with = [&](const char* model) {
    std::map<std::string, std::string> attributes = kProduction;
    attributes["model"] = model;
    keyrule_decision* decision = plugin.Decide(attributes);
    const keyrule_verdict verdict = Info(decision).verdict;
    return std::pair(decision, verdict);
  };
  for (int i = 0; i < 2; ++i) {  // of both keys, one by its answer
    const auto [decision, verdict] = with("m");
    ASSERT_EQ(verdict, KEYRULE_USE);
    if (i == 0) {
      const keyrule_response response = Response(429, R"({"error":{"code":"rate_limit_exceeded"}})");
      EXPECT_EQ(Api().report_response(plugin.engine(), decision, &response, nullptr, nullptr), KEYRULE_OK);
    } else {
      keyrule_report report = KEYRULE_REPORT_INIT;
      report.outcome = KEYRULE_OUTCOME_RATE_LIMITED;
      report.flags = KEYRULE_LIMIT_OF_MODEL;
      EXPECT_EQ(Api().report(plugin.engine(), decision, &report, nullptr), KEYRULE_OK);
    }
    Api().decision_release(decision);
  }
  for (const auto& [model, expected] : {std::pair("m", KEYRULE_DENY), std::pair("n", KEYRULE_USE)}) {
    const auto [decision, verdict] = with(model);
    EXPECT_EQ(verdict, expected) << model;
    Api().decision_release(decision);
  }
}

TEST(PluginResponse, ACallersOwnTimeoutRestsNothing) {
  Plugin plugin(kPolicy);
  keyrule_response response = KEYRULE_RESPONSE_INIT;
  response.failure = KEYRULE_FAILURE_TIMEOUT;
  response.timeout_ms = 50;
  keyrule_classification found = KEYRULE_CLASSIFICATION_INIT;
  std::string names;
  for (int i = 0; i < 12; ++i) names += NameAfter(plugin, response, &found);
  EXPECT_EQ(found.outcome, KEYRULE_OUTCOME_TIMED_OUT);
  EXPECT_EQ(found.flags, static_cast<uint32_t>(KEYRULE_CALLERS_TIMEOUT));
  EXPECT_EQ(names, "abababababab");
  response.timeout_ms = 60'000;
  for (int i = 0; i < 6; ++i) NameAfter(plugin, response, &found);
  EXPECT_EQ(found.flags, 0u);
  keyrule_decision* nobody = plugin.Decide(kProduction);
  EXPECT_EQ(Info(nobody).verdict, KEYRULE_DENY);
  Api().decision_release(nobody);
}

TEST(PluginResponse, IsClassifiedWithoutAnEngine) {
  const keyrule_header headers[] = {{Str("x-other"), Str("1")}, {Str("RETRY-AFTER"), Str("7")}};
  keyrule_response response = Response(503, "");
  response.provider = Str("anthropic");
  response.headers = headers;
  response.header_count = 2;
  keyrule_classification found = KEYRULE_CLASSIFICATION_INIT;
  ASSERT_EQ(Api().classify_response(&response, &found), KEYRULE_OK);
  EXPECT_EQ(found.outcome, KEYRULE_OUTCOME_SERVER_ERROR);
  EXPECT_EQ(found.retry_after_ms, 7'000);
  response = Response(200, R"({"usage":{"input_tokens":3,"output_tokens":4}})");
  ASSERT_EQ(Api().classify_response(&response, &found), KEYRULE_OK);
  EXPECT_EQ(found.outcome, KEYRULE_OUTCOME_OK);
  EXPECT_EQ(found.tokens, 7);
}

TEST(PluginResponse, OlderHostsAndNewerOnes) {
  keyrule_response response = Response(401, "");
  response.struct_size = offsetof(keyrule_response, failure);  // what stands behind it is not read
  response.failure = 77;
  keyrule_classification found = KEYRULE_CLASSIFICATION_INIT;
  found.struct_size = offsetof(keyrule_classification, retry_after_ms);
  found.tokens = -1;
  ASSERT_EQ(Api().classify_response(&response, &found), KEYRULE_OK);
  EXPECT_EQ(found.outcome, KEYRULE_OUTCOME_UNAUTHORIZED);
  EXPECT_EQ(found.tokens, -1);
  // A host of ABI 1.1 has no flags in its report.
  Plugin plugin(kPolicy);
  keyrule_decision* decision = plugin.Decide(kProduction);
  keyrule_report report = KEYRULE_REPORT_INIT;
  report.struct_size = offsetof(keyrule_report, flags);
  report.outcome = KEYRULE_OUTCOME_OK;
  report.flags = 0xffff;
  EXPECT_EQ(Api().report(plugin.engine(), decision, &report, nullptr), KEYRULE_OK);
  Api().decision_release(decision);
}

TEST(PluginResponse, MistakesAreSaidAndNothingOfTheBodyIs) {
  Plugin plugin(kPolicy);
  keyrule_decision* decision = plugin.Decide(kProduction);
  const auto wrong = [&](auto&& change) {
    keyrule_response response = Response(429, kSpent);
    change(response);
    Error error;
    EXPECT_EQ(Api().report_response(plugin.engine(), decision, &response, nullptr, error.out()), KEYRULE_E_USAGE);
    EXPECT_EQ(error.message().find("sk-canary"), std::string::npos);
    keyrule_classification found = KEYRULE_CLASSIFICATION_INIT;
    EXPECT_EQ(Api().classify_response(&response, &found), KEYRULE_E_USAGE) << error.message();
    return error.message();
  };
  EXPECT_EQ(wrong([](auto& r) { r.header_count = 1; }), "report_response: headers have a count but are null");
  EXPECT_EQ(wrong([](auto& r) { r.body = {nullptr, 3}; }), "report_response: the body has a length but no bytes");
  EXPECT_EQ(wrong([](auto& r) { r.provider = {nullptr, 3}; }), "report_response: the provider has a length but no bytes");
  EXPECT_EQ(wrong([](auto& r) { r.failure = 5; }), "report_response: there is no such failure");
  EXPECT_EQ(wrong([](auto& r) { r.flags = KEYRULE_LIMIT_OF_MODEL; }), "report_response: there is no such flag");
  EXPECT_EQ(wrong([](auto& r) { r.timeout_ms = -1; }), "report_response: a number is below 0");
  wrong([](auto& r) { r.struct_size = 0; });
  EXPECT_EQ(Api().report_response(nullptr, decision, nullptr, nullptr, nullptr), KEYRULE_E_USAGE);
  EXPECT_EQ(Api().report_response(plugin.engine(), nullptr, nullptr, nullptr, nullptr), KEYRULE_E_USAGE);
  EXPECT_EQ(Api().report_response(plugin.engine(), decision, nullptr, nullptr, nullptr), KEYRULE_E_USAGE);
  EXPECT_EQ(Api().classify_response(nullptr, nullptr), KEYRULE_E_USAGE);
  keyrule_report report = KEYRULE_REPORT_INIT;
  report.outcome = KEYRULE_OUTCOME_OK;
  report.flags = 4;
  EXPECT_EQ(Api().report(plugin.engine(), decision, &report, nullptr), KEYRULE_E_USAGE);
  Api().decision_release(decision);
  keyrule_decision* host = plugin.Decide({{"tenant", "t1"}});
  const keyrule_response response = Response(200, "");
  EXPECT_EQ(Api().report_response(plugin.engine(), host, &response, nullptr, nullptr), KEYRULE_E_USAGE);
  Api().decision_release(host);
}

TEST(PluginResponse, ABodyOfAnySizeIsReadToItsBound) {
  std::string body(size_t{20} * 1024 * 1024, ' ');
  body += kSpent;
  const keyrule_response response = Response(429, body);
  keyrule_classification found = KEYRULE_CLASSIFICATION_INIT;
  ASSERT_EQ(Api().classify_response(&response, &found), KEYRULE_OK);
  EXPECT_EQ(Text(found.row), "generic.too_many_requests");
}

}  // namespace
}  // namespace keyrule::plugin_test
