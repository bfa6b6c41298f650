// Conditions compiled to tests with two exits each: no recursion, no allocation, every test total.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "dsl/policy.h"
#include "evaluator/clock_test.h"
#include "evaluator/glob.h"
#include "evaluator/request.h"
#include "evaluator/text_map.h"

namespace re2 {
class RE2;
}

namespace keyrule::evaluator {

// Where to go on: a test's index, or one of the two ends.
using Jump = int32_t;
inline constexpr Jump kJumpTrue = -1;
inline constexpr Jump kJumpFalse = -2;

enum class TestKind : uint8_t {
#define KEYRULE_TEST(name, meaning) k##name,
#include "evaluator/test_kinds.def"
#undef KEYRULE_TEST
};

// One test of one slot. 20 bytes.
struct Test {
  TestKind kind;
  uint32_t slot = 0;
  uint32_t operand = 0;  // index into the pool that the kind reads
  Jump then_to = kJumpTrue;
  Jump else_to = kJumpFalse;
};

class Code {
 public:
  // Maps a path of a condition to a slot.
  using SlotOf = std::function<uint32_t(const dsl::Path&)>;

  Code();
  ~Code();
  Code(Code&&) noexcept;
  Code& operator=(Code&&) noexcept;

  // Adds a condition and returns where it starts. The policy must outlive the code: texts are borrowed from it.
  Jump Add(const dsl::Condition& condition, const dsl::Policy& policy, const SlotOf& slot_of);

  // Runs from `entry` to an end.
  bool Run(Jump entry, std::span<const Value> values, int64_t now_ms) const noexcept {
    while (entry >= 0) {
      const Test& test = tests_[static_cast<size_t>(entry)];
      entry = Holds(test, values[test.slot], now_ms) ? test.then_to : test.else_to;
    }
    return entry == kJumpTrue;
  }
  // The truth of one atom as written, negations of its own included: for explaining.
  bool AtomHolds(const dsl::Condition& atom, std::span<const Value> values,
                 int64_t now_ms) const noexcept;
  size_t size() const { return tests_.size(); }

 private:
  struct ShareTest {
    std::string path;
    std::string salt;
    uint32_t from, to;
  };

  Jump Emit(const dsl::Condition& condition, Jump yes, Jump no);
  Jump EmitMembership(const dsl::Condition& condition, const dsl::Membership& member, Jump yes,
                      Jump no);
  Jump EmitTextTest(const dsl::Condition& condition, const dsl::TextTest& text_test, Jump yes,
                    Jump no);
  Jump EmitAtom(const dsl::Condition& condition, Test test, bool negated, Jump yes, Jump no);
  bool Holds(const Test& test, const Value& value, int64_t now_ms) const noexcept;
  uint32_t AddText(std::string_view text);

  const dsl::Policy* policy_ = nullptr;  // only while Add runs
  const SlotOf* slot_of_ = nullptr;      // only while Add runs
  std::vector<Test> tests_;
  std::unordered_map<const dsl::Condition*, std::pair<uint32_t, bool>> atoms_;  // test, negated
  std::vector<std::string_view> texts_;
  std::vector<int64_t> numbers_;
  std::vector<TextMap> text_sets_;
  std::vector<std::vector<int64_t>> number_sets_;  // sorted
  std::vector<Glob> globs_;
  std::vector<std::unique_ptr<re2::RE2>> patterns_;
  std::vector<ShareTest> shares_;
  std::vector<ClockCheck> clocks_;
  ZoneCache zones_;
};

}  // namespace keyrule::evaluator
