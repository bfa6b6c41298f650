#include "store/key_provider.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string_view>

#include "store/crypto.h"
#include "store/posix_file.h"

namespace keyrule::store {
namespace {

constexpr std::string_view kHeader = "keyrule master key 1\n";
constexpr size_t kFileSize = kHeader.size() + 2 * kKeySize + 1;  // and the last newline

std::string Octal(mode_t mode) {
  char text[16];
  std::snprintf(text, sizeof text, "%04o", static_cast<unsigned>(mode & 07777));
  return text;
}

Status CheckWhoMayRead(const std::string& path, const struct stat& info) {
  if (!S_ISREG(info.st_mode)) {
    return Status(Code::kUnreadable, path, "the master key must be a plain file",
                  "give the path of a file made by `keyrule`");
  }
  if ((info.st_mode & 0077) != 0) {
    return Status(Code::kKeyTooOpen, path,
                  "others than its owner may use the master key (mode " + Octal(info.st_mode) + ")",
                  "run `chmod 0400 " + path + "`, and change the key if strangers could read it");
  }
  if (info.st_uid != geteuid() && info.st_uid != 0) {
    return Status(Code::kKeyTooOpen, path,
                  "the master key belongs to user " + std::to_string(info.st_uid) +
                      ", not to this process or root",
                  "run `chown " + std::to_string(geteuid()) + " " + path + "`");
  }
  return Status();
}

Status Malformed(const std::string& path) {
  return Status(
      Code::kKeyMalformed, path, "it does not hold a master key",
      "a key file is the line `keyrule master key 1` and a line of 64 hex digits; restore it "
      "from your backup");
}

}  // namespace

Result<Secret> LoadMasterKey(const std::string& path) {
  Fd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));  // never hang on a pipe
  if (!fd.ok() && (errno == ENOENT || errno == ENOTDIR)) {
    return Status(Code::kKeyMissing, path, "there is no master key file",
                  "give its path, or let `keyrule import` make one for a new store");
  }
  struct stat info;
  if (!fd.ok() || fstat(fd.get(), &info) != 0) {
    return Status(Code::kUnreadable, path, "the master key cannot be read: " + SystemError(errno),
                  "check owner and mode of the file and of the directories above it");
  }
  if (Status status = CheckWhoMayRead(path, info); !status.ok()) return status;
  if (info.st_size != static_cast<off_t>(kFileSize)) return Malformed(path);

  Secret text(kFileSize);
  const ssize_t got = read(fd.get(), text.Fill().data(), kFileSize);
  if (got != static_cast<ssize_t>(kFileSize)) return Malformed(path);
  const std::string_view content = AsText(text.Expose());
  Secret key(kKeySize, Secret::OnFork::kKeep);
  if (!content.starts_with(kHeader) || content.back() != '\n' ||
      !FromHex(content.substr(kHeader.size(), 2 * kKeySize), key.Fill())) {
    return Malformed(path);
  }
  return key;
}

Status CreateMasterKey(const std::string& path) {
  Secret key(kKeySize);
  if (!RandomBytes(key.Fill())) {
    return Status(Code::kIo, path, "the system gives no random bytes", "");
  }
  std::string hex = ToHex(key.Expose());
  Secret text(kFileSize);
  uint8_t* out = text.Fill().data();
  std::memcpy(out, kHeader.data(), kHeader.size());
  std::memcpy(out + kHeader.size(), hex.data(), hex.size());
  out[kFileSize - 1] = '\n';
  OPENSSL_cleanse(hex.data(), hex.size());
  return CreateFile(path, AsText(text.Expose()), 0400);
}

}  // namespace keyrule::store
