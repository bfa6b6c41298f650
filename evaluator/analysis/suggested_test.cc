#include "evaluator/analysis/suggested_test.h"

#include <algorithm>

#include "dsl/wording.h"
#include "evaluator/analysis/atom_path.h"
#include "evaluator/analysis/breach_witness.h"
#include "evaluator/analysis/expected_text.h"
#include "evaluator/explanation.h"
#include "evaluator/test_world.h"
#include "evaluator/typeset.h"

namespace keyrule::analysis {

using dsl::Cat;
using evaluator::CoverageItem;
using evaluator::Decision;
using evaluator::Verdict;
using Kind = CoverageItem::Kind;

namespace {

constexpr int kMostRounds = 64;     // credentials that are turned off, one after the other
constexpr size_t kWidestName = 70;  // of a test

// "rule billing", "arm 2 of rule billing", "app.id == \"x\" is false".
std::string NameOf(const CoverageItem& item, const dsl::Policy& policy) {
  const bool is_default = item.rule >= policy.rules.size();
  const std::string rule = is_default ? "default" : Cat({"rule ", policy.rules[item.rule].name.text});
  if (item.kind == Kind::kRule) return rule;
  if (item.kind == Kind::kArm) return Cat({"arm ", std::to_string(item.arm), " of ", rule});
  const std::string atom = evaluator::OneLine(policy.sources->TextOf(item.atom->span));
  return evaluator::Shorten(atom, kWidestName) + (item.kind == Kind::kTrue ? " is true" : " is false");
}

}  // namespace

std::string SuggestedTest::Block() const {
  std::string text = "test " + dsl::InQuotes(name) + " {\n";
  for (const std::string& step : steps) text += "  " + step + "\n";
  return text + "}\n";
}

std::string SuggestedTest::Line() const {
  std::string text = "test " + dsl::InQuotes(name) + " {";
  for (const std::string& step : steps) text += " " + step;
  return text + " }";
}

std::string FreeName(const std::string& name, std::set<std::string>* taken) {
  std::string free = name;
  for (int number = 2; !taken->insert(free).second; ++number) free = name + " (" + std::to_string(number) + ")";
  return free;
}

TestSuggester::TestSuggester(std::shared_ptr<const evaluator::Program> program, const ReachOptions& options)
    : program_(std::move(program)),
      model_(program_->policy, options),
      options_(options),
      coverage_(program_),
      met_(coverage_.items().size(), false) {
  for (const dsl::Test& test : program_->policy->tests) names_.emplace(test.name.value);
}

std::optional<TestScene> TestSuggester::Scout(ShownRequest shown, SuggestedTest::Answer* answer) {
  *answer = shown.reached.answer == Reached::Answer::kNone ? SuggestedTest::Answer::kNone
                                                           : SuggestedTest::Answer::kNotDecided;
  if (!shown.example) return std::nullopt;
  TestScene scene;
  scene.example = std::move(*shown.example);
  return scene;
}

bool TestSuggester::InNamedCondition(const dsl::Condition& atom) const {
  const std::vector<dsl::Let>& lets = program_->policy->lets;
  return std::any_of(lets.begin(), lets.end(), [&](const dsl::Let& let) {
    return let.span.source == atom.span.source && let.span.begin <= atom.span.begin && atom.span.end <= let.span.end;
  });
}

// In the first rule in which the atom can be so; an atom of a named condition may stand in several.
ShownRequest TestSuggester::ReachAtom(const CoverageItem& item, bool truth) {
  const dsl::Policy& policy = *program_->policy;
  ShownRequest last;
  last.reached.answer = Reached::Answer::kNone;
  for (uint32_t rule = item.rule; rule < policy.rules.size(); ++rule) {
    std::optional<std::vector<NodeRef>> required =
        PathTo(*item.atom, *policy.rules[rule].when, policy, &model_.graph());
    if (!required) continue;
    // `!=` and `not in` are the atom's own: its outcome is that of what is written.
    required->push_back(model_.graph().Add(*item.atom, truth));
    ShownRequest shown = FindShown(&model_.reach(), *required, rule);
    if (shown.reached.answer != Reached::Answer::kNone || !InNamedCondition(*item.atom)) return shown;
  }
  return last;
}

SuggestedTest TestSuggester::Confirm(const TestScene& scene, size_t index) {
  SuggestedTest test;
  std::vector<uint64_t> before;
  for (const CoverageItem& item : coverage_.items()) before.push_back(item.count);
  const std::unique_ptr<evaluator::Session> session = scene.Play(program_, &coverage_);
  if (session == nullptr || coverage_.items()[index].count == before[index]) return test;
  for (size_t i = 0; i < before.size(); ++i) met_[i] = met_[i] || coverage_.items()[i].count > before[i];
  test.answer = SuggestedTest::Answer::kFound;
  test.name = FreeName(NameOf(coverage_.items()[index], *program_->policy), &names_);
  test.steps = scene.Steps();
  test.steps.push_back(ExpectedText(*session->last(), *program_->policy));
  return test;
}

SuggestedTest TestSuggester::ForArm(const CoverageItem& item, size_t index) {
  SuggestedTest none;
  std::optional<TestScene> scene = Scout(model_.ShownRequestOf(item.rule), &none.answer);
  if (!scene) return none;
  const auto* wanted = std::get_if<dsl::Use>(&evaluator::RuleAt(*program_, item.rule).chain.actions[item.arm - 1].what);
  none.answer = SuggestedTest::Answer::kNotDecided;
  if (wanted != nullptr && !NameCredential(*wanted, item.rule, &*scene)) return none;
  return PassBefore(std::move(*scene), index);
}

SuggestedTest TestSuggester::PassBefore(const TestScene& scene, size_t index) {
  SuggestedTest test = PassBefore(scene, index, false);
  return test.answer == SuggestedTest::Answer::kFound ? test : PassBefore(scene, index, true);
}

// Arm by arm, as a call goes: what answers too early is turned off or used up, what is missing is made.
SuggestedTest TestSuggester::PassBefore(TestScene scene, size_t index, bool by_limits) {
  const CoverageItem& item = coverage_.items()[index];
  const dsl::Rule& rule = evaluator::RuleAt(*program_, item.rule);
  const auto* wanted = std::get_if<dsl::Use>(&rule.chain.actions[item.arm - 1].what);
  SuggestedTest none;
  std::set<uint32_t> used_up;  // arms
  for (int round = 0; round < kMostRounds; ++round) {
    SuggestedTest test = Confirm(scene, index);
    if (test.answer == SuggestedTest::Answer::kFound) return test;
    const std::unique_ptr<evaluator::Session> session = scene.Play(program_);
    if (session == nullptr) return none;
    const Decision& decision = *session->last();
    if (decision.rule != item.rule) return none;
    if (decision.verdict == Verdict::kUse && decision.arm < item.arm) {
      const auto* earlier = std::get_if<dsl::Use>(&rule.chain.actions[decision.arm - 1].what);
      if (by_limits && earlier != nullptr && used_up.insert(decision.arm).second && UseUp(*earlier, wanted, &scene)) continue;
      const std::string& name = decision.credential->name;
      const auto added = std::find_if(scene.added.begin(), scene.added.end(),
                                      [&](const TestScene::Added& credential) { return credential.name == name; });
      if (added != scene.added.end()) {
        added->enabled = false;
        continue;
      }
      if (!scene.disabled.insert(name).second) return none;
      continue;
    }
    if (decision.reason == evaluator::Reason::kUnknownCredential && decision.arm < item.arm) {
      // Whoever names a credential must name one that there is, though it answers no more.
      const auto* earlier = std::get_if<dsl::Use>(&rule.chain.actions[decision.arm - 1].what);
      if (earlier == nullptr || !NameCredential(*earlier, item.rule, &scene)) return none;
      continue;
    }
    if (wanted == nullptr || !AddMember(*wanted, &scene)) return none;
  }
  return none;
}

// The request and the credential together, as claims are looked at.
SuggestedTest TestSuggester::ForArmExactly(const CoverageItem& item, size_t index) {
  if (spends_ == nullptr) {
    auto terms = std::make_unique<ClaimTerms>(program_);
    terms->KeepEveryArm();
    spending_ = std::make_unique<PolicyModel>(program_->policy, options_, std::move(terms));
    spends_ = std::make_unique<BreachSearch>(spending_.get());
  }
  SuggestedTest test;
  BreachSearch::Answering answering = spends_->AnswerBy(item.rule, item.arm - 1);
  if (answering.answer == Reached::Answer::kNone) test.answer = SuggestedTest::Answer::kNone;
  if (answering.answer != Reached::Answer::kFound) return test;
  WitnessMaker maker(spending_.get());
  maker.Find(spends_.get(), &answering.breach, [&](const Witness& witness) {
    TestScene scene;
    scene.example = witness.example;
    // What the same attribute named before is the one: limits leave it to this arm.
    const bool is_other = witness.credential && spends_->IsAnswered(item.rule, item.arm - 1);
    for (evaluator::Credential other : witness.others) {
      if (other.id.starts_with(kMadeId)) other.id = other.name;
      if (is_other) {
        for (const auto& [label, value] : witness.credential->labels) {
          if (!value.empty()) evaluator::GiveField("labels." + label, value, &other);
        }
        other.enabled = true;
      }
      scene.Add(other);
    }
    if (witness.credential && !is_other) scene.Add(*witness.credential);
    test = PassBefore(scene, index);
    return test.answer == SuggestedTest::Answer::kFound;
  });
  return test;
}

SuggestedTest TestSuggester::For(size_t index) {
  SuggestedTest test = Search(index);
  const CoverageItem& item = coverage_.items()[index];
  const bool is_open = item.kind == Kind::kArm && test.answer == SuggestedTest::Answer::kNotDecided;
  return is_open ? ForArmExactly(item, index) : test;
}

SuggestedTest TestSuggester::Search(size_t index) {
  const CoverageItem& item = coverage_.items()[index];
  SuggestedTest none;
  switch (item.kind) {
    case Kind::kArm: return ForArm(item, index);
    case Kind::kRule: {
      const std::optional<TestScene> scene = Scout(model_.ShownRequestOf(item.rule), &none.answer);
      return scene ? Confirm(*scene, index) : none;
    }
    case Kind::kTrue:
    case Kind::kFalse: {
      const std::optional<TestScene> scene = Scout(ReachAtom(item, item.kind == Kind::kTrue), &none.answer);
      return scene ? Confirm(*scene, index) : none;
    }
  }
  return none;
}

}  // namespace keyrule::analysis
