#include "plugin_api/command/catalog_file.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "plugin_api/store_source.h"
#include "store/crypto.h"
#include "store/located_json.h"
#include "store/posix_file.h"
#include "store/timestamp.h"

namespace keyrule::command {
namespace {

using store::JsonNode;
using Kind = JsonNode::Kind;

constexpr size_t kMaxCatalog = size_t{256} << 20;

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
  Catalog(const std::string& path, std::string_view text, const Console& console)
      : path_(path), text_(text), console_(console) {}

  bool Read(const JsonNode& root) {
    const JsonNode* list = root.Find("credentials");
    if (list == nullptr || list->kind != Kind::kArray) {
      Fail(root.begin, "there is no list `credentials`",
           "begin the file with {\"credentials\": [ … ]}");
      return false;
    }
    for (const JsonNode& node : list->children) Credential(node);
    return ok_;
  }

  std::vector<store::Metadata> all;

  void Fail(size_t offset, std::string what, std::string mend) {
    ok_ = false;
    const store::TextPlace place = store::PlaceOf(text_, offset);
    console_.Error(Problem{std::move(what), std::move(mend), path_, place.line, place.column});
  }

 private:
  using Field = std::function<bool(const JsonNode&, store::Metadata*)>;

  void Credential(const JsonNode& node) {
    if (node.kind != Kind::kObject) return Fail(node.begin, "this is not an object", "write { … }");
    store::Metadata metadata;
    for (const JsonNode& member : node.children) {
      const auto field = std::find_if(Fields().begin(), Fields().end(),
                                      [&](const auto& entry) { return entry.first == member.name; });
      if (field == Fields().end()) {
        Fail(member.name_begin, "`" + member.name + "` is not known here", "known are: " + Names());
      } else if (!field->second(member, &metadata)) {
        Fail(member.begin, "`" + member.name + "` has a value of the wrong kind",
             "write it as in a file for `keyrule import`");
      }
    }
    if (metadata.name.empty() || metadata.provider.empty()) {
      Fail(node.begin, "a credential has a `name` and a `provider`", "add them");
    }
    if (metadata.id.empty()) metadata.id = store::DerivedId(metadata);
    metadata.version = 1;
    all.push_back(std::move(metadata));
  }

  static Field Text(std::string store::Metadata::*member) {
    return [member](const JsonNode& node, store::Metadata* metadata) {
      metadata->*member = node.text;
      return node.kind == Kind::kString;
    };
  }

  static bool Labels(const JsonNode& node, store::Metadata* metadata) {
    for (const JsonNode& label : node.children) {
      if (label.kind != Kind::kString) return false;
      metadata->labels[label.name] = label.text;
    }
    return node.kind == Kind::kObject;
  }

  static bool Shares(const JsonNode& node, store::Metadata* metadata) {
    for (const JsonNode& share : node.children) {
      if (share.kind != Kind::kString) return false;
      metadata->shared_with.push_back(share.text);
    }
    return node.kind == Kind::kArray;
  }

  static bool Expires(const JsonNode& node, store::Metadata* metadata) {
    const std::optional<int64_t> time = store::ParseTimestamp(node.text);
    metadata->expires_ms = time.value_or(0);
    return node.kind == Kind::kString && time.has_value();
  }

  static bool Weight(const JsonNode& node, store::Metadata* metadata) {
    metadata->weight = static_cast<uint32_t>(node.integer);
    return node.kind == Kind::kInteger && node.integer >= 1 &&
           node.integer <= static_cast<int64_t>(store::kMaxWeight);
  }

  static const std::vector<std::pair<std::string, Field>>& Fields() {
    static const std::vector<std::pair<std::string, Field>> fields = {
        {"tenant", Text(&store::Metadata::tenant)},
        {"provider", Text(&store::Metadata::provider)},
        {"id", Text(&store::Metadata::id)},
        {"name", Text(&store::Metadata::name)},
        {"model", Text(&store::Metadata::model)},
        {"model_type", Text(&store::Metadata::model_type)},
        {"owner", Text(&store::Metadata::owner)},
        {"labels", Labels},
        {"shared_with", Shares},
        {"enabled",
         [](const JsonNode& node, store::Metadata* metadata) {
           metadata->enabled = node.boolean;
           return node.kind == Kind::kBool;
         }},
        {"expires", Expires},
        {"weight", Weight},
        {"credentials",
         [](const JsonNode& node, store::Metadata*) { return node.kind == Kind::kObject; }},
    };
    return fields;
  }

  static std::string Names() {
    std::string names;
    for (const auto& [name, field] : Fields()) names += (names.empty() ? "" : ", ") + name;
    return names;
  }

  const std::string& path_;
  const std::string_view text_;
  const Console& console_;
  bool ok_ = true;
};

}  // namespace

Exit ReadCatalog(const std::string& path, const Console& console,
                 std::shared_ptr<const evaluator::CredentialSource>* source) {
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
  Catalog catalog(path, text, console);
  for (const store::JsonProblem& problem : document.problems) {
    catalog.Fail(problem.offset, problem.what, problem.mend);
  }
  if (!document.problems.empty() || !catalog.Read(document.root)) return Exit::kFile;
  *source = std::make_shared<CatalogSource>(std::move(catalog.all));
  return Exit::kYes;
}

}  // namespace keyrule::command
