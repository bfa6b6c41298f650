// The values that an arm of a chain goes by, in parts that make no difference to whoever asks (answer_split.h).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "dsl/policy.h"
#include "evaluator/analysis/answer_split.h"

namespace keyrule::analysis {

// The value that an arm goes by; null: none of the request's.
const dsl::Value* ValueOf(const dsl::Use& arm);

struct ValuePart {
  dsl::Condition condition;
  std::string text;  // `key_of[app.id] is "k-a"`
  uint32_t kind = kGivesNone;
  bool several = false;  // values that lead to different credentials
  // Whose values it is of, which, sorted, and whether it is all others; whether it takes in that there is none.
  uint32_t slot = dsl::kUnresolved;
  std::vector<std::string> texts;
  bool others = false, absent = false;
};

// Of one arm: each value of its attribute is of one part. Without parts: no value makes a difference.
struct ValueParts {
  std::vector<ValuePart> parts;
  bool whole = true;  // false: kinds have more in common than they should
};

// Finds them once for all arms that go by the same.
class ValuePartFinder {
 public:
  // Adds to the policy the lists that their conditions name.
  ValuePartFinder(std::shared_ptr<dsl::Policy> policy, const std::function<ValueKinds(const dsl::Use& arm)>& kinds)
      : policy_(std::move(policy)), kinds_(kinds) {}

  // Of an arm that goes by a value. Valid as long as this.
  const ValueParts& Of(const dsl::Use& arm);
  // Whether no value is of both.
  bool AreApart(const ValuePart& a, const ValuePart& b);

 private:
  using Key = std::tuple<bool, uint32_t, std::string, uint32_t, uint32_t>;  // pool, of which, field, table, slot

  ValueParts Find(const dsl::Use& arm, const dsl::Value& value);
  dsl::Condition InList(const dsl::Path& path, const std::vector<std::string>& texts);

  std::shared_ptr<dsl::Policy> policy_;
  const std::function<ValueKinds(const dsl::Use&)>& kinds_;
  std::map<Key, ValueParts> known_;
  std::map<std::pair<const ValuePart*, const ValuePart*>, bool> apart_;
};

}  // namespace keyrule::analysis
