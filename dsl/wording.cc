#include "dsl/wording.h"

#include <algorithm>

#include "dsl/unicode.h"

namespace keyrule::dsl {
namespace {

constexpr size_t kMostListed = 10;

// What a policy may not hold as it is (KR0001, KR0007).
bool MustBeEscaped(char32_t code) {
  return IsControl(code) || IsBidiControl(code) || IsInvisible(code) || IsForeignLineEnd(code);
}

}  // namespace

std::string Cat(std::initializer_list<std::string_view> pieces) {
  size_t size = 0;
  for (std::string_view piece : pieces) size += piece.size();
  std::string whole;
  whole.reserve(size);
  for (std::string_view piece : pieces) whole.append(piece);
  return whole;
}

std::string Tick(std::string_view text) { return Cat({"`", text, "`"}); }

std::string InQuotes(std::string_view text) {
  std::string quoted = "\"";
  for (size_t at = 0; at < text.size();) {
    const Character character = DecodeAt(text, at);
    const std::string_view bytes = text.substr(at, character.size);
    at += character.size;
    if (bytes == "\"" || bytes == "\\") {
      quoted += Cat({"\\", bytes});
    } else if (bytes == "\n" || bytes == "\t") {
      quoted += bytes == "\n" ? "\\n" : "\\t";
    } else if (character.valid && MustBeEscaped(character.code)) {
      quoted += Cat({"\\u{", Hex(character.code), "}"});
    } else {
      quoted += bytes;
    }
  }
  return quoted + "\"";
}

std::string ListOf(const std::vector<std::string_view>& items) {
  std::string list;
  for (size_t i = 0; i < std::min(items.size(), kMostListed); ++i) {
    if (i > 0) list += ", ";
    list += items[i];
  }
  if (items.size() > kMostListed) list += ", …";
  return list;
}

std::string Thousands(uint64_t number) {
  std::string digits = std::to_string(number);
  for (size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, 1, ',');
  }
  return digits;
}

std::string_view Example(Type type) {
  switch (type) {
    case Type::kInt:
      return "`10`, without quotes";
    case Type::kBool:
      return "`true` or `false`, without quotes";
    case Type::kTimestamp:
      return "`2026-11-23T09:30Z`, without quotes";
    case Type::kMapOfString:
      return "one entry: `inputs.key = \"a\"`";
    case Type::kListOfString:
      return "`[\"a\", \"b\"]`, in brackets";
    default:
      return "`\"a\"`, in quotes";
  }
}

std::string_view WithArticle(Type type) {
  switch (type) {
    case Type::kString:
      return "a string";
    case Type::kInt:
      return "an int";
    case Type::kBool:
      return "a bool";
    case Type::kTimestamp:
      return "a timestamp";
    case Type::kEnum:
      return "an enum";
    case Type::kListOfString:
      return "a list of string";
    case Type::kMapOfString:
      return "a map of string";
  }
  return {};
}

std::string_view Spelling(CompareOp op) {
  constexpr std::string_view kSpellings[] = {"==", "!=", "<", "<=", ">", ">="};
  return kSpellings[static_cast<size_t>(op)];
}

std::string_view Spelling(TextOp op) {
  constexpr std::string_view kSpellings[] = {"starts with", "ends with", "contains", "like",
                                             "matches"};
  return kSpellings[static_cast<size_t>(op)];
}

std::string_view Spelling(StrategyKind kind) {
  constexpr std::string_view kSpellings[] = {
      "round_robin",     "weighted_round_robin", "random",   "weighted_random", "first_available",
      "least_in_flight", "least_used",           "headroom", "latency",         "sticky"};
  return kSpellings[static_cast<size_t>(kind)];
}

}  // namespace keyrule::dsl
