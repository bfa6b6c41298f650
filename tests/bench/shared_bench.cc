// What it costs that each decision looks at SHARED: the same decisions over the same credentials, once without the file,
// once with an empty table, once with revocations of others, alternately in the same run. Then what moving on costs.
#include <dlfcn.h>
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "keyrule/keyrule.h"
#include "store/key_provider.h"
#include "store/revoke.h"

namespace keyrule::bench {
namespace {

namespace fs = std::filesystem;

constexpr char kPolicy[] = R"(keyrule 1
schema "dify"
pool production { "k0" "k1" "k2" "k3" "k4" }
rule r { when environment == "production" use production by round_robin }
default { leave to host }
)";
constexpr int kPool = 5;  // credentials that each decision looks at
constexpr int kForeign = 20'000;

void Die(const std::string& why) {
  std::fprintf(stderr, "shared_bench: %s\n", why.c_str());
  std::exit(1);
}

void WriteFile(const std::string& path, const std::string& text) {
  std::FILE* file = std::fopen(path.c_str(), "w");
  if (file == nullptr) Die(path);
  std::fwrite(text.data(), 1, text.size(), file);
  std::fclose(file);
}

void Run(const std::string& words) {
  const std::string command = std::string(KEYRULE_COMMAND) + " " + words + " --quiet";
  if (std::system(command.c_str()) != 0) Die(command);
}

keyrule_str Str(std::string_view text) { return {text.data(), text.size()}; }

const keyrule_api& Api() {
  static const keyrule_api* const api = [] {
    void* library = dlopen(KEYRULE_LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) Die(dlerror());
    keyrule_get_api_fn entry = nullptr;
    void* symbol = dlsym(library, "keyrule_get_api");
    std::memcpy(&entry, &symbol, sizeof(entry));
    return entry(KEYRULE_ABI_MAJOR);
  }();
  return *api;
}

double NowNs() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

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

void Bench(const std::string& folder) {
  const std::string policy = folder + "/p.keyrule";
  WriteFile(policy, kPolicy);
  std::string credentials;
  for (int i = 0; i < kPool; ++i) {
    credentials += std::string(i == 0 ? "" : ",") + "{\"tenant\": \"t1\", \"provider\": \"openai\", \"name\": \"k" +
                   std::to_string(i) + "\", \"credentials\": {\"k\": \"sk\"}}";
  }
  WriteFile(folder + "/c.json", "{\"credentials\": [" + credentials + "]}");
  const std::string store = folder + "/with";
  Run("import " + folder + "/c.json --store " + store);
  for (const char* copy : {"without", "revoked"}) {
    fs::copy(store, folder + "/" + copy, fs::copy_options::recursive);
    fs::copy(store + ".key", folder + "/" + copy + ".key");
  }
  fs::remove(folder + "/without/SHARED");
  const auto key = store::LoadMasterKey(store + ".key");
  std::vector<store::CredentialKey> foreign;
  for (int i = 0; i < kForeign; ++i) foreign.push_back({"other", "openai", std::to_string(i)});
  const auto withdrawn =
      store::Withdraw(folder + "/revoked", *key, store::Withdrawal::kRevoke, foreign);
  if (!withdrawn.ok() || !withdrawn->at_once) Die("revoke");

  const std::unique_ptr<Host> hosts[] = {
      std::make_unique<Host>("without SHARED", policy, folder + "/without"),
      std::make_unique<Host>("nothing revoked", policy, store),
      std::make_unique<Host>(std::to_string(kForeign) + " others revoked", policy, folder + "/revoked"),
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
    WriteFile(folder + "/more.json", "{\"credentials\": [{\"tenant\": \"t2\", \"provider\": \"openai\", \"name\": \"n" +
                                         std::to_string(i) + "\", \"credentials\": {\"k\": \"sk\"}}]}");
    Run("import " + folder + "/more.json --store " + store);
    refreshes.push_back(hosts[1]->Refresh());
  }
  std::sort(refreshes.begin(), refreshes.end());
  std::printf("\nmoving on to the next generation: %.1f ms (median of %zu)\n", refreshes[refreshes.size() / 2],
              refreshes.size());
}

}  // namespace
}  // namespace keyrule::bench

int main() {
  std::string folder = (std::filesystem::temp_directory_path() / "keyrule-bench-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) return 1;
  keyrule::bench::Bench(folder);
  std::filesystem::remove_all(folder);
  return 0;
}
