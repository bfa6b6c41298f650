// The meaning of decisions around the strategies: tenants, names, tiers, next, report, wait, dry.
#include "evaluator/snapshot.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <string>
#include <thread>

#include "dsl/load.h"
#include "evaluator/compiler.h"
#include "evaluator/local_state.h"
#include "evaluator/request_builder.h"
#include "tests/evaluator/shared_block.h"

namespace keyrule::evaluator {
namespace {

constexpr int64_t kNow = 1'767'614'400'000;

// Each tenant has its own credentials.
class Tenants : public CredentialSource {
 public:
  bool Candidates(std::string_view tenant, std::vector<Credential>* out) const override {
    if (broken) return false;
    auto it = of.find(std::string(tenant));
    if (it != of.end()) *out = it->second;
    return true;
  }
  std::map<std::string, std::vector<Credential>> of;
  bool broken = false;
};

class SnapshotTest : public testing::Test {
 protected:
  void Load(const std::string& rules) {
    dsl::LoadResult loaded =
        dsl::LoadText(dsl::DiskReader(), "test.keyrule", "keyrule 1\nschema \"dify\"\n" + rules);
    ASSERT_NE(loaded.policy, nullptr) << loaded.diagnostics.all().front().message;
    program_ = Compile(loaded.policy);
    snapshot_ = std::make_unique<Snapshot>(program_, source_, &state_);
  }
  // "app.id=x model=gpt-4"; a tenant is named by tenant=….
  void Decide(const std::string& words, Decision* d, bool dry = false, int64_t now = kNow) {
    RequestBuilder builder(program_->policy);
    std::string error;
    std::string tenant = "bank";
    std::string word;
    ASSERT_TRUE(builder.SetAssignment("tenant.id=bank", &error)) << error;
    for (char c : words + " ") {
      if (c != ' ') {
        word += c;
        continue;
      }
      if (word.starts_with("tenant=")) {
        tenant = word.substr(7);
        ASSERT_TRUE(builder.SetAssignment("tenant.id=" + tenant, &error)) << error;
      } else if (!word.empty()) {
        ASSERT_TRUE(builder.SetAssignment(word, &error)) << error;
      }
      word.clear();
    }
    Request request = builder.Build();
    request.tenant = tenant;
    request.dry = dry;
    snapshot_->Decide(request, now, d);
  }
  std::string Use(const std::string& words) {
    Decision d;
    Decide(words, &d);
    return d.verdict == Verdict::kUse ? d.credential->id : std::string(ToString(d.reason));
  }
  static Credential Key(std::string id, std::string name = {}, std::string provider = "openai") {
    Credential credential;
    credential.name = name.empty() ? id : std::move(name);
    credential.id = std::move(id);
    credential.provider = std::move(provider);
    return credential;
  }

  std::shared_ptr<Tenants> source_ = std::make_shared<Tenants>();
  LocalState state_;
  std::shared_ptr<const Program> program_;
  std::unique_ptr<Snapshot> snapshot_;
};

TEST_F(SnapshotTest, ATenantReachesOnlyItsOwn) {
  source_->of["bank"] = {Key("b1", "main")};
  source_->of["shop"] = {Key("s1", "main")};
  Load("default { use credential \"main\" }");
  EXPECT_EQ(Use("tenant=bank provider=openai"), "b1");
  EXPECT_EQ(Use("tenant=shop provider=openai"), "s1");
  EXPECT_EQ(Use("tenant=else provider=openai"), "unavailable");
}

TEST_F(SnapshotTest, TheAuthenticatedTenantIsTheAttribute) {
  source_->of["bank"] = {Key("b1", "main")};
  Load("rule bank { when tenant.id == \"bank\"  use credential \"main\" } default { deny \"no\" }");
  EXPECT_EQ(Use("tenant=bank provider=openai"), "b1");
  EXPECT_EQ(Use("tenant=shop provider=openai"), "denied");
  EXPECT_EQ(Use("tenant=bank provider=openai tenant.id=shop"), "internal");
  EXPECT_EQ(Use("tenant=shop provider=openai tenant.id=bank"), "internal");
}

TEST_F(SnapshotTest, NamesAreNamesWithinAProvider) {
  source_->of["bank"] = {Key("o", "prod", "openai"), Key("g", "prod", "google")};
  Load("default { use credential \"prod\" }");
  EXPECT_EQ(Use("provider=openai"), "o");
  EXPECT_EQ(Use("provider=google"), "g");
  Decision d;
  Decide("provider=anthropic", &d);
  ASSERT_EQ(d.candidates.size(), 1u);
  EXPECT_EQ(d.candidates[0].why, Skip::kOtherProvider);
}

TEST_F(SnapshotTest, TheOneBoundToTheModelGoesFirst) {
  Credential bound = Key("z", "main");
  bound.model = "gpt-4";
  Credential other = Key("a", "rerank-only");
  other.model_type = "rerank";
  source_->of["bank"] = {Key("m", "main"), bound, other};
  Load("rule r { when app.id == \"r\"  use credential \"rerank-only\" } default { use credential \"main\" }");
  EXPECT_EQ(Use("provider=openai model=gpt-4"), "z");
  EXPECT_EQ(Use("provider=openai model=gpt-5"), "m");
  EXPECT_EQ(Use("provider=openai model.type=rerank app.id=r"), "a");
  Decision d;
  Decide("provider=openai model.type=llm app.id=r", &d);
  EXPECT_EQ(d.candidates.at(0).why, Skip::kOtherModel);
}

TEST_F(SnapshotTest, AnAttributeThatNamesNothingIsRefusedWhateverElseSays) {
  source_->of["bank"] = {Key("a"), Key("b")};
  Load("pool allowed { \"b\" }\nrule r { when app.id is set  use credential node.credential from allowed "
       "else use credential \"a\" } default { deny \"no\" }");
  EXPECT_EQ(Use("provider=openai app.id=x node.credential=nobody"), "unknown_credential");
  EXPECT_EQ(Use("provider=openai app.id=x node.credential=a"), "unknown_credential");
  EXPECT_EQ(Use("provider=openai app.id=x node.credential=b"), "b");
  EXPECT_EQ(Use("provider=openai app.id=x"), "a");  // absent: the arm has no candidate
}

TEST_F(SnapshotTest, TiersAndPoolsOfPools) {
  source_->of["bank"] = {Key("a"), Key("b"), Key("c")};
  source_->of["bank"][0].enabled = false;
  Load("pool inner { \"b\" weight 5 \"a\" }\n"
       "pool outer { \"a\" then all of inner weight 2 \"c\" }\n"
       "default { use outer by weighted_round_robin }");
  Decision d;
  Decide("provider=openai", &d);
  ASSERT_EQ(d.candidates.size(), 3u);
  EXPECT_EQ(d.candidates[0].why, Skip::kDisabled);  // `a` keeps its first place: not again in tier 2
  EXPECT_EQ(d.candidates[1].name, "b");
  EXPECT_EQ(d.candidates[1].tier, 2);
  EXPECT_EQ(d.candidates[1].weight, 2u);
  EXPECT_EQ(d.candidates[2].weight, 1u);
  EXPECT_EQ(d.credential->id, "b");
}

TEST_F(SnapshotTest, NextGoesOnWithoutWhatWasTried) {
  source_->of["bank"] = {Key("a"), Key("b"), Key("c")};
  Load("pool p { \"a\" \"b\" \"c\" }\ndefault { use p by first_available }");
  Decision first, second, third, fourth;
  Decide("provider=openai", &first);
  EXPECT_EQ(first.credential->id, "a");
  EXPECT_FALSE(Snapshot::CanNext(first));
  ASSERT_TRUE(snapshot_->ReportOutcome(&first, {.outcome = Outcome::kRateLimited}, kNow));
  EXPECT_FALSE(snapshot_->ReportOutcome(&first, {.outcome = Outcome::kOk}, kNow));  // once
  snapshot_->Next(first, kNow, &second);
  EXPECT_EQ(second.credential->id, "b");
  EXPECT_EQ(second.attempt, 2u);
  snapshot_->ReportOutcome(&second, {.outcome = Outcome::kUnauthorized}, kNow);
  snapshot_->Next(second, kNow, &third);
  EXPECT_EQ(third.credential->id, "c");
  snapshot_->ReportOutcome(&third, {.outcome = Outcome::kOutOfCredit}, kNow);
  snapshot_->Next(third, kNow, &fourth);
  EXPECT_EQ(fourth.reason, Reason::kUnavailable);
  EXPECT_EQ(fourth.candidates[0].why, Skip::kTried);
}

TEST_F(SnapshotTest, RetriesAreBoundedInNumberAndTime) {
  source_->of["bank"] = {Key("a"), Key("b"), Key("c")};
  Load("pool p { \"a\" \"b\" \"c\" }\n"
       "default { use p by first_available  retry 1 time within 20s }");
  Decision d, next;
  Decide("provider=openai", &d);
  snapshot_->ReportOutcome(&d, {.outcome = Outcome::kServerError}, kNow);
  snapshot_->Next(d, kNow + 20'000, &next);
  EXPECT_EQ(next.verdict, Verdict::kUse);
  Decision late;
  snapshot_->Next(d, kNow + 20'001, &late);
  EXPECT_EQ(late.reason, Reason::kNoRetryLeft);
  snapshot_->ReportOutcome(&next, {.outcome = Outcome::kTimedOut}, kNow);
  Decision second;
  snapshot_->Next(next, kNow, &second);
  EXPECT_EQ(second.reason, Reason::kNoRetryLeft);
}

TEST_F(SnapshotTest, NothingFollowsSuccess) {
  source_->of["bank"] = {Key("a"), Key("b")};
  Load("pool p { \"a\" \"b\" }\ndefault { use p by first_available }");
  for (Outcome outcome : {Outcome::kOk, Outcome::kCallerError}) {
    Decision d, next;
    Decide("provider=openai", &d);
    snapshot_->ReportOutcome(&d, {.outcome = outcome}, kNow);
    snapshot_->Next(d, kNow, &next);
    EXPECT_EQ(next.reason, Reason::kNoRetryLeft);
  }
}

TEST_F(SnapshotTest, ADryDecisionMovesNothing) {
  source_->of["bank"] = {Key("a"), Key("b")};
  Load("pool p { \"a\" \"b\" }\ndefault { use p by round_robin }");
  for (int i = 0; i < 3; ++i) {
    Decision d;
    Decide("provider=openai", &d, /*dry=*/true);
    EXPECT_EQ(d.credential->id, "a");
    EXPECT_FALSE(snapshot_->ReportOutcome(&d, {.outcome = Outcome::kUnauthorized}, kNow));
  }
  EXPECT_EQ(Use("provider=openai"), "a");
  EXPECT_EQ(Use("provider=openai"), "b");
}

TEST_F(SnapshotTest, ARefusalSaysWhenOneWillBeFree) {
  source_->of["bank"] = {Key("a")};
  Load("default { use credential \"a\" }");
  Decision d, refused;
  Decide("provider=openai", &d);
  snapshot_->ReportOutcome(&d, {.outcome = Outcome::kRateLimited, .retry_after_ms = 90'000}, kNow);
  Decide("provider=openai", &refused, false, kNow + 10'000);
  EXPECT_EQ(refused.reason, Reason::kUnavailable);
  EXPECT_EQ(refused.retry_after_ms, 80'000);
}

TEST_F(SnapshotTest, OneProbeAtATime) {
  source_->of["bank"] = {Key("a")};
  Load("default { use credential \"a\" }");
  Decision d;
  Decide("provider=openai", &d);
  snapshot_->ReportOutcome(&d, {.outcome = Outcome::kUnauthorized}, kNow);
  const int64_t back = kNow + 600'000;
  Decision probe, other, dry;
  Decide("provider=openai", &dry, /*dry=*/true, back);
  Decide("provider=openai", &probe, false, back);
  EXPECT_TRUE(probe.probe);
  Decide("provider=openai", &other, false, back);
  EXPECT_EQ(other.candidates.at(0).why, Skip::kCooling);
  snapshot_->Abandon(&probe);  // released without a report: the next call is the probe
  Decide("provider=openai", &other, false, back);
  EXPECT_TRUE(other.probe);
}

// A limit of the model rests the credential for that model only (LANGUAGE.md §4.7).
TEST_F(SnapshotTest, ALimitOfTheModelRestsTheCredentialForIt) {
  source_->of["bank"] = {Key("a"), Key("b")};
  Load("pool p { \"a\" then \"b\" }\ndefault { use p by first_available }");
  const auto fail = [&](const char* words, int64_t now, Report report) {
    report.scope = LimitScope::kModel;
    Decision d;
    Decide(words, &d, false, now);
    ASSERT_EQ(d.verdict, Verdict::kUse);
    ASSERT_TRUE(snapshot_->ReportOutcome(&d, report, now));
  };
  const Report limited{.outcome = Outcome::kRateLimited};
  fail("provider=openai model=m", kNow, limited);
  EXPECT_EQ(Use("provider=openai model=n"), "a") << "other models go on";
  EXPECT_EQ(Use("provider=openai"), "a");
  Decision d;
  Decide("provider=openai model=m", &d);
  EXPECT_EQ(d.credential->id, "b");
  EXPECT_EQ(d.candidates.at(0).why, Skip::kCooling);
  EXPECT_EQ(d.candidates.at(0).until_ms, kNow + 30'000);
  // The rest doubles with the pair's own failures in a row, and the `ok` of another model does not begin them again.
  Decide("provider=openai model=n", &d, false, kNow + 30'000);
  snapshot_->ReportOutcome(&d, {}, kNow + 30'000);
  fail("provider=openai model=m", kNow + 30'000, limited);
  Decide("provider=openai model=m", &d, false, kNow + 89'999);
  EXPECT_EQ(d.candidates.at(0).until_ms, kNow + 90'000);
  Decide("provider=openai model=m", &d, false, kNow + 90'000);
  EXPECT_EQ(d.credential->id, "a");
  snapshot_->ReportOutcome(&d, {}, kNow + 90'000);
  fail("provider=openai model=m", kNow + 90'000, limited);
  Decide("provider=openai model=m", &d, false, kNow + 90'000);
  EXPECT_EQ(d.candidates.at(0).until_ms, kNow + 120'000) << "its own `ok` does";
  // Where both rest it is until the later end.
  Decide("provider=openai model=n", &d, false, kNow + 90'000);
  snapshot_->ReportOutcome(&d, {.outcome = Outcome::kRateLimited, .retry_after_ms = 10'000}, kNow + 90'000);
  Decide("provider=openai model=m", &d, false, kNow + 90'000);
  EXPECT_EQ(d.candidates.at(0).until_ms, kNow + 120'000);
  Decide("provider=openai model=n", &d, false, kNow + 90'000);
  EXPECT_EQ(d.candidates.at(0).until_ms, kNow + 100'000);
  // Without a model there is no pair: the credential rests.
  fail("provider=openai", kNow + 200'000, limited);
  Decide("provider=openai model=n", &d, false, kNow + 200'000);
  EXPECT_EQ(d.candidates.at(0).why, Skip::kCooling);
}

TEST_F(SnapshotTest, AProbeAndASlowStartAreThePairsOwn) {
  source_->of["bank"] = {Key("a"), Key("b")};
  Load("pool p { \"a\"  \"b\" }\ndefault { use p by weighted_round_robin }\n");
  Decision d, probe;
  do {
    Decide("provider=openai model=m", &d);
  } while (d.credential->id != "a");
  snapshot_->ReportOutcome(&d, {.outcome = Outcome::kUnauthorized, .scope = LimitScope::kModel}, kNow);
  const int64_t back = kNow + 600'000;
  do {
    Decide("provider=openai model=m", &probe, false, back);
  } while (probe.credential->id != "a");
  EXPECT_TRUE(probe.model_probe);
  EXPECT_FALSE(probe.probe);
  Decide("provider=openai model=m", &d, false, back);
  EXPECT_EQ(d.candidates.at(0).why, Skip::kCooling);
  // A failure of the whole credential says nothing of the pair: the next call is the probe.
  snapshot_->ReportOutcome(&probe, {.outcome = Outcome::kRateLimited}, back);
  const int64_t again = back + 30'000;
  do {
    Decide("provider=openai model=m", &probe, false, again);
  } while (probe.credential->id != "a");
  EXPECT_TRUE(probe.model_probe);
  snapshot_->Abandon(&probe);
  do {
    Decide("provider=openai model=m", &probe, false, again);
  } while (probe.credential->id != "a");
  EXPECT_TRUE(probe.model_probe);
  snapshot_->ReportOutcome(&probe, {}, again);
  std::map<std::string, int> of_m, of_n;
  for (int i = 0; i < 12; ++i) {
    Decide("provider=openai model=m", &d, false, again);
    ++of_m[d.credential->id];
    Decide("provider=openai model=n", &d, false, again);
    ++of_n[d.credential->id];
  }
  EXPECT_EQ(of_m["a"], 2) << "a fifth of its weight";
  EXPECT_EQ(of_n["a"], 6);
}

TEST_F(SnapshotTest, AModelsFailureSaysNothingOfTheCredentialsProbe) {
  source_->of["bank"] = {Key("a")};
  Load("default { use credential \"a\" }");
  Decision d;
  Decide("provider=openai model=m", &d);
  snapshot_->ReportOutcome(&d, {.outcome = Outcome::kUnauthorized}, kNow);
  const int64_t back = kNow + 600'000;
  Decide("provider=openai model=m", &d, false, back);
  ASSERT_TRUE(d.probe);
  snapshot_->ReportOutcome(&d, {.outcome = Outcome::kRateLimited, .scope = LimitScope::kModel}, back);
  Decide("provider=openai model=n", &d, false, back);
  EXPECT_TRUE(d.probe);
  // Both probes, or none.
  snapshot_->ReportOutcome(&d, {.outcome = Outcome::kTimedOut, .scope = LimitScope::kModel}, back);
}

// A provider that limits one member of a quota for a model limits all of them for it.
TEST_F(SnapshotTest, AQuotasMembersRestForTheModel) {
  source_->of["bank"] = {Key("a"), Key("b")};
  Load("pool p { \"a\"  \"b\" }\nquota q { all of p  limit 9 requests per minute }\ndefault { use p by first_available }");
  Decision d;
  Decide("provider=openai model=m", &d);
  snapshot_->ReportOutcome(&d, {.outcome = Outcome::kRateLimited, .retry_after_ms = 40'000, .scope = LimitScope::kModel}, kNow);
  Decide("provider=openai model=m", &d);
  EXPECT_EQ(d.reason, Reason::kUnavailable);
  EXPECT_EQ(d.retry_after_ms, 40'000);
  EXPECT_EQ(Use("provider=openai model=n"), "a");
}

// The table of pairs is full: the credential rests, for a rest is never ignored.
TEST_F(SnapshotTest, WithoutRoomForThePairTheCredentialRests) {
  source_->of["bank"] = {Key("a")};
  Load("default { use credential \"a\" }");
  Decision d;
  Decide("provider=openai model=m", &d);
  for (uint32_t i = 0; i < 2 * kStateModels; ++i) {
    (void)state_.models().Update(d.credential_state, "x" + std::to_string(i), kNow, [](RestState*) {});
  }
  snapshot_->ReportOutcome(&d, {.outcome = Outcome::kRateLimited, .scope = LimitScope::kModel}, kNow);
  Decide("provider=openai model=other", &d);
  EXPECT_EQ(d.reason, Reason::kUnavailable);
  EXPECT_EQ(d.candidates.at(0).why, Skip::kCooling);
}

// What a child of fork releases is a copy: the parent's call is still the probe.
TEST_F(SnapshotTest, AChildDoesNotGiveUpItsParentsProbe) {
  source_->of["bank"] = {Key("a")};
  SharedMemory<StateBlock> block;
  SharedState state(block.get(), 0);
  Load("default { use credential \"a\" }");
  snapshot_ = std::make_unique<Snapshot>(program_, source_, &state);
  Decision d, probe;
  Decide("provider=openai model=m", &d);
  snapshot_->ReportOutcome(&d, {.outcome = Outcome::kUnauthorized, .scope = LimitScope::kModel}, kNow);
  Decide("provider=openai model=n", &d);
  snapshot_->ReportOutcome(&d, {.outcome = Outcome::kUnauthorized}, kNow);
  const int64_t back = kNow + 600'000;
  Decide("provider=openai model=m", &probe, false, back);
  ASSERT_TRUE(probe.probe && probe.model_probe);
  const pid_t child = Spawn([&] {
    state.AfterFork();
    snapshot_->Abandon(&probe);
    return 0;
  });
  EXPECT_EQ(ExitCodeOf(child), 0);
  Decide("provider=openai model=n", &d, false, back);
  EXPECT_EQ(d.reason, Reason::kUnavailable);
  snapshot_->Abandon(&probe);
  Decide("provider=openai model=m", &probe, false, back);
  EXPECT_TRUE(probe.probe && probe.model_probe);
  snapshot_.reset();
}

// In memory of its own the child has a copy of the mark as well, and nobody to end it.
TEST_F(SnapshotTest, InItsOwnMemoryAChildDoesNotWaitForItsParentsProbe) {
  source_->of["bank"] = {Key("a")};
  Load("default { use credential \"a\" }");
  Decision d;
  Decide("provider=openai model=m", &d);
  snapshot_->ReportOutcome(&d, {.outcome = Outcome::kUnauthorized}, kNow);
  Decide("provider=openai model=m", &d, false, kNow + 600'000);
  ASSERT_TRUE(d.probe);
  const pid_t child = Spawn([&] {
    state_.AfterFork();
    Decision own;
    Decide("provider=openai model=m", &own, false, kNow + 600'000);
    return own.probe ? 0 : 1;
  });
  EXPECT_EQ(ExitCodeOf(child), 0);
}

TEST_F(SnapshotTest, AnUnreadableSourceRefuses) {
  source_->broken = true;
  Load("default { use credential \"a\" else leave to host }");
  EXPECT_EQ(Use("provider=openai"), "internal");
  source_->broken = false;
  source_->of["bank"] = {Key("a")};
  EXPECT_EQ(Use("provider=openai"), "a");  // the failure was not remembered
}

TEST_F(SnapshotTest, AValueOfTheWrongTypeRefuses) {
  Load("default { leave to host }");
  SlotValues values(program_->slot_count());
  values.Set(program_->provider_slot, Value::Integer(3));
  Decision d;
  snapshot_->Decide({"bank", values}, kNow, &d);
  EXPECT_EQ(d.reason, Reason::kInternal);
  EXPECT_EQ(d.verdict, Verdict::kDeny);
  values.Reset(program_->slot_count() - 1);
  snapshot_->Decide({"bank", values}, kNow, &d);
  EXPECT_EQ(d.reason, Reason::kInternal);
}

// Tenants whose credentials are for some models only and others, few and many, one after the other.
TEST_F(SnapshotTest, WhatAnObjectDecidedBeforeMakesNoDifference) {
  const auto keys = [](const std::string& tenant, size_t more) {
    std::vector<Credential> all = {Key(tenant + "-main", "main"), Key(tenant + "-google", "main", "google")};
    for (size_t i = 0; i < more; ++i) all.push_back(Key(tenant + "-k" + std::to_string(i), "k" + std::to_string(i)));
    return all;
  };
  for (const size_t more : {0, 1, 9}) {
    const std::string number = std::to_string(more);
    source_->of["plain" + number] = keys("plain" + number, more);
    std::vector<Credential>& of_model = source_->of["model" + number] = keys("model" + number, more);
    of_model.push_back(Key("model" + number + "-gpt", "main"));
    of_model.back().model = "gpt-4";
    std::vector<Credential>& of_type = source_->of["type" + number] = keys("type" + number, more);
    of_type.push_back(Key("type" + number + "-llm", "main"));
    of_type.back().model_type = "llm";
  }
  Load("rule one { when app.id == \"1\"  use credential \"k0\" else use credential \"main\" }\n"
       "rule two { when app.id == \"2\"  use credential \"k7\" else deny \"no\" tag app = app.id }\n"
       "rule three { when app.id == \"3\"  use credential \"main\" }\n"
       "default { leave to host }");
  std::mt19937_64 random(5);
  const auto one_of = [&](std::vector<std::string> words) { return words[random() % words.size()]; };
  std::map<std::string, std::set<std::string>> taken;
  Decision used;
  std::string words;
  for (int i = 0; i < 20'000; ++i) {
    if (random() % 3 != 0 || words.empty()) {
      words = "tenant=" + one_of({"plain", "model", "type"}) + one_of({"0", "1", "9"}) + " app.id=" + one_of({"1", "2", "3", "4"}) +
              " provider=" + one_of({"openai", "google", "other"}) + one_of({"", " model=gpt-4", " model=o1"}) +
              one_of({"", " model.type=llm", " model.type=rerank"});
    }
    Decision fresh;
    Decide(words, &fresh);
    Decide(words, &used);
    ASSERT_EQ(used.verdict, fresh.verdict) << words;
    ASSERT_EQ(used.reason, fresh.reason) << words;
    ASSERT_EQ(used.credential, fresh.credential) << words;
    ASSERT_EQ(used.roster, fresh.roster) << words;
    ASSERT_EQ(used.arm, fresh.arm) << words;
    ASSERT_EQ(used.tags.size(), fresh.tags.size()) << words;
    ASSERT_EQ(used.candidates.size(), fresh.candidates.size()) << words;
    if (used.credential != nullptr) taken[used.credential->id].insert(words);
    Decide(words, &used, true);  // and once more after itself
    ASSERT_EQ(used.credential, fresh.credential) << words;
  }
  for (const char* id : {"plain9-k7", "plain0-main", "model9-gpt", "model0-gpt", "model1-k0", "type9-llm", "type0-main", "model9-google"}) {
    EXPECT_FALSE(taken[id].empty()) << id;
  }
}

TEST_F(SnapshotTest, IdsAreUnlike) {
  Load("default { leave to host }");
  std::set<std::string> ids;
  for (int i = 0; i < 10'000; ++i) {
    Decision d;
    Decide("", &d);
    const auto id = d.Id();
    ids.insert(std::string(id.begin(), id.end()));
  }
  EXPECT_EQ(ids.size(), 10'000u);
}

// Eight threads that first meet many tenants and pools at once; the thread sanitizer watches.
TEST_F(SnapshotTest, BindsForManyThreadsAtOnce) {
  for (int t = 0; t < 50; ++t) {
    source_->of["t" + std::to_string(t)] = {Key("a"), Key("b"), Key("c", "c", "google")};
  }
  Load("pool p { \"a\" \"b\" \"c\" }\ndefault { use p by weighted_round_robin }");
  std::atomic<int> used{0};
  {
    std::vector<std::jthread> threads;
    for (int n = 0; n < 8; ++n) {
      threads.emplace_back([&, n] {
        SlotValues values(program_->slot_count());
        values.Set(program_->provider_slot, Value::Text(n % 2 == 0 ? "openai" : "google"));
        Decision d;
        for (int i = 0; i < 500; ++i) {
          const std::string tenant = "t" + std::to_string((i * 7 + n) % 50);
          values.Set(program_->tenant_slot, Value::Text(tenant));
          snapshot_->Decide({tenant, values}, kNow, &d);
          used += d.verdict == Verdict::kUse ? 1 : 0;
          snapshot_->ReportOutcome(&d, {.outcome = Outcome::kOk}, kNow);
        }
      });
    }
  }
  EXPECT_EQ(used, 4'000);
}

}  // namespace
}  // namespace keyrule::evaluator
