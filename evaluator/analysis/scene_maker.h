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
  static std::string With(const std::string& request, const std::string& path, const std::string& value);
  // scene_maker.cc: other credentials.
  static std::string GivenText(CredentialFields fields, std::string name);
  // Of a rule's pools all that they name but one is turned off.
  std::vector<Steps> Alone(const Steps& base, const std::vector<uint32_t>& rules) const;
  std::vector<std::string> NamesOf(const std::vector<uint32_t>& rules, std::set<uint32_t>* pools) const;
  struct Narrowing {
    uint32_t pool = 0;
    std::string field;
    std::string path;  // of the attribute that it goes by; empty: by none
  };
  std::vector<Narrowing> NarrowingsOf(const std::vector<uint32_t>& rules) const;
  static std::string Say(const std::string& path, Steps* steps);
  void AddTelling(const Steps& base, const std::vector<uint32_t>& rules);
  // With the attributes that the tags are taken from.
  void AddTagged(Steps base, const std::vector<uint32_t>& rules);
  // With each credential of a pool that an attribute names one of, and with one that it does not have.
  void AddNamed(const Steps& base, const std::vector<uint32_t>& rules);
  // Each credential of the rules' pools turned off, and one after the other.
  void AddGiven(const Steps& base, const std::vector<uint32_t>& rules);
  void AddPoolsOf(const dsl::Action& action, std::set<uint32_t>* pools) const;
  // A credential that a condition of the pool takes in.
  void AddMember(const Steps& base, uint32_t pool, const std::vector<uint32_t>& rules, const CredentialFields& fixed = {});
  // scene_maker_calls.cc: other calls, and what becomes of them.
  std::set<std::string> PathsOfEach() const;  // attributes that limits go by
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
