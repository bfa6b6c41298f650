// A decision as JSON and as text: the forms of the language reference, §6.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "evaluator/decision_json.h"
#include "evaluator/local_state.h"
#include "evaluator/snapshot.h"
#include "tests/evaluator/fixture.h"

namespace keyrule::evaluator {
namespace {

constexpr int64_t kNow = 1'795'426'212'345;  // 2026-11-23T09:30:12.345Z

constexpr const char* kPolicy = R"(keyrule 1
schema "dify"
table key_of_app { "app-legal" : "legal-key" }
pool production { "prod-eu" weight 3  "prod-us" weight 1  then  "reserve" }
pool many { "m1" "m2" "m3" "m4" "m5" "m6" "m7" "m8" "m9" "m10" "m11" "m12" }
rule own_key {
  when app.id in key_of_app
  use credential key_of_app[app.id]
  else deny "this app pays with its own key only"
}
rule billing {
  when environment == "production"
  use production by weighted_round_robin
  tag cost_center = "finance", app = app.id
}
rule named { when node.credential is set  use credential node.credential from production }
rule crowd { when app.id == "crowd"  use many by round_robin }
rule seated { when app.id == "seated"  use production where labels.team == user.id by sticky on user.id }
default { leave to host }
)";

class DecisionTextTest : public ::testing::Test {
 protected:
  DecisionTextTest() {
    for (const char* name : {"prod-eu", "prod-us", "reserve", "legal-key"}) {
      Credential credential;
      credential.id = std::string("id-") + name;
      credential.name = name;
      credential.provider = "openai";
      credential.version = 7;
      credential.enabled = credential.name != "legal-key";
      credentials_.push_back(credential);
    }
    snapshot_ = std::make_unique<Snapshot>(program_, std::make_shared<MemorySource>(credentials_),
                                           &state_, SnapshotOptions{.seed = 1, .number = 42});
  }
  Decision& Decide(std::initializer_list<const char*> assignments, int64_t now_ms = kNow) {
    snapshot_->Decide(RequestOf(*program_, assignments).Build(), now_ms, &decision_);
    return decision_;
  }
  void Report(Outcome outcome, int64_t retry_after_ms = 0) {
    evaluator::Report report;
    report.outcome = outcome;
    report.retry_after_ms = retry_after_ms;
    EXPECT_TRUE(snapshot_->ReportOutcome(&decision_, report, kNow));
  }
  std::string Text() { return DecisionText(decision_, *snapshot_); }
  std::string Json() { return DecisionJson(decision_, *snapshot_); }

  std::shared_ptr<const Program> program_ = CompileText(kPolicy);
  std::vector<Credential> credentials_;
  LocalState state_;
  std::unique_ptr<Snapshot> snapshot_;
  Decision decision_;
};

TEST_F(DecisionTextTest, UseAsJson) {
  Decide({"provider=openai", "tenant.id=ws-bank", "environment=production", "app.id=invoices"});
  const auto digits = decision_.Id();
  const std::string id(digits.data(), digits.size());
  EXPECT_EQ(
      Json(),
      R"({"format":1,"id":")" + id +
          R"(","verdict":"use","credential":{"id":"id-prod-eu","name":"prod-eu","provider":"openai","version":7},)"
          R"("rule":"billing","arm":1,"pool":"production","strategy":"weighted_round_robin","reason":null,)"
          R"("message":null,"retry_after_ms":null,"tags":{"cost_center":"finance","app":"invoices"},)"
          R"("candidates":[{"name":"prod-eu","arm":1,"tier":1,"weight":3,"state":"taken","why":null,"until":null},)"
          R"({"name":"prod-us","arm":1,"tier":1,"weight":1,"state":"eligible","why":null,"until":null},)"
          R"({"name":"reserve","arm":1,"tier":2,"weight":1,"state":"eligible","why":null,"until":null}],)"
          R"("attempt":1,"dry":false,"tenant":"ws-bank","provider":"openai","at":"2026-11-23T09:30:12.345Z",)"
          R"("policy":{"revision":")" +
          program_->policy->revision + R"(","edition":1},"snapshot":42,"scope":"process"})");
}

TEST_F(DecisionTextTest, EveryKeyIsAlwaysThereInOrder) {
  const auto keys = [](const std::string& json) {
    std::string all;
    const auto parsed = nlohmann::ordered_json::parse(json);
    for (const auto& [key, value] : parsed.items()) all += key + " ";
    return all;
  };
  const std::string expected =
      "format id verdict credential rule arm pool strategy reason message retry_after_ms tags "
      "candidates attempt dry tenant provider at policy snapshot scope ";
  for (const auto& assignments : {std::initializer_list<const char*>{"provider=openai"},
                                  {"provider=openai", "app.id=app-legal"},
                                  {"provider=openai", "node.credential=nobody"},
                                  {"provider=google", "environment=production"}}) {
    Decide(assignments);
    EXPECT_EQ(keys(Json()), expected);
  }
}

TEST_F(DecisionTextTest, WhatDoesNotApplyIsNull) {
  Decide({"provider=openai"});
  const auto json = nlohmann::json::parse(Json());
  EXPECT_EQ(json["verdict"], "host");
  EXPECT_EQ(json["rule"], "default");
  EXPECT_EQ(json["arm"], 1);
  for (const char* key : {"credential", "pool", "strategy", "reason", "message", "retry_after_ms"}) {
    EXPECT_TRUE(json[key].is_null()) << key;
  }
  EXPECT_EQ(json["tags"].dump(), "{}");
  EXPECT_EQ(json["candidates"].dump(), "[]");
}

TEST_F(DecisionTextTest, RefusalsSayWhyInJson) {
  Decide({"provider=openai", "app.id=app-legal"});
  auto json = nlohmann::json::parse(Json());
  EXPECT_EQ(json["reason"], "denied");
  EXPECT_EQ(json["message"], "this app pays with its own key only");
  EXPECT_EQ(json["candidates"][0]["why"], "disabled");
  EXPECT_EQ(json["candidates"][0]["state"], "skipped");
  Decide({"provider=openai", "node.credential=nobody"});
  json = nlohmann::json::parse(Json());
  EXPECT_EQ(json["reason"], "unknown_credential");
  EXPECT_TRUE(json["message"].is_null());
  Decide({"provider=google", "environment=production"});
  json = nlohmann::json::parse(Json());
  EXPECT_EQ(json["reason"], "unavailable");
  EXPECT_TRUE(json["arm"].is_null());
  EXPECT_EQ(json["candidates"][0]["why"], "other_provider");
}

TEST_F(DecisionTextTest, BytesThatAreNotUtf8AreReplaced) {
  Decide({"provider=openai", "environment=production", "app.id=\xFF\xFE"});
  EXPECT_EQ(nlohmann::json::parse(Json())["tags"]["app"], "\uFFFD\uFFFD");
}

TEST_F(DecisionTextTest, UseAsText) {
  Decide({"provider=openai", "environment=production", "app.id=invoices"});
  Report(Outcome::kRateLimited, 48'000);
  Decide({"provider=openai", "environment=production", "app.id=two words"});
  EXPECT_EQ(Text(), R"(use prod-us                        rule billing, arm 1: production by weighted_round_robin
    tags     cost_center=finance app="two words"
    skipped  prod-eu  cooling until 09:31:01Z (48 s)
)");
}

// With other models the key may be taken; once it rests itself, the model makes no difference.
TEST_F(DecisionTextTest, ARestForOneModelSaysSo) {
  const std::initializer_list<const char*> request = {"provider=openai", "environment=production", "model=m"};
  snapshot_->ReportOutcome(&Decide(request), {.outcome = Outcome::kRateLimited, .retry_after_ms = 48'000, .scope = LimitScope::kModel},
                           kNow);
  Decide(request);
  EXPECT_NE(Text().find("skipped  prod-eu  cooling for this model until 09:31:01Z (48 s)\n"), std::string::npos) << Text();
  EXPECT_EQ(nlohmann::json::parse(Json())["candidates"][0]["why"], "cooling");
  Decide({"provider=openai", "environment=production", "model=n"});
  EXPECT_EQ(decision_.credential->name, "prod-eu");
  Report(Outcome::kRateLimited, 60'000);
  Decide(request);
  EXPECT_NE(Text().find("skipped  prod-eu  cooling until 09:31:13Z (60 s)\n"), std::string::npos) << Text();
}

TEST_F(DecisionTextTest, LongRestsSayTheDay) {
  Decide({"provider=openai", "environment=production"});
  Report(Outcome::kUnauthorized, 20 * 3'600'000);
  Decide({"provider=openai", "environment=production"});
  EXPECT_EQ(Text(), R"(use prod-us                        rule billing, arm 1: production by weighted_round_robin
    tags     cost_center=finance
    skipped  prod-eu  cooling until 2026-11-24T05:30:13Z (20 h)
)");
}

TEST_F(DecisionTextTest, DenialsAsText) {
  Decide({"provider=openai", "app.id=app-legal"});
  EXPECT_EQ(Text(), R"(deny this app pays with its own key only        rule own_key
    skipped  legal-key  disabled
)");
  Decide({"provider=openai", "node.credential=no\x1b[body"});
  EXPECT_EQ(Text(),
            R"(deny unknown credential            rule named, arm 1: credential node.credential from production
    skipped  no\u{1B}[body  unknown
)");
  Decide({"provider=openai"});
  EXPECT_EQ(Text(), "host                               default\n");
}

TEST_F(DecisionTextTest, MoreThanTenSkippedAreCounted) {
  Decide({"provider=openai", "app.id=crowd"});
  EXPECT_EQ(Text(), R"(deny no credential is available    rule crowd
    skipped  m1   unknown
    skipped  m2   unknown
    skipped  m3   unknown
    skipped  m4   unknown
    skipped  m5   unknown
    skipped  m6   unknown
    skipped  m7   unknown
    skipped  m8   unknown
    skipped  m9   unknown
    skipped  m10  unknown
    skipped  … and 2 more
)");
}

TEST_F(DecisionTextTest, WhenARefusalWillEnd) {
  for (int i = 0; i < 3; ++i) {
    Decide({"provider=openai", "environment=production"});
    Report(Outcome::kRateLimited, 60'000 + i * 60'000);
  }
  Decide({"provider=openai", "environment=production"});
  EXPECT_EQ(Text(), R"(deny no credential is available    rule billing
    tags     cost_center=finance
    skipped  prod-eu  cooling until 09:31:13Z (60 s)
    skipped  prod-us  cooling until 09:32:13Z (2 min)
    skipped  reserve  cooling until 09:33:13Z (3 min)
    free     at 09:31:13Z (60 s)
)");
  EXPECT_EQ(nlohmann::json::parse(Json())["retry_after_ms"], 60'000);
}

TEST_F(DecisionTextTest, ANextAttemptIsNumbered) {
  Decide({"provider=openai", "environment=production"});
  Report(Outcome::kRateLimited);
  Decision next;
  snapshot_->Next(decision_, kNow, &next);
  EXPECT_EQ(DecisionText(next, *snapshot_),
            R"(use prod-us                        rule billing, arm 1: production by weighted_round_robin, attempt 2
    tags     cost_center=finance
    skipped  prod-eu  tried
)");
}

TEST_F(DecisionTextTest, ArmsReadAsTheyAreWritten) {
  Decide({"provider=openai", "app.id=seated", "user.id=u"});
  EXPECT_EQ(Text(), "deny no credential is available    rule seated\n");
}

// Waits are made by arms that say `waiting`; their text is the same however they came about.
TEST_F(DecisionTextTest, WaitAsText) {
  Decide({"provider=openai", "environment=production"});
  decision_.verdict = Verdict::kWait;
  decision_.reason = Reason::kCooling;
  decision_.credential = nullptr;
  decision_.retry_after_ms = 1'200;
  decision_.tags.clear();
  decision_.candidates.resize(2);
  decision_.candidates[0].why = Skip::kDisabled;
  decision_.candidates[0].taken = false;
  decision_.candidates[1].why = Skip::kCooling;
  decision_.candidates[1].until_ms = kNow + 1'200;
  decision_.candidates[1].free_ms = kNow + 1'200;
  EXPECT_EQ(Text(), R"(wait 1.2s                          rule billing, arm 1: production (prod-us cooling)
    skipped  prod-eu  disabled
    skipped  prod-us  cooling until 09:30:14Z (2 s)
)");
  decision_.candidates.erase(decision_.candidates.begin());
  EXPECT_EQ(Text(), "wait 1.2s                          rule billing, arm 1: production (prod-us cooling)\n");
}

}  // namespace
}  // namespace keyrule::evaluator
