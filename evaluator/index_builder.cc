#include "evaluator/index_builder.h"

#include <algorithm>
#include <map>
#include <span>
#include <utility>

namespace keyrule::evaluator {
namespace {

// Sorts what hashes lead to, and calls `take` for each hash with all it leads to, in order.
template <typename Keys, typename Take>
void ForEachHash(Keys* keys, const Take& take) {
  std::sort(keys->begin(), keys->end());
  keys->erase(std::unique(keys->begin(), keys->end()), keys->end());
  for (size_t i = 0, end = 0; i < keys->size(); i = end) {
    while (end < keys->size() && (*keys)[end].first == (*keys)[i].first) ++end;
    take((*keys)[i].first, std::span(*keys).subspan(i, end - i));
  }
}

}  // namespace

IndexBuilder::Parts IndexBuilder::PartsOf(const Key& key) {
  Parts parts;
  for (const KeyPart& part : key.view()) parts.push_back({part.slot, part.kind, part.length});
  return parts;
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
void IndexBuilder::FallBack(const std::set<Parts>& kept, Key* key) {
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
  Keys members;  // hash of the value, set
  for (const uint32_t set : used) {
    const auto add = [&](uint64_t value) { members.emplace_back(RuleIndex::Combine(0, value), set); };
    if (set % 2 == 0) {
      atoms_.text_set(set / 2).ForEach([&](std::string_view text) { add(RuleIndex::HashText(text)); });
    } else {
      for (const int64_t number : atoms_.number_set(set / 2)) add(RuleIndex::HashNumber(static_cast<uint64_t>(number)));
    }
  }
  Keys cells;
  ForEachHash(&members, [&](uint64_t hash, std::span<const Keys::value_type> sets) {
    cells.emplace_back(hash, static_cast<uint32_t>(index->set_lists_.size()));
    index->set_lists_.push_back(static_cast<uint32_t>(sets.size()));
    for (const auto& [same, set] : sets) index->set_lists_.push_back(set);
  });
  index->sets_ = index->set_cells_.Add(cells);
}

void IndexBuilder::NoteReaches(const RuleIndex& index, std::vector<RuleReach>* reaches) const {
  for (const uint32_t rule : index.always_) (*reaches)[rule].always = true;
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

// The cells of rules whose keys have the same parts.
void IndexBuilder::AddShape(const Parts& parts, Keys* keys, std::vector<Made>* made, RuleIndex* index,
                            std::vector<RuleReach>* reaches) {
  RuleIndex::Shape shape;
  std::copy(parts.begin(), parts.end(), shape.parts.begin());
  shape.part_count = static_cast<uint32_t>(parts.size());
  shape.least_rule = UINT32_MAX;
  Keys cells;
  ForEachHash(keys, [&](uint64_t hash, std::span<const Keys::value_type> rules) {
    for (const auto& [same, rule] : rules) {
      if (reaches != nullptr) (*reaches)[rule].crowd = std::max((*reaches)[rule].crowd, rules.size());
    }
    uint32_t found = rules[0].second;
    shape.least_rule = std::min(shape.least_rule, found);
    shape.longest = std::max(shape.longest, static_cast<uint32_t>(rules.size()));
    ++shape.keys;
    if (rules.size() > 1) {
      found = RuleIndex::kList + static_cast<uint32_t>(index->lists_.size());
      index->lists_.push_back(static_cast<uint32_t>(rules.size()));
      for (const auto& [same, rule] : rules) index->lists_.push_back(rule);
    }
    cells.emplace_back(hash, found);
  });
  made->push_back({shape, index->cells_.Add(cells)});
}

// A number for each part that is hashed, those of a slot one after another; then what each shape looks up.
void IndexBuilder::AddLooks(size_t slot_count, const std::vector<Made>& made, RuleIndex* index) {
  // Of a set it is the value that is hashed, of items each by itself.
  const auto hashed = [](RuleIndex::Part part) {
    return part.kind == PartKind::kInSet ? RuleIndex::Part{part.slot, PartKind::kWhole, 0} : part;
  };
  std::map<RuleIndex::Part, uint32_t> numbers;
  for (const Made& one : made) {
    for (const RuleIndex::Part& part : one.shape.view()) {
      if (part.kind != PartKind::kItem) numbers.emplace(hashed(part), 0);
    }
  }
  index->first_hashed_.assign(slot_count + 1, 0);
  for (auto& [part, number] : numbers) {
    number = static_cast<uint32_t>(index->hashed_.size());
    index->hashed_.push_back(part);
    if (index->first_hashed_[part.slot + 1]++ == 0) ++index->hashed_slots_;
  }
  index->first_look_.assign(slot_count + 1, 0);
  for (const auto& [shape, cells] : made) {
    RuleIndex::Look& look = index->looks_.emplace_back();
    look.slot = shape.parts[0].slot;
    look.least_rule = shape.least_rule;
    look.cells = cells;
    look.part_count = static_cast<uint8_t>(shape.part_count);
    const RuleIndex::Part& first = shape.parts[0];
    if (HasManyValues(first.kind)) look.many = first.kind;
    if (first.kind != PartKind::kItem) look.first = numbers.at(hashed(first));
    for (size_t i = 1; i < shape.part_count; ++i) {
      look.others[i - 1] = {shape.parts[i].slot, numbers.at(hashed(shape.parts[i]))};
    }
    index->shapes_.push_back(shape);
    if (index->first_look_[first.slot + 1]++ == 0) ++index->first_slots_;
  }
  for (size_t slot = 0; slot < slot_count; ++slot) {
    index->first_look_[slot + 1] += index->first_look_[slot];
    index->first_hashed_[slot + 1] += index->first_hashed_[slot];
  }
}

void IndexBuilder::Finish(size_t slot_count, RuleIndex* index, std::vector<RuleReach>* reaches) {
  LimitLengths(PartKind::kPrefix);
  LimitLengths(PartKind::kSuffix);
  LimitShapes();
  BuildSets(index);
  index->always_ = std::move(always_);
  std::map<Parts, Keys> tables;  // hash of the key, rule
  for (const Entry& entry : entries_) {
    tables[PartsOf(entry.key)].emplace_back(RuleIndex::HashKey(entry.key), entry.rule);
  }
  if (reaches != nullptr) NoteReaches(*index, reaches);
  entries_ = {};
  std::vector<Made> made;
  for (auto& [parts, keys] : tables) {
    AddShape(parts, &keys, &made, index, reaches);
    keys = {};
  }
  std::sort(made.begin(), made.end(), [](const Made& one, const Made& other) {
    return std::pair(one.shape.parts[0].slot, one.shape.least_rule) < std::pair(other.shape.parts[0].slot, other.shape.least_rule);
  });
  AddLooks(slot_count, made, index);
}

}  // namespace keyrule::evaluator
