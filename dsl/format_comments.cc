#include "dsl/format_comments.h"

#include <algorithm>

namespace keyrule::dsl {
namespace {

std::string_view WithoutBlanks(std::string_view comment) {
  return comment.substr(0, comment.find_last_not_of(" \t\r") + 1);
}

}  // namespace

Comments::Comments(const Tokens& tokens) {
  first_.reserve(tokens.size() + 1);
  blank_.reserve(tokens.size());
  size_t behind = tokens.text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  for (uint32_t i = 0; i < tokens.size(); ++i) {
    first_.push_back(static_cast<uint32_t>(all_.size()));
    const bool last = tokens.kind(i) == TokenKind::kEnd;
    Read(tokens.text, behind, last ? tokens.text.size() : tokens.begins[i], i == 0);
    behind = tokens.ends[i];
  }
  first_.push_back(static_cast<uint32_t>(all_.size()));
}

void Comments::Read(std::string_view text, size_t at, size_t end, bool start) {
  size_t breaks = start ? 1 : 0;  // since the token or comment before
  while (at < end) {
    if (text[at] == '#') {
      const size_t stop = std::min(text.find('\n', at), end);
      all_.push_back({WithoutBlanks(text.substr(at, stop - at)), breaks == 0, breaks > 1});
      breaks = 0;
      at = stop;
    } else {
      breaks += text[at] == '\n';
      ++at;
    }
  }
  blank_.push_back(breaks > 1);
}

}  // namespace keyrule::dsl
