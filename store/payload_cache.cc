#include "store/payload_cache.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "store/bytes.h"

namespace keyrule::store {
namespace {

constexpr uint64_t kLeastPiece = 256;  // about what the smallest payload takes
constexpr size_t kMaxSharees = 4096;  // bytes of the names of tenants that one payload is shared with

// What a piece begins with; behind it what is bound, what is sealed, and the texts of the tenants it
// is shared with by name. Whose it is stands in what is bound.
struct Head {
  CoveredKey key;
  uint32_t associated_size;
  uint32_t sealed_size;
  uint32_t shared_with_all;
};

struct Piece {
  const Head* head;
  std::string_view associated, sealed, sharees;
};

Piece Split(std::span<const uint8_t> bytes) {
  Piece piece{};
  piece.head = reinterpret_cast<const Head*>(bytes.data());
  const std::string_view text = AsText(bytes.subspan(sizeof(Head)));
  piece.associated = text.substr(0, piece.head->associated_size);
  piece.sealed = text.substr(piece.associated.size(), piece.head->sealed_size);
  piece.sharees = text.substr(piece.associated.size() + piece.sealed.size());
  return piece;
}

bool MayUsePiece(std::string_view tenant, const Piece& piece) {
  if (BoundTenant(piece.associated) == tenant || piece.head->shared_with_all != 0) return true;
  for (ByteReader reader(piece.sharees); !reader.at_end();) {
    if (reader.Text() == tenant) return true;
  }
  return false;
}

}  // namespace

PayloadCache::PayloadCache(const KeyCover& cover, uint64_t records, uint64_t max_bytes)
    : cover_(cover), max_bytes_(max_bytes), table_(std::min(records, max_bytes / kLeastPiece), max_bytes) {}

PayloadCache::Answer PayloadCache::Open(std::string_view tenant, const BlobId& digest,
                                        Secret* payload) const {
  const std::span<const uint8_t> bytes = table_.Find(digest);
  if (bytes.empty()) return Answer::kUnknown;
  const Piece piece = Split(bytes);
  if (!MayUsePiece(tenant, piece)) return Answer::kNotYours;
  Secret key(kKeySize);
  cover_.Uncover(digest, piece.head->key, key.Fill());
  Secret opened(piece.sealed.size() - kSealedOverhead);
  if (!OpenSealed(key.Expose(), piece.associated, piece.sealed, opened.Fill())) {
    return Answer::kUnknown;
  }
  *payload = std::move(opened);
  return Answer::kOpened;
}

void PayloadCache::Add(const CredentialRef& credential, const Metadata& metadata,
                       const SealedPayload& sealed) {
  const bool all = std::find(metadata.shared_with.begin(), metadata.shared_with.end(),
                             kEveryTenant) != metadata.shared_with.end();
  std::string sharees;
  for (const std::string& tenant : metadata.shared_with) {
    if (!all) PutText(&sharees, tenant);
    if (sharees.size() > kMaxSharees) return;
  }
  const std::string_view box = BoxSealed(sealed.box);
  const Head head{cover_.Cover(credential.digest, sealed.box_key.Expose()),
                  static_cast<uint32_t>(sealed.associated.size()),
                  static_cast<uint32_t>(box.size()), all ? 1u : 0u};
  (void)table_.Add(credential.digest, {{reinterpret_cast<const char*>(&head), sizeof(head)},
                                       sealed.associated,
                                       box,
                                       sharees});
}

PayloadCache::Usage PayloadCache::usage() const noexcept {
  return {table_.size(), table_.bytes(), max_bytes_};
}

}  // namespace keyrule::store
