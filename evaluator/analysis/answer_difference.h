// For which requests two rules of two policies answer differently: always, never, or where a table's entry or an attribute
// that an answer goes by is another one.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "evaluator/analysis/condition_graph.h"
#include "evaluator/analysis/joint_policies.h"

namespace keyrule::analysis {

class AnswerDifference {
 public:
  // Borrows both.
  AnswerDifference(const JointPolicies& joint, ConditionGraph* graph) : joint_(joint), graph_(*graph) {}

  // Before the graph is finished: these two rules will be asked about.
  void Expect(uint32_t old_rule, uint32_t new_rule);

  struct Where {
    NodeRef differ = kNever;  // kNever, kAlways, or where they do
    NodeRef same = kAlways;   // the contrary
  };
  // After it. What was not expected is taken to differ wherever it may.
  Where Credentials(uint32_t old_rule, uint32_t new_rule) { return Compare(&RuleText::credentials, old_rule, new_rule); }
  Where Tags(uint32_t old_rule, uint32_t new_rule) { return CompareTags(old_rule, new_rule); }

 private:
  using Parts = std::vector<AnswerPart> RuleText::*;
  // A value as it can be compared: a text, an attribute, or a table's entry for one.
  struct Operand {
    enum class Kind { kAbsent, kText, kPath, kLookup } kind = Kind::kAbsent;
    uint32_t slot = 0, table = 0;
    uint32_t from = dsl::kUnresolved;  // of a credential: its allow-list, where the policies' differ
    bool narrows = false;              // of a pool, where the policies' differ
    std::string_view text;
    auto operator<=>(const Operand&) const = default;
  };
  // Nothing: they differ wherever they may.
  using Condition = std::optional<dsl::Condition>;

  Where Compare(Parts parts, uint32_t old_rule, uint32_t new_rule);
  Where CompareTags(uint32_t old_rule, uint32_t new_rule);
  // False: they differ whatever the request.
  bool Add(const AnswerPart* before, const AnswerPart* after, std::vector<const dsl::Condition*>* conditions);
  Operand OperandOf(size_t side, const AnswerPart* part) const;
  Condition DifferOn(const Operand& before, const Operand& after) const;
  // Where an operand has a value.
  Condition IsSet(const Operand& operand) const;
  // Of a lookup, and another one or an attribute, that go by two attributes.
  Condition DifferByKeys(const Operand& a, const Operand& b) const;
  // For which values one allow-list has the credential and the other has not.
  Condition DifferByList(const Operand& before, const Operand& after) const;
  dsl::Condition In(uint32_t slot, const std::vector<std::string_view>& texts) const;
  dsl::Condition NotIn(uint32_t slot, const std::vector<std::string_view>& texts) const;
  dsl::Condition IsSet(uint32_t slot) const;
  Where Join(const std::vector<const dsl::Condition*>& conditions);

  static constexpr size_t kMostExpected = 4'000;

  const JointPolicies& joint_;
  ConditionGraph& graph_;
  bool expecting_ = false;
  std::map<std::pair<Operand, Operand>, Condition> known_;
};

}  // namespace keyrule::analysis
