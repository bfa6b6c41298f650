// The values that a policy mentions, by attribute: what completion offers.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "dsl/policy.h"

namespace keyrule::evaluator {

class ReplValues {
 public:
  // As literals of the language, those that the policy compares the attribute with; at most a thousand.
  const std::set<std::string>& Of(const dsl::Policy& policy, std::string_view path);

 private:
  void Collect(const dsl::Policy& policy);
  void Add(const dsl::Policy& policy, const dsl::Condition& condition);
  void AddLookup(const dsl::Policy& policy, const dsl::Value& value);
  void AddKeys(const dsl::Table& table, std::string_view path);
  void Offer(std::string_view path, std::string value);

  bool collected_ = false;
  std::map<std::string, std::set<std::string>, std::less<>> values_;
};

}  // namespace keyrule::evaluator
