// The end of a benchmark that cannot be run.
#pragma once

#include <errno.h>

#include <cstdio>
#include <cstdlib>
#include <string>

namespace keyrule::bench {

[[noreturn]] inline void Die(const std::string& why) {
  std::fprintf(stderr, "%s: %s\n", program_invocation_short_name, why.c_str());
  std::exit(1);
}

}  // namespace keyrule::bench
