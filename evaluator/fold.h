// The passes `fold` and `order` over formulas: the same truth for every request, in fewer and cheaper tests.
#pragma once

#include "evaluator/atoms.h"
#include "evaluator/formula.h"

namespace keyrule::evaluator {

// Rewrites formulas of `from` into `to`. Constants are folded, groups inside groups of the same kind are dissolved, terms
// that stand twice are dropped, and terms that exclude each other make the group false (true, with `or`).
class Folder {
 public:
  // Borrows all of them.
  Folder(const Atoms& atoms, const Formulas& from, Formulas* to);
  FormulaRef Fold(FormulaRef formula);

 private:
  FormulaRef FoldGroup(FormulaRef formula);
  std::optional<bool> Constant(const Literal& literal) const;
  bool Excluded(std::span<const FormulaRef> terms, bool all) const;
  void AddTerm(FormulaRef folded, FormulaKind kind, std::vector<FormulaRef>* terms) const;

  const Atoms& atoms_;
  const Formulas& from_;
  Formulas& to_;
  std::vector<std::optional<FormulaRef>> done_;  // by node of `from`
};

// Of one test, roughly, in nanoseconds.
uint32_t CostNs(const Atom& atom);

// Puts the cheap tests of each group first: conditions are total, so that their order is free.
class Orderer {
 public:
  Orderer(const Atoms& atoms, const Formulas& from, Formulas* to);
  FormulaRef Order(FormulaRef formula);
  // Of all its tests, roughly, in nanoseconds; those of a group that is named in several places count once, as they are made
  // once.
  uint32_t CostNsOf(FormulaRef ordered) const;

 private:
  const Atoms& atoms_;
  const Formulas& from_;
  Formulas& to_;
  std::vector<std::optional<FormulaRef>> done_;
  std::vector<uint32_t> costs_;  // by node of `to`
};

}  // namespace keyrule::evaluator
