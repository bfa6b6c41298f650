// The classes of one attribute of type string: what its conditions can tell apart, each with a text to show.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "evaluator/analysis/class_set.h"
#include "evaluator/analysis/text_regions.h"
#include "evaluator/atoms.h"

namespace keyrule::analysis {

class TextClasses {
 public:
  // Parts that another variable tells apart; texts that conditions name fall into one part of each.
  struct Split {
    // The part that a text falls into.
    std::function<uint32_t(std::string_view)> part;
  };

  // `tests`: atoms about this attribute; those that are not about the text itself (shares, patterns) stand in `splits`.
  // `extra`: texts that get classes of their own although no test names them. Texts are borrowed.
  TextClasses(const evaluator::Atoms& atoms, const std::vector<uint32_t>& tests, bool has_absent,
              const std::vector<std::string_view>& extra, std::vector<Split> splits, std::string_view path);

  uint32_t size() const { return static_cast<uint32_t>(classes_.size()); }
  bool has_absent() const { return has_absent_; }
  // For which an atom holds; for globs only if `globs_apart` is false.
  ClassSet Holding(const evaluator::Atom& atom) const;
  uint32_t ClassOf(std::string_view text) const;  // not of an absent one
  // Which of `globs` an atom is, if it is one.
  std::optional<size_t> GlobIndex(const evaluator::Atom& atom) const;
  // All combinations of globs were too many: each glob is a variable of its own, and classes do not tell them apart.
  bool globs_apart() const { return globs_apart_; }
  const std::vector<std::string_view>& globs() const { return globs_; }

  // Texts that conditions name, which have one class or share it with others that nothing tells from it.
  bool IsNamed(uint32_t id) const { return classes_[id].kind == Kind::kNamed; }
  bool IsAbsent(uint32_t id) const { return classes_[id].kind == Kind::kAbsent; }
  // Of a named class, by split: the part that its texts fall into.
  uint32_t PartOf(uint32_t id, size_t split) const { return parts_[classes_[id].index * splits_.size() + split]; }
  bool GlobHolds(uint32_t id, size_t glob) const;  // of a named class
  // Readable texts of a class, the plainest first, for as long as `take` returns false. False: none was taken.
  bool Offer(uint32_t id, uint64_t most, const std::function<bool(std::string_view)>& take) const;
  // The longest prefix that texts of this class have and that conditions name; empty: none.
  std::string_view PrefixOf(uint32_t id) const;

 private:
  enum class Kind : uint8_t { kAbsent, kRegion, kNamed };
  struct Class {
    Kind kind = Kind::kRegion;
    uint32_t prefix = 0;  // index + 1 into prefixes_; 0: none
    uint32_t index = 0;   // kRegion: into regions_; kNamed: the group
    std::string_view key;  // by which they are in order
  };

  void Collect(const std::vector<uint32_t>& tests, const std::vector<std::string_view>& extra);
  void AddNamed(std::string_view text);
  void GroupNamed(const std::vector<uint32_t>& tests);
  void FindRegions();
  void Number();
  std::vector<bool> GlobsOf(std::string_view text) const;

  const evaluator::Atoms& atoms_;
  const bool has_absent_;
  const std::string path_;
  const std::vector<Split> splits_;
  std::vector<std::string_view> prefixes_;  // sorted
  std::unique_ptr<PrefixTree> tree_;
  std::vector<std::string_view> globs_;
  std::vector<std::string> glob_texts_;  // owned patterns
  std::vector<evaluator::Glob> compiled_;
  std::unordered_map<std::string_view, uint32_t> glob_of_;   // pattern -> glob
  std::unordered_map<std::string_view, uint32_t> named_;     // text -> group
  std::vector<std::string_view> named_in_order_;
  std::deque<std::string> few_;  // owned texts that are the only ones of their region
  std::vector<std::vector<std::string_view>> groups_;
  std::vector<uint32_t> parts_;           // by group and split
  std::vector<std::vector<bool>> group_globs_;
  std::vector<TextRegion> regions_;
  std::unordered_map<std::string, uint32_t> region_of_;  // prefix and globs -> region
  std::vector<Class> classes_;
  std::vector<uint32_t> class_of_group_, class_of_region_;
  bool globs_apart_ = false;
};

}  // namespace keyrule::analysis
