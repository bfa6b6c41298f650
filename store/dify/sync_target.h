// The store as a sync sees it: one that is written, or one that only says what would be done.

#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "store/reader.h"
#include "store/record.h"
#include "store/status.h"
#include "store/writer.h"

namespace keyrule::store {

// As the functions of Writer that have these names. One thread at a time.
class SyncTarget {
 public:
  virtual ~SyncTarget() = default;
  virtual Result<Metadata> Find(const CredentialKey& key) = 0;
  virtual Status List(const MetadataVisitor& visit) = 0;
  virtual std::string SourceMark(std::string_view source) = 0;
  virtual Result<PutOutcome> Put(const Metadata& metadata, ByteSpan payload) = 0;
  virtual Result<PutOutcome> PutMetadata(const Metadata& metadata) = 0;
  virtual Status Remove(const CredentialKey& key) = 0;
  virtual Status Commit() = 0;
  virtual void Discard() = 0;
};

// Writes. What is staged is committed when it grows beyond some 64 MiB, so that a first sync of a
// million credentials does not need the memory for all of them; readers see none of it before the
// writer publishes, but for what is removed or disabled: from the commit on they refuse it.
class WriterTarget final : public SyncTarget {
 public:
  explicit WriterTarget(Writer* writer) : writer_(writer) {}

  Result<Metadata> Find(const CredentialKey& key) override { return writer_->Find(key); }
  Status List(const MetadataVisitor& visit) override { return writer_->List(visit); }
  std::string SourceMark(std::string_view source) override { return writer_->SourceMark(source); }
  Result<PutOutcome> Put(const Metadata& metadata, ByteSpan payload) override;
  Result<PutOutcome> PutMetadata(const Metadata& metadata) override;
  Status Remove(const CredentialKey& key) override;
  Status Commit() override;
  void Discard() override { writer_->Discard(); }

 private:
  Result<PutOutcome> Staged(Result<PutOutcome> outcome, size_t size);

  Writer* const writer_;
  size_t staged_ = 0;  // bytes, about
};

// Writes nothing and takes no lock: compares with what is published. Null: there is no store yet.
class DryTarget final : public SyncTarget {
 public:
  explicit DryTarget(const Reader* reader) : reader_(reader) {}

  Result<Metadata> Find(const CredentialKey& key) override;
  Status List(const MetadataVisitor& visit) override;
  std::string SourceMark(std::string_view source) override;
  Result<PutOutcome> Put(const Metadata& metadata, ByteSpan payload) override;
  Result<PutOutcome> PutMetadata(const Metadata&) override { return PutOutcome::kChanged; }
  Status Remove(const CredentialKey&) override { return Status(); }
  Status Commit() override { return Status(); }
  void Discard() override {}

 private:
  const Reader* const reader_;
};

}  // namespace keyrule::store
