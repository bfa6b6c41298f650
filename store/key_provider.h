// Where the master key comes from. It never lies inside the store. key_reference.h finds the
// provider that a text of the user names.

#pragma once

#include <string>
#include <utility>

#include "store/secret.h"
#include "store/status.h"

namespace keyrule::store {

// A source of the master key. Immutable; safe in any thread.
class KeyProvider {
 public:
  virtual ~KeyProvider() = default;

  // The 32 bytes. Called when a store is opened, never on the path of a decision; may block as long
  // as its source does. The key stays readable after fork(), so that a host may load it once and
  // open the store in its workers.
  virtual Result<Secret> Load() const = 0;

  // What messages call it: "systemd:keyrule.key". Never a secret.
  virtual std::string name() const = 0;

  // What whoever uses this source must be told, in one line; empty for most.
  virtual std::string warning() const { return {}; }

  // The file to make where a new key is wanted and there is none; empty where only others can.
  virtual std::string file() const { return {}; }
};

// Reads a key file made by CreateMasterKey. Refuses
//   kKeyMissing     no such file
//   kKeyTooOpen     group or others may read, write or run it
//   kKeyForeign     it belongs neither to us nor to root
//   kKeyTruncated   the beginning of a key, or empty
//   kKeyMalformed   not exactly one header line and 64 hex digits
//   kUnreadable     the system does not let us, or it is not a plain file
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
  std::string name() const override { return path_; }
  std::string file() const override { return path_; }

 private:
  std::string path_;
};

// A credential that systemd passed to the service: $CREDENTIALS_DIRECTORY/NAME. Refuses what a key
// file is refused for, with one difference: systemd gives a service's user its right by an access
// list, which shows as the group's right to read (0440, root), so that one bit is allowed. In
// return the directory may let nobody else in, and belongs to us or root.
class SystemdCredential final : public KeyProvider {
 public:
  explicit SystemdCredential(std::string credential) : credential_(std::move(credential)) {}
  Result<Secret> Load() const override;
  std::string name() const override { return "systemd:" + credential_; }

  // $CREDENTIALS_DIRECTORY, or empty.
  static std::string Directory();

 private:
  std::string credential_;
};

// An environment variable with the two lines of a key file (the last line break may be missing).
// kKeyMissing, kKeyTruncated, kKeyMalformed. Every child process inherits it, and whoever may read
// /proc/PID/environ sees it: hence the warning.
class KeyVariable final : public KeyProvider {
 public:
  explicit KeyVariable(std::string variable) : variable_(std::move(variable)) {}
  Result<Secret> Load() const override;
  std::string name() const override { return "env:" + variable_; }
  std::string warning() const override;

 private:
  std::string variable_;
};

}  // namespace keyrule::store
