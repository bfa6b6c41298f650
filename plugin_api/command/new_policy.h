// The text of the policy that the answers to `keyrule new` ask for.
#pragma once

#include <string>
#include <vector>

#include "plugin_api/command/known_credentials.h"
#include "plugin_api/command/new_answers.h"

namespace keyrule::command {

// How the parts of that policy are named, and what leads to them: its tests ask by the same words.
struct NewPolicyPlan {
  explicit NewPolicyPlan(const NewAnswers& answers);

  const NewAnswers& answers;
  std::string first;          // pool and rule of the values named, or of everything
  std::string other_rule;     // who decides all else: a rule, or `default`
  std::string other_pool;     // what that spends; empty: nothing
  std::string sticky;         // the attribute of `sticky on`; empty: another strategy

  bool one_rule() const { return answers.decides == NewAnswers::Decides::kNothing; }
  // `deny "…"` or `leave to host`.
  std::string Refusal() const;
  // `deny "…"` or `host`.
  std::string ExpectedRefusal() const;
};

// With its tests, in the one layout.
std::string WriteNewPolicy(const NewAnswers& answers, const KnownCredentials& known);

}  // namespace keyrule::command
