#include "evaluator/repl_values.h"

#include "dsl/wording.h"

namespace keyrule::evaluator {
namespace {

constexpr size_t kMostValues = 1'000;

}  // namespace

void ReplValues::Offer(std::string_view path, std::string value) {
  std::set<std::string>& values = values_[std::string(path)];
  if (values.size() < kMostValues) values.insert(std::move(value));
}

void ReplValues::AddKeys(const dsl::Table& table, std::string_view path) {
  size_t taken = 0;
  for (const dsl::TableEntry& entry : table.entries()) {
    if (++taken > kMostValues) return;
    Offer(path, dsl::InQuotes(entry.key.value));
  }
}

void ReplValues::Add(const dsl::Policy& policy, const dsl::Condition& condition) {
  const auto texts = [this](std::string_view path, const dsl::TextList& list) {
    for (const dsl::Text& item : list.items) Offer(path, dsl::InQuotes(item.value));
  };
  const auto numbers = [this](std::string_view path, const dsl::IntegerList& list) {
    for (const dsl::Integer& item : list.items) Offer(path, std::to_string(item.value));
  };
  std::visit(
      dsl::Overloaded{
          [&](const dsl::All& all) {
            for (const dsl::Condition& term : all.terms) Add(policy, term);
          },
          [&](const dsl::Any& any) {
            for (const dsl::Condition& term : any.terms) Add(policy, term);
          },
          [&](const dsl::Not& negation) { Add(policy, negation.term.front()); },
          [&](const dsl::Comparison& comparison) {
            if (const auto* text = std::get_if<dsl::Text>(&comparison.constant)) {
              Offer(comparison.path.text, dsl::InQuotes(text->value));
            } else if (const auto* number = std::get_if<dsl::Integer>(&comparison.constant)) {
              Offer(comparison.path.text, std::to_string(number->value));
            }
          },
          [&](const dsl::Membership& member) {
            const std::string_view path = member.path.text;
            if (const auto* list = std::get_if<dsl::TextList>(&member.set)) return texts(path, *list);
            if (const auto* list = std::get_if<dsl::IntegerList>(&member.set)) return numbers(path, *list);
            const auto* named = std::get_if<dsl::ListName>(&member.set);
            if (named == nullptr) return;
            if (named->table != dsl::kUnresolved) return AddKeys(policy.tables[named->table], path);
            if (named->let == dsl::kUnresolved) return;
            const dsl::Let& let = policy.lets[named->let];
            if (const auto* list = std::get_if<dsl::TextList>(&let.value)) texts(path, *list);
            if (const auto* list = std::get_if<dsl::IntegerList>(&let.value)) numbers(path, *list);
          },
          [&](const dsl::TextTest& test) {
            if (test.op != dsl::TextOp::kMatches) Offer(test.path.text, dsl::InQuotes(test.text.value));
          },
          [](const auto&) {}},
      condition.node);
}

void ReplValues::AddLookup(const dsl::Policy& policy, const dsl::Value& value) {
  const auto* lookup = std::get_if<dsl::Lookup>(&value.what);
  if (lookup != nullptr && lookup->index != dsl::kUnresolved) AddKeys(policy.tables[lookup->index], lookup->key.text);
}

void ReplValues::Collect(const dsl::Policy& policy) {
  collected_ = true;
  for (const dsl::Let& let : policy.lets) {
    if (const auto* condition = std::get_if<dsl::Condition>(&let.value)) Add(policy, *condition);
  }
  for (const dsl::Rule& rule : policy.rules) {
    if (rule.when) Add(policy, *rule.when);
    for (const dsl::Tag& tag : rule.chain.tags) AddLookup(policy, tag.value);
    for (const dsl::Action& action : rule.chain.actions) {
      const auto* use = std::get_if<dsl::Use>(&action.what);
      const auto* credential = use == nullptr ? nullptr : std::get_if<dsl::UseCredential>(&use->what);
      if (credential != nullptr) AddLookup(policy, credential->credential);
    }
  }
  for (const dsl::Pool& pool : policy.pools) {
    for (const dsl::Text& provider : pool.providers) Offer("provider", dsl::InQuotes(provider.value));
  }
}

const std::set<std::string>& ReplValues::Of(const dsl::Policy& policy, std::string_view path) {
  if (!collected_) Collect(policy);
  const auto found = values_.find(path);
  static const std::set<std::string>& none = *new std::set<std::string>;
  return found == values_.end() ? none : found->second;
}

}  // namespace keyrule::evaluator
