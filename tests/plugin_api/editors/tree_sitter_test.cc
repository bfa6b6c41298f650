// The tree-sitter grammar reads what the program reads, and where the program finds a mistake in
// the syntax it finds one too.
#include <gtest/gtest.h>

#include <cctype>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "dsl/parser.h"
#include "tests/plugin_api/editors/corpus.h"
#include "tests/plugin_api/editors/program_reading.h"
#include "tests/plugin_api/editors/tree.h"

namespace keyrule::editors {
namespace {

using dsl::TokenKind;

// The first mistake that the program finds in the syntax.
std::string SyntaxError(const std::string& text) {
  dsl::Sources sources;
  sources.Add("p", text);
  dsl::Diagnostics diagnostics;
  dsl::Parse(sources, 0, diagnostics);
  for (const dsl::Diagnostic& one : diagnostics.all()) {
    if (one.code <= dsl::Code::KR0017) return std::string(dsl::CodeName(one.code));
  }
  return "";
}

// Files in which the program finds a mistake that an editor's grammar lets pass. All others have
// an ERROR or a MISSING node, and these have none.
const std::set<std::string> kLenient = {
    // characters within texts and comments
    "tests/golden/diagnostics/bidi_in_comment.keyrule",
    "tests/golden/diagnostics/control_character.keyrule",
    "tests/golden/diagnostics/escape_out_of_range.keyrule",
    "tests/golden/diagnostics/latin1.keyrule",
    "tests/golden/diagnostics/zero_width_in_text.keyrule",
    "tests/golden/malformed/010-invalid-utf8.keyrule",
    // limits, and values that do not exist
    "tests/golden/diagnostics/edition_2.keyrule",
    "tests/golden/diagnostics/huge_number.keyrule",
    "tests/golden/diagnostics/share_over_100.keyrule",
    "tests/golden/diagnostics/time_of_day_wrong.keyrule",
    "tests/golden/diagnostics/too_deep.keyrule",
    "tests/golden/diagnostics/weekday_in_time.keyrule",
    "tests/golden/diagnostics/weight_too_large.keyrule",
    // reserved words as names
    "tests/golden/diagnostics/reserved_name.keyrule",
    "tests/golden/diagnostics/reserved_rule_name.keyrule",
    "tests/golden/malformed/073-reserved-name.keyrule",
    "tests/golden/malformed/074-reserved-pool-name.keyrule",
    // a literal that touches what follows
    "tests/golden/malformed/177-amount-without-space.keyrule",
};

TEST(TreeSitterTest, LibraryTakesTheGrammar) {
  EXPECT_EQ(ts_language_version(Language()), 14U);
  EXPECT_TRUE(Tree("keyrule 1").sound());
  EXPECT_FALSE(Tree("keyrule 1 }").sound());
}

TEST(TreeSitterTest, ReadsWhatTheProgramReads) {
  size_t read = 0;
  size_t refused = 0;
  std::set<std::string> lenient;
  for (const Sample& sample : Corpus()) {
    const Tree tree(sample.text);
    const std::string error = SyntaxError(sample.text);
    ++(error.empty() ? read : refused);
    if (error.empty()) {
      EXPECT_TRUE(tree.sound()) << sample.name << "\n" << tree.Shape();
    } else if (tree.sound()) {
      lenient.insert(sample.name);
    }
  }
  EXPECT_EQ(lenient, kLenient);
  EXPECT_GT(read, 150U);
  EXPECT_GT(refused, 200U);
}

// The program's own grammar reads it, to say why it is refused.
TEST(TreeSitterTest, RefusesALimitInUsdAtOnce) {
  EXPECT_TRUE(Tree("keyrule 1 budget b { limit 5 requests at once }").sound());
  EXPECT_TRUE(Tree("keyrule 1 budget b { limit 5 usd per day }").sound());
  EXPECT_FALSE(Tree("keyrule 1 budget b { limit 5 usd at once }").sound());
}

// ---- the same policies, written and spoilt otherwise

using Texts = std::vector<std::string>;

std::vector<Texts> ReadablePolicies() {
  std::vector<Texts> policies;
  for (const Sample& sample : Corpus()) {
    const ProgramReading reading(sample.text);
    const uint32_t size = reading.tokens().size() - 1;  // without the end
    if (!reading.complete() || size < 3 || size > 600) continue;
    Texts& texts = policies.emplace_back();
    for (uint32_t i = 0; i < size; ++i) texts.emplace_back(reading.tokens().TextOf(i));
  }
  return policies;
}

bool IsMark(char c) { return std::string_view("{}[](),:\"").find(c) != std::string_view::npos; }

TEST(TreeSitterTest, BlanksAndCommentsMeanNothing) {
  constexpr std::string_view kGaps[] = {
      " ", "\t", "\r\n", "\n\n\n", "#\r\n", " # \"x { \n", "# allow KR0410: why\n"};
  std::minstd_rand random(1);
  for (const Texts& policy : ReadablePolicies()) {
    std::string text = random() % 2 == 0 ? "\xEF\xBB\xBF" : "";
    for (const std::string& one : policy) {
      const bool apart = text.empty() || IsMark(text.back()) || IsMark(one.front());
      if (!apart || random() % 2 == 0) text += kGaps[random() % std::size(kGaps)];
      text += one;
    }
    ASSERT_TRUE(ProgramReading(text).complete()) << text;
    const Tree tree(text);
    ASSERT_TRUE(tree.sound()) << text << tree.Shape();
  }
}

// One token behind the header is lost, doubled, exchanged with another or replaced. Half of the
// time it is a word, and any other of the language takes its place: right where it is a name.
std::string Damaged(Texts texts, const Texts& others, std::minstd_rand& random) {
  const auto place = [&] { return 2 + random() % (texts.size() - 2); };
  const auto is_word = [&](size_t at) {
    return std::isalpha(static_cast<unsigned char>(texts[at].front())) != 0;
  };
  const bool word = random() % 2 == 0;
  size_t at = place();
  while (word && !is_word(at)) at = place();
  switch (word ? 4 : random() % 4) {
    case 0:
      texts.erase(texts.begin() + static_cast<ptrdiff_t>(at));
      break;
    case 1:
      texts.insert(texts.begin() + static_cast<ptrdiff_t>(at), std::string(texts[at]));
      break;
    case 2:
      std::swap(texts[at], texts[place()]);
      break;
    case 3:
      texts[at] = others[random() % others.size()];
      break;
    default:
      texts[at] = dsl::WordSpelling(
          static_cast<TokenKind>(random() % static_cast<size_t>(TokenKind::kIdentifier)));
  }
  std::string text;
  for (const std::string& one : texts) text += one + "\n";
  return text;
}

TEST(TreeSitterTest, DamagedPoliciesAreReadAlike) {
  const std::vector<Texts> policies = ReadablePolicies();
  std::set<std::string> all;
  for (const Texts& policy : policies) all.insert(policy.begin(), policy.end());
  const Texts others(all.begin(), all.end());
  std::minstd_rand random(1);
  size_t read = 0;
  size_t refused = 0;
  for (int i = 0; i < 4000; ++i) {
    const std::string text = Damaged(policies[random() % policies.size()], others, random);
    const bool expected = ProgramReading(text).complete();
    const Tree tree(text);
    ++(expected ? read : refused);
    ASSERT_EQ(tree.sound() && !tree.names_a_reserved_word(), expected) << text << tree.Shape();
  }
  EXPECT_GT(read, 400U);  // a tenth: the corpus is of many kinds
  EXPECT_GT(refused, 400U);
}

}  // namespace
}  // namespace keyrule::editors
