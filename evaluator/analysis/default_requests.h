// Which requests no rule answers, so that they reach the `default`: a few regions that cover them, each with an example.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "evaluator/analysis/atom_sets.h"
#include "evaluator/analysis/policy_model.h"
#include "evaluator/program.h"

namespace keyrule::analysis {

// Requests of which each reaches the default.
struct DefaultRegion {
  struct Side {
    uint32_t variable = 0;
    std::vector<Saying> sayings;  // all of them together are its set; empty for variables that are called by themselves
  };
  Box box;
  std::vector<Side> sides;         // as those of the box
  bool sayable = true;             // false: no words of the policy tell it apart; the example has to do
  std::string text;                // "requests whose environment is neither `production` nor `staging`"
  std::string condition;           // the same as a rule's `when`; empty where that cannot be written
  std::optional<Example> example;  // nothing: no readable value was found
};

struct DefaultRequests {
  enum class Answer {
    kNone,       // proved: rules answer every request
    kAll,        // the regions together are all of them
    kMore,       // there are others
    kNotDecided  // given up after the model's budget: there may be others
  } answer = Answer::kNotDecided;
  std::vector<DefaultRegion> regions;  // the first ones found; none lies in another one
  std::string overlap;                 // kNotDecided: what to simplify (overlap_text.h)
  bool contradicted = false;           // the evaluator decides an example otherwise: a fault
};

// Borrows both; `program` is that of the model's policy, and runs every example.
class DefaultRequestFinder {
 public:
  DefaultRequestFinder(PolicyModel* model, const evaluator::Program& program);

  DefaultRequests Find(size_t most = 10);

 private:
  // As wide as no rule meets it, with few variables rather than many.
  DefaultRegion Widen(const Point& point);
  DefaultRegion WidenBy(const std::vector<uint32_t>& order, const Point& point);
  // False: nothing wider than the point's class can be said.
  bool WidenSide(const Point& point, uint32_t variable, DefaultRegion* region);
  void Shorten(const Point& point, uint32_t variable, std::vector<Saying>* sayings, const ClassSet& set) const;
  std::optional<Example> ExampleIn(const DefaultRegion& region, const Point& point);
  bool Confirmed(const Example& example) const;

  PolicyModel& model_;
  const evaluator::Program& program_;
  AtomSets atoms_;
  std::vector<std::vector<uint32_t>> rules_of_;  // by group of variables: rules that are about one of them
  std::vector<uint32_t> order_;                  // of widening: variables that few rules are about first
};

}  // namespace keyrule::analysis
