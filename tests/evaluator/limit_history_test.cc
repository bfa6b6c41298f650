// Reliability item R27: eight processes decide by one policy under several limits while time goes on, each writes down what
// it was admitted to, and a checker goes through that history. The checker knows nothing of how limits are counted, and is
// shown to find what it is to find.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <random>
#include <vector>

#include "evaluator/snapshot.h"
#include "tests/evaluator/fixture.h"
#include "tests/evaluator/limit_log.h"
#include "tests/evaluator/shared_block.h"

namespace keyrule::evaluator {
namespace {

constexpr int64_t kNow = 1'767'614'400'000;
constexpr int64_t kLastsMs = 300'000;
constexpr int kProcesses = 8;
constexpr uint32_t kApps = 3;

struct History {
  std::atomic<int> arrived;
  std::atomic<int64_t> now_ms;
  LimitLog log;
};

struct Limit {
  const char* name;
  std::function<bool(const Admission&)> counts;
  int64_t length_ms;
  size_t most;
};

const char kPolicy[] =
    "keyrule 1\nschema \"dify\"\npool p { \"a\" weight 4  \"b\"  \"c\" }\n"
    "quota all { all of p  limit 40 requests per second  limit 700 requests per minute }\n"
    "quota each for each credential { all of p  limit 300 requests per minute }\n"
    "budget app for each app.id { limit 17 requests per second }\n"
    "default { use p by weighted_round_robin under app }\n";

std::vector<Limit> Limits() {
  std::vector<Limit> limits = {
      {"all, per second", [](const Admission&) { return true; }, 1'000, 40},
      {"all, per minute", [](const Admission&) { return true; }, 60'000, 700},
      {"the first key's, per minute", [](const Admission& call) { return call.credential == 0; }, 60'000, 300},
  };
  for (uint32_t app = 0; app < kApps; ++app) {
    limits.push_back({"an app's, per second", [app](const Admission& call) { return call.counter == app; }, 1'000, 17});
  }
  return limits;
}

std::vector<Credential> Three() {
  std::vector<Credential> credentials(3);
  for (size_t i = 0; i < 3; ++i) credentials[i].id = credentials[i].name = std::string(1, static_cast<char>('a' + i));
  return credentials;
}

// Five minutes; everybody moves the time on now and then, by up to 8 ms.
std::vector<Admission> Decide() {
  const auto program = CompileText(kPolicy);
  SharedMemory<StateBlock> block;
  SharedMemory<History> history;
  history->now_ms = kNow;
  std::vector<pid_t> children;
  for (int p = 0; p < kProcesses; ++p) {
    children.push_back(Spawn([&, p] {
      SharedState state(block.get(), static_cast<uint32_t>(p));
      Snapshot snapshot(program, std::make_shared<MemorySource>(Three()), &state);
      std::deque<RequestBuilder> builders;  // requests point into them
      for (uint32_t app = 0; app < kApps; ++app) {
        const std::string word = "app.id=app-" + std::to_string(app);
        builders.push_back(RequestOf(*program, {word.c_str()}));
      }
      std::mt19937_64 random(static_cast<uint64_t>(p) + 41);
      ++history->arrived;
      while (history->arrived.load() < kProcesses) usleep(100);
      for (;;) {
        if (random() % 3 == 0) history->now_ms += static_cast<int64_t>(1 + random() % 8);
        const int64_t now = history->now_ms.load();
        if (now > kNow + kLastsMs) return 0;
        const auto app = static_cast<uint32_t>(random() % kApps);
        Decision d;
        snapshot.Decide(builders[app].Build(), now, &d);
        if (d.verdict != Verdict::kUse) continue;
        const auto key = static_cast<uint32_t>(d.credential->id[0] - 'a');
        history->log.Add({now, history->now_ms.load(), key, app});
        snapshot.ReportOutcome(&d, {}, now);
      }
    }));
  }
  for (const pid_t child : children) EXPECT_EQ(ExitCodeOf(child), 0);
  EXPECT_TRUE(history->log.IsWhole());
  return history->log.All();
}

TEST(LimitHistory, NoStretchOfAnyLimitHasMore) {
  const std::vector<Admission> all = Decide();
  for (const Limit& limit : Limits()) {
    std::vector<Admission> events;
    std::copy_if(all.begin(), all.end(), std::back_inserter(events), limit.counts);
    // Some stretch is full, or nearly where it is not sure what fell into it: the limit was asked for more.
    EXPECT_LE(MostIn(events, limit.length_ms), limit.most) << limit.name;
    EXPECT_GE(MostIn(events, limit.length_ms), limit.most * 9 / 10) << limit.name;
    // A fifth more, spread among the rest, and the checker finds it.
    for (size_t i = 0; i < all.size(); i += 5) {
      if (limit.counts(all[i])) events.push_back(all[i]);
    }
    EXPECT_GT(MostIn(events, limit.length_ms), limit.most) << limit.name;
  }
}

// What the checker is for: a counter that begins anew with each minute admits twice as much around its end.
TEST(LimitHistory, ACounterThatBeginsAnewEachMinuteIsFound) {
  std::mt19937_64 random(6);
  std::vector<Admission> events;
  int64_t minute = 0;
  size_t used = 0;
  for (int64_t now = kNow; now < kNow + 1'200'000; now += static_cast<int64_t>(random() % 150)) {
    if (now / 60'000 != minute) used = 0;
    minute = now / 60'000;
    if (used++ < 700) events.push_back({now, now + 5, 0, 0});
  }
  EXPECT_GT(MostIn(events, 60'000), 700u);
}

}  // namespace
}  // namespace keyrule::evaluator
