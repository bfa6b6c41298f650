// Credentials of one name that no request of some tenant can tell apart by it.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "evaluator/audience.h"
#include "evaluator/catalog.h"

namespace keyrule::evaluator {

struct NameTwins {
  size_t count = 0;
  std::string_view id;  // of the one that counts
};

// The first of them among these rows, which have one name, for requests of the audience. A row of a tenant's own may be a twin
// of one for all.
std::optional<NameTwins> TwinsAmong(const std::vector<const Credential*>& rows, const Audience& audience);

}  // namespace keyrule::evaluator
