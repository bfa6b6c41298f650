#include "store/secret.h"

#include <openssl/crypto.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <limits>
#include <new>
#include <utility>

namespace keyrule::store {
namespace {

size_t RoundToPages(size_t size) {
  static const size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  if (size > std::numeric_limits<size_t>::max() - page) throw std::bad_alloc();
  return (size + page - 1) / page * page;
}

// A mapping of its own for each secret: simple, and DONTDUMP and WIPEONFORK work on whole pages
// only. An arena would go here.
uint8_t* Map(size_t bytes, Secret::OnFork on_fork) {
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  // These three harden and may be missing on an old kernel or forbidden by a limit: the secret
  // still works.
  (void)madvise(memory, bytes, MADV_DONTDUMP);
  if (on_fork == Secret::OnFork::kWipe) (void)madvise(memory, bytes, MADV_WIPEONFORK);
  (void)mlock(memory, bytes);
  return static_cast<uint8_t*>(memory);
}

}  // namespace

Secret::Secret(size_t size, OnFork on_fork) : size_(size) {
  if (size == 0) return;
  mapped_ = RoundToPages(size);
  data_ = Map(mapped_, on_fork);
}

Secret::Secret(Secret&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      mapped_(std::exchange(other.mapped_, 0)) {}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    Release();
    data_ = std::exchange(other.data_, nullptr);
    size_ = std::exchange(other.size_, 0);
    mapped_ = std::exchange(other.mapped_, 0);
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
  OPENSSL_cleanse(data_ + size, size_ - size);
  size_ = size;
}

void Secret::Release() noexcept {
  if (data_ == nullptr) return;
  OPENSSL_cleanse(data_, size_);
  (void)munmap(data_, mapped_);
  data_ = nullptr;
  size_ = 0;
  mapped_ = 0;
}

}  // namespace keyrule::store
