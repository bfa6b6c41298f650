#include "store/dify/sync_plan.h"

#include "store/nearest.h"

namespace keyrule::store {
namespace {

constexpr size_t kMaxGuessed = 1000;  // names of one provider that a slip is compared with

DigestSet::Entry KeyOf(const Metadata& metadata) {
  return DigestSet::Of({metadata.tenant, metadata.provider, metadata.id});
}

}  // namespace

DigestSet::Entry SyncPlan::NamesOf(const Metadata& metadata) {
  return DigestSet::Of({metadata.tenant, metadata.provider, metadata.name, metadata.model,
                        metadata.model_type});
}

Status SyncPlan::Make(const SyncEvents& events, SyncCounts* counts) {
  if (options_.side != nullptr) {
    for (const SideEntry& entry : options_.side->entries()) {
      if (entry.says.id.empty()) names_at_[{entry.says.tenant, entry.says.provider}];
    }
  }
  Status status = source_->Walk(false, [this](const SourceCredential& credential) {
    Meet(credential.metadata);
    return Status();
  });
  if (!status.ok()) return status;
  counts->skipped = source_->skipped();
  (void)keys_.Sort();
  ambiguous_ = names_.Sort();
  status = target_->List([&](const Metadata& held) {
    CompareWithStore(held, events, counts);
    return true;
  });
  if (!status.ok()) return status;
  WarnOfUnmatched(events, counts);
  return Status();
}

void SyncPlan::Meet(const Metadata& metadata) {
  keys_.Add(KeyOf(metadata));
  names_.Add(NamesOf(metadata));
  if (options_.side == nullptr) return;
  if (const SideEntry* entry = options_.side->Find(metadata)) matched_.insert(entry);
  const auto place = names_at_.find({metadata.tenant, metadata.provider});
  if (place != names_at_.end() && place->second.size() < kMaxGuessed) {
    place->second.insert(metadata.name);
  }
}

void SyncPlan::CompareWithStore(const Metadata& held, const SyncEvents& events,
                                SyncCounts* counts) {
  if (!source_->InScope(held.tenant)) return;
  if (held.origin == kFromDify) {
    ++held_;
    if (keys_.Contains(KeyOf(held))) return;
    removals_.push_back(held);
    unknown_ += !source_->HasTenant(held.tenant);
    return;
  }
  if (keys_.Contains(KeyOf(held))) {
    ++counts->warnings;
    events.problem({true, held.key(), held.name, "",
                    "it was imported, and it is a credential of Dify",
                    "from now on Dify's database keeps it up"});
  } else if (names_.Contains(NamesOf(held))) {
    ++counts->warnings;
    events.problem({true, held.key(), held.name, "",
                    "it was imported, and a credential of Dify has the same name",
                    "policies that name it mean the smaller id: rename one in Dify"});
  }
}

Status SyncPlan::CheckRemovals() const {
  const size_t gone = removals_.size();
  // Somebody deletes some keys, or the last; in a strange database their workspaces would not be
  // there.
  const bool by_hand = gone <= kFewRemovals && unknown_ == 0;
  if (options_.allow_mass_removal || by_hand || gone * 2 <= held_) return Status();
  std::string what = "this would remove " + std::to_string(gone) + " of " + std::to_string(held_) +
                     " credentials that came from Dify";
  if (unknown_ > 0) {
    what += ", " + std::to_string(unknown_) + " of them of workspaces that this database does not know";
  }
  return Status(Code::kInvalid, "", what + "; nothing was changed",
                "is this the right database? if so, run it once with --allow-mass-removal");
}

void SyncPlan::WarnOfUnmatched(const SyncEvents& events, SyncCounts* counts) const {
  if (options_.side == nullptr) return;
  for (const SideEntry& entry : options_.side->entries()) {
    const Metadata& says = entry.says;
    const bool in_scope = says.id.empty() ? source_->InScope(says.tenant) : options_.tenants.empty();
    if (matched_.contains(&entry) || !in_scope) continue;
    ++counts->warnings;
    events.problem({true, says.key(), says.name, "", "this entry speaks of no credential of Dify",
                    NearTo(says), options_.side_path + ":" + std::to_string(entry.line)});
  }
}

std::string SyncPlan::NearTo(const Metadata& says) const {
  if (!says.id.empty()) return "no credential has this id: take the entry out";
  const auto place = names_at_.find({says.tenant, says.provider});
  const std::vector<std::string_view> known(place->second.begin(), place->second.end());
  if (known.empty()) {
    return source_->HasTenant(says.tenant) ? "the workspace has no credential of this provider"
                                           : "there is no such workspace: its id is a UUID";
  }
  if (place->second.contains(says.name)) return "there is one of this name, for another model";
  const std::string near(NearestName(says.name, known));
  if (!near.empty()) return "did you mean `" + near + "`?";
  std::string names;
  for (size_t i = 0; i < known.size() && i < 5; ++i) {
    names += (i == 0 ? "" : ", ") + Shown(known[i]);
  }
  return "it has: " + names + (known.size() > 5 ? ", …" : "");
}

}  // namespace keyrule::store
