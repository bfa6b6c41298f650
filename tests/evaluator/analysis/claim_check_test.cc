// Claims against every request and every credential, and the texts in which they are answered.
#include "evaluator/analysis/claim_check.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "dsl/render.h"
#include "tests/evaluator/analysis/claim_world.h"
#include "tests/evaluator/analysis/small_world.h"
#include "tests/evaluator/fixture.h"
#include "tests/support/golden.h"

namespace keyrule::analysis {
namespace {

using evaluator::CompileText;
using evaluator::Credential;
using evaluator::Program;
using testing::Broken;

std::vector<dsl::Diagnostic> Check(const std::shared_ptr<const Program>& program, std::vector<Credential> catalog = {}) {
  PolicyModel model(program->policy, {}, std::make_unique<ClaimTerms>(program, std::move(catalog)));
  try {
    return CheckClaims(&model, 1'000);
  } catch (const std::logic_error& fault) {
    ADD_FAILURE() << fault.what();
    return {};
  }
}

// "KR0601 claim `c` is broken: …" for each.
std::string Found(const std::string& policy, std::vector<Credential> catalog = {}) {
  std::string text;
  for (const dsl::Diagnostic& one : Check(CompileText("keyrule 1\nschema \"dify\"\n" + policy), std::move(catalog))) {
    text += std::string(CodeName(one.code)) + " " + one.message + "\n";
  }
  return text;
}

// What is said of a claim, to be compared with the slow answer.
struct Said {
  std::set<std::string> broken;  // rules
  size_t unless = 0, undecided = 0, unmet = 0;
};

Said SaidOf(const std::vector<dsl::Diagnostic>& found, const dsl::Claim& claim) {
  Said said;
  for (const dsl::Diagnostic& one : found) {
    if (one.span.begin != claim.name.span.begin) continue;
    if (one.code == dsl::Code::KR0602) ++said.unmet;
    if (one.code == dsl::Code::KR0603) ++said.unless;
    if (one.code == dsl::Code::KR0604) ++said.undecided;
    if (one.code != dsl::Code::KR0601) continue;
    const size_t arrow = one.message.find("→ ") + std::string_view("→ ").size();
    const std::string rule = one.message.substr(arrow, one.message.find(" →", arrow) - arrow);
    EXPECT_TRUE(said.broken.insert(rule).second) << rule << " twice";
  }
  return said;
}

void Compare(const Program& program, const std::vector<dsl::Diagnostic>& found, const std::vector<Credential>& catalog,
             std::map<std::string, size_t>* seen) {
  const dsl::Policy& policy = *program.policy;
  for (size_t claim = 0; claim < policy.claims.size(); ++claim) {
    SCOPED_TRACE(std::string(policy.claims[claim].name.text));
    const testing::SlowClaim slow = testing::Decide(program, claim, catalog);
    const Said said = SaidOf(found, policy.claims[claim]);
    EXPECT_EQ(said.undecided, 0U);
    EXPECT_EQ(said.unmet, slow.when_is_met ? 0U : 1U);
    std::set<std::string> broken;
    bool perhaps = false;
    for (size_t rule = 0; rule < slow.rules.size(); ++rule) {
      const bool is_default = rule == policy.rules.size();
      if (slow.rules[rule] == Broken::kSurely) {
        broken.insert(is_default ? "`default`" : "rule `" + std::string(policy.rules[rule].name.text) + "`");
      }
      perhaps = perhaps || slow.rules[rule] == Broken::kPerhaps;
    }
    EXPECT_EQ(said.broken, broken);
    EXPECT_EQ(said.unless > 0, broken.empty() && perhaps);
    ++(*seen)[!slow.when_is_met ? "unmet" : !broken.empty() ? "broken" : perhaps ? "perhaps" : "proved"];
  }
}

TEST(ClaimCheck, AgreesWithEveryRequestAndCredential) {
  const uint64_t seed = testing::SeedOr(1);
  const uint64_t cases = testing::CasesOr(300);
  std::map<std::string, size_t> seen;
  for (uint64_t i = 0; i < cases; ++i) {
    testing::ClaimWorld world(seed * 1'000'003 + i);
    std::string text;
    const auto program = world.Program(&text);
    SCOPED_TRACE("case " + std::to_string(i) + "\n" + text);
    Compare(*program, Check(program), {}, &seen);
    if (::testing::Test::HasFailure()) return;
  }
  for (const char* kind : {"unmet", "broken", "perhaps", "proved"}) EXPECT_GT(seen[kind], cases / 30) << kind;
}

// Where chains go on behind such an arm: what is proved, no few credentials break; what is broken, the evaluator has decided so.
TEST(ClaimCheck, BehindNamesThatRequestsGive) {
  const uint64_t seed = testing::SeedOr(1);
  const uint64_t cases = testing::CasesOr(300);
  size_t proved = 0, broken = 0;
  for (uint64_t i = 0; i < cases; ++i) {
    testing::ClaimWorld world(seed * 1'000'151 + i);
    world.GoOnBehindNames();
    std::string text;
    const auto program = world.Program(&text);
    SCOPED_TRACE("case " + std::to_string(i) + "\n" + text);
    const std::vector<dsl::Diagnostic> found = Check(program);
    const std::vector<Credential> every = testing::EveryCredential(*program);
    for (size_t claim = 0; claim < program->policy->claims.size(); ++claim) {
      const Said said = SaidOf(found, program->policy->claims[claim]);
      broken += said.broken.size();
      if (!said.broken.empty() || said.unless + said.undecided + said.unmet > 0) continue;
      ++proved;
      for (int n = 0; n < 8; ++n) {
        std::vector<Credential> credentials;
        std::string told;
        for (size_t more = 1 + world.Below(4); more > 0; --more) {
          Credential credential = every[world.Below(every.size())];
          const auto has_name = [&](const Credential& other) { return other.name == credential.name; };
          if (std::any_of(credentials.begin(), credentials.end(), has_name)) continue;  // of several, a name means one
          credential.provider = world.Below(2) == 0 ? "openai" : "(any)";
          credential.enabled = world.Below(3) != 0;
          told += "\n# " + credential.name + ", id " + credential.id + ", model " + credential.model + (credential.enabled ? "" : ", off");
          credentials.push_back(std::move(credential));
        }
        ASSERT_FALSE(testing::WorldBreaks(program, claim, credentials)) << program->policy->claims[claim].name.text << told;
      }
    }
    if (::testing::Test::HasFailure()) return;
  }
  EXPECT_GT(proved, cases / 5);
  EXPECT_GT(broken, cases / 5);
}

TEST(ClaimCheck, AgreesWithEveryCredentialOfACatalog) {
  const uint64_t seed = testing::SeedOr(1);
  const uint64_t cases = testing::CasesOr(300);
  std::map<std::string, size_t> seen;
  for (uint64_t i = 0; i < cases; ++i) {
    const bool tenants = i % 2 == 1;
    testing::ClaimWorld world(seed * 1'000'033 + i, tenants);
    std::string text;
    const auto program = world.Program(&text);
    const std::vector<Credential> every = testing::EveryCredential(*program);
    std::vector<Credential> catalog;
    for (size_t n = 1 + world.Below(6); n > 0; --n) {
      Credential credential = every[world.Below(every.size())];
      credential.provider = world.Below(2) == 0 ? "openai" : "(any)";
      if (tenants && world.Below(3) != 0) credential.tenant = world.Below(2) == 0 ? "t1" : "t2";
      catalog.push_back(std::move(credential));
    }
    for (const Credential& one : catalog) {
      text += "# id " + one.id + ", name " + one.name + ", provider " + one.provider + ", tenant " + one.tenant;
      for (const auto& [key, label] : one.labels) text += ", " + key + " " + label;
      text += "\n";
    }
    SCOPED_TRACE("case " + std::to_string(i) + "\n" + text);
    const std::vector<dsl::Diagnostic> found = Check(program, catalog);
    for (const dsl::Diagnostic& one : found) EXPECT_NE(one.code, dsl::Code::KR0603);
    Compare(*program, found, catalog, &seen);
    if (::testing::Test::HasFailure()) return;
  }
  for (const char* kind : {"unmet", "broken", "proved"}) EXPECT_GT(seen[kind], cases / 30) << kind;
}

TEST(ClaimCheck, SaysTheSmallestRequestAndTheCredential) {
  const std::string pools = "pool prod { \"prod-eu\" \"prod-us\" }\npool staging { where name like \"staging-*\" }\n";
  EXPECT_EQ(Found(pools + "rule r { when app.id == \"x\" and environment is set use prod by random }\n"
                          "default { use staging by random }\nnever c { when app.id in [\"x\", \"y\"] use prod }\n"),
            "KR0601 claim `c` is broken: `environment = \"other\", app.id = \"x\"` → rule `r` → `prod-eu`\n");
  EXPECT_EQ(Found(pools + "default { use staging by random }\nnever c { use prod }\nalways d { use staging }\n"), "");
  EXPECT_EQ(Found(pools + "default { use prod by random else leave to host }\nalways c { use prod }\n"),
            "KR0601 claim `c` is broken: any request → `default` → host\n");
  EXPECT_EQ(Found(pools + "default { use credential node.credential }\nnever c { use prod }\n"),
            "KR0601 claim `c` is broken: `node.credential = \"prod-eu\"` → `default` → `prod-eu`\n");
  EXPECT_EQ(Found(pools + "default { use credential node.credential from staging }\nnever c { use prod }\n"), "");
}

TEST(ClaimCheck, SaysWhichCredentialItDependsOn) {
  const std::string rule = "rule r { when app.id == \"x\" use a by random }\ndefault { deny \"n\" }\nnever c { use b }\n";
  EXPECT_EQ(Found("pool a { where labels.t == \"x\" }\npool b { where labels.u == \"y\" }\n" + rule),
            "KR0603 claim `c` holds unless a credential has labels.t `x` and labels.u `y`\n");
  EXPECT_EQ(Found("pool a { \"k\" }\npool b { where labels.u == \"y\" }\n" + rule),
            "KR0603 claim `c` holds unless credential `k` has labels.u `y`\n");
  EXPECT_EQ(Found("pool a { where name like \"a*\" }\npool b { where name like \"*b\" }\n" + rule),
            "KR0603 claim `c` holds unless a credential is named `ab`\n");
  EXPECT_EQ(Found("pool a { where labels.t == \"x\" }\npool b { where labels.u is not set }\n" + rule),
            "KR0603 claim `c` holds unless a credential has labels.t `x` and no labels.u\n");
  Credential credential;
  credential.name = credential.id = "k";
  credential.provider = "openai";
  EXPECT_EQ(Found("pool a { \"k\" }\npool b { where labels.u == \"y\" }\n" + rule, {credential}), "");
  credential.labels = {{"u", "y"}};
  EXPECT_EQ(Found("pool a { \"k\" }\npool b { where labels.u == \"y\" }\n" + rule, {credential}),
            "KR0601 claim `c` is broken: `provider = \"openai\", app.id = \"x\"` → rule `r` → `k`\n");
}

TEST(ClaimCheck, PatternsNeedAText) {
  const std::string pool = "pool p { \"k\" }\n";
  EXPECT_EQ(Found(pool + "rule r { when app.id matches /^a+$/ use p by random }\ndefault { deny \"n\" }\n"
                         "never c { when app.id is set use p }\n"),
            "KR0601 claim `c` is broken: `app.id = \"a\"` → rule `r` → `k`\n");
  EXPECT_EQ(Found(pool + "rule r { when app.id matches /^a+$/ use p by random }\ndefault { deny \"n\" }\n"
                         "never c { when not (app.id matches /^a+$/) use p }\n"),
            "");
  EXPECT_EQ(Found(pool + "rule r { when app.id matches /^a+$/ use p by random }\ndefault { deny \"n\" }\n"
                         "never c { when app.id is set and not (app.id matches /^aa*$/) use p }\n"),
            "KR0604 claim `c` is neither proved nor broken: the pattern `/^a+$/` cannot be analysed\n");
}

TEST(ClaimCheck, TwoAttributesOfOneRequestAreNotCompared) {
  EXPECT_EQ(Found("pool p { \"k\" }\ndefault { use p where provider == app.name by random }\nnever c { use p }\n"),
            "KR0604 claim `c` is neither proved nor broken: `where provider == app.name`, two attributes of one request, "
            "cannot be analysed\n");
}

TEST(ClaimCheck, ArmsBehindOneThatAnAttributeNames) {
  const std::string pools = "pool p { \"k\" }\npool s { \"s\" }\npool x { where labels.t == \"x\" }\npool k { \"k\" }\n";
  const std::string chain = "default { use credential node.credential from p else use s by random }\n";
  EXPECT_EQ(Found(pools + chain + "never c { use s }\n"), "KR0601 claim `c` is broken: any request → `default` → `s`\n");
  // It goes on only if the credential that is named exists.
  EXPECT_EQ(Found(pools + chain + "never c { when node.credential is set use s }\n"),
            "KR0601 claim `c` is broken: `node.credential = \"k\"` → `default` → `s`\n");
  EXPECT_EQ(Found(pools + chain + "never c { when node.credential is set and node.credential != \"k\" use s }\n"),
            "KR0603 claim `c` holds unless credential `k` has id `other`\n");
  // Who has this name has the last word on it, whatever ids there are: it is in no list, and the request is refused.
  EXPECT_EQ(Found(pools + chain + "never c { when node.credential == \"s\" use s }\n"), "");
  EXPECT_EQ(Found(pools + "default { use credential node.credential from p else use x where labels.t == node.credential by random else deny \"n\" }\n"
                          "never c { when node.credential == \"x\" use x }\n"),
            "KR0603 claim `c` holds unless credential `k` has labels.t `x` and id `x`\n");  // the first arm already
  // Of two lists it is in both: one credential, and not two of one name.
  EXPECT_EQ(Found("pool x { where labels.t == \"x\" }\npool y { where labels.u == \"y\" }\n"
                  "default { use credential node.credential from x else use credential node.credential from y else leave to host }\n"
                  "never c { when node.credential is set leave to host }\n"),
            "KR0603 claim `c` holds unless credential `other` has labels.u `y` and labels.t `x`\n");
  // What it names is what the pool's name means as well: the second arm has nothing that the first would not have taken.
  EXPECT_EQ(Found(pools + "default { use credential node.credential from x else use k by random }\n"
                          "never c { when node.credential == \"k\" use k }\n"),
            "KR0603 claim `c` holds unless credential `k` has labels.t `x`\n");
}

TEST(ClaimCheck, FieldsThatAreBoundToAttributesOrTables) {
  const std::string pools =
      "pool p { where labels.kind in [\"account\", \"bot\"] }\npool g { where labels.kind == \"account\" }\n"
      "table t { \"a\" : \"account\" \"b\" : \"bot\" }\n";
  EXPECT_EQ(Found(pools + "default { use p where labels.kind == user.kind by random }\nalways c { use g }\n"), "");
  EXPECT_EQ(Found(pools + "default { use p where labels.kind == app.name by random }\nalways c { use g }\n"),
            "KR0601 claim `c` is broken: `app.name = \"bot\"` → `default` → a credential with labels.kind `bot`\n");
  EXPECT_EQ(Found(pools + "default { use p where labels.kind == t[app.id] by random }\nalways c { use g }\n"),
            "KR0601 claim `c` is broken: `app.id = \"b\"` → `default` → a credential with labels.kind `bot`\n");
  EXPECT_EQ(Found(pools + "rule r { when app.id == \"a\" use p where labels.kind == t[app.id] by random }\n"
                          "default { deny \"n\" }\nalways c { use g }\n"),
            "");
  // A credential that is bound to a model serves no other.
  EXPECT_EQ(Found("pool m { where model == \"m1\" }\nrule r { when model == \"m2\" use m by random }\n"
                  "default { deny \"n\" }\nnever c { use m }\n"),
            "");
}

TEST(ClaimCheck, NamesTenRulesAndCountsTheOthers) {
  std::string text = "pool p { \"k\" }\n";
  for (int i = 0; i < 14; ++i) {
    text += "rule r" + std::to_string(i) + " { when app.id == \"a" + std::to_string(i) + "\" use p by random }\n";
  }
  text += "default { deny \"n\" }\nnever c { use p }\n";
  const std::vector<dsl::Diagnostic> found = Check(CompileText("keyrule 1\nschema \"dify\"\n" + text));
  ASSERT_EQ(found.size(), 10U);
  EXPECT_EQ(found.back().notes.back().message, "so do 4 more rules, the first here");
}

// Rules that each have an app of their own and a pool that is not the claims'; some spend what they must not.
TEST(ClaimCheck, BrokenClaimsThatWerePlantedAreAllFound) {
  std::mt19937_64 random(testing::SeedOr(1));
  const auto below = [&](size_t n) { return std::uniform_int_distribution<size_t>(0, n - 1)(random); };
  std::string text =
      "keyrule 1\nschema \"dify\"\npool secret { \"s-1\" \"s-2\" where labels.secret == \"yes\" }\n"
      "pool open { where labels.secret == \"no\" and not (name in [\"s-1\", \"s-2\"]) }\n"
      "table key_of { \"a\" : \"o-1\" \"b\" : \"s-2\" }\n";
  std::string claims;
  std::set<std::string> planted;
  constexpr size_t kRules = 1'000;
  for (size_t i = 0; i < kRules; ++i) {
    const std::string number = std::to_string(i);
    const std::string name = "r" + number;
    const std::string when = "app.id == \"app-" + number + "\"";
    const bool bad = below(2) == 0;
    std::string use = "use open by random else deny \"n\"";
    if (bad) {
      const std::string ways[] = {"use open by random else use credential \"s-1\"", "use secret by round_robin",
                                  "use open by random else leave to host", "use credential node.credential",
                                  "use credential key_of[environment]", "use credential node.credential from secret"};
      use = ways[below(6)];
    }
    text += "rule " + name + " { when " + when + " " + use + " }\n";
    claims += "never c" + number + " { when " + when + " use secret }\n";
    if (bad) planted.insert("c" + number);
  }
  text += "default { deny \"n\" }\n" + claims;
  const auto program = CompileText(text);
  std::set<std::string> found;
  for (const dsl::Diagnostic& one : Check(program)) {
    EXPECT_EQ(one.code, dsl::Code::KR0601) << one.message;
    found.emplace(program->policy->sources->TextOf(one.span));
  }
  EXPECT_GT(planted.size(), 400U);
  EXPECT_EQ(found, planted);
}

// The whole texts, as `keyrule check` shows them.
TEST(ClaimCheck, TextsAreTheGoldens) {
  const auto program = CompileText(
      "keyrule 1\nschema \"dify\"\n\npool production { \"prod-eu\"  \"prod-us\" }\n"
      "pool labelled { where labels.stage == \"production\" }\npool support { where labels.team == \"support\" }\n\n"
      "rule support {\n  when app.id == \"support\"\n  use support by round_robin\n}\n"
      "rule numbered {\n  when app.id matches /^[0-9]+$/\n  use production by round_robin\n}\n"
      "rule night {\n  when app.id == \"batch\" and time in 22:00..06:00 at \"UTC\"\n  use production by round_robin\n"
      "  else leave to host\n}\ndefault { use credential node.credential from production }\n\n"
      "never batch_spends_production {\n  when app.id == \"batch\"\n  use production\n}\n"
      "always batch_is_left_alone {\n  when app.id == \"batch\"\n  leave to host\n}\n"
      "never nothing { when app.id == \"a\" and app.id == \"b\"  deny }\n"
      "never support_spends_production {\n  when app.id == \"support\"\n  use labelled\n}\n"
      "never others_spend_production {\n  when app.id is set and node.credential is not set and app.id != \"batch\"\n"
      "    and not (app.id matches /^\\d+$/)\n  use production\n}\n"
      "never support_is_refused { when app.id == \"support\"  deny }\n");
  std::string text;
  for (const dsl::Diagnostic& one : Check(program)) {
    text += dsl::Render(one, *program->policy->sources, dsl::RenderStyle::kText) + "\n";
  }
  EXPECT_TRUE(keyrule::testing::MatchesGolden(text, keyrule::testing::SourcePath("tests/golden/claims.txt")));
}

}  // namespace
}  // namespace keyrule::analysis
