// One program bound to one source of credentials: everything that a decision sees. Decisions are made here.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string_view>

#include "evaluator/binding.h"
#include "evaluator/catalog.h"
#include "evaluator/decision.h"
#include "evaluator/program.h"
#include "evaluator/request.h"
#include "evaluator/state.h"

namespace keyrule::evaluator {

struct Listed;

struct SnapshotOptions {
  uint64_t seed = 0;    // of the random strategies and of decision ids
  uint64_t number = 1;  // shown in decisions as `snapshot`
};

// Any thread, concurrently. After a tenant's first decision, Decide takes no lock and allocates nothing but to grow a
// Decision that is new.
class Snapshot {
 public:
  // `state` is borrowed and must outlive the snapshot.
  Snapshot(std::shared_ptr<const Program> program, std::shared_ptr<const CredentialSource> source,
           SelectionState* state, SnapshotOptions options = {});
  ~Snapshot();
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

  // Fills *decision. Whatever goes wrong ends as a refusal with reason kInternal, never as permission. A request's
  // values that do not fit their slots are refused so as well.
  void Decide(const Request& request, int64_t now_ms, Decision* decision) const noexcept;
  // The next candidate of the same rule, after a failure was reported or after a wait. Call only if CanNext.
  void Next(const Decision& previous, int64_t now_ms, Decision* decision) const noexcept;
  // Frees what a decision that will never be reported has reserved, and cools nothing.
  void Abandon(Decision* decision) const noexcept;
  // Counts the outcome. The first report of a taken decision counts, others are ignored (false).
  bool ReportOutcome(Decision* decision, const Report& report, int64_t now_ms) const noexcept;
  // A decision with verdict use must be reported before `next`; deny and host have none.
  static bool CanNext(const Decision& decision) {
    return decision.verdict == Verdict::kWait ||
           (decision.verdict == Verdict::kUse && decision.outcome != Outcome::kNone);
  }

  const Program& program() const { return *program_; }
  const SnapshotOptions& options() const { return options_; }
  SelectionState& state() const { return *state_; }
  // Has it been taken back since it was published?
  bool IsRevoked(const Credential& credential) const noexcept {
    const Revocations* now = RevokedNow();
    return now != nullptr && now->Revoked(credential);
  }
  // After a fork the child must not repeat the parent's random draws and ids.
  void Reseed(uint64_t salt) noexcept;

 private:
  // snapshot.cc: what happens around the arms.
  bool Understands(const Request& request) const noexcept {
    return request.fits == program_->policy.get() ||
           (request.values.size() == program_->slot_count() && FitsSlots(request));
  }
  bool FitsSlots(const Request& request) const noexcept;
  void Begin(bool dry, int64_t now_ms, Decision* d) const noexcept;
  // Copies what the decision keeps: `value_of(i)` is the value of the i-th kept slot, for the first `count` of them. The others
  // are absent. Gives the roster of the decision before if tenant and provider are its own, else null.
  template <typename ValueOf>
  const Roster* Keep(std::string_view tenant, size_t count, const ValueOf& value_of, Decision* d) const;
  // Takes what the first arm of a rule of this course writes, if that may be taken; else false, and nothing is done. `last`: as
  // Keep gives it.
  bool TakeWritten(const RuleLine& line, const CompiledRule& rule, const Roster* last, Decision* d) const;
  static void LeaveToHost(Decision* d) noexcept {
    d->verdict = Verdict::kHost;
    d->reason = Reason::kNone;
  }
  static void MarkTaken(Candidate* taken, Decision* d) noexcept {
    taken->taken = true;
    d->verdict = Verdict::kUse;
    d->reason = Reason::kNone;
    d->credential = taken->credential;
    d->credential_state = taken->state;
    d->source_hint = taken->source_hint;
  }
  void AddTags(const CompiledRule& rule, Decision* d) const;
  void Refuse(Decision* d, Reason reason) const noexcept;
  void RefuseUnread(Decision* d) const noexcept;
  void TakeNumbers(Decision* d) const noexcept;
  uint64_t Seed() const noexcept;
  // The model that was asked for; empty: none was said.
  std::string_view ModelOf(const Decision& d) const noexcept {
    return d.values.empty() ? std::string_view() : d.values[Program::kKeptModel].text();
  }
  void CountHealth(const Decision& d, const Report& report, int64_t now_ms) const noexcept;
  void RestQuotas(const Decision& d, int64_t until_ms, LimitScope scope, int64_t now_ms) const noexcept;
  // arms.cc: the arms of a rule in their order, until one answers.
  void RunArms(const CompiledRule& rule, size_t first, const Roster* last, Decision* d) const;
  Listed ListMembers(const Arm& arm, const Roster& roster, Decision* d) const;
  bool ListCredential(const Arm& arm, const Roster& roster, Decision* d) const;
  // Sets d->roster. False: the decision is refused. `last`: as Keep gives it.
  bool FindRoster(const Roster* last, Decision* d) const {
    if (ages_ && !source_->IsFresh(d->at_ms)) [[unlikely]] return Refuse(d, Reason::kStale), false;
    if (last == nullptr || !last->for_all_models()) [[unlikely]] return LookUpRoster(d);
    d->roster = last;
    return true;
  }
  [[gnu::noinline]] bool LookUpRoster(Decision* d) const;
  // `listed`: as ListMembers gives it.
  bool Take(const Arm& arm, size_t first_candidate, const Listed& listed, Decision* d) const;
  // Null: none is eligible.
  Candidate* Choose(const Arm& arm, size_t first_candidate, const Listed& listed, uint64_t takes, Decision* d) const;
  // By a strategy that looks at more than who is first; apart, for most decisions need none.
  [[gnu::noinline]] Candidate* ChooseByStrategy(const Arm& arm, size_t first_candidate, const Listed& listed,
                                                uint64_t takes, Decision* d) const;
  bool Wait(const Arm& arm, size_t first_candidate, Decision* d) const;
  // Null: nothing is revoked now.
  const Revocations* RevokedNow() const noexcept {
    return revocations_ != nullptr && revocations_->Epoch() != 0 ? revocations_ : nullptr;
  }

  std::shared_ptr<const Program> program_;
  std::shared_ptr<const CredentialSource> source_;
  const Revocations* revocations_;  // the source's; may be null
  SelectionState* state_;
  SnapshotOptions options_;
  const bool ages_;  // the source
  std::unique_ptr<Binding> binding_;
  const uint64_t serial_;  // no other snapshot of the process has it
  std::atomic<uint64_t> salt_{0};
  std::atomic<uint64_t> first_number_;  // of decisions: they are counted from here
  mutable std::atomic<uint64_t> numbers_taken_{0};
};

}  // namespace keyrule::evaluator
