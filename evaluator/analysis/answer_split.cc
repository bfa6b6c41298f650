#include "evaluator/analysis/answer_split.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "dsl/wording.h"
#include "evaluator/typeset.h"

namespace keyrule::analysis {
namespace {

constexpr size_t kMostOfRule = 64;  // rules that one is taken apart into
constexpr size_t kMostValues = 3;   // that are named

// The value that an arm goes by; null: none of the request's.
const dsl::Value* ValueOf(const dsl::Use& arm) {
  const auto* pool = std::get_if<dsl::UsePool>(&arm.what);
  const dsl::Value* value = pool == nullptr  ? &std::get<dsl::UseCredential>(arm.what).credential
                            : pool->narrow ? &pool->narrow->value
                                           : nullptr;
  return value == nullptr || std::holds_alternative<dsl::Text>(value->what) ? nullptr : value;
}

class Splitter {
 public:
  Splitter(const dsl::Policy& policy, const std::function<ValueKinds(const dsl::Use&)>& kinds, size_t most)
      : kinds_(kinds), most_(most), split_(std::make_shared<dsl::Policy>(policy)) {}

  AnswerSplit Split() {
    std::vector<dsl::Rule> rules;
    for (dsl::Rule& rule : split_->rules) {
      if (AddParts(rule, &rules)) continue;
      AddWhole(rule);
      rules.push_back(std::move(rule));
    }
    // What is left of it decides nothing.
    AddParts(split_->fallback, &rules);
    AddWhole(split_->fallback);
    split_->rules = std::move(rules);
    result_.policy = split_;
    return std::move(result_);
  }

 private:
  struct Part {
    dsl::Condition condition;
    std::string text;
    uint32_t kind = kGivesNone;
  };
  using Parts = std::vector<Part>;
  struct Way {  // one part of each arm that goes by a value
    std::vector<const Part*> parts;
    std::vector<uint32_t> kinds;  // by action
  };

  void AddWhole(const dsl::Rule& rule) {
    result_.values.emplace_back();
    std::vector<uint32_t> kinds(rule.chain.actions.size(), kGivesNone);
    for (const dsl::Action& action : rule.chain.actions) {
      const auto* arm = std::get_if<dsl::Use>(&action.what);
      if (arm != nullptr && ValueOf(*arm) != nullptr && !PartsOf(*arm).empty()) kinds.clear();
      if (kinds.empty()) break;
    }
    result_.kinds.push_back(std::move(kinds));
  }

  // False: nothing of it goes by values that make a difference, or there would be too many.
  bool AddParts(const dsl::Rule& rule, std::vector<dsl::Rule>* rules) {
    std::vector<Way> ways = {{{}, std::vector<uint32_t>(rule.chain.actions.size(), kGivesNone)}};
    std::map<const Parts*, size_t> first;  // action that goes by these parts
    for (size_t action = 0; action < rule.chain.actions.size(); ++action) {
      const auto* arm = std::get_if<dsl::Use>(&rule.chain.actions[action].what);
      if (arm == nullptr || ValueOf(*arm) == nullptr) continue;
      const Parts& parts = PartsOf(*arm);
      if (parts.empty()) continue;
      const auto [earlier, is_first] = first.emplace(&parts, action);
      if (!is_first) {
        for (Way& way : ways) way.kinds[action] = way.kinds[earlier->second];
        continue;
      }
      std::vector<Way> more;
      for (const Way& way : ways) {
        for (const Part& part : parts) {
          more.push_back(way);
          more.back().parts.push_back(&part);
          more.back().kinds[action] = part.kind;
        }
      }
      ways = std::move(more);
      if (ways.size() > kMostOfRule) break;
    }
    if (ways.size() == 1) return false;
    if (ways.size() > kMostOfRule || added_ + ways.size() > most_) {
      result_.whole = false;
      return false;
    }
    added_ += ways.size();
    for (Way& way : ways) {
      dsl::Rule copy = rule;
      dsl::All all;
      std::string values;
      if (rule.when) all.terms.push_back(*rule.when);
      for (const Part* part : way.parts) {
        all.terms.push_back(part->condition);
        values += (values.empty() ? "" : " and ") + part->text;
      }
      const dsl::Span span = rule.when ? rule.when->span : all.terms.front().span;
      copy.when = all.terms.size() == 1 ? all.terms.front() : dsl::Condition{std::move(all), span};
      rules->push_back(std::move(copy));
      result_.values.push_back(std::move(values));
      result_.kinds.push_back(std::move(way.kinds));
    }
    return true;
  }

  // Empty: no value makes a difference.
  const Parts& PartsOf(const dsl::Use& arm) {
    const dsl::Value& value = *ValueOf(arm);
    const auto* lookup = std::get_if<dsl::Lookup>(&value.what);
    const dsl::Path& path = lookup != nullptr ? lookup->key : std::get<dsl::Path>(value.what);
    const auto* pool = std::get_if<dsl::UsePool>(&arm.what);
    const auto* single = std::get_if<dsl::UseCredential>(&arm.what);
    const uint32_t of = pool != nullptr ? pool->pool.index : single->from ? single->from->index : dsl::kUnresolved;
    const Key key{pool != nullptr, of, pool != nullptr ? std::string(pool->narrow->field.text) : "",
                  lookup != nullptr ? lookup->index : dsl::kUnresolved, path.slot};
    if (const auto known = known_.find(key); known != known_.end()) return known->second;
    const ValueKinds kinds = kinds_(arm);
    std::map<uint32_t, std::vector<std::string>> texts;   // of the attribute, by the kind that they lead to
    std::map<uint32_t, std::vector<std::string>> values;  // named for it
    const dsl::Attribute& attribute = split_->slots[path.slot];
    const auto is_legal = [&](const std::string& text) {
      if (attribute.type != dsl::Type::kEnum) return true;
      for (const dsl::Text& one : attribute.values) {
        if (one.value == text) return true;
      }
      return false;
    };
    const auto add = [&](uint32_t kind, std::string text, const std::string& led_to) {
      if (!is_legal(text)) return;
      texts[kind].push_back(std::move(text));
      std::vector<std::string>& named = values[kind];
      if (named.empty() || named.back() != led_to) named.push_back(led_to);
    };
    if (lookup == nullptr) {
      for (const bool ids : {false, true}) {
        for (const auto& [text, what] : kinds) {
          if (what.is_id == ids) add(what.kind, text, text);
        }
      }
    } else {
      for (const dsl::TableEntry& entry : split_->tables[lookup->index].entries()) {
        const std::string led_to(entry.value.value);
        if (const auto what = kinds.find(led_to); what != kinds.end()) add(what->second.kind, std::string(entry.key.value), led_to);
      }
    }
    Parts parts;
    const std::string name = evaluator::OneLine(split_->sources->TextOf(value.span));
    std::vector<dsl::Condition> named;
    for (auto& [kind, list] : texts) {
      Part part{InList(path, std::move(list)), name + " is " + NamesText(values[kind]), kind};
      named.push_back(part.condition);
      parts.push_back(std::move(part));
    }
    const bool refuses = single != nullptr && lookup == nullptr;
    if (refuses) {
      dsl::Presence unset;
      unset.path = path;
      unset.set = false;
      Part part{{std::move(unset), path.span}, name + " is not set", kGivesNone};
      named.push_back(part.condition);
      parts.push_back(std::move(part));
    }
    if (!named.empty()) {
      dsl::Condition any = named.size() == 1 ? std::move(named.front()) : dsl::Condition{dsl::Any{std::move(named)}, path.span};
      parts.push_back({{dsl::Not{{std::move(any)}}, path.span}, name + (refuses ? " names none" : " gives none"),
                       refuses ? kRefuses : kGivesNone});
    }
    return known_[key] = std::move(parts);
  }

  // The lists are shared by all rules.
  dsl::Condition InList(const dsl::Path& path, std::vector<std::string> texts) {
    dsl::TextList list{{}, path.span};
    for (std::string& text : texts) list.items.push_back({std::move(text), path.span});
    dsl::Let let;
    let.value = std::move(list);
    let.span = path.span;
    dsl::ListName of;
    of.let = static_cast<uint32_t>(split_->lets.size());
    split_->lets.push_back(std::move(let));
    dsl::Membership member;
    member.path = path;
    member.set = std::move(of);
    return {std::move(member), path.span};
  }

  static std::string NamesText(const std::vector<std::string>& names) {
    std::string text;
    const size_t shown = std::min(names.size(), kMostValues);
    for (size_t i = 0; i < shown; ++i) {
      text += (i == 0 ? "" : i + 1 == names.size() ? " or " : ", ") + dsl::InQuotes(names[i]);
    }
    if (names.size() > shown) text += " or one of " + std::to_string(names.size() - shown) + " more";
    return text;
  }

  using Key = std::tuple<bool, uint32_t, std::string, uint32_t, uint32_t>;  // pool, of which, field, table, slot

  const std::function<ValueKinds(const dsl::Use&)>& kinds_;
  const size_t most_;
  std::shared_ptr<dsl::Policy> split_;
  std::map<Key, Parts> known_;
  size_t added_ = 0;
  AnswerSplit result_;
};

}  // namespace

AnswerSplit SplitByAnswers(const dsl::Policy& policy, const std::function<ValueKinds(const dsl::Use& arm)>& kinds, size_t most) {
  return Splitter(policy, kinds, most).Split();
}

}  // namespace keyrule::analysis
