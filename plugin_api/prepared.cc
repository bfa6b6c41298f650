#include "plugin_api/prepared.h"

#include <cstddef>
#include <cstring>

namespace {

// Calls `visit` for each text of the attribute's value.
template <typename Visit>
void ForEachText(const keyrule_attribute& attribute, const Visit& visit) {
  if (attribute.kind == KEYRULE_TEXT) visit(attribute.value.text);
  if (attribute.kind != KEYRULE_LIST) return;
  for (size_t i = 0; i < attribute.value.list.count; ++i) visit(attribute.value.list.items[i]);
}

}  // namespace

keyrule_prepared::keyrule_prepared(const keyrule_request& request, uint64_t engine)
    : engine_(engine), attributes_(request.attributes, request.attributes + request.attribute_count) {
  size_t size = request.tenant.len;
  size_t count = 0;
  for (const keyrule_attribute& attribute : attributes_) {
    ForEachText(attribute, [&](const keyrule_str& text) { size += text.len; });
    if (attribute.kind == KEYRULE_LIST) count += attribute.value.list.count;
  }
  bytes_ = std::make_unique<char[]>(size);
  items_.reserve(count);
  char* at = bytes_.get();
  const auto copy = [&](const keyrule_str& text) {
    if (text.len != 0) std::memcpy(at, text.ptr, text.len);
    at += text.len;
    return keyrule_str{at - text.len, text.len};
  };
  request_.tenant = copy(request.tenant);
  for (keyrule_attribute& attribute : attributes_) {
    if (attribute.kind == KEYRULE_TEXT) attribute.value.text = copy(attribute.value.text);
    if (attribute.kind != KEYRULE_LIST) continue;
    const size_t first = items_.size();
    ForEachText(attribute, [&](const keyrule_str& text) { items_.push_back(copy(text)); });
    attribute.value.list.items = items_.data() + first;
  }
  request_.attributes = attributes_.data();
  request_.attribute_count = attributes_.size();
}
