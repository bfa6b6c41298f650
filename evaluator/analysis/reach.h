// Exact questions about which requests reach a rule: is there a point that no rule before it takes, and for which further
// conditions hold? Found, or proved that there is none, or honestly given up after a budget.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "dsl/policy.h"
#include "evaluator/analysis/box.h"
#include "evaluator/analysis/condition_graph.h"
#include "evaluator/analysis/rule_lookup.h"

namespace keyrule::analysis {

struct ReachOptions {
  size_t probes = 20'000;                 // of one question
  std::chrono::milliseconds time{2'000};  // of all questions together
};

struct Reached {
  enum class Answer { kFound, kNone, kNotDecided } answer = Answer::kNotDecided;
  Point point;                    // kFound
  std::vector<uint32_t> reasons;  // kNone: rules that take all of it together; not the fewest
  // kNone: the variables that the proof rests on; outside of these classes nothing is said.
  Box box;
};

// Over one policy, or over two at once. Not thread-safe; borrows the graph.
class Reach {
 public:
  // `rules`: the conditions in their order. `others`: those of a second policy, which reasons count behind the first's.
  Reach(ConditionGraph* graph, std::vector<NodeRef> rules, const ReachOptions& options = {},
        std::vector<NodeRef> others = {});

  // A point in `region` where all of `required` holds and none of the rules before `below`, nor of the others before
  // `others_below`. A plain one, as far as it can be: what need not be set is not.
  Reached Find(std::span<const NodeRef> required, uint32_t below, const Box& region = {}, uint32_t others_below = 0);
  // The same with what is found left as it comes.
  Reached FindAny(std::span<const NodeRef> required, uint32_t below, const Box& region = {}, uint32_t others_below = 0);
  // Of `reasons`, a subset that still takes everything; no rule can be left out of it.
  std::vector<uint32_t> FewestReasons(std::span<const NodeRef> required, std::vector<uint32_t> reasons);

  // What is left for further questions together.
  void LeaveTime(std::chrono::steady_clock::duration time) { time_ = spent_ + time; }

  ConditionGraph& graph() { return *graph_; }
  const Space& space() const { return graph_->space(); }
  NodeRef rule(uint32_t index) const { return rules_[index]; }
  NodeRef other(uint32_t index) const { return others_[index]; }
  uint64_t probes() const { return probes_; }  // asked so far, over all questions
  bool out_of_time() const { return spent_ >= time_; }
  // Variables that requests were taken apart by when the first question went undecided, the most often first; nothing: none did.
  const std::optional<std::vector<uint32_t>>& gave_up() const { return gave_up_; }

 private:
  struct Frame;
  // What was found to have no solution: the latest of it.
  struct Boxes {
    std::deque<Box> all;
    size_t numbers = 0;  // that they are made of

    void Add(const Box& box, size_t most);
  };
  struct Question {
    std::span<const NodeRef> required;
    uint32_t below = 0;
    uint32_t others_below = 0;
    const std::vector<uint32_t>* only = nullptr;  // ask these rules instead of those before `below`
    size_t probes = 0;
    Boxes learned;
  };

  // True: a solution. Otherwise *box has none and lies around the point.
  bool Probe(Question* question, const Point& point, Box* box);
  Reached Search(Question* question, Box region);
  bool Descend(std::vector<Frame>* frames) const;
  bool Known(const Question& question, const Point& point, Box* box) const;
  // The box rests on no rule that the question does not ask.
  bool Fits(const Box& box, const Question& question) const;
  NodeRef NodeOf(uint32_t reason) const;
  void Keep(const Question& question);
  void GiveUp(const std::vector<Frame>& frames);

  ConditionGraph* graph_;
  std::vector<NodeRef> rules_, others_;
  RuleLookup lookup_, others_lookup_;
  const size_t most_probes_;
  std::chrono::steady_clock::duration time_;
  std::chrono::steady_clock::duration spent_{0};
  ConditionGraph::View view_;
  Boxes kept_;  // of earlier questions, about rules alone
  uint64_t probes_ = 0;
  std::optional<std::vector<uint32_t>> gave_up_;
};

}  // namespace keyrule::analysis
