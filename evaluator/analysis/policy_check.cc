#include "evaluator/analysis/policy_check.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "dsl/wording.h"
#include "evaluator/analysis/condition_check.h"
#include "evaluator/analysis/overlap_text.h"
#include "evaluator/condition_walk.h"

namespace keyrule::analysis {
namespace {

using dsl::Cat;
using dsl::Tick;

class PolicyCheck {
 public:
  PolicyCheck(PolicyModel* model, const ReachOptions& options, size_t most_errors, bool warns)
      : model_(*model), condition_(model->policy(), &model->graph(), options), most_errors_(most_errors), warns_(warns) {}

  std::vector<dsl::Diagnostic> Run() {
    const dsl::Policy& policy = model_.policy();
    for (uint32_t rule = 0; rule < model_.rule_count(); ++rule) {
      if (policy.rules[rule].when) CheckRule(rule, *policy.rules[rule].when);
    }
    for (const dsl::Let& let : policy.lets) {
      const auto* named = std::get_if<dsl::Condition>(&let.value);
      if (named != nullptr && warns_ && !AsksEmptyFile(*named)) AddParts(*named);
    }
    if (undecided_ != nullptr) SayUndecided();
    if (gave_up_at_) {
      Add(dsl::Code::KR0019, *gave_up_at_,
          "not analysed: this condition, and perhaps others, for parts that change nothing or are always true",
          "their parts " + OverlapText(condition_.reach()));
    }
    return std::move(found_);
  }

 private:
  dsl::Diagnostic& Add(dsl::Code code, const dsl::Span& span, std::string message, std::string help) {
    dsl::Diagnostic& diagnostic = found_.emplace_back();
    diagnostic.code = code;
    diagnostic.severity = dsl::DefaultSeverity(code);
    diagnostic.span = span;
    diagnostic.message = std::move(message);
    diagnostic.help = std::move(help);
    errors_ += diagnostic.severity == dsl::Severity::kError ? 1 : 0;
    return diagnostic;
  }

  void CheckRule(uint32_t index, const dsl::Condition& when) {
    const dsl::Rule& rule = model_.policy().rules[index];
    const NodeRef node = model_.reach().rule(index);
    const Reached reached = model_.reach().FindAny({&node, 1}, index);
    if (reached.answer == Reached::Answer::kNotDecided) {
      if (undecided_ == nullptr) undecided_ = &rule;
      ++undecided_rules_;
    }
    if (AsksEmptyFile(when)) return;  // which may be filled later
    if (reached.answer == Reached::Answer::kNone) {
      if (reached.reasons.empty()) return SayNever(rule, when);
      SayShadowed(rule, node, reached);
    } else if (warns_ && condition_.MayBeIdle(when) && condition_.TruthOf(when) == ConditionCheck::Truth::kTrue) {
      Add(dsl::Code::KR0406, when.span, Cat({"the condition of ", Tick(rule.name.text), " is always true"}),
          "make it the `default`");
      return;
    }
    // Of a rule that is never reached, its condition alone is looked at all the same.
    if (warns_) AddParts(when);
  }

  // Whether it asks for the keys of a table whose file has no entries.
  bool AsksEmptyFile(const dsl::Condition& condition) {
    const dsl::Policy& policy = model_.policy();
    const auto asks = [this](const dsl::Condition& term) { return AsksEmptyFile(term); };
    if (const std::vector<dsl::Condition>* terms = evaluator::TermsOf(condition)) {
      return std::any_of(terms->begin(), terms->end(), asks);
    }
    if (const auto* bare = std::get_if<dsl::Bare>(&condition.node)) {
      const auto* named = bare->let == dsl::kUnresolved ? nullptr : std::get_if<dsl::Condition>(&policy.lets[bare->let].value);
      if (named == nullptr) return false;
      std::optional<bool>& known = lets_ask_[bare->let];
      if (!known) known = AsksEmptyFile(*named);
      return *known;
    }
    const auto* member = std::get_if<dsl::Membership>(&condition.node);
    const auto* list = member == nullptr ? nullptr : std::get_if<dsl::ListName>(&member->set);
    if (list == nullptr || list->table == dsl::kUnresolved) return false;
    const dsl::Table& table = policy.tables[list->table];
    return table.file && table.entries().empty();
  }

  void SayNever(const dsl::Rule& rule, const dsl::Condition& when) {
    std::string why;
    if (errors_ < most_errors_) {
      const std::vector<std::string> parts = condition_.Conflict(when);
      if (parts.size() == 1) why = Cat({": ", parts[0], " contradicts itself"});
      if (parts.size() > 1) {
        for (size_t i = 0; i < parts.size(); ++i) {
          why += (i == 0 ? ": " : i + 1 == parts.size() ? " and " : ", ") + parts[i];
        }
        why += " exclude each other";
      }
    }
    Add(dsl::Code::KR0405, when.span, Cat({"the condition of ", Tick(rule.name.text), " is never true", why}),
        "mend one of them, or remove the rule");
  }

  void SayShadowed(const dsl::Rule& rule, NodeRef node, const Reached& reached) {
    const dsl::Policy& policy = model_.policy();
    std::vector<uint32_t> reasons = reached.reasons;
    if (errors_ < most_errors_) reasons = model_.reach().FewestReasons({&node, 1}, std::move(reasons));
    const auto hangs_on_a_file = [&](uint32_t reason) { return policy.rules[reason].when && AsksEmptyFile(*policy.rules[reason].when); };
    if (std::any_of(reasons.begin(), reasons.end(), hangs_on_a_file)) return;
    std::string names;
    for (size_t i = 0; i < reasons.size() && i < kMostNames; ++i) {
      const bool last = i + 1 == reasons.size();
      names += (i == 0 ? "" : last ? " and " : ", ") + Tick(policy.rules[reasons[i]].name.text);
    }
    if (reasons.size() > kMostNames) names += Cat({" and ", std::to_string(reasons.size() - kMostNames), " more"});
    dsl::Diagnostic& error =
        Add(dsl::Code::KR0403, rule.name.span,
            Cat({"rule ", Tick(rule.name.text), " is never reached: ", names,
                 reasons.size() == 1 ? " answers" : " answer", " all its requests"}),
            "move it up, or remove it");
    for (size_t i = 0; i < reasons.size() && i < kMostNotes; ++i) {
      error.notes.push_back({"answers first", policy.rules[reasons[i]].name.span});
    }
  }

  void AddParts(const dsl::Condition& condition) {
    for (dsl::Diagnostic& part : condition_.IdleParts(condition)) found_.push_back(std::move(part));
    NoteGivingUp(condition);
  }

  void NoteGivingUp(const dsl::Condition& condition) {
    if (!gave_up_at_ && condition_.reach().gave_up()) gave_up_at_ = condition.span;
  }

  void SayUndecided() {
    const std::string others =
        undecided_rules_ > 1 ? Cat({" and ", std::to_string(undecided_rules_ - 1), " more rules"}) : std::string();
    Add(dsl::Code::KR0019, undecided_->name.span,
        Cat({"not analysed: whether ", Tick(undecided_->name.text), others, undecided_rules_ > 1 ? " are" : " is", " ever reached"}),
        (undecided_ == &model_.policy().rules.front() ? "its parts " : "the rules before it ") + OverlapText(model_.reach()));
  }

  static constexpr size_t kMostNames = 10;
  static constexpr size_t kMostNotes = 3;

  PolicyModel& model_;
  ConditionCheck condition_;
  const size_t most_errors_;
  const bool warns_;  // of what does not keep a policy from loading
  std::vector<dsl::Diagnostic> found_;
  size_t errors_ = 0;
  std::map<uint32_t, std::optional<bool>> lets_ask_;  // by let, for AsksEmptyFile
  std::optional<dsl::Span> gave_up_at_;   // the first condition
  const dsl::Rule* undecided_ = nullptr;  // the first
  size_t undecided_rules_ = 0;
};

}  // namespace

std::vector<dsl::Diagnostic> CheckPolicy(PolicyModel* model, const ReachOptions& options, size_t most_errors) {
  return PolicyCheck(model, options, most_errors, true).Run();
}

std::vector<dsl::Diagnostic> CheckErrors(PolicyModel* model) {
  return PolicyCheck(model, {}, dsl::Diagnostics::kMaxErrors, false).Run();
}

}  // namespace keyrule::analysis
