// The private keys of Dify's workspaces, from its storage folder: `privkeys/TENANT/private.pem`.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>

#include "store/dify/tenant_key.h"
#include "store/status.h"

namespace keyrule::store {

// Holds at most `capacity` parsed keys, until it is destroyed or Forget is called: up to so many
// workspaces each key is parsed once. One thread at a time.
class TenantKeys {
 public:
  static constexpr size_t kCapacity = 16'384;  // some 5 KiB each

  // `storage` holds the folder `privkeys`.
  explicit TenantKeys(std::string storage, size_t capacity = kCapacity);

  // Is `storage` a folder of Dify's? kNotFound, kUnreadable, with what to give instead.
  static Status CheckStorage(const std::string& storage);

  // The key of a workspace, valid until the next call. kNotFound, kUnreadable, kKeyMalformed;
  // kInvalid when `tenant` is not a UUID and so must not become part of a path.
  Result<const TenantKey*> Get(const std::string& tenant);

  void Forget() { keys_.clear(); }

  uint64_t parsed() const { return parsed_; }  // since the beginning

 private:
  std::string PathOf(const std::string& tenant) const;

  const std::string storage_;
  const size_t capacity_;
  // What could not be read is remembered too: it is read once, not once for each token.
  std::unordered_map<std::string, Result<TenantKey>> keys_;
  uint64_t parsed_ = 0;
};

// 8-4-4-4-12 hex digits, lower case, as Dify writes them.
bool IsUuid(std::string_view text);

}  // namespace keyrule::store
