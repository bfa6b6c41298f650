#include "plugin_api/command/interview.h"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>

#include "evaluator/typeset.h"
#include "plugin_api/command/answer_line.h"

namespace keyrule::command {
namespace {

constexpr size_t kMostShown = 20;  // choices: what a person reads

std::string_view Trimmed(std::string_view text) {
  const size_t begin = std::min(text.find_first_not_of(" \t"), text.size());
  const size_t end = text.find_last_not_of(" \t");
  return end == std::string_view::npos ? std::string_view() : text.substr(begin, end + 1 - begin);
}

bool Knows(const Question& question, std::string_view word) {
  return std::any_of(question.choices.begin(), question.choices.end(), [&](const auto& one) { return one.word == word; }) ||
         std::find(question.complete.begin(), question.complete.end(), word) != question.complete.end();
}

// A number is the choice that it stands at, unless something is called so.
std::string Meant(std::string_view word, const Question& question) {
  size_t number = 0;
  const auto [stop, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  const bool is_number = error == std::errc() && stop == word.data() + word.size();
  if (Knows(question, word) || !is_number || number < 1 || number > question.choices.size()) return std::string(word);
  return question.choices[number - 1].word;
}

// Takes a text in quotes off the front, `\"` and `\\` in it undone.
bool TakeQuoted(std::string_view* line, std::string* word) {
  if (line->empty() || line->front() != '"') return false;
  for (size_t at = 1; at < line->size(); ++at) {
    const char c = (*line)[at];
    if (c == '"') {
      line->remove_prefix(at + 1);
      return true;
    }
    if (c == '\\' && at + 1 < line->size()) ++at;
    *word += (*line)[at];
  }
  word->clear();  // it never ends: no quote then
  return false;
}

std::string Joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + evaluator::Printable(word);
  return text;
}

}  // namespace

Interview::Interview(const Options& options, bool yes)
    : options_(options), yes_(yes), interactive_(!yes && isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1) {}

void Interview::Part(std::string_view text) { part_ = text; }

Exit Interview::Ask(const Question& question, const std::vector<std::string>& given) {
  if (!given.empty()) {
    const std::optional<Problem> problem = question.take(given);
    return problem ? options_.Wrong(std::string(question.flag) + ": " + problem->message, problem->help) : Exit::kYes;
  }
  if (yes_ && !question.usual.empty()) {
    const std::optional<Problem> problem = question.take(question.usual);
    return problem ? options_.Wrong(problem->message, problem->help) : Exit::kYes;
  }
  if (!interactive_) {
    missing_.emplace_back(question.flag);
    if (!question.usual.empty()) question.take(question.usual);  // what is asked next depends on it
    return Exit::kYes;
  }
  if (!part_.empty()) std::fprintf(stderr, "\n%s\n", part_.c_str());
  part_.clear();
  Show(question);
  while (true) {
    const std::optional<std::string> line = ReadLine(question);
    if (!line) return options_.Wrong("the answers ended before the last question", "nothing was written");
    std::vector<std::string> words = WordsOf(*line, question);
    if (words.empty()) words = question.usual;
    if (words.empty()) {
      options_.console().Error(Problem{"this needs an answer"});
      continue;
    }
    const std::optional<Problem> problem = question.take(words);
    if (!problem) return Exit::kYes;
    options_.console().Error(*problem);
  }
}

Exit Interview::Idle(std::string_view flag, const std::vector<std::string>& given) const {
  if (given.empty()) return Exit::kYes;
  return options_.Wrong("`" + std::string(flag) + "` has nothing to say here", "leave it out, or choose another `--by`");
}

Exit Interview::Missing() const {
  if (missing_.empty()) return Exit::kYes;
  std::string flags;
  for (size_t i = 0; i < missing_.size(); ++i) {
    flags += (i == 0 ? "`" : i + 1 == missing_.size() ? " and `" : ", `") + missing_[i] + "`";
  }
  return options_.Wrong("there is no terminal to ask on, and " + flags + (missing_.size() == 1 ? " is" : " are") + " not given",
                        "give " + std::string(missing_.size() == 1 ? "it" : "them") +
                            ", or `--yes` for the usual answers; `keyrule new --help` says what each asks");
}

void Interview::Show(const Question& question) const {
  std::fprintf(stderr, "  %s\n", question.text.c_str());
  size_t width = 0;
  const size_t shown = std::min(question.choices.size(), kMostShown);
  for (size_t i = 0; i < shown; ++i) width = std::max(width, evaluator::Width(evaluator::Printable(question.choices[i].word)));
  for (size_t i = 0; i < shown; ++i) {
    const Question::Choice& choice = question.choices[i];
    const std::string word = evaluator::Printable(choice.word);
    const std::string text = choice.says.empty() ? word : evaluator::Pad(word, std::min<size_t>(width, 40)) + "  " + choice.says;
    std::fprintf(stderr, "  %4zu  %s\n", i + 1, text.c_str());
  }
  if (shown < question.choices.size()) {
    std::fprintf(stderr, "        … and %zu more; Tab completes them\n", question.choices.size() - shown);
  }
}

std::optional<std::string> Interview::ReadLine(const Question& question) const {
  std::string prompt = "  > ";
  if (!question.usual.empty()) prompt = "  [" + Joined(question.usual) + "] > ";
  std::vector<std::string> words = question.complete;
  for (const Question::Choice& choice : question.choices) words.push_back(choice.word);
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
  std::optional<std::string> line = ReadAnswer(prompt, words);
  if (!line) std::fputc('\n', stderr);
  return line;
}

std::vector<std::string> Interview::WordsOf(std::string_view line, const Question& question) {
  line = Trimmed(line);
  if (line.empty()) return {};
  if (!question.several || Knows(question, line)) return {Meant(line, question)};
  std::vector<std::string> words;
  while (!line.empty()) {
    // In quotes a word is what it is: a name may have commas in it, or be a number.
    std::string quoted;
    const bool is_quoted = TakeQuoted(&line, &quoted);
    const size_t comma = std::min(line.find(','), line.size());
    const std::string_view plain = line.substr(0, comma);
    words.push_back(is_quoted ? quoted + std::string(plain) : Meant(Trimmed(plain), question));
    line = Trimmed(line.substr(std::min(comma + 1, line.size())));
  }
  return words;
}

}  // namespace keyrule::command
