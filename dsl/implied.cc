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

Implied::Values Either(const Implied::Values& a, const Implied::Values& b) {
  if (a == nullptr || b == nullptr) return nullptr;
  if (a == b) return a;
  List all;
  std::set_union(a->begin(), a->end(), b->begin(), b->end(), std::back_inserter(all));
  return std::make_shared<const List>(std::move(all));
}

// Sets of at least this many values are compared once; looking for it costs more with shorter ones.
constexpr size_t kLong = 64;

bool Has(const List& list, std::string_view value) {
  return std::binary_search(list.begin(), list.end(), value);
}

}  // namespace

Implied::Values Implied::Both(const Values& a, const Values& b) {
  if (a == nullptr || a == b) return b;
  if (b == nullptr) return a;
  const Values& shorter = a->size() < b->size() ? a : b;
  const Values& longer = a->size() < b->size() ? b : a;
  const bool keep = shorter->size() >= kLong;
  if (keep) {
    const auto known = both_.find({shorter, longer});
    if (known != both_.end()) return known->second;
  }
  List common;
  std::copy_if(shorter->begin(), shorter->end(), std::back_inserter(common),
               [&](std::string_view value) { return Has(*longer, value); });
  Values values = std::make_shared<const List>(std::move(common));
  if (keep) both_.emplace(std::pair(shorter, longer), values);
  return values;
}

Implied::Values Implied::Of(const Condition& condition, uint32_t slot, bool truth) {
  return std::visit(
      Overloaded{
          [&](const All& all) { return OfTerms(all.terms, slot, truth, truth); },
          [&](const Any& any) { return OfTerms(any.terms, slot, truth, !truth); },
          [&](const Not& negated) { return Of(negated.term.front(), slot, !truth); },
          [&](const Bare& bare) {
            return bare.let == kUnresolved ? Values() : OfLet(bare.let, slot, truth);
          },
          [&](const Comparison& comparison) {
            const CompareOp needed = truth ? CompareOp::kEqual : CompareOp::kNotEqual;
            const auto* text = std::get_if<Text>(&comparison.constant);
            if (comparison.path.slot != slot || comparison.op != needed || text == nullptr) {
              return Values();
            }
            return Sorted({text->value});
          },
          [&](const Membership& membership) { return OfMembership(membership, slot, truth); },
          [](const auto&) { return Values(); }},
      condition.node);
}

Implied::Values Implied::OfTerms(const std::vector<Condition>& terms, uint32_t slot, bool truth,
                                 bool conjunction) {
  Values values = Of(terms.front(), slot, truth);
  for (size_t i = 1; i < terms.size(); ++i) {
    if (!conjunction && values == nullptr) break;
    const Values term = Of(terms[i], slot, truth);
    values = conjunction ? Both(values, term) : Either(values, term);
  }
  return values;
}

Implied::Values Implied::OfLet(uint32_t let, uint32_t slot, bool truth) {
  const uint64_t key = uint64_t{let} << 33 | uint64_t{slot} << 1 | (truth ? 1U : 0U);
  if (const auto at = lets_.find(key); at != lets_.end()) return at->second;
  Values values;
  if (const auto* condition = std::get_if<Condition>(&policy_.lets[let].value)) {
    values = Of(*condition, slot, truth);
  }
  lets_.emplace(key, values);
  return values;
}

Implied::Values Implied::OfMembership(const Membership& membership, uint32_t slot, bool truth) {
  if (membership.path.slot != slot || membership.negated == truth) return nullptr;
  if (const auto* texts = std::get_if<TextList>(&membership.set)) {
    List list;
    for (const Text& item : texts->items) list.push_back(item.value);
    return Sorted(std::move(list));
  }
  const auto* name = std::get_if<ListName>(&membership.set);
  if (name == nullptr) return nullptr;
  if (name->table != kUnresolved) return KeysOf(name->table);
  return name->let != kUnresolved ? ItemsOf(name->let) : nullptr;
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

Implied::Values Implied::ProvidersOf(uint32_t pool) {
  Values& providers = providers_[pool];
  if (providers == nullptr) {
    List list;
    for (const Text& provider : policy_.pools[pool].providers) list.push_back(provider.value);
    providers = Sorted(std::move(list));
  }
  return providers;
}

bool Implied::Contains(const Values& outer, const Values& inner) {
  if (inner->size() > outer->size()) return false;
  if (outer == inner) return true;
  const bool keep = inner->size() >= kLong;
  if (keep) {
    const auto known = contained_.find({outer, inner});
    if (known != contained_.end()) return known->second;
  }
  const bool contains = std::all_of(inner->begin(), inner->end(),
                                    [&](std::string_view value) { return Has(*outer, value); });
  if (keep) contained_.emplace(std::pair(outer, inner), contains);
  return contains;
}

}  // namespace keyrule::dsl
