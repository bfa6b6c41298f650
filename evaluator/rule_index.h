// The pass `index`: from the values of a request to the few rules that may decide it. Tuple-space search: rules whose keys
// look at the same parts of the same attributes share a table, and each such shape costs one look-up, however many rules it
// has. What a look-up finds is tested by the rule's own code, so that the index need never be exact; it may find too much,
// never too little.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "evaluator/guard.h"
#include "evaluator/hash.h"
#include "evaluator/hash_buckets.h"
#include "evaluator/match_scratch.h"
#include "evaluator/request.h"

namespace keyrule::evaluator {

class RuleIndex {
 public:
  explicit RuleIndex(std::pmr::memory_resource* memory = std::pmr::get_default_resource()) : cells_(memory), lists_(memory) {}

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
    uint32_t keys = 0;
    uint32_t longest = 0;     // rules that one key leads to, at most

    std::span<const Part> view() const { return std::span(parts).first(part_count); }
  };

  // Calls `rules.Holds(rule)` for rules that may hold, and returns the first in order for which it is true, or `none`, below
  // which no rule is asked. `given` are the slots that are not absent. `rules.Fetch(rule)` asks memory for what that will read.
  template <typename Rules>
  [[gnu::always_inline]] uint32_t Find(const Value* values, std::span<const uint32_t> given, uint32_t none,
                                       IndexScratch* scratch, const Rules& rules) const {
    HashParts(values, given, scratch);
    const uint64_t* const hashes = scratch->hashes.data();
    // Collected, and the cells asked for, before the first is looked at: they come from memory together.
    std::array<Probe, 32> probes;
    Pending pending{probes.data(), probes.data(), probes.data() + probes.size(), none};
    const auto look_up = [&](const Look& look) __attribute__((always_inline)) {
      uint64_t rest = 0;
      if (look.part_count > 1 && !HashRest(look, values, hashes, &rest)) return;
      if (look.many == PartKind::kWhole) [[likely]] {
        if (const uint64_t hash = hashes[look.first]; hash != 0) Push(&pending, look, Combine(rest, hash), rules);
      } else {  // of a copy, so that nothing but this can change it, as far as a compiler can see
        Pending copy = pending;
        LookUpMany(look, rest, values, hashes, &copy, rules);
        pending = copy;
      }
    };
    // Requests give few of many attributes, or policies look at few of those given.
    if (first_slots_ <= given.size()) {
      for (const Look& look : looks_) {
        if (look.least_rule < pending.best && !values[look.slot].absent()) look_up(look);
      }
    } else {
      for (const uint32_t slot : given) {
        const Look* const last = looks_.data() + first_look_[slot + 1];
        for (const Look* look = looks_.data() + first_look_[slot]; look != last; ++look) {
          if (look->least_rule >= pending.best) break;  // so are those behind it
          look_up(*look);
        }
      }
    }
    const uint32_t best = Flush(pending, rules);
    for (const uint32_t rule : always_) {
      if (rule >= best) break;
      if (rules.Holds(rule)) return rule;
    }
    return best;
  }

  const std::vector<Shape>& shapes() const { return shapes_; }
  const std::vector<uint32_t>& always() const { return always_; }
  size_t bytes() const;
  size_t PackedBytes() const noexcept { return cells_.PackedBytes() + PackedMemory::BytesOf(lists_); }
  void Pack(PackedMemory* memory) {
    cells_.Pack(memory);
    memory->Pack(&lists_);
  }

 private:
  friend class IndexBuilder;  // makes it

  // What cells lead to: a rule, or kList + where its rules stand in lists_.
  static constexpr uint32_t kList = uint32_t{1} << 31;

  // What a look-up needs of its shape.
  struct Look {
    struct Other {
      uint32_t slot = 0;
      uint32_t hash = 0;  // its number
    };
    uint32_t slot = 0;   // of its first part
    uint32_t least_rule = 0;
    HashBuckets::Table cells;
    uint32_t first = 0;  // the number of its first part's hash; of kInSet that of the whole value
    std::array<Other, kMostParts - 1> others;
    uint8_t part_count = 0;
    PartKind many = PartKind::kWhole;  // kItem, kInSet: the first part is such a one; else none is
  };

  struct Probe {
    const Look* look;
    uint64_t hash;
  };
  // Look-ups to come, and the first rule that holds of those that were looked at.
  struct Pending {
    Probe* first;
    Probe* next;  // where there is room
    Probe* end;
    uint32_t best;
  };

  // Never 0.
  [[gnu::always_inline]] static uint64_t HashText(std::string_view text) noexcept { return QuickHash(text) | 1; }
  static uint64_t HashNumber(uint64_t number) noexcept;
  static uint64_t HashSet(uint32_t set) noexcept;
  // Of parts in their order.
  static uint64_t Combine(uint64_t hash, uint64_t part) noexcept {
    hash = (hash ^ (part << 29 | part >> 35)) * 0x9E3779B97F4A7C15u;
    return hash ^ hash >> 32;
  }
  // Of a part that a value meets in one way; 0: it does not. `value` is not absent.
  [[gnu::always_inline]] static uint64_t HashPart(const Part& part, const Value& value) noexcept {
    if (part.kind == PartKind::kWhole && value.kind() == ValueKind::kText) [[likely]] return HashText(value.text());
    return HashRarePart(part, value);
  }
  // But for a whole text, which most parts are.
  static uint64_t HashRarePart(const Part& part, const Value& value) noexcept;
  static uint64_t HashKey(const Key& key) noexcept;

  // Those of slots that are not given stay what they were.
  [[gnu::always_inline]] void HashParts(const Value* values, std::span<const uint32_t> given, IndexScratch* scratch) const {
    if (scratch->hashes.size() < hashed_.size()) [[unlikely]] scratch->hashes.resize(hashed_.size());
    uint64_t* const hashes = scratch->hashes.data();
    if (hashed_slots_ <= given.size()) {
      uint64_t* hash = hashes;
      for (const Part& part : hashed_) {
        const Value& value = values[part.slot];
        if (!value.absent()) *hash = HashPart(part, value);
        ++hash;
      }
      return;
    }
    for (const uint32_t slot : given) {
      const uint32_t end = first_hashed_[slot + 1];
      for (uint32_t i = first_hashed_[slot]; i < end; ++i) hashes[i] = HashPart(hashed_[i], values[slot]);
    }
  }
  // Of the parts behind the first. False: the value does not meet one.
  [[gnu::always_inline]] static bool HashRest(const Look& look, const Value* values, const uint64_t* hashes,
                                              uint64_t* rest) noexcept {
    for (size_t i = 0; i + 1 < look.part_count; ++i) {
      const Look::Other& other = look.others[i];
      const uint64_t hash = hashes[other.hash];
      if (values[other.slot].absent() || hash == 0) return false;
      *rest = Combine(*rest, hash);
    }
    return true;
  }
  // Calls `take(hash)` for each named set that may hold the value of this hash.
  template <typename Take>
  void ForEachSet(uint64_t value_hash, const Take& take) const {
    set_cells_.ForEach(sets_, Combine(0, value_hash), [&](uint32_t place) {
      const uint32_t* const sets = &set_lists_[place];
      for (uint32_t i = 1; i <= sets[0]; ++i) take(HashSet(sets[i]));
    });
  }

  // What a look-up has found: one rule, or several in order.
  struct Found {
    uint32_t first;
    const uint32_t* rest;  // behind the first; null: there are none
    const uint32_t* end;
  };

  template <typename Rules>
  [[gnu::always_inline]] void Push(Pending* pending, const Look& look, uint64_t hash, const Rules& rules) const {
    if (pending->next == pending->end) [[unlikely]] {
      pending->best = FlushApart(*pending, rules);
      pending->next = pending->first;
    }
    cells_.Fetch(look.cells, hash);
    *pending->next++ = {&look, hash};
  }
  // Of a first part that a value may meet in several ways.
  template <typename Rules>
  [[gnu::noinline]] void LookUpMany(const Look& look, uint64_t rest, const Value* values, const uint64_t* hashes,
                                    Pending* pending, Rules rules) const {
    const auto each = [&](uint64_t hash) { Push(pending, look, Combine(rest, hash), rules); };
    if (look.many == PartKind::kInSet) return ForEachSet(hashes[look.first], each);
    for (std::string_view item : values[look.slot].list()) each(HashText(item));
  }

  // Again all is asked for before the first is looked at; then in the order of rules, so that the first that holds is it.
  template <typename Rules>
  [[gnu::always_inline]] uint32_t Flush(const Pending& pending, const Rules& rules) const {
    std::array<Found, 8> found;
    size_t count = 0;
    uint32_t best = pending.best;
    const auto take = [&](uint32_t leads_to) __attribute__((always_inline)) {
      const Found one = Open(leads_to);
      if (one.first >= best) return;
      rules.Fetch(one.first);
      if (count == found.size()) [[unlikely]] {
        best = TestAllApart(found.data(), count, best, rules);
        count = 0;
      }
      size_t place = count++;
      for (; place > 0 && found[place - 1].first > one.first; --place) found[place] = found[place - 1];
      // One by one: a processor that loads two of them at once, as a copy would, waits until both have reached its cache.
      found[place].first = one.first;
      found[place].rest = one.rest;
      found[place].end = one.end;
    };
    for (const Probe* probe = pending.first; probe != pending.next; ++probe) {
      cells_.ForEach(probe->look->cells, probe->hash, take);
    }
    return TestAll(found.data(), count, best, rules);
  }
  // By value, and apart: of more than there is room for.
  template <typename Rules>
  [[gnu::noinline]] uint32_t FlushApart(Pending pending, Rules rules) const {
    return Flush(pending, rules);
  }
  template <typename Rules>
  [[gnu::noinline]] static uint32_t TestAllApart(const Found* found, size_t count, uint32_t best, Rules rules) {
    return TestAll(found, count, best, rules);
  }
  Found Open(uint32_t leads_to) const noexcept {
    if (leads_to < kList) return {leads_to, nullptr, nullptr};
    const uint32_t* const list = &lists_[leads_to - kList];
    return {list[1], list + 2, list + 1 + *list};
  }
  template <typename Rules>
  [[gnu::always_inline]] static uint32_t TestAll(const Found* found, size_t count, uint32_t best, const Rules& rules) {
    constexpr std::ptrdiff_t kAhead = 4;  // rules of a crowd that are asked for before their turn
    for (const Found* const end = found + count; found != end && found->first < best; ++found) {
      const uint32_t* rest = found->rest;
      for (uint32_t rule = found->first; rule < best; rule = *rest++) {  // in one place, for it is inlined
        if (rest != nullptr && found->end - rest > kAhead) rules.Fetch(rest[kAhead]);
        if (rules.Holds(rule)) best = rule;
        if (rest == found->end) break;
      }
    }
    return best;
  }

  std::vector<Look> looks_;            // by the slot of their first part, then by their first rule
  std::vector<uint32_t> first_look_;   // by slot, and one more
  size_t first_slots_ = 0;             // how many first parts' slots there are
  std::vector<Part> hashed_;           // the parts that are hashed for each request, by slot
  std::vector<uint32_t> first_hashed_;  // by slot, and one more
  size_t hashed_slots_ = 0;             // how many slots those are
  HashBuckets cells_;                   // of all shapes, each a table of its own
  std::pmr::vector<uint32_t> lists_;    // a count and so many rules, in order
  std::vector<uint32_t> always_;        // in order
  // From a value to the named sets that hold it: a count and so many set ids.
  HashBuckets set_cells_;
  HashBuckets::Table sets_;
  std::vector<uint32_t> set_lists_;
  std::vector<Shape> shapes_;           // beside looks_: for explaining
};

}  // namespace keyrule::evaluator
