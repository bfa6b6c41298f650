// A breach as people read it: a request, and a credential that it spends; decided by the evaluator before it is shown.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "evaluator/analysis/breach_search.h"
#include "evaluator/catalog.h"

namespace keyrule::analysis {

// How ids begin that were made so that there are no two of one: nothing asks for them.
inline constexpr std::string_view kMadeId = "!";

struct Witness {
  Example example;  // the request
  std::optional<evaluator::Credential> credential;
  std::string_view once;  // `credential` is of a catalog and out of use: what has to be so before it is spent; else empty
  std::vector<evaluator::Credential> others;  // that have to be there, and are disabled
  bool is_named = true;  // false: `credential` is of a catalog, and of its name another counts
  // How a credential is told from others: what it needs to have, and, in `without`, not to have.
  struct Told {
    bool has_name = false;
    std::vector<std::pair<std::string, std::string>> fields;
    std::vector<std::string> without;

    std::string Text() const;  // "labels.stage `staging` and no owner"
  };
  Told told;
  std::vector<Told> told_of_others;  // beside `others`

  // "`prod-eu` with labels.stage `production`", "a credential with id `a`", "any credential".
  std::string CredentialText() const;
  std::string RequestText() const;
  // "credential `prod-eu` has labels.stage `staging`": of the credential, or (`of_others`) of those before it.
  std::string UnlessText(bool of_others) const;
  // Two of these credentials go by one name or id: whom it means depends on more than was looked at.
  bool HasTwin() const;
};

class WitnessMaker {
 public:
  explicit WitnessMaker(PolicyModel* model);

  // The first that will do, of the breach's point or of others like it, where the breach is then: what rests on patterns or
  // shares may need several tries until there is a text for it. Nothing: none was found, and *first_stuck (or null), if it is
  // empty, gets what Show was stuck at first.
  std::optional<Witness> Find(BreachSearch* search, Breach* breach, const std::function<bool(const Witness&)>& will_do,
                              std::vector<uint32_t>* first_stuck = nullptr);
  // Nothing: no readable value was found of the attribute (or credential's field) that *stuck gets, as its variables.
  std::optional<Witness> Show(const Breach& breach, std::vector<uint32_t>* stuck);
  // Has the evaluator decide it. Empty: it is a breach; otherwise what it is instead.
  std::string Contradiction(const dsl::Claim& claim, const Breach& breach, const Witness& witness) const;

 private:
  using Values = std::span<const evaluator::Value>;
  std::optional<std::string> FieldText(uint32_t slot, const Point& point, std::vector<uint32_t>* stuck, bool* moved) const;
  std::optional<evaluator::Credential> Make(const Spend& spend, const SpendCase& one, uint32_t copy, const Point& point,
                                            Values values, Witness::Told* told, std::vector<uint32_t>* stuck) const;
  std::string BoundText(const FieldBinding& binding, Values values) const;

  PolicyModel& model_;
  const ClaimTerms& terms_;
  ConditionGraph::View view_;
};

}  // namespace keyrule::analysis
