#include "plugin_api/slot_table.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace keyrule::plugin_api {
namespace {

dsl::Policy PolicyOf(int slots) {
  dsl::Policy policy;
  for (int i = 0; i < slots; ++i) {
    dsl::Attribute attribute;
    attribute.path.text = "a" + std::to_string(i);
    attribute.type = i % 2 == 0 ? dsl::Type::kString : dsl::Type::kInt;
    policy.slots.push_back(attribute);
  }
  return policy;
}

TEST(SlotTable, KnowsWhatWasGivenAndWhatIsRead) {
  const dsl::Policy policy = PolicyOf(3);
  SlotTable table(policy, std::vector<bool>(policy.slots.size(), true));
  table.Add(1, "a2");
  table.Add(2, "elsewhere");
  table.Add(3, "a0");
  EXPECT_EQ(table.Find(1).slot, 2u);
  EXPECT_EQ(table.Find(2).slot, SlotTable::kNotRead);
  EXPECT_EQ(table.Find(3).slot, 0u);
  for (uint32_t id : {0u, 4u, 64u, 65u, 1'000'000u, SlotTable::kMaxId, SlotTable::kMaxId + 1, UINT32_MAX}) {
    EXPECT_EQ(table.Find(id).slot, SlotTable::kUnknownId) << id;
  }
  EXPECT_EQ(table.kind(0), evaluator::ValueKind::kText);
  EXPECT_EQ(table.kind(1), evaluator::ValueKind::kInteger);
  EXPECT_EQ(table.path(2), "a2");
}

TEST(SlotTable, KnowsTextsThatNothingLooksAt) {
  const dsl::Policy policy = PolicyOf(4);
  SlotTable table(policy, {true, false, false, false});
  for (uint32_t id = 1; id <= 4; ++id) table.Add(id, "a" + std::to_string(id - 1));
  table.Add(5, "elsewhere");
  table.Add(70, "a0");  // beyond the ids that stand ready
  table.Add(71, "elsewhere");
  const auto find = [&](uint32_t id, uint32_t kind = KEYRULE_TEXT) {
    keyrule_attribute attribute{};
    attribute.id = id;
    attribute.kind = kind;
    return table.FindText(attribute);
  };
  EXPECT_EQ(find(1), 0u);
  EXPECT_EQ(find(2), SlotTable::kNotSimple);  // an integer: its kind is to be checked
  EXPECT_EQ(find(3), SlotTable::kUnreadText);
  EXPECT_EQ(find(5), SlotTable::kNotRead);
  EXPECT_EQ(find(70), 0u);
  EXPECT_EQ(find(71), SlotTable::kNotRead);
  for (const uint32_t id : {1u, 3u, 5u, 70u, 71u}) {  // no text: whoever gives it hears so, or that it is of no interest
    EXPECT_EQ(find(id, KEYRULE_INTEGER), SlotTable::kNotSimple) << id;
    EXPECT_EQ(find(id, KEYRULE_ABSENT), SlotTable::kNotSimple) << id;
  }
  for (const uint32_t id : {0u, 6u, 63u, 64u, 72u, UINT32_MAX}) EXPECT_EQ(find(id), SlotTable::kNotSimple) << id;
  EXPECT_EQ(table.Find(3).slot, 2u);
  EXPECT_EQ(table.Find(3).kind, evaluator::ValueKind::kText);
}

TEST(SlotTable, GrowsWhileOthersRead) {
  constexpr uint32_t kIds = 5000;
  const dsl::Policy policy = PolicyOf(50);
  SlotTable table(policy, std::vector<bool>(policy.slots.size(), true));
  std::atomic<uint32_t> added{0};
  std::atomic<int> wrong{0};
  std::thread reader([&] {
    while (added < kIds) {
      const uint32_t known = added.load(std::memory_order_acquire);
      for (uint32_t id = 1; id <= known; id += 97) wrong += table.Find(id).slot != id % 50;
    }
  });
  for (uint32_t id = 1; id <= kIds; ++id) {
    table.Add(id, "a" + std::to_string(id % 50));
    added.store(id, std::memory_order_release);
  }
  reader.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace keyrule::plugin_api
