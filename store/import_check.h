// From a located JSON tree to records, collecting what is wrong. Private to store/.

#pragma once

#include <string_view>

#include "store/import.h"
#include "store/located_json.h"

namespace keyrule::store {

// Checks the tree of `text` and appends to the records and errors of `file`. A payload's span is
// the whole JSON object as it stands in `text`.
void CheckImport(const JsonNode& root, std::string_view text, ImportFile* file);

// Is this member of an import file a payload?
bool IsImportPayload(size_t depth, std::string_view name);

}  // namespace keyrule::store
