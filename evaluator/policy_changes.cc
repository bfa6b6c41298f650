#include "evaluator/policy_changes.h"

#include <map>
#include <string_view>
#include <utility>

#include "dsl/wording.h"
#include "evaluator/in_order.h"
#include "evaluator/typeset.h"

namespace keyrule::evaluator {
namespace {

// A statement by its kind and name, and what it says.
struct Statement {
  std::string what;
  std::string says;
};

class Lister {
 public:
  explicit Lister(const dsl::Policy& policy) : policy_(policy) {}

  std::vector<Statement> List() {
    for (const dsl::Attribute& attribute : policy_.schema_attributes)
      Add("attribute", attribute.path.text, attribute.span);
    for (const dsl::Let& let : policy_.lets) Add("let", let.name.text, let.span);
    for (const dsl::Table& table : policy_.tables) {
      Add("table", table.name.text, table.span);
      if (!table.file) continue;
      for (const dsl::TableEntry& entry : table.entries()) {  // what stands in its file
        list_.back().says += dsl::Cat({"\n", entry.key.value, "\t", entry.value.value});
      }
    }
    for (const dsl::Pool& pool : policy_.pools) Add("pool", pool.name.text, pool.span);
    for (const dsl::Meter& meter : policy_.meters)
      Add(meter.is_budget ? "budget" : "quota", meter.name.text, meter.span);
    for (const dsl::Rule& rule : policy_.rules) Add("rule", rule.name.text, rule.span);
    Add("", "default", policy_.fallback.span);
    for (const dsl::Claim& claim : policy_.claims) Add(claim.never ? "never" : "always", claim.name.text, claim.span);
    for (const dsl::Test& test : policy_.tests) Add("test", dsl::InQuotes(test.name.value), test.span);
    return std::move(list_);
  }

 private:
  void Add(std::string_view kind, std::string_view name, const dsl::Span& span) {
    list_.push_back(
        {Printable(dsl::Cat({kind, kind.empty() ? "" : " ", name})), OneLine(policy_.sources->TextOf(span))});
  }

  const dsl::Policy& policy_;
  std::vector<Statement> list_;
};

}  // namespace

std::string_view ToString(PolicyChange::Kind kind) {
  constexpr std::string_view kWords[] = {"added", "removed", "changed", "moved"};
  return kWords[static_cast<size_t>(kind)];
}

std::vector<PolicyChange> ChangesOf(const dsl::Policy& before, const dsl::Policy& after) {
  using Kind = PolicyChange::Kind;
  const std::vector<Statement> olds = Lister(before).List();
  const std::vector<Statement> news = Lister(after).List();
  std::map<std::string_view, size_t> old_places;
  for (size_t i = 0; i < olds.size(); ++i) old_places.emplace(olds[i].what, i);

  std::vector<PolicyChange> changes;
  std::vector<size_t> places;  // of the rules that say what they said, in the new order
  std::vector<size_t> moved;   // their indices in `changes`
  std::vector<bool> kept(olds.size());
  for (const Statement& statement : news) {
    const auto old = old_places.find(statement.what);
    if (old == old_places.end()) {
      changes.push_back({Kind::kAdded, statement.what});
      continue;
    }
    kept[old->second] = true;
    const bool changed = olds[old->second].says != statement.says;
    // Only the order of rules means something.
    const bool is_rule = statement.what.starts_with("rule ");
    if (is_rule && !changed) {
      places.push_back(old->second);
      moved.push_back(changes.size());
    }
    if (changed || is_rule) changes.push_back({changed ? Kind::kChanged : Kind::kMoved, statement.what});
  }
  // Those that kept their order are no change after all.
  const std::vector<bool> in_order = InOrder(places);
  std::vector<bool> same(changes.size());
  for (size_t i = 0; i < places.size(); ++i) {
    if (in_order[i]) same[moved[i]] = true;
  }
  std::vector<PolicyChange> result;
  for (size_t i = 0; i < changes.size(); ++i) {
    if (!same[i]) result.push_back(std::move(changes[i]));
  }
  for (size_t i = 0; i < olds.size(); ++i) {
    if (!kept[i]) result.push_back({Kind::kRemoved, olds[i].what});
  }
  return result;
}

}  // namespace keyrule::evaluator
