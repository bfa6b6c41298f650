// Which credentials a command decides over: a store's, a catalog file's, or those that the policy names.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "evaluator/catalog.h"
#include "evaluator/program.h"
#include "evaluator/request_builder.h"
#include "plugin_api/command/options.h"
#include "store/reader.h"

namespace keyrule::command {

struct CredentialInput {
  std::string store;
  std::string key;
  std::string tenant;
  std::string catalog;
};

// Declares --store, --key, --tenant and, if `with_catalog`, --catalog.
void AddCredentialOptions(Options* options, CredentialInput* input, bool with_catalog);

// Null if neither a store nor a catalog is named. Prints what is wrong and gives the exit code.
Exit OpenCredentials(const CredentialInput& input, const Options& options,
                     std::shared_ptr<const evaluator::CredentialSource>* source);

// Opens the published generation with the key that `key` names (key_input.h); prints what is wrong.
Exit OpenReader(const std::string& store, const std::string& key, const Console& console,
                std::unique_ptr<store::Reader>* reader);

struct ReadRows {
  std::optional<std::vector<evaluator::Credential>> rows;  // nothing: neither a store nor a catalog was named
  std::set<std::string, std::less<>> elsewhere;            // with --tenant: names that only others' credentials have
};
enum class RowsOf : uint8_t {
  kTenants,     // a row for each tenant that may spend it, which `tenant` says; empty: any may
  kCredential,  // one, whoever may
};

// Every credential of those, for whoever looks at all requests; with --tenant those that it may spend. Prints what is wrong.
Exit ReadCredentials(const CredentialInput& input, const Options& options, RowsOf of, ReadRows* all);

// Each request is the one of `--tenant`'s, if that is given: `tenant.id` says so. Prints what is wrong where it says another.
Exit FillTenants(const CredentialInput& input,
                 const std::vector<std::unique_ptr<evaluator::RequestBuilder>>& requests,
                 const Options& options);

}  // namespace keyrule::command
