// Source text and places in it. Everything above keeps byte spans; lines and columns are computed
// when printed.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace keyrule::dsl {

// A half-open range of bytes in one source file.
struct Span {
  uint32_t source = 0;  // index into Sources
  uint32_t begin = 0;
  uint32_t end = 0;
};

// A place as people read it: both count from 1, columns in characters (code points), not bytes.
struct Location {
  uint32_t line = 1;
  uint32_t column = 1;
};

// One file's text with an index of its lines and columns, a mark each thousand bytes: it takes the same room whatever the lines
// are, and no question costs more in a longer line.
// Immutable, so any thread may ask. A byte order mark at the start is no column and in no line.
class Source {
 public:
  Source(std::string name, std::string text);

  const std::string& name() const { return name_; }  // as it is shown in diagnostics
  std::string_view text() const { return text_; }
  Location Locate(uint32_t offset) const;
  uint32_t LineOf(uint32_t offset) const;
  // The offset at which the line that holds `offset` starts.
  uint32_t LineStart(uint32_t offset) const;
  // The line that holds `offset`, without its line break.
  std::string_view LineAt(uint32_t offset) const;

 private:
  // Of a block of bytes.
  struct Mark {
    uint32_t breaks;      // of lines, before it
    uint32_t characters;  // before it
    uint32_t line_start;  // of the line that its first byte is in
  };

  uint32_t CharactersBefore(uint32_t offset) const;

  std::string name_;
  std::string text_;
  std::vector<Mark> marks_;
};

// All files of one policy, in the order in which they were first read. Addresses stay valid while
// it grows.
class Sources {
 public:
  // Returns the index for Span::source.
  uint32_t Add(std::string name, std::string text);
  const Source& at(uint32_t index) const { return *sources_[index]; }
  size_t size() const { return sources_.size(); }
  Location Locate(const Span& span) const { return at(span.source).Locate(span.begin); }
  std::string_view TextOf(const Span& span) const;
  // "file:line:column".
  std::string Where(const Span& span) const;

 private:
  std::vector<std::unique_ptr<Source>> sources_;
};

}  // namespace keyrule::dsl
