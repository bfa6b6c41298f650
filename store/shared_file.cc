#include "store/shared_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "store/shared_layout.h"

namespace keyrule::store {
namespace {

constexpr useconds_t kLockPause = 10'000;  // microseconds
constexpr int kLockTries = 1000;

// The part of the file before the first word that changes.
struct FixedPart {
  char bytes[offsetof(SharedFile, generation)];
};

template <typename T>
T At(const FixedPart& part, size_t offset) {
  T value;
  std::memcpy(&value, part.bytes + offset, sizeof value);
  return value;
}

Status NotShared(const std::string& path, const char* what) {
  return Status(Code::kDamaged, path, what, "the next writer replaces it");
}

}  // namespace

Status CheckSharedFile(const Fd& fd, ByteSpan id, const std::string& path) {
  struct stat info;
  FixedPart part;
  if (fstat(fd.get(), &info) != 0) {
    return Status(Code::kIo, path, "it cannot be read: " + SystemError(errno), "");
  }
  if (!S_ISREG(info.st_mode) || info.st_size < static_cast<off_t>(sizeof part) ||
      pread(fd.get(), part.bytes, sizeof part, 0) != static_cast<ssize_t>(sizeof part) ||
      std::memcmp(part.bytes, kSharedMagic, sizeof kSharedMagic) != 0) {
    return NotShared(path, "the file is damaged");
  }
  if (At<uint32_t>(part, offsetof(SharedFile, byte_order)) != kSharedByteOrder) {
    return NotShared(path, "the file was made on another kind of machine");
  }
  if (At<uint32_t>(part, offsetof(SharedFile, layout)) != kSharedLayout) {
    return Status(Code::kNewerFormat, path, "the file has a layout that this program does not know",
                  "use one version of Keyrule on a host");
  }
  if (info.st_size != static_cast<off_t>(sizeof(SharedFile)) ||
      At<uint64_t>(part, offsetof(SharedFile, size)) != sizeof(SharedFile) ||
      At<uint32_t>(part, offsetof(SharedFile, slots)) != kSharedSlots ||
      At<uint32_t>(part, offsetof(SharedFile, entry_size)) != sizeof(SharedEntry)) {
    return NotShared(path, "the file is not as long as it says");
  }
  if (std::memcmp(part.bytes + offsetof(SharedFile, store_id), id.data(), id.size()) != 0) {
    return NotShared(path, "the file is another store's");
  }
  return Status();
}

Result<SharedLock> SharedLock::Take(const std::string& dir) {
  Fd directory(open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.ok()) {
    return Status(Code::kIo, dir, "it cannot be opened: " + SystemError(errno),
                  "check owner and mode of the store");
  }
  for (int i = 0; i < kLockTries; ++i) {
    if (flock(directory.get(), LOCK_EX | LOCK_NB) == 0) return SharedLock(std::move(directory));
    if (errno != EWOULDBLOCK && errno != EINTR) {
      return Status(Code::kIo, dir, "it cannot be locked: " + SystemError(errno),
                    "keep the store on a local file system");
    }
    usleep(kLockPause);
  }
  return Status(Code::kBusy, dir, "another process has been changing SHARED for ten seconds",
                "see with `lsof` which one, and whether it hangs");
}

SharedLock::~SharedLock() {
  // Unlocked by name: closing alone would leave it held by a child that inherited the descriptor.
  if (directory_.ok()) (void)flock(directory_.get(), LOCK_UN);
}

}  // namespace keyrule::store
