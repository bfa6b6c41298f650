// SHARED as readers see it: mapped, never written, no right to write needed.

#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "store/crypto.h"
#include "store/revocation_mark.h"
#include "store/shared_layout.h"
#include "store/status.h"

namespace keyrule::store {

// Any thread, and children of fork(), concurrently with the writer. Nothing here locks, allocates or
// enters the system, but Map and IsInPlace.
//
// The file never shrinks by Keyrule's doing, and its mode keeps its owner from cutting it by mistake.
// Who cuts it nevertheless while it is mapped ends the process by SIGBUS, as the kernel has it.
class SharedView {
 public:
  // Maps STORE/SHARED of the store with this id.
  //   kNotFound                there is none
  //   kDamaged, kNewerFormat   it is not such a file, or of another store
  //   kUnreadable, kIo
  [[nodiscard]] static Result<std::unique_ptr<SharedView>> Map(const std::string& dir, ByteSpan id);

  // What is revoked as well, whatever the file says of it: damage to its entry must not bring back
  // what REVOKED holds. Sorted. Before any other thread has this view.
  void AddPending(std::vector<RevocationMark> pending) { pending_ = std::move(pending); }

  ~SharedView();
  SharedView(const SharedView&) = delete;
  SharedView& operator=(const SharedView&) = delete;

  // The published generation, or the highest number when the file was replaced: one atomic load. A
  // hint: CURRENT proves it.
  uint64_t Generation() const noexcept { return file_->generation.load(std::memory_order_acquire); }

  // 0: nothing is revoked. Otherwise it differs after each change. One atomic load.
  uint64_t Revocations() const noexcept {
    const uint64_t word = file_->revocations.load(std::memory_order_acquire);
    if ((word & kSharedCountMask) != 0) return word;
    return pending_.empty() ? 0 : word | 1;
  }

  // When `keyrule sync` last found that the store holds what its source does, in Unix milliseconds; 0:
  // never. One atomic load.
  int64_t ConfirmedMs() const noexcept;

  // Was this version of a credential taken back?
  bool Revoked(const RevocationMark& mark, uint64_t version) const noexcept;

  // Is the file still the one at its path, and of its size? One stat().
  bool IsInPlace() const noexcept;

 private:
  SharedView(std::string path, const SharedFile* file, dev_t device, ino_t inode)
      : path_(std::move(path)), file_(file), device_(device), inode_(inode) {}

  const std::string path_;
  const SharedFile* const file_;
  const dev_t device_;
  const ino_t inode_;
  std::vector<RevocationMark> pending_;
};

}  // namespace keyrule::store
