// Lines from a person: editing, history, completion (libedit). Lines from a pipe: as they come.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evaluator/repl.h"

namespace keyrule::command {

class LineEditor;

class Terminal {
 public:
  // What could stand at the end of a text whose last line is being typed.
  using Complete = std::function<evaluator::Repl::Completion(std::string_view text)>;

  struct Line {
    std::string text;
    bool cancelled = false;  // by Ctrl-C: nothing of it is wanted
  };

  explicit Terminal(Complete complete);
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  // Somebody sits there: standard input and output are a terminal.
  bool interactive() const { return editor_ != nullptr; }
  // `before`: the lines that this one goes on with, for completion. Nothing at the end.
  std::optional<Line> ReadLine(const std::string& prompt, const std::string& before);
  // What was entered, on one line, for this shell and those to come.
  void Remember(const std::string& line);
  // Lines of earlier shells, oldest first.
  std::vector<std::string> EarlierLines() const;

 private:
  std::unique_ptr<LineEditor> editor_;  // null: a pipe
};

// How wide the terminal is; 0: standard output is none.
size_t TerminalColumns();

}  // namespace keyrule::command
