#include "dsl/fields.h"

#include <algorithm>
#include <array>

namespace keyrule::dsl {

bool IsCredentialField(std::string_view path) {
  constexpr std::array<std::string_view, 6> kFields = {"name",  "id",         "provider",
                                                       "model", "model.type", "owner"};
  constexpr std::string_view kLabels = "labels.";
  return std::find(kFields.begin(), kFields.end(), path) != kFields.end() ||
         (path.starts_with(kLabels) && path.size() > kLabels.size());
}

std::optional<Type> TypeOfGiven(std::string_view path) {
  if (IsCredentialField(path)) return Type::kString;
  if (path == "weight") return Type::kInt;
  if (path == "enabled") return Type::kBool;
  if (path == "expires") return Type::kTimestamp;
  return std::nullopt;
}

}  // namespace keyrule::dsl
