#include "tests/plugin_api/editors/program_reading.h"

#include <utility>

#include "dsl/lexical.h"
#include "dsl/recognize.h"

namespace keyrule::editors {
namespace {

// The program reads `limit 5 usd at once` to say more about it than that `per` is missing.
bool IsUsdAtOnce(const dsl::Node& node, const dsl::Tokens& tokens) {
  return node.kind == dsl::NodeKind::kLimit &&
         tokens.kind(node.first + 2) == dsl::TokenKind::word_usd &&
         tokens.kind(node.first + 4) == dsl::TokenKind::word_once;
}

}  // namespace

ProgramReading::ProgramReading(std::string text) {
  sources_.Add("p", std::move(text));
  complete_ = Scan() && Recognize();
}

bool ProgramReading::Scan() {
  dsl::Diagnostics diagnostics;
  return dsl::Scan(sources_, 0, tokens_, diagnostics);
}

bool ProgramReading::Recognize() {
  dsl::SyntaxTree tree;
  tree.tokens = &tokens_;
  dsl::Part part = dsl::Part::kHeader;
  for (uint32_t at = 0; at == 0 || tokens_.kind(at) != dsl::TokenKind::kEnd;) {
    const auto end = dsl::Recognize(part, at, tree);
    if (!end) return false;
    for (const dsl::Node& node : tree.nodes) {
      if (IsUsdAtOnce(node, tokens_)) return false;
      nodes_.push_back(node);
    }
    at = *end;
    part = dsl::Part::kStatement;
  }
  return true;
}

}  // namespace keyrule::editors
