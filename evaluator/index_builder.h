// Makes a RuleIndex from the guards of a program's rules, and says how each rule is reached.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <utility>
#include <vector>

#include "evaluator/guard.h"
#include "evaluator/rule_index.h"

namespace keyrule::evaluator {

// How a rule is reached: for explaining, not kept in the program.
struct RuleReach {
  bool always = false;                 // it has no key
  bool too_many = false;               // it would have, but too many for the length of the policy
  bool only_set = false;               // a key of it only asks whether attributes are there
  std::vector<RuleIndex::Part> parts;  // of its first key
  size_t keys = 0;                     // none, and not always: its condition never holds
  size_t shapes = 0;                   // that its keys have
  size_t crowd = 0;                    // rules that share a key of it, itself included, at most
  uint32_t cost_ns = 0;                // of its tests, roughly, if all of them are made
};

class IndexBuilder {
 public:
  // Borrows it.
  explicit IndexBuilder(const Atoms& atoms) : atoms_(atoms) {}

  // In the order of rules.
  void Add(uint32_t rule, const Guard& guard, const GuardMaker& maker);
  // `reaches` may be null.
  void Finish(size_t slot_count, RuleIndex* index, std::vector<RuleReach>* reaches);

 private:
  struct Entry {
    uint32_t rule;
    Key key;  // its first part is the one that is looked up where its slot is given
  };

  using Parts = std::vector<RuleIndex::Part>;
  using Keys = std::vector<std::pair<uint64_t, uint32_t>>;  // a hash, and what it leads to
  struct Made {
    RuleIndex::Shape shape;
    HashBuckets::Table cells;
  };

  static Parts PartsOf(const Key& key);
  void LimitShapes();
  static void FallBack(const std::set<Parts>& kept, Key* key);
  void LimitLengths(PartKind kind);
  void BuildSets(RuleIndex* index) const;
  void NoteReaches(const RuleIndex& index, std::vector<RuleReach>* reaches) const;
  static void AddShape(const Parts& parts, Keys* keys, std::vector<Made>* made, RuleIndex* index, std::vector<RuleReach>* reaches);
  static void AddLooks(size_t slot_count, const std::vector<Made>& made, RuleIndex* index);

  const Atoms& atoms_;
  std::vector<Entry> entries_;
  std::vector<uint32_t> always_;
};

}  // namespace keyrule::evaluator
