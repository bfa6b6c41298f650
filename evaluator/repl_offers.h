// The names and values of a policy that completion offers. Private to evaluator/repl*.cc.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "evaluator/repl_impl.h"

namespace keyrule::evaluator {

class ReplOffers {
 protected:
  // Call nothing else of it unless a policy is loaded.
  explicit ReplOffers(const Repl::Impl& impl) : impl_(impl) {}

  const dsl::Policy& policy() const { return *impl_.program->policy; }
  void OfferAttributes();
  // Of this attribute; `unique` as well where it may stand.
  void OfferValues(std::string_view path, bool unique);
  void OfferCredentials();
  void OfferRules();
  void OfferPools();
  void OfferTests();

  const Repl::Impl& impl_;
  std::set<std::string> offers_;

 private:
  bool ChoosesCredential(std::string_view path) const;
  const std::vector<Credential>& All();
  std::string TenantOf() const;

  std::vector<Credential> all_;
};

}  // namespace keyrule::evaluator
