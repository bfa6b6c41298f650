// What becomes of each construct: the typed tree, with its values and spans.
#include "dsl/lower.h"

#include <gtest/gtest.h>

#include "tests/support/parsed.h"

namespace keyrule::dsl {
namespace {

// The condition of a rule.
Condition When(const std::string& condition) {
  return *One("rule r { when " + condition + " deny \"x\" }").Get<Rule>().when;
}
template <class T>
T Atom(const std::string& condition) {
  return std::get<T>(When(condition).node);
}

// ---- conditions

TEST(ParseCondition, Comparison) {
  const auto text = Atom<Comparison>("app.id == \"a\\n\"");
  EXPECT_EQ(text.path.text, "app.id");
  EXPECT_EQ(text.op, CompareOp::kEqual);
  EXPECT_EQ(std::get<Text>(text.constant).value, "a\n");
  const auto number = Atom<Comparison>("n >= -1_000");
  EXPECT_EQ(number.op, CompareOp::kGreaterEqual);
  EXPECT_EQ(std::get<Integer>(number.constant).value, -1000);
  const auto moment = Atom<Comparison>("t < 1970-01-01T00:00:01Z");
  EXPECT_EQ(moment.op, CompareOp::kLess);
  EXPECT_EQ(std::get<Timestamp>(moment.constant).unix_ms, 1000);
}

TEST(ParseCondition, PathsLoseTheQuotesOfTheirParts) {
  EXPECT_EQ(Atom<Presence>("inputs.\"client-id\".x is set").path.text, "inputs.client-id.x");
  EXPECT_EQ(Atom<Presence>("inputs.\"a\\\"b\" is not set").path.text, "inputs.a\"b");
  EXPECT_FALSE(Atom<Presence>("request.when is not set").set);
}

TEST(ParseCondition, Membership) {
  const auto share = Atom<Membership>("user.id in 0.5%..20% salted \"s\"");
  EXPECT_EQ(std::get<Share>(share.set).from, 50U);
  EXPECT_EQ(std::get<Share>(share.set).to, 2000U);
  EXPECT_EQ(std::get<Share>(share.set).salt, "s");
  EXPECT_EQ(std::get<Share>(Atom<Membership>("user.id in 10%").set).from, 0U);
  EXPECT_EQ(std::get<Share>(Atom<Membership>("user.id in 10%").set).to, 1000U);
  const auto texts = Atom<Membership>("a.b not in [\"x\", \"y\",]");
  EXPECT_TRUE(texts.negated);
  EXPECT_EQ(std::get<TextList>(texts.set).items.size(), 2U);
  EXPECT_EQ(std::get<IntegerList>(Atom<Membership>("n in [1, -2]").set).items[1].value, -2);
  EXPECT_EQ(std::get<ListName>(Atom<Membership>("n in ours").set).name.text, "ours");
}

TEST(ParseCondition, TextTests) {
  EXPECT_EQ(Atom<TextTest>("m starts with \"a\"").op, TextOp::kStartsWith);
  EXPECT_EQ(Atom<TextTest>("m ends with \"a\"").op, TextOp::kEndsWith);
  EXPECT_EQ(Atom<TextTest>("m contains \"a\"").op, TextOp::kContains);
  EXPECT_EQ(Atom<TextTest>("m like \"a*\"").op, TextOp::kLike);
  EXPECT_EQ(Atom<TextTest>("m matches /^a\\/b\\d/").text.value, "^a/b\\d");
}

TEST(ParseCondition, AndOrNot) {
  EXPECT_EQ(Atom<All>("a and b and c").terms.size(), 3U);
  const auto any = Atom<Any>("a or (b and not c)");
  const auto& all = std::get<All>(any.terms.at(1).node);
  const auto& negation = std::get<Not>(all.terms.at(1).node);
  EXPECT_EQ(std::get<Bare>(negation.term.at(0).node).path.text, "c");
  EXPECT_EQ(std::get<Bare>(When("((((a))))").node).path.text, "a");
  EXPECT_TRUE(
      std::holds_alternative<Any>(std::get<Not>(When("not (a or b)").node).term.at(0).node));
}

TEST(ParseCondition, Clocks) {
  const auto time = Atom<ClockTest>("time not in [22:00..06:00, 12:30] at \"Europe/Berlin\"");
  EXPECT_EQ(time.field, ClockField::kTime);
  EXPECT_TRUE(time.negated);
  EXPECT_FALSE(time.compare.has_value());
  ASSERT_EQ(time.ranges.size(), 2U);
  EXPECT_EQ(time.ranges[0].first.value, 22 * 3'600'000);
  EXPECT_EQ(time.ranges[0].last.value, 6 * 3'600'000);
  EXPECT_EQ(time.ranges[1].first.value, time.ranges[1].last.value);
  EXPECT_EQ(time.zone.value, "Europe/Berlin");
  const auto day = Atom<ClockTest>("weekday in mon..sun at \"UTC\"");
  EXPECT_EQ(day.ranges[0].first.value, 0);
  EXPECT_EQ(day.ranges[0].last.value, 6);
  const auto date = Atom<ClockTest>("date >= 1970-01-02 at \"UTC\"");
  EXPECT_EQ(date.compare, CompareOp::kGreaterEqual);
  EXPECT_EQ(date.ranges.at(0).first.value, 1);
}

TEST(ParseCondition, SpansCoverWhatTheyName) {
  const Parsed parsed = One("rule r { when  a == \"x\"  and not b  deny \"x\" }");
  const Rule& rule = parsed.Get<Rule>();
  EXPECT_EQ(parsed.TextOf(rule.when->span), "a == \"x\"  and not b");
  const auto& all = std::get<All>(rule.when->node);
  EXPECT_EQ(parsed.TextOf(all.terms[0].span), "a == \"x\"");
  EXPECT_EQ(parsed.TextOf(all.terms[1].span), "not b");
  EXPECT_EQ(parsed.TextOf(rule.name.span), "r");
  EXPECT_EQ(parsed.TextOf(rule.chain.actions[0].span), "deny \"x\"");
  EXPECT_EQ(parsed.TextOf(rule.span).substr(0, 4), "rule");
  EXPECT_EQ(parsed.TextOf(rule.span).back(), '}');
}

// ---- declarations

TEST(ParseDeclaration, Schema) {
  const Parsed with =
      One("schema \"dify\" with { user.plan : enum [\"a\", \"b\"] optional untrusted "
          "\"doc\" m : map of string }");
  const auto& schema = with.Get<SchemaStatement>();
  EXPECT_EQ(schema.name.value, "dify");
  EXPECT_FALSE(schema.defines);
  ASSERT_EQ(schema.attributes.size(), 2U);
  EXPECT_EQ(schema.attributes[0].type, Type::kEnum);
  EXPECT_EQ(schema.attributes[0].values.size(), 2U);
  EXPECT_TRUE(schema.attributes[0].optional);
  EXPECT_TRUE(schema.attributes[0].untrusted);
  EXPECT_EQ(schema.attributes[0].doc, "doc");
  EXPECT_EQ(schema.attributes[1].type, Type::kMapOfString);
  EXPECT_TRUE(One("schema \"host\" { a : int }").Get<SchemaStatement>().defines);
  EXPECT_FALSE(One("schema \"host\"").Get<SchemaStatement>().defines);
}

TEST(ParseDeclaration, LetAndTable) {
  EXPECT_EQ(std::get<TextList>(One("let a = [\"x\"]").Get<Let>().value).items[0].value, "x");
  EXPECT_EQ(std::get<IntegerList>(One("let a = [7]").Get<Let>().value).items[0].value, 7);
  EXPECT_TRUE(std::holds_alternative<Condition>(One("let a = b.c is set").Get<Let>().value));
  const Parsed inline_table = One("table t { \"k\" : \"v\" }");
  EXPECT_EQ(inline_table.Get<Table>().entries().at(0).value.value, "v");
  const Parsed file_table = One("table t from \"f.csv\" maps \"a\" to \"b\"");
  EXPECT_EQ(file_table.Get<Table>().file->key_column.value, "a");
  EXPECT_EQ(file_table.Get<Table>().file->value_column.value, "b");
}

TEST(ParseDeclaration, PoolsCountTiersAndWeights) {
  const Parsed parsed =
      One("pool p of \"x\", \"y\" { \"a\" weight 2 then all of q weight 1_000 then where name like "
          "\"n\" "
          "after 3 server_error cool 20s up to 5m after ok cool 1s }");
  const Pool& pool = parsed.Get<Pool>();
  EXPECT_EQ(pool.providers.size(), 2U);
  ASSERT_EQ(pool.members.size(), 3U);
  EXPECT_EQ(pool.members[0].weight->value, 2);
  EXPECT_EQ(parsed.TextOf(pool.members[0].span), "\"a\" weight 2");
  EXPECT_EQ(std::get<AllOf>(pool.members[1].what).pool.text, "q");
  EXPECT_EQ(pool.members[1].tier, 2U);
  EXPECT_EQ(pool.members[2].tier, 3U);
  EXPECT_FALSE(pool.members[2].weight.has_value());
  EXPECT_EQ(pool.thens.size(), 2U);
  EXPECT_EQ(pool.coolings[0].count, 3U);
  EXPECT_EQ(pool.coolings[0].most.ms, 300'000);
  EXPECT_EQ(pool.coolings[1].count, 1U);
  EXPECT_EQ(pool.coolings[1].most.ms, 1'000);
}

TEST(ParseDeclaration, Meters) {
  const Parsed budget = One(
      "budget b for each user.id { \"a\" limit 1_000 tokens per hour limit 50.05 usd per month at "
      "\"UTC\" limit 5 usd per day limit 8 requests at once }");
  const Meter& meter = budget.Get<Meter>();
  EXPECT_TRUE(meter.is_budget);
  EXPECT_EQ(meter.each->text, "user.id");
  ASSERT_EQ(meter.limits.size(), 4U);
  EXPECT_EQ(meter.limits[0].unit, LimitUnit::kTokens);
  EXPECT_EQ(meter.limits[0].amount, 1'000);
  EXPECT_EQ(meter.limits[0].period, LimitPeriod::kHour);
  EXPECT_EQ(meter.limits[1].amount, 50'050'000);
  EXPECT_EQ(meter.limits[1].zone->value, "UTC");
  EXPECT_EQ(meter.limits[2].amount, 5'000'000);
  EXPECT_EQ(meter.limits[3].period, LimitPeriod::kAtOnce);
  EXPECT_TRUE(One("quota q for each credential { \"a\" }").Get<Meter>().each_credential);
  EXPECT_FALSE(One("quota q { \"a\" }").Get<Meter>().is_budget);
}

// ---- rules and claims

TEST(ParseRule, Arms) {
  const Parsed parsed = One(
      "rule r { when a use p where labels.x == t[b.c] by sticky on d.e under m, n waiting up to 3s "
      "else use credential k[b] from q else leave to host retry 2 times within 20s "
      "tag x = \"1\", y = b.c tag z = t[b] }");
  const Chain& chain = parsed.Get<Rule>().chain;
  ASSERT_EQ(chain.actions.size(), 3U);
  const auto& first = std::get<Use>(chain.actions[0].what);
  const auto& pool = std::get<UsePool>(first.what);
  EXPECT_EQ(pool.pool.name.text, "p");
  EXPECT_EQ(pool.narrow->field.text, "labels.x");
  EXPECT_EQ(std::get<Lookup>(pool.narrow->value.what).key.text, "b.c");
  EXPECT_EQ(pool.strategy.kind, StrategyKind::kSticky);
  EXPECT_EQ(pool.strategy.on->text, "d.e");
  EXPECT_EQ(first.under.size(), 2U);
  EXPECT_EQ(first.waiting->ms, 3'000);
  const auto& second = std::get<UseCredential>(std::get<Use>(chain.actions[1].what).what);
  EXPECT_EQ(std::get<Lookup>(second.credential.what).table.text, "k");
  EXPECT_EQ(second.from->name.text, "q");
  EXPECT_TRUE(std::holds_alternative<LeaveToHost>(chain.actions[2].what));
  EXPECT_EQ(chain.retry->times.value, 2);
  EXPECT_EQ(chain.retry->within.ms, 20'000);
  ASSERT_EQ(chain.tags.size(), 3U);
  EXPECT_EQ(std::get<Path>(chain.tags[1].value.what).text, "b.c");
}

TEST(ParseRule, EveryStrategy) {
  const std::pair<const char*, StrategyKind> strategies[] = {
      {"round_robin", StrategyKind::kRoundRobin},
      {"weighted_round_robin", StrategyKind::kWeightedRoundRobin},
      {"random", StrategyKind::kRandom},
      {"weighted_random", StrategyKind::kWeightedRandom},
      {"first_available", StrategyKind::kFirstAvailable},
      {"least_in_flight", StrategyKind::kLeastInFlight},
      {"least_used", StrategyKind::kLeastUsed},
      {"headroom", StrategyKind::kHeadroom},
      {"latency", StrategyKind::kLatency}};
  for (const auto& [word, kind] : strategies) {
    const Parsed parsed = One(std::string("default { use p by ") + word + " }");
    const auto& use = std::get<Use>(parsed.Get<Rule>().chain.actions[0].what);
    EXPECT_EQ(std::get<UsePool>(use.what).strategy.kind, kind) << word;
  }
}

TEST(ParseRule, TheDefaultIsARuleWithoutWhen) {
  const Parsed parsed = One("default { deny \"no\" }");
  EXPECT_EQ(parsed.Get<Rule>().name.text, "default");
  EXPECT_EQ(parsed.TextOf(parsed.Get<Rule>().name.span), "default");
  EXPECT_FALSE(parsed.Get<Rule>().when.has_value());
}

TEST(ParseRule, Claims) {
  EXPECT_EQ(std::get<PoolName>(One("never c { when a use p }").Get<Claim>().what).name.text, "p");
  const Parsed always = One("always c { use credential \"x\" }");
  EXPECT_FALSE(always.Get<Claim>().never);
  EXPECT_FALSE(always.Get<Claim>().when.has_value());
  EXPECT_EQ(std::get<Text>(always.Get<Claim>().what).value, "x");
  EXPECT_TRUE(std::holds_alternative<Deny>(One("never c { deny }").Get<Claim>().what));
  EXPECT_TRUE(
      std::holds_alternative<LeaveToHost>(One("never c { leave to host }").Get<Claim>().what));
}

// ---- tests

TEST(ParseTest, Steps) {
  const Parsed parsed =
      One("test \"t\" { given credential \"a\" of \"openai\" with weight = 3, enabled = false "
          "clock 1970-01-01T00:00Z request 3 times every 2s with a.b = unique, c = [\"x\"], limit "
          "= 1.50 "
          "again 2 times at once next report rate_limited with retry_after = 60s wait 1h }");
  const auto& steps = parsed.Get<dsl::Test>().steps;
  ASSERT_EQ(steps.size(), 7U);
  const auto& given = std::get<GivenStep>(steps[0].what);
  EXPECT_EQ(given.provider->value, "openai");
  EXPECT_EQ(std::get<Integer>(given.settings[0].value).value, 3);
  EXPECT_FALSE(std::get<bool>(given.settings[1].value));
  EXPECT_EQ(std::get<ClockStep>(steps[1].what).at.unix_ms, 0);
  const auto& request = std::get<RequestStep>(steps[2].what);
  EXPECT_EQ(request.repeat.times, 3);
  EXPECT_EQ(request.repeat.every->ms, 2'000);
  EXPECT_TRUE(std::holds_alternative<Unique>(request.settings[0].value));
  EXPECT_EQ(std::get<Money>(request.settings[2].value).micro_usd, 1'500'000);
  EXPECT_TRUE(std::get<RequestStep>(steps[3].what).again);
  EXPECT_TRUE(std::get<RequestStep>(steps[3].what).repeat.at_once);
  EXPECT_TRUE(std::holds_alternative<NextStep>(steps[4].what));
  EXPECT_EQ(std::get<ReportStep>(steps[5].what).outcome, Outcome::kRateLimited);
  EXPECT_EQ(std::get<WaitStep>(steps[6].what).duration.ms, 3'600'000);
}

TEST(ParseTest, Wants) {
  const Parsed parsed = One(
      "test \"t\" { expect rule r, default, credential \"a\", credential in p, same credential, "
      "another credential, deny, deny \"x\", host, wait, wait 3s, tag a = \"b\", "
      "skipped \"a\" as over_quota, 3 on \"a\", 270..330 on \"b\" }");
  const auto& wants = std::get<ExpectStep>(parsed.Get<dsl::Test>().steps.at(0).what).wants;
  ASSERT_EQ(wants.size(), 15U);
  EXPECT_EQ(std::get<WantRule>(wants[0].what).rule.text, "r");
  EXPECT_TRUE(std::holds_alternative<WantDefault>(wants[1].what));
  EXPECT_EQ(std::get<WantCredential>(wants[2].what).name.value, "a");
  EXPECT_EQ(std::get<WantCredentialIn>(wants[3].what).pool.name.text, "p");
  EXPECT_TRUE(std::get<WantSame>(wants[4].what).same);
  EXPECT_FALSE(std::get<WantSame>(wants[5].what).same);
  EXPECT_FALSE(std::get<WantDeny>(wants[6].what).reason.has_value());
  EXPECT_EQ(std::get<WantDeny>(wants[7].what).reason->value, "x");
  EXPECT_TRUE(std::holds_alternative<WantHost>(wants[8].what));
  EXPECT_FALSE(std::get<WantWait>(wants[9].what).duration.has_value());
  EXPECT_EQ(std::get<WantWait>(wants[10].what).duration->ms, 3'000);
  EXPECT_EQ(std::get<WantTag>(wants[11].what).value.value, "b");
  EXPECT_EQ(std::get<WantSkipped>(wants[12].what).reason.text, "over_quota");
  EXPECT_EQ(std::get<WantCount>(wants[13].what).most, 3);
  EXPECT_EQ(std::get<WantCount>(wants[14].what).least, 270);
  EXPECT_EQ(std::get<WantCount>(wants[14].what).most, 330);
}

}  // namespace
}  // namespace keyrule::dsl
