// What changed between two texts, as `diff -u` shows it.
#pragma once

#include <string>
#include <string_view>

namespace keyrule::command {

// Empty if they are equal. `name` stands in the header on both sides.
std::string UnifiedDiff(std::string_view name, std::string_view before, std::string_view after);

}  // namespace keyrule::command
