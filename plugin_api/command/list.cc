// keyrule list --store DIR
#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>

#include "dsl/suggest.h"
#include "evaluator/decision_json.h"
#include "plugin_api/command/credential_input.h"
#include "plugin_api/command/table.h"

namespace keyrule::command {
namespace {

std::string Joined(const std::map<std::string, std::string>& labels) {
  std::string text;
  for (const auto& [key, value] : labels) text += (text.empty() ? "" : " ") + key + "=" + value;
  return text;
}

std::string Joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : " ") + name;
  return text;
}

std::string Joined(const std::vector<store::Limit>& limits) {
  std::string text;
  for (const store::Limit& limit : limits) text += (text.empty() ? "" : ", ") + store::Describe(limit);
  return text;
}

nlohmann::ordered_json Json(const store::Limit& limit) {
  nlohmann::ordered_json json;
  json["amount"] = limit.amount;
  json["unit"] = store::NameOf(limit.unit);
  json["period"] = store::NameOf(limit.period);
  if (!limit.zone.empty()) json["zone"] = limit.zone;
  return json;
}

std::string StateOf(const store::Metadata& metadata, const store::Reader& reader) {
  if (reader.IsRevoked(metadata)) return "revoked";
  if (metadata.held) return "disabled by hand";
  if (!metadata.enabled) return "disabled";
  if (metadata.expires_ms == 0) return "enabled";
  return "expires " + evaluator::FormatTime(metadata.expires_ms);
}

std::string Json(const store::Metadata& metadata, const store::Reader& reader) {
  nlohmann::ordered_json json;
  json["tenant"] = metadata.tenant;
  json["provider"] = metadata.provider;
  json["name"] = metadata.name;
  json["id"] = metadata.id;
  json["version"] = metadata.version;
  json["model"] = metadata.model;
  json["model_type"] = metadata.model_type;
  json["owner"] = metadata.owner;
  json["labels"] = metadata.labels;
  json["shared_with"] = metadata.shared_with;
  json["enabled"] = metadata.usable();
  json["disabled_by_hand"] = metadata.held;
  json["revoked"] = reader.IsRevoked(metadata);
  json["expires"] = metadata.expires_ms == 0
                        ? nlohmann::ordered_json()
                        : nlohmann::ordered_json(evaluator::FormatTime(metadata.expires_ms));
  json["weight"] = metadata.weight == 0 ? nlohmann::ordered_json()
                                         : nlohmann::ordered_json(metadata.weight);
  json["limits"] = nlohmann::ordered_json::array();
  for (const store::Limit& limit : metadata.limits) json["limits"].push_back(Json(limit));
  json["allowed_hosts"] = metadata.allowed_hosts;
  json["origin"] = metadata.origin.empty() ? "import" : metadata.origin;
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

Exit Run(const Command& self, std::vector<std::string> arguments) {
  CredentialInput input;
  std::vector<std::string> none;
  Options options(self);
  options.Arguments(&none, 0, 0, "nothing");
  AddCredentialOptions(&options, &input, false);
  if (const std::optional<Exit> done = options.Parse(arguments)) return *done;
  if (input.store.empty()) return options.Wrong("name the store with `--store DIR`");
  const Console& console = options.console();
  std::unique_ptr<store::Reader> reader;
  const Exit exit = OpenReader(input.store, input.key, console, &reader);
  if (exit != Exit::kYes) return exit;
  std::vector<store::Metadata> held;
  std::set<std::string> tenants;
  const store::Status status = reader->List([&](const store::Metadata& metadata) {
    tenants.insert(metadata.tenant);
    if (input.tenant.empty() || metadata.tenant == input.tenant) held.push_back(metadata);
    return true;
  });
  if (!status.ok()) {
    console.Error(status);
    return Exit::kFile;
  }
  if (!input.tenant.empty() && !tenants.contains(input.tenant)) {
    return options.Wrong("the store has no tenant `" + input.tenant + "`",
                         dsl::Suggest(input.tenant, {tenants.begin(), tenants.end()}, "tenants"));
  }
  std::sort(held.begin(), held.end(), [](const store::Metadata& a, const store::Metadata& b) {
    return std::tie(a.tenant, a.provider, a.name, a.id) < std::tie(b.tenant, b.provider, b.name, b.id);
  });
  if (console.json()) {
    for (const store::Metadata& metadata : held) console.Result(Json(metadata, *reader));
  } else {
    Table table({"tenant", "provider", "name", "id", "model", "state", "weight", "limits", "owner",
                 "labels", "allowed hosts", "shared with", "origin", "version"});
    for (const store::Metadata& metadata : held) {
      table.Add({metadata.tenant, metadata.provider, metadata.name, metadata.id, metadata.model,
                 StateOf(metadata, *reader), metadata.weight == 0 ? "" : std::to_string(metadata.weight),
                 Joined(metadata.limits), metadata.owner, Joined(metadata.labels),
                 Joined(metadata.allowed_hosts), Joined(metadata.shared_with),
                 metadata.origin.empty() ? "import" : metadata.origin,
                 std::to_string(metadata.version)});
    }
    table.DropEmptyColumns();
    console.Result(table.Render(console.format()));
    console.Result("generation " + std::to_string(reader->generation()));
  }
  return Exit::kYes;
}

}  // namespace

const Command kList = {
    "list", "--store DIR [options]", "lists the credentials of a store: what is known of them, no secrets",
    "  keyrule list --store /var/lib/keyrule/store\n"
    "  keyrule list --store /var/lib/keyrule/store --tenant ws-bank --json\n",
    Run};

}  // namespace keyrule::command
