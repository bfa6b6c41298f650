#include "plugin_api/command/credential_input.h"

#include <set>
#include <utility>

#include "dsl/suggest.h"
#include "dsl/wording.h"
#include "plugin_api/command/catalog_file.h"
#include "plugin_api/command/key_input.h"
#include "plugin_api/store_source.h"
#include "store/key_reference.h"

namespace keyrule::command {
namespace {

// One tenant's view, whoever asks: `--tenant` without a `tenant.id` in the request.
class OneTenant final : public evaluator::CredentialSource {
 public:
  OneTenant(std::shared_ptr<const evaluator::CredentialSource> source, std::string tenant)
      : source_(std::move(source)), tenant_(std::move(tenant)) {}
  bool Candidates(std::string_view, std::vector<evaluator::Credential>* out) const override {
    return source_->Candidates(tenant_, out);
  }
  const evaluator::Revocations* revocations() const override { return source_->revocations(); }

 private:
  std::shared_ptr<const evaluator::CredentialSource> source_;
  std::string tenant_;
};

Exit CheckInput(const CredentialInput& input, const Options& options) {
  if (!input.store.empty() && !input.catalog.empty()) {
    return options.Wrong("`--store` and `--catalog` exclude each other");
  }
  if (!input.key.empty() && input.store.empty()) {
    return options.Wrong("`--key` opens a store", "name it with `--store DIR`");
  }
  if (!input.tenant.empty() && input.store.empty() && input.catalog.empty()) {
    return options.Wrong("`--tenant` chooses among the credentials of a store or catalog",
                         "name one with `--store DIR` or `--catalog FILE`");
  }
  return Exit::kYes;
}

class RowReader {
 public:
  RowReader(const std::string& tenant, RowsOf of, ReadRows* all) : tenant_(tenant), of_(of), all_(*all) { all_.rows.emplace(); }

  void Add(const store::Metadata& row, bool may_be_used) {
    std::set<std::string> spenders(row.shared_with.begin(), row.shared_with.end());
    if (row.tenant.empty() || spenders.contains("*")) {
      spenders = {tenant_};
    } else {
      spenders.insert(row.tenant);
      tenants_.insert(spenders.begin(), spenders.end());
    }
    if (!tenant_.empty() && !spenders.contains(tenant_)) {
      all_.elsewhere.insert(row.name);
      return;
    }
    evaluator::Credential credential = plugin_api::CredentialFrom(row);
    credential.enabled = credential.enabled && may_be_used;
    if (of_ == RowsOf::kTenants) {
      if (!tenant_.empty()) spenders = {tenant_};
      for (const std::string& spender : spenders) {
        credential.tenant = spender;
        all_.rows->push_back(credential);
      }
    } else {
      all_.rows->push_back(std::move(credential));
    }
  }

  Exit End(const Options& options) {
    for (const evaluator::Credential& row : *all_.rows) all_.elsewhere.erase(row.name);
    if (tenant_.empty() || !all_.rows->empty()) return Exit::kYes;
    return options.Wrong("tenant " + dsl::Tick(tenant_) + " has no credential there",
                         dsl::Suggest(tenant_, {tenants_.begin(), tenants_.end()}, "tenants", "nobody has any"));
  }

 private:
  const std::string& tenant_;  // empty: all
  const RowsOf of_;
  ReadRows& all_;
  std::set<std::string> tenants_;  // that may spend any
};

}  // namespace

void AddCredentialOptions(Options* options, CredentialInput* input, bool with_catalog) {
  options->Text("--store DIR", &input->store, "the credentials of this store");
  options->Text(kKeyOption, &input->key, kKeyDoc);
  options->Text("--tenant TENANT", &input->tenant, "whose credentials");
  if (with_catalog) {
    options->Text("--catalog FILE", &input->catalog,
                  "the credentials of this file: as for `import`, secrets not needed");
  }
}

Exit OpenReader(const std::string& store, const std::string& key, const Console& console,
                std::unique_ptr<store::Reader>* reader) {
  KeyInput input;
  const Exit exit =
      ReadKey(store, key, console, &input,
              "check the path, or make one with `keyrule import FILE --store " + store + "`");
  if (exit != Exit::kYes) return exit;
  store::Result<std::unique_ptr<store::Reader>> opened = store::Reader::Open(store, input.key);
  if (!opened.ok()) {
    console.Error(store::WithKeyName(opened.status(), *input.provider));
    return Exit::kFile;
  }
  *reader = *std::move(opened);
  return Exit::kYes;
}

Exit OpenCredentials(const CredentialInput& input, const Options& options,
                     std::shared_ptr<const evaluator::CredentialSource>* source) {
  if (const Exit exit = CheckInput(input, options); exit != Exit::kYes) return exit;
  if (!input.catalog.empty()) {
    const Exit exit = ReadCatalog(input.catalog, options.console(), source);
    if (exit != Exit::kYes) return exit;
  } else if (!input.store.empty()) {
    std::unique_ptr<store::Reader> reader;
    const Exit exit = OpenReader(input.store, input.key, options.console(), &reader);
    if (exit != Exit::kYes) return exit;
    *source = std::make_shared<plugin_api::StoreSource>(
        std::move(reader),
        [console = options.console()](const store::Status& status) { console.Error(status); });
  } else {
    return Exit::kYes;
  }
  if (!input.tenant.empty()) *source = std::make_shared<OneTenant>(*source, input.tenant);
  return Exit::kYes;
}

Exit ReadCredentials(const CredentialInput& input, const Options& options, RowsOf of, ReadRows* all) {
  if (const Exit exit = CheckInput(input, options); exit != Exit::kYes) return exit;
  if (input.catalog.empty() && input.store.empty()) return Exit::kYes;
  RowReader reader(input.tenant, of, all);
  if (!input.catalog.empty()) {
    std::vector<store::Metadata> rows;
    if (const Exit exit = ReadCatalogFile(input.catalog, options.console(), &rows); exit != Exit::kYes) return exit;
    for (const store::Metadata& row : rows) reader.Add(row, true);
  } else {
    std::unique_ptr<store::Reader> store;
    if (const Exit exit = OpenReader(input.store, input.key, options.console(), &store); exit != Exit::kYes) return exit;
    const store::Status status = store->List([&](const store::Metadata& row) {
      reader.Add(row, !store->IsRevoked(row));
      return true;
    });
    if (!status.ok()) return options.console().Error(status), Exit::kFile;
  }
  return reader.End(options);
}

Exit FillTenants(const CredentialInput& input,
                 const std::vector<std::unique_ptr<evaluator::RequestBuilder>>& requests,
                 const Options& options) {
  if (input.tenant.empty()) return Exit::kYes;
  for (const auto& request : requests) {
    const auto named = request->shown().find("tenant.id");
    if (named == request->shown().end()) {
      std::string error;
      const bool fits = request->Declared("tenant.id") == nullptr || request->SetText("tenant.id", input.tenant, &error);
      if (!fits) return options.Wrong(error);
      continue;
    }
    if (named->second == input.tenant) continue;
    return options.Wrong("`--tenant " + input.tenant + "` and the request's tenant `" +
                             named->second + "` contradict each other",
                         "name the tenant once");
  }
  return Exit::kYes;
}

}  // namespace keyrule::command
