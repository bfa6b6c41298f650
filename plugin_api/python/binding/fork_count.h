// How many fork() led from where the binding was loaded to this process.
#pragma once

#include <cstdint>

namespace keyrule::python {

// Counts from now on; more than once is fine. False if the system has no memory for it.
bool CountForks();
uint32_t ForkCount();

}  // namespace keyrule::python
