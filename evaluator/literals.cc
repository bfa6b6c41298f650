#include "evaluator/literals.h"

#include "dsl/digit.h"
#include "dsl/literal.h"

namespace keyrule::evaluator {
namespace {

using dsl::IsDigit;
using dsl::TokenKind;

constexpr int64_t kSecond = 1'000;


// Takes a fraction of a second ("….345Z") out of *timestamp and returns its milliseconds.
int64_t TakeFraction(std::string* timestamp) {
  const size_t point = timestamp->find('.');
  if (point == std::string::npos) return 0;
  size_t end = point + 1;
  int64_t ms = 0;
  for (int64_t unit = 100; end < timestamp->size() && IsDigit((*timestamp)[end]); unit /= 10) {
    ms += ((*timestamp)[end++] - '0') * unit;
  }
  // Only seconds have fractions, and a point without digits is none.
  constexpr size_t kUpToSeconds = 19;
  if (point == kUpToSeconds && end > point + 1) timestamp->erase(point, end - point);
  return ms;
}

}  // namespace

std::optional<int64_t> ParseInteger(std::string_view text) {
  const TokenKind kind = dsl::LiteralKind(text);
  if (kind != TokenKind::kInteger && kind != TokenKind::kNegative) return std::nullopt;
  return dsl::IntegerValue(text);
}

std::optional<int64_t> ParseTimestamp(std::string_view text) {
  std::string timestamp(text);
  const int64_t fraction = TakeFraction(&timestamp);
  if (dsl::LiteralKind(timestamp) != TokenKind::kTimestamp) return std::nullopt;
  const std::optional<int64_t> ms = dsl::UnixMs(timestamp);
  return ms ? std::optional(*ms + fraction) : std::nullopt;
}

std::optional<int64_t> ParseDuration(std::string_view text) {
  if (dsl::LiteralKind(text) != TokenKind::kDuration) return std::nullopt;
  return dsl::DurationMs(text);
}

std::optional<int64_t> ParseMoney(std::string_view text) {
  const TokenKind kind = dsl::LiteralKind(text);
  if (kind != TokenKind::kInteger && kind != TokenKind::kMoney) return std::nullopt;
  return dsl::MicroUsd(text);
}

std::string FormatDuration(int64_t ms) {
  constexpr struct {
    int64_t length;
    const char* unit;
  } kUnits[] = {{86'400 * kSecond, "d"}, {3'600 * kSecond, "h"}, {60 * kSecond, "m"}, {kSecond, "s"}};
  for (const auto& [length, unit] : kUnits) {
    if (ms >= length && ms % length == 0) return std::to_string(ms / length) + unit;
  }
  if (ms < kSecond || ms >= 60 * kSecond) return std::to_string(ms) + "ms";
  std::string text =
      std::to_string(ms / kSecond) + "." + std::to_string(kSecond + ms % kSecond).substr(1);
  while (text.ends_with('0')) text.pop_back();
  return text + "s";
}

}  // namespace keyrule::evaluator
