#include "evaluator/analysis/spend_split.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>

#include "evaluator/analysis/pool_entries.h"
#include "evaluator/field.h"
#include "evaluator/test_world.h"

namespace keyrule::analysis {
namespace {

using dsl::Condition;
using evaluator::Credential;
using evaluator::Program;

constexpr size_t kMostPlaces = 200;

// What an arm asks of requests before it may take the credential.
struct Ask {
  bool never = false;
  std::optional<Condition> what;  // nothing: no more than its rule does
};

Condition AllOf(std::vector<Condition> terms, const dsl::Span& span) {
  return terms.size() == 1 ? std::move(terms.front()) : Condition{dsl::All{std::move(terms)}, span};
}

class SpendSplitter {
 public:
  SpendSplitter(const Program& program, const SpendQuestion& question)
      : program_(program), policy_(*program.policy), question_(question) {
    for (const Credential& credential : evaluator::CredentialsOfPolicy(policy_)) named_.insert(credential.name);
  }

  SpendSplit Split() {
    SpendSplit split;
    auto policy = std::make_shared<dsl::Policy>(policy_);
    policy->rules.clear();
    for (uint32_t index = 0; index <= policy_.rules.size(); ++index) {
      const bool is_default = index == policy_.rules.size();
      AddCopies(is_default ? policy_.fallback : policy_.rules[index], index, policy.get(), &split);
      if (!is_default) policy->rules.push_back(policy_.rules[index]);
    }
    split.policy = std::move(policy);
    return split;
  }

 private:
  void AddCopies(const dsl::Rule& rule, uint32_t index, dsl::Policy* policy, SpendSplit* split) const {
    const std::optional<std::vector<Condition>> common = TermsOfRule(rule);
    if (!common) return;
    std::vector<Condition> past;  // what arms before ask, so that they do not refuse
    for (uint32_t arm = 1; arm <= rule.chain.actions.size(); ++arm) {
      const auto* use = std::get_if<dsl::Use>(&rule.chain.actions[arm - 1].what);
      if (use == nullptr) continue;
      const Ask ask = AskOf(*use);
      if (!ask.never) {
        if (split->places.size() == kMostPlaces) {
          split->is_whole = false;
          return;
        }
        split->depends_on_others = split->depends_on_others || !past.empty();
        split->places.push_back({static_cast<uint32_t>(policy->rules.size()), index, arm});
        std::vector<Condition> terms = *common;
        if (ask.what) terms.push_back(*ask.what);
        terms.insert(terms.end(), past.begin(), past.end());
        if (terms.empty()) return;  // the default itself, for any request
        dsl::Rule copy = rule;
        copy.when = AllOf(std::move(terms), rule.when ? rule.when->span : rule.name.span);
        policy->rules.push_back(std::move(copy));
        if (!ask.what) return;  // arms behind it are for none but the requests of this one
      }
      if (!question_.past_names) AddPast(*use, ask, &past);
    }
  }

  // Nothing: no call for the credential comes to it.
  std::optional<std::vector<Condition>> TermsOfRule(const dsl::Rule& rule) const {
    std::vector<Condition> terms;
    if (rule.when) terms.push_back(*rule.when);
    for (const auto& [slot, wanted] : {std::pair<uint32_t, std::string_view>{program_.provider_slot, question_.provider},
                                       {program_.model_slot, question_.credential.model},
                                       {program_.model_type_slot, question_.credential.model_type}}) {
      if (wanted.empty()) continue;
      if (slot == dsl::kUnresolved) return std::nullopt;
      dsl::Path path = policy_.slots[slot].path;
      path.slot = slot;
      std::optional<Condition> is_one = IsOneOf(path, {wanted});
      if (!is_one) return std::nullopt;
      terms.push_back(std::move(*is_one));
    }
    return terms;
  }

  // An arm refuses a name that it does not know.
  void AddPast(const dsl::Use& use, const Ask& ask, std::vector<Condition>* past) const {
    const auto* named = std::get_if<dsl::UseCredential>(&use.what);
    const auto* path = named != nullptr ? std::get_if<dsl::Path>(&named->credential.what) : nullptr;
    if (path == nullptr || path->slot == dsl::kUnresolved) return;
    dsl::Any either;
    either.terms.push_back({dsl::Presence{*path, false}, path->span});
    if (ask.what) either.terms.push_back(*ask.what);
    if (std::optional<Condition> others = IsOneOf(*path, NamedIn(*named))) either.terms.push_back(std::move(*others));
    past->push_back(either.terms.size() == 1 ? std::move(either.terms.front()) : Condition{std::move(either), path->span});
  }

  // That the policy names there: these are known.
  std::vector<std::string_view> NamedIn(const dsl::UseCredential& use) const {
    if (use.from) return NamesIn(policy_, use.from->index);
    return {named_.begin(), named_.end()};
  }

  Ask AskOf(const dsl::Use& use) const {
    if (const auto* pool = std::get_if<dsl::UsePool>(&use.what)) {
      if (!Holds(pool->pool.index)) return {.never = true};
      if (!pool->narrow) return {};
      const evaluator::CredentialField field(pool->narrow->field.text);
      return AskValue(pool->narrow->value, {field.Of(question_.credential, question_.provider)});
    }
    const auto& named = std::get<dsl::UseCredential>(use.what);
    if (named.from && !Holds(named.from->index)) return {.never = true};
    std::vector<std::string_view> texts;
    if (question_.by_name) texts.push_back(question_.credential.name);
    if (question_.by_id && std::holds_alternative<dsl::Path>(named.credential.what)) texts.push_back(question_.credential.id);
    return AskValue(named.credential, texts);
  }

  bool Holds(uint32_t pool) const {
    return evaluator::PoolTier(program_, pool, question_.credential, question_.provider, question_.by_name) != 0;
  }

  // That the value is one of these.
  Ask AskValue(const dsl::Value& value, const std::vector<std::string_view>& texts) const {
    const auto is_wanted = [&](std::string_view text) {
      return !text.empty() && std::find(texts.begin(), texts.end(), text) != texts.end();
    };
    if (const auto* text = std::get_if<dsl::Text>(&value.what)) return {.never = !is_wanted(text->value)};
    std::optional<Condition> what;
    if (const auto* path = std::get_if<dsl::Path>(&value.what)) {
      what = IsOneOf(*path, texts);
    } else {
      const auto& lookup = std::get<dsl::Lookup>(value.what);
      std::vector<std::string_view> keys;
      for (const dsl::TableEntry& entry : policy_.tables[lookup.index].entries()) {
        if (is_wanted(entry.value.value)) keys.push_back(entry.key.value);
      }
      what = IsOneOf(lookup.key, keys);
    }
    if (!what) return {.never = true};
    return {.what = std::move(what)};
  }

  // Nothing: the attribute can be none of these.
  std::optional<Condition> IsOneOf(const dsl::Path& path, const std::vector<std::string_view>& texts) const {
    if (path.slot == dsl::kUnresolved) return std::nullopt;
    const dsl::Attribute& attribute = policy_.slots[path.slot];
    dsl::TextList list{{}, path.span};
    for (const std::string_view text : texts) {
      const auto is_it = [text](const dsl::Text& one) { return one.value == text; };
      const bool is_legal =
          attribute.type == dsl::Type::kString ||
          (attribute.type == dsl::Type::kEnum && std::any_of(attribute.values.begin(), attribute.values.end(), is_it));
      if (is_legal && !text.empty()) list.items.push_back({std::string(text), path.span});
    }
    if (list.items.empty()) return std::nullopt;
    dsl::Membership member;
    member.path = path;
    member.set = std::move(list);
    return Condition{std::move(member), path.span};
  }

  const Program& program_;
  const dsl::Policy& policy_;
  const SpendQuestion& question_;
  std::set<std::string> named_;  // by the policy
};

}  // namespace

SpendSplit SplitBySpend(const Program& program, const SpendQuestion& question) {
  return SpendSplitter(program, question).Split();
}

}  // namespace keyrule::analysis
