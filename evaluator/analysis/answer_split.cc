#include "evaluator/analysis/answer_split.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "evaluator/analysis/value_parts.h"

namespace keyrule::analysis {
namespace {

constexpr size_t kMostOfRule = 64;  // rules that one is taken apart into

class Splitter {
 public:
  Splitter(const dsl::Policy& policy, const std::function<ValueKinds(const dsl::Use&)>& kinds, size_t most)
      : most_(most), split_(std::make_shared<dsl::Policy>(policy)), parts_(split_, kinds) {}

  AnswerSplit Split() {
    std::vector<dsl::Rule> rules;
    for (dsl::Rule& rule : split_->rules) {
      if (AddParts(rule, &rules)) continue;
      AddWhole(rule);
      rules.push_back(std::move(rule));
    }
    // What is left of it decides nothing.
    AddParts(split_->fallback, &rules);
    AddWhole(split_->fallback);
    split_->rules = std::move(rules);
    result_.policy = split_;
    return std::move(result_);
  }

 private:
  struct Way {  // one part of each arm that goes by a value
    std::vector<const ValuePart*> parts;
    std::vector<uint32_t> kinds;  // by action
    std::vector<bool> several;    // likewise
  };

  void AddWhole(const dsl::Rule& rule) {
    result_.values.emplace_back();
    std::vector<uint32_t> kinds(rule.chain.actions.size(), kGivesNone);
    std::vector<bool> several(rule.chain.actions.size(), false);
    for (size_t action = 0; action < rule.chain.actions.size(); ++action) {
      const auto* arm = std::get_if<dsl::Use>(&rule.chain.actions[action].what);
      if (arm == nullptr || ValueOf(*arm) == nullptr || parts_.Of(*arm).parts.empty()) continue;
      kinds.clear();
      several[action] = true;
    }
    result_.kinds.push_back(std::move(kinds));
    result_.several.push_back(std::move(several));
  }

  // False: nothing of it goes by values that make a difference, or there would be too many.
  bool AddParts(const dsl::Rule& rule, std::vector<dsl::Rule>* rules) {
    const size_t actions = rule.chain.actions.size();
    std::vector<Way> ways = {{{}, std::vector<uint32_t>(actions, kGivesNone), std::vector<bool>(actions, false)}};
    std::map<const ValueParts*, size_t> first;  // action that goes by these parts
    bool whole = true;
    for (size_t action = 0; action < rule.chain.actions.size(); ++action) {
      const auto* arm = std::get_if<dsl::Use>(&rule.chain.actions[action].what);
      if (arm == nullptr || ValueOf(*arm) == nullptr) continue;
      const ValueParts& parts = parts_.Of(*arm);
      if (parts.parts.empty()) continue;
      const auto [earlier, is_first] = first.emplace(&parts, action);
      if (!is_first) {
        for (Way& way : ways) {
          way.kinds[action] = way.kinds[earlier->second];
          way.several[action] = way.several[earlier->second];
        }
        continue;
      }
      whole = whole && parts.whole;
      std::vector<Way> more;
      for (const Way& way : ways) {
        for (const ValuePart& part : parts.parts) {
          if (std::any_of(way.parts.begin(), way.parts.end(), [&](const ValuePart* other) { return parts_.AreApart(*other, part); })) continue;
          more.push_back(way);
          more.back().parts.push_back(&part);
          more.back().kinds[action] = part.kind;
          more.back().several[action] = part.several;
        }
      }
      ways = std::move(more);
      if (ways.size() > kMostOfRule) break;
    }
    if (ways.size() == 1) return false;
    if (ways.size() > kMostOfRule || added_ + ways.size() > most_) {
      result_.unsplit.emplace_back(rule.name.text);
      return false;
    }
    if (!whole) result_.unsplit.emplace_back(rule.name.text);
    added_ += ways.size();
    for (Way& way : ways) {
      dsl::Rule copy = rule;
      dsl::All all;
      std::string values;
      std::set<std::string_view> said;  // two arms may go by the same
      if (rule.when) all.terms.push_back(*rule.when);
      for (const ValuePart* part : way.parts) {
        all.terms.push_back(part->condition);
        if (said.insert(part->text).second) values += (values.empty() ? "" : " and ") + part->text;
      }
      const dsl::Span span = rule.when ? rule.when->span : all.terms.front().span;
      copy.when = all.terms.size() == 1 ? all.terms.front() : dsl::Condition{std::move(all), span};
      rules->push_back(std::move(copy));
      result_.values.push_back(std::move(values));
      result_.kinds.push_back(std::move(way.kinds));
      result_.several.push_back(std::move(way.several));
    }
    return true;
  }

  const size_t most_;
  std::shared_ptr<dsl::Policy> split_;
  ValuePartFinder parts_;
  size_t added_ = 0;
  AnswerSplit result_;
};

}  // namespace

AnswerSplit SplitByAnswers(const dsl::Policy& policy, const std::function<ValueKinds(const dsl::Use& arm)>& kinds, size_t most) {
  return Splitter(policy, kinds, most).Split();
}

}  // namespace keyrule::analysis
