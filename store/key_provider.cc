#include "store/key_provider.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "store/crypto.h"
#include "store/key_text.h"
#include "store/posix_file.h"

namespace keyrule::store {
namespace {

std::string Octal(mode_t mode) {
  char text[16];
  std::snprintf(text, sizeof text, "%04o", static_cast<unsigned>(mode & 07777));
  return text;
}

// What one kind of file may look like, and how to mend it.
struct Rules {
  mode_t forbidden;  // bits of the mode
  std::string mend_mode;
  std::string mend_owner;
  std::string mend_missing;
};

Status CheckWhoMayRead(const std::string& path, const struct stat& info, const Rules& rules) {
  if (!S_ISREG(info.st_mode)) {
    return Status(Code::kUnreadable, path, "the master key must be a plain file",
                  "give the path of a file made by `keyrule`");
  }
  if ((info.st_mode & rules.forbidden) != 0) {
    return Status(Code::kKeyTooOpen, path,
                  "others than its owner may use the master key (mode " + Octal(info.st_mode) + ")",
                  rules.mend_mode);
  }
  if (info.st_uid != geteuid() && info.st_uid != 0) {
    return Status(Code::kKeyForeign, path,
                  "the master key belongs to user " + std::to_string(info.st_uid) +
                      ", not to this process or root",
                  rules.mend_owner);
  }
  return Status();
}

Result<Secret> Load(const std::string& path, const Rules& rules) {
  Fd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));  // never hang on a pipe
  if (!fd.ok() && (errno == ENOENT || errno == ENOTDIR)) {
    return Status(Code::kKeyMissing, path, "there is no master key file", rules.mend_missing);
  }
  struct stat info;
  if (!fd.ok() || fstat(fd.get(), &info) != 0) {
    return Status(Code::kUnreadable, path, "the master key cannot be read: " + SystemError(errno),
                  "check owner and mode of the file and of the directories above it");
  }
  if (Status status = CheckWhoMayRead(path, info, rules); !status.ok()) return status;

  Secret text(kKeyTextSize + 1);  // one more, to see that there is more
  size_t size = 0;
  while (size < text.size()) {
    const std::span<uint8_t> room = text.Fill().subspan(size);
    const ssize_t got = read(fd.get(), room.data(), room.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      return Status(Code::kUnreadable, path, "the master key cannot be read: " + SystemError(errno),
                    "check the disk");
    }
    if (got == 0) break;
    size += static_cast<size_t>(got);
  }
  return ParseKeyText(AsText(text.Expose().first(size)), LastBreak::kNeeded, path);
}

}  // namespace

Result<Secret> LoadMasterKey(const std::string& path) {
  return Load(path,
              {0077, "run `chmod 0400 " + path + "`, and change the key if strangers could read it",
               "run `chown " + std::to_string(geteuid()) + " " + path + "`",
               "give its path, or let `keyrule import` make one for a new store"});
}

Status CreateMasterKey(const std::string& path) {
  Result<Secret> text = FreshKeyText();
  if (!text.ok()) {
    return Status(text.status().code(), path, text.status().what(), text.status().mend());
  }
  return CreateFile(path, AsText(text->Expose()), 0400);
}

std::string SystemdCredential::Directory() {
  const char* directory = secure_getenv("CREDENTIALS_DIRECTORY");
  return directory == nullptr ? std::string() : directory;
}

Result<Secret> SystemdCredential::Load() const {
  const std::string directory = Directory();
  const std::string load = "write `LoadCredentialEncrypted=" + credential_ +
                           ":FILE` or `LoadCredential=" + credential_ +
                           ":FILE` into the [Service] section of the unit";
  if (directory.empty()) {
    return Status(Code::kKeyMissing, name(), "systemd passed no credentials to this process",
                  load + ", or name a key file by its path");
  }
  struct stat info;
  if (stat(directory.c_str(), &info) != 0) {
    return Status(Code::kKeyMissing, directory,
                  "$CREDENTIALS_DIRECTORY cannot be looked at: " + SystemError(errno), load);
  }
  const char* const restart = "systemd sets it up by itself: restart the service";
  if ((info.st_mode & 0007) != 0) {
    return Status(Code::kKeyTooOpen, directory,
                  "others may look into $CREDENTIALS_DIRECTORY (mode " + Octal(info.st_mode) + ")",
                  restart);
  }
  if (info.st_uid != geteuid() && info.st_uid != 0) {
    return Status(Code::kKeyForeign, directory,
                  "$CREDENTIALS_DIRECTORY belongs to user " + std::to_string(info.st_uid) +
                      ", not to this process or root",
                  restart);
  }
  return store::Load(directory + "/" + credential_, {0037, restart, restart, load});
}

Result<Secret> KeyVariable::Load() const {
  const char* value = std::getenv(variable_.c_str());
  if (value == nullptr) {
    return Status(Code::kKeyMissing, name(), "the environment has no such variable",
                  "set it to the two lines of a key file, or name the file by its path");
  }
  return ParseKeyText(value, LastBreak::kOptional, name());
}

std::string KeyVariable::warning() const {
  return "the master key stands in the environment variable " + variable_ +
         ": every child process inherits it, and it can be read in /proc; a key file or a systemd "
         "credential is safer";
}

}  // namespace keyrule::store
