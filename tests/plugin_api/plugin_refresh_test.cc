// A host moves on to newer generations of the store by itself, or when it says so, and never back.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <mutex>
#include <thread>
#include <vector>

#include "tests/plugin_api/plugin_support.h"

namespace keyrule::plugin_test {
namespace {

namespace fs = std::filesystem;

const std::map<std::string, std::string> kCall = {
    {"tenant", "t1"}, {"provider", "openai"}, {"environment", "production"}};

// An engine of its own over the store of a Plugin, whose log is kept.
class Host {
 public:
  Host(const Plugin& plugin, keyrule_refresh refresh) {
    const std::string policy = plugin.policy_path();
    const std::string store = plugin.store_path();
    keyrule_engine_options options = KEYRULE_ENGINE_OPTIONS_INIT;
    options.refresh = refresh;
    options.policy_path = Str(policy);
    options.store_path = Str(store);
    keyrule_host host = KEYRULE_HOST_INIT;
    host.log_level = KEYRULE_INFO;
    host.user = this;
    host.log = [](void* user, keyrule_level level, keyrule_str text) {
      auto* self = static_cast<Host*>(user);
      const std::lock_guard lock(self->mutex_);
      self->log_.emplace_back(level, Text(text));
    };
    Error error;
    EXPECT_EQ(Api().engine_open(&options, &host, &engine_, error.out()), KEYRULE_OK)
        << error.message();
    provider_ = Api().engine_attribute(engine_, Str("provider"));
    environment_ = Api().engine_attribute(engine_, Str("environment"));
  }
  ~Host() { Api().engine_release(engine_); }

  keyrule_engine* engine() const { return engine_; }
  // One decision of tenant t1 for production.
  keyrule_decision* Decide() const {
    keyrule_attribute attributes[2] = {};
    attributes[0].id = provider_;
    attributes[0].kind = KEYRULE_TEXT;
    attributes[0].value.text = Str("openai");
    attributes[1].id = environment_;
    attributes[1].kind = KEYRULE_TEXT;
    attributes[1].value.text = Str("production");
    keyrule_request request = KEYRULE_REQUEST_INIT;
    request.tenant = Str("t1");
    request.attributes = attributes;
    request.attribute_count = 2;
    keyrule_decision* decision = nullptr;
    EXPECT_EQ(Api().get_current_credentials(engine_, &request, &decision, nullptr), KEYRULE_OK);
    return decision;
  }
  // The generation that the next decision sees.
  int Generation() const {
    keyrule_decision* decision = Decide();
    const int number = GenerationOf(decision);
    Api().decision_release(decision);
    return number;
  }
  static int GenerationOf(keyrule_decision* decision) {
    keyrule_str json{};
    EXPECT_EQ(Api().decision_json(decision, &json, nullptr), KEYRULE_OK);
    const std::string text = Text(json);
    const size_t at = text.find("\"snapshot\":");
    EXPECT_NE(at, std::string::npos) << text;
    return std::atoi(text.c_str() + at + 11);
  }
  keyrule_status Refresh(Error* error) const { return Api().engine_refresh(engine_, error->out()); }
  bool IsStale() const { return Api().engine_is_stale(engine_) == 1; }
  size_t CountLog(keyrule_level level, std::string_view part) const {
    const std::lock_guard lock(mutex_);
    size_t count = 0;
    for (const auto& [l, text] : log_) count += l == level && text.find(part) != std::string::npos;
    return count;
  }

 private:
  keyrule_engine* engine_ = nullptr;
  uint32_t provider_ = 0;
  uint32_t environment_ = 0;
  mutable std::mutex mutex_;
  std::vector<std::pair<keyrule_level, std::string>> log_;
};

// Publishes a new generation in which tenant t1 has the credentials a and b, and `weight` on a.
void Publish(const Plugin& plugin, int weight) {
  const std::string text = R"({"credentials": [{"tenant": "t1", "provider": "openai", "name": "a", "id": "id-a",
    "weight": )" + std::to_string(weight) +
                           R"(, "credentials": {"openai_api_key": "sk-w)" + std::to_string(weight) +
                           "\"}}]}";
  Import(plugin.folder().Write("more.json", text), plugin.store_path());
}

std::string PayloadOf(keyrule_decision* decision) {
  keyrule_str json{};
  EXPECT_EQ(Api().decision_credentials(decision, &json, nullptr), KEYRULE_OK);
  return Text(json);
}

TEST(PluginRefresh, TheNextDecisionIsOnTheNewGeneration) {
  Plugin plugin(kPolicy);
  Host host(plugin, KEYRULE_REFRESH_AUTOMATIC);
  EXPECT_EQ(host.Generation(), 1);  // took a turn: the next is b, then a
  keyrule_decision* before = host.Decide();
  Publish(plugin, 2);
  EXPECT_TRUE(host.IsStale());
  keyrule_decision* after = host.Decide();
  EXPECT_FALSE(host.IsStale());
  EXPECT_EQ(Host::GenerationOf(before), 1);
  EXPECT_EQ(Host::GenerationOf(after), 2);
  EXPECT_NE(PayloadOf(before).find("sk-bbbb"), std::string::npos);
  EXPECT_EQ(PayloadOf(after), R"({"openai_api_key":"sk-w2"})");
  Api().decision_release(before);
  Api().decision_release(after);
  EXPECT_EQ(host.CountLog(KEYRULE_INFO, "moved on to generation 2"), 1u);
  Error error;
  EXPECT_EQ(host.Refresh(&error), KEYRULE_OK);  // nothing to do
  EXPECT_EQ(host.CountLog(KEYRULE_INFO, "moved on"), 1u);
  EXPECT_EQ(host.CountLog(KEYRULE_ERROR, ""), 0u);
}

TEST(PluginRefresh, ManualWaitsForTheHost) {
  Plugin plugin(kPolicy);
  Host host(plugin, KEYRULE_REFRESH_MANUAL);
  EXPECT_FALSE(host.IsStale());
  Publish(plugin, 2);
  EXPECT_EQ(host.Generation(), 1);
  EXPECT_TRUE(host.IsStale());
  EXPECT_EQ(host.Generation(), 1);
  Error error;
  EXPECT_EQ(host.Refresh(&error), KEYRULE_OK) << error.message();
  EXPECT_FALSE(host.IsStale());
  EXPECT_EQ(host.Generation(), 2);
}

TEST(PluginRefresh, WithoutAStoreThereIsNothingToDo) {
  Plugin plugin(kPolicy, false);
  Error error;
  EXPECT_EQ(Api().engine_is_stale(plugin.engine()), 0);
  EXPECT_EQ(Api().engine_refresh(plugin.engine(), error.out()), KEYRULE_OK);
  EXPECT_EQ(Api().engine_is_stale(nullptr), 0);
  EXPECT_EQ(Api().engine_refresh(nullptr, error.out()), KEYRULE_E_USAGE);
  keyrule_engine_options options = KEYRULE_ENGINE_OPTIONS_INIT;
  const std::string policy = plugin.policy_path();
  options.policy_path = Str(policy);
  options.refresh = 2;
  keyrule_engine* engine = nullptr;
  EXPECT_EQ(Api().engine_open(&options, nullptr, &engine, error.out()), KEYRULE_E_USAGE);
}

std::string Report(keyrule_engine* engine, keyrule_decision* decision, keyrule_outcome outcome) {
  const std::string name = Text(Info(decision).credential_name);
  keyrule_report report = KEYRULE_REPORT_INIT;
  report.outcome = outcome;
  report.retry_after_ms = outcome == KEYRULE_OUTCOME_RATE_LIMITED ? 3'600'000 : 0;
  EXPECT_EQ(Api().report(engine, decision, &report, nullptr), KEYRULE_OK);
  Api().decision_release(decision);
  return name;
}

// What is remembered belongs to credentials, not to a generation: turns, rests, quotas.
TEST(PluginRefresh, TurnsRestsAndQuotasStay) {
  Plugin turns(kPolicy);
  Host by_turns(turns, KEYRULE_REFRESH_AUTOMATIC);
  EXPECT_EQ(Report(by_turns.engine(), by_turns.Decide(), KEYRULE_OUTCOME_OK), "a");
  Publish(turns, 2);
  EXPECT_EQ(Report(by_turns.engine(), by_turns.Decide(), KEYRULE_OUTCOME_OK), "b");
  Publish(turns, 3);
  EXPECT_EQ(Report(by_turns.engine(), by_turns.Decide(), KEYRULE_OUTCOME_RATE_LIMITED), "a");
  Publish(turns, 4);
  for (int i = 0; i < 4; ++i) {  // a rests for an hour
    EXPECT_EQ(Report(by_turns.engine(), by_turns.Decide(), KEYRULE_OUTCOME_OK), "b");
  }
  Plugin quota("keyrule 1\nschema \"dify\"\npool both { \"a\" then \"b\" }\n"
               "quota q { \"a\"  limit 3 requests per day }\ndefault { use both by first_available }\n");
  Host limited(quota, KEYRULE_REFRESH_AUTOMATIC);
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(Report(limited.engine(), limited.Decide(), KEYRULE_OUTCOME_OK), i < 3 ? "a" : "b");
    Publish(quota, 2 + i);
  }
}

// Decisions that were taken before are reported after, and count.
TEST(PluginRefresh, AReportAfterwardsCounts) {
  Plugin plugin(kPolicy);
  Host host(plugin, KEYRULE_REFRESH_AUTOMATIC);
  keyrule_decision* before = host.Decide();
  Publish(plugin, 2);
  EXPECT_EQ(host.Generation(), 2);
  EXPECT_EQ(Report(host.engine(), before, KEYRULE_OUTCOME_RATE_LIMITED), "a");
  EXPECT_EQ(Report(host.engine(), host.Decide(), KEYRULE_OUTCOME_OK), "b");
  EXPECT_EQ(Report(host.engine(), host.Decide(), KEYRULE_OUTCOME_OK), "b");
}

TEST(PluginRefresh, AFailureIsSaidOnceAndTriedAgain) {
  Plugin plugin(kPolicy);
  Host host(plugin, KEYRULE_REFRESH_AUTOMATIC);
  EXPECT_EQ(host.Generation(), 1);
  Publish(plugin, 2);
  const std::string current = plugin.folder().Path("store/CURRENT");
  const std::string aside = plugin.folder().Path("aside");
  fs::rename(current, aside);
  plugin.folder().Write("store/CURRENT", "nonsense");
  for (int i = 0; i < 50; ++i) EXPECT_EQ(host.Generation(), 1);
  EXPECT_EQ(host.CountLog(KEYRULE_ERROR, "CURRENT: the file is damaged"), 1u);
  Error error;
  EXPECT_EQ(host.Refresh(&error), KEYRULE_E_DAMAGED);  // says it again: it was asked
  fs::rename(aside, current);
  EXPECT_EQ(host.Generation(), 1);  // waits before it tries again
  usleep(1'100'000);
  EXPECT_EQ(host.Generation(), 2);
  EXPECT_EQ(host.CountLog(KEYRULE_ERROR, ""), 1u);
  EXPECT_EQ(host.CountLog(KEYRULE_INFO, "moved on to generation 2"), 1u);
}

TEST(PluginRefresh, NeverGoesBack) {
  Plugin plugin(kPolicy);
  const std::string store = plugin.store_path();
  const std::string older = plugin.folder().Path("older");
  fs::copy(store, older, fs::copy_options::recursive);
  Publish(plugin, 2);
  Host host(plugin, KEYRULE_REFRESH_MANUAL);
  EXPECT_EQ(host.Generation(), 2);
  fs::rename(store, plugin.folder().Path("newer"));
  fs::rename(older, store);  // a backup is put back
  Error error;
  EXPECT_EQ(host.Refresh(&error), KEYRULE_E_DAMAGED);
  EXPECT_NE(error.message().find("CURRENT: it names generation 1 after 2: an older state was put back"),
            std::string::npos)
      << error.message();
  EXPECT_EQ(Api().engine_reload(host.engine(), error.out()), KEYRULE_E_DAMAGED);
  EXPECT_EQ(host.Generation(), 2);
  Publish(plugin, 7);  // another generation 2
  EXPECT_EQ(host.Refresh(&error), KEYRULE_E_DAMAGED);
  EXPECT_NE(error.message().find("another generation 2"), std::string::npos) << error.message();
  Publish(plugin, 8);
  EXPECT_EQ(host.Refresh(&error), KEYRULE_OK) << error.message();
  EXPECT_EQ(host.Generation(), 3);
}

TEST(PluginRefresh, AnotherStoreInItsPlaceNeedsAReload) {
  Plugin plugin(kPolicy);
  Publish(plugin, 2);
  Host host(plugin, KEYRULE_REFRESH_MANUAL);
  fs::rename(plugin.store_path(), plugin.folder().Path("aside"));
  Error error;
  EXPECT_EQ(host.Refresh(&error), KEYRULE_E_FILE);
  EXPECT_EQ(host.Generation(), 2);
  Import(plugin.folder().Write("c.json", kCredentials), plugin.store_path());  // the key is there
  EXPECT_EQ(host.Refresh(&error), KEYRULE_E_FILE);
  EXPECT_NE(error.message().find("another store stands here now"), std::string::npos);
  EXPECT_EQ(host.Generation(), 2);
  EXPECT_EQ(Api().engine_reload(host.engine(), error.out()), KEYRULE_OK) << error.message();
  EXPECT_EQ(host.Generation(), 1);
}

TEST(PluginRefresh, WithoutSharedGenerationsAreSeenWithinASecond) {
  Plugin plugin(kPolicy);
  fs::remove(plugin.folder().Path("store/SHARED"));
  Host host(plugin, KEYRULE_REFRESH_AUTOMATIC);
  EXPECT_EQ(host.CountLog(KEYRULE_WARN, "SHARED: the file is missing"), 1u);
  EXPECT_EQ(host.Generation(), 1);
  Publish(plugin, 2);
  usleep(1'100'000);
  EXPECT_EQ(host.Generation(), 2);
  Publish(plugin, 3);
  EXPECT_EQ(host.Generation(), 3);  // there is a SHARED again
}

// Who can write the folder can send hosts looking, but neither astray nor round in circles.
TEST(PluginRefresh, AForgedNumberIsOnlyAHint) {
  Plugin plugin(kPolicy);
  Host host(plugin, KEYRULE_REFRESH_AUTOMATIC);
  const std::string shared = plugin.folder().Path("store/SHARED");
  ASSERT_EQ(chmod(shared.c_str(), 0600), 0);
  const auto forge = [&shared](uint64_t generation) {
    std::FILE* file = std::fopen(shared.c_str(), "r+");
    ASSERT_EQ(std::fseek(file, 64, SEEK_SET), 0);
    ASSERT_EQ(std::fwrite(&generation, sizeof generation, 1, file), 1u);
    std::fclose(file);
  };
  for (const uint64_t generation : {uint64_t{99}, UINT64_MAX}) {
    forge(generation);
    for (int i = 0; i < 1000; ++i) EXPECT_EQ(host.Generation(), 1);
    EXPECT_EQ(host.CountLog(KEYRULE_ERROR, "SHARED: it names a newer generation"), 1u);
    EXPECT_EQ(host.CountLog(KEYRULE_ERROR, ""), 1u);
  }
  forge(0);
  Publish(plugin, 2);  // says it rightly again
  usleep(2'100'000);   // the failure's pause
  EXPECT_EQ(host.Generation(), 2);
}

// Whoever cuts the file under a host that is not looking at it: the next decision looks first.
TEST(PluginRefresh, AnIdleHostSurvivesThatSharedIsCut) {
  Plugin plugin(kPolicy);
  Host host(plugin, KEYRULE_REFRESH_AUTOMATIC);
  EXPECT_EQ(host.Generation(), 1);
  const std::string shared = plugin.folder().Path("store/SHARED");
  ASSERT_EQ(chmod(shared.c_str(), 0600), 0);
  fs::resize_file(shared, 0);
  usleep(5'200'000);
  EXPECT_EQ(host.Generation(), 1);
  EXPECT_EQ(host.CountLog(KEYRULE_WARN, "SHARED: the file is damaged"), 1u);
  Publish(plugin, 2);
  usleep(1'100'000);
  EXPECT_EQ(host.Generation(), 2);
}

TEST(PluginRefresh, ManyThreadsMoveOnTogether) {
  Plugin plugin(kPolicy);
  Host host(plugin, KEYRULE_REFRESH_AUTOMATIC);
  std::atomic<bool> stop{false};
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      int last = 0;
      Error error;
      while (!stop) {
        keyrule_decision* decision = host.Decide();
        const int number = Host::GenerationOf(decision);
        const std::string payload = PayloadOf(decision);
        const bool is_a = Text(Info(decision).credential_name) == "a";
        const std::string key = number == 1 ? "sk-aaaa" : "sk-w" + std::to_string(number);
        if (number < last || (is_a && payload != R"({"openai_api_key":")" + key + "\"}")) ++wrong;
        last = number;
        Api().decision_release(decision);
        if (t == 0 && Api().engine_refresh(host.engine(), error.out()) != KEYRULE_OK) ++wrong;
      }
    });
  }
  for (int i = 2; i <= 12; ++i) Publish(plugin, i);
  stop = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(host.Generation(), 12);
  EXPECT_EQ(host.CountLog(KEYRULE_ERROR, ""), 0u);
}

}  // namespace
}  // namespace keyrule::plugin_test
