#include "dsl/policy.h"

namespace keyrule::dsl {

uint32_t Policy::FindSlot(std::string_view path) const {
  for (uint32_t i = 0; i < slots.size(); ++i) {
    if (slots[i].path.text == path) return i;
  }
  return kUnresolved;
}

const Attribute* Policy::FindMap(std::string_view path, std::string_view* key) const {
  const Attribute* found = nullptr;
  for (const Attribute& attribute : schema_attributes) {
    const std::string_view map = attribute.path.text;
    if (attribute.type != Type::kMapOfString || path.size() <= map.size() + 1 ||
        !path.starts_with(map) || path[map.size()] != '.') {
      continue;
    }
    found = &attribute;  // maps do not overlap, so there is at most one
    if (key != nullptr) *key = path.substr(map.size() + 1);
  }
  return found;
}

}  // namespace keyrule::dsl
