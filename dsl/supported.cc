#include "dsl/supported.h"

#include <array>
#include <optional>
#include <string_view>

#include "dsl/check.h"
#include "dsl/wording.h"

namespace keyrule::dsl {
namespace {

Span Keyword(const Span& statement, std::string_view word) {
  return {statement.source, statement.begin, statement.begin + static_cast<uint32_t>(word.size())};
}

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

template <bool never>
std::optional<Span> FindClaim(const Policy& policy, const Sources&, std::string_view word) {
  for (const Claim& claim : policy.claims) {
    if (claim.never == never) return Keyword(claim.span, word);
  }
  return std::nullopt;
}

template <StrategyKind kind>
std::optional<Span> FindStrategy(const Policy& policy, const Sources&, std::string_view) {
  return FirstUse(policy, [](const Use& use) -> std::optional<Span> {
    const auto* pool = std::get_if<UsePool>(&use.what);
    if (pool == nullptr || pool->strategy.kind != kind) return std::nullopt;
    return pool->strategy.span;
  });
}

struct Gate {
  std::string_view word;
  std::optional<Span> (*find)(const Policy&, const Sources&, std::string_view word);
};

// Delete an entry when the evaluator can do it.
constexpr std::array kGates = {
    Gate{"least_used", FindStrategy<StrategyKind::kLeastUsed>},
    Gate{"headroom", FindStrategy<StrategyKind::kHeadroom>},
    Gate{"latency", FindStrategy<StrategyKind::kLatency>},
    Gate{"never", FindClaim<true>},
    Gate{"always", FindClaim<false>},
};

}  // namespace

void RefuseUnsupported(Loading& loading) {
  for (const Gate& gate : kGates) {
    const auto place = gate.find(loading.policy, *loading.sources, gate.word);
    if (!place) continue;
    loading.Error(Code::KR0018, *place, Cat({Tick(gate.word), " is not supported yet"}));
  }
}

}  // namespace keyrule::dsl
