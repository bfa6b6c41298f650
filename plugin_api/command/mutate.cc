// keyrule mutate FILE…
#include <nlohmann/json.hpp>
#include <set>

#include "plugin_api/command/coverage_report.h"
#include "plugin_api/command/mutate_run.h"
#include "plugin_api/command/test_files.h"

namespace keyrule::command {
namespace {

using analysis::MutantResult;
using Fate = MutantResult::Fate;

constexpr uint64_t kUsualSeconds = 60;
constexpr uint64_t kUsualMost = 20;   // survivors that are shown
constexpr size_t kMostLines = 12;     // of what changed

struct MutateWishes {
  std::vector<std::string> files;
  std::string at_least;
  std::optional<uint64_t> bar;  // of `at_least`, in hundredths of a percent
  std::optional<uint64_t> seconds;
  std::optional<uint64_t> most;
  bool suggest = false;
};

std::string_view FateWord(const TriedMutation& one) {
  if (!one.tried) return "not tried";
  constexpr std::string_view kFates[] = {"noticed", "survived", "same", "unloadable"};
  return kFates[static_cast<size_t>(one.result.fate)];
}

std::string Indented(const std::string& text, const std::string& by, size_t most) {
  std::string indented;
  size_t lines = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    if (lines++ == most) return indented + by + "…\n";
    indented += by + text.substr(at, end - at) + "\n";
    at = end + 1;
  }
  return indented;
}

std::string SurvivorText(const TriedMutation& one, const dsl::Sources& sources) {
  const analysis::Mutation& mutation = one.mutation;
  std::string text = sources.Where(mutation.at) + ": no test notices that " + mutation.what;
  if (!mutation.what.starts_with("rule")) text += ", in " + mutation.place;
  text += "\n" + Indented(ChangedLines(mutation, sources), "    ", kMostLines);
  text += one.test ? "  this test would:\n" + Indented(one.test->Block(), "    ", SIZE_MAX) : "  no test was found that would\n";
  return text;
}

std::string SumText(const MutationRun& run) {
  const size_t noticed = run.Count(Fate::kNoticed);
  const size_t survived = run.Count(Fate::kSurvived);
  std::string text = run.file + ": ";
  if (noticed + survived == 0) {
    text += "there is nothing to mistake";
  } else {
    text += std::to_string(noticed) + " of " + Count(noticed + survived, "change") + " noticed, " + PercentText(run.Hundredths());
  }
  if (const size_t same = run.Count(Fate::kSame); same > 0) {
    text += ", " + std::to_string(same) + (same == 1 ? " changes nothing" : " change nothing");
  }
  if (const size_t none = run.Count(Fate::kUnloadable); none > 0) text += ", " + std::to_string(none) + " refused by `check`";
  if (run.Untried() > 0) {
    text += ", " + std::to_string(run.Untried()) + " not tried: time was up after " + Count(run.seconds, "second") +
            " (`--seconds` gives more)";
  }
  return text;
}

std::string OneLineOf(const nlohmann::ordered_json& object) {
  return object.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

void ShowMutationsJson(const MutationRun& run, const Console& console) {
  using Object = nlohmann::ordered_json;
  const dsl::Sources& sources = *run.input.loaded.sources;
  for (const TriedMutation& one : run.all) {
    const dsl::Location at = sources.Locate(one.mutation.at);
    console.Result(OneLineOf({{"mutation", one.mutation.kind},
                         {"policy", run.file},
                         {"file", sources.at(one.mutation.at.source).name()},
                         {"line", at.line},
                         {"column", at.column},
                         {"place", one.mutation.place},
                         {"what", one.mutation.what},
                         {"diff", ChangedLines(one.mutation, sources)},
                         {"fate", FateWord(one)},
                         {"noticed_by", one.result.noticed_by.empty() ? Object() : Object(one.result.noticed_by)},
                         {"test", one.test ? Object(one.test->Block()) : Object()}}));
  }
  console.Result(OneLineOf({{"policy", run.file},
                       {"noticed", run.Count(Fate::kNoticed)},
                       {"survived", run.Count(Fate::kSurvived)},
                       {"same", run.Count(Fate::kSame)},
                       {"unloadable", run.Count(Fate::kUnloadable)},
                       {"not_tried", run.Untried()},
                       {"percent", static_cast<double>(run.Hundredths()) / 100}}));
}

void ShowSurvivors(const MutationRun& run, uint64_t most, const Console& console) {
  uint64_t shown = 0;
  for (const TriedMutation& one : run.all) {
    if (!one.tried || one.result.fate != Fate::kSurvived) continue;
    if (shown++ < most) console.Result(SurvivorText(one, *run.input.loaded.sources));
  }
  if (shown > most) console.Result("and " + std::to_string(shown - most) + " more that no test notices (`--most` shows more)");
  console.Result(SumText(run));
}

// Tests alone, to be appended; what none was found for is said on standard error.
void ShowTests(const MutationRun& run, const Console& console) {
  std::set<std::vector<std::string>> seen;  // one test may notice several
  for (const TriedMutation& one : run.all) {
    if (!one.tried || one.result.fate != Fate::kSurvived) continue;
    if (!one.test) {
      console.Note(run.input.loaded.sources->Where(one.mutation.at) + ": " + one.mutation.what + ": no test was found that would notice");
    } else if (seen.insert(one.test->steps).second) {
      console.Result("\n" + one.test->Block());
    }
  }
  console.Note(SumText(run));
}

Exit MutateOne(const std::string& file, const MutateWishes& wishes, const Options& options) {
  const Console& console = options.console();
  const uint64_t most = wishes.most.value_or(kUsualMost);
  const bool all_tests = wishes.suggest || console.json();
  const MutationRun run = TryMutations(file, wishes.seconds.value_or(kUsualSeconds), all_tests ? SIZE_MAX : most, options);
  if (run.input.exit != Exit::kYes) return run.input.exit;
  if (!run.failing.empty()) {
    const bool one = run.failing.size() == 1;
    console.Error(Problem{Count(run.failing.size(), "test") + (one ? " fails" : " fail") + " as the policy is: " +
                              evaluator::Printable(run.failing[0]) + (one ? "" : ", …"),
                          "`keyrule test` says why; mend that before mistakes are looked for", file});
    return Exit::kNo;
  }
  if (console.json()) {
    ShowMutationsJson(run, console);
  } else if (wishes.suggest) {
    ShowTests(run, console);
  } else {
    ShowSurvivors(run, most, console);
  }
  if (wishes.suggest) return Exit::kYes;
  const bool enough = wishes.bar ? run.Hundredths() >= *wishes.bar : run.Count(Fate::kSurvived) == 0;
  if (!enough && wishes.bar) {
    console.Error(Problem{"the tests notice " + PercentText(run.Hundredths()) + " of the changes, less than " + PercentText(*wishes.bar),
                          "`--suggest` prints tests that notice the others", file});
  }
  return enough ? Exit::kYes : Exit::kNo;
}

Exit RunMutate(const Command& self, std::vector<std::string> arguments) {
  MutateWishes wishes;
  Options options(self);
  options.Arguments(&wishes.files, 1, SIZE_MAX, "a policy file or a folder", ValueKind::kPolicy);
  options.Text("--at-least PERCENT", &wishes.at_least, "be content (exit 0) if the tests notice so many; else with all alone");
  options.Number("--most N", &wishes.most, "survivors that are shown, each with a test; 20 unless said");
  options.Number("--seconds N", &wishes.seconds, "time for each policy; 60 unless said");
  options.Flag("--suggest", &wishes.suggest, "print a test for each survivor and nothing else, ready to be appended");
  if (const std::optional<Exit> done = options.Parse(arguments)) return *done;
  if (options.Has("--at-least")) {
    wishes.bar = ParsePercent(wishes.at_least);
    if (!wishes.bar) {
      return options.Wrong("`" + wishes.at_least + "` is not a percentage", "write a number from 0 to 100, such as `80` or `99.5`");
    }
  }
  for (const char* other : {"--at-least", "--most"}) {
    if (wishes.suggest && options.Has(other)) {
      return options.Wrong(std::string("`--suggest` prints tests and nothing else, so that it does not go with `") + other + "`");
    }
  }
  if (wishes.suggest && options.console().json()) {
    return options.Wrong("`--suggest` and `--json` exclude each other", "each line of `--json` has its test");
  }
  Exit exit = Exit::kYes;
  const std::vector<std::string> found = FindPolicies(wishes.files, options, &exit);
  if (wishes.suggest && found.size() > 1) {
    return options.Wrong("`--suggest` takes one policy file, not " + std::to_string(found.size()),
                         "what it prints is to be appended to that one");
  }
  for (const std::string& file : found) exit = First(exit, MutateOne(file, wishes, options));
  return exit;
}

}  // namespace

const Command kMutate = {
    "mutate", "FILE… [options]", "makes small mistakes in policies and says which of them no test notices",
    "  keyrule mutate billing.keyrule\n"
    "  keyrule mutate --at-least 90 policies                         as a build would\n"
    "  keyrule mutate --suggest billing.keyrule >> billing.keyrule   tests that notice the rest\n"
    "  keyrule mutate --seconds 600 --json billing.keyrule\n"
    "\n"
    "An operator turned round, a value left out or exchanged, `and` for `or`, two rules exchanged, an `else` left out, and\n"
    "so on, one at a time. What is proved to change nothing is not counted.\n",
    RunMutate};

}  // namespace keyrule::command
