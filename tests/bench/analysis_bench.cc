// What the checks that look at all requests cost, beside reading the policy: FILE… are policies.
#include <chrono>
#include <cstdio>
#include <map>
#include <string>

#include "dsl/load.h"
#include "evaluator/analysis/claim_check.h"
#include "evaluator/analysis/policy_check.h"
#include "evaluator/analysis/policy_model.h"
#include "evaluator/compiler.h"

namespace {

using Clock = std::chrono::steady_clock;

double Seconds(Clock::time_point since) { return std::chrono::duration<double>(Clock::now() - since).count(); }

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
  }
  return 0;
}
