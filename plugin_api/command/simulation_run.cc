#include "plugin_api/command/simulation_run.h"

#include <algorithm>
#include <queue>

namespace keyrule::command::simulation {
namespace {

using evaluator::Outcome;

// What a slot's request waits for. Of two at one moment the one that was planned first comes first.
struct Event {
  int64_t at_ms;
  uint64_t number;
  uint32_t slot;
  bool answer;  // a call ends; otherwise a wait

  bool operator>(const Event& other) const {
    return at_ms != other.at_ms ? at_ms > other.at_ms : number > other.number;
  }
};

// A request that is under way.
struct Under {
  uint32_t arrival = 0;
  uint32_t credential = 0;
  uint32_t calls = 0;
  int64_t called_ms = 0;
  int64_t waited_ms = 0;
  Answer answer;
};

class Simulator {
 public:
  Simulator(const Scenario& scenario, const std::vector<Arrival>& trace, Balancer* balancer,
            Observer* observer)
      : scenario_(scenario), trace_(trace), balancer_(*balancer), observer_(observer), providers_(scenario) {
    result_.balancer = balancer->name();
    result_.requests = trace.size();
    result_.credentials.resize(scenario.credentials.size());
    result_.rate_limited_by_hour.resize(static_cast<size_t>(scenario.hours));
    result_.delays_ms.reserve(trace.size());
  }

  RunResult Run() {
    for (uint32_t next = 0; next < trace_.size() || !events_.empty();) {
      // What ends at the moment of an arrival ends before it.
      if (next == trace_.size() || (!events_.empty() && events_.top().at_ms <= trace_[next].at_ms)) {
        const Event event = events_.top();
        events_.pop();
        if (event.answer) {
          Ended(event.slot, event.at_ms);
        } else {
          Follow(event.slot, balancer_.Resume(event.slot, event.at_ms), event.at_ms);
        }
      } else {
        const uint32_t slot = FreeSlot();
        slots_[slot] = {};
        slots_[slot].arrival = next;
        const Arrival& arrival = trace_[next++];
        Follow(slot, balancer_.Begin(slot, arrival, arrival.at_ms), arrival.at_ms);
      }
    }
    std::sort(result_.waits_ms.begin(), result_.waits_ms.end());
    std::sort(result_.delays_ms.begin(), result_.delays_ms.end());
    result_.decisions = balancer_.decisions();
    result_.rests = balancer_.rests();
    return std::move(result_);
  }

 private:
  uint32_t FreeSlot() {
    if (free_.empty()) {
      slots_.emplace_back();
      return static_cast<uint32_t>(slots_.size() - 1);
    }
    const uint32_t slot = free_.back();
    free_.pop_back();
    return slot;
  }

  void Plan(uint32_t slot, int64_t at_ms, bool answer) { events_.push({at_ms, ++planned_, slot, answer}); }

  void Follow(uint32_t slot, const Step& step, int64_t now_ms) {
    Under& under = slots_[slot];
    switch (step.kind) {
      case Step::Kind::kCall: return Call(slot, step.credential, now_ms);
      case Step::Kind::kWait: {
        const int64_t until_ms = std::max(step.until_ms, now_ms);
        under.waited_ms += until_ms - now_ms;
        return Plan(slot, until_ms, false);
      }
      case Step::Kind::kHost: return Finish(slot, Ending::kHost, now_ms);
      case Step::Kind::kEnd: break;
    }
    if (under.calls == 0) return Finish(slot, Ending::kRefused, now_ms);
    Finish(slot, under.answer.outcome == Outcome::kOk ? Ending::kServed : Ending::kFailed, now_ms);
  }

  void Call(uint32_t slot, uint32_t credential, int64_t now_ms) {
    Under& under = slots_[slot];
    const Arrival& arrival = trace_[under.arrival];
    // Its own draw for each call of a request; the first is the same with every balancer.
    const uint64_t draw =
        Draw(scenario_.seed, UINT64_MAX - under.calls, (uint64_t{arrival.traffic} << 32) | arrival.number);
    under.answer = providers_.Call(credential, now_ms, arrival.tokens, arrival.duration_ms, draw);
    under.credential = credential;
    under.called_ms = now_ms;
    ++result_.calls;
    if (under.calls++ > 0) ++result_.retries;
    if (observer_ != nullptr) observer_->Called(credential, arrival, under.answer, now_ms);
    Plan(slot, now_ms + under.answer.takes_ms, true);
  }

  void Ended(uint32_t slot, int64_t now_ms) {
    const Under& under = slots_[slot];
    const Arrival& arrival = trace_[under.arrival];
    providers_.End(under.credential);
    Count(under, arrival, now_ms);
    if (observer_ != nullptr) observer_->Answered(under.credential, arrival, under.answer, now_ms);
    Follow(slot, balancer_.Ended(slot, arrival, under.answer, now_ms), now_ms);
  }

  void Count(const Under& under, const Arrival& arrival, int64_t now_ms) {
    CredentialCount& count = result_.credentials[under.credential];
    if (under.answer.outcome == Outcome::kOk) {
      ++count.served;
      count.tokens += arrival.tokens;
    } else if (under.answer.outcome == Outcome::kRateLimited) {
      ++count.rate_limited;
      ++result_.rate_limited;
      const auto hour = static_cast<size_t>((now_ms - scenario_.start_ms) / kHourMs);
      ++result_.rate_limited_by_hour[std::min(hour, result_.rate_limited_by_hour.size() - 1)];
    } else {
      ++count.failed;
      ++result_.failed_calls;
    }
  }

  void Finish(uint32_t slot, Ending ending, int64_t now_ms) {
    const Under& under = slots_[slot];
    const Arrival& arrival = trace_[under.arrival];
    ++result_.endings[static_cast<size_t>(ending)];
    if (under.waited_ms > 0) result_.waits_ms.push_back(under.waited_ms);
    if (ending == Ending::kServed) result_.delays_ms.push_back(under.called_ms - arrival.at_ms);
    if (observer_ != nullptr) observer_->Finished(arrival, ending, now_ms);
    free_.push_back(slot);
  }

  const Scenario& scenario_;
  const std::vector<Arrival>& trace_;
  Balancer& balancer_;
  Observer* const observer_;
  Providers providers_;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  uint64_t planned_ = 0;
  std::vector<Under> slots_;
  std::vector<uint32_t> free_;
  RunResult result_;
};

}  // namespace

RunResult Run(const Scenario& scenario, const std::vector<Arrival>& trace, Balancer* balancer,
              Observer* observer) {
  return Simulator(scenario, trace, balancer, observer).Run();
}

int64_t Percentile(const std::vector<int64_t>& sorted, size_t percent) {
  if (sorted.empty()) return 0;
  const size_t rank = (sorted.size() * percent + 99) / 100;  // from 1
  return sorted[std::max<size_t>(rank, 1) - 1];
}

}  // namespace keyrule::command::simulation
