#include "evaluator/analysis/policy_diff.h"

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <set>
#include <tuple>

#include "dsl/wording.h"
#include "evaluator/analysis/answer_difference.h"
#include "evaluator/analysis/diff_example.h"
#include "evaluator/analysis/diff_witness.h"
#include "evaluator/analysis/joint_policies.h"
#include "evaluator/analysis/overlap_text.h"
#include "evaluator/analysis/unnoticed_edits.h"

namespace keyrule::analysis {
namespace {

using ReachAnswer = Reached::Answer;

constexpr size_t kMostExamples = 8;  // pairs of a class that a request is looked for in

// Whether any point may lie in both.
bool Meet(const Box& a, const Box& b) {
  auto left = a.sides.begin();
  auto right = b.sides.begin();
  while (left != a.sides.end() && right != b.sides.end()) {
    if (left->variable < right->variable) {
      ++left;
    } else if (right->variable < left->variable) {
      ++right;
    } else if (!left->set.Meets(right->set)) {
      return false;
    } else {
      ++left;
      ++right;
    }
  }
  return true;
}

class Differ {
 public:
  Differ(const std::shared_ptr<const evaluator::Program>& old_program,
         const std::shared_ptr<const evaluator::Program>& new_program, const DiffOptions& options)
      : options_(options),
        joint_(old_program->policy, new_program->policy),
        graph_(joint_.vocabulary(), joint_.vocabulary().slots, [](const dsl::Path& path) { return path.slot; }),
        where_(joint_, &graph_),
        examples_(joint_, old_program, new_program) {
    for (const size_t side : {kOld, kNew}) {
      for (uint32_t index = 0; index < joint_.rule_count(side); ++index) {
        nodes_[side].push_back(graph_.Add(*joint_.condition(side, index)));
      }
      nodes_[side].push_back(kAlways);
    }
    ExpectDifferences();
    graph_.Finish();
    std::array<std::vector<NodeRef>, 2> rules = nodes_;
    for (std::vector<NodeRef>& all : rules) all.pop_back();
    reach_ = std::make_unique<Reach>(&graph_, std::move(rules[kOld]), options.reach, std::move(rules[kNew]));
    witness_ = std::make_unique<DiffWitness>(joint_, examples_, &graph_, reach_.get());
    for (const size_t side : {kOld, kNew}) {
      for (const NodeRef node : nodes_[side]) {
        Box top;
        const bool possible = graph_.Top(node, &top);
        tops_[side].push_back(possible ? std::optional(std::move(top)) : std::nullopt);
      }
    }
  }

  PolicyDiff Run() {
    ComparePartners();
    CompareChanged();
    AddStatements(joint_, &result_);
    if (!options_.only_whether) {
      for (auto& [key, one] : classes_) Show(&one);
    }
    result_.probes = reach_->probes();
    result_.overlap = OverlapText(*reach_);
    if (confirmed_ || !result_.limits.empty()) {
      result_.equal = PolicyDiff::Equal::kNo;
    } else if (!classes_.empty() || result_.undecided > 0) {  // unconfirmed ones are classes
      result_.equal = PolicyDiff::Equal::kNotDecided;
    }
    if (options_.only_whether) return std::move(result_);
    for (auto& [key, one] : classes_) result_.classes.push_back(std::move(one));
    SortClasses();
    const auto is_edited = [&](uint32_t before, uint32_t after) {
      return joint_.text(kOld, before).unnoticed != joint_.text(kNew, after).unnoticed || !Asks(before, after).empty();
    };
    if (!gave_up_) AddUnnoticed(joint_, is_edited, open_, &result_);
    return std::move(result_);
  }

 private:
  struct Ask {
    ChangeKind kind;
    NodeRef where;  // kAlways: wherever these two rules decide
  };

  void ExpectDifferences() {
    std::map<std::string_view, uint32_t> old_names;
    for (uint32_t index = 0; index < joint_.rule_count(kOld); ++index) {
      old_names.emplace(joint_.rule(kOld, index).name.text, index);
    }
    std::vector<uint32_t> changed;
    for (uint32_t index = 0; index <= joint_.rule_count(kNew); ++index) {
      const uint32_t partner = joint_.partner(kNew, index);
      if (partner != JointPolicies::kNoPartner) {
        where_.Expect(partner, index);
        continue;
      }
      changed.push_back(index);
      const auto named = old_names.find(joint_.rule(kNew, index).name.text);
      if (named != old_names.end()) where_.Expect(named->second, index);
    }
    // Of the others those whose answers go by values of the request; there are few.
    for (const uint32_t index : changed) {
      for (uint32_t other = 0; other <= joint_.rule_count(kOld); ++other) ExpectVarying(other, index);
    }
    for (uint32_t other = 0; other < joint_.rule_count(kOld); ++other) {
      if (joint_.partner(kOld, other) != JointPolicies::kNoPartner) continue;
      for (uint32_t index = 0; index <= joint_.rule_count(kNew); ++index) ExpectVarying(other, index);
    }
  }

  void ExpectVarying(uint32_t old_rule, uint32_t new_rule) {
    const auto varies = [](const RuleText& text) {
      const auto one = [](const AnswerPart& part) { return part.varies(); };
      return std::any_of(text.credentials.begin(), text.credentials.end(), one) ||
             std::any_of(text.tags.begin(), text.tags.end(), one);
    };
    if (varies(joint_.text(kOld, old_rule)) || varies(joint_.text(kNew, new_rule))) where_.Expect(old_rule, new_rule);
  }

  bool IsSameRule(uint32_t old_rule, uint32_t new_rule) const {
    return joint_.partner(kNew, new_rule) == old_rule || joint_.moved(kNew, new_rule) == old_rule ||
           joint_.rule(kOld, old_rule).name.text == joint_.rule(kNew, new_rule).name.text;
  }

  // What is to be asked of requests that these two decide; nothing: they answer alike.
  std::vector<Ask> Asks(uint32_t old_rule, uint32_t new_rule) {
    std::vector<Ask> asks = AsksOfKinds(old_rule, new_rule);
    if (!options_.by_pairs) return asks;
    // Arms that are written otherwise may come to the same among the credentials that there are: then tags still tell.
    const NodeRef tags = where_.Tags(old_rule, new_rule).differ;
    std::erase_if(asks, [](const Ask& ask) { return ask.kind == ChangeKind::kTags; });
    if (tags != kNever) asks.push_back({ChangeKind::kTags, tags});
    return asks;
  }

  std::vector<Ask> AsksOfKinds(uint32_t old_rule, uint32_t new_rule) {
    const RuleText& before = joint_.text(kOld, old_rule);
    const RuleText& after = joint_.text(kNew, new_rule);
    if (before.verdict != after.verdict) {
      if (after.verdict == AnswerVerdict::kDeny) return {{ChangeKind::kDenied, kAlways}};
      if (after.verdict == AnswerVerdict::kHost) return {{ChangeKind::kToHost, kAlways}};
      return {{before.verdict == AnswerVerdict::kDeny ? ChangeKind::kAllowed : ChangeKind::kTaken, kAlways}};
    }
    std::vector<Ask> asks;
    const AnswerDifference::Where credentials = where_.Credentials(old_rule, new_rule);
    if (credentials.differ != kNever) asks.push_back({ChangeKind::kCredentials, credentials.differ});
    if (credentials.differ == kAlways) return asks;
    if (before.denials != after.denials) {
      asks.push_back({ChangeKind::kDenyText, credentials.same});
      return asks;
    }
    const AnswerDifference::Where tags = where_.Tags(old_rule, new_rule);
    if (tags.differ != kNever) asks.push_back({ChangeKind::kTags, graph_.All({credentials.same, tags.differ})});
    if (tags.differ == kAlways) return asks;
    const NodeRef rest = graph_.All({credentials.same, tags.same});
    const bool narrowed = credentials.differ == kNever;  // by the same; else they are where they answer alike
    if (narrowed ? before.state != after.state : before.unnarrowed_state != after.unnarrowed_state) {
      asks.push_back({ChangeKind::kState, rest});
    } else if (!IsSameRule(old_rule, new_rule)) {
      asks.push_back({ChangeKind::kRule, rest});
    }
    return asks;
  }

  std::vector<NodeRef> Required(uint32_t old_rule, uint32_t new_rule, NodeRef where) const {
    std::vector<NodeRef> required = {nodes_[kOld][old_rule]};
    if (nodes_[kNew][new_rule] != required[0]) required.push_back(nodes_[kNew][new_rule]);
    if (where != kAlways) required.push_back(where);
    return required;
  }

  bool done() const { return options_.only_whether && confirmed_; }

  // Adds the requests that both decide to the class of the rule.
  void Compare(uint32_t old_rule, uint32_t new_rule, bool old_side) {
    if (!tops_[kOld][old_rule] || !tops_[kNew][new_rule]) return;
    if (!Meet(*tops_[kOld][old_rule], *tops_[kNew][new_rule])) return;
    for (const Ask& ask : Asks(old_rule, new_rule)) {
      const Reached reached =
          reach_->FindAny(Required(old_rule, new_rule, ask.where), old_rule, {}, new_rule);
      if (reached.answer == ReachAnswer::kNotDecided) {
        ++result_.undecided;
        open_.emplace_back(old_rule, new_rule);
      }
      if (reached.answer != ReachAnswer::kFound) continue;
      const uint32_t rule = old_side ? old_rule : new_rule;
      const uint32_t other = !options_.by_pairs ? 0 : old_side ? new_rule : old_rule;
      ChangeClass& one = classes_[{old_side, rule, ask.kind, other}];
      one.kind = ask.kind;
      one.old_side = old_side;
      one.rule = rule;
      if (one.pair_count++ == 0) one.other_name = joint_.OtherName(old_side ? kOld : kNew, rule);
      if (one.pairs.size() < options_.most_pairs) {
        one.pairs.emplace_back(old_rule, new_rule);
        if (one.pairs.size() <= kMostExamples) wheres_[{old_rule, new_rule, ask.kind}] = ask.where;
      }
      if (options_.only_whether && one.pairs.size() == 1) Show(&one);
      if (done()) return;
    }
  }

  // The same rule decides before and after.
  void ComparePartners() {
    for (uint32_t index = 0; index <= joint_.rule_count(kNew) && !done(); ++index) {
      const uint32_t partner = joint_.partner(kNew, index);
      if (partner != JointPolicies::kNoPartner) Compare(partner, index, false);
    }
  }

  // Whether the rule is reached at all in its own policy.
  bool IsReached(size_t side, uint32_t index) {
    const NodeRef node = nodes_[side][index];
    const Reached reached = side == kOld ? reach_->FindAny({&node, 1}, index) : reach_->FindAny({&node, 1}, 0, {}, index);
    return reached.answer != ReachAnswer::kNone;
  }

  // Of the rest nothing will be decided any more.
  bool GivesUp() {
    if (!reach_->out_of_time()) return false;
    ++result_.undecided;
    return gave_up_ = true;
  }

  // A request that another rule decides now has a changed rule before or after.
  void CompareChanged() {
    for (uint32_t index = 0; index < joint_.rule_count(kNew) && !done(); ++index) {
      if (GivesUp()) return;
      if (joint_.partner(kNew, index) != JointPolicies::kNoPartner || !IsReached(kNew, index)) continue;
      for (uint32_t other = 0; other <= joint_.rule_count(kOld) && !done(); ++other) Compare(other, index, false);
    }
    for (uint32_t other = 0; other < joint_.rule_count(kOld) && !done(); ++other) {
      if (GivesUp()) return;
      if (joint_.partner(kOld, other) != JointPolicies::kNoPartner || !IsReached(kOld, other)) continue;
      for (uint32_t index = 0; index <= joint_.rule_count(kNew) && !done(); ++index) {
        if (joint_.partner(kNew, index) != JointPolicies::kNoPartner) Compare(other, index, true);
      }
    }
  }

  void Show(ChangeClass* one) {
    for (size_t i = 0; i < one->pairs.size() && i < kMostExamples && !one->example; ++i) {
      const auto [old_rule, new_rule] = one->pairs[i];
      const std::vector<NodeRef> required = Required(old_rule, new_rule, wheres_[{old_rule, new_rule, one->kind}]);
      std::optional<Example> example = witness_->Find(required, old_rule, new_rule, one->kind);
      if (!example) continue;
      confirmed_ = true;
      one->example = std::move(example);
      one->old_rule = old_rule;
      one->new_rule = new_rule;
      one->test = examples_.Test(*one->example, new_rule, TestName(*one));
    }
    // What the evaluator does not confirm is not said to be so.
    if (!one->example) ++result_.unconfirmed;
  }

  // One that no test of the new policy has.
  std::string TestName(const ChangeClass& one) {
    if (test_names_.empty()) {
      for (const dsl::Test& test : joint_.policy(kNew).tests) test_names_.emplace(test.name.value);
    }
    const size_t side = one.old_side ? kOld : kNew;
    const std::string_view rule = one.rule == joint_.rule_count(side) ? "" : "rule ";
    const std::string name = dsl::Cat({rule, joint_.rule(side, one.rule).name.text, ": ", ToString(one.kind)});
    std::string free = name;
    for (int number = 2; !test_names_.insert(free).second; ++number) free = name + " (" + std::to_string(number) + ")";
    return free;
  }

  void SortClasses() {
    const auto order = [&](const ChangeClass& one) {
      const size_t side = one.old_side ? kOld : kNew;
      const size_t group = one.kind == ChangeKind::kState ? 2 : one.kind == ChangeKind::kRule ? 1 : 0;
      const auto& top = tops_[side][one.rule];
      return std::tuple(group, top ? top->sides.size() : 0, one.old_side, one.rule, one.kind);
    };
    std::sort(result_.classes.begin(), result_.classes.end(),
              [&](const ChangeClass& a, const ChangeClass& b) { return order(a) < order(b); });
  }

  const DiffOptions& options_;
  JointPolicies joint_;
  ConditionGraph graph_;
  AnswerDifference where_;
  DiffExample examples_;
  std::array<std::vector<NodeRef>, 2> nodes_;  // by rule, the default behind them
  std::array<std::vector<std::optional<Box>>, 2> tops_;  // likewise; nothing: the condition is never true
  std::unique_ptr<Reach> reach_;
  std::unique_ptr<DiffWitness> witness_;
  std::map<std::tuple<bool, uint32_t, ChangeKind, uint32_t>, ChangeClass> classes_;
  std::map<std::tuple<uint32_t, uint32_t, ChangeKind>, NodeRef> wheres_;
  std::vector<std::pair<uint32_t, uint32_t>> open_;  // not decided, old before new
  bool gave_up_ = false;                             // on pairs that were not looked at
  bool confirmed_ = false;  // by the evaluator, for some class
  std::set<std::string> test_names_;
  PolicyDiff result_;
};

}  // namespace

std::string_view ToString(ChangeKind kind) {
  constexpr std::string_view kWords[] = {"denied",    "left to host", "allowed",      "taken",    "credentials",
                                         "deny text", "tags",         "another rule", "how it is chosen"};
  return kWords[static_cast<size_t>(kind)];
}

PolicyDiff DiffPolicies(const std::shared_ptr<const evaluator::Program>& old_program,
                        const std::shared_ptr<const evaluator::Program>& new_program, const DiffOptions& options) {
  return Differ(old_program, new_program, options).Run();
}

}  // namespace keyrule::analysis
