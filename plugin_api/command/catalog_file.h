// Credential metadata from a file in the form of `import`, without payloads or with payloads that are not kept.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "evaluator/catalog.h"
#include "plugin_api/command/console.h"
#include "store/record.h"

namespace keyrule::command {

// Both print what is wrong, with line and column. A credential without `tenant` is everybody's.
Exit ReadCatalogFile(const std::string& path, const Console& console, std::vector<store::Metadata>* all);
Exit ReadCatalog(const std::string& path, const Console& console,
                 std::shared_ptr<const evaluator::CredentialSource>* source);

}  // namespace keyrule::command
