// Which attributes a request has: the built-in schema, `--schema FILE`, and what a policy adds.
// Private to dsl/.
#pragma once

#include <string_view>

#include "dsl/loading.h"

namespace keyrule::dsl {

// dify.schema.keyrule, taken into the library when it is built.
extern const std::string_view kBuiltinSchema;
inline constexpr std::string_view kBuiltinSchemaFile = "dify.schema.keyrule";

// Stage: finds the policy's schema, declares its attributes and those added `with`, and gives them
// slots.
void ApplySchema(Loading& loading);

}  // namespace keyrule::dsl
