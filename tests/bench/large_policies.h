// Policies of any size, for what loads and for what decides: both shapes of the workloads that other engines were measured with,
// and some of our own.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace keyrule::bench {

// Two equalities a rule.
std::string EqualRules(size_t rules);
// Equalities, lists, prefixes, globs and inequalities.
std::string MixedRules(size_t rules);
// Eight conditions a rule, on all attributes.
std::string WideRules(size_t rules);
// One table of so many entries, and a rule that looks a credential up in it.
std::string LargeTable(size_t entries);
// Ten rules and so many tests.
std::string ManyTests(size_t tests);

struct Shape {
  std::string_view name;
  std::string (*make)(size_t count);
};
inline constexpr Shape kShapes[] = {{"equal", EqualRules},
                                    {"mixed", MixedRules},
                                    {"wide", WideRules},
                                    {"table", LargeTable},
                                    {"tests", ManyTests}};

}  // namespace keyrule::bench
