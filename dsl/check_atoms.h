// Checks the smallest parts of conditions: does the operator suit the type, can the constant ever
// be equal, and so on.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "dsl/check.h"
#include "dsl/limits.h"
#include "dsl/names.h"
#include "dsl/operators.h"
#include "dsl/resolver.h"

namespace keyrule::dsl {

class AtomCheck {
 public:
  AtomCheck(Check& check, Place place);

  void Take(const Bare& bare);
  void Take(const Presence&) {}
  void Take(const Comparison& comparison);
  void Take(const Membership& membership);
  void Take(const TextTest& test);
  void Take(const ClockTest& clock);

  void RefuseEmpty(const TextList& list);

 private:
  // What the path stands for; null if it could not be resolved.
  const Attribute* SubjectOf(const Path& path);
  // Null, after an error, if the operator does not suit the path's type. `operand`: what stands
  // right of the operator.
  const Attribute* Suits(const Path& path, OperatorKind kind, std::string_view spelling,
                         const Span& operand);
  void WrongType(const Path& path, Type type, const Span& span, std::string_view literal);
  void CheckNamedList(const Path& path, const Attribute& attribute, const ListName& list);
  void CheckShare(const Share& share);
  void CheckPattern(const Text& pattern);
  void CheckRange(ClockField field, const MomentRange& range);

  Check& check_;
  Place place_;
  Attribute field_;                // stands for every field of a credential
  // Of an attribute and a list by `let`: the first item that it never is, or how many there are.
  std::map<std::pair<const Attribute*, uint32_t>, size_t> first_wrong_;
  TextMap<std::string> patterns_;  // pattern -> why it is not valid, or empty
  size_t pattern_steps_ = 0;       // of them all, as RE2 counts them
  size_t pattern_budget_ = kMaxPatternSteps;
};

}  // namespace keyrule::dsl
