// What it costs to ask of every rule of a policy whether a request reaches it: FILE… are policies.
#include <chrono>
#include <cstdio>

#include "dsl/load.h"
#include "evaluator/analysis/policy_model.h"

namespace {

using Clock = std::chrono::steady_clock;

double Seconds(Clock::time_point since) { return std::chrono::duration<double>(Clock::now() - since).count(); }

}  // namespace

int main(int argc, char** argv) {
  const keyrule::dsl::DiskReader reader;
  std::printf("%-40s %8s %8s %8s %8s %8s %9s %8s\n", "policy", "rules", "load s", "model s", "reach s", "never",
              "undecided", "probes");
  for (int i = 1; i < argc; ++i) {
    const auto begin = Clock::now();
    const keyrule::dsl::LoadResult loaded = keyrule::dsl::Load(reader, argv[i]);
    if (loaded.policy == nullptr) {
      std::fprintf(stderr, "%s does not load\n", argv[i]);
      return 1;
    }
    const double load = Seconds(begin);
    const auto built = Clock::now();
    keyrule::analysis::PolicyModel model(loaded.policy);
    const double model_time = Seconds(built);
    const auto asked = Clock::now();
    size_t never = 0;
    size_t undecided = 0;
    for (uint32_t rule = 0; rule < model.rule_count(); ++rule) {
      const keyrule::analysis::NodeRef node = model.reach().rule(rule);
      const auto answer = model.reach().FindAny({&node, 1}, rule).answer;
      never += answer == keyrule::analysis::Reached::Answer::kNone ? 1 : 0;
      undecided += answer == keyrule::analysis::Reached::Answer::kNotDecided ? 1 : 0;
    }
    std::printf("%-40s %8u %8.3f %8.3f %8.3f %8zu %9zu %8zu\n", argv[i], model.rule_count(), load, model_time,
                Seconds(asked), never, undecided, static_cast<size_t>(model.reach().probes()));
  }
  return 0;
}
