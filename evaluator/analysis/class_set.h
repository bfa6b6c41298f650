// Sets of classes of one variable (variable.h), as runs: `app.id != "a"` is two of them, whatever the domain, and so is a
// prefix, because classes of texts are numbered in the order of the alphabet.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace keyrule::analysis {

// Canonical: sorted, none empty, none touching the next; so equal sets are equal vectors.
class ClassSet {
 public:
  struct Run {
    uint32_t first = 0, last = 0;  // both belong to it
    bool operator==(const Run&) const = default;
  };

  ClassSet() = default;  // empty
  static ClassSet One(uint32_t id) { return Between(id, id); }
  static ClassSet Between(uint32_t first, uint32_t last);
  static ClassSet AllOf(uint32_t size) { return size == 0 ? ClassSet() : Between(0, size - 1); }
  // Of ids in any order, repeated or not.
  static ClassSet Of(std::vector<uint32_t> ids);

  bool empty() const { return runs_.empty(); }
  bool IsAll(uint32_t size) const { return runs_.size() == 1 && runs_[0].first == 0 && runs_[0].last + 1 == size; }
  bool Has(uint32_t id) const;
  bool Holds(const ClassSet& other) const;  // all of it
  bool Meets(const ClassSet& other) const;
  uint32_t first() const { return runs_.front().first; }  // not of an empty one
  uint64_t count() const;
  std::span<const Run> runs() const { return runs_; }

  ClassSet And(const ClassSet& other) const;
  ClassSet Or(const ClassSet& other) const;
  ClassSet Minus(const ClassSet& other) const;
  ClassSet Not(uint32_t size) const { return AllOf(size).Minus(*this); }

  bool operator==(const ClassSet&) const = default;

 private:
  void Append(Run run);  // behind the others

  std::vector<Run> runs_;
};

}  // namespace keyrule::analysis
