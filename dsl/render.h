// Diagnostics as text (with colour or plain) and as JSON lines. One form for every command. Each
// result ends with a line break; no control character of a policy reaches a terminal.
#pragma once

#include <string>

#include "dsl/diagnostic.h"
#include "dsl/source.h"

namespace keyrule::dsl {

enum class RenderStyle { kColour, kText, kPlain };  // kPlain: one line each, no drawing

std::string Render(const Diagnostic& diagnostic, const Sources& sources, RenderStyle style);
// One object on one line, with the keys of the language reference's "command" section.
std::string RenderJson(const Diagnostic& diagnostic, const Sources& sources);

}  // namespace keyrule::dsl
