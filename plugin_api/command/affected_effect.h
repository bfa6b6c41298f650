// What becomes of a request when something is gone: as the evaluator decides it before and after.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "evaluator/analysis/space.h"
#include "evaluator/catalog.h"
#include "evaluator/decision.h"
#include "plugin_api/command/affected_split.h"
#include "plugin_api/command/affected_subject.h"

namespace keyrule::command {

struct Effect {
  std::string_view word;           // "denied", "moves", "left with fewer", "loses a reserve", …; empty: none is seen
  std::string now;                 // "denied: no credential is available"
  std::string such;                // of `now`: `"a"`, the example's, where other requests of its kind are given others
  std::optional<size_t> left, of;  // credentials to choose from, where some are left; of each request of the kind
};

// Borrows all that it is made of.
class EffectFinder {
 public:
  EffectFinder(const SplitPolicies& policies, const Subject& subject, const std::vector<evaluator::Credential>& world);
  ~EffectFinder();
  EffectFinder(const EffectFinder&) = delete;
  EffectFinder& operator=(const EffectFinder&) = delete;

  // Throws std::bad_alloc.
  Effect Of(const analysis::Example& example);

 private:
  class Trial;
  enum class Side { kBefore, kAfter };

  // Where those with the keys `out` (KeyOf) cannot be had. Requests of many rules meet the same few.
  Trial& TrialOf(Side side, const std::set<std::string>& out);
  // Whether other requests of its kind may be given other credentials by the same arm.
  bool Several(const evaluator::Decision& decision) const;
  // Who would serve it if those could not that did at first, and so on.
  bool LosesReserve(const analysis::Example& example, const std::vector<std::string>& first);

  const SplitPolicies& policies_;
  const Subject& subject_;
  const std::vector<evaluator::Credential>& world_;
  std::map<std::pair<Side, std::set<std::string>>, std::unique_ptr<Trial>> trials_;
};

}  // namespace keyrule::command
