// kill -9 of the writer at random moments: readers always find one whole published generation,
// never an older one than was acknowledged, and the next writer goes on without help.
// KEYRULE_CRASH_ROUNDS sets how many times (25).

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <random>

#include "tests/store/support.h"
#include "tests/store/writer_child.h"

namespace keyrule::store {
namespace {

// A child that writes; exec makes it a process that never saw RocksDB.
class Child {
 public:
  Child(const std::string& dir, unsigned long round) {
    int ends[2];
    EXPECT_EQ(pipe2(ends, O_CLOEXEC), 0);
    const std::string first = std::to_string(round);
    pid_ = fork();
    if (pid_ == 0) {
      dup2(ends[1], STDOUT_FILENO);
      execl(KEYRULE_WRITER_CHILD, KEYRULE_WRITER_CHILD, dir.c_str(), first.c_str(), nullptr);
      _exit(127);
    }
    close(ends[1]);
    output_ = ends[0];
  }

  // Waits until it has acknowledged one generation.
  void Await() {
    char c;
    while (read(output_, &c, 1) == 1) {
      text_.push_back(c);
      if (c == '\n') return;
    }
  }

  // Kills it and returns the last generation it acknowledged, or 0.
  uint64_t Kill() {
    kill(pid_, SIGKILL);
    int status = 0;
    waitpid(pid_, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status)) << "the writer gave up with code " << WEXITSTATUS(status);
    std::string text = text_;
    char buffer[4096];
    for (ssize_t got; (got = read(output_, buffer, sizeof buffer)) > 0;) {
      text.append(buffer, static_cast<size_t>(got));
    }
    close(output_);
    if (text.empty()) return 0;
    const size_t line = text.rfind('\n', text.size() - 2);
    return std::strtoull(text.c_str() + (line == std::string::npos ? 0 : line + 1), nullptr, 10);
  }

 private:
  pid_t pid_ = -1;
  int output_ = -1;
  std::string text_;  // what it said so far
};

TEST(Crash, KilledWritersLeaveWholeGenerations) {
  const TempDir dir;
  const std::string store = dir / "s";
  const char* wanted = std::getenv("KEYRULE_CRASH_ROUNDS");
  const int kills = wanted != nullptr ? std::atoi(wanted) : 25;
  std::mt19937 random(11);
  uint64_t acknowledged = 0;
  uint64_t mid_import = 0;
  for (int i = 0; i < kills; ++i) {
    Child child(store, static_cast<unsigned long>(i) * 1000 + 1);
    // Half of them early, also while the store is being made; half while changing what is
    // published.
    if (i % 2 == 1) child.Await();
    usleep(static_cast<useconds_t>(random() % 100000));
    const uint64_t last = child.Kill();
    acknowledged = std::max(acknowledged, last);

    Result<std::unique_ptr<Reader>> reader = Reader::Open(store, TestKey());
    if (!reader.ok()) {
      ASSERT_EQ(acknowledged, 0u) << reader.status().message();
      ASSERT_EQ(reader.status().code(), Code::kNotFound) << reader.status().message();
      continue;
    }
    ASSERT_GE((*reader)->generation(), acknowledged);
    if ((*reader)->generation() == acknowledged) ++mid_import;
    acknowledged = (*reader)->generation();
    ASSERT_EQ((*reader)->records(), static_cast<uint64_t>(kChildRecords));
    ASSERT_TRUE((*reader)->Verify().ok());
    std::string round;  // all credentials must be of the same one
    ASSERT_TRUE(
        (*reader)
            ->List([&](const Metadata& metadata) {
              if (round.empty()) round = metadata.owner;
              EXPECT_EQ(metadata.owner, round);
              Result<Secret> payload = (*reader)->OpenPayload(metadata.tenant, metadata.key());
              EXPECT_TRUE(payload.ok());
              EXPECT_EQ(Text(*payload), ChildPayload(std::strtoul(round.c_str(), nullptr, 10)));
              return true;
            })
            .ok());
  }
  EXPECT_GT(acknowledged, 0u);
  EXPECT_GT(mid_import, 0u);
}

}  // namespace
}  // namespace keyrule::store
