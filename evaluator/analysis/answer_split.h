// A policy whose rules are taken apart by the values that their answers go by: whoever asks what becomes of a rule's requests
// has to know which of its arms have something for them.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "dsl/policy.h"

namespace keyrule::analysis {

// The values with which an arm has something to give, by kinds: those of one kind make no difference to whoever asks.
struct ValueKind {
  uint32_t kind;
  bool is_id = false;  // named after those that people read
};
struct ValueKinds {
  std::map<std::string, ValueKind, std::less<>> of;
  bool whole = true;  // false: more kinds would have had to be told apart
};
inline constexpr uint32_t kGivesNone = 0;         // of no value, and of others than those
inline constexpr uint32_t kRefuses = UINT32_MAX;  // an attribute's value that names no credential: no arm behind is asked

struct AnswerSplit {
  // Answers every request as the policy that it was made of. What its default is taken apart into are its last rules.
  std::shared_ptr<const dsl::Policy> policy;
  std::vector<std::string> values;  // by rule: `key_of[app.id] is "k-a"`; empty: it stands as it was
  // By rule, and by action of its chain: of which kind the value is. Empty: nothing is known.
  std::vector<std::vector<uint32_t>> kinds;
  // Likewise: whether it goes by more than one value, so that requests of one kind may be given different credentials.
  std::vector<std::vector<bool>> several;
  std::vector<std::string> unsplit;  // rules that go by too many values: they stand as they were, or with kinds in common
};

// `kinds`: of an arm that goes by a table's entry or an attribute. `most`: rules that are added.
AnswerSplit SplitByAnswers(const dsl::Policy& policy, const std::function<ValueKinds(const dsl::Use& arm)>& kinds, size_t most);

}  // namespace keyrule::analysis
