#include "evaluator/repl_offers.h"

#include <algorithm>

#include "dsl/wording.h"

namespace keyrule::evaluator {

void ReplOffers::OfferAttributes() {
  for (const dsl::Attribute& attribute : policy().schema_attributes) {
    if (attribute.type != dsl::Type::kMapOfString) offers_.emplace(attribute.path.text);
  }
  for (const dsl::Attribute& slot : policy().slots) {
    if (slot.type != dsl::Type::kMapOfString) offers_.insert(PathText(slot.path.text));
  }
}

void ReplOffers::OfferValues(std::string_view path, bool unique) {
  const dsl::Attribute* declared = RequestBuilder(impl_.program->policy).Declared(path);
  if (declared == nullptr) return;
  for (const dsl::Text& value : declared->values) offers_.insert(dsl::InQuotes(value.value));
  if (declared->type == dsl::Type::kBool) offers_.insert({"false", "true"});
  for (std::string& literal : impl_.Mentioned().Of(path).Literals()) offers_.insert(std::move(literal));
  if (path == "provider" || path == "model") {
    for (const Credential& credential : All()) {
      const std::string& value = path == "model" ? credential.model : credential.provider;
      if (!value.empty()) offers_.insert(dsl::InQuotes(value));
    }
  }
  if (ChoosesCredential(path)) OfferCredentials();
  if (unique && (declared->type == dsl::Type::kString || declared->type == dsl::Type::kInt)) offers_.insert("unique");
}

// A rule spends the credential that this attribute names.
bool ReplOffers::ChoosesCredential(std::string_view path) const {
  const auto chooses = [path](const dsl::Rule& rule) {
    return std::any_of(rule.chain.actions.begin(), rule.chain.actions.end(), [path](const dsl::Action& action) {
      const auto* use = std::get_if<dsl::Use>(&action.what);
      const auto* named = use == nullptr ? nullptr : std::get_if<dsl::UseCredential>(&use->what);
      const auto* by = named == nullptr ? nullptr : std::get_if<dsl::Path>(&named->credential.what);
      return by != nullptr && by->text == path;
    });
  };
  return chooses(policy().fallback) || std::any_of(policy().rules.begin(), policy().rules.end(), chooses);
}

const std::vector<Credential>& ReplOffers::All() {
  // A copy of the mind's state stays as it is: only the source is asked.
  if (all_.empty()) impl_.source->Candidates(TenantOf(), &all_);
  return all_;
}

std::string ReplOffers::TenantOf() const {
  RequestBuilder builder(impl_.program->policy);
  std::string error;
  for (const ReplSetting& setting : impl_.settings) ApplySetting(setting, nullptr, &builder, &error);
  builder.FillRequired(impl_.session->now());
  return std::string(builder.Build().tenant);
}

void ReplOffers::OfferCredentials() {
  for (const Credential& credential : All()) offers_.insert(dsl::InQuotes(credential.name));
}

void ReplOffers::OfferRules() {
  for (const dsl::Rule& rule : policy().rules) offers_.emplace(rule.name.text);
}

void ReplOffers::OfferPools() {
  for (const dsl::Pool& pool : policy().pools) offers_.emplace(pool.name.text);
}

void ReplOffers::OfferTests() {
  for (const dsl::Test& test : policy().tests) offers_.insert(dsl::InQuotes(test.name.value));
}

}  // namespace keyrule::evaluator
