// A program started anew (a process that never saw RocksDB), talked to by a pipe each way.

#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace keyrule::store {

class ExecChild {
 public:
  // Fails the test when it cannot be started. `words`: program and arguments.
  // `errors`: where its standard error goes; empty: to the test's.
  explicit ExecChild(const std::vector<std::string>& words, const std::string& errors = {});
  ~ExecChild();  // kills it if it still runs
  ExecChild(const ExecChild&) = delete;
  ExecChild& operator=(const ExecChild&) = delete;

  // The next line of its standard output, without the break; empty at its end.
  std::string ReadLine();
  // Lines that have come so far and were not read; does not wait.
  std::vector<std::string> TakeLines();
  // Writes to its standard input.
  void Write(const std::string& text);
  // Closes its standard input: the sign to stop.
  void CloseInput();
  // Waits for its end: the exit code, or minus the signal.
  int Wait();
  // kill -9, and the same.
  int Kill();

 private:
  pid_t pid_ = -1;
  int input_ = -1;
  int output_ = -1;
  std::string text_;
};

}  // namespace keyrule::store
