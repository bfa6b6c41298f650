// Where the master key comes from. It never lies inside the store.

#pragma once

#include <string>
#include <utility>

#include "store/secret.h"
#include "store/status.h"

namespace keyrule::store {

// A source of the master key: a file today; a systemd credential or a command fits the same shape.
class KeyProvider {
 public:
  virtual ~KeyProvider() = default;

  // The 32 bytes. Called when a store is opened, never on the path of a decision. The key stays
  // readable after fork(), so that a host may load it once and open the store in its workers.
  virtual Result<Secret> Load() const = 0;
};

// Reads a key file made by CreateMasterKey. Refuses
//   kKeyMissing    no such file
//   kKeyTooOpen    group or others may read, write or run it, or it belongs neither to us nor to
//   root kKeyMalformed  not exactly one header line and 64 hex digits kUnreadable    the system
//   does not let us, or it is not a plain file
// Follows symbolic links (that is how secrets are mounted into containers); what counts is the file
// itself.
Result<Secret> LoadMasterKey(const std::string& path);

// Makes a fresh random key in a new file (0400), synced before it returns. Never overwrites:
// kExists. The caller tells the user that it was made, where, and that without it the store cannot
// be read.
Status CreateMasterKey(const std::string& path);

class KeyFile final : public KeyProvider {
 public:
  explicit KeyFile(std::string path) : path_(std::move(path)) {}
  Result<Secret> Load() const override { return LoadMasterKey(path_); }

 private:
  std::string path_;
};

}  // namespace keyrule::store
