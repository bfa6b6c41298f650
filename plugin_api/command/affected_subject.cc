#include "plugin_api/command/affected_subject.h"

#include <algorithm>
#include <set>

#include "dsl/suggest.h"
#include "dsl/wording.h"
#include "evaluator/analysis/example_text.h"
#include "evaluator/analysis/policy_without.h"
#include "evaluator/analysis/pool_member.h"
#include "evaluator/clock.h"
#include "evaluator/request_builder.h"
#include "evaluator/test_world.h"

namespace keyrule::command {
namespace {

using dsl::Cat;
using dsl::Tick;
using evaluator::Credential;

// Whether a rule spends whatever an attribute names, which no list bounds.
bool NamesByAttribute(const dsl::Policy& policy) {
  const auto names = [](const dsl::Chain& chain) {
    return std::any_of(chain.actions.begin(), chain.actions.end(), [](const dsl::Action& action) {
      const auto* use = std::get_if<dsl::Use>(&action.what);
      const auto* single = use == nullptr ? nullptr : std::get_if<dsl::UseCredential>(&use->what);
      return single != nullptr && !single->from && std::holds_alternative<dsl::Path>(single->credential.what);
    });
  };
  return names(policy.fallback.chain) ||
         std::any_of(policy.rules.begin(), policy.rules.end(), [&](const dsl::Rule& rule) { return names(rule.chain); });
}

Exit FindCredential(const std::string& name, const PolicyInput& policy, const std::vector<Credential>* rows,
                    const Options& options, Subject* subject) {
  const evaluator::Program& program = *policy.program;
  const std::vector<Credential> named = evaluator::CredentialsOfPolicy(*program.policy);
  const auto has_name = [&](const Credential& credential) { return credential.name == name; };
  // Where there are real ones, what the policy names is not enough.
  bool known = rows != nullptr ? std::any_of(rows->begin(), rows->end(), has_name)
                               : std::any_of(named.begin(), named.end(), has_name) || NamesByAttribute(*program.policy);
  if (rows != nullptr && std::any_of(rows->begin(), rows->end(), has_name) &&
      std::none_of(rows->begin(), rows->end(), [&](const Credential& row) { return has_name(row) && IsUsable(row); })) {
    return options.Wrong(Cat({"credential ", Tick(name), " is disabled or has expired already: nothing is affected"}),
                         "leave out the credentials to see what would be if it were not");
  }
  for (uint32_t pool = 0; pool < program.policy->pools.size() && !known; ++pool) {
    known = rows == nullptr && analysis::MemberByCondition(*program.policy, pool, {{"name", name}}).has_value();
  }
  subject->kind = "credential";
  subject->name = dsl::InQuotes(name);
  subject->credential = name;
  if (known) return Exit::kYes;
  std::set<std::string_view> legal;
  for (const Credential& credential : rows == nullptr ? named : *rows) legal.insert(credential.name);
  return options.Wrong(Cat({"no credential is named ", Tick(name), rows == nullptr ? " in this policy" : " there"}),
                       dsl::Suggest(name, {legal.begin(), legal.end()}, "names",
                                    rows == nullptr ? "the policy names none" : "there is none"));
}

Exit FindPool(const std::string& name, const PolicyInput& policy, const Options& options, Subject* subject) {
  const std::vector<dsl::Pool>& pools = policy.program->policy->pools;
  std::vector<std::string_view> legal;
  for (uint32_t index = 0; index < pools.size(); ++index) {
    legal.push_back(pools[index].name.text);
    if (pools[index].name.text != name) continue;
    subject->kind = "pool";
    subject->name = name;
    subject->pool = index;
    subject->remove = [index](const dsl::Policy& from) { return analysis::WithoutPool(from, index); };
    return Exit::kYes;
  }
  return options.Wrong(Cat({"no pool is named ", Tick(name)}), dsl::Suggest(name, legal, "pools", "the policy has none"));
}

Exit FindValue(const std::string& given, const PolicyInput& policy, const Options& options, Subject* subject) {
  evaluator::RequestBuilder builder(policy.program->policy);
  std::string error;
  if (!builder.SetAssignment(given, &error)) {
    const size_t mend = error.find("; ");
    return options.Wrong(error.substr(0, mend), mend == std::string::npos ? "" : error.substr(mend + 2));
  }
  if (builder.shown().empty()) {
    return options.Wrong(Cat({Tick(given), " gives no value"}), "write `--attribute app.id=invoices`");
  }
  const auto& [path, value] = *builder.shown().begin();
  const dsl::Attribute* declared = builder.Declared(path);
  if (declared->type != dsl::Type::kString && declared->type != dsl::Type::kEnum && declared->type != dsl::Type::kMapOfString) {
    return options.Wrong(Cat({"`--attribute` takes a text, and ", Tick(path), " is ", dsl::WithArticle(declared->type)}),
                         "name an attribute whose values the policy writes in quotes");
  }
  subject->kind = "attribute";
  subject->name = analysis::PathText(path) + " = " + dsl::InQuotes(value);
  const uint32_t slot = policy.program->policy->FindSlot(path);
  subject->remove = [slot, gone = std::string(value)](const dsl::Policy& from) { return analysis::WithoutValue(from, slot, gone); };
  subject->of_conditions = true;
  subject->path = path;
  subject->value = value;
  return Exit::kYes;
}

Exit FindEntry(const std::string& given, const PolicyInput& policy, const Options& options, Subject* subject) {
  const size_t open = given.find('[');
  if (open == std::string::npos || given.back() != ']') {
    return options.Wrong(Cat({Tick(given), " is no entry of a table"}), "write `--table key_of[app-legal]`");
  }
  const std::string name = given.substr(0, open);
  std::string key = given.substr(open + 1, given.size() - open - 2);
  if (key.size() >= 2 && key.front() == '"' && key.back() == '"') key = key.substr(1, key.size() - 2);
  const std::vector<dsl::Table>& tables = policy.program->policy->tables;
  std::vector<std::string_view> legal;
  for (const dsl::Table& table : tables) legal.push_back(table.name.text);
  const auto table = std::find_if(tables.begin(), tables.end(), [&](const dsl::Table& one) { return one.name.text == name; });
  if (table == tables.end()) {
    return options.Wrong(Cat({"no table is named ", Tick(name)}), dsl::Suggest(name, legal, "tables", "the policy has none"));
  }
  std::vector<std::string_view> keys;
  for (const dsl::TableEntry& entry : table->entries()) keys.push_back(entry.key.value);
  if (std::find(keys.begin(), keys.end(), key) == keys.end()) {
    return options.Wrong(Cat({Tick(name), " has no entry ", Tick(dsl::InQuotes(key))}), dsl::Suggest(key, keys, "keys", "it has none"));
  }
  subject->kind = "table";
  subject->name = name + "[" + dsl::InQuotes(key) + "]";
  const auto index = static_cast<uint32_t>(table - tables.begin());
  subject->value = key;
  subject->remove = [index, key](const dsl::Policy& from) { return analysis::WithoutEntry(from, index, key); };
  return Exit::kYes;
}

}  // namespace

bool Subject::MayBe(const Credential& one) const { return credential.empty() || (one.name == credential && IsUsable(one)); }

bool IsUsable(const Credential& credential) {
  return evaluator::UsableAt(credential, evaluator::SystemClock().NowMs());
}

void AddSubjectOptions(Options* options, SubjectArguments* given) {
  options->Text("--credential NAME", &given->credential, "a credential that is disabled");
  options->Text("--pool POOL", &given->pool, "a pool that has nothing left");
  options->Text("--attribute PATH=VALUE", &given->attribute, "a value that no condition names any more");
  options->Text("--table TABLE[KEY]", &given->entry, "an entry of a table that is gone");
}

Exit FindSubject(const SubjectArguments& given, const PolicyInput& policy, const std::vector<Credential>* rows,
                 const Options& options, Subject* subject) {
  const size_t count = (given.credential.empty() ? 0U : 1U) + (given.pool.empty() ? 0U : 1U) +
                       (given.attribute.empty() ? 0U : 1U) + (given.entry.empty() ? 0U : 1U);
  if (count != 1) {
    return options.Wrong(count == 0 ? "say what is gone" : "one thing is gone at a time",
                         "name one by `--credential`, `--pool`, `--attribute` or `--table`");
  }
  if (!given.credential.empty()) return FindCredential(given.credential, policy, rows, options, subject);
  if (!given.pool.empty()) return FindPool(given.pool, policy, options, subject);
  if (!given.attribute.empty()) return FindValue(given.attribute, policy, options, subject);
  return FindEntry(given.entry, policy, options, subject);
}

}  // namespace keyrule::command
