// A published generation of the store as the evaluator's source of credentials, and the way back: from a chosen
// credential to its opened payload.
#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "evaluator/catalog.h"
#include "store/reader.h"

namespace keyrule::plugin_api {

evaluator::Credential CredentialFrom(const store::Metadata& metadata);

class StoreSource : public evaluator::CredentialSource {
 public:
  // `trouble` hears why credentials could not be read; any thread.
  StoreSource(std::unique_ptr<store::Reader> reader,
              std::function<void(const store::Status&)> trouble);

  // What the tenant may spend, of all providers; Credential::tenant says whose each is.
  bool Candidates(std::string_view tenant,
                  std::vector<evaluator::Credential>* out) const override;

  // The payload of one of those: a JSON object.
  store::Result<store::Secret> OpenPayload(std::string_view tenant,
                                           const evaluator::Credential& credential) const;

  // Says that it is likely to be asked for soon.
  void ExpectPayload(const evaluator::Credential& credential) const noexcept;

  const store::Reader& reader() const { return *reader_; }

 private:
  std::unique_ptr<store::Reader> reader_;
  std::function<void(const store::Status&)> trouble_;
};

}  // namespace keyrule::plugin_api
