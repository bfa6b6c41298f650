#include "evaluator/mentioned_values.h"

#include "dsl/wording.h"

namespace keyrule::evaluator {
namespace {

constexpr size_t kMostValues = 1'000;

}  // namespace

std::vector<std::string> MentionedValues::Values::Literals() const {
  std::vector<std::string> literals;
  for (const std::string& text : texts) literals.push_back(dsl::InQuotes(text));
  for (const int64_t number : numbers) literals.push_back(std::to_string(number));
  return literals;
}

void MentionedValues::AddText(std::string_view path, std::string_view text) {
  Values& values = values_[std::string(path)];
  if (values.texts.size() < kMostValues) values.texts.emplace(text);
}

void MentionedValues::AddNumber(std::string_view path, int64_t number) {
  Values& values = values_[std::string(path)];
  if (values.numbers.size() < kMostValues) values.numbers.insert(number);
}

void MentionedValues::AddKeys(const dsl::Table& table, std::string_view path) {
  size_t taken = 0;
  for (const dsl::TableEntry& entry : table.entries()) {
    if (++taken > kMostValues) return;
    AddText(path, entry.key.value);
  }
}

void MentionedValues::Add(const dsl::Policy& policy, const dsl::Condition& condition) {
  const auto texts = [this](std::string_view path, const dsl::TextList& list) {
    for (const dsl::Text& item : list.items) AddText(path, item.value);
  };
  const auto numbers = [this](std::string_view path, const dsl::IntegerList& list) {
    for (const dsl::Integer& item : list.items) AddNumber(path, item.value);
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
              AddText(comparison.path.text, text->value);
            } else if (const auto* number = std::get_if<dsl::Integer>(&comparison.constant)) {
              AddNumber(comparison.path.text, number->value);
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
            if (test.op != dsl::TextOp::kMatches) AddText(test.path.text, test.text.value);
          },
          [](const auto&) {}},
      condition.node);
}

void MentionedValues::AddLookup(const dsl::Policy& policy, const dsl::Value& value) {
  const auto* lookup = std::get_if<dsl::Lookup>(&value.what);
  if (lookup != nullptr && lookup->index != dsl::kUnresolved) AddKeys(policy.tables[lookup->index], lookup->key.text);
}

void MentionedValues::AddNarrow(const dsl::Policy& policy, const dsl::Narrow& narrow) {
  if (const auto* text = std::get_if<dsl::Text>(&narrow.value.what)) AddText(narrow.field.text, text->value);
  const auto* lookup = std::get_if<dsl::Lookup>(&narrow.value.what);
  if (lookup == nullptr || lookup->index == dsl::kUnresolved) return;
  size_t taken = 0;
  for (const dsl::TableEntry& entry : policy.tables[lookup->index].entries()) {
    if (++taken > kMostValues) return;
    AddText(narrow.field.text, entry.value.value);
  }
}

void MentionedValues::AddRule(const dsl::Policy& policy, const dsl::Rule& rule) {
  if (rule.when) Add(policy, *rule.when);
  for (const dsl::Tag& tag : rule.chain.tags) AddLookup(policy, tag.value);
  for (const dsl::Action& action : rule.chain.actions) {
    const auto* use = std::get_if<dsl::Use>(&action.what);
    if (use == nullptr) continue;
    if (const auto* credential = std::get_if<dsl::UseCredential>(&use->what)) {
      AddLookup(policy, credential->credential);
    } else if (const auto* pool = std::get_if<dsl::UsePool>(&use->what); pool->narrow) {
      AddLookup(policy, pool->narrow->value);
      AddNarrow(policy, *pool->narrow);
    }
  }
}

MentionedValues::MentionedValues(const dsl::Policy& policy) {
  for (const dsl::Let& let : policy.lets) {
    if (const auto* condition = std::get_if<dsl::Condition>(&let.value)) Add(policy, *condition);
  }
  for (const dsl::Rule& rule : policy.rules) AddRule(policy, rule);
  AddRule(policy, policy.fallback);
  for (const dsl::Pool& pool : policy.pools) {
    for (const dsl::Text& provider : pool.providers) AddText("provider", provider.value);
    for (const dsl::Member& member : pool.members) {
      if (const auto* condition = std::get_if<dsl::Condition>(&member.what)) Add(policy, *condition);
    }
  }
}

const MentionedValues::Values& MentionedValues::Of(std::string_view path) const {
  const auto found = values_.find(path);
  static const Values& none = *new Values;
  return found == values_.end() ? none : found->second;
}

}  // namespace keyrule::evaluator
