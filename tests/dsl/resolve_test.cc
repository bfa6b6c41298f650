// Names to what they mean: what the evaluator finds in the fields marked "resolved", and what is
// refused.
#include "dsl/resolve.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/problems.h"

namespace keyrule::dsl {
namespace {

std::string Whole(const std::string& text) {
  return "keyrule 1 schema \"dify\"\n" + text + "\ndefault { leave to host }\n";
}

std::shared_ptr<const Policy> LoadWhole(const std::string& text) {
  const LoadResult result = LoadText(MemoryReader(), "p.keyrule", Whole(text));
  EXPECT_TRUE(result.policy) << Short(result);
  return result.policy;
}

std::string ProblemsOf(const std::string& text) { return Problems(Whole(text)); }

const Use& UseOf(const Rule& rule, size_t arm = 0) {
  return std::get<Use>(rule.chain.actions[arm].what);
}

TEST(Resolve, NamesBeforeTheyAreDeclared) {
  const auto policy = LoadWhole(
      "rule r { when busy and app.id in t and user.id in l use p by random else use credential "
      "t[app.id] }\n"
      "let unused_before = [1]\nlet l = [\"a\"]\nlet busy = not quiet\nlet quiet = app.id == "
      "\"x\"\n"
      "table t { \"a\" : \"b\" }\npool q { \"x\" }\npool p { \"y\" all of q }");
  ASSERT_TRUE(policy);
  const Rule& rule = policy->rules[0];
  const auto& terms = std::get<All>(rule.when->node).terms;
  EXPECT_EQ(policy->lets[std::get<Bare>(terms[0].node).let].name.text, "busy");
  const auto& in_table = std::get<Membership>(terms[1].node);
  EXPECT_EQ(policy->slots[in_table.path.slot].path.text, "app.id");
  EXPECT_EQ(std::get<ListName>(in_table.set).table, 0u);
  EXPECT_EQ(std::get<ListName>(in_table.set).let, kUnresolved);
  EXPECT_EQ(policy->lets[std::get<ListName>(std::get<Membership>(terms[2].node).set).let].name.text,
            "l");
  const auto& pool = std::get<UsePool>(UseOf(rule).what).pool;
  EXPECT_EQ(policy->pools[pool.index].name.text, "p");
  EXPECT_EQ(std::get<AllOf>(policy->pools[pool.index].members[1].what).index, 0u);
  const auto& value = std::get<UseCredential>(UseOf(rule, 1).what).credential;
  EXPECT_EQ(std::get<Lookup>(value.what).index, 0u);
  EXPECT_EQ(std::get<Lookup>(value.what).key.slot, in_table.path.slot);
}

TEST(Resolve, EntriesOfMapsGetSlotsOnMention) {
  const auto policy = LoadWhole(
      "rule r { when inputs.client == \"a\" and inputs.\"client\" == \"b\" and "
      "inputs.\"client-id\" "
      "is set and inputs is set deny \"n\" }\ntest \"t\" { request with env.stage = \"x\" expect "
      "host }");
  ASSERT_TRUE(policy);
  ASSERT_EQ(policy->slots.size(), 24u + 4u);
  EXPECT_EQ(policy->FindSlot("inputs.client"), 24u);
  EXPECT_EQ(policy->FindSlot("inputs.client-id"), 25u);
  EXPECT_EQ(policy->FindSlot("inputs"), 26u) << "a whole map, mentioned";
  EXPECT_EQ(policy->FindSlot("env.stage"), 27u);
  EXPECT_EQ(policy->FindSlot("inputs.other"), kUnresolved);
  const auto& terms = std::get<All>(policy->rules[0].when->node).terms;
  EXPECT_EQ(std::get<Comparison>(terms[1].node).path.slot, 24u) << "with and without quotes";
  const Attribute& entry = policy->slots[24];
  EXPECT_TRUE(entry.optional);
  EXPECT_TRUE(entry.untrusted) << "as the map";
  EXPECT_EQ(entry.type, Type::kString);
  EXPECT_FALSE(policy->slots[27].untrusted);
  EXPECT_EQ(policy->slots[26].type, Type::kMapOfString);
}

TEST(Resolve, OneNameSpace) {
  EXPECT_EQ(ProblemsOf("pool a { \"x\" }\nlet a = [\"y\"]\ntable a { \"k\" : \"v\" }\n"
                       "quota a { \"x\" limit 1 request per day }"),
            "error KR0102 3:5 `a`: `a` already has a meaning, p.keyrule:2 = choose another name\n"
            "error KR0102 4:7 `a`: `a` already has a meaning, p.keyrule:2 = choose another name\n"
            "error KR0102 5:7 `a`: `a` already has a meaning, p.keyrule:2 = choose another name\n");
  EXPECT_EQ(ProblemsOf("let environment = [\"y\"]"),
            "error KR0102 2:5 `environment`: `environment` already has a meaning, "
            "dify.schema.keyrule:9 = choose another name\n");
  EXPECT_EQ(
      ProblemsOf("pool user { \"x\" }\nrule user { when user.id == \"a\" use user by random }\n"
                 "test \"user\" { request expect default }"),
      "")
      << "`user` is no attribute, and rules and tests have name spaces of their own";
  EXPECT_EQ(
      ProblemsOf("test \"t\" { request expect default }\ntest \"t\" { request expect default }"),
      "error KR0102 3:6 `\"t\"`: `t` already has a meaning, p.keyrule:2 = choose another name\n");
}

TEST(Resolve, ADoubledNameIsOneError) {
  EXPECT_EQ(
      ProblemsOf("pool a { \"x\" }\nlet a = app.id == \"y\"\nrule r { when a use a by random }"),
      "error KR0102 3:5 `a`: `a` already has a meaning, p.keyrule:2 = choose another name\n");
}

TEST(Resolve, UnknownNames) {
  EXPECT_EQ(ProblemsOf("rule r { when app.id in nope and busy use nope by random under nope\n"
                       "else use credential nope[app.id] else use credential nope from nope }"),
            "error KR0105 2:25 `nope`: no list, condition or table is named `nope` = there are no "
            "lists and tables\n"
            "error KR0105 2:34 `busy`: no list, condition or table is named `busy` = there are no "
            "conditions\n"
            "error KR0106 2:43 `nope`: no pool is named `nope` = there are no pools\n"
            "error KR0107 2:64 `nope`: no budget is named `nope` = there are no budgets\n"
            "error KR0105 3:21 `nope`: no list, condition or table is named `nope` = there are no "
            "tables\n"
            "error KR0101 3:54 `nope`: no attribute is named `nope` = attributes: provider, model, "
            "model.type, tenant.id, environment, app.id, app.name, app.mode, app.tags, "
            "workflow.id, …\n"
            "error KR0106 3:64 `nope`: no pool is named `nope` = there are no pools\n");
}

TEST(Resolve, NamesOfAnotherKind) {
  EXPECT_EQ(ProblemsOf("table t { \"a\" : \"b\" }\nbudget b { limit 1 request per day }\n"
                       "rule r { when app.id in b and enviroment use t by random under t }"),
            "error KR0201 4:25 `b`: `b` is a budget, not a list or a table\n"
            "error KR0105 4:31 `enviroment`: no list, condition or table is named `enviroment` = "
            "did you mean `environment`?\n"
            "error KR0106 4:46 `t`: no pool is named `t` = `t` is a table\n"
            "error KR0107 4:64 `t`: no budget is named `t` = `t` is a table\n");
}

TEST(Resolve, Loops) {
  EXPECT_EQ(ProblemsOf("pool a { all of a }\nrule r { when app.id is set use a by random }"),
            "error KR0109 2:17 `a`: pool `a` contains itself\n");
  EXPECT_EQ(ProblemsOf("let a = app.id is set and (b or not c)\nlet b = c\nlet c = a\n"
                       "rule r { when a deny \"n\" }"),
            "error KR0109 4:9 `a`: condition `a` contains itself\n");
  EXPECT_EQ(ProblemsOf("pool a { all of b all of c }\npool b { all of d }\npool c { all of d }\n"
                       "pool d { \"x\" }\nrule r { when app.id is set use a by random }"),
            "")
      << "two ways to one pool are no loop";
}

std::string Chain(size_t length, const std::string& between) {
  std::string text = "let c0 = app.id is set\n";
  for (size_t i = 1; i <= length; ++i) {
    const std::string last = "c" + std::to_string(i - 1);
    text += "let c" + std::to_string(i) + " = " + last + between + "user.id is set\n";
  }
  return text + "rule r { when c" + std::to_string(length) + " deny \"n\" }";
}

TEST(Resolve, DeepNamesEnd) {
  EXPECT_EQ(ProblemsOf(Chain(63, " and ")), "");  // and the rule names the last one
  EXPECT_NE(ProblemsOf(Chain(64, " and ")).find("error KR0013"), std::string::npos);
  const std::string deep = ProblemsOf(Chain(10'000, " or "));
  EXPECT_NE(deep.find("error KR0013"), std::string::npos);
  std::string pools = "pool p0 { \"a\" }\n";
  for (int i = 1; i <= 100'000; ++i) {
    pools += "pool p" + std::to_string(i) + " { all of p" + std::to_string(i - 1) + " }\n";
  }
  const std::string nested =
      ProblemsOf(pools + "rule r { when app.id is set use p100000 by random }");
  EXPECT_EQ(nested.substr(0, nested.find('\n')),
            "error KR0013 67:19 `p64`: nested more than 64 deep = name a part of its credentials "
            "here");
}

TEST(Resolve, ALongLoopOfPoolsEnds) {
  std::string pools;
  constexpr int kLength = 100'000;
  for (int i = 0; i < kLength; ++i) {
    pools +=
        "pool p" + std::to_string(i) + " { all of p" + std::to_string((i + 1) % kLength) + " }\n";
  }
  EXPECT_NE(ProblemsOf(pools).find("KR0109"), std::string::npos);
}

TEST(Resolve, WhatASyntaxErrorHidesIsNotMissed) {
  const std::string problems = ProblemsOf(
      "pool broken { \"a\" weight }\nrule r { when app.id is set use broken by random }\n"
      "rule s { when app.id is set use other by random }");
  EXPECT_EQ(problems.find("`broken`:"), std::string::npos) << problems;
  EXPECT_NE(problems.find("no pool is named `other`"), std::string::npos) << problems;
}

TEST(Resolve, TheDefault) {
  EXPECT_EQ(Problems("keyrule 1\nschema \"dify\"\n\n"),
            "error KR0401 2:13 `\"`: there is no `default` = add `default { deny \"no rule covers "
            "this request\" }`\n");
  EXPECT_EQ(ProblemsOf("default { deny \"a\" }"),
            "error KR0402 3:1 `default`: only the first file has a `default`, first p.keyrule:2 = "
            "remove this one\n");
  const MemoryReader reader{{"b.keyrule", "keyrule 1\ndefault { deny \"b\" }\n"}};
  EXPECT_EQ(
      Problems("keyrule 1 schema \"dify\" import \"b.keyrule\"", reader),
      "error KR0402 b.keyrule:2:1 `default`: only the first file has a `default` = move it to "
      "`p.keyrule`\n");
}

}  // namespace
}  // namespace keyrule::dsl
