// A pointer kept as bytes, so that what holds it need not be padded to eight.
#pragma once

#include <cstdint>
#include <cstring>

namespace keyrule::dsl {

// LeakSanitizer finds pointers only where a pointer may stand.
#if defined(__SANITIZE_ADDRESS__)
#define KEYRULE_POINTER_BYTES_ALIGN alignof(void*)
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define KEYRULE_POINTER_BYTES_ALIGN alignof(void*)
#endif
#endif
#ifndef KEYRULE_POINTER_BYTES_ALIGN
#define KEYRULE_POINTER_BYTES_ALIGN alignof(uint32_t)
#endif

// Null at first. Does not own.
template <typename T>
class PointerBytes {
 public:
  T* get() const {
    T* pointer = nullptr;
    std::memcpy(&pointer, bytes_, sizeof pointer);
    return pointer;
  }
  void set(T* pointer) { std::memcpy(bytes_, &pointer, sizeof pointer); }

 private:
  alignas(KEYRULE_POINTER_BYTES_ALIGN) unsigned char bytes_[sizeof(T*)] = {};
};

#undef KEYRULE_POINTER_BYTES_ALIGN

}  // namespace keyrule::dsl
