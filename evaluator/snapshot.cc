#include "evaluator/snapshot.h"

#include <algorithm>

#include "evaluator/binding.h"
#include "evaluator/hash.h"
#include "evaluator/health.h"
#include "evaluator/latency.h"
#include "evaluator/metering.h"

namespace keyrule::evaluator {
namespace {

constexpr size_t kLongestNumber = 24;

constexpr uint64_t kGolden = 0x9E3779B97F4A7C15u;

// SplitMix64's: no two numbers give the same, and each bit moves half of the others.
constexpr uint64_t Mix(uint64_t number) noexcept {
  number += kGolden;
  number = (number ^ number >> 30) * 0xBF58476D1CE4E5B9u;
  number = (number ^ number >> 27) * 0x94D049BB133111EBu;
  return number ^ number >> 31;
}

// A text of the decision's own; Begin has reserved the room, so that earlier views stay valid.
std::string_view Append(std::string_view text, Decision* d) {
  const size_t at = d->texts.size();
  d->texts += text;
  return std::string_view(d->texts).substr(at);
}

}  // namespace

Snapshot::Snapshot(std::shared_ptr<const Program> program,
                   std::shared_ptr<const CredentialSource> source, SelectionState* state,
                   SnapshotOptions options)
    : program_(std::move(program)),
      source_(std::move(source)),
      revocations_(source_->revocations()),
      state_(state),
      options_(options),
      binding_(std::make_unique<Binding>(*program_, *source_, state_)) {}

Snapshot::~Snapshot() = default;

uint64_t Snapshot::Seed() const noexcept {
  return options_.seed ^ salt_.load(std::memory_order_relaxed);
}

// A ULID: 48 bits of time, 80 that no other decision has. Ids are no part of the meaning, and every decision pays for its
// own: so no pinned hash over texts here.
void Snapshot::MakeId(int64_t now_ms, Decision* d) const noexcept {
  static constexpr char kDigits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  static_assert(sizeof(d->id) == 26);
  const uint64_t count = ids_.fetch_add(1, std::memory_order_relaxed);
  const uint64_t low = Mix(Mix(Seed()) + (options_.number << 40) + count);
  const uint64_t high = static_cast<uint64_t>(now_ms) << 16 | ((low * kGolden >> 48 ^ count) & 0xFFFF);
  for (unsigned i = 0; i < 12; ++i) d->id[25 - i] = kDigits[low >> 5 * i & 31];
  d->id[13] = kDigits[(low >> 60 | high << 4) & 31];
  for (unsigned i = 0; i < 13; ++i) d->id[12 - i] = kDigits[high >> (5 * i + 1) & 31];
}

void Snapshot::Begin(const Request& request, int64_t now_ms, Decision* d) const {
  const Program& program = *program_;
  d->at_ms = now_ms;
  d->began_ms = now_ms;
  d->dry = request.dry;
  MakeId(now_ms, d);
  size_t room = request.tenant.size() + kLongestNumber * program.most_tags;
  for (uint32_t slot : program.kept_slots) room += request.values[slot].text().size();
  d->texts.reserve(room);
  d->tenant = Append(request.tenant, d);
  d->values.assign(program.slot_count(), Value());
  for (uint32_t slot : program.kept_slots) {
    const Value& value = request.values[slot];
    if (value.kind() == ValueKind::kText) {
      d->values[slot] = Value::Text(Append(value.text(), d));
    } else if (value.is_number()) {
      d->values[slot] = value;
    }
  }
  if (program.tenant_slot != dsl::kUnresolved) {
    d->values[program.tenant_slot] = Value::Text(d->tenant);
  }
}

void Snapshot::AddTags(const CompiledRule& rule, Decision* d) const {
  for (const CompiledTag& tag : rule.tags) {
    std::string_view value = program_->Resolve(tag.value, d->values);
    if (tag.value.kind == ValueRef::Kind::kSlot && d->values[tag.value.slot].is_number()) {
      const Value& number = d->values[tag.value.slot];
      if (number.kind() == ValueKind::kBool) {
        value = number.number() != 0 ? "true" : "false";
      } else {
        value = Append(Decimal(number.number()).view(), d);
      }
    }
    if (!value.empty()) d->tags.push_back({tag.name, value});
  }
}

void Snapshot::Refuse(Decision* d, Reason reason) const noexcept {
  d->verdict = Verdict::kDeny;
  d->reason = reason;
  d->credential = nullptr;
  d->credential_state = nullptr;
}

void Snapshot::Decide(const Request& request, int64_t now_ms, Decision* d) const noexcept {
  d->Clear();
  d->rule = static_cast<uint32_t>(program_->rules.size() - 1);
  try {
    if (request.values.size() != program_->slot_count()) return Refuse(d, Reason::kInternal);
    for (size_t slot = 0; slot < request.values.size(); ++slot) {
      if (!FitsSlot(program_->policy->slots[slot], request.values[slot])) {
        return Refuse(d, Reason::kInternal);
      }
    }
    // Rules see every value; the decision keeps only those that its arms and tags read.
    d->values.assign(request.values.begin(), request.values.end());
    if (program_->tenant_slot != dsl::kUnresolved) {
      d->values[program_->tenant_slot] = Value::Text(request.tenant);
    }
    const size_t rule = program_->Match(d->values, now_ms, &d->match);
    Begin(request, now_ms, d);
    d->rule = static_cast<uint32_t>(rule);
    AddTags(program_->rules[rule], d);
    RunArms(program_->rules[rule], 0, d);
  } catch (...) {  // memory has run out
    Refuse(d, Reason::kInternal);
  }
}

void Snapshot::Next(const Decision& previous, int64_t now_ms, Decision* d) const noexcept {
  d->Clear();
  try {
    const CompiledRule& rule = program_->rules[previous.rule];
    Begin({previous.tenant, previous.values, previous.dry}, now_ms, d);
    d->began_ms = previous.began_ms;
    d->rule = previous.rule;
    d->attempt = previous.attempt;
    d->retries = previous.retries;
    d->tried = previous.tried;
    AddTags(rule, d);
    if (!CanNext(previous)) return Refuse(d, Reason::kNoRetryLeft);
    if (previous.verdict == Verdict::kWait) return RunArms(rule, previous.arm - 1u, d);
    d->attempt = previous.attempt + 1;
    d->tried.push_back(previous.credential);
    switch (previous.outcome) {
      case Outcome::kNone:
      case Outcome::kOk:
      case Outcome::kCallerError: return Refuse(d, Reason::kNoRetryLeft);
      case Outcome::kTimedOut:
      case Outcome::kServerError:
        ++d->retries;
        if (d->retries > rule.retries || now_ms - d->began_ms > rule.retry_within_ms) {
          return Refuse(d, Reason::kNoRetryLeft);
        }
        break;
      case Outcome::kRateLimited:
      case Outcome::kUnauthorized:
      case Outcome::kOutOfCredit: break;  // the key's own: on to the next, freely
    }
    RunArms(rule, 0, d);
  } catch (...) {  // memory has run out
    Refuse(d, Reason::kInternal);
  }
}

bool Snapshot::ReportOutcome(Decision* d, const Report& report, int64_t now_ms) const noexcept {
  if (d->verdict != Verdict::kUse || d->dry || d->outcome != Outcome::kNone ||
      report.outcome == Outcome::kNone) {
    return false;
  }
  d->outcome = report.outcome;
  d->credential_state->in_flight.fetch_sub(1, std::memory_order_relaxed);
  std::span<const dsl::Cooling> coolings;
  if (d->pool != UINT32_MAX) coolings = program_->policy->pools[d->pool].coolings;
  CountOutcome(d->credential_state, report, d->probe, coolings, now_ms);
  CountLatency(d->credential_state, report, now_ms);
  if (report.outcome == Outcome::kRateLimited) RestQuotas(*d);
  SettleMeters(*program_, report, state_->Meters(), d);
  return true;
}

// A provider that limits one member of a quota limits all of them.
void Snapshot::RestQuotas(const Decision& d) const noexcept {
  auto taken = std::find_if(d.candidates.begin(), d.candidates.end(),
                            [](const Candidate& candidate) { return candidate.taken; });
  if (taken == d.candidates.end() || taken->meters == nullptr) return;
  const int64_t until = d.credential_state->rests_until.load(std::memory_order_relaxed);
  for (uint32_t meter : *taken->meters) {
    const CompiledMeter& quota = program_->meters[meter];
    if (quota.is_budget || quota.each_credential) continue;
    for (const BoundMember& member : d.roster->Pool(quota.pool)) {
      if (member.bound.state != nullptr) RestUntil(member.bound.state, until);
    }
  }
}

void Snapshot::Abandon(Decision* d) const noexcept {
  if (d->verdict != Verdict::kUse || d->dry || d->outcome != Outcome::kNone) return;
  d->outcome = Outcome::kTimedOut;
  SettleMeters(*program_, {.outcome = Outcome::kTimedOut}, state_->Meters(), d);
  d->credential_state->in_flight.fetch_sub(1, std::memory_order_relaxed);
  if (d->probe) d->credential_state->probe_since.store(0, std::memory_order_relaxed);
}

}  // namespace keyrule::evaluator
