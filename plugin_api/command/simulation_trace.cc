#include "plugin_api/command/simulation_trace.h"

#include <algorithm>
#include <tuple>

#include "evaluator/sticky.h"

namespace keyrule::command::simulation {
namespace {

enum Stream : uint64_t { kGap, kTokens, kDuration, kStreams };

uint64_t StreamOf(size_t traffic, Stream stream) { return traffic * kStreams + stream; }

// An exponential draw with mean 1 and 32 fractional bits, in integers: -log2(u) · ln 2.
uint64_t ExponentialDraw(uint64_t hash) {
  constexpr uint64_t kLn2 = 2'977'044'472;  // · 2³²
  return static_cast<uint64_t>((static_cast<evaluator::Wide>(evaluator::RendezvousScore(hash)) * kLn2) >> 32);
}

uint32_t RateAt(const Traffic& traffic, int64_t unix_ms) {
  return traffic.per_minute[static_cast<size_t>(unix_ms / kHourMs % 24)];
}

// Walks through the hours of a scenario. A gap is measured in expected requests, so that one that crosses from a busy hour
// into a quiet one is stretched only from there on.
class Walk {
 public:
  Walk(const Traffic& traffic, int64_t start_ms, int64_t end_ms)
      : traffic_(traffic), origin_ms_(start_ms), end_ms_(end_ms) {}

  // Moves on by a gap with 32 fractional bits. False: that is past the end.
  bool Move(uint64_t gap) {
    uint64_t need = gap * static_cast<uint64_t>(kMinuteMs);
    for (int64_t now = now_ms(); now < end_ms_; now = now_ms()) {
      const int64_t next_hour = std::min((now / kHourMs + 1) * kHourMs, end_ms_);
      const uint64_t left = (static_cast<uint64_t>(next_hour - origin_ms_) << 32) - at_;
      const uint64_t rate = RateAt(traffic_, now);
      if (rate != 0 && need / rate < left) {
        at_ += need / rate;
        return true;
      }
      need -= rate * left;
      at_ += left;
    }
    return false;
  }
  int64_t now_ms() const { return origin_ms_ + static_cast<int64_t>(at_ >> 32); }

 private:
  const Traffic& traffic_;
  const int64_t origin_ms_;
  const int64_t end_ms_;
  uint64_t at_ = 0;  // milliseconds from the origin, with 32 fractional bits
};

}  // namespace

std::vector<Arrival> MakeTrace(const Scenario& scenario) {
  std::vector<Arrival> trace;
  trace.reserve(ExpectedRequests(scenario));
  for (uint32_t t = 0; t < scenario.traffic.size(); ++t) {
    const Traffic& traffic = scenario.traffic[t];
    Walk walk(traffic, scenario.start_ms, scenario.end_ms());
    for (uint32_t n = 0;; ++n) {
      const uint64_t gap = traffic.poisson ? ExponentialDraw(Draw(scenario.seed, StreamOf(t, kGap), n))
                                           : uint64_t{1} << 32;
      // Evenly spaced ones begin half a gap after the start, so that an hour has as many as it says.
      if (!walk.Move(!traffic.poisson && n == 0 ? gap / 2 : gap)) break;
      Arrival& arrival = trace.emplace_back();
      arrival.at_ms = walk.now_ms();
      arrival.traffic = t;
      arrival.number = n;
      arrival.tokens = static_cast<uint32_t>(traffic.tokens.At(Draw(scenario.seed, StreamOf(t, kTokens), n)));
      arrival.duration_ms =
          static_cast<uint32_t>(traffic.duration_ms.At(Draw(scenario.seed, StreamOf(t, kDuration), n)));
    }
  }
  std::sort(trace.begin(), trace.end(), [](const Arrival& a, const Arrival& b) {
    return std::tie(a.at_ms, a.traffic, a.number) < std::tie(b.at_ms, b.traffic, b.number);
  });
  return trace;
}

uint64_t ExpectedRequests(const Scenario& scenario) {
  uint64_t requests = 0;
  for (const Traffic& traffic : scenario.traffic) {
    uint64_t weighed = 0;  // requests per minute · milliseconds
    for (int64_t now = scenario.start_ms; now < scenario.end_ms();) {
      const int64_t next = std::min((now / kHourMs + 1) * kHourMs, scenario.end_ms());
      weighed += RateAt(traffic, now) * static_cast<uint64_t>(next - now);
      now = next;
    }
    requests += weighed / static_cast<uint64_t>(kMinuteMs);
  }
  return requests;
}

}  // namespace keyrule::command::simulation
