#include "evaluator/name_twins.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace keyrule::evaluator {

std::optional<NameTwins> TwinsAmong(const std::vector<const Credential*>& rows, const Audience& audience) {
  using Rows = std::vector<const Credential*>;
  using Call = std::tuple<std::string_view, std::string_view, std::string_view>;  // provider, model, model type
  std::map<Call, std::map<std::string_view, Rows>> alike;                         // and by tenant
  for (const Credential* row : rows) {
    if (Fits(*row, audience)) alike[{row->provider, row->model, row->model_type}][row->tenant].push_back(row);
  }
  for (auto& [call, by_tenant] : alike) {
    const Rows of_all = by_tenant.contains("") ? by_tenant[""] : Rows();
    for (auto& [tenant, twins] : by_tenant) {
      if (!tenant.empty()) twins.insert(twins.end(), of_all.begin(), of_all.end());
      if (twins.size() < 2) continue;
      const auto first = std::min_element(twins.begin(), twins.end(), [](auto a, auto b) { return CountsBefore(*a, *b); });
      return NameTwins{twins.size(), (*first)->id};
    }
  }
  return std::nullopt;
}

}  // namespace keyrule::evaluator
