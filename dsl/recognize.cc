#include "dsl/recognize.h"

#include "dsl/grammar_nodes.h"
#include "dsl/limits.h"

namespace keyrule::dsl {
namespace {

namespace peg = grammar::peg;

struct Stop {};  // a commit point was not met

struct Builder {
  std::vector<Node>& nodes;
  const char* start;
  uint32_t depth = 0;
};

// Appends a node when a rule begins, completes it when the rule matched and takes it back, with all
// that came after it, when it did not. Tokens have no parts, so theirs comes when they match.
template <class Rule>
struct BuildControl : peg::normal<Rule> {
  template <peg::apply_mode A, peg::rewind_mode M, template <class...> class Action,
            template <class...> class Control, class Input>
  static bool match(Input& in, Builder& builder) {
    constexpr NodeKind kind = kNodeKind<Rule>;
    constexpr bool is_token = kind != NodeKind::kNone && kind <= kLastTokenNode;
    const uint32_t first = At(in, builder);
    const auto mark = static_cast<uint32_t>(builder.nodes.size());
    if constexpr (kind != NodeKind::kNone && !is_token)
      builder.nodes.push_back({kind, first, 0, 0});
    if constexpr (std::is_same_v<Rule, grammar::group>) {
      const bool opens = in.peek_char() == static_cast<char>(TokenKind::kOpenParenthesis);
      if (opens && ++builder.depth > kMaxDepth) throw Stop();
    }
    const bool matched = peg::normal<Rule>::template match<A, M, Action, Control>(in, builder);
    if constexpr (std::is_same_v<Rule, grammar::group>) {
      if (matched) --builder.depth;  // once open, a group matches or throws
    }
    if constexpr (is_token) {
      if (matched) builder.nodes.push_back({kind, first, first + 1, mark + 1});
    } else if (!matched) {
      builder.nodes.resize(mark);
    } else if constexpr (kind != NodeKind::kNone) {
      Node& node = builder.nodes[mark];
      node.end = At(in, builder);
      node.next = static_cast<uint32_t>(builder.nodes.size());
    }
    return matched;
  }

  template <class Input>
  [[noreturn]] static void raise(const Input& /*in*/, Builder& /*builder*/) {
    throw Stop();
  }

 private:
  template <class Input>
  static uint32_t At(const Input& in, const Builder& builder) {
    return static_cast<uint32_t>(in.current() - builder.start);
  }
};

}  // namespace

std::optional<uint32_t> Recognize(Part part, uint32_t first, SyntaxTree& tree) {
  const char* const start = tree.tokens->kinds.data();
  peg::memory_input<peg::tracking_mode::lazy, peg::eol::lf, const char*> in(
      start + first, start + tree.tokens->size(), "");
  tree.nodes.clear();
  Builder builder{tree.nodes, start};
  try {
    const bool matched =
        part == Part::kHeader
            ? peg::parse<grammar::header, peg::nothing, BuildControl>(in, builder)
            : peg::parse<grammar::statement, peg::nothing, BuildControl>(in, builder);
    if (matched) return static_cast<uint32_t>(in.current() - start);
  } catch (const Stop&) {
    tree.nodes.clear();
  }
  return std::nullopt;
}

}  // namespace keyrule::dsl
