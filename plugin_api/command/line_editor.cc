#include "plugin_api/command/line_editor.h"

#include <locale.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cwchar>
#include <utility>

#include "evaluator/typeset.h"

namespace keyrule::command {
namespace {

constexpr wchar_t kPromptEscape = 1;  // around what has no width
constexpr size_t kMostListed = 200;

// Texts are UTF-8 whatever the locale says, if the system knows it.
void ReadAsUtf8() {
  setlocale(LC_CTYPE, "");
  if (MB_CUR_MAX == 1) setlocale(LC_CTYPE, "C.UTF-8");
}

std::string CommonBeginning(const std::vector<std::string>& words) {
  std::string common = words.front();
  for (const std::string& word : words) {
    const auto [end, other] = std::mismatch(common.begin(), common.end(), word.begin(), word.end());
    common.erase(end, common.end());
  }
  // Not through the middle of a character.
  const std::string& first = words.front();
  while (!common.empty() && common.size() < first.size() && (first[common.size()] & 0xC0) == 0x80) common.pop_back();
  return common;
}

}  // namespace

LineEditor::LineEditor(Terminal::Complete complete) : complete_(std::move(complete)), earlier_(file_.Read()) {
  ReadAsUtf8();
  edit_ = el_init("keyrule", stdin, stdout, stderr);
  history_ = history_init();
  HistEvent event;
  history(history_, &event, H_SETSIZE, static_cast<int>(HistoryFile::kMostLines));
  history(history_, &event, H_SETUNIQUE, 1);  // no line twice in a row
  for (const std::string& line : earlier_) history(history_, &event, H_ENTER, line.c_str());
  el_set(edit_, EL_CLIENTDATA, this);
  el_set(edit_, EL_SIGNAL, 0);  // they are taken by ourselves
  el_set(edit_, EL_PROMPT_ESC, &Prompt, static_cast<char>(kPromptEscape));
  el_set(edit_, EL_EDITOR, "emacs");
  el_set(edit_, EL_HIST, history, history_);
  el_set(edit_, EL_GETCFN, &ReadCharacter);
  el_set(edit_, EL_ADDFN, "keyrule-complete", "completes a word", &OnTab);
  el_set(edit_, EL_BIND, "^I", "keyrule-complete", nullptr);
  el_set(edit_, EL_BIND, "^R", "em-inc-search-prev", nullptr);
  el_source(edit_, nullptr);  // the user's own keys
}

LineEditor::~LineEditor() {
  history_end(history_);
  el_end(edit_);
}

LineEditor& LineEditor::Of(EditLine* edit) {
  void* self = nullptr;
  el_get(edit, EL_CLIENTDATA, &self);
  return *static_cast<LineEditor*>(self);
}

char* LineEditor::Prompt(EditLine* edit) { return Of(edit).prompt_.data(); }
int LineEditor::ReadCharacter(EditLine* edit, wchar_t* character) { return Of(edit).Read(character); }
unsigned char LineEditor::OnTab(EditLine* edit, int) { return Of(edit).CompleteWord(); }

// One character, however many bytes; 0 at the end, -1 after Ctrl-C.
int LineEditor::Read(wchar_t* character) {
  std::mbstate_t state = {};
  while (true) {
    if (!InterruptHandler::WaitFor(STDIN_FILENO)) {
      if (InterruptHandler::TakeInterrupt()) {
        cancelled_ = true;
        return -1;
      }
      if (InterruptHandler::TakeResize()) el_resize(edit_);
      if (InterruptHandler::TakeContinue()) {
        el_set(edit_, EL_PREP_TERM, 1);
        el_set(edit_, EL_REFRESH);
      }
      continue;
    }
    char byte = 0;
    const ssize_t count = read(STDIN_FILENO, &byte, 1);
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (count <= 0) {
      ended_ = true;
      return 0;
    }
    const size_t size = std::mbrtowc(character, &byte, 1, &state);
    if (size == static_cast<size_t>(-2)) continue;  // its other bytes follow
    if (size == static_cast<size_t>(-1)) {
      state = {};
      *character = L'\uFFFD';
    }
    return 1;
  }
}

std::optional<Terminal::Line> LineEditor::ReadLine(const std::string& prompt, const std::string& before) {
  prompt_ = prompt;
  before_ = before;
  cancelled_ = false;
  ended_ = false;
  InterruptHandler::TakeInterrupt();  // one that came while nothing ran
  int count = 0;
  const char* typed = el_gets(edit_, &count);
  if (cancelled_) {
    std::fputs("^C\n", stdout);
    std::fflush(stdout);
    return Terminal::Line{.text = {}, .cancelled = true};
  }
  if (typed == nullptr || count <= 0) {
    std::fputc('\n', stdout);
    return std::nullopt;
  }
  std::string line(typed, static_cast<size_t>(count));
  while (line.ends_with('\n') || line.ends_with('\r')) line.pop_back();
  return Terminal::Line{.text = std::move(line)};
}

void LineEditor::Remember(const std::string& line) {
  HistEvent event;
  history(history_, &event, H_ENTER, line.c_str());
  file_.Add(line);
}

unsigned char LineEditor::CompleteWord() {
  const LineInfo* info = el_line(edit_);
  const std::string text = before_ + std::string(info->buffer, static_cast<size_t>(info->cursor - info->buffer));
  const evaluator::Repl::Completion completion = complete_(text);
  if (completion.words.empty() || completion.begin > text.size()) return CC_REFRESH_BEEP;
  const std::string begun = text.substr(completion.begin);
  std::string whole = CommonBeginning(completion.words);
  if (completion.words.size() == 1 && !whole.ends_with('/') && !whole.ends_with('.')) whole += " ";
  if (whole.size() > begun.size()) {
    return el_insertstr(edit_, whole.substr(begun.size()).c_str()) == 0 ? CC_REFRESH : CC_ERROR;
  }
  ListWords(completion.words);
  return CC_REDISPLAY;
}

void LineEditor::ListWords(const std::vector<std::string>& words) {
  size_t width = 0;
  for (const std::string& word : words) width = std::max(width, evaluator::Width(evaluator::Printable(word)) + 2);
  const size_t columns = std::max<size_t>(TerminalColumns(), 20);
  const size_t in_line = std::max<size_t>(1, (columns - 1) / width);
  std::fputc('\n', stdout);
  size_t shown = 0;
  for (const std::string& word : words) {
    if (shown == kMostListed) break;
    const bool last = ++shown % in_line == 0 || shown == words.size();
    const std::string text = evaluator::Printable(word);
    std::fputs((last ? text + "\n" : evaluator::Pad(text, width)).c_str(), stdout);
  }
  if (words.size() > shown) std::fprintf(stdout, "\n… and %zu more\n", words.size() - shown);
  std::fflush(stdout);
}

}  // namespace keyrule::command
