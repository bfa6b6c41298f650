// The inside of quoted texts, patterns and comments, as the first scan meets it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "dsl/diagnostic.h"

namespace keyrule::dsl {

// Where the first scan reports to. Of equal faults the first on a line speaks for the others there.
class ScanReport {
 public:
  ScanReport(const Source& source, uint32_t index, Diagnostics& diagnostics)
      : text_(source.text()), index_(index), diagnostics_(diagnostics) {}

  void Add(Code code, size_t begin, size_t end, std::string_view message, std::string_view help);
  bool any() const { return any_; }
  // False: what comes is only counted, so that its help need not be found.
  bool wants_help() const { return !diagnostics_.full(); }
  // Of a quote that nothing closes on its line, with what follows it there: whether it ends the text
  // that an earlier line left open. Both have one cause.
  bool ClosesOpenText(std::string_view rest);

 private:
  // Whether the place stands on the same line as the last one that was asked about. In the order of the text, so that no part of
  // it is looked at twice.
  bool OnLastLine(size_t begin);

  std::string_view text_;
  uint32_t index_;
  Diagnostics& diagnostics_;
  bool any_ = false;
  bool open_text_ = false;
  std::string last_message_;
  size_t last_ = 0;
};

enum class Inside { kText, kPattern, kComment, kCode };

// Each returns the offset behind what begins at `begin`, mended or not; on the same line always.
size_t ScanQuoted(std::string_view text, size_t begin, ScanReport& report);
size_t ScanPattern(std::string_view text, size_t begin, ScanReport& report);
size_t ScanComment(std::string_view text, size_t begin, ScanReport& report);

// Whether a carriage return ends no line, since no line feed follows it.
bool IsLoneReturn(std::string_view text, size_t at);

// Reports a character that must not stand there, visible or not; false if it may. Never called for
// plain ones.
bool ReportCharacter(char32_t code, size_t begin, size_t size, Inside inside, ScanReport& report);

}  // namespace keyrule::dsl
