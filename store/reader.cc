#include "store/reader.h"

#include <algorithm>
#include <atomic>
#include <utility>
#include <vector>

#include "store/census.h"
#include "store/data_keys.h"
#include "store/open_generation.h"
#include "store/open_store.h"
#include "store/payload_cache.h"
#include "store/revocation_log.h"
#include "store/row_key.h"
#include "store/rows.h"

namespace keyrule::store {
namespace {

constexpr size_t kMaxPointer = 16 * 1024 * 1024;
constexpr int kOpenAttempts = 8;  // each fails only if a writer published meanwhile
constexpr uint64_t kMaxDataKeys = 65'536;  // of tenants; the keys of others are unwrapped each time

Status NothingPublished(const std::string& dir) {
  return Status(Code::kNotFound, dir, "nothing has been published in this store",
                "run `keyrule import FILE --store " + dir + "`");
}

// An older state of a store was put in the place of one that was read here.
Status CheckNotBack(const std::string& dir, const Generation& next, const Generation& before) {
  if (next.number > before.number || next == before) return Status();
  const std::string number = std::to_string(before.number);
  return Status(Code::kDamaged, PointerPath(dir),
                next.number == before.number
                    ? "it names another generation " + number + " than was read here before"
                    : "it names generation " + std::to_string(next.number) + " after " + number +
                          ": an older state was put back",
                "if that is meant, start the host again; credentials removed since are back");
}

}  // namespace

struct Reader::Impl {
  Impl(std::string store, std::shared_ptr<const StoreKeys> store_keys, const Generation& opened,
       HeldGeneration held, const ReaderOptions& keeping)
      : dir(std::move(store)),
        shared_keys(std::move(store_keys)),
        keys(*shared_keys),
        options(keeping),
        generation(opened),
        hold(std::move(held.hold)),
        db(std::move(held.db)),
        cover(keys),
        data_keys(keys, cover, Getter(), std::min<uint64_t>(opened.records, kMaxDataKeys)),
        payloads(cover, opened.records, options.payload_cache_bytes) {}

  GetRow Getter() const {
    return [database = db.get()](const std::string& row_key, std::string* value) {
      return database->Get(CheckedReads(), row_key, value);
    };
  }

  // Calls `visit` with each row whose key begins with `prefix`; `more` turns false when the visitor
  // had enough.
  Status Scan(const std::string& prefix,
              const std::function<Status(std::string_view, std::string_view, bool* more)>& visit,
              bool* more) const;
  Status ScanOwn(const std::string& prefix, const MetadataVisitor& visit, bool* more) const;
  Status ScanShared(const std::string& prefix, std::string_view tenant,
                    const MetadataVisitor& visit, bool* more) const;
  // Opens what CURRENT names. `before` null: nothing of this store was read before.
  static Result<std::unique_ptr<Reader>> Open(const std::string& dir,
                                              const std::shared_ptr<const StoreKeys>& keys,
                                              const Generation* before,
                                              const ReaderOptions& options);
  // Maps SHARED, and takes what was revoked and is not in any generation from REVOKED too: damage to
  // either alone brings nothing back. kDamaged, kUnreadable, kIo when both are out of use.
  Status LearnRevoked();
  // Without SHARED, what REVOKED holds is disabled.
  void HoldPending(Metadata* metadata) const {
    if (shared == nullptr && !pending.empty()) {
      metadata->held |= std::binary_search(
          pending.begin(), pending.end(),
          keys.MarkOf(metadata->tenant, metadata->provider, metadata->id));
    }
  }
  // A credential that `tenant` may use, proved.
  Result<CredentialRow> Row(std::string_view tenant, const CredentialKey& key) const;
  // Opens a payload from the disk and keeps it, sealed.
  Result<Secret> ReadPayload(std::string_view tenant, const CredentialRef& credential) const;

  const std::string dir;
  const std::shared_ptr<const StoreKeys> shared_keys;  // one for all readers that follow this one
  const StoreKeys& keys;
  const ReaderOptions options;
  const Generation generation;
  const Fd hold;  // before db: given back after the database is closed
  const std::unique_ptr<rocksdb::DB> db;
  std::string pointer_path = {};
  FileIdentity pointer = {};  // of CURRENT when it was read
  std::unique_ptr<SharedView> shared = {};
  Status shared_status = {};
  std::vector<RevocationMark> pending = {};  // sorted; where there is no SHARED
  const KeyCover cover;
  const DataKeys data_keys;
  mutable PayloadCache payloads;
  mutable std::atomic<uint64_t> payload_reads{0};
};

Reader::Reader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Reader::~Reader() = default;

Result<std::unique_ptr<Reader>> Reader::Open(const std::string& dir, const Secret& master_key,
                                             const ReaderOptions& options) {
  Result<StoreKeys> keys = OpenStoreFile(dir, master_key);
  if (!keys.ok()) return keys.status();
  return Impl::Open(dir, std::make_shared<const StoreKeys>(*std::move(keys)), nullptr, options);
}

Result<std::unique_ptr<Reader>> Reader::OpenNewest() const {
  Result<Identity> identity = ReadIdentity(impl_->dir);
  if (!identity.ok()) return identity.status();
  if (identity->id != impl_->keys.id()) {
    return Status(Code::kInvalid, impl_->dir, "another store stands here now",
                  "open it anew: reload the engine, or start the host again");
  }
  return Impl::Open(impl_->dir, impl_->shared_keys, &impl_->generation, impl_->options);
}

Status Reader::CheckFollows(const Reader& before) const {
  if (impl_->keys.id() != before.impl_->keys.id()) return Status();
  return CheckNotBack(impl_->dir, impl_->generation, before.impl_->generation);
}

Result<std::unique_ptr<Reader>> Reader::Impl::Open(const std::string& dir,
                                                   const std::shared_ptr<const StoreKeys>& keys,
                                                   const Generation* before,
                                                   const ReaderOptions& options) {
  Status last;
  uint64_t tried = 0;
  // The generation may be removed between reading CURRENT and holding it, when a writer is quick.
  for (int attempt = 0; attempt < kOpenAttempts; ++attempt) {
    const FileIdentity identity = IdentityOf(PointerPath(dir));  // before it is read
    Result<Pointer> current = ReadPointer(dir, *keys);
    if (!current.ok()) return current.status();
    const uint64_t number = current->generation.number;
    if (before != nullptr) {
      Status status = CheckNotBack(dir, current->generation, *before);
      if (!status.ok()) return status;
    }
    if (number == 0) return NothingPublished(dir);
    if (number == tried) break;
    tried = number;
    Result<HeldGeneration> opened = OpenGeneration(dir, *keys, *current);
    if (opened.ok()) {
      auto impl = std::make_unique<Impl>(dir, keys, current->generation, *std::move(opened), options);
      impl->pointer_path = PointerPath(dir);
      impl->pointer = identity;
      if (Status status = impl->LearnRevoked(); !status.ok()) return status;
      return std::unique_ptr<Reader>(new Reader(std::move(impl)));
    }
    last = opened.status();
  }
  return last;
}

Status Reader::Impl::LearnRevoked() {
  Result<std::unique_ptr<SharedView>> mapped = SharedView::Map(dir, keys.id());
  Result<std::vector<PendingWithdrawal>> listed = ReadRevoked(dir, keys);
  if (!mapped.ok() && !listed.ok()) return listed.status();
  std::vector<RevocationMark> marks;
  if (listed.ok()) {
    for (const PendingWithdrawal& one : *listed) {
      marks.push_back(keys.MarkOf(one.key.tenant, one.key.provider, one.key.id));
    }
    std::sort(marks.begin(), marks.end());
  }
  if (mapped.ok()) {
    shared = *std::move(mapped);
    shared->AddPending(std::move(marks));
  } else {
    shared_status = mapped.status();
    pending = std::move(marks);
  }
  return Status();
}

Result<uint64_t> Reader::PublishedGeneration(const std::string& dir) {
  Result<std::string> text = ReadSmallFile(PointerPath(dir), kMaxPointer);
  if (!text.ok() && text.status().code() == Code::kNotFound) return NothingPublished(dir);
  if (!text.ok()) return text.status();
  uint64_t number = 0;
  if (!PointerNumber(*text, &number)) return DamagedRecord(PointerPath(dir), "the file is damaged");
  if (number == 0) return NothingPublished(dir);
  return number;
}

bool Reader::OpenKept(std::string_view tenant, const std::array<uint64_t, 2>& digest,
                      Secret* payload) const {
  return impl_->payloads.Open(tenant, digest, payload) == PayloadCache::Answer::kOpened;
}
void Reader::ExpectPayload(uint32_t digest_hint) const noexcept {
  impl_->payloads.Prefetch(digest_hint);
}

uint64_t Reader::generation() const { return impl_->generation.number; }
uint64_t Reader::records() const { return impl_->generation.records; }
const SharedView* Reader::shared() const { return impl_->shared.get(); }
const Status& Reader::shared_status() const { return impl_->shared_status; }

RevocationMark Reader::MarkOf(const CredentialKey& key) const {
  return impl_->keys.MarkOf(key.tenant, key.provider, key.id);
}

bool Reader::IsRevoked(const Metadata& metadata) const {
  return impl_->shared != nullptr && impl_->shared->Revocations() != 0 &&
         impl_->shared->Revoked(MarkOf(metadata.key()), metadata.version);
}

bool Reader::LooksOutdated() const noexcept {
  return IdentityOf(impl_->pointer_path) != impl_->pointer ||
         (impl_->shared != nullptr && !impl_->shared->IsInPlace());
}

Status Reader::Candidates(std::string_view tenant, std::string_view provider,
                          const MetadataVisitor& visit) const {
  // No longer name can be in the store, and none has a key.
  if (tenant.size() > kMaxText || provider.size() > kMaxText) return Status();
  bool more = true;
  Status status = impl_->ScanOwn(RowKey(RowKind::kMetadata, {tenant, provider}), visit, &more);
  for (std::string_view sharee : {tenant, kEveryTenant}) {
    if (!status.ok() || !more) break;
    status = impl_->ScanShared(RowKey(RowKind::kShared, {sharee, provider}), tenant, visit, &more);
  }
  return status;
}

Status Reader::Candidates(std::string_view tenant, const MetadataVisitor& visit) const {
  if (tenant.size() > kMaxText) return Status();
  bool more = true;
  Status status = impl_->ScanOwn(RowKey(RowKind::kMetadata, {tenant}), visit, &more);
  for (std::string_view sharee : {tenant, kEveryTenant}) {
    if (!status.ok() || !more) break;
    status = impl_->ScanShared(RowKey(RowKind::kShared, {sharee}), tenant, visit, &more);
  }
  return status;
}

Status Reader::List(const MetadataVisitor& visit) const {
  bool more = true;
  return impl_->ScanOwn(RowKey(RowKind::kMetadata, {}), visit, &more);
}

Result<Metadata> Reader::Find(std::string_view tenant, const CredentialKey& key) const {
  Result<CredentialRow> row = impl_->Row(tenant, key);
  if (!row.ok()) return row.status();
  impl_->HoldPending(&row->metadata);
  return std::move(row->metadata);
}

Result<Secret> Reader::OpenPayload(std::string_view tenant, const CredentialKey& key) const {
  return OpenPayload(tenant, CredentialRef(key));
}

Result<Secret> Reader::OpenPayload(std::string_view tenant, const CredentialRef& credential) const {
  Secret payload;
  switch (impl_->payloads.Open(tenant, credential.digest, &payload)) {
    case PayloadCache::Answer::kOpened: return payload;
    case PayloadCache::Answer::kNotYours: return NoSuchCredential(credential.key());
    case PayloadCache::Answer::kUnknown: break;
  }
  return impl_->ReadPayload(tenant, credential);
}

Result<Secret> Reader::OpenPayload(std::string_view tenant, std::string_view provider,
                                   std::string_view id) const {
  return OpenPayload(tenant, {std::string(tenant), std::string(provider), std::string(id)});
}

ReaderUsage Reader::usage() const {
  const PayloadCache::Usage kept = impl_->payloads.usage();
  return {kept.records, kept.bytes, kept.max_bytes,
          impl_->payload_reads.load(std::memory_order_relaxed)};
}

std::string Reader::SourceMark(std::string_view source) const {
  return MarkOfSource(impl_->keys, source);
}

Status Reader::Verify() const {
  Result<Census> census = TakeCensus(impl_->db.get(), impl_->keys, CensusDepth::kPayloads);
  if (!census.ok()) return census.status();
  if (census->records != impl_->generation.records || census->digest != impl_->generation.digest) {
    return DamagedRecord(impl_->db->GetName(), "it does not hold the records that were published");
  }
  return Status();
}

Status Reader::Impl::Scan(
    const std::string& prefix,
    const std::function<Status(std::string_view, std::string_view, bool*)>& visit,
    bool* more) const {
  const std::string after = AfterPrefix(prefix);
  const rocksdb::Slice upper(after);
  const std::unique_ptr<rocksdb::Iterator> rows(db->NewIterator(CheckedReads(&upper)));
  for (rows->Seek(prefix); *more && rows->Valid(); rows->Next()) {
    Status status = visit(rows->key().ToStringView(), rows->value().ToStringView(), more);
    if (!status.ok()) return status;
  }
  if (!rows->status().ok()) return FromRocks(rows->status(), db->GetName());
  return Status();
}

Status Reader::Impl::ScanOwn(const std::string& prefix, const MetadataVisitor& visit,
                             bool* more) const {
  return Scan(
      prefix,
      [&](std::string_view row_key, std::string_view value, bool* go_on) {
        Result<CredentialRow> row = DecodeCredentialRow(keys, row_key, value);
        if (!row.ok()) return row.status();
        HoldPending(&row->metadata);
        *go_on = visit(row->metadata);
        return Status();
      },
      more);
}

Status Reader::Impl::ScanShared(const std::string& prefix, std::string_view tenant,
                                const MetadataVisitor& visit, bool* more) const {
  return Scan(
      prefix,
      [&](std::string_view row_key, std::string_view, bool* go_on) {
        CredentialKey key;
        if (!CredentialOf(row_key, &key)) {
          return DamagedRecord(db->GetName(), "an entry of the index of shares is damaged");
        }
        if (key.tenant == tenant) return Status();  // its own, shared with all: visited already
        // The index only says where to look; the credential's own proved metadata says who may use
        // it.
        Result<CredentialRow> row = Row(tenant, key);
        if (!row.ok() && row.status().code() == Code::kNotFound) {
          return DamagedRecord(DescribeKey(key), "a share leads to no such credential");
        }
        if (!row.ok()) return row.status();
        HoldPending(&row->metadata);
        *go_on = visit(row->metadata);
        return Status();
      },
      more);
}

Result<CredentialRow> Reader::Impl::Row(std::string_view tenant, const CredentialKey& key) const {
  if (key.tenant.size() > kMaxText || key.provider.size() > kMaxText || key.id.size() > kMaxText) {
    return NoSuchCredential(key);
  }
  Result<CredentialRow> row = GetCredentialRow(keys, Getter(), key);
  if (row.ok() && !MayUse(tenant, row->metadata)) return NoSuchCredential(key);
  return row;
}

Result<Secret> Reader::Impl::ReadPayload(std::string_view tenant,
                                         const CredentialRef& credential) const {
  payload_reads.fetch_add(1, std::memory_order_relaxed);
  Result<CredentialRow> row = Row(tenant, credential.key());
  if (!row.ok()) return row.status();
  Result<SealedPayload> sealed = GetSealedPayload(keys, Getter(), *row, &data_keys);
  if (!sealed.ok()) return sealed.status();
  Result<Secret> payload = OpenSealedPayload(*sealed, row->metadata.key());
  // Only what opened is kept.
  if (payload.ok()) payloads.Add(credential, row->metadata, *sealed);
  return payload;
}

}  // namespace keyrule::store
