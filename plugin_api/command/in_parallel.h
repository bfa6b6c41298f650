// Many pieces of work, by as many threads as there are processors.
#pragma once

#include <cstddef>
#include <functional>

namespace keyrule::command {

// How many threads there are at most.
size_t Workers();

// Calls `work(worker, i)` for each i below `count`, each once and in about that order; no two threads have the same `worker`,
// which is below Workers(). False from one ends all that has not begun. Throws what the first of them has thrown.
void InParallel(size_t count, const std::function<bool(size_t worker, size_t i)>& work);

}  // namespace keyrule::command
