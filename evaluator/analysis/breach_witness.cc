#include "evaluator/analysis/breach_witness.h"

#include <algorithm>
#include <set>
#include <stdexcept>

#include "dsl/wording.h"
#include "evaluator/analysis/example_text.h"
#include "evaluator/analysis/shown_request.h"
#include "evaluator/clock.h"
#include "evaluator/decision_text.h"
#include "evaluator/session.h"
#include "evaluator/test_world.h"

namespace keyrule::analysis {

using dsl::Cat;
using dsl::Tick;
using evaluator::Credential;
using evaluator::Decision;
using evaluator::Verdict;

namespace {

constexpr std::string_view kAnyName = "other";
constexpr int kMostExamples = 16;  // tried until one will do

bool Serves(const dsl::Pool& pool, std::string_view provider) {
  return pool.providers.empty() || std::any_of(pool.providers.begin(), pool.providers.end(),
                                               [&](const dsl::Text& text) { return text.value == provider; });
}

// As evaluator::PoolHolds, with what `of` says of pools: a claim may be about calls that no rule brings there. `by_name`:
// whether a pool that writes its name means it.
bool ServingPoolHolds(const evaluator::Program& program, uint32_t pool, const Credential& credential,
                      std::string_view provider, bool by_name) {
  if (!Serves(program.policy->pools[pool], provider)) return false;
  std::vector<evaluator::Value> fields;
  for (const evaluator::CredentialField& field : program.fields) {
    fields.push_back(evaluator::Value::Text(field.Of(credential, provider)));
  }
  const auto& members = program.pools[pool];
  return std::any_of(members.begin(), members.end(), [&](const evaluator::CompiledMember& member) {
    switch (member.kind) {
      case evaluator::CompiledMember::Kind::kName: return by_name && member.name == credential.name;
      case evaluator::CompiledMember::Kind::kPool: return ServingPoolHolds(program, member.pool, credential, provider, by_name);
      case evaluator::CompiledMember::Kind::kWhere: break;
    }
    return program.field_code.Run(member.where, fields, 0);
  });
}

// Over the limit is a state like others, and says nothing of what the policy allows: it stood ready but for that.
bool StoodReady(const Decision& decision, const Credential& credential) {
  return std::any_of(decision.candidates.begin(), decision.candidates.end(), [&](const evaluator::Candidate& candidate) {
    const bool over = candidate.why == evaluator::Skip::kOverQuota || candidate.why == evaluator::Skip::kOverBudget;
    return over && candidate.credential != nullptr && candidate.credential->id == credential.id;
  });
}

}  // namespace

std::string Witness::Told::Text() const {
  std::string text;
  for (const auto& [field, value] : fields) text += Cat({text.empty() ? "" : " and ", field, " ", Tick(value)});
  for (const std::string& field : without) text += Cat({text.empty() ? "" : " and ", "no ", field});
  return text;
}

std::string Witness::CredentialText() const {
  const std::string has = told.Text();
  const std::string text = told.has_name ? Tick(credential->name) : has.empty() ? "any credential" : "a credential";
  return has.empty() ? text : Cat({text, " with ", has});
}

std::string Witness::UnlessText(bool of_others) const {
  const auto text_of = [](const Credential& one, const Told& of) {
    const std::string has = of.Text();
    if (has.empty()) return Cat({"a credential is named ", Tick(one.name)});
    return Cat({of.has_name ? Cat({"credential ", Tick(one.name)}) : "a credential", " has ", has});
  };
  if (!of_others) return text_of(*credential, told);
  std::string text;
  for (size_t i = 0; i < others.size(); ++i) text += Cat({i > 0 ? ", and " : "", text_of(others[i], told_of_others[i])});
  return text;
}

bool Witness::HasTwin() const {
  std::vector<const Credential*> all;
  for (const Credential& other : others) all.push_back(&other);
  if (credential) all.push_back(&*credential);
  const auto share = [](const Credential& a, const Credential& b) {
    return a.name == b.name || a.id == b.name || a.name == b.id || a.id == b.id;
  };
  for (size_t i = 0; i < all.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      if (share(*all[i], *all[j])) return true;
    }
  }
  return false;
}

std::string Witness::RequestText() const {
  std::string text = SettingsText(example);
  if (!text.empty()) text = Tick(text);
  if (example.clock_ms && *example.clock_ms != evaluator::kTestStartMs) {
    text += (text.empty() ? "a request at " : " at ") + TimestampText(*example.clock_ms);
  }
  return text.empty() ? "any request" : text;
}

WitnessMaker::WitnessMaker(PolicyModel* model) : model_(*model), terms_(*model->claims()), view_(model->graph()) {}

// The text that a field has in the point; empty: it is absent, or nothing is asked of it.
std::optional<std::string> WitnessMaker::FieldText(uint32_t slot, const Point& point, std::vector<uint32_t>* stuck,
                                                   bool* moved) const {
  const Space& space = model_.space();
  std::vector<uint32_t> variables;
  for (uint32_t variable = 0; variable < point.size(); ++variable) {
    if (space[variable].slot == slot) variables.push_back(variable);
  }
  if (variables.empty()) return std::string();
  *moved = std::any_of(variables.begin(), variables.end(), [&](uint32_t v) { return point[v] != space.plain()[v]; });
  const std::optional<Example> example = space.ShowGroups(point, {space.GroupOf(variables.front())});
  if (!example) {
    *stuck = variables;
    return std::nullopt;
  }
  for (const Assignment& assignment : example->assignments) {
    if (const auto* text = std::get_if<std::string>(&assignment.value)) return *text;
  }
  return std::string();
}

std::string WitnessMaker::BoundText(const FieldBinding& binding, Values values) const {
  switch (binding.kind) {
    case FieldBinding::Kind::kAbsent: break;
    case FieldBinding::Kind::kText: return std::string(binding.text);
    case FieldBinding::Kind::kSlot: return std::string(values[binding.slot].text());
    case FieldBinding::Kind::kLookup:
      for (const dsl::TableEntry& entry : model_.policy().tables[binding.table].entries()) {
        if (entry.key.value == values[binding.slot].text()) return std::string(entry.value.value);
      }
  }
  return {};
}

std::optional<Credential> WitnessMaker::Make(const Spend& spend, const SpendCase& one, uint32_t copy, const Point& point,
                                             Values values, Witness::Told* told, std::vector<uint32_t>* stuck) const {
  Credential credential;
  const auto give = [&](std::string_view field, const std::string& value, bool tell) {
    evaluator::GiveField(field, value, &credential);
    if (!tell || value.empty()) return;
    if (field == "name") {
      told->has_name = true;
    } else {
      told->fields.emplace_back(field, value);
    }
  };
  const auto slots = static_cast<uint32_t>(terms_.slots().size());
  for (auto slot = static_cast<uint32_t>(model_.policy().slots.size()); slot < slots; ++slot) {
    if (terms_.credentials().CopyOf(slot) != copy) continue;
    const std::string_view field = terms_.credentials().FieldOf(slot);
    const bool bound = std::any_of(one.bindings.begin(), one.bindings.end(),
                                   [&](const FieldBinding& binding) { return binding.field == field; });
    if (bound) continue;
    bool moved = false;
    const std::optional<std::string> text = FieldText(slot, point, stuck, &moved);
    if (!text) return std::nullopt;
    give(field, *text, moved);
  }
  for (const FieldBinding& binding : one.bindings) give(binding.field, BoundText(binding, values), true);
  credential.provider = values[terms_.program().provider_slot].text();
  const auto call_field = [&](std::string_view field, uint32_t slot) {
    if (spend.field == field && slot != dsl::kUnresolved) give(field, std::string(values[slot].text()), true);
  };
  call_field("model", terms_.program().model_slot);
  call_field("model.type", terms_.program().model_type_slot);
  if (credential.name.empty()) credential.name = kAnyName;
  if (credential.id.empty()) credential.id = copy == 0 ? credential.name : Cat({kMadeId, std::to_string(copy)});
  return credential;
}

std::optional<Witness> WitnessMaker::Find(BreachSearch* search, Breach* breach, const std::function<bool(const Witness&)>& will_do,
                                          std::vector<uint32_t>* first_stuck) {
  std::vector<uint32_t> stuck, first;
  for (int tries = 0; tries < kMostExamples; ++tries) {
    std::optional<Witness> witness = Show(*breach, &stuck);
    if (witness && will_do(*witness)) return witness;
    if (witness) {
      stuck = search->NameVariables(*breach);  // only because two would have to share a name
    } else if (first.empty()) {
      first = stuck;
    }
    if (stuck.empty()) break;
    const Reached::Answer other = search->Other(breach, stuck);
    if (other == Reached::Answer::kFound) continue;
    if (other == Reached::Answer::kNone && first.empty()) return std::nullopt;  // proved: there is none
    break;
  }
  if (first_stuck != nullptr && first_stuck->empty()) *first_stuck = first.empty() ? std::move(stuck) : std::move(first);
  return std::nullopt;
}

std::optional<Witness> WitnessMaker::Show(const Breach& breach, std::vector<uint32_t>* stuck) {
  stuck->clear();
  const Space& space = model_.space();
  const Point& point = breach.point;
  std::set<uint32_t> groups;
  for (uint32_t variable = 0; variable < point.size(); ++variable) {
    if (point[variable] == space.plain()[variable] || terms_.credentials().IsField(space[variable].slot)) continue;
    groups.insert(space.GroupOf(variable));
  }
  const std::vector<uint32_t> moved(groups.begin(), groups.end());
  Witness witness;
  std::optional<Example> example = space.ShowGroups(point, moved);
  if (!example) {
    *stuck = StuckVariables(space, point, &moved);
    return std::nullopt;
  }
  witness.example = std::move(*example);
  evaluator::RequestBuilder builder(terms_.program().policy);
  if (!Apply(witness.example, &builder)) throw std::logic_error("a claim's example does not fit the schema");
  builder.FillRequired(witness.example.clock_ms.value_or(evaluator::kTestStartMs));
  const evaluator::Request request = builder.Build();
  view_.Begin();
  const auto case_of = [&](const Spend& spend, const std::vector<NodeRef>& cases) -> const SpendCase* {
    for (size_t i = 0; i < cases.size(); ++i) {
      if (view_.Holds(cases[i], point)) return &spend.cases[i];
    }
    return nullptr;
  };
  for (const Passing::Named& named : terms_.Before(breach.rule, breach.arm).named) {
    std::optional<Credential> other;
    Witness::Told told;
    if (terms_.rows() != nullptr) {
      const Credential* row = terms_.rows()->First(named.rows, *named.spend, request.values);
      const auto is_row = [&](const Credential& known) { return row != nullptr && known.id == row->id && known.name == row->name; };
      if (row != nullptr && std::none_of(witness.others.begin(), witness.others.end(), is_row)) other = *row;
    } else if (const SpendCase* one = case_of(*named.spend, named.cases)) {
      other = Make(*named.spend, *one, named.copy, point, request.values, &told, stuck);
      if (!other) return std::nullopt;
    }
    if (!other) continue;  // the attribute is absent
    other->enabled = false;
    witness.others.push_back(std::move(*other));
    witness.told_of_others.push_back(std::move(told));
  }
  if (breach.what != Breach::What::kSpent) return witness;
  if (terms_.rows() != nullptr) {
    const Credential* row = terms_.rows()->First(breach.stake->rows, *breach.stake->spend, request.values);
    if (row == nullptr) throw std::logic_error("no credential of the catalog breaks the claim after all");
    witness.credential = *row;
    witness.is_named = terms_.rows()->IsNamed(row);
    const bool is_expired = evaluator::ExpiredAt(*row, evaluator::SystemClock().NowMs());
    witness.once = !row->enabled ? "it is enabled" : is_expired ? "its expiry is put off" : "";
    witness.credential->enabled = true;  // it may be so again
    witness.credential->expires_ms = 0;
    witness.told.has_name = true;
    return witness;
  }
  const SpendCase* one = case_of(*breach.stake->spend, breach.stake->cases);
  if (one == nullptr) throw std::logic_error("a claim's example has no credential");
  witness.credential = Make(*breach.stake->spend, *one, 0, point, request.values, &witness.told, stuck);
  if (!witness.credential) return std::nullopt;
  if (breach.sure) return witness;
  view_.Begin();
  for (const Box::Side& side : view_.Implicant(breach.stake->breaks, point).sides) {
    const Variable& about = space[side.variable];
    if (!terms_.credentials().IsField(about.slot) || !about.has_absent || point[side.variable] != 0) continue;
    witness.told.without.emplace_back(terms_.credentials().FieldOf(about.slot));
  }
  return witness;
}

std::string WitnessMaker::Contradiction(const dsl::Claim& claim, const Breach& breach, const Witness& witness) const {
  const evaluator::Program& program = terms_.program();
  std::vector<Credential> world = witness.others;
  if (witness.credential) world.push_back(*witness.credential);
  evaluator::Session session(terms_.shared_program(), std::make_shared<evaluator::MemorySource>(world),
                             witness.example.clock_ms.value_or(evaluator::kTestStartMs), 0);
  const bool called =
      session.Call({}, [&](evaluator::RequestBuilder* builder) { return Apply(witness.example, builder); });
  const Decision* decision = session.last();
  bool confirmed = called && decision->rule == breach.rule;
  switch (breach.what) {
    case Breach::What::kHost: confirmed = confirmed && decision->verdict == Verdict::kHost; break;
    case Breach::What::kDenied:
      confirmed = confirmed && decision->verdict == Verdict::kDeny && decision->reason == evaluator::Reason::kDenied;
      break;
    case Breach::What::kRefused: confirmed = confirmed && decision->verdict == Verdict::kDeny; break;
    case Breach::What::kSpent: {
      const Credential& credential = *witness.credential;
      const bool spent = decision->verdict == Verdict::kUse && decision->credential->id == credential.id;
      confirmed = confirmed && (spent || StoodReady(*decision, credential));
      if (const auto* pool = std::get_if<dsl::PoolName>(&claim.what)) {
        const bool held = ServingPoolHolds(program, pool->index, credential, credential.provider, witness.is_named);
        confirmed = confirmed && held == claim.never;
      }
      if (const auto* name = std::get_if<dsl::Text>(&claim.what)) {
        confirmed = confirmed && (name->value == credential.name) == claim.never;
      }
      break;
    }
  }
  if (confirmed) return {};
  const std::string expected = witness.credential ? witness.CredentialText() : "no credential";
  return Cat({"claim ", Tick(claim.name.text), ": the example ", witness.RequestText(), " → ", expected,
              " is decided as ", called ? evaluator::VerdictLine(*decision) : "no request", " by rule ",
              called ? std::to_string(decision->rule) : "none"});
}

}  // namespace keyrule::analysis
