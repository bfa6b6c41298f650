// A warm call makes no system call: a filter of the kernel stands by and ends the process at the first one.
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>

#include "tests/plugin_api/plugin_support.h"
#include "tests/plugin_api/warm_calls.h"

namespace keyrule::plugin_test {
namespace {

constexpr int kMadeOne = 3;

void SayWhich(int, siginfo_t* info, void*) {
  char line[64];
  const int size = std::snprintf(line, sizeof(line), "system call %d\n", info->si_syscall);
  (void)!write(2, line, static_cast<size_t>(size));
  _exit(kMadeOne);
}

// From here on every system call of this thread but write and exit raises SIGSYS. Reading the clock goes on: it is a
// system call only on machines whose clock cannot be read without one, and then it is the clock's affair.
bool ForbidSystemCalls() {
  struct sigaction action {};
  action.sa_sigaction = SayWhich;
  action.sa_flags = SA_SIGINFO;
  sigaction(SIGSYS, &action, nullptr);
  sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_write, 3, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 2, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clock_gettime, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog filter{std::size(code), code};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

int ExitCodeOf(const std::function<void()>& body) {
  const pid_t child = fork();
  if (child == 0) {
    alarm(60);
    body();
    _exit(testing::Test::HasFailure() ? 1 : 0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

TEST(SystemCalls, TheFilterSeesOne) {
  EXPECT_EQ(ExitCodeOf([] {
              ASSERT_TRUE(ForbidSystemCalls());
              (void)syscall(SYS_getppid);
            }),
            kMadeOne);
}

void ExpectNone(const Plugin& plugin) {
  keyrule_attribute attributes[2] = {};
  const char* words[2][2] = {{"provider", "openai"}, {"environment", "production"}};
  for (int i = 0; i < 2; ++i) {
    attributes[i].id = Api().engine_attribute(plugin.engine(), Str(words[i][0]));
    attributes[i].kind = KEYRULE_TEXT;
    attributes[i].value.text = Str(words[i][1]);
  }
  keyrule_request request = KEYRULE_REQUEST_INIT;
  request.tenant = Str("t1");
  request.attributes = attributes;
  request.attribute_count = 2;
  const auto call = [&] {
    keyrule_decision* decision = nullptr;
    keyrule_str payload{};
    keyrule_report report = KEYRULE_REPORT_INIT;
    report.outcome = KEYRULE_OUTCOME_OK;
    Api().get_current_credentials(plugin.engine(), &request, &decision, nullptr);
    ASSERT_EQ(Api().decision_credentials(decision, &payload, nullptr), KEYRULE_OK);
    ASSERT_GT(payload.len, 20u);
    ASSERT_EQ(Api().report(plugin.engine(), decision, &report, nullptr), KEYRULE_OK);
    Api().decision_release(decision);
  };
  EXPECT_EQ(ExitCodeOf([&] {
              for (int i = 0; i < 100; ++i) call();
              ASSERT_TRUE(ForbidSystemCalls());
              for (int i = 0; i < 1000; ++i) call();
            }),
            0);
}

TEST(SystemCalls, AWarmDecisionWithItsPayloadMakesNone) { ExpectNone(Plugin(kPolicy)); }

TEST(SystemCalls, NorDoesAnyKindOfCall) {
  for (const CallKind& kind : CallKinds()) {
    for (const bool prepared : {false, true}) {
      const WarmCall call(kind, prepared);
      EXPECT_EQ(ExitCodeOf([&] {
                  call.Warm();
                  ASSERT_TRUE(ForbidSystemCalls());
                  for (int i = 0; i < 300; ++i) ASSERT_EQ(call.Run(), kind.verdict);
                }),
                0)
          << kind.name << (prepared ? ", prepared" : "");
    }
  }
}

// The same over state that processes share, but for the look that one decision in a second takes at it.
void ExpectNoneOfShared(std::initializer_list<std::string_view> kinds, const std::string& redis_url) {
  size_t found = 0;
  for (const CallKind& kind : CallKinds()) {
    if (std::find(kinds.begin(), kinds.end(), kind.name) == kinds.end()) continue;
    ++found;
    const WarmCall call(kind, false, true, redis_url);
    EXPECT_EQ(ExitCodeOf([&] {
                call.Warm();
                usleep(1'100'000);
                call.Run();  // looks
                ASSERT_TRUE(ForbidSystemCalls());
                for (int i = 0; i < 300; ++i) ASSERT_EQ(call.Run(), kind.verdict);
              }),
              0)
        << kind.name;
  }
  EXPECT_EQ(found, kinds.size());
}

TEST(SystemCalls, NorDoesStateThatIsShared) {
  ExpectNoneOfShared({"budget", "wait", "weighted_round_robin", "latency"}, {});
}

// It is a thread of its own that speaks with Redis, or tries to.
TEST(SystemCalls, NorDoWhatHostsShare) {
  ExpectNoneOfShared({"budget", "wait", "weighted_round_robin"}, "redis://127.0.0.1:1?hosts=1");
}

// Each candidate is looked up in the table of revocations then, which nobody has emptied since.
TEST(SystemCalls, NorDoesOneAmongRevocations) {
  const Plugin plugin(kPolicy);
  Keyrule("disable --quiet --store '" + plugin.store_path() +
          "' --tenant t1 --provider openai --name b");
  ExpectNone(plugin);
}

}  // namespace
}  // namespace keyrule::plugin_test
