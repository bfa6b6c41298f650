// Two policies seen over the requests that either can get: attributes, lists, tables and conditions of both in one place, so
// that one space of requests serves both.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "dsl/policy.h"
#include "evaluator/analysis/rule_texts.h"

namespace keyrule::analysis {

inline constexpr size_t kOld = 0;
inline constexpr size_t kNew = 1;

// An attribute that both declare with one type is one, which an enum's values of either belong to; else each has its own,
// and the other policy does not look at it. It is optional where both say so.
class JointPolicies {
 public:
  JointPolicies(std::shared_ptr<const dsl::Policy> old_policy, std::shared_ptr<const dsl::Policy> new_policy);
  JointPolicies(const JointPolicies&) = delete;
  JointPolicies& operator=(const JointPolicies&) = delete;

  const dsl::Policy& policy(size_t side) const { return *policies_[side]; }
  uint32_t rule_count(size_t side) const { return static_cast<uint32_t>(policies_[side]->rules.size()); }
  // The default is the last.
  const dsl::Rule& rule(size_t side, uint32_t index) const {
    return index < rule_count(side) ? policies_[side]->rules[index] : policies_[side]->fallback;
  }
  const RuleText& text(size_t side, uint32_t index) const { return texts_[side][index]; }
  // In the vocabulary.
  uint32_t slot(size_t side, uint32_t own) const { return slots_[side][own]; }
  uint32_t table(size_t side, uint32_t own) const { return tables_[side][own]; }

  // The same condition in both, in the same order: of those, whichever is the first that holds in the one is so in the
  // other. kNoPartner: none; such rules are the changed ones. The defaults are partners.
  static constexpr uint32_t kNoPartner = UINT32_MAX;
  uint32_t partner(size_t side, uint32_t index) const { return partners_[side][index]; }
  // A rule with the same condition that stands in another order now.
  uint32_t moved(size_t side, uint32_t index) const { return moved_[side][index]; }

  // The name that a rule has in the other policy, where no rule has its own; else empty.
  std::string OtherName(size_t side, uint32_t index) const;

  // Its lists, tables and slots are what the conditions are about; it has no rules.
  const dsl::Policy& vocabulary() const { return vocabulary_; }
  // Null: the default. Partners share theirs.
  const dsl::Condition* condition(size_t side, uint32_t index) const { return conditions_[side][index]; }

 private:
  void JoinSlots();
  void JoinNames(size_t side, RuleTexts* texts);
  void Match();
  void CopyConditions(size_t side);
  void Rename(size_t side, dsl::Condition* condition) const;
  void Rename(size_t side, dsl::Path* path) const;

  std::array<std::shared_ptr<const dsl::Policy>, 2> policies_;
  dsl::Policy vocabulary_;
  std::array<std::vector<uint32_t>, 2> slots_, lets_, tables_;  // own index to that of the vocabulary
  std::unordered_map<uint32_t, uint32_t> let_of_, table_of_;    // by text
  std::array<std::vector<RuleText>, 2> texts_;
  std::array<std::vector<uint32_t>, 2> partners_, moved_;
  std::array<std::vector<const dsl::Condition*>, 2> conditions_;
  std::deque<dsl::Condition> copies_;
};

}  // namespace keyrule::analysis
