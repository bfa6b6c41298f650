#include "evaluator/analysis/reach.h"

#include <algorithm>
#include <iterator>
#include <map>

namespace keyrule::analysis {
namespace {

constexpr size_t kMostLearned = 400;         // of a question's own boxes, the latest
constexpr size_t kMostKept = 2'000;          // for later questions
constexpr size_t kWorthKeeping = 8;          // probes of a question whose boxes are worth keeping
constexpr size_t kMostNumbers = 10'000'000;  // in either together, so that they take no gigabytes

size_t NumbersIn(const Box& box) {
  size_t numbers = box.reasons.size();
  for (const Box::Side& side : box.sides) numbers += 2 * side.set.runs().size();
  return numbers;
}

}  // namespace

// A region that is being covered: its first point has been asked, and what was found there is widened until it covers all
// of it, or a solution turns up.
struct Reach::Frame {
  Box region;
  Box cover;
  std::vector<uint32_t> order;  // variables of the cover, those with the fewest classes there first, and the most in all
  size_t next = 0;
  uint32_t split = UINT32_MAX;  // the variable of which this is what the frame before has left

  void Order(const Space& space) {
    for (const Box::Side& side : cover.sides) order.push_back(side.variable);
    std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
      const uint64_t mine = cover.Find(a)->count(), other = cover.Find(b)->count();
      return mine != other ? mine < other : space[a].size > space[b].size;
    });
  }

  // What is left of the region is more of the variable that it was split off by, and nothing else.
  bool LeavesOnlyItsSplit() const {
    bool leaves = false;
    for (const Box::Side& side : cover.sides) {
      const ClassSet* mine = region.Find(side.variable);
      if (mine != nullptr && side.set.Holds(*mine)) continue;
      if (side.variable != split) return false;
      leaves = true;
    }
    return leaves;
  }

  // With a box that covers some more of the variable, and of the others what the region has.
  void Extend(const Box& part, uint32_t variable, uint32_t size) {
    const ClassSet* mine = cover.Find(variable);
    const ClassSet* other = part.Find(variable);
    ClassSet both = other == nullptr ? ClassSet::AllOf(size) : mine->Or(*other);
    for (const Box::Side& side : part.sides) {
      if (side.variable != variable) cover.Narrow(side.variable, side.set);
    }
    if (both.IsAll(size)) {
      cover.Remove(variable);
    } else {
      cover.Put(variable, std::move(both));
    }
    cover.AddReasons(part.reasons);
    cover.pure = cover.pure && part.pure;
    // It may have brought in variables that the cover did not have before.
    for (const Box::Side& side : cover.sides) {
      if (std::find(order.begin(), order.end(), side.variable) == order.end()) order.push_back(side.variable);
    }
  }
};

Reach::Reach(ConditionGraph* graph, std::vector<NodeRef> rules, const ReachOptions& options, std::vector<NodeRef> others)
    : graph_(graph),
      rules_(std::move(rules)),
      others_(std::move(others)),
      lookup_(*graph, rules_),
      others_lookup_(*graph, others_),
      most_probes_(options.probes),
      time_(options.time),
      view_(*graph) {}

NodeRef Reach::NodeOf(uint32_t reason) const {
  return reason < rules_.size() ? rules_[reason] : others_[reason - rules_.size()];
}

bool Reach::Fits(const Box& box, const Question& question) const {
  const auto first_other = static_cast<uint32_t>(rules_.size());
  const auto others = std::lower_bound(box.reasons.begin(), box.reasons.end(), first_other);
  if (others != box.reasons.begin() && *std::prev(others) >= question.below) return false;
  return others == box.reasons.end() || box.reasons.back() - first_other < question.others_below;
}

bool Reach::Probe(Question* question, const Point& point, Box* box) {
  ++question->probes;
  ++probes_;
  view_.Begin();
  for (const NodeRef node : question->required) {
    if (view_.Holds(node, point)) continue;
    *box = view_.Implicant(node, point);
    box->pure = false;
    return false;
  }
  std::vector<std::pair<uint32_t, ClassSet>> sides;
  if (graph_->space().Impossible(point, &sides)) {
    *box = Box();
    for (auto& [variable, set] : sides) box->Put(variable, std::move(set));
    return false;
  }
  uint32_t rule = RuleLookup::kNone;
  if (question->only == nullptr) {
    rule = lookup_.FirstHolding(point, question->below, &view_);
    if (rule == RuleLookup::kNone && question->others_below > 0) {
      rule = others_lookup_.FirstHolding(point, question->others_below, &view_);
      if (rule != RuleLookup::kNone) rule += static_cast<uint32_t>(rules_.size());
    }
  } else {
    for (const uint32_t candidate : *question->only) {
      if (!view_.Holds(NodeOf(candidate), point)) continue;
      rule = candidate;
      break;
    }
  }
  if (rule == RuleLookup::kNone) return true;
  *box = view_.Implicant(NodeOf(rule), point);
  box->reasons = {rule};
  return false;
}

bool Reach::Known(const Question& question, const Point& point, Box* box) const {
  for (auto learned = question.learned.all.rbegin(); learned != question.learned.all.rend(); ++learned) {
    if (!learned->Has(point)) continue;
    *box = *learned;
    return true;
  }
  if (question.only != nullptr) return false;
  for (const Box& kept : kept_.all) {
    if (!Fits(kept, question) || !kept.Has(point)) continue;
    *box = kept;
    return true;
  }
  return false;
}

void Reach::Boxes::Add(const Box& box, size_t most) {
  all.push_back(box);
  numbers += NumbersIn(box);
  while (all.size() > most || (numbers > kMostNumbers && all.size() > 1)) {
    numbers -= NumbersIn(all.front());
    all.pop_front();
  }
}

void Reach::Keep(const Question& question) {
  if (question.probes <= kWorthKeeping || question.only != nullptr) return;
  for (const Box& box : question.learned.all) {
    if (box.pure) kept_.Add(box, kMostKept);
  }
}

void Reach::GiveUp(const std::vector<Frame>& frames) {
  if (gave_up_) return;
  std::map<uint32_t, size_t> often;
  for (const Frame& frame : frames) {
    if (frame.split != UINT32_MAX) ++often[frame.split];
  }
  std::vector<uint32_t>& variables = gave_up_.emplace();
  for (const auto& [variable, times] : often) variables.push_back(variable);
  std::stable_sort(variables.begin(), variables.end(), [&](uint32_t a, uint32_t b) { return often[a] > often[b]; });
}

// Depth first, without recursion: it can be as deep as there are boxes to be cut off one after the other.
Reached Reach::Search(Question* question, Box region) {
  Reached result;
  const Space& space = graph_->space();
  const auto begin = std::chrono::steady_clock::now();
  if (spent_ > time_) {
    GiveUp({});
    return result;
  }
  const auto spend = [&] { spent_ += std::chrono::steady_clock::now() - begin; };
  Point point = space.plain();
  std::vector<Frame> frames;
  frames.push_back({std::move(region), {}, {}});
  bool fresh = true;
  Box child;  // the cover of the frame that was finished last
  for (;;) {
    if (fresh) {
      Frame& frame = frames.back();
      for (const Box::Side& side : frame.region.sides) {
        const uint32_t plain = space.plain()[side.variable];
        point[side.variable] = side.set.Has(plain) ? plain : side.set.first();
      }
      const bool known = Known(*question, point, &frame.cover);
      const bool solved = !known && Probe(question, point, &frame.cover);
      if (solved) {
        result.answer = Reached::Answer::kFound;
        result.point = point;
        spend();
        return result;
      }
      for (const Box::Side& side : frame.region.sides) point[side.variable] = space.plain()[side.variable];
      if (question->probes > most_probes_ ||
          (question->probes % 64 == 0 && spent_ + (std::chrono::steady_clock::now() - begin) > time_)) {
        GiveUp(frames);
        spend();
        return result;
      }
      if (frame.LeavesOnlyItsSplit()) {
        // The frame before goes on with that: as many values as there are rules about them are no depth.
        const Box part = std::move(frame.cover);
        const uint32_t variable = frame.split;
        frames.pop_back();
        frames.back().Extend(part, variable, space[variable].size);
      } else {
        frame.Order(space);
      }
    } else {
      // The child covered what lay outside the cover in one variable.
      Frame& frame = frames.back();
      if (Lies(frame.region, child)) {
        frame.cover = std::move(child);  // the variable made no difference
        frame.next = frame.order.size();
      } else {
        const uint32_t variable = frame.order[frame.next];
        frame.Extend(child, variable, space[variable].size);
        ++frame.next;
      }
    }
    fresh = Descend(&frames);
    if (fresh) continue;
    Frame& done = frames.back();
    question->learned.Add(done.cover, kMostLearned);
    child = std::move(done.cover);
    frames.pop_back();
    if (!frames.empty()) continue;
    result.answer = Reached::Answer::kNone;
    result.reasons = child.reasons;
    result.box = std::move(child);
    spend();
    return result;
  }
}

// Whether something of the last frame's region is still to be covered, which a frame of its own then does.
bool Reach::Descend(std::vector<Frame>* frames) const {
  const Space& space = graph_->space();
  Frame& frame = frames->back();
  for (; frame.next < frame.order.size(); ++frame.next) {
    const uint32_t variable = frame.order[frame.next];
    const ClassSet* cover = frame.cover.Find(variable);
    const ClassSet* region_set = frame.region.Find(variable);
    if (cover == nullptr || (region_set != nullptr && cover->Holds(*region_set))) continue;
    ClassSet left = (region_set != nullptr ? *region_set : ClassSet::AllOf(space[variable].size)).Minus(*cover);
    if (left.empty()) continue;
    Frame below;
    below.region = frame.region;
    below.region.Put(variable, std::move(left));
    // What lies outside the cover in a variable that is still to come is covered then.
    for (size_t later = frame.next + 1; later < frame.order.size(); ++later) {
      const ClassSet* set = frame.cover.Find(frame.order[later]);
      if (set != nullptr) below.region.Narrow(frame.order[later], *set);
    }
    below.split = variable;
    frames->push_back(std::move(below));
    return true;
  }
  return false;
}

Reached Reach::FindAny(std::span<const NodeRef> required, uint32_t below, const Box& region, uint32_t others_below) {
  Question question{required, below, others_below, nullptr, 0, {}};
  Box top = region;
  for (const NodeRef node : required) {
    if (graph_->Top(node, &top)) continue;
    Reached none;
    none.answer = Reached::Answer::kNone;  // it excludes itself
    return none;
  }
  for (const Box::Side& side : top.sides) {
    if (!side.set.empty()) continue;
    Reached none;
    none.answer = Reached::Answer::kNone;
    return none;
  }
  Reached result = Search(&question, std::move(top));
  Keep(question);
  return result;
}

Reached Reach::Find(std::span<const NodeRef> required, uint32_t below, const Box& region, uint32_t others_below) {
  Reached found = FindAny(required, below, region, others_below);
  if (found.answer != Reached::Answer::kFound) return found;
  // Back to plain, the last variable first, as long as there is a solution with those that are plain already.
  const Point& plain = graph_->space().plain();
  const auto gave_up = gave_up_;
  for (auto variable = static_cast<uint32_t>(plain.size()); variable-- > 0;) {
    if (found.point[variable] == plain[variable]) continue;
    Box attempt = region;
    bool possible = true;
    for (uint32_t other = 0; other < plain.size(); ++other) {
      if (other != variable && found.point[other] != plain[other]) continue;
      possible = possible && attempt.Narrow(other, ClassSet::One(plain[other]));
    }
    if (!possible) continue;
    Reached plainer = FindAny(required, below, attempt, others_below);
    if (plainer.answer == Reached::Answer::kFound) found = std::move(plainer);
  }
  gave_up_ = gave_up;  // that an example could be plainer is no question that was asked
  return found;
}

std::vector<uint32_t> Reach::FewestReasons(std::span<const NodeRef> required, std::vector<uint32_t> reasons) {
  const auto gave_up = gave_up_;
  for (size_t i = reasons.size(); i-- > 0;) {
    std::vector<uint32_t> fewer = reasons;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    Question question{required, 0, 0, &fewer, 0, {}};
    Box top;
    bool possible = true;
    for (const NodeRef node : required) possible = possible && graph_->Top(node, &top);
    if (!possible || Search(&question, std::move(top)).answer == Reached::Answer::kNone) reasons = std::move(fewer);
  }
  gave_up_ = gave_up;
  return reasons;
}

}  // namespace keyrule::analysis
