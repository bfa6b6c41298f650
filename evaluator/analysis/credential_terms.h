// What a policy asks of credentials, as conditions beside those about requests: claims are about both. A field that a rule
// binds to an attribute (`where labels.client == app.client`) is that attribute: what is asked of the field is asked of it.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "dsl/policy.h"
#include "evaluator/analysis/condition_graph.h"
#include "evaluator/atoms.h"
#include "evaluator/request.h"

namespace keyrule::analysis {

// What a field of a credential is known to be.
struct FieldBinding {
  enum class Kind : uint8_t { kAbsent, kText, kSlot, kLookup };
  std::string_view field;
  Kind kind = Kind::kAbsent;
  std::string_view text;  // kText
  uint32_t slot = 0;      // kSlot: the attribute; kLookup: that of the key
  uint32_t table = 0;     // kLookup

  auto operator<=>(const FieldBinding&) const = default;
};
using Bindings = std::vector<FieldBinding>;

// A list or a table's entries by their keys; borrowed of the policy.
using Texts = std::vector<std::string_view>;

// Before the graph is finished. What is not bound gets a slot of its own behind the policy's, one for each `copy`: as many
// credentials can be asked about at once. The provider is always the request's.
class CredentialTerms {
 public:
  // Borrows all of it; must live as long as the graph.
  CredentialTerms(const dsl::Policy& policy, std::vector<dsl::Attribute>* slots, ConditionGraph* graph);

  // Whether the pool takes in the credential, or (`truth` false) does not.
  NodeRef InPool(uint32_t pool, const Bindings& bindings, uint32_t copy, bool truth);
  // Whether its name is among those of a list.
  NodeRef IsNamed(const dsl::Condition& names, const Bindings& bindings, uint32_t copy, bool truth);
  const dsl::Condition& NamesList(const Texts& names) { return ListCondition("name", names); }
  // About requests: the attribute is set; is one of these texts.
  NodeRef IsSet(uint32_t slot, bool truth = true);
  NodeRef IsUnset(uint32_t slot) { return IsSet(slot, false); }
  NodeRef IsOneOf(uint32_t slot, const Texts& texts);
  // The table's entry for the one attribute is what the other has.
  NodeRef EntryEquals(uint32_t key_slot, uint32_t table, uint32_t slot);
  NodeRef Both(NodeRef a, NodeRef b) { return graph_.All({a, b}); }
  // Keys of the table whose entry is one of these texts, or (null) is no empty one.
  Texts KeysTo(uint32_t table, const Texts* texts) const;
  // An own text that lives as long as this.
  std::string_view Keep(std::string text) { return texts_.emplace_back(std::move(text)); }

  // The slot of a field of which something is asked; unresolved: nothing is.
  uint32_t SlotOf(std::string_view field, uint32_t copy) const;
  // Of a slot behind the policy's.
  std::string_view FieldOf(uint32_t slot) const { return fields_[slot - first_].first; }
  uint32_t CopyOf(uint32_t slot) const { return fields_[slot - first_].second; }
  bool IsField(uint32_t slot) const { return slot >= first_ && slot < first_ + fields_.size(); }

 private:
  NodeRef Ask(const dsl::Condition& condition, const Bindings& bindings, uint32_t copy, bool truth);
  NodeRef AskAtom(const dsl::Condition& atom, const Bindings& bindings, uint32_t copy, bool truth);
  NodeRef AskSlot(const dsl::Condition& atom, uint32_t slot, bool truth);
  NodeRef AskLookup(const dsl::Condition& atom, const FieldBinding& lookup, bool truth);
  bool HoldsFor(const dsl::Condition& atom, const evaluator::Value& value);
  uint32_t FreeSlot(std::string_view field, uint32_t copy);
  const dsl::Condition& ListCondition(std::string_view field, const Texts& texts);
  const Texts& NamesIn(uint32_t pool);

  using PoolKey = std::tuple<uint32_t, uint32_t, bool, Bindings>;

  const dsl::Policy& policy_;
  std::vector<dsl::Attribute>& slots_;
  ConditionGraph& graph_;
  const uint32_t first_;     // the first slot behind the policy's
  const uint32_t provider_;
  std::vector<std::pair<std::string_view, uint32_t>> fields_;  // and their copies, from first_ on
  std::deque<dsl::Condition> made_;
  std::deque<std::string> texts_;
  std::map<PoolKey, NodeRef> pools_;
  std::unordered_map<uint32_t, const dsl::Condition*> names_in_;  // by pool: its names as one condition
  std::map<std::pair<const dsl::Condition*, uint32_t>, const dsl::Condition*> moved_;  // to another slot
  std::map<std::tuple<const dsl::Condition*, uint32_t, uint32_t, bool>, NodeRef> lookups_;
  // For texts that are known.
  evaluator::Atoms atoms_;
  evaluator::AtomBuilder builder_;
  std::unordered_map<const dsl::Condition*, evaluator::Literal> literals_;
};

}  // namespace keyrule::analysis
