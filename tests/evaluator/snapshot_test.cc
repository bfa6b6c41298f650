// The meaning of decisions around the strategies: tenants, names, tiers, next, report, wait, dry.
#include "evaluator/snapshot.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "dsl/load.h"
#include "evaluator/compiler.h"
#include "evaluator/local_state.h"
#include "evaluator/request_builder.h"

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
