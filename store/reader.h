// A published generation, open for reading: what hosts use.

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "store/record.h"
#include "store/revocation_mark.h"
#include "store/secret.h"
#include "store/shared_view.h"
#include "store/status.h"

namespace keyrule::store {

// How much of a store its reader keeps in memory.
struct ReaderOptions {
  // Sealed payloads that were opened once, with their keys, in bytes at most; a record of 60 bytes
  // takes about 0.5 KB. Beyond, payloads are read from the disk each time. 0: none are kept.
  uint64_t payload_cache_bytes = uint64_t{64} * 1024 * 1024;
};

// What it keeps, and what it had to read.
struct ReaderUsage {
  uint64_t cached_payloads = 0;
  uint64_t cache_bytes = 0;
  uint64_t cache_limit_bytes = 0;
  uint64_t payload_reads = 0;  // payloads that were not in the cache when they were opened
};

// Immutable: it stays on the generation it was opened on, also when newer ones are published; open
// another Reader to move on. While it lives, here or in a child, that generation stays on disk. All const calls are safe in any number of threads, and in children
// made by fork() at any moment, with no lock anywhere. It writes nothing and needs no right to
// write. Every record is proved with a keyed hash when it is read, and its payload whenever it is
// opened: doubt gives kDamaged, never a value. What was opened once stays in memory, sealed, with
// the key of its box: opening it again takes no system call and allocates nothing. Throws nothing
// but std::bad_alloc.
class Reader {
 public:
  // Opens the published generation of the store at `dir`. `master_key` is not kept; keys derived
  // from it are, and children of fork() can read them. Some milliseconds, whatever the size.
  //   kNotFound      no store, or nothing published; says how to make one
  //   kKeyWrong, kNewerFormat, kDamaged, kUnreadable, kIo
  [[nodiscard]] static Result<std::unique_ptr<Reader>> Open(const std::string& dir,
                                                            const Secret& master_key,
                                                            const ReaderOptions& options = {});

  // Opens what is published now by the keys of this reader, without the master key. Never goes back:
  //   kDamaged   CURRENT names an older generation than this one, or another one of this number
  //   kInvalid   another store stands in this one's place
  //   and as Open
  [[nodiscard]] Result<std::unique_ptr<Reader>> OpenNewest() const;

  // May a process that has read `before` go on with this reader? kDamaged if it is an older state of
  // the same store.
  Status CheckFollows(const Reader& before) const;

  // The number that CURRENT names now: compare it with generation() to learn of a newer one. Cheap,
  // and a hint only: nothing of it is proved until it is opened. kNotFound, kUnreadable, kDamaged.
  [[nodiscard]] static Result<uint64_t> PublishedGeneration(const std::string& dir);

  ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  uint64_t generation() const;  // 1, 2, …
  uint64_t records() const;     // credentials in it, all tenants
  ReaderUsage usage() const;

  // SHARED, which tells at once of newer generations; null where there is none that can be used, and
  // shared_status() says why. Lives as long as this reader.
  const SharedView* shared() const;
  const Status& shared_status() const;
  // What shared() knows a credential by. A keyed hash: once for each, not for each decision.
  RevocationMark MarkOf(const CredentialKey& key) const;
  // Was it revoked or disabled since this generation was published?
  bool IsRevoked(const Metadata& metadata) const;

  // Is there reason to think that another generation is published, or that SHARED has been replaced?
  // Asks the file system twice, which finds out also without SHARED: for now and then.
  bool LooksOutdated() const noexcept;

  // Visits what `tenant` may use of `provider`: its own by id, then those shared with it, then
  // those shared with all. Disabled and expired ones too: the caller has the clock and says why it
  // skips them.
  Status Candidates(std::string_view tenant, std::string_view provider,
                    const MetadataVisitor& visit) const;

  // The same for every provider.
  Status Candidates(std::string_view tenant, const MetadataVisitor& visit) const;

  // Visits all credentials of all tenants.
  Status List(const MetadataVisitor& visit) const;

  // The metadata, or the opened credentials (a JSON object as UTF-8), of one credential that
  // `tenant` may use. kNotFound says the same whether it is absent or another tenant's. Open does
  // not look at `enabled` and `expires_ms`. The caller keeps the Secret as short as it can; a child
  // of a later fork() finds zeroes in it.
  Result<Metadata> Find(std::string_view tenant, const CredentialKey& key) const;
  Result<Secret> OpenPayload(std::string_view tenant, const CredentialKey& key) const;
  Result<Secret> OpenPayload(std::string_view tenant, const CredentialRef& credential) const;

  // The same for a credential of the tenant's own.
  Result<Secret> OpenPayload(std::string_view tenant, std::string_view provider,
                             std::string_view id) const;

  // The same, of a credential that was opened before and is kept, by the digest of its CredentialRef
  // alone. False: OpenPayload knows more.
  [[nodiscard]] bool OpenKept(std::string_view tenant, const std::array<uint64_t, 2>& digest,
                              Secret* payload) const;
  // Says that OpenKept is likely to come soon, of a digest with this lower half of its first word: a hint to the processor,
  // which costs nothing.
  void ExpectPayload(uint32_t digest_hint) const noexcept;

  // A keyed hash of what a credential was made of, for Metadata::source_mark: kSourceMark bytes that
  // tell a change and nothing else.
  std::string SourceMark(std::string_view source) const;

  // Reads and opens everything, and compares count and digest with what was published: finds also
  // what was removed or put back. About 20 microseconds a record.
  Status Verify() const;

 private:
  struct Impl;
  explicit Reader(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace keyrule::store
