// A policy in its one layout (dsl/LANGUAGE.md, "Layout"): the same tokens and comments, with
// other blanks and line breaks between them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "dsl/diagnostic.h"
#include "dsl/source.h"

namespace keyrule::dsl {

// Nothing, and the errors in `diagnostics`, if the text does not parse: nobody can say then what
// its layout is. Names and types do not matter, and imports are not read.
std::optional<std::string> Format(const Sources& sources, uint32_t source,
                                  Diagnostics& diagnostics);

}  // namespace keyrule::dsl
