#include "evaluator/analysis/nearest_spend.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "evaluator/compiler.h"
#include "evaluator/field.h"
#include "evaluator/test_world.h"

namespace keyrule::analysis {
namespace {

using dsl::Condition;
using evaluator::Credential;
using evaluator::Program;

constexpr size_t kMostRules = 200;  // that are looked at
constexpr size_t kMostNamed = 16;   // credentials of one name that are

// What an arm asks of requests before it may take the credential.
struct Ask {
  bool never = false;
  std::optional<Condition> what;  // nothing: no more than its rule does
};

// Before each rule that may spend it a copy of the rule for the requests with which it may: what any request is answered
// with stays the same.
class SpendSplitter {
 public:
  // `provider`: what calls of it ask for; empty: anything. `by_id`: an attribute may name it by its id as well.
  SpendSplitter(const Program& program, const Credential& credential, std::string_view provider, bool by_id)
      : program_(program), policy_(*program.policy), credential_(credential), provider_(provider), by_id_(by_id) {}

  struct Place {
    uint32_t at;    // the copy, in the new policy
    uint32_t rule;  // in the policy as it is
  };

  std::shared_ptr<const dsl::Policy> Split(std::vector<Place>* places) {
    auto split = std::make_shared<dsl::Policy>(policy_);
    split->rules.clear();
    for (uint32_t index = 0; index <= policy_.rules.size(); ++index) {
      const bool is_default = index == policy_.rules.size();
      const dsl::Rule& rule = is_default ? policy_.fallback : policy_.rules[index];
      std::vector<Condition> terms;
      if (places->size() < kMostRules && MaySpend(rule, &terms)) {
        places->push_back({static_cast<uint32_t>(split->rules.size()), index});
        if (!terms.empty()) {  // else it is the default, for any request
          dsl::Rule copy = rule;
          const dsl::Span span = rule.when ? rule.when->span : rule.name.span;
          copy.when = terms.size() == 1 ? std::move(terms.front()) : Condition{dsl::All{std::move(terms)}, span};
          split->rules.push_back(std::move(copy));
        }
      }
      if (!is_default) split->rules.push_back(rule);
    }
    return split;
  }

 private:
  bool MaySpend(const dsl::Rule& rule, std::vector<Condition>* terms) const {
    std::vector<Condition> ways;
    bool any = false;
    bool always = false;
    for (const dsl::Action& action : rule.chain.actions) {
      const auto* use = std::get_if<dsl::Use>(&action.what);
      if (use == nullptr) continue;
      Ask ask = AskOf(*use);
      if (ask.never) continue;
      any = true;
      always = always || !ask.what;
      if (ask.what) ways.push_back(std::move(*ask.what));
    }
    if (!any) return false;
    if (rule.when) terms->push_back(*rule.when);
    for (const auto& [slot, wanted] : {std::pair<uint32_t, std::string_view>{program_.provider_slot, provider_},
                                       {program_.model_slot, credential_.model},
                                       {program_.model_type_slot, credential_.model_type}}) {
      if (wanted.empty()) continue;
      if (slot == dsl::kUnresolved) return false;
      dsl::Path path = policy_.slots[slot].path;
      path.slot = slot;
      std::optional<Condition> is_one = IsOneOf(path, {wanted});
      if (!is_one) return false;
      terms->push_back(std::move(*is_one));
    }
    if (!always) {
      const dsl::Span span = rule.name.span;
      terms->push_back(ways.size() == 1 ? std::move(ways.front()) : Condition{dsl::Any{std::move(ways)}, span});
    }
    return true;
  }

  Ask AskOf(const dsl::Use& use) const {
    if (const auto* pool = std::get_if<dsl::UsePool>(&use.what)) {
      if (!evaluator::PoolHolds(program_, pool->pool.index, credential_, provider_)) return {.never = true};
      if (!pool->narrow) return {};
      const evaluator::CredentialField field(pool->narrow->field.text);
      return AskValue(pool->narrow->value, {field.Of(credential_, provider_)});
    }
    const auto& named = std::get<dsl::UseCredential>(use.what);
    if (named.from && !evaluator::PoolHolds(program_, named.from->index, credential_, provider_)) return {.never = true};
    if (by_id_ && std::holds_alternative<dsl::Path>(named.credential.what)) {
      return AskValue(named.credential, {credential_.name, credential_.id});
    }
    return AskValue(named.credential, {credential_.name});
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
  const Credential& credential_;
  const std::string_view provider_;
  const bool by_id_;
};

// Whether a pool, or a `where` of a rule, asks for the provider of credentials.
bool AsksForProvider(const Program& program) {
  constexpr std::string_view kProvider = "provider";
  const auto narrows_by_it = [&](const dsl::Rule& rule) {
    return std::any_of(rule.chain.actions.begin(), rule.chain.actions.end(), [&](const dsl::Action& action) {
      const auto* use = std::get_if<dsl::Use>(&action.what);
      const auto* pool = use != nullptr ? std::get_if<dsl::UsePool>(&use->what) : nullptr;
      return pool != nullptr && pool->narrow && pool->narrow->field.text == kProvider;
    });
  };
  const dsl::Policy& policy = *program.policy;
  return std::any_of(program.fields.begin(), program.fields.end(),
                     [&](const evaluator::CredentialField& field) { return field.Of(Credential(), kProvider) == kProvider; }) ||
         std::any_of(policy.rules.begin(), policy.rules.end(), narrows_by_it) || narrows_by_it(policy.fallback);
}

size_t SizeOf(const NearestChange& change) { return change.changes.size() + (change.clock_ms ? 1 : 0); }

NearestSpend FindBy(const Program& program, std::span<const evaluator::Value> values, int64_t now_ms,
                    const Credential& credential, std::string_view provider, bool by_id) {
  NearestSpend nearest;
  std::vector<SpendSplitter::Place> places;
  const auto split = evaluator::Compile(SpendSplitter(program, credential, provider, by_id).Split(&places));
  PolicyModel model(split->policy);
  NearestFinder finder(&model, *split, values, now_ms);
  bool is_decided = places.size() < kMostRules;
  for (const auto& [at, rule] : places) {
    NearestChange change = finder.Find(at);
    if (change.answer == NearestChange::Answer::kNotDecided) is_decided = false;
    if (change.answer != NearestChange::Answer::kFound) continue;
    if (nearest.change.answer == NearestChange::Answer::kFound && SizeOf(change) >= SizeOf(nearest.change)) continue;
    nearest = {std::move(change), rule};
  }
  if (nearest.change.answer != NearestChange::Answer::kFound && is_decided) nearest.change.answer = NearestChange::Answer::kNone;
  return nearest;
}

}  // namespace

NearestSpend FindNearestSpend(const Program& program, std::span<const evaluator::Value> values, int64_t now_ms,
                              const Credential& credential) {
  // One for every provider is that of whichever is asked for: of which it matters, only this one is looked at.
  const bool is_bound = credential.provider.empty() && AsksForProvider(program);
  const bool is_asked = is_bound && program.provider_slot != dsl::kUnresolved;
  const std::string_view provider = is_asked ? values[program.provider_slot].text() : std::string_view(credential.provider);
  NearestSpend nearest = FindBy(program, values, now_ms, credential, provider, false);
  if (credential.id != credential.name && !credential.id.empty()) {
    // A name says more than an id, which may be there already.
    NearestSpend by_id = FindBy(program, values, now_ms, credential, provider, true);
    const bool is_found = by_id.change.answer == NearestChange::Answer::kFound;
    const bool is_better = nearest.change.answer != NearestChange::Answer::kFound || SizeOf(by_id.change) < SizeOf(nearest.change);
    if (is_found && is_better) nearest = std::move(by_id);
  }
  if (is_bound && nearest.change.answer == NearestChange::Answer::kNone) nearest.change.answer = NearestChange::Answer::kNotDecided;
  return nearest;
}

NearestSpend FindNearestSpend(const Program& program, std::span<const evaluator::Value> values, int64_t now_ms,
                              std::span<const Credential> named) {
  using Answer = NearestChange::Answer;
  NearestSpend least;
  bool is_decided = named.size() <= kMostNamed;
  for (const Credential& credential : named.first(std::min(named.size(), kMostNamed))) {
    NearestSpend one = FindNearestSpend(program, values, now_ms, credential);
    if (one.change.answer == Answer::kNotDecided) is_decided = false;
    if (one.change.answer != Answer::kFound) continue;
    if (least.change.answer != Answer::kFound || SizeOf(one.change) < SizeOf(least.change)) least = std::move(one);
  }
  if (least.change.answer != Answer::kFound) least.change.answer = is_decided ? Answer::kNone : Answer::kNotDecided;
  return least;
}

}  // namespace keyrule::analysis
