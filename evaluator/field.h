// The fields of a credential that a policy may read: name, id, provider, model, model.type, owner, labels.KEY.
#pragma once

#include <string>
#include <string_view>

#include "evaluator/catalog.h"

namespace keyrule::evaluator {

class CredentialField {
 public:
  // `path` is one that the checker accepts.
  explicit CredentialField(std::string_view path);
  // Empty if the credential has no such value. A credential for every provider counts as one of the provider asked for.
  std::string_view Of(const Credential& credential, std::string_view provider_asked) const noexcept;

 private:
  enum class Kind { kName, kId, kProvider, kModel, kModelType, kOwner, kLabel };
  Kind kind_;
  std::string label_;
};

}  // namespace keyrule::evaluator
