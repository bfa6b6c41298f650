// A host that opens the plugin and then forks, as application servers do.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <set>
#include <vector>

#include "tests/plugin_api/plugin_support.h"

namespace keyrule::plugin_test {
namespace {

struct Seen {
  char id[27] = {};
  char payload_ok = 0;
  char old_payload_ok = 0;
};

const std::map<std::string, std::string> kCall = {
    {"tenant", "t1"}, {"provider", "openai"}, {"environment", "production"}};

std::string PayloadOf(keyrule_decision* decision) {
  keyrule_str json{};
  Api().decision_credentials(decision, &json, nullptr);
  return Text(json);
}

Seen Decide(const Plugin& plugin, keyrule_decision* from_parent) {
  Seen seen;
  keyrule_decision* decision = plugin.Decide(kCall);
  keyrule_str json{};
  Api().decision_json(decision, &json, nullptr);
  const std::string text = Text(json);
  const size_t at = text.find("\"id\":\"") + 6;
  std::memcpy(seen.id, text.data() + at, 26);
  seen.payload_ok = PayloadOf(decision).find("sk-") != std::string::npos;
  // Opened by the parent before the fork: its pages are wiped here, and it is opened again.
  if (from_parent != nullptr) {
    seen.old_payload_ok = PayloadOf(from_parent) == R"({"openai_api_key":"sk-aaaa"})";
  }
  Api().decision_release(decision);
  return seen;
}

TEST(PluginFork, FiftyChildrenDecideAndOpen) {
  constexpr int kChildren = 50;
  Plugin plugin(kPolicy);
  keyrule_decision* before = plugin.Decide(kCall);
  ASSERT_EQ(PayloadOf(before), R"({"openai_api_key":"sk-aaaa"})");
  int pipe_ends[2];
  ASSERT_EQ(pipe(pipe_ends), 0);
  std::vector<pid_t> children;
  for (int i = 0; i < kChildren; ++i) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      alarm(60);  // a child that hangs is a failure, not a hang
      const Seen seen = Decide(plugin, before);
      const bool sent = write(pipe_ends[1], &seen, sizeof(seen)) == sizeof(seen);
      _exit(sent ? 0 : 1);
    }
    children.push_back(child);
  }
  close(pipe_ends[1]);
  std::set<std::string> ids;
  Seen seen;
  int answers = 0;
  while (read(pipe_ends[0], &seen, sizeof(seen)) == sizeof(seen)) {
    ++answers;
    ids.insert(seen.id);
    EXPECT_TRUE(seen.payload_ok);
    EXPECT_TRUE(seen.old_payload_ok);
  }
  close(pipe_ends[0]);
  for (const pid_t child : children) {
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
  }
  EXPECT_EQ(answers, kChildren);
  // No child repeats another's decision ids.
  EXPECT_EQ(ids.size(), static_cast<size_t>(kChildren));
  // The parent goes on.
  const Seen own = Decide(plugin, before);
  EXPECT_TRUE(own.payload_ok && own.old_payload_ok);
  EXPECT_FALSE(ids.contains(own.id));
  Api().decision_release(before);
}

TEST(PluginFork, AChildMayReloadAndOpenAnEngineOfItsOwn) {
  Plugin plugin(kPolicy);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    alarm(60);
    Error error;
    const bool reloaded = plugin.Reload(&error) == KEYRULE_OK;
    keyrule_engine_options options = KEYRULE_ENGINE_OPTIONS_INIT;
    const std::string policy = plugin.policy_path();
    const std::string store = plugin.store_path();
    options.policy_path = Str(policy);
    options.store_path = Str(store);
    keyrule_engine* engine = nullptr;
    const bool opened = Api().engine_open(&options, nullptr, &engine, nullptr) == KEYRULE_OK;
    Api().engine_release(engine);
    _exit(reloaded && opened && Decide(plugin, nullptr).payload_ok ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
}

int Threads() {
  int threads = 0;
  for ([[maybe_unused]] const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
    ++threads;
  }
  return threads;
}

// RocksDB would start some, and at the exit of a child it waits for ever for those of its parent.
TEST(PluginFork, NoThreadsAndSoAnExitThatEnds) {
  Api();
  const int before = Threads();
  Plugin plugin(kPolicy);
  Decide(plugin, nullptr);
  EXPECT_EQ(Threads(), before);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    alarm(60);
    std::exit(Decide(plugin, nullptr).payload_ok ? 0 : 1);  // with every destructor of every library
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
}

}  // namespace
}  // namespace keyrule::plugin_test
