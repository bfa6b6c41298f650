#include "plugin_api/command/rewrite_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "store/posix_file.h"

namespace keyrule::command {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kPermissions = 07777;

store::Status Failed(const std::string& path, int error) {
  return store::Status(store::Code::kIo, path, "it cannot be written: " + store::SystemError(error),
                       "nothing was changed; check the permissions of the file and its folder");
}

}  // namespace

store::Status RewriteFile(const std::string& path, std::string_view text) {
  std::error_code error;
  const fs::path real = fs::canonical(path, error);  // a link stays one
  if (error) return Failed(path, error.value());
  struct stat status = {};
  // Renaming asks for no right to the file itself.
  if (stat(real.c_str(), &status) != 0 || access(real.c_str(), W_OK) != 0) {
    return Failed(path, errno);
  }
  const std::string fresh = (real.parent_path() / ("." + real.filename().string() + "." +
                                                   std::to_string(getpid()) + ".new"))
                                .string();
  const mode_t mode = status.st_mode & kPermissions;
  if (const store::Status made = store::CreateFile(fresh, text, mode); !made.ok()) {
    // Under the name that people know.
    return store::Status(made.code(), path, made.what(), made.mend());
  }
  // Another's file stays theirs; only then do the bits for the group mean the same as before.
  const bool foreign = status.st_uid != geteuid() || status.st_gid != getegid();
  if ((foreign && (chown(fresh.c_str(), status.st_uid, status.st_gid) != 0 ||
                   chmod(fresh.c_str(), mode) != 0)) ||
      std::rename(fresh.c_str(), real.c_str()) != 0) {
    const int reason = errno;
    unlink(fresh.c_str());
    return Failed(path, reason);
  }
  return store::SyncDirectory(real.parent_path().string());
}

}  // namespace keyrule::command
