#include "plugin_api/command/interrupt.h"

#include <poll.h>

#include <cerrno>
#include <utility>

namespace keyrule::command {
namespace {

volatile sig_atomic_t interrupted = 0;
volatile sig_atomic_t resized = 0;
volatile sig_atomic_t continued = 0;

void Note(int signal) {
  if (signal == SIGINT) interrupted = 1;
  if (signal == SIGWINCH) resized = 1;
  if (signal == SIGCONT) continued = 1;
}

bool Take(volatile sig_atomic_t* mark) {
  const bool was = *mark != 0;
  *mark = 0;
  return was;
}

}  // namespace

InterruptHandler::InterruptHandler() {
  struct sigaction action = {};
  action.sa_handler = Note;  // without SA_RESTART: what waits is woken
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, &interrupt_);
  sigaction(SIGWINCH, &action, &resize_);
  sigaction(SIGCONT, &action, &continue_);
}

InterruptHandler::~InterruptHandler() {
  sigaction(SIGINT, &interrupt_, nullptr);
  sigaction(SIGWINCH, &resize_, nullptr);
  sigaction(SIGCONT, &continue_, nullptr);
}

bool InterruptHandler::TakeInterrupt() { return Take(&interrupted); }
bool InterruptHandler::TakeResize() { return Take(&resized); }
bool InterruptHandler::TakeContinue() { return Take(&continued); }
bool InterruptHandler::Interrupted() { return interrupted != 0; }

bool InterruptHandler::WaitFor(int descriptor) {
  sigset_t ours, before;
  sigemptyset(&ours);
  sigaddset(&ours, SIGINT);
  sigaddset(&ours, SIGWINCH);
  sigaddset(&ours, SIGCONT);
  sigprocmask(SIG_BLOCK, &ours, &before);
  bool ready = false;
  if (interrupted == 0 && resized == 0 && continued == 0) {
    pollfd wanted = {.fd = descriptor, .events = POLLIN, .revents = 0};
    ready = ppoll(&wanted, 1, nullptr, &before) > 0;
  }
  sigprocmask(SIG_SETMASK, &before, nullptr);
  return ready;
}

}  // namespace keyrule::command
