#include "plugin_api/command/simulation.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace keyrule::command::simulation {
namespace {

using evaluator::Credential;

std::string Shown(const Traffic& traffic, const char* path) {
  const auto found = traffic.request->shown().find(path);
  return found == traffic.request->shown().end() ? std::string() : found->second;
}

bool Fits(const std::string& of_credential, const std::string& asked) {
  return of_credential.empty() || of_credential == asked;
}

}  // namespace

bool ListCredentials(Scenario* scenario) {
  using Identity = std::tuple<std::string, std::string, std::string>;  // tenant, provider, id
  std::map<Identity, uint32_t> known;
  std::map<std::array<std::string, 4>, uint32_t> groups;  // tenant, provider, model, model type
  for (Traffic& traffic : scenario->traffic) {
    const std::string provider = Shown(traffic, "provider");
    const std::string model = Shown(traffic, "model");
    const std::string type = Shown(traffic, "model.type");
    const auto [group, added] = groups.try_emplace({traffic.tenant, provider, model, type},
                                                   static_cast<uint32_t>(scenario->groups.size()));
    traffic.group = group->second;
    if (!added) continue;
    std::vector<Credential> candidates;
    if (!scenario->source->Candidates(traffic.tenant, &candidates)) return false;
    Group& members = scenario->groups.emplace_back();
    for (Credential& candidate : candidates) {
      const auto [at, is_new] = known.try_emplace({candidate.tenant, candidate.provider, candidate.id},
                                                  static_cast<uint32_t>(scenario->credentials.size()));
      const uint32_t index = at->second;
      if (is_new) scenario->credentials.push_back(std::move(candidate));
      const Credential& credential = scenario->credentials[index];
      if (evaluator::UsableAt(credential, scenario->start_ms) && Fits(credential.provider, provider) && Fits(credential.model, model) &&
          Fits(credential.model_type, type)) {
        members.credentials.push_back(index);
      }
    }
  }
  scenario->account_of.assign(scenario->credentials.size(), 0);
  return true;
}

}  // namespace keyrule::command::simulation
