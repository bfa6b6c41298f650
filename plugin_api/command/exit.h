// Exit codes by cause (language reference, "The command").
#pragma once

#include <initializer_list>

namespace keyrule::command {

enum class Exit {
  kYes = 0,
  kNo = 1,       // a test failed, the request is refused
  kUsage = 2,
  kPolicy = 3,   // the policy has errors
  kFile = 4,     // a file or store cannot be read or written
  kCoverage = 5,
  kFault = 70,   // of Keyrule itself
};

// Of two causes the one that counts: the first of 2, 4, 3, 1, 5.
constexpr Exit First(Exit a, Exit b) {
  for (const Exit exit : {Exit::kFault, Exit::kUsage, Exit::kFile, Exit::kPolicy, Exit::kNo,
                          Exit::kCoverage}) {
    if (a == exit || b == exit) return exit;
  }
  return Exit::kYes;
}

}  // namespace keyrule::command
