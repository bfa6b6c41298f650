// Requests, reports and waits that tell policies apart: beginnings of tests, made from a few requests of some rules.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "dsl/policy.h"
#include "evaluator/analysis/suggested_test.h"
#include "evaluator/program.h"

namespace keyrule::analysis {

class SceneMaker {
 public:
  using Steps = std::vector<std::string>;
  static constexpr size_t kMostItems = 24;  // parts of rules whose requests are taken

  // Borrows it.
  explicit SceneMaker(const dsl::Policy& policy) : policy_(policy) {}

  void Add(Steps steps) {
    if (seen_.insert(steps).second) scenes_.push_back(std::move(steps));
  }
  // A suggested test, which ends with what it expects.
  void AddSuggested(TestSuggester* suggester, const evaluator::Program& program, const std::vector<uint32_t>& rules);
  // A credential that tells them apart where a request may spend it; `name` among the fields counts.
  void AddCredential(CredentialFields fields) { telling_.push_back(std::move(fields)); }
  // What differs only after several calls, or with other credentials.
  void AddVariants(const std::vector<uint32_t>& rules);

  std::vector<Steps> Take() { return std::move(scenes_); }

 private:
  static constexpr int64_t kRounds = 12;  // of calls that should tell weights and turns

  static std::string Times(const std::string& request, const std::string& times);
  void AddTimes(Steps base, const std::string& times);
  const dsl::Rule& RuleAt(uint32_t rule) const;
  // The request with this value of the attribute instead, as a policy writes it.
  std::string With(const std::string& request, uint32_t slot, const std::string& value) const;
  // A value that the attribute may have, and one that is another than those of requests before: as a policy writes them.
  std::string AnyValueOf(uint32_t slot) const;
  std::string OtherValueOf(uint32_t slot) const;
  bool MayBeUnique(uint32_t slot) const;
  // scene_maker.cc: other credentials.
  static std::string GivenText(CredentialFields fields, std::string name);
  // Of a rule's pools all that they name but one is turned off.
  std::vector<Steps> Alone(const Steps& base, const std::vector<uint32_t>& rules) const;
  std::vector<std::string> NamesOf(const std::vector<uint32_t>& rules, std::set<uint32_t>* pools) const;
  void AddTelling(const Steps& base, const std::vector<uint32_t>& rules);
  // With the attributes that the tags are taken from.
  void AddTagged(Steps base, const std::vector<uint32_t>& rules);
  // With each credential of a pool that an attribute names one of, and with one that it does not have.
  void AddNamed(const Steps& base, const std::vector<uint32_t>& rules);
  void AddPoolsOf(const dsl::Action& action, std::set<uint32_t>* pools) const;
  // scene_maker_members.cc: other members of pools.
  // A `where` of a rule.
  struct Narrowing {
    uint32_t pool = 0;
    std::string field;
    uint32_t slot = dsl::kUnresolved;  // of the attribute that it goes by; none: it goes by none
    std::string key;    // a value of it, where it goes by a table
    std::string value;  // that the field has to have; empty: that of the attribute
  };
  // Of a table one for each of its first entries, of names one for each of the first that the pool has.
  std::vector<Narrowing> NarrowingsOf(const std::vector<uint32_t>& rules) const;
  // What the request says of the attribute, which it is made to if it does not.
  std::string Say(uint32_t slot, Steps* steps) const;
  // The value of the field that the request asks for, which it is made to if it does not.
  std::string Meet(const Narrowing& narrowing, Steps* steps) const;
  // Each credential of the rules' pools turned off, and one after the other; with weights; and members by conditions.
  void AddGiven(const Steps& base, const std::vector<uint32_t>& rules);
  // `fixed`: what they have to have.
  void AddMembers(const Steps& base, uint32_t pool, const std::vector<uint32_t>& rules, const CredentialFields& fixed = {});
  // scene_maker_calls.cc: other calls, and what becomes of them.
  std::set<uint32_t> SlotsOfEach() const;  // attributes that limits go by
  // Calls of different users, where the choice sticks to them or each has a limit of their own.
  void AddUnique(const Steps& base, const std::vector<uint32_t>& rules);
  void AddReports(const Steps& base, const std::vector<uint32_t>& rules);
  // Limits just used up, and what comes when their period is over.
  void AddLimits(const Steps& base);

  const dsl::Policy& policy_;
  std::vector<CredentialFields> telling_;
  std::vector<Steps> scenes_;
  std::set<Steps> seen_;
};

}  // namespace keyrule::analysis
