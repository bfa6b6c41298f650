// Ctrl-C and a terminal's new size, as marks that whoever waits or works looks at.
#pragma once

#include <signal.h>

namespace keyrule::command {

// While it lives the process takes SIGINT, SIGWINCH and SIGCONT so. One at a time.
class InterruptHandler {
 public:
  InterruptHandler();
  ~InterruptHandler();
  InterruptHandler(const InterruptHandler&) = delete;
  InterruptHandler& operator=(const InterruptHandler&) = delete;

  // Each tells whether it came since it was last asked.
  static bool TakeInterrupt();
  static bool TakeResize();
  static bool TakeContinue();
  // Did somebody interrupt? It stays so until it is taken.
  static bool Interrupted();

  // Waits until the descriptor can be read or a signal came; false: a signal. None slips through between looking and
  // waiting.
  static bool WaitFor(int descriptor);

 private:
  struct sigaction interrupt_ = {};
  struct sigaction resize_ = {};
  struct sigaction continue_ = {};
};

}  // namespace keyrule::command
