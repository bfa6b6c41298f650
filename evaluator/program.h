// A checked policy compiled for deciding: immutable, shared by all threads. compiler.h makes it.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "dsl/policy.h"
#include "evaluator/code.h"
#include "evaluator/field.h"
#include "evaluator/match_scratch.h"
#include "evaluator/meter.h"
#include "evaluator/name_numbers.h"
#include "evaluator/packed_memory.h"
#include "evaluator/request.h"
#include "evaluator/rule_index.h"
#include "evaluator/rule_line.h"
#include "evaluator/rule_scan.h"
#include "evaluator/text_map.h"

namespace keyrule::evaluator {

// A value written in a rule: a literal, an attribute, or a table's entry for an attribute. 32 bytes.
class ValueRef {
 public:
  enum class Kind : uint8_t { kLiteral, kSlot, kLookup };
  uint64_t hash = 0;   // kLiteral: QuickHash of it
  uint32_t slot = 0;   // kSlot, kLookup
  uint32_t table = 0;  // kLookup; of `use credential "x"`: the name's number in Program::written_names
  Kind kind = Kind::kLiteral;

  // Empty unless the kind is kLiteral. A policy has no text of 4 GiB.
  std::string_view literal() const noexcept { return {text_, size_}; }
  void BecomeLiteral(std::string_view text) noexcept {
    text_ = text.data();
    size_ = static_cast<uint32_t>(text.size());
    kind = Kind::kLiteral;
  }

 private:
  uint32_t size_ = 0;
  const char* text_ = nullptr;
};

// In a line of the processor's memory of its own.
struct alignas(64) Arm {
  enum class Kind : uint8_t { kPool, kCredential, kDeny, kHost };
  ValueRef value;                         // kCredential: which; kPool: the narrowing value; kDeny: what it says
  int64_t waiting_ms = 0;                 // 0: does not wait
  uint32_t pool = dsl::kUnresolved;       // kPool: chooses from; kCredential: the allow-list, if any
  uint32_t sticky_slot = dsl::kUnresolved;
  uint32_t narrow_field = dsl::kUnresolved;  // where this field, an index into Program::fields, equals `value`
  uint32_t budgets = 0;                   // 0: none; else where in Program::budgets their number stands, and they behind it
  uint16_t number = 1;                    // from 1
  Kind kind = Kind::kHost;
  dsl::StrategyKind strategy = dsl::StrategyKind::kFirstAvailable;

  bool narrowed() const noexcept { return narrow_field != dsl::kUnresolved; }
};
static_assert(sizeof(Arm) == 64);

struct CompiledTag {
  std::string_view name;
  ValueRef value;
};

// All that taking its first arm needs stands in two lines that come from memory together.
struct alignas(128) CompiledRule {
  uint32_t arm_count = 0;
  uint32_t more_arms = 0;  // in Program::more_arms: those behind the first
  uint32_t first_tag = 0;  // in Program::tags
  uint32_t tag_count = 0;
  int64_t retry_within_ms = 30'000;
  uint32_t retries = 2;
  std::string_view name;
  Arm first_arm;
};
static_assert(sizeof(CompiledRule) == 128);

struct CompiledMember {
  enum class Kind : uint8_t { kName, kPool, kWhere };
  Kind kind = Kind::kName;
  std::string_view name;
  uint32_t pool = 0;
  Jump where = kJumpTrue;  // into Program::field_code
  uint32_t weight = 0;     // 0: not given
  uint16_t tier = 1;
};

// A quota or a budget.
struct CompiledMeter {
  std::string_view name;
  bool is_budget = false;
  bool each_credential = false;
  uint32_t each_slot = dsl::kUnresolved;  // `for each ATTRIBUTE`
  bool has_members = false;
  uint32_t pool = 0;                      // its members, as one of Program::pools
  std::vector<MeterLimit> limits;
};

class Program {
 public:
  Program() : code(&memory), index(&memory), rules(&memory), lines(&memory) {}
  // What finding a rule reads goes where `memory` has room, when all of it is made.
  void Pack();

  std::shared_ptr<const dsl::Policy> policy;  // owns every view here
  PackedMemory memory;                        // what uses it stands behind it
  Code code;                                  // the rules' conditions, over request slots
  RuleIndex index;
  RuleScan scan;
  bool indexed = false;                       // else there are so few rules that trying them in turn is faster
  std::pmr::vector<CompiledRule> rules;       // in order; the last is `default`
  std::pmr::vector<RuleLine> lines;           // beside them
  NameNumbers written_names;                  // of credentials that arms name by a text
  std::vector<Arm> more_arms;                 // rule by rule, but for each rule's first
  std::vector<CompiledTag> tags;              // rule by rule
  std::vector<uint32_t> budgets = {0};        // of arms: their number, and so many indices into `meters`
  // The credential fields that pools and `where` read: the slots of field_code.
  std::vector<CredentialField> fields;
  Code field_code;
  std::vector<std::vector<CompiledMember>> pools;  // the policy's, then those of meters with members
  std::vector<CompiledMeter> meters;
  ZoneCache zones;                            // of the meters' calendars
  std::vector<std::shared_ptr<const TextMap>> tables;
  std::vector<ValueKind> kinds;               // by slot: what a value may be
  // Slots that arms and tags read: what a decision keeps of its request, in this order. First those that all arms go by.
  static constexpr size_t kKeptProvider = 0, kKeptModel = 1;
  std::vector<uint32_t> kept_slots;
  std::vector<uint32_t> kept_places;          // by slot: its index in kept_slots, where it has one
  std::vector<bool> read_slots;               // by slot: a condition, an arm or a tag looks at it
  size_t most_tags = 0;                       // that one rule has
  uint32_t provider_slot = 0;
  uint32_t model_slot = 0;
  uint32_t model_type_slot = dsl::kUnresolved;
  uint32_t tenant_slot = dsl::kUnresolved;  // `tenant.id`, filled from Request::tenant
  uint32_t tokens_slot = dsl::kUnresolved;  // `request.tokens`
  bool counts_tokens = false;               // an arm goes by the tokens of the last minute
  bool counts_takes = false;                // an arm draws by lot, or breaks ties by who was taken last
  bool counts_load = false;                 // an arm goes by calls in flight, or breaks ties by who was taken last

  size_t slot_count() const { return policy->slots.size(); }
  const Arm& ArmOf(const CompiledRule& rule, size_t number) const noexcept {
    return number == 0 ? rule.first_arm : more_arms[rule.more_arms + number - 1];
  }
  std::span<const CompiledTag> TagsOf(const CompiledRule& rule) const noexcept {
    return {tags.data() + rule.first_tag, rule.tag_count};
  }
  std::span<const uint32_t> BudgetsOf(const Arm& arm) const noexcept {
    return {budgets.data() + arm.budgets + 1, budgets[arm.budgets]};
  }
  // Index of the rule that decides (rules.size() - 1: the default). `given` are the slots that are not absent.
  size_t Match(std::span<const Value> values, std::span<const uint32_t> given, int64_t now_ms, MatchScratch* scratch) const {
    if (code.named_count() != 0) [[unlikely]] return MatchWithNames(values.data(), given, now_ms, scratch);
    return indexed ? FindByIndex<false>(values.data(), given, now_ms, scratch)
                   : FindInTurn<false>(values.data(), now_ms, scratch);
  }
  // The same without knowing which are given.
  size_t Match(std::span<const Value> values, int64_t now_ms, MatchScratch* scratch) const;
  // The value of a kept slot among those that a decision has kept.
  const Value& Kept(uint32_t slot, std::span<const Value> kept) const noexcept {
    return kept[kept_places[slot]];
  }
  // The value of a literal, an attribute or a table entry, from what a decision has kept; empty if absent.
  std::string_view Resolve(const ValueRef& ref, std::span<const Value> kept) const noexcept;

 private:
  // `kNames`: the code has named conditions, and the scratch is ready for them.
  template <bool kNames>
  size_t FindInTurn(const Value* values, int64_t now_ms, MatchScratch* scratch) const;
  template <bool kNames>
  size_t FindByIndex(const Value* values, std::span<const uint32_t> given, int64_t now_ms, MatchScratch* scratch) const;
  template <bool kNames>
  struct Asked;
  size_t MatchWithNames(const Value* values, std::span<const uint32_t> given, int64_t now_ms, MatchScratch* scratch) const;
};

// Of the values that may stand in a slot of this declaration.
ValueKind KindOf(dsl::Type type);
// Whether a value may stand in a slot of this declaration (absent always may).
bool FitsSlot(const dsl::Attribute& slot, const Value& value);

}  // namespace keyrule::evaluator
