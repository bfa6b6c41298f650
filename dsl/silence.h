// Warnings that a comment silences in its place, with a reason:
//   # allow KR0410: a call without an environment is production here
// Before a statement, or behind its closing brace, it speaks for the statement; otherwise for the
// line it ends, or for the next one if it stands alone.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
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
  Silencer(Silencer&&) = default;  // no copies: its comments point into its own covers

  // The reason, if a comment speaks for this warning; the comment then counts as used. Null: it is
  // to be shown. Errors and notes are never silenced.
  const std::string* ReasonFor(const Diagnostic& warning);
  // What is wrong with the comments themselves: KR0111, and KR0112 where nothing was silenced.
  // Complete only after all warnings of a check have been asked about.
  void AddRemarks(Diagnostics& diagnostics) const;

  // What several comments may say alike. Lines do not overlap each other, nor do statements, so a
  // place is covered by one of each at most.
  struct Cover {
    uint32_t end;
    size_t last;  // of the comments that say so: its reason is given
    bool used = false;
  };
  struct Allowance {
    std::string code;  // as written, in upper case
    std::string reason;
    Span place;  // `allow KR0410`
    const Cover* cover;
  };
  const std::vector<Allowance>& allowances() const { return allowances_; }
  // KR0112 for a comment that silenced nothing.
  static Diagnostic Idle(const Allowance& allowance);

 private:
  struct Place {
    std::string code;
    uint32_t source;
    bool whole_statement;
    uint32_t begin;

    auto operator<=>(const Place&) const = default;
  };

  std::vector<Allowance> allowances_;
  std::map<Place, Cover> covers_;
};

}  // namespace keyrule::dsl
