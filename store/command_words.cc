#include "store/command_words.h"

#include <nlohmann/json.hpp>

namespace keyrule::store {
namespace {

using Words = std::vector<std::string>;

Status Invalid(std::string what, std::string mend) {
  return Status(Code::kInvalid, "", std::move(what), std::move(mend));
}

Status Unquoted(char c) {
  const std::string shown(1, c);
  return Invalid("no shell reads the command, and `" + shown + "` means something to a shell only",
                 "quote it, or name a script that does the work");
}

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n'; }
bool IsExpanded(char c) { return c == '$' || c == '`'; }
bool IsOperator(char c) { return std::string_view("|&;<>()").find(c) != std::string_view::npos; }

// The inside of quotes that open before `*at`, which moves behind the closing one.
Status TakeQuoted(std::string_view text, size_t* at, std::string* word) {
  const char quote = text[(*at)++];
  for (; *at < text.size(); ++*at) {
    const char c = text[*at];
    if (c == quote) {
      ++*at;
      return Status();
    }
    if (quote == '"' && IsExpanded(c)) return Unquoted(c);
    const bool escape = quote == '"' && c == '\\' && *at + 1 < text.size() &&
                        std::string_view("\"\\$`").find(text[*at + 1]) != std::string_view::npos;
    if (escape) ++*at;
    word->push_back(text[*at]);
  }
  return Invalid(std::string("a ") + quote + " is not closed", "close the quotes");
}

Result<Words> SplitLine(std::string_view text) {
  Words words;
  bool in_word = false;
  for (size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (IsSpace(c)) {
      in_word = false;
      ++at;
      continue;
    }
    if (!in_word) words.emplace_back();
    in_word = true;
    if (c == '\'' || c == '"') {
      if (Status status = TakeQuoted(text, &at, &words.back()); !status.ok()) return status;
      continue;
    }
    if (IsExpanded(c) || IsOperator(c)) return Unquoted(c);
    if (c == '\\' && ++at == text.size()) {
      return Invalid("a \\ stands at the end", "write \\\\ for the character itself");
    }
    words.back().push_back(text[at++]);
  }
  return words;
}

Result<Words> SplitJson(std::string_view text) {
  const nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
  Words words;
  for (const nlohmann::json& word : json.is_array() ? json : nlohmann::json::array()) {
    if (!word.is_string()) return Invalid("a word of the list is not a text", "quote each word");
    words.push_back(word.get<std::string>());
  }
  if (json.is_discarded()) {
    return Invalid("it begins like a JSON list and is none", "write [\"program\", \"argument\"]");
  }
  return words;
}

}  // namespace

Result<Words> SplitCommand(std::string_view command) {
  const size_t first = command.find_first_not_of(" \t\n");
  const bool json = first != std::string_view::npos && command[first] == '[';
  Result<Words> words = json ? SplitJson(command) : SplitLine(command);
  if (!words.ok()) return words;
  if (words->empty() || words->front().empty()) {
    return Invalid("it names no program", "write command:/path/of/program and its arguments");
  }
  for (const std::string& word : *words) {
    if (word.find('\0') != std::string::npos) {
      return Invalid("a word holds a zero byte", "leave it out: programs cannot be given one");
    }
  }
  return words;
}

}  // namespace keyrule::store
