#include "evaluator/response.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "evaluator/response_body.h"
#include "evaluator/retry_after.h"

namespace keyrule::evaluator {
namespace {

constexpr int64_t kNow = 1'795'694'400'000;  // 2026-11-26T12:00:00Z

// The dialects themselves are tested by tests/plugin_api/test_classify.py, an answer for each row.
Classification Of(std::string_view provider, int status, std::string_view body, std::span<const Header> headers = {}) {
  return Classify({.provider = provider, .status = status, .headers = headers, .body = body}, kNow);
}

int64_t RetryAfterOf(const std::vector<Header>& headers, std::string_view body = {}) {
  return Of("openai", 429, body, headers).retry_after_ms;
}

TEST(ParseSpan, AsProvidersWriteTimes) {
  const std::pair<const char*, int64_t> kCases[] = {
      {"27s", 27'000},      {"6ms", 6},           {"1m12s", 72'000},         {"1h13m4.5s", 4'384'500},
      {"0.0s", 0},          {"46.529s", 46'529},  {"2m59.56s", 179'560},     {"12", 12'000},
      {"1.5 hours", 5'400'000}, {"2 hours and 5 minutes", 7'500'000}, {"12. Limit 3 seconds", 12'000}, {"5 requests", 5'000},
      {"577210.725405548s", 577'210'725}, {"7m12s. Visit", 432'000}, {"99999999999999999999h", kMostRetryAfterMs}};
  for (const auto& [text, ms] : kCases) EXPECT_EQ(ParseSpan(text), ms) << text;
  for (const char* text : {"", "s", "-5s", ".5s", "soon", "Wed, 21 Oct"}) EXPECT_EQ(ParseSpan(text), std::nullopt) << text;
}

TEST(ParseHttpDate, ItsThreeForms) {
  for (const char* text :
       {"Thu, 26 Nov 2026 12:00:00 GMT", "Thursday, 26-Nov-26 12:00:00 GMT", "Thu Nov 26 12:00:00 2026"}) {
    EXPECT_EQ(ParseHttpDate(text), kNow) << text;
  }
  EXPECT_EQ(ParseHttpDate("Sun Nov  6 08:49:37 1994"), 784'111'777'000);
  for (const char* text : {"", "26 Nov 2026", "Thu, 31 Nov 2026 12:00:00 GMT", "Thu, 26 Nov 2026 25:00:00 GMT",
                           "Thu, 26 Nov 20260 12:00:00 GMT", "Thu, 26 Foo 2026 12:00:00 GMT", "1 2 3 4 5 6 7 8 9 10 11 12 13 14",
                           "Thu, 00 Nov 2026 12:00:00 GMT", "99:99:99 99:99:99 99:99:99 Nov"}) {
    EXPECT_EQ(ParseHttpDate(text), std::nullopt) << text;
  }
}

TEST(RetryAfter, TheExactHeaderBeforeTheOthers) {
  EXPECT_EQ(RetryAfterOf({{"Retry-After", "33"}, {"Retry-After-Ms", "32750"}}), 32'750);
  EXPECT_EQ(RetryAfterOf({{"Retry-After", "soon"}, {"retry-after", "2.5"}}), 2'500);
  EXPECT_EQ(RetryAfterOf({{"Retry-After", "0"}}), 1);  // said, and not the same as unsaid
  EXPECT_EQ(RetryAfterOf({{"Retry-After", "1e9"}}), 0);
  EXPECT_EQ(RetryAfterOf({{"Retry-After", "5 , 7"}}), 0);
  EXPECT_EQ(RetryAfterOf({}, R"({"error":{"message":"Please try again in 350ms"}})"), 350);
}

TEST(RetryAfter, DatesCountFromTheAnswersOwn) {
  const Header date{"Date", "Thu, 26 Nov 2026 11:00:00 GMT"}, retry{"Retry-After", "Thu, 26 Nov 2026 12:00:30 GMT"};
  EXPECT_EQ(RetryAfterOf({retry}), 30'000);
  EXPECT_EQ(RetryAfterOf({date, retry}), 3'630'000);
}

TEST(RetryAfter, OnlyOfALimitThatIsUsedUp) {
  const Header reset{"x-ratelimit-reset-requests", "1m12s"};
  EXPECT_EQ(RetryAfterOf({{"x-ratelimit-remaining-requests", "3"}, reset}), 0);
  EXPECT_EQ(RetryAfterOf({{"X-RateLimit-Remaining-Requests", "0"}, reset}), 72'000);
  EXPECT_EQ(Of("openai", 200, "{}", std::vector<Header>{reset}).retry_after_ms, 0);
}

TEST(RetryAfter, NeverOfWhatAnEndUserWrote) {
  EXPECT_EQ(Of("openai", 400, R"({"error":{"message":"try again in 5 hours"}})").retry_after_ms, 0);
}

TEST(Timeout, WhoseItWas) {
  const auto of = [](int64_t timeout, int64_t elapsed, bool callers) {
    return Classify({.failure = Failure::kTimeout, .callers_timeout = callers, .timeout_ms = timeout, .elapsed_ms = elapsed}, kNow);
  };
  EXPECT_TRUE(of(50, 0, false).callers_timeout);
  EXPECT_TRUE(of(0, 50, false).callers_timeout);
  EXPECT_TRUE(of(60'000, 0, true).callers_timeout);
  EXPECT_FALSE(of(60'000, 50, false).callers_timeout);
  EXPECT_FALSE(of(0, 0, false).callers_timeout);
  EXPECT_FALSE(of(kFairTimeoutMs, 0, false).callers_timeout);
  EXPECT_EQ(of(50, 0, false).outcome, Outcome::kTimedOut);
}

TEST(ReadBody, KeepsWhatStandsBeforeAMistake) {
  const std::string_view whole = R"({"error":{"code":"insufficient_quota","message":"You exceeded","type":"x"}})";
  for (size_t size = 0; size <= whole.size(); ++size) {
    const BodyFacts facts = ReadBody(whole.substr(0, size));
    EXPECT_EQ(facts.HasWord("insufficient_quota"), size >= 36) << size;
  }
  EXPECT_EQ(ReadBody(R"({"error":{"message":"a" "code":"b"}})").words().size(), 0u);
  EXPECT_EQ(ReadBody(R"({"error":{"message":'it"s', "code":'b'}})").message, "it\"s");
}

TEST(ReadBody, OnlyTheProvidersOwnPlaces) {
  for (const char* body : {R"({"choices":[{"message":{"content":"x","error":{"code":"insufficient_quota"}}}]})",
                           R"({"input":{"error":{"code":"insufficient_quota"}}})", R"(["insufficient_quota"])",
                           R"({"message":{"error":{"code":"insufficient_quota"}}})", R"({"error":null,"status":"failed"})",
                           R"({"choices":[{"message":{"content":"{\"error\":{\"code\":\"insufficient_quota\"}}"}}]})"}) {
    EXPECT_EQ(Of("openai", 200, body).outcome, Outcome::kOk) << body;
  }
}

TEST(ReadBody, WrongTypesAndNumbers) {
  for (const char* body :
       {R"({"error":[]})", R"({"error":{"code":{"a":1}}})", R"({"error":{"code":[1,2,"x"]}})", R"({"error":true})", R"({"error":1e999})",
        R"({"error":{"type":true,"code":-5,"message":7}})", R"({"usage":{"total_tokens":"many"}})", R"({"usage":[1]})",
        R"({"usage":{"total_tokens":-5}})", R"({"usage":{"total_tokens":1.5}})", R"({"usage":{"total_tokens":{"x":9}}})"}) {
    const Classification found = Of("openai", 400, body);
    EXPECT_EQ(found.outcome, Outcome::kCallerError) << body;
    EXPECT_EQ(found.tokens, 0) << body;
  }
  EXPECT_GT(Of("openai", 200, R"({"usage":{"total_tokens":99999999999999999999999999}})").tokens, 0);
}

TEST(ReadBody, ExceptionsOfSdks) {
  const auto of = [](const char* provider, int status, std::string_view text) { return Of(provider, status, text).row->id; };
  constexpr const char* kPython = "Error code: 429 - {'error': {'code': 'insufficient_quota', 'message': 'x'}}";
  EXPECT_EQ(of("openai", 0, kPython), "generic.insufficient_quota");
  EXPECT_EQ(of("openai", 429, kPython), "generic.insufficient_quota");
  EXPECT_EQ(Of("openai", 200, kPython).outcome, Outcome::kOk) << "a model wrote it";
  EXPECT_EQ(of("google", 0, "429 RESOURCE_EXHAUSTED. {'error': {'code': 429, 'status': 'RESOURCE_EXHAUSTED'}}"),
            "google.resource_exhausted");
  EXPECT_EQ(of("google", 0,
               "[GoogleGenerativeAI Error]: Error fetching from https://x/v1: [400 Bad Request] API key not valid. Please"),
            "google.api_key_not_valid");
  // What a message repeats of a request may look like an answer.
  EXPECT_EQ(of("google", 0, "400 Invalid value: {'error': {'code': 'insufficient_quota'}}"), "generic.caller_error");
  EXPECT_EQ(of("google", 0, "400 INVALID_ARGUMENT of {'error': {'code': 'API_KEY_INVALID'}}"), "generic.caller_error");
  // Cut anywhere, or no exception at all.
  for (const std::string_view text : {"Error code: ", "Error code: 42", "Error code: 429", "Error: 500 {", "[404", "[GoogleGenerativeAI Error]: "
                                      "Error fetching from ", "Error code: 200 - {}", "4290 tokens", "[1, 2]", "429"}) {
    EXPECT_NO_FATAL_FAILURE((void)Of("openai", 0, text));
  }
  EXPECT_EQ(Of("openai", 0, "Error code: 429").outcome, Outcome::kRateLimited);
  EXPECT_EQ(of("openai", 0, "4290 tokens"), of("openai", 0, ""));
}

// Vectors, pictures and long answers stand before the usage.
TEST(ReadBody, UsageBehindALongAnswer) {
  const std::string vectors(2'000'000, '1');
  const auto tokens = [](std::string_view body) { return Of("openai", 200, body).tokens; };
  EXPECT_EQ(tokens(R"({"data":[)" + vectors + R"(],"model":"m","usage":{"prompt_tokens":8,"total_tokens":8}})"), 8);
  EXPECT_EQ(tokens(R"({"data":[)" + vectors + R"(],"usageMetadata":{"promptTokenCount":5,"totalTokenCount":9},"x":1})"), 9);
  EXPECT_EQ(tokens(R"({"usage":{"total_tokens":7},"data":[)" + vectors + R"(]})"), 7) << "in front as ever";
  EXPECT_EQ(tokens("data: {\"delta\":\"" + vectors + "\"}\n\ndata: {\"usage\":{\"total_tokens\":6}}\n\ndata: [DONE]\n\n"), 6);
  EXPECT_EQ(tokens(R"({"text":")" + vectors + R"(\"usage\":{\"total_tokens\":99}","x":1})"), 0) << "a model wrote it";
  EXPECT_EQ(tokens(R"({"data":[)" + vectors + R"(],"usage":{"total_to)"), 0) << "cut";
}

TEST(ReadBody, AByteOrderMarkIsSkipped) {
  EXPECT_EQ(Of("openai", 429, "\xEF\xBB\xBF{\"error\":{\"code\":\"insufficient_quota\"}}").outcome, Outcome::kOutOfCredit);
  EXPECT_EQ(Of("openai", 429, "\xEF\xBB").outcome, Outcome::kRateLimited);
}

TEST(ReadBody, DeepLongAndCutBodies) {
  const std::string deep(1'000'000, '[');
  EXPECT_EQ(Of("openai", 429, deep).outcome, Outcome::kRateLimited);
  std::string nested = R"({"x":)" + std::string(1'000, '[') + std::string(1'000, ']') + R"(,"error":{"code":"insufficient_quota"}})";
  EXPECT_EQ(Of("openai", 429, nested).outcome, Outcome::kOutOfCredit);
  const std::string long_body = R"({"error":{"message":")" + std::string(10'000'000, 'x') + R"(","code":"insufficient_quota"}})";
  EXPECT_EQ(Of("openai", 429, long_body).outcome, Outcome::kRateLimited);  // the code stands behind what is read
  std::string zeros = R"({"error":{"message":"a)" + std::string(3, '\0') + R"(b","code":"insufficient_quota"}})";
  EXPECT_EQ(Of("openai", 429, zeros).outcome, Outcome::kOutOfCredit);
  EXPECT_EQ(Of("openai", 429, R"({"error":{"code":")" + std::string(100, 'x') + R"("}})").outcome, Outcome::kRateLimited);
}

TEST(Classify, AnyStatus) {
  for (const int status : {-1, 0, 1, 99, 100, 199, 299, 300, 399, 418, 450, 599, 600, 999, INT32_MAX, INT32_MIN}) {
    const Classification found = Of("openai", status, "");
    ASSERT_NE(found.row, nullptr) << status;
    EXPECT_NE(found.outcome, Outcome::kNone) << status;
  }
  EXPECT_EQ(Of("openai", 0, R"({"error":{"code":"invalid_api_key"}})").outcome, Outcome::kUnauthorized);
}

// Hostile bytes: what is said stays within its bounds, whatever they are.
void Check(const Classification& found, std::string_view bytes) {
  ASSERT_NE(found.row, nullptr);
  EXPECT_NE(found.outcome, Outcome::kNone);
  EXPECT_GE(found.retry_after_ms, 0) << bytes;
  EXPECT_LE(found.retry_after_ms, kMostRetryAfterMs) << bytes;
  EXPECT_GE(found.tokens, 0) << bytes;
  EXPECT_GE(found.tokens, found.input_tokens) << bytes;
  EXPECT_EQ(found.outcome, found.row->outcome);
}

TEST(Classify, RandomBytesOfResponses) {
  const std::string_view kPieces[] = {"{",       "}",        "[",         "]",      "\"",     "'",        "\\",           ":",
                                      ",",       "error",    "code",      "type",   "message", "details", "retryDelay",   "usage",
                                      "\"error\":{", "\"code\":\"insufficient_quota\"", "data: ", "event: error\n", "\n\n", "null", "-1",
                                      "99999999999999999999", "1e308", "base_resp", "status_code", ":exception-type\x07", "\xff\xfe",
                                      "None",    "total_tokens", "try again in 5s", "27s", "Retry-After", std::string_view("\0", 1)};
  const std::string_view kProviders[] = {"openai", "anthropic", "google", "bedrock", "minimax", "x", "nobody", ""};
  const std::string_view kNames[] = {"retry-after", "retry-after-ms", "Date", "x-ratelimit-reset-tokens", "x-ratelimit-remaining-tokens",
                                     "anthropic-ratelimit-tokens-reset", "x-amzn-errortype", "X-RateLimit-Reset"};
  std::mt19937_64 random(7);  // the same bytes in every run
  const auto below = [&random](size_t count) { return static_cast<size_t>(random() % count); };
  for (int round = 0; round < 50'000; ++round) {
    std::string body, values;
    for (size_t i = below(40); i > 0; --i) {
      if (below(8) == 0) {
        body += static_cast<char>(random());
      } else {
        body += kPieces[below(std::size(kPieces))];
      }
    }
    for (int i = 0; i < 40; ++i) values += below(3) == 0 ? static_cast<char>(random()) : "0123456789:T-Z. msGThuNov"[below(25)];
    const std::vector<Header> headers = {{kNames[below(std::size(kNames))], std::string_view(values).substr(0, below(20))},
                                         {kNames[below(std::size(kNames))], std::string_view(values).substr(below(40))}};
    const Response response{.provider = kProviders[below(std::size(kProviders))],
                            .status = static_cast<int>(below(700)) - 50,
                            .headers = headers,
                            .body = body,
                            .failure = static_cast<Failure>(below(5)),
                            .timeout_ms = static_cast<int64_t>(below(20'000))};
    Check(Classify(response, kNow), body);
  }
}

}  // namespace
}  // namespace keyrule::evaluator
