// The few file operations the store needs, each with its errors said in words and every step that
// must reach the disk synced. Safe in any thread; they throw nothing but std::bad_alloc.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "store/secret.h"
#include "store/status.h"

namespace keyrule::store {

// A file descriptor, closed at the end.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept;
  Fd& operator=(Fd&& other) noexcept;
  ~Fd();

  int get() const { return fd_; }
  bool ok() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

// "permission denied" and the like, in the words of the system.
std::string SystemError(int error);

// A whole file of at most `limit` bytes (more is kDamaged). kNotFound, kUnreadable, kIo.
Result<std::string> ReadSmallFile(const std::string& path, size_t limit);

// The last `limit` bytes of a file, and its size. kNotFound, kUnreadable.
Result<std::string> ReadFileTail(const std::string& path, uint64_t limit, uint64_t* size);

// A whole regular file into memory that is wiped afterwards. kNotFound, kUnreadable, kInvalid when
// it is larger than `limit` bytes.
Result<Secret> ReadSecretFile(const std::string& path, size_t limit);

// The same from a pipe or terminal until its end; `name` is what errors call it.
Result<Secret> ReadSecretStream(int fd, const std::string& name, size_t limit);

// Writes `content` to a new file with `mode` and syncs file and directory, as one step: after a
// crash there is no file or a whole one (and perhaps an orphan `PATH.XXXXXX`). kExists, kIo.
Status CreateFile(const std::string& path, std::string_view content, unsigned mode);

// Replaces a file as one step: whoever reads sees the old bytes or the new ones, also after a
// crash. The new file has the mode of the old one and, if we are root, its owner: who could read it
// still can. One caller at a time for a path. kIo; the old file is untouched then.
Status ReplaceFile(const std::string& path, std::string_view content);

// Creates a directory (0700), or does nothing when it is there. kIo.
Status MakeDirectory(const std::string& path);
Status SyncDirectory(const std::string& path);

// Syncs the plain files of a directory, and the directory. kIo.
Status SyncFlatDirectory(const std::string& path);

bool PathExists(const std::string& path);

// Tells a file from the one that replaces it. Whatever is missing has one identity, too.
struct FileIdentity {
  uint64_t device = 0;
  uint64_t inode = 0;
  int64_t modified_ns = 0;

  friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
};
FileIdentity IdentityOf(const std::string& path) noexcept;

// The names in a directory without "." and "..", unsorted: all of them, or kNotFound, kUnreadable.
Result<std::vector<std::string>> ListDirectory(const std::string& path);

// Removes a directory and the plain files in it; not deeper. Best effort: says nothing.
void RemoveFlatDirectory(const std::string& path);

}  // namespace keyrule::store
