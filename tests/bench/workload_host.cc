#include "tests/bench/workload_host.h"

#include <unistd.h>

#include <cstdio>
#include <set>

#include "tests/bench/die.h"
#include "tests/bench/measure.h"

namespace keyrule::bench {
namespace {

using plugin_test::Str;
using plugin_test::Text;

constexpr char kTenant[] = "workspace";
constexpr char kProvider[] = "openai";

std::string Sealed(const plugin_test::Folder& folder, const std::set<std::string>& names) {
  std::string json = "{\"credentials\": [";
  for (const std::string& name : names) {
    json += std::string(json.back() == '[' ? "" : ",") + "\n{\"tenant\": \"" + kTenant + "\", \"provider\": \"" + kProvider +
            "\", \"name\": \"" + name + "\", \"credentials\": {\"api_key\": \"sk-example\"}}";
  }
  const std::string store = folder.Path("store-" + std::to_string(names.size()));
  plugin_test::Import(folder.Write("credentials.json", json + "]}"), store);
  return store;
}

}  // namespace

std::string MakeStore(const plugin_test::Folder& folder, size_t credentials) {
  std::set<std::string> names;
  for (size_t i = 0; i < credentials; ++i) names.insert("key-" + std::to_string(i));
  return Sealed(folder, names);
}

std::string MakeStore(const plugin_test::Folder& folder, const Workload& workload) {
  std::set<std::string> names;
  for (const Rule& rule : workload.rules) names.insert(rule.use);
  return Sealed(folder, names);
}

WorkloadHost::WorkloadHost(const Workload& workload, const plugin_test::Folder& folder, const std::string& store)
    : workload_(workload) {
  const std::string policy = folder.Write("policy.keyrule", PolicyText(workload));
  keyrule_engine_options options = KEYRULE_ENGINE_OPTIONS_INIT;
  options.policy_path = Str(policy);
  options.store_path = Str(store);
  options.proof_ms = 1;  // random workloads have rules that others answer for
  plugin_test::Error error;
  const double mib = ResidentMib(), begin = ProcessCpuNs();
  if (api_.engine_open(&options, nullptr, &engine_, error.out()) != KEYRULE_OK) {
    Die(error.message() + "\n" + error.diagnostics());
  }
  open_ms_ = (ProcessCpuNs() - begin) / 1e6;
  open_mib_ = ResidentMib() - mib;

  size_t bytes = 0;
  for (const auto& request : workload.requests) {
    for (const std::string& value : request) bytes += value.size();
  }
  texts_.reserve(bytes);
  const size_t width = workload.attributes.size() + 1;  // and the provider
  std::vector<uint32_t> ids;
  for (const std::string& attribute : workload.attributes) {
    ids.push_back(api_.engine_attribute(engine_, Str(PathOf(attribute))));
  }
  const uint32_t provider = api_.engine_attribute(engine_, Str("provider"));
  attributes_.reserve(workload.requests.size() * width);
  for (const auto& request : workload.requests) {
    keyrule_request built = KEYRULE_REQUEST_INIT;
    built.tenant = Str(kTenant);
    built.attributes = attributes_.data() + attributes_.size();
    const auto add = [&](uint32_t id, keyrule_str value) {
      keyrule_attribute attribute{};
      attribute.id = id;
      attribute.kind = KEYRULE_TEXT;
      attribute.value.text = value;
      attributes_.push_back(attribute);
      ++built.attribute_count;
    };
    add(provider, Str(kProvider));
    for (size_t i = 0; i < request.size(); ++i) {
      if (request[i].empty()) continue;
      const size_t at = texts_.size();
      texts_ += request[i];
      add(ids[i], {texts_.data() + at, request[i].size()});
    }
    requests_.push_back(built);
  }
}

void WorkloadHost::Check(size_t request) const {
  keyrule_decision* decision = Decide(request);
  const keyrule_decision_info info = plugin_test::Info(decision);
  const std::string got = info.verdict == KEYRULE_USE    ? Text(info.credential_name)
                          : info.verdict == KEYRULE_HOST ? kNobody
                                                         : "a refusal: " + Text(info.reason);
  if (got != workload_.expected[request]) {
    Die("request " + std::to_string(request) + " gets " + got + ", not " + workload_.expected[request]);
  }
  Release(decision);
}

double WorkloadHost::ResidentMib() {
  std::FILE* file = std::fopen("/proc/self/statm", "r");
  long all = 0, resident = 0;
  if (file == nullptr || std::fscanf(file, "%ld %ld", &all, &resident) != 2) Die("/proc/self/statm");
  std::fclose(file);
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1024.0 * 1024.0);
}

}  // namespace keyrule::bench
