#include "dsl/declare.h"

#include <utility>

#include "dsl/limits.h"
#include "dsl/wording.h"

namespace keyrule::dsl {
namespace {

class Declarer {
 public:
  explicit Declarer(Loading& loading) : loading_(loading), policy_(loading.policy) {}

  void Take(Statement statement) {
    std::visit([this](auto&& node) { Add(std::forward<decltype(node)>(node)); },
               std::move(statement));
  }

 private:
  void Add(SchemaStatement) {}  // taken by the schema stage
  void Add(Import) {}           // replaced by what it brings

  void Add(Let let) {
    const bool is_condition = std::holds_alternative<Condition>(let.value);
    Declare(let.name, is_condition ? NameKind::kCondition : NameKind::kList, policy_.lets.size());
    policy_.lets.push_back(std::move(let));
  }
  void Add(Table table) {
    Declare(table.name, NameKind::kTable, policy_.tables.size());
    policy_.tables.push_back(std::move(table));
  }
  void Add(Pool pool) {
    Declare(pool.name, NameKind::kPool, policy_.pools.size());
    policy_.pools.push_back(std::move(pool));
  }
  void Add(Meter meter) {
    Declare(meter.name, meter.is_budget ? NameKind::kBudget : NameKind::kQuota,
            policy_.meters.size());
    policy_.meters.push_back(std::move(meter));
  }
  void Add(Rule rule) {
    if (!rule.when) return AddDefault(std::move(rule));
    if (policy_.rules.size() == kMaxRules) {
      if (!too_many_rules_) {
        loading_.Error(Code::KR0014, rule.name.span,
                       Cat({"the number of rules is larger than ", Thousands(kMaxRules)}));
      }
      too_many_rules_ = true;
      return;
    }
    DeclareOnce(loading_.rules, rule.name.text, rule.name.span);
    policy_.rules.push_back(std::move(rule));
  }
  void Add(Claim claim) {
    DeclareOnce(claims_, claim.name.text, claim.name.span);
    policy_.claims.push_back(std::move(claim));
  }
  void Add(Test test) {
    DeclareOnce(tests_, test.name.value, test.name.span);
    policy_.tests.push_back(std::move(test));
  }

  void AddDefault(Rule rule) {
    if (loading_.InFirstFile(rule.span) && !own_default_) {
      own_default_ = true;
      loading_.fallback_at = rule.name.span;
      policy_.fallback = std::move(rule);
      return;
    }
    surplus_.push_back(rule.name.span);
  }

 public:
  // The first file's `default` may stand after the import of another one.
  void Finish() {
    for (const Span& span : surplus_) {
      if (own_default_) {
        loading_.Error(Code::KR0402, span,
                       Cat({"only the first file has a `default`, first ",
                            loading_.Line(*loading_.fallback_at)}),
                       "remove this one");
      } else {
        loading_.Error(Code::KR0402, span, "only the first file has a `default`",
                       Cat({"move it to ", Tick(loading_.sources->at(loading_.first).name())}));
      }
    }
    if (own_default_ || !surplus_.empty() || loading_.lost.has_default()) return;
    loading_.Error(Code::KR0401, EndOfFirstFile(), "there is no `default`",
                   "add `default { deny \"no rule covers this request\" }`");
  }

 private:
  // The last character of the first file: a `default` would be added behind it.
  Span EndOfFirstFile() const {
    const std::string_view text = loading_.sources->at(loading_.first).text();
    const size_t last = text.find_last_not_of(" \t\r\n");
    if (last == std::string_view::npos) return loading_.first_edition;
    size_t begin = last;
    while (begin > 0 && (text[begin] & 0xC0) == 0x80) --begin;
    return {loading_.first, static_cast<uint32_t>(begin), static_cast<uint32_t>(last + 1)};
  }

  void Declare(const Name& name, NameKind kind, size_t index) {
    const Meaning meaning{kind, static_cast<uint32_t>(index), name.span};
    const Meaning* earlier = loading_.names.Declare(name.text, meaning);
    if (earlier == nullptr) return;
    if (earlier->kind != kind) loading_.lost.NoteName(name.text);
    RefuseTwice(name.text, name.span, earlier->span);
  }

  // The characters of a name stay where they are when what it names moves into the policy.
  void DeclareOnce(ViewMap<Span>& names, std::string_view name, const Span& span) {
    const auto [at, is_new] = names.try_emplace(name, span);
    if (!is_new) RefuseTwice(name, span, at->second);
  }

  void RefuseTwice(std::string_view name, const Span& span, const Span& earlier) {
    loading_.Error(Code::KR0102, span,
                   Cat({Tick(name), " already has a meaning, ", loading_.Line(earlier)}),
                   "choose another name");
  }

  Loading& loading_;
  Policy& policy_;
  ViewMap<Span> claims_;
  ViewMap<Span> tests_;
  bool own_default_ = false;
  bool too_many_rules_ = false;
  std::vector<Span> surplus_;
};

}  // namespace

void DeclareNames(Loading& loading) {
  Declarer declarer(loading);
  size_t rules = 0;
  for (const Statement& statement : loading.statements) {
    rules += std::holds_alternative<Rule>(statement);
  }
  loading.policy.rules.reserve(rules);
  loading.rules.reserve(rules);
  // Each goes as its part of the policy comes: both at once would be the largest that loading takes.
  for (std::deque<Statement>& statements = loading.statements; !statements.empty(); statements.pop_front()) {
    declarer.Take(std::move(statements.front()));
  }
  declarer.Finish();
}

}  // namespace keyrule::dsl
