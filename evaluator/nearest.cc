#include "evaluator/nearest.h"

#include <algorithm>
#include <limits>

#include "evaluator/condition_walk.h"

namespace keyrule::evaluator {
namespace {

using dsl::Condition;
using dsl::Type;

// Bounds, so that explaining a request by a large policy stays a matter of seconds.
constexpr size_t kMostRuns = 4'000'000;
constexpr size_t kMostPairs = 20'000;
constexpr size_t kMostOffers = 400;
constexpr size_t kMostOfOneSet = 40;
// How many made-up values are tried for a share: enough to meet one of 1 % almost surely.
constexpr int kShareTries = 300;

bool Same(const Value& a, const Value& b) {
  return a.kind() == b.kind() && a.text() == b.text() && a.number() == b.number() &&
         std::equal(a.list().begin(), a.list().end(), b.list().begin(), b.list().end());
}

// A text that the pattern is like: its stars stand for nothing.
std::string Unstarred(std::string_view pattern) {
  std::string text;
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '\\' && i + 1 < pattern.size() && pattern[i + 1] == '*') {
      text += pattern[++i];
    } else if (pattern[i] != '*') {
      text += pattern[i];
    }
  }
  return text;
}

// The text of a pattern that is nothing but a text, perhaps anchored; otherwise empty.
std::string Plain(std::string_view pattern) {
  if (pattern.starts_with('^')) pattern.remove_prefix(1);
  if (pattern.ends_with('$')) pattern.remove_suffix(1);
  const bool plain = pattern.find_first_of("\\^$.|?*+()[]{}") == std::string_view::npos;
  return plain ? std::string(pattern) : std::string();
}

}  // namespace

NearestFinder::NearestFinder(const Program& program, std::span<const Value> values, int64_t now_ms)
    : program_(program), values_(values.begin(), values.end()), now_ms_(now_ms) {}

void NearestFinder::Offer(uint32_t slot, Value value) {
  const dsl::Attribute& attribute = program_.policy->slots[slot];
  if (offers_.size() >= kMostOffers || !FitsSlot(attribute, value)) return;
  if (value.absent() && !attribute.optional && attribute.type != Type::kListOfString) return;
  if (Same(value, values_[slot])) return;
  const bool known = std::any_of(offers_.begin(), offers_.end(), [&](const Change& offer) {
    return offer.slot == slot && Same(offer.value, value);
  });
  if (!known) offers_.push_back({slot, value});
}

void NearestFinder::OfferText(uint32_t slot, std::string_view text) {
  if (offers_.size() >= kMostOffers) return;
  const dsl::Attribute& attribute = program_.policy->slots[slot];
  if (attribute.type == Type::kEnum &&
      std::none_of(attribute.values.begin(), attribute.values.end(),
                   [text](const dsl::Text& value) { return value.value == text; })) {
    return;
  }
  Offer(slot, Value::Text(texts_.emplace_back(text)));
}

void NearestFinder::OfferNumber(uint32_t slot, int64_t number) {
  const bool time = program_.policy->slots[slot].type == Type::kTimestamp;
  for (const int64_t step : {0, -1, 1}) {
    if (step < 0 ? number == std::numeric_limits<int64_t>::min()
                 : step > 0 && number == std::numeric_limits<int64_t>::max()) {
      continue;
    }
    Offer(slot, time ? Value::Timestamp(number + step) : Value::Integer(number + step));
  }
}

void NearestFinder::Collect(const Condition& condition, std::vector<bool>* lets) {
  if (const auto* all = std::get_if<dsl::All>(&condition.node)) {
    for (const Condition& term : all->terms) Collect(term, lets);
  } else if (const auto* any = std::get_if<dsl::Any>(&condition.node)) {
    for (const Condition& term : any->terms) Collect(term, lets);
  } else if (const auto* negation = std::get_if<dsl::Not>(&condition.node)) {
    Collect(negation->term.front(), lets);
  } else if (const auto* bare = std::get_if<dsl::Bare>(&condition.node);
             bare != nullptr && bare->let != dsl::kUnresolved) {
    if ((*lets)[bare->let]) return;
    (*lets)[bare->let] = true;
    Collect(std::get<Condition>(program_.policy->lets[bare->let].value), lets);
  } else {
    CollectAtom(condition);
  }
}

void NearestFinder::CollectAtom(const Condition& atom) {
  const dsl::Path* path = PathOf(atom);
  if (path == nullptr || path->slot == dsl::kUnresolved) return;  // nobody can change the time
  const uint32_t slot = path->slot;
  const dsl::Attribute& attribute = program_.policy->slots[slot];
  if (const auto* comparison = std::get_if<dsl::Comparison>(&atom.node)) {
    std::visit(dsl::Overloaded{
                   [&](const dsl::Text& text) { OfferText(slot, text.value); },
                   [&](const dsl::Integer& number) { OfferNumber(slot, number.value); },
                   [&](const dsl::Timestamp& time) { OfferNumber(slot, time.unix_ms); }},
               comparison->constant);
  } else if (const auto* member = std::get_if<dsl::Membership>(&atom.node)) {
    CollectSet(slot, *member);
  } else if (const auto* test = std::get_if<dsl::TextTest>(&atom.node)) {
    const std::string_view text = test->text.value;
    if (attribute.type == Type::kListOfString) {
      std::vector<std::string_view>& more = lists_.emplace_back(
          values_[slot].list().begin(), values_[slot].list().end());
      std::vector<std::string_view>& less = lists_.emplace_back(more);
      std::erase(less, text);
      more.emplace_back(text);
      Offer(slot, Value::List(more));
      Offer(slot, Value::List(less));
    } else if (test->op == dsl::TextOp::kLike) {
      OfferText(slot, Unstarred(text));
    } else {
      OfferText(slot, test->op == dsl::TextOp::kMatches ? Plain(text) : text);
    }
  }
  // Whatever else might do, when the atom must not hold.
  if (attribute.type == Type::kBool) {
    Offer(slot, Value::Bool(true));
    Offer(slot, Value::Bool(false));
  }
  for (const dsl::Text& value : attribute.values) OfferText(slot, value.value);
  Offer(slot, Value());
  if (attribute.type == Type::kString) OfferText(slot, "other");
}

void NearestFinder::CollectSet(uint32_t slot, const dsl::Membership& member) {
  const dsl::TextList* texts = std::get_if<dsl::TextList>(&member.set);
  const dsl::IntegerList* integers = std::get_if<dsl::IntegerList>(&member.set);
  if (std::holds_alternative<dsl::Share>(member.set)) {
    for (int i = 1; i <= kShareTries; ++i) {
      if (program_.policy->slots[slot].type == Type::kInt) {
        Offer(slot, Value::Integer(i));
      } else {
        OfferText(slot, std::to_string(i));
      }
    }
  }
  if (const auto* name = std::get_if<dsl::ListName>(&member.set)) {
    if (name->table != dsl::kUnresolved) {
      const auto& entries = program_.policy->tables[name->table].entries();
      for (size_t i = 0; i < std::min(entries.size(), kMostOfOneSet); ++i) {
        OfferText(slot, entries[i].key.value);
      }
    } else {
      const auto& value = program_.policy->lets[name->let].value;
      texts = std::get_if<dsl::TextList>(&value);
      integers = std::get_if<dsl::IntegerList>(&value);
    }
  }
  if (texts != nullptr) {
    for (size_t i = 0; i < std::min(texts->items.size(), kMostOfOneSet); ++i) {
      OfferText(slot, texts->items[i].value);
    }
  }
  if (integers != nullptr) {
    for (size_t i = 0; i < std::min(integers->items.size(), kMostOfOneSet); ++i) {
      OfferNumber(slot, integers->items[i].value);
    }
  }
}

bool NearestFinder::Holds(size_t rule) {
  if (rule + 1 >= program_.rules.size()) return true;
  program_.code.Begin(&scratch_.named);
  runs_ += scratch_.named.size() / 64;  // to clear it takes time as well
  return program_.code.Run(program_.rules[rule].entry, values_, now_ms_, scratch_.named);
}

bool NearestFinder::Decides(size_t rule) {
  ++runs_;
  if (!Holds(rule)) return false;
  const size_t match = program_.Match(values_, now_ms_, &scratch_);
  runs_ += std::min(match, rule);
  return match == rule;
}

std::optional<std::vector<Change>> NearestFinder::Find(size_t rule) {
  const dsl::Policy& policy = *program_.policy;
  if (runs_ >= kMostRuns) return std::nullopt;
  offers_.clear();
  std::vector<bool> lets(policy.lets.size(), false);
  if (rule < policy.rules.size() && policy.rules[rule].when) Collect(*policy.rules[rule].when, &lets);
  for (size_t earlier = program_.Match(values_, now_ms_, &scratch_); earlier < rule; ++earlier) {
    ++runs_;
    if (policy.rules[earlier].when && Holds(earlier)) Collect(*policy.rules[earlier].when, &lets);
  }

  const std::vector<Value> request = values_;
  const auto attempt = [&](const Change& change) { values_[change.slot] = change.value; };
  const auto undo = [&](const Change& change) { values_[change.slot] = request[change.slot]; };
  for (const Change& change : offers_) {
    attempt(change);
    const bool found = Decides(rule);
    undo(change);
    if (found) return std::vector<Change>{change};
    if (runs_ >= kMostRuns) return std::nullopt;
  }
  size_t pairs = 0;
  for (size_t i = 0; i < offers_.size(); ++i) {
    for (size_t j = i + 1; j < offers_.size(); ++j) {
      if (offers_[i].slot == offers_[j].slot) continue;
      if (++pairs > kMostPairs || runs_ >= kMostRuns) return std::nullopt;
      attempt(offers_[i]);
      attempt(offers_[j]);
      const bool found = Decides(rule);
      undo(offers_[i]);
      undo(offers_[j]);
      if (found) return std::vector<Change>{offers_[i], offers_[j]};
    }
  }
  return std::nullopt;
}

}  // namespace keyrule::evaluator
