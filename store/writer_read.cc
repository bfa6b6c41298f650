// What a writer can tell of the credentials that it has, for those who bring it up to date.

#include "store/row_key.h"
#include "store/rows.h"
#include "store/writer_impl.h"

namespace keyrule::store {

Result<PutOutcome> Writer::PutMetadata(Metadata metadata) {
  if (Status status = impl_->CheckUsable(); !status.ok()) return status;
  const GetRow get = impl_->Getter();
  Result<CredentialRow> row = GetCredentialRow(impl_->keys, get, metadata.key());
  if (!row.ok()) return row.status();
  Result<Secret> payload = OpenRowPayload(impl_->keys, get, *row);
  if (!payload.ok()) return payload.status();
  return Put(std::move(metadata), payload->Expose());
}

Result<Metadata> Writer::Find(const CredentialKey& key) {
  if (Status status = impl_->CheckUsable(); !status.ok()) return status;
  Result<CredentialRow> row = GetCredentialRow(impl_->keys, impl_->Getter(), key);
  if (!row.ok()) return row.status();
  return std::move(row->metadata);
}

Status Writer::List(const MetadataVisitor& visit) const {
  if (Status status = impl_->CheckUsable(); !status.ok()) return status;
  const std::string prefix = RowKey(RowKind::kMetadata, {});
  const std::string after = AfterPrefix(prefix);
  const rocksdb::Slice upper(after);
  const std::unique_ptr<rocksdb::Iterator> rows(impl_->db->NewIterator(CheckedReads(&upper)));
  for (rows->Seek(prefix); rows->Valid(); rows->Next()) {
    Result<CredentialRow> row = DecodeCredentialRow(impl_->keys, rows->key().ToStringView(),
                                                    rows->value().ToStringView());
    if (!row.ok()) return row.status();
    if (!visit(row->metadata)) return Status();
  }
  if (!rows->status().ok()) return FromRocks(rows->status(), impl_->dir);
  return Status();
}

Result<bool> Writer::AllPublished() const {
  if (Status status = impl_->CheckUsable(); !status.ok()) return status;
  Result<Pointer> current = ReadPointer(impl_->dir, impl_->keys);
  if (!current.ok()) return current.status();
  return impl_->IsPublishedAs(current->generation);
}

Result<bool> Writer::Impl::IsPublishedAs(const Generation& generation) const {
  std::string row;
  const rocksdb::Status status = db->Get(CheckedReads(), RowKey(RowKind::kGeneration, {}), &row);
  if (status.IsNotFound()) return false;
  if (!status.ok()) return FromRocks(status, dir);
  return MatchesGenerationRow(keys, generation, row);
}

std::string Writer::SourceMark(std::string_view source) const {
  return MarkOfSource(impl_->keys, source);
}

}  // namespace keyrule::store
