#include "dsl/format_groups.h"

#include <vector>

namespace keyrule::dsl {
namespace {

// A comment that silences a warning on its line (silence.h): a break would take from it what it
// speaks for.
bool IsAllowance(const Comment& comment) {
  const size_t word = comment.text.find_first_not_of(" \t", 1);
  return word != std::string_view::npos && comment.text.substr(word).starts_with("allow");
}

bool IsAllowed(const Comments& comments, uint32_t first, uint32_t end) {
  for (const Comment* c = comments.begin(first); c != comments.end(first); ++c) {
    if (!c->trails && IsAllowance(*c)) return true;
  }
  const Comment* const behind = comments.begin(end);
  return behind != comments.end(end) && behind->trails && IsAllowance(*behind);
}

bool IsJunction(TokenKind kind) {
  return kind == TokenKind::word_and || kind == TokenKind::word_or;
}

void SetBreak(Layout& layout, uint32_t token, uint32_t group, bool closes = false) {
  layout.group[token] = group;
  layout.closes[token] = closes;
}

// Goes over the tokens of a clause and keeps the brackets that are open.
class GroupScan {
 public:
  GroupScan(const Tokens& tokens, Layout& layout) : tokens_(tokens), layout_(layout) {}

  // The group of what is not in brackets.
  uint32_t Outer(uint32_t first, uint32_t end, bool fills) {
    outer_ = NewGroup(first, end, fills);
    return outer_;
  }

  void Run(uint32_t first, uint32_t end, bool is_condition) {
    for (uint32_t i = first; i < end; ++i) {
      const TokenKind kind = tokens_.kind(i);
      if ((kind == TokenKind::kOpenBracket && OpensList(tokens_, i)) ||
          (kind == TokenKind::kOpenParenthesis && is_condition)) {
        const uint32_t group = NewGroup(i + 1, 0, false);
        open_.push_back({group, kind == TokenKind::kOpenBracket});
        SetBreak(layout_, i + 1, group);
      } else if (kind == TokenKind::kCloseBracket || kind == TokenKind::kCloseParenthesis) {
        if (open_.empty()) continue;  // of a lookup
        layout_.groups[open_.back().group].end = i + 1;
        SetBreak(layout_, i, open_.back().group, true);
        open_.pop_back();
      } else if (kind == TokenKind::kComma && i + 1 < end) {
        const bool last = tokens_.kind(i + 1) == TokenKind::kCloseBracket;
        if (!last && Here() != kNoGroup) SetBreak(layout_, i + 1, Here());
      } else if (is_condition && IsJunction(kind) && Here() != kNoGroup) {
        SetBreak(layout_, i, Here());
      }
    }
  }

 private:
  struct Open {
    uint32_t group;
    bool is_list;
  };

  uint32_t NewGroup(uint32_t first, uint32_t end, bool fills) {
    layout_.groups.push_back({first, end, fills});
    return static_cast<uint32_t>(layout_.groups.size() - 1);
  }
  uint32_t Here() const { return open_.empty() ? outer_ : open_.back().group; }

  const Tokens& tokens_;
  Layout& layout_;
  std::vector<Open> open_;
  uint32_t outer_ = kNoGroup;
};

// Whether `and` or `or` stands outside all parentheses.
bool IsJoined(const Tokens& tokens, uint32_t first, uint32_t end) {
  uint32_t depth = 0;
  for (uint32_t i = first; i < end; ++i) {
    const TokenKind kind = tokens.kind(i);
    depth += kind == TokenKind::kOpenParenthesis;
    depth -= kind == TokenKind::kCloseParenthesis;
    if (depth == 0 && IsJunction(kind)) return true;
  }
  return false;
}

}  // namespace

bool OpensList(const Tokens& tokens, uint32_t bracket) {
  const TokenKind before = tokens.kind(bracket - 1);
  return before == TokenKind::word_in || before == TokenKind::kAssign ||
         (before == TokenKind::word_enum && tokens.kind(bracket - 2) == TokenKind::kColon);
}

void AddCondition(const Tokens& tokens, const Comments& comments, uint32_t first, uint32_t end,
                  bool own_line, Layout& layout) {
  GroupScan scan(tokens, layout);
  if (IsJoined(tokens, first, end)) {
    const uint32_t outer = scan.Outer(first, end, false);
    const uint32_t clause = layout.clauses.back().first;
    if (own_line && !IsAllowed(comments, clause, end)) SetBreak(layout, first, outer);
  }
  scan.Run(first, end, true);
}

void AddFill(const Tokens& tokens, const Comments& comments, uint32_t first, uint32_t end,
             Layout& layout) {
  GroupScan scan(tokens, layout);
  if (!IsAllowed(comments, first, end)) scan.Outer(first, end, true);
  scan.Run(first, end, false);
}

void AddLongLists(const Tokens& tokens, uint32_t first, uint32_t end, Layout& layout) {
  for (uint32_t i = first; i < end; ++i) {
    if (tokens.kind(i) != TokenKind::kOpenBracket) continue;
    uint32_t close = i;
    while (tokens.kind(close) != TokenKind::kCloseBracket) ++close;
    if (layout.Width(i, close + 1) <= kLineWidth) return;
    GroupScan(tokens, layout).Run(i, close + 1, false);
    return;
  }
}

}  // namespace keyrule::dsl
