// Conditions compiled to tests with two exits each: no recursion, no allocation, every test total.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "dsl/limits.h"
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

  // What the named conditions are found to be for one request at one moment, so that each is looked
  // at once however often it is named. Reusable; all zero at the start.
  using Named = std::vector<uint8_t>;
  void Begin(Named* named) const { named->assign(named_.size(), 0); }

  // Runs from `entry` to an end. `named` may be empty only for code without named conditions.
  bool Run(Jump entry, std::span<const Value> values, int64_t now_ms,
           std::span<uint8_t> named = {}) const noexcept {
    // Where conditions are named that are not known yet; they lie no deeper than the limit.
    std::array<Jump, dsl::kMaxDepth + 2> open;
    size_t depth = 0;
    for (;;) {
      while (entry >= 0) {
        const Test& test = tests_[static_cast<size_t>(entry)];
        if (test.kind != TestKind::kNamed) {
          entry = Holds(test, values[test.slot], now_ms) ? test.then_to : test.else_to;
        } else if (named[test.operand] != kUnknown) {
          entry = named[test.operand] == kTrue ? test.then_to : test.else_to;
        } else {
          open[depth++] = entry;
          entry = named_[test.operand];
        }
      }
      if (depth == 0) return entry == kJumpTrue;
      const Jump back = open[--depth];
      named[tests_[static_cast<size_t>(back)].operand] = entry == kJumpTrue ? kTrue : kFalse;
      entry = back;
    }
  }
  // The truth of one atom as written, negations of its own included: for explaining.
  bool AtomHolds(const dsl::Condition& atom, std::span<const Value> values,
                 int64_t now_ms) const noexcept;
  size_t size() const { return tests_.size(); }

 private:
  static constexpr uint8_t kUnknown = 0, kFalse = 1, kTrue = 2;
  struct ShareTest {
    std::string path;
    std::string salt;
    uint32_t from, to;
  };

  Jump Emit(const dsl::Condition& condition, Jump yes, Jump no);
  Jump EmitLet(uint32_t let, Jump yes, Jump no);
  size_t Weigh(const dsl::Condition& condition);
  size_t WeighLet(uint32_t let);
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
  std::vector<Jump> named_;                           // where each named condition begins
  std::unordered_map<uint32_t, uint32_t> let_named_;  // let -> index into named_
  std::unordered_map<uint32_t, size_t> let_weights_;  // let -> tests, as far as they are counted
  std::unordered_map<const dsl::Condition*, std::pair<uint32_t, bool>> atoms_;  // test, negated
  std::unordered_map<uint32_t, uint32_t> list_sets_;   // let -> operand
  std::unordered_map<uint32_t, uint32_t> table_sets_;  // table -> operand
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
