// Lines from a person: editing, history, completion (libedit). Lines from a pipe: as they come.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace keyrule::command {

class Terminal {
 public:
  // The words that could stand at the end of a line.
  using Complete = std::function<std::vector<std::string>(std::string_view line)>;

  explicit Terminal(Complete complete);
  ~Terminal();  // saves the history
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  // Somebody sits there: standard input and output are a terminal.
  bool interactive() const { return interactive_; }
  // Nothing at the end.
  std::optional<std::string> ReadLine(const char* prompt);

 private:
  std::optional<std::string> ReadFromPipe();

  bool interactive_;
  std::string history_file_;  // empty: there is no place for it
};

}  // namespace keyrule::command
