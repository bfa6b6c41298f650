// What a strategy by load finds out while a whole tier is listed is what Pick picks from the members gathered one by one: an
// arm that narrows the pool to all of its members goes that way, over the same state.
#include "evaluator/listing.h"

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "evaluator/local_state.h"
#include "evaluator/snapshot.h"
#include "tests/evaluator/fixture.h"

namespace keyrule::evaluator {
namespace {

constexpr int64_t kNow = 1'767'614'400'000;

std::shared_ptr<const Program> ProgramOf(const std::string& strategy, bool narrowed, bool limited) {
  return CompileText(
      "keyrule 1\nschema \"dify\"\npool p { where owner == \"first\"  then where owner == \"second\" }\n" +
      std::string(limited ? "quota q { all of p  limit 1_000_000 tokens per minute }\n" : "") + "default { use p " +
      (narrowed ? "where provider == \"openai\" " : "") + "by " + strategy + " }\n");
}

class ListingTest : public testing::TestWithParam<const char*> {
 protected:
  void Fill(std::mt19937_64* random) {
    const bool even = (*random)() % 2 == 0;
    const bool tiers = (*random)() % 3 == 0;
    const size_t count = 1 + (*random)() % ((*random)() % 2 == 0 ? 60 : 200);  // few and many are compared by other ways
    keys_.resize(count);
    for (size_t i = 0; i < count; ++i) {
      Credential& key = keys_[i];
      key.name = "k" + std::to_string(i);
      key.id = "key-" + std::string((*random)() % 30, 'x') + std::to_string(i);
      key.provider = "openai";
      key.weight = even ? 2 : 1 + static_cast<uint32_t>((*random)() % 9);
      key.owner = tiers && (*random)() % 3 == 0 ? "second" : "first";
      key.enabled = !tiers || (*random)() % 9 != 0;
    }
  }
  // Now and then nobody is in flight, or numbers are there that only a scribbler writes.
  void Disturb(std::mt19937_64* random, SelectionState* state) {
    const uint64_t mood = (*random)() % 8;
    for (const Credential& key : keys_) {
      CredentialState& one = *state->Credential("t", key.id);
      one.in_flight = mood == 0 ? 0 : static_cast<int32_t>((*random)() % (mood == 1 ? 2 : 7)) - (mood == 2 ? 3 : 0);
      one.last_taken = (*random)() % 5;
      one.latency = static_cast<int64_t>((*random)() % 4 == 0 && mood != 5 ? 0 : (*random)() % 9 << 16);
      if (mood == 3) one.latency = static_cast<int64_t>((*random)() >> 1);
      if (mood == 4) one.in_flight = static_cast<int32_t>((*random)() >> 33);
      StateWord* const sum = state->Tokens("t", key.id);
      const int64_t most = mood == 6 ? int64_t{1} << 40 : 5;
      state->TallyOf(sum).Charge(static_cast<int64_t>((*random)() % static_cast<uint64_t>(most)), kNow);
    }
  }
  std::vector<Credential> keys_;
};

TEST_P(ListingTest, PicksWhatItsMembersPick) {
  std::mt19937_64 random(31);
  for (const bool limited : {false, true}) {
    const auto whole = ProgramOf(GetParam(), false, limited);
    const auto narrowed = ProgramOf(GetParam(), true, limited);
    int different = 0;
    for (int round = 0; round < 150; ++round) {
      Fill(&random);
      LocalState state;
      std::set<std::string> picked;
      const auto source = std::make_shared<MemorySource>(keys_);
      const Snapshot fast(whole, source, &state);
      const Snapshot slow(narrowed, source, &state);
      for (int i = 0; i < 6; ++i) {
        Disturb(&random, &state);
        const std::string user = "user.id=u-" + std::to_string(random() % 4);
        RequestBuilder builder = RequestOf(*whole, {"tenant.id=t", "provider=openai", user.c_str()});
        Request request = builder.Build();
        request.dry = true;
        Decision a, b;
        fast.Decide(request, kNow, &a);
        slow.Decide(request, kNow, &b);
        ASSERT_EQ(a.verdict, b.verdict);
        if (a.verdict != Verdict::kUse) continue;
        picked.insert(a.credential->id);
        ASSERT_EQ(a.credential->id, b.credential->id) << GetParam() << " in round " << round << ", " << i;
        ASSERT_EQ(a.candidates.size(), b.candidates.size());
        for (size_t c = 0; c < a.candidates.size(); ++c) {
          ASSERT_EQ(a.candidates[c].state, state.Credential("t", a.candidates[c].credential->id));
          EXPECT_EQ(a.candidates[c].why, b.candidates[c].why) << GetParam() << " in round " << round << ", " << i;
          EXPECT_EQ(a.candidates[c].taken, b.candidates[c].taken);
        }
      }
      different += picked.size() > 1;
    }
    EXPECT_GT(different, 100);
  }
}

INSTANTIATE_TEST_SUITE_P(Strategies, ListingTest,
                         testing::Values("least_in_flight", "least_used", "latency", "sticky on user.id"),
                         [](const auto& strategy) {
                           const std::string text = strategy.param;
                           return text.substr(0, text.find(' '));
                         });

}  // namespace
}  // namespace keyrule::evaluator
