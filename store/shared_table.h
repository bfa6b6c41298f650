// SHARED as those see it who change it. All calls under a SharedLock. Private to store/.

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "store/crypto.h"
#include "store/revocation_mark.h"
#include "store/status.h"

namespace keyrule::store {

struct SharedFile;

// Every call leaves a valid file behind, wherever the process is killed in it.
class SharedTable {
 public:
  // Maps STORE/SHARED for writing. A file that is missing or not of this store and layout is made
  // anew, empty; readers of the old one learn of it. kIo, kUnreadable.
  static Result<std::unique_ptr<SharedTable>> Open(const std::string& dir, ByteSpan id);
  ~SharedTable();
  SharedTable(const SharedTable&) = delete;
  SharedTable& operator=(const SharedTable&) = delete;

  // Tells readers which generation CURRENT names.
  void SetGeneration(uint64_t generation) noexcept;
  // 0: the file was made just now.
  uint64_t generation() const noexcept;

  // As SharedView::ConfirmedMs has it.
  void SetConfirmed(int64_t unix_ms) noexcept;

  // From the next decision of any process on, versions of this credential up to `up_to` are revoked,
  // until MarkGone and Clear. An entry that is there already gets exactly this bound. False: there
  // is no slot left for it.
  [[nodiscard]] bool Revoke(const RevocationMark& mark, uint64_t up_to) noexcept;

  // `generation` has none of the revoked versions, but of those that `pending` holds for.
  void MarkGone(uint64_t generation, const std::function<bool(const RevocationMark&)>& pending);

  // Forgets what generation `oldest` and all later ones do not have: no reader is on an older one.
  void Clear(uint64_t oldest) noexcept;

  uint64_t entries() const noexcept;

  // Waits until the disk has it. kIo.
  Status Sync();

 private:
  SharedTable(std::string path, SharedFile* file) : path_(std::move(path)), file_(file) {}
  void Recount() noexcept;
  void Count(int64_t more) noexcept;

  const std::string path_;
  SharedFile* const file_;
};

}  // namespace keyrule::store
