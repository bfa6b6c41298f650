// keyrule test FILE…
#include <nlohmann/json.hpp>

#include "evaluator/test_runner.h"
#include "plugin_api/command/policy_input.h"

namespace keyrule::command {
namespace {

struct Totals {
  size_t passed = 0;
  size_t failed = 0;
};

std::string ResultJson(const std::string& file, const evaluator::TestResult& result,
                       const dsl::Sources& sources) {
  nlohmann::ordered_json json;
  json["file"] = sources.at(result.span.source).name();
  json["line"] = sources.Locate(result.span).line;
  json["policy"] = file;
  json["test"] = result.name;
  json["passed"] = result.passed;
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

void ListTests(const PolicyInput& input, const Console& console) {
  for (const dsl::Test& test : input.loaded.policy->tests) {
    const std::string where = input.loaded.sources->Where(test.span);
    if (!console.json()) {
      console.Print(where + "  " + test.name.value);
      continue;
    }
    nlohmann::ordered_json json;
    json["file"] = input.loaded.sources->at(test.span.source).name();
    json["line"] = input.loaded.sources->Locate(test.span).line;
    json["test"] = test.name.value;
    console.Print(json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  }
}

Totals RunFile(const std::string& file, const PolicyInput& input, const std::string& only,
               const Console& console) {
  Totals totals;
  for (const evaluator::TestResult& result : evaluator::RunTests(input.program, only)) {
    ++(result.passed ? totals.passed : totals.failed);
    if (console.json()) {
      console.Result(ResultJson(file, result, *input.loaded.sources));
    } else {
      console.Result((result.passed ? "  pass  " : "  FAIL  ") + result.name);
    }
    for (const dsl::Diagnostic& failure : result.failures) {
      console.Show(failure, *input.loaded.sources);
    }
  }
  if (!console.json() && (only.empty() || totals.passed + totals.failed > 0)) {
    console.Result(file + ": " + std::to_string(totals.passed) + " passed, " +
                   std::to_string(totals.failed) + " failed");
  }
  return totals;
}

Exit Run(const Command& self, std::vector<std::string> arguments) {
  std::vector<std::string> files;
  std::string only;
  bool list = false;
  Options options(self);
  options.Arguments(&files, 1, SIZE_MAX, "a policy file");
  options.Text("--only GLOB", &only, "run the tests whose names fit; `*` is any run of characters");
  options.Flag("--list", &list, "print the names of the tests and run none");
  if (const std::optional<Exit> done = options.Parse(arguments)) return *done;
  Exit exit = Exit::kYes;
  Totals all;
  for (const std::string& file : files) {
    const PolicyInput input = ReadPolicy(file, options);
    exit = First(exit, input.exit);
    if (input.exit != Exit::kYes) continue;
    if (list) {
      ListTests(input, options.console());
      continue;
    }
    const Totals totals = RunFile(file, input, only, options.console());
    all.passed += totals.passed;
    all.failed += totals.failed;
  }
  if (all.failed > 0) exit = First(exit, Exit::kNo);
  if (!list && !only.empty() && all.passed + all.failed == 0 && exit == Exit::kYes) {
    return options.Wrong("no test has a name like `" + only + "`", "`--list` prints the names");
  }
  return exit;
}

}  // namespace

const Command kTest = {
    "test", "FILE… [options]", "runs the tests that stand in policies",
    "  keyrule test billing.keyrule\n"
    "  keyrule test --only 'staging*' billing.keyrule\n"
    "  keyrule test --list policies/*.keyrule\n",
    Run};

}  // namespace keyrule::command
