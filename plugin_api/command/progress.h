// A line on standard error that says how far something long has come, for who waits at a terminal.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "plugin_api/command/console.h"

namespace keyrule::command {

// Shown while it lives, from a second on: on a terminal, unless --quiet or --json. Where TERM is `dumb` nothing is written
// over: a line of its own each ten seconds. One at a time; with another one inside, that does nothing.
class Progress {
 public:
  // `what` as in "verifying /var/lib/keyrule/store"; `unit` as in "credential".
  Progress(const Console& console, std::string what, std::string unit = {});
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Any thread, in the innermost loop: it costs next to nothing. `all` 0: nobody knows.
  void Set(uint64_t done, uint64_t all = 0);
  void Add(uint64_t more = 1);
  // What it is about from now on.
  void Say(std::string what, std::string unit = {});

  // Before something else is printed: takes the line away until it is drawn again.
  static void StepAside();

 private:
  struct Drawing;
  Drawing* drawing_ = nullptr;  // null: nothing is shown
};

}  // namespace keyrule::command
