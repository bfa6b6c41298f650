#include "evaluator/repl_words.h"

#include <algorithm>

#include "dsl/literal.h"
#include "dsl/suggest.h"
#include "dsl/wording.h"
#include "evaluator/literals.h"
#include "evaluator/repl_record.h"
#include "evaluator/typeset.h"

namespace keyrule::evaluator {
namespace {

using dsl::Cat;
using dsl::Tick;

// Where `what` stands outside quotes and brackets; npos if nowhere.
size_t FindOutside(std::string_view text, char what) {
  bool quoted = false;
  int depth = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '\\') ++i;
      if (c == '"') quoted = false;
      continue;
    }
    if (c == what && depth == 0) return i;
    if (c == '"') quoted = true;
    if (c == '[') ++depth;
    if (c == ']') --depth;
  }
  return std::string_view::npos;
}

bool ParseSetting(std::string_view item, ReplSetting* setting, std::string* error) {
  const size_t equals = FindOutside(item, '=');
  setting->path = TrimBlanks(item.substr(0, equals));
  if (equals == std::string_view::npos || setting->path.empty()) {
    *error = Cat({"expected `attribute = value`, found ", Tick(Printable(item))});
    return false;
  }
  const std::string_view value = TrimBlanks(item.substr(equals + 1));
  if (value.starts_with('=')) {
    *error = "`==` compares; write `=` to give a value";
    return false;
  }
  setting->unique = value == "unique";
  setting->quoted = value.starts_with('"');
  if (!setting->quoted) {
    setting->value = value;
    return true;
  }
  size_t end = 1;
  while (end < value.size() && value[end] != '"') end += value[end] == '\\' ? 2 : 1;
  if (end >= value.size()) {
    *error = Cat({"the text ", Printable(value), " has no closing quote"});
    return false;
  }
  if (end + 1 != value.size()) {
    *error = Cat({"expected `,` after ", Printable(value.substr(0, end + 1))});
    return false;
  }
  setting->value = dsl::DecodeText(value);
  return true;
}

}  // namespace

std::string_view TrimBlanks(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::string_view TakeWord(std::string_view* line) {
  *line = TrimBlanks(*line);
  const size_t end = std::min(line->find_first_of(" \t\r\n"), line->size());
  const std::string_view word = line->substr(0, end);
  *line = TrimBlanks(line->substr(end));
  return word;
}

bool ParseSettings(std::string_view text, std::vector<ReplSetting>* settings, std::string* error) {
  text = TrimBlanks(text);
  while (!text.empty()) {
    const size_t comma = FindOutside(text, ',');
    if (!ParseSetting(TrimBlanks(text.substr(0, comma)), &settings->emplace_back(), error)) {
      return false;
    }
    if (comma == std::string_view::npos) return true;
    text = TrimBlanks(text.substr(comma + 1));
  }
  if (settings->empty()) *error = "write `attribute = value`";
  return !settings->empty();
}

void KeepLast(std::vector<ReplSetting>* settings) {
  std::vector<ReplSetting> kept;
  for (auto one = settings->begin(); one != settings->end(); ++one) {
    const bool overruled =
        std::any_of(one + 1, settings->end(), [&](const ReplSetting& later) { return later.path == one->path; });
    if (!overruled) kept.push_back(std::move(*one));
  }
  *settings = std::move(kept);
}

bool ApplySetting(const ReplSetting& setting, int64_t* unique, RequestBuilder* builder, std::string* error) {
  if (setting.unique) {
    const int64_t number = unique == nullptr ? 1 : ++*unique;
    const dsl::Attribute* declared = builder->Declared(setting.path);
    if (declared != nullptr && declared->type == dsl::Type::kInt) {
      return builder->SetInteger(setting.path, number, error);
    }
    // As in-file tests make them, from the key as a test writes it.
    return builder->SetText(setting.path, PathText(setting.path) + "-" + std::to_string(number), error);
  }
  if (setting.quoted) return builder->SetText(setting.path, setting.value, error);
  return builder->SetAssignment(Cat({setting.path, "=", setting.value}), error);
}

std::vector<std::string_view> SplitAtCommas(std::string_view text) {
  std::vector<std::string_view> items;
  while (true) {
    const size_t comma = FindOutside(text, ',');
    items.push_back(TrimBlanks(text.substr(0, comma)));
    if (comma == std::string_view::npos) return items;
    text.remove_prefix(comma + 1);
  }
}

std::string_view WithoutComment(std::string_view line) {
  bool quoted = false;
  for (size_t i = 0; i < line.size(); ++i) {
    if (quoted && line[i] == '\\') {
      ++i;
    } else if (line[i] == '"') {
      quoted = !quoted;
    } else if (!quoted && line[i] == '#' && (i == 0 || line[i - 1] == ' ' || line[i - 1] == '\t')) {
      return TrimBlanks(line.substr(0, i));
    }
  }
  return line;
}

bool SplitWords(std::string_view text, std::vector<std::string>* words) {
  while (!(text = TrimBlanks(text)).empty()) {
    if (text[0] != '"') {
      words->emplace_back(TakeWord(&text));
      continue;
    }
    size_t end = 1;
    while (end < text.size() && text[end] != '"') end += text[end] == '\\' ? 2 : 1;
    if (end >= text.size()) return false;
    words->push_back(dsl::DecodeText(text.substr(0, end + 1)));
    text.remove_prefix(end + 1);
  }
  return true;
}

}  // namespace keyrule::evaluator
