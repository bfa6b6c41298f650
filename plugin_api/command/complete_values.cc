// The values that completion offers where they are known: of a policy, of a store, of the language.
#include <algorithm>
#include <map>
#include <set>

#include "dsl/load.h"
#include "dsl/page.h"
#include "dsl/wording.h"
#include "evaluator/typeset.h"
#include "plugin_api/command/complete_words.h"
#include "store/key_reference.h"
#include "store/reader.h"

namespace keyrule::command {
namespace {

using Completed = std::vector<Completion>;

constexpr size_t kMostRecords = 20'000;  // of a store: while somebody waits for a key to answer
constexpr size_t kMostOffered = 1'000;

// The value of an option that was typed before.
std::string Typed(const std::vector<std::string>& before, const std::string& name) {
  for (size_t i = 0; i < before.size(); ++i) {
    if (before[i] == name && i + 1 < before.size()) return before[i + 1];
    if (before[i].starts_with(name + "=")) return before[i].substr(name.size() + 1);
  }
  return {};
}

// The first argument, which is the policy where there is one.
dsl::LoadResult Policy(const std::vector<std::string>& before, const CommandShape& shape) {
  std::string path;
  for (size_t i = 0; i < before.size() && path.empty(); ++i) {
    if (!before[i].starts_with("-")) {
      path = before[i];
      continue;
    }
    for (const OptionShape& option : shape.options) {
      if (option.name == before[i] && !option.value.empty()) ++i;
    }
  }
  dsl::LoadOptions options;
  options.schema_file = Typed(before, "--schema");
  if (!path.empty()) return dsl::Load(dsl::DiskReader(), path, options);
  return dsl::LoadText(dsl::DiskReader(), "none", "keyrule 1\nschema \"dify\"\ndefault { leave to host }\n", options);
}

Completed Attributes(std::string_view typed, const dsl::Policy& policy) {
  Completed found;
  const size_t equals = typed.find('=');
  if (equals == std::string_view::npos) {
    for (const dsl::Attribute& attribute : policy.schema_attributes) {
      found.push_back({std::string(attribute.path.text) + "=", std::string(attribute.doc)});
    }
    return found;
  }
  for (const dsl::Attribute& attribute : policy.schema_attributes) {
    if (attribute.path.text != typed.substr(0, equals)) continue;
    const std::string path(typed.substr(0, equals + 1));
    for (const dsl::Text& value : attribute.values) found.push_back({path + std::string(value.value), ""});
    if (attribute.type == dsl::Type::kBool) found.insert(found.end(), {{path + "true", ""}, {path + "false", ""}});
  }
  return found;
}

Completed OfStore(ValueKind kind, const std::vector<std::string>& before) {
  const std::string store = Typed(before, "--store");
  if (store.empty()) return {};
  const std::string reference = Typed(before, "--key");
  if (!reference.empty() && !store::NamesKeyFile(reference)) return {};  // runs no program for a word
  store::Result<std::unique_ptr<store::KeyProvider>> provider = store::FindKeyProvider(reference, store);
  if (!provider.ok()) return {};
  const store::Result<store::Secret> key = (*provider)->Load();
  if (!key.ok()) return {};
  store::Result<std::unique_ptr<store::Reader>> reader = store::Reader::Open(store, *key);
  if (!reader.ok()) return {};
  const std::string tenant = Typed(before, "--tenant"), of_provider = Typed(before, "--provider");
  std::map<std::string, std::set<std::string>> names;  // with the providers of each
  size_t seen = 0;
  const store::Status status = (*reader)->List([&](const store::Metadata& metadata) {
    const bool fits = (kind == ValueKind::kTenant || tenant.empty() || metadata.tenant == tenant) &&
                      (kind != ValueKind::kCredential || of_provider.empty() || metadata.provider == of_provider);
    if (fits && kind == ValueKind::kTenant) names[metadata.tenant];
    if (fits && kind == ValueKind::kProvider) names[metadata.provider];
    if (fits && kind == ValueKind::kCredential) names[metadata.name].insert(metadata.provider);
    return ++seen < kMostRecords && names.size() < kMostOffered;
  });
  if (!status.ok()) return {};
  Completed found;
  for (const auto& [name, providers] : names) found.push_back({name, providers.empty() ? "" : *providers.begin()});
  return found;
}

}  // namespace

std::vector<Completion> ValuesOf(ValueKind kind, const std::vector<std::string>& words, std::string_view typed,
                                 const std::vector<std::string>& before, const CommandShape& shape) {
  Completed found;
  switch (kind) {
    case ValueKind::kWords:
      for (const std::string& word : words) found.push_back({word, ""});
      break;
    case ValueKind::kPolicyOrCode:
      if (!typed.starts_with("KR")) break;
      for (const dsl::Code code : dsl::AllCodes()) {
        found.push_back({std::string(dsl::CodeName(code)), std::string(dsl::CodeTitle(code))});
      }
      break;
    case ValueKind::kRule:
    case ValueKind::kTestName:
    case ValueKind::kAttribute: {
      const dsl::LoadResult loaded = Policy(before, shape);
      if (loaded.policy == nullptr) break;
      if (kind == ValueKind::kAttribute) return Attributes(typed, *loaded.policy);
      if (kind == ValueKind::kRule) {
        for (const dsl::Rule& rule : loaded.policy->rules) found.push_back({std::string(rule.name.text), ""});
        found.push_back({"default", ""});
      } else {
        for (const dsl::Test& test : loaded.policy->tests) found.push_back({std::string(test.name.value), ""});
      }
      if (found.size() > kMostOffered) found.resize(kMostOffered);
      break;
    }
    case ValueKind::kTenant:
    case ValueKind::kProvider:
    case ValueKind::kCredential:
      return OfStore(kind, before);
    case ValueKind::kAny:
    case ValueKind::kFile:
    case ValueKind::kFolder:
    case ValueKind::kPolicy:
    case ValueKind::kScenario:
      break;
  }
  return found;
}

}  // namespace keyrule::command
