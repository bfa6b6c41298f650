#include "evaluator/analysis/value_parts.h"

#include <algorithm>
#include <set>

#include "dsl/wording.h"
#include "evaluator/typeset.h"

namespace keyrule::analysis {
namespace {

constexpr size_t kMostNamed = 4;

std::string NamesText(const std::vector<std::string>& names) {
  std::string text;
  const size_t shown = names.size() <= kMostNamed ? names.size() : kMostNamed - 1;
  for (size_t i = 0; i < shown; ++i) {
    text += (i == 0 ? "" : i + 1 == names.size() ? " or " : ", ") + dsl::InQuotes(names[i]);
  }
  if (names.size() > shown) text += " or one of " + std::to_string(names.size() - shown) + " more";
  return text;
}

bool IsLegal(const dsl::Attribute& attribute, const std::string& text) {
  return attribute.type != dsl::Type::kEnum || std::any_of(attribute.values.begin(), attribute.values.end(),
                                                           [&](const dsl::Text& one) { return one.value == text; });
}

}  // namespace

const dsl::Value* ValueOf(const dsl::Use& arm) {
  const auto* pool = std::get_if<dsl::UsePool>(&arm.what);
  const dsl::Value* value = pool == nullptr  ? &std::get<dsl::UseCredential>(arm.what).credential
                            : pool->narrow ? &pool->narrow->value
                                           : nullptr;
  return value == nullptr || std::holds_alternative<dsl::Text>(value->what) ? nullptr : value;
}

bool ValuePartFinder::AreApart(const ValuePart& a, const ValuePart& b) {
  if (a.slot != b.slot || (a.others && b.others) || (a.absent && b.absent)) return false;
  const auto [known, is_new] = apart_.emplace(std::minmax({&a, &b}), false);
  if (is_new) {
    const ValuePart& listed = a.others ? b : a;
    const ValuePart& other = a.others ? a : b;
    known->second = std::none_of(listed.texts.begin(), listed.texts.end(), [&](const std::string& text) {
      return other.others != std::binary_search(other.texts.begin(), other.texts.end(), text);
    });
  }
  return known->second;
}

const ValueParts& ValuePartFinder::Of(const dsl::Use& arm) {
  const dsl::Value& value = *ValueOf(arm);
  const auto* lookup = std::get_if<dsl::Lookup>(&value.what);
  const dsl::Path& path = lookup != nullptr ? lookup->key : std::get<dsl::Path>(value.what);
  const auto* pool = std::get_if<dsl::UsePool>(&arm.what);
  const auto* single = std::get_if<dsl::UseCredential>(&arm.what);
  const uint32_t of = pool != nullptr ? pool->pool.index : single->from ? single->from->index : dsl::kUnresolved;
  const Key key{pool != nullptr, of, pool != nullptr ? std::string(pool->narrow->field.text) : "",
                lookup != nullptr ? lookup->index : dsl::kUnresolved, path.slot};
  const auto known = known_.find(key);
  return known != known_.end() ? known->second : known_[key] = Find(arm, value);
}

ValueParts ValuePartFinder::Find(const dsl::Use& arm, const dsl::Value& value) {
  const auto* lookup = std::get_if<dsl::Lookup>(&value.what);
  const dsl::Path& path = lookup != nullptr ? lookup->key : std::get<dsl::Path>(value.what);
  const ValueKinds kinds = kinds_(arm);
  struct Values {
    std::vector<std::string> texts;  // of the attribute
    std::vector<std::string> names;  // that they lead to, each once
    std::set<std::string_view> named;
  };
  std::map<uint32_t, Values> values;  // by kind
  const auto add = [&](uint32_t kind, const std::string& text, const std::string& name) {
    if (!IsLegal(policy_->slots[path.slot], text)) return;
    Values& of = values[kind];
    of.texts.push_back(text);
    // The views are of what outlives them: of `kinds`.
    if (of.named.insert(kinds.of.find(name)->first).second) of.names.push_back(name);
  };
  if (lookup == nullptr) {
    for (const bool ids : {false, true}) {
      for (const auto& [text, what] : kinds.of) {
        if (what.is_id == ids) add(what.kind, text, text);
      }
    }
  } else {
    for (const dsl::TableEntry& entry : policy_->tables[lookup->index].entries()) {
      const std::string name(entry.value.value);
      if (const auto what = kinds.of.find(name); what != kinds.of.end()) add(what->second.kind, std::string(entry.key.value), name);
    }
  }

  ValueParts result;
  result.whole = kinds.whole;
  const std::string said = evaluator::OneLine(policy_->sources->TextOf(value.span));
  const bool refuses = lookup == nullptr && std::holds_alternative<dsl::UseCredential>(arm.what);
  std::vector<dsl::Condition> conditions;
  ValuePart rest;
  rest.slot = path.slot;
  rest.others = true;
  rest.absent = !refuses;
  for (auto& [kind, of] : values) {
    std::sort(of.texts.begin(), of.texts.end());
    rest.texts.insert(rest.texts.end(), of.texts.begin(), of.texts.end());
    ValuePart part;
    part.condition = InList(path, of.texts);
    part.text = said + " is " + NamesText(of.names);
    if (of.names.size() > 1) part.text = "(" + part.text + ")";  // more is said behind it
    part.kind = kind;
    part.several = of.names.size() > 1;
    part.slot = path.slot;
    part.texts = std::move(of.texts);
    conditions.push_back(part.condition);
    result.parts.push_back(std::move(part));
  }
  if (refuses) {
    dsl::Presence unset;
    unset.path = path;
    unset.set = false;
    ValuePart part;
    part.condition = {std::move(unset), path.span};
    part.text = said + " is not set";
    part.slot = path.slot;
    part.absent = true;
    conditions.push_back(part.condition);
    result.parts.push_back(std::move(part));
  }
  if (conditions.empty()) return result;
  dsl::Condition any = conditions.size() == 1 ? std::move(conditions.front()) : dsl::Condition{dsl::Any{std::move(conditions)}, path.span};
  rest.condition = {dsl::Not{{std::move(any)}}, path.span};
  rest.text = said + (refuses ? " names none" : " gives none");
  rest.kind = refuses ? kRefuses : kGivesNone;
  std::sort(rest.texts.begin(), rest.texts.end());
  result.parts.push_back(std::move(rest));
  return result;
}

// The lists are shared by all rules.
dsl::Condition ValuePartFinder::InList(const dsl::Path& path, const std::vector<std::string>& texts) {
  dsl::TextList list{{}, path.span};
  for (const std::string& text : texts) list.items.push_back({text, path.span});
  dsl::Let let;
  let.value = std::move(list);
  let.span = path.span;
  dsl::ListName of;
  of.let = static_cast<uint32_t>(policy_->lets.size());
  policy_->lets.push_back(std::move(let));
  dsl::Membership member;
  member.path = path;
  member.set = std::move(of);
  return {std::move(member), path.span};
}

}  // namespace keyrule::analysis
