#include "evaluator/snapshot.h"

#include <algorithm>

#include "evaluator/hash.h"
#include "evaluator/health.h"
#include "evaluator/latency.h"
#include "evaluator/listing.h"
#include "evaluator/metering.h"
#include "evaluator/prefetch.h"
#include "evaluator/same_text.h"
#include "evaluator/serial.h"

namespace keyrule::evaluator {
namespace {

constexpr size_t kLongestNumber = 24;

constexpr uint64_t kNumbersAtOnce = 256;

// Where g++ 12 does not see what is copied: it takes a Decimal to be longer than it is.
[[gnu::noinline]] std::string_view AddApart(std::string_view text, TextCopies* texts) noexcept { return texts->Add(text); }

}  // namespace

Snapshot::Snapshot(std::shared_ptr<const Program> program,
                   std::shared_ptr<const CredentialSource> source, SelectionState* state,
                   SnapshotOptions options)
    : program_(std::move(program)),
      source_(std::move(source)),
      revocations_(source_->revocations()),
      state_(state),
      options_(options),
      ages_(source_->Ages()),
      binding_(std::make_unique<Binding>(*program_, *source_, state_)),
      serial_(NextSerial<Snapshot>()) {
  Reseed(0);
}

Snapshot::~Snapshot() = default;

uint64_t Snapshot::Seed() const noexcept {
  return options_.seed ^ salt_.load(std::memory_order_relaxed);
}

// Numbers are no part of the meaning, and every decision pays for its own: so no pinned hash here, and a run of them for
// each object that decisions are made in.
void Snapshot::Reseed(uint64_t salt) noexcept {
  salt_.store(salt, std::memory_order_relaxed);
  first_number_.store(Mix(options_.seed ^ salt) + (options_.number << 40), std::memory_order_relaxed);
}

void Snapshot::TakeNumbers(Decision* d) const noexcept {
  NumberBlock& block = d->numbers;
  if (block.source != serial_) d->last_roster = nullptr;
  block.source = serial_;
  block.next = numbers_taken_.fetch_add(kNumbersAtOnce, std::memory_order_relaxed);
  block.end = block.next + kNumbersAtOnce;
}

bool Snapshot::FitsSlots(const Request& request) const noexcept {
  const Program& program = *program_;
  for (uint32_t slot : request.given) {
    if (request.values[slot].kind() != program.kinds[slot]) return false;
  }
  if (program.tenant_slot == dsl::kUnresolved) return true;
  const std::string_view attribute = request.values[program.tenant_slot].text();
  if (attribute.data() == request.tenant.data() && attribute.size() == request.tenant.size()) return true;
  return attribute == request.tenant;
}

// A decision that was not made by this snapshot has other numbers.
[[gnu::always_inline]] inline void Snapshot::Begin(bool dry, int64_t now_ms, Decision* d) const noexcept {
  NumberBlock& block = d->numbers;
  if (block.source != serial_ || block.next == block.end) [[unlikely]] TakeNumbers(d);
  d->number = first_number_.load(std::memory_order_relaxed) + block.next++;
  d->at_ms = now_ms;
  d->began_ms = now_ms;
  d->dry = dry;
}

template <typename ValueOf>
[[gnu::always_inline]] inline const Roster* Snapshot::Keep(std::string_view tenant, size_t count, const ValueOf& value_of,
                                                           Decision* d) const {
  const size_t all = program_->kept_slots.size();
  if (d->values.size() != all) [[unlikely]] d->values.resize(all);
  const size_t for_tags = kLongestNumber * program_->most_tags;
  // Of tenant and provider, the roster's own are as good as copies.
  const Roster* const roster = d->last_roster;
  const bool same_tenant = roster != nullptr && SameText(roster->tenant().tenant(), tenant);
  for (;;) {
    Value* const values = d->values.data();
    TextCopies::Anew texts(&d->texts, for_tags);
    d->tenant = same_tenant ? std::string_view(roster->tenant().tenant()) : tenant;
    bool fits = same_tenant || texts.Add(&d->tenant);
    size_t i = 0;
    const std::string_view provider = value_of(Program::kKeptProvider).text();
    const bool same_provider = same_tenant && !provider.empty() && SameText(roster->provider(), provider);
    if (same_provider) values[i++].BecomeText(roster->provider());
    for (; i < count && fits; ++i) {
      const Value& value = value_of(i);
      if (std::string_view text = value.text(); !text.empty()) {
        fits = texts.Add(&text);
        values[i].BecomeText(text);
      } else {
        values[i] = value.kind() == ValueKind::kList ? Value() : value;  // what a decision reads is no list
      }
    }
    for (i = count; i < all; ++i) values[i].BecomeAbsent();
    if (fits) [[likely]] return same_provider ? roster : nullptr;
    size_t room = tenant.size() + for_tags;
    for (i = 0; i < count; ++i) room += value_of(i).text().size();
    d->texts.Begin(room);
  }
}

void Snapshot::AddTags(const CompiledRule& rule, Decision* d) const {
  for (const CompiledTag& tag : program_->TagsOf(rule)) {
    std::string_view value = program_->Resolve(tag.value, d->values);
    if (tag.value.kind == ValueRef::Kind::kSlot) {
      const Value& number = program_->Kept(tag.value.slot, d->values);
      if (number.kind() == ValueKind::kBool) {
        value = number.number() != 0 ? "true" : "false";
      } else if (number.is_number()) {
        value = AddApart(Decimal(number.number()).view(), &d->texts);
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

// Nothing of the request was kept.
void Snapshot::RefuseUnread(Decision* d) const noexcept {
  d->rule = static_cast<uint32_t>(program_->rules.size() - 1);
  d->tenant = {};
  d->values.clear();
  Refuse(d, Reason::kInternal);
}

void Snapshot::Decide(const Request& request, int64_t now_ms, Decision* d) const noexcept {
  const Program& program = *program_;
  d->Clear();
  try {
    if (!Understands(request)) [[unlikely]] return RefuseUnread(d);
    Begin(request.dry, now_ms, d);
    if (program.indexed) d->match.expected = d->last_roster != nullptr ? d->last_roster->written() : WrittenCandidates();
    const size_t rule = program.Match(request.values, request.given, now_ms, &d->match);
    d->rule = static_cast<uint32_t>(rule);
    // Rules see every value; the decision keeps only those that its arms and tags read, and of a refusal or what is left to
    // the host, which nothing follows, only what is written down: the first, which is the provider.
    const RuleLine& line = program.lines[rule];
    const bool nothing_follows =
        !line.is_tagged && (line.course == RuleLine::Course::kLeftToHost || line.course == RuleLine::Course::kDenied);
    const Value* const values = request.values.data();
    const uint32_t* const slots = program.kept_slots.data();
    const Roster* const last = Keep(request.tenant, nothing_follows ? 1 : program.kept_slots.size(),
                                    [=](size_t i) -> const Value& { return values[slots[i]]; }, d);
    const CompiledRule& decides = program.rules[rule];  // not looked at but where it is needed
    if (line.is_tagged) AddTags(decides, d);
    if (line.course == RuleLine::Course::kLeftToHost) {
      d->arm = 1;
      return LeaveToHost(d);
    }
    if (line.course == RuleLine::Course::kTakesWritten && TakeWritten(line, decides, last, d)) return;
    RunArms(decides, 0, last, d);
  } catch (...) {  // memory has run out
    RefuseUnread(d);
  }
}

bool Snapshot::LookUpRoster(Decision* d) const {
  const std::string_view provider = d->values[Program::kKeptProvider].text();
  const uint32_t slot = program_->model_type_slot;
  const std::string_view type = slot == dsl::kUnresolved ? std::string_view() : program_->Kept(slot, d->values).text();
  // What Keep found to be the roster's own is its own by where it stands.
  const Roster* const last = d->last_roster;
  const bool same_tenant = last != nullptr && d->tenant.data() == last->tenant().tenant().data();
  const TenantBinding* const tenant = same_tenant ? &last->tenant() : binding_->Tenant(d->tenant);
  if (tenant == nullptr) return Refuse(d, Reason::kInternal), false;
  d->roster = d->last_roster = &tenant->RosterFor(provider, ModelOf(*d), type, same_tenant ? last : nullptr);
  return true;
}

[[gnu::always_inline]] inline bool Snapshot::TakeWritten(const RuleLine& line, const CompiledRule& rule, const Roster* last,
                                                         Decision* d) const {
  d->arm = 1;
  if (!FindRoster(last, d)) [[unlikely]] return true;
  const BoundCredential* const found = d->roster->WrittenBy(d->rule, line.name, rule.first_arm.value);
  if (found == nullptr || !found->always || RevokedNow() != nullptr || !IsSound(found->state->rest, d->at_ms)) [[unlikely]] {
    return false;
  }
  Prefetch(&found->credential->source_ref);  // the payload is looked for by it
  MarkTaken(&d->Add(*found, 1, 1, 1), d);
  return true;
}

void Snapshot::Next(const Decision& previous, int64_t now_ms, Decision* d) const noexcept {
  d->Clear();
  try {
    const CompiledRule& rule = program_->rules[previous.rule];
    if (previous.values.size() != program_->kept_slots.size()) return RefuseUnread(d);
    Begin(previous.dry, now_ms, d);
    const Roster* const last = Keep(previous.tenant, previous.values.size(),
                                    [&](size_t i) -> const Value& { return previous.values[i]; }, d);
    d->began_ms = previous.began_ms;
    d->rule = previous.rule;
    d->attempt = previous.attempt;
    d->retries = previous.retries;
    d->tried = previous.tried;
    AddTags(rule, d);
    if (!CanNext(previous)) return Refuse(d, Reason::kNoRetryLeft);
    if (previous.verdict == Verdict::kWait) return RunArms(rule, previous.arm - 1u, last, d);
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
    RunArms(rule, 0, last, d);
  } catch (...) {  // memory has run out
    RefuseUnread(d);
  }
}

bool Snapshot::ReportOutcome(Decision* d, const Report& report, int64_t now_ms) const noexcept {
  if (d->verdict != Verdict::kUse || d->dry || d->outcome != Outcome::kNone ||
      report.outcome == Outcome::kNone) {
    return false;
  }
  d->outcome = report.outcome;
  if (d->counted) state_->EndCall(d->credential_state, d->call);
  CountHealth(*d, report, now_ms);
  CountLatency(d->credential_state, report, now_ms);
  SettleMeters(*program_, report, *state_, d);
  return true;
}

// What is no failure counts for the credential and for the credential with the model. A failure is one's alone, and says
// nothing of the other: the next call is the other's probe.
void Snapshot::CountHealth(const Decision& d, const Report& report, int64_t now_ms) const noexcept {
  std::span<const dsl::Cooling> coolings;
  if (d.pool != UINT32_MAX) coolings = program_->policy->pools[d.pool].coolings;
  RestState* const whole = &d.credential_state->rest;
  ModelRests models = state_->models();
  const bool failed = IsFailure(report);
  const auto rest_quotas = [&](const RestState& rests, LimitScope scope) {
    if (report.outcome != Outcome::kRateLimited) return;
    RestQuotas(d, rests.rests_until.load(std::memory_order_relaxed), scope, now_ms);
  };
  const RestState* of_model = nullptr;
  if (failed && report.scope == LimitScope::kModel) {
    of_model = models.Update(d.credential_state, ModelOf(d), now_ms, [&](RestState* model) {
      CountOutcome(model, report, d.model_probe, coolings, now_ms);
    });
  }
  if (of_model != nullptr) {
    if (d.probe) GiveUpProbe(whole);
    return rest_quotas(*of_model, LimitScope::kModel);
  }
  CountOutcome(whole, report, d.probe, coolings, now_ms);
  if (RestState* const model = models.Find(d.credential_state, ModelOf(d), now_ms)) {
    if (!failed) CountOutcome(model, report, d.model_probe, coolings, now_ms);
    if (failed && d.model_probe) GiveUpProbe(model);
  }
  rest_quotas(*whole, LimitScope::kCredential);
}

// A provider that limits one member of a quota limits all of them, for the model if the limit is a model's.
void Snapshot::RestQuotas(const Decision& d, int64_t until_ms, LimitScope scope, int64_t now_ms) const noexcept {
  if (until_ms <= now_ms) return;
  auto taken = std::find_if(d.candidates.begin(), d.candidates.end(),
                            [](const Candidate& candidate) { return candidate.taken; });
  if (taken == d.candidates.end() || taken->meters == nullptr) return;
  ModelRests models = state_->models();
  const std::string_view model = scope == LimitScope::kModel ? ModelOf(d) : std::string_view();  // of none there is no pair
  const auto rest = [&](RestState* state) { RestUntil(state, until_ms); };
  for (uint32_t meter : *taken->meters) {
    const CompiledMeter& quota = program_->meters[meter];
    if (quota.is_budget || quota.each_credential) continue;
    for (const BoundMember& member : d.roster->Pool(quota.pool).members) {
      CredentialState* const state = member.bound.state;
      if (state != nullptr && models.Update(state, model, now_ms, rest) == nullptr) rest(&state->rest);
    }
  }
}

void Snapshot::Abandon(Decision* d) const noexcept {
  if (d->verdict != Verdict::kUse || d->dry || d->outcome != Outcome::kNone) return;
  d->outcome = Outcome::kTimedOut;
  if (d->token_sum != nullptr || !d->charges.empty()) {
    SettleMeters(*program_, {.outcome = Outcome::kTimedOut}, *state_, d);
  }
  if (d->counted) state_->EndCall(d->credential_state, d->call);
  if (d->prober != state_->owner()) return;  // a copy of the parent's, whose call goes on
  if (d->probe) GiveUpProbe(&d->credential_state->rest);
  if (!d->model_probe) return;
  RestState* const model = state_->models().Find(d->credential_state, ModelOf(*d), d->at_ms);
  if (model != nullptr) GiveUpProbe(model);
}

}  // namespace keyrule::evaluator
