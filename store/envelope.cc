#include "store/envelope.h"

#include <cstring>
#include <iterator>

#include "store/bytes.h"

namespace keyrule::store {
namespace {

constexpr char kBoxVersion = 1;
constexpr size_t kHeaderSize = 1 + 4;  // version, key number
constexpr size_t kSaltAt = kHeaderSize;
constexpr size_t kCommitmentAt = kSaltAt + kSaltSize;
constexpr size_t kNonceAt = kCommitmentAt + sizeof(Digest);
constexpr size_t kSealedAt = kNonceAt + kNonceSize;

constexpr std::string_view kBoxInfo = "keyrule/1 box";
constexpr std::string_view kPayloadPurpose = "keyrule/1 payload";

// The key that seals one box, and the value that proves which key it came from: GCM alone would
// accept a box crafted to open under two keys.
class BoxKeys {
 public:
  BoxKeys(ByteSpan key, std::string_view salt) : bytes_(kKeySize + sizeof(Digest)) {
    // Cannot fail: the length asked for is small and fixed.
    (void)HkdfSha256(key, AsBytes(salt), kBoxInfo, bytes_.Fill());
  }

  ByteSpan seal() const { return bytes_.Expose().first(kKeySize); }
  ByteSpan commitment() const { return bytes_.Expose().last(sizeof(Digest)); }

 private:
  Secret bytes_;
};

std::string Associated(std::string_view header, std::string_view context) {
  std::string text;
  text.reserve(header.size() + context.size());
  text += header;
  text += context;  // the header has a fixed size, so this is unambiguous
  return text;
}

}  // namespace

Result<std::string> SealBox(ByteSpan key, uint32_t key_number, std::string_view context,
                            ByteSpan plain) {
  std::string box;
  box.push_back(kBoxVersion);
  PutU32(&box, key_number);
  box.resize(kBoxOverhead + plain.size());
  const std::span<uint8_t> bytes(reinterpret_cast<uint8_t*>(box.data()), box.size());
  if (!RandomBytes(bytes.subspan(kSaltAt, kSaltSize)) ||
      !RandomBytes(bytes.subspan(kNonceAt, kNonceSize))) {
    return Status(Code::kIo, "", "the system gives no random bytes", "");
  }
  const BoxKeys keys(key, BoxSalt(box));
  std::memcpy(bytes.data() + kCommitmentAt, keys.commitment().data(), sizeof(Digest));
  const std::string associated = Associated(std::string_view(box).substr(0, kHeaderSize), context);
  if (!GcmSeal(keys.seal(), bytes.subspan(kNonceAt, kNonceSize), AsBytes(associated), plain,
               bytes.subspan(kSealedAt, plain.size()), bytes.last<kTagSize>())) {
    return Status(Code::kIo, "", "AES-256-GCM cannot seal", "please report it");
  }
  return box;
}

Status DeriveBoxKey(ByteSpan key, std::string_view box, std::span<uint8_t, kKeySize> box_key) {
  if (box.size() < kBoxOverhead) {
    return Status(Code::kDamaged, "", "the sealed bytes are cut off", "");
  }
  if (box[0] != kBoxVersion) {
    // Only a store of a newer format could hold another one, and its STORE file would have said so.
    return Status(Code::kDamaged, "", "the sealed bytes have an unknown form", "");
  }
  const BoxKeys keys(key, BoxSalt(box));
  std::memcpy(box_key.data(), keys.seal().data(), kKeySize);
  if (!SameBytes(keys.commitment(), AsBytes(box).subspan(kCommitmentAt, sizeof(Digest)))) {
    return Status(Code::kKeyWrong, "", "it was sealed with another key", "");
  }
  return Status();
}

std::string BoxAssociated(std::string_view box, std::string_view context) {
  return Associated(box.substr(0, kHeaderSize), context);
}

std::string_view BoxSealed(std::string_view box) { return box.substr(kNonceAt); }

bool OpenSealed(ByteSpan box_key, std::string_view associated, std::string_view sealed,
                std::span<uint8_t> plain) {
  const ByteSpan bytes = AsBytes(sealed);
  return GcmOpen(box_key, bytes.first(kNonceSize), AsBytes(associated),
                 bytes.subspan(kNonceSize, bytes.size() - kSealedOverhead), bytes.last<kTagSize>(),
                 plain);
}

Result<Secret> OpenBox(ByteSpan key, std::string_view box, std::string_view context,
                       Secret::OnFork on_fork) {
  Secret box_key(kKeySize);
  if (Status status = DeriveBoxKey(key, box, box_key.Fill().first<kKeySize>()); !status.ok()) {
    return status;
  }
  Secret plain(box.size() - kBoxOverhead, on_fork);
  if (!OpenSealed(box_key.Expose(), BoxAssociated(box, context), BoxSealed(box), plain.Fill())) {
    return Status(Code::kDamaged, "", "the sealed bytes are not what was written", "");
  }
  return plain;
}

bool BoxKeyNumber(std::string_view box, uint32_t* key_number) {
  if (box.size() < kBoxOverhead) return false;
  ByteReader reader(box.substr(1, 4));
  *key_number = reader.U32();
  return reader.ok();
}

std::string_view BoxSalt(std::string_view box) {
  return box.size() < kBoxOverhead ? std::string_view() : box.substr(kSaltAt, kSaltSize);
}

namespace {

Secret DeriveStoreKeys(ByteSpan store_key, const StoreId& id) {
  static constexpr std::string_view kPurposes[] = {"keyrule/1 wrap", "keyrule/1 row",
                                                   "keyrule/1 census", "keyrule/1 pointer",
                                                   "keyrule/1 revocation"};
  Secret keys(std::size(kPurposes) * kKeySize, Secret::OnFork::kKeep);
  size_t at = 0;
  for (std::string_view purpose : kPurposes) {
    // Cannot fail: the length asked for is small and fixed.
    (void)HkdfSha256(store_key, id, purpose, keys.Fill().subspan(at, kKeySize));
    at += kKeySize;
  }
  return keys;
}

}  // namespace

StoreKeys::StoreKeys(ByteSpan store_key, const StoreId& id)
    : id_(id),
      keys_(DeriveStoreKeys(store_key, id)),
      row_key_(Part(1), Secret::OnFork::kKeep) {}

Digest StoreKeys::ProveRow(std::string_view row_key, std::string_view value) const {
  std::string size;
  PutU32(&size, static_cast<uint32_t>(row_key.size()));
  return row_key_.Sign({size, row_key, value});
}

Digest StoreKeys::ProveCensus(const Digest& rows) const {
  return HmacSha256(Part(2), {AsText(rows)});
}

Digest StoreKeys::ProvePointer(std::string_view text) const { return HmacSha256(Part(3), {text}); }

RevocationMark StoreKeys::MarkOf(std::string_view tenant, std::string_view provider,
                                 std::string_view id) const {
  std::string key;
  PutText(&key, tenant);
  PutText(&key, provider);
  PutText(&key, id);
  const Digest digest = HmacSha256(Part(4), {key});
  ByteReader reader(AsText(digest));
  RevocationMark mark;
  mark.first = reader.U64() | 2;  // 0 and 1 mean that a slot of the table is free
  mark.second = reader.U64();
  return mark;
}

std::string StoreKeyContext(const StoreId& id) {
  std::string context = "keyrule/1 store key";
  PutText(&context, AsText(id));
  return context;
}

std::string DataKeyContext(const StoreId& id, std::string_view tenant) {
  std::string context = "keyrule/1 data key";
  PutText(&context, AsText(id));
  PutText(&context, tenant);
  return context;
}

std::string PayloadContext(const StoreId& id, std::string_view tenant, std::string_view provider,
                           std::string_view credential_id, uint64_t version,
                           std::string_view metadata) {
  std::string context(kPayloadPurpose);
  PutText(&context, AsText(id));
  PutText(&context, tenant);
  PutText(&context, provider);
  PutText(&context, credential_id);
  PutU64(&context, version);
  context += AsText(Sha256({metadata}));
  return context;
}

std::string_view BoundTenant(std::string_view associated) {
  ByteReader reader(associated);
  (void)reader.Take(kHeaderSize + kPayloadPurpose.size());
  (void)reader.Text();  // the store's id
  return reader.Text();
}

}  // namespace keyrule::store
