#include "evaluator/condition_tree.h"

#include <algorithm>
#include <vector>

#include "evaluator/condition_walk.h"
#include "evaluator/explanation.h"
#include "evaluator/typeset.h"

namespace keyrule::evaluator {
namespace {

constexpr size_t kMostLines = 200;
constexpr size_t kWidestAtom = 72;

class Tree {
 public:
  Tree(const Program& program, std::span<const Value> values, int64_t now_ms)
      : program_(program),
        values_(values.begin(), values.end()),
        now_ms_(now_ms),
        walk_(program, values, now_ms),
        seen_(program.policy->lets.size()) {}

  void Add(const dsl::Condition& condition, size_t depth) {
    if (lines_.size() >= kMostLines) {
      ++more_;
      return;
    }
    if (const auto* all = std::get_if<dsl::All>(&condition.node)) {
      return AddGroup(condition, "all of", all->terms, depth);
    }
    if (const auto* any = std::get_if<dsl::Any>(&condition.node)) {
      return AddGroup(condition, "one of", any->terms, depth);
    }
    if (const auto* negation = std::get_if<dsl::Not>(&condition.node)) {
      return AddGroup(condition, "not", negation->term, depth);
    }
    const auto* bare = std::get_if<dsl::Bare>(&condition.node);
    if (bare == nullptr || bare->let == dsl::kUnresolved) {
      const std::string text = OneLine(program_.policy->sources->TextOf(condition.span));
      lines_.push_back(
          {depth, walk_.Holds(condition), Shorten(text, kWidestAtom), FoundText(condition, values_, now_ms_)});
      return;
    }
    const dsl::Let& let = program_.policy->lets[bare->let];
    lines_.push_back({depth, walk_.Holds(condition), std::string(let.name.text), {}});
    if (seen_[bare->let]) return;
    seen_[bare->let] = true;
    Add(std::get<dsl::Condition>(let.value), depth + 1);
  }

  std::string Text(size_t indent, const Painter& paint) const {
    size_t width = 0;
    for (const Line& line : lines_) {
      if (!line.found.empty()) width = std::max(width, 2 * line.depth + Width(line.text));
    }
    std::string text;
    for (const Line& line : lines_) {
      std::string rest = std::string(2 * line.depth, ' ') + line.text;
      if (!line.found.empty()) rest = Pad(rest, width) + "  " + line.found;
      text += std::string(indent, ' ') + paint.Truth(line.truth, line.truth ? "yes" : "no ") + "  " + rest + "\n";
    }
    if (more_ > 0) text += std::string(indent, ' ') + "… and " + std::to_string(more_) + " more\n";
    return text;
  }

 private:
  struct Line {
    size_t depth;
    bool truth;
    std::string text;
    std::string found;  // empty: no atom
  };

  void AddGroup(const dsl::Condition& condition, std::string_view what, const std::vector<dsl::Condition>& terms,
                size_t depth) {
    lines_.push_back({depth, walk_.Holds(condition), std::string(what), {}});
    for (const dsl::Condition& term : terms) Add(term, depth + 1);
  }

  const Program& program_;
  const std::vector<Value> values_;
  const int64_t now_ms_;
  ConditionWalk walk_;
  std::vector<bool> seen_;  // by let
  std::vector<Line> lines_;
  size_t more_ = 0;
};

}  // namespace

std::string ConditionTreeText(const Program& program, const dsl::Condition& condition, std::span<const Value> values,
                              int64_t now_ms, size_t indent, bool parts_only, const Painter& paint) {
  Tree tree(program, values, now_ms);
  const auto* all = std::get_if<dsl::All>(&condition.node);
  if (parts_only && all != nullptr) {
    for (const dsl::Condition& term : all->terms) tree.Add(term, 0);
  } else {
    tree.Add(condition, 0);
  }
  return tree.Text(indent, paint);
}

}  // namespace keyrule::evaluator
