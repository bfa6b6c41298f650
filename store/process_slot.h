// The slot of this process among those that share a folder: a lock on one byte of a file, which the kernel drops when the
// process ends, however it ends, and which other processes can ask about across PID namespaces.

#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "store/posix_file.h"
#include "store/status.h"

namespace keyrule::store {

// POSIX record locks, because a child of fork does not inherit them: with locks of the open file (F_OFD_SETLK), a child
// that never looks at Keyrule would keep its dead parent alive. Their price: closing any descriptor of the file in this
// process drops them all. So there is one of these for a file and process, its descriptor is never closed, and nobody else
// opens the file. Any thread.
class ProcessSlot {
 public:
  // Of DIR/PROCESSES, which is made (0600) if it is missing; the same one each time. Never null, never destroyed.
  //   kBusy    all slots are taken
  //   kIo, kInvalid
  static Result<ProcessSlot*> Of(const std::string& dir, uint32_t slots);

  // This process's slot; in a child of fork, one of its own from the first call on. `slots`: none is free, or it cannot be
  // locked.
  uint32_t Here() noexcept;
  // Is a process there that has this slot?
  bool IsAlive(uint32_t slot) noexcept;

 private:
  ProcessSlot(Fd fd, uint32_t slots) : fd_(std::move(fd)), slots_(slots) {}

  Fd fd_;
  const uint32_t slots_;
  std::mutex mutex_;  // guards the rest; not held by a thread of the parent when a child is made (process_slot.cc)
  int64_t process_ = 0;  // the process that `slot_` is of
  uint32_t slot_ = 0;
};

// The slots that processes have now. Not for a process that has one itself: it would lose its own.
std::vector<uint32_t> SlotsInUse(const std::string& dir, uint32_t slots);

}  // namespace keyrule::store
