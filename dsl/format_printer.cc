#include "dsl/format_printer.h"

#include <algorithm>
#include <utility>

namespace keyrule::dsl {
namespace {

constexpr uint32_t kCommentColumn = 46;  // of comments behind something, where there is room

// Whether a blank line stands before the next line.
enum class Blank { kNever, kKept, kAlways };

class Printer {
 public:
  Printer(const Tokens& tokens, const Comments& comments, const Layout& layout)
      : tokens_(tokens),
        comments_(comments),
        layout_(layout),
        broken_(layout.groups.size()),
        bases_(layout.groups.size()) {
    out_.reserve(tokens.text.size() + tokens.text.size() / 8);
  }

  std::string Run() {
    const Clause* before = nullptr;
    for (const Clause& clause : layout_.clauses) {
      BeginClause(clause, before);
      WriteClause(clause);
      before = &clause;
    }
    WriteComments(tokens_.size() - 1, 0, Blank::kKept);
    out_ += '\n';
    return std::move(out_);
  }

 private:
  void Write(std::string_view text) {
    out_ += text;
    column_ += WidthOf(text);
  }

  void NewLine(uint32_t indent, bool blank) {
    if (!out_.empty()) out_ += blank ? "\n\n" : "\n";
    out_.append(indent, ' ');
    column_ = line_indent_ = indent;
  }

  // The comments in the gap before a token. Returns what then holds for the token's own line.
  Blank WriteComments(uint32_t token, uint32_t indent, Blank blank) {
    for (const Comment* c = comments_.begin(token); c != comments_.end(token); ++c) {
      if (c->trails) {
        out_.append(column_ + 2 <= kCommentColumn ? kCommentColumn - column_ : 2, ' ');
      } else {
        NewLine(indent, blank == Blank::kAlways || (blank == Blank::kKept && c->blank));
        blank = Blank::kKept;
      }
      out_ += c->text;
    }
    return blank;
  }

  // Statements of one kind may stand close if each takes one line.
  Blank BlankBetween(const Clause& clause, const Clause& before) const {
    const uint32_t first = clause.first;
    const bool written = comments_.Blank(first) ||
                         std::any_of(comments_.begin(first), comments_.end(first),
                                     [](const Comment& c) { return c.blank; });
    const bool apart = clause.statement != before.statement || clause.tall || before.tall;
    return apart && !written ? Blank::kAlways : Blank::kKept;
  }

  void BeginClause(const Clause& clause, const Clause* before) {
    const uint32_t first = clause.first;
    if (clause.place == Clause::Place::kClose) {
      const bool empty = before->place == Clause::Place::kStatement;
      WriteComments(first, kIndent, empty ? Blank::kNever : Blank::kKept);
      return NewLine(0, false);
    }
    Blank blank = Blank::kNever;
    if (clause.place == Clause::Place::kEntry) {
      blank = Blank::kKept;
    } else if (clause.place == Clause::Place::kStatement && before != nullptr) {
      blank = BlankBetween(clause, *before);
    }
    blank = WriteComments(first, clause.indent, blank);
    NewLine(clause.indent,
            blank == Blank::kAlways || (blank == Blank::kKept && comments_.Blank(first)));
  }

  void WriteClause(const Clause& clause) {
    Write(tokens_.TextOf(clause.first));
    for (uint32_t i = clause.first + 1; i < clause.end; ++i) {
      OpenGroups(clause, i);
      WriteGap(clause, i);
      Write(tokens_.TextOf(i));
    }
  }

  // Decides for the groups whose first gap is before this token whether they break.
  void OpenGroups(const Clause& clause, uint32_t token) {
    while (next_ < layout_.groups.size() && layout_.groups[next_].first <= token) {
      const Group& group = layout_.groups[next_];
      broken_[next_] = !group.fills && group.first == token && !Fits(clause, group);
      bases_[next_] = group.fills ? clause.indent : line_indent_;
      ++next_;
    }
  }

  bool HasRoom(uint32_t first, uint32_t end) const {
    return column_ + layout_.gaps[first] + layout_.Width(first, end) <= kLineWidth;
  }

  // The group and what cannot be parted from it stand on the rest of the line.
  bool Fits(const Clause& clause, const Group& group) const {
    if (comments_.Any(group.first, group.end - 1)) return false;
    uint32_t end = group.end;
    while (end < clause.end && !comments_.Any(end, end) && !MayBreak(end)) ++end;
    return HasRoom(group.first, end);
  }

  bool MayBreak(uint32_t token) const {
    const uint32_t group = layout_.group[token];
    return group != kNoGroup && (layout_.groups[group].fills || broken_[group]);
  }

  void WriteGap(const Clause& clause, uint32_t token) {
    const uint32_t group = layout_.group[token];
    const bool commented = comments_.Any(token, token);
    const bool breaks = group != kNoGroup && (layout_.groups[group].fills
                                                  ? IsFull(clause, token, group)
                                                  : static_cast<bool>(broken_[group]));
    if (!commented && !breaks) {
      out_.append(layout_.gaps[token], ' ');
      column_ += layout_.gaps[token];
      return;
    }
    uint32_t inner = std::max(line_indent_, clause.indent + kIndent);
    uint32_t indent = inner;
    if (group != kNoGroup) {
      inner = bases_[group] + kIndent;
      indent = layout_.closes[token] ? bases_[group] : inner;
    }
    WriteComments(token, inner, Blank::kNever);
    NewLine(indent, false);
  }

  // The item that begins here does not fit on the line.
  bool IsFull(const Clause& clause, uint32_t token, uint32_t group) const {
    uint32_t end = token + 1;
    while (end < clause.end && layout_.group[end] != group) ++end;
    return comments_.Any(token + 1, end - 1) || !HasRoom(token, end);
  }

  const Tokens& tokens_;
  const Comments& comments_;
  const Layout& layout_;
  std::vector<bool> broken_;      // by group
  std::vector<uint32_t> bases_;   // the indentation of the line on which it began
  size_t next_ = 0;               // the first group that is not open yet
  std::string out_;
  uint64_t column_ = 0;
  uint32_t line_indent_ = 0;
};

}  // namespace

std::string Print(const Tokens& tokens, const Comments& comments, const Layout& layout) {
  return Printer(tokens, comments, layout).Run();
}

}  // namespace keyrule::dsl
