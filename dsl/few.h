// The values of a node that has one or none as a rule: a std::vector in the room of a pointer.
#pragma once

#include <cstdint>
#include <memory>
#include <new>
#include <utility>

#include "dsl/pointer_bytes.h"

namespace keyrule::dsl {

template <class T>
class Few {
 public:
  using value_type = T;
  using iterator = T*;
  using const_iterator = const T*;

  Few() = default;
  Few(const Few& other) {
    for (const T& value : other) push_back(value);
  }
  Few(Few&& other) noexcept { std::swap(block_, other.block_); }
  Few& operator=(Few other) noexcept {
    std::swap(block_, other.block_);
    return *this;
  }
  ~Few() {
    std::destroy(begin(), end());
    ::operator delete(block());
  }

  size_t size() const { return block() == nullptr ? 0 : block()->size; }
  bool empty() const { return size() == 0; }
  T* begin() { return values(); }
  T* end() { return values() + size(); }
  const T* begin() const { return values(); }
  const T* end() const { return values() + size(); }
  T& operator[](size_t at) { return values()[at]; }
  const T& operator[](size_t at) const { return values()[at]; }
  T& front() { return *begin(); }
  const T& front() const { return *begin(); }
  T& back() { return end()[-1]; }
  const T& back() const { return end()[-1]; }

  T& push_back(T value) {
    if (block() == nullptr) reserve(1);
    if (block()->size == block()->room) reserve(2 * size_t{block()->room});
    T* const added = new (end()) T(std::move(value));
    ++block()->size;
    return *added;
  }

  void reserve(size_t room) {
    Block* const old = block();
    if (room <= (old == nullptr ? 0 : old->room)) return;
    auto* const grown = static_cast<Block*>(::operator new(sizeof(Block) + room * sizeof(T)));
    grown->size = static_cast<uint32_t>(size());
    grown->room = static_cast<uint32_t>(room);
    std::uninitialized_move(begin(), end(), reinterpret_cast<T*>(grown + 1));
    std::destroy(begin(), end());
    ::operator delete(old);
    block_.set(grown);
  }

 private:
  struct alignas(T) alignas(uint32_t) Block {
    uint32_t size;
    uint32_t room;
  };

  Block* block() const { return block_.get(); }
  T* values() const { return block() == nullptr ? nullptr : reinterpret_cast<T*>(block() + 1); }
  PointerBytes<Block> block_;
};

}  // namespace keyrule::dsl
