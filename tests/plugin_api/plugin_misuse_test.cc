// Hosts that do it wrong: refused, told, never crashed.
#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "tests/plugin_api/plugin_support.h"

namespace keyrule::plugin_test {
namespace {

keyrule_attribute TextAttribute(uint32_t id, std::string_view text) {
  keyrule_attribute attribute{};
  attribute.id = id;
  attribute.kind = KEYRULE_TEXT;
  attribute.value.text = Str(text);
  return attribute;
}

class PluginMisuse : public testing::Test {
 protected:
  uint32_t Id(std::string_view path) { return Api().engine_attribute(plugin_.engine(), Str(path)); }

  // The request must be refused with a decision: deny, internal.
  void ExpectRefused(const std::vector<keyrule_attribute>& attributes, std::string_view message,
                     uint32_t flags = 0) {
    keyrule_request request = KEYRULE_REQUEST_INIT;
    request.flags = flags;
    request.tenant = Str("t1");
    request.attributes = attributes.data();
    request.attribute_count = attributes.size();
    keyrule_decision* decision = nullptr;
    Error error;
    EXPECT_EQ(Api().get_current_credentials(plugin_.engine(), &request, &decision, error.out()),
              KEYRULE_E_USAGE);
    EXPECT_NE(error.message().find(message), std::string::npos) << error.message();
    ASSERT_NE(decision, nullptr);
    EXPECT_EQ(Info(decision).verdict, KEYRULE_DENY);
    EXPECT_EQ(Text(Info(decision).reason), "internal");
    keyrule_str json{};
    EXPECT_EQ(Api().decision_json(decision, &json, nullptr), KEYRULE_OK);
    EXPECT_EQ(Api().decision_credentials(decision, &json, nullptr), KEYRULE_E_NO_PAYLOAD);
    Api().decision_release(decision);
  }

  Plugin plugin_{kPolicy};
};

TEST_F(PluginMisuse, WrongTypesAreRefused) {
  keyrule_attribute number{};
  number.id = Id("app.id");
  number.kind = KEYRULE_INTEGER;
  ExpectRefused({number}, "attribute `app.id`: this value is an integer, the schema says a text");
  ExpectRefused({TextAttribute(Id("request.tokens"), "5")}, "`request.tokens`");
  ExpectRefused({TextAttribute(Id("user.roles"), "admin")}, "the schema says a list of texts");
  number.kind = 99;
  ExpectRefused({number}, "of an unknown kind");
}

TEST_F(PluginMisuse, IdsMustBeOfThisEngine) {
  Id("app.id");
  ExpectRefused({TextAttribute(0, "x")}, "id 0 was not given");
  ExpectRefused({TextAttribute(77, "x")}, "id 77 was not given");
  ExpectRefused({TextAttribute(UINT32_MAX, "x")}, "was not given");
}

TEST_F(PluginMisuse, BrokenTextsListsAndFlags) {
  keyrule_attribute broken = TextAttribute(Id("app.id"), "x");
  broken.value.text = {nullptr, 5};
  ExpectRefused({broken}, "a length without bytes");
  keyrule_attribute list{};
  list.id = Id("user.roles");
  list.kind = KEYRULE_LIST;
  list.value.list.count = 3;
  ExpectRefused({list}, "a length without bytes");
  ExpectRefused({}, "a flag that this library does not know", 0x8000);
  ExpectRefused({TextAttribute(Id("app.id"), "x"), TextAttribute(Id("app.id"), "y")}, "given twice");
}

TEST_F(PluginMisuse, WhatThePolicyDoesNotReadIsNotLookedAt) {
  keyrule_attribute attribute{};
  attribute.id = Id("no.such.attribute");
  attribute.kind = 99;
  attribute.value.text = {nullptr, 5};
  keyrule_request request = KEYRULE_REQUEST_INIT;
  request.attributes = &attribute;
  request.attribute_count = 1;
  keyrule_decision* decision = nullptr;
  EXPECT_EQ(Api().get_current_credentials(plugin_.engine(), &request, &decision, nullptr), KEYRULE_OK);
  EXPECT_EQ(Info(decision).verdict, KEYRULE_HOST);
  Api().decision_release(decision);
}

TEST_F(PluginMisuse, SeveralListsInOneRequest) {
  const keyrule_str roles[] = {Str("admin"), Str("ops"), Str("")};
  keyrule_attribute list{};
  list.id = Id("user.roles");
  list.kind = KEYRULE_LIST;
  list.value.list.items = roles;
  list.value.list.count = 3;
  keyrule_attribute other = list;
  other.id = Id("not.in.the.schema");
  const keyrule_attribute both[] = {other, list};
  keyrule_request request = KEYRULE_REQUEST_INIT;
  request.attributes = both;
  request.attribute_count = 2;
  keyrule_decision* decision = nullptr;
  EXPECT_EQ(Api().get_current_credentials(plugin_.engine(), &request, &decision, nullptr), KEYRULE_OK);
  Api().decision_release(decision);
}

TEST_F(PluginMisuse, NullsAreAnsweredWithUsage) {
  const keyrule_api& api = Api();
  keyrule_request request = KEYRULE_REQUEST_INIT;
  keyrule_decision* decision = nullptr;
  keyrule_str json{};
  keyrule_engine* engine = plugin_.engine();
  Error error;
  EXPECT_EQ(api.get_current_credentials(nullptr, &request, &decision, error.out()), KEYRULE_E_USAGE);
  EXPECT_NE(error.message().find("engine is null"), std::string::npos) << error.message();
  EXPECT_EQ(api.get_current_credentials(engine, nullptr, &decision, nullptr), KEYRULE_E_USAGE);
  EXPECT_EQ(decision, nullptr);
  EXPECT_EQ(api.get_current_credentials(engine, &request, nullptr, nullptr), KEYRULE_E_USAGE);
  request.struct_size = 0;
  EXPECT_EQ(api.get_current_credentials(engine, &request, &decision, nullptr), KEYRULE_E_USAGE);
  EXPECT_EQ(api.engine_open(nullptr, nullptr, nullptr, nullptr), KEYRULE_E_USAGE);
  EXPECT_EQ(api.engine_reload(nullptr, nullptr), KEYRULE_E_USAGE);
  EXPECT_EQ(api.next(engine, nullptr, &decision, nullptr), KEYRULE_E_USAGE);
  EXPECT_EQ(api.report(engine, nullptr, nullptr, nullptr), KEYRULE_E_USAGE);
  EXPECT_EQ(api.decision_info(nullptr, nullptr), KEYRULE_E_USAGE);
  EXPECT_EQ(api.decision_json(nullptr, &json, nullptr), KEYRULE_E_USAGE);
  EXPECT_EQ(api.decision_credentials(nullptr, &json, nullptr), KEYRULE_E_USAGE);
  EXPECT_EQ(api.explain(engine, nullptr, &json, nullptr), KEYRULE_E_USAGE);
  keyrule_engine_info info = KEYRULE_ENGINE_INFO_INIT;
  EXPECT_EQ(api.engine_info(nullptr, &info), KEYRULE_E_USAGE);
  EXPECT_EQ(api.engine_info(engine, nullptr), KEYRULE_E_USAGE);
  info.struct_size = 0;
  EXPECT_EQ(api.engine_info(engine, &info), KEYRULE_E_USAGE);
  EXPECT_EQ(api.engine_attribute(nullptr, Str("app.id")), 0u);
  EXPECT_EQ(api.engine_attribute(engine, {nullptr, 3}), 0u);
  api.engine_release(nullptr);
  api.decision_release(nullptr);
  api.error_release(nullptr);
  api.text_release({nullptr, 0});
  api.decision_tags(nullptr, nullptr, nullptr);
  EXPECT_EQ(api.error_message(nullptr).len, 0u);
  EXPECT_EQ(api.error_diagnostics(nullptr).len, 0u);
}

TEST_F(PluginMisuse, ReportsThatCannotBe) {
  keyrule_decision* use = plugin_.Decide(
      {{"tenant", "t1"}, {"provider", "openai"}, {"environment", "production"}});
  keyrule_decision* host = plugin_.Decide({{"tenant", "t1"}});
  keyrule_report report = KEYRULE_REPORT_INIT;
  for (int32_t outcome : {0, 8, -1, 1000}) {
    report.outcome = outcome;
    EXPECT_EQ(Api().report(plugin_.engine(), use, &report, nullptr), KEYRULE_E_USAGE) << outcome;
  }
  report.outcome = KEYRULE_OUTCOME_OK;
  report.tokens = -5;
  EXPECT_EQ(Api().report(plugin_.engine(), use, &report, nullptr), KEYRULE_E_USAGE);
  report.tokens = 0;
  EXPECT_EQ(Api().report(plugin_.engine(), host, &report, nullptr), KEYRULE_E_USAGE);
  Plugin stranger(kPolicy, false);
  EXPECT_EQ(Api().report(stranger.engine(), use, &report, nullptr), KEYRULE_E_USAGE);
  EXPECT_EQ(Api().report(plugin_.engine(), use, &report, nullptr), KEYRULE_OK);
  Api().decision_release(use);
  Api().decision_release(host);
}

TEST_F(PluginMisuse, OlderAndNewerStructs) {
  // An older host: a request that ends behind the tenant has no attributes.
  keyrule_request request = KEYRULE_REQUEST_INIT;
  request.struct_size = offsetof(keyrule_request, attributes);
  request.tenant = Str("t1");
  request.attributes = reinterpret_cast<const keyrule_attribute*>(8);  // not to be read
  request.attribute_count = 1000;
  keyrule_decision* decision = nullptr;
  ASSERT_EQ(Api().get_current_credentials(plugin_.engine(), &request, &decision, nullptr), KEYRULE_OK);
  // And one that only knows the verdict: nothing is written behind it.
  keyrule_decision_info info;
  std::memset(static_cast<void*>(&info), 0x5A, sizeof(info));
  info.struct_size = offsetof(keyrule_decision_info, credential_id);
  EXPECT_EQ(Api().decision_info(decision, &info), KEYRULE_OK);
  EXPECT_EQ(info.verdict, KEYRULE_HOST);
  EXPECT_EQ(info.struct_size, offsetof(keyrule_decision_info, credential_id));
  EXPECT_EQ(info.arm, 0x5A5A5A5Au);
  Api().decision_release(decision);
  // A newer host: what this library does not know is left alone.
  struct Newer {
    keyrule_request request = KEYRULE_REQUEST_INIT;
    uint64_t added = 42;
  } newer;
  newer.request.struct_size = sizeof(newer);
  ASSERT_EQ(Api().get_current_credentials(plugin_.engine(), &newer.request, &decision, nullptr),
            KEYRULE_OK);
  Api().decision_release(decision);
}

}  // namespace
}  // namespace keyrule::plugin_test
