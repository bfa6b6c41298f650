#include "plugin_api/command/answer_line.h"

#include <histedit.h>

#include <algorithm>
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "evaluator/typeset.h"

namespace keyrule::command {
namespace {

constexpr size_t kMostListed = 200;

// What libedit's functions know of the line that they are called for.
struct Asked {
  const std::string& prompt;
  const std::vector<std::string>& words;
};

Asked& Of(EditLine* edit) {
  void* asked = nullptr;
  el_get(edit, EL_CLIENTDATA, &asked);
  return *static_cast<Asked*>(asked);
}

char* Prompt(EditLine* edit) { return const_cast<char*>(Of(edit).prompt.c_str()); }  // which libedit only reads

// What all of them begin with, in whole characters.
std::string CommonBeginning(const std::vector<std::string_view>& words) {
  size_t size = words.front().size();
  for (const std::string_view word : words) {
    size = std::min(size, word.size());
    while (word.substr(0, size) != words.front().substr(0, size)) --size;
  }
  while (size > 0 && size < words.front().size() && (words.front()[size] & 0xC0) == 0x80) --size;
  return std::string(words.front().substr(0, size));
}

unsigned char OnTab(EditLine* edit, int) {
  const LineInfo* info = el_line(edit);
  std::string_view typed(info->buffer, static_cast<size_t>(info->cursor - info->buffer));
  typed.remove_prefix(typed.rfind(',') == std::string_view::npos ? 0 : typed.rfind(',') + 1);
  typed.remove_prefix(std::min(typed.find_first_not_of(' '), typed.size()));
  std::vector<std::string_view> fitting;
  for (const std::string& word : Of(edit).words) {
    if (word.starts_with(typed)) fitting.push_back(word);
  }
  if (fitting.empty()) return CC_REFRESH_BEEP;
  const std::string more = CommonBeginning(fitting).substr(typed.size());
  if (!more.empty()) return el_insertstr(edit, more.c_str()) == 0 ? CC_REFRESH : CC_REFRESH_BEEP;
  if (fitting.size() == 1) return CC_REFRESH;
  std::fputc('\n', stderr);
  for (size_t i = 0; i < std::min(fitting.size(), kMostListed); ++i) {
    std::fprintf(stderr, "        %s\n", evaluator::Printable(fitting[i]).c_str());
  }
  if (fitting.size() > kMostListed) std::fprintf(stderr, "        … and %zu more\n", fitting.size() - kMostListed);
  return CC_REDISPLAY;
}

}  // namespace

std::optional<std::string> ReadAnswer(const std::string& prompt, const std::vector<std::string>& words) {
  // Names have letters of all languages, and libedit takes characters as the locale says.
  if (std::setlocale(LC_CTYPE, "") == nullptr || MB_CUR_MAX == 1) std::setlocale(LC_CTYPE, "C.UTF-8");
  const std::unique_ptr<EditLine, void (*)(EditLine*)> edit(el_init("keyrule", stdin, stderr, stderr), el_end);
  if (edit == nullptr) return std::nullopt;
  Asked asked{prompt, words};
  el_set(edit.get(), EL_CLIENTDATA, &asked);
  el_set(edit.get(), EL_SIGNAL, 1);
  el_set(edit.get(), EL_PROMPT, &Prompt);
  el_set(edit.get(), EL_EDITOR, "emacs");
  el_set(edit.get(), EL_ADDFN, "keyrule-complete", "completes a word", &OnTab);
  el_set(edit.get(), EL_BIND, "^I", "keyrule-complete", nullptr);
  el_source(edit.get(), nullptr);  // the user's own keys
  int count = 0;
  const char* const typed = el_gets(edit.get(), &count);
  if (typed == nullptr || count <= 0) return std::nullopt;
  std::string line(typed, static_cast<size_t>(count));
  while (line.ends_with('\n') || line.ends_with('\r')) line.pop_back();
  return line;
}

}  // namespace keyrule::command
