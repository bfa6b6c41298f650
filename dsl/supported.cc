#include "dsl/supported.h"

#include <array>
#include <optional>
#include <string_view>

#include "dsl/check.h"
#include "dsl/not_analysed.h"
#include "dsl/wording.h"

namespace keyrule::dsl {
namespace {

// The first use of an arm for which `find` gives a place.
template <class F>
std::optional<Span> FirstUse(const Policy& policy, F&& find) {
  std::optional<Span> first;
  ForEachRule(policy, [&](const Rule& rule) {
    for (const Action& action : rule.chain.actions) {
      const auto* use = std::get_if<Use>(&action.what);
      if (!first && use != nullptr) first = find(*use);
    }
  });
  return first;
}

template <StrategyKind kind>
std::optional<Span> FindStrategy(const Policy& policy) {
  return FirstUse(policy, [](const Use& use) -> std::optional<Span> {
    const auto* pool = std::get_if<UsePool>(&use.what);
    if (pool == nullptr || pool->strategy.kind != kind) return std::nullopt;
    return pool->strategy.span;
  });
}

struct Gate {
  std::string_view word;
  std::optional<Span> (*find)(const Policy&);
};

// Delete an entry when the evaluator can do it.
constexpr std::array kGates = {
    Gate{"least_used", FindStrategy<StrategyKind::kLeastUsed>},
    Gate{"headroom", FindStrategy<StrategyKind::kHeadroom>},
    Gate{"latency", FindStrategy<StrategyKind::kLatency>},
};

}  // namespace

void RefuseUnsupported(Loading& loading) {
  for (const Gate& gate : kGates) {
    const auto place = gate.find(loading.policy);
    if (!place) continue;
    loading.Error(Code::KR0018, *place, Cat({Tick(gate.word), " is not supported yet"}),
                  "choose another way for now: `by least_in_flight`, `by weighted_round_robin`, …");
  }
}

std::optional<Diagnostic> WhatIsNotAnalysed(const Policy& policy) {
  if (policy.claims.empty()) return std::nullopt;
  Diagnostic note;
  note.code = Code::KR0019;
  note.severity = DefaultSeverity(note.code);
  note.message = "not analysed yet: claims, unreachable rules and idle conditions";
  note.help = "what a claim says can be pinned by a `test`; its names and types are checked";
  note.span = policy.claims.front().name.span;
  return note;
}

}  // namespace keyrule::dsl
