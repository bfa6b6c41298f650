// Mistakes that are planted among a thousand good rules are all found, and nothing else.
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <string>

#include "evaluator/analysis/policy_check.h"
#include "tests/evaluator/analysis/small_world.h"
#include "tests/support/memory_reader.h"

namespace keyrule::analysis {
namespace {

constexpr size_t kRules = 1'000;
constexpr size_t kPlanted = 500;

// Whatever else the rules say, each answers one app of its own and none of the others': no good rule takes from another.
class Garden {
 public:
  explicit Garden(uint64_t seed) : random_(seed) {
    text_ = "keyrule 1\nschema \"dify\"\n";
    while (wanted_.size() < kPlanted) {
      if (grown_ < kRules) Grow();
      if (grown_ > 2 && Below(2) == 0) Plant();
    }
    while (grown_ < kRules) Grow();
    text_ += "default { deny \"none\" }\n";
  }

  const std::string& text() const { return text_; }
  // What is to be found, by the name of the rule.
  const std::map<std::string, dsl::Code>& wanted() const { return wanted_; }

 private:
  size_t Below(size_t n) { return std::uniform_int_distribution<size_t>(0, n - 1)(random_); }
  std::string App(size_t i) const { return "app.id == \"app-" + std::to_string(i) + "\""; }

  // Parts about other attributes; none of them settles another.
  std::string Where() {
    const std::string number = std::to_string(Below(9));
    switch (Below(4)) {
      case 0: return " and environment == \"production\"";
      case 1: return " and model in [\"gpt-" + number + "\", \"claude-" + number + "\"]";
      case 2: return " and (model like \"*-" + number + "\" or environment == \"staging\")";
      default: return "";
    }
  }
  std::string Who() {
    const std::string number = std::to_string(Below(9));
    switch (Below(5)) {
      case 0: return " and user.id starts with \"team-" + number + "\"";
      case 1: return " and not (user.id ends with \"-" + number + "\")";
      case 2: return " and time in 0" + number + ":00..1" + number + ":30 at \"Europe/Berlin\"";
      case 3: return " and user.id in " + number + "%..50%";
      default: return "";
    }
  }
  std::string Grown(size_t i) const { return "(" + conditions_.at(i) + ")"; }

  void Grow() {
    conditions_[grown_] = App(grown_) + Where() + Who();
    Rule("good_" + std::to_string(grown_), conditions_[grown_]);
    ++grown_;
  }

  void Plant() {
    const std::string name = "planted_" + std::to_string(wanted_.size());
    const size_t one = Below(grown_);
    const size_t other = (one + 1 + Below(grown_ - 1)) % grown_;
    switch (Below(5)) {
      case 0:  // a copy
        Rule(name, conditions_[one]);
        wanted_[name] = dsl::Code::KR0403;
        break;
      case 1:  // two rules answer it together
        Rule(name, Grown(one) + " or " + Grown(other));
        wanted_[name] = dsl::Code::KR0403;
        break;
      case 2:  // a narrower copy
        Rule(name, conditions_[one] + " and node.id == \"n\"");
        wanted_[name] = dsl::Code::KR0403;
        break;
      case 3:  // parts that exclude each other
        Rule(name, App(Fresh()) + " and user.id starts with \"a\" and user.id == \"b\"");
        wanted_[name] = dsl::Code::KR0405;
        break;
      default:  // an arm of an `or` that another one includes
        Rule(name, App(Fresh()) + " and (user.id starts with \"a\" or user.id == \"ab\")");
        wanted_[name] = dsl::Code::KR0407;
        break;
    }
  }
  size_t Fresh() { return kRules + ++fresh_; }

  void Rule(const std::string& name, const std::string& when) {
    text_ += "rule " + name + " { when " + when + "  deny \"x\" }\n";
  }

  std::mt19937_64 random_;
  std::string text_;
  std::map<size_t, std::string> conditions_;
  std::map<std::string, dsl::Code> wanted_;
  size_t grown_ = 0;
  size_t fresh_ = 0;
};

// The rule on whose line a diagnostic stands.
std::string RuleOf(const std::string& text, const dsl::Diagnostic& diagnostic) {
  const size_t line = text.rfind('\n', diagnostic.span.begin) + 1;
  const size_t name = line + std::string("rule ").size();
  return text.substr(name, text.find(' ', name) - name);
}

TEST(Planted, AllAreFoundAndNoneIsInvented) {
  const uint64_t seed = testing::SeedOr(1);
  for (uint64_t round = 0; round < 3; ++round) {
    SCOPED_TRACE("KEYRULE_SEED=" + std::to_string(seed + round));
    const Garden garden(seed + round);
    const dsl::LoadResult loaded = dsl::LoadText(dsl::MemoryReader(), "p.keyrule", garden.text());
    ASSERT_NE(loaded.policy, nullptr);
    PolicyModel model(loaded.policy);
    std::map<std::string, dsl::Code> found;
    for (const dsl::Diagnostic& diagnostic : CheckPolicy(&model)) {
      EXPECT_TRUE(found.try_emplace(RuleOf(garden.text(), diagnostic), diagnostic.code).second) << diagnostic.message;
    }
    EXPECT_EQ(found, garden.wanted());
  }
}

}  // namespace
}  // namespace keyrule::analysis
