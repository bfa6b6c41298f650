#include "dsl/implied.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace keyrule::dsl {
namespace {

using List = std::vector<std::string_view>;

Implied::Values Sorted(List list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
  return std::make_shared<const List>(std::move(list));
}

bool Has(const List& sorted, std::string_view value) {
  return std::binary_search(sorted.begin(), sorted.end(), value);
}

// What is taken away is only followed while it is short: a table may have a million keys.
constexpr size_t kMostExcluded = 1'000;

bool IsShort(const Implied::Values& list) {
  return list == nullptr || list->size() <= kMostExcluded;
}

// `list` without what is in `taken`; null stands for none.
Implied::Values Without(const Implied::Values& list, const Implied::Values& taken) {
  if (taken == nullptr || list == nullptr || taken->empty()) return list;
  List left;
  std::copy_if(list->begin(), list->end(), std::back_inserter(left),
               [&](std::string_view value) { return !Has(*taken, value); });
  return std::make_shared<const List>(std::move(left));
}

Implied::Values Union(const Implied::Values& a, const Implied::Values& b) {
  if (a == nullptr || a == b) return b;
  if (b == nullptr) return a;
  List all;
  std::set_union(a->begin(), a->end(), b->begin(), b->end(), std::back_inserter(all));
  return std::make_shared<const List>(std::move(all));
}

// Lists of at least this many values are compared once; to look that up costs more than shorter ones.
constexpr size_t kLong = 64;

}  // namespace

bool Implied::Known::Allows(std::string_view value) const {
  return (list != nullptr && Has(*list, value)) != all_but;
}

Implied::Values Implied::Common(const Values& a, const Values& b) {
  if (a == nullptr || b == nullptr) return nullptr;
  if (a == b) return a;
  const Values& shorter = a->size() < b->size() ? a : b;
  const Values& longer = a->size() < b->size() ? b : a;
  const bool keep = shorter->size() >= kLong;
  if (keep) {
    const auto known = common_.find({shorter, longer});
    if (known != common_.end()) return known->second;
  }
  List common;
  std::copy_if(shorter->begin(), shorter->end(), std::back_inserter(common),
               [&](std::string_view value) { return Has(*longer, value); });
  Values values = std::make_shared<const List>(std::move(common));
  if (keep) common_.emplace(std::pair(shorter, longer), values);
  return values;
}

Implied::Known Implied::Both(const Known& a, const Known& b) {
  if (a.all_but && b.all_but) {
    if (!IsShort(a.list)) return b;
    return {IsShort(b.list) ? Union(a.list, b.list) : a.list, true};
  }
  if (a.all_but) return {Without(b.list, a.list), false};
  if (b.all_but) return {Without(a.list, b.list), false};
  return {Common(a.list, b.list), false};
}

Implied::Known Implied::Either(const Known& a, const Known& b) {
  if (!a.all_but && !b.all_but) return {Union(a.list, b.list), false};
  if (!IsShort(a.all_but ? a.list : nullptr) || !IsShort(b.all_but ? b.list : nullptr)) return {};
  if (a.all_but && b.all_but) return {Common(a.list, b.list), true};
  return {a.all_but ? Without(a.list, b.list) : Without(b.list, a.list), true};
}

Implied::Values Implied::Of(const Condition& condition, uint32_t slot, bool truth) {
  const Known known = KnownOf(condition, slot, truth);
  return known.all_but ? nullptr : known.list;
}

Implied::Known Implied::KnownOf(const Condition& condition, uint32_t slot, bool truth) {
  return std::visit(
      Overloaded{
          [&](const All& all) { return OfTerms(all.terms, slot, truth, truth); },
          [&](const Any& any) { return OfTerms(any.terms, slot, truth, !truth); },
          [&](const Not& negated) { return KnownOf(negated.term.front(), slot, !truth); },
          [&](const Bare& bare) {
            return bare.let == kUnresolved ? Known() : OfLet(bare.let, slot, truth);
          },
          [&](const Comparison& comparison) {
            const auto* text = std::get_if<Text>(&comparison.constant);
            const bool equality = comparison.op == CompareOp::kEqual ||
                                  comparison.op == CompareOp::kNotEqual;
            if (comparison.path.slot != slot || !equality || text == nullptr) return Known();
            return Known{Sorted({text->value}), (comparison.op == CompareOp::kEqual) != truth};
          },
          [&](const Membership& membership) { return OfMembership(membership, slot, truth); },
          [](const auto&) { return Known(); }},
      condition.node);
}

Implied::Known Implied::OfTerms(const std::vector<Condition>& terms, uint32_t slot, bool truth,
                                bool conjunction) {
  Known known = KnownOf(terms.front(), slot, truth);
  for (size_t i = 1; i < terms.size(); ++i) {
    if (!conjunction && known.all_but && known.list == nullptr) break;  // everything already
    const Known term = KnownOf(terms[i], slot, truth);
    known = conjunction ? Both(known, term) : Either(known, term);
  }
  return known;
}

Implied::Known Implied::OfLet(uint32_t let, uint32_t slot, bool truth) {
  const uint64_t key = uint64_t{let} << 33 | uint64_t{slot} << 1 | (truth ? 1U : 0U);
  if (const auto at = lets_.find(key); at != lets_.end()) return at->second;
  Known known;
  if (const auto* condition = std::get_if<Condition>(&policy_.lets[let].value)) {
    known = KnownOf(*condition, slot, truth);
  }
  lets_.emplace(key, known);
  return known;
}

Implied::Known Implied::OfMembership(const Membership& membership, uint32_t slot, bool truth) {
  if (membership.path.slot != slot) return {};
  const bool all_but = membership.negated == truth;
  if (const auto* texts = std::get_if<TextList>(&membership.set)) {
    List list;
    for (const Text& item : texts->items) list.push_back(item.value);
    return {Sorted(std::move(list)), all_but};
  }
  const auto* name = std::get_if<ListName>(&membership.set);
  if (name == nullptr) return {};
  if (name->table != kUnresolved) return {KeysOf(name->table), all_but};
  const Values items = name->let != kUnresolved ? ItemsOf(name->let) : nullptr;
  if (items == nullptr) return {};
  return {items, all_but};
}

Implied::Values Implied::KeysOf(uint32_t table) {
  Values& keys = keys_[table];
  if (keys == nullptr) {
    List list;
    for (const TableEntry& entry : policy_.tables[table].entries()) list.push_back(entry.key.value);
    keys = Sorted(std::move(list));
  }
  return keys;
}

Implied::Values Implied::ItemsOf(uint32_t let) {
  const auto* texts = std::get_if<TextList>(&policy_.lets[let].value);
  if (texts == nullptr) return nullptr;
  Values& items = items_[let];
  if (items == nullptr) {
    List list;
    for (const Text& item : texts->items) list.push_back(item.value);
    items = Sorted(std::move(list));
  }
  return items;
}

bool Contains(const std::vector<std::string_view>& outer,
              const std::vector<std::string_view>& inner) {
  if (inner.size() > outer.size()) return false;
  return &outer == &inner || std::all_of(inner.begin(), inner.end(), [&](std::string_view value) {
    return std::binary_search(outer.begin(), outer.end(), value);
  });
}

bool Containment::Of(const Implied::Values& outer, const Implied::Values& inner) {
  if (inner->size() < kLong || inner->size() > outer->size()) return Contains(*outer, *inner);
  const auto [known, is_new] = known_.try_emplace({outer, inner}, false);
  if (is_new) known->second = Contains(*outer, *inner);
  return known->second;
}

}  // namespace keyrule::dsl
