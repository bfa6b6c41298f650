// Eight processes on one block: turns, limits and what is in flight are exact, whatever they do at once and whoever is
// killed: reliability items R27 and R8, in ctest under these labels. KEYRULE_KILLS: how many are killed (60; a thousand by the target `state-kill-soak`). KEYRULE_SEED: of the random.
#include <gtest/gtest.h>
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>
#include <random>
#include <vector>

#include "evaluator/decision_json.h"
#include "evaluator/local_state.h"
#include "evaluator/period_total.h"
#include "evaluator/snapshot.h"
#include "tests/evaluator/fixture.h"
#include "tests/evaluator/limit_log.h"
#include "tests/evaluator/shared_block.h"

namespace keyrule::evaluator {
namespace {

constexpr int64_t kNow = 1'767'614'400'000;
constexpr int kProcesses = 8;

uint64_t Seed() {
  static const uint64_t seed = [] {
    const uint64_t chosen = NumberFrom("KEYRULE_SEED", static_cast<uint64_t>(getpid()) * 7919);
    std::printf("KEYRULE_SEED=%llu\n", static_cast<unsigned long long>(chosen));
    std::fflush(stdout);
    return chosen;
  }();
  return seed;
}

std::vector<Credential> Three() {
  std::vector<Credential> credentials(3);
  for (size_t i = 0; i < 3; ++i) credentials[i].id = credentials[i].name = std::string(1, static_cast<char>('a' + i));
  return credentials;
}

// A barrier for processes.
struct Start {
  std::atomic<int> arrived;
  void Wait() {
    ++arrived;
    while (arrived.load() < kProcesses) usleep(100);
  }
};

void ExpectAllWell(const std::vector<pid_t>& children) {
  for (const pid_t child : children) EXPECT_EQ(ExitCodeOf(child), 0);
}

// ---- turns

struct Picks {
  Start start;
  std::atomic<uint64_t> of[8][3];  // by kind of request
};

// Any W picks in a row from one E hold each key as often as its weight says: each turn was given out once, also where keys
// leave and come back between.
TEST(StateProcesses, WeightedRoundRobinIsExact) {
  const auto program = CompileText(
      "keyrule 1\nschema \"dify\"\npool p { \"a\" weight 5  \"b\" weight 2  \"c\" }\npool two { \"a\" weight 5  \"c\" }\n"
      "rule r { when app.id == \"two\"  use two by weighted_round_robin }\ndefault { use p by weighted_round_robin }\n");
  SharedMemory<StateBlock> block;
  SharedMemory<Picks> picks;
  constexpr int kRounds = 2'000;  // of 8 picks and of 6
  std::vector<pid_t> children;
  for (int p = 0; p < kProcesses; ++p) {
    children.push_back(Spawn([&, p] {
      SharedState state(block.get(), static_cast<uint32_t>(p));
      Snapshot snapshot(program, std::make_shared<MemorySource>(Three()), &state);
      RequestBuilder all = RequestOf(*program, {"app.id=all"});
      RequestBuilder two = RequestOf(*program, {"app.id=two"});
      const Request from[] = {all.Build(), two.Build()};
      picks->start.Wait();
      for (int i = 0; i < kRounds * 14 / kProcesses; ++i) {
        const int kind = i % 14 < 8 ? 0 : 1;
        Decision d;
        snapshot.Decide(from[kind], kNow, &d);
        ++picks->of[kind][static_cast<size_t>(d.credential->id[0] - 'a')];
      }
      return 0;
    }));
  }
  ExpectAllWell(children);
  const uint64_t weights[2][3] = {{5, 2, 1}, {5, 0, 1}};
  for (int kind = 0; kind < 2; ++kind) {
    for (int c = 0; c < 3; ++c) EXPECT_EQ(picks->of[kind][c].load(), kRounds * weights[kind][c]) << kind << ", " << c;
  }
}

// ---- limits

struct Limits {
  Start start;
  std::atomic<int64_t> now_ms;
  std::atomic<uint64_t> done;
  std::atomic<int64_t> in_flight;
  std::atomic<int64_t> most_in_flight;
  LimitLog log;
};

const MeterLimit kPerSecond{.most = 50, .unit = dsl::LimitUnit::kRequests, .period = dsl::LimitPeriod::kSecond};

// Of everybody who asks within one stretch, exactly as many are admitted as the limit says.
TEST(StateProcesses, ALimitAdmitsExactlyAsMany) {
  SharedMemory<StateBlock> block;
  SharedMemory<Limits> limits;
  constexpr uint64_t kRounds = 40;
  std::vector<pid_t> children;
  for (int p = 0; p < kProcesses; ++p) {
    children.push_back(Spawn([&, p] {
      SharedState state(block.get(), static_cast<uint32_t>(p));
      uint32_t hint = 0;
      limits->start.Wait();
      for (uint64_t round = 0; round < kRounds; ++round) {
        for (int i = 0; i < 25; ++i) {
          Reservation made;
          if (state.counters().Reserve(round + 1, kPerSecond, 1, kNow, state.owner(), &hint, &made)) {
            limits->log.Add({kNow, kNow, 0, static_cast<uint32_t>(round)});
          }
        }
      }
      return 0;
    }));
  }
  ExpectAllWell(children);
  SharedState state(block.get(), 100);
  std::map<uint32_t, int64_t> admitted;
  for (uint64_t i = 0; i < limits->log.count.load(); ++i) ++admitted[limits->log.events[i].counter];
  for (uint64_t round = 0; round < kRounds; ++round) {
    EXPECT_EQ(admitted[static_cast<uint32_t>(round)], 50) << round;
    EXPECT_EQ(state.counters().UsedAt(round + 1, kPerSecond, kNow), 50);
  }
}

// While time goes on: never more in any stretch, and not fewer than there is room for.
TEST(StateProcesses, NoStretchHasMoreThanTheLimit) {
  Seed();  // chosen before there are children
  SharedMemory<StateBlock> block;
  SharedMemory<Limits> limits;
  limits->now_ms = kNow;
  constexpr int64_t kLasts = 8'000;
  std::vector<pid_t> children;
  for (int p = 0; p < kProcesses; ++p) {
    children.push_back(Spawn([&, p] {
      SharedState state(block.get(), static_cast<uint32_t>(p));
      std::mt19937_64 random(Seed() + static_cast<uint64_t>(p));
      uint32_t hint = 0;
      limits->start.Wait();
      for (;;) {
        // Everybody moves the time on now and then; what one has read may be old when it is used, on a busy machine by
        // more than a window remembers, and the call then counts as of later. So the moment after is written down too.
        const int64_t now = random() % 6 == 0 ? ++limits->now_ms : limits->now_ms.load();
        if (now > kNow + kLasts) return 0;
        if (random() % 50 == 0) sched_yield();
        Reservation made;
        if (!state.counters().Reserve(7, kPerSecond, 1, now, state.owner(), &hint, &made)) continue;
        if (random() % 20 == 0) {
          state.counters().Undo(kPerSecond, made);
        } else {
          limits->log.Add({now, limits->now_ms.load(), 0, 7});
        }
      }
    }));
  }
  ExpectAllWell(children);
  ASSERT_TRUE(limits->log.IsWhole());
  std::vector<Admission> admitted = limits->log.All();
  EXPECT_LE(MostIn(admitted, 1'000), 50u);
  // Some stretch is full or nearly so, and a fifth more, spread among the rest, would be found.
  EXPECT_GE(MostIn(admitted, 1'000), 46u);
  const size_t all = admitted.size();
  for (size_t i = 0; i < all; i += 5) admitted.push_back(admitted[i]);
  EXPECT_GT(MostIn(admitted, 1'000), 50u);
  // 61 slots of a 60th: 50 in each 1,017 ms, but for what was taken back.
  EXPECT_GE(all, 50u * kLasts / 1'017 * 8 / 10);
}

// Several limits, some of them full: what was refused has left nothing in any of them.
TEST(StateProcesses, AllOrNone) {
  Seed();
  const auto program = CompileText(
      "keyrule 1\nschema \"dify\"\npool p { \"a\"  \"b\"  \"c\" }\n"
      "quota each for each credential { all of p  limit 300 requests per minute }\n"
      "quota all { all of p  limit 700 requests per hour }\nbudget day { limit 650 requests per day }\n"
      "budget some for each app.id { limit 90 requests per second }\n"
      "default { use p by round_robin under day, some }\n");
  SharedMemory<StateBlock> block;
  SharedMemory<Limits> limits;
  std::vector<pid_t> children;
  for (int p = 0; p < kProcesses; ++p) {
    children.push_back(Spawn([&, p] {
      SharedState state(block.get(), static_cast<uint32_t>(p));
      Snapshot snapshot(program, std::make_shared<MemorySource>(Three()), &state);
      std::mt19937_64 random(Seed() + static_cast<uint64_t>(p));
      limits->start.Wait();
      for (int i = 0; i < 400; ++i) {
        const auto app = static_cast<uint32_t>(random() % 10);
        const std::string word = "app.id=app-" + std::to_string(app);
        Decision d;
        snapshot.Decide(RequestOf(*program, {word.c_str()}).Build(), kNow, &d);
        if (d.verdict != Verdict::kUse) continue;
        limits->log.Add({kNow, kNow, static_cast<uint32_t>(d.credential->id[0] - 'a'), app});
        snapshot.ReportOutcome(&d, {}, kNow);
      }
      return 0;
    }));
  }
  ExpectAllWell(children);
  const uint64_t admitted = limits->log.count.load();
  EXPECT_EQ(admitted, 650u) << "the day's, the smallest of all";
  int64_t of_credential[3] = {};
  int64_t of_app[10] = {};
  for (uint64_t i = 0; i < admitted; ++i) {
    ++of_credential[limits->log.events[i].credential];
    ++of_app[limits->log.events[i].counter];
  }
  // All that is charged anywhere was admitted: 4 limits have counted it.
  int64_t charged = 0;
  for (uint32_t i = 0; i < kStateWindows; ++i) {
    const auto mark = CounterTable::Mark::Of(block->window_heads[i].mark.load());
    if (mark.state != CounterTable::Mark::State::kUsed) continue;
    const MeterLimit limit{.most = 1, .period = mark.period};
    charged += block->windows[i].Used(SlotOf(limit, kNow));
  }
  EXPECT_EQ(charged, static_cast<int64_t>(3 * admitted));
  for (const int64_t count : of_credential) EXPECT_LE(count, 300);
  for (const int64_t count : of_app) EXPECT_LE(count, 90);
}

const MeterLimit kAtOnce{.most = 5, .unit = dsl::LimitUnit::kRequests, .period = dsl::LimitPeriod::kAtOnce};

TEST(StateProcesses, NoMoreAtOnceThanTheLimit) {
  Seed();
  SharedMemory<StateBlock> block;
  SharedMemory<Limits> limits;
  std::vector<pid_t> children;
  for (int p = 0; p < kProcesses; ++p) {
    children.push_back(Spawn([&, p] {
      SharedState state(block.get(), static_cast<uint32_t>(p));
      std::mt19937_64 random(Seed() + static_cast<uint64_t>(p));
      uint32_t hint = 0;
      limits->start.Wait();
      for (int i = 0; i < 3'000; ++i) {
        Reservation made;
        if (!state.counters().Reserve(3, kAtOnce, 1, kNow, state.owner(), &hint, &made)) continue;
        if (++limits->in_flight > 5) return 1;
        if (random() % 16 == 0) usleep(50);
        --limits->in_flight;
        ++limits->done;
        state.counters().Settle(kAtOnce, made, -1);
      }
      return 0;
    }));
  }
  ExpectAllWell(children);
  SharedState state(block.get(), 100);
  EXPECT_EQ(state.counters().UsedAt(3, kAtOnce, kNow), 0);
  EXPECT_GT(limits->done.load(), 3'000u);
}

// ---- full tables

// Three processes call with 40,000 values of a `for each`, more than there is room for. The provider's quota admits exactly
// as many as it says; a value that found no room is counted by its process, which its decisions say, and no others.
TEST(StateProcesses, EverNewValuesDoNotTakeAQuotasRoom) {
  const auto program = CompileText(
      "keyrule 1\nschema \"dify\"\npool p { \"a\"  \"b\"  \"c\" }\n"
      "quota q { all of p  limit 45_000 requests per hour }\n"
      "quota each for each credential { all of p  limit 44_000 requests per minute }\n"
      "budget some for each app.id { limit 2 requests per minute }\n"
      "rule plain { when app.id == \"none\"  use p by round_robin }\ndefault { use p by round_robin under some }\n");
  constexpr int kCallers = 3;
  constexpr uint32_t kValues = 40'000;
  SharedMemory<StateBlock> block;
  SharedMemory<Limits> limits;
  std::vector<pid_t> children;
  const auto call = [&](const Snapshot& snapshot, const std::string& app, int64_t now, Decision* d) {
    const std::string word = "app.id=" + app;
    snapshot.Decide(RequestOf(*program, {word.c_str()}).Build(), now, d);
    const bool used = d->verdict == Verdict::kUse;
    snapshot.ReportOutcome(d, {}, now);
    return used;
  };
  for (int p = 0; p < kCallers; ++p) {
    children.push_back(Spawn([&, p] {
      OwnBlock own;
      SharedState state(block.get(), static_cast<uint32_t>(p), own.get());
      Snapshot snapshot(program, std::make_shared<MemorySource>(Three()), &state);
      Decision d;
      const auto says = [&](std::string_view scope) {
        return DecisionJson(d, snapshot).find("\"scope\":\"" + std::string(scope) + "\"") != std::string::npos;
      };
      uint64_t alone = 0;
      for (uint32_t i = static_cast<uint32_t>(p); i < kValues; i += kCallers) {
        // Twice at most for each value, wherever it is counted.
        int used = 0;
        for (int times = 0; times < 3; ++times) {
          const uint64_t had_room = state.no_room();
          if (!call(snapshot, "v" + std::to_string(i), kNow, &d)) continue;
          ++used;
          alone += state.no_room() - had_room;
          if (!says(state.no_room() == had_room ? "host" : "process")) return 3;
        }
        limits->done += static_cast<uint64_t>(used);
        if (used > 2) return 1;
      }
      if (alone == 0) return 2;
      // What has no such counter is shared all the while.
      (void)call(snapshot, "none", kNow, &d);
      if (!says("host")) return 4;
      // Later there is room again for all, and the same process counts with the others again.
      const int64_t later = kNow + 20 * 60'000 + 3'600'000;
      const uint64_t before = state.no_room();
      for (uint32_t i = 0; i < 1'000; ++i) {
        if (!call(snapshot, "w" + std::to_string(p) + "-" + std::to_string(i), later, &d)) return 5;
        if (!says("host")) return 6;
      }
      return state.no_room() == before ? 0 : 7;
    }));
  }
  ExpectAllWell(children);
  // The callers' own three plain calls are among them.
  EXPECT_LE(limits->done.load(), 45'000u);
  EXPECT_GE(limits->done.load(), 45'000u - kCallers);
}

// ---- kill -9

struct Killed {
  std::atomic<uint64_t> turns;      // that were taken, as those who took them say
  std::atomic<uint64_t> admitted;
  std::atomic<uint64_t> before;     // of each: begun
};

int64_t NanosecondsOf(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return now.tv_sec * 1'000'000'000 + now.tv_nsec;
}

// Whoever is killed leaves one count behind at most, and nobody waits for it: the next caller has its answer within a
// millisecond of its own thread's time (a machine that is busy with other things is no fault of it), which is some thousand
// times what an answer takes. Nor does anything need to be given back first.
TEST(StateProcesses, WhoeverIsKilledBlocksNobody) {
  const auto program = CompileText(
      "keyrule 1\nschema \"dify\"\npool p { \"a\" weight 2  \"b\"  \"c\" }\nquota q { all of p  limit 3_000_000 requests per "
      "hour  limit 5_000 requests at once }\nrule one { when app.id == \"l\"  use p by least_in_flight }\n"
      "default { use p by weighted_round_robin }\n");
  const int kills = static_cast<int>(NumberFrom("KEYRULE_KILLS", 60));
  SharedMemory<StateBlock> block;
  SharedMemory<Killed> told;
  std::mt19937_64 random(Seed());
  SharedState state(block.get(), 1000);
  Snapshot snapshot(program, std::make_shared<MemorySource>(Three()), &state);
  RequestBuilder load = RequestOf(*program, {"app.id=l"});
  RequestBuilder turn = RequestOf(*program, {"app.id=t"});
  const auto spawn = [&](uint32_t slot) {
    return Spawn([&, slot] {
      SharedState own(block.get(), slot);
      Snapshot mine(program, std::make_shared<MemorySource>(Three()), &own);
      Decision d[3];
      for (;;) {
        for (Decision& one : d) {
          ++told->before;
          mine.Decide(&one == d ? load.Build() : turn.Build(), kNow, &one);
          if (one.verdict != Verdict::kUse) continue;
          ++told->admitted;
          if (&one != d) ++told->turns;
        }
        for (Decision& one : d) mine.ReportOutcome(&one, {}, kNow);
      }
      return 0;
    });
  };
  int64_t worst_thread_ns = 0;
  std::vector<int64_t> waited_ns;
  std::vector<pid_t> children;
  for (uint32_t p = 0; p < 3; ++p) children.push_back(spawn(p));
  for (int i = 0; i < kills; ++i) {
    const auto victim = static_cast<uint32_t>(random() % 3);
    usleep(500 + static_cast<useconds_t>(random() % 3'000));
    kill(children[victim], SIGKILL);
    ASSERT_EQ(ExitCodeOf(children[victim]), 128 + SIGKILL);
    Decision d;
    const Request request = turn.Build();
    alarm(60);  // a decision that waited for the dead would end the test
    const int64_t thread_begins = NanosecondsOf(CLOCK_THREAD_CPUTIME_ID);
    const int64_t begins = NanosecondsOf(CLOCK_MONOTONIC);
    snapshot.Decide(request, kNow, &d);
    waited_ns.push_back(NanosecondsOf(CLOCK_MONOTONIC) - begins);
    worst_thread_ns = std::max(worst_thread_ns, NanosecondsOf(CLOCK_THREAD_CPUTIME_ID) - thread_begins);
    alarm(0);
    state.GiveBackOfTheDead(kNow);
    if (d.verdict == Verdict::kUse) {
      ++told->admitted;
      ++told->turns;
    }
    snapshot.ReportOutcome(&d, {}, kNow);
    children[victim] = spawn(victim);
  }
  for (const pid_t child : children) kill(child, SIGKILL);
  for (const pid_t child : children) ExitCodeOf(child);
  state.GiveBackOfTheDead(kNow);
  const uint64_t all_kills = static_cast<uint64_t>(kills) + children.size();
  uint64_t turns = 0;
  for (const TurnEntry& entry : block->turns) turns += entry.count.load();
  EXPECT_GE(turns, told->turns.load());
  EXPECT_LE(turns, told->turns.load() + all_kills) << "one count for each that was killed";
  int64_t used = 0;
  int64_t at_once = 0;
  for (uint32_t i = 0; i < kStateWindows; ++i) used += block->windows[i].Used(SlotOf({.period = dsl::LimitPeriod::kHour}, kNow));
  for (const StateWord& total : block->totals) at_once += static_cast<int64_t>(total.load() & static_cast<uint64_t>(PeriodTotal::kMost));
  EXPECT_GE(used, static_cast<int64_t>(told->admitted.load()));
  EXPECT_LE(used, static_cast<int64_t>(told->admitted.load() + all_kills));
  EXPECT_LE(at_once, static_cast<int64_t>(all_kills));
  std::printf("%llu kills, %llu decisions; left behind: %lld of the window, %lld at once\n",
              static_cast<unsigned long long>(all_kills), static_cast<unsigned long long>(told->before.load()),
              static_cast<long long>(used - static_cast<int64_t>(told->admitted.load())), static_cast<long long>(at_once));
  EXPECT_LT(worst_thread_ns, 1'000'000);
  std::sort(waited_ns.begin(), waited_ns.end());
  std::printf("the next caller after a kill, in us: %lld by the clock at worst, %lld in the middle, %lld of its own at worst\n",
              static_cast<long long>(waited_ns.back() / 1'000),
              static_cast<long long>(waited_ns[waited_ns.size() / 2] / 1'000),
              static_cast<long long>(worst_thread_ns / 1'000));
  // After a quiet time even that is gone.
  const int64_t later = kNow + 1'000'000;
  state.LookAfterLeases(later);
  for (const CredentialState& credential : block->credentials) {
    if (credential.in_flight.load() != 0) ADD_FAILURE() << "in flight for ever";
  }
}

}  // namespace
}  // namespace keyrule::evaluator
