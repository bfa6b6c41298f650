#include <re2/re2.h>

#include "dsl/check_atoms.h"
#include "dsl/limits.h"
#include "dsl/wording.h"

namespace keyrule::dsl {

// A few bytes of pattern can take RE2 a tenth of a second to compile, and every host compiles them
// at each load: together they have a budget that grows with the text.
void AtomCheck::CheckPattern(const Text& pattern) {
  if (pattern_steps_ > pattern_budget_) return;  // said already
  const auto [at, is_new] = patterns_.try_emplace(std::string(pattern.value));
  if (is_new) {
    RE2::Options options;
    options.set_log_errors(false);
    const RE2 compiled(re2::StringPiece(pattern.value.data(), pattern.value.size()), options);
    if (!compiled.ok()) at->second = compiled.error();
    const bool too_large = compiled.error_code() == RE2::ErrorPatternTooLarge;
    pattern_steps_ += too_large ? kStepsOfTooLarge
                      : compiled.ok() ? static_cast<size_t>(compiled.ProgramSize())
                                      : 0;
    pattern_budget_ += kMaxStepsPerByte * pattern.value.size();
  }
  if (!at->second.empty()) {
    check_.Error(Code::KR0017, pattern.span, Cat({"this pattern is not valid: ", at->second}));
  }
  if (pattern_steps_ > pattern_budget_) {
    check_.Error(Code::KR0014, pattern.span,
                 Cat({"with this one, the patterns of this policy are larger than ", Thousands(pattern_budget_),
                      " steps together"}),
                 "write `[a-z]` for `\\pL`, and smaller numbers in `{…}`; or `starts with` and lists in their place");
  }
}

}  // namespace keyrule::dsl
