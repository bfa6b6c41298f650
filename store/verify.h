// Checks a store from end to end: `keyrule verify`.

#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "store/secret.h"
#include "store/status.h"

namespace keyrule::store {

// One thing that is not as it should be. The status says where, what, and how to mend it.
struct Finding {
  enum class Weight {
    kDamage,   // bytes are not what was written, or cannot be read: the store cannot be relied on
    kWarning,  // the store gives right answers, but somebody should see to this
  };
  Weight weight = Weight::kDamage;
  Status status;
};

// How far the writer's own database could be looked at.
enum class WriterState {
  kNone,     // there is none yet
  kBusy,     // a writer is at work: its database changes, and was left alone
  kNoLock,   // this process may not read LOCK, or the writer's files
  kChecked,  // all of it, as it was at one moment
};

struct VerifyReport {
  std::vector<Finding> findings;  // in the order in which they were found
  uint64_t more_findings = 0;     // that are not in the list: it has at most 100
  uint64_t generation = 0;        // 0: nothing is published
  uint64_t credentials = 0;       // of the generation, proved and opened
  uint64_t tenants = 0;
  uint64_t data_keys = 0;
  uint64_t master_keys = 0;        // that open the store
  uint64_t pending = 0;            // revocations that wait for a writer
  WriterState writer = WriterState::kNone;
  bool unpublished = false;  // the writer's database is ahead of the generation

  // Nothing is damaged.
  bool sound() const;
};

// How far it is: "generation 12", credentials done, and how many there are (0: not known).
using VerifyProgress = std::function<void(const std::string& part, uint64_t done, uint64_t all)>;

// Reads everything: STORE, CURRENT, WRITTEN, SHARED and REVOKED; the files of the generation against
// their marks, all its tables with checksums, each row with its proof, each payload opened, data
// keys and their counts, shares, number and digest of the credentials; the same of the writer's
// database; then permissions and leftovers. Changes nothing and stops nobody: LOCK is held for the
// milliseconds in which the writer's database is opened (a writer that starts in them says kBusy),
// and the generation as any reader holds it. A child process reads the writer's database, for
// RocksDB may end the process that meets rot there. About 20 microseconds a credential, twice.
//   kNotFound, kKeyWrong, kNewerFormat, kUnreadable   there is nothing to verify, or no way to
// What is damaged is in the report. One thread; std::bad_alloc.
Result<VerifyReport> VerifyStore(const std::string& dir, const Secret& master_key,
                                 const VerifyProgress& progress);

}  // namespace keyrule::store
