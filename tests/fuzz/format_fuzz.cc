// Any bytes as a text to format. What parses keeps its tokens and comments (Format itself looks, and an
// exception is a find here), its layout is stable, and what does not parse has an error.
#include <algorithm>
#include <string>

#include "dsl/format.h"
#include "dsl/lexical.h"
#include "tests/fuzz/fuzz_driver.h"

namespace keyrule::dsl {
namespace {

bool IsLine(std::string_view line) {
  return line.empty() || (line.back() != ' ' && line.back() != '\t' && line.back() != '\r');
}

// Lines without blanks at their end, never two empty ones, one line break at the end.
void CheckLines(std::string_view text) {
  Require(text.ends_with('\n') && !text.ends_with("\n\n"), "another end than one line break");
  Require(text.find("\n\n\n") == std::string_view::npos, "two empty lines");
  while (!text.empty()) {
    const size_t end = text.find('\n');
    Require(IsLine(text.substr(0, end)), "blanks at the end of a line");
    text.remove_prefix(end + 1);
  }
}

size_t Comments(std::string_view text, const Tokens& tokens) {
  size_t count = 0, token = 0;
  for (size_t at = text.find('#'); at != std::string_view::npos; at = text.find('#', at)) {
    while (token + 1 < tokens.size() && tokens.ends[token] <= at) ++token;
    const bool inside = tokens.begins[token] <= at && at < tokens.ends[token];
    count += !inside;
    at = inside ? at + 1 : std::min(text.find('\n', at), text.size());
  }
  return count;
}

}  // namespace

void Try(std::string_view text) {
  Sources sources;
  sources.Add("before", std::string(text));
  Diagnostics diagnostics;
  const std::optional<std::string> once = Format(sources, 0, diagnostics);
  Require(once.has_value() != diagnostics.has_errors(), "errors and a text, or neither");
  if (!once) return;
  sources.Add("once", *once);
  const std::optional<std::string> twice = Format(sources, 1, diagnostics);
  Require(twice == once, "not stable");
  CheckLines(*once);
  Tokens before, after;
  Require(Scan(sources, 0, before, diagnostics), "no tokens before");
  Require(Scan(sources, 1, after, diagnostics), "no tokens after");
  Require(Comments(text, before) == Comments(*once, after), "another number of comments");
}

}  // namespace keyrule::dsl
