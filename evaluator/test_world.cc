#include "evaluator/test_world.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <unordered_set>

namespace keyrule::evaluator {
namespace {

// Names in the order in which they are met, each once.
class NameList {
 public:
  void Add(const std::string& name) {
    if (!name.empty() && known_.insert(name).second) names_.push_back(name);
  }
  void AddMembers(const std::vector<dsl::Member>& members) {
    for (const dsl::Member& member : members) {
      if (const auto* text = std::get_if<dsl::Text>(&member.what)) Add(std::string(text->value));
    }
  }
  void AddRule(const dsl::Rule& rule, const dsl::Policy& policy) {
    for (const dsl::Action& action : rule.chain.actions) {
      const auto* use = std::get_if<dsl::Use>(&action.what);
      const auto* credential = use ? std::get_if<dsl::UseCredential>(&use->what) : nullptr;
      if (credential == nullptr) continue;
      const dsl::Value& value = credential->credential;
      if (const auto* text = std::get_if<dsl::Text>(&value.what)) Add(std::string(text->value));
      if (const auto* lookup = std::get_if<dsl::Lookup>(&value.what)) AddTable(policy, lookup->index);
    }
  }
  const std::vector<std::string>& names() const { return names_; }

 private:
  void AddTable(const dsl::Policy& policy, uint32_t index) {
    if (!tables_.insert(index).second) return;
    for (const dsl::TableEntry& entry : policy.tables[index].entries()) Add(std::string(entry.value.value));
  }

  std::vector<std::string> names_;
  std::unordered_set<std::string> known_;
  std::set<uint32_t> tables_;
};

void Apply(const dsl::Setting& setting, Credential* credential) {
  const std::string key(setting.key.text);
  if (const auto* text = std::get_if<dsl::Text>(&setting.value)) {
    GiveField(key, std::string(text->value), credential);
  } else if (const auto* number = std::get_if<dsl::Integer>(&setting.value)) {
    if (key == "weight") credential->weight = static_cast<uint32_t>(number->value);
  } else if (const auto* time = std::get_if<dsl::Timestamp>(&setting.value)) {
    // 0 stands for never; the first moment of 1970 is as past as the one after it.
    if (key == "expires") credential->expires_ms = time->unix_ms == 0 ? 1 : time->unix_ms;
  } else if (const auto* truth = std::get_if<bool>(&setting.value)) {
    if (key == "enabled") credential->enabled = *truth;
  }
}

uint16_t TierOf(const Program& program, uint32_t pool, const Credential& credential,
                std::string_view provider, bool by_name, std::set<uint32_t>* seen) {
  if (!seen->insert(pool).second) return 0;  // looked at already
  std::vector<Value> fields;
  for (const CredentialField& field : program.fields) {
    fields.push_back(Value::Text(field.Of(credential, provider)));
  }
  for (const CompiledMember& member : program.pools[pool]) {
    switch (member.kind) {
      case CompiledMember::Kind::kName:
        if (by_name && member.name == credential.name) return member.tier;
        break;
      case CompiledMember::Kind::kPool:
        if (TierOf(program, member.pool, credential, provider, by_name, seen) != 0) return member.tier;
        break;
      case CompiledMember::Kind::kWhere:
        if (program.field_code.Run(member.where, fields, 0)) return member.tier;
        break;
    }
  }
  return 0;
}

}  // namespace

void GiveField(std::string_view field, const std::string& value, Credential* credential) {
  if (field == "name") credential->name = value;
  if (field == "id") credential->id = value;
  if (field == "provider") credential->provider = value;
  if (field == "model") credential->model = value;
  if (field == "model.type") credential->model_type = value;
  if (field == "owner") credential->owner = value;
  constexpr std::string_view kLabels = "labels.";
  if (!field.starts_with(kLabels)) return;
  const std::string label(field.substr(kLabels.size()));
  std::erase_if(credential->labels, [&](const auto& entry) { return entry.first == label; });
  credential->labels.emplace_back(label, value);
  std::sort(credential->labels.begin(), credential->labels.end());
}

std::vector<Credential> CredentialsOfPolicy(const dsl::Policy& policy) {
  NameList names;
  std::map<std::string, std::set<std::string>> providers;
  for (const dsl::Pool& pool : policy.pools) {
    names.AddMembers(pool.members);
    for (const dsl::Member& member : pool.members) {
      const auto* text = std::get_if<dsl::Text>(&member.what);
      if (text == nullptr) continue;
      for (const dsl::Text& provider : pool.providers) {
        providers[std::string(text->value)].emplace(provider.value);
      }
    }
  }
  for (const dsl::Meter& meter : policy.meters) names.AddMembers(meter.members);
  for (const dsl::Rule& rule : policy.rules) names.AddRule(rule, policy);
  names.AddRule(policy.fallback, policy);
  for (const dsl::Claim& claim : policy.claims) {
    if (const auto* text = std::get_if<dsl::Text>(&claim.what)) names.Add(std::string(text->value));
  }

  std::vector<Credential> credentials;
  for (const std::string& name : names.names()) {
    Credential credential;
    credential.id = name;
    credential.name = name;
    const auto found = providers.find(name);
    if (found == providers.end()) {
      credentials.push_back(credential);
      continue;
    }
    for (const std::string& provider : found->second) {
      credential.provider = provider;
      credentials.push_back(credential);
    }
  }
  return credentials;
}

std::vector<Credential> CredentialsGiven(const dsl::Test& test) {
  std::vector<Credential> credentials;
  for (const dsl::Step& step : test.steps) {
    const auto* says = std::get_if<dsl::GivenStep>(&step.what);
    if (says == nullptr) continue;
    Credential credential;
    credential.name = says->credential.value;
    credential.id = credential.name;
    for (const dsl::Setting& setting : says->settings) Apply(setting, &credential);
    if (says->provider) credential.provider = says->provider->value;
    // The last word counts: of one provider where it names one, otherwise of all.
    std::erase_if(credentials, [&](const Credential& other) {
      return other.name == credential.name &&
             (credential.provider.empty() || other.provider == credential.provider) &&
             (credential.model.empty() || other.model == credential.model) &&
             (credential.model_type.empty() || other.model_type == credential.model_type);
    });
    credentials.push_back(std::move(credential));
  }
  return credentials;
}

std::vector<Credential> CredentialsOfTest(const dsl::Policy& policy, const dsl::Test& test) {
  std::vector<Credential> credentials = CredentialsGiven(test);
  std::unordered_set<std::string> given;
  for (const dsl::Step& step : test.steps) {
    const auto* says = std::get_if<dsl::GivenStep>(&step.what);
    if (says != nullptr) given.emplace(says->credential.value);
  }
  for (Credential& credential : CredentialsOfPolicy(policy)) {
    if (!given.contains(credential.name)) credentials.push_back(std::move(credential));
  }
  return credentials;
}

uint16_t PoolTier(const Program& program, uint32_t pool, const Credential& credential,
                  std::string_view provider, bool by_name) {
  std::set<uint32_t> seen;
  return TierOf(program, pool, credential, provider, by_name, &seen);
}

bool PoolHolds(const Program& program, uint32_t pool, const Credential& credential,
               std::string_view provider) {
  return PoolTier(program, pool, credential, provider) != 0;
}

}  // namespace keyrule::evaluator
