// The tables of Dify that are read, and what of them every version has.

#pragma once

#include "store/database.h"
#include "store/status.h"

namespace keyrule::store {

// What is there in some versions only.
struct DifySchema {
  bool has_user_id = false;  // provider_credentials.user_id: from 2026-06 on

  // Looks at the database. kInvalid names the tables and columns that are missing and what that
  // means; other codes as Database::Query.
  static Result<DifySchema> Read(Database* database);
};

}  // namespace keyrule::store
