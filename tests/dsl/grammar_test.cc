// The grammar itself: it always makes progress, and the corpus reaches every rule of it.
#include "dsl/grammar.h"

#include <gtest/gtest.h>

#include <map>
#include <string_view>

#include <tao/pegtl/contrib/analyze.hpp>
#include <tao/pegtl/demangle.hpp>
#include <tao/pegtl/visit.hpp>

#include "dsl/grammar_messages.h"
#include "dsl/lexical.h"
#include "dsl/literal_grammar.h"
#include "tests/support/golden.h"

namespace keyrule::dsl {
namespace {

namespace peg = grammar::peg;

using Counts = std::map<std::string_view, size_t>;

// Every rule of the grammar, by its name.
template <typename Rule>
struct AddRule {
  static void visit(Counts& counts) { counts.try_emplace(peg::demangle<Rule>()); }
};

// How often a rule matched. Not PEGTL's own coverage, which takes over a minute to compile for as many rules.
template <typename Rule>
struct Counting : peg::normal<Rule> {
  template <typename Input>
  static void success(const Input&, Counts& counts) {
    ++counts[peg::demangle<Rule>()];
  }
};

TEST(Grammar, IsCleanUnderAnalysis) {
  EXPECT_EQ(peg::analyze<grammar::file>(), 0U);
  EXPECT_EQ(peg::analyze<literal_grammar::literal>(), 0U);
}

TEST(Grammar, EveryRuleIsReachedByTheCorpus) {
  Counts total;
  peg::visit<grammar::file, AddRule>(total);
  for (const char* folder : {"tests/golden/parse", "policies"}) {
    for (const auto& path : testing::FilesIn(folder, ".keyrule")) {
      Sources sources;
      sources.Add(path.string(), testing::ReadFile(path));
      Diagnostics diagnostics;
      Tokens tokens;
      ASSERT_TRUE(Scan(sources, 0, tokens, diagnostics)) << path;
      peg::memory_input<peg::tracking_mode::lazy, peg::eol::lf, const char*> in(
          tokens.kinds.data(), tokens.kinds.data() + tokens.size(), "");
      const bool matches = peg::parse<grammar::file, peg::nothing, Counting>(in, total);
      ASSERT_TRUE(matches) << path;
    }
  }
  size_t rules = 0;
  for (const auto& [name, matches] : total) {
    // Those that have a name; what stands between is built from them.
    if (name.find("keyrule::dsl::grammar::") != 0 || name.find('<') != std::string_view::npos)
      continue;
    ++rules;
    if (name == "keyrule::dsl::grammar::operation")
      continue;  // matches only where KR0012 is reported
    EXPECT_GT(matches, 0U) << name << " is in no file of the corpus";
  }
  EXPECT_GT(rules, 200U);
}

}  // namespace
}  // namespace keyrule::dsl
