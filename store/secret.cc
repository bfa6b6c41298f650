#include "store/secret.h"

#include <string.h>

#include <cstring>
#include <new>
#include <utility>

#include "store/arena.h"
#include "store/guarded_memory.h"

namespace keyrule::store {

Secret::Secret(size_t size, OnFork on_fork) : size_(size) {
  if (size == 0) return;
  held_ = size;
  data_ = ArenaOf(on_fork).Allocate(size);
  if (data_ != nullptr) return;
  // Too large for a block, or the arena is full: never worse than a mapping for each secret.
  const GuardedBytes own = MapGuarded(size, on_fork);
  if (own.data == nullptr) throw std::bad_alloc();
  data_ = own.data;
  held_ = own.handle;
}

Secret::Secret(Secret&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      held_(std::exchange(other.held_, 0)) {}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    Release();
    data_ = std::exchange(other.data_, nullptr);
    size_ = std::exchange(other.size_, 0);
    held_ = std::exchange(other.held_, 0);
  }
  return *this;
}

Secret::~Secret() { Release(); }

Secret Secret::CopyOf(std::span<const uint8_t> bytes, OnFork on_fork) {
  Secret copy(bytes.size(), on_fork);
  if (!bytes.empty()) std::memcpy(copy.data_, bytes.data(), bytes.size());
  return copy;
}

void Secret::Shrink(size_t size) noexcept {
  if (size >= size_) return;
  explicit_bzero(data_ + size, size_ - size);
  size_ = size;
}

void Secret::Release() noexcept {
  if (data_ == nullptr) return;
  for (const OnFork on_fork : {OnFork::kWipe, OnFork::kKeep}) {
    Arena& arena = ArenaOf(on_fork);
    if (!arena.Owns(data_)) continue;
    arena.Free(data_, held_);
    data_ = nullptr;
  }
  if (data_ != nullptr) {
    explicit_bzero(data_, size_);
    UnmapGuarded(data_, held_);
    data_ = nullptr;
  }
  size_ = 0;
  held_ = 0;
}

}  // namespace keyrule::store
