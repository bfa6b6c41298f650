// A warm decision allocates nothing, and one that is not refuses where memory runs out. Counted by standing before malloc:
// whatever library allocates comes by here.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "tests/plugin_api/plugin_support.h"
#include "tests/plugin_api/warm_calls.h"

namespace {

// Of this thread only: the threads that RocksDB keeps allocate when they like.
thread_local uint64_t allocations = 0;
thread_local bool counting = false;

thread_local int64_t until_failure = -1;  // so many succeed, then one fails; below 0: none fails

// False: this one fails.
bool Count() {
  if (counting) ++allocations;
  return until_failure < 0 || until_failure-- > 0;
}

}  // namespace

extern "C" {
void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* old, size_t size);
void* __libc_memalign(size_t alignment, size_t size);

__attribute__((visibility("default"))) void* malloc(size_t size) {
  return Count() ? __libc_malloc(size) : nullptr;
}
__attribute__((visibility("default"))) void* calloc(size_t count, size_t size) {
  return Count() ? __libc_calloc(count, size) : nullptr;
}
__attribute__((visibility("default"))) void* realloc(void* old, size_t size) {
  return Count() ? __libc_realloc(old, size) : nullptr;
}
__attribute__((visibility("default"))) void* aligned_alloc(size_t alignment, size_t size) {
  return Count() ? __libc_memalign(alignment, size) : nullptr;
}
}

namespace keyrule::plugin_test {
namespace {

// Decide, look, report, release: what a host does for each call.
void Call(keyrule_engine* engine, const keyrule_request& request, keyrule_verdict expected) {
  keyrule_decision* decision = nullptr;
  ASSERT_EQ(Api().get_current_credentials(engine, &request, &decision, nullptr), KEYRULE_OK);
  const keyrule_decision_info info = Info(decision);
  ASSERT_EQ(info.verdict, expected);
  if (info.verdict == KEYRULE_USE) {
    keyrule_report report = KEYRULE_REPORT_INIT;
    report.outcome = KEYRULE_OUTCOME_OK;
    Api().report(engine, decision, &report, nullptr);
  }
  Api().decision_release(decision);
}

keyrule_attribute TextAttribute(keyrule_engine* engine, std::string_view path, std::string_view text) {
  keyrule_attribute attribute{};
  attribute.id = Api().engine_attribute(engine, Str(path));
  attribute.kind = KEYRULE_TEXT;
  attribute.value.text = Str(text);
  return attribute;
}

// How often a thousand runs of `body` allocate.
template <class Body>
uint64_t AllocationsOf(const Body& body) {
  allocations = 0;
  counting = true;
  for (int i = 0; i < 1000; ++i) body();
  counting = false;
  return allocations;
}

TEST(Allocation, TheCounterSeesTheLibrary) {
  Plugin plugin(kPolicy);
  keyrule_request request = KEYRULE_REQUEST_INIT;
  keyrule_decision* decision = nullptr;
  ASSERT_EQ(Api().get_current_credentials(plugin.engine(), &request, &decision, nullptr), KEYRULE_OK);
  allocations = 0;
  counting = true;
  keyrule_str json{};
  Api().decision_json(decision, &json, nullptr);
  counting = false;
  EXPECT_GT(allocations, 0u);
  Api().decision_release(decision);
}

TEST(Allocation, AWarmDecisionMakesNone) {
  Plugin plugin(kPolicy);
  keyrule_engine* engine = plugin.engine();
  const keyrule_str roles[] = {Str("admin"), Str("ops")};
  keyrule_attribute list{};
  list.id = Api().engine_attribute(engine, Str("user.roles"));
  list.kind = KEYRULE_LIST;
  list.value.list.items = roles;
  list.value.list.count = 2;
  const std::string long_text(500, 'x');
  for (const auto& [environment, app, verdict] :
       {std::tuple{"production", long_text.c_str(), keyrule_verdict{KEYRULE_USE}},
        std::tuple{"staging", "x", keyrule_verdict{KEYRULE_HOST}},
        std::tuple{"staging", "forbidden", keyrule_verdict{KEYRULE_DENY}}}) {
    const keyrule_attribute attributes[] = {
        TextAttribute(engine, "provider", "openai"), TextAttribute(engine, "model", "gpt-4o"),
        TextAttribute(engine, "environment", environment), TextAttribute(engine, "app.id", app),
        TextAttribute(engine, "user.id", "u-1"), list};
    keyrule_request request = KEYRULE_REQUEST_INIT;
    request.tenant = Str("t1");
    request.attributes = attributes;
    request.attribute_count = 6;
    for (int i = 0; i < 100; ++i) Call(engine, request, verdict);
    EXPECT_EQ(AllocationsOf([&, verdict = verdict] { Call(engine, request, verdict); }), 0u) << environment << " " << app;
  }
}

// Decide, open, let go. The first time reads the store.
TEST(Allocation, NorDoesOpeningWhatWasOpenedBefore) {
  Plugin plugin(kPolicy);
  const keyrule_attribute attributes[] = {TextAttribute(plugin.engine(), "provider", "openai"),
                                          TextAttribute(plugin.engine(), "environment", "production")};
  keyrule_request request = KEYRULE_REQUEST_INIT;
  request.tenant = Str("t1");
  request.attributes = attributes;
  request.attribute_count = 2;
  const auto open = [&] {
    keyrule_decision* decision = nullptr;
    keyrule_str payload{};
    Api().get_current_credentials(plugin.engine(), &request, &decision, nullptr);
    ASSERT_EQ(Api().decision_credentials(decision, &payload, nullptr), KEYRULE_OK);
    ASSERT_GT(payload.len, 20u);
    Api().decision_release(decision);
  };
  for (int i = 0; i < 100; ++i) open();
  EXPECT_EQ(AllocationsOf(open), 0u);
}

// An object that has spent a key decides again, and needs more room than it has.
TEST(OutOfMemory, ADecisionIsRefusedAndTheNextIsRight) {
  int64_t allowed = 0;
  for (bool failed = true; failed; ++allowed) {
    Plugin plugin(kPolicy);
    keyrule_engine* engine = plugin.engine();
    const keyrule_attribute few[] = {TextAttribute(engine, "provider", "openai"),
                                     TextAttribute(engine, "environment", "production")};
    std::vector<keyrule_attribute> many = {TextAttribute(engine, "provider", "openai"),
                                           TextAttribute(engine, "environment", "staging"),
                                           TextAttribute(engine, "app.id", "forbidden")};
    for (int i = 0; i < 50; ++i) many.push_back(TextAttribute(engine, "elsewhere." + std::to_string(i), "x"));
    keyrule_request spends = KEYRULE_REQUEST_INIT, denied = KEYRULE_REQUEST_INIT;
    spends.tenant = denied.tenant = Str("t1");
    spends.attributes = few;
    spends.attribute_count = 2;
    denied.attributes = many.data();
    denied.attribute_count = many.size();
    Call(engine, spends, KEYRULE_USE);
    keyrule_decision* decision = nullptr;
    until_failure = allowed;
    const keyrule_status status = Api().get_current_credentials(engine, &denied, &decision, nullptr);
    failed = until_failure < 0;
    until_failure = -1;
    EXPECT_TRUE(status == KEYRULE_OK || (failed && status == KEYRULE_E_MEMORY)) << status;
    if (decision != nullptr) {
      EXPECT_EQ(Info(decision).verdict, KEYRULE_DENY) << "allocation " << allowed;
    }
    Api().decision_release(decision);
    Call(engine, denied, KEYRULE_DENY);
    Call(engine, spends, KEYRULE_USE);
  }
  EXPECT_GT(allowed, 1);  // there was one to fail
}

TEST(Allocation, NorDoesAnyKindOfCall) {
  for (const CallKind& kind : CallKinds()) {
    for (const bool prepared : {false, true}) {
      const WarmCall call(kind, prepared);
      call.Warm();
      EXPECT_EQ(call.Run(), kind.verdict) << kind.name;
      EXPECT_EQ(AllocationsOf([&] { call.Run(); }), 0u) << kind.name << (prepared ? ", prepared" : "");
    }
  }
}

TEST(Allocation, NorDoesUnderstandingAResponse) {
  Plugin plugin(kPolicy);
  const keyrule_attribute attributes[] = {TextAttribute(plugin.engine(), "provider", "openai"),
                                          TextAttribute(plugin.engine(), "environment", "production")};
  keyrule_request request = KEYRULE_REQUEST_INIT;
  request.tenant = Str("t1");
  request.attributes = attributes;
  request.attribute_count = 2;
  const keyrule_header headers[] = {{Str("Date"), Str("Thu, 26 Nov 2026 12:00:00 GMT")},
                                    {Str("Retry-After"), Str("Thu, 26 Nov 2026 12:00:20 GMT")}};
  keyrule_response good = KEYRULE_RESPONSE_INIT, limited = KEYRULE_RESPONSE_INIT;
  good.status = 200;
  good.body = Str(R"({"choices":[{"message":{"content":"Hi"}}],"usage":{"prompt_tokens":1,"completion_tokens":2}})");
  limited.status = 429;
  limited.headers = headers;
  limited.header_count = 2;
  limited.body = Str(R"({"error":{"message":"Rate limit reached. Please try again in 7m12s","code":"rate_limit_exceeded"}})");
  limited.provider = Str("openai");
  const auto call = [&] {
    keyrule_decision* decision = nullptr;
    keyrule_classification found = KEYRULE_CLASSIFICATION_INIT;
    Api().get_current_credentials(plugin.engine(), &request, &decision, nullptr);
    ASSERT_EQ(Api().report_response(plugin.engine(), decision, &good, &found, nullptr), KEYRULE_OK);
    ASSERT_EQ(found.tokens, 3);
    Api().decision_release(decision);
    ASSERT_EQ(Api().classify_response(&limited, &found), KEYRULE_OK);
    ASSERT_EQ(found.retry_after_ms, 20'000);
  };
  for (int i = 0; i < 100; ++i) call();
  EXPECT_EQ(AllocationsOf(call), 0u);
}

// Counted in a file that processes share: the same.
TEST(Allocation, NorDoesStateThatIsShared) {
  for (const CallKind& kind : CallKinds()) {
    const WarmCall call(kind, false, true);
    call.Warm();
    EXPECT_EQ(call.Run(), kind.verdict) << kind.name;
    EXPECT_EQ(AllocationsOf([&] { call.Run(); }), 0u) << kind.name;
  }
}

// What a strategy asks of limits is there before it asks.
TEST(Allocation, NorDoTheStrategiesThatGoByLimits) {
  for (const std::string strategy : {"least_used", "headroom", "latency", "least_in_flight"}) {
    const CallKind kind{strategy,
                        "pool both { \"a\" weight 2  \"b\" }\n"
                        "quota q { all of both  limit 1_000_000 requests per hour }\n"
                        "default { use both by " + strategy + " }\n",
                        {}, KEYRULE_USE};
    const WarmCall call(kind, false);
    call.Warm();
    EXPECT_EQ(call.Run(), KEYRULE_USE) << strategy;
    EXPECT_EQ(AllocationsOf([&] { call.Run(); }), 0u) << strategy;
  }
}

// Looking each candidate up in the table of revocations, and at the number of the published generation.
TEST(Allocation, NorDoRevocations) {
  Plugin plugin(kPolicy);
  Keyrule("disable --quiet --store '" + plugin.store_path() +
          "' --tenant t1 --provider openai --name b");
  const keyrule_attribute attributes[] = {TextAttribute(plugin.engine(), "provider", "openai"),
                                          TextAttribute(plugin.engine(), "environment", "production")};
  keyrule_request request = KEYRULE_REQUEST_INIT;
  request.tenant = Str("t1");
  request.attributes = attributes;
  request.attribute_count = 2;
  for (int i = 0; i < 100; ++i) Call(plugin.engine(), request, KEYRULE_USE);
  // Nobody has written since this host moved on, so the entry is still there.
  std::FILE* shared = std::fopen((plugin.store_path() + "/SHARED").c_str(), "r");
  uint64_t revocations = 0;
  ASSERT_EQ(std::fseek(shared, 128, SEEK_SET), 0);
  ASSERT_EQ(std::fread(&revocations, sizeof revocations, 1, shared), 1u);
  std::fclose(shared);
  ASSERT_EQ(revocations & 0xfffff, 1u);
  EXPECT_EQ(AllocationsOf([&] { Call(plugin.engine(), request, KEYRULE_USE); }), 0u);
}

}  // namespace
}  // namespace keyrule::plugin_test
