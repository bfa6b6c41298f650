// Real programs: what they get, what of them is believed, and what of them is shown.

#include "store/key_command.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <thread>

#include "tests/store/support.h"

namespace keyrule::store {
namespace {

using std::chrono::milliseconds;

class Program : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(CreateMasterKey(dir_ / "k").ok());
    text_ = ReadFile(dir_ / "k");
  }

  // A shell script with that body, and the key file's path as its first argument.
  KeyCommand Script(const std::string& body, milliseconds time = kKeyCommandTime) {
    const std::string path = dir_ / "program";
    unlink(path.c_str());
    WriteFile(path, "#!/bin/sh\n" + body + "\n");
    EXPECT_EQ(chmod(path.c_str(), 0700), 0);
    return KeyCommand({path, dir_ / "k"}, time);
  }

  std::string Refusal(const KeyCommand& command, Code code) {
    Result<Secret> key = command.Load();
    EXPECT_FALSE(key.ok());
    EXPECT_EQ(key.status().code(), code) << key.status().message();
    EXPECT_EQ(key.status().where(), command.name());
    EXPECT_EQ(key.status().message().find(text_.substr(21, 16)), std::string::npos);
    return key.status().what();
  }

  const TempDir dir_;
  std::string text_;
};

TEST_F(Program, GivesTheKey) {
  for (const char* body : {"cat \"$1\"", "printf %s \"$(cat \"$1\")\"",
                           "head -n 1 \"$1\"; sleep 0.1; echo note >&2; tail -n 1 \"$1\""}) {
    Result<Secret> key = Script(body).Load();
    ASSERT_TRUE(key.ok()) << body << key.status().message();
    EXPECT_EQ(ToHex(key->Expose()), text_.substr(21, 64));
  }
  EXPECT_TRUE(KeyCommand({"cat", dir_ / "k"}).Load().ok());  // by PATH
}

TEST_F(Program, ExitCodeCountsWhateverItWrote) {
  EXPECT_EQ(Refusal(Script("cat \"$1\"; echo 'no such key: prod' >&2; exit 3"), Code::kKeyFailed),
            "the program ended with exit code 3, saying: no such key: prod");
  EXPECT_EQ(Refusal(Script("cat \"$1\"; exit 1"), Code::kKeyFailed),
            "the program ended with exit code 1");
  EXPECT_EQ(Refusal(Script("cat \"$1\"; kill -TERM $$"), Code::kKeyFailed),
            "the program was ended by signal 15");
}

TEST_F(Program, OutputThatIsNoKey) {
  EXPECT_EQ(Refusal(Script("cat \"$1\" \"$1\""), Code::kKeyMalformed),
            "the program writes more than a master key");
  EXPECT_EQ(Refusal(Script("yes"), Code::kKeyMalformed),
            "the program writes more than a master key");
  EXPECT_EQ(Refusal(Script("tail -n 1 \"$1\""), Code::kKeyMalformed),
            "it does not hold a master key");
  EXPECT_EQ(Refusal(Script(":"), Code::kKeyTruncated), "it is empty, not a master key");
  EXPECT_EQ(Refusal(Script("head -c 40 \"$1\""), Code::kKeyTruncated),
            "the master key is cut off after 40 of 86 bytes");
}

TEST_F(Program, ShowsTheLastLineOfItsErrorsWithoutKeysAndControlCharacters) {
  const std::string said = Refusal(
      Script("echo first >&2; printf 'key \\033[1m %s end' $(tail -n 1 \"$1\") >&2; exit 2"),
      Code::kKeyFailed);
  EXPECT_EQ(said, "the program ended with exit code 2, saying: key ?[1m … end");
  const std::string longer =
      Refusal(Script("for i in 1 2 3 4 5 6 7 8 9; do printf '%s' 'words without an end, ' "
                     "'and no break. ' >&2; done; exit 2"),
              Code::kKeyFailed);
  EXPECT_LT(longer.size(), 260u);
  EXPECT_TRUE(longer.ends_with("…")) << longer;
  // Much of it must not stop the program.
  EXPECT_EQ(
      Refusal(Script("head -c 1000000 /dev/zero | tr '\\0' '\\n' >&2; exit 4"), Code::kKeyFailed),
      "the program ended with exit code 4");
}

TEST_F(Program, CannotBeRun) {
  const KeyCommand none({dir_ / "none"});
  EXPECT_EQ(Refusal(none, Code::kKeyFailed),
            "the program cannot be run: No such file or directory");
  EXPECT_FALSE(KeyCommand({"keyrule-no-such-program"}).Load().ok());
  EXPECT_EQ(Refusal(KeyCommand({dir_ / "k"}), Code::kKeyFailed),
            "the program cannot be run: Permission denied");
}

TEST_F(Program, IsKilledWithItsGroupWhenItHangs) {
  const std::string said =
      Refusal(Script("cat \"$1\"; sleep 600 & echo $! > \"$1.pid\"; wait", milliseconds(500)),
              Code::kKeyFailed);
  EXPECT_EQ(said, "the program did not end in 500 ms, and was killed");
  const int grandchild = std::atoi(ReadFile(dir_ / "k.pid").c_str());
  ASSERT_GT(grandchild, 1);
  for (int i = 0; i < 500 && kill(grandchild, 0) == 0; ++i) {
    const std::string stat = ReadFile("/proc/" + std::to_string(grandchild) + "/stat");
    if (stat.find(") Z ") != std::string::npos) return;  // dead; nobody has collected it yet
    usleep(10'000);
  }
  EXPECT_EQ(kill(grandchild, 0), -1);
}

TEST_F(Program, IsKilledWhenItWritesErrorsWithoutEnd) {
  EXPECT_TRUE(Refusal(Script("yes flood >&2", milliseconds(300)), Code::kKeyFailed)
                  .starts_with("the program did not end in 300 ms, and was killed"));
}

TEST_F(Program, WhatItLeavesBehindIsNotWaitedFor) {
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_TRUE(Script("cat \"$1\"; sleep 5 &").Load().ok());
  EXPECT_LT(std::chrono::steady_clock::now() - begin, milliseconds(4000));
}

TEST_F(Program, GetsTheEnvironmentAnEmptyInputNoFilesAndPlainSignals) {
  const int open_file = open((dir_ / "k").c_str(), O_RDONLY);
  ASSERT_EQ(dup2(open_file, 77), 77);  // whoever is forked and executed would inherit it
  const auto before = signal(SIGPIPE, SIG_IGN);
  sigset_t blocked, mask_before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGTERM);
  ASSERT_EQ(pthread_sigmask(SIG_BLOCK, &blocked, &mask_before), 0);
  setenv("HOME_OF_TEST", "here", 1);
  Result<Secret> key =
      Script(
          "[ -z \"$(cat)\" ] || exit 11\n"
          "[ -e /proc/$$/fd/1 ] || exit 12\n"
          "[ ! -e /proc/$$/fd/77 ] || exit 13\n"
          // Two that glibc keeps for itself may be ignored.
          "grep -qE 'SigIgn:.*0000000(00|18)0000000$' /proc/self/status || exit 14\n"
          "grep -q 'SigBlk:.*0000000000000000' /proc/self/status || exit 15\n"
          "[ \"$HOME_OF_TEST\" = here ] || exit 16\n"
          "cat \"$1\"")
          .Load();
  EXPECT_TRUE(key.ok()) << key.status().message();
  pthread_sigmask(SIG_SETMASK, &mask_before, nullptr);
  signal(SIGPIPE, before);
  close(77);
  close(open_file);
}

TEST_F(Program, SeveralAtOnceFromThreads) {
  const KeyCommand command = Script("sleep 0.05; cat \"$1\"");
  std::vector<std::thread> threads;
  std::atomic<int> good{0};
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] { good += command.Load().ok(); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, 8);
}

TEST_F(Program, AHostThatCollectsEveryChildGetsTheKeyAllTheSame) {
  const auto before = signal(SIGCHLD, SIG_IGN);  // the kernel takes the exit codes
  Result<Secret> key = Script("cat \"$1\"").Load();
  EXPECT_TRUE(key.ok()) << key.status().message();
  EXPECT_EQ(Refusal(Script("exit 3"), Code::kKeyTruncated), "it is empty, not a master key");
  signal(SIGCHLD, before);
}

TEST_F(Program, WorksWhereTheStandardStreamsAreClosed) {
  const pid_t child = fork();
  if (child == 0) {
    close(0);
    close(1);
    close(2);
    _exit(KeyCommand({"cat", dir_ / "k"}).Load().ok() ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace keyrule::store
