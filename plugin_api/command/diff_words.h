// What a class of changed requests is about, in words: for `keyrule diff` in each of its formats.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "evaluator/analysis/policy_diff.h"
#include "evaluator/program.h"

namespace keyrule::command {

struct DiffWords {
  std::string change;        // "now denied"; "perhaps now denied" where no request was found
  std::string whose;         // "requests of rule `a`, which is new"
  std::string when;          // the rule's condition on one line; empty: the default
  std::string was, now;      // "rule a: use p by random", and from how many more rules
  std::vector<std::string> was_with, now_with;  // weights, limits and orders, in `was` and `now` too, where those are what changes
  std::vector<std::string> gains, loses;  // entries that may be spent, where that is what changes
  std::string such;          // "app.id = \"x\""; "any request" where nothing need be set; "no request was found"
};

class DiffWriter {
 public:
  // Borrows both.
  DiffWriter(const evaluator::Program& before, const evaluator::Program& after) : policies_{before.policy.get(), after.policy.get()} {}

  DiffWords Of(const analysis::ChangeClass& one) const;
  // The rule, or null: the default.
  const dsl::Rule* RuleOf(bool old_side, uint32_t rule) const;
  std::string NameOf(bool old_side, uint32_t rule) const;   // "rule a", "default"
  std::string AnswerOf(bool old_side, uint32_t rule) const;  // "use p by random else deny \"no\" tag a = \"x\""
  const dsl::Policy& policy(bool old_side) const { return *policies_[old_side ? 0 : 1]; }

 private:
  const dsl::Chain& ChainOf(bool old_side, uint32_t rule) const;
  void AddWays(uint32_t old_rule, uint32_t new_rule, DiffWords* words) const;
  void AddEntries(uint32_t old_rule, uint32_t new_rule, const analysis::Example& example, DiffWords* words) const;
  static void SayWith(DiffWords* words);
  std::vector<std::string> Spends(bool old_side, uint32_t rule, const analysis::Example& example) const;

  const dsl::Policy* policies_[2];
};

}  // namespace keyrule::command
