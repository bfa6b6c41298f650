// One attribute's variables. Private to space*.cc.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "evaluator/analysis/space.h"

namespace keyrule::analysis {

// Of the ten thousand parts that a salt makes of an attribute: intervals between the bounds of its shares.
struct Buckets {
  uint32_t variable = 0;
  std::string path, salt;
  std::vector<uint32_t> begins = {0};  // sorted

  // Index of the interval; the variable's class is one more where the attribute may be absent.
  uint32_t PartOf(const evaluator::Value& value) const;
};
struct PatternVariable {
  uint32_t variable = 0;
  evaluator::Atom atom;
};
struct GlobVariable {
  uint32_t variable = 0;
  size_t glob = 0;  // of the text classes
};
struct ItemVariable {
  uint32_t variable = 0;
  std::string_view text;
};

struct Space::Slot {
  uint32_t slot = 0;
  const dsl::Attribute* attribute = nullptr;
  bool has_absent = false;
  uint32_t variable = dsl::kUnresolved;  // of the value itself; lists and maps have none
  std::unique_ptr<TextClasses> texts;
  std::unique_ptr<NumberClasses> numbers;
  std::vector<Buckets> buckets;
  std::vector<PatternVariable> patterns;
  std::vector<GlobVariable> globs;    // only where they are apart
  std::vector<ItemVariable> items;    // of a list
  uint32_t others = dsl::kUnresolved;  // a list's other items, a map's other entries
  // By the classes of its variables: points for which no text was found, which takes long.
  mutable std::set<std::vector<uint32_t>> textless;

  // The class of a part of a split.
  uint32_t PartClass(uint32_t part) const { return part + (has_absent ? 1 : 0); }
  bool IsAbsent(uint32_t id) const { return has_absent && id == 0; }
};

// A text whose class is `id`, which is like just those globs of `wanted` that are true.
struct GlobWord {
  enum class Answer { kFound, kImpossible, kNotFound } answer = Answer::kNotFound;
  std::string word;          // kFound
  std::vector<size_t> core;  // kImpossible: globs that cannot have this truth together
};
GlobWord FindGlobWord(const TextClasses& texts, uint32_t id, const std::vector<bool>& wanted);

}  // namespace keyrule::analysis
