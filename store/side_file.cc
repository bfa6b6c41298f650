#include "store/side_file.h"

#include <utility>

#include "store/credential_fields.h"
#include "store/dify/names.h"
#include "store/located_json.h"

namespace keyrule::store {
namespace {

using Kind = JsonNode::Kind;

constexpr std::string_view kRootNames[] = {"credentials"};
constexpr std::string_view kEntryNames[] = {
    "allowed_hosts", "enabled", "expires",  "id",          "labels", "limits", "model",
    "name",          "owner",   "provider", "shared_with", "tenant", "weight",
};

bool SaysNothing(const Metadata& says) {
  Metadata empty;
  empty.tenant = says.tenant;
  empty.provider = says.provider;
  empty.name = says.name;
  empty.model = says.model;
  empty.id = says.id;
  return says == empty;
}

// Whom an entry speaks of. Reports what is missing or too much.
void ReadKey(const JsonNode& node, const std::string& pointer, CredentialFields* fields,
             Metadata* says) {
  if (const JsonNode* id = node.Find("id"); id != nullptr) {
    says->id = fields->RequiredText(node, pointer, "id");
    for (const char* name : {"tenant", "provider", "name", "model"}) {
      const JsonNode* extra = node.Find(name);
      if (extra == nullptr) continue;
      fields->Error(extra->name_begin, pointer + "/" + name,
                    "an entry with an `id` needs no `" + std::string(name) + "`",
                    "leave one of the two out");
    }
    return;
  }
  says->tenant = fields->RequiredText(node, pointer, "tenant");
  says->provider = ProviderName(fields->RequiredText(node, pointer, "provider"));
  says->name = fields->RequiredText(node, pointer, "name");
  says->model = fields->OptionalText(node, pointer, "model");
}

}  // namespace

void SideEntry::ApplyTo(Metadata* metadata) const {
  if (!says.owner.empty()) metadata->owner = says.owner;
  if (!says.labels.empty()) metadata->labels = says.labels;
  if (!says.shared_with.empty()) metadata->shared_with = says.shared_with;
  if (!says.limits.empty()) metadata->limits = says.limits;
  if (!says.allowed_hosts.empty()) metadata->allowed_hosts = says.allowed_hosts;
  if (says.expires_ms != 0) metadata->expires_ms = says.expires_ms;
  if (says.weight != 0) metadata->weight = says.weight;
  metadata->enabled = metadata->enabled && says.enabled;
}

SideFile SideFile::Parse(std::string_view text, std::vector<ImportError>* errors) {
  SideFile file;
  const JsonDocument document =
      ParseLocatedJson(text, [](size_t depth, std::string_view name) {
        return depth == 3 && name == "credentials";  // somebody may give an import file
      });
  CredentialFields fields(text, errors);
  for (const JsonProblem& problem : document.problems) {
    fields.Error(problem.offset, "", problem.what, problem.mend);
  }
  if (!document.problems.empty()) return file;
  const JsonNode& root = document.root;
  if (!fields.Is(root, Kind::kObject, "", "begin the file with {\"credentials\": [ … ]}")) {
    return file;
  }
  fields.Names(root, "", kRootNames);
  const JsonNode* list = fields.Required(root, "", "credentials");
  if (list == nullptr || !fields.Is(*list, Kind::kArray, "/credentials", "write [ … ]")) {
    return file;
  }
  LineCounter lines(text);
  for (size_t i = 0; i < list->children.size() && !fields.Full(); ++i) {
    const JsonNode& node = list->children[i];
    const std::string pointer = "/credentials/" + std::to_string(i);
    const size_t errors_before = errors->size();
    if (!fields.Is(node, Kind::kObject, pointer, "write { … }")) continue;
    if (const JsonNode* secret = node.Find("credentials"); secret != nullptr) {
      fields.Error(secret->name_begin, pointer + "/credentials",
                   "a side file holds no secrets: they come from the database",
                   "leave it out, or use `keyrule import`");
      continue;
    }
    fields.Names(node, pointer, kEntryNames);
    SideEntry entry;
    ReadKey(node, pointer, &fields, &entry.says);
    fields.Selectable(node, pointer, &entry.says);
    if (errors->size() != errors_before) continue;
    if (SaysNothing(entry.says)) {
      fields.Error(node.begin, pointer, "this entry says nothing of its credential",
                   "add labels, weight, limits, expires, owner, allowed_hosts or \"enabled\": false");
      continue;
    }
    entry.line = lines.LineOf(node.begin);
    if (!file.Add(std::move(entry))) {
      fields.Error(node.begin, pointer, "another entry speaks of the same credential",
                   "put them together into one");
    }
  }
  return file;
}

bool SideFile::Add(SideEntry entry) {
  const Metadata& says = entry.says;
  const size_t at = entries_.size();
  const bool fresh =
      says.id.empty()
          ? by_names_.try_emplace({says.tenant, says.provider, says.name, says.model}, at).second
          : by_id_.try_emplace(says.id, at).second;
  if (fresh) entries_.push_back(std::move(entry));
  return fresh;
}

const SideEntry* SideFile::Find(const Metadata& metadata) const {
  if (const auto found = by_id_.find(metadata.id); found != by_id_.end()) {
    return &entries_[found->second];
  }
  for (const std::string& model : {metadata.model, std::string()}) {
    const auto found =
        by_names_.find({metadata.tenant, metadata.provider, metadata.name, model});
    if (found != by_names_.end()) return &entries_[found->second];
  }
  return nullptr;
}

}  // namespace keyrule::store
