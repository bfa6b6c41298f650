// The smallest change of a request: none of all requests differs in fewer attributes and is decided by the rule.
#include "evaluator/analysis/nearest.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "evaluator/analysis/nearest_spend.h"
#include "evaluator/analysis/policy_model.h"
#include "evaluator/session.h"
#include "tests/evaluator/analysis/claim_world.h"
#include "tests/evaluator/analysis/small_world.h"
#include "tests/evaluator/fixture.h"

namespace keyrule::analysis {
namespace {

using evaluator::CompileText;
using evaluator::Value;
using Answer = NearestChange::Answer;

bool Same(const Value& a, const Value& b) {
  return a.kind() == b.kind() && a.text() == b.text() && a.number() == b.number() &&
         std::equal(a.list().begin(), a.list().end(), b.list().begin(), b.list().end());
}

struct Moment {
  std::vector<Value> values;
  int64_t now_ms;
};

// All requests that a rule decides, by the attributes that policies read: the others are the same in all.
class Requests {
 public:
  explicit Requests(const std::vector<uint32_t>& slots) : slots_(slots) {}

  void Add(const std::vector<Value>& values, int64_t now_ms) {
    for (const uint32_t slot : slots_) values_.push_back(values[slot]);
    moments_.push_back(now_ms);
  }
  bool empty() const { return moments_.empty(); }
  // The fewest attributes (the moment counts as one, a map and its entry as themselves) in which one of them differs.
  size_t Nearest(const Moment& from) const {
    size_t least = SIZE_MAX;
    // Each differs in something: its rule is another.
    for (size_t i = 0; i < moments_.size() && least > 1; ++i) {
      size_t distance = from.now_ms == moments_[i] ? 0 : 1;
      for (size_t k = 0; k < slots_.size() && distance < least; ++k) {
        distance += Same(from.values[slots_[k]], values_[i * slots_.size() + k]) ? 0 : 1;
      }
      least = std::min(least, distance);
    }
    return least;
  }

 private:
  const std::vector<uint32_t>& slots_;
  std::vector<Value> values_;
  std::vector<int64_t> moments_;
};

TEST(Nearest, NoRequestIsNearer) {
  size_t compared = 0;
  testing::Undecided undecided;
  const uint64_t seed = testing::SeedOr(1);
  const uint64_t cases = testing::CasesOr(120);
  for (uint64_t i = 0; i < cases; ++i) {
    testing::SmallWorld world(seed * 40'000 + i);
    const std::string text = world.Policy(4);
    if (text.find("x.m is") != std::string::npos) continue;  // a map and its entries change together
    SCOPED_TRACE("case " + std::to_string(i) + "\n" + text);
    const auto program = CompileText(text);
    std::vector<uint32_t> slots;
    for (uint32_t slot = 0; slot < program->slot_count(); ++slot) {
      if (program->read_slots[slot]) slots.push_back(slot);
    }
    std::map<size_t, Requests> by_rule;
    for (size_t rule = 0; rule <= program->rules.size(); ++rule) by_rule.emplace(rule, slots);
    std::vector<Moment> all;
    evaluator::MatchScratch scratch;
    testing::ForEachRequest(*program, [&](const std::vector<Value>& values, int64_t now) {
      by_rule.at(program->Match(values, now, &scratch)).Add(values, now);
      if (world.Below(4'000) == 0 || all.empty()) all.push_back({values, now});
      return true;
    });
    PolicyModel model(program->policy);
    for (const Moment& request : all) {
      NearestFinder finder(&model, *program, request.values, request.now_ms);
      for (uint32_t rule = 0; rule < program->rules.size(); ++rule) {
        if (program->Match(request.values, request.now_ms, &scratch) == rule) continue;
        const NearestChange nearest = finder.Find(rule);
        if (nearest.answer == Answer::kNotDecided) {
          ASSERT_TRUE(undecided.Count(text)) << "rule " << rule;
          continue;
        }
        if (nearest.answer == Answer::kNone) {
          ASSERT_TRUE(by_rule.at(rule).empty()) << "rule " << rule;
          continue;
        }
        // That it is decided by the rule, the finder has asked the program itself.
        const size_t changes = nearest.changes.size() + (nearest.clock_ms ? 1 : 0);
        ASSERT_LE(changes, by_rule.at(rule).Nearest(request)) << "rule " << rule;
        ASSERT_GE(changes, 1U);
        ++compared;
      }
    }
  }
  EXPECT_GT(compared, 300U);
  EXPECT_TRUE(undecided.IsSeldom(cases));
}

TEST(NearestSpend, NoRequestIsNearer) {
  const uint64_t seed = testing::SeedOr(1);
  const uint64_t cases = testing::CasesOr(150);
  size_t found = 0, none = 0, open = 0;
  for (uint64_t i = 0; i < cases; ++i) {
    testing::ClaimWorld world(seed * 1'000'121 + i);
    world.GoOnBehindNames();
    std::string text;
    const auto program = world.Program(&text);
    const std::vector<evaluator::Credential> every = testing::EveryCredential(*program);
    for (int n = 0; n < 3; ++n) {
      evaluator::Credential credential = every[world.Below(every.size())];
      const std::string_view provider[] = {"", "openai", "(any)"};
      credential.provider = provider[world.Below(3)];
      const testing::SlowSpend slow = testing::NearestSpendOf(*program, credential, world.Below(1'000));
      const NearestSpend nearest = FindNearestSpend(*program, slow.from, evaluator::kTestStartMs, {&credential, 1});
      SCOPED_TRACE("case " + std::to_string(i) + ": " + credential.name + ", id " + credential.id + ", model " + credential.model +
                   ", provider " + credential.provider + "\n" + text);
      switch (nearest.change.answer) {
        case Answer::kNotDecided:
          ASSERT_TRUE(credential.provider.empty() || (slow.is_possible && !slow.changes));
          ASSERT_FALSE(slow.changes.has_value()) << *slow.changes;
          ++open;
          break;
        case Answer::kNone:
          ASSERT_FALSE(slow.is_possible);
          ++none;
          break;
        case Answer::kFound:
          ASSERT_TRUE(slow.changes.has_value());
          ASSERT_EQ(nearest.change.changes.size(), *slow.changes);
          ASSERT_EQ(nearest.arm, slow.arm);
          ++found;
          break;
      }
    }
  }
  EXPECT_GT(found, cases / 2);
  EXPECT_GT(none, cases / 10);
  EXPECT_LT(open, cases / 10);
}

}  // namespace
}  // namespace keyrule::analysis
