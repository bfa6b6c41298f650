#include "dsl/format_layout.h"

#include <algorithm>

#include "dsl/format_columns.h"
#include "dsl/format_groups.h"
#include "dsl/recognize.h"
#include "dsl/unicode.h"

namespace keyrule::dsl {
namespace {

constexpr uint32_t kHeaderTokens = 2;  // `keyrule 1`

bool IsTight(const Tokens& tokens, uint32_t i) {
  switch (tokens.kind(i)) {
    case TokenKind::kComma:
    case TokenKind::kDotDot:
    case TokenKind::kCloseBracket:
    case TokenKind::kCloseParenthesis:
      return true;
    case TokenKind::kOpenBracket:
      return !OpensList(tokens, i);
    default:
      break;
  }
  const TokenKind before = tokens.kind(i - 1);
  return before == TokenKind::kDotDot || before == TokenKind::kOpenBracket ||
         before == TokenKind::kOpenParenthesis;
}

class Layouter {
 public:
  Layouter(const Tokens& tokens, const Comments& comments) : tokens_(tokens), comments_(comments) {
    const size_t size = tokens.size();
    layout_.gaps.resize(size);
    layout_.group.resize(size, kNoGroup);
    layout_.closes.resize(size);
    layout_.ends.resize(size);
  }

  Layout Run() {
    Measure(0, kHeaderTokens);
    Add(0, kHeaderTokens, 0, Clause::Place::kStatement, NodeKind::kHeader);
    SyntaxTree tree;
    tree.tokens = &tokens_;
    uint32_t at = kHeaderTokens;
    while (tokens_.kind(at) != TokenKind::kEnd) {
      const uint32_t end = Recognize(Part::kStatement, at, tree).value();
      for (uint32_t i = at; i < end; ++i) {
        layout_.gaps[i] = i == at || IsTight(tokens_, i) ? 0 : 1;
      }
      Measure(at, end);
      Statement(NodeView(tree, 0), at, end);
      at = end;
    }
    return std::move(layout_);
  }

 private:
  void Measure(uint32_t first, uint32_t end) {
    if (first == 0) layout_.gaps[1] = 1;
    for (uint32_t i = first; i < end; ++i) {
      layout_.ends[i] =
          (i == 0 ? 0 : layout_.ends[i - 1]) + layout_.gaps[i] + WidthOf(tokens_.TextOf(i));
    }
  }

  void Add(uint32_t first, uint32_t end, uint32_t indent, Clause::Place place, NodeKind statement,
           bool tall = false) {
    layout_.clauses.push_back({first, end, indent, place, statement, tall});
  }

  void Statement(NodeView node, uint32_t first, uint32_t end) {
    const NodeKind kind = node.kind();
    const size_t brace = tokens_.kinds.find(static_cast<char>(TokenKind::kOpenBrace), first);
    if (brace >= end) {  // no block
      Add(first, end, 0, Clause::Place::kStatement, kind);
      return Break(node, first, end);
    }
    const auto open = static_cast<uint32_t>(brace);
    const std::vector<Entry> entries = Entries(node, open);
    const bool short_enough = entries.size() <= 1 && kind != NodeKind::kSchema &&
                              layout_.Width(first, end) <= kLineWidth;
    if (entries.empty() ? !comments_.Any(first + 1, end - 1)
                        : short_enough && !comments_.Any(first + 1, end - 1)) {
      return Add(first, end, 0, Clause::Place::kStatement, kind);
    }
    Align(kind, entries, end);
    Add(first, open + 1, 0, Clause::Place::kStatement, kind, true);
    AddFill(tokens_, comments_, first, open + 1, layout_);
    for (size_t i = 0; i < entries.size(); ++i) {
      const uint32_t behind = i + 1 < entries.size() ? entries[i + 1].first : end - 1;
      const uint32_t indent = entries[i].kind == NodeKind::kThen ? 0 : kIndent;
      Add(entries[i].first, behind, indent,
          i == 0 ? Clause::Place::kFirstEntry : Clause::Place::kEntry, kind, true);
      Break(NodeView(entries[i].node), entries[i].first, behind);
    }
    Add(end - 1, end, 0, Clause::Place::kClose, kind, true);
  }

  struct Entry {
    uint32_t first;
    NodeKind kind;
    NodeView node;
  };

  // Everything behind the brace; a weight belongs to the member before it, an `else` to the action
  // behind it.
  std::vector<Entry> Entries(NodeView node, uint32_t open) const {
    std::vector<Entry> entries;
    for (Children children = node.children(); !children.done();) {
      const NodeView child = children.Take();
      if (child.first() < open || child.kind() == NodeKind::kWeight) continue;
      const bool is_else = child.kind() == NodeKind::kAction &&
                           tokens_.kind(child.first() - 1) == TokenKind::word_else;
      entries.push_back({child.first() - (is_else ? 1 : 0), child.kind(), child});
    }
    return entries;
  }

  void Align(NodeKind kind, const std::vector<Entry>& entries, uint32_t end) {
    if (entries.empty() || (kind != NodeKind::kSchema && kind != NodeKind::kTable)) return;
    std::vector<ColumnEntry> rows;
    for (size_t i = 0; i < entries.size(); ++i) {
      const uint32_t first = entries[i].first;
      const uint32_t behind = i + 1 < entries.size() ? entries[i + 1].first : end - 1;
      if (!comments_.Any(first + 1, behind - 1)) rows.push_back({first, behind});
    }
    AlignColumns(tokens_, rows, kind == NodeKind::kSchema, layout_);
    Measure(entries.front().first, end);
  }

  void Break(NodeView node, uint32_t first, uint32_t end) {
    switch (node.kind()) {
      case NodeKind::kEntry:
      case NodeKind::kTableFile:
        return;
      case NodeKind::kAttribute:
        return AddLongLists(tokens_, first, end, layout_);
      case NodeKind::kLet:
        return AddCondition(tokens_, comments_, first + 3, end, true, layout_);
      case NodeKind::kWhen:
      case NodeKind::kMember:
        return AddCondition(tokens_, comments_, first + 1, end, false, layout_);
      default:
        AddFill(tokens_, comments_, first, end, layout_);
    }
  }

  const Tokens& tokens_;
  const Comments& comments_;
  Layout layout_;
};

}  // namespace

Layout LayOut(const Tokens& tokens, const Comments& comments) {
  return Layouter(tokens, comments).Run();
}

uint32_t WidthOf(std::string_view text) {
  uint32_t width = 0;
  for (size_t at = 0; at < text.size();) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte < 0x80) {
      ++width;
      ++at;
      continue;
    }
    const Character character = DecodeAt(text, at);
    width += DisplayWidth(character.code);
    at += character.size;
  }
  return width;
}

}  // namespace keyrule::dsl
