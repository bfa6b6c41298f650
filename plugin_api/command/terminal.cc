#include "plugin_api/command/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <utility>

#include "plugin_api/command/line_editor.h"

namespace keyrule::command {

Terminal::Terminal(Complete complete) {
  if (isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1)
    editor_ = std::make_unique<LineEditor>(std::move(complete));
}

Terminal::~Terminal() = default;

std::optional<Terminal::Line> Terminal::ReadLine(const std::string& prompt, const std::string& before) {
  if (editor_ != nullptr) return editor_->ReadLine(prompt, before);
  Line line;
  int c = 0;
  while ((c = std::getc(stdin)) != EOF && c != '\n') line.text += static_cast<char>(c);
  if (c == EOF && line.text.empty()) return std::nullopt;
  if (line.text.ends_with('\r')) line.text.pop_back();
  return line;
}

void Terminal::Remember(const std::string& line) {
  if (editor_ != nullptr) editor_->Remember(line);
}

std::vector<std::string> Terminal::EarlierLines() const {
  return editor_ != nullptr ? editor_->EarlierLines() : std::vector<std::string>();
}

size_t TerminalColumns() {
  winsize size = {};
  return isatty(STDOUT_FILENO) == 1 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

}  // namespace keyrule::command
