#include "evaluator/passes.h"

#include <array>
#include <optional>
#include <utility>

#include "evaluator/fold.h"
#include "evaluator/formula.h"
#include "evaluator/formula_text.h"
#include "evaluator/guard.h"

namespace keyrule::evaluator {
namespace {

// What the passes hand on to each other.
class Pipeline {
 public:
  Pipeline(Program* program, const CompileOptions& options)
      : program_(*program),
        policy_(*program->policy),
        dumps_(options.dumps),
        is_indexed_(policy_.rules.size() >= options.index_from) {}

  void Intern() {
    AtomBuilder builder(&program_.code.atoms, policy_, [](const dsl::Path& path) { return path.slot; });
    conditions_ = InternConditions(policy_, &builder);
  }
  void Normalise() {
    Normaliser normaliser(policy_, conditions_, &formulas_);
    for (size_t rule = 0; rule < policy_.rules.size(); ++rule) rules_.push_back(normaliser.OfRule(rule));
  }
  void Fold() {
    Formulas folded;
    Folder folder(program_.code.atoms, formulas_, &folded);
    for (FormulaRef& rule : rules_) rule = folder.Fold(rule);
    formulas_ = std::move(folded);
  }
  void Order() {
    Formulas ordered;
    Orderer orderer(program_.code.atoms, formulas_, &ordered);
    for (FormulaRef& rule : rules_) {
      rule = orderer.Order(rule);
      if (dumps_ != nullptr) costs_.push_back(orderer.CostNsOf(rule));
    }
    formulas_ = std::move(ordered);
  }
  void Emit() {
    CodeEmitter emitter(formulas_, &program_.code);
    for (size_t rule = 0; rule < rules_.size(); ++rule) {
      entries_.push_back(emitter.Add(rules_[rule]));
      program_.lines[rule].SetCondition(program_.code, entries_.back());
    }
    emitter.Finish(std::move(conditions_.literals));
    if (!is_indexed_) program_.scan = RuleScan(program_.code, entries_);
  }
  void Split() {
    if (!is_indexed_ && dumps_ == nullptr) return;
    maker_.emplace(policy_, program_.code.atoms, formulas_, rules_);
    for (const FormulaRef rule : rules_) {
      bool too_many = false;
      guards_.push_back(maker_->Of(rule, &too_many));
      too_many_.push_back(too_many);
    }
  }
  void Index() {
    program_.indexed = is_indexed_;
    if (!maker_) return;
    IndexBuilder builder(program_.code.atoms);
    for (uint32_t rule = 0; rule < guards_.size(); ++rule) {
      if (!guards_[rule] || !guards_[rule]->empty()) builder.Add(rule, guards_[rule], *maker_);
    }
    std::vector<RuleReach>* const reaches = dumps_ != nullptr ? dumps_->reaches : nullptr;
    if (reaches != nullptr) reaches->assign(guards_.size(), {});
    builder.Finish(policy_.slots.size(), &program_.index, reaches);
    for (size_t rule = 0; reaches != nullptr && rule < costs_.size(); ++rule) {
      (*reaches)[rule].cost_ns = costs_[rule];
      (*reaches)[rule].too_many = too_many_[rule];
    }
  }

  // ---- what each has made, as text
  std::string ConstantsText() const { return AtomsText(policy_, program_.code.atoms); }
  std::string RulesText() const {
    const auto text = [this](size_t rule) { return FormulaText(policy_, program_.code.atoms, formulas_, rules_[rule]); };
    return LinePerRule(text) + MentionedText(policy_, program_.code.atoms, formulas_, rules_);
  }
  std::string GuardsText() const {
    return LinePerRule([this](size_t rule) { return GuardText(policy_, guards_[rule]); });
  }
  std::string CodeListing() const { return CodeText(policy_, program_.code, entries_); }
  std::string IndexListing() const {
    return (is_indexed_ ? "" : "so few rules are tried in turn; the index would be:\n") + IndexText(policy_, program_.index);
  }

 private:
  template <typename Text>
  std::string LinePerRule(const Text& text) const {
    std::string lines;
    for (size_t rule = 0; rule < policy_.rules.size(); ++rule) {
      lines += policy_.rules[rule].name.text + ": " + text(rule) + "\n";
    }
    return lines;
  }

  Program& program_;
  const dsl::Policy& policy_;
  PassDumps* const dumps_;
  const bool is_indexed_;
  InternedConditions conditions_;
  Formulas formulas_;
  std::vector<FormulaRef> rules_;
  std::vector<Jump> entries_;    // by rule, where its condition begins in the code
  std::vector<uint32_t> costs_;  // by rule, if something is to be shown
  std::optional<GuardMaker> maker_;
  std::vector<Guard> guards_;
  std::vector<bool> too_many_;  // by rule: it would have a guard of too many keys
};

struct Pass {
  PassName name;
  void (Pipeline::*run)();
  std::string (Pipeline::*text)() const;
};

constexpr Pass kPasses[] = {
    {{"intern", "gives each attribute a slot and keeps each constant once"}, &Pipeline::Intern, &Pipeline::ConstantsText},
    {{"normalise", "resolves names of conditions and moves negations to the smallest conditions"},
     &Pipeline::Normalise,
     &Pipeline::RulesText},
    {{"fold", "folds constants, drops what stands twice, finds what excludes itself"}, &Pipeline::Fold, &Pipeline::RulesText},
    {{"order", "puts cheap tests before costly ones"}, &Pipeline::Order, &Pipeline::RulesText},
    {{"split", "finds for each rule the keys by which it can be looked up"}, &Pipeline::Split, &Pipeline::GuardsText},
    {{"index", "makes one table for each shape of keys"}, &Pipeline::Index, &Pipeline::IndexListing},
    {{"emit", "lays the tests out one after another, each with its two exits"}, &Pipeline::Emit, &Pipeline::CodeListing},
};

constexpr auto kNames = [] {
  std::array<PassName, std::size(kPasses)> names{};
  for (size_t i = 0; i < names.size(); ++i) names[i] = kPasses[i].name;
  return names;
}();

}  // namespace

std::span<const PassName> Passes() { return kNames; }

void RunPasses(Program* program, const CompileOptions& options) {
  Pipeline pipeline(program, options);
  PassDumps* const dumps = options.dumps;
  for (const Pass& pass : kPasses) {
    (pipeline.*pass.run)();
    if (dumps != nullptr && dumps->wanted == pass.name.name) dumps->text = (pipeline.*pass.text)();
  }
}

}  // namespace keyrule::evaluator
