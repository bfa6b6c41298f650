#include "evaluator/oracle.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <tuple>

#include "evaluator/oracle_condition.h"
#include "evaluator/oracle_math.h"

namespace keyrule::evaluator {
namespace {

using dsl::StrategyKind;

// One entry of a pool, or the one credential of `use credential`.
struct Entry {
  std::string name;
  const Credential* credential = nullptr;  // null: there is none, for this reason
  Skip why = Skip::kNone;
  int64_t weight = 1;
  uint32_t tier = 1;
};

}  // namespace

struct Oracle::Impl {
  Impl(const dsl::Policy& of, std::vector<Credential> all, uint64_t with_seed)
      : policy(of), credentials(std::move(all)), seed(with_seed) {}

  const dsl::Policy& policy;
  std::vector<Credential> credentials;
  uint64_t seed;

  // ---- what is remembered
  uint64_t takes = 0;
  using TurnKey = std::tuple<std::string, std::string, std::vector<std::pair<std::string, int64_t>>>;
  std::map<TurnKey, uint64_t> turns;
  std::map<std::pair<std::string, std::string>, int64_t> in_flight;    // by tenant and id
  std::map<std::pair<std::string, std::string>, uint64_t> last_taken;  // by tenant and id

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
    if (const auto* text = std::get_if<dsl::Text>(&value.what)) return text->value;
    if (const auto* path = std::get_if<dsl::Path>(&value.what)) {
      return std::string(Slot(path->slot).text());
    }
    const auto& lookup = std::get<dsl::Lookup>(value.what);
    const std::string key(Slot(lookup.key.slot).text());
    for (const dsl::TableEntry& entry : policy.tables[lookup.index].entries) {
      if (!key.empty() && entry.key.value == key) return entry.value.value;
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
  std::vector<Entry> Members(uint32_t pool) const {
    std::vector<Entry> members;
    for (const dsl::Member& member : policy.pools[pool].members) {
      std::vector<Entry> entries;
      if (const auto* name = std::get_if<dsl::Text>(&member.what)) {
        const Credential* c = ByName(name->value);
        entries.push_back(c != nullptr ? Found(c) : Missing(name->value));
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
    const std::string word = strategy == StrategyKind::kRoundRobin ? "round_robin"
                                                                   : "weighted_round_robin";
    return turns[{std::string(request->tenant), word, from}]++;
  }

  size_t Pick(const dsl::Strategy& strategy, std::vector<Entry>* eligible, OracleAnswer* answer) {
    std::vector<Entry>& e = *eligible;
    StrategyKind kind = strategy.kind;
    std::string value;
    if (kind == StrategyKind::kSticky) {
      value = Text(Slot(strategy.on->slot));
      if (value.empty()) kind = StrategyKind::kWeightedRoundRobin;
    }
    std::vector<int64_t> w;
    for (const Entry& entry : e) {
      const bool even = kind == StrategyKind::kRoundRobin || kind == StrategyKind::kRandom;
      w.push_back(even ? 1 : entry.weight);
    }
    switch (kind) {
      case StrategyKind::kRoundRobin:
      case StrategyKind::kWeightedRoundRobin: {
        const std::vector<size_t> cycle = oracle::SmoothCycle(w);
        return cycle[Turn(kind, e, w) % cycle.size()];
      }
      case StrategyKind::kRandom:
      case StrategyKind::kWeightedRandom: {
        const int64_t total = std::accumulate(w.begin(), w.end(), int64_t{0});
        auto r = static_cast<int64_t>(
            oracle::Share(oracle::Hash({"random", std::to_string(seed), std::to_string(takes)}),
                          static_cast<uint64_t>(total)));
        size_t i = 0;
        for (; r >= w[i]; ++i) r -= w[i];
        return i;
      }
      case StrategyKind::kLeastInFlight: {
        size_t best = 0;
        for (size_t i = 1; i < e.size(); ++i) {
          const int64_t mine = (in_flight[Key(e[i])] + 1) * w[best];
          const int64_t theirs = (in_flight[Key(e[best])] + 1) * w[i];
          if (mine < theirs || (mine == theirs && last_taken[Key(e[i])] < last_taken[Key(e[best])])) {
            best = i;
          }
        }
        return best;
      }
      case StrategyKind::kSticky: return Sticky(value, eligible, w, answer);
      default: return 0;  // first_available
    }
  }

  size_t Sticky(const std::string& value, std::vector<Entry>* eligible,
                const std::vector<int64_t>& w, OracleAnswer* answer) {
    std::vector<Entry>& e = *eligible;
    const int64_t total = std::accumulate(w.begin(), w.end(), int64_t{0});
    int64_t all = 0;
    for (const Entry& entry : e) all += in_flight[Key(entry)];
    std::vector<bool> over;
    for (size_t i = 0; i < e.size(); ++i) {
      // ⌈1.25 · (all + 1) · w / W⌉, in integers.
      const int64_t bound = (5 * (all + 1) * w[i] + 4 * total - 1) / (4 * total);
      over.push_back(in_flight[Key(e[i])] + 1 > bound);
    }
    if (std::all_of(over.begin(), over.end(), [](bool o) { return o; })) over.assign(e.size(), false);
    const bool even = std::all_of(w.begin(), w.end(), [&](int64_t x) { return x == w[0]; });
    std::optional<size_t> best;
    const auto hash = [&](size_t i) {
      return oracle::Hash({"sticky", e[i].credential->id, value});
    };
    for (size_t i = 0; i < e.size(); ++i) {
      if (over[i]) {
        e[i].why = Skip::kOverloaded;
        continue;
      }
      if (!best) {
        best = i;
      } else if (even) {
        if (hash(i) > hash(*best)) best = i;
      } else {
        const long double mine = oracle::Score(hash(i)) / static_cast<long double>(w[i]);
        const long double theirs = oracle::Score(hash(*best)) / static_cast<long double>(w[*best]);
        if (std::fabs(mine - theirs) < 1e-6L) answer->near_tie = true;
        if (mine < theirs) best = i;
      }
    }
    return *best;
  }

  // ---- §4.3, 2–5. Appends to the answer what was skipped; true if a credential was taken.
  bool Take(std::vector<Entry> members, const dsl::Strategy& strategy, OracleAnswer* answer) {
    uint32_t tier = UINT32_MAX;
    for (Entry& m : members) {
      if (m.why == Skip::kNone && !m.credential->enabled) m.why = Skip::kDisabled;
      if (m.why == Skip::kNone && m.credential->expires_ms != 0 &&
          now_ms >= m.credential->expires_ms) {
        m.why = Skip::kExpired;
      }
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
      taken = Pick(strategy, &eligible, answer);
      for (size_t i = 0; i < eligible.size(); ++i) members[places[i]].why = eligible[i].why;
    }
    for (const Entry& m : members) {
      if (m.why != Skip::kNone) answer->skipped.emplace_back(m.name, m.why);
    }
    if (!taken) return false;
    ++takes;
    ++in_flight[Key(eligible[*taken])];
    last_taken[Key(eligible[*taken])] = takes;
    answer->verdict = Verdict::kUse;
    answer->reason = Reason::kNone;
    answer->credential = eligible[*taken].credential->id;
    return true;
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
      const bool is_in = std::any_of(allowed.begin(), allowed.end(),
                                     [c](const Entry& e) { return e.credential == c; });
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
      if (!value.empty()) answer.tags[tag.name.text] = value;
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
      if (Take(std::move(members), strategy, &answer)) return answer;
    }
    answer.arm = 0;
    answer.reason = Reason::kUnavailable;
    return answer;
  }
};

Oracle::Oracle(const dsl::Policy& policy, std::vector<Credential> credentials, uint64_t seed)
    : impl_(std::make_shared<Impl>(policy, std::move(credentials), seed)) {}

OracleAnswer Oracle::Decide(const Request& request, int64_t now_ms) {
  impl_->request = &request;
  impl_->now_ms = now_ms;
  return impl_->Decide();
}

}  // namespace keyrule::evaluator
