// Mistakes in what rules use: lists, named conditions, tables, pools, quotas and budgets.
#include <algorithm>
#include <set>

#include "dsl/wording.h"
#include "evaluator/analysis/mutation_maker.h"

namespace keyrule::analysis {
namespace {

std::string_view OtherPeriod(dsl::LimitPeriod period) {
  switch (period) {
    case dsl::LimitPeriod::kSecond: return "minute";
    case dsl::LimitPeriod::kMinute: return "hour";
    case dsl::LimitPeriod::kHour: return "day";
    case dsl::LimitPeriod::kDay: return "month";
    case dsl::LimitPeriod::kMonth: return "day";
    case dsl::LimitPeriod::kAtOnce: break;
  }
  return {};
}

bool IsDigitOrMark(char c) { return (c >= '0' && c <= '9') || c == '_'; }

}  // namespace

void MutationMaker::Lets() {
  for (const dsl::Let& let : policy_.lets) {
    scene_ = {dsl::Cat({"let ", let.name.text}), {0}, true};
    if (const auto* named = std::get_if<dsl::Condition>(&let.value)) Condition(*named);
    if (const auto* texts = std::get_if<dsl::TextList>(&let.value)) Items(texts->items);
    if (const auto* numbers = std::get_if<dsl::IntegerList>(&let.value)) Items(numbers->items);
  }
}

// Those that stand in a file of their own are data, which nobody writes by hand here.
void MutationMaker::Tables() {
  for (const dsl::Table& table : policy_.tables) {
    if (table.file) continue;
    scene_ = {dsl::Cat({"table ", table.name.text}), {0}, true};
    const std::vector<dsl::TableEntry>& entries = table.entries();
    for (size_t i = 0; i < entries.size() && i < kMostEntries; ++i) {
      const dsl::Span whole{entries[i].key.span.source, entries[i].key.span.begin, entries[i].value.span.end};
      if (entries.size() > 1) LeaveOut("table", whole, Cut(whole));
      const auto other = std::find_if(entries.begin(), entries.end(), [&](const dsl::TableEntry& entry) {
        return entry.value.value != entries[i].value.value;
      });
      if (other == entries.end()) continue;
      Replace("table", entries[i].value.span, dsl::InQuotes(other->value.value));
    }
  }
}

// Rules whose arms take from the pool, or from one that has all of it.
std::vector<uint32_t> MutationMaker::RulesOfPool(uint32_t pool) const {
  std::set<uint32_t> pools = {pool};
  for (bool more = true; more;) {
    more = false;
    for (uint32_t i = 0; i < policy_.pools.size(); ++i) {
      for (const dsl::Member& member : policy_.pools[i].members) {
        const auto* all = std::get_if<dsl::AllOf>(&member.what);
        if (all != nullptr && pools.contains(all->index)) more = pools.insert(i).second || more;
      }
    }
  }
  std::vector<uint32_t> rules;
  const auto count = static_cast<uint32_t>(policy_.rules.size());
  for (uint32_t i = 0; i <= count; ++i) {
    const dsl::Rule& rule = i == count ? policy_.fallback : policy_.rules[i];
    const bool uses = std::any_of(rule.chain.actions.begin(), rule.chain.actions.end(), [&](const dsl::Action& action) {
      const auto* use = std::get_if<dsl::Use>(&action.what);
      if (use == nullptr) return false;
      if (const auto* from = std::get_if<dsl::UsePool>(&use->what)) return pools.contains(from->pool.index);
      const auto& single = std::get<dsl::UseCredential>(use->what);
      return single.from && pools.contains(single.from->index);
    });
    if (uses) rules.push_back(i);
  }
  return rules;
}

void MutationMaker::Pools() {
  for (uint32_t i = 0; i < policy_.pools.size(); ++i) {
    const dsl::Pool& pool = policy_.pools[i];
    scene_ = {dsl::Cat({"pool ", pool.name.text}), RulesOfPool(i), false};
    for (size_t k = 0; k < pool.members.size(); ++k) {
      const dsl::Member& member = pool.members[k];
      if (pool.members.size() > 1 && k < kMostEntries) LeaveOut("member", member.span, Cut(member.span));
      if (const auto* where = std::get_if<dsl::Condition>(&member.what)) Condition(*where);
      if (!member.weight || k >= kMostEntries) continue;
      const uint32_t word = FindWord(member.span.source, member.span.begin, member.span.end, "weight");
      const dsl::Span weight{member.span.source, word, member.span.end};
      if (member.weight->value == 1) {
        Replace("weight", member.weight->span, "2");
      } else {
        LeaveOut("weight", weight, Cut(weight));
      }
    }
    for (const dsl::Span& then : pool.thens) Add("tier", "`then` is left out", then, {Cut(then)});
    for (const dsl::Cooling& cooling : pool.coolings) LeaveOut("cooling", cooling.span, Cut(cooling.span));
  }
}

void MutationMaker::Meters() {
  for (const dsl::Meter& meter : policy_.meters) {
    scene_ = {dsl::Cat({meter.is_budget ? "budget " : "quota ", meter.name.text}), {0}, true};
    for (size_t k = 0; k < meter.members.size() && k < kMostEntries && meter.members.size() > 1; ++k) {
      LeaveOut("member", meter.members[k].span, Cut(meter.members[k].span));
    }
    for (const dsl::Limit& limit : meter.limits) {
      if (meter.limits.size() > 1) LeaveOut("limit", limit.span, Cut(limit.span));
      const std::string_view text = Source(limit.span.source);
      uint32_t begin = limit.span.begin;
      while (begin < limit.span.end && !(text[begin] >= '0' && text[begin] <= '9')) ++begin;
      uint32_t end = begin;
      while (end < limit.span.end && IsDigitOrMark(text[end])) ++end;
      std::string digits(text.substr(begin, end - begin));
      std::erase(digits, '_');
      if (limit.amount > 0) Replace("limit", {limit.span.source, begin, end}, digits + "0");
      const std::string_view period = OtherPeriod(limit.period);
      if (!period.empty()) Replace("limit", limit.period_span, std::string(period));
    }
    if (!meter.each) continue;
    const dsl::Span each{meter.name.span.source, SkipBlanks(meter.name.span.source, meter.name.span.end), meter.each->span.end};
    LeaveOut("limit", each, Cut(each));
  }
}

}  // namespace keyrule::analysis
