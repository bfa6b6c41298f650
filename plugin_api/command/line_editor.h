// A line on a terminal, edited with libedit.
#pragma once

#include <histedit.h>

#include <optional>
#include <string>
#include <vector>

#include "plugin_api/command/history_file.h"
#include "plugin_api/command/interrupt.h"
#include "plugin_api/command/terminal.h"

namespace keyrule::command {

class LineEditor {
 public:
  explicit LineEditor(Terminal::Complete complete);
  ~LineEditor();
  LineEditor(const LineEditor&) = delete;
  LineEditor& operator=(const LineEditor&) = delete;

  std::optional<Terminal::Line> ReadLine(const std::string& prompt, const std::string& before);
  void Remember(const std::string& line);
  const std::vector<std::string>& EarlierLines() const { return earlier_; }

 private:
  // What libedit calls: with itself, which knows this object.
  static LineEditor& Of(EditLine* edit);
  static char* Prompt(EditLine* edit);
  static int ReadCharacter(EditLine* edit, wchar_t* character);
  static unsigned char OnTab(EditLine* edit, int key);

  int Read(wchar_t* character);
  unsigned char CompleteWord();
  void ListWords(const std::vector<std::string>& words);

  Terminal::Complete complete_;
  InterruptHandler interrupts_;
  HistoryFile file_;
  std::vector<std::string> earlier_;
  EditLine* edit_;
  History* history_;
  std::string prompt_;
  std::string before_;
  bool cancelled_ = false;
  bool ended_ = false;
};

}  // namespace keyrule::command
