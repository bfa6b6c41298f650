// Which lines a policy has and where they may break, read off its syntax trees. Private to dsl/.
#pragma once

#include <cstdint>
#include <vector>

#include "dsl/format_comments.h"
#include "dsl/syntax_tree.h"
#include "dsl/token.h"

namespace keyrule::dsl {

inline constexpr uint32_t kLineWidth = 100;
inline constexpr uint32_t kIndent = 2;

// Tokens that stand on one line if there is room.
struct Clause {
  enum class Place : uint8_t { kStatement, kFirstEntry, kEntry, kClose };
  uint32_t first = 0;
  uint32_t end = 0;
  uint32_t indent = 0;
  Place place = Place::kStatement;
  NodeKind statement = NodeKind::kNone;
  bool tall = false;  // of a block that takes several lines
};

// A part of a clause that breaks as a whole, at all of its gaps; one that fills breaks only where
// the line is full.
struct Group {
  uint32_t first = 0;  // its first gap is the one before this token
  uint32_t end = 0;
  bool fills = false;
};

inline constexpr uint32_t kNoGroup = UINT32_MAX;

struct Layout {
  std::vector<Clause> clauses;
  std::vector<Group> groups;  // by `first`, outer ones first
  // By token:
  std::vector<uint32_t> gaps;   // blanks before it
  std::vector<uint32_t> group;  // at whose gap it stands, or kNoGroup
  std::vector<bool> closes;     // goes back to where the group began
  std::vector<uint64_t> ends;   // where it would end if all stood on one line

  // Columns from the begin of `first` to the end of the token before `end`.
  uint64_t Width(uint32_t first, uint32_t end) const {
    return end <= first ? 0 : ends[end - 1] - (first == 0 ? 0 : ends[first - 1]) - gaps[first];
  }
};

// Of tokens that parse.
Layout LayOut(const Tokens& tokens, const Comments& comments);

// Columns on a screen.
uint32_t WidthOf(std::string_view text);

}  // namespace keyrule::dsl
