// keyrule list --store DIR
#include <algorithm>
#include <ctime>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>

#include "dsl/suggest.h"
#include "evaluator/decision_json.h"
#include "plugin_api/command/credential_input.h"
#include "plugin_api/command/progress.h"
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

nlohmann::ordered_json ListJson(const store::Limit& limit) {
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
  const bool past = metadata.expires_ms <= int64_t{1000} * std::time(nullptr);
  return (past ? "expired " : "expires ") + evaluator::FormatTime(metadata.expires_ms);
}

std::string ListJson(const store::Metadata& metadata, const store::Reader& reader) {
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
  for (const store::Limit& limit : metadata.limits) json["limits"].push_back(ListJson(limit));
  json["allowed_hosts"] = metadata.allowed_hosts;
  json["origin"] = metadata.origin.empty() ? "import" : metadata.origin;
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

// Shows credentials as they come, so that a store of any size takes little memory: sorted within what a
// tenant has of a provider, and as tables of at most kMostRows.
class Lister {
 public:
  Lister(const store::Reader& reader, const Console& console) : reader_(reader), console_(console) {}

  void Add(const store::Metadata& metadata) {
    const bool other = !group_.empty() && (group_.back().tenant != metadata.tenant ||
                                           group_.back().provider != metadata.provider);
    if (other || group_.size() == kMostRows) EndGroup();
    group_.push_back(metadata);
  }
  void Finish() {
    EndGroup();
    if (console_.json()) return;
    if (tables_ == 0 || rows_ > 0) EndTable();
    console_.Result("generation " + std::to_string(reader_.generation()));
  }

 private:
  static constexpr size_t kMostRows = 10'000;

  void EndGroup() {
    std::sort(group_.begin(), group_.end(), [](const store::Metadata& a, const store::Metadata& b) {
      return std::tie(a.name, a.model, a.id) < std::tie(b.name, b.model, b.id);
    });
    for (const store::Metadata& metadata : group_) {
      if (console_.json()) {
        console_.Result(ListJson(metadata, reader_));
      } else {
        AddRow(metadata);
      }
    }
    group_.clear();
  }
  void AddRow(const store::Metadata& metadata) {
    table_.Add({metadata.tenant, metadata.provider, metadata.name, metadata.id, metadata.model,
                metadata.model_type, StateOf(metadata, reader_),
                metadata.weight == 0 ? "" : std::to_string(metadata.weight), Joined(metadata.limits),
                metadata.owner, Joined(metadata.labels), Joined(metadata.allowed_hosts),
                Joined(metadata.shared_with), metadata.origin.empty() ? "import" : metadata.origin,
                std::to_string(metadata.version)});
    if (++rows_ == kMostRows) EndTable();
  }
  void EndTable() {
    table_.DropEmptyColumns();
    console_.Result(table_.Render(console_.format()));
    table_ = Empty();
    rows_ = 0;
    ++tables_;
  }
  static Table Empty() {
    return Table({"tenant", "provider", "name", "id", "model", "model type", "state", "weight", "limits",
                  "owner", "labels", "allowed hosts", "shared with", "origin", "version"});
  }

  const store::Reader& reader_;
  const Console& console_;
  std::vector<store::Metadata> group_;
  Table table_ = Empty();
  size_t rows_ = 0;    // of the table
  size_t tables_ = 0;  // shown
};

// Which credentials are asked for; empty: any.
struct Filter {
  std::string tenant;
  std::string provider;
  std::string name;

  bool Takes(const store::Metadata& metadata) const {
    return (tenant.empty() || metadata.tenant == tenant) &&
           (provider.empty() || metadata.provider == provider) &&
           (name.empty() || metadata.name == name);
  }
};

// None was found: which word of the filter is to blame?
Exit NothingFound(const Filter& filter, const store::Reader& reader, const Options& options) {
  Filter so_far;
  for (const auto& [part, what, get] :
       {std::tuple{&Filter::tenant, "tenant", &store::Metadata::tenant},
        std::tuple{&Filter::provider, "provider", &store::Metadata::provider},
        std::tuple{&Filter::name, "credential", &store::Metadata::name}}) {
    if ((filter.*part).empty()) continue;
    std::set<std::string> known;
    const store::Status status = reader.List([&, field = get](const store::Metadata& metadata) {
      if (so_far.Takes(metadata)) known.insert(metadata.*field);
      return true;
    });
    if (!status.ok()) return options.console().Error(status), Exit::kFile;
    if (!known.contains(filter.*part)) {
      const bool of_tenant = !so_far.tenant.empty();
      return options.Wrong((of_tenant ? "tenant `" + so_far.tenant + "`" : std::string("the store")) + " has no " +
                               what + " `" + filter.*part + "`",
                           dsl::Suggest(filter.*part, {known.begin(), known.end()},
                                        std::string(what) + "s"));
    }
    so_far.*part = filter.*part;
  }
  return Exit::kYes;
}

Exit RunList(const Command& self, std::vector<std::string> arguments) {
  CredentialInput input;
  Filter filter;
  std::vector<std::string> none;
  Options options(self);
  options.Arguments(&none, 0, 0, "nothing");
  AddCredentialOptions(&options, &input, false);
  options.Text("--provider PROVIDER", &filter.provider, "of this provider alone");
  options.Text("--name NAME", &filter.name, "of this name alone");
  if (const std::optional<Exit> done = options.Parse(arguments)) return *done;
  if (input.store.empty()) return options.Wrong("name the store with `--store DIR`");
  filter.tenant = input.tenant;
  const Console& console = options.console();
  std::unique_ptr<store::Reader> reader;
  const Exit exit = OpenReader(input.store, input.key, console, &reader);
  if (exit != Exit::kYes) return exit;
  Lister lister(*reader, console);
  Progress progress(console, "listing", "credential");
  bool any = false;
  const auto visit = [&](const store::Metadata& metadata) {
    // A tenant's own come first, then those that others share with it.
    if (!filter.tenant.empty() && metadata.tenant != filter.tenant) return false;
    if (!filter.Takes(metadata)) return true;
    any = true;
    progress.Add();
    lister.Add(metadata);
    return true;
  };
  const store::Status status =
      filter.tenant.empty() ? reader->List(visit) : reader->Candidates(filter.tenant, visit);
  if (!status.ok()) {
    console.Error(status);
    return Exit::kFile;
  }
  if (!any) {
    const Exit why = NothingFound(filter, *reader, options);
    if (why != Exit::kYes) return why;
  }
  lister.Finish();
  return Exit::kYes;
}

}  // namespace

const Command kList = {
    "list", "--store DIR [options]", "lists the credentials of a store: what is known of them, no secrets",
    "  keyrule list --store /var/lib/keyrule/store\n"
    "  keyrule list --store /var/lib/keyrule/store --tenant ws-bank --json\n"
    "  keyrule list --store /var/lib/keyrule/store --provider openai --name prod-eu\n"
    "\n"
    "In the order of tenants (shorter names first), providers (likewise) and names; with more than 10,000\n"
    "credentials in tables of so many.\n",
    RunList};

}  // namespace keyrule::command
