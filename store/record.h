// What the store knows of a credential without opening it, and how that is written down.

#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "store/host_pattern.h"
#include "store/limits.h"
#include "store/status.h"

namespace keyrule::store {

inline constexpr size_t kMaxText = 4096;            // bytes of any text of the metadata
inline constexpr size_t kMaxPayload = 1024 * 1024;  // bytes of a payload
inline constexpr size_t kMaxLabels = 64;
inline constexpr size_t kMaxShares = 1024;
inline constexpr uint32_t kMaxWeight = 1000;
inline constexpr std::string_view kEveryTenant = "*";
inline constexpr std::string_view kFromDify = "dify";  // an origin
inline constexpr size_t kSourceMark = 16;               // bytes

// What names a credential in a store. `tenant` is the one it belongs to, not the one that asks.
struct CredentialKey {
  std::string tenant;
  std::string provider;
  std::string id;

  friend bool operator==(const CredentialKey&, const CredentialKey&) = default;
};

// The same without owning its texts, and with half a SHA-256 of them, made once, which stands for
// all three.
struct CredentialRef {
  std::string_view tenant;
  std::string_view provider;
  std::string_view id;
  std::array<uint64_t, 2> digest;

  explicit CredentialRef(const CredentialKey& key);
  // With the digest that another CredentialRef of these texts has.
  CredentialRef(std::string_view of_tenant, std::string_view of_provider, std::string_view of_id,
                const std::array<uint64_t, 2>& known)
      : tenant(of_tenant), provider(of_provider), id(of_id), digest(known) {}

  CredentialKey key() const {
    return {std::string(tenant), std::string(provider), std::string(id)};
  }
};

// Metadata holds no secret and may be printed. A value type.
struct Metadata {
  std::string tenant;      // any bytes, not empty, not "*"
  std::string provider;    // not empty
  std::string id;          // the writer derives one when empty; stable over re-imports
  std::string name;        // what policies call it; not empty
  std::string model;       // empty: for any model
  std::string model_type;  // empty: for any
  std::string owner;       // a person or team, for people; not the tenant
  std::map<std::string, std::string> labels;
  std::vector<std::string> shared_with;  // other tenants; {"*"}: every tenant
  bool enabled = true;     // what its source says
  bool held = false;       // disabled by hand, whatever its source says (Writer::SetEnabled)
  int64_t expires_ms = 0;  // Unix time in milliseconds; 0: never
  uint32_t weight = 0;     // 1..1000; 0: not given
  std::vector<Limit> limits;               // the provider's; no two count the same
  std::vector<std::string> allowed_hosts;  // see host_pattern.h; empty: any
  std::string origin;       // who keeps it up: empty, an import; kFromDify, `keyrule sync`
  std::string source_mark;  // what was read there, as a keyed hash (SourceMark); empty: not known
  uint64_t version = 0;     // set by the writer: 1, 2, … each change

  CredentialKey key() const { return {tenant, provider, id}; }
  bool usable() const { return enabled && !held; }

  friend bool operator==(const Metadata&, const Metadata&) = default;
};

// Called for each credential; false ends the walk. Must not throw.
using MetadataVisitor = std::function<bool(const Metadata&)>;

// kInvalid when the rules above are broken, naming the field.
Status CheckMetadata(const Metadata& metadata);

// Puts the lists into their one form: sorted, no repeats; of tenants "*" alone, never the owner
// itself; hosts in lower case.
void NormalizeLists(Metadata* metadata);

// 32 hex digits from tenant, provider, model and name: the same credential of the host gets the
// same id on each import.
std::string DerivedId(const Metadata& metadata);

// May this tenant use it?
bool MayUse(std::string_view tenant, const Metadata& metadata);

// Everything but tenant, provider and id, which stand in the row's key. Each value has one
// encoding.
std::string EncodeMetadata(const Metadata& metadata);

// The reverse; false when the bytes are not an encoding.
[[nodiscard]] bool DecodeMetadata(std::string_view bytes, const CredentialKey& key,
                                  Metadata* metadata);

// "tenant/provider/id" for messages: control characters and long texts are cut.
std::string DescribeKey(const CredentialKey& key);

// A text of the user's for a message: at most 60 bytes, control characters and bytes that are not
// UTF-8 as "?".
std::string Shown(std::string_view text);

}  // namespace keyrule::store
