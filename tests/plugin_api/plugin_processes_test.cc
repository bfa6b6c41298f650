// Many hosts on one store while a writer publishes: nobody answers wrongly, all move on, nothing is left behind.
// KEYRULE_GENERATIONS sets how many are published (200).
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <memory>
#include <sstream>
#include <thread>
#include <vector>

#include "tests/plugin_api/plugin_support.h"

namespace keyrule::plugin_test {
namespace {

namespace fs = std::filesystem;

constexpr char kBoth[] =
    "keyrule 1\nschema \"dify\"\npool both { \"a\" \"b\" }\ndefault { use both by round_robin }\n";

// The same under a limit that nobody reaches: each decision counts under a lock.
constexpr char kLimited[] =
    "keyrule 1\nschema \"dify\"\npool both { \"a\" \"b\" }\n"
    "quota q { all of both  limit 1_000_000_000 requests per day }\ndefault { use both by round_robin }\n";

// What a host tells the test, in memory that both map.
struct Told {
  std::atomic<int> generation{0};
  std::atomic<int> generations_seen{0};
  std::atomic<int> wrong{0};
  std::atomic<uint64_t> decisions{0};
  std::atomic<int> stray_descriptors{-1};  // into generations that it is not on, at the end
  std::atomic<int> descriptors{0};
};

struct Stage {
  std::atomic<bool> stop{false};
  Told hosts[16];
};

class SharedStage {
 public:
  SharedStage() {
    void* memory = mmap(nullptr, sizeof(Stage), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    stage_ = new (memory) Stage;
  }
  ~SharedStage() { munmap(static_cast<void*>(stage_), sizeof(Stage)); }
  Stage* operator->() const { return stage_; }
  Stage* get() const { return stage_; }

 private:
  Stage* stage_;
};

int GenerationOf(keyrule_decision* decision) {
  keyrule_str json{};
  Api().decision_json(decision, &json, nullptr);
  const std::string text = Text(json);
  return std::atoi(text.c_str() + text.find("\"snapshot\":") + 11);
}

// Descriptors of this process into directories of generations, but of this one.
int StrayDescriptors(int generation, int* all) {
  char wanted[32];
  std::snprintf(wanted, sizeof wanted, "/generations/%06d", generation);
  int stray = 0;
  *all = 0;
  for (const auto& entry : fs::directory_iterator("/proc/self/fd")) {
    std::error_code gone;
    const std::string path = fs::read_symlink(entry.path(), gone).string();
    ++*all;
    stray += path.find("/generations/") != std::string::npos && path.find(wanted) == std::string::npos;
  }
  return stray;
}

// Decides until it is told to stop, and checks each answer against the generation that it names.
int BeAHost(const Plugin& plugin, Stage* stage, Told* told) {
  while (!stage->stop) {
    keyrule_decision* decision =
        plugin.Decide({{"tenant", "t1"}, {"provider", "openai"}, {"model", "m"}});
    const keyrule_decision_info info = Info(decision);
    const int generation = GenerationOf(decision);
    keyrule_str json{};
    const keyrule_status opened = Api().decision_credentials(decision, &json, nullptr);
    const std::string name = Text(info.credential_name);
    const std::string expected = "{\"generation\":\"" + std::to_string(generation) + "\"}";
    // `b` is taken back in every other generation, perhaps between the decision and here.
    const bool may_be_gone = name == "b" && opened == KEYRULE_E_REVOKED;
    const bool right = info.verdict == KEYRULE_USE &&
                       (may_be_gone || (opened == KEYRULE_OK && Text(json) == expected)) &&
                       (name == "a" || (name == "b" && generation % 2 == 0)) &&
                       generation >= told->generation;
    if (!right) ++told->wrong;
    if (generation != told->generation) ++told->generations_seen;
    told->generation = generation;
    ++told->decisions;
    keyrule_report report = KEYRULE_REPORT_INIT;
    report.outcome = KEYRULE_OUTCOME_OK;
    Api().report(plugin.engine(), decision, &report, nullptr);
    Api().decision_release(decision);
    usleep(500);  // eight hosts on the cores of a build machine
  }
  int all = 0;
  told->stray_descriptors = StrayDescriptors(told->generation, &all);
  told->descriptors = all;
  return 0;
}

// Runs the publisher and gives what it printed; empty if it failed.
std::string RunPublisher(const std::string& store, int count) {
  const std::string command =
      std::string(KEYRULE_PUBLISHER) + " '" + store + "' " + std::to_string(count);
  std::FILE* output = popen(command.c_str(), "r");
  std::string text;
  char line[256];
  while (std::fgets(line, sizeof line, output) != nullptr) text += line;
  return pclose(output) == 0 ? text : std::string();
}

TEST(PluginProcesses, EightHostsFollowTwoHundredGenerations) {
  constexpr int kHosts = 8;
  const char* wanted = std::getenv("KEYRULE_GENERATIONS");
  const int count = wanted != nullptr ? std::atoi(wanted) : 200;
  Folder folder;
  const std::string store = folder.Path("store");
  Import(folder.Write("c.json", R"({"credentials": [{"tenant": "t1", "provider": "openai", "name": "a",
    "id": "id-a", "credentials": {"generation": "1"}}]})"),
         store);
  const Plugin inherited(kBoth, store);
  SharedStage stage;
  std::vector<pid_t> hosts;
  for (int i = 0; i < kHosts; ++i) {
    const pid_t host = fork();
    ASSERT_GE(host, 0);
    if (host == 0) {
      alarm(600);
      // Half of them use the engine from before the fork, half open their own.
      if (i % 2 == 0) _exit(BeAHost(inherited, stage.get(), &stage->hosts[i]));
      auto own = std::make_unique<Plugin>(kBoth, store);
      const int code = BeAHost(*own, stage.get(), &stage->hosts[i]);
      own.reset();  // and its folder
      _exit(code);
    }
    hosts.push_back(host);
  }
  std::istringstream published(RunPublisher(store, count));
  int generation = 0;
  uint64_t held = 0;
  long on_disk = 0;
  int rounds = 0;
  while (published >> generation >> held >> on_disk) {
    ++rounds;
    // The parent's own engine stays on the first one; each host is on one, and may be opening another.
    EXPECT_LE(held, 2u * kHosts + 1);
    EXPECT_EQ(static_cast<uint64_t>(on_disk), held + 1);
  }
  EXPECT_EQ(rounds, count);
  const auto all_arrived = [&] {
    for (int i = 0; i < kHosts; ++i) {
      if (stage->hosts[i].generation != generation) return false;
    }
    return true;
  };
  for (int i = 0; i < 200 && !all_arrived(); ++i) usleep(10'000);
  EXPECT_TRUE(all_arrived()) << "within two seconds";
  stage->stop = true;
  for (const pid_t host : hosts) {
    int status = -1;
    ASSERT_EQ(waitpid(host, &status, 0), host);
    EXPECT_EQ(status, 0);
  }
  uint64_t decisions = 0;
  for (int i = 0; i < kHosts; ++i) {
    const Told& told = stage->hosts[i];
    EXPECT_EQ(told.wrong, 0) << "host " << i;
    EXPECT_EQ(told.generation, generation) << "host " << i;
    EXPECT_GT(told.generations_seen, 1) << "host " << i;
    // One engine was inherited twice over: the parent's handles stay open in the children that use their own.
    EXPECT_LE(told.stray_descriptors, i % 2 == 0 ? 0 : 20) << "host " << i;
    EXPECT_LT(told.descriptors, 120) << "host " << i;
    decisions += told.decisions;
  }
  std::printf("%d generations, %d hosts, %llu decisions\n", count, kHosts,
              static_cast<unsigned long long>(decisions));
  // Only this process is left, still on the first generation.
  std::istringstream last(RunPublisher(store, 1));
  ASSERT_TRUE(last >> generation >> held >> on_disk);
  EXPECT_EQ(held, 1u);
  EXPECT_EQ(on_disk, 2);
}

// Children of a host whose threads decide and move on all the time, while a writer publishes.
TEST(PluginProcesses, AHostThatForksWhileItMovesOn) {
  constexpr int kChildren = 60;
  Folder folder;
  const std::string store = folder.Path("store");
  Import(folder.Write("c.json", R"({"credentials": [{"tenant": "t1", "provider": "openai", "name": "a",
    "id": "id-a", "credentials": {"generation": "1"}}]})"),
         store);
  const Plugin plugin(kLimited, store);
  SharedStage stage;
  std::thread publisher([&store] { EXPECT_NE(RunPublisher(store, 60), ""); });
  std::atomic<bool> done{false};
  std::vector<std::thread> busy;
  for (int t = 0; t < kBusyThreads; ++t) {
    busy.emplace_back([&] {
      Error error;
      while (!done) {
        Api().decision_release(plugin.Decide({{"tenant", "t1"}, {"provider", "openai"}, {"model", "m"}}));
        EXPECT_EQ(Api().engine_refresh(plugin.engine(), error.out()), KEYRULE_OK) << error.message();
        Api().engine_attribute(plugin.engine(), Str("inputs.a" + std::to_string(rand() % 1000)));
      }
    });
  }
  std::vector<pid_t> children;
  for (int i = 0; i < kChildren; ++i) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      alarm(120);  // a child that hangs dies of it
      Error error;
      for (int round = 0; round < 3; ++round) {
        keyrule_decision* decision = nullptr;
        keyrule_str json{};
        keyrule_status opened = KEYRULE_E_REVOKED;
        // The publisher disables `b` now and then, also between a decision and its payload.
        for (int attempt = 0; attempt < 5 && opened == KEYRULE_E_REVOKED; ++attempt) {
          Api().decision_release(decision);
          decision = plugin.Decide({{"tenant", "t1"}, {"provider", "openai"}, {"model", "m"}});
          opened = Api().decision_credentials(decision, &json, nullptr);
        }
        if (opened != KEYRULE_OK) _exit(1);
        const int generation = GenerationOf(decision);
        if (Text(json) != "{\"generation\":\"" + std::to_string(generation) + "\"}") _exit(2);
        Api().decision_release(decision);
        if (Api().engine_refresh(plugin.engine(), error.out()) != KEYRULE_OK) _exit(3);
        if (Api().engine_attribute(plugin.engine(), Str("inputs.new")) == 0) _exit(4);
      }
      if (Api().engine_reload(plugin.engine(), error.out()) != KEYRULE_OK) _exit(5);
      // Neither has a database started one: what its thread holds while the host forks, nobody gives back in the child.
      const std::filesystem::directory_iterator tasks("/proc/self/task");
      if (std::distance(begin(tasks), end(tasks)) != 1) _exit(6);
      _exit(0);
    }
    children.push_back(child);
    usleep(5'000);
  }
  for (const pid_t child : children) {
    int status = -1;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0) << (WIFSIGNALED(status) ? "a child hung" : "");
  }
  done = true;
  for (std::thread& thread : busy) thread.join();
  publisher.join();
}

}  // namespace
}  // namespace keyrule::plugin_test
