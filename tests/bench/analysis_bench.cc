// What the checks that look at all requests cost, beside reading the policy: FILE… are policies. Then what comparing each
// with itself after 21 edits does: 5 rules answer otherwise, 5 are new, 5 are gone, 5 stand elsewhere, and a broad new one.
#include <chrono>
#include <cstdio>
#include <ctime>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "dsl/load.h"
#include "evaluator/analysis/claim_check.h"
#include "evaluator/analysis/policy_check.h"
#include "evaluator/analysis/policy_diff.h"
#include "evaluator/analysis/policy_model.h"
#include "evaluator/compiler.h"

namespace {

using Clock = std::chrono::steady_clock;

double Seconds(Clock::time_point since) { return std::chrono::duration<double>(Clock::now() - since).count(); }

namespace dsl = keyrule::dsl;

// Spread over the rules.
std::shared_ptr<const dsl::Policy> Edited(const dsl::Policy& policy) {
  auto edited = std::make_shared<dsl::Policy>(policy);
  std::vector<dsl::Rule>& rules = edited->rules;
  const size_t step = rules.size() / 21;
  const auto refuse = [](dsl::Rule* rule) {
    dsl::Few<dsl::Action> refusal;
    refusal.push_back({dsl::Deny{{"edited", rule->span}}, rule->span});
    rule->chain.actions = std::move(refusal);
  };
  for (size_t i = 0; i < 5; ++i) refuse(&rules[i * step]);
  for (size_t i = 5; i < 10; ++i) {  // two conditions together
    dsl::Rule added = rules[i * step];
    const dsl::Rule& other = rules[(i * step + step / 2) % rules.size()];
    if (added.when && other.when) {
      added.when = dsl::Condition{dsl::All{{*added.when, *other.when}}, added.when->span};
    }
    added.name.text = "added_" + std::to_string(i);
    refuse(&added);
    rules.insert(rules.begin() + static_cast<std::ptrdiff_t>((i - 5) * step), std::move(added));
  }
  for (size_t i = 10; i < 15; ++i) rules.erase(rules.begin() + static_cast<std::ptrdiff_t>(i * step));
  for (size_t i = 15; i < 20; ++i) std::swap(rules[i * step], rules[i * step - step / 2]);
  dsl::Rule broad = rules[rules.size() / 2];
  broad.name.text = "broad";
  dsl::Presence is_set;
  is_set.path = policy.slots.front().path;
  is_set.path.slot = 0;
  broad.when = dsl::Condition{std::move(is_set), broad.span};
  refuse(&broad);
  rules.insert(rules.begin() + static_cast<std::ptrdiff_t>(rules.size() / 2), std::move(broad));
  return edited;
}

void Compare(const char* name, const std::shared_ptr<const dsl::Policy>& policy) {
  if (policy->rules.size() < 42) return;
  const auto before = keyrule::evaluator::Compile(policy);
  const auto after = keyrule::evaluator::Compile(Edited(*policy));
  // Of the processor: it is one thread's.
  const auto since = [](std::clock_t start) { return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC; };
  const std::clock_t begin = std::clock();
  const keyrule::analysis::PolicyDiff diff = keyrule::analysis::DiffPolicies(before, after);
  const double all = since(begin);
  const std::clock_t again = std::clock();
  keyrule::analysis::DiffPolicies(before, after, {.only_whether = true});
  const double whether = since(again);
  size_t pairs = 0;
  for (const auto& one : diff.classes) pairs += one.pair_count;
  std::printf("%-40s diff %8.3f s, whether %8.3f s, %zu classes of %zu pairs, %zu probes, %zu not decided\n", name, all,
              whether, diff.classes.size(), pairs, static_cast<size_t>(diff.probes), static_cast<size_t>(diff.undecided + diff.unconfirmed));
}

}  // namespace

int main(int argc, char** argv) {
  const keyrule::dsl::DiskReader reader;
  std::printf("%-40s %8s %8s %8s %8s %8s %8s  %s\n", "policy", "rules", "load s", "model s", "check s", "claims s", "probes",
              "found");
  for (int i = 1; i < argc; ++i) {
    const auto begin = Clock::now();
    const keyrule::dsl::LoadResult loaded = keyrule::dsl::Load(reader, argv[i]);
    if (loaded.policy == nullptr) {
      std::fprintf(stderr, "%s does not load\n", argv[i]);
      return 1;
    }
    const double load = Seconds(begin);
    const auto program = keyrule::evaluator::Compile(loaded.policy);
    const auto built = Clock::now();
    std::unique_ptr<keyrule::analysis::ClaimTerms> terms;
    if (!loaded.policy->claims.empty()) terms = std::make_unique<keyrule::analysis::ClaimTerms>(program);
    keyrule::analysis::PolicyModel model(loaded.policy, {}, std::move(terms));
    const double model_time = Seconds(built);
    const auto asked = Clock::now();
    auto found = keyrule::analysis::CheckPolicy(&model);
    const double check = Seconds(asked);
    const auto claimed = Clock::now();
    for (keyrule::dsl::Diagnostic& one : keyrule::analysis::CheckClaims(&model)) found.push_back(std::move(one));
    const double claims = Seconds(claimed);
    std::map<std::string, size_t> codes;
    for (const keyrule::dsl::Diagnostic& one : found) ++codes[std::string(CodeName(one.code))];
    std::printf("%-40s %8u %8.3f %8.3f %8.3f %8.3f %8zu", argv[i], model.rule_count(), load, model_time, check, claims,
                static_cast<size_t>(model.reach().probes()));
    for (const auto& [code, count] : codes) std::printf("  %zu x %s", count, code.c_str());
    std::printf("\n");
    Compare(argv[i], loaded.policy);
  }
  return 0;
}
