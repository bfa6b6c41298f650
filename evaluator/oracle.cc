#include "evaluator/oracle.h"

#include <algorithm>
#include <optional>
#include <set>
#include <tuple>

#include "evaluator/oracle_condition.h"
#include "evaluator/oracle_math.h"
#include "evaluator/oracle_meters.h"
#include "evaluator/oracle_pick.h"

namespace keyrule::evaluator {
using dsl::StrategyKind;

struct Oracle::Impl {
  // One entry of a pool, or the one credential of `use credential`.
  struct Entry {
    std::string name;
    const Credential* credential = nullptr;  // null: there is none, for this reason
    Skip why = Skip::kNone;
    int64_t weight = 1;
    uint32_t tier = 1;
  };

  Impl(const dsl::Policy& of, std::vector<Credential> all, uint64_t with_seed,
       const Revocations* taken_back)
      : policy(of), credentials(std::move(all)), seed(with_seed), revocations(taken_back) {}

  const dsl::Policy& policy;
  std::vector<Credential> credentials;
  uint64_t seed;
  const Revocations* revocations;

  bool Enabled(const Credential& c) const {
    return c.enabled && (revocations == nullptr || !revocations->Revoked(c));
  }

  // ---- what is remembered
  uint64_t takes = 0;
  std::map<std::tuple<std::string, std::string, std::vector<std::pair<std::string, int64_t>>>, uint64_t> turns;
  using Id = std::pair<std::string, std::string>;  // tenant and id
  std::map<Id, int64_t> in_flight;
  std::map<Id, uint64_t> last_taken;
  struct Latency {
    long double average_ms = 0;
    int64_t at_ms = 0;
  };
  std::map<Id, Latency> latencies;
  oracle::Ledger ledger;
  struct Call {
    Id credential;
    std::vector<size_t> charges;  // in the ledger
    int64_t at_ms;
    bool is_over = false;
  };
  std::vector<Call> calls;

  // ---- the request at hand
  const Request* request = nullptr;
  int64_t now_ms = 0;

  Value Slot(uint32_t slot) const {
    if (policy.slots[slot].path.text == "tenant.id") return Value::Text(request->tenant);
    return request->values[slot];
  }
  std::string Attribute(std::string_view path) const {
    const uint32_t slot = policy.FindSlot(path);
    return slot == dsl::kUnresolved ? std::string() : std::string(Slot(slot).text());
  }
  // As a text; empty if absent.
  std::string Text(const Value& value) const {
    if (value.kind() == ValueKind::kBool) return value.number() != 0 ? "true" : "false";
    return value.is_number() ? std::to_string(value.number()) : std::string(value.text());
  }
  std::string Resolve(const dsl::Value& value) const {
    if (const auto* text = std::get_if<dsl::Text>(&value.what)) return std::string(text->value);
    if (const auto* path = std::get_if<dsl::Path>(&value.what)) {
      return std::string(Slot(path->slot).text());
    }
    const auto& lookup = std::get<dsl::Lookup>(value.what);
    const std::string key(Slot(lookup.key.slot).text());
    for (const dsl::TableEntry& entry : policy.tables[lookup.index].entries()) {
      if (!key.empty() && entry.key.value == key) return std::string(entry.value.value);
    }
    return {};
  }

  // ---- candidates
  static std::string Field(const Credential& c, std::string_view path, const std::string& provider) {
    if (path == "name") return c.name;
    if (path == "id") return c.id;
    if (path == "provider") return c.provider.empty() ? provider : c.provider;
    if (path == "model") return c.model;
    if (path == "model.type") return c.model_type;
    if (path == "owner") return c.owner;
    for (const auto& [key, value] : c.labels) {
      if (path == "labels." + key) return value;
    }
    return {};
  }
  bool Serves(const Credential& c) const {
    return c.provider.empty() || c.provider == Attribute("provider");
  }
  std::vector<const Credential*> Candidates() const {
    std::vector<const Credential*> all;
    for (const Credential& c : credentials) {
      if (!Serves(c) || (!c.model.empty() && c.model != Attribute("model"))) continue;
      if (!c.model_type.empty() && c.model_type != Attribute("model.type")) continue;
      all.push_back(&c);
    }
    std::sort(all.begin(), all.end(), [](const Credential* a, const Credential* b) {
      return std::make_tuple(a->name, a->model.empty(), a->id) <
             std::make_tuple(b->name, b->model.empty(), b->id);
    });
    return all;
  }
  const Credential* ByName(const std::string& name) const {
    for (const Credential* c : Candidates()) {
      if (c->name == name) return c;
    }
    return nullptr;
  }
  Entry Missing(const std::string& name) const {
    Entry entry;
    entry.name = name;
    entry.why = Skip::kUnknown;
    for (const Credential& c : credentials) {
      if (c.name != name) continue;
      if (Serves(c)) {
        entry.why = Skip::kOtherModel;
        break;
      }
      entry.why = Skip::kOtherProvider;
    }
    return entry;
  }
  Entry Found(const Credential* c) const {
    Entry entry;
    entry.name = c->name;
    entry.credential = c;
    if (c->weight != 0) entry.weight = c->weight;
    return entry;
  }

  // ---- §4.3, 1: members
  std::vector<Entry> Members(uint32_t pool) const { return Members(policy.pools[pool].members); }
  std::vector<Entry> Members(const std::vector<dsl::Member>& list) const {
    std::vector<Entry> members;
    for (const dsl::Member& member : list) {
      std::vector<Entry> entries;
      if (const auto* name = std::get_if<dsl::Text>(&member.what)) {
        const Credential* c = ByName(std::string(name->value));
        entries.push_back(c != nullptr ? Found(c) : Missing(std::string(name->value)));
      } else if (const auto* all = std::get_if<dsl::AllOf>(&member.what)) {
        entries = Members(all->index);
      } else {
        for (const Credential* c : Candidates()) {
          std::string field;
          const bool holds = oracle::Holds(
              std::get<dsl::Condition>(member.what), policy,
              [&](const dsl::Path& path) {
                field = Field(*c, path.text, Attribute("provider"));
                return Value::Text(field);
              },
              now_ms);
          if (holds) entries.push_back(Found(c));
        }
      }
      for (Entry& entry : entries) {
        const bool stands = std::any_of(members.begin(), members.end(), [&](const Entry& other) {
          return entry.credential == other.credential &&
                 (entry.credential != nullptr || entry.name == other.name);
        });
        if (stands) continue;
        entry.tier = member.tier;
        if (member.weight) entry.weight = member.weight->value;
        members.push_back(entry);
      }
    }
    return members;
  }

  std::pair<std::string, std::string> Key(const Entry& entry) const {
    return {std::string(request->tenant), entry.credential->id};
  }

  // ---- §4.4: strategies
  uint64_t Turn(StrategyKind strategy, const std::vector<Entry>& eligible,
                const std::vector<int64_t>& weights) {
    std::vector<std::pair<std::string, int64_t>> from;
    for (size_t i = 0; i < eligible.size(); ++i) {
      from.emplace_back(eligible[i].credential->id, weights[i]);
    }
    const std::string word = strategy == StrategyKind::kRoundRobin ? "round_robin" : "weighted_round_robin";
    return turns[{std::string(request->tenant), word, from}]++;
  }

  // ---- §4.6: every limit that covers the credential in this call
  struct Cover {
    const dsl::Meter* meter;
    const dsl::Limit* limit;
    std::string key;
    bool of_credential;  // not shared by all that the arm may choose from
  };
  std::vector<Cover> Covers(const Entry& entry, const dsl::Few<dsl::MeterName>& under) const {
    std::vector<Cover> covers;
    const auto add = [&](const dsl::Meter& meter) {
      std::string each;
      if (meter.each_credential) each = entry.credential->id;
      if (meter.each) each = Text(Slot(meter.each->slot));
      for (size_t i = 0; i < meter.limits.size(); ++i) {
        const std::string key = std::string(request->tenant) + "\n" + meter.name.text + "\n" + std::to_string(i) + "\n" + each;
        covers.push_back({&meter, &meter.limits[i], key, !meter.members.empty() || meter.each_credential});
      }
    };
    for (const dsl::Meter& meter : policy.meters) {
      const std::vector<Entry> members = Members(meter.members);
      const bool is_in = std::any_of(members.begin(), members.end(), [&](const Entry& member) {
        return member.credential == entry.credential;
      });
      if (is_in) add(meter);
    }
    std::set<uint32_t> once;  // however often `under` names it
    for (const dsl::MeterName& name : under) {
      if (once.insert(name.index).second) add(policy.meters[name.index]);
    }
    return covers;
  }
  int64_t Tokens() const {
    const uint32_t slot = policy.FindSlot("request.tokens");
    return slot == dsl::kUnresolved ? 0 : std::max<int64_t>(Slot(slot).number(), 0);
  }
  int64_t Need(const dsl::Limit& limit) const {
    if (limit.unit == dsl::LimitUnit::kUsd) return 0;
    return limit.unit == dsl::LimitUnit::kTokens ? Tokens() : 1;
  }
  Skip OverLimit(const Entry& entry, const dsl::Few<dsl::MeterName>& under) const {
    Skip why = Skip::kNone;
    for (const Cover& cover : Covers(entry, under)) {
      if (ledger.Fits(*cover.limit, cover.key, Need(*cover.limit), now_ms)) continue;
      if (!cover.meter->is_budget) return Skip::kOverQuota;
      why = Skip::kOverBudget;
    }
    return why;
  }
  // A limit that nobody wrote counts the last minute's tokens of each credential.
  const dsl::Limit a_minutes_tokens{0, dsl::LimitUnit::kTokens, dsl::LimitPeriod::kMinute, {}, {}};
  static std::string TokensKey(const Id& id) { return "tokens\n" + id.first + "\n" + id.second; }

  size_t Pick(const dsl::Use& use, const dsl::Strategy& strategy, std::vector<Entry>* eligible,
              OracleAnswer* answer) {
    std::vector<oracle::Choice> choices;
    for (const Entry& entry : *eligible) {
      oracle::Choice choice;
      choice.id = entry.credential->id;
      choice.weight = entry.weight;
      choice.in_flight = in_flight[Key(entry)];
      choice.last_taken = last_taken[Key(entry)];
      for (const Cover& cover : Covers(entry, use.under)) {
        if (!cover.of_credential) continue;
        choice.limits.emplace_back(ledger.Used(*cover.limit, cover.key, now_ms), cover.limit->amount);
      }
      choice.tokens = ledger.Used(a_minutes_tokens, TokensKey(Key(entry)), now_ms);
      const auto latency = latencies.find(Key(entry));
      if (latency != latencies.end()) choice.latency_ms = latency->second.average_ms;
      choices.push_back(std::move(choice));
    }
    oracle::Picking picking;
    picking.kind = strategy.kind;
    if (strategy.on) picking.sticky_value = Text(Slot(strategy.on->slot));
    picking.turn = [&](const std::vector<int64_t>& w) { return Turn(strategy.kind, *eligible, w); };
    picking.draw = oracle::Hash({"random", std::to_string(seed), std::to_string(takes)});
    const size_t best = oracle::Pick(picking, &choices, &answer->near_tie);
    for (size_t i = 0; i < choices.size(); ++i) {
      if (choices[i].overloaded) (*eligible)[i].why = Skip::kOverloaded;
    }
    return best;
  }

  // ---- §4.3, 2–5. Appends to the answer what was skipped; true if a credential was taken.
  bool Take(std::vector<Entry> members, const dsl::Use& use, const dsl::Strategy& strategy,
            OracleAnswer* answer) {
    uint32_t tier = UINT32_MAX;
    for (Entry& m : members) {
      if (m.why == Skip::kNone && !Enabled(*m.credential)) m.why = Skip::kDisabled;
      if (m.why == Skip::kNone && m.credential->expires_ms != 0 &&
          now_ms >= m.credential->expires_ms) {
        m.why = Skip::kExpired;
      }
      if (m.why == Skip::kNone) m.why = OverLimit(m, use.under);
      if (m.why == Skip::kNone) tier = std::min(tier, m.tier);
    }
    std::vector<Entry> eligible;
    std::vector<size_t> places;
    for (size_t i = 0; i < members.size(); ++i) {
      if (members[i].why != Skip::kNone || members[i].tier != tier) continue;
      eligible.push_back(members[i]);
      places.push_back(i);
    }
    std::optional<size_t> taken;
    if (!eligible.empty()) {
      taken = Pick(use, strategy, &eligible, answer);
      for (size_t i = 0; i < eligible.size(); ++i) members[places[i]].why = eligible[i].why;
    }
    for (const Entry& m : members) {
      if (m.why != Skip::kNone) answer->skipped.emplace_back(m.name, m.why);
    }
    if (!taken) return false;
    const Id id = Key(eligible[*taken]);
    ++takes;
    ++in_flight[id];
    last_taken[id] = takes;
    Call call{id, {}, now_ms};
    for (const Cover& cover : Covers(eligible[*taken], use.under)) {
      call.charges.push_back(ledger.Charge(*cover.limit, cover.key, Need(*cover.limit), now_ms));
    }
    call.charges.push_back(ledger.Charge(a_minutes_tokens, TokensKey(id), Tokens(), now_ms));
    answer->call = static_cast<int>(calls.size());
    calls.push_back(std::move(call));
    answer->verdict = Verdict::kUse;
    answer->reason = Reason::kNone;
    answer->credential = eligible[*taken].credential->id;
    return true;
  }

  // ---- §4.5: only `ok` and `caller_error`, after which nothing rests
  void CountReport(Call& call, const Report& report, int64_t at_ms) {
    if (!call.is_over) --in_flight[call.credential];
    call.is_over = true;
    for (const size_t charge : call.charges) ledger.Settle(charge, report);
    if (report.outcome != Outcome::kOk || report.latency_ms == 0) return;
    Latency& latency = latencies[call.credential];  // none yet: any sample is higher
    latency.average_ms = oracle::PeakAverage(latency.average_ms, report.latency_ms, at_ms - latency.at_ms);
    latency.at_ms = at_ms;
  }

  // The one member of `use credential`; nothing if the request is refused at once.
  std::optional<std::vector<Entry>> Named(const dsl::UseCredential& use) const {
    const std::string wanted = Resolve(use.credential);
    if (wanted.empty()) return std::vector<Entry>();
    const bool by_attribute = std::holds_alternative<dsl::Path>(use.credential.what);
    const Credential* c = ByName(wanted);
    if (c == nullptr && by_attribute) {
      for (const Credential* other : Candidates()) {
        if (c == nullptr && other->id == wanted) c = other;
      }
    }
    Entry entry = c != nullptr ? Found(c) : Missing(wanted);
    if (c != nullptr && use.from) {
      const std::vector<Entry> allowed = Members(use.from->index);
      const bool is_in = std::any_of(allowed.begin(), allowed.end(), [c](const Entry& e) { return e.credential == c; });
      if (!is_in) {
        entry = Entry();
        entry.name = wanted;
        entry.why = Skip::kUnknown;
      }
    }
    if (entry.credential == nullptr && by_attribute) {
      refused = entry;
      return std::nullopt;
    }
    return std::vector<Entry>{entry};
  }
  mutable Entry refused;

  OracleAnswer Decide() {
    OracleAnswer answer;
    const dsl::Rule* rule = &policy.fallback;
    answer.rule = "default";
    for (const dsl::Rule& candidate : policy.rules) {
      const bool holds = oracle::Holds(
          *candidate.when, policy, [this](const dsl::Path& path) { return Slot(path.slot); }, now_ms);
      if (!holds) continue;
      rule = &candidate;
      answer.rule = candidate.name.text;
      break;
    }
    for (const dsl::Tag& tag : rule->chain.tags) {
      const auto* path = std::get_if<dsl::Path>(&tag.value.what);
      const std::string value = path != nullptr ? Text(Slot(path->slot)) : Resolve(tag.value);
      if (!value.empty()) answer.tags[std::string(tag.name.text)] = value;
    }
    for (const dsl::Action& action : rule->chain.actions) {
      ++answer.arm;
      if (const auto* deny = std::get_if<dsl::Deny>(&action.what)) {
        answer.reason = Reason::kDenied;
        answer.message = deny->reason.value;
        return answer;
      }
      if (std::holds_alternative<dsl::LeaveToHost>(action.what)) {
        answer.verdict = Verdict::kHost;
        return answer;
      }
      const auto& use = std::get<dsl::Use>(action.what);
      dsl::Strategy strategy;
      strategy.kind = StrategyKind::kFirstAvailable;
      std::vector<Entry> members;
      if (const auto* credential = std::get_if<dsl::UseCredential>(&use.what)) {
        const auto named = Named(*credential);
        if (!named) {
          answer.reason = Reason::kUnknownCredential;
          answer.skipped.emplace_back(refused.name, refused.why);
          return answer;
        }
        members = *named;
      } else {
        const auto& pool = std::get<dsl::UsePool>(use.what);
        strategy = pool.strategy;
        members = Members(pool.pool.index);
        if (pool.narrow) {
          const std::string wanted = Resolve(pool.narrow->value);
          std::erase_if(members, [&](const Entry& m) {
            return wanted.empty() || m.credential == nullptr ||
                   Field(*m.credential, pool.narrow->field.text, Attribute("provider")) != wanted;
          });
        }
      }
      if (Take(std::move(members), use, strategy, &answer)) return answer;
    }
    answer.arm = 0;
    answer.reason = Reason::kUnavailable;
    return answer;
  }
};

Oracle::Oracle(const dsl::Policy& policy, std::vector<Credential> credentials, uint64_t seed,
               const Revocations* revocations)
    : impl_(std::make_shared<Impl>(policy, std::move(credentials), seed, revocations)) {}

OracleAnswer Oracle::Decide(const Request& request, int64_t now_ms) {
  impl_->request = &request;
  impl_->now_ms = now_ms;
  // What was not reported for ten minutes is in flight no more. What it has spent stays spent.
  for (Impl::Call& call : impl_->calls) {
    if (!call.is_over && now_ms - call.at_ms >= 600'000) impl_->CountReport(call, {.outcome = Outcome::kTimedOut}, now_ms);
  }
  return impl_->Decide();
}

void Oracle::CountReport(const OracleAnswer& answer, const Report& report, int64_t now_ms) {
  impl_->CountReport(impl_->calls[static_cast<size_t>(answer.call)], report, now_ms);
}

}  // namespace keyrule::evaluator
