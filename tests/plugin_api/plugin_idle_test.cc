// Decisions that were released and wait for the next call of their thread keep nothing that is outdated.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <thread>
#include <vector>

#include "tests/plugin_api/plugin_support.h"

namespace keyrule::plugin_test {
namespace {

const std::map<std::string, std::string> kCall = {
    {"tenant", "t1"}, {"provider", "openai"}, {"environment", "production"}};

// Open files below a folder.
int OpenFiles(const std::string& folder) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code gone;
    const std::string file = std::filesystem::read_symlink(entry.path(), gone);
    if (!gone && file.starts_with(folder + "/")) ++count;
  }
  return count;
}

void DecideOnce(const Plugin& plugin) { Api().decision_release(plugin.Decide(kCall)); }

// Threads that have decided and stay, each with an idle decision of its own.
class Crowd {
 public:
  explicit Crowd(const Plugin& plugin) {
    for (int i = 0; i < 8; ++i) {
      threads_.emplace_back([&] {
        DecideOnce(plugin);
        ++decided_;
        while (!stop_) usleep(1000);
      });
    }
    while (decided_ < 8) usleep(1000);
  }
  ~Crowd() {
    stop_ = true;
    for (std::thread& thread : threads_) thread.join();
  }

 private:
  std::atomic<int> decided_{0};
  std::atomic<bool> stop_{false};
  std::vector<std::thread> threads_;
};

TEST(PluginIdle, AnOldGenerationGoesAtOnce) {
  const Plugin plugin(kPolicy);
  DecideOnce(plugin);
  const int one_generation = OpenFiles(plugin.store_path());
  ASSERT_GT(one_generation, 0);
  const Crowd crowd(plugin);
  Error error;
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(plugin.Reload(&error), KEYRULE_OK) << error.message();
    EXPECT_EQ(OpenFiles(plugin.store_path()), one_generation);
  }
}

TEST(PluginIdle, AClosedEngineGoesAtOnce) {
  Plugin plugin(kPolicy);
  const Crowd crowd(plugin);
  keyrule_decision* out = plugin.Decide(kCall);
  ASSERT_GT(OpenFiles(plugin.store_path()), 0);
  plugin.Close();
  EXPECT_GT(OpenFiles(plugin.store_path()), 0);  // a decision that is out keeps it
  Api().decision_release(out);
  EXPECT_EQ(OpenFiles(plugin.store_path()), 0);
}

TEST(PluginIdle, OneEngineLeavesTheOthersAlone) {
  const Plugin first(kPolicy);
  Plugin second(kPolicy);
  const Crowd crowd(first);
  for (int i = 0; i < 10; ++i) {
    DecideOnce(first);
    DecideOnce(second);
    Error error;
    ASSERT_EQ(second.Reload(&error), KEYRULE_OK) << error.message();
  }
  second.Close();
  EXPECT_EQ(OpenFiles(second.store_path()), 0);
  DecideOnce(first);
  EXPECT_GT(OpenFiles(first.store_path()), 0);
}

// Released while their engine is, by many threads: the last one closes it.
TEST(PluginIdle, DecisionsMayBeReleasedWhileTheirEngineIs) {
  for (int round = 0; round < 20; ++round) {
    Plugin plugin(kPolicy);
    std::vector<keyrule_decision*> out;
    for (int i = 0; i < 8; ++i) out.push_back(plugin.Decide(kCall));
    std::atomic<bool> go{false};
    std::vector<std::thread> threads;
    for (keyrule_decision* decision : out) {
      threads.emplace_back([&go, decision] {
        while (!go) std::this_thread::yield();
        Api().decision_release(decision);
      });
    }
    go = true;
    plugin.Close();
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(OpenFiles(plugin.store_path()), 0);
  }
}

// It finds what the threads of its parent left, and nobody else's.
TEST(PluginIdle, AChildGoesOn) {
  Plugin plugin(kPolicy);
  const Crowd crowd(plugin);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    alarm(60);
    for (int i = 0; i < 100; ++i) DecideOnce(plugin);
    Error error;
    const bool reloaded = plugin.Reload(&error) == KEYRULE_OK;
    DecideOnce(plugin);
    plugin.Close();
    _exit(reloaded && OpenFiles(plugin.store_path()) == 0 ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
  DecideOnce(plugin);
}

// Each decision has a number of its own, whatever was loaded in between and whoever made it.
TEST(PluginIdle, IdsAreNeverGivenTwice) {
  Plugin plugin(kPolicy);
  std::map<std::string, int> seen;
  const auto note = [&](keyrule_decision* decision) {
    keyrule_str json{};
    ASSERT_EQ(Api().decision_json(decision, &json, nullptr), KEYRULE_OK);
    const std::string text = Text(json);
    ++seen[text.substr(text.find("\"id\":\"") + 6, 26)];
  };
  int made = 0;
  for (int load = 0; load < 3; ++load) {
    std::vector<keyrule_decision*> out;
    for (int i = 0; i < 600; ++i) {
      out.push_back(plugin.Decide(kCall));
      note(out.back());
      ++made;
      if (i % 3 == 0) continue;
      Api().decision_release(out.back());
      out.pop_back();
    }
    for (keyrule_decision* decision : out) Api().decision_release(decision);
    Error error;
    ASSERT_EQ(plugin.Reload(&error), KEYRULE_OK) << error.message();
  }
  EXPECT_EQ(seen.size(), static_cast<size_t>(made));
}

}  // namespace
}  // namespace keyrule::plugin_test
