#include "store/limits.h"

#include <date/tz.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace keyrule::store {
namespace {

constexpr std::array<std::pair<LimitUnit, std::string_view>, 2> kUnits = {
    {{LimitUnit::kRequests, "requests"}, {LimitUnit::kTokens, "tokens"}}};
constexpr std::array<std::pair<LimitPeriod, std::string_view>, 6> kPeriods = {
    {{LimitPeriod::kAtOnce, "at once"},
     {LimitPeriod::kSecond, "second"},
     {LimitPeriod::kMinute, "minute"},
     {LimitPeriod::kHour, "hour"},
     {LimitPeriod::kDay, "day"},
     {LimitPeriod::kMonth, "month"}}};

template <typename Table, typename Value>
std::string_view WordOf(const Table& table, Value value) {
  for (const auto& [known, word] : table) {
    if (known == value) return word;
  }
  return {};
}

template <typename Table, typename Value>
bool ReadWord(const Table& table, std::string_view wanted, Value* value) {
  for (const auto& [known, word] : table) {
    if (word != wanted) continue;
    *value = known;
    return true;
  }
  return false;
}

bool LooksLikeZone(std::string_view zone) {
  return std::all_of(zone.begin(), zone.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '/' ||
           c == '_' || c == '-' || c == '+';
  });
}

}  // namespace

std::string_view NameOf(LimitUnit unit) { return WordOf(kUnits, unit); }
std::string_view NameOf(LimitPeriod period) { return WordOf(kPeriods, period); }
bool ReadUnit(std::string_view word, LimitUnit* unit) { return ReadWord(kUnits, word, unit); }
bool ReadPeriod(std::string_view word, LimitPeriod* period) {
  return ReadWord(kPeriods, word, period);
}

std::string_view ProblemOf(const Limit& limit) {
  if (limit.amount > kMaxAmount) return "the amount is over 1,000,000,000,000";
  if (limit.zone.size() > kMaxZone || !LooksLikeZone(limit.zone)) {
    return "this is not the name of a time zone";
  }
  const bool by_calendar =
      limit.period == LimitPeriod::kDay || limit.period == LimitPeriod::kMonth;
  if (!limit.zone.empty() && !by_calendar) return "only days and months have a zone";
  return {};
}

bool KnowsZone(const std::string& zone) {
  try {
    return date::locate_zone(zone) != nullptr;
  } catch (const std::runtime_error&) {  // there is none of that name
    return false;
  }
}

bool CountSame(const Limit& a, const Limit& b) {
  return a.unit == b.unit && a.period == b.period && a.zone == b.zone;
}

std::string Describe(const Limit& limit) {
  std::string unit(NameOf(limit.unit));
  if (limit.amount == 1) unit.pop_back();  // 1 request
  std::string text = std::to_string(limit.amount) + " " + unit;
  text += limit.period == LimitPeriod::kAtOnce ? " " : " per ";
  text += NameOf(limit.period);
  if (!limit.zone.empty()) text += " at " + limit.zone;
  return text;
}

void PutLimit(std::string* out, const Limit& limit) {
  out->push_back(static_cast<char>(limit.unit));
  out->push_back(static_cast<char>(limit.period));
  PutText(out, limit.zone);
  PutU64(out, limit.amount);
}

bool GetLimit(ByteReader* reader, Limit* limit) {
  limit->unit = static_cast<LimitUnit>(reader->U8());
  limit->period = static_cast<LimitPeriod>(reader->U8());
  limit->zone = reader->Text();
  limit->amount = reader->U64();
  return reader->ok() && !NameOf(limit->unit).empty() && !NameOf(limit->period).empty();
}

}  // namespace keyrule::store
