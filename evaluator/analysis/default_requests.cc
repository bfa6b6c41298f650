#include "evaluator/analysis/default_requests.h"

#include <algorithm>

#include "evaluator/analysis/example_text.h"
#include "evaluator/analysis/overlap_text.h"
#include "evaluator/analysis/region_words.h"
#include "evaluator/session.h"

namespace keyrule::analysis {
namespace {

// More sayings than these of one variable are left as they are: they are values, one as necessary as the other.
constexpr size_t kMostShortened = 64;

// What is called by itself, without an atom.
bool SpeaksForItself(Variable::Kind kind) {
  return kind == Variable::Kind::kItem || kind == Variable::Kind::kOtherItems || kind == Variable::Kind::kOtherEntries;
}

}  // namespace

DefaultRequestFinder::DefaultRequestFinder(PolicyModel* model, const evaluator::Program& program)
    : model_(*model), program_(program), atoms_(model->policy(), &model->graph()), rules_of_(model->space().group_count()) {
  const Space& space = model_.space();
  std::vector<size_t> uses(space.variables().size(), 0);
  std::vector<uint32_t> variables;
  for (uint32_t rule = 0; rule < model_.rule_count(); ++rule) {
    variables.clear();
    model_.graph().AddVariables(model_.reach().rule(rule), &variables);
    std::sort(variables.begin(), variables.end());
    variables.erase(std::unique(variables.begin(), variables.end()), variables.end());
    for (const uint32_t variable : variables) {
      ++uses[variable];
      std::vector<uint32_t>& rules = rules_of_[space.GroupOf(variable)];
      if (rules.empty() || rules.back() != rule) rules.push_back(rule);
    }
  }
  for (uint32_t variable = 0; variable < uses.size(); ++variable) order_.push_back(variable);
  std::stable_sort(order_.begin(), order_.end(), [&](uint32_t a, uint32_t b) { return uses[a] < uses[b]; });
}

void DefaultRequestFinder::Shorten(const Point& point, uint32_t variable, std::vector<Saying>* sayings,
                                   const ClassSet& set) const {
  if (sayings->size() > kMostShortened) return;
  const auto all = [&](const std::vector<Saying>& some) {
    ClassSet together = ClassSet::AllOf(model_.space()[variable].size);
    for (const Saying& saying : some) together = together.And(saying.set);
    return together;
  };
  // Of what says the same with fewer words, the value itself.
  std::vector<Saying> single = atoms_.Of(variable, point[variable]);
  for (const Saying& saying : single) {
    if (saying.set == set) {
      *sayings = {saying};
      return;
    }
  }
  for (size_t i = sayings->size(); i-- > 0 && sayings->size() > 1;) {
    std::vector<Saying> fewer = *sayings;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    if (all(fewer) == set) *sayings = std::move(fewer);
  }
}

bool DefaultRequestFinder::WidenSide(const Point& point, uint32_t variable, DefaultRegion* region) {
  const Space& space = model_.space();
  const uint32_t size = space[variable].size;
  const ClassSet own = ClassSet::One(point[variable]);
  const bool by_itself = SpeaksForItself(space[variable].kind);
  ClassSet set = ClassSet::AllOf(size);
  std::vector<Saying> sayings;
  Box box = region->box;
  ConditionGraph::View view(model_.graph());
  bool said = true;
  const auto clear_of = [&](uint32_t rule) {
    const NodeRef node = model_.reach().rule(rule);
    for (;;) {
      box.Put(variable, set);
      const Reached met = model_.reach().FindAny({&node, 1}, 0, box);
      if (met.answer == Reached::Answer::kNone) return true;
      if (met.answer == Reached::Answer::kNotDecided) return false;
      view.Begin();
      const Box around = view.Implicant(node, met.point);
      const ClassSet* part = around.Find(variable);
      // Null where the rule holds whatever the variable is, and only the point's own class goes with the others.
      if (part == nullptr || part->Has(point[variable])) return false;
      if (by_itself) {
        set = set.Minus(*part);
        continue;
      }
      const Saying* telling = atoms_.Telling(variable, *part, point[variable]);
      if (telling == nullptr) return false;
      sayings.push_back(atoms_.Contrary(variable, *telling));
      set = set.Minus(telling->set);
    }
  };
  const std::vector<uint32_t>& rules = rules_of_[space.GroupOf(variable)];
  const bool clear = std::all_of(rules.begin(), rules.end(), clear_of);
  if (!clear) {
    // Everything that is so of the point's class: where that holds of others as well, no rule tells them from it, unless what
    // goes together with them is another thing.
    set = own;
    sayings.clear();
    if (!by_itself) {
      sayings = atoms_.Of(variable, point[variable]);
      ClassSet hull = ClassSet::AllOf(size);
      for (const Saying& saying : sayings) hull = hull.And(saying.set);
      box.Put(variable, hull);
      said = hull == own || std::all_of(rules.begin(), rules.end(), [&](uint32_t rule) {
        const NodeRef node = model_.reach().rule(rule);
        return model_.reach().FindAny({&node, 1}, 0, box).answer == Reached::Answer::kNone;
      });
      if (said) set = hull;
    }
  }
  region->box.Put(variable, set);
  if (set.IsAll(size)) {
    region->box.Remove(variable);
    return true;
  }
  if (said && !by_itself) Shorten(point, variable, &sayings, set);
  region->sides.push_back({variable, std::move(sayings)});
  return said;
}

DefaultRegion DefaultRequestFinder::Widen(const Point& point) {
  DefaultRegion region = WidenBy(order_, point);
  if (region.sayable) return region;
  // A share that a rule tells from others only together with a value is wide where the value stays narrow.
  DefaultRegion other = WidenBy({order_.rbegin(), order_.rend()}, point);
  return other.sayable ? other : region;
}

DefaultRegion DefaultRequestFinder::WidenBy(const std::vector<uint32_t>& order, const Point& point) {
  DefaultRegion region;
  for (uint32_t variable = 0; variable < point.size(); ++variable) {
    region.box.sides.push_back({variable, ClassSet::One(point[variable])});
  }
  for (const uint32_t variable : order) {
    if (!WidenSide(point, variable, &region)) region.sayable = false;
  }
  std::sort(region.sides.begin(), region.sides.end(),
            [](const DefaultRegion::Side& a, const DefaultRegion::Side& b) { return a.variable < b.variable; });
  return region;
}

bool DefaultRequestFinder::Confirmed(const Example& example) const {
  evaluator::RequestBuilder builder(program_.policy);
  const int64_t now_ms = example.clock_ms.value_or(evaluator::kTestStartMs);
  if (!Apply(example, &builder)) return false;
  builder.FillRequired(now_ms);
  const evaluator::Request request = builder.Build();
  evaluator::MatchScratch scratch;
  return program_.Match(request.values, now_ms, &scratch) == model_.rule_count();
}

// One that sets what the words are about, where it can: that which is absent shows little.
std::optional<Example> DefaultRequestFinder::ExampleIn(const DefaultRegion& region, const Point& point) {
  const Space& space = model_.space();
  Point shown = point;
  for (const DefaultRegion::Side& side : region.sides) {
    const Variable& about = space[side.variable];
    const bool value = about.kind == Variable::Kind::kText || about.kind == Variable::Kind::kEnum ||
                       about.kind == Variable::Kind::kInteger || about.kind == Variable::Kind::kTimestamp;
    if (!value || !about.has_absent || shown[side.variable] != 0) continue;
    const ClassSet present = region.box.Find(side.variable)->Minus(ClassSet::One(0));
    if (present.empty()) continue;
    Box attempt = region.box;
    for (uint32_t variable = 0; variable < shown.size(); ++variable) {
      if (space.GroupOf(variable) != space.GroupOf(side.variable)) attempt.Put(variable, ClassSet::One(shown[variable]));
    }
    attempt.Put(side.variable, present);
    const Reached there = model_.reach().FindAny({}, model_.rule_count(), attempt);
    if (there.answer == Reached::Answer::kFound && space.Show(there.point)) shown = there.point;
  }
  if (std::optional<Example> example = space.Show(shown)) return example;
  return ShowOrFind({Reached::Answer::kFound, point, {}, {}}, &model_.reach(), {}, model_.rule_count(), region.box).example;
}

DefaultRequests DefaultRequestFinder::Find(size_t most) {
  DefaultRequests found;
  std::vector<NodeRef> elsewhere;  // not in the regions found so far
  for (;;) {
    const Reached reached = model_.reach().Find(elsewhere, model_.rule_count());
    if (reached.answer == Reached::Answer::kNotDecided) {
      found.overlap = OverlapText(model_.reach());
      return found;
    }
    if (reached.answer == Reached::Answer::kNone) {
      found.answer = found.regions.empty() ? DefaultRequests::Answer::kNone : DefaultRequests::Answer::kAll;
      return found;
    }
    if (found.regions.size() >= most) {
      found.answer = DefaultRequests::Answer::kMore;
      return found;
    }
    DefaultRegion region = Widen(reached.point);
    region.example = ExampleIn(region, reached.point);
    if (region.example && !Confirmed(*region.example)) found.contradicted = true;
    PutIntoWords(model_.policy(), model_.space(), &region);
    std::vector<NodeRef> outside;
    for (const Box::Side& side : region.box.sides) {
      outside.push_back(model_.graph().Outside(side.variable, side.set, true));
    }
    elsewhere.push_back(model_.graph().Any(std::move(outside)));
    std::erase_if(found.regions, [&](const DefaultRegion& earlier) { return Lies(earlier.box, region.box); });
    found.regions.push_back(std::move(region));
  }
}

}  // namespace keyrule::analysis
