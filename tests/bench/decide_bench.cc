// One decision through the C interface on a policy of ten rules with eight attributes, beside a hand-written chain of
// `if`s for the same policy, measured alternately in the same run. First the percentiles, then Google Benchmark's view.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <vector>

#include "tests/bench/die.h"
#include "tests/bench/handwritten.h"
#include "tests/bench/measure.h"
#include "tests/plugin_api/plugin_support.h"

namespace keyrule::bench {
namespace {

using plugin_test::Api;
using plugin_test::Folder;
using plugin_test::Str;

constexpr char kPolicy[] = R"(keyrule 1
schema "dify"
pool production { "prod-eu" weight 3  "prod-us" }
rule r1 { when environment == "production" and invoke.from == "debugger" deny "drafts" }
rule r2 { when provider == "google" and user.id in ["u-ada", "u-grace"] use credential "research" }
rule r3 { when provider == "openai" and app.id == "app-legal" use credential "legal" }
rule r4 { when model in ["gpt-3.5-turbo", "text-davinci-003"] deny "retired" }
rule r5 { when model.type == "text-embedding" and workflow.id == "wf-index" use credential "batch" }
rule r6 { when workflow.id starts with "wf-test-" use credential "staging" }
rule r7 { when environment == "staging" use credential "staging" }
rule r8 { when provider == "vertex_ai" and workflow.id in ["wf-contracts", "wf-tenders"] use credential "frankfurt" }
rule r9 { when user.id == "u-root" use credential "reserve" }
rule r10 {
  when provider == "openai" and environment == "production" and app.id in ["app-invoices", "app-dunning"]
  use production by weighted_round_robin
}
default { leave to host }
)";

constexpr std::array<const char*, 8> kNames = {"prod-eu", "prod-us", "research", "legal",
                                               "batch", "staging", "frankfurt", "reserve"};
constexpr std::array<const char*, 3> kProviders = {"openai", "google", "vertex_ai"};

// One call for each rule and one for the default.
const std::vector<Call> kCalls = {
    {"t1", "openai", "gpt-4o", "llm", "app-invoices", "wf-1", "u-1", "production", "debugger"},
    {"t1", "google", "gemini-2.0", "llm", "app-faq", "wf-1", "u-ada", "production", "web-app"},
    {"t1", "openai", "gpt-4o", "llm", "app-legal", "wf-1", "u-1", "production", "web-app"},
    {"t1", "openai", "gpt-3.5-turbo", "llm", "app-faq", "wf-1", "u-1", "production", "web-app"},
    {"t1", "openai", "ada-3", "text-embedding", "app-faq", "wf-index", "u-1", "production", "web-app"},
    {"t1", "openai", "gpt-4o", "llm", "app-faq", "wf-test-7", "u-1", "production", "web-app"},
    {"t1", "openai", "gpt-4o", "llm", "app-faq", "wf-1", "u-1", "staging", "web-app"},
    {"t1", "vertex_ai", "gemini-1.5", "llm", "app-faq", "wf-contracts", "u-1", "production", "web-app"},
    {"t1", "openai", "gpt-4o", "llm", "app-faq", "wf-1", "u-root", "production", "web-app"},
    {"t1", "openai", "gpt-4o", "llm", "app-invoices", "wf-1", "u-1", "production", "web-app"},
    {"t1", "openai", "gpt-4o", "llm", "app-faq", "wf-1", "u-1", "production", "web-app"},
};

// The real library over a real store.
class Host {
 public:
  Host() {
    Open();
    Prepare();
  }
  ~Host() { api_->engine_release(engine_); }

  const keyrule_api& api() const { return *api_; }
  keyrule_engine* engine() const { return engine_; }
  const keyrule_request& request(size_t i) const { return requests_[i]; }
  size_t size() const { return requests_.size(); }

  // Decides and lets go, and gives the name of the credential back for checking.
  std::string Choose(size_t i) const {
    keyrule_decision* decision = nullptr;
    api_->get_current_credentials(engine_, &requests_[i], &decision, nullptr);
    keyrule_decision_info info = KEYRULE_DECISION_INFO_INIT;
    api_->decision_info(decision, &info);
    std::string name(info.credential_name.ptr, info.credential_name.len);
    api_->decision_release(decision);
    return name;
  }

 private:
  void Open() {
    std::string credentials;
    for (const char* provider : kProviders) {
      for (const char* name : kNames) {
        credentials += std::string(credentials.empty() ? "" : ",\n") +
                       "{\"tenant\": \"t1\", \"provider\": \"" + provider + "\", \"name\": \"" + name +
                       "\", \"credentials\": {\"api_key\": \"sk-example\"}}";
      }
    }
    const std::string policy = folder_.Write("p.keyrule", kPolicy);
    const std::string store = folder_.Path("store");
    plugin_test::Import(folder_.Write("c.json", "{\"credentials\": [" + credentials + "]}"), store);
    keyrule_engine_options options = KEYRULE_ENGINE_OPTIONS_INIT;
    options.policy_path = Str(policy);
    options.store_path = Str(store);
    keyrule_error* error = nullptr;
    if (api_->engine_open(&options, nullptr, &engine_, &error) != KEYRULE_OK) {
      Die(std::string(api_->error_message(error).ptr));
    }
  }

  void Prepare() {
    attributes_.resize(kCalls.size());
    for (size_t i = 0; i < kCalls.size(); ++i) {
      const Call& call = kCalls[i];
      const std::pair<const char*, std::string_view> values[8] = {
          {"provider", call.provider}, {"model", call.model},
          {"model.type", call.model_type}, {"app.id", call.app},
          {"workflow.id", call.workflow}, {"user.id", call.user},
          {"environment", call.environment}, {"invoke.from", call.invoke_from}};
      for (size_t k = 0; k < 8; ++k) {
        keyrule_attribute& attribute = attributes_[i][k];
        attribute.id = api_->engine_attribute(engine_, Str(values[k].first));
        attribute.kind = KEYRULE_TEXT;
        attribute.value.text = Str(values[k].second);
      }
      keyrule_request request = KEYRULE_REQUEST_INIT;
      request.tenant = Str(call.tenant);
      request.attributes = attributes_[i].data();
      request.attribute_count = 8;
      requests_.push_back(request);
    }
  }

  const Folder folder_;
  const keyrule_api* const api_ = &Api();
  keyrule_engine* engine_ = nullptr;
  std::vector<std::array<keyrule_attribute, 8>> attributes_;
  std::vector<keyrule_request> requests_;
};

// One sample is one call between two clock readings, whose own cost is measured in the same loop and taken off. One side
// after the other for each call, so that a busy machine slows both.
void PrintPercentiles(const Host& host) {
  constexpr size_t kRounds = 40'000;
  std::vector<double> clock, by_hand, decide, whole;
  for (size_t round = 0; round < kRounds + 1000; ++round) {
    for (size_t i = 0; i < host.size(); ++i) {
      keyrule_decision* decision = nullptr;
      const double empty = Timed([] {});
      const double hand = Timed([&] { benchmark::DoNotOptimize(ChooseByHand(kCalls[i])); });
      const double take = Timed([&] {
        host.api().get_current_credentials(host.engine(), &host.request(i), &decision, nullptr);
      });
      const double give = Timed([&] { host.api().decision_release(decision); });
      if (round < 1000) continue;
      clock.push_back(empty);
      by_hand.push_back(hand);
      decide.push_back(take);
      whole.push_back(take + give);
    }
  }
  const double cost = Of(&clock).p50;
  const Percentiles hand = Of(&by_hand);
  std::printf("10 rules, 8 attributes, %zu kinds of request, %zu decisions; ns, without the clock's own %.0f\n\n",
              host.size(), decide.size(), cost);
  std::printf("%-42s %8s %8s %12s\n", "", "p50", "p99", "p50 : hand");
  const auto print = [&](const char* what, const Percentiles& p, double clocks) {
    const double p50 = std::max(p.p50 - clocks * cost, 1.0);
    std::printf("%-42s %8.0f %8.0f %11.1fx\n", what, p50, std::max(p.p99 - clocks * cost, 1.0),
                p50 / std::max(hand.p50 - cost, 1.0));
  };
  print("hand-written if chain", hand, 1);
  print("get_current_credentials", Of(&decide), 1);
  print("get_current_credentials + decision_release", Of(&whole), 2);
  std::printf("\n");
}

// Both sides must decide the same, or the comparison is of nothing.
void CheckAgreement(const Host& host) {
  for (int round = 0; round < 8; ++round) {
    for (size_t i = 0; i < host.size(); ++i) {
      const std::string chosen = host.Choose(i);
      const std::string_view by_hand = ChooseByHand(kCalls[i]);
      if (chosen != by_hand) {
        Die("call " + std::to_string(i) + ": keyrule chose `" + chosen + "`, the if chain `" +
            std::string(by_hand) + "`");
      }
    }
  }
}

}  // namespace
}  // namespace keyrule::bench

int main(int argc, char** argv) {
  using namespace keyrule::bench;
  const Host host;
  CheckAgreement(host);
  PrintPercentiles(host);
  benchmark::RegisterBenchmark("by hand", [](benchmark::State& state) {
    size_t i = 0;
    for (auto _ : state) benchmark::DoNotOptimize(ChooseByHand(kCalls[i++ % kCalls.size()]));
  });
  benchmark::RegisterBenchmark("decide and release", [&host](benchmark::State& state) {
    size_t i = 0;
    for (auto _ : state) {
      keyrule_decision* decision = nullptr;
      host.api().get_current_credentials(host.engine(), &host.request(i++ % host.size()), &decision,
                                         nullptr);
      host.api().decision_release(decision);
    }
  });
  benchmark::RegisterBenchmark("decide, open the payload, release", [&host](benchmark::State& state) {
    for (auto _ : state) {
      keyrule_decision* decision = nullptr;
      host.api().get_current_credentials(host.engine(), &host.request(2), &decision, nullptr);
      keyrule_str payload{};
      host.api().decision_credentials(decision, &payload, nullptr);
      benchmark::DoNotOptimize(payload.ptr);
      host.api().decision_release(decision);
    }
  });
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
