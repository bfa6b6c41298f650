// The smallest conditions of a program, each standing once however often it is written, and the constants that they
// compare with.
#pragma once

#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <memory_resource>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "dsl/policy.h"
#include "evaluator/clock_test.h"
#include "evaluator/glob.h"
#include "evaluator/packed_memory.h"
#include "evaluator/request.h"
#include "evaluator/text_map.h"

namespace re2 {
class RE2;
}

namespace keyrule::evaluator {

enum class TestKind : uint8_t {
#define KEYRULE_TEST(name, meaning) k##name,
#include "evaluator/test_kinds.def"
#undef KEYRULE_TEST
};

// Equal atoms have equal operands where that is cheap to find out: texts, numbers, patterns, shares, named sets.
struct Atom {
  TestKind kind = TestKind::kPresent;
  uint32_t slot = 0;
  uint32_t operand = 0;  // where in the pool that the kind reads

  bool operator==(const Atom&) const = default;
};

// An atom, or its contrary.
struct Literal {
  uint32_t atom = 0;
  bool negated = false;
};

// Part of a program: immutable once the program is made. Its sets borrow texts of the policy.
class Atoms {
 public:
  struct ShareTest {
    std::string path;
    std::string salt;
    uint32_t from = 0, to = 0;  // hundredths of a percent, half open

    bool operator==(const ShareTest&) const = default;
  };

  explicit Atoms(std::pmr::memory_resource* memory = std::pmr::get_default_resource());
  ~Atoms();
  Atoms(Atoms&&) noexcept;
  Atoms& operator=(Atoms&&) noexcept;

  size_t size() const { return atoms_.size(); }
  size_t PackedBytes() const noexcept { return PackedMemory::BytesOf(texts_); }
  void Pack(PackedMemory* memory) { memory->Pack(&texts_); }
  const Atom& operator[](uint32_t atom) const { return atoms_[atom]; }

  // Total: an absent value fails every test but that of the clock.
  bool Holds(TestKind kind, uint32_t operand, const Value& value, int64_t now_ms) const noexcept;
  bool Holds(const Atom& atom, const Value& value, int64_t now_ms) const noexcept {
    return Holds(atom.kind, atom.operand, value, now_ms);
  }

  // What a test compares with; call only for its kind.
  std::string_view text(uint32_t operand) const { return TextAt(texts(), operand); }
  // Of all texts: for those who read many.
  const char* texts() const noexcept { return texts_.data(); }
  static std::string_view TextAt(const char* texts, uint32_t operand) noexcept {
    uint32_t size;
    std::memcpy(&size, texts + operand, sizeof size);
    return {texts + operand + sizeof size, size};
  }
  int64_t number(uint32_t operand) const { return numbers_[operand]; }
  const TextMap& text_set(uint32_t operand) const { return text_sets_[operand]; }
  const std::vector<int64_t>& number_set(uint32_t operand) const { return number_sets_[operand]; }
  // The set has a name, so that any number of conditions may mean it.
  bool is_named(TestKind kind, uint32_t operand) const;
  const Glob& glob(uint32_t operand) const { return globs_[operand]; }
  const std::string& pattern(uint32_t operand) const;
  const ShareTest& share(uint32_t operand) const { return shares_[operand]; }

 private:
  friend class AtomBuilder;

  std::vector<Atom> atoms_;
  // Each text behind its size: a test reaches its text by one step, and those of a rule lie together.
  std::pmr::string texts_;
  std::vector<int64_t> numbers_;
  std::vector<TextMap> text_sets_;
  std::vector<bool> text_set_named_;
  std::vector<std::vector<int64_t>> number_sets_;  // sorted
  std::vector<bool> number_set_named_;
  std::vector<Glob> globs_;
  std::vector<std::unique_ptr<re2::RE2>> patterns_;
  std::vector<ShareTest> shares_;
  std::vector<ClockCheck> clocks_;
  ZoneCache zones_;
};

// Adds atoms as conditions are met. Lives only while a program is made.
class AtomBuilder {
 public:
  // Maps a path of a condition to a slot.
  using SlotOf = std::function<uint32_t(const dsl::Path&)>;

  // Borrows all of them.
  AtomBuilder(Atoms* atoms, const dsl::Policy& policy, SlotOf slot_of);

  // `condition` is no group, no `not` and no name of a condition.
  Literal Add(const dsl::Condition& condition);

 private:
  uint32_t Intern(const Atom& atom);
  uint32_t TextOperand(std::string_view text);
  uint32_t NumberOperand(int64_t number);
  Atom Compare(const dsl::Comparison& comparison);
  Atom Member(const dsl::Membership& member);
  Atom NamedSet(const dsl::ListName& name, uint32_t slot);
  Atom Texts(const std::vector<std::string_view>& items, uint32_t slot, bool named);
  Atom Numbers(const dsl::IntegerList& list, uint32_t slot, bool named);
  Atom TextTest(const dsl::TextTest& test);

  struct AtomHash {
    size_t operator()(const Atom& atom) const noexcept;
  };

  Atoms& atoms_;
  const dsl::Policy& policy_;
  const SlotOf slot_of_;
  std::unordered_map<Atom, uint32_t, AtomHash> known_;
  std::unordered_map<std::string_view, uint32_t> texts_, globs_, patterns_;
  std::unordered_map<int64_t, uint32_t> numbers_;
  std::unordered_map<uint32_t, Atom> lists_, tables_;  // by let, by table; the slot is another each time
};

}  // namespace keyrule::evaluator
