// What many requests share, prepared once: keyrule_request.base.
#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/plugin_api/plugin_support.h"

namespace keyrule::plugin_test {
namespace {

constexpr std::string_view kRules = R"(keyrule 1
schema "dify"
rule roles { when user.roles contains "admin" deny "admins" }
rule map { when inputs is set deny "inputs" }
rule billing { when app.id == "invoices" and environment == "production" use credential "a" }
rule staging { when app.id == "invoices" deny "staging" }
rule tenant { when tenant.id == "t2" deny "t2" }
default { leave to host }
)";

class Prepared {
 public:
  Prepared(keyrule_engine* engine, const std::vector<keyrule_attribute>& attributes, std::string_view tenant) {
    keyrule_request request = KEYRULE_REQUEST_INIT;
    request.tenant = Str(tenant);
    request.attributes = attributes.data();
    request.attribute_count = attributes.size();
    status = Api().prepare(engine, &request, &prepared, error.out());
  }
  ~Prepared() { Api().prepared_release(prepared); }

  keyrule_prepared* prepared = nullptr;
  keyrule_status status = KEYRULE_OK;
  Error error;
};

struct Answer {
  keyrule_status status;
  std::string says;  // the credential, the message, the verdict's number, or the error
};

class PluginPrepared : public testing::Test {
 protected:
  keyrule_attribute Attribute(std::string_view path, std::string_view text) {
    keyrule_attribute attribute{};
    attribute.id = Api().engine_attribute(plugin_.engine(), Str(path));
    attribute.kind = KEYRULE_TEXT;
    attribute.value.text = Str(text);
    return attribute;
  }
  keyrule_attribute Absent(std::string_view path) {
    keyrule_attribute attribute = Attribute(path, {});
    attribute.kind = KEYRULE_ABSENT;
    return attribute;
  }
  Answer Decide(const keyrule_prepared* base, const std::vector<keyrule_attribute>& attributes,
                std::string_view tenant = {}, keyrule_engine* engine = nullptr) {
    keyrule_request request = KEYRULE_REQUEST_INIT;
    request.tenant = Str(tenant);
    request.attributes = attributes.data();
    request.attribute_count = attributes.size();
    request.base = base;
    keyrule_decision* decision = nullptr;
    Error error;
    Answer answer{Api().get_current_credentials(engine != nullptr ? engine : plugin_.engine(), &request, &decision,
                                                error.out()), {}};
    const keyrule_decision_info info = Info(decision);
    answer.says = answer.status != KEYRULE_OK ? error.message() : Text(info.credential_name) + Text(info.message);
    if (answer.says.empty()) answer.says = info.verdict == KEYRULE_HOST ? "host" : Text(info.reason);
    Api().decision_release(decision);
    return answer;
  }

  Plugin plugin_{kRules};
};

TEST_F(PluginPrepared, WhatTheRequestDoesNotGiveComesFromTheBase) {
  // Everything is copied: nothing of this is there any more when it is used.
  auto app = std::make_unique<std::string>("invoices");
  auto tenant = std::make_unique<std::string>("t1");
  const Prepared base(plugin_.engine(), {Attribute("app.id", *app), Attribute("provider", "openai"),
                                         Attribute("environment", "staging")}, *tenant);
  app->assign(8, 'x');
  app.reset();
  tenant.reset();
  ASSERT_EQ(base.status, KEYRULE_OK) << base.error.message();
  EXPECT_EQ(Decide(base.prepared, {}).says, "staging");
  EXPECT_EQ(Decide(base.prepared, {Attribute("environment", "production")}).says, "a");
  EXPECT_EQ(Decide(base.prepared, {Attribute("app.id", "else")}).says, "host");
  EXPECT_EQ(Decide(base.prepared, {Attribute("app.name", "not read")}).says, "staging");
  EXPECT_EQ(Decide(base.prepared, {Attribute("environment", "production")}, "t1").says, "a");
}

TEST_F(PluginPrepared, TheRequestMayTakeAway) {
  const Prepared base(plugin_.engine(), {Attribute("app.id", "invoices"), Attribute("inputs.client", "acme")}, "t1");
  ASSERT_EQ(base.status, KEYRULE_OK) << base.error.message();
  EXPECT_EQ(Decide(base.prepared, {}).says, "inputs");
  EXPECT_EQ(Decide(base.prepared, {Absent("inputs.client")}).says, "staging");
  EXPECT_EQ(Decide(base.prepared, {Attribute("inputs.client", "")}).says, "staging");
  EXPECT_EQ(Decide(base.prepared, {Absent("inputs.client"), Attribute("inputs.other", "x")}).says, "inputs");
  EXPECT_EQ(Decide(base.prepared, {Absent("inputs.client"), Absent("app.id")}).says, "host");
  EXPECT_EQ(Decide(base.prepared, {Attribute("app.id", ""), Attribute("inputs.client", "")}).says, "host");
  EXPECT_EQ(Decide(base.prepared, {}).says, "inputs");  // the base itself has not changed
}

TEST_F(PluginPrepared, ListsAreCopied) {
  keyrule_attribute roles = Attribute("user.roles", {});
  auto names = std::make_unique<std::vector<std::string>>(std::vector<std::string>{"editor", "admin"});
  std::vector<keyrule_str> items = {Str((*names)[0]), Str((*names)[1])};
  roles.kind = KEYRULE_LIST;
  roles.value.list.items = items.data();
  roles.value.list.count = items.size();
  const Prepared base(plugin_.engine(), {roles}, "t1");
  names.reset();
  items.clear();
  ASSERT_EQ(base.status, KEYRULE_OK) << base.error.message();
  EXPECT_EQ(Decide(base.prepared, {}).says, "admins");
  const keyrule_str reader = Str("reader");
  roles.value.list.items = &reader;
  roles.value.list.count = 1;
  EXPECT_EQ(Decide(base.prepared, {roles}).says, "host");
  roles.value.list.count = 0;
  EXPECT_EQ(Decide(base.prepared, {roles}).says, "host");
}

TEST_F(PluginPrepared, TheTenantIsOne) {
  const Prepared base(plugin_.engine(), {Attribute("environment", "staging")}, "t2");
  EXPECT_EQ(Decide(base.prepared, {}).says, "t2");
  const Answer other = Decide(base.prepared, {}, "t1");
  EXPECT_EQ(other.status, KEYRULE_E_USAGE);
  EXPECT_NE(other.says.find("two tenants"), std::string::npos) << other.says;
  EXPECT_EQ(Decide(base.prepared, {Attribute("tenant.id", "t1")}).status, KEYRULE_E_USAGE);
  const Prepared nobody(plugin_.engine(), {Attribute("environment", "staging")}, "");
  EXPECT_EQ(Decide(nobody.prepared, {}, "t2").says, "t2");
  EXPECT_EQ(Decide(nobody.prepared, {}).says, "host");
}

TEST_F(PluginPrepared, MistakesAreSaidWhereTheyAreMade) {
  keyrule_attribute number = Attribute("app.id", {});
  number.kind = KEYRULE_INTEGER;
  number.value.integer = 3;
  EXPECT_EQ(Prepared(plugin_.engine(), {number}, "t1").status, KEYRULE_E_USAGE);
  keyrule_attribute unknown = Attribute("app.id", "x");
  unknown.id = 1'000'000;
  EXPECT_EQ(Prepared(plugin_.engine(), {unknown}, "t1").status, KEYRULE_E_USAGE);
  EXPECT_EQ(Prepared(plugin_.engine(), {Attribute("app.id", "x"), Attribute("app.id", "y")}, "t1").status, KEYRULE_E_USAGE);
  keyrule_request request = KEYRULE_REQUEST_INIT;
  keyrule_prepared* prepared = nullptr;
  request.flags = KEYRULE_DRY;
  EXPECT_EQ(Api().prepare(plugin_.engine(), &request, &prepared, nullptr), KEYRULE_E_USAGE);
  EXPECT_EQ(Api().prepare(nullptr, &request, &prepared, nullptr), KEYRULE_E_USAGE);
  EXPECT_EQ(Api().prepare(plugin_.engine(), nullptr, &prepared, nullptr), KEYRULE_E_USAGE);
  EXPECT_EQ(Api().prepare(plugin_.engine(), &request, nullptr, nullptr), KEYRULE_E_USAGE);
  const Prepared base(plugin_.engine(), {Attribute("app.id", "invoices")}, "t1");
  request.flags = 0;
  request.base = base.prepared;
  EXPECT_EQ(Api().prepare(plugin_.engine(), &request, &prepared, nullptr), KEYRULE_E_USAGE);
  EXPECT_EQ(prepared, nullptr);
  Api().prepared_release(nullptr);
  const Plugin other(kRules, plugin_.store_path());
  const Answer foreign = Decide(base.prepared, {}, {}, other.engine());
  EXPECT_EQ(foreign.status, KEYRULE_E_USAGE);
  EXPECT_NE(foreign.says.find("another engine"), std::string::npos) << foreign.says;
}

TEST_F(PluginPrepared, AHostOfAnEarlierVersionHasNone) {
  keyrule_request request = KEYRULE_REQUEST_INIT;
  request.struct_size = offsetof(keyrule_request, base);
  request.base = reinterpret_cast<const keyrule_prepared*>(8);  // behind its struct: not looked at
  keyrule_decision* decision = nullptr;
  ASSERT_EQ(Api().get_current_credentials(plugin_.engine(), &request, &decision, nullptr), KEYRULE_OK);
  EXPECT_EQ(Info(decision).verdict, KEYRULE_HOST);
  Api().decision_release(decision);
}

TEST_F(PluginPrepared, ExplainTakesItToo) {
  const Prepared base(plugin_.engine(), {Attribute("app.id", "invoices")}, "t1");
  keyrule_request request = KEYRULE_REQUEST_INIT;
  request.base = base.prepared;
  keyrule_str json{};
  ASSERT_EQ(Api().explain(plugin_.engine(), &request, &json, nullptr), KEYRULE_OK);
  EXPECT_NE(Text(json).find(R"("message":"staging")"), std::string::npos) << Text(json);
  Api().text_release(json);
}

// Another policy reads other attributes, and other types.
TEST_F(PluginPrepared, OutlivesReloads) {
  const Prepared base(plugin_.engine(), {Attribute("app.id", "invoices"), Attribute("node.title", "Sum"),
                                         Attribute("user.plan", "free")}, "t1");
  EXPECT_EQ(Decide(base.prepared, {}).says, "staging");
  Error error;
  plugin_.folder().Write("p.keyrule",
                         "keyrule 1\nschema \"dify\"\nrule r { when node.title == \"Sum\" deny \"sums\" }\n"
                         "default { leave to host }\n");
  ASSERT_EQ(plugin_.Reload(&error), KEYRULE_OK) << error.message();
  EXPECT_EQ(Decide(base.prepared, {}).says, "sums");
  EXPECT_EQ(Decide(base.prepared, {Absent("node.title")}).says, "host");
  plugin_.folder().Write("p.keyrule",
                         "keyrule 1\nschema \"dify\" with { user.plan : int optional }\n"
                         "rule r { when user.plan > 3 deny \"many\" }\ndefault { leave to host }\n");
  ASSERT_EQ(plugin_.Reload(&error), KEYRULE_OK) << error.message();
  EXPECT_EQ(Decide(base.prepared, {}).status, KEYRULE_E_USAGE);
  EXPECT_EQ(Decide(base.prepared, {Absent("user.plan")}).says, "host");
}

TEST_F(PluginPrepared, ManyThreadsShareOne) {
  const Prepared base(plugin_.engine(), {Attribute("app.id", "invoices"), Attribute("provider", "openai")}, "t1");
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 2000; ++i) {
        const bool production = (i + t) % 2 == 0;
        const Answer answer = Decide(base.prepared, {Attribute("environment", production ? "production" : "x")});
        if (answer.says != (production ? "a" : "staging")) ++wrong;
      }
    });
  }
  Error error;
  for (int i = 0; i < 20; ++i) EXPECT_EQ(plugin_.Reload(&error), KEYRULE_OK) << error.message();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST_F(PluginPrepared, MayBeReleasedAfterItsEngine) {
  const Prepared base(plugin_.engine(), {Attribute("app.id", "invoices")}, "t1");
  plugin_.Close();
}

}  // namespace
}  // namespace keyrule::plugin_test
