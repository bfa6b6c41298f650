#include "store/dify/sync.h"

#include <chrono>
#include <utility>

#include "store/dify/config.h"
#include "store/dify/source.h"
#include "store/dify/sync_plan.h"

namespace keyrule::store {
namespace {

using Clock = std::chrono::steady_clock;

// What stands sealed where a token does not open: nothing, and disabled. An earlier secret is not
// what Dify says any more.
constexpr std::string_view kNothing = "{}";

class Run {
 public:
  Run(Database* database, TenantKeys* keys, const SyncOptions& options, SyncTarget* target,
      const SyncEvents& events, SyncCounts* counts)
      : source_(database, options.tenants),
        keys_(keys),
        options_(options),
        target_(target),
        events_(events),
        counts_(counts),
        plan_(&source_, target, options) {}

  Status All() {
    if (Status status = source_.Open(); !status.ok()) return status;
    if (Status status = plan_.Make(events_, counts_); !status.ok()) return status;
    if (Status status = plan_.CheckRemovals(); !status.ok()) {
      counts_->refused = true;
      return status;
    }
    for (const Metadata& gone : plan_.removals()) {
      if (Status status = target_->Remove(gone.key()); !status.ok()) return status;
      ++counts_->removed;
      events_.change(SyncChange::kRemoved, gone);
    }
    // Hosts learn of these from here on (SHARED), however long what follows takes.
    if (Status status = target_->Commit(); !status.ok()) return status;
    return source_.Walk(true, [this](const SourceCredential& one) { return Update(one); });
  }

 private:
  Status Update(const SourceCredential& credential) {
    if (options_.stop != nullptr && *options_.stop) return Status(Code::kIo, "", "stopped", "");
    Metadata metadata = credential.metadata;
    if (options_.side != nullptr) {
      if (const SideEntry* entry = options_.side->Find(metadata)) entry->ApplyTo(&metadata);
    }
    NormalizeLists(&metadata);
    if (Status status = CheckMetadata(metadata); !status.ok()) {
      Report(false, metadata, "", status.what(), "look at this row: Dify did not write it");
      ++counts_->unreadable;
      return Status();
    }
    if (plan_.IsAmbiguous(metadata)) {
      Report(true, metadata, "", "two credentials have this name",
             "policies that name it mean the smaller id: rename one in Dify");
    }
    const std::string_view config = credential.config.value_or("");
    metadata.source_mark = target_->SourceMark(config);
    Result<Metadata> held = target_->Find(metadata.key());
    if (!held.ok() && held.status().code() != Code::kNotFound) return held.status();
    if (held.ok()) {
      metadata.version = held->version;
      metadata.held = held->held;  // not Dify's to say
    }
    if (held.ok() && held->origin == kFromDify && held->source_mark == metadata.source_mark &&
        !held->source_mark.empty()) {
      // Its secrets are what was sealed: no key is needed, nor even there.
      if (*held == metadata) return Count(PutOutcome::kUnchanged, metadata);
      return Count(target_->PutMetadata(metadata), metadata);
    }
    return Seal(std::move(metadata), config, credential.of_provider);
  }

  Status Seal(Metadata metadata, std::string_view config, bool of_provider) {
    const Clock::time_point begin = Clock::now();
    const OpenedConfig opened = OpenConfig(
        config, of_provider, [&] { return keys_->Get(metadata.tenant); });
    counts_->opening += std::chrono::duration<double>(Clock::now() - begin).count();
    counts_->secrets += opened.secrets;
    if (!opened.problem) return Count(target_->Put(metadata, opened.payload.Expose()), metadata);
    Report(false, metadata, opened.problem->field, opened.problem->what, opened.problem->mend);
    ++counts_->unreadable;
    metadata.enabled = false;
    metadata.source_mark.clear();  // so that each sync tries again
    return Count(target_->Put(metadata, AsBytes(kNothing)), metadata);
  }

  Status Count(const Result<PutOutcome>& outcome, const Metadata& metadata) {
    if (!outcome.ok()) return outcome.status();
    switch (*outcome) {
      case PutOutcome::kAdded:
        ++counts_->added;
        events_.change(SyncChange::kAdded, metadata);
        break;
      case PutOutcome::kChanged:
        ++counts_->changed;
        events_.change(SyncChange::kChanged, metadata);
        break;
      case PutOutcome::kUnchanged:
        ++counts_->unchanged;
        break;
    }
    return Status();
  }

  void Report(bool warning, const Metadata& metadata, std::string field, std::string what,
              std::string mend) {
    counts_->warnings += warning;
    events_.problem({warning, metadata.key(), metadata.name, std::move(field), std::move(what),
                     std::move(mend)});
  }

  DifySource source_;
  TenantKeys* const keys_;
  const SyncOptions& options_;
  SyncTarget* const target_;
  const SyncEvents& events_;
  SyncCounts* const counts_;
  SyncPlan plan_;
};

}  // namespace

Status SyncFromDify(Database* database, TenantKeys* keys, const SyncOptions& options,
                    SyncTarget* target, const SyncEvents& events, SyncCounts* counts) {
  *counts = SyncCounts();
  const uint64_t parsed_before = keys->parsed();
  Status status = database->BeginSnapshot();
  if (status.ok()) status = Run(database, keys, options, target, events, counts).All();
  if (status.ok()) status = database->End();
  if (status.ok()) status = target->Commit();
  if (!status.ok()) {
    target->Discard();
    (void)database->End();  // a lost connection ends it too
  }
  counts->keys = keys->parsed() - parsed_before;
  return status;
}

}  // namespace keyrule::store
