#include "evaluator/session.h"

#include <utility>

#include "evaluator/decision_text.h"
#include "evaluator/explanation.h"

namespace keyrule::evaluator {

Session::Session(std::shared_ptr<const Program> program,
                 std::shared_ptr<const CredentialSource> source, int64_t now_ms, uint64_t seed)
    : program_(std::move(program)),
      source_(std::move(source)),
      now_ms_(now_ms),
      builder_(program_->policy) {
  SetSeed(seed);
}

void Session::SetSeed(uint64_t seed) {
  if (snapshot_ != nullptr) retired_.push_back(std::move(snapshot_));
  snapshot_ = std::make_unique<Snapshot>(program_, source_, &state_, SnapshotOptions{.seed = seed});
}

void Session::Settle() {
  const evaluator::Report ok;
  for (const std::unique_ptr<Decision>& decision : in_flight_) {
    snapshot_->ReportOutcome(decision.get(), ok, now_ms_);
  }
  in_flight_.clear();
  if (last_ != nullptr) snapshot_->ReportOutcome(last_.get(), ok, now_ms_);
}

// Makes room for a decision: *spare_ is its place.
void Session::Begin() {
  previous_credential_.reset();
  if (last_ != nullptr && last_->verdict == Verdict::kUse) {
    previous_credential_ = last_->credential->id;
  }
  if (spare_ == nullptr) spare_ = std::make_unique<Decision>();
}

void Session::Count() {
  ++tally_.all;
  if (last_->verdict == Verdict::kUse) {
    ++tally_.credentials[last_->credential->name];
  } else {
    ++tally_.others[VerdictLine(*last_)];
  }
}

bool Session::Call(const Repetition& repetition, const Fill& fill) {
  Settle();
  tally_ = Tally();
  for (int64_t i = 0; i < repetition.times; ++i) {
    if (!repetition.at_once) Settle();
    if (i > 0) now_ms_ += repetition.every_ms;
    builder_.Clear();
    if (!fill(&builder_)) return false;
    builder_.FillRequired(now_ms_);
    Begin();
    const Request request = builder_.Build();
    snapshot_->Decide(request, now_ms_, spare_.get());
    std::swap(last_, spare_);
    if (coverage_ != nullptr) coverage_->CountCall(SeenValues(*snapshot_, request), *last_);
    if (repetition.at_once && i > 0) {
      spare_->KeepForReport();  // thousands of them, of perhaps a thousand candidates each
      in_flight_.push_back(std::move(spare_));
    }
    Count();
  }
  return true;
}

void Session::Next() {
  snapshot_->ReportOutcome(last_.get(), evaluator::Report(), now_ms_);
  if (!Snapshot::CanNext(*last_)) return;
  tally_ = Tally();
  Begin();
  snapshot_->Next(*last_, now_ms_, spare_.get());
  std::swap(last_, spare_);
  if (coverage_ != nullptr) coverage_->CountArm(*last_);
  Count();
}

void Session::Report(const evaluator::Report& report) {
  snapshot_->ReportOutcome(last_.get(), report, now_ms_);
}

}  // namespace keyrule::evaluator
