// Puts a new text in the place of a file's old one.
#pragma once

#include <string>
#include <string_view>

#include "store/status.h"

namespace keyrule::command {

// In one step: whoever reads sees the old text or the new one. Permissions, owner and links that
// lead to the file stay as they are. A file that may not be written is not.
store::Status RewriteFile(const std::string& path, std::string_view text);

}  // namespace keyrule::command
