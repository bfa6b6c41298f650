#include "store/master_keys.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "store/envelope.h"
#include "store/open_store.h"
#include "store/posix_file.h"
#include "store/store_files.h"

namespace keyrule::store {
namespace {

// STORE as it is, opened and proved, and the claim to be the only one who changes it.
struct Held {
  std::optional<WriterLock> lock;
  Identity identity;
  Secret store_key;
  size_t line = 0;  // the one that the key opens
};

Result<Held> Open(const std::string& dir, const Secret& key) {
  Held held;
  Result<Identity> identity = ReadIdentity(dir);
  if (!identity.ok()) return identity.status();
  held.identity = *std::move(identity);
  Result<Secret> store_key = OpenStoreKey(held.identity, key, StoreFilePath(dir), &held.line);
  if (!store_key.ok()) return store_key.status();
  held.store_key = *std::move(store_key);
  // The key of a store that is damaged elsewhere stays as it is: one change at a time.
  Result<Pointer> pointer = ReadPointer(dir, StoreKeys(held.store_key.Expose(), held.identity.id));
  if (!pointer.ok()) return pointer.status();
  return held;
}

Result<Held> OpenToChange(const std::string& dir, const Secret& key) {
  // First without the lock: no lock file is made where there is no store.
  if (Result<Held> seen = Open(dir, key); !seen.ok()) return seen;
  Result<WriterLock> lock = WriterLock::Take(dir);
  if (!lock.ok()) return lock.status();
  Result<Held> held = Open(dir, key);
  if (held.ok()) held->lock = *std::move(lock);
  return held;
}

// Does `key` open what `text` says, and to the same store key?
bool Opens(std::string_view text, const Secret& key, const Held& held) {
  Result<Identity> identity = ParseStoreFile(text, "");
  size_t line = 0;
  if (!identity.ok() || identity->id != held.identity.id) return false;
  Result<Secret> store_key = OpenStoreKey(*identity, key, "", &line);
  return store_key.ok() && SameBytes(store_key->Expose(), held.store_key.Expose());
}

// Puts `identity` in the place of what `held` holds, if `key` opens it.
Result<MasterKeys> Replace(const std::string& dir, const Identity& identity, const Secret& key,
                           const Held& held) {
  const std::string path = StoreFilePath(dir);
  const std::string text = FormatStoreFile(identity);
  if (!Opens(text, key, held)) {
    return Status(Code::kIo, path, "the new file would not open the store", "nothing was changed");
  }
  if (Status status = ReplaceFile(path, text); !status.ok()) return status;
  return MasterKeys{identity.sealed_keys.size(), true};
}

}  // namespace

Result<MasterKeys> FindMasterKeys(const std::string& dir, const Secret& key) {
  Result<Held> held = Open(dir, key);
  if (!held.ok()) return held.status();
  return MasterKeys{held->identity.sealed_keys.size(), false};
}

Result<MasterKeys> AddMasterKey(const std::string& dir, const Secret& key, const Secret& fresh) {
  Result<Held> held = OpenToChange(dir, key);
  if (!held.ok()) return held.status();
  Identity identity = held->identity;
  std::vector<std::string>& lines = identity.sealed_keys;
  size_t line = 0;
  Result<Secret> known = OpenStoreKey(identity, fresh, StoreFilePath(dir), &line);
  if (!known.ok() && known.status().code() != Code::kKeyWrong) return known.status();
  if (known.ok() && line + 1 == lines.size()) return MasterKeys{lines.size(), false};
  if (known.ok()) {
    const auto at = lines.begin() + static_cast<std::ptrdiff_t>(line);
    std::rotate(at, std::next(at), lines.end());
    return Replace(dir, identity, fresh, *held);
  }
  if (lines.size() >= kMaxMasterKeys) {
    return Status(
        Code::kInvalid, dir, std::to_string(lines.size()) + " master keys open this store already",
        "retire the others first: `keyrule rotate --store " + dir + " --key NEWEST --retire`");
  }
  Result<std::string> box =
      SealBox(fresh.Expose(), 0, StoreKeyContext(identity.id), held->store_key.Expose());
  if (!box.ok()) return box.status();
  lines.push_back(*std::move(box));
  return Replace(dir, identity, fresh, *held);
}

Result<MasterKeys> RetireMasterKeys(const std::string& dir, const Secret& key) {
  Result<Held> held = OpenToChange(dir, key);
  if (!held.ok()) return held.status();
  const std::vector<std::string>& lines = held->identity.sealed_keys;
  if (held->line + 1 != lines.size()) {
    return Status(Code::kInvalid, dir,
                  "the key given is not the newest of the " + std::to_string(lines.size()) +
                      " that open this store",
                  "give the newest with `--key`; to go back to the one given, name it by "
                  "`--new-key` first");
  }
  if (lines.size() == 1) return MasterKeys{1, false};
  return Replace(dir, Identity{held->identity.id, {lines.back()}}, key, *held);
}

}  // namespace keyrule::store
