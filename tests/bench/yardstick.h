// What somebody would write by hand for exactly one shape of rules: no language, no checks, no reload, no credentials that
// are disabled. Keyrule's figures are given as multiples of these.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "tests/bench/workload.h"

namespace keyrule::bench {

class Yardstick {
 public:
  virtual ~Yardstick() = default;
  // The rule that decides; the number of rules if none matches. A value for each attribute of the workload.
  virtual size_t Decide(std::span<const std::string_view> request) const = 0;
};

// Borrows the workload's texts. Ends the program if nobody has written one for its shape.
std::unique_ptr<Yardstick> MakeYardstick(const Workload& workload);

}  // namespace keyrule::bench
