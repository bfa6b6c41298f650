#include "evaluator/program.h"

#include "evaluator/prefetch.h"

namespace keyrule::evaluator {

// A request at the rules of a program. Few words, for they are passed on by value.
template <bool kNames>
struct Program::Asked {
  const Program* program;
  const Value* values;
  int64_t now_ms;
  MatchScratch* scratch;

  [[gnu::always_inline]] bool Holds(uint32_t rule) const noexcept {
    return program->lines[rule].Holds(values, [this](Jump rest) __attribute__((always_inline)) {
      return program->code.For<kNames>(values, now_ms, scratch->named.data())(rest);
    });
  }
  // Asks memory for most of what is read beside the line if the rule decides, as most do that come so far.
  KEYRULE_PREFETCHES void Fetch(uint32_t rule) const noexcept {
    scratch->expected.FetchOfRule(rule);
    const RuleLine& line = program->lines[rule];
    program->code.Fetch(line.rest());
    if (line.course == RuleLine::Course::kByArms || line.is_tagged) {
      Prefetch(&program->rules[rule]);
      Prefetch(&program->rules[rule].first_arm);
    }
    scratch->expected.FetchOfName(line.name);
  }
};

template <bool kNames>
size_t Program::FindInTurn(const Value* values, int64_t now_ms, MatchScratch* scratch) const {
  return scan.Find(values, &scratch->scan, Asked<kNames>{this, values, now_ms, scratch});
}

template <bool kNames>
size_t Program::FindByIndex(const Value* values, std::span<const uint32_t> given, int64_t now_ms, MatchScratch* scratch) const {
  return index.Find(values, given, static_cast<uint32_t>(rules.size() - 1), &scratch->index,
                    Asked<kNames>{this, values, now_ms, scratch});
}

size_t Program::MatchWithNames(const Value* values, std::span<const uint32_t> given, int64_t now_ms,
                               MatchScratch* scratch) const {
  code.Begin(&scratch->named);
  return indexed ? FindByIndex<true>(values, given, now_ms, scratch) : FindInTurn<true>(values, now_ms, scratch);
}

template size_t Program::FindInTurn<false>(const Value*, int64_t, MatchScratch*) const;
template size_t Program::FindByIndex<false>(const Value*, std::span<const uint32_t>, int64_t, MatchScratch*) const;

void Program::Pack() {
  memory.Open(index.PackedBytes() + PackedMemory::BytesOf(lines) + PackedMemory::BytesOf(rules) + code.PackedBytes());
  // What is read most often first: a last page may be a small one.
  index.Pack(&memory);
  memory.Pack(&lines);
  memory.Pack(&rules);
  code.Pack(&memory);
}

size_t Program::Match(std::span<const Value> values, int64_t now_ms, MatchScratch* scratch) const {
  scratch->given.clear();
  for (uint32_t slot = 0; slot < values.size(); ++slot) {
    if (!values[slot].absent()) scratch->given.push_back(slot);
  }
  return Match(values, scratch->given, now_ms, scratch);
}

std::string_view Program::Resolve(const ValueRef& ref, std::span<const Value> kept) const noexcept {
  switch (ref.kind) {
    case ValueRef::Kind::kLiteral: return ref.literal();
    case ValueRef::Kind::kSlot: return Kept(ref.slot, kept).text();
    case ValueRef::Kind::kLookup: {
      const std::string_view key = Kept(ref.slot, kept).text();
      if (key.empty()) return {};
      const std::string_view* value = tables[ref.table]->Find(key);
      return value == nullptr ? std::string_view() : *value;
    }
  }
  return {};
}

ValueKind KindOf(dsl::Type type) {
  switch (type) {
    case dsl::Type::kString:
    case dsl::Type::kEnum: return ValueKind::kText;
    case dsl::Type::kInt: return ValueKind::kInteger;
    case dsl::Type::kBool: return ValueKind::kBool;
    case dsl::Type::kTimestamp: return ValueKind::kTimestamp;
    case dsl::Type::kListOfString:
    case dsl::Type::kMapOfString: return ValueKind::kList;  // of a map: the names of its entries
  }
  return ValueKind::kAbsent;
}

bool FitsSlot(const dsl::Attribute& slot, const Value& value) {
  return value.absent() || value.kind() == KindOf(slot.type);
}

}  // namespace keyrule::evaluator
