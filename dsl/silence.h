// Warnings that a comment silences in its place, with a reason:
//   # allow KR0410: a call without an environment is production here
// Before a statement, or behind its closing brace, it speaks for the statement; otherwise for the
// line it ends, or for the next one if it stands alone.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dsl/diagnostic.h"
#include "dsl/source.h"

namespace keyrule::dsl {

// A warning that is not shown, and why.
struct Silenced {
  Diagnostic warning;
  std::string reason;  // as written; empty if there is none (KR0111)
};

class Silencer {
 public:
  // Reads the comments of every source that is a policy.
  explicit Silencer(const Sources& sources);

  // The reason, if a comment speaks for this warning; the comment then counts as used. Null: it is
  // to be shown. Errors and notes are never silenced.
  const std::string* ReasonFor(const Diagnostic& warning);
  // What is wrong with the comments themselves: KR0111, and KR0112 where nothing was silenced.
  // Complete only after all warnings of a check have been asked about.
  void AddRemarks(Diagnostics& diagnostics) const;

  struct Allowance {
    std::string code;  // as written, in upper case
    std::string reason;
    Span place;   // `allow KR0410`
    Span covers;  // where the warnings it speaks for begin
    bool used = false;
  };
  const std::vector<Allowance>& allowances() const { return allowances_; }
  // KR0112 for a comment that silenced nothing.
  static Diagnostic Idle(const Allowance& allowance);

 private:

  std::vector<Allowance> allowances_;
};

}  // namespace keyrule::dsl
