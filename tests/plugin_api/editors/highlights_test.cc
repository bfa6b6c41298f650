// queries/highlights.scm colours each token as what it is to the program's own parser.
#include "tests/plugin_api/editors/highlights.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "tests/plugin_api/editors/corpus.h"
#include "tests/plugin_api/editors/program_reading.h"

namespace keyrule::editors {
namespace {

using dsl::Node;
using dsl::NodeKind;
using dsl::TokenKind;
using dsl::Tokens;

std::string ColourOfToken(TokenKind kind) {
  if (dsl::IsWord(kind)) return "keyword";
  switch (kind) {
    case TokenKind::kPath:
      return "variable";
    case TokenKind::kText:
      return "string";
    case TokenKind::kPattern:
      return "string.regexp";
    case TokenKind::kInteger:
    case TokenKind::kNegative:
    case TokenKind::kMoney:
    case TokenKind::kPercent:
    case TokenKind::kDuration:
      return "number";
    case TokenKind::kCalendar:
    case TokenKind::kClockTime:
    case TokenKind::kTimestamp:
      return "constant";
    case TokenKind::kComma:
    case TokenKind::kColon:
      return "punctuation.delimiter";
    default:
      return kind >= TokenKind::kOpenBrace && kind <= TokenKind::kCloseParenthesis
                 ? "punctuation.bracket"
                 : "operator";
  }
}

// What a node's first token is, if the token alone does not say it; `around` is the node before.
std::string ColourOfNode(const Node& node, NodeKind around) {
  switch (node.kind) {
    case NodeKind::kName:
      switch (around) {
        case NodeKind::kRule:
        case NodeKind::kClaim:
        case NodeKind::kWantRule:
          return "function";
        case NodeKind::kTagItem:
        case NodeKind::kWantTag:
          return "variable.member";
        default:
          return "type";
      }
    case NodeKind::kListName:
      return "type";
    case NodeKind::kPath:
    case NodeKind::kKey:
    case NodeKind::kBare:
      return "variable";
    case NodeKind::kOutcome:
    case NodeKind::kReason:
    case NodeKind::kStrategy:
    case NodeKind::kMoment:
    case NodeKind::kUnique:
      return "constant";
    case NodeKind::kTrue:
    case NodeKind::kFalse:
      return "boolean";
    case NodeKind::kType:
      return "type.builtin";
    default:
      return "";
  }
}

// One for each token.
std::vector<std::string> Expected(const ProgramReading& reading) {
  const Tokens& tokens = reading.tokens();
  std::vector<std::string> colours;
  for (uint32_t i = 0; i + 1 < tokens.size(); ++i) colours.push_back(ColourOfToken(tokens.kind(i)));
  NodeKind around = NodeKind::kNone;
  for (const Node& node : reading.nodes()) {
    if (const std::string colour = ColourOfNode(node, around); !colour.empty()) {
      colours[node.first] = colour;
      // `list of string`, `map of string`: the word at the end is a type as well.
      if (node.kind == NodeKind::kType && tokens.kind(node.end - 1) == TokenKind::word_string)
        colours[node.end - 1] = colour;
    }
    around = node.kind;
  }
  return colours;
}

const Highlights& Query() {
  static const Highlights query;
  return query;
}

TEST(HighlightsTest, QueryFitsTheGrammar) { ASSERT_EQ(Query().error(), ""); }

void ExpectColours(const std::string& text, const ProgramReading& reading) {
  const Highlights::Colours colours = Query().Of(Tree(text), text.size());
  EXPECT_EQ(colours.captured_twice, "");
  const Tokens& tokens = reading.tokens();
  const std::vector<std::string> expected = Expected(reading);
  size_t behind = 0;
  for (uint32_t i = 0; i < expected.size(); ++i) {
    // Between tokens stand blanks and comments.
    for (size_t at = text.find('#', behind); at < tokens.begins[i];
         at = text.find('#', text.find('\n', at))) {
      ASSERT_EQ(colours.captures[at], "comment") << "byte " << at;
    }
    behind = tokens.ends[i];
    for (const uint32_t at : {tokens.begins[i], tokens.ends[i] - 1}) {
      std::string colour = colours.captures[at];
      if (expected[i] == "keyword") colour = colour.substr(0, colour.find('.'));
      ASSERT_EQ(colour, expected[i]) << "`" << tokens.TextOf(i) << "` at byte " << at;
    }
  }
}

TEST(HighlightsTest, EachTokenIsColouredAsWhatItIs) {
  ASSERT_EQ(Query().error(), "");
  std::set<TokenKind> words;
  for (const Sample& sample : Corpus()) {
    SCOPED_TRACE(sample.name);
    const ProgramReading reading(sample.text);
    if (!reading.complete()) continue;
    ExpectColours(sample.text, reading);
    for (const char kind : reading.tokens().kinds) words.insert(static_cast<TokenKind>(kind));
  }
  for (int word = 0; word < static_cast<int>(TokenKind::kIdentifier); ++word) {
    const auto kind = static_cast<TokenKind>(word);
    EXPECT_TRUE(words.contains(kind)) << dsl::WordSpelling(kind) << " is in no policy";
  }
}

TEST(HighlightsTest, WordsThatAreNamesAreNoKeywords) {
  const std::string text = R"(keyrule 1
table enum from "x.csv" maps "a" to "b"
rule by {
  when in.set in set and on is set
  use at where as == enum[of] by random under per
  tag to = all, of = "x"
}
test "t" { request with weight = 3, by = unique expect rule by, tag to = "x" })";
  const ProgramReading reading(text);
  ASSERT_TRUE(reading.complete());
  ExpectColours(text, reading);
}

TEST(HighlightsTest, EscapesStandOut) {
  const std::string text = R"("a # \"b\u{41} ")";
  const std::string wants = "ssssseeseeeeeess";
  const std::string header = "keyrule 1 import ";
  const auto captures = Query().Of(Tree(header + text), header.size() + text.size()).captures;
  for (size_t i = 0; i < text.size(); ++i) {
    EXPECT_EQ(captures[header.size() + i], wants[i] == 'e' ? "string.escape" : "string") << i;
  }
}

}  // namespace
}  // namespace keyrule::editors
