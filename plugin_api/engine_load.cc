// How an engine comes by its policy and its store.
#include <utility>

#include "dsl/load.h"
#include "dsl/render.h"
#include "evaluator/analysis/load_check.h"
#include "evaluator/compiler.h"
#include "evaluator/fork_gate.h"
#include "plugin_api/engine.h"
#include "plugin_api/fork_watch.h"
#include "plugin_api/proofs.h"
#include "plugin_api/random_seed.h"
#include "plugin_api/store_status.h"
#include "store/key_reference.h"
#include "store/secret_memory.h"

namespace keyrule::plugin_api {
namespace {

constexpr uint64_t kNoProof = 1;  // milliseconds: as keyrule.h has it

std::string OneLine(const dsl::Diagnostic& diagnostic, const dsl::Sources& sources) {
  const std::string text = dsl::Render(diagnostic, sources, dsl::RenderStyle::kPlain);
  return text.substr(0, text.find('\n'));
}

keyrule_status PolicyFailure(const dsl::LoadResult& loaded, ErrorSink& error) {
  std::string lines;
  std::string first;
  for (const dsl::Diagnostic& diagnostic : loaded.diagnostics.all()) {
    lines += dsl::RenderJson(diagnostic, *loaded.sources);
    if (lines.back() != '\n') lines += '\n';
    if (first.empty() && diagnostic.severity == dsl::Severity::kError) {
      first = OneLine(diagnostic, *loaded.sources);
    }
  }
  const size_t more = loaded.diagnostics.errors() - 1;
  if (loaded.diagnostics.errors() > 1) first += " (and " + std::to_string(more) + " more)";
  return error.Fail(loaded.unreadable ? KEYRULE_E_FILE : KEYRULE_E_POLICY, std::move(first),
                    std::move(lines));
}

}  // namespace

keyrule_status Engine::OpenStore(std::shared_ptr<const StoreSource>* store,
                                 std::vector<std::string>* warnings, ErrorSink& error) {
  if (options_.store_path.empty()) return KEYRULE_OK;
  const store::Result<std::unique_ptr<store::KeyProvider>> provider =
      store::FindKeyProvider(options_.key, options_.store_path);
  if (!provider.ok()) return error.Fail(KEYRULE_E_USAGE, provider.status().message());
  const store::Result<store::Secret> key = (*provider)->Load();
  if (!key.ok()) return error.Fail(StatusOf(key.status().code()), key.status().message());
  if (std::string warning = (*provider)->warning(); !warning.empty()) {
    warnings->push_back(std::move(warning));
  }
  store::ReaderOptions keeping;
  if (options_.payload_cache_bytes != 0) keeping.payload_cache_bytes = options_.payload_cache_bytes;
  store::Result<std::unique_ptr<store::Reader>> reader =
      store::Reader::Open(options_.store_path, *key, keeping);
  if (!reader.ok()) {
    const store::Status status = store::WithKeyName(reader.status(), **provider);
    return error.Fail(StatusOf(status.code()), status.message());
  }
  *store = MakeSource(*std::move(reader));
  return KEYRULE_OK;
}

std::shared_ptr<const StoreSource> Engine::MakeSource(std::unique_ptr<store::Reader> reader) {
  return std::make_shared<StoreSource>(
      std::move(reader), [this](const store::Status& status) { log_.Error(status.message()); },
      options_.max_staleness_ms);
}

// Once, and again when it has changed: a host that reloads often must not fill its log with it.
void Engine::WarnOfSecretMemory(std::vector<std::string>* warnings) {
  store::LockSecretMemoryAgain();  // in a child of fork that has not decided yet
  std::string all;
  for (const store::Status& gap : store::SecretMemoryGaps()) all += gap.message() + "\n";
  if (all == gaps_said_) return;
  for (const store::Status& gap : store::SecretMemoryGaps()) warnings->push_back(gap.message());
  gaps_said_ = std::move(all);
}

std::unique_ptr<Generation> Engine::MakeGeneration(
    std::shared_ptr<const evaluator::Program> program, std::shared_ptr<const StoreSource> store,
    std::shared_ptr<SlotTable> slots) {
  auto generation = std::make_unique<Generation>();
  generation->engine = shared_from_this();
  generation->program = program;
  generation->state = state_;
  generation->host_state = host_state_;
  generation->fleet = fleet_;
  generation->store = store;
  generation->slots =
      slots != nullptr ? std::move(slots) : std::make_shared<SlotTable>(*program->policy, program->read_slots);
  std::shared_ptr<const evaluator::CredentialSource> source = store;
  if (source == nullptr) {
    source = std::make_shared<evaluator::MemorySource>(std::vector<evaluator::Credential>());
  }
  // Without a store decisions show which load of the policy made them.
  const uint64_t number = store != nullptr ? store->reader().generation() : loads_ + 1;
  generation->snapshot = std::make_unique<evaluator::Snapshot>(
      std::move(program), std::move(source), state_.get(),
      evaluator::SnapshotOptions{options_.seed != 0 ? options_.seed : RandomSeed(), number});
  if (Forks() != 0) generation->snapshot->Reseed(ProcessSalt());
  return generation;
}

keyrule_status Engine::Load(ErrorSink& error) {
  std::vector<std::string> warnings;
  std::string summary;
  {
    const evaluator::ForkGate::Pass pass;
    std::lock_guard one_at_a_time(load_mutex_);
    const keyrule_status status = LoadLocked(&warnings, &summary, error);
    if (status != KEYRULE_OK) return status;
  }
  for (const std::string& warning : warnings) log_.Warn(warning);
  log_.Info(summary);
  return KEYRULE_OK;
}

bool Engine::Prove(const std::shared_ptr<const evaluator::Program>& program, dsl::LoadResult* loaded,
                   std::vector<std::string>* warnings) {
  const std::string& revision = program->policy->revision;
  if (options_.proof_ms <= kNoProof || revision == proved_revision_ || IsProved(revision)) return true;
  analysis::LoadCheck check = analysis::CheckForLoad(program, std::chrono::milliseconds(options_.proof_ms));
  for (dsl::Diagnostic& found : check.errors) {
    dsl::Diagnostic& kept =
        loaded->diagnostics.Add(found.code, found.span, std::move(found.message), std::move(found.help));
    kept.notes = std::move(found.notes);
  }
  if (!check.errors.empty()) return false;
  if (check.complete) {
    proved_revision_ = revision;
  } else {
    warnings->push_back("policy " + options_.policy_path + ": whether every rule is reached and every claim holds was not settled in " +
                        std::to_string(options_.proof_ms) + " ms; `keyrule check` has longer, and what it proves is remembered");
  }
  return true;
}

keyrule_status Engine::LoadLocked(std::vector<std::string>* warnings, std::string* summary,
                                  ErrorSink& error) {
  dsl::LoadResult loaded = dsl::Load(dsl::DiskReader(), options_.policy_path);
  if (loaded.policy == nullptr) return PolicyFailure(loaded, error);
  const std::shared_ptr<const evaluator::Program> program = evaluator::Compile(loaded.policy);
  if (!Prove(program, &loaded, warnings)) return PolicyFailure(loaded, error);
  for (const dsl::Diagnostic& diagnostic : loaded.diagnostics.all()) {
    warnings->push_back(OneLine(diagnostic, *loaded.sources));
  }
  std::shared_ptr<const StoreSource> store;
  const keyrule_status status = OpenStore(&store, warnings, error);
  if (status != KEYRULE_OK) return status;
  const store::Status state = OpenState();
  if (!state.ok()) return error.Fail(StatusOf(state.code()), state.message());
  if (store != nullptr && loads_ > 0) {
    // Nothing else publishes here meanwhile: what is current stays.
    Cell* cell = current_.Acquire();
    const store::Status follows = store->reader().CheckFollows(cell->content().store->reader());
    cell->Release();
    if (!follows.ok()) return error.Fail(StatusOf(follows.code()), follows.message());
  }
  if (store != nullptr && store->reader().shared() == nullptr) {
    warnings->push_back(WithoutShared(store->reader()));
  }
  *summary = "policy " + options_.policy_path + " " + loaded.policy->revision;
  if (store != nullptr) {
    WarnOfSecretMemory(warnings);
    *summary += ", store generation " + std::to_string(store->reader().generation());
  }
  std::unique_ptr<Generation> generation =
      MakeGeneration(program, std::move(store));
  std::lock_guard lock(ids_mutex_);
  SlotTable* slots = generation->slots.get();
  for (const auto& [path, id] : ids_) slots->Add(id, path);
  BeginLooking(*generation, clock_.NowMs());
  Publish(std::move(generation));
  current_slots_ = slots;
  ++loads_;
  return KEYRULE_OK;
}

}  // namespace keyrule::plugin_api
