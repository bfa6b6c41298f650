#include "store/open_store.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include "store/store_place.h"

namespace keyrule::store {
namespace {

constexpr size_t kMaxSmallFile = 16 * 1024 * 1024;  // CURRENT grows with the number of tables
constexpr const char* kLockName = "LOCK";

}  // namespace

Result<Identity> ReadIdentity(const std::string& dir) {
  const std::string path = StoreFilePath(dir);
  Result<std::string> text = ReadSmallFile(path, kMaxSmallFile);
  if (!text.ok() && text.status().code() == Code::kNotFound) {
    if (Status status = CheckIsStore(dir); !status.ok()) return status;
    text = ReadSmallFile(path, kMaxSmallFile);  // another process may have made the store since
  }
  if (!text.ok() && text.status().code() == Code::kNotFound) {
    return Status(Code::kDamaged, path, "the file is missing",
                  "nothing was changed; move the store aside and import again");
  }
  if (!text.ok()) return text.status();
  return ParseStoreFile(*text, path);
}

Result<StoreKeys> OpenStoreFile(const std::string& dir, const Secret& master_key) {
  Result<Identity> identity = ReadIdentity(dir);
  if (!identity.ok()) return identity.status();
  return UnlockStore(*identity, master_key, StoreFilePath(dir));
}

Result<StoreKeys> CreateStore(const std::string& dir, const Secret& master_key) {
  if (Status status = CheckIsStore(dir); !status.ok() && status.code() != Code::kNotFound) return status;
  Identity identity;
  Secret store_key(kKeySize);
  if (master_key.size() != kKeySize) {
    return Status(Code::kKeyMalformed, dir, "the master key is not 32 bytes long",
                  "load it from a file made by `keyrule`");
  }
  if (!RandomBytes(identity.id) || !RandomBytes(store_key.Fill())) {
    return Status(Code::kIo, dir, "the system gives no random bytes", "");
  }
  Result<std::string> box =
      SealBox(master_key.Expose(), 0, StoreKeyContext(identity.id), store_key.Expose());
  if (!box.ok()) return box.status();
  identity.sealed_keys.push_back(*std::move(box));
  if (Status status = ReplaceFile(StoreFilePath(dir), FormatStoreFile(identity)); !status.ok()) {
    return status;
  }
  return StoreKeys(store_key.Expose(), identity.id);
}

Result<Pointer> ReadPointer(const std::string& dir, const StoreKeys& keys) {
  const std::string path = PointerPath(dir);
  Result<std::string> text = ReadSmallFile(path, kMaxSmallFile);
  if (!text.ok() && text.status().code() == Code::kNotFound) {
    if (!PathExists(WriterPath(dir))) return Pointer();
    return Status(Code::kDamaged, path, "the file is missing",
                  "nothing was changed; move the store aside and import again");
  }
  if (!text.ok()) return text.status();
  return ParsePointer(*text, keys, path);
}

Status StartPointers(const std::string& dir, const StoreKeys& keys) {
  if (PathExists(WriterPath(dir))) return Status();
  if (!PathExists(PointerPath(dir))) {
    const std::string nothing = FormatPointer(Pointer(), keys);
    if (Status status = ReplaceFile(PointerPath(dir), nothing); !status.ok()) return status;
  }
  if (PathExists(WrittenPath(dir))) return Status();
  return ReplaceFile(WrittenPath(dir), FormatWritten(0, keys));
}

Result<uint64_t> ReadWritten(const std::string& dir, const StoreKeys& keys) {
  const std::string path = WrittenPath(dir);
  Result<std::string> text = ReadSmallFile(path, kMaxSmallFile);
  if (!text.ok() && text.status().code() == Code::kNotFound) {
    return Status(Code::kDamaged, path, "the file is missing",
                  "nothing was changed; move the store aside and import again");
  }
  if (!text.ok()) return text.status();
  return ParseWritten(*text, keys, path);
}

Result<WriterLock> WriterLock::Take(const std::string& dir) {
  const std::string path = dir + "/" + kLockName;
  Fd fd(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd.ok()) {
    return Status(Code::kIo, path, "it cannot be opened: " + SystemError(errno),
                  "check owner and mode of the store");
  }
  if (flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) {
      return Status(Code::kBusy, dir, "another process is writing to this store",
                    "wait until it is done, and run this again");
    }
    return Status(Code::kIo, path, "it cannot be locked: " + SystemError(errno),
                  "keep the store on a local file system");
  }
  return WriterLock(std::move(fd), static_cast<int>(getpid()));
}

WriterLock::~WriterLock() {
  // Unlocked by name: closing alone would leave it held by children that inherited the descriptor.
  if (fd_.ok() && owner_ == static_cast<int>(getpid())) (void)flock(fd_.get(), LOCK_UN);
}

}  // namespace keyrule::store
