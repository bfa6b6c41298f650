// A test for each part of a policy that none meets: a request found by the analysis, run by the evaluator before it is shown.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "evaluator/analysis/breach_search.h"
#include "evaluator/analysis/policy_model.h"
#include "evaluator/analysis/test_scene.h"
#include "evaluator/coverage.h"
#include "evaluator/program.h"

namespace keyrule::analysis {

struct SuggestedTest {
  enum class Answer {
    kFound,
    kNone,        // proved: no request meets it
    kNotDecided,  // given up, or what was found would not do
  } answer = Answer::kNotDecided;
  std::string name;                // kFound
  std::vector<std::string> steps;  // kFound; each as a policy writes it
  std::string Block() const;       // in the layout of `keyrule fmt`
  std::string Line() const;        // the same on one line
};

// `name`, or with a number behind it the first that is not taken yet; it is then.
std::string FreeName(const std::string& name, std::set<std::string>* taken);

// Over one policy. Not thread-safe.
class TestSuggester {
 public:
  explicit TestSuggester(std::shared_ptr<const evaluator::Program> program, const ReachOptions& options = {});

  // `index`: of Coverage::items() of a coverage of this program.
  SuggestedTest For(size_t index);
  // The same, but that it is not asked whether an arm without a test could have one.
  SuggestedTest Search(size_t index);
  // Whether a test that was suggested before meets it as well.
  bool MetBefore(size_t index) const { return met_[index]; }

 private:
  static std::optional<TestScene> Scout(ShownRequest shown, SuggestedTest::Answer* answer);
  bool InNamedCondition(const dsl::Condition& atom) const;
  ShownRequest ReachAtom(const evaluator::CoverageItem& item, bool truth);
  SuggestedTest ForArm(const evaluator::CoverageItem& item, size_t index);
  SuggestedTest ForArmExactly(const evaluator::CoverageItem& item, size_t index);
  // Until the arm answers, or it is no use: first by turning off what answers before it, then by using limits up.
  SuggestedTest PassBefore(const TestScene& scene, size_t index);
  SuggestedTest PassBefore(TestScene scene, size_t index, bool by_limits);
  // By a limit of the one arm that is none of the other's. False: there is none.
  bool UseUp(const dsl::Use& before, const dsl::Use* wanted, TestScene* scene) const;
  // suggested_credentials.cc. False: there is none.
  // Values for the attributes that the arm takes its credential by.
  bool NameCredential(const dsl::Use& use, uint32_t rule, TestScene* scene);
  bool IsTakenBefore(const dsl::Use& use, uint32_t rule, const evaluator::Credential& credential) const;
  bool GiveText(uint32_t slot, const std::string& text, uint32_t rule, TestScene* scene);
  bool AddMember(const dsl::Use& use, TestScene* scene);
  // Runs it: found if the item was met.
  SuggestedTest Confirm(const TestScene& scene, size_t index);

  std::shared_ptr<const evaluator::Program> program_;
  PolicyModel model_;
  const ReachOptions options_;
  // With what arms may spend; made when it is first asked for.
  std::unique_ptr<PolicyModel> spending_;
  std::unique_ptr<BreachSearch> spends_;
  evaluator::Coverage coverage_;  // of what was run here
  std::vector<bool> met_;         // by what was suggested
  std::set<std::string> names_;   // of tests
};

}  // namespace keyrule::analysis
