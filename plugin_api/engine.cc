#include "plugin_api/engine.h"

#include <utility>

#include "evaluator/explain.h"
#include "evaluator/fork_gate.h"
#include "evaluator/serial.h"
#include "plugin_api/idle_decisions.h"
#include "plugin_api/prepared.h"
#include "plugin_api/request_reader.h"
#include "plugin_api/simple_request.h"
#include "plugin_api/store_status.h"
#include "store/secret_memory.h"

namespace keyrule::plugin_api {

// Closing a store takes locks of RocksDB's.
Generation::~Generation() {
  const evaluator::ForkGate::Pass pass;
  snapshot.reset();
  store.reset();
}

namespace {

constexpr uint32_t kReportFlags = KEYRULE_CALLERS_TIMEOUT | KEYRULE_LIMIT_OF_MODEL;
constexpr char kForeignBase[] = "the request's base was prepared by another engine";

}  // namespace

Engine::Engine(EngineOptions options, const keyrule_host& host)
    : serial_(evaluator::NextSerial<Engine>()), options_(std::move(options)), log_(host), forks_seen_(Forks()) {}

// The ids stay what they are; each snapshot has its own slots for them.
uint32_t Engine::AttributeId(std::string_view path) {
  const evaluator::ForkGate::Pass pass;
  std::lock_guard lock(ids_mutex_);
  const auto known = ids_.find(std::string(path));
  if (known != ids_.end()) return known->second;
  if (ids_.size() >= SlotTable::kMaxId) return 0;
  const auto id = static_cast<uint32_t>(ids_.size() + 1);
  current_slots_->Add(id, path);
  ids_.emplace(path, id);
  return id;
}

keyrule_engine_info Engine::Info() noexcept {
  keyrule_engine_info info{};
  const store::SecretMemoryStatus memory = store::SecretMemory();
  info.secret_bytes_locked = memory.locked_bytes;
  info.secret_bytes_unlocked = memory.unlocked_bytes;
  if (memory.unlocked_bytes != 0) info.secret_gaps |= KEYRULE_SECRETS_UNLOCKED;
  if (memory.dumped) info.secret_gaps |= KEYRULE_SECRETS_DUMPED;
  if (memory.inherited) info.secret_gaps |= KEYRULE_SECRETS_INHERITED;
  Cell* cell = current_.Acquire();
  if (const StoreSource* source = cell->content().store.get()) {
    const store::ReaderUsage usage = source->reader().usage();
    info.cached_payloads = usage.cached_payloads;
    info.payload_cache_bytes = usage.cache_bytes;
    info.payload_cache_limit = usage.cache_limit_bytes;
    info.payload_reads = usage.payload_reads;
    if (source->reader().shared() != nullptr) info.confirmed_ms = source->reader().shared()->ConfirmedMs();
  }
  cell->Release();
  return info;
}

void Engine::AfterFork(const Generation& generation, uint32_t forks) noexcept {
  generation.snapshot->Reseed(ProcessSalt());
  generation.state->AfterFork();
  try {
    if (generation.fleet != nullptr) generation.fleet->Start();
  } catch (...) {  // no thread can be had: limits are kept without the other hosts
  }
  store::LockSecretMemoryAgain();
  forks_seen_.store(forks, std::memory_order_release);
}

// Said once when it begins, and once when it is over.
void Engine::NoteStaleness(const Generation& generation, const evaluator::Decision& facts) noexcept {
  const bool stale = facts.reason == evaluator::Reason::kStale;
  if (stale == said_stale_.load(std::memory_order_relaxed)) return;
  if (!stale && facts.verdict != evaluator::Verdict::kUse) return;  // did not ask
  if (said_stale_.exchange(stale) == stale) return;
  try {
    const std::string place = "store " + options_.store_path + ": ";
    if (!stale) return log_.Warn(place + "confirmed again, its credentials are used");
    const uint64_t age_ms = generation.store->AgeMs(facts.at_ms);
    const std::string since = age_ms == UINT64_MAX
                                  ? "no sync has ever confirmed it"
                                  : "no sync has confirmed it for " + std::to_string(age_ms / 1000) + " s";
    log_.Error(place + since + ", longer than max_staleness_ms allows: no credential is used; see whether " +
               "`keyrule sync --follow` runs and reaches its database");
  } catch (...) {  // memory has run out: the decision says it
  }
}

void Engine::Publish(std::unique_ptr<Generation> next) {
  current_.Publish(std::move(next));
  IdleDecisions::Outdate();
}

void Engine::Close() noexcept {
  current_.Close();
  IdleDecisions::Outdate();
}

bool Engine::IsUpToDate(keyrule_decision* decision) noexcept {
  decision->moves = IdleDecisions::Moves();
  return decision->cell->content().engine->current_.Peek() == decision->cell;
}

void Engine::Retire(keyrule_decision* decision) noexcept {
  Cell* cell = std::exchange(decision->cell, nullptr);
  cell->content().engine->pool_.Give(decision);
  cell->Release();
}

// With a reference on the current cell.
[[gnu::always_inline]] inline keyrule_decision* Engine::TakeDecision(int64_t now_ms) noexcept {
  keyrule_decision* decision = IdleDecisions::Take(this);
  const uint64_t moves = IdleDecisions::Moves();
  if (decision == nullptr || decision->cell != current_.Peek()) [[unlikely]] {
    if (decision != nullptr) Retire(decision);
    decision = pool_.Take();
    if (decision == nullptr) return nullptr;
    decision->cell = current_.Acquire();
  }
  decision->moves = moves;
  if (options_.refreshes_itself &&
      (next_look_.IsOver(now_ms) || decision->cell->content().IsSuperseded())) [[unlikely]] {
    decision->cell = MoveOn(decision->cell, now_ms);
  }
  decision->reported.store(Reported::kNo, std::memory_order_relaxed);
  NoticeFork(decision->cell->content());
  return decision;
}

bool Engine::IsOurs(const keyrule_request& request) const noexcept {
  return request.base == nullptr || request.base->engine() == serial_;
}

keyrule_status Engine::Prepare(const keyrule_request& request, keyrule_prepared** prepared, ErrorSink& error) {
  if (request.flags != 0 || request.base != nullptr) {
    return error.Fail(KEYRULE_E_USAGE, "prepare: flags and a base belong to the requests that have it as theirs");
  }
  struct Hold {
    Cell* cell;
    ~Hold() { cell->Release(); }
  } hold{current_.Acquire()};
  RequestScratch scratch;
  evaluator::Request read;
  std::string mistake;
  if (!ReadRequest(request, *hold.cell->content().slots, &scratch, &read, &mistake)) {
    return error.Fail(KEYRULE_E_USAGE, std::move(mistake));
  }
  *prepared = new keyrule_prepared(request, serial_);
  return KEYRULE_OK;
}

// Apart, so that the decision's own way is short.
keyrule_status Engine::ReadForDecision(const keyrule_request& request, const SlotTable& slots, size_t done,
                                       RequestScratch* scratch, evaluator::Request* read, ErrorSink& error) const noexcept {
  try {
    if (!IsOurs(request)) return error.Fail(KEYRULE_E_USAGE, kForeignBase);
    std::string mistake;
    if (ReadClosely(request, slots, done, scratch, read, &mistake)) return KEYRULE_OK;
    return error.Fail(KEYRULE_E_USAGE, std::move(mistake));
  } catch (const std::bad_alloc&) {
    *read = {};
    return error.Fail(KEYRULE_E_MEMORY, {});
  }
}

keyrule_status Engine::Decide(const keyrule_request& request, keyrule_decision** out,
                              ErrorSink& error) {
  const int64_t now_ms = evaluator::SystemClock::RoughNowMs();
  keyrule_decision* decision = TakeDecision(now_ms);
  if (decision == nullptr) return error.Fail(KEYRULE_E_MEMORY, {});
  *out = decision;
  const Generation& generation = decision->cell->content();
  evaluator::Request read;
  size_t done = 0;
  bool is_read = false;
  try {
    is_read = ReadSimple(request, *generation.slots, &decision->scratch, &read, &done);
  } catch (const std::bad_alloc&) {  // it is tried once more, and refused if that fails
  }
  keyrule_status status = KEYRULE_OK;
  if (!is_read) [[unlikely]] {
    status = ReadForDecision(request, *generation.slots, done, &decision->scratch, &read, error);
  }
  generation.snapshot->Decide(read, now_ms, &decision->facts);
  // Whoever has slept as long as a refusal said is not sent away again for a tick: a refusal has taken nothing.
  const int64_t retry_ms = decision->facts.retry_after_ms;
  if (retry_ms > 0 && retry_ms <= evaluator::SystemClock::kRoughlyMs) [[unlikely]] {
    generation.snapshot->Decide(read, clock_.NowMs(), &decision->facts);
  }
  if (options_.max_staleness_ms != 0) NoteStaleness(generation, decision->facts);
  if (generation.store != nullptr && decision->facts.credential != nullptr) {
    generation.store->ExpectPayload(decision->facts.source_hint);
  }
  return status;
}

keyrule_status Engine::Next(const keyrule_decision& previous, keyrule_decision** out,
                            ErrorSink& error) {
  Generation& generation = previous.cell->content();
  if (generation.engine.get() != this) {
    return error.Fail(KEYRULE_E_USAGE, "next: the decision is another engine's");
  }
  const evaluator::Decision& facts = previous.facts;
  const bool waits = facts.verdict == evaluator::Verdict::kWait;
  if (!waits && facts.verdict != evaluator::Verdict::kUse) {
    return error.Fail(KEYRULE_E_USAGE, "next: nothing follows a decision that is deny or host");
  }
  if (!waits && previous.reported.load(std::memory_order_acquire) != Reported::kDone) {
    return error.Fail(KEYRULE_E_USAGE, "next: report the outcome of the decision first");
  }
  keyrule_decision* decision = IdleDecisions::Take(this);
  // The same rule of the same policy, whatever was loaded since.
  if (decision == nullptr || decision->cell != previous.cell) {
    if (decision != nullptr) Retire(decision);
    decision = pool_.Take();
    if (decision == nullptr) return error.Fail(KEYRULE_E_MEMORY, {});
    previous.cell->AddRef();
    decision->cell = previous.cell;
  }
  decision->moves = previous.moves;
  decision->reported.store(Reported::kNo, std::memory_order_relaxed);
  NoticeFork(generation);
  generation.snapshot->Next(facts, clock_.NowMs(), &decision->facts);
  *out = decision;
  return KEYRULE_OK;
}

keyrule_status Engine::Report(keyrule_decision* decision, const keyrule_report& report,
                              ErrorSink& error) {
  const Generation& generation = decision->cell->content();
  if (generation.engine.get() != this) {
    return error.Fail(KEYRULE_E_USAGE, "report: the decision is another engine's");
  }
  if (report.outcome < KEYRULE_OUTCOME_OK || report.outcome > KEYRULE_OUTCOME_CALLER_ERROR) {
    return error.Fail(KEYRULE_E_USAGE, "report: there is no such outcome");
  }
  if ((report.flags & ~kReportFlags) != 0) {
    return error.Fail(KEYRULE_E_USAGE, "report: there is no such flag");
  }
  if (report.retry_after_ms < 0 || report.latency_ms < 0 || report.tokens < 0 ||
      report.cost_micro_usd < 0) {
    return error.Fail(KEYRULE_E_USAGE, "report: a number is below 0");
  }
  if (decision->facts.verdict != evaluator::Verdict::kUse) {
    return error.Fail(KEYRULE_E_USAGE, "report: only a decision that is use is reported");
  }
  Reported no = Reported::kNo;
  if (!decision->reported.compare_exchange_strong(no, Reported::kNow)) return KEYRULE_OK;
  NoticeFork(generation);  // what the parent holds is not ours to give back
  generation.snapshot->ReportOutcome(
      &decision->facts,
      {static_cast<evaluator::Outcome>(report.outcome), report.retry_after_ms, report.latency_ms,
       report.tokens, report.cost_micro_usd, (report.flags & KEYRULE_CALLERS_TIMEOUT) != 0,
       (report.flags & KEYRULE_LIMIT_OF_MODEL) != 0 ? evaluator::LimitScope::kModel
                                                    : evaluator::LimitScope::kCredential},
      clock_.NowMs());
  decision->reported.store(Reported::kDone, std::memory_order_release);
  return KEYRULE_OK;
}

keyrule_status Engine::Explain(const keyrule_request& request, std::string* json,
                               ErrorSink& error) {
  struct Hold {
    Cell* cell;
    ~Hold() { cell->Release(); }
  } hold{current_.Acquire()};
  const Generation& generation = hold.cell->content();
  RequestScratch scratch;
  evaluator::Request read;
  std::string mistake;
  if (!IsOurs(request)) return error.Fail(KEYRULE_E_USAGE, kForeignBase);
  if (!ReadRequest(request, *generation.slots, &scratch, &read, &mistake)) {
    return error.Fail(KEYRULE_E_USAGE, std::move(mistake));
  }
  read.dry = true;
  *json = evaluator::ExplainJson(*generation.snapshot, read, clock_.NowMs());
  return KEYRULE_OK;
}

keyrule_status Engine::OpenPayload(keyrule_decision* decision, keyrule_str* json,
                                   ErrorSink& error) {
  const Generation& generation = decision->cell->content();
  const evaluator::Decision& facts = decision->facts;
  if (facts.verdict != evaluator::Verdict::kUse || generation.store == nullptr) {
    return error.Fail(KEYRULE_E_NO_PAYLOAD, "the decision names no credential to open");
  }
  if (generation.store->IsRevoked(*facts.credential)) {
    return error.Fail(KEYRULE_E_REVOKED, "the credential `" + store::Shown(facts.credential->name) +
                                             "` was revoked or disabled after the decision; decide again");
  }
  if (decision->payload.empty() || decision->payload_fork != Forks()) {
    store::Result<store::Secret> opened =
        generation.store->OpenPayload(facts.tenant, *facts.credential);
    if (!opened.ok()) {
      generation.engine->log_.Error(opened.status().message());
      return error.Fail(StatusOf(opened.status().code()), opened.status().message());
    }
    decision->payload = *std::move(opened);
    decision->payload_fork = Forks();
  }
  const std::span<const uint8_t> bytes = decision->payload.Expose();
  *json = {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  return KEYRULE_OK;
}

void Engine::Release(keyrule_decision* decision) noexcept {
  const Generation& generation = decision->cell->content();
  generation.engine->NoticeFork(generation);
  generation.snapshot->Abandon(&decision->facts);
  if (!decision->json.empty()) decision->json.clear();
  if (!decision->payload.empty()) decision->payload = {};
  IdleDecisions::Give(generation.engine.get(), decision);  // may be the end of the engine
}

}  // namespace keyrule::plugin_api
