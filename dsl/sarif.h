// Diagnostics in SARIF 2.1.0, the form that code-hosting sites show beside a change.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dsl/diagnostic.h"
#include "dsl/silence.h"
#include "dsl/source.h"

namespace keyrule::dsl {

// What one policy had; pointers are never null.
struct SarifPart {
  const Diagnostics* diagnostics;
  const std::vector<Silenced>* silenced;  // shown as suppressed, with the reason
  const Sources* sources;
};

struct SarifTool {
  std::string_view version;  // of the program
  std::string_view folder;   // absolute: places inside it are named from there
};

// One document with one run.
std::string RenderSarif(const std::vector<SarifPart>& parts, const SarifTool& tool);

}  // namespace keyrule::dsl
