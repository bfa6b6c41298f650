// What requests can differ in, as far as a policy's conditions can tell: variables of finitely many classes each.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dsl/ast.h"
#include "evaluator/analysis/class_set.h"

namespace keyrule::analysis {

struct Variable {
  enum class Kind : uint8_t {
    kText,          // an attribute of type string: absent, regions of texts, the texts that conditions name
    kEnum,          // absent, and its values
    kInteger,       // absent, and intervals
    kTimestamp,     // the same, of milliseconds
    kBool,          // absent, false, true
    kItem,          // whether a list has the item `detail`
    kOtherItems,    // whether it has any that no condition names
    kOtherEntries,  // whether a map has entries that the policy does not name
    kBucket,        // absent, and intervals of the ten thousand parts that the salt `detail` makes of an attribute
    kPattern,       // whether the pattern `detail` is found; unknown but for named texts
    kGlob,          // whether an attribute is like `detail`, where there are too many combinations for classes
    kNow,           // the clock reading
  };
  Kind kind = Kind::kText;
  uint32_t slot = dsl::kUnresolved;  // unresolved for the clock
  std::string detail;
  uint32_t size = 0;       // classes
  uint32_t plain = 0;      // the class of a request that says nothing about it
  bool has_absent = false;  // class 0
};

// A class for each variable.
using Point = std::vector<uint32_t>;

// A variable, and the classes of it for which something holds.
struct Constraint {
  uint32_t variable = 0;
  const ClassSet* set = nullptr;  // borrowed of what made it
};

}  // namespace keyrule::analysis
