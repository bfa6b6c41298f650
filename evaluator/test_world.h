// The credentials that exist in an in-file test, and in a REPL without a source (LANGUAGE.md §4.10).
#pragma once

#include <vector>

#include "dsl/policy.h"
#include "evaluator/catalog.h"
#include "evaluator/program.h"

namespace keyrule::evaluator {

// Every credential that the policy names, enabled and without labels: for the providers of the pools it is named in,
// otherwise for every provider.
std::vector<Credential> CredentialsOfPolicy(const dsl::Policy& policy);
// The same with a test's `given` steps, each of which replaces all credentials of its name or adds one.
std::vector<Credential> CredentialsOfTest(const dsl::Policy& policy, const dsl::Test& test);
// Gives a credential a field that is a text: a name, a provider, `labels.region`.
void GiveField(std::string_view field, const std::string& value, Credential* credential);
// Those of the `given` steps alone.
std::vector<Credential> CredentialsGiven(const dsl::Test& test);
// In which tier of a pool this credential is, of a call to this provider, from 1; 0: in none.
// `by_name`: false where another candidate of its name counts, which entries by name then mean.
uint16_t PoolTier(const Program& program, uint32_t pool, const Credential& credential,
                  std::string_view provider, bool by_name = true);
// Whether a pool holds it.
bool PoolHolds(const Program& program, uint32_t pool, const Credential& credential,
               std::string_view provider);

}  // namespace keyrule::evaluator
