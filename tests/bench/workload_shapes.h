// The shapes of rules that are measured, made from a seed. WORKLOADS.md says what each stands for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "tests/bench/workload.h"

namespace keyrule::bench {

inline constexpr std::string_view kShapes[] = {"equal", "mixed", "tables", "overlap", "disjoint"};

// Everything but the expected answers. Ends the program if there is no such shape.
Workload MakeWorkload(std::string_view shape, size_t rules, uint64_t seed);

}  // namespace keyrule::bench
