// Tests in the REPL: those of the policy, and those that are typed in.

#include <algorithm>

#include "dsl/wording.h"
#include "evaluator/compiler.h"
#include "evaluator/repl_impl.h"
#include "evaluator/test_runner.h"
#include "evaluator/typeset.h"

namespace keyrule::evaluator {

using dsl::Cat;
using dsl::Tick;
using Answer = Repl::Answer;

std::string Repl::Impl::ResultText(const TestResult& result, const dsl::Sources& sources, std::string* problem) const {
  *problem += Rendered(result.failures, sources);
  return Cat({paint.Truth(result.passed, result.passed ? "ok" : "FAIL"), result.passed ? "    " : "  ",
              Printable(result.name), "\n"});
}

Answer Repl::Impl::Test(std::string_view rest) {
  std::vector<std::string> words;
  const bool quoted = rest.starts_with('"') && SplitWords(rest, &words) && words.size() == 1;
  Answer answer;
  size_t passed = 0;
  size_t failed = 0;
  for (const TestResult& result : RunTests(program, quoted ? words.front() : std::string(rest))) {
    ++(result.passed ? passed : failed);
    answer.text += ResultText(result, *program->policy->sources, &answer.problem);
    if (host.Interrupted()) {
      answer.problem += "stopped\n";
      break;
    }
  }
  if (passed + failed == 0) {
    return Wrong(rest.empty() ? "the policy has no tests"
                              : Cat({"no test is named like ", Tick(Printable(rest))}));
  }
  answer.error = !answer.problem.empty();
  answer.text += std::to_string(passed) + " passed, " + std::to_string(failed) + " failed\n";
  return answer;
}

Answer Repl::Impl::TypedTest(std::string_view text) {
  Answer answer;
  dsl::Frame frame;
  frame.typed = text;
  const std::shared_ptr<const dsl::Policy> checked = CheckTyped(frame, "\n", &answer.problem);
  if (checked == nullptr) {
    answer.error = true;
    return answer;
  }
  const auto typed = std::find_if(checked->tests.begin(), checked->tests.end(), [&](const dsl::Test& test) {
    return checked->sources->at(test.span.source).name() == kTypedName;
  });
  if (typed == checked->tests.end())
    return Wrong("that is no test; write `test \"what it shows\" { request … expect … }`");
  const TestResult result = RunTest(Compile(checked), *typed);
  answer.text = ResultText(result, *checked->sources, &answer.problem);
  answer.error = !result.passed;
  return answer;
}

}  // namespace keyrule::evaluator
