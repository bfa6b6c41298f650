#include "store/posix_file.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <system_error>
#include <utility>

namespace keyrule::store {
namespace {

Status OpenError(const std::string& path, int error) {
  if (error == ENOENT || error == ENOTDIR) {
    return Status(Code::kNotFound, path, "there is no such file", "check the path");
  }
  return Status(Code::kUnreadable, path, "it cannot be read: " + SystemError(error),
                "check owner and mode of the file and of the directories above it");
}

Status WriteError(const std::string& path, int error) {
  return Status(Code::kIo, path, "it cannot be written: " + SystemError(error),
                "check space, owner and mode, and try again");
}

// Reads until `size` bytes or the end; -1 and errno on failure.
ssize_t ReadAll(int fd, char* out, size_t size) {
  size_t done = 0;
  while (done < size) {
    const ssize_t got = read(fd, out + done, size - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return -1;
    if (got == 0) break;
    done += static_cast<size_t>(got);
  }
  return static_cast<ssize_t>(done);
}

// Writes everything and syncs. Sets errno and returns false on failure.
bool WriteAndSync(int fd, std::string_view content) {
  while (!content.empty()) {
    const ssize_t put = write(fd, content.data(), content.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return false;
    content.remove_prefix(static_cast<size_t>(put));
  }
  return fsync(fd) == 0;
}

// Gives a new file the mode and, where we may, the owner of an old one.
bool LookLike(const std::string& old_path, int fd) {
  struct stat old;
  if (lstat(old_path.c_str(), &old) != 0 || !S_ISREG(old.st_mode)) return true;  // there is none
  if (geteuid() == 0 && fchown(fd, old.st_uid, old.st_gid) != 0) return false;
  return fchmod(fd, old.st_mode & 0777) == 0;
}

std::string ParentOf(const std::string& path) {
  const size_t slash = path.find_last_of('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

Fd::Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

Fd& Fd::operator=(Fd&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

Fd::~Fd() {
  if (fd_ >= 0) close(fd_);
}

std::string SystemError(int error) { return std::generic_category().message(error); }

Result<std::string> ReadSmallFile(const std::string& path, size_t limit) {
  Fd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.ok()) return OpenError(path, errno);
  std::string content;
  // Grows with the file: the limit is far above what such files usually have.
  for (size_t size = 0, room = 4096;; room *= 2) {
    content.resize(std::min(room, limit + 1));
    const ssize_t got = ReadAll(fd.get(), content.data() + size, content.size() - size);
    if (got < 0) return OpenError(path, errno);
    size += static_cast<size_t>(got);
    if (size < content.size()) {
      content.resize(size);
      return content;
    }
    if (size > limit) break;
  }
  return Status(Code::kDamaged, path, "it is longer than such a file can be (" + std::to_string(limit) + " bytes)",
                "see whether it is the right file; one of a store: move the store aside and import again");
}

Result<std::string> ReadFileTail(const std::string& path, uint64_t limit, uint64_t* size) {
  Fd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.ok()) return OpenError(path, errno);
  struct stat info;
  if (fstat(fd.get(), &info) != 0) return OpenError(path, errno);
  *size = static_cast<uint64_t>(info.st_size);
  std::string tail(std::min(*size, limit), '\0');
  if (lseek(fd.get(), static_cast<off_t>(*size - tail.size()), SEEK_SET) < 0) {
    return OpenError(path, errno);
  }
  const ssize_t got = ReadAll(fd.get(), tail.data(), tail.size());
  if (got < 0) return OpenError(path, errno);
  tail.resize(static_cast<size_t>(got));
  return tail;
}

Result<Secret> ReadSecretFile(const std::string& path, size_t limit) {
  Fd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.ok()) return OpenError(path, errno);
  struct stat info;
  if (fstat(fd.get(), &info) != 0) return OpenError(path, errno);
  if (!S_ISREG(info.st_mode)) {
    return Status(Code::kUnreadable, path, "it is not a plain file", "give the path of a file");
  }
  if (static_cast<uint64_t>(info.st_size) > limit) {
    return Status(Code::kInvalid, path, "it is larger than " + std::to_string(limit) + " bytes",
                  "split it into several files");
  }
  Secret content(static_cast<size_t>(info.st_size));
  const std::span<uint8_t> bytes = content.Fill();
  const ssize_t got = ReadAll(fd.get(), reinterpret_cast<char*>(bytes.data()), bytes.size());
  if (got < 0) return OpenError(path, errno);
  content.Shrink(static_cast<size_t>(got));
  return content;
}

Result<Secret> ReadSecretStream(int fd, const std::string& name, size_t limit) {
  Secret content(64 * 1024);
  size_t size = 0;
  for (;;) {
    const std::span<uint8_t> room = content.Fill().subspan(size);
    const ssize_t got = ReadAll(fd, reinterpret_cast<char*>(room.data()), room.size());
    if (got < 0) return OpenError(name, errno);
    size += static_cast<size_t>(got);
    if (size > limit) {
      return Status(Code::kInvalid, name, "it is larger than " + std::to_string(limit) + " bytes",
                    "split it into several files");
    }
    if (static_cast<size_t>(got) < room.size()) break;
    Secret larger(2 * size);
    std::memcpy(larger.Fill().data(), content.Expose().data(), size);
    content = std::move(larger);
  }
  content.Shrink(size);
  return content;
}

Status CreateFile(const std::string& path, std::string_view content, unsigned mode) {
  // Under a name of its own first: a kill half-way must not leave a short file at `path`, where it
  // would pass for the real one for ever.
  std::string fresh = path + ".XXXXXX";
  Fd fd(mkostemp(fresh.data(), O_CLOEXEC));
  if (!fd.ok()) return WriteError(path, errno);
  int error = 0;
  if (fchmod(fd.get(), mode) != 0 || !WriteAndSync(fd.get(), content) ||
      link(fresh.c_str(), path.c_str()) != 0) {
    error = errno;
  }
  unlink(fresh.c_str());
  if (error == EEXIST) {
    return Status(Code::kExists, path, "it exists already",
                  "nothing was changed; use it, or choose another path");
  }
  if (error != 0) return WriteError(path, error);
  return SyncDirectory(ParentOf(path));
}

Status ReplaceFile(const std::string& path, std::string_view content) {
  const std::string fresh = path + ".new";
  {
    Fd fd(open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!fd.ok() || !LookLike(path, fd.get()) || !WriteAndSync(fd.get(), content)) {
      const int error = errno;
      unlink(fresh.c_str());
      return WriteError(path, error);
    }
  }
  if (rename(fresh.c_str(), path.c_str()) != 0) {
    const int error = errno;
    unlink(fresh.c_str());
    return WriteError(path, error);
  }
  return SyncDirectory(ParentOf(path));
}

Status MakeDirectory(const std::string& path) {
  if (mkdir(path.c_str(), 0700) == 0) return SyncDirectory(ParentOf(path));
  if (errno != EEXIST) return WriteError(path, errno);
  struct stat info;
  if (stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode)) return Status();
  return WriteError(path, ENOTDIR);
}

Status SyncDirectory(const std::string& path) {
  Fd fd(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.ok() || fsync(fd.get()) != 0) return WriteError(path, errno);
  return Status();
}

Status SyncFlatDirectory(const std::string& path) {
  const Result<std::vector<std::string>> names = ListDirectory(path);
  if (!names.ok()) return names.status();
  for (const std::string& name : *names) {
    const std::string file = path + "/" + name;
    const Fd fd(open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!fd.ok() || fsync(fd.get()) != 0) return WriteError(file, errno);
  }
  return SyncDirectory(path);
}

bool PathExists(const std::string& path) {
  struct stat info;
  return lstat(path.c_str(), &info) == 0;
}

FileIdentity IdentityOf(const std::string& path) noexcept {
  struct stat info;
  if (stat(path.c_str(), &info) != 0) return {};
  return {info.st_dev, info.st_ino, info.st_mtim.tv_sec * 1'000'000'000 + info.st_mtim.tv_nsec};
}

Result<std::vector<std::string>> ListDirectory(const std::string& path) {
  std::vector<std::string> names;
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(opendir(path.c_str()), closedir);
  if (!directory) return OpenError(path, errno);
  for (;;) {
    errno = 0;
    const dirent* const entry = readdir(directory.get());
    if (entry == nullptr) break;
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  if (errno != 0) return OpenError(path, errno);
  return names;
}

void RemoveFlatDirectory(const std::string& path) {
  const Result<std::vector<std::string>> names = ListDirectory(path);
  if (!names.ok()) return;
  for (const std::string& name : *names) unlink((path + "/" + name).c_str());
  rmdir(path.c_str());
}

}  // namespace keyrule::store
