// How much memory is in use and was at most, of all that `new` gives: live_heap.cc replaces the global operators of the
// program it is linked into.
#pragma once

#include <cstddef>

namespace keyrule {

// Bytes as the allocator rounds them, on all threads.
size_t LiveBytes();
// The most that were live at once since the last ResetPeakBytes.
size_t PeakBytes();
void ResetPeakBytes();

}  // namespace keyrule
