#include "plugin_api/command/affected_requests.h"

#include <chrono>
#include <optional>
#include <set>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "dsl/wording.h"
#include "evaluator/analysis/example_text.h"
#include "evaluator/analysis/overlap_text.h"
#include "evaluator/analysis/policy_diff.h"
#include "evaluator/analysis/policy_model.h"
#include "evaluator/explanation.h"
#include "evaluator/typeset.h"
#include "plugin_api/command/affected_split.h"
#include "plugin_api/command/affected_world.h"
#include "plugin_api/command/diff_words.h"

namespace keyrule::command {
namespace {

using analysis::Reached;
using evaluator::Credential;

constexpr std::chrono::seconds kMostTime{20};  // for all providers and models

// A rule that was taken apart asks for what stands in the source first, and then for more.
const dsl::Condition& AsWritten(const dsl::Condition& condition) {
  const auto* all = std::get_if<dsl::All>(&condition.node);
  const bool adds = all != nullptr && all->terms.front().span.begin == condition.span.begin &&
                    all->terms.front().span.end == condition.span.end;
  return adds ? AsWritten(all->terms.front()) : condition;
}

class RequestFinder {
 public:
  RequestFinder(const evaluator::Program& program, const Subject& subject, const std::vector<Credential>* rows,
                const std::string& tenant)
      : program_(program), subject_(subject), tenant_(tenant), world_(WorldOf(program, subject, rows)) {}

  AffectedRequests Find() {
    for (const Served& served : ServedBy(world_, *program_.policy, subject_)) {
      if (std::chrono::steady_clock::now() > end_) {
        ++result_.unserved;
        continue;
      }
      const SplitPolicies policies = SplitFor(program_, subject_, world_, served, tenant_);
      subject_.KeepsRules() ? FindByRules(policies) : FindByDiff(policies);
    }
    return std::move(result_);
  }

 private:
  // The same rule decides before and after: what its arms have is what may change.
  void FindByRules(const SplitPolicies& policies) {
    result_.partly.insert(policies.unsplit.begin(), policies.unsplit.end());
    analysis::ReachOptions options;
    options.time = std::chrono::duration_cast<std::chrono::milliseconds>(end_ - std::chrono::steady_clock::now());
    analysis::PolicyModel model(policies.before->policy, options);
    EffectFinder effects(policies, subject_, world_);
    for (uint32_t rule = 0; rule <= model.rule_count(); ++rule) {
      if (!policies.loses[rule]) continue;
      const auto [reached, example] = model.ShownRequestOf(rule);
      if (reached.answer == Reached::Answer::kNone) continue;
      if (!example) {
        ++result_.undecided;
        if (result_.overlap.empty()) result_.overlap = analysis::OverlapText(model.reach());
        continue;
      }
      Add(rule, *example, effects.Of(*example), policies);
    }
  }

  // Conditions or tables are others: so may be who decides.
  void FindByDiff(const SplitPolicies& policies) {
    analysis::DiffOptions options;
    options.by_pairs = true;
    const analysis::PolicyDiff diff = analysis::DiffPolicies(policies.before, policies.after, options);
    result_.undecided += diff.undecided + diff.unconfirmed;
    if (result_.overlap.empty()) result_.overlap = diff.overlap;
    if (!diff.classes.empty()) result_.partly.insert(policies.unsplit.begin(), policies.unsplit.end());
    EffectFinder effects(policies, subject_, world_);
    for (const analysis::ChangeClass& one : diff.classes) {
      // By which of its own order or weights a pool goes is nobody's loss.
      if (!one.example || one.kind == analysis::ChangeKind::kState) continue;
      Add(one.old_rule, *one.example, effects.Of(*one.example), policies);
    }
  }

  void Add(uint32_t index, const analysis::Example& example, Effect effect, const SplitPolicies& policies) {
    if (effect.word.empty()) return;
    const dsl::Policy& policy = *policies.before->policy;
    const dsl::Rule& rule = evaluator::RuleAt(*policies.before, index);
    const std::string values = index < policies.values.size() ? policies.values[index] : "";
    if (!said_.emplace(std::string(rule.name.text), values, effect.word, effect.now, effect.left, effect.of).second) return;
    AffectedKind kind;
    kind.rule = std::string(rule.name.text);
    kind.at = policy.sources->Where(rule.name.span);
    const bool is_default = rule.name.text == policy.fallback.name.text;  // or was taken from it
    if (!is_default) kind.when = evaluator::OneLine(policy.sources->TextOf(rule.when->span));
    std::vector<std::string> also;  // what is asked of them besides
    if (subject_.kind == "table") {
      for (const analysis::Assignment& assignment : example.assignments) {
        const auto* text = std::get_if<std::string>(&assignment.value);
        if (text == nullptr || *text != subject_.value) continue;
        also.push_back(analysis::PathText(assignment.path) + " is " + dsl::InQuotes(*text));
      }
    }
    if (subject_.of_conditions) {
      also.push_back(analysis::PathText(subject_.path) + " is " + dsl::InQuotes(subject_.value));
    }
    if (!values.empty()) also.push_back(values);
    if (!is_default && !also.empty() && std::holds_alternative<dsl::Any>(AsWritten(*rule.when).node)) kind.when = "(" + kind.when + ")";
    for (const std::string& one : also) kind.when += (kind.when.empty() ? "" : " and ") + one;
    kind.was = DiffWriter(*policies.before, *policies.after).AnswerOf(true, index);
    kind.effect = std::move(effect);
    kind.example = example;
    result_.kinds.push_back(std::move(kind));
  }

  using Said = std::tuple<std::string, std::string, std::string_view, std::string, std::optional<size_t>, std::optional<size_t>>;

  const evaluator::Program& program_;
  const Subject& subject_;
  const std::string& tenant_;
  const std::vector<Credential> world_;
  const std::chrono::steady_clock::time_point end_ = std::chrono::steady_clock::now() + kMostTime;
  std::set<Said> said_;  // by providers and models alike
  AffectedRequests result_;
};

}  // namespace

AffectedRequests FindRequests(const evaluator::Program& program, const Subject& subject, const std::vector<Credential>* rows,
                              const std::string& tenant) {
  return RequestFinder(program, subject, rows, tenant).Find();
}

}  // namespace keyrule::command
