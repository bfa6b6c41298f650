#include "evaluator/packed_memory.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

namespace keyrule::evaluator {
namespace {

template <typename Item>
std::pmr::vector<Item> Numbers(size_t count, PackedMemory* memory) {
  std::pmr::vector<Item> numbers(memory);
  for (size_t i = 0; i < count; ++i) numbers.push_back(static_cast<Item>(i));  // grows as it is made
  return numbers;
}

TEST(PackedMemory, PutsWhatIsLargeSideBySide) {
  PackedMemory memory;
  auto numbers = Numbers<uint64_t>(300'000, &memory);
  auto small = Numbers<uint8_t>(1'000, &memory);
  std::pmr::string text(100'000, 'x', &memory);
  const auto expected = std::vector<uint64_t>(numbers.begin(), numbers.end());
  memory.Open(PackedMemory::BytesOf(numbers) + PackedMemory::BytesOf(small) + PackedMemory::BytesOf(text));
  memory.Pack(&numbers);
  memory.Pack(&small);
  memory.Pack(&text);
  EXPECT_TRUE(std::equal(numbers.begin(), numbers.end(), expected.begin(), expected.end()));
  EXPECT_EQ(std::string_view(text), std::string(100'000, 'x'));
  EXPECT_EQ(small[999], static_cast<uint8_t>(999));
  const auto address = [](const auto& of) { return reinterpret_cast<uintptr_t>(of.data()); };
  EXPECT_EQ(address(numbers) % (size_t{2} << 20), 0U);
  EXPECT_LT(address(small) - address(numbers), numbers.size() * sizeof(uint64_t) + 64);
  EXPECT_LT(address(text) - address(small), small.size() + 64);
  EXPECT_EQ(address(text) % 64, 0U);
  // There is no room for more, which comes from elsewhere, and may come and go.
  auto more = Numbers<uint64_t>(500'000, &memory);
  EXPECT_EQ(std::accumulate(more.begin(), more.end(), uint64_t{0}), uint64_t{499'999} * 500'000 / 2);
  numbers = more;
  EXPECT_EQ(numbers.size(), 500'000U);
}

TEST(PackedMemory, LeavesWhatIsSmallWhereItIs) {
  PackedMemory memory;
  auto numbers = Numbers<uint32_t>(1'000, &memory);
  memory.Open(PackedMemory::BytesOf(numbers));
  memory.Pack(&numbers);
  EXPECT_EQ(numbers.capacity(), numbers.size());
  EXPECT_EQ(numbers[999], 999U);
  memory.Open(size_t{1} << 62);  // cannot be had
  EXPECT_EQ(Numbers<uint32_t>(10, &memory)[9], 9U);
}

}  // namespace
}  // namespace keyrule::evaluator
