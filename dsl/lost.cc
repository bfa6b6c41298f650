#include "dsl/lost.h"

#include <array>
#include <cstddef>

namespace keyrule::dsl {
namespace {

bool IsWord(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// Takes the next word of the line, past spaces.
std::string_view TakeWord(std::string_view& line) {
  size_t begin = 0;
  while (begin < line.size() && (line[begin] == ' ' || line[begin] == '\t')) ++begin;
  size_t end = begin;
  while (end < line.size() && IsWord(line[end])) ++end;
  const std::string_view word = line.substr(begin, end - begin);
  line.remove_prefix(end);
  return word;
}

size_t CountOf(const File& file, bool imports) {
  size_t count = 0;
  for (const Statement& statement : file.statements) {
    count += imports ? std::holds_alternative<Import>(statement)
                     : std::holds_alternative<SchemaStatement>(statement);
  }
  return count;
}

}  // namespace

void Lost::Note(const Source& source, const File& file) {
  constexpr std::array<std::string_view, 8> kDeclaring = {"let",    "table", "pool",  "quota",
                                                          "budget", "rule",  "never", "always"};
  if (file.statements.empty()) {  // nothing is known of it
    everything_ = schema_ = default_ = true;
    return;
  }
  size_t imports = 0, schemas = 0;
  for (std::string_view text = source.text(); !text.empty();) {
    const size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    const std::string_view word = TakeWord(line);
    imports += word == "import";
    schemas += word == "schema";
    default_ = default_ || word == "default";
    for (std::string_view declaring : kDeclaring) {
      if (word == declaring) names_.emplace(TakeWord(line));
    }
  }
  everything_ = everything_ || imports > CountOf(file, true);
  schema_ = schema_ || schemas > CountOf(file, false);
}

}  // namespace keyrule::dsl
