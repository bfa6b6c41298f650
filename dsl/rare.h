// What most nodes of the syntax tree lack: a std::optional that takes the room of its value only where there is one.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <utility>

namespace keyrule::dsl {

template <class T>
class Rare {
 public:
  Rare() = default;
  Rare(std::nullopt_t) {}                                // NOLINT: as std::optional
  Rare(T value) { Set(new T(std::move(value))); }        // NOLINT
  Rare(const Rare& other) { if (other) Set(new T(*other)); }
  Rare(Rare&& other) noexcept { Swap(other); }
  Rare& operator=(Rare other) noexcept {
    Swap(other);
    return *this;
  }
  ~Rare() { delete get(); }

  explicit operator bool() const { return get() != nullptr; }
  bool has_value() const { return get() != nullptr; }
  T& operator*() { return *get(); }
  const T& operator*() const { return *get(); }
  T* operator->() { return get(); }
  const T* operator->() const { return get(); }

 private:
  T* get() const {
    T* value = nullptr;
    std::memcpy(&value, value_, sizeof value);
    return value;
  }
  void Set(T* value) { std::memcpy(value_, &value, sizeof value); }
  void Swap(Rare& other) noexcept { std::swap(value_, other.value_); }

  alignas(uint32_t) unsigned char value_[sizeof(T*)] = {};  // in pieces, as in Words
};

}  // namespace keyrule::dsl
