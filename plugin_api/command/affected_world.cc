#include "plugin_api/command/affected_world.h"

#include <algorithm>

#include "evaluator/analysis/pool_member.h"
#include "evaluator/test_world.h"

namespace keyrule::command {
namespace {

using evaluator::Credential;

const std::string& FieldOf(const Credential& credential, size_t bound) {
  return bound == 0 ? credential.provider : bound == 1 ? credential.model : credential.model_type;
}

}  // namespace

std::vector<Credential> WorldOf(const evaluator::Program& program, const Subject& subject, const std::vector<Credential>* rows) {
  if (rows != nullptr) {
    std::vector<Credential> now = *rows;
    for (Credential& one : now) {  // whatever the moment that an example needs
      one.enabled = IsUsable(one);
      one.expires_ms = 0;
    }
    return now;
  }
  std::vector<Credential> world = evaluator::CredentialsOfPolicy(*program.policy);
  const bool is_credential = !subject.credential.empty();
  const bool named = std::any_of(world.begin(), world.end(), [&](const Credential& one) { return one.name == subject.credential; });
  size_t number = 0;
  const auto add = [&](const std::string& name, const analysis::CredentialFields& fields) {
    Credential member;
    member.name = name;
    for (const auto& [field, value] : fields) evaluator::GiveField(field, value, &member);
    if (member.id.empty()) member.id = member.name + (number == 0 ? "" : "-" + std::to_string(number));
    world.push_back(std::move(member));
    ++number;
  };
  // A credential that one pool asks for may not be one that another asks for: each has its own.
  for (uint32_t pool = 0; pool < program.policy->pools.size(); ++pool) {
    const bool held = std::any_of(world.begin(), world.end(), [&](const Credential& one) {
      return (!is_credential || one.name == subject.credential) && evaluator::PoolHolds(program, pool, one, one.provider);
    });
    if (held) continue;
    analysis::CredentialFields fixed;
    if (is_credential) fixed.emplace_back("name", subject.credential);
    const std::string name = is_credential ? subject.credential : "any of " + std::string(program.policy->pools[pool].name.text);
    if (const auto fields = analysis::MemberByCondition(*program.policy, pool, fixed)) add(name, *fields);
  }
  if (is_credential && !named && number == 0) add(subject.credential, {});
  return world;
}

std::vector<Served> ServedBy(const std::vector<Credential>& world, const dsl::Policy& policy, const Subject& subject) {
  std::vector<Served> all = {Served{}};
  for (size_t bound = 0; bound < kServedPaths.size(); ++bound) {
    const auto named = std::make_shared<std::set<std::string>>();
    for (const Credential& one : world) {
      if (!FieldOf(one, bound).empty()) named->insert(FieldOf(one, bound));
    }
    const bool is_read = policy.FindSlot(kServedPaths[bound]) != dsl::kUnresolved;
    std::vector<Served> more;
    for (Served& served : all) {
      served.bounds[bound].named = named;
      more.push_back(served);
      for (const std::string& value : *named) {
        if (!is_read) break;
        more.push_back(served);
        more.back().bounds[bound].value = value;
      }
    }
    // What nobody of concern could serve changes for nobody.
    std::erase_if(more, [&](const Served& served) {
      return subject.KeepsRules() && std::none_of(world.begin(), world.end(), [&](const Credential& one) {
        return subject.MayBe(one) && Serves(one, served, bound + 1);
      });
    });
    all = std::move(more);
  }
  return all;
}

bool Serves(const Credential& credential, const Served& served, size_t bounds) {
  for (size_t bound = 0; bound < bounds; ++bound) {
    const std::string& field = FieldOf(credential, bound);
    if (!field.empty() && field != served.bounds[bound].value) return false;
  }
  return true;
}

}  // namespace keyrule::command
