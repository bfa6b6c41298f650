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

class StoreSource : public evaluator::CredentialSource, private evaluator::Revocations {
 public:
  // `trouble` hears why credentials could not be read; any thread.
  // `max_staleness_ms`: how long credentials are used without a sync that confirms them; 0: for ever.
  StoreSource(std::unique_ptr<store::Reader> reader,
              std::function<void(const store::Status&)> trouble, uint64_t max_staleness_ms = 0);

  // What the tenant may spend, of all providers; Credential::tenant says whose each is.
  bool Candidates(std::string_view tenant,
                  std::vector<evaluator::Credential>* out) const override;
  bool IsFresh(int64_t now_ms) const noexcept override {
    return !Ages() || AgeMs(now_ms) <= max_staleness_ms_;
  }
  bool Ages() const noexcept override { return max_staleness_ms_ != 0; }
  // Since a sync confirmed it; UINT64_MAX: none ever did, or SHARED cannot say.
  uint64_t AgeMs(int64_t now_ms) const noexcept;

  const evaluator::Revocations* revocations() const override {
    return shared_ == nullptr ? nullptr : this;
  }

  // Was it taken back since this generation was published?
  bool IsRevoked(const evaluator::Credential& credential) const noexcept {
    return shared_ != nullptr && Epoch() != 0 && Revoked(credential);
  }

  // The payload of one of those: a JSON object.
  store::Result<store::Secret> OpenPayload(std::string_view tenant,
                                           const evaluator::Credential& credential) const;

  // Says that it is likely to be asked for soon, for a credential with this hint.
  void ExpectPayload(uint32_t source_hint) const noexcept { reader_->ExpectPayload(source_hint); }

  const store::Reader& reader() const { return *reader_; }
  // Is a newer generation published, or SHARED replaced, as far as SHARED says? One atomic load.
  bool IsSuperseded() const noexcept {
    return shared_ != nullptr && shared_->Generation() > generation_;
  }

 private:
  uint64_t Epoch() const noexcept override { return shared_->Revocations(); }
  bool Revoked(const evaluator::Credential& credential) const noexcept override {
    return shared_->Revoked({credential.mark[0], credential.mark[1]}, credential.version);
  }

  std::unique_ptr<store::Reader> reader_;
  const store::SharedView* const shared_;  // null: there is none
  const uint64_t generation_;
  const uint64_t max_staleness_ms_;
  std::function<void(const store::Status&)> trouble_;
};

}  // namespace keyrule::plugin_api
