// Which combinations of `starts with` and other globs a text can have at all, each with a shortest text that has it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace keyrule::analysis {

// A glob as letters and stars, for running it beside others letter by letter.
class GlobRun {
 public:
  explicit GlobRun(std::string_view pattern);  // as written in a policy

  // Where in the pattern a text may stand after some letters: the positions as bits, in so many words. Once a later star is
  // reached, what stands before it is dropped, since nothing can be matched from there that cannot be from the star.
  size_t words() const { return (letters_.size() + 64) / 64; }
  void Begin(uint64_t* state) const;  // `state` is all zeros
  void Step(const uint64_t* state, char32_t letter, uint64_t* next) const;  // `next` is all zeros
  bool Accepts(const uint64_t* state) const;
  const std::vector<char32_t>& letters() const { return letters_; }

 private:
  bool StarAt(size_t position) const { return stars_[position]; }
  void Prune(uint64_t* state) const;

  std::vector<char32_t> letters_;
  std::vector<bool> stars_;  // before each letter, and at the end
};

struct TextRegion {
  uint32_t prefix = 0;        // the deepest that the text has: index + 1; 0: none
  std::vector<bool> accepts;  // by glob
  std::string word;           // a shortest one
};

// What combinations of globs are worth: beyond this, each glob is looked at by itself, which is exact as well, and slower
// only where many of them meet.
struct TextRegionLimits {
  size_t regions = 1'000;
  size_t states = 100'000;
  size_t steps = 500'000;  // states times globs
};

// All of them, in the order in which they are found; false if there are more than the limits allow. `prefixes` are sorted
// and distinct. A word that `taken` says yes to is not counted: it has a class of its own. *finite, where it is asked for,
// gets all words of regions that have only a few.
bool FindTextRegions(const std::vector<std::string_view>& prefixes, const std::vector<std::string_view>& globs,
                     const std::function<bool(std::string_view)>& taken, const TextRegionLimits& limits,
                     std::vector<TextRegion>* regions, std::vector<std::string>* finite = nullptr);

// A character that stands in none of these texts: what is put where a glob allows anything. Readable where possible.
char32_t UnusedLetter(const std::vector<std::string_view>& texts);

// For the deepest of many prefixes that a text has.
class PrefixTree {
 public:
  explicit PrefixTree(const std::vector<std::string_view>& sorted);
  // Index + 1 of the longest; 0 if the text has none.
  uint32_t Deepest(std::string_view text) const;
  // As index + 1: the next shorter one that this one has; 0 if none.
  uint32_t Parent(uint32_t prefix) const { return parents_[prefix]; }

 private:
  std::vector<std::string_view> sorted_;
  std::vector<uint32_t> parents_;
};

}  // namespace keyrule::analysis
