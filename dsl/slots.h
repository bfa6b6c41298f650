// Gives each attribute that a policy mentions its index in Policy::slots.
#pragma once

#include <cstdint>
#include <string_view>

#include "dsl/names.h"
#include "dsl/policy.h"

namespace keyrule::dsl {

class Slots {
 public:
  // Starts with the declared attributes that are not maps.
  explicit Slots(Policy& policy);

  // The slot of an attribute, of a map's entry or of a whole map (`inputs is set`), made on first
  // mention; kUnresolved if there is no such attribute.
  uint32_t Of(std::string_view path);

 private:
  uint32_t Add(Attribute attribute);

  Policy& policy_;
  TextMap<uint32_t> slots_;
  TextMap<uint32_t> maps_;  // name -> index into Policy::schema_attributes
};

}  // namespace keyrule::dsl
