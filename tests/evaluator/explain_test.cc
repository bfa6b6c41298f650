#include "evaluator/explain.h"
#include "evaluator/why_not.h"
#include "evaluator/explain_graph.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "evaluator/literals.h"
#include "evaluator/local_state.h"
#include "tests/evaluator/fixture.h"

namespace keyrule::evaluator {
namespace {

constexpr int64_t kNow = 1'767'614'400'000;  // 2026-01-05T12:00Z, a Monday

constexpr const char* kPolicy = R"(keyrule 1
schema "dify"
let beta = user.roles contains "beta" and not (user.id starts with "x-")
table key_of_app { "app-legal" : "legal-key" }
pool production { "prod" }
rule own_key {
  when app.id in key_of_app
  use credential key_of_app[app.id]
}
rule night {
  when time in 22:00..06:00 at "UTC"
  deny "closed"
}
rule testers {
  when environment == "staging" and beta
  deny "testers wait"
}
rule billing {
  when environment == "production"
  use production by first_available
}
rule canary {
  when user.id in 10%
  use credential "canary"
}
rule bulk {
  when request.tokens > 5000 and (user.id == "batch"   # the night job
       or not (invoke.from == "service-api"))
  deny "too large"
}
default { leave to host }
)";

class ExplainTest : public ::testing::Test {
 protected:
  ExplainTest() {
    std::vector<Credential> credentials(2);
    credentials[0].id = credentials[0].name = "prod";
    credentials[1].id = credentials[1].name = "canary";
    snapshot_ = std::make_unique<Snapshot>(program_, std::make_shared<MemorySource>(credentials),
                                           &state_);
  }
  std::string Text(std::initializer_list<const char*> assignments, const char* why_not = "") {
    return ExplainText(*snapshot_, RequestOf(*program_, assignments).Build(), kNow,
                       {.why_not = why_not});
  }
  std::string WhyNot(std::initializer_list<const char*> assignments, const char* rule) {
    return WhyNotText(*snapshot_, RequestOf(*program_, assignments).Build(), kNow, rule);
  }
  nlohmann::json Json(std::initializer_list<const char*> assignments, bool all = false) {
    return nlohmann::json::parse(ExplainJson(
        *snapshot_, RequestOf(*program_, assignments).Build(), kNow, {.all_rules = all}));
  }

  std::shared_ptr<const Program> program_ = CompileText(kPolicy);
  LocalState state_;
  std::unique_ptr<Snapshot> snapshot_;
};

TEST_F(ExplainTest, TextGoesOnAfterTheDecision) {
  EXPECT_EQ(Text({"provider=openai", "environment=production", "app.id=invoices"}),
            R"(use prod                           rule billing, arm 1: production by first_available

no   own_key  app.id in key_of_app           app.id is "invoices"
no   night    time in 22:00..06:00 at "UTC"  it is 2026-01-05T12:00:00.000Z
no   testers  environment == "staging"       environment is "production"
yes  billing  environment == "production"

billing
     yes  environment == "production"  environment is "production"
     found in its turn

     taken     prod
)");
}

TEST_F(ExplainTest, NamedConditionsAreLookedInto) {
  EXPECT_EQ(Text({"environment=staging", "user.roles=[beta,ops]", "user.id=x-1"}),
            R"(host                               default

no   own_key  app.id in key_of_app           app.id is absent
no   night    time in 22:00..06:00 at "UTC"  it is 2026-01-05T12:00:00.000Z
no   testers  user.id starts with "x-"       user.id is "x-1"
no   billing  environment == "production"    environment is "staging"
no   canary   user.id in 10%                 user.id is "x-1"
no   bulk     request.tokens > 5000          request.tokens is absent
yes  default
)");
}

TEST_F(ExplainTest, JsonNamesTheAtomItsPlaceAndTheValue) {
  const nlohmann::json json = Json({"provider=openai", "environment=production", "app.id=invoices"});
  EXPECT_EQ(json["decision"]["verdict"], "use");
  EXPECT_EQ(json["decision"]["dry"], true);
  EXPECT_EQ(json["request"]["app.id"], "invoices");
  EXPECT_EQ(json["request"]["tenant.id"], "(any)");
  ASSERT_EQ(json["rules"].size(), 4u);
  EXPECT_EQ(json["rules"][0].dump(),
            R"({"at":"p.keyrule:6:1","failed":{"at":"p.keyrule:7:8","condition":"app.id in key_of_app",)"
            R"("value":"invoices"},"matched":false,"name":"own_key","nearest":[{"set":"app.id","to":"app-legal"}]})");
  EXPECT_EQ(json["rules"][1]["failed"]["value"], "2026-01-05T12:00:00.000Z");
  EXPECT_EQ(json["rules"][1]["nearest"].dump(), R"([{"set":"clock","to":"2026-01-05T00:00:00.000Z"}])");
  EXPECT_EQ(json["rules"][3]["matched"], true);
  EXPECT_TRUE(json["rules"][3]["failed"].is_null());
  EXPECT_TRUE(json["rules"][3]["nearest"].is_null());
}

TEST_F(ExplainTest, NearestChangesTwoAttributesWhereOneIsNotEnough) {
  const nlohmann::json json = Json({"environment=production"}, true);
  ASSERT_EQ(json["rules"].size(), 7u);
  EXPECT_EQ(json["rules"][2]["nearest"].dump(),
            R"([{"set":"environment","to":"staging"},{"set":"user.roles","to":["beta"]}])");
  // A later rule: its own condition must hold and that of the deciding one must not.
  const nlohmann::json& canary = json["rules"][4]["nearest"];
  ASSERT_EQ(canary.size(), 2u);
  EXPECT_EQ(canary[0]["set"], "environment");
  EXPECT_EQ(canary[1]["set"], "user.id");
}

// Whatever is said to be nearest must be true when it is done.
TEST_F(ExplainTest, NearestKeepsItsWord) {
  const nlohmann::json json = Json({"environment=production", "user.id=u-1"}, true);
  for (const nlohmann::json& rule : json["rules"]) {
    if (rule["nearest"].is_null()) continue;
    RequestBuilder builder = RequestOf(*program_, {"environment=production", "user.id=u-1"});
    std::string error;
    int64_t now = kNow;
    for (const nlohmann::json& change : rule["nearest"]) {
      const std::string path = change["set"];
      const nlohmann::json& to = change["to"];
      if (path == "clock") {
        now = ParseTimestamp(to.get<std::string>()).value();
      } else if (to.is_null()) {
        EXPECT_TRUE(builder.Unset(path, &error)) << error;
      } else if (to.is_array()) {
        EXPECT_TRUE(builder.SetList(path, to.get<std::vector<std::string>>(), &error)) << error;
      } else if (to.is_number()) {
        EXPECT_TRUE(builder.SetInteger(path, to, &error)) << error;
      } else {
        EXPECT_TRUE(builder.SetText(path, to.get<std::string>(), &error)) << error;
      }
    }
    Decision decision;
    snapshot_->Decide(builder.Build(), now, &decision);
    EXPECT_EQ(program_->rules[decision.rule].name, rule["name"].get<std::string>());
  }
}

TEST_F(ExplainTest, WhyNotInOneSentence) {
  EXPECT_EQ(WhyNot({"environment=production", "user.id=u-1"}, "canary"),
            "canary would decide if user.id were in 10%, and billing did not\n"
            "nearest: set environment = \"staging\", set user.id = \"user-15\"\n");
  EXPECT_EQ(WhyNot({"environment=production"}, "billing"), "billing decides this request\n");
  EXPECT_EQ(WhyNot({"environment=dev"}, "billing"),
            "billing would decide if environment were \"production\"\n"
            "nearest: set environment = \"production\"\n");
  EXPECT_EQ(WhyNot({"request.tokens=9000", "environment=production"}, "bulk"),
            "bulk would decide if billing did not\nnearest: set environment = \"staging\"\n");
  EXPECT_EQ(WhyNot({"invoke.from=service-api", "request.tokens=5"}, "bulk"),
            "bulk would decide if request.tokens were > 5000 and user.id were \"batch\"\n"
            "nearest: set user.id = \"batch\", set request.tokens = 5001\n");
  EXPECT_EQ(WhyNot({"environment=production"}, "night"),
            "night would decide if time were in 22:00..06:00 at \"UTC\"\nnearest: clock 2026-01-05T00:00Z\n");
  EXPECT_EQ(WhyNot({"environment=production"}, "nigt"),
            "no rule is named `nigt`; did you mean `night`?\n");
}

TEST_F(ExplainTest, TheWayIsDrawn) {
  const RequestBuilder request = RequestOf(*program_, {"provider=openai", "environment=production", "app.id=<i&\"x>"});
  const ExplainGraph graph = GraphOf(*snapshot_, request.Build(), kNow);
  std::vector<std::string> names;
  for (const ExplainGraph::Node& node : graph.nodes) names.push_back(node.lines.front());
  EXPECT_EQ(names, (std::vector<std::string>{"request", "rule own_key", "rule night", "rule testers", "rule billing", "arm 1",
                                             "prod", "use prod"}));
  EXPECT_EQ(graph.nodes[4].tone, ExplainGraph::Tone::kYes);
  EXPECT_EQ(graph.nodes[3].lines.back(), "environment is \"production\"");
  const std::string svg = SvgText(graph);
  EXPECT_NE(svg.find("app.id = &quot;&lt;i&amp;\\&quot;x&gt;&quot;"), std::string::npos) << svg;
  EXPECT_EQ(svg.find("<i&"), std::string::npos);
  EXPECT_NE(DotText(graph).find("app.id = \\\"<i&\\\\\\\"x>\\\"\\l"), std::string::npos) << DotText(graph);
  EXPECT_NE(DotText(graph).find("n4 -> n5 [label=\"yes\"]"), std::string::npos);
}

TEST_F(ExplainTest, LooksDry) {
  for (int i = 0; i < 3; ++i) Text({"environment=production"});
  EXPECT_EQ(state_.Takes()->load(), 0u);
}

// Conditions that name each other many times over are looked at once each.
TEST(ExplainLetsTest, ManyNamedConditions) {
  std::string text = "keyrule 1\nschema \"dify\"\nlet c0 = app.id == \"a\"\n";
  for (int i = 1; i < 20; ++i) {
    const std::string before = "c" + std::to_string(i - 1);
    text += "let c" + std::to_string(i) + " = " + before + " or not (" + before + " and user.id is set)\n";
  }
  text += "rule r { when not c19 deny \"x\" }\ndefault { leave to host }\n";
  const auto program = CompileText(text);
  LocalState state;
  const Snapshot snapshot(program, std::make_shared<MemorySource>(std::vector<Credential>()), &state);
  const std::string why =
      WhyNotText(snapshot, RequestOf(*program, {"app.id=a"}).Build(), kNow, "r");
  EXPECT_EQ(why, "r decides no request at all: `keyrule check` says why\n");  // each c says that something is so, or not
}

}  // namespace
}  // namespace keyrule::evaluator
