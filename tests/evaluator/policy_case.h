// A policy with its credentials and requests, in parts that can be taken away one by one: what the equivalence test makes at
// random and makes small again when something fails.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "evaluator/catalog.h"

namespace keyrule::evaluator::cases {

// One atom as a text; the items of a list stand apart.
struct Atom {
  const char* kind = "";  // for counting what was met
  std::string before;
  std::vector<std::string> items;  // as written; if any: `before [items]`
};

// A condition: an atom, or terms under one word.
struct Formula {
  enum class Kind : uint8_t { kAtom, kAll, kAny, kNot, kNamed };
  Kind kind = Kind::kAtom;
  Atom atom;
  std::vector<Formula> terms;  // kAll, kAny; one of kNot
  size_t named = 0;            // kNamed: index into PolicyCase::named
};

struct Millis {  // a timestamp
  int64_t unix_ms = 0;
};
using GivenValue = std::variant<std::string, int64_t, bool, Millis, std::vector<std::string>>;
struct Call {
  std::vector<std::pair<std::string, GivenValue>> given;  // by path
  int64_t at_ms = 0;
};

// A list by `let`, or a table with these keys.
struct NamedList {
  std::string name;
  bool table = false;
  std::vector<std::string> items;  // as written
};

struct CaseRule {
  std::string name;
  Formula when;
  std::string chain;
};

struct PolicyCase {
  std::string schema;                   // the line before the attributes: `schema "x" {`
  std::vector<std::string> attributes;  // one declaration each
  std::vector<NamedList> lists;
  std::vector<Formula> named;           // conditions c0, c1, …; each may name those before it
  std::string sources;                  // tables, pools and meters of the chains
  std::vector<CaseRule> rules;
  std::string fallback;                 // the chain of `default`
  std::vector<Credential> credentials;
  uint64_t seed = 0;                    // of the snapshot
  std::vector<Call> calls;
  bool made_smaller = false;            // parts were taken away: it may not load
};

std::string Quoted(const std::string& text);
std::string TextOf(const Formula& formula);
std::string TextOf(const PolicyCase& policy);
// The call as a step of an in-file test.
std::string TextOf(const Call& call);
// Said by rapidcheck for a failing case, whose own message has the whole.
void showValue(const PolicyCase& policy, std::ostream& out);

// Each formula of the tree, parents before their terms.
void ForEach(Formula* formula, const std::function<void(Formula*)>& visit);

}  // namespace keyrule::evaluator::cases
