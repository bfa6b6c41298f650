#include "store/wipe_openssl.h"

#include <malloc.h>
#include <openssl/crypto.h>
#include <string.h>

#include <algorithm>
#include <cstdlib>

namespace keyrule::store {
namespace {

void* Allocate(size_t size, const char*, int) { return std::malloc(size); }

void Free(void* block, const char*, int) {
  if (block == nullptr) return;
  explicit_bzero(block, malloc_usable_size(block));
  std::free(block);
}

// Never in place: what is cut off would stay.
void* Reallocate(void* block, size_t size, const char* file, int line) {
  if (block == nullptr) return std::malloc(size);
  if (size == 0) {
    Free(block, file, line);
    return nullptr;
  }
  void* const larger = std::malloc(size);
  if (larger == nullptr) return nullptr;
  memcpy(larger, block, std::min(size, malloc_usable_size(block)));
  Free(block, file, line);
  return larger;
}

}  // namespace

bool WipeWhatOpenSslFrees() noexcept { return CRYPTO_set_mem_functions(Allocate, Reallocate, Free) == 1; }

}  // namespace keyrule::store
