// Conditions about the time of day, the weekday and the date, in a time zone.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "dsl/ast.h"

namespace keyrule::evaluator {

// The offsets of one IANA zone from 1900 to 2200 as a sorted table, so that a decision neither locks nor allocates.
class Zone {
 public:
  // Null if the system's zone data does not know the name.
  static std::unique_ptr<const Zone> Load(const std::string& name);
  // Milliseconds on the zone's own clock face since 1970-01-01.
  int64_t LocalMs(int64_t unix_ms) const noexcept;

 private:
  struct Transition {
    int64_t from_ms;  // UTC
    int64_t offset_ms;
  };
  std::vector<Transition> transitions_;
};

// Zones by name, each loaded once.
class ZoneCache {
 public:
  const Zone* Get(const std::string& name);

 private:
  std::map<std::string, std::unique_ptr<const Zone>> zones_;
};

// One clock test. The truth is that of the test as written but for `not in`.
class ClockCheck {
 public:
  ClockCheck(const dsl::ClockTest& test, const Zone* zone);
  bool Holds(int64_t unix_ms) const noexcept;

 private:
  struct Range {
    int64_t first, last;
  };
  dsl::ClockField field_;
  int compare_;  // -1: in ranges_
  std::vector<Range> ranges_;
  const Zone* zone_;  // null (unknown zone): never holds
};

}  // namespace keyrule::evaluator
