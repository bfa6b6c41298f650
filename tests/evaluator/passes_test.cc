// Each pass of the compiler keeps the truth of every rule, for random policies and requests; and the index finds the rule
// that trying all of them in turn finds.
#include "evaluator/passes.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "evaluator/fold.h"
#include "evaluator/formula.h"
#include "evaluator/guard.h"
#include "evaluator/oracle_condition.h"
#include "tests/evaluator/fixture.h"
#include "tests/evaluator/random_policy.h"

namespace keyrule::evaluator {
namespace {

constexpr int kPolicies = 400;
constexpr int kRequests = 25;
constexpr int64_t kNow = 1'767'614'400'000;  // 2026-01-05T12:00Z

bool Holds(const Formulas& formulas, FormulaRef formula, const Atoms& atoms, std::span<const Value> values) {
  const FormulaNode& node = formulas[formula];
  const auto holds = [&](FormulaRef term) { return Holds(formulas, term, atoms, values); };
  const auto terms = formulas.terms(formula);
  switch (node.kind) {
    case FormulaKind::kTrue: return true;
    case FormulaKind::kFalse: return false;
    case FormulaKind::kAll: return std::all_of(terms.begin(), terms.end(), holds);
    case FormulaKind::kAny: return std::any_of(terms.begin(), terms.end(), holds);
    case FormulaKind::kLiteral: break;
  }
  const Atom& atom = atoms[node.literal.atom];
  return atoms.Holds(atom, values[atom.slot], kNow) != node.literal.negated;
}

bool Meets(const KeyPart& part, const Atoms& atoms, const Value& value) {
  if (value.absent()) return false;
  const auto items = value.list();
  switch (part.kind) {
    case PartKind::kWhole: return part.is_number ? value.number() == part.number : value.text() == part.text;
    case PartKind::kPrefix: return part.text.size() == part.length && value.text().starts_with(part.text);
    case PartKind::kSuffix: return part.text.size() == part.length && value.text().ends_with(part.text);
    case PartKind::kItem: return std::find(items.begin(), items.end(), part.text) != items.end();
    case PartKind::kInSet: {
      const auto set = static_cast<uint32_t>(part.number);
      return atoms.Holds(set % 2 == 0 ? TestKind::kTextIn : TestKind::kNumberIn, set / 2, value, kNow);
    }
    case PartKind::kPresent: return true;
  }
  return false;
}

// The pipeline by hand, every step kept.
struct Steps {
  explicit Steps(const dsl::Policy& policy) {
    AtomBuilder builder(&atoms, policy, [](const dsl::Path& path) { return path.slot; });
    const InternedConditions conditions = InternConditions(policy, &builder);
    Normaliser normaliser(policy, conditions, &normal);
    for (size_t rule = 0; rule < policy.rules.size(); ++rule) normal_rules.push_back(normaliser.OfRule(rule));
    Folder folder(atoms, normal, &folded);
    for (const FormulaRef rule : normal_rules) folded_rules.push_back(folder.Fold(rule));
    Orderer orderer(atoms, folded, &ordered);
    for (const FormulaRef rule : folded_rules) ordered_rules.push_back(orderer.Order(rule));
    GuardMaker maker(policy, atoms, ordered, ordered_rules);
    for (const FormulaRef rule : ordered_rules) guards.push_back(maker.Of(rule));
  }

  Atoms atoms;
  Formulas normal, folded, ordered;
  std::vector<FormulaRef> normal_rules, folded_rules, ordered_rules;
  std::vector<Guard> guards;
};

class PassesTest : public testing::Test {
 protected:
  // Calls `check(program, steps, values, rule, truth)` with the oracle's truth of every rule for many requests.
  template <typename Check>
  void ForEachRule(uint64_t seed, const Check& check) {
    size_t held = 0;
    for (int number = 0; number < kPolicies; ++number) {
      RandomPolicy random(seed + static_cast<uint64_t>(number));
      const std::string text = random.Policy();
      const dsl::LoadResult loaded = dsl::LoadText(dsl::MemoryReader(), "p.keyrule", text);
      ASSERT_NE(loaded.policy, nullptr) << text;
      const std::shared_ptr<const Program> program = Compile(loaded.policy, {.index_from = 0});
      const Steps steps(*program->policy);
      for (int request = 0; request < kRequests; ++request) {
        RequestBuilder builder(program->policy);
        for (const std::string& assignment : random.Request()) {
          std::string error;
          builder.SetAssignment(assignment, &error);
        }
        const auto values = builder.Build().values;
        for (size_t rule = 0; rule < program->policy->rules.size(); ++rule) {
          const bool truth = oracle::Holds(*program->policy->rules[rule].when, *program->policy,
                                           [&](const dsl::Path& path) { return values[path.slot]; }, kNow);
          held += truth ? 1 : 0;
          check(*program, steps, values, rule, truth);
          ASSERT_FALSE(HasFailure()) << "seed " << seed + static_cast<uint64_t>(number) << "\n" << text;
        }
      }
    }
    EXPECT_GT(held, 1000u) << "the requests meet too few rules to prove anything";
  }
};

TEST_F(PassesTest, NormaliseKeepsTheTruth) {
  ForEachRule(1, [](const Program&, const Steps& steps, auto values, size_t rule, bool truth) {
    EXPECT_EQ(Holds(steps.normal, steps.normal_rules[rule], steps.atoms, values), truth);
  });
}

TEST_F(PassesTest, FoldKeepsTheTruth) {
  ForEachRule(2, [](const Program&, const Steps& steps, auto values, size_t rule, bool truth) {
    EXPECT_EQ(Holds(steps.folded, steps.folded_rules[rule], steps.atoms, values), truth);
  });
}

TEST_F(PassesTest, OrderKeepsTheTruth) {
  ForEachRule(3, [](const Program&, const Steps& steps, auto values, size_t rule, bool truth) {
    EXPECT_EQ(Holds(steps.ordered, steps.ordered_rules[rule], steps.atoms, values), truth);
  });
}

TEST_F(PassesTest, SplitGivesKeysThatEveryFulfillingRequestMeets) {
  size_t keys = 0, met = 0, missed = 0;
  ForEachRule(4, [&](const Program&, const Steps& steps, auto values, size_t rule, bool truth) {
    const Guard& guard = steps.guards[rule];
    if (!guard) return;
    ++keys;
    const bool any = std::any_of(guard->begin(), guard->end(), [&](const Key& key) {
      return std::all_of(key.view().begin(), key.view().end(), [&](const KeyPart& part) {
        return Meets(part, steps.atoms, values[part.slot]);
      });
    });
    ++(any ? met : missed);
    EXPECT_TRUE(any || !truth) << "rule " << rule;
  });
  EXPECT_GT(keys, 10'000u);
  EXPECT_GT(missed, met) << "keys that most requests meet are of little use";
}

TEST_F(PassesTest, EmitKeepsTheTruth) {
  Code::Named named;
  ForEachRule(5, [&](const Program& program, const Steps&, auto values, size_t rule, bool truth) {
    program.code.Begin(&named);
    const auto run = [&](Jump rest) { return program.code.Run(rest, values, kNow, named); };
    EXPECT_EQ(program.lines[rule].Holds(values.data(), run), truth);
  });
}

TEST_F(PassesTest, TheIndexFindsTheFirstRuleThatHolds) {
  MatchScratch scratch;
  size_t first = SIZE_MAX;
  ForEachRule(6, [&](const Program& program, const Steps&, auto values, size_t rule, bool truth) {
    if (rule == 0) first = SIZE_MAX;
    if (truth && first == SIZE_MAX) first = rule;
    const size_t last = program.policy->rules.size() - 1;
    if (rule != last) return;
    EXPECT_EQ(program.Match(values, kNow, &scratch), first == SIZE_MAX ? last + 1 : first);
  });
}

// What the issue asks of a dump: each pass shows what it made.
TEST(PassDumpsTest, EachPassShowsWhatItMade) {
  std::string text = "keyrule 1\nschema \"dify\"\nlet late = app.id == \"a\" or not (user.id != \"b\")\n"
                     "rule both { when late and app.id == \"a\" and app.id == \"c\" deny \"never\" }\n"
                     "rule open { when not (environment in [\"x\", \"y\"]) and model starts with \"gpt-\" deny \"no\" }\n";
  for (int i = 0; i < 12; ++i) {
    text += "rule r" + std::to_string(i) + " { when user.id == \"u" + std::to_string(i) + "\" deny \"no\" }\n";
  }
  text += "default { leave to host }\n";
  const dsl::LoadResult loaded = dsl::LoadText(dsl::MemoryReader(), "p.keyrule", text);
  ASSERT_NE(loaded.policy, nullptr);
  const auto dump = [&](std::string pass) {
    PassDumps dumps{.wanted = std::move(pass), .text = {}};
    Compile(loaded.policy, {.dumps = &dumps});
    return dumps.text;
  };
  EXPECT_NE(dump("intern").find("model starts with \"gpt-\"\n"), std::string::npos) << dump("intern");
  EXPECT_NE(dump("normalise").find("both: all(condition "), std::string::npos) << dump("normalise");
  EXPECT_NE(dump("fold").find("both: false\n"), std::string::npos) << dump("fold");
  EXPECT_NE(dump("order").find("open: all(model starts with \"gpt-\", not (environment in [\"x\", \"y\"]))\n"),
            std::string::npos) << dump("order");
  EXPECT_NE(dump("split").find("both: never true\nopen: model begins \"gpt-\"\nr0: user.id = \"u0\"\n"), std::string::npos)
      << dump("split");
  EXPECT_NE(dump("index").find("by user.id: 12 keys, at most 1 rules a key, the first is r0\n"), std::string::npos)
      << dump("index");
  EXPECT_NE(dump("emit").find("user.id == \"u0\" ? true : false\n"), std::string::npos) << dump("emit");
  EXPECT_NE(dump("emit").find("both begins at false\n"), std::string::npos) << dump("emit");
}

// Without an index rules are passed over sixteen at a time: each is found, whatever it begins with and wherever it stands.
TEST(RuleScanTest, FindsEachRuleOfManyAndTheFirstOfTwo) {
  const char* const anchors[] = {"app.id", "node.id", "user.id"};
  std::string text = "keyrule 1\nschema \"dify\"\n";
  constexpr size_t kRules = 50;
  const auto anchor_of = [&](size_t rule) { return anchors[rule % 3]; };
  for (size_t rule = 0; rule < kRules; ++rule) {
    text += "rule r" + std::to_string(rule) + " { when " + anchor_of(rule) + (rule % 7 == 0 ? " starts with" : " ==") +
            " \"value " + std::to_string(rule) + ".\" deny \"no\" }\n";
  }
  const dsl::LoadResult loaded = dsl::LoadText(dsl::MemoryReader(), "p.keyrule", text + "default { leave to host }\n");
  ASSERT_TRUE(loaded.policy);
  const std::shared_ptr<const Program> program = Compile(loaded.policy, {.index_from = SIZE_MAX});
  MatchScratch scratch;
  for (size_t rule = 0; rule < kRules; ++rule) {
    const std::string value = "value " + std::to_string(rule) + ".";
    for (size_t other = 0; other < kRules; ++other) {
      const std::string second = "value " + std::to_string(other) + ".";
      std::vector<Value> values(program->slot_count());
      values[loaded.policy->FindSlot(anchor_of(other))] = Value::Text(second);
      values[loaded.policy->FindSlot(anchor_of(rule))] = Value::Text(value);
      const bool both = anchor_of(rule) != anchor_of(other);
      EXPECT_EQ(program->Match(values, kNow, &scratch), both ? std::min(rule, other) : rule) << rule << " " << other;
    }
  }
  EXPECT_EQ(program->Match(std::vector<Value>(program->slot_count()), kNow, &scratch), kRules);
}

// Rules by the alternatives of named lists and one comparison more: however many there are, each is looked up.
TEST(GuardTest, SharedListsOfAnySizeKeepTheirRulesLookedUp) {
  for (const size_t size : {2, 12, 16, 17, 300}) {
    std::string text = "keyrule 1\nschema \"dify\"\n";
    for (int team = 0; team < 20; ++team) {
      // In a condition with a name as well as a list with one.
      text += "let team" + std::to_string(team) + (team % 2 == 0 ? " = [" : " = app.id in [");
      for (size_t i = 0; i < size; ++i) text += (i > 0 ? ", \"" : "\"") + std::to_string(team) + "-" + std::to_string(i) + "\"";
      text += "]\n";
    }
    for (int rule = 0; rule < 2'000; ++rule) {
      const std::string team = "team" + std::to_string(rule % 20);
      text += "rule r" + std::to_string(rule) + " { when " + (rule % 2 == 0 ? "app.id in " : "") + team +
              " and model == \"m" + std::to_string(rule / 20) + "\" deny \"no\" }\n";
    }
    text += "default { leave to host }\n";
    const dsl::LoadResult loaded = dsl::LoadText(dsl::MemoryReader(), "p.keyrule", text);
    ASSERT_TRUE(loaded.policy);
    const std::shared_ptr<const Program> program = Compile(loaded.policy);
    EXPECT_TRUE(program->index.always().empty()) << size << ": " << program->index.always().size();
    EXPECT_LT(program->index.bytes(), 20 * text.size()) << size;
    const std::shared_ptr<const Program> in_turn = Compile(loaded.policy, {.index_from = SIZE_MAX});
    MatchScratch scratch;
    size_t hits = 0;
    for (size_t i = 0; i < 500; ++i) {
      const std::string app = std::to_string(i % 21) + "-" + std::to_string(i % (size + 1));
      const std::string model = "m" + std::to_string(i * 7 % 101);
      std::vector<Value> values(program->slot_count());
      values[loaded.policy->FindSlot("app.id")] = Value::Text(app);
      values[loaded.policy->FindSlot("model")] = Value::Text(model);
      const size_t found = program->Match(values, kNow, &scratch);
      EXPECT_EQ(found, in_turn->Match(values, kNow, &scratch)) << app << " " << model;
      hits += found < loaded.policy->rules.size();
    }
    EXPECT_GT(hits, 100u) << size;
  }
}

// Lists of few values that every rule writes again tell little, however often they are written: rules with more shapes than
// there may be fall back to what tells them apart.
TEST(GuardTest, ManyShapesLeaveNoCrowd) {
  std::string text = "keyrule 1\nschema \"dify\"\n";
  const auto some = [](uint64_t bits, std::initializer_list<const char*> names) {
    std::string list;
    for (const char* name : names) {
      if ((bits & 1) != 0 || (list.empty() && name == *(names.end() - 1))) list += (list.empty() ? "\"" : ", \"") + std::string(name) + "\"";
      bits >>= 1;
    }
    return "[" + list + "]";
  };
  uint64_t dice = 1;
  const auto roll = [&dice] { return (dice = Mix(dice + 1)) >> 40; };
  constexpr int kRules = 4'000;
  for (int rule = 0; rule < kRules; ++rule) {
    const char* const anchors[] = {"app.id", "node.id", "user.id", "workflow.id"};
    const std::string anchor = std::string(anchors[roll() % 4]) + (roll() % 2 == 0 ? " == \"" : " starts with \"");
    text += "rule r" + std::to_string(rule) + " { when " + anchor + std::to_string(1000 + roll() % (kRules / 10)) + "\"";
    if (roll() % 2 == 0) text += " and environment in " + some(roll(), {"production", "staging", "test"});
    if (roll() % 2 == 0) text += " and provider in " + some(roll(), {"openai", "anthropic", "mistral", "google"});
    if (roll() % 2 == 0) text += " and model in " + some(roll(), {"gpt-4o", "gpt-4.1", "o3", "claude-sonnet-4"});
    text += " deny \"no\" }\n";
  }
  const dsl::LoadResult loaded = dsl::LoadText(dsl::MemoryReader(), "p.keyrule", text + "default { leave to host }\n");
  ASSERT_TRUE(loaded.policy);
  std::vector<RuleReach> reaches;
  PassDumps dumps{.wanted = {}, .text = {}, .reaches = &reaches};
  Compile(loaded.policy, {.dumps = &dumps});
  size_t most = 0;
  for (const RuleReach& reach : reaches) {
    EXPECT_FALSE(reach.always);
    most = std::max(most, reach.crowd);
  }
  EXPECT_LT(most, 40u);  // of ten that have the same anchor on average
}

}  // namespace
}  // namespace keyrule::evaluator
