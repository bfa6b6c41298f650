// The one writer of a store: stages changes, commits them as one step, publishes generations for
// readers.

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
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
  uint64_t held = 0;    // older generations that readers are still on: they stay on disk
  std::string warning;  // what could not be done after it was published; usually empty
};

// Whose data keys RotateDataKeys changes, and in what steps.
struct RotationScope {
  std::string tenant = {};                       // empty: all
  size_t batch_bytes = size_t{8} * 1024 * 1024;  // of one commit, about
};

// What RotateDataKeys did.
struct DataKeyRotation {
  uint64_t tenants = 0;   // whose keys changed
  uint64_t made = 0;      // data keys
  uint64_t resealed = 0;  // payloads
  uint64_t removed = 0;   // data keys that nothing is sealed with any more
  bool resumed = false;   // it finished what an interrupted call had begun
  Published published;
};

// One thread at a time. Not usable in a child of fork(): every call says kForked there.
// Throws nothing but std::bad_alloc.
class Writer {
 public:
  // Opens the store at `dir`, or makes one (the directories above must exist). `master_key` is not
  // kept. What was revoked beside a writer and waits (store/revoke.h) is published first.
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
  // (metadata.version and metadata.held are ignored: what was disabled by hand stays so). kInvalid:
  // nothing was staged, go on or Discard. kDamaged, kIo.
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

  // Stages disabling it by hand, which no Put undoes, or enabling it again. Does nothing where it is
  // so already. kNotFound, kDamaged, kIo.
  Status SetEnabled(const CredentialKey& key, bool enabled);

  // Makes all staged changes durable as one step: after a crash at any moment all are there or
  // none. After an error none of them is, and this writer refuses everything else: open a new one.
  // What was removed or disabled is shown in SHARED then: every process that has the store open
  // refuses it from its next decision on. (If SHARED has no room, or fails, only from the next
  // generation on; Publish says so in its warning.) All other changes take effect with Publish.
  Status Commit();

  // Gives every tenant of the scope a new data key, seals each payload anew under it, removes the
  // old keys, and publishes. Commits what is staged first, then in bounded steps. Versions stay:
  // nothing changed for anybody who uses the credentials, and readers go on with the generation
  // that they are on. After an interruption at any moment the store opens and can be written; the
  // next call finishes what was begun, makes no further keys for it, and says so. kNotFound: the
  // store has no such tenant. Else as Publish.
  Result<DataKeyRotation> RotateDataKeys(const RotationScope& scope);

  // Forgets what is staged.
  void Discard();

  // Is all that was committed, by this writer or an earlier one, published? A crash, or a full disk,
  // may have come between.
  Result<bool> AllPublished() const;

  // Commits, with what was revoked beside this writer (store/revoke.h), proves every record, and lets
  // readers see the result as a new generation; if Open did that and nothing has changed since, that is
  // it. Older ones
  // are removed, but those that a reader is still on. On an error the published generation stays
  // what it was.
  Result<Published> Publish();

  // Removes what Publish left because readers were on it, and are no more; for writers that stay.
  // Gives how many older generations are still held.
  uint64_t Tidy();

 private:
  struct Impl;
  explicit Writer(std::unique_ptr<Impl> impl);
  // `held`: disabled by hand or not; nothing: as it is.
  Result<PutOutcome> Put(Metadata metadata, ByteSpan payload, std::optional<bool> held);

  std::unique_ptr<Impl> impl_;
};

}  // namespace keyrule::store
