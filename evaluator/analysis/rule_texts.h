// What rules say with everything resolved that has a name, so that those of two policies can be compared: a pool, a table, a
// list or a budget that is edited changes the rules that use it.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "dsl/policy.h"
#include "evaluator/analysis/idle_arms.h"

namespace keyrule::analysis {

// Equal texts have equal numbers.
class Numbered {
 public:
  uint32_t Of(const std::string& text) {
    return numbers_.try_emplace(text, static_cast<uint32_t>(numbers_.size())).first->second;
  }

 private:
  std::unordered_map<std::string, uint32_t> numbers_;
};

// A part of an answer: what it says, and where that goes by a value (a credential, what a pool is narrowed to, a tag),
// which may be the request's.
struct AnswerPart {
  uint32_t fixed = 0;                 // equal: the same, but for values that the request has
  uint32_t about = 0;                 // equal: of the same kind, so that it goes by the values
  const dsl::Value* value = nullptr;  // of the policy; null: it has none
  uint32_t from = dsl::kUnresolved;   // the pool that the value has to name one of
  bool narrows = false;               // a pool to the credentials that have it: those are others wherever there is a value

  bool varies() const { return value != nullptr && !std::holds_alternative<dsl::Text>(value->what); }
};

enum class AnswerVerdict : uint8_t { kDeny, kHost, kUse };

struct RuleText {
  uint32_t condition = 0;
  AnswerVerdict verdict = AnswerVerdict::kUse;  // of the first arm
  std::vector<AnswerPart> credentials;          // which may be spent: those that pools have and that are named, then others
  uint32_t denials = 0;                         // the texts of `deny`
  std::vector<AnswerPart> tags;                 // by name
  uint32_t unnoticed = 0;  // how it is written where no request notices: the order of allow-lists and limits, defaults, …
  uint32_t state = 0;  // what else the chain says: order, tiers, strategies, weights, budgets, waiting, retries, rests
  uint32_t unnarrowed_state = 0;  // the same without what pools are narrowed to, for requests of which that is known to be the same
};

class RuleTexts {
 public:
  // `slots`: by slot of the policy, the number of the attribute in both policies. Borrows all of it.
  RuleTexts(const dsl::Policy& policy, const std::vector<uint32_t>& slots, Numbered* numbered);

  RuleText Of(const dsl::Rule& rule);
  uint32_t OfLet(uint32_t let);
  uint32_t OfTable(uint32_t table);

 private:
  uint32_t OfKeys(uint32_t table);
  void AddCondition(const dsl::Condition& condition, std::string* text);
  void AddPath(const dsl::Path& path, std::string* text) const;
  AnswerPart PartOf(const std::string& about, const dsl::Value& value);
  // `spends`: numbers of what may be spent whatever the request.
  void AddUse(const dsl::Use& use, std::vector<uint32_t>* spends, RuleText* text, std::string* state, std::string* narrows,
              std::string* unnoticed);
  void AddMeter(const dsl::Meter& meter, std::string* text);
  struct PoolText {
    std::vector<uint32_t> entries;
    uint32_t members = 0;  // all of them
    uint32_t order = 0;    // with tiers
    uint32_t weights = 0;  // for the strategies that look at them
    uint32_t rests = 0;
    uint32_t written = 0;  // weights and rests as they are written
    bool chooses = false;  // a tier may have several
    bool only_names = true;
  };
  // Equal: the same entries, in any order.
  uint32_t OfEntries(std::vector<uint32_t> entries);
  const PoolText& OfPool(uint32_t pool);

  const dsl::Policy& policy_;
  const std::vector<uint32_t>& slots_;
  Numbered& numbered_;
  IdleArms idle_;
  std::unordered_map<uint32_t, uint32_t> lets_, tables_, keys_;
  std::unordered_map<uint32_t, PoolText> pools_;
};

}  // namespace keyrule::analysis
