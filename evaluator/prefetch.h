// Asking memory for what is read soon.
#pragma once

namespace keyrule::evaluator {

// g++ 12 takes a function that does only this for one that does nothing, and drops its calls, unless it was inlined before:
// whoever calls this in a function of its own marks that one KEYRULE_PREFETCHES as well. tests/bench/prefetches.py looks
// whether they are still there.
#define KEYRULE_PREFETCHES __attribute__((always_inline))

KEYRULE_PREFETCHES inline void Prefetch(const void* line) noexcept { __builtin_prefetch(line); }

}  // namespace keyrule::evaluator
