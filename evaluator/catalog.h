// What the evaluator knows of credentials: metadata, never secrets. The source is given by the engine above.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace keyrule::evaluator {

// What the provider allows a credential, in the words of a policy's `limit`. Carried, not counted: a policy's quotas
// and budgets are what is enforced.
struct CredentialLimit {
  std::string unit;    // "requests", "tokens"
  std::string period;  // "at once", "second", "minute", "hour", "day", "month"
  std::string zone;    // an IANA name; empty: UTC
  uint64_t amount = 0;
};

// In front, in one line of the processor's memory, what a decision reads of the credential that it takes.
struct alignas(64) Credential {
  std::string name;
  int64_t expires_ms = 0;  // Unix milliseconds; 0: never
  std::array<uint64_t, 2> source_ref{};  // the source's own way to find it again; not looked at here, but for the hint
  uint32_t weight = 0;     // 1…1000; 0: not given
  bool enabled = true;
  std::array<uint64_t, 2> mark{};  // what the source's Revocations knows it by
  uint64_t version = 1;
  std::string tenant;      // whose it is; empty: the asking tenant's own. Others share theirs
  std::string id;
  std::string provider;    // empty: every provider (only in tests and catalog files)
  std::string model;       // empty: every model of the provider
  std::string model_type;  // empty: every type
  std::string owner;
  std::vector<std::pair<std::string, std::string>> labels;  // sorted by key
  std::vector<CredentialLimit> limits;
  std::vector<std::string> allowed_hosts;  // names and `*.name`; empty: any. For whoever sends the call

  // By which the source may ask memory for what it will be asked for.
  uint32_t source_hint() const noexcept { return static_cast<uint32_t>(source_ref[0]); }
};

inline bool Serves(const Credential& credential, std::string_view provider) {
  return credential.provider.empty() || credential.provider == provider;
}

inline bool ExpiredAt(const Credential& credential, int64_t now_ms) {
  return credential.expires_ms != 0 && credential.expires_ms <= now_ms;
}

inline bool UsableAt(const Credential& credential, int64_t now_ms) {
  return credential.enabled && !ExpiredAt(credential, now_ms);
}

// Of two candidates of one name the first counts; `where` finds each of them.
inline bool CountsBefore(const Credential& a, const Credential& b) {
  if (a.model.empty() != b.model.empty()) return b.model.empty();
  return a.id < b.id;
}

// What has been taken back since the source was read: it is skipped as if it were disabled. Any thread, on the decision
// path: no lock, no allocation, no system call.
class Revocations {
 public:
  virtual ~Revocations() = default;
  // 0: nothing is revoked now. Otherwise it differs after each change.
  virtual uint64_t Epoch() const noexcept = 0;
  virtual bool Revoked(const Credential& credential) const noexcept = 0;
};

// Where credentials come from. Called when a tenant is first seen by a snapshot, never on the decision path after
// that. Any thread, concurrently.
class CredentialSource {
 public:
  virtual ~CredentialSource() = default;
  // Every credential that `tenant` may spend, shared ones included, in any order. False: they cannot be read now, and
  // the decision is refused (reason `internal`); nothing is cached, the next decision asks again.
  virtual bool Candidates(std::string_view tenant, std::vector<Credential>* out) const = 0;
  // Is what it says still to be used at this moment? If not, no credential is chosen (reason `stale`). Any thread, on the
  // decision path: no lock, no allocation, no system call.
  virtual bool IsFresh(int64_t) const noexcept { return true; }
  // Does IsFresh ever say no? The same for the life of the source.
  virtual bool Ages() const noexcept { return true; }
  // Null: nothing is ever taken back. The same for the life of the source.
  virtual const Revocations* revocations() const { return nullptr; }
};

// Credentials held in memory, the same for every tenant: for tests, the REPL and catalog files.
class MemorySource : public CredentialSource {
 public:
  explicit MemorySource(std::vector<Credential> credentials)
      : credentials_(std::move(credentials)) {}
  bool Candidates(std::string_view, std::vector<Credential>* out) const override {
    *out = credentials_;
    return true;
  }

 private:
  std::vector<Credential> credentials_;
};

}  // namespace keyrule::evaluator
