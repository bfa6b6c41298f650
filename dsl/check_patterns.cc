#include <re2/re2.h>

#include "dsl/check_atoms.h"
#include "dsl/wording.h"

namespace keyrule::dsl {

void AtomCheck::CheckPattern(const Text& pattern) {
  const auto [at, is_new] = patterns_.try_emplace(pattern.value);
  if (is_new) {
    RE2::Options options;
    options.set_log_errors(false);
    const RE2 compiled(pattern.value, options);
    if (!compiled.ok()) at->second = compiled.error();
  }
  if (at->second.empty()) return;
  check_.Error(Code::KR0017, pattern.span, Cat({"this pattern is not valid: ", at->second}));
}

}  // namespace keyrule::dsl
