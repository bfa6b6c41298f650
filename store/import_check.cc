#include "store/import_check.h"

#include <algorithm>
#include <set>
#include <span>
#include <string>
#include <tuple>
#include <utility>

#include "store/timestamp.h"

namespace keyrule::store {
namespace {

using Kind = JsonNode::Kind;

constexpr std::string_view kRootNames[] = {"credentials"};
constexpr std::string_view kCredentialNames[] = {
    "credentials", "enabled", "expires",  "id",     "labels",      "model",  "model_type",
    "name",        "owner",   "provider", "tenant", "shared_with", "weight",
};

std::string Article(Kind kind) {
  switch (kind) {
    case Kind::kNull:
      return "null";
    case Kind::kBool:
      return "true or false";
    case Kind::kInteger:
    case Kind::kNumber:
      return "a number";
    case Kind::kString:
      return "a text";
    case Kind::kArray:
      return "a list";
    case Kind::kObject:
      return "an object";
  }
  return "";
}

std::string Escaped(std::string_view name) {
  std::string text;
  for (char c : Shown(name)) {
    if (c == '~') {
      text += "~0";
    } else if (c == '/') {
      text += "~1";
    } else {
      text += c;
    }
  }
  return text;
}

class Checker {
 public:
  Checker(std::string_view text, ImportFile* file) : text_(text), file_(file) {}

  void Root(const JsonNode& root) {
    if (!Is(root, Kind::kObject, "", "begin the file with {\"credentials\": [ … ]}")) return;
    Names(root, "", kRootNames);
    const JsonNode* list = Required(root, "", "credentials");
    if (list == nullptr || !Is(*list, Kind::kArray, "/credentials", "write [ … ]")) return;
    for (size_t i = 0; i < list->children.size(); ++i) {
      Credential(list->children[i], "/credentials/" + std::to_string(i));
      if (Full()) return;
    }
  }

 private:
  bool Full() const { return file_->errors.size() >= kMaxImportErrors; }

  void Error(size_t offset, std::string pointer, std::string what, std::string mend) {
    if (Full()) return;
    const TextPlace place = PlaceOf(text_, offset);
    file_->errors.push_back(
        {place.line, place.column, std::move(pointer), std::move(what), std::move(mend)});
  }

  bool Is(const JsonNode& node, Kind kind, const std::string& pointer, const char* mend) {
    if (node.kind == kind) return true;
    Error(node.begin, pointer,
          "this must be " + Article(kind) + ", and it is " + Article(node.kind), mend);
    return false;
  }

  void Names(const JsonNode& object, const std::string& pointer,
             std::span<const std::string_view> known) {
    for (const JsonNode& child : object.children) {
      if (std::find(known.begin(), known.end(), child.name) != known.end()) continue;
      std::string list;
      for (std::string_view name : known) list += (list.empty() ? "" : ", ") + std::string(name);
      Error(child.name_begin, pointer + "/" + Escaped(child.name),
            "`" + Shown(child.name) + "` is not known here", "known are: " + list);
    }
  }

  const JsonNode* Required(const JsonNode& object, const std::string& pointer, const char* name) {
    const JsonNode* node = object.Find(name);
    if (node == nullptr) {
      Error(object.begin, pointer, std::string("`") + name + "` is missing", "add it");
    }
    return node;
  }

  // Texts of the metadata. `empty_is_fine` for those that may as well be left out.
  std::string Text(const JsonNode& node, const std::string& pointer, bool empty_is_fine) {
    if (!Is(node, Kind::kString, pointer, "put it in quotes")) return {};
    if (node.text.empty() && !empty_is_fine) {
      Error(node.begin, pointer, "this text is empty", "write at least one character");
    } else if (node.text.size() > kMaxText) {
      Error(node.begin, pointer,
            "this text has " + std::to_string(node.text.size()) + " bytes, more than 4096",
            "shorten it");
    }
    return node.text;
  }

  std::string OptionalText(const JsonNode& object, const std::string& pointer, const char* name) {
    const JsonNode* node = object.Find(name);
    return node == nullptr ? std::string() : Text(*node, pointer + "/" + name, true);
  }

  std::string RequiredText(const JsonNode& object, const std::string& pointer, const char* name) {
    const JsonNode* node = Required(object, pointer, name);
    return node == nullptr ? std::string() : Text(*node, pointer + "/" + name, false);
  }

  void Credential(const JsonNode& node, const std::string& pointer) {
    const size_t errors_before = file_->errors.size();
    if (!Is(node, Kind::kObject, pointer, "write { … }")) return;
    Names(node, pointer, kCredentialNames);
    ImportRecord record;
    Metadata& metadata = record.metadata;
    metadata.tenant = RequiredText(node, pointer, "tenant");
    metadata.provider = RequiredText(node, pointer, "provider");
    metadata.name = RequiredText(node, pointer, "name");
    metadata.id = OptionalText(node, pointer, "id");
    metadata.model = OptionalText(node, pointer, "model");
    metadata.model_type = OptionalText(node, pointer, "model_type");
    metadata.owner = OptionalText(node, pointer, "owner");
    if (metadata.tenant == kEveryTenant) {
      Error(node.Find("tenant")->begin, pointer + "/tenant", "`*` is not a tenant",
            "name one tenant, and share the credential with `\"shared_with\": [\"*\"]`");
    }
    Labels(node, pointer, &metadata);
    Shares(node, pointer, &metadata);
    Enabled(node, pointer, &metadata);
    Expires(node, pointer, &metadata);
    Weight(node, pointer, &metadata);
    Payload(node, pointer, &record);
    if (file_->errors.size() != errors_before || !IsFirst(node, pointer, metadata)) return;
    record.line = PlaceAfter(node.begin);
    file_->records.push_back(std::move(record));
  }

  void Labels(const JsonNode& object, const std::string& pointer, Metadata* metadata) {
    const JsonNode* labels = object.Find("labels");
    const std::string at = pointer + "/labels";
    if (labels == nullptr || !Is(*labels, Kind::kObject, at, "write {\"name\": \"value\"}")) return;
    if (labels->children.size() > kMaxLabels) {
      Error(labels->begin, at, "there are more than 64 labels", "give fewer");
      return;
    }
    for (const JsonNode& label : labels->children) {
      if (label.name.empty() || label.name.size() > kMaxText) {
        Error(label.name_begin, at, "a label's name must have 1 to 4096 bytes", "rename it");
      }
      metadata->labels[label.name] = Text(label, at + "/" + Escaped(label.name), true);
    }
  }

  void Shares(const JsonNode& object, const std::string& pointer, Metadata* metadata) {
    const JsonNode* shares = object.Find("shared_with");
    const std::string at = pointer + "/shared_with";
    if (shares == nullptr || !Is(*shares, Kind::kArray, at, "write [\"tenant\"] or [\"*\"]"))
      return;
    if (shares->children.size() > kMaxShares) {
      Error(shares->begin, at, "there are more than 1024 tenants", "share with [\"*\"]");
      return;
    }
    for (size_t i = 0; i < shares->children.size(); ++i) {
      metadata->shared_with.push_back(
          Text(shares->children[i], at + "/" + std::to_string(i), false));
    }
  }

  void Enabled(const JsonNode& object, const std::string& pointer, Metadata* metadata) {
    const JsonNode* enabled = object.Find("enabled");
    if (enabled == nullptr ||
        !Is(*enabled, Kind::kBool, pointer + "/enabled", "write true or false, without quotes")) {
      return;
    }
    metadata->enabled = enabled->boolean;
  }

  void Expires(const JsonNode& object, const std::string& pointer, Metadata* metadata) {
    const JsonNode* expires = object.Find("expires");
    const char* const mend = "write it like \"2027-01-01T00:00Z\", or leave it out";
    if (expires == nullptr || !Is(*expires, Kind::kString, pointer + "/expires", mend)) return;
    const std::optional<int64_t> time = ParseTimestamp(expires->text);
    if (!time || *time <= 0) {
      Error(expires->begin, pointer + "/expires", "this is not a point in time", mend);
      return;
    }
    metadata->expires_ms = *time;
  }

  void Weight(const JsonNode& object, const std::string& pointer, Metadata* metadata) {
    const JsonNode* weight = object.Find("weight");
    if (weight == nullptr) return;
    if (weight->kind != Kind::kInteger || weight->integer < 1 ||
        weight->integer > static_cast<int64_t>(kMaxWeight)) {
      Error(weight->begin, pointer + "/weight", "the weight is not a whole number from 1 to 1000",
            "write one, or leave it out");
      return;
    }
    metadata->weight = static_cast<uint32_t>(weight->integer);
  }

  void Payload(const JsonNode& object, const std::string& pointer, ImportRecord* record) {
    const JsonNode* payload = Required(object, pointer, "credentials");
    const std::string at = pointer + "/credentials";
    if (payload == nullptr ||
        !Is(*payload, Kind::kObject, at, "write {\"openai_api_key\": \"…\"} or the like")) {
      return;
    }
    if (payload->children.empty()) {
      Error(payload->begin, at, "there are no credentials in it",
            "write {\"openai_api_key\": \"…\"} or the like");
    } else if (payload->end - payload->begin > kMaxPayload) {
      Error(payload->begin, at, "these credentials are longer than 1 MiB", "shorten them");
    }
    PayloadTexts(*payload, at);
    record->payload = AsBytes(text_.substr(payload->begin, payload->end - payload->begin));
  }

  // Recursion ends: the tree is at most 32 levels deep.
  void PayloadTexts(const JsonNode& node, const std::string& pointer) {
    if (node.text_size > kMaxPayloadText) {
      Error(node.begin, pointer,
            "this text has " + std::to_string(node.text_size) + " bytes, more than 65536",
            "shorten it");
    }
    for (size_t i = 0; i < node.children.size(); ++i) {
      const JsonNode& child = node.children[i];
      PayloadTexts(
          child,
          pointer + "/" + (node.kind == Kind::kArray ? std::to_string(i) : Escaped(child.name)));
    }
  }

  // No other credential of the file would be stored in the same place, or be taken for this one.
  bool IsFirst(const JsonNode& node, const std::string& pointer, const Metadata& metadata) {
    const std::string id = metadata.id.empty() ? DerivedId(metadata) : metadata.id;
    if (!names_.emplace(metadata.tenant, metadata.provider, metadata.model, metadata.name).second) {
      Error(node.begin, pointer, "another credential has the same tenant, provider, name and model",
            "rename or remove one of them");
      return false;
    }
    if (!ids_.emplace(metadata.tenant, metadata.provider, id).second) {
      Error(node.begin, pointer, "another credential has the same tenant, provider and id",
            "change or remove one of the ids");
      return false;
    }
    return true;
  }

  // The line of an offset; offsets come in rising order, so counting goes on where it stopped.
  size_t PlaceAfter(size_t offset) {
    line_ +=
        static_cast<size_t>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(counted_),
                                       text_.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
    counted_ = offset;
    return line_;
  }

  const std::string_view text_;
  ImportFile* const file_;
  std::set<std::tuple<std::string, std::string, std::string, std::string>> names_;
  std::set<std::tuple<std::string, std::string, std::string>> ids_;
  size_t line_ = 1;
  size_t counted_ = 0;
};

}  // namespace

void CheckImport(const JsonNode& root, std::string_view text, ImportFile* file) {
  Checker(text, file).Root(root);
}

bool IsImportPayload(size_t depth, std::string_view name) {
  return depth == 3 && name == "credentials";
}

}  // namespace keyrule::store
