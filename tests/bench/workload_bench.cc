// One workload (WORKLOADS.md) through the C interface; one line of JSON, in the form that the other engines' programs print:
//
//   workload_bench WORKLOAD.json
//   workload_bench --make SHAPE RULES SEED WORKLOAD.json     writes a workload instead
//
// Every answer is checked before anything is timed. p50 and p99 are of get_current_credentials; `…_with_release` of it and
// decision_release together, as is `mean`, which has no clock inside. KEYRULE_BENCH_SECONDS: for each of the two (1.5).
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "tests/bench/die.h"
#include "tests/bench/measure.h"
#include "tests/bench/workload.h"
#include "tests/bench/workload_host.h"
#include "tests/bench/workload_shapes.h"

namespace keyrule::bench {
namespace {

struct Timed {
  std::vector<double> decide, whole;
};

double Seconds() {
  const char* text = std::getenv("KEYRULE_BENCH_SECONDS");
  return text != nullptr ? std::atof(text) : 1.5;
}

double MeanNs(const WorkloadHost& host, size_t requests) {
  const double begin = ProcessCpuNs();
  size_t count = 0;
  while (ProcessCpuNs() - begin < Seconds() * 1e9) {
    for (size_t i = 0; i < 256; ++i, ++count) host.Release(host.Decide(count % requests));
  }
  return (ProcessCpuNs() - begin) / static_cast<double>(count);
}

// In nanoseconds, without what reading the clock costs.
Timed EachByItself(const WorkloadHost& host, size_t requests) {
  constexpr size_t kMost = 2'000'000;
  const double ns = NsOfTick();
  std::vector<double> nothing;
  for (int i = 0; i < 20'000; ++i) nothing.push_back(Ticks([] {}));
  const double clock = Of(&nothing).p50;
  Timed timed;
  timed.decide.reserve(kMost);
  timed.whole.reserve(kMost);
  const double begin = NowNs();
  for (size_t i = 0; i < kMost && (i % 256 != 0 || NowNs() - begin < Seconds() * 1e9); ++i) {
    keyrule_decision* decision = nullptr;
    const double take = Ticks([&] { decision = host.Decide(i % requests); });
    const double give = Ticks([&] { host.Release(decision); });
    timed.decide.push_back(std::max(0.0, take - clock) * ns);
    timed.whole.push_back(std::max(0.0, take + give - 2 * clock) * ns);
  }
  return timed;
}

int Measure(const std::string& path) {
  const Workload workload = ReadWorkload(path);
  const plugin_test::Folder folder;
  const std::string store = MakeStore(folder, workload);
  const WorkloadHost host(workload, folder, store);
  const size_t requests = workload.requests.size();
  for (size_t i = 0; i < requests; ++i) host.Check(i);
  const double resident = WorkloadHost::ResidentMib();
  const double mean = MeanNs(host, requests);
  Timed timed = EachByItself(host, requests);
  const Percentiles decide = Of(&timed.decide), whole = Of(&timed.whole);
  std::printf(
      "{\"peer\":\"keyrule\",\"form\":\"c-abi\",\"shape\":\"%s\",\"n\":%zu,\"ok\":true,\"verified\":%zu,\"timed\":%zu,"
      "\"p50_ns\":%.1f,\"p99_ns\":%.1f,\"mean_ns\":%.1f,\"load_ms\":%.3f,\"rss_mib\":%.2f,"
      "\"p50_with_release_ns\":%.1f,\"p99_with_release_ns\":%.1f,\"process_mib\":%.1f}\n",
      workload.shape.c_str(), workload.rules.size(), requests, timed.decide.size(), decide.p50, decide.p99, mean,
      host.open_ms(), host.open_mib(), whole.p50, whole.p99, resident);
  return 0;
}

int Make(std::string_view shape, size_t rules, uint64_t seed, const std::string& path) {
  Workload workload = MakeWorkload(shape, rules, seed);
  for (const auto& request : workload.requests) {
    const size_t rule = FirstMatch(workload, request);
    workload.expected.push_back(rule < rules ? workload.rules[rule].use : kNobody);
  }
  WriteWorkload(workload, path);
  return 0;
}

}  // namespace
}  // namespace keyrule::bench

int main(int argc, char** argv) {
  using namespace keyrule::bench;
  if (argc == 2) return Measure(argv[1]);
  if (argc == 6 && std::string_view(argv[1]) == "--make") {
    return Make(argv[2], std::strtoull(argv[3], nullptr, 10), std::strtoull(argv[4], nullptr, 10), argv[5]);
  }
  std::fprintf(stderr, "usage: workload_bench WORKLOAD.json | --make SHAPE RULES SEED WORKLOAD.json\n");
  return 2;
}
