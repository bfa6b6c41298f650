#include "store/dify/sync_target.h"

#include <utility>

namespace keyrule::store {
namespace {

constexpr size_t kMostStaged = size_t{64} << 20;
constexpr size_t kRowOverhead = 1024;  // keys, metadata, box, the batch's index

}  // namespace

Result<PutOutcome> WriterTarget::Put(const Metadata& metadata, ByteSpan payload) {
  return Staged(writer_->Put(metadata, payload), payload.size());
}

Result<PutOutcome> WriterTarget::PutMetadata(const Metadata& metadata) {
  return Staged(writer_->PutMetadata(metadata), kRowOverhead);
}

Result<PutOutcome> WriterTarget::Staged(Result<PutOutcome> outcome, size_t size) {
  if (!outcome.ok() || *outcome == PutOutcome::kUnchanged) return outcome;
  staged_ += size + kRowOverhead;
  if (staged_ < kMostStaged) return outcome;
  if (Status status = Commit(); !status.ok()) return status;
  return outcome;
}

Status WriterTarget::Remove(const CredentialKey& key) {
  staged_ += kRowOverhead;
  return writer_->Remove(key);
}

Status WriterTarget::Commit() {
  staged_ = 0;
  return writer_->Commit();
}

Result<Metadata> DryTarget::Find(const CredentialKey& key) {
  if (reader_ == nullptr) return Status(Code::kNotFound, DescribeKey(key), "there is no store", "");
  return reader_->Find(key.tenant, key);
}

Status DryTarget::List(const MetadataVisitor& visit) {
  return reader_ == nullptr ? Status() : reader_->List(visit);
}

std::string DryTarget::SourceMark(std::string_view source) {
  return reader_ == nullptr ? std::string() : reader_->SourceMark(source);
}

Result<PutOutcome> DryTarget::Put(const Metadata& metadata, ByteSpan payload) {
  Result<Metadata> before = Find(metadata.key());
  if (!before.ok() && before.status().code() != Code::kNotFound) return before.status();
  if (!before.ok()) return PutOutcome::kAdded;
  before->version = metadata.version;
  if (*before != metadata) return PutOutcome::kChanged;
  const Result<Secret> sealed = reader_->OpenPayload(metadata.tenant, metadata.key());
  if (!sealed.ok()) return sealed.status();
  return SameBytes(sealed->Expose(), payload) ? PutOutcome::kUnchanged : PutOutcome::kChanged;
}

}  // namespace keyrule::store
