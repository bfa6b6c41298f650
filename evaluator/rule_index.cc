#include "evaluator/rule_index.h"

#define XXH_INLINE_ALL  // short keys are hashed inline
#include <xxhash.h>

#include <algorithm>
#include <bit>
#include <map>
#include <set>

namespace keyrule::evaluator {
namespace {

// Hashes of the index are no part of the meaning: what they find is tested.
constexpr uint64_t kPresentHash = 0xD6E8FEB86659FD93u;

uint64_t HashNumber(uint64_t number) noexcept {
  number = (number ^ number >> 32) * 0xD6E8FEB86659FD93u;
  number = (number ^ number >> 32) * 0xD6E8FEB86659FD93u;
  return number ^ number >> 32;
}

RuleIndex::Part PartOf(const KeyPart& part) { return {part.slot, part.kind, part.length}; }

using Parts = std::vector<RuleIndex::Part>;

Parts PartsOf(const Key& key) {
  Parts parts;
  for (const KeyPart& part : key.view()) parts.push_back(PartOf(part));
  return parts;
}

}  // namespace

uint64_t RuleIndex::HashText(std::string_view text) noexcept { return XXH3_64bits(text.data(), text.size()); }

uint64_t RuleIndex::HashSet(uint32_t set) noexcept { return HashNumber(uint64_t{set} + 0x9E3779B97F4A7C15u); }

bool RuleIndex::HashOther(const Part& part, const Value& value, uint64_t* hash) noexcept {
  switch (part.kind) {
    case PartKind::kPrefix:
    case PartKind::kSuffix: {
      const std::string_view text = value.text();
      if (text.size() < part.length) return false;
      *hash = HashText(part.kind == PartKind::kPrefix ? text.substr(0, part.length)
                                                      : text.substr(text.size() - part.length));
      return true;
    }
    case PartKind::kPresent: *hash = kPresentHash; return true;
    case PartKind::kWhole:
    case PartKind::kItem:
    case PartKind::kInSet: break;  // of these a value may have several
  }
  return false;
}

uint64_t RuleIndex::HashKey(const Key& key) noexcept {
  const auto hash_of = [](const KeyPart& part) {
    switch (part.kind) {
      case PartKind::kWhole:
        return part.is_number ? HashNumber(static_cast<uint64_t>(part.number)) : HashText(part.text);
      case PartKind::kPrefix:
      case PartKind::kSuffix:
      case PartKind::kItem: return HashText(part.text);
      case PartKind::kInSet: return HashSet(static_cast<uint32_t>(part.number));
      case PartKind::kPresent: break;
    }
    return kPresentHash;
  };
  uint64_t rest = 0;
  for (size_t i = 1; i < key.part_count; ++i) rest = Combine(rest, hash_of(key.parts[i]));
  return Combine(rest, hash_of(key.parts[0]));
}

void RuleIndex::HashWhole(std::span<const Value> values, std::span<const uint32_t> slots, IndexScratch* scratch) const {
  if (scratch->hashes.size() < hashed_.size()) scratch->hashes.resize(hashed_.size());
  for (const uint32_t slot : slots) {
    const Value& value = values[slot];
    if (hashed_[slot] == 0 || value.absent()) continue;
    scratch->hashes[slot] =
        value.is_number() ? HashNumber(static_cast<uint64_t>(value.number())) : HashText(value.text());
  }
}

size_t RuleIndex::bytes() const {
  return shapes_.capacity() * sizeof(Shape) + hashed_.capacity() +
         (first_shape_.capacity() + first_slots_.capacity() + hashed_slots_.capacity()) * sizeof(uint32_t) +
         (cells_.capacity() + set_cells_.capacity()) * sizeof(Cell) +
         (lists_.capacity() + always_.capacity() + set_lists_.capacity()) * sizeof(uint32_t);
}

void IndexBuilder::Add(uint32_t rule, const Guard& guard, const GuardMaker& maker) {
  if (!guard) return always_.push_back(rule);
  for (const Key& key : *guard) {
    Entry& entry = entries_.emplace_back(Entry{rule, key});
    // In front what tells most, for it is looked up only where it is given; a part of many values must stand there.
    auto* const parts = entry.key.parts.data();
    std::sort(parts, parts + key.part_count, [&](const KeyPart& one, const KeyPart& other) {
      if (HasManyValues(one.kind) != HasManyValues(other.kind)) return HasManyValues(one.kind);
      const uint32_t a = maker.Distinct(one);
      const uint32_t b = maker.Distinct(other);
      return a != b ? a > b : one.slot < other.slot;
    });
  }
}

// Each length of a prefix or suffix is a look-up of its own: an attribute keeps its commonest and its shortest; longer texts
// are looked up by their beginning.
void IndexBuilder::LimitLengths(PartKind kind) {
  constexpr size_t kMostLengths = 8;
  std::map<uint32_t, std::map<uint32_t, size_t>> lengths;  // by slot: how often each length is used
  for (const Entry& entry : entries_) {
    for (const KeyPart& part : entry.key.view()) {
      if (part.kind == kind) ++lengths[part.slot][part.length];
    }
  }
  std::map<uint32_t, std::set<uint32_t>> kept;
  for (const auto& [slot, counts] : lengths) {
    if (counts.size() <= kMostLengths) continue;
    std::vector<std::pair<size_t, uint32_t>> by_use;
    for (const auto& [length, count] : counts) by_use.emplace_back(count, length);
    std::sort(by_use.rbegin(), by_use.rend());
    std::set<uint32_t>& chosen = kept[slot];
    chosen.insert(counts.begin()->first);
    for (const auto& [count, length] : by_use) {
      if (chosen.size() < kMostLengths) chosen.insert(length);
    }
  }
  if (kept.empty()) return;
  for (Entry& entry : entries_) {
    for (size_t i = 0; i < entry.key.part_count; ++i) {
      KeyPart& part = entry.key.parts[i];
      if (part.kind != kind || !kept.contains(part.slot)) continue;
      part.length = *std::prev(kept[part.slot].upper_bound(part.length));
      part.text = kind == PartKind::kPrefix ? part.text.substr(0, part.length)
                                            : part.text.substr(part.text.size() - part.length);
    }
  }
}

// The rarest shapes of several parts fall back to a commoner one that has most of them, or to their first part alone: there
// are no more of those than attributes have ways to be looked up.
void IndexBuilder::LimitShapes() {
  constexpr size_t kMostShapes = 32;
  std::map<Parts, size_t> counts;
  for (const Entry& entry : entries_) {
    if (entry.key.part_count > 1) ++counts[PartsOf(entry.key)];
  }
  if (counts.size() <= kMostShapes) return;
  std::vector<std::pair<size_t, Parts>> by_use;
  for (const auto& [parts, count] : counts) by_use.emplace_back(count, parts);
  std::sort(by_use.rbegin(), by_use.rend());
  std::set<Parts> kept;
  for (size_t i = 0; i < kMostShapes; ++i) kept.insert(by_use[i].second);
  for (Entry& entry : entries_) {
    if (entry.key.part_count > 1 && !kept.contains(PartsOf(entry.key))) FallBack(kept, &entry.key);
  }
}

// The parts in front tell most, so that they are given up last.
void IndexBuilder::FallBack(const std::set<std::vector<RuleIndex::Part>>& kept, Key* key) {
  static constexpr std::array<std::array<uint8_t, 2>, 3> kPairs = {{{0, 1}, {0, 2}, {1, 2}}};
  for (const auto& [one, other] : kPairs) {
    if (other >= key->part_count) continue;
    Key pair;
    pair.parts[0] = key->parts[one];
    pair.parts[1] = key->parts[other];
    pair.part_count = 2;
    if (!kept.contains(PartsOf(pair))) continue;
    *key = pair;
    return;
  }
  key->part_count = 1;
}

void IndexBuilder::BuildSets(RuleIndex* index) const {
  std::set<uint32_t> used;
  for (const Entry& entry : entries_) {
    for (const KeyPart& part : entry.key.view()) {
      if (part.kind == PartKind::kInSet) used.insert(static_cast<uint32_t>(part.number));
    }
  }
  std::vector<std::pair<uint64_t, uint32_t>> members;  // hash of the value, set
  for (const uint32_t set : used) {
    if (set % 2 == 0) {
      atoms_.text_set(set / 2).ForEach(
          [&](std::string_view text) { members.emplace_back(RuleIndex::HashText(text), set); });
    } else {
      for (const int64_t number : atoms_.number_set(set / 2)) {
        members.emplace_back(HashNumber(static_cast<uint64_t>(number)), set);
      }
    }
  }
  if (members.empty()) return;
  std::sort(members.begin(), members.end());
  index->set_cells_.resize(std::bit_ceil(2 * members.size()));
  const size_t mask = index->set_cells_.size() - 1;
  for (size_t i = 0; i < members.size();) {
    const uint64_t hash = members[i].first;
    const auto begin = static_cast<uint32_t>(index->set_lists_.size());
    index->set_lists_.push_back(0);
    for (; i < members.size() && members[i].first == hash; ++i) {
      index->set_lists_.push_back(members[i].second);
      ++index->set_lists_[begin];
    }
    size_t at = hash & mask;
    while (index->set_cells_[at].rules != RuleIndex::kFree) at = (at + 1) & mask;
    index->set_cells_[at] = {static_cast<uint32_t>(hash >> 32), begin};
  }
}

void IndexBuilder::Finish(size_t slot_count, RuleIndex* index, std::vector<RuleReach>* reaches) {
  LimitLengths(PartKind::kPrefix);
  LimitLengths(PartKind::kSuffix);
  LimitShapes();
  BuildSets(index);
  index->always_ = std::move(always_);

  std::map<Parts, std::vector<std::pair<uint64_t, uint32_t>>> tables;  // hash of the key, rule
  for (const Entry& entry : entries_) {
    tables[PartsOf(entry.key)].emplace_back(RuleIndex::HashKey(entry.key), entry.rule);
  }
  if (reaches != nullptr) {
    for (const uint32_t rule : index->always_) (*reaches)[rule].always = true;
    std::vector<std::set<Parts>> shapes(reaches->size());
    for (const Entry& entry : entries_) {
      RuleReach& reach = (*reaches)[entry.rule];
      if (reach.keys++ == 0) reach.parts = PartsOf(entry.key);
      const auto parts = entry.key.view();
      reach.only_set = reach.only_set || std::all_of(parts.begin(), parts.end(), [](const KeyPart& part) {
        return part.kind == PartKind::kPresent;
      });
      shapes[entry.rule].insert(PartsOf(entry.key));
    }
    for (size_t i = 0; i < shapes.size(); ++i) (*reaches)[i].shapes = shapes[i].size();
  }
  entries_ = {};

  index->hashed_.assign(slot_count, 0);
  for (auto& [parts, keys] : tables) {
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    RuleIndex::Shape& shape = index->shapes_.emplace_back();
    std::copy(parts.begin(), parts.end(), shape.parts.begin());
    shape.part_count = static_cast<uint32_t>(parts.size());
    shape.least_rule = UINT32_MAX;
    for (const RuleIndex::Part& part : parts) {
      if (part.kind == PartKind::kWhole || part.kind == PartKind::kInSet) index->hashed_[part.slot] = 1;
    }
    shape.first_cell = static_cast<uint32_t>(index->cells_.size());
    const size_t cells = std::bit_ceil(2 * keys.size());
    shape.mask = static_cast<uint32_t>(cells - 1);
    index->cells_.resize(index->cells_.size() + cells);
    RuleIndex::Cell* const table = &index->cells_[shape.first_cell];
    for (size_t i = 0; i < keys.size();) {
      const auto [hash, rule] = keys[i];
      size_t end = i;
      for (; end < keys.size() && keys[end].first == hash; ++end) {}
      for (size_t of = i; reaches != nullptr && of < end; ++of) {
        size_t& crowd = (*reaches)[keys[of].second].crowd;
        crowd = std::max(crowd, end - i);
      }
      uint32_t rules = rule;
      if (end - i > 1) {
        rules = RuleIndex::kList + static_cast<uint32_t>(index->lists_.size());
        index->lists_.push_back(static_cast<uint32_t>(end - i));
        for (size_t at = i; at < end; ++at) index->lists_.push_back(keys[at].second);
      }
      size_t at = hash & shape.mask;
      while (table[at].rules != RuleIndex::kFree) at = (at + 1) & shape.mask;
      table[at] = {static_cast<uint32_t>(hash >> 32), rules};
      shape.least_rule = std::min(shape.least_rule, rule);
      shape.longest = std::max(shape.longest, static_cast<uint32_t>(end - i));
      ++shape.keys;
      i = end;
    }
    keys = {};
  }
  std::sort(index->shapes_.begin(), index->shapes_.end(), [](const auto& one, const auto& other) {
    return std::pair(one.parts[0].slot, one.least_rule) < std::pair(other.parts[0].slot, other.least_rule);
  });
  index->first_shape_.assign(slot_count + 1, 0);
  for (const RuleIndex::Shape& shape : index->shapes_) ++index->first_shape_[shape.parts[0].slot + 1];
  for (size_t slot = 0; slot < slot_count; ++slot) index->first_shape_[slot + 1] += index->first_shape_[slot];
  for (uint32_t slot = 0; slot < slot_count; ++slot) {
    if (index->first_shape_[slot] != index->first_shape_[slot + 1]) index->first_slots_.push_back(slot);
    if (index->hashed_[slot] != 0) index->hashed_slots_.push_back(slot);
  }
  index->cells_.shrink_to_fit();
  index->lists_.shrink_to_fit();
}

}  // namespace keyrule::evaluator
