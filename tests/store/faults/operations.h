// What the program that is killed does, as a function of a seed, and what a store holds then: known
// alike to the program (fault_child.cc) and to the test that kills it (kill_test.cc).

#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "store/record.h"

namespace keyrule::store {

inline constexpr int kCredentials = 40;

// What one credential is: which operation wrote it (0: it is not there), and disabled by hand or not. What was
// removed is remembered: it comes back as it went.
struct Entry {
  unsigned long written_by = 0;
  bool held = false;

  bool operator==(const Entry&) const = default;
  // 0: nobody may use it.
  unsigned long usable() const { return held ? 0 : written_by; }
  // To those who cannot see what is remembered.
  bool LooksLike(const Entry& other) const {
    return written_by == other.written_by && (written_by == 0 || held == other.held);
  }
};
using Contents = std::array<Entry, kCredentials>;

enum class ChangeKind { kPut, kRemove, kHold, kRelease };
struct Change {
  ChangeKind kind;
  int credential;
};
using Step = std::vector<Change>;  // made durable at once: all of it or none

enum class Act { kImport, kSync, kRevoke, kDisable, kEnable, kMasterKey, kDataKeys };
inline constexpr int kActs = 7;

struct Operation {
  unsigned long number = 0;
  Act act = Act::kImport;
  std::vector<Step> steps;  // none: what the store holds does not change
};

// `number` from 1; the first imports everything.
Operation OperationOf(uint32_t seed, unsigned long number);
void Apply(const Operation& operation, const Step& step, Contents* contents);

Metadata MetadataOf(int credential, unsigned long operation);  // the owner is the operation
CredentialKey KeyOf(int credential);
int CredentialOfName(const std::string& name);  // -1: none of these
std::string PayloadOf(int credential, unsigned long operation);

}  // namespace keyrule::store
