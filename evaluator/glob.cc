#include "evaluator/glob.h"

namespace keyrule::evaluator {

Glob::Glob(std::string_view pattern) : pieces_(1) {
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '*') {
      pieces_.emplace_back();
    } else if (pattern[i] == '\\' && i + 1 < pattern.size() && pattern[i + 1] == '*') {
      pieces_.back() += pattern[++i];
    } else {
      pieces_.back() += pattern[i];
    }
  }
}

bool Glob::Matches(std::string_view text) const noexcept {
  const std::string& first = pieces_.front();
  if (pieces_.size() == 1) return text == first;
  const std::string& last = pieces_.back();
  if (text.size() < first.size() + last.size() || !text.starts_with(first) ||
      !text.ends_with(last)) {
    return false;
  }
  text.remove_prefix(first.size());
  text.remove_suffix(last.size());
  // The leftmost place of each piece in turn leaves the most room for the others.
  for (size_t i = 1; i + 1 < pieces_.size(); ++i) {
    const size_t at = text.find(pieces_[i]);
    if (at == std::string_view::npos) return false;
    text.remove_prefix(at + pieces_[i].size());
  }
  return true;
}

std::string Glob::pattern() const {
  std::string pattern;
  for (size_t i = 0; i < pieces_.size(); ++i) {
    if (i > 0) pattern += '*';
    for (const char c : pieces_[i]) {
      if (c == '*') pattern += '\\';
      pattern += c;
    }
  }
  return pattern;
}

}  // namespace keyrule::evaluator
