#include "plugin_api/command/test_run.h"

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <map>

#include "dsl/render.h"
#include "evaluator/glob.h"
#include "evaluator/typeset.h"
#include "plugin_api/command/junit.h"

namespace keyrule::command {
namespace {

// One element for one test: the first failure names it, the text has all.
JunitCase CaseOf(const TimedResult& timed, const dsl::Sources& sources) {
  const evaluator::TestResult& result = timed.result;
  JunitCase test;
  test.name = result.name;
  test.file = sources.at(result.span.source).name();
  test.line = sources.Locate(result.span).line;
  test.micros = timed.micros;
  for (const dsl::Diagnostic& failure : result.failures) {
    if (test.message.empty()) {
      test.message = failure.message;
      test.code = dsl::CodeName(failure.code);
    }
    test.text += dsl::Render(failure, sources, dsl::RenderStyle::kText);
  }
  return test;
}

JunitCase Unloadable(const PolicyRun& run) {
  JunitCase test;
  test.name = "the policy loads";
  test.file = run.file;
  test.error = true;
  test.message = "the policy cannot be used";
  bool named = false;  // by an error, where there is one
  for (const dsl::Diagnostic& diagnostic : run.input.loaded.diagnostics.all()) {
    const bool is_error = diagnostic.severity == dsl::Severity::kError;
    if (test.code.empty() || (is_error && !named)) {
      named = is_error;
      test.message = diagnostic.message;
      test.code = dsl::CodeName(diagnostic.code);
      test.line = run.input.loaded.sources->Locate(diagnostic.span).line;
    }
    test.text += dsl::Render(diagnostic, *run.input.loaded.sources, dsl::RenderStyle::kText);
  }
  return test;
}

}  // namespace

size_t PolicyRun::Passed() const {
  size_t passed = 0;
  for (const TimedResult& timed : results) passed += timed.result.passed ? 1 : 0;
  return passed;
}

PolicyRun RunPolicy(const std::string& file, const std::string& only, bool with_coverage,
                    const Options& options, ReadFiles* files) {
  PolicyRun run;
  run.file = file;
  run.input = ReadPolicy(file, options, files);
  if (run.input.exit != Exit::kYes) return run;
  if (with_coverage) run.coverage = std::make_unique<evaluator::Coverage>(run.input.program);
  const evaluator::Glob glob(only);
  for (const dsl::Test& test : run.input.loaded.policy->tests) {
    if (!only.empty() && !glob.Matches(test.name.value)) continue;
    const auto begin = std::chrono::steady_clock::now();
    TimedResult& timed = run.results.emplace_back();
    timed.result = evaluator::RunTest(run.input.program, test, run.coverage.get());
    timed.micros = std::chrono::duration_cast<std::chrono::microseconds>(
                       std::chrono::steady_clock::now() - begin)
                       .count();
  }
  return run;
}

TestPlace PlaceOf(const dsl::Span& span, const dsl::Sources& sources) {
  return {dsl::DiskReader().RealPath(sources.at(span.source).name()), span.begin};
}

void CountOnce(std::vector<PolicyRun>* runs) {
  if (runs->size() < 2) return;
  std::map<TestPlace, size_t> owners;  // the run that a test stays with
  for (const bool failed : {true, false}) {
    for (size_t i = 0; i < runs->size(); ++i) {
      for (const TimedResult& timed : (*runs)[i].results) {
        if (timed.result.passed == failed) continue;
        owners.try_emplace(PlaceOf(timed.result.span, *(*runs)[i].input.loaded.sources), i);
      }
    }
  }
  for (size_t i = 0; i < runs->size(); ++i) {
    PolicyRun& run = (*runs)[i];
    std::erase_if(run.results, [&](const TimedResult& timed) {
      return owners.at(PlaceOf(timed.result.span, *run.input.loaded.sources)) != i;
    });
  }
}

Exit WriteJunit(const std::vector<PolicyRun>& runs, const std::string& path,
                const Options& options) {
  std::vector<JunitSuite> suites;
  for (const PolicyRun& run : runs) {
    JunitSuite& suite = suites.emplace_back();
    suite.name = run.file;
    if (run.input.exit != Exit::kYes) suite.cases.push_back(Unloadable(run));
    for (const TimedResult& timed : run.results) {
      suite.cases.push_back(CaseOf(timed, *run.input.loaded.sources));
    }
  }
  const std::string xml = JunitXml(suites);
  errno = 0;
  std::FILE* file = std::fopen(path.c_str(), "wb");
  bool written = file != nullptr && std::fwrite(xml.data(), 1, xml.size(), file) == xml.size();
  if (file != nullptr) written = std::fclose(file) == 0 && written;
  if (written) return Exit::kYes;
  options.console().Error(
      Problem{std::string("this file cannot be written: ") + std::strerror(errno), {}, path});
  return Exit::kFile;
}

std::string OneLineName(const std::string& name) { return evaluator::Printable(name); }

}  // namespace keyrule::command
