#include "plugin_api/command/watch.h"

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <nlohmann/json.hpp>

#include "plugin_api/command/policy_input.h"

namespace keyrule::command {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// An editor writes in several steps: a run begins when nothing has happened for so long, or after a second.
constexpr milliseconds kQuiet{80};
constexpr milliseconds kMostQuiet{1'000};
// Without word from the kernel; and with it, since other machines' changes of a shared folder make no word.
constexpr milliseconds kPoll{300};
constexpr milliseconds kSlowPoll{2'000};

volatile std::sig_atomic_t stopped = 0;
int wake_write = -1;

void Stop(int) {
  stopped = 1;
  const int error = errno;
  (void)!write(wake_write, "", 1);
  errno = error;
}

// SIGINT and SIGTERM end the watch behind the run that goes on; a second one ends it at once.
class Signals {
 public:
  Signals() {
    if (pipe(ends_) != 0) ends_[0] = ends_[1] = -1;
    wake_write = ends_[1];
    struct sigaction action = {};
    action.sa_handler = Stop;
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
  }
  ~Signals() {
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
    if (ends_[0] >= 0) close(ends_[0]), close(ends_[1]);
  }
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;
  int fd() const { return ends_[0]; }

 private:
  int ends_[2] = {-1, -1};
};

// Hears of changes in folders. Where the kernel does not tell of them, waiting is all it does.
class Ear {
 public:
  Ear(const std::vector<std::string>& folders, const Console& console) {
    fd_ = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    int reason = fd_ < 0 ? errno : 0;
    constexpr uint32_t kMask = IN_CLOSE_WRITE | IN_MODIFY | IN_CREATE | IN_DELETE | IN_MOVED_TO | IN_MOVED_FROM | IN_ATTRIB |
                               IN_DELETE_SELF | IN_MOVE_SELF;
    for (const std::string& folder : folders) {
      if (fd_ >= 0 && inotify_add_watch(fd_, folder.c_str(), kMask) < 0 && errno != ENOENT && errno != ENOTDIR) reason = errno;
    }
    hears_all_ = reason == 0;
    static bool said = false;
    if (!hears_all_ && !said) {
      console.Note(std::string("the system does not tell of changes (") + std::strerror(reason) + "): looking every 300 ms");
      said = true;
    }
  }
  ~Ear() {
    if (fd_ >= 0) close(fd_);
  }
  Ear(const Ear&) = delete;
  Ear& operator=(const Ear&) = delete;

  // Something may have changed, or it is time to look.
  void Wait(int signals) const {
    const bool heard = Poll(signals, hears_all_ ? kSlowPoll : kPoll);
    const steady_clock::time_point latest = steady_clock::now() + kMostQuiet;
    while (heard && stopped == 0 && steady_clock::now() < latest && Poll(signals, kQuiet)) {
    }
  }

 private:
  bool Poll(int signals, milliseconds most) const {
    pollfd fds[] = {{signals, POLLIN, 0}, {fd_, POLLIN, 0}};
    if (stopped != 0 || poll(fds, fd_ >= 0 ? 2 : 1, static_cast<int>(most.count())) <= 0) return false;
    char events[4096];
    bool any = false;
    while (fd_ >= 0 && read(fd_, events, sizeof(events)) > 0) any = true;
    return any;
  }

  int fd_ = -1;
  bool hears_all_ = false;
};

// A new picture for each run, where a person looks at it.
void ClearScreen(const Console& console) {
  const char* term = std::getenv("TERM");
  const bool dumb = term == nullptr || std::strcmp(term, "dumb") == 0;
  if (console.format() == Format::kText && !console.quiet() && !dumb && isatty(STDOUT_FILENO) == 1) {
    std::fputs("\x1b[H\x1b[2J", stdout);
    std::fflush(stdout);  // before anything that standard error has to say
  }
}

}  // namespace

Exit Watch(const Options& options, const std::function<Exit(ReadFiles*)>& run) {
  const Console& console = options.console();
  const Signals signals;
  Exit exit = Exit::kYes;
  for (size_t runs = 1; stopped == 0; ++runs) {
    if (runs > 1) ClearScreen(console);
    ReadFiles files;
    exit = run(&files);
    if (console.json()) {
      const nlohmann::ordered_json json = {{"run", runs}, {"exit", static_cast<int>(exit)}, {"files", files.size()}};
      console.Result(json.dump());
    } else {
      console.Note("watching " + Count(files.size(), "file") + "; Ctrl-C ends");
    }
    if (std::fflush(stdout) != 0) return First(exit, Exit::kFile);  // nobody reads it any more
    const Ear ear(files.Folders(), console);
    while (stopped == 0 && !files.Changed()) ear.Wait(signals.fd());
  }
  return exit;
}

}  // namespace keyrule::command
