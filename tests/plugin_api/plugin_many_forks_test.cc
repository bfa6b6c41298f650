// Hosts that fork hundreds of times: before the engine was ever used, and while all of its threads are busy.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/plugin_api/plugin_support.h"

namespace keyrule::plugin_test {
namespace {

constexpr int kKeys = 7;
constexpr int kApps = 200;

// Of each application one key, and none for every tenth: what a decision must be follows from the number alone.
std::string Policy() {
  std::string text = "keyrule 1\nschema \"dify\"\ntable key_of {\n";
  for (int i = 0; i < kApps; ++i) {
    text += "  \"app-" + std::to_string(i) + "\": \"key-" + std::to_string(i % kKeys) + "\"\n";
  }
  return text +
         "}\nrule forbidden { when app.id ends with \"3\" deny \"not this app\" }\n"
         "rule own { when app.id in key_of use credential key_of[app.id] }\n"
         "default { leave to host }\n";
}

std::string Credentials() {
  std::string text = "{\"credentials\": [";
  for (int i = 0; i < kKeys; ++i) {
    const std::string number = std::to_string(i);
    text += std::string(i == 0 ? "" : ",") + R"({"tenant": "t1", "provider": "openai", "name": "key-)" + number +
            R"(", "credentials": {"k": "sk-)" + number + "\"}}";
  }
  return text + "]}";
}

// Whether the engine says of application `number` what the policy says, its key included.
bool DecidesRightly(const Plugin& plugin, int number) {
  keyrule_decision* decision = plugin.Decide(
      {{"tenant", "t1"}, {"provider", "openai"}, {"app.id", "app-" + std::to_string(number)}});
  const keyrule_decision_info info = Info(decision);
  bool right = false;
  if (number % 10 == 3) {
    right = info.verdict == KEYRULE_DENY && Text(info.message) == "not this app";
  } else {
    const std::string key = std::to_string(number % kKeys);
    keyrule_str json{};
    right = info.verdict == KEYRULE_USE && Text(info.credential_name) == "key-" + key &&
            Api().decision_credentials(decision, &json, nullptr) == KEYRULE_OK &&
            Text(json) == R"({"k":"sk-)" + key + "\"}";
  }
  Api().decision_release(decision);
  return right;
}

double ProcessorMs() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) * 1e-6;
}

// How many children this run has: so many in `make test`, more where the environment says so.
int Children(int usual) {
  const char* const wanted = std::getenv("KEYRULE_FORK_CHILDREN");
  return wanted == nullptr ? usual : std::atoi(wanted);
}

void ExpectDone(pid_t child) {
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "status " << status;
}

// The library is loaded, and no more, when the process forks.
TEST(PluginManyForks, ChildrenOpenWhatTheParentOnlyLoaded) {
  const Folder folder;
  const std::string store = folder.Path("store");
  Import(folder.Write("c.json", Credentials()), store);
  Api();
  const int children = Children(200);
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  std::vector<double> costs;
  for (int i = 0; i < children; ++i) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      alarm(60);  // a child that hangs is a failure, not a hang
      const double begin = ProcessorMs();
      auto own = std::make_unique<Plugin>(Policy(), store);
      const bool right = DecidesRightly(*own, i % kApps);
      const double cost = ProcessorMs() - begin;
      own.reset();  // and its folder
      _exit(right && write(ends[1], &cost, sizeof(cost)) == sizeof(cost) ? 0 : 1);
    }
    ExpectDone(child);
    double cost = 0;
    ASSERT_EQ(read(ends[0], &cost, sizeof(cost)), static_cast<ssize_t>(sizeof(cost)));
    costs.push_back(cost);
  }
  close(ends[0]);
  close(ends[1]);
  std::nth_element(costs.begin(), costs.begin() + children / 2, costs.end());
  const double median = costs[static_cast<size_t>(children) / 2];
  RecordProperty("median_ms", std::to_string(median));
#ifndef KEYRULE_SANITIZED
  EXPECT_LT(median, 50) << "milliseconds of processor time, to open and decide";
#endif
}

// Threads of the parent decide and reload all the while, so that each child is made in the middle of something.
TEST(PluginManyForks, ChildrenOfABusyHostDecideAsThePolicySays) {
  const Folder folder;
  const std::string store = folder.Path("store");
  Import(folder.Write("c.json", Credentials()), store);
  const Plugin plugin(Policy(), store);
  std::atomic<bool> stop{false};
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  const bool busy = kBusyThreads > 0;
  for (int t = 0; busy && t < 3; ++t) {
    threads.emplace_back([&, t] {
      for (int i = t; !stop; i = (i + 1) % kApps) wrong += !DecidesRightly(plugin, i);
    });
  }
  threads.emplace_back([&] {
    while (busy && !stop) {
      Error error;
      wrong += plugin.Reload(&error) != KEYRULE_OK;
      usleep(2000);
    }
  });
  const int children = Children(200);
  constexpr int kTogether = 8;
  std::vector<pid_t> running;
  for (int i = 0; i < children; ++i) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      alarm(120);
      for (int call = 0; call < 1000; ++call) {
        if (!DecidesRightly(plugin, call % kApps)) _exit(1);
      }
      _exit(0);
    }
    running.push_back(child);
    if (running.size() == kTogether) {
      for (const pid_t one : running) ExpectDone(one);
      running.clear();
    }
  }
  for (const pid_t one : running) ExpectDone(one);
  stop = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0) << "in the parent";
  EXPECT_TRUE(DecidesRightly(plugin, 1));
}

}  // namespace
}  // namespace keyrule::plugin_test
