// What a condition can be of requests of which one attribute is known, and the others may be anything.
#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

#include "evaluator/condition_walk.h"
#include "evaluator/program.h"

namespace keyrule::evaluator {

class KnownValue {
 public:
  // Borrows both.
  KnownValue(const Program& program, uint32_t slot, std::string_view value);
  KnownValue(const KnownValue&) = delete;
  KnownValue& operator=(const KnownValue&) = delete;

  // False: no such request meets it. Parts that exclude each other by another attribute are not seen.
  bool MayMeet(const dsl::Condition& condition) { return Of(condition).yes; }

 private:
  struct Possible {
    bool yes = true, no = true;
  };
  Possible Of(const dsl::Condition& condition);
  Possible OfTerms(const std::vector<dsl::Condition>& terms, bool all);

  const Program& program_;
  const uint32_t slot_;
  std::vector<Value> values_;
  ConditionWalk walk_;
  std::map<uint32_t, Possible> lets_;  // each is looked at once
};

}  // namespace keyrule::evaluator
