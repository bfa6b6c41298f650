#include "dsl/format.h"

#include <algorithm>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "dsl/format_comments.h"
#include "dsl/format_layout.h"
#include "dsl/format_printer.h"
#include "dsl/format_words.h"
#include "dsl/lexical.h"
#include "dsl/parser.h"

namespace keyrule::dsl {
namespace {

// A text that parses, with what the layout looks at.
struct Scanned {
  explicit Scanned(std::string text) {
    sources.Add({}, std::move(text));
    Scan(sources, 0, tokens, diagnostics);
  }
  Sources sources;
  Diagnostics diagnostics;
  Tokens tokens;
};

bool SameComments(const Comments& a, const Comments& b, uint32_t token) {
  return std::equal(a.begin(token), a.end(token), b.begin(token), b.end(token),
                    [](const Comment& x, const Comment& y) {
                      return x.text == y.text && x.trails == y.trails;
                    });
}

// Two texts of the same tokens parse alike.
bool IsSame(const Tokens& a, const Comments& a_comments, const Tokens& b) {
  if (a.kinds != b.kinds) return false;
  const Comments b_comments(b);
  for (uint32_t i = 0; i < a.size(); ++i) {
    if (a.TextOf(i) != b.TextOf(i) || !SameComments(a_comments, b_comments, i)) return false;
  }
  return true;
}

}  // namespace

std::optional<std::string> Format(const Sources& sources, uint32_t source,
                                  Diagnostics& diagnostics) {
  const size_t errors = diagnostics.errors();
  Parse(sources, source, diagnostics);
  if (diagnostics.errors() > errors) return std::nullopt;
  Tokens written;
  Diagnostics none;  // the same scan went well a moment ago
  Scan(sources, source, written, none);
  const Scanned chosen(ChooseWords(written, Comments(written)));
  const Comments comments(chosen.tokens);
  std::string text = Print(chosen.tokens, comments, LayOut(chosen.tokens, comments));
  Sources after;
  const uint32_t again = after.Add({}, text);
  Diagnostics found;
  Parse(after, again, found);
  Tokens tokens;
  Scan(after, again, tokens, found);
  if (found.has_errors() || !IsSame(chosen.tokens, comments, tokens)) {
    throw std::logic_error("formatting would change the meaning of " + sources.at(source).name());
  }
  return text;
}

}  // namespace keyrule::dsl
