#include "plugin_api/command/new_proof.h"

#include "dsl/load.h"
#include "evaluator/catalog_check.h"
#include "evaluator/compiler.h"
#include "evaluator/test_runner.h"

namespace keyrule::command {
namespace {

Problem ProblemOf(const dsl::Diagnostic& diagnostic, const std::string& where) {
  const std::string code(dsl::CodeName(diagnostic.code));
  return Problem{where + diagnostic.message,
                 diagnostic.help.empty() ? "`keyrule explain " + code + "` says more" : diagnostic.help};
}

}  // namespace

ProvenPolicy ProveNewPolicy(const std::string& text, const std::string& file, const KnownCredentials& known) {
  ProvenPolicy proven;
  const dsl::LoadResult loaded = dsl::LoadText(dsl::DiskReader(), file, text);
  for (const dsl::Diagnostic& diagnostic : loaded.diagnostics.all()) {
    if (diagnostic.severity == dsl::Severity::kNote) continue;
    proven.problem = ProblemOf(diagnostic, "these answers make no good policy: line " +
                                               std::to_string(loaded.sources->Locate(diagnostic.span).line) + ": ");
    return proven;
  }
  if (loaded.policy == nullptr) {
    proven.problem = Problem{"these answers make no policy"};
    return proven;
  }
  proven.rules = loaded.policy->rules.size();
  proven.tests = loaded.policy->tests.size();
  const std::shared_ptr<const evaluator::Program> program = evaluator::Compile(loaded.policy);
  for (const evaluator::TestResult& result : evaluator::RunTests(program)) {
    if (result.passed) continue;
    proven.problem = Problem{"the policy of these answers fails its own test `" + result.name + "`" +
                                 (result.failures.empty() ? "" : ": " + result.failures.front().message),
                             "please open an issue with these answers, the names changed if need be"};
    return proven;
  }
  if (!known.any_source()) return proven;
  for (const dsl::Diagnostic& diagnostic : evaluator::CheckAgainst(known.all(), *program)) {
    if (diagnostic.code == dsl::Code::KR0903) continue;  // twins were there before: `keyrule check --store` tells of them
    proven.problem = ProblemOf(diagnostic, "these answers do not fit the credentials: ");
    return proven;
  }
  return proven;
}

std::optional<Problem> CheckLimit(const std::string& limit, const std::string& for_each) {
  // On lines of its own, and all of it one clause: what ends the block early does not pass for a limit.
  const std::string text = "keyrule 1\nschema \"dify\"\nbudget asked" + (for_each.empty() ? "" : " for each " + for_each) +
                           " {\nlimit " + limit + "\n}\ndefault { use credential \"a\" under asked }\n";
  const dsl::LoadResult loaded = dsl::LoadText(dsl::DiskReader(), "limit", text);
  for (const dsl::Diagnostic& diagnostic : loaded.diagnostics.all()) {
    return ProblemOf(diagnostic, "`" + limit + (for_each.empty() ? "" : " for each " + for_each) + "` is no limit: ");
  }
  const bool one = loaded.policy != nullptr && loaded.policy->meters.size() == 1 && loaded.policy->meters[0].limits.size() == 1 &&
                   loaded.policy->rules.empty() && loaded.policy->tests.empty() && limit.find('#') == std::string::npos;
  if (!one) return Problem{"`" + limit + "` is more than one limit", "write `600 requests per minute`"};
  return std::nullopt;
}

}  // namespace keyrule::command
