// What is given up names the attributes to simplify, and nothing is said of what was not found out.
#include "evaluator/analysis/overlap_text.h"

#include <gtest/gtest.h>

#include <string>

#include "evaluator/analysis/claim_check.h"
#include "evaluator/analysis/default_requests.h"
#include "evaluator/analysis/policy_check.h"
#include "evaluator/analysis/policy_diff.h"
#include "tests/evaluator/fixture.h"

namespace keyrule::analysis {
namespace {

using evaluator::CompileText;

// Whether a list has an even number of twenty items: as many ways as there are lists. No request reaches the default.
std::string Parity(const std::string& end) {
  std::string text = "keyrule 1\nschema \"dify\"\nlet t0 = app.tags contains \"x\"\n";
  for (int i = 1; i < 20; ++i) {
    const std::string before = "t" + std::to_string(i - 1), item = "app.tags contains \"" + std::to_string(i) + "\"";
    text += "let t" + std::to_string(i) + " = (" + before + " and not (" + item + ")) or (not " + before + " and " + item + ")\n";
  }
  return text + "rule odd { when t19  deny \"odd\" }\nrule even { when not t19  deny \"even\" }\n" + end;
}

const ReachOptions kFew{.probes = 500};
constexpr std::string_view kHow = "overlap in too many ways by `app.tags`; ask about it in fewer ways";

TEST(OverlapText, NamesTheAttributesOfWhatIsNotAnalysed) {
  const auto program = CompileText(Parity("rule rest { when app.id is set  deny \"rest\" }\ndefault { leave to host }\n"));
  PolicyModel model(program->policy, kFew);
  std::string said;
  for (const dsl::Diagnostic& one : CheckPolicy(&model, kFew)) said += one.message + ": " + one.help + "\n";
  EXPECT_EQ(said, "not analysed: whether `rest` is ever reached: the rules before it " + std::string(kHow) +
                      "\nnot analysed: this condition, and perhaps others, for parts that change nothing or are always true: "
                      "their parts " + std::string(kHow) + "\n");
  PolicyModel fresh(program->policy, kFew);
  const DefaultRequests found = DefaultRequestFinder(&fresh, *program).Find();
  EXPECT_EQ(found.answer, DefaultRequests::Answer::kNotDecided);
  EXPECT_EQ(found.overlap, kHow);
}

TEST(OverlapText, OfAClaimWithoutAWhen) {
  const auto program = CompileText(Parity("default { leave to host }\nnever c { leave to host }\n"));
  PolicyModel model(program->policy, kFew, std::make_unique<ClaimTerms>(program));
  const std::vector<dsl::Diagnostic> found = CheckClaims(&model);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].message, "claim `c` is neither proved nor broken: what reaches `default` cannot be analysed");
  EXPECT_EQ(found[0].help, "the rules " + std::string(kHow));
  // Once the time is up nothing is asked any more, not even whether there are requests.
  PolicyModel late(program->policy, {.time = std::chrono::milliseconds(-1)}, std::make_unique<ClaimTerms>(program));
  const std::vector<dsl::Diagnostic> then = CheckClaims(&late);
  ASSERT_EQ(then.size(), 1U);
  EXPECT_EQ(then[0].message, "claim `c` is neither proved nor broken: the policy cannot be analysed");
}

TEST(OverlapText, ADiffDoesNotCallWhatIsOpenWithoutEffect) {
  const auto before = CompileText(Parity("default { leave to host }\n"));
  const auto after = CompileText(Parity("default { deny \"default\" }\n"));
  const PolicyDiff diff = DiffPolicies(before, after, {.reach = kFew});
  EXPECT_EQ(diff.equal, PolicyDiff::Equal::kNotDecided);
  EXPECT_EQ(diff.undecided, 1U);
  EXPECT_EQ(diff.overlap, kHow);
  EXPECT_TRUE(diff.unnoticed.empty());
}

TEST(OverlapText, CountsWhatItDoesNotName) {
  // Of each of seven attributes a value of its own, in every rule with another two: none of the rules has all.
  std::string text = "keyrule 1\nschema \"dify\"\n";
  const char* const paths[] = {"app.id", "app.name", "user.id", "model", "environment", "workflow.id", "node.id"};
  for (int a = 0; a < 7; ++a) {
    for (int b = 0; b < 7; ++b) {
      if (a == b) continue;
      text += "rule r" + std::to_string(a * 7 + b) + " { when " + paths[a] + " != \"" + std::to_string(b) + "\" and " + paths[b] +
              " != \"" + std::to_string(a) + "\"  deny \"x\" }\n";
    }
  }
  const auto program = CompileText(text + "default { leave to host }\n");
  PolicyModel model(program->policy, {.probes = 4});
  EXPECT_EQ(model.RequestOf(model.rule_count()).answer, Reached::Answer::kNotDecided);
  EXPECT_TRUE(OverlapText(model.reach()).ends_with("; ask about fewer of these in one rule")) << OverlapText(model.reach());
}

}  // namespace
}  // namespace keyrule::analysis
