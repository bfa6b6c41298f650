#include "plugin_api/python/binding/fork_count.h"

#include <pthread.h>

namespace keyrule::python {

namespace {

bool g_counts = false;
uint32_t g_forks = 0;  // written only while a child has one thread

}  // namespace

bool CountForks() {
  if (!g_counts) g_counts = pthread_atfork(nullptr, nullptr, [] { ++g_forks; }) == 0;
  return g_counts;
}

uint32_t ForkCount() { return g_forks; }

}  // namespace keyrule::python
