// How much memory one run holds at most.
#pragma once

#include <cstddef>

namespace keyrule::dsl {

// Counts from now on, on all threads.
void CountLiveBytes();
// The most bytes that were live at once since the last call of ResetPeak, less those that were live then.
size_t PeakBytes();
void ResetPeak();

}  // namespace keyrule::dsl
