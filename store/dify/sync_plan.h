// What a sync would remove, and what is odd about names: found before anything is written. Private
// to store/dify/.

#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "store/dify/digest_set.h"
#include "store/dify/source.h"
#include "store/dify/sync.h"

namespace keyrule::store {

class SyncPlan {
 public:
  SyncPlan(DifySource* source, SyncTarget* target, const SyncOptions& options)
      : source_(source), target_(target), options_(options) {}

  // Reads the keys of all credentials, here and there: 32 bytes of memory for each.
  Status Make(const SyncEvents& events, SyncCounts* counts);

  // Is what is to be removed more than a sync does without being told? kInvalid says how much.
  Status CheckRemovals() const;

  const std::vector<Metadata>& removals() const { return removals_; }
  // Has another credential of Dify the same names, so that policies cannot tell them apart?
  bool IsAmbiguous(const Metadata& metadata) const {
    return ambiguous_.Contains(NamesOf(metadata));
  }

 private:
  using Place = std::pair<std::string, std::string>;  // tenant, provider

  static DigestSet::Entry NamesOf(const Metadata& metadata);
  void Meet(const Metadata& metadata);
  void CompareWithStore(const Metadata& held, const SyncEvents& events, SyncCounts* counts);
  void WarnOfUnmatched(const SyncEvents& events, SyncCounts* counts) const;
  std::string NearTo(const Metadata& says) const;

  DifySource* const source_;
  SyncTarget* const target_;
  const SyncOptions& options_;
  DigestSet keys_;
  DigestSet names_;
  DigestSet ambiguous_;
  std::vector<Metadata> removals_;
  uint64_t held_ = 0;     // Dify's credentials in the store
  uint64_t unknown_ = 0;  // of those removed: their workspace is not in the database

  std::set<const SideEntry*> matched_;
  std::map<Place, std::set<std::string>> names_at_;  // where the side file speaks of names
};

}  // namespace keyrule::store
