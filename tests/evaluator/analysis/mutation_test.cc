// Mutations: each is what somebody might write, those that nothing notices are real, and the test that is offered notices.
#include "evaluator/analysis/mutation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "evaluator/analysis/mutation_tester.h"
#include "evaluator/compiler.h"
#include "evaluator/test_runner.h"
#include "tests/evaluator/analysis/small_world.h"
#include "tests/evaluator/fixture.h"

namespace keyrule::analysis {
namespace {

using evaluator::CompileText;
using evaluator::Program;
using evaluator::Value;
using Fate = MutantResult::Fate;

std::shared_ptr<const Program> LoadOne(const std::string& text) {
  const dsl::LoadResult loaded = dsl::Load(dsl::MemoryReader({{"p.keyrule", text}}), "p.keyrule");
  return loaded.policy == nullptr ? nullptr : evaluator::Compile(loaded.policy);
}

std::string MutantOf(const Program& program, const Mutation& mutation) {
  return Edited(program.policy->sources->at(0).text(), mutation.edits);
}

const char kEverything[] = R"(keyrule 1
schema "dify"
let apps = ["a", "b"]
let night = time in 22:00..06:00 at "UTC"
table key_of {
  "a" : "k1"
  "b" : "k2"
}
pool first {
  "p1" weight 3
  "p2"
then
  "p3"
  after rate_limited cool 20s
}
pool second { where name like "s-*" }
budget fair for each user.id { limit 100 requests per day }
rule table_key {
  when app.id in key_of and not night
  use credential key_of[app.id]
  else deny "no key"
}
rule named {
  when app.id in apps and (environment == "production" or environment == "staging")
  use first by weighted_round_robin under fair waiting up to 3s
  else use second where labels.team == app.id by round_robin
  retry 3 times within 20s
  tag app = app.id, kind = "named"
}
rule texts { when app.id starts with "x" or app.name ends with "y" or user.id in 10%..30% use credential "p1" }
rule numbers { when request.tokens < 100 and user.roles contains "ops" and model matches /^gpt/ deny "small" }
default { leave to host }
)";

TEST(Mutations, AreWhatSomebodyMightWrite) {
  const auto program = LoadOne(kEverything);
  ASSERT_NE(program, nullptr);
  std::set<std::string> what, mutants;
  std::set<std::string_view> kinds;
  size_t unloadable = 0;
  for (const Mutation& mutation : MutationsOf(*program->policy)) {
    what.insert(mutation.place + ": " + mutation.what);
    kinds.insert(mutation.kind);
    const std::string text = MutantOf(*program, mutation);
    EXPECT_NE(text, kEverything);
    EXPECT_TRUE(mutants.insert(text).second) << mutation.what << " twice";
    unloadable += LoadOne(text) == nullptr ? 1 : 0;
  }
  for (const std::string_view kind : MutationKinds()) EXPECT_TRUE(kinds.contains(kind)) << kind;
  EXPECT_LT(unloadable, mutants.size() / 8);
  for (const char* expected : {
           "let apps: `\"a\"` is left out", "let night: `in` became `not in`", "let night: `22:00` and `06:00` are exchanged",
           "let night: `\"UTC\"` became `\"Asia/Tokyo\"`", "table key_of: `\"k1\"` became `\"k2\"`",
           "table key_of: `\"a\" : \"k1\"` is left out", "pool first: `weight 3` is left out", "pool first: `then` is left out",
           "pool first: `\"p2\"` is left out", "pool first: `after rate_limited cool 20s` is left out",
           "budget fair: `100` became `1000`", "budget fair: `day` became `month`", "budget fair: `for each user.id` is left out",
           "rule table_key: rule table_key is left out", "rule table_key: rules table_key and named are exchanged",
           "rule table_key: `and` became `or`", "rule table_key: `not` is left out", "rule table_key: `else deny \"no key\"` is left out",
           "rule table_key: `deny \"no key\"` became `leave to host`", "rule named: `or` became `and`",
           "rule named: `\"production\"` became `\"staging\"`", "rule named: `==` became `!=`",
           "rule named: `environment == \"staging\"` is left out", "rule named: `under fair` is left out",
           "rule named: `waiting up to 3s` is left out", "rule named: `first` became `second`",
           "rule named: `where labels.team == app.id` is left out", "rule named: `retry 3 times within 20s` is left out",
           "rule named: `app = app.id` is left out", "rule named: `kind = \"named\"` is left out",
           "rule texts: `starts with` became `ends with`", "rule texts: `30%` became `20%`", "rule numbers: `<` became `<=`",
           "rule numbers: `/^gpt/` became `/gpt/`"}) {
    EXPECT_TRUE(what.contains(expected)) << expected;
  }
}

TEST(Mutations, OfFilesAreWholeLines) {
  const auto program = LoadOne(kEverything);
  for (const Mutation& mutation : MutationsOf(*program->policy)) {
    if (mutation.what != "`else deny \"no key\"` is left out") continue;
    EXPECT_NE(MutantOf(*program, mutation).find("  use credential key_of[app.id]\n}\n"), std::string::npos);
    return;
  }
  FAIL();
}

// What is left when every survivor's test has been added.
struct Round {
  size_t noticed = 0, survived = 0, same = 0, without_test = 0;
};

Round AddTests(std::string text, bool again) {
  Round round;
  const auto program = LoadOne(text);
  const dsl::MemoryReader reader({{"p.keyrule", text}});
  MutationTester tester(program, reader, "p.keyrule", {});
  EXPECT_TRUE(tester.failing().empty()) << tester.failing().front() << "\n" << text;
  std::string more = text;
  std::set<std::vector<std::string>> added;
  std::set<std::string> names;
  for (const dsl::Test& given : program->policy->tests) names.emplace(given.name.value);
  for (const Mutation& mutation : MutationsOf(*program->policy)) {
    const MutantResult result = tester.Try(mutation);
    round.noticed += result.fate == Fate::kNoticed ? 1 : 0;
    round.same += result.fate == Fate::kSame ? 1 : 0;
    if (result.fate != Fate::kSurvived) continue;
    ++round.survived;
    std::optional<SuggestedTest> test = tester.TestFor(mutation);
    if (test) test->name = FreeName(test->name, &names);
    if (!test) {
      ++round.without_test;
    } else {
      // Alone it is enough: the policy passes it, the mutant does not.
      const auto good = LoadOne(text + test->Block());
      const auto bad = LoadOne(MutantOf(*program, mutation) + test->Block());
      EXPECT_NE(good, nullptr) << test->Block();
      if (good != nullptr) {
        EXPECT_TRUE(RunTest(good, good->policy->tests.back()).passed) << test->Block();
      }
      if (bad != nullptr) {
        EXPECT_FALSE(RunTest(bad, bad->policy->tests.back()).passed) << mutation.what << "\n" << test->Block();
      }
      if (added.insert(test->steps).second) more += test->Block();
    }
  }
  if (again) {
    const Round next = AddTests(more, false);
    EXPECT_EQ(next.survived, round.without_test);
  }
  return round;
}

TEST(Mutations, OfEveryKindAreNoticedByTheTestsThatAreOffered) {
  const Round round = AddTests(kEverything, true);
  EXPECT_EQ(round.noticed, 0U);  // there are no tests
  EXPECT_GT(round.survived, 60U);
  EXPECT_LT(round.without_test * 8, round.survived);
}

TEST(Mutations, OfNamesAndPatternsAreNoticedToo) {
  // A credential that an attribute names, and texts that lie between two patterns; of one member it is no matter how it is chosen.
  const Round round = AddTests("keyrule 1\nschema \"dify\"\npool named { \"a\"  \"b\" }\npool one { \"c\" }\n"
                               "rule words { when user.id matches /^[a-z]+$/ use one by round_robin }\n"
                               "rule rest { when user.id matches /[a-z]/ and app.id is not set deny \"no\" }\n"
                               "default { use credential app.id from named }\n", true);
  EXPECT_EQ(round.without_test, 0U);
  EXPECT_GT(round.survived, 10U);
}

TEST(Mutations, OfPoolsAndLimitsAreNoticedToo) {
  // A rest that only the last key shows, a wait, a member that the request asks for by a label, one that a condition leaves out,
  // and a ceiling behind the limits of each.
  const Round round = AddTests(R"(keyrule 1
schema "dify"
pool chat { "a"  "b"  after unauthorized cool 30m up to 1d }
pool own { where labels.kind == "own" and name != "sandbox" }
budget ceiling { all of chat  limit 2_000.00 usd per month at "UTC" }
budget each for each app.id { limit 100.00 usd per month at "UTC" }
rule mine { when user.id is set use own where labels.owner == user.id by least_used }
rule chat { when app.id is set use chat by round_robin under each waiting up to 3s }
default { deny "no" }
)", true);
  EXPECT_EQ(round.without_test, 0U);
  EXPECT_GT(round.survived, 25U);
}

TEST(Mutations, OfMembersAreNoticedToo) {
  // By a table, by a field of those that a pool names, by one condition of several; weights that credentials bring.
  const Round members = AddTests(R"(keyrule 1
schema "dify"
table teams { "app-a" : "red"  "app-b" : "blue" }
pool p { where labels.region == "eu" }
pool n { "k1" "k2" }
pool w { where labels.tier == "gold" then where labels.tier == "silver" }
pool v { "x1" where labels.tier == "gold" where labels.tier == "silver" and labels.region == "eu" }
rule a { when app.id in teams use p where labels.team == teams[app.id] by round_robin else deny "none" }
rule b { when app.id == "b" use n where labels.team == "red" by round_robin else deny "no" }
rule c { when app.id == "c" use w by weighted_round_robin }
rule e { when app.id == "e" use n by weighted_random else use v by random }
default { use n where owner == user.id by first_available else leave to host }
)", true);
  EXPECT_EQ(members.without_test, 0U);
  EXPECT_GT(members.survived, 50U);
  // Attributes of other types, a retry of which only the time differs, a budget of each that is used up.
  const Round types = AddTests(R"(keyrule 1
schema "dify" with {
  x.region : enum ["eu", "us"] optional
  x.level : int optional
}
table by { "eu" : "red" "us" : "blue" }
pool p { where labels.kind == "a" }
budget b for each x.level { limit 2 requests per minute }
budget c for each x.region { limit 200 tokens per day }
rule a { when app.id == "a" use p where labels.region == x.region by round_robin else deny "n" }
rule b { when app.id == "b" use p where labels.team == by[x.region] by sticky on x.region under b, c else deny "n" }
rule c { when app.id == "c" use credential x.region from p else deny "n" tag region = x.region }
default { use p by random under c retry 2 times within 30s }
)", true);
  EXPECT_EQ(types.without_test, 0U);
  EXPECT_GT(types.survived, 30U);
}

TEST(Mutations, OfNamesTablesAndTiersAreNoticedToo) {
  // A pool that an attribute narrows to a name, a tag by a table, tiers of a pool with a field, a quota over budgets of each.
  const Round round = AddTests(R"(keyrule 1
schema "dify"
table t { "x" : "a"  "y" : "b" }
pool p { "a" "b" }
pool n { "c" "d" then "e" }
quota o { all of p limit 100 requests per minute }
budget b for each user.id { limit 5 requests per minute limit 10.00 usd per day }
rule s { when app.name == "n" use p by first_available under b waiting up to 2s else use n by random retry 3 times within 1m }
rule names { when app.name == "m" use n where name == app.id by round_robin under b else use credential "z" }
rule tags { when user.id is set use p by round_robin tag t = t[app.id] }
default { use n where labels.k == app.id by least_used else deny "no" tag t = t[app.id] }
)", true);
  EXPECT_EQ(round.without_test, 0U);
  EXPECT_GT(round.survived, 45U);
}

TEST(Mutations, OfArmsThatNeverAnswerChangeNothing) {
  const std::string text = "keyrule 1\nschema \"dify\"\npool p { \"k1\" \"k2\" }\nbudget b { limit 3 requests per day }\n"
                           "rule a { when app.id == \"a\" use p by random else use credential \"k1\" else use p by round_robin }\n"
                           "rule b { when app.id == \"b\" use p by random under b else use credential \"k2\" }\n"
                           "default { leave to host }\n";
  const auto program = LoadOne(text);
  ASSERT_NE(program, nullptr);
  const dsl::MemoryReader reader({{"p.keyrule", text}});
  MutationTester tester(program, reader, "p.keyrule", {});
  std::set<std::string> same;
  for (const Mutation& mutation : MutationsOf(*program->policy)) {
    if (tester.Try(mutation).fate == Fate::kSame) same.insert(mutation.place + ": " + mutation.what);
  }
  EXPECT_EQ(same, (std::set<std::string>{"rule a: `\"k1\"` became `\"k2\"`", "rule a: `else use credential \"k1\"` is left out", "rule a: `else use p by round_robin` is left out",
                                         "rule a: `round_robin` became `first_available`", "rule a: rules a and b are exchanged"}));
}

TEST(Mutations, AreProvedToChangeNothing) {
  const std::string text = "keyrule 1\nschema \"dify\"\n"
                           "rule a { when app.id == \"x\" deny \"a\" }\n"
                           "rule b { when app.id == \"y\" deny \"b\" }\n"
                           "rule hidden { when app.id == \"x\" and user.id is set deny \"c\" }\n"
                           "default { leave to host }\n";
  const auto program = LoadOne(text);
  ASSERT_NE(program, nullptr);
  const dsl::MemoryReader reader({{"p.keyrule", text}});
  MutationTester tester(program, reader, "p.keyrule", {});
  std::set<std::string> same;
  for (const Mutation& mutation : MutationsOf(*program->policy)) {
    if (tester.Try(mutation).fate == Fate::kSame) same.insert(mutation.what);
  }
  EXPECT_TRUE(same.contains("rules a and b are exchanged"));
  EXPECT_TRUE(same.contains("rule hidden is left out"));
  EXPECT_TRUE(same.contains("`user.id is set` is left out"));
  EXPECT_TRUE(same.contains("`deny \"c\"` became `leave to host`"));
  EXPECT_FALSE(same.contains("rule a is left out"));
  EXPECT_FALSE(same.contains("`==` became `!=`"));
}

// What is proved to change nothing changes no request there is; what survives for want of tests has one that tells.
TEST(Mutations, AgreeWithEveryRequest) {
  size_t same = 0, different = 0;
  const uint64_t seed = testing::SeedOr(1);
  const uint64_t cases = std::max<uint64_t>(testing::CasesOr(0) / 100, 20);  // of each policy some fifty mutants
  for (uint64_t i = 0; i < cases; ++i) {
    testing::SmallWorld world(seed * 5'500'000 + i);
    const std::string text = world.Policy(3);
    SCOPED_TRACE("case " + std::to_string(i) + "\n" + text);
    const auto program = LoadOne(text);
    const dsl::MemoryReader reader({{"p.keyrule", text}});
    MutationTester tester(program, reader, "p.keyrule", {});
    for (const Mutation& mutation : MutationsOf(*program->policy)) {
      const MutantResult result = tester.Try(mutation);
      ASSERT_NE(result.fate, Fate::kNoticed);
      if (result.fate == Fate::kUnloadable) continue;
      const auto mutant = LoadOne(MutantOf(*program, mutation));
      testing::MovedRequest moved(*program->policy, *mutant->policy);
      evaluator::MatchScratch scratch;
      const auto name = [](const Program& of, size_t rule) { return std::string(of.rules[rule].name); };
      bool differs = false;
      testing::ForEachRequest(*program, [&](const std::vector<Value>& values, int64_t now) {
        differs = name(*program, program->Match(values, now, &scratch)) != name(*mutant, mutant->Match(moved.Of(values), now, &scratch));
        return !differs;
      });
      if (result.fate == Fate::kSame) {
        ++same;
        ASSERT_FALSE(differs) << mutation.place << ": " << mutation.what;
      } else if (differs) {
        ++different;
        ASSERT_TRUE(tester.TestFor(mutation)) << mutation.place << ": " << mutation.what;
      }
    }
  }
  EXPECT_GT(same, 20U);
  EXPECT_GT(different, 100U);
}

}  // namespace
}  // namespace keyrule::analysis
