// The values that a policy compares an attribute, or a field of credentials, with.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "dsl/policy.h"

namespace keyrule::evaluator {

class MentionedValues {
 public:
  struct Values {  // at most a thousand of each
    std::set<std::string, std::less<>> texts;  // whole ones, and parts: what one starts with
    std::set<int64_t> numbers;

    std::vector<std::string> Literals() const;  // of the language
  };
  explicit MentionedValues(const dsl::Policy& policy);

  // `path`: as it is written, `app.id` or `labels.client`.
  const Values& Of(std::string_view path) const;

 private:
  void Add(const dsl::Policy& policy, const dsl::Condition& condition);
  void AddRule(const dsl::Policy& policy, const dsl::Rule& rule);
  void AddLookup(const dsl::Policy& policy, const dsl::Value& value);
  void AddNarrow(const dsl::Policy& policy, const dsl::Narrow& narrow);
  void AddKeys(const dsl::Table& table, std::string_view path);
  void AddText(std::string_view path, std::string_view text);
  void AddNumber(std::string_view path, int64_t number);

  std::map<std::string, Values, std::less<>> values_;
};

}  // namespace keyrule::evaluator
