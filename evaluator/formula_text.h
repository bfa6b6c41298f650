// What the compiler's passes make, as lines to read.
#pragma once

#include <span>
#include <string>

#include "dsl/policy.h"
#include "evaluator/code.h"
#include "evaluator/formula.h"
#include "evaluator/guard.h"
#include "evaluator/rule_index.h"

namespace keyrule::evaluator {

std::string AtomsText(const dsl::Policy& policy, const Atoms& atoms);
std::string FormulaText(const dsl::Policy& policy, const Atoms& atoms, const Formulas& formulas, FormulaRef formula);
// A line for each condition that these formulas mention by number, those included that those mention.
std::string MentionedText(const dsl::Policy& policy, const Atoms& atoms, const Formulas& formulas, std::span<const FormulaRef> of);
std::string GuardText(const dsl::Policy& policy, const Guard& guard);
// "app.id", "the first 5 bytes of user.id": what of a request is looked up.
std::string PartText(const dsl::Policy& policy, const RuleIndex::Part& part);
std::string IndexText(const dsl::Policy& policy, const RuleIndex& index);
std::string CodeText(const dsl::Policy& policy, const Code& code, std::span<const Jump> entries);

}  // namespace keyrule::evaluator
