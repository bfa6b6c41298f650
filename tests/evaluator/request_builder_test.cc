#include "evaluator/request_builder.h"

#include <gtest/gtest.h>

#include "evaluator/decision_json.h"
#include "tests/evaluator/fixture.h"

namespace keyrule::evaluator {
namespace {

constexpr const char* kPolicy = R"(keyrule 1
schema "dify" with {
  flagged : bool optional
  ends    : timestamp optional
}
rule a {
  when inputs.client == "acme" and inputs."client-id" is set and flagged
  deny "x"
}
rule b {
  when ends < 2026-01-01T00:00Z and user.roles contains "beta" and request.tokens > 5
  deny "y"
}
default { leave to host }
)";

class RequestBuilderTest : public ::testing::Test {
 protected:
  Value Of(const char* path) {
    const uint32_t slot = program_->policy->FindSlot(path);
    return slot == dsl::kUnresolved ? Value() : builder_.Build().values[slot];
  }
  std::string Set(const char* assignment) {
    std::string error;
    return builder_.SetAssignment(assignment, &error) ? "" : error;
  }

  std::shared_ptr<const Program> program_ = CompileText(kPolicy);
  RequestBuilder builder_{program_->policy};
};

TEST_F(RequestBuilderTest, TextsAreTakenAsTheyAre) {
  EXPECT_EQ(Set("app.id=invoices"), "");
  EXPECT_EQ(Of("app.id").text(), "invoices");
  EXPECT_EQ(Set("app.id= two = words "), "");
  EXPECT_EQ(Of("app.id").text(), " two = words ");
  EXPECT_EQ(Set("app.id = spaced"), "");
  EXPECT_EQ(Of("app.id").text(), "spaced");
}

TEST_F(RequestBuilderTest, NothingAfterTheEqualsSignIsAbsent) {
  EXPECT_EQ(Set("app.id=x"), "");
  EXPECT_EQ(Set("app.id="), "");
  EXPECT_TRUE(Of("app.id").absent());
  EXPECT_TRUE(builder_.shown().empty());
}

TEST_F(RequestBuilderTest, ValuesByDeclaredType) {
  EXPECT_EQ(Set("request.tokens=10_000"), "");
  EXPECT_EQ(Of("request.tokens").number(), 10'000);
  EXPECT_EQ(Set("request.tokens=-5"), "");
  EXPECT_EQ(Of("request.tokens").number(), -5);
  EXPECT_EQ(Set("flagged=true"), "");
  EXPECT_EQ(Of("flagged").kind(), ValueKind::kBool);
  EXPECT_EQ(Set("ends=2026-11-23T09:30+01:00"), "");
  EXPECT_EQ(FormatTime(Of("ends").number()), "2026-11-23T08:30:00.000Z");
  EXPECT_EQ(Set("ends=2026-11-23T09:30:12.345Z"), "");
  EXPECT_EQ(FormatTime(Of("ends").number()), "2026-11-23T09:30:12.345Z");
  EXPECT_EQ(Set("user.roles=[a, \"b, c\",d]"), "");
  ASSERT_EQ(Of("user.roles").list().size(), 3u);
  EXPECT_EQ(Of("user.roles").list()[1], "b, c");
  EXPECT_EQ(builder_.shown().at("user.roles"), "[a,\"b, c\",d]");
  EXPECT_EQ(Set("user.roles=[]"), "");
  EXPECT_TRUE(Of("user.roles").absent());
}

TEST_F(RequestBuilderTest, EntriesOfMaps) {
  EXPECT_EQ(Set("inputs.client=acme"), "");
  EXPECT_EQ(Of("inputs.client").text(), "acme");
  EXPECT_EQ(Set("inputs.\"client-id\"=7"), "");
  EXPECT_EQ(Of("inputs.client-id").text(), "7");
  EXPECT_EQ(Set("inputs.nobody-reads-this=1"), "") << "known to the schema, dropped";
  EXPECT_EQ(builder_.shown().at("inputs.nobody-reads-this"), "1");
}

TEST_F(RequestBuilderTest, ErrorsNameTheAttributeTheFaultAndTheMend) {
  EXPECT_EQ(Set("enviroment=x"), "no attribute is named `enviroment`; did you mean `environment`?");
  EXPECT_EQ(Set("request.tokens=many"),
            "`request.tokens` is an int, not `many`; write `request.tokens=500`");
  EXPECT_EQ(Set("request.tokens=99999999999999999999"),
            "`request.tokens` is an int, not `99999999999999999999`; write `request.tokens=500`");
  EXPECT_EQ(Set("flagged=yes"), "`flagged` is a bool, not `yes`; write `flagged=true`");
  EXPECT_EQ(Set("user.roles=a,b"),
            "`user.roles` is a list of string, not `a,b`; write `user.roles=[a,b]`");
  EXPECT_EQ(Set("user.roles=[\"a]"),
            "`user.roles` is a list of string, not `[\"a]`; write `user.roles=[a,b]`");
  EXPECT_EQ(Set("ends=tomorrow"),
            "`ends` is a timestamp, not `tomorrow`; write `ends=2026-11-23T09:30Z`");
  EXPECT_EQ(Set("ends=2026-02-30T09:30Z"),
            "`ends` is a timestamp, not `2026-02-30T09:30Z`; write `ends=2026-11-23T09:30Z`");
  EXPECT_EQ(Set("model.type=lllm"), "`model.type` is never `\"lllm\"`; did you mean `llm`?");
  EXPECT_EQ(Set("inputs=x"),
            "`inputs` is a map of string; set its entries, as in `inputs.key=text`");
  EXPECT_EQ(Set("app.id"), "`app.id` has no `=`; write `attribute=value`");
  EXPECT_TRUE(builder_.shown().empty()) << "what fails changes nothing";
}

TEST_F(RequestBuilderTest, WrongSettersAreRefused) {
  std::string error;
  EXPECT_FALSE(builder_.SetText("request.tokens", "5", &error));
  EXPECT_EQ(error, "`request.tokens` is an int, not a text; write `request.tokens=500`");
  EXPECT_FALSE(builder_.SetInteger("app.id", 5, &error));
  EXPECT_EQ(error, "`app.id` is a string, not an int; write `app.id=text`");
  EXPECT_FALSE(builder_.SetBool("app.id", true, &error));
  EXPECT_FALSE(builder_.SetList("app.id", {"a"}, &error));
  EXPECT_FALSE(builder_.SetTimestamp("app.id", 0, &error));
  EXPECT_EQ(error, "`app.id` is a string, not a timestamp; write `app.id=text`");
}

TEST_F(RequestBuilderTest, ControlCharactersDoNotReachATerminal) {
  EXPECT_EQ(Set("flagged=\x1b[2J"), "`flagged` is a bool, not `\\u{1B}[2J`; write `flagged=true`");
}

TEST_F(RequestBuilderTest, RequiredAttributesHoldWhatNoPolicyNames) {
  EXPECT_EQ(Set("provider=openai"), "");
  builder_.FillRequired(7);
  EXPECT_EQ(Of("provider").text(), "openai");
  EXPECT_EQ(Of("model").text(), "(any)");
  EXPECT_EQ(Of("model.type").text(), "llm");
  EXPECT_EQ(builder_.Build().tenant, "(any)");
  EXPECT_TRUE(Of("app.id").absent());
}

TEST_F(RequestBuilderTest, TheTenantIsTheRequests) {
  EXPECT_EQ(Set("tenant.id=ws-bank"), "");
  EXPECT_EQ(builder_.Build().tenant, "ws-bank");
  builder_.Clear();
  EXPECT_EQ(builder_.Build().tenant, "");
}

TEST_F(RequestBuilderTest, WhatWasBuiltOutlivesLaterTexts) {
  std::string text = "first";
  std::string error;
  ASSERT_TRUE(builder_.SetText("app.id", text, &error));
  text = "XXXXX";
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(builder_.SetText("user.id", std::to_string(i), &error));
  }
  EXPECT_EQ(Of("app.id").text(), "first");
  EXPECT_EQ(Of("user.id").text(), "999");
}

}  // namespace
}  // namespace keyrule::evaluator
