#include "dsl/slots.h"

#include <utility>

namespace keyrule::dsl {

Slots::Slots(Policy& policy) : policy_(policy) {
  for (uint32_t i = 0; i < policy.schema_attributes.size(); ++i) {
    const Attribute& attribute = policy.schema_attributes[i];
    if (attribute.type == Type::kMapOfString) {
      maps_.emplace(attribute.path.text, i);
    } else {
      Add(attribute);
    }
  }
}

uint32_t Slots::Add(Attribute attribute) {
  const auto slot = static_cast<uint32_t>(policy_.slots.size());
  attribute.path.slot = slot;
  slots_.emplace(attribute.path.text, slot);
  policy_.slots.push_back(std::move(attribute));
  return slot;
}

uint32_t Slots::Of(std::string_view path) {
  if (const auto at = slots_.find(path); at != slots_.end()) return at->second;
  if (const auto at = maps_.find(path); at != maps_.end()) {
    return Add(policy_.schema_attributes[at->second]);
  }
  for (size_t dot = path.rfind('.'); dot != std::string_view::npos && dot > 0;
       dot = path.rfind('.', dot - 1)) {
    const auto at = maps_.find(path.substr(0, dot));
    if (at == maps_.end()) continue;
    const Attribute& map = policy_.schema_attributes[at->second];
    Attribute entry;
    entry.path.text = path;
    entry.path.span = map.path.span;
    entry.type = Type::kString;
    entry.optional = true;
    entry.untrusted = map.untrusted;
    entry.span = map.span;
    return Add(std::move(entry));
  }
  return kUnresolved;
}

}  // namespace keyrule::dsl
