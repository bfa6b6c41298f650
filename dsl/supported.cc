#include "dsl/supported.h"

#include <array>
#include <optional>
#include <string_view>

#include "dsl/wording.h"

namespace keyrule::dsl {
namespace {

Span Keyword(const Span& statement, std::string_view word) {
  return {statement.source, statement.begin, statement.begin + static_cast<uint32_t>(word.size())};
}

template <bool never>
std::optional<Span> FindClaim(const Policy& policy, const Sources&, std::string_view word) {
  for (const Claim& claim : policy.claims) {
    if (claim.never == never) return Keyword(claim.span, word);
  }
  return std::nullopt;
}

struct Gate {
  std::string_view word;
  std::optional<Span> (*find)(const Policy&, const Sources&, std::string_view word);
};

// Delete an entry when the evaluator can do it.
constexpr std::array kGates = {
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
