#include "store/child_program.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "store/posix_file.h"

namespace keyrule::store {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kLook{10};  // between two looks whether the program has ended
constexpr size_t kKeptErrors = 4096;
constexpr size_t kPipe = 64 * 1024;

struct Pipe {
  Fd read;   // does not block
  Fd write;  // above 2, so that it can be put on 1 and 2 in any order
};

bool Open(Pipe* pipe) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return false;
  pipe->read = Fd(ends[0]);
  const Fd low(ends[1]);
  pipe->write = Fd(fcntl(low.get(), F_DUPFD_CLOEXEC, 3));
  return pipe->write.ok() && fcntl(pipe->read.get(), F_SETFL, O_NONBLOCK) == 0;
}

// How a program is started.
class Spawn {
 public:
  Spawn(int output, int errors) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_addopen(&actions_, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions_, output, 1);
    posix_spawn_file_actions_adddup2(&actions_, errors, 2);
    posix_spawn_file_actions_addclosefrom_np(&actions_, 3);
    posix_spawnattr_init(&attributes_);
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &all);  // Python ignores SIGPIPE, for one
    posix_spawnattr_setpgroup(&attributes_, 0);
    posix_spawnattr_setflags(
        &attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  }
  ~Spawn() {
    posix_spawnattr_destroy(&attributes_);
    posix_spawn_file_actions_destroy(&actions_);
  }
  Spawn(const Spawn&) = delete;
  Spawn& operator=(const Spawn&) = delete;

  // 0, or an error number.
  int Run(const std::vector<std::string>& words, pid_t* pid) const {
    std::vector<char*> argv;
    for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    return posix_spawnp(pid, argv[0], &actions_, &attributes_, argv.data(), environ);
  }

 private:
  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

// Takes what is in the pipe now; false when no more will come.
bool TakeOutput(int fd, Secret* output, size_t* size) {
  while (*size < output->size()) {
    const std::span<uint8_t> room = output->Fill().subspan(*size);
    const ssize_t got = read(fd, room.data(), room.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return got < 0 && errno == EAGAIN;
    *size += static_cast<size_t>(got);
  }
  return true;
}

// The same, keeping the end; at most what a pipe holds at once, for a program may write without
// end.
bool TakeErrors(int fd, std::string* errors) {
  char buffer[4096];
  for (size_t reads = 0; reads < kPipe / sizeof buffer; ++reads) {
    const ssize_t got = read(fd, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return got < 0 && errno == EAGAIN;
    errors->append(buffer, static_cast<size_t>(got));
    if (errors->size() > kKeptErrors) errors->erase(0, errors->size() - kKeptErrors);
  }
  return true;
}

// Sets how and code once it has ended; `options` as for waitpid.
bool Ended(pid_t pid, int options, ProgramEnd* end) {
  int status = 0;
  pid_t got;
  do {
    got = waitpid(pid, &status, options);
  } while (got < 0 && errno == EINTR);
  if (got == 0) return false;
  if (got < 0) {
    end->how = ProgramEnd::How::kUnknown;  // ECHILD
  } else if (WIFEXITED(status)) {
    end->how = ProgramEnd::How::kExited;
    end->code = WEXITSTATUS(status);
  } else {
    end->how = ProgramEnd::How::kSignalled;
    end->code = WTERMSIG(status);
  }
  return true;
}

void Kill(pid_t pid, ProgramEnd::How why, ProgramEnd* end) {
  kill(-pid, SIGKILL);
  (void)Ended(pid, 0, end);
  end->how = why;
  end->code = 0;
}

}  // namespace

Result<ProgramEnd> RunProgram(const std::vector<std::string>& words, size_t limit,
                              std::chrono::milliseconds time) {
  Pipe output, errors;
  if (!Open(&output) || !Open(&errors)) {
    return Status(Code::kKeyFailed, "", "no program can be run: " + SystemError(errno),
                  "allow this process more open files");
  }
  ProgramEnd end;
  end.output = Secret(limit + 1);  // one more, to see that there is more
  pid_t pid = -1;
  if (const int error = Spawn(output.write.get(), errors.write.get()).Run(words, &pid);
      error != 0) {
    return Status(Code::kKeyFailed, "", "the program cannot be run: " + SystemError(error),
                  "check its path, owner and mode");
  }
  output.write = Fd();
  errors.write = Fd();
  const Clock::time_point until = Clock::now() + time;
  size_t size = 0;
  for (bool ended = false; !ended;) {
    pollfd look[] = {{output.read.get(), POLLIN, 0}, {errors.read.get(), POLLIN, 0}};
    // A pipe may stay open, in a program left behind or in a child that another thread forked just
    // now: what counts is the end of the program itself.
    (void)poll(look, 2, static_cast<int>(kLook.count()));
    ended = Ended(pid, WNOHANG, &end);
    if (!TakeOutput(output.read.get(), &end.output, &size)) output.read = Fd();
    if (!TakeErrors(errors.read.get(), &end.errors)) errors.read = Fd();
    if (ended) break;
    if (size > limit) {
      Kill(pid, ProgramEnd::How::kTooMuch, &end);
      break;
    }
    if (Clock::now() >= until) {
      Kill(pid, ProgramEnd::How::kTimeout, &end);
      break;
    }
  }
  if (size > limit) end.how = ProgramEnd::How::kTooMuch;
  end.output.Shrink(std::min(size, limit));
  return end;
}

}  // namespace keyrule::store
