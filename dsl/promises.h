// What `of` promises of a pool: the providers that its users may ask for, its own and those of the
// pools that it takes its members from.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "dsl/implied.h"
#include "dsl/policy.h"

namespace keyrule::dsl {

class Promises {
 public:
  explicit Promises(const Policy& policy) : policy_(policy), known_(policy.pools.size()) {}

  // Sorted, each once; null: every provider. A pool with its own `of` keeps to that (that it may, is
  // checked where it says `all of`); one without keeps to what all pools in it promise.
  Implied::Values Of(uint32_t pool);
  // The `of` that `values` break (null: any provider), and the `all of` that leads to it where it is
  // not the pool's own.
  struct Broken {
    const Pool* pool;
    const Member* by = nullptr;
  };
  Broken BrokenBy(uint32_t pool, const Implied::Values& values);
  // Whether the promise allows all of `values`.
  bool Keeps(uint32_t pool, const Implied::Values& values);

 private:
  const Policy& policy_;
  std::vector<std::optional<Implied::Values>> known_;  // by pool
  Containment contained_;
};

}  // namespace keyrule::dsl
