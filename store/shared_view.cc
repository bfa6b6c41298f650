#include "store/shared_view.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "store/posix_file.h"
#include "store/shared_file.h"
#include "store/store_files.h"

namespace keyrule::store {

Result<std::unique_ptr<SharedView>> SharedView::Map(const std::string& dir, ByteSpan id) {
  const std::string path = SharedPath(dir);
  const Fd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!fd.ok() && errno == ENOENT) {
    return Status(Code::kNotFound, path, "the file is missing", "the next writer makes it");
  }
  if (!fd.ok()) {
    return Status(Code::kUnreadable, path, "it cannot be read: " + SystemError(errno),
                  "check owner and mode of the store");
  }
  if (Status status = CheckSharedFile(fd, id, path); !status.ok()) return status;
  struct stat info;
  void* mapped = fstat(fd.get(), &info) == 0
                     ? mmap(nullptr, sizeof(SharedFile), PROT_READ, MAP_SHARED, fd.get(), 0)
                     : MAP_FAILED;
  if (mapped == MAP_FAILED) {
    return Status(Code::kIo, path, "it cannot be mapped: " + SystemError(errno),
                  "keep the store on a local file system");
  }
  return std::unique_ptr<SharedView>(
      new SharedView(path, static_cast<const SharedFile*>(mapped), info.st_dev, info.st_ino));
}

SharedView::~SharedView() { munmap(const_cast<SharedFile*>(file_), sizeof(SharedFile)); }

int64_t SharedView::ConfirmedMs() const noexcept {
  return static_cast<int64_t>(file_->confirmed_ms.load(std::memory_order_relaxed));
}

bool SharedView::Revoked(const RevocationMark& mark, uint64_t version) const noexcept {
  for (uint32_t i = 0; i < kSharedProbes; ++i) {
    const SharedEntry& entry = file_->entries[(mark.first + i) % kSharedSlots];
    const uint64_t first = entry.first.load(std::memory_order_acquire);
    if (first == kSlotEmpty) break;
    if (first != mark.first) continue;
    const uint64_t second = entry.second.load(std::memory_order_acquire);
    const uint64_t up_to = entry.up_to.load(std::memory_order_acquire);
    // The slot was given to another credential meanwhile: then this one had left it, which happens
    // when no reader needs its entry any more.
    if (entry.first.load(std::memory_order_relaxed) != first) continue;
    if (second == mark.second) return version <= up_to;
  }
  return std::binary_search(pending_.begin(), pending_.end(), mark);
}

bool SharedView::IsInPlace() const noexcept {
  struct stat info;
  return stat(path_.c_str(), &info) == 0 && info.st_dev == device_ && info.st_ino == inode_ &&
         info.st_size == static_cast<off_t>(sizeof(SharedFile));
}

}  // namespace keyrule::store
