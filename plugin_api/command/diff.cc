// keyrule diff OLD NEW
#include <filesystem>
#include <optional>

#include "dsl/wording.h"
#include "evaluator/analysis/policy_diff.h"
#include "plugin_api/command/diff_report.h"
#include "plugin_api/command/git_reader.h"
#include "plugin_api/command/policy_input.h"
#include "plugin_api/command/progress.h"

namespace keyrule::command {
namespace {

constexpr uint64_t kMostClasses = 20;

struct DiffArguments {
  std::vector<std::string> policies;  // OLD, NEW
  std::optional<uint64_t> most;
  bool tests = false;
};

// From a file, or from a revision.
PolicyInput ReadSide(const std::string& named, const Options& options) {
  const std::optional<RevisionPath> revision = ParseRevisionPath(named);
  const auto none = [&](std::string error, std::string help) {
    options.console().Error(Problem{std::move(error), std::move(help)});
    PolicyInput input;
    input.exit = Exit::kFile;
    return input;
  };
  std::error_code unknown;
  if (!revision && !std::filesystem::exists(named, unknown) && IsRevision(named)) {
    return none(dsl::Cat({dsl::Tick(named), " is a revision of git, not a policy"}),
                dsl::Cat({"name a policy in it: ", dsl::Tick(named + ":policies/a.keyrule")}));
  }
  if (!revision) return ReadPolicy(named, options);
  GitReader reader(*revision, options.schema());
  std::string error, help;
  if (!reader.Open(&error, &help)) return none(std::move(error), std::move(help));
  return ReadPolicy(reader, reader.path(), options);
}

Exit Compare(const DiffArguments& given, const Options& options) {
  const PolicyInput before = ReadSide(given.policies[0], options);
  const PolicyInput after = ReadSide(given.policies[1], options);
  if (const Exit exit = First(before.exit, after.exit); exit != Exit::kYes) return exit;
  const Console& console = options.console();
  std::optional<Progress> progress;
  progress.emplace(console, "comparing " + Count(after.loaded.policy->rules.size(), "rule"));
  const analysis::PolicyDiff diff = analysis::DiffPolicies(before.program, after.program);
  progress.reset();
  const DiffNames names{given.policies[0], given.policies[1]};
  const size_t most = given.most.value_or(kMostClasses);
  const evaluator::Program& from = *before.program;
  const evaluator::Program& to = *after.program;
  if (given.tests) {
    if (const std::string tests = DiffTests(diff, most); !tests.empty()) console.Result(tests);
  } else if (console.json()) {
    console.Result(DiffJson(diff, from, to, names, most));
  } else if (console.format() == Format::kMarkdown) {
    console.Result(DiffMarkdown(diff, from, to, names, most));
  } else {
    console.Result(DiffText(diff, from, to, names, most));
  }
  return diff.equal == analysis::PolicyDiff::Equal::kYes ? Exit::kYes : Exit::kNo;
}

Exit RunDiff(const Command& self, std::vector<std::string> arguments) {
  DiffArguments given;
  Options options(self);
  options.Arguments(&given.policies, 2, 2, "the old policy and the new one", ValueKind::kPolicy);
  options.Flag("--tests", &given.tests, "prints only the tests: a request of each kind, as the new policy answers it");
  options.Number("--most N", &given.most, "shows at most so many kinds; 20 unless said, and how many more there are");
  options.AlsoFormat("markdown");
  if (const std::optional<Exit> done = options.Parse(arguments)) return *done;
  if (given.tests && options.console().format() != Format::kText && options.console().format() != Format::kPlain) {
    return options.Wrong("`--tests` prints tests, in no other format", "JSON and Markdown have each request's test as well");
  }
  return Compare(given, options);
}

}  // namespace

const Command kDiff = {
    "diff", "OLD NEW [options]", "says which requests two policies answer differently, over all requests there are",
    "  keyrule diff old.keyrule new.keyrule\n"
    "  keyrule diff HEAD:policies/a.keyrule policies/a.keyrule     what you have changed\n"
    "  keyrule diff main:a.keyrule HEAD:a.keyrule                  two revisions of git\n"
    "  keyrule diff HEAD:a.keyrule :a.keyrule                      what is staged\n"
    "  keyrule diff --format markdown main:a.keyrule a.keyrule     for a pull request\n"
    "  keyrule diff --tests old.keyrule new.keyrule >> new.keyrule\n"
    "\n"
    "Each kind of requests comes with one of them, which the evaluator decides as said under both policies. Imports and\n"
    "tables are those of the same revision. Exit code: 0 nothing changes, 1 something does or it is not decided.\n",
    RunDiff};

}  // namespace keyrule::command
