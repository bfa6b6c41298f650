// What it costs that each decision looks at SHARED: the same decisions over the same credentials, once without the file,
// once with an empty table, once with revocations of others, alternately in the same run. Then what moving on costs.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "store/key_provider.h"
#include "store/revoke.h"
#include "tests/bench/die.h"
#include "tests/bench/measure.h"
#include "tests/plugin_api/plugin_support.h"

namespace keyrule::bench {
namespace {

namespace fs = std::filesystem;
using plugin_test::Api;
using plugin_test::Folder;
using plugin_test::Str;
using plugin_test::Import;

constexpr char kPolicy[] = R"(keyrule 1
schema "dify"
pool production { "k0" "k1" "k2" "k3" "k4" }
rule r { when environment == "production" use production by round_robin }
default { leave to host }
)";
constexpr int kPool = 5;  // credentials that each decision looks at
constexpr int kForeign = 20'000;

class Host {
 public:
  Host(std::string what, const std::string& policy, const std::string& store)
      : what_(std::move(what)) {
    keyrule_engine_options options = KEYRULE_ENGINE_OPTIONS_INIT;
    options.policy_path = Str(policy);
    options.store_path = Str(store);
    if (Api().engine_open(&options, nullptr, &engine_, nullptr) != KEYRULE_OK) Die(store);
    const char* const names[] = {"provider", "model", "environment"};
    const char* const values[] = {"openai", "gpt-4o", "production"};
    for (int i = 0; i < 3; ++i) {
      attributes_[i].id = Api().engine_attribute(engine_, Str(names[i]));
      attributes_[i].kind = KEYRULE_TEXT;
      attributes_[i].value.text = Str(values[i]);
    }
    request_.tenant = Str("t1");
    request_.attributes = attributes_;
    request_.attribute_count = 3;
  }
  ~Host() { Api().engine_release(engine_); }
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  // A hundred decisions between two readings of the clock.
  void Sample(std::vector<double>* samples) const {
    constexpr int kCalls = 100;
    const double begin = NowNs();
    for (int i = 0; i < kCalls; ++i) {
      keyrule_decision* decision = nullptr;
      Api().get_current_credentials(engine_, &request_, &decision, nullptr);
      Api().decision_release(decision);
    }
    samples->push_back((NowNs() - begin) / kCalls);
  }
  double Refresh() const {
    const double begin = NowNs();
    if (Api().engine_refresh(engine_, nullptr) != KEYRULE_OK) Die("refresh");
    return (NowNs() - begin) / 1e6;
  }
  const std::string& what() const { return what_; }

 private:
  const std::string what_;
  keyrule_engine* engine_ = nullptr;
  keyrule_attribute attributes_[3] = {};
  keyrule_request request_ = KEYRULE_REQUEST_INIT;
};

void Bench(const Folder& folder) {
  const std::string policy = folder.Write("p.keyrule", kPolicy);
  std::string credentials;
  for (int i = 0; i < kPool; ++i) {
    credentials += std::string(i == 0 ? "" : ",") + "{\"tenant\": \"t1\", \"provider\": \"openai\", \"name\": \"k" +
                   std::to_string(i) + "\", \"credentials\": {\"k\": \"sk\"}}";
  }
  const std::string store = folder.Path("with"), without = folder.Path("without"), revoked = folder.Path("revoked");
  Import(folder.Write("c.json", "{\"credentials\": [" + credentials + "]}"), store);
  for (const std::string& copy : {without, revoked}) {
    fs::copy(store, copy, fs::copy_options::recursive);
    fs::copy(store + ".key", copy + ".key");
  }
  fs::remove(without + "/SHARED");
  const auto key = store::LoadMasterKey(store + ".key");
  std::vector<store::CredentialKey> foreign;
  for (int i = 0; i < kForeign; ++i) foreign.push_back({"other", "openai", std::to_string(i)});
  const auto withdrawn =
      store::Withdraw(revoked, *key, store::Withdrawal::kRevoke, foreign);
  if (!withdrawn.ok() || !withdrawn->at_once) Die("revoke");

  const std::unique_ptr<Host> hosts[] = {
      std::make_unique<Host>("without SHARED", policy, without),
      std::make_unique<Host>("nothing revoked", policy, store),
      std::make_unique<Host>(std::to_string(kForeign) + " others revoked", policy, revoked),
  };
  std::vector<double> samples[3];
  for (int round = 0; round < 6'000; ++round) {
    for (size_t i = 0; i < 3; ++i) hosts[i]->Sample(&samples[i]);
  }
  std::printf("decide and release, %d candidates each, ns\n\n%-24s %8s %8s %8s\n", kPool, "", "p10", "p50", "ratio");
  double base = 0;
  for (size_t i = 0; i < 3; ++i) {
    std::sort(samples[i].begin(), samples[i].end());
    const double p50 = samples[i][samples[i].size() / 2];
    if (i == 0) base = p50;
    std::printf("%-24s %8.0f %8.0f %7.3fx\n", hosts[i]->what().c_str(), samples[i][samples[i].size() / 10], p50,
                p50 / base);
  }
  std::vector<double> refreshes;
  for (int i = 0; i < 15; ++i) {
    Import(folder.Write("more.json", "{\"credentials\": [{\"tenant\": \"t2\", \"provider\": \"openai\", \"name\": \"n" +
                                         std::to_string(i) + "\", \"credentials\": {\"k\": \"sk\"}}]}"),
           store);
    refreshes.push_back(hosts[1]->Refresh());
  }
  std::sort(refreshes.begin(), refreshes.end());
  std::printf("\nmoving on to the next generation: %.1f ms (median of %zu)\n", refreshes[refreshes.size() / 2],
              refreshes.size());
}

}  // namespace
}  // namespace keyrule::bench

int main() {
  keyrule::bench::Bench(keyrule::plugin_test::Folder());
  return 0;
}
