// Which rules break a claim, each with the plainest request and credential that show it.
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "evaluator/analysis/policy_model.h"

namespace keyrule::analysis {

struct Breach {
  enum class What : uint8_t {
    kSpent,    // a credential that the claim is about, or about none that it may spend
    kHost,     // left to the host
    kDenied,   // by a `deny`
    kRefused,  // since no arm has a credential
  } what = What::kSpent;
  uint32_t rule = 0;
  size_t arm = 0;  // index
  bool sure = true;  // false: only if a credential has the fields that this one has
  bool passes_surely = true;  // false (nor is it sure): only if those that arms before it name have theirs
  const Stake* stake = nullptr;  // kSpent
  Point point;
  std::vector<NodeRef> required;  // what the point was found by, and where
  Box region;
};

// Over one policy; of a model that has claims. Not thread-safe.
class BreachSearch {
 public:
  explicit BreachSearch(PolicyModel* model);
  struct Found {
    std::vector<Breach> breaches;  // by rule and arm, of each rule up to a sure one
    bool when_is_met = true;       // false: no request meets the claim's `when`
    bool when_is_decided = true;
    // Rules of which it was not found out, and the first of them.
    std::vector<uint32_t> undecided;
    const Spend* trouble = nullptr;  // an arm of which it cannot be found out
    uint32_t trouble_rule = 0;
  };
  Found Of(uint32_t claim);
  // Whether a request is answered by this arm, with whatever credentials there are; if so as a breach of "never that". Of a
  // model that keeps every arm.
  struct Answering {
    Reached::Answer answer = Reached::Answer::kNotDecided;
    Breach breach;  // kFound
  };
  Answering AnswerBy(uint32_t rule, size_t arm);

  // Makes its point as plain as it can be.
  void MakePlain(Breach* breach);
  // Another point like the breach's, in which these variables do not all have the classes that they have there; where it is
  // not kFound the breach keeps its own.
  Reached::Answer Other(Breach* breach, const std::vector<uint32_t>& variables);
  // Those of the name of the credential, and of the attributes that name others before it.
  std::vector<uint32_t> NameVariables(const Breach& breach) const;

  // An arm before it has taken whatever this one could, or refused the request: the same attribute names both. `heed_limits`: and
  // limits of that one cannot have left it to this one.
  bool IsAnswered(uint32_t rule, size_t arm, bool heed_limits = false) const;

 private:
  // Of a stake, whatever the rule.
  struct Nature {
    bool possible = true;
    bool always_sure = false;
    bool ever_sure = true;
  };
  const Nature& NatureOf(const Stake& stake);
  // What is asked of a request that comes to the rule, and that it passes the arms before this one.
  std::vector<NodeRef> Past(std::vector<NodeRef> nodes, uint32_t rule, size_t arm) const;
  // A breach by this arm; nothing if there is none. *decided becomes false where the search was given up.
  std::optional<Breach> Arm(uint32_t claim, uint32_t rule, size_t arm, const std::vector<NodeRef>& when, bool* decided);
  std::optional<Breach> Spent(Breach breach, std::vector<NodeRef> base, bool* decided);
  // The breach that `search` finds past the arms before, for certain if there is such a one.
  template <typename Search>
  std::optional<Breach> Surest(uint32_t rule, size_t arm, const std::vector<NodeRef>& when, const Search& search);
  std::optional<Breach> Reply(const dsl::Claim& claim, uint32_t rule, size_t arm, const std::vector<NodeRef>& when,
                              bool* decided);
  std::optional<Breach> Existing(Breach breach, std::vector<NodeRef> required, Box region, bool* decided);
  // A region in which every point breaks the claim for sure, and what it was found by; nothing if there is none.
  struct SureRegion {
    std::vector<NodeRef> required;
    Box box;
  };
  std::optional<SureRegion> FindSure(const Stake& stake, const std::vector<NodeRef>& base, uint32_t below);
  std::optional<SureRegion> FindSure(NodeRef breaks, NodeRef contrary, bool name_too, std::vector<NodeRef> base,
                                     uint32_t below);
  std::optional<Box> SureAround(NodeRef contrary, const Point& point, bool name_too, Point* against);
  bool IsFixed(uint32_t variable, bool name_too) const;

  PolicyModel& model_;
  const ClaimTerms& terms_;
  Reach& reach_;
  ConditionGraph& graph_;
  ConditionGraph::View view_;
  std::unordered_map<const Stake*, Nature> natures_;
};

}  // namespace keyrule::analysis
