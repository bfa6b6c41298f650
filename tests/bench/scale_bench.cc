// What a decision costs from ten rules to 100,000, through the C interface, beside code written by hand for each shape of
// rules (yardstick.h) in the same run, alternately. `scale_bench [SHAPE[,SHAPE…] [RULES[,RULES…] [SEED[,SEED…]]]]`.
//
// A sample is one call between two readings of the processor's counter, whose own cost is taken off. Cold: before each
// sample a buffer twice as large as the last cache is walked through. Threads: decisions for each second, two threads on one
// engine against one.
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/bench/die.h"
#include "tests/bench/measure.h"
#include "tests/bench/workload.h"
#include "tests/bench/workload_host.h"
#include "tests/bench/workload_shapes.h"
#include "tests/bench/yardstick.h"

namespace keyrule::bench {
namespace {

using Texts = std::vector<std::string_view>;

// A call as the yardstick sees it; the texts lie back to back, as those of the host's requests do.
class Calls {
 public:
  explicit Calls(const Workload& workload) {
    size_t bytes = 0;
    for (const auto& request : workload.requests) {
      for (const std::string& value : request) bytes += value.size();
    }
    bytes_.reserve(bytes);
    for (const auto& request : workload.requests) {
      Texts& call = calls_.emplace_back();
      for (const std::string& value : request) {
        const size_t at = bytes_.size();
        bytes_ += value;
        call.emplace_back(bytes_.data() + at, value.size());
      }
    }
  }
  const Texts& operator[](size_t i) const { return calls_[i]; }
  size_t size() const { return calls_.size(); }

 private:
  std::string bytes_;
  std::vector<Texts> calls_;
};

// Pushes everything else out of the caches that this processor can use.
class Eviction {
 public:
  Eviction() : bytes_(2 * LastCache()) {}
  void operator()() {
    for (size_t i = 0; i < bytes_.size(); i += 64) ++bytes_[i];
  }
  size_t size() const { return bytes_.size(); }

 private:
  // As the kernel says it; sysconf() adds up what all parts of a large processor have.
  static size_t LastCache() {
    size_t kib = 0;
    std::ifstream("/sys/devices/system/cpu/cpu0/cache/index3/size") >> kib;
    return kib == 0 ? size_t{32} << 20 : kib << 10;
  }

  std::vector<uint8_t> bytes_;
};

struct Samples {
  std::vector<double> hand, decide, whole;  // ns
};

struct Clock {
  Clock() {
    std::vector<double> nothing;
    for (int i = 0; i < 20'000; ++i) nothing.push_back(Ticks([] {}));
    reading = Of(&nothing).p50;
  }
  double Ns(double ticks, double readings) const { return std::max(0.0, ticks - readings * reading) * ns; }
  double ns = NsOfTick();
  double reading;
};

// One workload and both who answer it.
struct Cell {
  Cell(Workload made, const plugin_test::Folder& folder, const std::string& store)
      : workload(std::move(made)), calls(workload), hand(MakeYardstick(workload)) {
    for (size_t i = 0; i < calls.size(); ++i) {
      const size_t rule = hand->Decide(calls[i]);
      workload.expected.push_back(rule < workload.rules.size() ? workload.rules[rule].use : kNobody);
      hits += rule < workload.rules.size();
    }
    CheckYardstick();
    host = std::make_unique<WorkloadHost>(workload, folder, store);
  }

  // The yardstick by asking rule after rule, as long as a second reaches.
  void CheckYardstick() const {
    const double begin = NowNs();
    for (size_t i = 0; i < calls.size() && (i < 100 || NowNs() - begin < 1e9); ++i) {
      if (FirstMatch(workload, workload.requests[i]) != hand->Decide(calls[i])) {
        Die(workload.shape + " by hand is wrong about request " + std::to_string(i));
      }
    }
  }

  // Every answer, or as many as two seconds reach: a program that asks rule after rule needs longer for 100,000.
  size_t Check() const {
    const double begin = NowNs();
    size_t i = 0;
    for (; i < calls.size() && (i < 500 || NowNs() - begin < 2e9); ++i) host->Check(i);
    return i;
  }

  void Sample(size_t i, const Clock& clock, Samples* samples) const {
    keyrule_decision* decision = nullptr;
    const double take = Ticks([&] { decision = host->Decide(i); });
    const double give = Ticks([&] { host->Release(decision); });
    samples->decide.push_back(clock.Ns(take, 1));
    samples->whole.push_back(clock.Ns(take + give, 2));
  }
  void SampleHand(size_t i, const Clock& clock, Samples* samples) {
    samples->hand.push_back(clock.Ns(Ticks([&] { sink += hand->Decide(calls[i]); }), 1));
  }

  Workload workload;
  Calls calls;
  std::unique_ptr<Yardstick> hand;
  std::unique_ptr<WorkloadHost> host;
  size_t hits = 0;
  size_t sink = 0;  // so that nothing is computed for nobody
};

// Both go through the same requests, some hundred at a time, by turns; a pass over all of them first.
Samples Warm(Cell* cell, const Clock& clock) {
  constexpr size_t kTurn = 500, kMost = 200'000;
  constexpr double kSeconds = 1.5;
  Samples samples, thrown_away;
  const double begin = NowNs();
  for (size_t first = 0; samples.decide.size() < kMost; first = (first + kTurn) % cell->calls.size()) {
    const size_t last = std::min(first + kTurn, cell->calls.size());
    const bool measured = first >= kTurn || !samples.decide.empty();
    for (size_t i = first; i < last; ++i) cell->SampleHand(i, clock, measured ? &samples : &thrown_away);
    for (size_t i = first; i < last; ++i) {
      cell->Sample(i, clock, measured ? &samples : &thrown_away);
      if (NowNs() - begin > kSeconds * 1e9 && samples.decide.size() >= 200) return samples;
    }
  }
  return samples;
}

Samples Cold(Cell* cell, const Clock& clock, Eviction* evict) {
  constexpr size_t kSamples = 100;
  Samples samples;
  for (size_t i = 0; i < kSamples; ++i) {
    (*evict)();
    cell->SampleHand(i, clock, &samples);
    (*evict)();
    cell->Sample(i, clock, &samples);
  }
  return samples;
}

// Calls for each second, by so many threads at once: of each thread the median of some thousand blocks, so that what others
// do on the machine meanwhile counts little.
template <class Call>
double Rate(int threads, size_t calls, const Call& call) {
  constexpr double kNs = 100e6;
  constexpr size_t kBlock = 512;
  std::vector<double> rates(static_cast<size_t>(threads));
  std::atomic<int> ready{0};
  const auto run = [&](size_t thread) {
    for (size_t i = 0; i < calls; ++i) call(i);  // its core has seen all of them
    ++ready;
    while (ready < threads) {
    }
    std::vector<double> blocks;
    size_t at = thread * calls / 2;
    const double begin = NowNs();
    for (double now = begin; now - begin < kNs;) {
      for (size_t i = 0; i < kBlock; ++i) {
        call(at);
        if (++at == calls) at = 0;
      }
      const double then = std::exchange(now, NowNs());
      blocks.push_back((now - then) / kBlock);
    }
    rates[thread] = 1e9 / Of(&blocks).p50;
  };
  std::vector<std::thread> others;
  for (int i = 1; i < threads; ++i) others.emplace_back(run, static_cast<size_t>(i));
  run(0);
  double sum = rates[0];
  for (size_t i = 1; i < rates.size(); ++i) {
    others[i - 1].join();
    sum += rates[i];
  }
  return sum;
}

// Two threads against one, by turns; the median.
template <class Call>
double Speedup(size_t calls, const Call& call) {
  std::vector<double> ratios;
  for (int i = 0; i < 7; ++i) {
    const double one = Rate(1, calls, call);
    ratios.push_back(Rate(2, calls, call) / one);
  }
  return Of(&ratios).p50;
}

std::string Shown(double ns) {
  char text[32];
  if (ns < 9'999.5) std::snprintf(text, sizeof text, "%.0f ns", ns);
  else std::snprintf(text, sizeof text, "%.1f us", ns / 1e3);
  return text;
}

void PrintHead() {
  std::printf("| shape | seed | rules | hits | checked | by hand p50 | p99 | decide p50 | p99 | with release p50 | p50 : hand | "
              "p99 : hand | cold hand p50 | cold decide p50 | cold : hand | 2 threads : 1 | hand's | load ms |\n"
              "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n");
}

void PrintRow(Cell* cell, uint64_t seed, const Clock& clock, Eviction* evict) {
  const size_t checked = cell->Check();
  Samples warm = Warm(cell, clock), cold = Cold(cell, clock, evict);
  const double two = Speedup(cell->calls.size(), [cell](size_t i) { cell->host->Release(cell->host->Decide(i)); });
  std::atomic<size_t> seen{0};
  const double by_hand = Speedup(cell->calls.size(), [&](size_t i) {
    if (cell->hand->Decide(cell->calls[i]) == SIZE_MAX) ++seen;
  });
  const Percentiles hand = Of(&warm.hand), decide = Of(&warm.decide), whole = Of(&warm.whole);
  const Percentiles cold_hand = Of(&cold.hand), cold_decide = Of(&cold.decide);
  const auto times = [](double ns, double by) { return ns / std::max(by, 1.0); };
  std::printf("| %s | %llu | %zu | %zu %% | %zu | %s | %s | %s | %s | %s | %.2fx | %.2fx | %s | %s | %.2fx | %.2fx | "
              "%.2fx | %.0f |\n",
              cell->workload.shape.c_str(), static_cast<unsigned long long>(seed), cell->workload.rules.size(),
              100 * cell->hits / cell->calls.size(), checked, Shown(hand.p50).c_str(), Shown(hand.p99).c_str(),
              Shown(decide.p50).c_str(), Shown(decide.p99).c_str(), Shown(whole.p50).c_str(), times(decide.p50, hand.p50),
              times(decide.p99, hand.p99), Shown(cold_hand.p50).c_str(), Shown(cold_decide.p50).c_str(),
              times(cold_decide.p50, cold_hand.p50), two, by_hand, cell->host->open_ms());
  std::fflush(stdout);
}

std::vector<std::string> Split(const std::string& list) {
  std::vector<std::string> items;
  std::istringstream in(list);
  for (std::string item; std::getline(in, item, ',');) items.push_back(item);
  return items;
}

void Run(const std::string& shapes, const std::string& sizes, const std::string& seeds) {
  const Clock clock;
  Eviction evict;
  const plugin_test::Folder folder;
  std::map<size_t, std::string> stores;
  for (const std::string& size : Split(sizes)) {
    const size_t rules = std::strtoull(size.c_str(), nullptr, 10);
    stores.emplace(rules, MakeStore(folder, rules));
  }
  std::printf("ns of one call; the clock's own %.0f ns are taken off; cold: %zu MiB walked through before each call\n\n",
              clock.reading * clock.ns, evict.size() >> 20);
  PrintHead();
  std::fflush(stdout);
  for (const std::string& shape : Split(shapes)) {
    for (const std::string& seed : Split(seeds)) {
      for (const auto& [rules, store] : stores) {
        const uint64_t number = std::strtoull(seed.c_str(), nullptr, 10);
        Cell cell(MakeWorkload(shape, rules, number), folder, store);
        PrintRow(&cell, number, clock, &evict);
      }
    }
  }
}

}  // namespace
}  // namespace keyrule::bench

int main(int argc, char** argv) {
  keyrule::bench::Run(argc > 1 ? argv[1] : "equal,mixed,tables,overlap,disjoint",
                      argc > 2 ? argv[2] : "10,100,1000,10000,100000", argc > 3 ? argv[3] : "1,2");
  return 0;
}
