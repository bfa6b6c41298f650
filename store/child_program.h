// Running one program and listening to it. Private to store/.

#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "store/secret.h"
#include "store/status.h"

namespace keyrule::store {

struct ProgramEnd {
  enum class How {
    kExited,     // `code` is its exit code
    kSignalled,  // `code` is the signal
    kUnknown,    // another part of this process took the exit code
    kTimeout,    // killed by us after the time given
    kTooMuch,    // killed by us after it wrote more than `limit`
  };
  How how = How::kUnknown;
  int code = 0;
  Secret output;       // what it wrote to standard output, at most `limit` bytes
  std::string errors;  // the last of what it wrote to standard error, at most 4 KiB
};

// Runs words[0] (looked for in PATH unless it holds a slash) with words[1…] until it ends, in a
// process group of its own, with an empty standard input and no other open file of ours. Does not
// wait for programs that it leaves behind. By posix_spawn: no fork handler runs, so that a host
// with threads may call it. kKeyFailed when it cannot be started.
Result<ProgramEnd> RunProgram(const std::vector<std::string>& words, size_t limit,
                              std::chrono::milliseconds time);

}  // namespace keyrule::store
