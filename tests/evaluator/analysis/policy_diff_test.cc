// What is said to change between two policies, against every request there is.
#include "evaluator/analysis/policy_diff.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "evaluator/analysis/example_text.h"
#include "evaluator/analysis/policy_model.h"
#include "evaluator/session.h"
#include "tests/evaluator/analysis/small_world.h"
#include "tests/evaluator/fixture.h"

namespace keyrule::analysis {
namespace {

using evaluator::CompileText;
using evaluator::Program;
using evaluator::Value;
using Equal = PolicyDiff::Equal;
using Shared = std::shared_ptr<const Program>;

std::string NameIn(const Program& program, uint32_t rule) {
  return rule < program.policy->rules.size() ? std::string(program.policy->rules[rule].name.text) : "default";
}

// The chain of a rule, as it is written.
std::string ChainIn(const Program& program, uint32_t rule) {
  const bool is_default = rule >= program.policy->rules.size();
  const dsl::Rule& found = is_default ? program.policy->fallback : program.policy->rules[rule];
  return std::string(program.policy->sources->TextOf(found.chain.actions.front().span));
}

// Rules of a policy of SmallWorld, one a line, so that they can be edited.
std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  size_t begin = 0;
  while (begin < text.size()) {
    const size_t end = text.find('\n', begin);
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

std::string Joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

// A policy like it, as a person might have made of it.
std::string Edited(const std::string& text, testing::SmallWorld* world) {
  std::vector<std::string> lines = Lines(text);
  const size_t edits = 1 + world->Below(3);
  for (size_t edit = 0; edit < edits; ++edit) {
    std::vector<size_t> rules;
    for (size_t i = 0; i < lines.size(); ++i) {
      if (lines[i].starts_with("rule ")) rules.push_back(i);
    }
    if (rules.empty()) break;
    const size_t at = rules[world->Below(rules.size())];
    std::string& rule = lines[at];
    const std::string fresh = std::to_string(100 * edit + world->Below(50));
    const size_t chain = std::min(rule.find(" use "), rule.find(" deny ")) + 1;
    switch (world->Below(7)) {
      case 0: lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(at)); break;
      case 1: std::swap(rule, lines[rules[world->Below(rules.size())]]); break;
      case 2: rule.replace(chain, std::string::npos, "deny \"no more\" }"); break;
      case 3: rule.replace(chain, std::string::npos, "use credential \"k0\" tag t = \"x\" }"); break;
      case 4: rule.replace(rule.find("when ") + 5, chain - rule.find("when ") - 6, world->Condition(1)); break;
      case 5:
        lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(at),
                     "rule n" + fresh + " { when " + world->Condition(1) + " use credential \"k1\" }");
        break;
      default: rule.replace(5, rule.find(' ', 5) - 5, "renamed" + fresh); break;
    }
  }
  std::set<std::string> names;  // each once
  std::vector<std::string> kept;
  for (const std::string& line : lines) {
    if (!line.starts_with("rule ") || names.insert(line.substr(5, line.find(' ', 5) - 5)).second) kept.push_back(line);
  }
  return Joined(kept);
}

// A policy that asks all that the two ask, so that every request that they can tell apart is one of its.
std::string Both(const std::string& before, const std::string& after) {
  std::string text;
  for (const std::string& line : Lines(before)) {
    if (line.starts_with("default ")) continue;
    text += line + "\n";
  }
  for (const std::string& line : Lines(after)) {
    if (line.starts_with("rule ")) text += "rule z_" + line.substr(5) + "\n";
  }
  return text + "default { deny \"none\" }\n";
}

// Of every request, which rules decide it: the old policy's and the new's.
std::set<std::pair<uint32_t, uint32_t>> EveryPair(const Program& both, const Program& before, const Program& after) {
  std::set<std::pair<uint32_t, uint32_t>> pairs;
  evaluator::MatchScratch scratch;
  struct Side {
    const Program& program;
    std::vector<uint32_t> slots;  // by own slot: that of both
    std::vector<Value> values;
  } sides[] = {{before, {}, {}}, {after, {}, {}}};
  for (Side& side : sides) {
    for (const dsl::Attribute& slot : side.program.policy->slots) side.slots.push_back(both.policy->FindSlot(slot.path.text));
    side.values.resize(side.slots.size());
  }
  testing::ForEachRequest(both, [&](const std::vector<Value>& values, int64_t now) {
    const auto decides = [&](Side& side) {
      for (size_t i = 0; i < side.slots.size(); ++i) side.values[i] = values[side.slots[i]];
      return static_cast<uint32_t>(side.program.Match(side.values, now, &scratch));
    };
    const uint32_t old_rule = decides(sides[0]);
    pairs.emplace(old_rule, decides(sides[1]));
    return true;
  });
  return pairs;
}

// By the text of the chains, without the engine: whether a request of this pair changes, and must change a class's rule.
bool Changes(const Program& before, const Program& after, uint32_t old_rule, uint32_t new_rule) {
  return ChainIn(before, old_rule) != ChainIn(after, new_rule) ||
         (before.TagsOf(before.rules[old_rule]).size() != after.TagsOf(after.rules[new_rule]).size());
}

TEST(PolicyDiff, AgreesWithEveryRequest) {
  const uint64_t seed = testing::SeedOr(1);
  const uint64_t cases = testing::CasesOr(300);
  size_t differing = 0;
  size_t equal = 0;
  testing::Undecided undecided;
  size_t said = 0;
  size_t not_seen = 0;
  for (uint64_t i = 0; i < cases; ++i) {
    testing::SmallWorld world(seed * 1'000'003 + i);
    const std::string old_text = world.Policy(5);
    const std::string new_text = Edited(old_text, &world);
    SCOPED_TRACE("case " + std::to_string(i) + "\n" + old_text + "---\n" + new_text);
    const Shared before = CompileText(old_text);
    const Shared after = CompileText(new_text);
    const PolicyDiff diff = DiffPolicies(before, after, {.most_pairs = 1'000});
    if (diff.undecided + diff.unconfirmed > 0) {
      ASSERT_TRUE(undecided.Count(old_text + new_text));
      continue;
    }
    ASSERT_NE(diff.equal, Equal::kNotDecided);
    const std::set<std::pair<uint32_t, uint32_t>> seen = EveryPair(*CompileText(Both(old_text, new_text)), *before, *after);
    std::map<std::pair<uint32_t, uint32_t>, size_t> classes;
    for (const ChangeClass& one : diff.classes) {
      for (const auto& pair : one.pairs) ++classes[pair];
      ASSERT_TRUE(one.example);
      ASSERT_EQ(one.pairs.size(), one.pair_count);
    }
    // Chains here depend on no attribute: a pair of rules lies in one class, or in none.
    for (const auto& [pair, count] : classes) ASSERT_EQ(count, 1U) << pair.first << " " << pair.second;
    bool changes = false;
    for (const auto& [old_rule, new_rule] : seen) {
      const bool other_answer = Changes(*before, *after, old_rule, new_rule);
      changes = changes || other_answer;
      if (!other_answer) continue;
      ASSERT_TRUE(classes.contains({old_rule, new_rule}))
          << "not said: from " << NameIn(*before, old_rule) << " to " << NameIn(*after, new_rule);
    }
    for (const ChangeClass& one : diff.classes) {
      const bool only_rule = one.kind == ChangeKind::kRule;
      for (const auto& [old_rule, new_rule] : one.pairs) {
        ++said;
        not_seen += seen.contains({old_rule, new_rule}) ? 0 : 1;
        ASSERT_EQ(Changes(*before, *after, old_rule, new_rule), !only_rule);
        ASSERT_FALSE(only_rule && NameIn(*before, old_rule) == NameIn(*after, new_rule));
      }
    }
    ASSERT_TRUE(!changes || diff.equal == Equal::kNo);
    ++(diff.equal == Equal::kNo ? differing : equal);
    ASSERT_EQ(DiffPolicies(before, after, {.only_whether = true}).equal, diff.equal);
  }
  EXPECT_TRUE(undecided.IsSeldom(cases));
  EXPECT_GT(differing, cases / 4);
  EXPECT_GT(equal, cases / 20);
  // Some need longer words or other moments than are tried; each class's own request was decided by the evaluator.
  EXPECT_LE(not_seen * 50, said) << not_seen << " of " << said;
}

TEST(PolicyDiff, OfAPolicyWithItselfIsEmptyAndMirrored) {
  for (uint64_t i = 0; i < 200; ++i) {
    testing::SmallWorld world(77'000 + i);
    const std::string old_text = world.Policy(6);
    const std::string new_text = Edited(old_text, &world);
    SCOPED_TRACE(old_text + "---\n" + new_text);
    const Shared before = CompileText(old_text);
    const Shared after = CompileText(new_text);
    const PolicyDiff same = DiffPolicies(before, CompileText(old_text));
    EXPECT_EQ(same.equal, Equal::kYes);
    EXPECT_TRUE(same.classes.empty() && same.unnoticed.empty() && same.limits.empty());
    const auto pairs_of = [](const PolicyDiff& diff, bool turned) {
      std::set<std::pair<uint32_t, uint32_t>> pairs;
      for (const ChangeClass& one : diff.classes) {
        for (const auto& [a, b] : one.pairs) pairs.insert(turned ? std::pair(b, a) : std::pair(a, b));
      }
      return pairs;
    };
    EXPECT_EQ(pairs_of(DiffPolicies(before, after), false), pairs_of(DiffPolicies(after, before), true));
  }
}

TEST(PolicyDiff, NobodyMissesARuleThatIsNeverReached) {
  size_t removed = 0;
  for (uint64_t i = 0; i < 150; ++i) {
    testing::SmallWorld world(123'000 + i);
    const std::string text = world.Policy(6);
    const Shared before = CompileText(text);
    PolicyModel model(before->policy);
    for (uint32_t rule = 0; rule < model.rule_count(); ++rule) {
      if (model.RequestOf(rule).answer != Reached::Answer::kNone) continue;
      std::vector<std::string> lines = Lines(text);
      std::erase_if(lines, [&](const std::string& line) { return line.starts_with("rule " + NameIn(*before, rule) + " "); });
      SCOPED_TRACE(text + "without " + NameIn(*before, rule));
      const PolicyDiff diff = DiffPolicies(before, CompileText(Joined(lines)));
      EXPECT_EQ(diff.equal, Equal::kYes);
      EXPECT_EQ(diff.unnoticed.size(), 1U);
      ++removed;
    }
  }
  EXPECT_GT(removed, 20U);
}

// The kinds and examples of a small pair, as a person reads them.
std::string Said(const std::string& before, const std::string& after) {
  const Shared old_program = CompileText(before);
  const Shared new_program = CompileText(after);
  const PolicyDiff diff = DiffPolicies(old_program, new_program);
  std::string text;
  for (const ChangeClass& one : diff.classes) {
    text += NameIn(one.old_side ? *old_program : *new_program, one.rule) + " " + std::string(ToString(one.kind)) + ": " +
            (one.example ? SettingsText(*one.example) : "?") + "\n";
  }
  for (const UnnoticedEdit& edit : diff.unnoticed) text += "unnoticed " + edit.rule + " " + edit.from + "\n";
  for (const std::string& line : diff.limits) text += line + "\n";
  for (const std::string& line : diff.attributes) text += line + "\n";
  EXPECT_EQ(diff.undecided + diff.unconfirmed, 0U);
  return text;
}

constexpr std::string_view kTop = "keyrule 1\nschema \"dify\"\n";

std::string WithTop(const std::string& text) { return std::string(kTop) + text; }

TEST(PolicyDiff, GoesByWhatATableSays) {
  const std::string rule =
      "rule own { when app.id in key_of use credential key_of[app.id] tag app = app.id }\ndefault { leave to host }\n";
  const std::string before = WithTop("table key_of { \"a\" : \"k-a\" \"b\" : \"k-b\" }\n" + rule);
  // One entry has another value; the request is one with this key.
  EXPECT_EQ(Said(before, WithTop("table key_of { \"a\" : \"k-a\" \"b\" : \"k-c\" }\n" + rule)),
            "own credentials: app.id = \"b\"\n");
  // A new key: its requests were left to the host.
  EXPECT_EQ(Said(before, WithTop("table key_of { \"a\" : \"k-a\" \"b\" : \"k-b\" \"c\" : \"k-c\" }\n" + rule)),
            "own taken: app.id = \"c\"\n");
  // The order of entries means nothing.
  EXPECT_EQ(Said(before, WithTop("table key_of { \"b\" : \"k-b\" \"a\" : \"k-a\" }\n" + rule)), "");
  // A tag that is there only where the attribute is.
  const std::string more =
      "rule own { when app.id in key_of use credential key_of[app.id] tag app = app.id, user = user.id }\ndefault { leave to host }\n";
  EXPECT_EQ(Said(before, WithTop("table key_of { \"a\" : \"k-a\" \"b\" : \"k-b\" }\n" + more)),
            "own tags: app.id = \"a\", user.id = \"other\"\n");
}

TEST(PolicyDiff, TellsCredentialsFromHowTheyAreChosen) {
  const auto policy = [](const std::string& pool, const std::string& use) {
    return WithTop("pool p { " + pool + " }\nrule r { when app.id == \"a\" use p " + use + " }\ndefault { leave to host }\n");
  };
  const std::string before = policy("\"a\" \"b\"", "by round_robin");
  EXPECT_EQ(Said(before, policy("\"a\" \"b\" \"c\"", "by round_robin")), "r credentials: app.id = \"a\"\n");
  EXPECT_EQ(Said(before, policy("\"a\" then \"b\"", "by round_robin")), "r how it is chosen: app.id = \"a\"\n");
  EXPECT_EQ(Said(before, policy("\"b\" \"a\"", "by round_robin")), "r how it is chosen: app.id = \"a\"\n");
  EXPECT_EQ(Said(before, policy("\"a\" \"b\"", "by random")), "r how it is chosen: app.id = \"a\"\n");
  EXPECT_EQ(Said(before, policy("\"a\" \"b\"", "by round_robin waiting up to 3s")), "r how it is chosen: app.id = \"a\"\n");
  EXPECT_EQ(Said(before, policy("\"a\" \"b\"", "by round_robin else deny \"no\"")), "r deny text: app.id = \"a\"\n");
  // Of one at a time each strategy takes that.
  EXPECT_EQ(Said(policy("\"a\" then \"b\"", "by round_robin"), policy("\"a\" then \"b\"", "by least_used")), "unnoticed r \n");
  EXPECT_EQ(Said(policy("\"a\" \"b\"", "where name == app.name by random"), policy("\"a\" \"b\"", "where name == app.name by sticky on user.id")),
            "unnoticed r \n");
  EXPECT_EQ(Said(policy("\"a\" where name != \"c\"", "where name == app.name by random"),
                 policy("\"a\" where name != \"c\"", "where name == app.name by sticky on user.id")),
            "r how it is chosen: app.id = \"a\"\n");
}

// The same may be spent, in other arms.
TEST(PolicyDiff, ArmsThatChangePlacesChangeHowItIsChosen) {
  const auto policy = [](const std::string& use) {
    return WithTop("pool p { \"a\" \"b\" }\npool q { \"b\" \"c\" }\nrule r { when app.id == \"a\" " + use + " }\ndefault { leave to host }\n");
  };
  const std::string before = policy("use p by random else use credential \"c\" else use credential node.credential from q");
  for (const char* after : {"use credential \"c\" else use p by random else use credential node.credential from q",
                            "use credential node.credential from q else use p by random else use credential \"c\"",
                            "use p by random else use q by random else use credential node.credential from q"}) {
    EXPECT_EQ(Said(before, policy(after)), "r how it is chosen: app.id = \"a\"\n") << after;
  }
  EXPECT_EQ(Said(before, policy("use p by random else use credential node.credential from q")), "r credentials: app.id = \"a\"\n");
}

// What arms before them take by the same limits, they are never asked for.
TEST(PolicyDiff, NobodyMissesArmsThatNeverAnswer) {
  const auto policy = [](const std::string& use) {
    return WithTop("pool p { \"a\" \"b\" }\npool q { where labels.x is set }\npool g of \"google\" { \"a\" }\n"
                   "table t { \"1\" : \"a\" \"2\" : \"b\" }\nbudget m { limit 3 requests per day }\nbudget n { limit 3 tokens per day }\n"
                   "rule r { when app.id == \"a\" and provider == \"google\" use " + use + " else deny \"no\" }\n"
                   "default { use q by random under m, n else use p by random else use credential t[app.id] else leave to host }\n");
  };
  const auto said = [&](const std::string& first, const std::string& more) { return Said(policy(first + " " + more), policy(first)); };
  for (const auto& [first, more] : std::vector<std::pair<std::string, std::string>>{
           {"p by random", "else use p by round_robin"},
           {"p by random", "else use p where labels.x == app.name by random"},
           {"p by random", "else use credential \"b\""},
           {"p by random", "else use credential t[app.id]"},
           {"p by random", "else use g by random"},
           {"credential \"b\" else use credential \"a\"", "else use p by random under m"},
           {"q where labels.x == app.name by random under m", "else use q where labels.x == app.name by random under n, m"},
           {"credential node.credential from p", "else use credential node.credential from p"}}) {
    EXPECT_EQ(said(first, more), "unnoticed r \n") << first << " " << more;
  }
  for (const auto& [first, more] : std::vector<std::pair<std::string, std::string>>{
           {"p by random under m", "else use p by round_robin"},
           {"p by random under m", "else use credential \"b\" under n"},
           {"p by random", "else use credential \"b\" waiting up to 3s"},
           {"p by random", "else use credential node.credential from p"},
           {"q by random", "else use p where name == app.name by random"},
           {"q where labels.x == app.name by random", "else use q by random"},
           {"g by random", "else use credential \"a\""},
           {"credential \"b\"", "else use p by random"}}) {
    const std::string text = said(first, more);
    EXPECT_TRUE(text.starts_with("r how it is chosen: ") || text.starts_with("r credentials: ")) << first << " " << more << ": " << text;
  }
}

// Of a pool that goes by a value of the request, other members are no change where there is no value.
TEST(PolicyDiff, APoolThatIsNarrowedChangesWhereThereIsAValue) {
  const auto policy = [](const std::string& pool) {
    return WithTop("pool p { " + pool + " }\nrule r { when app.id == \"a\" use p where labels.region == user.id by random }\n"
                   "default { leave to host }\n");
  };
  const std::string said = Said(policy("\"a\" \"b\""), policy("\"a\" \"b\" \"c\""));
  EXPECT_TRUE(said.starts_with("r credentials: app.id = \"a\", user.id = ")) << said;
  EXPECT_EQ(said.find("r credentials", 1), std::string::npos) << said;
}

TEST(PolicyDiff, GoesByWhoIsAllowed) {
  const auto policy = [](const std::string& pool) {
    return WithTop("pool p { " + pool + " }\nrule r { when node.credential is set use credential node.credential from p }\n"
                   "default { leave to host }\n");
  };
  EXPECT_EQ(Said(policy("\"a\" \"b\""), policy("\"a\" \"b\" \"c\"")), "r credentials: node.credential = \"c\"\n");
  EXPECT_EQ(Said(policy("\"a\" \"b\""), policy("\"b\" then \"a\"")), "unnoticed r \n");
}

TEST(PolicyDiff, ListsWhatNobodyNotices) {
  const std::string a = "rule a { when app.id == \"a\" use credential \"x\" }\n";
  const std::string b = "rule b { when app.id == \"b\" use credential \"y\" }\n";
  const std::string end = "default { leave to host }\n";
  EXPECT_EQ(Said(WithTop(a + b + end), WithTop(b + a + end)), "unnoticed b \n");
  EXPECT_EQ(Said(WithTop(a + end), WithTop("rule c { when app.id == \"a\" use credential \"x\" }\n" + end)),
            "unnoticed c a\n");
  EXPECT_EQ(Said(WithTop(a + end), WithTop(a + "rule d { when app.id == \"a\" and user.id == \"u\" deny \"no\" }\n" + end)),
            "unnoticed d \n");
  EXPECT_EQ(Said(WithTop(a + end), WithTop("pool p { \"x\" }\nrule a { when app.id in [\"a\"] use p by first_available }\n" + end)),
            "a how it is chosen: app.id = \"a\"\n");
}

TEST(PolicyDiff, JoinsSchemas) {
  const std::string rule = "rule r { when app.id == \"a\" use credential \"x\" }\ndefault { leave to host }\n";
  const std::string more = "keyrule 1\nschema \"dify\" with { user.plan : enum [\"free\", \"team\"] optional }\n";
  EXPECT_EQ(Said(WithTop(rule), more + rule), "attribute user.plan: added\n");
  EXPECT_EQ(Said(WithTop(rule), more + "rule t { when user.plan == \"team\" use credential \"t\" }\n" + rule),
            "t taken: user.plan = \"team\"\nt credentials: app.id = \"a\", user.plan = \"team\"\nattribute user.plan: added\n");
  EXPECT_EQ(Said(WithTop(rule), WithTop("quota q { \"x\" limit 5 requests per minute }\n" + rule)), "quota q: added\n");
}

}  // namespace
}  // namespace keyrule::analysis
