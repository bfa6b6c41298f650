// What the claims of a policy ask, as conditions on a request and one credential: part of its model.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evaluator/analysis/catalog_rows.h"
#include "evaluator/analysis/credential_terms.h"
#include "evaluator/analysis/fresh_terms.h"
#include "evaluator/analysis/spend_terms.h"

namespace keyrule::analysis {

// A `use` as a claim sees it.
struct Stake {
  const Spend* spend = nullptr;
  NodeRef breaks = kNever;    // it spends a credential that it must not
  NodeRef contrary = kNever;  // it spends one that it may
  // A credential that the policy names, taken by its name: it breaks the claim unless `contrary` holds for some of its fields.
  struct Named {
    NodeRef breaks = kNever;
    NodeRef contrary = kNever;
  };
  std::vector<Named> named;
  std::vector<NodeRef> cases;  // of `breaks`, beside those of the spend
  std::vector<uint32_t> rows;  // of the catalog, if there is one: those that break it
};

// What has to be so that a rule goes on past its arms before one, whatever becomes of them: a credential that an attribute
// names has to exist, or the request is refused.
struct Passing {
  std::vector<NodeRef> nodes;  // as many as `certain` and `named`
  std::vector<NodeRef> certain;  // that it is one that the policy names there, and not any that has such an id or such fields
  struct Named {
    const Spend* spend = nullptr;
    uint32_t copy = 0;           // of the credential's fields
    std::vector<uint32_t> also;  // pools of earlier arms that it is in as well
    std::vector<NodeRef> cases;  // beside those of the spend
    std::vector<uint32_t> rows;  // of the catalog
  };
  std::vector<Named> named;
};

class ClaimTerms {
 public:
  // `catalog`: the credentials that there are; none: all that there could be are looked at. `tenant`: whose requests are
  // looked at; empty: everybody's.
  ClaimTerms(std::shared_ptr<const evaluator::Program> program, std::vector<evaluator::Credential> catalog = {},
             std::string tenant = {});

  // Before AddTo: AnyOf, FreshOf and Before will be asked, whatever the claims.
  void KeepEveryArm() { keeps_every_arm_ = true; }
  // Once, before the graph is finished.
  void AddTo(ConditionGraph* graph);
  const std::vector<dsl::Attribute>& slots() const { return slots_; }

  // Of an arm that is a `use`; `claim` is about one as well.
  const Stake& StakeOf(uint32_t claim, uint32_t rule, size_t arm) const;
  // That some credential is spent by it at all, whichever; `contrary`: that one is named by an attribute, so that the request
  // is refused at once if it does not exist.
  const Stake& AnyOf(uint32_t rule, size_t arm) const;
  // AnyOf by a credential that no arm before could have spent: what keeps it from one keeps it from the other as well.
  const FreshTerms::Fresh& FreshOf(uint32_t rule, size_t arm) const { return fresh_[first_arm_[rule] + arm]; }
  const Passing& Before(uint32_t rule, size_t arm) const;
  const Spend* SpendOf(uint32_t rule, size_t arm) const { return spends_[first_arm_[rule] + arm]; }

  const evaluator::Program& program() const { return *program_; }
  const std::shared_ptr<const evaluator::Program>& shared_program() const { return program_; }
  // What is so of all requests that are looked at.
  NodeRef asked() const { return asked_; }
  const CredentialTerms& credentials() const { return *terms_; }
  const CatalogRows* rows() const { return rows_.get(); }  // null: none
  const dsl::Rule& rule(uint32_t index) const;  // the last is the default

 private:
  struct Aim {  // of claims
    uint32_t pool = dsl::kUnresolved;
    std::string_view name;
    bool never = true;
    const dsl::Condition* names = nullptr;  // the name as a list
  };

  void AddRules();
  void AddFresh();
  Passing Past(Passing passing, const Spend& spend, uint32_t copy);
  void AddClaim(const dsl::Claim& claim);
  Stake Make(const Spend& spend, const Aim* aim);
  NodeRef Within(const Aim& aim, const SpendCase& one, bool truth);
  // The name that a case goes by is one that the policy names, where that is not settled.
  NodeRef NamedNode(const SpendCase& one);

  std::shared_ptr<const evaluator::Program> program_;
  std::vector<evaluator::Credential> catalog_;
  const std::string tenant_;
  bool keeps_every_arm_ = false;
  NodeRef asked_ = kAlways;
  std::vector<dsl::Attribute> slots_;
  ConditionGraph* graph_ = nullptr;
  std::unique_ptr<CredentialTerms> terms_;
  std::unique_ptr<SpendTerms> spend_terms_;
  std::unique_ptr<CatalogRows> rows_;  // null: no catalog
  std::vector<std::string> names_;     // that the policy names
  const dsl::Condition* named_ = nullptr;
  std::vector<const Spend*> spends_;   // by rule and arm; null: no `use`
  std::vector<size_t> first_arm_;      // by rule
  std::vector<uint32_t> before_;       // by rule and arm: into passings_
  std::vector<Passing> passings_;      // the first: nothing
  std::vector<Aim> aims_;
  std::vector<uint32_t> aim_of_;       // by claim
  std::vector<std::vector<Stake>> stakes_;  // by aim and spend
  std::vector<Stake> any_;             // by spend
  std::vector<FreshTerms::Fresh> fresh_;  // by rule and arm
};

}  // namespace keyrule::analysis
