// A condition as a tree: each part with its truth, each atom with what the request has where it looked.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "evaluator/program.h"
#include "evaluator/painter.h"
#include "evaluator/request.h"

namespace keyrule::evaluator {

// A line for each part, indented by `indent`; without one for the whole of an `and` if `parts_only`. A named condition
// is taken apart where it is met first.
std::string ConditionTreeText(const Program& program, const dsl::Condition& condition, std::span<const Value> values,
                              int64_t now_ms, size_t indent, bool parts_only, const Painter& paint);

}  // namespace keyrule::evaluator
