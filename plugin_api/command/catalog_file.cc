#include "plugin_api/command/catalog_file.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "plugin_api/store_source.h"
#include "store/credential_fields.h"
#include "store/crypto.h"
#include "store/located_json.h"
#include "store/posix_file.h"

namespace keyrule::command {
namespace {

using store::JsonNode;
using Kind = JsonNode::Kind;

constexpr size_t kMaxCatalog = size_t{256} << 20;
constexpr std::string_view kNames[] = {
    "allowed_hosts", "credentials", "enabled",  "expires",     "id",
    "labels",        "limits",      "model",    "model_type",  "name",
    "owner",         "provider",    "shared_with", "tenant",   "weight",
};

class CatalogSource final : public evaluator::CredentialSource {
 public:
  explicit CatalogSource(std::vector<store::Metadata> all) : all_(std::move(all)) {}
  // Without a tenant in the request: all of them, as there is nobody to keep apart.
  bool Candidates(std::string_view tenant,
                  std::vector<evaluator::Credential>* out) const override {
    for (const store::Metadata& metadata : all_) {
      const auto& shares = metadata.shared_with;
      const bool shared =
          std::any_of(shares.begin(), shares.end(),
                      [&](const std::string& other) { return other == "*" || other == tenant; });
      if (tenant.empty() || metadata.tenant.empty() || metadata.tenant == tenant || shared) {
        out->push_back(plugin_api::CredentialFrom(metadata));
      }
    }
    return true;
  }

 private:
  std::vector<store::Metadata> all_;
};

class Catalog {
 public:
  explicit Catalog(std::string_view text) : fields_(text, &errors) {}

  void Read(const JsonNode& root) {
    const JsonNode* list = root.Find("credentials");
    if (list == nullptr || list->kind != Kind::kArray) {
      return fields_.Error(root.begin, "", "there is no list `credentials`",
                           "begin the file with {\"credentials\": [ … ]}");
    }
    for (size_t i = 0; i < list->children.size() && !fields_.Full(); ++i) {
      Credential(list->children[i], "/credentials/" + std::to_string(i));
    }
  }

  std::vector<store::ImportError> errors;
  std::vector<store::Metadata> all;

 private:
  void Credential(const JsonNode& node, const std::string& pointer) {
    if (!fields_.Is(node, Kind::kObject, pointer, "write { … }")) return;
    fields_.Names(node, pointer, kNames);
    store::Metadata metadata;
    if (node.Find("tenant") != nullptr) metadata.tenant = fields_.RequiredText(node, pointer, "tenant");
    fields_.Identity(node, pointer, &metadata);
    fields_.Selectable(node, pointer, &metadata);
    const JsonNode* shared = node.Find("shared_with");
    if (shared != nullptr && node.Find("tenant") == nullptr) {
      fields_.Error(shared->begin, pointer + "/shared_with", "without `tenant` everybody may spend it already",
                    "say whose it is, as in \"tenant\": \"ws-bank\", or leave out `shared_with`");
    }
    if (const JsonNode* payload = node.Find("credentials"); payload != nullptr) {
      (void)fields_.Is(*payload, Kind::kObject, pointer + "/credentials",
                       "write { … }, or leave it out");
    }
    if (metadata.id.empty()) metadata.id = store::DerivedId(metadata);
    metadata.version = 1;
    if (fields_.IsFirstOfId(node, pointer, metadata)) all.push_back(std::move(metadata));
  }

  store::CredentialFields fields_;
};

}  // namespace

Exit ReadCatalogFile(const std::string& path, const Console& console, std::vector<store::Metadata>* all) {
  // Somebody may give the file that is imported: it is wiped like one.
  store::Result<store::Secret> read = store::ReadSecretFile(path, kMaxCatalog);
  if (!read.ok()) {
    console.Error(read.status());
    return Exit::kFile;
  }
  const std::string_view text = store::AsText(read->Expose());
  const store::JsonDocument document =
      store::ParseLocatedJson(text, [](size_t depth, std::string_view name) {
        return depth == 3 && name == "credentials";
      });
  Catalog catalog(text);
  for (const store::JsonProblem& problem : document.problems) {
    const store::TextPlace place = store::PlaceOf(text, problem.offset);
    catalog.errors.push_back({place.line, place.column, "", problem.what, problem.mend});
  }
  if (document.problems.empty()) catalog.Read(document.root);
  for (const store::ImportError& error : catalog.errors) console.Error(error, path);
  if (!catalog.errors.empty()) return Exit::kFile;
  *all = std::move(catalog.all);
  return Exit::kYes;
}

Exit ReadCatalog(const std::string& path, const Console& console,
                 std::shared_ptr<const evaluator::CredentialSource>* source) {
  std::vector<store::Metadata> all;
  const Exit exit = ReadCatalogFile(path, console, &all);
  if (exit == Exit::kYes) *source = std::make_shared<CatalogSource>(std::move(all));
  return exit;
}

}  // namespace keyrule::command
