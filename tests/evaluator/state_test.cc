// The block of selection state: its bytes as STATE.md has them, entries that are made and given to others, leases, and a
// block that somebody has scribbled over.
#include "evaluator/state.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstring>
#include <fstream>
#include <random>
#include <regex>
#include <set>
#include <sstream>
#include <thread>

#include "evaluator/hash.h"
#include "evaluator/health.h"
#include "evaluator/local_state.h"
#include "evaluator/period_total.h"
#include "evaluator/snapshot.h"
#include "tests/evaluator/fixture.h"
#include "tests/evaluator/shared_block.h"

namespace keyrule::evaluator {
namespace {

constexpr int64_t kNow = 1'767'614'400'000;

std::string Page() {
  std::ifstream file(KEYRULE_STATE_PAGE);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string WithCommas(size_t number) {
  std::string text = std::to_string(number);
  for (int i = static_cast<int>(text.size()) - 3; i > 0; i -= 3) text.insert(static_cast<size_t>(i), ",");
  return text;
}

TEST(StateLayout, ThePageHasEveryTable) {
  const std::string page = Page();
  for (const StateTable& table : kStateTables) {
    const std::string row = "| `" + std::string(table.name) + "` | " + WithCommas(table.offset) + " | " +
                            WithCommas(table.count) + " | " + WithCommas(table.entry_size) + " |";
    EXPECT_NE(page.find(row), std::string::npos) << row;
  }
  EXPECT_NE(page.find("layout " + std::to_string(kStateLayout)), std::string::npos);
  EXPECT_NE(page.find(WithCommas(sizeof(StateBlock)) + " bytes"), std::string::npos) << WithCommas(sizeof(StateBlock));
}

TEST(StateLayout, ThePageHasEveryFieldOfTheHeader) {
  const std::string page = Page();
  const std::pair<const char*, size_t> fields[] = {
      {"magic", offsetof(StateHeader, magic)}, {"layout", offsetof(StateHeader, layout)},
      {"byte_order", offsetof(StateHeader, byte_order)}, {"size", offsetof(StateHeader, size)},
      {"boot_id", offsetof(StateHeader, boot_id)}, {"counts", offsetof(StateHeader, counts)},
      {"entry_sizes", offsetof(StateHeader, entry_sizes)}, {"checksum", offsetof(StateHeader, checksum)},
      {"replaced", offsetof(StateHeader, replaced)}, {"takes", offsetof(StateHeader, takes)},
      {"seed", offsetof(StateHeader, seed)}, {"credentials_used", offsetof(StateHeader, credentials_used)}, {"tokens_used", offsetof(StateHeader, tokens_used)},
      {"windows_used", offsetof(StateHeader, windows_used)}, {"totals_used", offsetof(StateHeader, totals_used)},
      {"models_used", offsetof(StateHeader, models_used)}, {"no_room", offsetof(StateHeader, no_room)},
      {"leases_end", offsetof(StateHeader, leases_end)}, {"next_look_ms", offsetof(StateHeader, next_look_ms)}};
  for (const auto& [name, offset] : fields) {
    const std::string row = "| " + std::to_string(offset) + " | `" + name + "` |";
    EXPECT_NE(page.find(row), std::string::npos) << row;
  }
}

TEST(StateLayout, TheFixedPartDiffersWithTheBoot) {
  const std::string one = StateFixedPart(std::string(16, 'a'));
  EXPECT_EQ(one.size(), kStateFixedSize);
  EXPECT_EQ(one, StateFixedPart(std::string(16, 'a')));
  EXPECT_NE(one, StateFixedPart(std::string(16, 'b')));
}

// ---- entries

CounterTable Windows(StateBlock* block) { return {block->window_heads, kStateWindows, &block->header.windows_used}; }

TEST(CounterTableTest, ThreadsThatMakeAKeyAtOnceGetOneEntry) {
  OwnBlock block;
  constexpr int kThreads = 4;
  constexpr uint64_t kKeys = 400;
  std::vector<std::vector<CounterPlace>> places(kThreads, std::vector<CounterPlace>(kKeys));
  std::vector<std::thread> threads;
  std::atomic<uint64_t> step{0};
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      CounterTable table = Windows(block.get());
      for (uint64_t key = 1; key <= kKeys; ++key) {
        ++step;
        while (step.load() < key * kThreads) std::this_thread::yield();
        places[t][key - 1] = table.Make(key % 7 * 512 + key, dsl::LimitPeriod::kMinute, 1'000'000,
                                          CounterTable::Room::kAll, [](uint32_t, const auto&) {});
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<uint32_t> all;
  for (uint64_t key = 1; key <= kKeys; ++key) {
    const uint64_t name = key % 7 * 512 + key;
    for (int t = 0; t < kThreads; ++t) {
      ASSERT_TRUE(places[t][key - 1].ok());
      EXPECT_EQ(Windows(block.get()).Find(name, 1'000'000), places[t][key - 1]) << key;
    }
  }
  std::set<uint64_t> names;
  for (uint64_t key = 1; key <= kKeys; ++key) names.insert(key % 7 * 512 + key);
  EXPECT_EQ(block.get()->header.windows_used.load(), names.size());
}

TEST(CounterTableTest, IdleEntriesAreGivenToOthers) {
  OwnBlock block;
  CounterTable table = Windows(block.get());
  const auto clear = [&](uint32_t index, const auto& is_mine) { block.get()->windows[index].Clear(is_mine); };
  const auto make = [&](uint64_t key, int64_t now_s) { return table.Make(key, dsl::LimitPeriod::kMinute, now_s, CounterTable::Room::kAll, clear); };
  const CounterPlace first = make(77, 1'000'000);
  block.get()->windows[first.index].Add(1'000'000, 5);
  EXPECT_EQ(make(77, 1'000'900), first) << "not idle yet";
  EXPECT_EQ(table.Find(77, 1'000'900 + 901), CounterPlace()) << "nothing of it counts";
  const CounterPlace second = make(77 + kStateWindows, 1'000'900 + 901);  // the same home
  EXPECT_EQ(second.index, first.index);
  EXPECT_NE(second.life, first.life);
  EXPECT_FALSE(table.Holds(first, 77));
  EXPECT_FALSE(table.IsAlive(first, 77));
  EXPECT_EQ(block.get()->windows[second.index].Used(1'000'000), 0) << "it begins empty";
  EXPECT_EQ(block.get()->header.windows_used.load(), 1u);
}

// Ever new values of a `for each` fill the table; a limit that cannot be counted admits nothing. Later there is room again.
TEST(CountersTest, AFullTableAdmitsNothingAndFreesItself) {
  LocalState state;
  const MeterLimit limit{.most = 1, .unit = dsl::LimitUnit::kRequests, .period = dsl::LimitPeriod::kMinute};
  uint32_t hint = 0;
  uint64_t refused = 0;
  std::mt19937_64 random(5);
  for (uint64_t i = 0; i < 2 * kStateWindows; ++i) {
    Reservation made;
    refused += state.counters().Reserve(random(), limit, 1, kNow, state.owner(), &hint, &made) ? 0 : 1;
  }
  EXPECT_LE(state.counters().size(), kStateWindows);
  EXPECT_GE(refused, uint64_t{kStateWindows});
  EXPECT_EQ(state.no_room(), refused);
  EXPECT_EQ(state.block().header.no_room.load(), refused);
  Reservation made;
  EXPECT_TRUE(state.counters().Reserve(random(), limit, 1, kNow + 1'000'000, state.owner(), &hint, &made));
}

TEST(CountersTest, WhatFindsNoRoomIsCountedInTheSecondBlock) {
  OwnBlock first, second;
  std::atomic<uint64_t> no_room{0};
  FleetShare fleet(first.get());
  Counters counters(first.get(), second.get(), &no_room, &fleet);
  const MeterLimit limit{.most = 2, .unit = dsl::LimitUnit::kRequests, .period = dsl::LimitPeriod::kMinute};
  uint32_t hint = 0;
  std::mt19937_64 random(6);
  uint64_t spilled = 0;
  for (uint64_t i = 0; i < kStateWindows + 1000; ++i) {
    const uint64_t key = random();
    Reservation made;
    ASSERT_TRUE(counters.Reserve(key, limit, 1, kNow, {}, &hint, &made));
    ASSERT_TRUE(counters.Reserve(key, limit, 1, kNow, {}, &hint, &made));
    ASSERT_FALSE(counters.Reserve(key, limit, 1, kNow, {}, &hint, &made)) << "in one of the two, not in both";
    spilled += made.spilled ? 1 : 0;
    EXPECT_EQ(made.alone, made.spilled);
  }
  EXPECT_GT(spilled, 900u);
  EXPECT_GE(no_room.load(), spilled);
}

MeterLimit OfCallers(int64_t most, dsl::LimitPeriod period) { return {.most = most, .period = period, .by_callers = true}; }

// A counter that could only be made in the second block goes on in the first once that has room; what the second holds
// counts as well until it is over, and then nothing is counted apart any more.
TEST(CountersTest, ACounterMovesBackAndNothingIsForgotten) {
  OwnBlock first, second;
  std::atomic<uint64_t> no_room{0};
  FleetShare fleet(first.get());
  Counters counters(first.get(), second.get(), &no_room, &fleet);
  const MeterLimit limit = OfCallers(10, dsl::LimitPeriod::kMinute);
  uint32_t hint = 0;
  std::mt19937_64 random(7);
  Reservation made;
  while (no_room.load() == 0) ASSERT_TRUE(counters.Reserve(random(), limit, 1, kNow, {}, &hint, &made));
  const uint64_t key = random();
  const int64_t later = kNow + 890'000;  // those of the first are not idle yet
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(counters.Reserve(key, limit, 1, later, {}, &hint, &made));
  EXPECT_TRUE(made.spilled);
  const int64_t free = kNow + 901'000;  // now they are
  for (int i = 0; i < 6; ++i) {
    ASSERT_TRUE(counters.Reserve(key, limit, 1, free, {}, &hint, &made)) << i;
    EXPECT_FALSE(made.spilled);
    EXPECT_TRUE(made.alone);
  }
  EXPECT_FALSE(counters.Reserve(key, limit, 1, free, {}, &hint, &made)) << "four there and six here";
  bool alone = false;
  EXPECT_EQ(counters.UsedAt(key, limit, free, &alone), 10);
  EXPECT_TRUE(alone);
  EXPECT_EQ(counters.FreeAt(key, limit, 1, free), later + 61'000) << "when those apart are over";
  EXPECT_EQ(counters.UsedAt(key, limit, later + 61'000), 6);
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(counters.Reserve(key, limit, 1, later + 61'000, {}, &hint, &made));
  EXPECT_FALSE(counters.Reserve(key, limit, 1, later + 61'000, {}, &hint, &made));
  const int64_t over = later + 961'000;
  ASSERT_TRUE(counters.Reserve(key, limit, 1, over, {}, &hint, &made));
  EXPECT_FALSE(made.alone);
}

// Calls in flight that were counted apart are given back there, and both together never are more than the limit.
TEST(CountersTest, AtOnceIsExactOverBothBlocks) {
  OwnBlock first, second;
  std::atomic<uint64_t> no_room{0};
  FleetShare fleet(first.get());
  Counters counters(first.get(), second.get(), &no_room, &fleet);
  const MeterLimit limit = OfCallers(3, dsl::LimitPeriod::kAtOnce);
  uint32_t hint = 0;
  std::mt19937_64 random(8);
  Reservation made, apart;
  while (no_room.load() == 0) ASSERT_TRUE(counters.Reserve(random(), limit, 1, kNow, {}, &hint, &made));
  const uint64_t key = random();
  ASSERT_TRUE(counters.Reserve(key, limit, 1, kNow + 890'000, {}, &hint, &apart));
  ASSERT_TRUE(apart.spilled);
  const int64_t free = kNow + 901'000;
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(counters.Reserve(key, limit, 1, free, {}, &hint, &made));
  EXPECT_FALSE(made.spilled);
  EXPECT_FALSE(counters.Reserve(key, limit, 1, free, {}, &hint, &made));
  counters.Settle(limit, apart, -1);
  EXPECT_EQ(counters.UsedAt(key, limit, free), 2);
  EXPECT_TRUE(counters.Reserve(key, limit, 1, free, {}, &hint, &made));
}

// What callers can make ever more of never takes the room of what they cannot, in either kind of table.
TEST(CountersTest, CallersLeaveRoomForOthers) {
  LocalState state;
  uint32_t hint = 0;
  std::mt19937_64 random(9);
  for (const auto period : {dsl::LimitPeriod::kMinute, dsl::LimitPeriod::kAtOnce}) {
    const uint32_t size = period == dsl::LimitPeriod::kMinute ? kStateWindows : kStateTotals;
    const MeterLimit of_callers = OfCallers(5, period);
    MeterLimit others = of_callers;
    others.by_callers = false;
    Reservation made;
    uint64_t admitted = 0;
    for (uint64_t i = 0; i < 2 * size; ++i) {
      admitted += state.counters().Reserve(random(), of_callers, 1, kNow, state.owner(), &hint, &made) ? 1 : 0;
    }
    EXPECT_EQ(admitted, size * 5 / 8);
    for (uint64_t i = 0; i < size / 8; ++i) {
      ASSERT_TRUE(state.counters().Reserve(random(), others, 1, kNow, state.owner(), &hint, &made)) << i;
    }
    // Idle entries are given to callers again, and the room of others stays theirs.
    const int64_t later = kNow + 3 * CounterTable::IdleAfter(period) * 1000;
    for (uint64_t i = 0; i < 1000; ++i) {
      ASSERT_TRUE(state.counters().Reserve(random(), of_callers, 1, later, state.owner(), &hint, &made)) << i;
    }
  }
}

// ---- rests with one model

TEST(ModelRestsTest, ArePairsOwnAndKeptWhileTheyRest) {
  LocalState state;
  CredentialState* const a = state.Credential("t", "a");
  CredentialState* const b = state.Credential("t", "b");
  ModelRests models = state.models();
  EXPECT_EQ(models.Find(a, "m", kNow), nullptr);
  const auto rest = [&](CredentialState* of, const char* model, int64_t until) {
    return models.Update(of, model, kNow, [&](RestState* pair) { RestUntil(pair, until); });
  };
  ASSERT_NE(rest(a, "m", kNow + 1'000), nullptr);
  ASSERT_NE(models.Find(a, "m", kNow), nullptr);
  EXPECT_EQ(models.Find(a, "m", kNow)->rests_until.load(), kNow + 1'000);
  EXPECT_EQ(models.Find(a, "n", kNow), nullptr);
  EXPECT_EQ(models.Find(a, "", kNow), nullptr);
  EXPECT_EQ(models.Find(b, "m", kNow), nullptr);
  EXPECT_EQ(rest(a, "", kNow + 1'000), nullptr) << "no model was said";
  constexpr int64_t kDay = 86'400'000;
  // Forgotten two days after the end of its rest; then the credential says that there is nothing to look for.
  EXPECT_NE(models.Find(a, "m", kNow + 2 * kDay), nullptr);
  EXPECT_EQ(models.Find(a, "m", kNow + 2 * kDay + 3'000), nullptr);
  EXPECT_NE(a->rest.models.load(), 0);
  EXPECT_EQ(models.Find(a, "m", kNow + 3 * kDay), nullptr);
  EXPECT_EQ(a->rest.models.load(), 0);
  // However long a policy lets it rest, also beyond what hours of 16 bits can tell.
  for (const int64_t days : {1, 40, 400, 1'300, 1'400, 3'000, 20'000}) {
    ASSERT_NE(rest(a, "m", kNow + days * kDay), nullptr);
    ASSERT_NE(models.Find(a, "m", kNow + days * kDay - 1), nullptr) << days;
    ASSERT_NE(rest(a, "n", kNow + 1), nullptr) << "a shorter one does not end the look";
    ASSERT_NE(models.Find(a, "m", kNow + days * kDay - 1), nullptr) << days;
    if (days < 100) {
      EXPECT_EQ(models.Find(a, "m", kNow + (days + 3) * kDay), nullptr) << days;
    }
  }
}

TEST(ModelRestsTest, AFullTableSaysSo) {
  LocalState state;
  CredentialState* const a = state.Credential("t", "a");
  ModelRests models = state.models();
  uint64_t refused = 0;
  for (uint32_t i = 0; i < kStateModels + 500; ++i) {
    const auto* const made = models.Update(a, std::to_string(i), kNow, [&](RestState* pair) { RestUntil(pair, kNow + 9); });
    refused += made == nullptr ? 1 : 0;
  }
  EXPECT_GE(refused, 500u);
  EXPECT_LT(refused, 2'000u);
  EXPECT_NE(models.Update(a, "x", kNow + 200'000'000, [](RestState*) {}), nullptr) << "idle ones are given to others";
  // A credential without a place in the block has none either.
  CredentialState apart;
  EXPECT_EQ(models.Update(&apart, "m", kNow, [](RestState*) {}), nullptr);
}

// ---- seeds of keys

TEST(StateTest, TheFirstProcessChoosesTheSeedForAll) {
  SharedMemory<StateBlock> block;
  class Seeded final : public SelectionState {
   public:
    Seeded(StateBlock* of, uint64_t seed) : SelectionState(StateScope::kHost, of, nullptr, seed) {}
    void AfterFork() noexcept override {}

   private:
    bool IsAlive(uint32_t) noexcept override { return true; }
  };
  Seeded one(block.get(), 7);
  Seeded two(block.get(), 8);
  EXPECT_EQ(one.seed(), 7u);
  EXPECT_EQ(two.seed(), 7u);
  EXPECT_EQ(one.Credential("t", "a"), two.Credential("t", "a"));
  EXPECT_NE(Hash(7, {"meter", "a"}), Hash(8, {"meter", "a"}));
  EXPECT_EQ(Hash(0, {"meter", "a"}), Hash({"meter", "a"}));
}

// Whoever was stopped while it emptied an entry, and goes on when others count in it, leaves what they have counted.
// Places are never given to others (STATE.md says why): beyond the last one each process has its own, and says so.
TEST(StateTest, CredentialsBeyondTheTableAreEachProcesssOwn) {
  SharedMemory<StateBlock> block;
  SharedState one(block.get(), 0);
  SharedState two(block.get(), 1);
  for (uint32_t i = 0; i < kStateCredentials; ++i) (void)one.Credential("t", std::to_string(i));
  EXPECT_EQ(one.no_room(), 0u);
  EXPECT_EQ(one.Credential("t", "7"), two.Credential("t", "7"));
  EXPECT_TRUE(one.Shares(one.Credential("t", "7")));
  CredentialState* const late = one.Credential("t", "late");
  EXPECT_FALSE(one.Shares(late));
  EXPECT_EQ(one.Credential("t", "late"), late) << "the same one each time";
  EXPECT_NE(two.Credential("t", "late"), late);
  EXPECT_EQ(one.no_room(), 2u);
  EXPECT_EQ(two.no_room(), 1u);
  // It is counted like any other, but without a lease.
  uint32_t hint = 0;
  const Lease lease = one.BeginCall(late, kNow, &hint);
  EXPECT_FALSE(lease.ok());
  EXPECT_EQ(late->in_flight.load(), 1);
  one.EndCall(late, lease);
  EXPECT_EQ(late->in_flight.load(), 0);
}

TEST(CountersTest, EmptyingTooLateForgetsNothing) {
  OwnBlock block;
  SlidingWindow& window = block.get()->windows[3];
  window.Add(1'000'000, 9);
  const auto yes = [] { return true; };
  const auto others_were_here = [&] {
    window.Clear(yes);
    window.Add(1'000'900, 5);
    return true;
  };
  window.Clear(others_were_here);
  EXPECT_EQ(window.Used(1'000'900), 5);
  window.Clear([] { return false; });
  EXPECT_EQ(window.Used(1'000'900), 5);
  window.Clear(yes);
  EXPECT_EQ(window.Used(1'000'900), 0);
  StateWord& word = block.get()->totals[3];
  ASSERT_GE(PeriodTotal(&word).Add(7, 9, 10), 0);
  PeriodTotal(&word).Clear([&] {
    PeriodTotal(&word).Clear(yes);
    return PeriodTotal(&word).Add(8, 5, 10) >= 0;
  });
  EXPECT_EQ(PeriodTotal(&word).Used(8), 5);
}

// ---- leases

TEST(LeasesTest, AreGivenBackAfterTenMinutes) {
  LocalState state;
  CredentialState* credential = state.Credential("t", "a");
  uint32_t hint = 0;
  state.LookAfterLeases(kNow);
  const Lease lost = state.BeginCall(credential, kNow, &hint);
  const Lease second = state.BeginCall(credential, kNow + 1'000, &hint);
  state.LookAfterLeases(kNow + 599'999);
  EXPECT_EQ(credential->in_flight.load(), 2);
  state.LookAfterLeases(kNow + 600'000);
  EXPECT_EQ(credential->in_flight.load(), 1);
  state.EndCall(credential, lost);  // late
  EXPECT_EQ(credential->in_flight.load(), 1) << "given back once";
  state.EndCall(credential, second);
  EXPECT_EQ(credential->in_flight.load(), 0);
}

TEST(LeasesTest, OfADeadProcessAreGivenBack) {
  SharedMemory<StateBlock> block;
  SharedState state(block.get(), 0);
  CredentialState* credential = state.Credential("t", "a");
  const MeterLimit at_once{.most = 3, .unit = dsl::LimitUnit::kRequests, .period = dsl::LimitPeriod::kAtOnce};
  const pid_t child = Spawn([&] {
    SharedState own(block.get(), 1);
    uint32_t hint = 0;
    Reservation made;
    for (int i = 0; i < 3; ++i) {
      if (!own.counters().Reserve(9, at_once, 1, kNow, own.owner(), &hint, &made)) return 1;
      (void)own.BeginCall(own.Credential("t", "a"), kNow, &hint);
    }
    return own.counters().Reserve(9, at_once, 1, kNow, own.owner(), &hint, &made) ? 2 : 0;
  });
  ASSERT_EQ(ExitCodeOf(child), 0);
  EXPECT_EQ(state.counters().UsedAt(9, at_once, kNow), 3);
  EXPECT_EQ(credential->in_flight.load(), 3);
  state.GiveBackOfTheDead(kNow);
  EXPECT_EQ(state.counters().UsedAt(9, at_once, kNow), 0);
  EXPECT_EQ(credential->in_flight.load(), 0);
}

// The child's copy of the parent's calls is not the child's; the parent's own are untouched.
TEST(LeasesTest, AChildOfForkDoesNotHoldWhatItsParentHolds) {
  LocalState state;
  CredentialState* credential = state.Credential("t", "a");
  uint32_t hint = 0;
  const Lease lease = state.BeginCall(credential, kNow, &hint);
  const pid_t child = Spawn([&] {
    state.AfterFork();
    return credential->in_flight.load();
  });
  EXPECT_EQ(ExitCodeOf(child), 0);
  EXPECT_EQ(credential->in_flight.load(), 1);
  state.EndCall(credential, lease);
  EXPECT_EQ(credential->in_flight.load(), 0);
}

// ---- a block that somebody has scribbled over spoils counts, and nothing else

TEST(StateTest, ScribblesDoNotHurt) {
  const auto program = CompileText(
      "keyrule 1\nschema \"dify\"\npool p { \"a\" weight 2  \"b\"  \"c\" }\nquota q { all of p  limit 50 requests per minute  "
      "limit 900 tokens per hour  limit 10 requests at once }\nbudget d for each app.id { limit 9 usd per day }\n"
      "rule one { when app.id == \"1\"  use p by least_used under d }\nrule two { when app.id == \"2\"  use p by latency under "
      "d waiting up to 1h }\nrule three { when app.id == \"3\"  use p by sticky on user.id }\nrule four { when app.id == \"4\"  "
      "use p by headroom }\nrule five { when app.id == \"5\"  use p by least_in_flight }\n"
      "default { use p by weighted_round_robin under d }\n");
  std::vector<Credential> credentials(3);
  for (size_t i = 0; i < 3; ++i) credentials[i].id = credentials[i].name = std::string(1, static_cast<char>('a' + i));
  const uint64_t seed = NumberFrom("KEYRULE_SEED", 20261126);
  std::printf("KEYRULE_SEED=%llu\n", static_cast<unsigned long long>(seed));
  std::mt19937_64 random(seed);
  SharedMemory<StateBlock> block;
  for (int round = 0; round < 60; ++round) {
    SharedState state(block.get(), static_cast<uint32_t>(random() % kStateProcesses));
    Snapshot snapshot(program, std::make_shared<MemorySource>(credentials), &state);
    auto* bytes = reinterpret_cast<unsigned char*>(block.get());
    for (int scribble = 0; scribble < 200; ++scribble) {
      const size_t at = round % 2 == 0 ? random() % 8192 : random() % (sizeof(StateBlock) - 4096);
      for (size_t i = 0; i < 64; ++i) bytes[at + i] = static_cast<unsigned char>(random() % 3 == 0 ? 0xFF : random());
    }
    // What is in use, above all.
    for (const StateTable& table : kStateTables) {
      for (size_t i = 0; i < 200 && round % 3 == 0; ++i) {
        const size_t entry = table.offset + random() % std::min<size_t>(table.count, 2000) * table.entry_size;
        bytes[entry + random() % table.entry_size] = static_cast<unsigned char>(random());
      }
    }
    for (int i = 0; i < 40; ++i) {
      Decision d;
      const std::string app = "app.id=" + std::to_string(random() % 6);
      snapshot.Decide(RequestOf(*program, {app.c_str(), "user.id=u"}).Build(), kNow + i * 100'000, &d);
      if (i % 3 != 0) snapshot.ReportOutcome(&d, {.latency_ms = 7, .tokens = 30, .cost_micro_usd = 10}, kNow + i * 100'000);
    }
    state.GiveBackOfTheDead(kNow);
  }
}

}  // namespace
}  // namespace keyrule::evaluator
