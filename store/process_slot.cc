#include "store/process_slot.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>
#include <vector>

namespace keyrule::store {
namespace {

struct flock ByteLock(uint32_t slot, int type) {
  struct flock lock {};
  lock.l_type = static_cast<decltype(lock.l_type)>(type);
  lock.l_whence = SEEK_SET;
  lock.l_start = slot;
  lock.l_len = 1;
  return lock;
}

struct Known {
  dev_t device;
  ino_t inode;
  ProcessSlot* slot;
};

// Callers are inside the engine's gate, which fork() waits for: a child never finds these locked.
std::mutex known_mutex;

std::vector<Known>& AllKnown() {
  static auto* const known = new std::vector<Known>();  // never torn down: threads may outlive main
  return *known;
}

}  // namespace

Result<ProcessSlot*> ProcessSlot::Of(const std::string& dir, uint32_t slots) {
  const std::string path = dir + "/PROCESSES";
  const std::lock_guard lock(known_mutex);
  struct stat info;
  if (lstat(path.c_str(), &info) == 0) {
    for (const Known& known : AllKnown()) {
      // Before it is opened: closing what was opened again would drop the lock.
      if (known.device == info.st_dev && known.inode == info.st_ino) return known.slot;
    }
  }
  Fd fd(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600));
  if (!fd.ok() || fstat(fd.get(), &info) != 0) {
    return Status(Code::kIo, path, "it cannot be opened: " + SystemError(errno), "check owner and mode of the folder");
  }
  if (!S_ISREG(info.st_mode) || info.st_uid != geteuid() || (info.st_mode & 077) != 0) {
    return Status(Code::kInvalid, path, "it is not a file of this user alone",
                  "`chmod 600` it if it is yours; else see who made it, and remove it while no host runs");
  }
  auto* made = new ProcessSlot(std::move(fd), slots);
  AllKnown().push_back({info.st_dev, info.st_ino, made});
  if (made->Here() < slots) return made;
  return Status(Code::kBusy, path, "no slot can be had in it: " + std::to_string(slots) + " processes may share the state",
                "share it among fewer, and keep it on a local file system, which has record locks");
}

uint32_t ProcessSlot::Here() noexcept {
  const std::lock_guard lock(mutex_);
  if (process_ == getpid()) return slot_;
  for (uint32_t slot = 0; slot < slots_; ++slot) {
    struct flock byte = ByteLock(slot, F_WRLCK);
    if (fcntl(fd_.get(), F_SETLK, &byte) == 0) {
      process_ = getpid();
      slot_ = slot;
      return slot;
    }
    if (errno != EAGAIN && errno != EACCES) break;
  }
  return slots_;
}

std::vector<uint32_t> SlotsInUse(const std::string& dir, uint32_t slots) {
  std::vector<uint32_t> used;
  const Fd fd(open((dir + "/PROCESSES").c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  for (uint32_t slot = 0; fd.ok() && slot < slots; ++slot) {
    struct flock byte = ByteLock(slot, F_WRLCK);
    if (fcntl(fd.get(), F_GETLK, &byte) == 0 && byte.l_type != F_UNLCK) used.push_back(slot);
  }
  return used;
}

bool ProcessSlot::IsAlive(uint32_t slot) noexcept {
  const std::lock_guard lock(mutex_);
  if (process_ == getpid() && slot == slot_) return true;
  struct flock byte = ByteLock(slot, F_WRLCK);
  return fcntl(fd_.get(), F_GETLK, &byte) != 0 || byte.l_type != F_UNLCK;
}

}  // namespace keyrule::store
