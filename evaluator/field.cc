#include "evaluator/field.h"

namespace keyrule::evaluator {

CredentialField::CredentialField(std::string_view path) : kind_(Kind::kLabel) {
  static constexpr std::string_view kLabels = "labels.";
  if (path.starts_with(kLabels)) {
    label_ = path.substr(kLabels.size());
  } else if (path == "name") {
    kind_ = Kind::kName;
  } else if (path == "id") {
    kind_ = Kind::kId;
  } else if (path == "provider") {
    kind_ = Kind::kProvider;
  } else if (path == "model") {
    kind_ = Kind::kModel;
  } else if (path == "model.type") {
    kind_ = Kind::kModelType;
  } else if (path == "owner") {
    kind_ = Kind::kOwner;
  }
}

std::string_view CredentialField::Of(const Credential& credential,
                                     std::string_view provider_asked) const noexcept {
  switch (kind_) {
    case Kind::kName: return credential.name;
    case Kind::kId: return credential.id;
    case Kind::kProvider:
      return credential.provider.empty() ? provider_asked : std::string_view(credential.provider);
    case Kind::kModel: return credential.model;
    case Kind::kModelType: return credential.model_type;
    case Kind::kOwner: return credential.owner;
    case Kind::kLabel:
      for (const auto& [key, value] : credential.labels) {
        if (key == label_) return value;
      }
      return {};
  }
  return {};
}

}  // namespace keyrule::evaluator
