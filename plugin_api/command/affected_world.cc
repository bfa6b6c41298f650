#include "plugin_api/command/affected_world.h"

#include <algorithm>

#include "evaluator/analysis/pool_member.h"
#include "evaluator/test_world.h"

namespace keyrule::command {

using evaluator::Credential;

std::vector<Credential> WorldOf(const evaluator::Program& program, const Subject& subject, const std::vector<Credential>* rows) {
  if (rows != nullptr) return *rows;
  std::vector<Credential> world = evaluator::CredentialsOfPolicy(*program.policy);
  if (subject.credential.empty()) return world;
  const bool named = std::any_of(world.begin(), world.end(), [&](const Credential& one) { return one.name == subject.credential; });
  size_t number = 0;
  const auto add = [&](const analysis::CredentialFields& fields) {
    Credential member;
    member.name = subject.credential;
    member.id = subject.credential + (number == 0 ? "" : "-" + std::to_string(number));
    for (const auto& [field, value] : fields) evaluator::GiveField(field, value, &member);
    world.push_back(std::move(member));
    ++number;
  };
  // A credential that one pool asks for may not be one that another asks for: each has its own.
  for (uint32_t pool = 0; pool < program.policy->pools.size(); ++pool) {
    const bool held = std::any_of(world.begin(), world.end(), [&](const Credential& one) {
      return one.name == subject.credential && evaluator::PoolHolds(program, pool, one, one.provider);
    });
    if (held) continue;
    if (const auto fields = analysis::MemberByCondition(*program.policy, pool, {{"name", subject.credential}})) add(*fields);
  }
  if (!named && number == 0) add({});
  return world;
}

std::vector<Served> ServedBy(const std::vector<Credential>& world, const Subject& subject) {
  std::set<std::string> providers, models;  // named by anybody
  for (const Credential& one : world) {
    if (!one.provider.empty()) providers.insert(one.provider);
    if (!one.model.empty()) models.insert(one.model);
  }
  const auto concerned = [&](const std::optional<std::string>& provider, const std::optional<std::string>& model) {
    return std::any_of(world.begin(), world.end(), [&](const Credential& one) {
      return IsUsable(one) && (subject.credential.empty() || one.name == subject.credential) &&
             (one.provider.empty() || one.provider == provider) && (one.model.empty() || one.model == model);
    });
  };
  std::vector<std::optional<std::string>> of_provider = {std::nullopt}, of_model = {std::nullopt};
  of_provider.insert(of_provider.end(), providers.begin(), providers.end());
  of_model.insert(of_model.end(), models.begin(), models.end());
  std::vector<Served> all;
  for (const auto& provider : of_provider) {
    for (const auto& model : of_model) {
      if (concerned(provider, model)) all.push_back({provider, model, providers, models});
    }
  }
  return all;
}

bool Serves(const Credential& credential, const Served& served) {
  return (credential.provider.empty() || credential.provider == served.provider) &&
         (credential.model.empty() || credential.model == served.model);
}

}  // namespace keyrule::command
