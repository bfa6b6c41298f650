// Policies that are swapped all the time while eight threads, and eight processes, decide: each decision names one revision,
// and says what the oracle says under that one; what was swapped out is freed; a broken file changes nothing and is told of.
#include <gtest/gtest.h>
#include <malloc.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "dsl/load.h"
#include "evaluator/oracle.h"
#include "evaluator/request_builder.h"
#include "tests/plugin_api/plugin_support.h"
#include "tests/support/memory_reader.h"

namespace keyrule::plugin_test {
namespace {

constexpr size_t kRevisions = 12;
constexpr size_t kRules = 120;
constexpr size_t kCalls = 60;
constexpr std::array<const char*, 5> kPaths = {"provider", "app.id", "workflow.id", "user.id", "environment"};

using Values = std::array<std::string, kPaths.size()>;  // empty: absent

// What a decision says: verdict, rule, credential, message.
std::string Said(int verdict, std::string_view rule, std::string_view credential, std::string_view message) {
  return std::to_string(verdict) + " " + std::string(rule) + " " + std::string(credential) + " " + std::string(message);
}

// Policies that answer nearly every call otherwise, all loaded and answered by the oracle beforehand.
class Book {
 public:
  Book() {
    std::mt19937_64 random(1);
    const auto below = [&](size_t bound) { return std::to_string(random() % bound); };
    for (size_t i = 0; i < kCalls; ++i) {
      const std::string user = i % 7 == 0 ? "" : "team-" + below(8) + "/u-" + below(9);
      calls_.push_back({"openai", "app-" + below(40), "wf-" + below(40), user, i % 3 == 0 ? "staging" : "production"});
    }
    for (size_t revision = 0; revision < kRevisions; ++revision) {
      std::string text = "keyrule 1\nschema \"dify\"\nlet some = [\"app-1\", \"app-" + below(40) + "\"]\n";
      for (size_t rule = 0; rule < kRules; ++rule) {
        const std::string name = "r" + std::to_string(rule);
        text += "rule " + name + " { when ";
        switch (random() % 6) {
          case 0: text += "app.id == \"app-" + below(40) + "\" and environment == \"production\""; break;
          case 1: text += "workflow.id in [\"wf-" + below(40) + "\", \"wf-40\"] and app.id != \"app-3\""; break;
          case 2: text += "user.id starts with \"team-" + below(8) + "/u\" and environment != \"staging\""; break;
          case 3: text += "app.id in some and not (workflow.id like \"wf-" + below(4) + "*\")"; break;
          case 4: text += "user.id is not set and workflow.id ends with \"" + below(10) + "\""; break;
          default: text += "workflow.id == \"wf-" + below(40) + "\""; break;
        }
        text += random() % 3 == 0 ? " use credential \"a\" }\n" : " deny \"" + std::to_string(revision) + "/" + name + "\" }\n";
      }
      Add(text + (revision % 2 == 0 ? "default { leave to host }\n" : "default { use credential \"b\" }\n"));
    }
  }

  const std::string& text(size_t revision) const { return texts_[revision]; }
  const Values& call(size_t i) const { return calls_[i]; }
  // The revision that a decision names; kRevisions if it is none of ours, or not exactly one.
  size_t RevisionOf(const std::string& json) const {
    constexpr std::string_view kKey = "\"revision\":\"";
    const size_t at = json.find(kKey);
    if (at == std::string::npos || json.find(kKey, at + 1) != std::string::npos) return kRevisions;
    const size_t begin = at + kKey.size();
    const auto found = numbers_.find(json.substr(begin, json.find('"', begin) - begin));
    return found == numbers_.end() ? kRevisions : found->second;
  }
  const std::string& Expected(size_t revision, size_t call) const { return expected_[revision][call]; }

 private:
  void Add(const std::string& text) {
    const dsl::LoadResult loaded = dsl::LoadText(dsl::MemoryReader(), "p.keyrule", text);
    ASSERT_NE(loaded.policy, nullptr) << text;
    std::vector<evaluator::Credential> credentials(2);
    credentials[0].id = credentials[0].name = "a";
    credentials[1].id = credentials[1].name = "b";
    evaluator::Oracle oracle(*loaded.policy, credentials, 0);
    std::vector<std::string>& expected = expected_.emplace_back();
    for (const Values& values : calls_) {
      evaluator::RequestBuilder builder(loaded.policy);
      std::string error;
      for (size_t i = 0; i < kPaths.size(); ++i) ASSERT_TRUE(builder.SetText(kPaths[i], values[i], &error)) << error;
      builder.FillRequired(0);
      const evaluator::OracleAnswer answer = oracle.Decide(builder.Build(), 0);
      const int verdict = answer.verdict == evaluator::Verdict::kUse    ? KEYRULE_USE
                          : answer.verdict == evaluator::Verdict::kHost ? KEYRULE_HOST
                                                                        : KEYRULE_DENY;
      expected.push_back(Said(verdict, answer.rule, answer.credential, answer.message));
    }
    numbers_.emplace(loaded.policy->revision, texts_.size());
    texts_.push_back(text);
  }

  std::vector<Values> calls_;
  std::vector<std::string> texts_;
  std::map<std::string, size_t> numbers_;  // by the revision that a decision names
  std::vector<std::vector<std::string>> expected_;
};

constexpr char kTwo[] = R"({"credentials": [
  {"tenant": "t1", "provider": "openai", "name": "a", "credentials": {"k": "1"}},
  {"tenant": "t1", "provider": "openai", "name": "b", "credentials": {"k": "2"}}]})";

class Host {
 public:
  Host(const Book& book, const std::string& policy, const std::string& store) : book_(book) {
    keyrule_engine_options options = KEYRULE_ENGINE_OPTIONS_INIT;
    options.policy_path = Str(policy);
    options.store_path = Str(store);
    options.proof_ms = 1;  // rules that others answer for are welcome here
    if (Api().engine_open(&options, nullptr, &engine_, nullptr) != KEYRULE_OK) throw std::runtime_error(policy);
    for (size_t i = 0; i < kPaths.size(); ++i) ids_[i] = Api().engine_attribute(engine_, Str(kPaths[i]));
  }
  ~Host() { Api().engine_release(engine_); }
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  keyrule_engine* engine() const { return engine_; }

  // Decides, and gives the revision if the answer is the oracle's under it; kRevisions if not.
  size_t Decide(size_t call) const {
    std::array<keyrule_attribute, kPaths.size()> attributes{};
    keyrule_request request = KEYRULE_REQUEST_INIT;
    request.tenant = Str("t1");
    request.attributes = attributes.data();
    for (size_t i = 0; i < kPaths.size(); ++i) {
      if (book_.call(call)[i].empty()) continue;
      keyrule_attribute& attribute = attributes[request.attribute_count++];
      attribute.id = ids_[i];
      attribute.kind = KEYRULE_TEXT;
      attribute.value.text = Str(book_.call(call)[i]);
    }
    keyrule_decision* decision = nullptr;
    keyrule_str json{};
    if (Api().get_current_credentials(engine_, &request, &decision, nullptr) != KEYRULE_OK) return kRevisions;
    const keyrule_decision_info info = Info(decision);
    const std::string said = Said(info.verdict, Text(info.rule), Text(info.credential_name), Text(info.message));
    Api().decision_json(decision, &json, nullptr);
    const size_t revision = book_.RevisionOf(Text(json));
    Api().decision_release(decision);
    return revision < kRevisions && said == book_.Expected(revision, call) ? revision : kRevisions;
  }

 private:
  const Book& book_;
  keyrule_engine* engine_ = nullptr;
  std::array<uint32_t, kPaths.size()> ids_{};
};

// Puts a policy in the place of another at once, as editors and deployments should.
void Put(const Folder& folder, const std::string& text) {
  const std::string next = folder.Write("next", text);
  ASSERT_EQ(rename(next.c_str(), folder.Path("p.keyrule").c_str()), 0);
}

constexpr char kBroken[] = "keyrule 1\nschema \"dify\"\nrule r { when app.id = \"x\" deny \"no\" }\ndefault { leave to host }\n";

// Swaps so often, with a broken file now and then; after each the policy that was put last decides.
void Swap(const Book& book, const Folder& folder, const Host& host, int times) {
  for (int i = 0; i < times; ++i) {
    const size_t revision = static_cast<size_t>(i) % kRevisions;
    Error error;
    Put(folder, book.text(revision));
    ASSERT_EQ(Api().engine_reload(host.engine(), error.out()), KEYRULE_OK) << error.message();
    ASSERT_EQ(host.Decide(static_cast<size_t>(i) % kCalls), revision);
    if (i % 7 != 3) continue;
    Put(folder, kBroken);
    ASSERT_EQ(Api().engine_reload(host.engine(), error.out()), KEYRULE_E_POLICY);
    EXPECT_NE(error.message(), "");
    EXPECT_NE(error.diagnostics().find("KR0010"), std::string::npos) << error.diagnostics();
    ASSERT_EQ(host.Decide(static_cast<size_t>(i) % kCalls), revision) << "the last good one decides no more";
  }
}

// What this process holds of the heap, every arena of it.
size_t HeapBytes() {
  malloc_trim(0);
  const struct mallinfo2 now = mallinfo2();
  return now.uordblks + now.hblkhd;
}

struct Round {
  uint64_t decisions = 0, wrong = 0;
  size_t revisions = 0;
};
// Eight threads decide during so many swaps.
Round EightThreadsDuring(const Book& book, const Folder& folder, const Host& host, int swaps) {
  std::atomic<bool> stop{false};
  std::atomic<uint64_t> decisions{0}, wrong{0};
  std::array<std::atomic<uint64_t>, kRevisions> under{};
  std::vector<std::thread> threads;
  for (size_t t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (size_t i = t; !stop; ++i) {
        const size_t revision = host.Decide(i % kCalls);
        if (revision < kRevisions) ++under[revision];
        else ++wrong;
        ++decisions;
        if (i % 64 < 8) usleep(200);  // eight threads on the cores of a build machine
      }
    });
  }
  Swap(book, folder, host, swaps);
  stop = true;
  for (std::thread& thread : threads) thread.join();
  Round round{decisions, wrong, 0};
  for (const auto& count : under) round.revisions += count > 0;
  return round;
}

TEST(PluginSwap, EightThreadsDecideUnderOneRevisionEachAndOldOnesAreFreed) {
  const Book book;
  const Folder folder;
  Import(folder.Write("c.json", kTwo), folder.Path("store"));
  Put(folder, book.text(0));
  const Host host(book, folder.Path("p.keyrule"), folder.Path("store"));
  EightThreadsDuring(book, folder, host, 2 * kRevisions);  // everything that grows once has grown
  ASSERT_FALSE(HasFatalFailure());
  Swap(book, folder, host, 1);
  const size_t before = HeapBytes();
  const Round round = EightThreadsDuring(book, folder, host, 200);
  ASSERT_FALSE(HasFatalFailure());
  Swap(book, folder, host, 1);
  const size_t after = HeapBytes();
  EXPECT_EQ(round.wrong, 0u);
  EXPECT_EQ(round.revisions, kRevisions);
  EXPECT_GT(round.decisions, 1'000u);
  std::printf("%llu decisions during 200 swaps; heap %zu KiB before, %zu KiB after\n",
              static_cast<unsigned long long>(round.decisions), before >> 10, after >> 10);
#ifndef KEYRULE_SANITIZED
  // A program of 120 rules takes some hundred KiB: a few that stay would show.
  EXPECT_LT(after, before + (512u << 10));
#endif
}

// What a process tells the test, in memory that all map.
struct Told {
  std::atomic<uint64_t> decisions{0}, wrong{0}, swaps{0}, refused{0};
  std::atomic<uint32_t> revisions{0};  // one bit each
};

int BeAProcess(const Host& host, const std::atomic<bool>* stop, Told* told) {
  std::thread swapper([&] {
    while (!*stop) {
      const keyrule_status status = Api().engine_reload(host.engine(), nullptr);
      if (status == KEYRULE_OK) ++told->swaps;
      else if (status == KEYRULE_E_POLICY) ++told->refused;
      else ++told->wrong;
    }
  });
  for (size_t i = 0; !*stop; ++i) {
    const size_t revision = host.Decide(i % kCalls);
    if (revision < kRevisions) told->revisions |= 1u << revision;
    else ++told->wrong;
    ++told->decisions;
    if (i % 64 == 0) usleep(2'000);
  }
  swapper.join();
  return 0;
}

TEST(PluginSwap, EightProcessesDecideUnderOneRevisionEach) {
  constexpr int kProcesses = 8;
  struct Stage {
    std::atomic<bool> stop{false};
    std::atomic<int> open{0};
    Told told[kProcesses];
  };
  const Book book;
  const Folder folder;
  Import(folder.Write("c.json", kTwo), folder.Path("store"));
  Put(folder, book.text(0));
  void* memory = mmap(nullptr, sizeof(Stage), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(memory, MAP_FAILED);
  Stage* const stage = new (memory) Stage;
  const Host inherited(book, folder.Path("p.keyrule"), folder.Path("store"));
  std::vector<pid_t> processes;
  for (int i = 0; i < kProcesses; ++i) {
    const pid_t process = fork();
    ASSERT_GE(process, 0);
    if (process == 0) {
      alarm(240);
      // Half of them use the engine from before the fork, half open their own.
      std::unique_ptr<const Host> own;
      if (i % 2 == 1) own = std::make_unique<const Host>(book, folder.Path("p.keyrule"), folder.Path("store"));
      ++stage->open;
      _exit(BeAProcess(own != nullptr ? *own : inherited, &stage->stop, &stage->told[i]));
    }
    processes.push_back(process);
  }
  for (int i = 0; i < 6'000 && stage->open < kProcesses; ++i) usleep(10'000);
  ASSERT_EQ(stage->open, kProcesses);
  const auto all_have = [&](auto enough) {
    for (const Told& told : stage->told) {
      if (!enough(told)) return false;
    }
    return true;
  };
  // Until every process has been under several revisions and has refused a broken one; a minute at most.
  for (int i = 0; i < 6'000 || i < 200; ++i) {
    Put(folder, i % 5 == 3 ? kBroken : book.text(static_cast<size_t>(i) % kRevisions));
    usleep(10'000);
    if (i > 200 && all_have([](const Told& told) { return told.swaps >= 20 && told.refused >= 3 && told.revisions.load() != 0 &&
                                                            __builtin_popcount(told.revisions) >= 4; })) {
      break;
    }
  }
  stage->stop = true;
  uint64_t decisions = 0, swaps = 0;
  for (int i = 0; i < kProcesses; ++i) {
    int status = -1;
    ASSERT_EQ(waitpid(processes[static_cast<size_t>(i)], &status, 0), processes[static_cast<size_t>(i)]);
    EXPECT_EQ(status, 0) << "process " << i;
    const Told& told = stage->told[i];
    EXPECT_EQ(told.wrong, 0u) << "process " << i;
    EXPECT_GE(told.swaps, 20u) << "process " << i;
    EXPECT_GE(told.refused, 3u) << "process " << i;
    EXPECT_GE(__builtin_popcount(told.revisions), 4) << "process " << i;
    decisions += told.decisions;
    swaps += told.swaps;
  }
  std::printf("%d processes, %llu decisions, %llu swaps\n", kProcesses, static_cast<unsigned long long>(decisions),
              static_cast<unsigned long long>(swaps));
  munmap(memory, sizeof(Stage));
}

}  // namespace
}  // namespace keyrule::plugin_test
