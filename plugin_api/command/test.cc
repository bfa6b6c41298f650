// keyrule test FILE…
#include <nlohmann/json.hpp>

#include "evaluator/glob.h"
#include "plugin_api/command/coverage_report.h"
#include "plugin_api/command/policy_input.h"
#include "plugin_api/command/progress.h"
#include "plugin_api/command/test_files.h"
#include "plugin_api/command/test_run.h"
#include "plugin_api/command/watch.h"

namespace keyrule::command {
namespace {

struct Wishes {
  std::string only;
  std::string junit;
  std::string min_coverage;
  bool list = false;
  bool coverage = false;
  bool suggest = false;
  bool watch = false;
};

std::string Dump(const nlohmann::ordered_json& json) {
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

Exit ListTests(const std::vector<std::string>& files, const std::string& only,
               const Options& options, Exit exit) {
  const evaluator::Glob glob(only);
  TestPlaces listed;
  for (const std::string& file : files) {
    const PolicyInput input = ReadPolicy(file, options);
    exit = First(exit, input.exit);
    if (input.exit != Exit::kYes) continue;
    const dsl::Sources& sources = *input.loaded.sources;
    for (const dsl::Test& test : input.loaded.policy->tests) {
      if (!only.empty() && !glob.Matches(test.name.value)) continue;
      if (!listed.insert(PlaceOf(test.span, sources)).second) continue;
      if (!options.console().json()) {
        options.console().Print(sources.Where(test.span) + "  " + OneLineName(std::string(test.name.value)));
        continue;
      }
      nlohmann::ordered_json json;
      json["file"] = sources.at(test.span.source).name();
      json["line"] = sources.Locate(test.span).line;
      json["test"] = std::string(test.name.value);
      options.console().Print(Dump(json));
    }
  }
  if (listed.empty() && !only.empty() && exit == Exit::kYes) {
    return options.Wrong("no test has a name like `" + only + "`", "`--list` prints the names");
  }
  return exit;
}

// Prints the results of one policy.
void ShowRun(const PolicyRun& run, const Wishes& wishes, const Console& console) {
  const dsl::Sources& sources = *run.input.loaded.sources;
  for (const TimedResult& timed : run.results) {
    const evaluator::TestResult& result = timed.result;
    if (console.json()) {
      nlohmann::ordered_json json;
      json["file"] = sources.at(result.span.source).name();
      json["line"] = sources.Locate(result.span).line;
      json["policy"] = run.file;
      json["test"] = result.name;
      json["passed"] = result.passed;
      console.Result(Dump(json));
    } else {
      console.Result((result.passed ? "  pass  " : "  FAIL  ") + OneLineName(result.name));
    }
    for (const dsl::Diagnostic& failure : result.failures) console.Show(failure, sources);
  }
  if (!console.json() && (wishes.only.empty() || !run.results.empty())) {
    console.Result(run.file + ": " + std::to_string(run.Passed()) + " passed, " +
                   std::to_string(run.results.size() - run.Passed()) + " failed");
  }
}

Exit CheckCoverage(const std::vector<PolicyRun>& runs, std::optional<uint64_t> least, bool suggest,
                   const Options& options) {
  CoverageReport report;
  bool any = false;
  for (const PolicyRun& run : runs) {
    if (run.coverage == nullptr) continue;
    any = true;
    report.Add(*run.coverage, run.input.program);
  }
  if (!any) return Exit::kYes;  // nothing could be run, which has been said: there is no measure
  if (suggest) {
    report.ShowSuggestions(options.console());
    return Exit::kYes;
  }
  const size_t warnings = report.Show(options.console());
  Exit exit = Exit::kYes;
  if (warnings > 0 && options.deny_warnings()) {
    exit = Exit::kPolicy;
    SayDenied({}, warnings, options);
  }
  const uint64_t reached = report.Total().Hundredths();
  if (least && reached < *least) {
    options.console().Error(Problem{
        "coverage is " + PercentText(reached) + ", less than " + PercentText(*least),
        "the warnings KR0704 say what no test meets"});
    exit = First(exit, Exit::kCoverage);
  }
  return exit;
}

Exit RunTests(const std::vector<std::string>& files, const Wishes& wishes,
              std::optional<uint64_t> least, const Options& options, Exit exit, ReadFiles* read) {
  std::vector<PolicyRun> runs;
  Progress progress(options.console(), "testing", "policy file");
  for (const std::string& file : files) {
    progress.Set(runs.size(), files.size() > 1 ? files.size() : 0);
    runs.push_back(
        RunPolicy(file, wishes.only, wishes.coverage || wishes.suggest || least.has_value(), options, read));
    exit = First(exit, runs.back().input.exit);
  }
  CountOnce(&runs);
  size_t passed = 0;
  size_t failed = 0;
  size_t unusable = 0;
  for (const PolicyRun& run : runs) {
    if (run.input.exit != Exit::kYes) {
      ++unusable;
      continue;
    }
    // What is suggested is to be appended to a policy: nothing else goes to standard output.
    if (!wishes.suggest) ShowRun(run, wishes, options.console());
    passed += run.Passed();
    failed += run.results.size() - run.Passed();
  }
  if (!options.console().json() && runs.size() > 1 && !wishes.suggest) {
    std::string total = "total: " + std::to_string(passed) + " passed, " + std::to_string(failed) +
                        " failed in " + std::to_string(runs.size()) + " policies";
    if (unusable > 0) total += ", of which " + std::to_string(unusable) + " cannot be used";
    options.console().Result(total);
  }
  if (failed > 0) exit = First(exit, Exit::kNo);
  if (!wishes.junit.empty()) exit = First(exit, WriteJunit(runs, wishes.junit, options));
  if (!wishes.only.empty() && passed + failed == 0 && exit == Exit::kYes) {
    return options.Wrong("no test has a name like `" + wishes.only + "`",
                         "`--list` prints the names");
  }
  if (wishes.suggest && failed > 0) {
    for (const PolicyRun& run : runs) {
      for (const TimedResult& timed : run.results) {
        for (const dsl::Diagnostic& failure : timed.result.failures) {
          options.console().Show(failure, *run.input.loaded.sources);
        }
      }
    }
    options.console().Error(Problem{Count(failed, "test") + (failed == 1 ? " fails" : " fail"), "mend what is there before more is suggested"});
    return exit;
  }
  if (wishes.coverage || wishes.suggest || least) exit = First(exit, CheckCoverage(runs, least, wishes.suggest, options));
  return exit;
}

Exit RunTest(const Command& self, std::vector<std::string> arguments) {
  std::vector<std::string> files;
  Wishes wishes;
  Options options(self);
  options.Arguments(&files, 1, SIZE_MAX, "a policy file or a folder", ValueKind::kPolicy);
  options.Text("--only GLOB", &wishes.only,
               "run the tests whose names fit; `*` is any run of characters");
  options.Flag("--list", &wishes.list, "print the names of the tests and run none");
  options.Text("--junit FILE", &wishes.junit, "write the results as JUnit XML as well");
  options.Flag("--coverage", &wishes.coverage,
               "say which rules, arms and conditions (both ways) no test meets");
  options.Text("--min-coverage PERCENT", &wishes.min_coverage,
               "fail (exit 5) if less is covered; implies --coverage");
  options.Flag("--suggest", &wishes.suggest, "print a test for each part that no test meets, ready to be appended");
  options.Flag("--watch", &wishes.watch, kWatchDoc);
  if (const std::optional<Exit> done = options.Parse(arguments)) return *done;
  std::optional<uint64_t> least;
  if (options.Has("--min-coverage")) {
    least = ParsePercent(wishes.min_coverage);
    if (!least) {
      return options.Wrong("`" + wishes.min_coverage + "` is not a percentage",
                           "write a number from 0 to 100, such as `80` or `99.5`");
    }
  }
  if (wishes.list) {
    for (const char* other : {"--junit", "--coverage", "--min-coverage", "--suggest"}) {
      if (options.Has(other)) {
        return options.Wrong(std::string("`--list` runs no test, so that `") + other +
                             "` has nothing to say");
      }
    }
  }
  for (const char* other : {"--coverage", "--min-coverage", "--junit", "--only"}) {
    if (wishes.suggest && options.Has(other)) {
      return options.Wrong(std::string("`--suggest` prints tests and nothing else, so that it does not go with `") + other + "`");
    }
  }
  if (wishes.watch && wishes.suggest) {
    return options.Wrong("`--watch` and `--suggest` exclude each other", "what is suggested is to be appended once");
  }
  if (wishes.watch && wishes.list) return options.Wrong("`--list` runs no test, so that `--watch` has nothing to run again");
  const auto run = [&](ReadFiles* read) {
    Exit exit = Exit::kYes;
    const std::vector<std::string> found = FindPolicies(files, options, &exit, read);
    if (wishes.suggest && found.size() > 1) {
      return options.Wrong("`--suggest` takes one policy file, not " + std::to_string(found.size()),
                           "what it prints is to be appended to that one");
    }
    return wishes.list ? ListTests(found, wishes.only, options, exit) : RunTests(found, wishes, least, options, exit, read);
  };
  return wishes.watch ? Watch(options, run) : run(nullptr);
}

}  // namespace

const Command kTest = {
    "test", "FILE… [options]", "runs the tests that stand in policies; a folder stands for all in it",
    "  keyrule test billing.keyrule\n"
    "  keyrule test --only 'staging*' billing.keyrule\n"
    "  keyrule test --list policies\n"
    "  keyrule test --watch billing.keyrule                          while you write it\n"
    "  keyrule test --junit tests.xml --min-coverage 90 policies     as a build would\n"
    "  keyrule test --suggest billing.keyrule >> billing.keyrule     tests for what none meets yet\n",
    RunTest};

}  // namespace keyrule::command
