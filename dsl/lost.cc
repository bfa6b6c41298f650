#include "dsl/lost.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "dsl/suggest.h"
#include "dsl/token.h"

namespace keyrule::dsl {
namespace {

bool IsWord(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// Takes the next word of the line, past spaces.
std::string_view TakeWord(std::string_view& line) {
  size_t begin = 0;
  while (begin < line.size() && (line[begin] == ' ' || line[begin] == '\t')) ++begin;
  size_t end = begin;
  while (end < line.size() && IsWord(line[end])) ++end;
  const std::string_view word = line.substr(begin, end - begin);
  line.remove_prefix(end);
  return word;
}

size_t CountOf(const File& file, bool imports) {
  size_t count = 0;
  for (const Statement& statement : file.statements) {
    count += imports ? std::holds_alternative<Import>(statement)
                     : std::holds_alternative<SchemaStatement>(statement);
  }
  return count;
}

bool IsWordStart(char c) { return IsWord(c) && (c < '0' || c > '9'); }

// Words that begin a line inside a block: what follows them is declared nowhere.
bool BeginsClause(std::string_view word) {
  const TokenKind kind = WordKind(word);
  if (kind == TokenKind::kIdentifier) return false;
  return !IsStatementWord(kind) || word == "test";
}

// Goes through a text word by word, as far as the first scan would see it as words.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  // To the next word or mark. False at the end.
  bool Next() {
    begins_line_ = at_ == 0;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '#') {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (c == '\n') {
        begins_line_ = true;
        ++at_;
      } else if (c == ' ' || c == '\t' || c == '\r') {
        begins_line_ = false;
        ++at_;
      } else {
        break;
      }
    }
    begin_ = at_;
    if (at_ == text_.size()) return false;
    if (IsWordStart(text_[at_])) {
      while (at_ < text_.size() && IsWord(text_[at_])) ++at_;
    } else if (text_[at_] == '"') {
      for (++at_; at_ < text_.size() && text_[at_] != '"' && text_[at_] != '\n'; ++at_) {
        if (text_[at_] == '\\') ++at_;
      }
      at_ = std::min(at_ + 1, text_.size());
    } else {
      ++at_;
    }
    return true;
  }

  std::string_view item() const { return text_.substr(begin_, at_ - begin_); }
  bool is_word() const { return IsWordStart(item().front()); }
  bool begins_line() const { return begins_line_; }  // in its first column
  // A word that a dot or a colon follows is a path or a key.
  bool is_path() const { return at_ < text_.size() && (text_[at_] == '.' || text_[at_] == ':'); }

 private:
  std::string_view text_;
  size_t at_ = 0;
  size_t begin_ = 0;
  bool begins_line_ = true;
};

}  // namespace

// What a text behind the first word of a statement can be.
void Lost::NoteQuoted(std::string_view word, std::string_view text) {
  constexpr size_t kFarthest = 2;
  if (EditDistance(word, "schema", kFarthest) <= kFarthest) {
    schema_ = true;
  } else if (WordKind(word) == TokenKind::word_import || !IsStatementWord(WordKind(word))) {
    everything_ = true;  // an import, in whatever spelling
  } else if (text.size() > 2) {
    names_.emplace(text.substr(1, text.size() - 2));  // `rule "billing" {`
  }
}

// A statement whose first word is misspelt declares a name all the same: a word, and behind it the
// name. Looked for where a statement can begin: at the beginning of the gap or of a line, and
// outside braces.
void Lost::NoteGap(std::string_view gap, bool behind_schema) {
  Reader reader(gap);
  int depth = 0;
  bool first = true, outside = true;
  std::string_view word;  // that may begin a statement
  while (reader.Next()) {
    const std::string_view item = reader.item();
    if (!word.empty()) {
      if (reader.is_word() && !reader.is_path()) {
        const TokenKind kind = WordKind(item);
        if (kind == TokenKind::kIdentifier || !IsReservedWord(kind)) names_.emplace(item);
        // `defalt deny "…"`
        default_ = default_ || kind == TokenKind::word_deny || kind == TokenKind::word_leave ||
                   kind == TokenKind::word_use;
      } else if (item == "{") {
        default_ = true;
      } else if (item.front() == '"') {
        NoteQuoted(word, item);
      }
      word = {};
    }
    if (item == "{") ++depth;
    if (item == "}") --depth;
    if (item == "}" && depth <= 0) {
      outside = true;
      continue;
    }
    if (reader.is_word()) {
      const bool begins = first || outside || reader.begins_line();
      if (begins && !reader.is_path() && !BeginsClause(item)) word = item;
    }
    // `schema "x" extends "y" { … }`: what follows is a part of it.
    const bool states = reader.is_word() && IsStatementWord(WordKind(item));
    if (first && behind_schema && !states) schema_ = true;
    first = outside = false;
  }
}

void Lost::Note(const Source& source, const File& file) {
  constexpr std::array<std::string_view, 8> kDeclaring = {"let",    "table", "pool",  "quota",
                                                          "budget", "rule",  "never", "always"};
  if (file.statements.empty()) {  // nothing is known of it
    everything_ = schema_ = default_ = true;
    return;
  }
  size_t imports = 0, schemas = 0;
  for (std::string_view rest = source.text(); !rest.empty();) {
    const size_t end = rest.find('\n');
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    const std::string_view word = TakeWord(line);
    imports += word == "import";
    schemas += word == "schema";
    default_ = default_ || word == "default";
    for (std::string_view declaring : kDeclaring) {
      if (word == declaring) names_.emplace(TakeWord(line));
    }
  }
  const std::string_view text = source.text();
  size_t behind = 0;  // the statement before
  bool schema = false;
  const auto gap = [&](size_t end) {
    if (end > behind) NoteGap(text.substr(behind, end - behind), schema);
  };
  for (const Statement& statement : file.statements) {
    const Span span = std::visit([](const auto& node) { return node.span; }, statement);
    gap(span.begin);
    behind = span.end;
    schema = std::holds_alternative<SchemaStatement>(statement);
  }
  gap(text.size());
  everything_ = everything_ || imports > CountOf(file, true);
  schema_ = schema_ || schemas > CountOf(file, false);
}

}  // namespace keyrule::dsl
