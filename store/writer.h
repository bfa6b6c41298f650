// The one writer of a store: stages changes, commits them as one step, publishes generations for
// readers.

#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "store/crypto.h"
#include "store/record.h"
#include "store/secret.h"
#include "store/status.h"

namespace keyrule::store {

// What Put did with a credential.
enum class PutOutcome { kAdded, kChanged, kUnchanged };

// What Publish published.
struct Published {
  uint64_t generation = 0;
  uint64_t records = 0;
};

// One thread at a time. Not usable in a child of fork(): every call says kForked there.
// Throws nothing but std::bad_alloc.
class Writer {
 public:
  // Opens the store at `dir`, or makes one (the directories above must exist). `master_key` is not
  // kept.
  //   kKeyWrong, kNewerFormat, kDamaged   as they say; nothing is changed
  //   kBusy       another writer has it
  //   kInvalid    `dir` holds other things
  //   kForked     see CheckMayWrite in rocks.h
  //   kIo         the system refused
  [[nodiscard]] static Result<std::unique_ptr<Writer>> Open(const std::string& dir,
                                                            const Secret& master_key);
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  // Was the store made by this Open?
  bool created() const;

  // Stages adding or changing the credential with this tenant, provider and id; an empty id is
  // derived from tenant, provider, model and name. `payload` is a JSON object as UTF-8, 2 bytes to
  // 1 MiB; it is sealed at once. What is the same as before stays untouched, version included
  // (metadata.version is ignored). kInvalid: nothing was staged, go on or Discard. kDamaged, kIo.
  Result<PutOutcome> Put(Metadata metadata, ByteSpan payload);

  // The same, and the credentials stay what they are. kNotFound when there are none.
  Result<PutOutcome> PutMetadata(Metadata metadata);

  // What is staged or committed: the metadata of one, kNotFound when there is none; and of all that
  // are committed, in the order of tenant, provider and id.
  Result<Metadata> Find(const CredentialKey& key);
  Status List(const MetadataVisitor& visit) const;

  // See Reader::SourceMark.
  std::string SourceMark(std::string_view source) const;

  // Stages removing it. kNotFound when there is none.
  Status Remove(const CredentialKey& key);

  // Makes all staged changes durable as one step: after a crash at any moment all are there or
  // none. After an error none of them is, and this writer refuses everything else: open a new one.
  Status Commit();

  // Forgets what is staged.
  void Discard();

  // Is all that was committed, by this writer or an earlier one, published? A crash, or a full disk,
  // may have come between.
  Result<bool> AllPublished() const;

  // Commits, proves every record, and lets readers see the result as a new generation. The last two
  // generations stay for readers that are still on them; older ones are removed. On an error the
  // published generation stays what it was.
  Result<Published> Publish();

 private:
  struct Impl;
  explicit Writer(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace keyrule::store
