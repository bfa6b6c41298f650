#include "dsl/literal.h"

#include <charconv>

#include "dsl/limits.h"
#include "dsl/literal_grammar.h"
#include "dsl/unicode.h"

namespace keyrule::dsl {
namespace {

namespace peg = literal_grammar::peg;

template <class Rule>
struct KindAction : peg::nothing<Rule> {};
template <TokenKind kind>
struct SetsKind {
  static void apply0(TokenKind& out) { out = kind; }
};
template <>
struct KindAction<literal_grammar::integer> : SetsKind<TokenKind::kInteger> {};
template <>
struct KindAction<literal_grammar::negative> : SetsKind<TokenKind::kNegative> {};
template <>
struct KindAction<literal_grammar::money> : SetsKind<TokenKind::kMoney> {};
template <>
struct KindAction<literal_grammar::percent> : SetsKind<TokenKind::kPercent> {};
template <>
struct KindAction<literal_grammar::duration> : SetsKind<TokenKind::kDuration> {};
template <>
struct KindAction<literal_grammar::calendar> : SetsKind<TokenKind::kCalendar> {};
template <>
struct KindAction<literal_grammar::clock_time> : SetsKind<TokenKind::kClockTime> {};
template <>
struct KindAction<literal_grammar::timestamp> : SetsKind<TokenKind::kTimestamp> {};

constexpr int64_t kMsPerMinute = 60'000;
constexpr int64_t kMsPerDay = 86'400'000;

// The digits of `text`, all other characters left out.
std::optional<int64_t> Digits(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if ((c >= '0' && c <= '9') || c == '-') digits += c;
  }
  int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return error == std::errc() ? std::optional(value) : std::nullopt;
}

// Part of a text that the grammar knows to be all digits and short.
int64_t Number(std::string_view text, size_t begin, size_t length) {
  int64_t value = 0;
  for (const char c : text.substr(begin, length)) value = value * 10 + (c - '0');
  return value;
}

int64_t DaysInMonth(int64_t year, int64_t month) {
  constexpr int64_t kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month == 2 && leap ? 29 : kDays[month - 1];
}

}  // namespace

TokenKind LiteralKind(std::string_view run) {
  TokenKind kind = TokenKind::kMalformed;
  peg::memory_input<peg::tracking_mode::lazy, peg::eol::lf, const char*> in(
      run.data(), run.data() + run.size(), "");
  return peg::parse<literal_grammar::literal, KindAction>(in, kind) ? kind : TokenKind::kMalformed;
}

std::optional<int64_t> IntegerValue(std::string_view text) { return Digits(text); }

std::optional<int64_t> DurationMs(std::string_view text) {
  const std::optional<int64_t> number = Digits(text);
  const int64_t unit = text.ends_with("ms")  ? 1
                       : text.ends_with('s') ? 1'000
                       : text.ends_with('m') ? kMsPerMinute
                       : text.ends_with('h') ? 60 * kMsPerMinute
                                             : kMsPerDay;
  if (!number || *number > kMaxDurationDays * kMsPerDay / unit) return std::nullopt;
  return *number * unit;
}

std::optional<int64_t> MicroUsd(std::string_view text) {
  const bool cents = text.size() > 3 && text[text.size() - 3] == '.';
  const std::optional<int64_t> number = Digits(text);
  const int64_t unit = cents ? 10'000 : 1'000'000;
  if (!number || *number < 0 || *number > kMaxUsd * (1'000'000 / unit)) return std::nullopt;
  return *number * unit;
}

std::optional<int64_t> HundredthsOfPercent(std::string_view text) {
  text.remove_suffix(1);
  const size_t point = text.find('.');
  std::string digits(text.substr(0, point));
  std::string fraction(point == std::string_view::npos ? "" : text.substr(point + 1));
  fraction.resize(2, '0');
  const std::optional<int64_t> value = Digits(digits + fraction);
  return value && *value <= 10'000 ? value : std::nullopt;
}

std::optional<int64_t> DaysSinceEpoch(std::string_view text) {
  const int64_t year = Number(text, 0, 4), month = Number(text, 5, 2), day = Number(text, 8, 2);
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > DaysInMonth(year, month)) {
    return std::nullopt;
  }
  // Years begin in March, so that the leap day is the last one.
  const int64_t y = month > 2 ? year : year - 1;
  const int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return y * 365 + y / 4 - y / 100 + y / 400 + day_of_year - 719'468;
}

std::optional<int64_t> MsSinceMidnight(std::string_view text) {
  const int64_t hours = Number(text, 0, 2), minutes = Number(text, 3, 2);
  if (minutes > 59 || hours * 60 + minutes > 24 * 60) return std::nullopt;
  return (hours * 60 + minutes) * kMsPerMinute;
}

std::optional<int64_t> UnixMs(std::string_view timestamp) {
  const std::optional<int64_t> day = DaysSinceEpoch(timestamp.substr(0, 10));
  const std::optional<int64_t> time = MsSinceMidnight(timestamp.substr(11, 5));
  if (!day || !time || *time == kMsPerDay) return std::nullopt;
  int64_t ms = *day * kMsPerDay + *time;
  std::string_view rest = timestamp.substr(16);
  if (rest.starts_with(':')) {
    const int64_t seconds = Number(rest, 1, 2);
    if (seconds > 59) return std::nullopt;
    ms += seconds * 1'000;
    rest.remove_prefix(3);
  }
  if (rest == "Z") return ms;
  const std::optional<int64_t> ahead = MsSinceMidnight(rest.substr(1));
  if (!ahead || *ahead > 14 * 60 * kMsPerMinute) return std::nullopt;
  return rest.starts_with('+') ? ms - *ahead : ms + *ahead;
}

std::string DecodeText(std::string_view quoted) {
  const std::string_view raw = quoted.substr(1, quoted.size() - 2);
  if (raw.find('\\') == std::string_view::npos) return std::string(raw);
  std::string out;
  for (size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] != '\\') {
      out += raw[i];
      continue;
    }
    switch (raw[++i]) {
      case 'n':
        out += '\n';
        break;
      case 't':
        out += '\t';
        break;
      case 'u': {
        const size_t close = raw.find('}', i);
        uint32_t code = 0;
        std::from_chars(raw.data() + i + 2, raw.data() + close, code, 16);
        AppendUtf8(out, code);
        i = close;
        break;
      }
      default:
        out += raw[i];
    }
  }
  return out;
}

std::string DecodePattern(std::string_view slashed) {
  const std::string_view raw = slashed.substr(1, slashed.size() - 2);
  std::string out;
  for (size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] == '\\' && i + 1 < raw.size()) {
      if (raw[i + 1] != '/') out += raw[i];
      ++i;
    }
    out += raw[i];
  }
  return out;
}

}  // namespace keyrule::dsl
