// SHARED as a file: is it one, and who may change it now. Private to store/.

#pragma once

#include <string>
#include <utility>

#include "store/crypto.h"
#include "store/posix_file.h"
#include "store/status.h"

namespace keyrule::store {

// Is the open file at `path` the SHARED of the store with this id, of the layout of this program? Its
// words that change are not looked at.
//   kNewerFormat   another layout
//   kDamaged       anything else
//   kIo
Status CheckSharedFile(const Fd& fd, ByteSpan id, const std::string& path);

// The right to change SHARED and REVOKED, for milliseconds: the one writer needs it, and whoever
// revokes beside a writer that is at work. Held until it is destroyed.
class SharedLock {
 public:
  // Waits up to ten seconds. kBusy, kIo.
  static Result<SharedLock> Take(const std::string& dir);
  SharedLock(SharedLock&&) = default;
  SharedLock& operator=(SharedLock&&) = default;
  ~SharedLock();

 private:
  explicit SharedLock(Fd directory) : directory_(std::move(directory)) {}

  Fd directory_;
};

}  // namespace keyrule::store
