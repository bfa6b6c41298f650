// A fixed number of decisions for each shape of rules, to be run under callgrind by instructions.py: the same instructions
// each time, however busy the machine is. The counts begin and end around the decisions, after a round that warms up; each
// is dumped under the name of its shape and size.
#include <valgrind/callgrind.h>

#include <cstdio>
#include <string>

#include "tests/bench/die.h"
#include "tests/bench/workload.h"
#include "tests/bench/workload_host.h"
#include "tests/bench/workload_shapes.h"

namespace keyrule::bench {
namespace {

constexpr size_t kDecisions = 500;
constexpr uint64_t kSeed = 1;

void Probe(const std::string& shape, size_t rules, const plugin_test::Folder& folder, const std::string& store) {
  Workload workload = MakeWorkload(shape, rules, kSeed);
  workload.requests.resize(kDecisions);
  for (const auto& request : workload.requests) {
    const size_t rule = FirstMatch(workload, request);
    workload.expected.push_back(rule < rules ? workload.rules[rule].use : kNobody);
  }
  const WorkloadHost host(workload, folder, store);
  for (size_t i = 0; i < kDecisions; ++i) host.Check(i);
  CALLGRIND_START_INSTRUMENTATION;
  CALLGRIND_ZERO_STATS;
  for (size_t i = 0; i < kDecisions; ++i) host.Release(host.Decide(i));
  CALLGRIND_DUMP_STATS_AT((shape + "-" + std::to_string(rules)).c_str());
  CALLGRIND_STOP_INSTRUMENTATION;
}

}  // namespace
}  // namespace keyrule::bench

int main() {
  using namespace keyrule::bench;
  const keyrule::plugin_test::Folder folder;
  const std::string store = MakeStore(folder, 1000);
  for (const std::string_view shape : kShapes) {
    for (const size_t rules : {size_t{10}, size_t{1000}}) Probe(std::string(shape), rules, folder, store);
  }
  std::printf("%zu\n", kDecisions);
  return 0;
}
