// kill -9 at random moments of revoking, committing and publishing: what anybody has ever seen
// refused, and what was reported done, is never given again. KEYRULE_CRASH_ROUNDS sets how many
// times (60).

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <set>

#include "tests/store/revoker_child.h"
#include "tests/store/support.h"

namespace keyrule::store {
namespace {

bool Usable(const Reader& reader, int n) {
  const CredentialKey key = RevocableKey(n);
  const Result<Metadata> found = reader.Find(key.tenant, key);
  EXPECT_TRUE(found.ok() || found.status().code() == Code::kNotFound) << found.status().message();
  return found.ok() && found->usable() && !reader.IsRevoked(*found);
}

class Refused {
 public:
  // Notes who is refused by this reader, and complains of who is not any more.
  void Look(const Reader& reader, const char* when) {
    for (int n = 0; n < kRevocable; ++n) {
      if (!Usable(reader, n)) {
        seen_.insert(n);
      } else if (seen_.contains(n)) {
        ADD_FAILURE() << n << " is given again " << when << ", by generation "
                      << reader.generation();
      }
    }
  }
  void Acknowledge(int n) { seen_.insert(n); }
  void Learn(const Refused& other) { seen_.insert(other.seen_.begin(), other.seen_.end()); }
  size_t size() const { return seen_.size(); }
  // What comes next.
  int Next() const { return seen_.empty() ? 0 : *seen_.rbegin() + 1; }

 private:
  std::set<int> seen_;
};

TEST(RevokeCrash, NothingThatWasRefusedComesBack) {
  const TempDir dir;
  const std::string store = dir / "s";
  {
    const auto writer = MustWrite(store, TestKey());
    for (int n = 0; n < kRevocable; ++n) {
      const CredentialKey key = RevocableKey(n);
      Metadata metadata = SampleMetadata(key.tenant, key.provider, "name-" + std::to_string(n));
      metadata.id = key.id;
      PutSample(writer.get(), metadata);
    }
    ASSERT_TRUE(writer->Publish().ok());
  }
  const char* wanted = std::getenv("KEYRULE_CRASH_ROUNDS");
  const int rounds = wanted != nullptr ? std::atoi(wanted) : 60;
  std::mt19937 random(21);
  Refused refused;  // by who opens the store now
  // By a host that is on an older generation. A withdrawal that was killed between REVOKED and SHARED, and so was never
  // reported done, is refused by who opens the store then, and by older hosts from the next writer on.
  Refused by_host;
  auto host = MustRead(store, TestKey());  // stays behind for some rounds, as hosts do
  size_t during = 0;
  for (int round = 0; round < rounds && refused.Next() < kRevocable; ++round) {
    int ends[2];
    ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
    const std::string first = std::to_string(refused.Next());
    const pid_t child = fork();
    if (child == 0) {
      dup2(ends[1], STDOUT_FILENO);
      execl(KEYRULE_REVOKER_CHILD, KEYRULE_REVOKER_CHILD, store.c_str(), first.c_str(), nullptr);
      _exit(127);
    }
    close(ends[1]);
    const auto wait_us = static_cast<int>(random() % 150'000);
    usleep(static_cast<useconds_t>(wait_us / 2));
    const size_t before = by_host.size();
    by_host.Look(*host, "while it is written");
    refused.Learn(by_host);
    during += by_host.size() > before;
    usleep(static_cast<useconds_t>(wait_us / 2));
    kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "it gave up with code " << WEXITSTATUS(status);
    std::string said;
    char buffer[4096];
    for (ssize_t got; (got = read(ends[0], buffer, sizeof buffer)) > 0;) {
      said.append(buffer, static_cast<size_t>(got));
    }
    close(ends[0]);
    for (size_t at = 0; at < said.size(); at = said.find('\n', at) + 1) {
      by_host.Acknowledge(std::atoi(said.c_str() + at));
    }
    by_host.Look(*host, "after the kill");
    refused.Learn(by_host);
    refused.Look(*MustRead(store, TestKey()), "after the kill");
    if (round % 4 == 3) {  // otherwise the next child finds what this one left
      ASSERT_TRUE(MustWrite(store, TestKey())->Publish().ok());
      by_host.Learn(refused);
      by_host.Look(*host, "after the next writer");
      refused.Look(*MustRead(store, TestKey()), "after the next writer");
    }
    if (round % 7 == 6) {
      host = MustRead(store, TestKey());
      by_host.Learn(refused);
    }
  }
  host.reset();
  const auto writer = MustWrite(store, TestKey());
  ASSERT_TRUE(writer->Publish().ok());
  const auto last = MustRead(store, TestKey());
  refused.Look(*last, "at the end");
  EXPECT_EQ(last->shared()->Revocations(), 0u);  // all of it is in the generation
  EXPECT_TRUE(last->Verify().ok());
  EXPECT_GT(refused.size(), static_cast<size_t>(rounds) / 2);
  EXPECT_GT(during, 0u);
  std::printf("%d kills, %zu credentials refused\n", rounds, refused.size());
}

}  // namespace
}  // namespace keyrule::store
