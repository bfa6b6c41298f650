#include "store/generation_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <utility>

namespace keyrule::store {
namespace {

Fd OpenDirectory(const std::string& path) {
  return Fd(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
}

// Does not wait. 0, or what the system says; EWOULDBLOCK when others hold it against `operation`.
int TryLock(const Fd& directory, int operation) {
  int failed;
  do {
    failed = flock(directory.get(), operation | LOCK_NB);
  } while (failed != 0 && errno == EINTR);
  return failed == 0 ? 0 : errno;
}

Status Gone(const std::string& path) {
  return Status(Code::kNotFound, path, "the generation is gone", "read CURRENT again");
}

Status CannotRead(const std::string& path, int error) {
  return Status(Code::kUnreadable, path, "it cannot be read: " + SystemError(error),
                "check owner and mode of the store");
}

Status CannotLock(const std::string& path, int error) {
  return Status(Code::kIo, path, "it cannot be locked: " + SystemError(error),
                "keep the store on a local file system");
}

}  // namespace

Result<Fd> HoldGeneration(const std::string& path) {
  Fd directory = OpenDirectory(path);
  if (!directory.ok() && errno == ENOENT) return Gone(path);
  if (!directory.ok()) return CannotRead(path, errno);
  const int error = TryLock(directory, LOCK_SH);
  if (error == EWOULDBLOCK) return Gone(path);
  if (error != 0) return CannotLock(path, error);
  // It may have been removed before it was locked; from now on it cannot be.
  struct stat held;
  struct stat named;
  if (fstat(directory.get(), &held) != 0 || stat(path.c_str(), &named) != 0 ||
      held.st_dev != named.st_dev || held.st_ino != named.st_ino) {
    return Gone(path);
  }
  return directory;
}

Result<bool> RemoveGeneration(const std::string& path) {
  const Fd directory = OpenDirectory(path);
  if (!directory.ok() && errno == ENOENT) return true;
  if (!directory.ok()) return CannotRead(path, errno);
  const int error = TryLock(directory, LOCK_EX);
  if (error == EWOULDBLOCK) return false;
  if (error != 0) return CannotLock(path, error);
  RemoveFlatDirectory(path);
  return !PathExists(path);
}

}  // namespace keyrule::store
