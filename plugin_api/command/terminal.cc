#include "plugin_api/command/terminal.h"

#include <editline/readline.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>

namespace keyrule::command {
namespace {

constexpr int kHistoryLines = 2000;

// libedit asks through plain functions: there is one terminal in a process.
Terminal::Complete complete_line;
std::vector<std::string> completions;

char* NextCompletion(const char*, int state) {
  const auto index = static_cast<size_t>(state);
  return index < completions.size() ? strdup(completions[index].c_str()) : nullptr;
}

char** CompleteWord(const char* word, int, int end) {
  rl_attempted_completion_over = 1;  // never file names
  completions = complete_line(std::string_view(rl_line_buffer, static_cast<size_t>(end)));
  return completions.empty() ? nullptr : rl_completion_matches(word, NextCompletion);
}

// XDG's folder for state, made if need be.
std::string HistoryFile() {
  const char* state = std::getenv("XDG_STATE_HOME");
  const char* home = std::getenv("HOME");
  std::filesystem::path folder;
  if (state != nullptr && *state == '/') {
    folder = state;
  } else if (home != nullptr && *home == '/') {
    folder = std::filesystem::path(home) / ".local" / "state";
  } else {
    return {};
  }
  std::error_code error;
  std::filesystem::create_directories(folder / "keyrule", error);
  return error ? std::string() : (folder / "keyrule" / "history").string();
}

}  // namespace

Terminal::Terminal(Complete complete)
    : interactive_(isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1) {
  if (!interactive_) return;
  complete_line = std::move(complete);
  rl_readline_name = "keyrule";
  rl_attempted_completion_function = CompleteWord;
  rl_initialize();
  using_history();
  stifle_history(kHistoryLines);
  history_file_ = HistoryFile();
  if (!history_file_.empty()) read_history(history_file_.c_str());
}

Terminal::~Terminal() {
  if (!history_file_.empty()) write_history(history_file_.c_str());
  complete_line = nullptr;
}

std::optional<std::string> Terminal::ReadLine(const char* prompt) {
  if (!interactive_) return ReadFromPipe();
  char* typed = readline(prompt);
  if (typed == nullptr) {
    std::fputc('\n', stdout);
    return std::nullopt;
  }
  std::string line = typed;
  std::free(typed);
  if (line.find_first_not_of(" \t") != std::string::npos) add_history(line.c_str());
  return line;
}

std::optional<std::string> Terminal::ReadFromPipe() {
  std::string line;
  int c = 0;
  while ((c = std::getc(stdin)) != EOF && c != '\n') line += static_cast<char>(c);
  if (c == EOF && line.empty()) return std::nullopt;
  return line;
}

}  // namespace keyrule::command
