#include "evaluator/analysis/text_classes.h"

#include <algorithm>
#include <utility>

namespace keyrule::analysis {
namespace {

using evaluator::Atom;
using evaluator::TestKind;

// What a `like` comes to.
enum class LikeShape { kText, kPrefix, kGlob };

LikeShape ShapeOf(const evaluator::Glob& glob) {
  if (glob.is_literal()) return LikeShape::kText;
  const std::string pattern = glob.pattern();
  size_t stars = 0;
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '\\' && i + 1 < pattern.size() && pattern[i + 1] == '*') {
      ++i;
    } else if (pattern[i] == '*') {
      ++stars;
    }
  }
  return stars == 1 && glob.last().empty() ? LikeShape::kPrefix : LikeShape::kGlob;
}

std::string Escaped(std::string_view text) {
  std::string pattern;
  for (const char c : text) {
    if (c == '*') pattern += '\\';
    pattern += c;
  }
  return pattern;
}

// The glob that an atom is, if it is one that needs to be run.
std::string GlobOf(const evaluator::Atoms& atoms, const Atom& atom) {
  switch (atom.kind) {
    case TestKind::kEndsWith: return "*" + Escaped(atoms.text(atom.operand));
    case TestKind::kContains: return "*" + Escaped(atoms.text(atom.operand)) + "*";
    case TestKind::kLike: return atoms.glob(atom.operand).pattern();
    default: return {};
  }
}

bool IsGlob(const evaluator::Atoms& atoms, const Atom& atom) {
  return atom.kind == TestKind::kEndsWith || atom.kind == TestKind::kContains ||
         (atom.kind == TestKind::kLike && ShapeOf(atoms.glob(atom.operand)) == LikeShape::kGlob);
}

template <typename Number>
void AppendNumber(std::string* key, Number number) {
  key->append(reinterpret_cast<const char*>(&number), sizeof number);
}

std::string RegionKey(uint32_t prefix, const std::vector<bool>& accepts) {
  std::string key;
  AppendNumber(&key, prefix);
  for (const bool accepted : accepts) key += accepted ? '1' : '0';
  return key;
}

}  // namespace

TextClasses::TextClasses(const evaluator::Atoms& atoms, const std::vector<uint32_t>& tests, bool has_absent,
                         const std::vector<std::string_view>& extra, std::vector<Split> splits,
                         std::string_view path)
    : atoms_(atoms), has_absent_(has_absent), path_(path), splits_(std::move(splits)) {
  Collect(tests, extra);
  FindRegions();
  GroupNamed(tests);
  Number();
}

void TextClasses::AddNamed(std::string_view text) {
  if (text.empty()) return;  // the same as absent
  if (named_.try_emplace(text, 0).second) named_in_order_.push_back(text);
}

void TextClasses::Collect(const std::vector<uint32_t>& tests, const std::vector<std::string_view>& extra) {
  std::vector<std::string> patterns;
  for (const uint32_t test : tests) {
    const Atom& atom = atoms_[test];
    if (atom.kind == TestKind::kTextEqual) {
      AddNamed(atoms_.text(atom.operand));
    } else if (atom.kind == TestKind::kTextIn) {
      atoms_.text_set(atom.operand).ForEach([this](std::string_view text) { AddNamed(text); });
    } else if (atom.kind == TestKind::kStartsWith) {
      prefixes_.push_back(atoms_.text(atom.operand));
    } else if (IsGlob(atoms_, atom)) {
      patterns.push_back(GlobOf(atoms_, atom));
    } else if (atom.kind == TestKind::kLike) {
      const std::string& first = atoms_.glob(atom.operand).first();
      if (ShapeOf(atoms_.glob(atom.operand)) == LikeShape::kText) {
        AddNamed(first);
      } else if (!first.empty()) {
        prefixes_.emplace_back(first);
      }
    }
  }
  for (const std::string_view text : extra) AddNamed(text);
  std::sort(prefixes_.begin(), prefixes_.end());
  prefixes_.erase(std::unique(prefixes_.begin(), prefixes_.end()), prefixes_.end());
  tree_ = std::make_unique<PrefixTree>(prefixes_);
  std::sort(patterns.begin(), patterns.end());
  patterns.erase(std::unique(patterns.begin(), patterns.end()), patterns.end());
  glob_texts_ = std::move(patterns);
  for (const std::string& pattern : glob_texts_) {
    glob_of_.emplace(pattern, static_cast<uint32_t>(globs_.size()));
    globs_.emplace_back(pattern);
    compiled_.emplace_back(pattern);
  }
}

void TextClasses::FindRegions() {
  const auto is_named = [this](std::string_view text) { return named_.contains(text); };
  if (!globs_.empty()) {
    std::vector<std::string> finite;
    globs_apart_ = !FindTextRegions(prefixes_, globs_, is_named, {}, &regions_, splits_.empty() ? nullptr : &finite);
    // Where other variables tell texts apart, a few texts are looked at one by one: what parts they fall into is settled.
    for (std::string& word : finite) AddNamed(few_.emplace_back(std::move(word)));
    if (!finite.empty()) FindTextRegions(prefixes_, globs_, is_named, {}, &regions_);
  }
  if (globs_.empty() || globs_apart_) {
    // Without globs, texts that go on as no prefix does are in each region: there are always some.
    regions_.clear();
    for (uint32_t prefix = 0; prefix <= prefixes_.size(); ++prefix) regions_.push_back({prefix, {}, {}});
  }
  for (uint32_t region = 0; region < regions_.size(); ++region) {
    region_of_.emplace(RegionKey(regions_[region].prefix, regions_[region].accepts), region);
  }
}

std::vector<bool> TextClasses::GlobsOf(std::string_view text) const {
  std::vector<bool> accepts;
  accepts.reserve(compiled_.size());
  for (const evaluator::Glob& glob : compiled_) accepts.push_back(glob.Matches(text));
  return accepts;
}

void TextClasses::GroupNamed(const std::vector<uint32_t>& tests) {
  // Which tests name a text: inverted, so that it is linear in what is written.
  std::unordered_map<std::string_view, std::vector<uint32_t>> tests_of;
  const auto note = [&](std::string_view text, uint32_t test) { tests_of[text].push_back(test); };
  for (const uint32_t test : tests) {
    const Atom& atom = atoms_[test];
    if (atom.kind == TestKind::kTextEqual) note(atoms_.text(atom.operand), test);
    if (atom.kind == TestKind::kTextIn) {
      atoms_.text_set(atom.operand).ForEach([&](std::string_view text) { note(text, test); });
    }
    if (atom.kind == TestKind::kLike && ShapeOf(atoms_.glob(atom.operand)) == LikeShape::kText) {
      note(atoms_.glob(atom.operand).first(), test);
    }
  }
  std::unordered_map<std::string, uint32_t> known;
  for (const std::string_view text : named_in_order_) {
    std::string key;
    AppendNumber(&key, tree_->Deepest(text));
    const std::vector<bool> globs = GlobsOf(text);
    for (const bool accepted : globs) key += accepted ? '1' : '0';
    std::vector<uint32_t> parts;
    for (const Split& split : splits_) {
      parts.push_back(split.part(text));
      AppendNumber(&key, parts.back());
    }
    if (const auto named_by = tests_of.find(text); named_by != tests_of.end()) {
      for (const uint32_t test : named_by->second) AppendNumber(&key, test);
    } else {
      key.append(text);  // an extra one: told apart by whoever asked for it
    }
    const auto [place, is_new] = known.try_emplace(std::move(key), static_cast<uint32_t>(groups_.size()));
    if (is_new) {
      groups_.emplace_back();
      group_globs_.push_back(globs);
      parts_.insert(parts_.end(), parts.begin(), parts.end());
    }
    groups_[place->second].push_back(text);
    named_[text] = place->second;
  }
}

void TextClasses::Number() {
  for (uint32_t region = 0; region < regions_.size(); ++region) {
    const uint32_t prefix = regions_[region].prefix;
    const std::string_view key = prefix == 0 ? std::string_view() : prefixes_[prefix - 1];
    classes_.push_back({Kind::kRegion, prefix, region, key});
  }
  for (uint32_t group = 0; group < groups_.size(); ++group) {
    const std::string_view first = groups_[group].front();
    classes_.push_back({Kind::kNamed, tree_->Deepest(first), group, first});
  }
  // In the order of the alphabet, so that those of a prefix lie together; a prefix' own region before the texts that go on.
  std::stable_sort(classes_.begin(), classes_.end(), [](const Class& a, const Class& b) {
    if (a.key != b.key) return a.key < b.key;
    return a.kind == Kind::kRegion && b.kind == Kind::kNamed;
  });
  if (has_absent_) classes_.insert(classes_.begin(), Class{Kind::kAbsent, 0, 0, {}});
  class_of_group_.resize(groups_.size());
  class_of_region_.resize(regions_.size());
  for (uint32_t id = 0; id < classes_.size(); ++id) {
    if (classes_[id].kind == Kind::kNamed) class_of_group_[classes_[id].index] = id;
    if (classes_[id].kind == Kind::kRegion) class_of_region_[classes_[id].index] = id;
  }
}

ClassSet TextClasses::Holding(const Atom& atom) const {
  const ClassSet present = has_absent_ ? (size() > 1 ? ClassSet::Between(1, size() - 1) : ClassSet()) : ClassSet::AllOf(size());
  const auto of_text = [this](std::string_view text) {
    const auto named = named_.find(text);
    return named == named_.end() ? ClassSet() : ClassSet::One(class_of_group_[named->second]);
  };
  switch (atom.kind) {
    case TestKind::kPresent: return present;
    case TestKind::kTextEqual: return of_text(atoms_.text(atom.operand));
    case TestKind::kTextIn: {
      std::vector<uint32_t> ids;
      atoms_.text_set(atom.operand).ForEach([&](std::string_view text) {
        const auto named = named_.find(text);
        if (named != named_.end()) ids.push_back(class_of_group_[named->second]);
      });
      return ClassSet::Of(std::move(ids));
    }
    default: break;
  }
  if (!IsGlob(atoms_, atom)) {
    std::string_view prefix;
    if (atom.kind == TestKind::kStartsWith) {
      prefix = atoms_.text(atom.operand);
    } else {
      const evaluator::Glob& glob = atoms_.glob(atom.operand);
      if (ShapeOf(glob) == LikeShape::kText) return of_text(glob.first());
      prefix = glob.first();
    }
    if (prefix.empty()) return present;
    const auto begin = std::lower_bound(classes_.begin() + (has_absent_ ? 1 : 0), classes_.end(), prefix,
                                        [](const Class& c, std::string_view text) { return c.key < text; });
    auto end = begin;
    end = std::partition_point(begin, classes_.end(),
                               [&](const Class& c) { return c.key.substr(0, prefix.size()) <= prefix; });
    if (begin == end) return {};
    return ClassSet::Between(static_cast<uint32_t>(begin - classes_.begin()),
                             static_cast<uint32_t>(end - classes_.begin()) - 1);
  }
  const auto glob = glob_of_.find(GlobOf(atoms_, atom));
  std::vector<uint32_t> ids;
  for (uint32_t id = 0; id < size(); ++id) {
    const Class& c = classes_[id];
    if (c.kind == Kind::kNamed && group_globs_[c.index][glob->second]) ids.push_back(id);
    if (c.kind == Kind::kRegion && !globs_apart_ && regions_[c.index].accepts[glob->second]) ids.push_back(id);
  }
  return ClassSet::Of(std::move(ids));
}

uint32_t TextClasses::ClassOf(std::string_view text) const {
  if (const auto named = named_.find(text); named != named_.end()) return class_of_group_[named->second];
  const std::vector<bool> accepts = globs_apart_ ? std::vector<bool>() : GlobsOf(text);
  const auto region = region_of_.find(RegionKey(tree_->Deepest(text), accepts));
  return class_of_region_[region->second];
}

std::optional<size_t> TextClasses::GlobIndex(const Atom& atom) const {
  if (!IsGlob(atoms_, atom)) return std::nullopt;
  return glob_of_.find(GlobOf(atoms_, atom))->second;
}

bool TextClasses::GlobHolds(uint32_t id, size_t glob) const { return group_globs_[classes_[id].index][glob]; }

std::string_view TextClasses::PrefixOf(uint32_t id) const {
  const uint32_t prefix = classes_[id].prefix;
  return prefix == 0 ? std::string_view() : prefixes_[prefix - 1];
}

bool TextClasses::Offer(uint32_t id, uint64_t most, const std::function<bool(std::string_view)>& take) const {
  const Class& c = classes_[id];
  if (c.kind == Kind::kAbsent) return false;
  if (c.kind == Kind::kNamed) {
    return std::any_of(groups_[c.index].begin(), groups_[c.index].end(), take);
  }
  const TextRegion& region = regions_[c.index];
  std::string text;
  const auto offer = [&](const std::string& candidate) { return ClassOf(candidate) == id && take(candidate); };
  if (region.word.empty() || region.accepts.empty() ||
      std::find(region.accepts.begin(), region.accepts.end(), true) == region.accepts.end()) {
    // "other", "support-1"; then numbered ones, which read like the attribute: "user-17".
    const std::string_view prefix = PrefixOf(id);
    const std::string stem = prefix.empty() ? path_.substr(0, path_.find('.')) + "-" : std::string(prefix);
    if (prefix.empty() && offer("other")) return true;
    for (uint64_t number = 1; number <= most; ++number) {
      if (offer(stem + std::to_string(number))) return true;
    }
  }
  if (region.word.empty()) return false;
  if (offer(region.word)) return true;
  // Numbers at each place of the shortest word, or between two of it: where the globs allow anything.
  const uint64_t places = region.word.size() + 1;
  for (uint64_t number = 1; number * places <= most; ++number) {
    const std::string digits = std::to_string(number);
    if (offer(region.word + digits + region.word)) return true;
    for (size_t place = places; place-- > 0;) {
      if (place < region.word.size() && (static_cast<unsigned char>(region.word[place]) & 0xC0) == 0x80) continue;
      if (offer(std::string(region.word).insert(place, digits))) return true;
    }
  }
  return false;
}

}  // namespace keyrule::analysis
