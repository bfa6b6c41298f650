// A host opens a store and forks its workers: each must read and open, also while the host's
// threads were in the middle of reading, and none may hang.

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "tests/store/support.h"

namespace keyrule::store {
namespace {

constexpr int kChildren = 50;
constexpr int kBusyThreads = kSanitized ? 0 : 2;
constexpr unsigned kChildSeconds = 60;  // a child that hangs dies of SIGALRM

// In a child: everything a worker does. Returns its exit code.
int Work(const Reader& inherited, const std::string& dir) {
  for (const Reader* reader : {&inherited}) {
    int opened = 0;
    const Status status = reader->Candidates("tenant-1", "openai", [&](const Metadata& metadata) {
      Result<Secret> payload = reader->OpenPayload("tenant-1", metadata.key());
      if (payload.ok() && Text(*payload) == SamplePayload(metadata.tenant, metadata.name)) ++opened;
      return true;
    });
    if (!status.ok() || opened != 6) return 1;
  }
  Result<std::unique_ptr<Reader>> own = Reader::Open(dir, TestKey());
  if (!own.ok() || !(*own)->Verify().ok()) return 2;
  own->reset();
  if (Writer::Open(dir, TestKey()).status().code() != Code::kForked) return 3;
  return 0;
}

TEST(Fork, ChildrenOfABusyHostReadAndOpen) {
  const TempDir dir;
  MakeSampleStore(dir / "s", TestKey());
  auto reader = MustRead(dir / "s", TestKey());
  std::atomic<bool> stop{false};
  std::vector<std::thread> busy;
  for (int i = 0; i < kBusyThreads; ++i) {
    busy.emplace_back([&] {
      while (!stop) CandidateNames(*reader, "tenant-1", "openai");
    });
  }
  std::vector<pid_t> children;
  for (int i = 0; i < kChildren; ++i) {
    const pid_t child = fork();
    if (child == 0) {
      alarm(kChildSeconds);
      _exit(Work(*reader, dir / "s"));
    }
    children.push_back(child);
  }
  for (pid_t child : children) {
    int status = -1;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status)) << "signal " << WTERMSIG(status);
    EXPECT_EQ(WEXITSTATUS(status), 0);
  }
  stop = true;
  for (std::thread& thread : busy) thread.join();
  EXPECT_TRUE(reader->Verify().ok());
}

TEST(Fork, AChildMayCloseWhatItInherited) {
  const TempDir dir;
  MakeSampleStore(dir / "s", TestKey());
  auto reader = MustRead(dir / "s", TestKey());
  auto writer = MustWrite(dir / "s", TestKey());
  const pid_t child = fork();
  if (child == 0) {
    alarm(kChildSeconds);
    const Metadata metadata = SampleMetadata("t", "openai", "a");
    const bool refused = writer->Put(metadata, AsBytes("{}")).status().code() == Code::kForked &&
                         writer->Commit().code() == Code::kForked;
    writer.reset();
    reader.reset();
    _exit(refused ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  // The child's closing took neither the lock nor the database from the parent.
  EXPECT_EQ(Writer::Open(dir / "s", TestKey()).status().code(), Code::kBusy);
  PutSample(writer.get(), SampleMetadata("tenant-1", "openai", "after"));
  EXPECT_TRUE(writer->Publish().ok());
}

}  // namespace
}  // namespace keyrule::store
