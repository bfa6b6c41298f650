// What `keyrule affected` thinks away: a credential, a pool, a value of an attribute, or an entry of a table.
#pragma once

#include <functional>
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
  uint32_t pool = dsl::kUnresolved;  // of a pool: which
  // Of a policy that has the pools and tables of the one it was found in, however its rules are taken apart. Null: a
  // credential that is disabled leaves the policy what it is.
  std::function<std::shared_ptr<const dsl::Policy>(const dsl::Policy&)> remove;
  bool of_conditions = false;  // a value of an attribute: it stands in conditions, not in answers
  std::string path, value;     // of an attribute which; of a table `value` is the key

  // Whether it is what is gone, or (of a pool, from which its name is gone as well) may be: one that nobody was given is not.
  bool MayBe(const evaluator::Credential& one) const;
  // The same rule decides without it.
  bool KeepsRules() const { return kind == "credential" || kind == "pool"; }
};

// Whether it is given to anybody as it is: enabled, and not expired now.
bool IsUsable(const evaluator::Credential& credential);
// Declares the four options.
void AddSubjectOptions(Options* options, SubjectArguments* given);
// Finds it in the policy; `rows`: the credentials there are, where a catalog or a store was named. Otherwise says what is
// wrong, and gives the exit code.
Exit FindSubject(const SubjectArguments& given, const PolicyInput& policy,
                 const std::vector<evaluator::Credential>* rows, const Options& options, Subject* subject);

}  // namespace keyrule::command
