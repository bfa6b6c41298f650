// Everything that conditions can tell apart of requests (or of credentials): variables, their classes, which of them every
// atom is about, and back from a point to a request that lies in it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "dsl/ast.h"
#include "evaluator/analysis/class_set.h"
#include "evaluator/analysis/clock_classes.h"
#include "evaluator/analysis/number_classes.h"
#include "evaluator/analysis/text_classes.h"
#include "evaluator/analysis/variable.h"
#include "evaluator/atoms.h"
#include "evaluator/request.h"

namespace keyrule::analysis {

// What a request has to be given so that it lies in a point.
struct Assignment {
  std::string path;
  // Texts of a list stand together; nothing: the attribute is to be absent.
  std::variant<std::monostate, std::string, int64_t, bool, std::vector<std::string>> value;
  dsl::Type type = dsl::Type::kString;
  uint32_t slot = 0;  // unresolved: an entry of a map that the policy does not name
};
struct Example {
  std::vector<Assignment> assignments;  // in the order of the slots; what is plain is left out
  std::optional<int64_t> clock_ms;      // where it matters
};

class Space {
 public:
  // `slots` and `atoms` are borrowed; `clocks`: the test of each clock atom.
  Space(const std::vector<dsl::Attribute>& slots, const evaluator::Atoms& atoms,
        std::vector<std::pair<uint32_t, const dsl::ClockTest*>> clocks);
  Space(const Space&) = delete;
  Space& operator=(const Space&) = delete;
  ~Space();

  std::span<const Variable> variables() const { return variables_; }
  const Variable& operator[](uint32_t variable) const { return variables_[variable]; }
  // An atom holds where one of these does. Mostly one.
  std::span<const Constraint> Meaning(uint32_t atom) const { return meanings_.at(atom); }

  // The point of a request that says nothing.
  const Point& plain() const { return plain_; }
  // Where a request lies. `values`: one for each slot.
  Point PointOf(std::span<const evaluator::Value> values, int64_t now_ms) const;

  // Classes of different variables that no value has together. If `point` has such, adds to *box which variables and
  // classes of them around the point do not go together, and returns true.
  bool Impossible(const Point& point, std::vector<std::pair<uint32_t, ClassSet>>* box) const;
  // A request in this point; nothing if none was found, which proves nothing.
  std::optional<Example> Show(const Point& point) const;
  // The same for these groups alone (sorted), plain or not.
  std::optional<Example> ShowGroups(const Point& point, const std::vector<uint32_t>& groups) const;
  // The variable of an attribute's own value; nothing where no condition is about it.
  std::optional<uint32_t> VariableOf(uint32_t slot) const;
  // A text for the attribute that leaves a request in its point and is none of `taken`; nothing: it is absent there, is no
  // text, or no such text was found.
  std::optional<std::string> TextApart(const Point& point, uint32_t slot, const std::set<std::string>& taken) const;
  // Whether a condition asks a list for this item.
  bool IsNamedItem(uint32_t slot, std::string_view item) const;
  // The variable and class of a value that conditions name; nothing where no variable is about it alone.
  std::optional<Constraint> ClassOfText(uint32_t slot, std::string_view text) const;
  std::optional<Constraint> ClassOfNumber(uint32_t slot, int64_t number) const;
  // Classes of texts that conditions name, of a variable whose kind is kText; empty for the others.
  ClassSet NamedClasses(uint32_t variable) const;
  std::string_view PathOf(uint32_t variable) const;  // "app.id"; of the clock "now"
  // Variables about one attribute (or the clock) change together: the same number.
  uint32_t GroupOf(uint32_t variable) const { return groups_[variable]; }
  uint32_t group_count() const { return group_count_; }

 private:
  struct Slot;   // the classes of one attribute, and its variables
  class Builder;

  bool IsEntryOf(const Slot& entry, const Slot& map) const;
  const Slot* SlotOf(uint32_t slot) const;  // null: no condition is about it
  static size_t SplitOf(const Slot& slot, uint32_t variable);
  // False: no value was found. An assignment that is not needed is not made.
  bool ShowSlot(const Slot& slot, const Point& point, std::vector<Assignment>* assignments) const;
  bool ShowText(const Slot& slot, const Point& point, const std::set<std::string>& taken, Assignment* assignment) const;
  bool ShowAnyText(const Slot& slot, const Point& point, Assignment* assignment) const;
  bool ShowNumber(const Slot& slot, const Point& point, Assignment* assignment) const;

  const std::vector<dsl::Attribute>& attributes_;
  const evaluator::Atoms& atoms_;
  std::vector<Variable> variables_;
  std::vector<std::vector<Constraint>> meanings_;  // by atom
  const ClassSet* SingleClass(uint32_t id) const;  // one set for each class that was asked for

  std::vector<std::unique_ptr<ClassSet>> sets_;
  mutable std::unordered_map<uint32_t, std::unique_ptr<ClassSet>> singles_;
  std::vector<std::unique_ptr<Slot>> slots_;       // those that conditions are about
  std::vector<const Slot*> split_slots_;           // with buckets, patterns or globs apart
  std::unique_ptr<ClockClasses> clock_;
  uint32_t now_ = dsl::kUnresolved;                // variable
  Point plain_;
  std::vector<uint32_t> groups_;
  uint32_t group_count_ = 0;
};

}  // namespace keyrule::analysis
