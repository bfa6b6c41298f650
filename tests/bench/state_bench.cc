// What a strategy's pick costs, over this process's own state and over state in a file that processes share: the same
// decisions by each strategy and by first_available, which picks without looking at anything, in turn in the same run.
// Then two threads against one, and eight processes that count together.
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "dsl/load.h"
#include "evaluator/compiler.h"
#include "evaluator/hash.h"
#include "evaluator/local_state.h"
#include "evaluator/request_builder.h"
#include "evaluator/snapshot.h"
#include "evaluator/sticky_table.h"
#include "plugin_api/host_state.h"
#include "tests/bench/die.h"
#include "tests/bench/measure.h"

namespace keyrule::bench {
namespace {

using evaluator::Decision;
using evaluator::SelectionState;
using evaluator::Snapshot;

constexpr int64_t kNow = 1'767'614'400'000;
constexpr const char* kStrategies[] = {"first_available", "round_robin",     "weighted_round_robin", "random",
                                       "weighted_random", "least_in_flight", "least_used",           "headroom",
                                       "latency",         "sticky on user.id"};

std::shared_ptr<const evaluator::Program> ProgramOf(const std::string& strategy, const std::string& meters) {
  const std::string text = "keyrule 1\nschema \"dify\"\npool p { where provider == \"openai\" }\n" + meters +
                           "default { use p by " + strategy + (meters.empty() ? "" : " under b") + " }\n";
  const dsl::LoadResult loaded = dsl::LoadText(dsl::DiskReader(), "bench.keyrule", text);
  if (loaded.policy == nullptr) Die(loaded.diagnostics.all().front().message);
  return evaluator::Compile(loaded.policy);
}

// `whose`: distinguishes them from others' of the same state.
std::shared_ptr<evaluator::MemorySource> Keys(size_t count, bool even, const std::string& whose) {
  std::vector<evaluator::Credential> keys(count);
  for (size_t i = 0; i < count; ++i) {
    keys[i].id = keys[i].name = whose + "key-" + std::to_string(i);
    keys[i].provider = "openai";
    keys[i].weight = even ? 1 : 1 + static_cast<uint32_t>(i % 3);
  }
  return std::make_shared<evaluator::MemorySource>(keys);
}

// Until each key has a history.
constexpr size_t FirstCalls(size_t keys) { return 10 + 4 * keys; }

class Caller {
 public:
  Caller(const std::string& strategy, size_t keys, SelectionState* state, const std::string& meters = {}, bool even = false,
         const std::string& whose = {})
      : program_(ProgramOf(strategy, meters)), snapshot_(program_, Keys(keys, even, whose), state), builder_(program_->policy) {
    std::string error;
    if (!builder_.SetAssignment("provider=openai", &error) || !builder_.SetAssignment("user.id=u-1", &error)) Die(error);
    builder_.FillRequired(kNow);
    for (size_t i = 0; i < FirstCalls(keys); ++i) Call(&decision_);
  }
  void Call(Decision* d) {
    snapshot_.Decide(request(), kNow, d);
    if (d->verdict != evaluator::Verdict::kUse) Die("refused");
    evaluator::Report report;  // as those of calls are: no two alike
    const auto draw = static_cast<int64_t>(++calls_ * 7919 % 997);
    report.latency_ms = 200 + draw;
    report.tokens = 500 + draw;
    snapshot_.ReportOutcome(d, report, kNow);
  }
  // Nanoseconds of one call, of many between two readings.
  double Sample(int calls) {
    const double begin = NowNs();
    for (int i = 0; i < calls; ++i) Call(&decision_);
    return (NowNs() - begin) / calls;
  }

 private:
  const evaluator::Request& request() {
    if (built_ == nullptr) built_ = std::make_unique<evaluator::Request>(builder_.Build());
    return *built_;
  }
  std::shared_ptr<const evaluator::Program> program_;
  Snapshot snapshot_;
  evaluator::RequestBuilder builder_;
  std::unique_ptr<evaluator::Request> built_;
  Decision decision_;
  std::atomic<uint64_t> calls_{0};
};

double Median(std::vector<double> samples) {
  std::sort(samples.begin(), samples.end());
  return samples[samples.size() / 2];
}

// What a machine that does other things besides did not disturb.
double Least(const std::vector<double>& samples) { return *std::min_element(samples.begin(), samples.end()); }

// What no code by hand does without: the definition (LANGUAGE.md §4.4) wants a hash of each candidate with the value.
double HashesByHand(size_t keys, int calls) {
  std::vector<std::string> texts;
  for (size_t i = 0; i < keys; ++i) texts.push_back("keyrule 1\x1F" "sticky\x1Fkey-" + std::to_string(i) + "\x1Fu-1");
  std::vector<double> samples;
  uint64_t largest = 0;
  for (int round = 0; round < 200; ++round) {
    const double begin = NowNs();
    for (int call = 0; call < calls; ++call) {
      for (const std::string& text : texts) largest = std::max(largest, evaluator::QuickHash(text));
    }
    samples.push_back((NowNs() - begin) / calls);
  }
  if (largest == 0) Die("no hash");
  return Median(samples);
}

// A value that nobody has asked about lately: what sticky takes longer for it than for one that is remembered.
double NewValue(size_t keys, int calls) {
  std::vector<std::string> ids;
  std::vector<evaluator::StickyTable::Member> members;
  for (size_t i = 0; i < keys; ++i) ids.push_back("key-" + std::to_string(i));
  for (size_t i = 0; i < keys; ++i) members.push_back({ids[i], 1 + static_cast<uint32_t>(i % 3)});
  const evaluator::StickyTable table(members);
  std::vector<double> samples;
  uint64_t sum = 0;
  for (int round = 0; round < 200; ++round) {
    const double begin = NowNs();
    for (int call = 0; call < calls; ++call) sum += table.Compute("u-1").value_or(0);
    samples.push_back((NowNs() - begin) / calls);
  }
  if (sum == UINT64_MAX) Die("nobody");
  return Median(samples);
}

void Table(const char* name, size_t keys, bool even, int calls, SelectionState* state) {
  std::vector<std::unique_ptr<Caller>> callers;
  for (const char* strategy : kStrategies) callers.push_back(std::make_unique<Caller>(strategy, keys, state, "", even));
  std::vector<std::vector<double>> samples(callers.size());
  for (int round = 0; round < 200; ++round) {
    for (size_t i = 0; i < callers.size(); ++i) samples[i].push_back(callers[i]->Sample(calls));
  }
  const double plain = Median(samples[0]);
  const double least = Least(samples[0]);
  std::printf("\n%s, %zu candidates of %s: a decision with its report by first_available takes %.0f ns, %.0f at least\n", name, keys,
              even ? "one weight" : "three weights", plain, least);
  std::printf("  %-22s %10s %10s %8s\n", "strategy", "ns more", "at least", "times");
  for (size_t i = 1; i < callers.size(); ++i) {
    const double cost = Median(samples[i]);
    std::printf("  %-22s %+10.0f %+10.0f %8.2f\n", kStrategies[i], cost - plain, Least(samples[i]) - least, cost / plain);
  }
  std::printf("  %-22s %10.0f                     the texts that sticky hashes, if they stood ready\n", "the hashes by hand",
              HashesByHand(keys, calls));
  std::printf("  %-22s %+10.0f                     beside what it takes for one that was asked about lately\n",
              "sticky: a new value", NewValue(keys, calls));
}

// Calls for each second of a thread's processor time, by so many threads at once, which spend the same keys or each its own.
double CallsOf(int threads, bool own_keys, SelectionState* state, const std::string& strategy, const std::string& meters) {
  std::atomic<bool> go{false}, stop{false};
  std::atomic<double> calls{0};
  std::vector<std::thread> all;
  std::vector<std::unique_ptr<Caller>> callers;
  for (int t = 0; t < (own_keys ? threads : 1); ++t) {
    callers.push_back(std::make_unique<Caller>(strategy, 10, state, meters, false, own_keys ? std::to_string(t) : ""));
  }
  for (int t = 0; t < threads; ++t) {
    all.emplace_back([&, t] {
      Caller& caller = *callers[own_keys ? t : 0];
      Decision decision;
      uint64_t mine = 0;
      while (!go) std::this_thread::yield();
      const double begin = ThreadCpuNs();
      for (; !stop; ++mine) caller.Call(&decision);
      calls += static_cast<double>(mine) / (ThreadCpuNs() - begin) * 1e9;
    });
  }
  go = true;
  usleep(300'000);
  stop = true;
  for (std::thread& thread : all) thread.join();
  return calls;
}

void Threads(const char* name, SelectionState* state) {
  const std::string budget = "budget b { limit 1_000_000_000 requests per minute  limit 1_000_000_000 requests per day }\n";
  std::printf("\n%s: two threads against one, over the same keys and each over its own\n", name);
  for (const auto& [strategy, meters] : {std::pair<std::string, std::string>{"first_available", ""},
                                         {"weighted_round_robin", ""},
                                         {"least_in_flight", ""},
                                         {"weighted_round_robin", budget}}) {
    std::printf("  %-22s %-12s", strategy.c_str(), meters.empty() ? "" : "under limits");
    for (const bool own_keys : {false, true}) {
      std::vector<double> ratios;
      for (int round = 0; round < 9; ++round) {
        const double one = CallsOf(1, own_keys, state, strategy, meters);
        ratios.push_back(CallsOf(2, own_keys, state, strategy, meters) / one);
      }
      std::printf(" %5.2f times%s", Median(ratios), own_keys ? "\n" : ",");
    }
  }
}

void Processes(const std::string& folder) {
  constexpr int kProcesses = 8;
  constexpr size_t kKeys = 10;
  constexpr int kCalls = 30'000;
  for (int p = 0; p < kProcesses; ++p) {
    if (fork() != 0) continue;
    auto state = plugin_api::HostState::Open(folder);
    if (!state.ok()) _exit(1);
    Caller caller("weighted_round_robin", kKeys, state->get());
    for (int i = 0; i < kCalls; ++i) caller.Sample(1);
    _exit(0);
  }
  int status = 0;
  while (wait(&status) > 0) {
    if (status != 0) Die("a process failed");
  }
  auto state = plugin_api::HostState::Open(folder);
  uint64_t counted = 0;
  for (const evaluator::TurnEntry& turn : (*state)->block().turns) counted += turn.count.load();
  constexpr uint64_t kMade = uint64_t{kProcesses} * (kCalls + FirstCalls(kKeys));
  std::printf("\neight processes on one file: %llu calls made, %llu counted\n", static_cast<unsigned long long>(kMade),
              static_cast<unsigned long long>(counted));
  if (counted != kMade) Die("a count is lost");
}

}  // namespace
}  // namespace keyrule::bench

// `state_bench picks`: the tables alone, in some seconds.
int main(int count, char** words) {
  using namespace keyrule;
  const bool picks_alone = count == 2 && words[1] == std::string_view("picks");
  char folder[] = "/dev/shm/keyrule-bench.XXXXXX";
  if (mkdtemp(folder) == nullptr) bench::Die(folder);
  if (!picks_alone) bench::Processes(folder + std::string("/eight"));
  {
    evaluator::LocalState local;
    auto shared = plugin_api::HostState::Open(folder + std::string("/one"));
    if (!shared.ok()) bench::Die(shared.status().message());
    for (const auto& [name, state] : {std::pair<const char*, evaluator::SelectionState*>{"this process's own", &local},
                                      {"a file that processes share", shared->get()}}) {
      for (const bool even : {true, false}) {
        bench::Table(name, 10, even, 200, state);
        bench::Table(name, 1'000, even, 10, state);
      }
      if (!picks_alone) bench::Threads(name, state);
    }
  }
  const std::string remove = "rm -r " + std::string(folder);
  return std::system(remove.c_str()) == 0 ? 0 : 1;
}
