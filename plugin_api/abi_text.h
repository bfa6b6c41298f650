// Texts and structs over the C boundary.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "keyrule/keyrule.h"

namespace keyrule::plugin_api {

inline std::string_view View(keyrule_str text) {
  return text.ptr == nullptr ? std::string_view() : std::string_view(text.ptr, text.len);
}

inline keyrule_str Str(std::string_view text) { return {text.data(), text.size()}; }

// An attribute's id and kind, to be compared at once.
inline uint64_t WhatOf(const keyrule_attribute& attribute) noexcept { return uint64_t{attribute.kind} << 32 | attribute.id; }

// A length without bytes, or one that no text has: a mistake of the host that must not be read.
inline bool IsBroken(keyrule_str text) {
  return (text.ptr == nullptr && text.len != 0) || text.len > KEYRULE_MAX_TEXT;
}

// A struct of the host in the shape that this library knows: fields that an older host does not have are zero, those
// that a newer one adds are not looked at. False if the size cannot be one.
template <class T>
bool CopySized(const T& host, T* ours) {
  if (host.struct_size < sizeof(host.struct_size)) return false;
  *ours = T{};
  std::memcpy(static_cast<void*>(ours), &host, std::min<size_t>(host.struct_size, sizeof(T)));
  ours->struct_size = sizeof(T);
  return true;
}

// The same outwards: never writes behind what the host has room for.
template <class T>
bool FillSized(const T& ours, T* host) {
  if (host->struct_size < sizeof(host->struct_size)) return false;
  const uint32_t size = host->struct_size;
  std::memcpy(static_cast<void*>(host), &ours, std::min<size_t>(size, sizeof(T)));
  host->struct_size = size;
  return true;
}

}  // namespace keyrule::plugin_api
