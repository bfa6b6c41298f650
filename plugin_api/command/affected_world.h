// The credentials that decisions choose from when something is thought away, and which requests they could serve.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "evaluator/catalog.h"
#include "evaluator/program.h"
#include "plugin_api/command/affected_subject.h"

namespace keyrule::command {

// Those of a catalog or store (`rows`), or those that the policy names, with the subject where only conditions take it in.
std::vector<evaluator::Credential> WorldOf(const evaluator::Program& program, const Subject& subject,
                                           const std::vector<evaluator::Credential>* rows);

// Requests to one provider and one model, or to none of those that are named.
struct Served {
  std::optional<std::string> provider, model;  // nothing: another one
  std::set<std::string> named_providers, named_models;
};
// By which the credentials that the subject takes with it, or all where it is no credential, could serve requests.
std::vector<Served> ServedBy(const std::vector<evaluator::Credential>& world, const Subject& subject);
bool Serves(const evaluator::Credential& credential, const Served& served);

}  // namespace keyrule::command
