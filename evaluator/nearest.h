// The smallest change of a request that would make a rule decide, found by trying.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "evaluator/program.h"
#include "evaluator/request.h"

namespace keyrule::evaluator {

// One attribute's other value.
struct Change {
  uint32_t slot = 0;
  Value value;
};

// Tries the policy's own constants for the attributes of the rule and of the rules before it that match: one change,
// then two. What it finds is checked by the program itself; that it finds nothing proves nothing.
class NearestFinder {
 public:
  NearestFinder(const Program& program, std::span<const Value> values, int64_t now_ms);
  // The changes that make `rule` decide; nothing if none were found within the bound. The texts live as long as this.
  std::optional<std::vector<Change>> Find(size_t rule);

 private:
  void Collect(const dsl::Condition& condition, std::vector<bool>* lets);
  void CollectAtom(const dsl::Condition& atom);
  void CollectSet(uint32_t slot, const dsl::Membership& member);
  void Offer(uint32_t slot, Value value);
  void OfferText(uint32_t slot, std::string_view text);
  void OfferNumber(uint32_t slot, int64_t number);
  bool Holds(size_t rule);
  bool Decides(size_t rule);

  const Program& program_;
  std::vector<Value> values_;  // the request, changed while something is tried
  int64_t now_ms_;
  std::vector<Change> offers_;  // in the order in which they are tried
  std::deque<std::string> texts_;
  std::deque<std::vector<std::string_view>> lists_;
  MatchScratch scratch_;
  size_t runs_ = 0;  // conditions run so far, over all rules
};

}  // namespace keyrule::evaluator
