// state_path: what processes of a host share through one folder, from outside.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "plugin_api/room_episode.h"
#include "tests/plugin_api/plugin_support.h"

namespace keyrule::plugin_test {
namespace {

constexpr char kTurns[] =
    "keyrule 1\nschema \"dify\"\npool both { \"a\" weight 2  \"b\" }\n"
    "quota day { all of both  limit 30 requests per day  limit 3 requests at once }\n"
    "rule load { when app.id == \"load\"  use both by least_in_flight }\n"
    "default { use both by weighted_round_robin else deny \"used up\" }\n";

struct Log {
  std::mutex mutex;
  std::string text;
};

// An engine without the rest of Plugin: over a policy, a store and a folder of state.
class Host {
 public:
  Host(const std::string& policy, const std::string& store, const std::string& state, Error* error = nullptr) {
    keyrule_engine_options options = KEYRULE_ENGINE_OPTIONS_INIT;
    options.policy_path = Str(policy);
    options.store_path = Str(store);
    options.state_path = Str(state);
    keyrule_host host = KEYRULE_HOST_INIT;
    host.log_level = KEYRULE_INFO;
    host.user = &log_;
    host.log = [](void* user, keyrule_level, keyrule_str message) {
      auto* log = static_cast<Log*>(user);
      const std::lock_guard lock(log->mutex);
      log->text += Text(message) + "\n";
    };
    status_ = Api().engine_open(&options, &host, &engine_, error != nullptr ? error->out() : nullptr);
    if (engine_ == nullptr) return;
    provider_ = {.id = Api().engine_attribute(engine_, Str("provider")), .kind = KEYRULE_TEXT, .value = {.text = Str("openai")}};
    app_ = {.id = Api().engine_attribute(engine_, Str("app.id")), .kind = KEYRULE_TEXT, .value = {.text = Str("x")}};
  }
  ~Host() { Api().engine_release(engine_); }
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  keyrule_decision* Decide(std::string_view app = "x") const {
    keyrule_attribute attributes[] = {provider_, app_};
    attributes[1].value.text = Str(app);
    keyrule_request request = KEYRULE_REQUEST_INIT;
    request.tenant = Str("t1");
    request.attributes = attributes;
    request.attribute_count = 2;
    keyrule_decision* decision = nullptr;
    Api().get_current_credentials(engine_, &request, &decision, nullptr);
    return decision;
  }
  void Report(keyrule_decision* decision) const {
    keyrule_report report = KEYRULE_REPORT_INIT;
    report.outcome = KEYRULE_OUTCOME_OK;
    Api().report(engine_, decision, &report, nullptr);
    Api().decision_release(decision);
  }
  // Decides and reports; the credential's name, or the reason.
  std::string Call(std::string_view app = "x") const {
    keyrule_decision* decision = Decide(app);
    const keyrule_decision_info info = Info(decision);
    const std::string text = Text(info.verdict == KEYRULE_USE ? info.credential_name : info.reason);
    if (info.verdict == KEYRULE_USE) {
      Report(decision);
    } else {
      Api().decision_release(decision);
    }
    return text;
  }
  std::string Scope() const {
    keyrule_decision* decision = Decide();
    keyrule_str json{};
    Api().decision_json(decision, &json, nullptr);
    const std::string text = Text(json);
    Api().decision_release(decision);
    const size_t at = text.find("\"scope\":\"") + 9;
    return text.substr(at, text.find('"', at) - at);
  }
  keyrule_engine* engine() const { return engine_; }
  keyrule_status status() const { return status_; }
  std::string log() {
    const std::lock_guard lock(log_.mutex);
    return log_.text;
  }

 private:
  Log log_;
  keyrule_engine* engine_ = nullptr;
  keyrule_status status_ = KEYRULE_OK;
  keyrule_attribute provider_{};
  keyrule_attribute app_{};
};

class PluginState : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    shared_ = new Folder;
    Import(shared_->Write("c.json", kCredentials), shared_->Path("store"));
  }
  static void TearDownTestSuite() { delete shared_; }

  static int ExitCodeOf(pid_t child) {
    int status = -1;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

  static Folder* shared_;
  Folder folder_;
  std::string policy_ = folder_.Write("p.keyrule", kTurns);
  std::string store_ = shared_->Path("store");
  std::string state_ = folder_.Path("state");
};
Folder* PluginState::shared_ = nullptr;

TEST_F(PluginState, ScopeSaysWhoShares) {
  EXPECT_EQ(Host(policy_, store_, state_).Scope(), "host");
  EXPECT_EQ(Host(policy_, store_, "").Scope(), "process");
}

// Callers make more values than there is room for: said once, also by each decision that it concerns, and by no others.
TEST_F(PluginState, AFullTableIsSaidOnce) {
  const std::string policy = folder_.Write(
      "full.keyrule",
      "keyrule 1\nschema \"dify\"\npool both { \"a\"  \"b\" }\nbudget some for each app.id { limit 5 requests per minute }\n"
      "rule plain { when app.id == \"x\"  use both by round_robin }\ndefault { use both by round_robin under some }\n");
  Host host(policy, store_, state_);
  const auto scope_of = [&](const std::string& app) {
    keyrule_decision* decision = host.Decide(app);
    keyrule_str json{};
    Api().decision_json(decision, &json, nullptr);
    const bool alone = Text(json).find("\"scope\":\"process\"") != std::string::npos;
    host.Report(decision);
    return alone ? "process" : "host";
  };
  EXPECT_STREQ(scope_of("first"), "host");
  int alone = 0;
  for (int i = 0; i < 25'000; ++i) alone += std::string_view(scope_of("v" + std::to_string(i))) == "process";
  EXPECT_GT(alone, 4'000);
  EXPECT_LT(alone, 5'000);
  EXPECT_STREQ(scope_of("first"), "host") << "it was there before";
  EXPECT_EQ(host.Scope(), "host");
  EXPECT_EQ(Api().engine_refresh(host.engine(), nullptr), KEYRULE_OK);
  EXPECT_EQ(Api().engine_refresh(host.engine(), nullptr), KEYRULE_OK);
  const std::string log = host.log();
  const size_t at = log.find("a table is full");
  EXPECT_NE(at, std::string::npos) << log;
  EXPECT_EQ(log.find("a table is full", at + 1), std::string::npos) << log;
}

// An engine with a state of its own has nobody else to count for it: it refuses, and says why, also without being asked.
TEST_F(PluginState, AFullTableOfItsOwnIsSaidOnce) {
  const std::string policy = folder_.Write(
      "own.keyrule",
      "keyrule 1\nschema \"dify\"\npool both { \"a\"  \"b\" }\nbudget some for each app.id { limit 5 requests per minute }\n"
      "default { use both by round_robin under some }\n");
  Host host(policy, store_, "");
  int refused = 0;
  for (int i = 0; i < 25'000; ++i) refused += host.Call("v" + std::to_string(i)) == "unavailable";
  EXPECT_GT(refused, 0);
  EXPECT_EQ(Api().engine_refresh(host.engine(), nullptr), KEYRULE_OK);
  EXPECT_EQ(Api().engine_refresh(host.engine(), nullptr), KEYRULE_OK);
  const std::string log = host.log();
  const size_t at = log.find("state of this process: a table is full; calls under a limit that finds no room are refused");
  EXPECT_NE(at, std::string::npos) << log;
  EXPECT_EQ(log.find("a table is full", at + 60), std::string::npos) << log;
}

TEST(RoomEpisodeTest, EachIsSaidOnce) {
  using News = plugin_api::RoomEpisode::News;
  plugin_api::RoomEpisode room;
  constexpr int64_t kQuiet = plugin_api::RoomEpisode::kQuietMs;
  EXPECT_EQ(room.Look(0, 1), News::kNone);
  EXPECT_EQ(room.Look(3, 2), News::kBegan);
  EXPECT_EQ(room.Look(3, 3), News::kNone);
  EXPECT_EQ(room.Look(4, kQuiet), News::kNone);
  EXPECT_EQ(room.Look(4, 2 * kQuiet - 1), News::kNone) << "it is going on";
  EXPECT_EQ(room.Look(4, 2 * kQuiet), News::kEnded);
  EXPECT_EQ(room.Look(4, 4 * kQuiet), News::kNone);
  EXPECT_EQ(room.Look(5, 4 * kQuiet), News::kBegan);
  EXPECT_EQ(room.Look(0, 4 * kQuiet + 1), News::kNone) << "another file";
}

TEST_F(PluginState, TwoEnginesOfOneProcessShareTurnsAndLimits) {
  const Host one(policy_, store_, state_);
  const Host two(policy_, store_, state_);
  std::map<std::string, int> counts;
  for (int i = 0; i < 15; ++i) {
    ++counts[one.Call()];
    ++counts[two.Call()];
  }
  EXPECT_EQ(counts["a"], 20);
  EXPECT_EQ(counts["b"], 10);
  EXPECT_EQ(one.Call(), "denied");
  EXPECT_EQ(two.Call(), "denied");
  EXPECT_NE(Host(policy_, store_, "").Call(), "denied") << "that one counts alone";
}

TEST_F(PluginState, ProcessesShareThem) {
  std::vector<pid_t> children;
  for (int p = 0; p < 6; ++p) {
    children.push_back(fork());
    if (children.back() != 0) continue;
    alarm(60);
    const Host host(policy_, store_, state_);
    int used = 0;
    for (int i = 0; i < 10; ++i) used += host.Call() != "denied";
    _exit(used);
  }
  int used = 0;
  for (const pid_t child : children) used += ExitCodeOf(child);
  EXPECT_EQ(used, 30) << "as many as the day allows, over all processes";
}

TEST_F(PluginState, WhatAKilledProcessHeldComesBack) {
  const Host host(policy_, store_, state_);
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  const pid_t child = fork();
  if (child == 0) {
    alarm(60);
    for (int i = 0; i < 3; ++i) (void)host.Decide();
    (void)!write(ready[1], "x", 1);
    pause();
  }
  char byte;
  ASSERT_EQ(read(ready[0], &byte, 1), 1);
  EXPECT_EQ(host.Call(), "denied") << "three at once, all the child's";
  kill(child, SIGKILL);
  EXPECT_EQ(ExitCodeOf(child), 128 + SIGKILL);
  std::string answer;
  for (int i = 0; i < 40 && (answer = host.Call()) == "denied"; ++i) usleep(100'000);
  EXPECT_NE(answer, "denied") << "given back within a second or two, by nothing but decisions";
}

// The child of a host that holds calls: the parent's stay the parent's, whatever the child releases.
TEST_F(PluginState, AChildDoesNotGiveBackWhatItsParentHolds) {
  const Host host(policy_, store_, state_);
  std::vector<keyrule_decision*> held;
  for (int i = 0; i < 3; ++i) held.push_back(host.Decide());
  EXPECT_EQ(host.Call(), "denied");
  const pid_t child = fork();
  if (child == 0) {
    alarm(60);
    for (keyrule_decision* decision : held) Api().decision_release(decision);
    const bool refused = host.Call() == "denied";
    _exit(refused ? 0 : 1);
  }
  EXPECT_EQ(ExitCodeOf(child), 0);
  usleep(1'200'000);
  EXPECT_EQ(host.Call(), "denied") << "also after a look";
  for (keyrule_decision* decision : held) host.Report(decision);
  EXPECT_NE(host.Call(), "denied");
}

TEST_F(PluginState, AFileThatWasReplacedIsMovedOnTo) {
  Host host(policy_, store_, state_);
  for (int i = 0; i < 30; ++i) host.Call();
  EXPECT_EQ(host.Call(), "denied");
  keyrule_decision* before = nullptr;
  std::filesystem::remove(state_ + "/STATE");
  const Host other(policy_, store_, state_);  // makes it anew
  EXPECT_NE(other.Call(), "denied");
  before = other.Decide();
  std::string answer;
  for (int i = 0; i < 40 && (answer = host.Call()) == "denied"; ++i) usleep(100'000);
  EXPECT_NE(answer, "denied");
  EXPECT_NE(host.log().find("moved on to a new file"), std::string::npos) << host.log();
  other.Report(before);
}

TEST_F(PluginState, AFolderThatCannotBeUsedIsAnError) {
  std::filesystem::create_directory(state_);
  chmod(state_.c_str(), 0755);
  Error error;
  const Host host(policy_, store_, state_, &error);
  EXPECT_EQ(host.status(), KEYRULE_E_FILE);
  EXPECT_NE(error.message().find("chmod 700"), std::string::npos) << error.message();
}

// A host that was compiled against an older header gives a smaller struct: it counts alone.
TEST_F(PluginState, OlderHostsDoNotNameIt) {
  keyrule_engine_options options = KEYRULE_ENGINE_OPTIONS_INIT;
  options.policy_path = Str(policy_);
  options.state_path = Str(state_);
  options.struct_size = offsetof(keyrule_engine_options, state_path);
  keyrule_engine* engine = nullptr;
  ASSERT_EQ(Api().engine_open(&options, nullptr, &engine, nullptr), KEYRULE_OK);
  EXPECT_FALSE(std::filesystem::exists(state_));
  Api().engine_release(engine);
  EXPECT_GE(Api().abi_minor, 2u);
}

// Threads of several engines, one folder (for the thread sanitizer).
TEST_F(PluginState, ThreadsOfTwoEngines) {
  const Host one(policy_, store_, state_);
  const Host two(policy_, store_, state_);
  std::atomic<int> used{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 30; ++i) used += (t % 2 == 0 ? one : two).Call() != "denied";
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(used.load(), 30);
}

}  // namespace
}  // namespace keyrule::plugin_test
