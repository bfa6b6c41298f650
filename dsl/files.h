// The files of a policy: found, kept inside its folder, read once. Private to dsl/.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "dsl/loading.h"

namespace keyrule::dsl {

// Where the file that `written` names is, seen from the file that says so; nothing (and KR0802)
// outside the folder.
std::optional<FilePlace> FindFile(Loading& loading, const Text& written);

// Reads a text and adds it to the sources; nothing (and KR0801 or KR0014 at `span`) if that fails.
std::optional<uint32_t> ReadFile(Loading& loading, const FilePlace& place, const Span& span);

// `keyrule 1`, as it stands in the file.
Span EditionLine(const Sources& sources, const File& file);

// Stage: reads and parses the first file and what it imports, each where it stands.
void ReadPolicy(Loading& loading, const FilePlace& first, uint32_t source);

}  // namespace keyrule::dsl
