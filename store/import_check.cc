#include "store/import_check.h"

#include <algorithm>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "store/credential_fields.h"

namespace keyrule::store {
namespace {

using Kind = JsonNode::Kind;

constexpr std::string_view kRootNames[] = {"credentials"};
constexpr std::string_view kCredentialNames[] = {
    "allowed_hosts", "credentials", "enabled",  "expires",     "id",
    "labels",        "limits",      "model",    "model_type",  "name",
    "owner",         "provider",    "shared_with", "tenant",   "weight",
};

class Checker {
 public:
  Checker(std::string_view text, ImportFile* file)
      : text_(text), file_(file), fields_(text, &file->errors), lines_(text) {}

  void Root(const JsonNode& root) {
    if (!fields_.Is(root, Kind::kObject, "", "begin the file with {\"credentials\": [ … ]}")) return;
    fields_.Names(root, "", kRootNames);
    const JsonNode* list = fields_.Required(root, "", "credentials");
    if (list == nullptr || !fields_.Is(*list, Kind::kArray, "/credentials", "write [ … ]")) return;
    for (size_t i = 0; i < list->children.size(); ++i) {
      Credential(list->children[i], "/credentials/" + std::to_string(i));
      if (fields_.Full()) return;
    }
  }

 private:
  void Credential(const JsonNode& node, const std::string& pointer) {
    const size_t errors_before = file_->errors.size();
    if (!fields_.Is(node, Kind::kObject, pointer, "write { … }")) return;
    fields_.Names(node, pointer, kCredentialNames);
    ImportRecord record;
    Metadata& metadata = record.metadata;
    metadata.tenant = fields_.RequiredText(node, pointer, "tenant");
    fields_.Identity(node, pointer, &metadata);
    if (metadata.tenant == kEveryTenant) {
      fields_.Error(node.Find("tenant")->begin, pointer + "/tenant", "`*` is not a tenant",
                    "name one tenant, and share the credential with `\"shared_with\": [\"*\"]`");
    }
    fields_.Selectable(node, pointer, &metadata);
    Payload(node, pointer, &record);
    if (file_->errors.size() != errors_before || !IsFirst(node, pointer, metadata)) return;
    record.line = lines_.LineOf(node.begin);
    file_->records.push_back(std::move(record));
  }

  void Payload(const JsonNode& object, const std::string& pointer, ImportRecord* record) {
    const JsonNode* payload = fields_.Required(object, pointer, "credentials");
    const std::string at = pointer + "/credentials";
    if (payload == nullptr ||
        !fields_.Is(*payload, Kind::kObject, at, "write {\"openai_api_key\": \"…\"} or the like")) {
      return;
    }
    if (payload->children.empty()) {
      fields_.Error(payload->begin, at, "there are no credentials in it",
                    "write {\"openai_api_key\": \"…\"} or the like");
    } else if (payload->end - payload->begin > kMaxPayload) {
      fields_.Error(payload->begin, at, "these credentials are longer than 1 MiB",
                    "shorten them");
    }
    PayloadTexts(*payload, at);
    record->payload = AsBytes(text_.substr(payload->begin, payload->end - payload->begin));
  }

  // Recursion ends: the tree is at most 32 levels deep.
  void PayloadTexts(const JsonNode& node, const std::string& pointer) {
    if (node.text_size > kMaxPayloadText) {
      fields_.Error(
          node.begin, pointer,
          "this text has " + std::to_string(node.text_size) + " bytes, more than 65536",
          "shorten it");
    }
    for (size_t i = 0; i < node.children.size(); ++i) {
      const JsonNode& child = node.children[i];
      const bool of_list = node.kind == Kind::kArray;
      PayloadTexts(child,
                   pointer + "/" + (of_list ? std::to_string(i) : PointerPart(child.name)));
    }
  }

  // No other credential of the file would be stored in the same place, or be taken for this one.
  bool IsFirst(const JsonNode& node, const std::string& pointer, const Metadata& metadata) {
    if (!names_.emplace(metadata.tenant, metadata.provider, metadata.model, metadata.name).second) {
      fields_.Error(node.begin, pointer,
                    "another credential has the same tenant, provider, name and model",
                    "rename or remove one of them");
      return false;
    }
    return fields_.IsFirstOfId(node, pointer, metadata);
  }

  const std::string_view text_;
  ImportFile* const file_;
  CredentialFields fields_;
  std::set<std::tuple<std::string, std::string, std::string, std::string>> names_;
  LineCounter lines_;
};

}  // namespace

void CheckImport(const JsonNode& root, std::string_view text, ImportFile* file) {
  Checker(text, file).Root(root);
}

bool IsImportPayload(size_t depth, std::string_view name) {
  return depth == 3 && name == "credentials";
}

}  // namespace keyrule::store
