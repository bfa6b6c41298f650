// What stands beside the databases: SHARED, REVOKED, permissions, and what a crash left.

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "store/open_store.h"
#include "store/posix_file.h"
#include "store/revocation_log.h"
#include "store/shared_view.h"
#include "store/verify_parts.h"

namespace keyrule::store {
namespace {

constexpr std::array kFiles = {"STORE", "CURRENT", "WRITTEN", "SHARED", "REVOKED", "LOCK"};
constexpr std::array kFolders = {"writer", "generations"};

constexpr const char* kNextWriter = "the next writer removes or replaces it; nothing to do";

bool IsOneOf(const auto& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string Octal(mode_t mode) {
  char text[8];
  std::snprintf(text, sizeof text, "%04o", static_cast<unsigned>(mode & 07777));
  return text;
}

// Is a reader on it? Asks as a writer would, and lets go at once.
bool IsHeld(const std::string& path) {
  const Fd fd(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
  return fd.ok() && flock(fd.get(), LOCK_EX | LOCK_NB) != 0;
}

void Permissions(const std::string& dir, Findings* findings) {
  struct stat folder;
  if (stat(dir.c_str(), &folder) != 0) return;
  if ((folder.st_mode & 077) != 0) {
    findings->Warn(dir,
                   "others than its owner may enter the folder (mode " + Octal(folder.st_mode) +
                       "): names, labels and limits are readable in it",
                   "run `chmod 700 " + dir + "`");
  }
  for (const char* name : kFiles) {
    const std::string path = dir + "/" + name;
    struct stat file;
    if (lstat(path.c_str(), &file) != 0) continue;
    if (!S_ISREG(file.st_mode)) {
      findings->Warn(path, "it is not a plain file", "move the store aside and import again");
    } else if ((file.st_mode & 022) != 0) {
      findings->Warn(path,
                     "others than its owner may write it (mode " + Octal(file.st_mode) + ")",
                     "run `chmod go-w " + path + "`");
    }
    if (file.st_uid != folder.st_uid) {
      findings->Warn(path,
                     "it belongs to user " + std::to_string(file.st_uid) + ", the folder to " +
                         std::to_string(folder.st_uid) + ": one of them cannot read the other's",
                     "run `chown -R --reference=" + dir + " " + dir + "`");
    }
  }
}

void Generations(const std::string& dir, uint64_t published, Findings* findings) {
  const Result<std::vector<std::string>> names = ListDirectory(GenerationsPath(dir));
  if (names.status().code() == Code::kNotFound) return;  // nothing was published yet
  if (!names.ok()) return findings->Damage(names.status());
  for (const std::string& name : *names) {
    const std::string path = GenerationsPath(dir) + "/" + name;
    uint64_t number = 0;
    if (name.ends_with(".tmp")) {
      findings->Warn(path, "a publication was interrupted here", kNextWriter);
    } else if (!GenerationNumber(name, &number)) {
      findings->Warn(path, "no Keyrule made this", "see what it is, and remove it");
    } else if (number != published && !IsHeld(path)) {
      findings->Warn(path, "no reader is on this generation any more",
                     "the next publication removes it; nothing to do");
    }
  }
}

}  // namespace

void VerifyFolder(const std::string& dir, uint64_t published, bool writing, Findings* findings) {
  Permissions(dir, findings);
  const Result<std::vector<std::string>> names = ListDirectory(dir);
  if (!names.ok()) return findings->Damage(names.status());
  for (const std::string& name : *names) {
    if (IsOneOf(kFiles, name) || IsOneOf(kFolders, name)) continue;
    const std::string path = dir + "/" + name;
    const bool fresh = name.ends_with(".new") && IsOneOf(kFiles, name.substr(0, name.size() - 4));
    if (!fresh) {
      findings->Warn(path, "no Keyrule made this", "see what it is, and remove it");
    } else if (!writing) {
      findings->Warn(path, "a crash left it; nobody reads it", kNextWriter);
    }
  }
  if (!writing) Generations(dir, published, findings);
}

void VerifyShared(const std::string& dir, const StoreKeys& keys, Findings* findings) {
  const Result<std::vector<PendingWithdrawal>> pending = ReadRevoked(dir, keys);
  if (!pending.ok()) findings->Damage(pending.status());
  if (pending.ok()) findings->report().pending = pending->size();
  const Result<std::unique_ptr<SharedView>> shared = SharedView::Map(dir, keys.id());
  if (!shared.ok()) {
    // It holds nothing that is not elsewhere: hosts go without it.
    return findings->Warn(shared.status().where(),
                          shared.status().what() + ": hosts learn of revocations and generations late",
                          "run `keyrule import` or any other command that writes: it makes a new one");
  }
  const Result<Pointer> pointer = ReadPointer(dir, keys);
  if (pointer.ok() && (*shared)->Generation() != pointer->generation.number) {
    findings->Warn(SharedPath(dir),
                   "it names generation " + std::to_string((*shared)->Generation()) +
                       ", CURRENT names " + std::to_string(pointer->generation.number) +
                       ": hosts learn of it late",
                   "run `keyrule import` or any other command that writes: it puts that right");
  }
  if (!pending.ok()) return;
  for (const PendingWithdrawal& one : *pending) {
    const CredentialKey& key = one.key;
    if ((*shared)->Revoked(keys.MarkOf(key.tenant, key.provider, key.id), 1)) continue;
    findings->Warn(SharedPath(dir), "the revocation of " + DescribeKey(key) + " is not in it",
                   "revoke it again, and the next generation is without it");
  }
  if (!pending->empty() && findings->report().writer != WriterState::kBusy) {
    findings->Warn(RevokedPath(dir),
                   std::to_string(pending->size()) +
                       " revocations wait for a writer; hosts refuse these credentials already",
                   "run `keyrule revoke` again, or any other command that writes");
  }
}

}  // namespace keyrule::store
