#include "store/timestamp.h"

#include <chrono>

namespace keyrule::store {
namespace {

class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  // Exactly `digits` digits, with a value in [low, high].
  int Number(size_t digits, int low, int high) {
    int value = 0;
    for (size_t i = 0; i < digits; ++i) {
      if (rest_.empty() || rest_.front() < '0' || rest_.front() > '9') return Fail();
      value = value * 10 + (rest_.front() - '0');
      rest_.remove_prefix(1);
    }
    return value < low || value > high ? Fail() : value;
  }

  bool Accept(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  void Expect(char c) {
    if (!Accept(c)) Fail();
  }

  bool ok() const { return ok_; }
  bool at_end() const { return ok_ && rest_.empty(); }

 private:
  int Fail() {
    ok_ = false;
    rest_ = {};
    return 0;
  }

  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace

std::optional<int64_t> ParseTimestamp(std::string_view text) {
  using namespace std::chrono;
  Scanner scanner(text);
  const year y(scanner.Number(4, 1970, 9999));
  scanner.Expect('-');
  const month m(static_cast<unsigned>(scanner.Number(2, 1, 12)));
  scanner.Expect('-');
  const day d(static_cast<unsigned>(scanner.Number(2, 1, 31)));
  scanner.Expect('T');
  milliseconds time = hours(scanner.Number(2, 0, 23));
  scanner.Expect(':');
  time += minutes(scanner.Number(2, 0, 59));
  if (scanner.Accept(':')) {
    time += seconds(scanner.Number(2, 0, 59));
    if (scanner.Accept('.')) time += milliseconds(scanner.Number(3, 0, 999));
  }
  if (!scanner.Accept('Z')) {
    const bool east = scanner.Accept('+');
    if (!east) scanner.Expect('-');
    minutes offset = hours(scanner.Number(2, 0, 23));
    scanner.Expect(':');
    offset += minutes(scanner.Number(2, 0, 59));
    time += east ? -offset : offset;
  }
  const year_month_day date(y, m, d);
  if (!scanner.at_end() || !date.ok()) return std::nullopt;
  return (sys_days(date).time_since_epoch() + time).count();
}

}  // namespace keyrule::store
