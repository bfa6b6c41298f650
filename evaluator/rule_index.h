// The pass `index`: from the values of a request to the few rules that may decide it. Tuple-space search: rules whose keys
// look at the same parts of the same attributes share a table, and each such shape costs one look-up, however many rules it
// has. What a look-up finds is tested by the rule's own code, so that the index need never be exact; it may find too much,
// never too little.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <vector>

#include "evaluator/guard.h"
#include "evaluator/match_scratch.h"
#include "evaluator/request.h"

namespace keyrule::evaluator {

class RuleIndex {
 public:
  struct Part {
    uint32_t slot = 0;
    PartKind kind = PartKind::kPresent;
    uint32_t length = 0;

    bool operator==(const Part&) const = default;
    auto operator<=>(const Part&) const = default;
  };
  // Rules whose keys are made of the same parts. The first part is looked up where its slot is given.
  struct Shape {
    std::array<Part, kMostParts> parts;
    uint32_t part_count = 0;
    uint32_t least_rule = 0;  // the first rule that has such a key
    uint32_t first_cell = 0;
    uint32_t mask = 0;        // cells - 1
    uint32_t keys = 0;
    uint32_t longest = 0;     // rules that one key leads to, at most

    std::span<const Part> view() const { return std::span(parts).first(part_count); }
  };

  // Calls `test(rule)` for rules that may hold, and returns the first in order for which it is true, or `none`, below which
  // no rule is asked. `given` are the slots that are not absent. `fetch(rule)` asks memory for what `test` will read.
  template <typename Fetch, typename Test>
  uint32_t Find(std::span<const Value> values, std::span<const uint32_t> given, uint32_t none, IndexScratch* scratch,
                const Fetch& fetch, const Test& test) const {
    uint32_t best = none;
    HashWhole(values, Shorter(hashed_slots_, given), scratch);
    Probes probes;
    for (const uint32_t slot : Shorter(first_slots_, given)) {
      if (values[slot].absent()) continue;
      const uint32_t end = first_shape_[slot + 1];
      for (uint32_t at = first_shape_[slot]; at < end; ++at) {
        const Shape& shape = shapes_[at];
        if (shape.least_rule >= best) break;  // so are those behind it
        uint64_t rest = 0;
        if (!HashRest(shape, values, *scratch, &rest)) continue;
        const auto push = [&](uint64_t hash) {
          Push(shape, Combine(rest, hash), &probes);
          if (probes.count == probes.list.size()) best = Flush(&probes, best, fetch, test);
        };
        const Part& first = shape.parts[0];
        if (first.kind == PartKind::kItem) {
          for (std::string_view item : values[slot].list()) push(HashText(item));
        } else if (first.kind == PartKind::kInSet) {
          ForEachSet(scratch->hashes[slot], push);
        } else if (uint64_t hash = 0; HashPart(first, values[slot], scratch->hashes[slot], &hash)) {
          push(hash);
        }
      }
    }
    best = Flush(&probes, best, fetch, test);
    for (const uint32_t rule : always_) {
      if (rule >= best) break;
      if (test(rule)) return rule;
    }
    return best;
  }

  const std::vector<Shape>& shapes() const { return shapes_; }
  const std::vector<uint32_t>& always() const { return always_; }
  size_t bytes() const;

 private:
  friend class IndexBuilder;  // makes it

  // Two words of the processor's line: seven in eight look-ups end here.
  struct Cell {
    uint32_t mark = 0;   // half of the key's hash
    uint32_t rules = kFree;  // a rule, or kList + where its rules stand in lists_
  };
  static constexpr uint32_t kFree = UINT32_MAX;
  static constexpr uint32_t kList = uint32_t{1} << 31;

  struct Probe {
    const Shape* shape;
    uint64_t hash;
  };
  // Collected, and the cells asked for, before the first is looked at: they come from memory together.
  struct Probes {
    std::array<Probe, 32> list;
    size_t count = 0;
  };

  static uint64_t HashText(std::string_view text) noexcept;
  static uint64_t HashSet(uint32_t set) noexcept;
  // Of parts in their order.
  static uint64_t Combine(uint64_t hash, uint64_t part) noexcept {
    hash = (hash ^ (part << 29 | part >> 35)) * 0x9E3779B97F4A7C15u;
    return hash ^ hash >> 32;
  }
  // Of a part that a value meets in one way. False: it does not.
  static bool HashPart(const Part& part, const Value& value, uint64_t whole, uint64_t* hash) noexcept {
    if (value.absent()) return false;
    if (part.kind != PartKind::kWhole) return HashOther(part, value, hash);
    *hash = whole;
    return true;
  }
  static bool HashOther(const Part& part, const Value& value, uint64_t* hash) noexcept;
  static uint64_t HashKey(const Key& key) noexcept;

  // Requests give few of many attributes, or policies look at few of those given.
  static std::span<const uint32_t> Shorter(std::span<const uint32_t> looked_at, std::span<const uint32_t> given) noexcept {
    return looked_at.size() <= given.size() ? looked_at : given;
  }
  void HashWhole(std::span<const Value> values, std::span<const uint32_t> slots, IndexScratch* scratch) const;
  // Of the parts behind the first.
  bool HashRest(const Shape& shape, std::span<const Value> values, const IndexScratch& scratch, uint64_t* rest) const noexcept {
    for (uint32_t i = 1; i < shape.part_count; ++i) {
      const Part& part = shape.parts[i];
      uint64_t hash = 0;
      if (!HashPart(part, values[part.slot], scratch.hashes[part.slot], &hash)) return false;
      *rest = Combine(*rest, hash);
    }
    return true;
  }
  // Calls `take(hash)` for each named set that may hold the value of this hash.
  template <typename Take>
  void ForEachSet(uint64_t value_hash, const Take& take) const {
    if (set_cells_.empty()) return;
    for (uint64_t at = value_hash;; ++at) {
      const Cell& cell = set_cells_[at & (set_cells_.size() - 1)];
      if (cell.rules == kFree) return;
      if (cell.mark != static_cast<uint32_t>(value_hash >> 32)) continue;
      const uint32_t* const sets = &set_lists_[cell.rules];
      for (uint32_t i = 1; i <= sets[0]; ++i) take(HashSet(sets[i]));
    }
  }
  void Push(const Shape& shape, uint64_t hash, Probes* probes) const {
    __builtin_prefetch(&cells_[shape.first_cell + (hash & shape.mask)]);
    probes->list[probes->count++] = {&shape, hash};
  }

  // What a look-up has found: one rule, or several in order.
  struct Found {
    uint32_t first;
    const uint32_t* rest;  // behind the first; null: there are none
    const uint32_t* end;
  };

  // Again all is asked for before the first is looked at; then in the order of rules, so that the first that holds is it.
  template <typename Fetch, typename Test>
  uint32_t Flush(Probes* probes, uint32_t best, const Fetch& fetch, const Test& test) const {
    std::array<Found, 8> found;
    size_t count = 0;
    for (size_t i = 0; i < probes->count; ++i) {
      const auto [shape, hash] = probes->list[i];
      if (shape->least_rule >= best) continue;
      const auto mark = static_cast<uint32_t>(hash >> 32);
      for (uint64_t at = hash;; ++at) {
        const Cell& cell = cells_[shape->first_cell + (at & shape->mask)];
        if (cell.rules == kFree) break;
        if (cell.mark != mark) continue;
        const Found one = Open(cell);
        if (one.first >= best) continue;
        fetch(one.first);
        if (count == found.size()) best = TestAll(found.data(), &count, best, fetch, test);
        size_t place = count++;
        for (; place > 0 && found[place - 1].first > one.first; --place) found[place] = found[place - 1];
        found[place] = one;
      }
    }
    probes->count = 0;
    return TestAll(found.data(), &count, best, fetch, test);
  }
  Found Open(const Cell& cell) const noexcept {
    if (cell.rules < kList) return {cell.rules, nullptr, nullptr};
    const uint32_t* const list = &lists_[cell.rules - kList];
    return {list[1], list + 2, list + 1 + *list};
  }
  template <typename Fetch, typename Test>
  static uint32_t TestAll(const Found* found, size_t* count, uint32_t best, const Fetch& fetch, const Test& test) {
    constexpr std::ptrdiff_t kAhead = 4;  // rules of a crowd that are asked for before their turn
    for (const Found* const end = found + *count; found != end && found->first < best; ++found) {
      if (test(found->first)) {
        best = found->first;
        continue;
      }
      for (const uint32_t* rule = found->rest; rule != found->end && *rule < best; ++rule) {
        if (found->end - rule > kAhead) fetch(rule[kAhead]);
        if (test(*rule)) best = *rule;
      }
    }
    *count = 0;
    return best;
  }

  std::vector<Shape> shapes_;           // by the slot of their first part, then by their first rule
  std::vector<uint32_t> first_shape_;   // by slot, and one more
  std::vector<uint32_t> first_slots_;   // of the first parts
  std::vector<uint8_t> hashed_;         // by slot: some shape looks up the whole value
  std::vector<uint32_t> hashed_slots_;  // the same as a list
  std::vector<Cell> cells_;             // of all shapes, each a table of its own
  std::vector<uint32_t> lists_;         // a count and so many rules, in order
  std::vector<uint32_t> always_;        // in order
  // From a value to the named sets that hold it: a count and so many set ids.
  std::vector<Cell> set_cells_;
  std::vector<uint32_t> set_lists_;
};

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

  void LimitShapes();
  static void FallBack(const std::set<std::vector<RuleIndex::Part>>& kept, Key* key);
  void LimitLengths(PartKind kind);
  void BuildSets(RuleIndex* index) const;

  const Atoms& atoms_;
  std::vector<Entry> entries_;
  std::vector<uint32_t> always_;
};

}  // namespace keyrule::evaluator
