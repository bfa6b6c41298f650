#include "dsl/names.h"

#include <algorithm>

namespace keyrule::dsl {

std::string_view WithArticle(NameKind kind) {
  switch (kind) {
    case NameKind::kAttribute:
      return "an attribute";
    case NameKind::kList:
      return "a list";
    case NameKind::kCondition:
      return "a condition";
    case NameKind::kTable:
      return "a table";
    case NameKind::kPool:
      return "a pool";
    case NameKind::kQuota:
      return "a quota";
    case NameKind::kBudget:
      return "a budget";
  }
  return {};
}

const Meaning* Names::Declare(std::string_view name, const Meaning& meaning) {
  const auto [at, is_new] = meanings_.try_emplace(std::string(name), meaning);
  if (!is_new) return &at->second;
  order_.push_back({at->first, &at->second});
  return nullptr;
}

const Meaning* Names::Find(std::string_view name) const {
  const auto at = meanings_.find(name);
  return at == meanings_.end() ? nullptr : &at->second;
}

const Meaning* Names::Use(std::string_view name) {
  const auto at = meanings_.find(name);
  if (at == meanings_.end()) return nullptr;
  at->second.used = true;
  return &at->second;
}

std::vector<std::string_view> Names::Of(std::initializer_list<NameKind> kinds) const {
  std::vector<std::string_view> names;
  for (const Entry& entry : order_) {
    if (std::find(kinds.begin(), kinds.end(), entry.meaning->kind) != kinds.end()) {
      names.push_back(entry.name);
    }
  }
  return names;
}

}  // namespace keyrule::dsl
