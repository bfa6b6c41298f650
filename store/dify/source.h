// Dify's credentials as its database has them: six tables, read in one state, in the spellings that
// policies use. Which rows are candidates stands in DIFY.md.

#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/database.h"
#include "store/dify/digest_set.h"
#include "store/dify/schema.h"
#include "store/record.h"
#include "store/status.h"

namespace keyrule::store {

// One credential. The views are valid during the call that hands it over.
struct SourceCredential {
  Metadata metadata;                        // all that Dify knows; origin set
  std::optional<std::string_view> config;   // encrypted_config; nothing too where it was not asked for
  bool of_provider = false;                 // of provider_credentials
};

using SourceVisitor = std::function<Status(const SourceCredential&)>;

class DifySource {
 public:
  // `tenants`: only these, UUIDs; empty: all. Neither is owned.
  DifySource(Database* database, std::vector<std::string> tenants)
      : database_(database), tenants_(std::move(tenants)) {}

  // Checks the tables and reads which workspaces, providers and models are in use: 16 bytes of
  // memory for each. Within a snapshot.
  Status Open();

  // Visits every credential that is a candidate, all of one workspace one after the other within a
  // table. Without `with_config` in any order, and cheaper.
  Status Walk(bool with_config, const SourceVisitor& visit);

  // Is the workspace there, archived or not?
  bool HasTenant(const std::string& tenant) const;
  bool InScope(const std::string& tenant) const;

  uint64_t tenants() const { return normal_.size() + archived_.size(); }
  // What the last Walk left out: copies of other credentials, and rows of workspaces that are gone.
  uint64_t skipped() const { return skipped_; }

 private:
  Status ReadSet(const std::string& sql, const std::function<void(DatabaseRow)>& add);
  Status WalkTable(const std::string& sql, bool of_provider, bool balancing,
                   const SourceVisitor& visit);
  bool Take(DatabaseRow row, bool of_provider, bool balancing, SourceCredential* out) const;
  std::string Where(const char* condition) const;

  Database* const database_;
  const std::vector<std::string> tenants_;
  DifySchema schema_;
  DigestSet normal_;     // workspaces
  DigestSet archived_;   // workspaces
  DigestSet providers_;  // workspace, provider: with a valid record of the workspace's own
  DigestSet models_;     // workspace, provider, model, type: the same
  uint64_t skipped_ = 0;
};

// A text that changes when anything changes that Walk would tell: for a cheap look from time to
// time. In a transaction of its own.
Result<std::string> DifyFingerprint(Database* database, const std::vector<std::string>& tenants);

}  // namespace keyrule::store
