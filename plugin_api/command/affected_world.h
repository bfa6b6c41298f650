// The credentials that decisions choose from when something is thought away, and which requests they could serve.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "evaluator/catalog.h"
#include "evaluator/program.h"
#include "plugin_api/command/affected_subject.h"

namespace keyrule::command {

// Those of a catalog or store (`rows`), or those that the policy names, with one for each `where` of a pool that takes in
// the subject, or where that is no credential, anybody.
std::vector<evaluator::Credential> WorldOf(const evaluator::Program& program, const Subject& subject,
                                           const std::vector<evaluator::Credential>* rows);

// Requests to one provider, one model and one type of it, or to none of those that credentials name.
struct Served {
  struct Bound {
    std::optional<std::string> value;                    // nothing: another one
    std::shared_ptr<const std::set<std::string>> named;  // by any credential
  };
  std::array<Bound, 3> bounds;
  std::string provider() const { return bounds[0].value.value_or(""); }
};
inline constexpr std::array<const char*, 3> kServedPaths = {"provider", "model", "model.type"};

// Of a credential and a pool those requests that it could serve, else all.
std::vector<Served> ServedBy(const std::vector<evaluator::Credential>& world, const dsl::Policy& policy, const Subject& subject);
// By the first so many of its bounds.
bool Serves(const evaluator::Credential& credential, const Served& served, size_t bounds = kServedPaths.size());

}  // namespace keyrule::command
