#include "evaluator/formula_text.h"

#include <algorithm>
#include <set>

#include "evaluator/typeset.h"

namespace keyrule::evaluator {
namespace {

constexpr size_t kWidestText = 48;
constexpr size_t kMostShown = 4;

std::string Quoted(std::string_view text) { return "\"" + Shorten(Printable(text), kWidestText) + "\""; }

std::string Path(const dsl::Policy& policy, uint32_t slot) { return Word(policy.slots[slot].path.text); }

std::string Joined(const std::vector<std::string>& parts, std::string_view between) {
  std::string text;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) text += between;
    text += parts[i];
  }
  return text;
}

std::string SetText(const Atoms& atoms, const Atom& atom) {
  const size_t size = atom.kind == TestKind::kTextIn ? atoms.text_set(atom.operand).size()
                                                     : atoms.number_set(atom.operand).size();
  if (atoms.is_named(atom.kind, atom.operand) || size > kMostShown) return std::to_string(size) + " values";
  std::vector<std::string> items;
  if (atom.kind == TestKind::kTextIn) {
    atoms.text_set(atom.operand).ForEach([&](std::string_view text) { items.push_back(Quoted(text)); });
    std::sort(items.begin(), items.end());
  } else {
    for (int64_t number : atoms.number_set(atom.operand)) items.push_back(std::to_string(number));
  }
  return "[" + Joined(items, ", ") + "]";
}

std::string Hundredths(uint32_t share) {
  std::string text = std::to_string(share / 100);
  if (share % 100 != 0) text += "." + std::to_string(share % 100 / 10) + (share % 10 != 0 ? std::to_string(share % 10) : "");
  return text + "%";
}

std::string AtomText(const dsl::Policy& policy, const Atoms& atoms, const Atom& atom) {
  const auto number = [&] { return std::to_string(atoms.number(atom.operand)); };
  if (atom.kind == TestKind::kClock) return "clock test " + std::to_string(atom.operand);
  const std::string path = Path(policy, atom.slot);
  switch (atom.kind) {
    case TestKind::kPresent: return path + " is set";
    case TestKind::kTextEqual: return path + " == " + Quoted(atoms.text(atom.operand));
    case TestKind::kTextIn:
    case TestKind::kNumberIn: return path + " in " + SetText(atoms, atom);
    case TestKind::kStartsWith: return path + " starts with " + Quoted(atoms.text(atom.operand));
    case TestKind::kEndsWith: return path + " ends with " + Quoted(atoms.text(atom.operand));
    case TestKind::kContains: return path + " contains " + Quoted(atoms.text(atom.operand));
    case TestKind::kLike: return path + " like " + Quoted(atoms.glob(atom.operand).pattern());
    case TestKind::kMatches: return path + " matches /" + Shorten(Printable(atoms.pattern(atom.operand)), kWidestText) + "/";
    case TestKind::kNumberEqual: return path + " == " + number();
    case TestKind::kNumberLess: return path + " < " + number();
    case TestKind::kNumberLessEqual: return path + " <= " + number();
    case TestKind::kNumberGreater: return path + " > " + number();
    case TestKind::kNumberGreaterEqual: return path + " >= " + number();
    case TestKind::kTrue: return path;
    case TestKind::kShare: {
      const Atoms::ShareTest& share = atoms.share(atom.operand);
      return path + " in " + Hundredths(share.from) + ".." + Hundredths(share.to) +
             (share.salt.empty() ? "" : " salted " + Quoted(share.salt));
    }
    case TestKind::kClock:
    case TestKind::kNamed: break;
  }
  return path;
}

std::string LiteralText(const dsl::Policy& policy, const Atoms& atoms, const Literal& literal) {
  const std::string text = AtomText(policy, atoms, atoms[literal.atom]);
  return literal.negated ? "not (" + text + ")" : text;
}

std::string KeyPartText(const dsl::Policy& policy, const KeyPart& part) {
  const std::string path = Path(policy, part.slot);
  switch (part.kind) {
    case PartKind::kWhole: return path + " = " + (part.is_number ? std::to_string(part.number) : Quoted(part.text));
    case PartKind::kPrefix: return path + " begins " + Quoted(part.text);
    case PartKind::kSuffix: return path + " ends " + Quoted(part.text);
    case PartKind::kItem: return path + " has " + Quoted(part.text);
    case PartKind::kInSet: return path + " is in set " + std::to_string(part.number);
    case PartKind::kPresent: break;
  }
  return path + " is set";
}

std::string JumpText(Jump jump) {
  if (jump == kJumpTrue) return "true";
  return jump == kJumpFalse ? "false" : std::to_string(jump);
}

}  // namespace

std::string AtomsText(const dsl::Policy& policy, const Atoms& atoms) {
  std::string text;
  for (uint32_t atom = 0; atom < atoms.size(); ++atom) {
    text += std::to_string(atom) + ": " + AtomText(policy, atoms, atoms[atom]) + "\n";
  }
  return text;
}

std::string FormulaText(const dsl::Policy& policy, const Atoms& atoms, const Formulas& formulas, FormulaRef formula) {
  const FormulaNode& node = formulas[formula];
  switch (node.kind) {
    case FormulaKind::kTrue: return "true";
    case FormulaKind::kFalse: return "false";
    case FormulaKind::kLiteral: return LiteralText(policy, atoms, node.literal);
    case FormulaKind::kAll:
    case FormulaKind::kAny: break;
  }
  std::vector<std::string> terms;
  for (const FormulaRef term : formulas.terms(formula)) {
    // What is named stands in one place and is only mentioned in the others: written out, the text would have no end.
    const bool mention = formulas[term].named;
    terms.push_back(mention ? "condition " + std::to_string(term) : FormulaText(policy, atoms, formulas, term));
  }
  return (node.kind == FormulaKind::kAll ? "all(" : "any(") + Joined(terms, ", ") + ")";
}

std::string MentionedText(const dsl::Policy& policy, const Atoms& atoms, const Formulas& formulas, std::span<const FormulaRef> of) {
  std::set<FormulaRef> mentioned, seen;
  std::vector<FormulaRef> open(of.begin(), of.end());
  while (!open.empty()) {
    const FormulaRef at = open.back();
    open.pop_back();
    if (!seen.insert(at).second) continue;
    for (const FormulaRef term : formulas.terms(at)) {
      if (formulas[term].named) mentioned.insert(term);
      open.push_back(term);
    }
  }
  std::string text;
  for (const FormulaRef at : mentioned) {
    text += "condition " + std::to_string(at) + ": " + FormulaText(policy, atoms, formulas, at) + "\n";
  }
  return text;
}

std::string GuardText(const dsl::Policy& policy, const Guard& guard) {
  if (!guard) return "always tested";
  if (guard->empty()) return "never true";
  std::vector<std::string> keys;
  for (const Key& key : *guard) {
    if (keys.size() == kMostShown) {
      keys.push_back("… (" + std::to_string(guard->size()) + " keys)");
      break;
    }
    std::vector<std::string> parts;
    for (const KeyPart& part : key.view()) parts.push_back(KeyPartText(policy, part));
    keys.push_back(Joined(parts, " and "));
  }
  return Joined(keys, ", or ");
}

std::string PartText(const dsl::Policy& policy, const RuleIndex::Part& part) {
  const std::string path = Path(policy, part.slot);
  switch (part.kind) {
    case PartKind::kWhole: return path;
    case PartKind::kPrefix: return "the first " + std::to_string(part.length) + " bytes of " + path;
    case PartKind::kSuffix: return "the last " + std::to_string(part.length) + " bytes of " + path;
    case PartKind::kItem: return "the items of " + path;
    case PartKind::kInSet: return "the sets that hold " + path;
    case PartKind::kPresent: break;
  }
  return path + " being set";
}

std::string IndexText(const dsl::Policy& policy, const RuleIndex& index) {
  std::string text;
  for (const RuleIndex::Shape& shape : index.shapes()) {
    std::vector<std::string> parts;
    for (const RuleIndex::Part& part : shape.view()) parts.push_back(PartText(policy, part));
    text += "by " + Joined(parts, ", ") + ": " + std::to_string(shape.keys) + " keys, at most " +
            std::to_string(shape.longest) + " rules a key, the first is " + policy.rules[shape.least_rule].name.text + "\n";
  }
  if (!index.always().empty()) text += "always tested: " + std::to_string(index.always().size()) + " rules\n";
  return text + std::to_string(index.bytes()) + " bytes\n";
}

std::string CodeText(const dsl::Policy& policy, const Code& code, std::span<const Jump> entries) {
  std::string text;
  for (size_t rule = 0; rule < entries.size(); ++rule) {
    text += policy.rules[rule].name.text + " begins at " + JumpText(entries[rule]) + "\n";
  }
  for (size_t at = 0; at < code.named_count(); ++at) {
    text += "condition " + std::to_string(at) + " begins at " + JumpText(code.named(at)) + "\n";
  }
  for (size_t at = 0; at < code.tests().size(); ++at) {
    const Test& test = code.tests()[at];
    const std::string what = test.kind == TestKind::kNamed
                                 ? "condition " + std::to_string(test.operand)
                                 : AtomText(policy, code.atoms, {test.kind, test.slot, test.operand});
    text += std::to_string(at) + ": " + what + " ? " + JumpText(test.then_to) + " : " + JumpText(test.else_to) + "\n";
  }
  return text;
}

}  // namespace keyrule::evaluator
