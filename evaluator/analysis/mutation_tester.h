// Runs a policy's own tests against mutations of it: which do they notice, and what would notice the others.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "dsl/load.h"
#include "evaluator/analysis/mutation.h"
#include "evaluator/analysis/suggested_test.h"
#include "evaluator/program.h"

namespace keyrule::analysis {

struct MutantResult {
  enum class Fate {
    kNoticed,     // a test fails
    kSurvived,    // every test passes
    kSame,        // so they must: proved to change nothing
    kUnloadable   // no policy at all, which `check` notices
  } fate = Fate::kUnloadable;
  std::string noticed_by;  // kNoticed: the first test that fails
};

// Files that are read as they are, but for some that have another text.
class EditedReader : public dsl::FileReader {
 public:
  explicit EditedReader(const dsl::FileReader& reader) : reader_(reader) {}
  void Put(const std::string& path, std::string text) { texts_[reader_.RealPath(path)] = std::move(text); }
  bool Read(const std::string& path, std::string* text, std::string* error) const override;
  std::string RealPath(const std::string& path) const override { return reader_.RealPath(path); }

 private:
  const dsl::FileReader& reader_;
  std::map<std::string, std::string> texts_;  // by real path
};

// Over one policy, whose tests all pass. Not thread-safe.
class MutationTester {
 public:
  // `path`, `options`: as it was loaded; borrows the reader.
  MutationTester(std::shared_ptr<const evaluator::Program> program, const dsl::FileReader& reader, std::string path,
                 const dsl::LoadOptions& options);
  // Another over the same policy, for another thread; its tests are not run again. While the first is not in use.
  MutationTester(const MutationTester& first);

  // Names of tests that fail as the policy is.
  const std::vector<std::string>& failing() const { return failing_; }
  MutantResult Try(const Mutation& mutation);
  // For one that survived: a test that passes on the policy and fails on the mutant, each of which was run. Others, of
  // the policy too, may have its name (FreeName).
  std::optional<SuggestedTest> TestFor(const Mutation& mutation);

 private:
  // The policy, or the mutant, with tests at its end; null if it does not load. `only`: without the other tests of the file
  // that is mutated, of which there may be far more than rules.
  std::shared_ptr<const evaluator::Program> Load(const Mutation* mutation, const std::string& appended,
                                                 const std::vector<size_t>* only = nullptr) const;
  // Tests that may notice it: those about its rules, and `others` that stand behind them.
  std::vector<size_t> TestsFor(const Mutation& mutation, std::vector<size_t>* others) const;
  // The first of these that fails; empty: none.
  std::string FirstFailing(const std::shared_ptr<const evaluator::Program>& mutant, const std::vector<size_t>& tests) const;
  bool NeverMet(const Mutation& mutation);
  TestSuggester& Suggester();
  // Steps without what is expected of them.
  using Steps = std::vector<std::string>;
  std::optional<SuggestedTest> TestInHalves(const std::vector<Steps>& scenes, const Mutation& mutation) const;
  std::optional<SuggestedTest> TestAmong(const std::vector<Steps>& scenes, const Mutation& mutation) const;

  std::shared_ptr<const evaluator::Program> program_;
  const dsl::FileReader& reader_;
  const std::string path_;
  dsl::LoadOptions options_;
  std::vector<std::vector<uint32_t>> rules_of_;  // by test: rules that decide its calls, sorted
  std::map<std::string, std::string, std::less<>> named_in_;  // by rule: a test that expects it by name
  std::set<std::string> names_;  // of tests
  std::vector<std::string> failing_;
  std::unique_ptr<PolicyModel> model_;
  std::unique_ptr<TestSuggester> suggester_;
};

}  // namespace keyrule::analysis
