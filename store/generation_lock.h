// Who is on which generation: a reader holds a shared lock on the directory of its generation as
// long as it lives, and a generation is removed only under the exclusive one. Private to store/.
//
// The locks are flock()'s. They need no right to write, belong to the open file, so that children
// made by fork() keep what their parent held, and end with the last process that has it, kill -9
// included. Network file systems promise none of that.

#pragma once

#include <string>

#include "store/posix_file.h"
#include "store/status.h"

namespace keyrule::store {

// Holds the generation in directory `path` until the descriptor is closed, here and in every child.
//   kNotFound   it is gone, or going: CURRENT names another one by now, or is damaged
//   kUnreadable, kIo   as they say: kIo where the file system has no such locks
Result<Fd> HoldGeneration(const std::string& path);

// Removes it unless a reader holds it; true when it is gone. CURRENT must not name it. Half of it
// stays after a crash, which no reader takes for a generation. kUnreadable, kIo.
Result<bool> RemoveGeneration(const std::string& path);

}  // namespace keyrule::store
