// Memory in one piece for what every decision reads here and there: side by side in pages as large as the system has them, so
// that the processor finds its way to them without tables that come from memory as well.
#pragma once

#include <cstddef>
#include <memory_resource>

namespace keyrule::evaluator {

// Before Open it passes everything on to `new`, so that things may be made and grow; what is allocated afterwards, while there
// is room, lies in the piece. One thread at a time.
class PackedMemory : public std::pmr::memory_resource {
 public:
  PackedMemory() = default;
  ~PackedMemory() override;
  PackedMemory(const PackedMemory&) = delete;
  PackedMemory& operator=(const PackedMemory&) = delete;

  // Makes room for so many bytes; once. What is small, or cannot be had in one piece, comes from `new` as before.
  void Open(size_t bytes) noexcept;
  // What one vector takes of it.
  template <typename Vector>
  static size_t BytesOf(const Vector& vector) noexcept {
    return vector.size() * sizeof(vector[0]) + kLine;
  }
  // Moves a vector that uses this memory into the piece, without room to grow.
  template <typename Vector>
  void Pack(Vector* vector) {
    Vector packed(vector->begin(), vector->end(), vector->get_allocator());
    vector->swap(packed);
  }

 private:
  static constexpr size_t kLine = 64;  // everything begins at a line of the processor's memory

  void* do_allocate(size_t bytes, size_t alignment) override;
  void do_deallocate(void* memory, size_t bytes, size_t alignment) override;
  bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override { return this == &other; }

  std::byte* piece_ = nullptr;
  size_t size_ = 0;
  size_t used_ = 0;
};

}  // namespace keyrule::evaluator
