#include "store/state_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "store/posix_file.h"
#include "store/shared_file.h"

namespace keyrule::store {
namespace {

constexpr int kFlags = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
constexpr mode_t kMode = 0600;

std::string Megabytes(size_t size) { return std::to_string((size + (1 << 20) - 1) >> 20) + " MiB"; }

Status IoError(const std::string& path, int error) {
  return Status(Code::kIo, path, "it cannot be made: " + SystemError(error),
                "check owner, mode and space of the folder, or choose another one for the state");
}

// Is the open file exactly as it must be, and nobody else's?
bool IsRight(const Fd& fd, const StateFileShape& shape) {
  struct stat info;
  if (!fd.ok() || fstat(fd.get(), &info) != 0 || !S_ISREG(info.st_mode) || info.st_uid != geteuid() ||
      (info.st_mode & 077) != 0 || info.st_nlink != 1 || info.st_size != static_cast<off_t>(shape.size)) {
    return false;
  }
  std::string fixed(shape.fixed.size(), '\0');
  return pread(fd.get(), fixed.data(), fixed.size(), 0) == static_cast<ssize_t>(fixed.size()) && fixed == shape.fixed;
}

// Why a file that can be opened is not right, for whoever only looks.
Status WhatIsWrong(const Fd& fd, const std::string& path) {
  struct stat info;
  const auto wrong = [&path](std::string what, std::string mend) {
    return Status(Code::kInvalid, path, std::move(what), std::move(mend));
  };
  if (fstat(fd.get(), &info) != 0) {
    return Status(Code::kUnreadable, path, "it cannot be read: " + SystemError(errno), "run this as the user of the hosts");
  }
  if (!S_ISREG(info.st_mode)) {
    return wrong(S_ISDIR(info.st_mode) ? "it is a folder, and the state is a file" : "it is no regular file",
                 "name the folder that engines have as their `state_path`; nothing else may be called STATE there");
  }
  if (info.st_uid != geteuid()) {
    const std::string owner = std::to_string(info.st_uid);
    return wrong("it belongs to user " + owner + ", and this runs as user " + std::to_string(geteuid()),
                 "run this as the user of the hosts: `setpriv --reuid " + owner + " --clear-groups keyrule state …`");
  }
  const char* const replaced = "the next engine that is opened with it replaces it";
  if ((info.st_mode & 077) != 0) return wrong("other users may open it, so that its counts cannot be trusted", replaced);
  if (info.st_nlink != 1) return wrong("it has a second name, a hard link, so that others may write to it", replaced);
  return wrong("it is of another boot or another version of Keyrule, or damaged", replaced);
}

// Tells those who still map a replaced file of ours. Another layout may have the word elsewhere: its processes find out by
// IsInPlace.
void Retire(const Fd& old, const StateFileShape& shape) {
  struct stat info;
  const uint64_t yes = 1;
  if (!old.ok() || fstat(old.get(), &info) != 0 || !S_ISREG(info.st_mode) || info.st_uid != geteuid() ||
      info.st_size != static_cast<off_t>(shape.size)) {
    return;
  }
  (void)!pwrite(old.get(), &yes, sizeof yes, static_cast<off_t>(shape.replaced_at));
}

// A file of zeros behind the fixed part, at `fresh`. Its space is real: to a hole, the disk may be too full for the page that
// a store into the mapping needs, which ends a process by SIGBUS.
Status MakeFile(const std::string& fresh, const StateFileShape& shape) {
  unlink(fresh.c_str());
  const Fd fd(open(fresh.c_str(), O_RDWR | O_CREAT | O_EXCL | kFlags, kMode));
  if (!fd.ok()) return IoError(fresh, errno);
  int error = fchmod(fd.get(), kMode) != 0 ? errno : posix_fallocate(fd.get(), 0, static_cast<off_t>(shape.size));
  if (error == 0 && pwrite(fd.get(), shape.fixed.data(), shape.fixed.size(), 0) !=
                        static_cast<ssize_t>(shape.fixed.size())) {
    error = errno;
  }
  if (error == 0) return Status();
  unlink(fresh.c_str());
  if (error == ENOSPC || error == EDQUOT || error == EFBIG) {
    return Status(Code::kIo, fresh, Megabytes(shape.size) + " cannot be reserved: " + SystemError(error),
                  "make room, or choose another folder for the state");
  }
  return IoError(fresh, error);
}

}  // namespace

Status CheckStateFolder(const std::string& dir) {
  if (mkdir(dir.c_str(), 0700) != 0 && errno != EEXIST) return IoError(dir, errno);
  struct stat info;
  if (lstat(dir.c_str(), &info) != 0) return IoError(dir, errno);
  const auto wrong = [&dir](const char* what, const std::string& mend) { return Status(Code::kInvalid, dir, what, mend); };
  if (S_ISLNK(info.st_mode)) return wrong("the folder of the state is a link", "name the folder that it leads to");
  if (!S_ISDIR(info.st_mode)) return wrong("it is no folder", "name a folder for the state, or one that can be made");
  if (info.st_uid != geteuid()) {
    return wrong("another user owns the folder of the state",
                 "run all processes that share it as one user, or `chown` it to user " + std::to_string(geteuid()));
  }
  if ((info.st_mode & 077) != 0) return wrong("the folder of the state is open to others", "run `chmod 700 " + dir + "`");
  return Status();
}

Result<std::unique_ptr<StateFile>> StateFile::Open(const std::string& dir, const StateFileShape& shape) {
  if (Status status = CheckStateFolder(dir); !status.ok()) return status;
  const std::string path = dir + "/STATE";
  const Result<SharedLock> lock = SharedLock::Take(dir);
  if (!lock.ok()) {
    if (lock.status().code() != Code::kBusy) return lock.status();
    return Status(Code::kBusy, dir, "another process has been making STATE for ten seconds",
                  "see with `lsof` which one, and whether it hangs");
  }
  Fd fd(open(path.c_str(), O_RDWR | kFlags));
  if (!IsRight(fd, shape)) {
    const std::string fresh = path + ".new";
    if (Status status = MakeFile(fresh, shape); !status.ok()) return status;
    if (rename(fresh.c_str(), path.c_str()) != 0) {
      const int error = errno;
      unlink(fresh.c_str());
      return IoError(path, error);
    }
    Retire(fd, shape);
    fd = Fd(open(path.c_str(), O_RDWR | kFlags));
  } else {
    // Somebody may have copied it with holes. Where the file system cannot say, it had reserved it when it was made.
    if (fallocate(fd.get(), 0, 0, static_cast<off_t>(shape.size)) != 0 && errno == ENOSPC) {
      return Status(Code::kIo, path, Megabytes(shape.size) + " cannot be reserved: " + SystemError(ENOSPC),
                    "make room, or choose another folder for the state");
    }
  }
  struct stat info;
  void* memory = fd.ok() && fstat(fd.get(), &info) == 0
                     ? mmap(nullptr, shape.size, PROT_READ | PROT_WRITE, MAP_SHARED, fd.get(), 0)
                     : MAP_FAILED;
  if (memory == MAP_FAILED) {
    return Status(Code::kIo, path, "it cannot be mapped: " + SystemError(errno),
                  "keep the state on a local file system, such as /run or /dev/shm");
  }
  return std::unique_ptr<StateFile>(new StateFile(path, memory, shape.size, info.st_dev, info.st_ino));
}

Result<std::unique_ptr<StateFile>> StateFile::OpenToRead(const std::string& dir, const StateFileShape& shape) {
  const std::string path = dir + "/STATE";
  const Fd fd(open(path.c_str(), O_RDONLY | kFlags));
  if (!fd.ok() && errno == ENOENT) {
    return Status(Code::kNotFound, path, "there is no state", "an engine with this folder as its `state_path` makes it");
  }
  if (!fd.ok()) {
    return Status(Code::kUnreadable, path, "it cannot be read: " + SystemError(errno), "run this as the user of the hosts");
  }
  if (!IsRight(fd, shape)) return WhatIsWrong(fd, path);
  struct stat info;
  void* memory = fstat(fd.get(), &info) == 0 ? mmap(nullptr, shape.size, PROT_READ, MAP_SHARED, fd.get(), 0) : MAP_FAILED;
  if (memory == MAP_FAILED) return Status(Code::kIo, path, "it cannot be mapped: " + SystemError(errno), "");
  return std::unique_ptr<StateFile>(new StateFile(path, memory, shape.size, info.st_dev, info.st_ino));
}

StateFile::~StateFile() { munmap(memory_, size_); }

bool StateFile::IsInPlace() const noexcept {
  struct stat info;
  return stat(path_.c_str(), &info) == 0 && info.st_dev == device_ && info.st_ino == inode_ &&
         info.st_size == static_cast<off_t>(size_);
}

std::string BootId() {
  const Result<std::string> text = ReadSmallFile("/proc/sys/kernel/random/boot_id", 64);
  if (!text.ok()) return {};
  std::string digits = *text;
  std::erase_if(digits, [](char c) { return !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')); });
  std::string id;
  for (size_t i = 0; i + 1 < digits.size(); i += 2) {
    const auto value = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    id += static_cast<char>(value(digits[i]) * 16 + value(digits[i + 1]));
  }
  return id.size() == 16 ? id : std::string();
}

}  // namespace keyrule::store
