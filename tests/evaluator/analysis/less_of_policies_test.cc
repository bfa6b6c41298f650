// Policies from which rules are taken away, so that what they named is named by nobody: whatever is left can be analysed.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "dsl/load.h"
#include "evaluator/analysis/claim_check.h"
#include "evaluator/analysis/default_requests.h"
#include "evaluator/analysis/mutation.h"
#include "evaluator/analysis/policy_check.h"
#include "evaluator/analysis/policy_diff.h"
#include "evaluator/compiler.h"
#include "tests/support/golden.h"

namespace keyrule::analysis {
namespace {

using Shared = std::shared_ptr<const evaluator::Program>;

constexpr size_t kMostAlone = 3;  // rules of a policy that are taken away by themselves, beside the first

Shared Load(const std::string& path, const std::string& text) {
  const dsl::LoadResult loaded = dsl::LoadText(dsl::DiskReader(), path, text);
  return loaded.policy == nullptr ? nullptr : evaluator::Compile(loaded.policy);
}

// Of the file itself, what is imported stays.
std::string Without(const std::string& text, std::vector<dsl::Span> spans) {
  std::sort(spans.begin(), spans.end(), [](const dsl::Span& a, const dsl::Span& b) { return a.begin < b.begin; });
  std::vector<TextEdit> edits;
  for (const dsl::Span& span : spans) {
    if (span.source == 0) edits.push_back({span, ""});
  }
  return Edited(text, edits);
}

void Analyse(const Shared& p) {
  auto claims = p->policy->claims.empty() ? nullptr : std::make_unique<ClaimTerms>(p, std::vector<evaluator::Credential>(), "");
  PolicyModel model(p->policy, ReachOptions(), std::move(claims));
  CheckPolicy(&model);
  CheckClaims(&model);
  EXPECT_FALSE(DefaultRequestFinder(&model, *p).Find(5).contradicted);
}

void TakeAway(const std::string& path) {
  const std::string text = keyrule::testing::ReadFile(path);
  const Shared whole = Load(path, text);
  if (whole == nullptr) return;  // a policy with errors
  std::vector<dsl::Span> tests;
  for (const dsl::Test& test : whole->policy->tests) tests.push_back(test.span);
  const std::string bare_text = Without(text, tests);  // they name rules
  const Shared bare = Load(path, bare_text);
  ASSERT_NE(bare, nullptr);
  Analyse(bare);
  std::vector<dsl::Span> rules;
  for (const dsl::Rule& rule : bare->policy->rules) rules.push_back(rule.span);
  std::vector<std::vector<dsl::Span>> gone = {rules};
  const size_t step = std::max<size_t>(1, rules.size() / kMostAlone);
  for (size_t i = 0; i < rules.size(); i += step) gone.push_back({rules[i]});
  for (const std::vector<dsl::Span>& some : gone) {
    const std::string less_text = Without(bare_text, some);
    SCOPED_TRACE(less_text);
    const Shared less = Load(path, less_text);
    if (less == nullptr) continue;  // another part of it needs the rule
    Analyse(less);
    const PolicyDiff diff = DiffPolicies(bare, less);
    EXPECT_EQ(diff.classes.empty(), diff.equal == PolicyDiff::Equal::kYes);
  }
}

void TakeAwayFromAll(const std::string& folder) {
  for (const auto& path : keyrule::testing::FilesIn(folder, ".keyrule")) {
    SCOPED_TRACE(path.string());
    TakeAway(path.string());
  }
}

TEST(LessOfPolicies, Own) { TakeAwayFromAll("policies"); }
TEST(LessOfPolicies, Examples) { TakeAwayFromAll("tests/golden/examples"); }
TEST(LessOfPolicies, Reference) { TakeAwayFromAll("tests/golden/reference"); }
TEST(LessOfPolicies, Checks) { TakeAwayFromAll("tests/golden/checks"); }

}  // namespace
}  // namespace keyrule::analysis
