// Brings a store up to date with Dify's database, once.

#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "store/database.h"
#include "store/dify/sync_target.h"
#include "store/dify/tenant_keys.h"
#include "store/record.h"
#include "store/side_file.h"
#include "store/status.h"

namespace keyrule::store {

enum class SyncChange { kAdded, kChanged, kRemoved };

// Something that a person has to look at. Never holds a value of a configuration.
struct SyncProblem {
  bool warning = false;  // else: this credential is not usable
  CredentialKey key;     // may be empty
  std::string name;
  std::string field;     // RFC 6901, of the configuration; may be empty
  std::string what;
  std::string mend;
  std::string where = {};  // the line of the side file that it is about; empty: the credential
};

// So many credentials somebody takes away by hand: refusing that would keep a leaked key in use.
inline constexpr size_t kFewRemovals = 10;

struct SyncOptions {
  std::vector<std::string> tenants;  // only these; empty: all
  const SideFile* side = nullptr;
  std::string side_path;             // what its warnings call it
  bool allow_mass_removal = false;
  const std::atomic<bool>* stop = nullptr;  // ends it with kIo, nothing committed
};

struct SyncEvents {
  std::function<void(SyncChange, const Metadata&)> change;  // each may be called very often
  std::function<void(const SyncProblem&)> problem;
};

struct SyncCounts {
  uint64_t added = 0;
  uint64_t changed = 0;
  uint64_t unchanged = 0;
  uint64_t removed = 0;
  uint64_t unreadable = 0;  // of those above: disabled, because a token does not open
  uint64_t warnings = 0;
  uint64_t skipped = 0;     // rows that are no candidates: copies, rows of workspaces that are gone
  uint64_t secrets = 0;     // tokens opened
  uint64_t keys = 0;        // private keys parsed
  double opening = 0;       // seconds that opening configurations took, keys included
  bool refused = false;     // for removing too much

  bool any() const { return added + changed + removed > 0; }
};

// Reads all six tables in one state and makes the store's credentials of Dify's what they are
// there: removes what is gone and commits that, then opens and stages only what has changed, and
// commits. Imported credentials stay. Does not publish.
//
// Refuses (counts->refused, kInvalid, nothing is changed) to remove more than half of what came from
// Dify without allow_mass_removal; up to kFewRemovals of workspaces that are still there always go.
// After any other error what was staged and not committed is given up.
Status SyncFromDify(Database* database, TenantKeys* keys, const SyncOptions& options,
                    SyncTarget* target, const SyncEvents& events, SyncCounts* counts);

}  // namespace keyrule::store
