#include "evaluator/retry_after.h"

#include <date/date.h>

#include <algorithm>
#include <array>

#include "dsl/digit.h"
#include "evaluator/literals.h"
#include "evaluator/response.h"
#include "evaluator/response_body.h"

namespace keyrule::evaluator {
namespace {

using dsl::IsDigit;

constexpr int64_t kSecondMs = 1'000;

bool IsLetter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

void SkipBlanks(std::string_view* text) noexcept {
  while (!text->empty() && (text->front() == ' ' || text->front() == '\t')) text->remove_prefix(1);
}

std::string_view TakeWord(std::string_view* text) noexcept {
  size_t size = 0;
  while (size < text->size() && IsLetter((*text)[size])) ++size;
  const std::string_view word = text->substr(0, size);
  text->remove_prefix(size);
  return word;
}

// "4.5" of a unit of so many milliseconds. Nothing where there is no digit; too much counts as the most.
std::optional<int64_t> TakeNumber(std::string_view* text, size_t* digits, int64_t* thousandths) noexcept {
  *digits = 0;
  *thousandths = 0;
  int64_t number = 0;
  while (*digits < text->size() && IsDigit((*text)[*digits])) {
    number = std::min(number * 10 + ((*text)[(*digits)++] - '0'), kMostRetryAfterMs);
  }
  if (*digits == 0) return std::nullopt;
  text->remove_prefix(*digits);
  if (text->size() < 2 || text->front() != '.' || !IsDigit((*text)[1])) return number;
  text->remove_prefix(1);
  for (int64_t unit = 100; !text->empty() && IsDigit(text->front()); text->remove_prefix(1), unit /= 10) {
    *thousandths += (text->front() - '0') * unit;
  }
  return number;
}

// 0: no unit of time.
int64_t UnitOf(std::string_view word) noexcept {
  struct Unit {
    std::string_view word;
    int64_t ms;
  };
  static constexpr Unit kUnits[] = {
      {"ms", 1},          {"msec", 1},         {"millisecond", 1},  {"milliseconds", 1}, {"s", 1'000},
      {"sec", 1'000},     {"secs", 1'000},     {"second", 1'000},   {"seconds", 1'000},  {"m", 60'000},
      {"min", 60'000},    {"mins", 60'000},    {"minute", 60'000},  {"minutes", 60'000}, {"h", 3'600'000},
      {"hr", 3'600'000},  {"hrs", 3'600'000},  {"hour", 3'600'000}, {"hours", 3'600'000}, {"d", 86'400'000},
      {"day", 86'400'000}, {"days", 86'400'000}};
  for (const Unit& unit : kUnits) {
    if (SameWord(unit.word, word)) return unit.ms;
  }
  return 0;
}

std::string_view Find(std::span<const Header> headers, std::string_view name) noexcept {
  for (const Header& header : headers) {
    if (SameWord(header.name, name)) return Trimmed(header.value);
  }
  return {};
}

// The greatest of the times that headers of this name say: where there are two, neither is shortened.
template <class Parse>
std::optional<int64_t> Longest(std::span<const Header> headers, std::string_view name, Parse&& parse) noexcept {
  std::optional<int64_t> longest;
  for (const Header& header : headers) {
    if (!SameWord(header.name, name)) continue;
    const std::optional<int64_t> one = parse(Trimmed(header.value));
    if (one && (!longest || *one > *longest)) longest = one;
  }
  return longest;
}

// A whole number or one with a fraction, of units of so many milliseconds, and nothing behind it.
std::optional<int64_t> PlainNumber(std::string_view text, int64_t unit_ms) noexcept {
  size_t digits = 0;
  int64_t thousandths = 0;
  const std::optional<int64_t> number = TakeNumber(&text, &digits, &thousandths);
  if (!number || !text.empty()) return std::nullopt;
  if (*number > kMostRetryAfterMs / unit_ms) return kMostRetryAfterMs;
  return *number * unit_ms + thousandths * unit_ms / 1'000;
}

std::optional<int64_t> ParseRfc3339(std::string_view text) noexcept {
  constexpr size_t kLongest = 40;
  if (text.size() > kLongest) return std::nullopt;
  try {
    return ParseTimestamp(text);
  } catch (...) {  // without memory it is not said
    return std::nullopt;
  }
}

// When a limit begins anew: a span, a date, or seconds or milliseconds since 1970.
std::optional<int64_t> ParseReset(std::string_view text, int64_t now_ms) noexcept {
  constexpr int64_t kLeastEpochSeconds = 1'000'000'000, kLeastEpochMs = 1'000'000'000'000;
  if (const auto date = ParseRfc3339(text)) return *date - now_ms;
  const bool plain = !text.empty() && std::all_of(text.begin(), text.end(), IsDigit);
  if (!plain || text.size() < 10 || text.size() > 13) return ParseSpan(text);
  int64_t number = 0;
  for (const char c : text) number = number * 10 + (c - '0');
  if (number >= kLeastEpochMs) return number - now_ms;
  return number >= kLeastEpochSeconds ? number * kSecondMs - now_ms : kMostRetryAfterMs;
}

// `word`: the error's, by which OpenAI says which of its limits it was.
struct Limit {
  std::string_view remaining;  // empty: where the reset is said with a refusal, it is the one
  std::string_view reset;
  std::string_view word;
};

constexpr Limit kLimits[] = {
    {"x-ratelimit-remaining-requests", "x-ratelimit-reset-requests", "requests"},
    {"x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens", "tokens"},
    {"anthropic-ratelimit-requests-remaining", "anthropic-ratelimit-requests-reset", ""},
    {"anthropic-ratelimit-tokens-remaining", "anthropic-ratelimit-tokens-reset", ""},
    {"anthropic-ratelimit-input-tokens-remaining", "anthropic-ratelimit-input-tokens-reset", ""},
    {"anthropic-ratelimit-output-tokens-remaining", "anthropic-ratelimit-output-tokens-reset", ""},
    {"", "anthropic-ratelimit-unified-reset", ""},
    {"x-ratelimit-remaining", "x-ratelimit-reset", ""},
};

std::optional<int64_t> UntilLimitsReset(std::span<const Header> headers, const BodyFacts& body, int64_t now_ms) noexcept {
  std::optional<int64_t> longest;
  for (const Limit& limit : kLimits) {
    const bool met = limit.remaining.empty() || Find(headers, limit.remaining) == "0" ||
                     (!limit.word.empty() && body.HasWord(limit.word));
    if (!met) continue;
    const auto one = Longest(headers, limit.reset, [&](std::string_view text) { return ParseReset(text, now_ms); });
    if (one && (!longest || *one > *longest)) longest = one;
  }
  return longest;
}

// "Please try again in 7m12s", "Please retry after 45 seconds", "Please retry in 46.5s", "retry-after: 7", "resets at
// 2026-05-15T15:00:00Z (2056)".
std::optional<int64_t> SpanInWords(std::string_view message, int64_t now_ms) noexcept {
  for (size_t at = 0; at + 5 < message.size(); ++at) {
    std::string_view rest = message.substr(at);
    const auto take = [&rest](std::string_view words) noexcept {
      if (rest.size() < words.size() || !SameWord(rest.substr(0, words.size()), words)) return false;
      rest.remove_prefix(words.size());
      return true;
    };
    if (take("resets at ")) {
      const auto date = ParseRfc3339(rest.substr(0, rest.find_first_of(" ,)")));
      if (date) return *date - now_ms;
      continue;
    }
    if (!take("try again in ") && !take("try again after ") && !take("retry in ") && !take("retry after") &&
        !take("retry-after") && !take("retry_after")) {
      continue;
    }
    for (size_t i = 0; i < 4 && !rest.empty() && !IsDigit(rest.front()) && !IsLetter(rest.front()); ++i) rest.remove_prefix(1);
    take("in ");
    if (const auto span = ParseSpan(rest)) return span;
  }
  return std::nullopt;
}

std::optional<int64_t> SaidForClients(std::span<const Header> headers, const BodyFacts& body, int64_t now_ms) noexcept {
  const auto of_ms = [](std::string_view text) { return PlainNumber(text, 1); };
  if (const auto ms = Longest(headers, "retry-after-ms", of_ms)) return ms;
  if (const auto ms = Longest(headers, "x-ms-retry-after-ms", of_ms)) return ms;
  const auto said = Longest(headers, "retry-after", [now_ms](std::string_view text) -> std::optional<int64_t> {
    if (const auto seconds = PlainNumber(text, kSecondMs)) return seconds;
    const auto date = ParseHttpDate(text);
    return date ? std::optional(*date - now_ms) : std::nullopt;
  });
  if (said) return said;
  return body.retry_delay.empty() ? std::nullopt : ParseSpan(body.retry_delay);
}

}  // namespace

std::optional<int64_t> ParseSpan(std::string_view text) noexcept {
  SkipBlanks(&text);
  int64_t total = 0, below = INT64_MAX;
  bool any = false;
  for (;;) {
    size_t digits = 0;
    int64_t thousandths = 0;
    const std::optional<int64_t> number = TakeNumber(&text, &digits, &thousandths);
    if (!number) break;
    SkipBlanks(&text);
    const std::string_view word = TakeWord(&text);
    const int64_t known = UnitOf(word);
    const int64_t unit = known != 0 ? known : kSecondMs;
    if (unit >= below) break;  // a number of something else: the time ends before it
    any = true;
    below = unit;
    if (*number > kMostRetryAfterMs / unit) return kMostRetryAfterMs;
    total = std::min(total + *number * unit + thousandths * unit / 1'000, kMostRetryAfterMs);
    if (known == 0) break;
    while (!text.empty() && (text.front() == ' ' || text.front() == ',')) text.remove_prefix(1);
    if (text.starts_with("and ")) text.remove_prefix(4);
  }
  return any ? std::optional(total) : std::nullopt;
}

std::optional<int64_t> ParseHttpDate(std::string_view text) noexcept {
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  std::array<int64_t, 5> numbers{};  // in the order in which they stand: day, year and time, or day, time and year
  size_t count = 0, clock = 0;
  unsigned month = 0;
  if (text.size() < 24 || text.size() > 40) return std::nullopt;
  while (!text.empty()) {
    if (IsDigit(text.front())) {
      if (count == numbers.size()) return std::nullopt;
      size_t digits = 0;
      int64_t& number = numbers[count];
      for (; digits < text.size() && IsDigit(text[digits]); ++digits) {
        if (digits == 4) return std::nullopt;
        number = number * 10 + (text[digits] - '0');
      }
      text.remove_prefix(digits);
      if (!text.empty() && text.front() == ':' && clock == 0) clock = count;
      ++count;
    } else if (IsLetter(text.front())) {
      const std::string_view word = TakeWord(&text);
      const size_t at = word.size() == 3 ? kMonths.find(word) : std::string_view::npos;
      if (at != std::string_view::npos && at % 3 == 0) month = static_cast<unsigned>(at / 3 + 1);
    } else {
      if (text.front() != ' ' && text.front() != ',' && text.front() != '-' && text.front() != ':') return std::nullopt;
      text.remove_prefix(1);
    }
  }
  if (count != numbers.size() || month == 0 || (clock != 1 && clock != 2)) return std::nullopt;
  int64_t year = clock == 2 ? numbers[1] : numbers[4];
  if (year < 100) year += year < 70 ? 2'000 : 1'900;
  const int64_t hour = numbers[clock], minute = numbers[clock + 1], second = numbers[clock + 2];
  const date::year_month_day day{date::year{static_cast<int>(year)}, date::month{month},
                                 date::day{static_cast<unsigned>(numbers[0])}};
  if (!day.ok() || year < 1'970 || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  const int64_t days = date::sys_days{day}.time_since_epoch().count();
  return (((days * 24 + hour) * 60 + minute) * 60 + second) * kSecondMs;
}

int64_t RetryAfter(std::span<const Header> headers, const BodyFacts& body, int64_t now_ms, bool words_too,
                   bool limits_too) noexcept {
  const int64_t now = ParseHttpDate(Find(headers, "date")).value_or(now_ms);
  std::optional<int64_t> said = SaidForClients(headers, body, now);
  if (!said && words_too) said = SpanInWords(body.message, now);
  if (!said && limits_too) said = UntilLimitsReset(headers, body, now);
  return said ? std::clamp<int64_t>(*said, 1, kMostRetryAfterMs) : 0;
}

bool IsRetryHeader(std::string_view name) noexcept {
  for (const std::string_view known : {"date", "retry-after", "retry-after-ms", "x-ms-retry-after-ms"}) {
    if (SameWord(name, known)) return true;
  }
  return std::any_of(std::begin(kLimits), std::end(kLimits), [name](const Limit& limit) {
    return SameWord(name, limit.remaining) || SameWord(name, limit.reset);
  });
}

}  // namespace keyrule::evaluator
