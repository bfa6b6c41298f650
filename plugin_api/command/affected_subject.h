// What `keyrule affected` thinks away: a credential, a pool, a value of an attribute, or an entry of a table.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "evaluator/catalog.h"
#include "plugin_api/command/options.h"
#include "plugin_api/command/policy_input.h"

namespace keyrule::command {

struct SubjectArguments {
  std::string credential, pool, attribute, entry;
};

struct Subject {
  std::string kind;        // "credential"
  std::string name;        // as a policy writes it: `"prod-eu"`, `app.id == "x"`, `key_of["x"]`
  std::string credential;  // of a credential: which
  std::shared_ptr<const dsl::Policy> without;
};

// Declares the four options.
void AddSubjectOptions(Options* options, SubjectArguments* given);
// Finds it in the policy; `rows`: the credentials there are, where a catalog or a store was named. Otherwise says what is
// wrong, and gives the exit code.
Exit FindSubject(const SubjectArguments& given, const PolicyInput& policy,
                 const std::vector<evaluator::Credential>* rows, const Options& options, Subject* subject);

}  // namespace keyrule::command
