// A buffer for keys and opened credentials that cannot leak by accident.
//
// It has no copy, no comparison, no conversion, no stream operator and no formatter, on purpose:
// tests/store/nocompile.cmake holds that. Expose() is the one door; a grep for it finds every use.

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace keyrule::store {

// Owns its bytes; they are overwritten before the memory is given back. The memory is the arena's
// (arena.h): not part of core dumps, between guard pages, locked against swapping where the system
// allows it. SecretMemory (secret_memory.h) says what it refused. Up to 16 KiB cost neither a lock
// nor, once warm, a system call; larger ones have a mapping of their own. One thread at a time may
// change it; any number may Expose() a Secret that nobody changes.
class Secret {
 public:
  // What a child process made by fork() finds: zeroes, or the bytes. Keys that a forked host goes
  // on using need kKeep; everything else is better off with kWipe.
  enum class OnFork { kWipe, kKeep };

  Secret() noexcept = default;

  // `size` zero bytes, aligned to 16. Throws std::bad_alloc.
  explicit Secret(size_t size, OnFork on_fork = OnFork::kWipe);

  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret();

  // A second buffer with these bytes, said aloud. Throws std::bad_alloc.
  [[nodiscard]] static Secret CopyOf(std::span<const uint8_t> bytes,
                                     OnFork on_fork = OnFork::kWipe);

  size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }

  // The bytes, valid until this object is changed, moved or destroyed.
  std::span<const uint8_t> Expose() const noexcept { return {data_, size_}; }

  // The same for writing: for whoever fills the buffer.
  std::span<uint8_t> Fill() noexcept { return {data_, size_}; }

  // Makes it shorter; the cut bytes are overwritten. No effect when `size` is not smaller.
  void Shrink(size_t size) noexcept;

 private:
  void Release() noexcept;

  uint8_t* data_ = nullptr;
  size_t size_ = 0;
  size_t held_ = 0;  // the size that the arena was asked for, or the handle of an own mapping
};

}  // namespace keyrule::store
