// The parts of VerifyStore. Private to store/.

#pragma once

#include <string>

#include "store/envelope.h"
#include "store/store_files.h"
#include "store/verify.h"

namespace keyrule::store {

// Gathers what is found.
class Findings {
 public:
  explicit Findings(VerifyReport* report) : report_(report) {}

  void Add(Finding::Weight weight, Status status);
  void Damage(Status status) { Add(Finding::Weight::kDamage, std::move(status)); }
  void Warn(std::string where, std::string what, std::string mend) {
    Add(Finding::Weight::kWarning, Status(Code::kInvalid, where, what, mend));
  }
  VerifyReport& report() { return *report_; }

 private:
  VerifyReport* const report_;
};

// The published generation: what `pointer` names, or a newer one that was published meanwhile, which
// `pointer` names afterwards.
void VerifyGeneration(const std::string& dir, const StoreKeys& keys, Pointer* pointer,
                      const VerifyProgress& progress, Findings* findings);

// The writer's database, by a child process, and WRITTEN. Comes first of all: no other thread or
// database may be open when it forks.
void VerifyWriter(const std::string& dir, const StoreKeys& keys, const Pointer& pointer,
                  const VerifyProgress& progress, Findings* findings);

// SHARED against CURRENT, and REVOKED.
void VerifyShared(const std::string& dir, const StoreKeys& keys, Findings* findings);

// What lies in the folder and should not, and who may change it. `writing`: what looks left over may
// be a writer's that is at work.
void VerifyFolder(const std::string& dir, uint64_t published, bool writing, Findings* findings);

}  // namespace keyrule::store
