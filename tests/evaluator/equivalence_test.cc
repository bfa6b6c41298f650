// The compiled program against the oracle, which asks one rule after another: the same verdict, rule, credential, skip
// reasons and tags for every request.
//
//   KEYRULE_CASES=10000000   how many requests are compared (300,000); `make oracle` compares ten million
//   KEYRULE_SEED=7           from where the random policies begin (1)
//   RC_PARAMS='reproduce=…'  what a failure prints: only that case, made small again
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cstdlib>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <string>

#include "dsl/load.h"
#include "dsl/render.h"
#include "evaluator/compiler.h"
#include "evaluator/local_state.h"
#include "evaluator/request_builder.h"
#include "evaluator/snapshot.h"
#include "tests/evaluator/answers.h"
#include "tests/evaluator/policy_case.h"
#include "tests/evaluator/policy_case_random.h"
#include "tests/evaluator/policy_case_shrink.h"
#include "tests/support/memory_reader.h"

namespace keyrule::evaluator::cases {
namespace {

constexpr uint64_t kDefaultSeed = 1;
constexpr uint64_t kDefaultCases = 300'000;
constexpr size_t kCallsOfPolicy = 100;

uint64_t Number(const char* variable, uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

using CasePtr = std::shared_ptr<const PolicyCase>;

rc::Seq<CasePtr> SmallerOnes(const CasePtr& whole) {
  return rc::seq::map(rc::seq::fromContainer(StepsOf(*whole)),
                      [whole](const Step& step) -> CasePtr {
                        return std::make_shared<const PolicyCase>(Smaller(*whole, step));
                      });
}

rc::Gen<CasePtr> Cases() {
  return rc::Gen<CasePtr>([](const rc::Random& random, int size) {
    const uint64_t seed = rc::Random(random).next();
    CasePtr made = std::make_shared<const PolicyCase>(MakePolicyCase(seed, size, kCallsOfPolicy));
    return rc::shrinkable::shrinkRecur(std::move(made), &SmallerOnes);
  });
}

bool Set(RequestBuilder* builder, const std::string& path, const GivenValue& value, std::string* error) {
  if (const auto* text = std::get_if<std::string>(&value)) return builder->SetText(path, *text, error);
  if (const auto* number = std::get_if<int64_t>(&value)) return builder->SetInteger(path, *number, error);
  if (const auto* truth = std::get_if<bool>(&value)) return builder->SetBool(path, *truth, error);
  if (const auto* at = std::get_if<Millis>(&value)) return builder->SetTimestamp(path, at->unix_ms, error);
  return builder->SetList(path, std::get<std::vector<std::string>>(value), error);
}

// What was met over all cases: the test must not go blind.
struct Met {
  uint64_t cases = 0, policies = 0, left_out = 0, late_rules = 0, large_policies = 0;
  std::map<std::string, uint64_t> deciding;  // kinds of atoms in rules that decided; verdicts and reasons too
};

std::string Show(const Credential& c) {
  std::string text = "  # credential " + c.name + ": id " + c.id;
  if (!c.provider.empty()) text += ", provider " + c.provider;
  if (!c.model.empty()) text += ", model " + c.model;
  if (!c.model_type.empty()) text += ", model type " + c.model_type;
  if (!c.owner.empty()) text += ", owner " + c.owner;
  for (const auto& [key, value] : c.labels) text += ", labels." + key + " " + value;
  if (!c.enabled) text += ", disabled";
  if (c.expires_ms != 0) text += ", expires " + std::to_string(c.expires_ms);
  return text + ", weight " + std::to_string(c.weight) + "\n";
}

// The policy with the calls up to the one that failed as a test of its own, ready for a file.
std::string Paste(const PolicyCase& policy, size_t calls, const OracleAnswer& expected, const OracleAnswer& got) {
  std::string text = TextOf(policy) + "test \"by the oracle\" {\n";
  for (const Credential& credential : policy.credentials) text += Show(credential);
  for (size_t i = 0; i < calls; ++i) text += TextOf(policy.calls[i]);
  text += "  expect " + (expected.rule == "default" ? expected.rule : "rule " + expected.rule) + "\n}\n";
  return "\n" + text + "# oracle:  " + Text(expected) + "\n# program: " + Text(got) + "\n";
}

void CountDecision(const PolicyCase& policy, const OracleAnswer& answer, Met* met) {
  ++met->cases;
  ++met->deciding[std::string(ToString(answer.verdict))];
  for (const auto& [name, why] : answer.skipped) ++met->deciding[std::string(ToString(why))];
  if (answer.rule == "default") {
    ++met->deciding["default"];
    return;
  }
  const size_t rule = std::strtoull(answer.rule.c_str() + 1, nullptr, 10);
  met->late_rules += rule >= 20;
  Formula when = policy.rules[rule].when;
  ForEach(&when, [&](Formula* formula) {
    if (formula->kind == Formula::Kind::kAtom) ++met->deciding[formula->atom.kind];
    if (formula->kind == Formula::Kind::kNamed) ++met->deciding["named"];
    if (formula->kind == Formula::Kind::kNot) ++met->deciding["not"];
  });
}

void Compare(const PolicyCase& policy, Met* met) {
  const dsl::LoadResult loaded = dsl::LoadText(dsl::MemoryReader(), "p.keyrule", TextOf(policy));
  if (loaded.policy == nullptr) {
    if (policy.made_smaller) RC_DISCARD("it does not load");
    std::string problems;
    for (const dsl::Diagnostic& diagnostic : loaded.diagnostics.all()) {
      if (diagnostic.severity != dsl::Severity::kError) continue;
      problems += dsl::Render(diagnostic, *loaded.sources, dsl::RenderStyle::kText);
    }
    RC_FAIL("the random policy does not load:\n" + problems);
  }
  const std::shared_ptr<const Program> program = Compile(loaded.policy);
  LocalState state;
  const Snapshot snapshot(program, std::make_shared<MemorySource>(policy.credentials), &state,
                          {.seed = policy.seed});
  Oracle oracle(*program->policy, policy.credentials, policy.seed);
  Decision decision;
  ++met->policies;
  met->large_policies += policy.rules.size() >= 100;
  for (size_t i = 0; i < policy.calls.size(); ++i) {
    const Call& call = policy.calls[i];
    RequestBuilder builder(program->policy);
    for (const auto& [path, value] : call.given) {
      std::string error;
      if (Set(&builder, path, value, &error)) continue;
      if (policy.made_smaller) RC_DISCARD("an attribute that is gone");
      RC_FAIL(path + ": " + error);
    }
    builder.FillRequired(call.at_ms);
    const OracleAnswer expected = oracle.Decide(builder.Build(), call.at_ms);
    if (expected.near_tie) {
      met->left_out += policy.calls.size() - i;
      return;
    }
    snapshot.Decide(builder.Build(), call.at_ms, &decision);
    const OracleAnswer got = AnswerOf(decision, *program);
    if (Text(got) != Text(expected)) RC_FAIL(Paste(policy, i + 1, expected, got));
    if (!policy.made_smaller) CountDecision(policy, expected, met);
  }
}

TEST(EquivalenceTest, TheProgramDecidesAsTheOracle) {
  const uint64_t cases = Number("KEYRULE_CASES", kDefaultCases);
  rc::detail::TestParams params = rc::detail::configuration().testParams;
  params.seed = Number("KEYRULE_SEED", kDefaultSeed);
  params.maxSuccess = static_cast<int>((cases + cases / 50) / kCallsOfPolicy + 1);  // a few are left out
  std::printf("KEYRULE_SEED=%llu KEYRULE_CASES=%llu\n", static_cast<unsigned long long>(params.seed),
              static_cast<unsigned long long>(cases));
  Met met;
  rc::detail::TestMetadata metadata;
  metadata.id = metadata.description = "equivalence";
  const auto result = rc::detail::checkTestable(
      [&met] {
        const CasePtr policy = *Cases();
        Compare(*policy, &met);
      },
      metadata, params);
  std::ostringstream message;
  rc::detail::printResultMessage(result, message);
  ASSERT_TRUE(result.is<rc::detail::SuccessResult>())
      << "KEYRULE_SEED=" << params.seed << "\n" << message.str();
  if (std::getenv("RC_PARAMS") != nullptr) return;  // perhaps one case only
  std::printf("%llu cases of %llu policies (%llu with a hundred rules or more), %llu left out for near ties\n",
              static_cast<unsigned long long>(met.cases), static_cast<unsigned long long>(met.policies),
              static_cast<unsigned long long>(met.large_policies), static_cast<unsigned long long>(met.left_out));
  EXPECT_GE(met.cases, cases);
  if (cases < 100'000) return;  // too few to have met everything
  EXPECT_GT(met.late_rules, met.cases / 200) << "decided by the twentieth rule or a later one";
  EXPECT_GT(met.large_policies, met.policies / 200);
  for (const char* thing :
       {"==", "!=", "in", "not in", "in list", "not in list", "in table", "not in table", "starts with", "ends with",
        "contains", "like", "like p*", "like *s", "like p*s", "like *m*", "like *", "matches", "share", "not in share",
        "is set", "is not set", "enum ==", "enum !=", "enum in", "enum not in", "int in", "int in list", "int range",
        "bool", "timestamp", "list contains", "clock", "named", "not", "default", "use", "deny", "host",
        "other_provider", "unknown", "disabled", "expired"}) {
    EXPECT_GT(met.deciding[thing], met.cases / 20'000) << thing << " hardly ever decided";
  }
}

// The generator is the same for the same seed, or no failure could be replayed; and steps do what they say.
TEST(EquivalenceTest, CasesAreReplayedAndMadeSmaller) {
  const PolicyCase policy = MakePolicyCase(7, 60, 20);
  EXPECT_EQ(TextOf(policy), TextOf(MakePolicyCase(7, 60, 20)));
  EXPECT_NE(TextOf(policy), TextOf(MakePolicyCase(8, 60, 20)));
  const auto size = [](const PolicyCase& of) {
    size_t bytes = TextOf(of).size() + of.credentials.size();
    for (const Call& call : of.calls) bytes += TextOf(call).size();
    return bytes;
  };
  std::set<Step::Kind> kinds;
  for (const Step& step : StepsOf(policy)) {
    kinds.insert(step.kind);
    if (step.kind == Step::Kind::kWriteOut || step.kind == Step::Kind::kDenyInstead) continue;  // simpler, not shorter
    if (step.kind == Step::Kind::kDropNamed || step.kind == Step::Kind::kHostInstead) continue;
    EXPECT_LT(size(Smaller(policy, step)), size(policy)) << static_cast<int>(step.kind);
  }
  EXPECT_GE(kinds.size(), 12u);
}

}  // namespace
}  // namespace keyrule::evaluator::cases
