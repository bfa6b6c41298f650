// The credentials that `keyrule new` offers: those of a store or a catalog file, or none.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "evaluator/catalog.h"
#include "plugin_api/command/console.h"
#include "plugin_api/command/credential_input.h"
#include "plugin_api/command/new_answers.h"

namespace keyrule::command {

class KnownCredentials {
 public:
  // Reads what --store or --catalog names. Of a store and no tenant: those of all tenants.
  Exit Read(const CredentialInput& input, const Options& options);

  bool any_source() const { return any_source_; }  // else every name is as good as another
  const std::vector<evaluator::Credential>& all() const { return all_; }
  // In the order of their names, each with how many credentials there are.
  std::vector<std::pair<std::string, size_t>> Providers() const;

  // The rest looks at credentials of these providers only; empty: of all.
  void Narrow(const std::vector<std::string>& providers);
  const std::vector<const evaluator::Credential*>& narrowed() const { return narrowed_; }
  // Names that can be spent now, each once, sorted.
  std::vector<std::string> UsableNames() const;
  // And behind them those that are disabled or have expired.
  std::vector<std::string> Names() const;
  // "labels.stage=production" and how many have it.
  std::vector<std::pair<Pick, size_t>> Labels() const;

  // `prod-eu`, `prod-eu weight 3`, `prod-*`, `labels.stage=production`, `all`, `others`. What is there comes before what
  // only looks like a pattern. Nothing: `*problem` says what is wrong.
  std::optional<Pick> PickOf(std::string_view word, bool others_allowed, Problem* problem) const;
  // Does one of these take the credential? `kOthers` is what `first` does not take.
  static bool Takes(const std::vector<Pick>& picks, const std::vector<Pick>& first, const evaluator::Credential& credential);

 private:
  bool HasName(std::string_view name) const;
  bool TakesAny(const Pick& pick) const;

  bool any_source_ = false;
  std::vector<evaluator::Credential> all_;
  std::vector<const evaluator::Credential*> narrowed_;
};

}  // namespace keyrule::command
