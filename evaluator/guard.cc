#include "evaluator/guard.h"

#include <algorithm>

#include "evaluator/hash.h"

namespace keyrule::evaluator {
namespace {

constexpr size_t kMostOfSharedSet = 16;   // a larger one is looked up as a set
constexpr size_t kMostKeysOfShared = 64;  // of a group that several rules name: each would repeat them
constexpr size_t kLongestAffix = 32;     // bytes of a prefix or suffix that count
constexpr double kFewCandidates = 1.0 / 256;  // few enough: more parts would cost more than they save

uint64_t DistinctKey(uint32_t slot, PartKind kind) { return uint64_t{slot} << 8 | static_cast<uint64_t>(kind); }

KeyPart Affix(uint32_t slot, PartKind kind, std::string_view text) {
  if (text.empty()) return {.slot = slot, .kind = PartKind::kPresent};
  KeyPart part{.slot = slot, .kind = kind};
  part.length = static_cast<uint32_t>(std::min(text.size(), kLongestAffix));
  part.text = kind == PartKind::kPrefix ? text.substr(0, part.length) : text.substr(text.size() - part.length);
  return part;
}

KeyPart WholeText(uint32_t slot, std::string_view text) {
  return {.slot = slot, .kind = PartKind::kWhole, .text = text};
}

KeyPart WholeNumber(uint32_t slot, int64_t number) {
  return {.slot = slot, .kind = PartKind::kWhole, .is_number = true, .number = number};
}

Key KeyOf(const KeyPart& part) {
  Key key;
  key.parts[0] = part;
  key.part_count = 1;
  return key;
}

// Adds a part if there is room, and none of its slot and, where a value meets it in several ways, none like it.
void Add(const KeyPart& part, Key* key) {
  if (key->part_count == kMostParts) return;
  for (const KeyPart& other : key->view()) {
    if (other.slot == part.slot || (HasManyValues(other.kind) && HasManyValues(part.kind))) return;
  }
  key->parts[key->part_count++] = part;
}

}  // namespace

GuardMaker::GuardMaker(const dsl::Policy& policy, const Atoms& atoms, const Formulas& formulas,
                       std::span<const FormulaRef> rules)
    : policy_(policy),
      atoms_(atoms),
      formulas_(formulas),
      keys_left_(1'024 + 4 * (atoms.size() + policy.rules.size())),
      frugal_keys_(policy.rules.size()) {
  CountUses(rules);
  std::unordered_map<uint64_t, DistinctCount> counts;
  for (uint32_t atom = 0; atom < atoms.size(); ++atom) CountAtom(atom, &counts);
  for (auto& [key, count] : counts) distinct_[key] = static_cast<uint32_t>(count.Count());
}

// From the rules down: a node is made after its terms.
void GuardMaker::CountUses(std::span<const FormulaRef> rules) {
  uses_.assign(formulas_.size(), 0);
  atom_uses_.assign(atoms_.size(), 0);
  const auto add = [](uint8_t* uses, uint8_t more) { *uses = std::min<uint8_t>(static_cast<uint8_t>(*uses + more), 2); };
  for (const FormulaRef rule : rules) add(&uses_[rule], 1);
  for (FormulaRef at = static_cast<FormulaRef>(formulas_.size()); at-- > 0;) {
    const FormulaNode& node = formulas_[at];
    if (node.kind == FormulaKind::kLiteral && !node.literal.negated) atom_uses_[node.literal.atom] = uses_[at];
    for (const FormulaRef term : formulas_.terms(at)) add(&uses_[term], uses_[at]);
  }
}

size_t GuardMaker::SetSize(const Atom& atom) const {
  return atom.kind == TestKind::kTextIn ? atoms_.text_set(atom.operand).size() : atoms_.number_set(atom.operand).size();
}

bool GuardMaker::IsShared(uint32_t atom) const {
  return atom_uses_[atom] > 1 || atoms_.is_named(atoms_[atom].kind, atoms_[atom].operand);
}

void GuardMaker::CountAtom(uint32_t index, std::unordered_map<uint64_t, DistinctCount>* counts) {
  const Atom& atom = atoms_[index];
  const auto count = [&](PartKind kind) -> DistinctCount& { return (*counts)[DistinctKey(atom.slot, kind)]; };
  switch (atom.kind) {
    case TestKind::kTextEqual: return count(PartKind::kWhole).Add(QuickHash(atoms_.text(atom.operand)));
    case TestKind::kNumberEqual: return count(PartKind::kWhole).Add(static_cast<uint64_t>(atoms_.number(atom.operand)));
    case TestKind::kTrue: return count(PartKind::kWhole).Add(1);
    case TestKind::kTextIn:
    case TestKind::kNumberIn: {
      const size_t size = SetSize(atom);
      if (IsShared(index)) count(PartKind::kInSet).Add(SetId(atom.kind, atom.operand));
      if (IsShared(index) && size > kMostOfSharedSet) return;
      keys_left_ += 4 * size;
      frugal_keys_ += size;
      DistinctCount& whole = count(PartKind::kWhole);
      if (atom.kind == TestKind::kTextIn) {
        atoms_.text_set(atom.operand).ForEach([&](std::string_view text) { whole.Add(QuickHash(text)); });
      } else {
        for (const int64_t number : atoms_.number_set(atom.operand)) whole.Add(static_cast<uint64_t>(number));
      }
      return;
    }
    case TestKind::kStartsWith:
    case TestKind::kLike: return count(PartKind::kPrefix).Add(index);  // equal ones are one atom
    case TestKind::kEndsWith: return count(PartKind::kSuffix).Add(index);
    case TestKind::kContains: return count(PartKind::kItem).Add(index);
    default: return;
  }
}

uint32_t GuardMaker::Distinct(const KeyPart& part) const {
  const auto found = distinct_.find(DistinctKey(part.slot, part.kind));
  return found == distinct_.end() ? 1 : std::max(found->second, uint32_t{1});
}

double GuardMaker::ShareOf(const Key& key) const {
  double share = 1;
  for (const KeyPart& part : key.view()) share /= Distinct(part);
  return share;
}

GuardMaker::Found GuardMaker::Single(KeyPart part) const {
  Found found;
  found.keys.push_back(KeyOf(part));
  found.candidates = ShareOf(found.keys.front());
  return found;
}

Guard GuardMaker::Of(FormulaRef rule, bool* too_many) {
  Cover cover = CoverOf(rule);
  if (!frugal_ && cover && cover->keys.size() > keys_left_) {
    frugal_ = true;
    keys_left_ = frugal_keys_;
    named_.clear();
    cover = CoverOf(rule);
  }
  const bool too_large = cover && cover->keys.size() > keys_left_;
  if (too_many != nullptr) *too_many = too_large;
  if (!cover || too_large) return std::nullopt;
  keys_left_ -= cover->keys.size();
  return std::move(cover->keys);
}

// The depth of the recursion is bounded by the parser's limit on nesting, by parentheses and by name.
GuardMaker::Cover GuardMaker::CoverOf(FormulaRef formula) {
  const FormulaNode& node = formulas_[formula];
  switch (node.kind) {
    case FormulaKind::kTrue: return std::nullopt;
    case FormulaKind::kFalse: return Found();
    case FormulaKind::kLiteral: return CoverLiteral(formula);
    case FormulaKind::kAll:
    case FormulaKind::kAny: break;
  }
  if (node.named) {
    if (const auto known = named_.find(formula); known != named_.end()) return known->second;
  }
  Cover cover = node.kind == FormulaKind::kAll ? CoverAll(formula) : CoverAny(formula);
  if (node.named) named_.emplace(formula, cover);
  return cover;
}

GuardMaker::Cover GuardMaker::CoverLiteral(FormulaRef formula) {
  const Literal& literal = formulas_[formula].literal;
  if (literal.negated) return std::nullopt;
  const Atom& atom = atoms_[literal.atom];
  switch (atom.kind) {
    case TestKind::kTextEqual: return Single(WholeText(atom.slot, atoms_.text(atom.operand)));
    case TestKind::kNumberEqual: return Single(WholeNumber(atom.slot, atoms_.number(atom.operand)));
    case TestKind::kTrue: return Single(WholeNumber(atom.slot, 1));
    case TestKind::kTextIn:
    case TestKind::kNumberIn: {
      const bool texts = atom.kind == TestKind::kTextIn;
      const size_t size = SetSize(atom);
      if (IsShared(literal.atom) && size > (frugal_ ? 1 : kMostOfSharedSet)) {
        return Single({.slot = atom.slot, .kind = PartKind::kInSet, .number = SetId(atom.kind, atom.operand)});
      }
      Found found;
      found.keys.reserve(size);
      if (texts) {
        atoms_.text_set(atom.operand).ForEach([&](std::string_view text) {
          found.keys.push_back(KeyOf(WholeText(atom.slot, text)));
        });
      } else {
        for (int64_t number : atoms_.number_set(atom.operand)) {
          found.keys.push_back(KeyOf(WholeNumber(atom.slot, number)));
        }
      }
      if (size > 0) found.candidates = static_cast<double>(size) * ShareOf(found.keys.front());
      return found;
    }
    case TestKind::kStartsWith: return Single(Affix(atom.slot, PartKind::kPrefix, atoms_.text(atom.operand)));
    case TestKind::kEndsWith: return Single(Affix(atom.slot, PartKind::kSuffix, atoms_.text(atom.operand)));
    case TestKind::kLike: return CoverGlob(atom);
    case TestKind::kContains:
      if (policy_.slots[atom.slot].type != dsl::Type::kListOfString) break;
      return Single({.slot = atom.slot, .kind = PartKind::kItem, .text = atoms_.text(atom.operand)});
    case TestKind::kClock:
    case TestKind::kNamed: return std::nullopt;
    default: break;
  }
  return Single({.slot = atom.slot, .kind = PartKind::kPresent});  // no test holds for what is absent
}

GuardMaker::Cover GuardMaker::CoverGlob(const Atom& atom) const {
  const Glob& glob = atoms_.glob(atom.operand);
  if (glob.is_literal()) return Single(WholeText(atom.slot, glob.first()));
  if (!glob.first().empty()) return Single(Affix(atom.slot, PartKind::kPrefix, glob.first()));
  if (!glob.last().empty()) return Single(Affix(atom.slot, PartKind::kSuffix, glob.last()));
  return Single({.slot = atom.slot, .kind = PartKind::kPresent});
}

// Every term must hold, so any one of their covers would do: as selective a key as can be made of them.
GuardMaker::Cover GuardMaker::CoverAll(FormulaRef formula) {
  std::vector<KeyPart> certain;  // of terms that have one key
  Cover choice;                  // the best of those that have several
  for (FormulaRef term : formulas_.terms(formula)) {
    Cover cover = CoverOf(term);
    if (!cover) continue;
    if (cover->keys.empty()) return cover;
    if (cover->keys.size() == 1) {
      const auto parts = cover->keys.front().view();
      certain.insert(certain.end(), parts.begin(), parts.end());
    } else if (!choice || cover->candidates < choice->candidates) {
      choice = std::move(cover);
    }
  }
  const auto rank = [this](const KeyPart& part) {
    return part.kind == PartKind::kPresent ? 0 : Distinct(part);
  };
  std::stable_sort(certain.begin(), certain.end(),
                   [&](const KeyPart& one, const KeyPart& other) { return rank(one) > rank(other); });
  if (certain.empty()) return choice;
  Found found;
  Key key;
  for (const KeyPart& part : certain) {
    if (key.part_count > 0 && part.kind == PartKind::kPresent) continue;
    Add(part, &key);
  }
  found.keys.push_back(key);
  found.candidates = ShareOf(key);
  if (!choice || found.candidates <= kFewCandidates) return found;
  if (key.parts[0].kind == PartKind::kPresent) return choice;
  if (frugal_) return found;
  for (Key& one : choice->keys) {
    for (const KeyPart& part : key.view()) Add(part, &one);
  }
  choice->candidates *= found.candidates;
  return choice;
}

GuardMaker::Cover GuardMaker::CoverAny(FormulaRef formula) {
  Found found;
  for (FormulaRef term : formulas_.terms(formula)) {
    Cover cover = CoverOf(term);
    if (!cover) return std::nullopt;
    found.candidates += cover->candidates;
    found.keys.insert(found.keys.end(), cover->keys.begin(), cover->keys.end());
    if (uses_[formula] > 1 && found.keys.size() > kMostKeysOfShared) return std::nullopt;
  }
  return found;
}

}  // namespace keyrule::evaluator
