// Conditions compiled to tests with two exits each: no recursion, no allocation, every test total.
#pragma once

#include <array>
#include <cstdint>
#include <memory_resource>
#include <mutex>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "dsl/limits.h"
#include "dsl/policy.h"
#include "evaluator/atoms.h"
#include "evaluator/formula.h"
#include "evaluator/packed_memory.h"
#include "evaluator/prefetch.h"
#include "evaluator/request.h"

namespace keyrule::evaluator {

// Where to go on: a test's index, or one of the two ends.
using Jump = int32_t;
inline constexpr Jump kJumpTrue = -1;
inline constexpr Jump kJumpFalse = -2;

// One test of one slot. 20 bytes.
struct Test {
  TestKind kind;
  uint32_t slot = 0;
  uint32_t operand = 0;  // where in the pool of Atoms that the kind reads
  Jump then_to = kJumpTrue;
  Jump else_to = kJumpFalse;
};

class Code {
 public:
  Atoms atoms;

  explicit Code(std::pmr::memory_resource* memory = std::pmr::get_default_resource()) : atoms(memory), tests_(memory) {}

  // What the named conditions are found to be for one request at one moment, so that each is looked at once however
  // often it is named. Reusable; Begin makes it ready.
  using Named = std::vector<uint8_t>;
  void Begin(Named* named) const {
    if (!named_.empty()) named->assign(named_.size(), 0);
  }

  // Runs conditions for one request at one moment. `kNames`: the code has named conditions. By value, so that what it reads
  // of the code stays in registers.
  template <bool kNames>
  class Runner {
   public:
    // From `entry` to an end.
    bool operator()(Jump entry) const noexcept {
      if constexpr (!kNames) {
        while (entry >= 0) {
          const Test& test = tests_[static_cast<size_t>(entry)];
          entry = Holds(test) ? test.then_to : test.else_to;
        }
        return entry == kJumpTrue;
      }
      // Where conditions are named that are not known yet; they lie no deeper than the limit.
      std::array<Jump, dsl::kMaxDepth + 2> open;
      size_t depth = 0;
      for (;;) {
        while (entry >= 0) {
          const Test& test = tests_[static_cast<size_t>(entry)];
          if (test.kind != TestKind::kNamed) {
            entry = Holds(test) ? test.then_to : test.else_to;
          } else if (named_[test.operand] != kUnknown) {
            entry = named_[test.operand] == kTrue ? test.then_to : test.else_to;
          } else {
            open[depth++] = entry;
            entry = begins_[test.operand];
          }
        }
        if (depth == 0) return entry == kJumpTrue;
        const Jump back = open[--depth];
        named_[tests_[static_cast<size_t>(back)].operand] = entry == kJumpTrue ? kTrue : kFalse;
        entry = back;
      }
    }

   private:
    friend class Code;
    Runner(const Code& code, const Value* values, int64_t now_ms, uint8_t* named) noexcept
        : tests_(code.tests_.data()),
          atoms_(&code.atoms),
          texts_(code.atoms.texts()),
          values_(values),
          now_ms_(now_ms),
          named_(named),
          begins_(code.named_.data()) {}

    // The commonest tests are answered here, without a call.
    bool Holds(const Test& test) const noexcept {
      const Value& value = values_[test.slot];
      if (test.kind == TestKind::kTextEqual) [[likely]] return value.text_is(Atoms::TextAt(texts_, test.operand));
      return atoms_->Holds(test.kind, test.operand, value, now_ms_);
    }

    const Test* tests_;
    const Atoms* atoms_;
    const char* texts_;
    const Value* values_;
    int64_t now_ms_;
    uint8_t* named_;
    const Jump* begins_;
  };
  // `named` is looked at only if there are named conditions.
  template <bool kNames>
  Runner<kNames> For(const Value* values, int64_t now_ms, uint8_t* named) const noexcept {
    return {*this, values, now_ms, named};
  }
  // Runs from `entry` to an end. `named` may be empty only for code without named conditions.
  bool Run(Jump entry, std::span<const Value> values, int64_t now_ms, std::span<uint8_t> named = {}) const noexcept {
    return For<true>(values.data(), now_ms, named.data())(entry);
  }
  // Asks memory for the tests of a condition.
  KEYRULE_PREFETCHES void Fetch(Jump entry) const noexcept {
    if (entry < 0) return;
    Prefetch(&tests_[static_cast<size_t>(entry)]);
    if (entry >= 2) Prefetch(&tests_[static_cast<size_t>(entry) - 2]);  // those that follow stand before it
  }
  // The truth of one condition of the policy that is no group, as written, negations of its own included: for explaining.
  bool AtomHolds(const dsl::Condition& atom, std::span<const Value> values, int64_t now_ms) const;

  std::span<const Test> tests() const { return tests_; }
  size_t size() const { return tests_.size(); }
  size_t named_count() const { return named_.size(); }
  Jump named(size_t condition) const { return named_[condition]; }
  size_t PackedBytes() const noexcept { return PackedMemory::BytesOf(tests_) + atoms.PackedBytes(); }
  void Pack(PackedMemory* memory) {
    memory->Pack(&tests_);
    atoms.Pack(memory);
  }

 private:
  friend class CodeEmitter;
  static constexpr uint8_t kUnknown = 0, kFalse = 1, kTrue = 2;

  std::pmr::vector<Test> tests_;
  std::vector<Jump> named_;  // where each named condition begins
  // Sorted by address at the first explanation.
  mutable std::vector<std::pair<const dsl::Condition*, Literal>> literals_;
  mutable std::once_flag literals_sorted_;
};

// Writes formulas into a Code. Lives only while a program is made.
class CodeEmitter {
 public:
  CodeEmitter(const Formulas& formulas, Code* code) : formulas_(formulas), code_(*code) {}

  // Where the code of this formula begins.
  Jump Add(FormulaRef formula) { return Emit(formula, kJumpTrue, kJumpFalse); }
  void Finish(std::vector<std::pair<const dsl::Condition*, Literal>> literals);

 private:
  Jump Emit(FormulaRef formula, Jump yes, Jump no);
  Jump EmitNamed(FormulaRef formula, Jump yes, Jump no);
  size_t Weigh(FormulaRef formula);

  const Formulas& formulas_;
  Code& code_;
  std::vector<uint32_t> weights_;  // by node: tests that it is written as; 0: not known
  std::vector<uint32_t> named_;    // by node: index into the code's named conditions + 1; 0: not written yet
};

}  // namespace keyrule::evaluator
