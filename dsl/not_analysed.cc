#include "dsl/not_analysed.h"

#include <algorithm>
#include <unordered_set>

#include "dsl/check.h"

namespace keyrule::dsl {
namespace {

// Looks for an attribute that the rules ask about twice. Where none is, no part of a condition and
// no rule can be settled by another one: there is nothing to analyse.
class Repeats {
 public:
  explicit Repeats(const Policy& policy) : policy_(policy) {}

  // The first rule that asks again; null if none does.
  const Rule* Find() {
    for (const Rule& rule : policy_.rules) {
      if (AsksAgain(*rule.when)) return &rule;
    }
    return nullptr;
  }

 private:
  bool AsksAgain(const Condition& condition) {
    const auto any_of = [this](const std::vector<Condition>& terms) {
      return std::any_of(terms.begin(), terms.end(),
                         [this](const Condition& term) { return AsksAgain(term); });
    };
    return std::visit(
        Overloaded{[&](const All& all) { return any_of(all.terms); },
                   [&](const Any& any) { return any_of(any.terms); },
                   [&](const Not& negated) { return any_of(negated.term); },
                   [&](const Bare& bare) {
                     if (bare.let == kUnresolved) return IsAgain(bare.path.slot);
                     const auto* named = std::get_if<Condition>(&policy_.lets[bare.let].value);
                     return named != nullptr && AsksAgain(*named);
                   },
                   [&](const ClockTest&) { return IsAgain(kUnresolved); },  // all clocks are one
                   [&](const auto& atom) { return IsAgain(atom.path.slot); }},
        condition.node);
  }

  bool IsAgain(uint32_t slot) { return !asked_.insert(slot).second; }

  const Policy& policy_;
  std::unordered_set<uint32_t> asked_;
};

}  // namespace

std::optional<Diagnostic> WhatIsNotAnalysed(const Policy& policy) {
  Diagnostic note;
  note.code = Code::KR0019;
  note.severity = DefaultSeverity(note.code);
  if (!policy.claims.empty()) {
    note.message = "not analysed yet: claims, unreachable rules and idle conditions";
    note.help = "what a claim says can be pinned by a `test`; its names and types are checked";
    note.span = policy.claims.front().name.span;
    return note;
  }
  const Rule* rule = Repeats(policy).Find();
  if (rule == nullptr) return std::nullopt;
  note.message = "not analysed yet: unreachable rules and idle conditions";
  note.help = "`keyrule test --coverage` says which rules and conditions the tests meet";
  note.span = rule->name.span;
  return note;
}

}  // namespace keyrule::dsl
