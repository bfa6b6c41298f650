// keyrule simulate SCENARIO.json
#include <optional>
#include <string>
#include <vector>

#include "dsl/suggest.h"
#include "plugin_api/command/policy_input.h"
#include "plugin_api/command/progress.h"
#include "plugin_api/command/simulation_dify.h"
#include "plugin_api/command/simulation_file.h"
#include "plugin_api/command/simulation_keyrule.h"
#include "plugin_api/command/simulation_litellm.h"
#include "plugin_api/command/simulation_report.h"

namespace keyrule::command {
namespace {

using namespace simulation;

struct Arguments {
  std::vector<std::string> files;
  std::string policy;
  std::string against = "all";
  std::optional<uint64_t> seed;
};

Exit Simulate(const Arguments& given, const Options& options) {
  ScenarioFile file(given.files.front(), options);
  if (const Exit exit = file.Open(); exit != Exit::kYes) return exit;
  const std::string& path = given.policy.empty() ? file.policy() : given.policy;
  if (path.empty()) {
    return options.Wrong("the scenario names no policy", "add \"policy\": \"FILE\" to it, or `--policy FILE`");
  }
  const PolicyInput policy = ReadPolicy(path, options);
  if (policy.exit != Exit::kYes) return policy.exit;
  Scenario scenario;
  if (const Exit exit = file.Read(policy, given.seed, &scenario); exit != Exit::kYes) return exit;

  const std::vector<Arrival> trace = MakeTrace(scenario);
  std::vector<RunResult> runs;
  Progress progress(options.console(), "simulating " + Count(trace.size(), "request"));
  KeyruleBalancer keyrule(&scenario);
  runs.push_back(Run(scenario, trace, &keyrule));
  if (given.against != "none") {
    progress.Say("simulating Dify's own balancer");
    DifyBalancer dify(scenario);
    runs.push_back(Run(scenario, trace, &dify));
    progress.Say("simulating LiteLLM's default");
    LitellmBalancer litellm(scenario);
    runs.push_back(Run(scenario, trace, &litellm));
  }
  const Console& console = options.console();
  console.Result(console.json() ? ReportJson(scenario, runs) : ReportText(scenario, runs, console.format()));
  return Exit::kYes;
}

Exit RunSimulate(const Command& self, std::vector<std::string> arguments) {
  Arguments given;
  Options options(self);
  options.Arguments(&given.files, 1, 1, "a scenario file", ValueKind::kScenario);
  options.Text("--policy FILE", &given.policy, "in place of the policy that the scenario names");
  options.Number("--seed N", &given.seed, "in place of the scenario's; 0 unless either says so");
  options.Text("--against WHICH", &given.against,
               "models of other balancers on the same trace: all (Dify's own, LiteLLM's default) or none");
  options.Words("--against", {"all", "none"});
  if (const std::optional<Exit> done = options.Parse(arguments)) return *done;
  if (given.against != "all" && given.against != "none") {
    return options.Wrong("`--against` is never `" + given.against + "`",
                         dsl::Suggest(given.against, {"all", "none"}, "its values"));
  }
  return Simulate(given, options);
}

}  // namespace

const Command kSimulate = {
    "simulate", "SCENARIO.json [options]",
    "runs a day of traffic against scripted providers: who serves what, 429s, waits",
    "  keyrule simulate policies/simulations/rate-limits.json\n"
    "  keyrule simulate day.json --policy candidate.keyrule --against none\n"
    "  keyrule simulate day.json --seed 8 --json\n"
    "\n"
    "Time is simulated: the same scenario, policy and seed give the same report, byte for byte.\n"
    "SIMULATE.md says what a scenario file holds.\n",
    RunSimulate};

}  // namespace keyrule::command
