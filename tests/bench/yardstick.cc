#include "tests/bench/yardstick.h"

#include <algorithm>
#include <bitset>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/bench/die.h"
#include "tests/bench/hash_index.h"

namespace keyrule::bench {
namespace {

using Request = std::span<const std::string_view>;
constexpr uint32_t kNothing = HashIndex::kNothing;

// Where an attribute stands in a request of this workload.
size_t ColumnOf(const Workload& workload, std::string_view attribute) {
  const auto& names = workload.attributes;
  const auto found = std::find(names.begin(), names.end(), attribute);
  if (found == names.end()) Die("the workload has no " + std::string(attribute));
  return static_cast<size_t>(found - names.begin());
}

bool Holds(const Condition& condition, std::string_view value) {
  switch (condition.op) {
    case Op::kEqual: return value == condition.value;
    case Op::kNotEqual: return value != condition.value;
    case Op::kPrefix: return value.starts_with(condition.value);
    case Op::kIn: break;
  }
  return std::find(condition.any.begin(), condition.any.end(), value) != condition.any.end();
}

// Rules under a text, in their order, each with what is left to be tested.
class Shelves {
 public:
  explicit Shelves(size_t most) { keys_.Reserve(most); }
  void Add(std::string_view key, uint32_t rule, std::vector<const Condition*> rest) {
    const uint32_t shelf = keys_.Add(key, {}, static_cast<uint32_t>(shelves_.size()));
    if (shelf == shelves_.size()) shelves_.emplace_back();
    shelves_[shelf].push_back({rule, std::move(rest)});
  }
  // The first rule under the text that holds, if it comes before `best`; else `best`.
  uint32_t Best(std::string_view key, Request request, uint32_t best) const {
    const uint32_t shelf = keys_.Get(key);
    if (shelf == kNothing) return best;
    for (const Entry& entry : shelves_[shelf]) {
      if (entry.rule >= best) break;
      const bool all = std::all_of(entry.rest.begin(), entry.rest.end(), [&](const Condition* condition) {
        return Holds(*condition, request[condition->attribute]);
      });
      if (all) return entry.rule;
    }
    return best;
  }

 private:
  struct Entry {
    uint32_t rule;
    std::vector<const Condition*> rest;
  };
  HashIndex keys_;
  std::vector<std::vector<Entry>> shelves_;
};

std::vector<const Condition*> AllBut(const Rule& rule, const Condition& one) {
  std::vector<const Condition*> rest;
  for (const Condition& condition : rule.all) {
    if (&condition != &one) rest.push_back(&condition);
  }
  return rest;
}

// ---- equal: one table of both values

class EqualByHand : public Yardstick {
 public:
  explicit EqualByHand(const Workload& workload)
      : none_(workload.rules.size()),
        workflow_(ColumnOf(workload, "workflow.id")), environment_(ColumnOf(workload, "environment")) {
    rules_.Reserve(none_);
    for (uint32_t i = 0; i < none_; ++i) {
      rules_.Add(workload.rules[i].all[0].value, workload.rules[i].all[1].value, i);
    }
  }
  size_t Decide(Request request) const override {
    const uint32_t rule = rules_.Get(request[workflow_], request[environment_]);
    return rule == kNothing ? none_ : rule;
  }

 private:
  size_t none_, workflow_, environment_;
  HashIndex rules_;
};

// ---- mixed: one table for each kind of rule, the first rule that any of them finds

class MixedByHand : public Yardstick {
 public:
  explicit MixedByHand(const Workload& workload)
      : none_(workload.rules.size()),
        tenant_(ColumnOf(workload, "tenant")), app_(ColumnOf(workload, "app.id")),
        workflow_(ColumnOf(workload, "workflow.id")), node_(ColumnOf(workload, "node.id")),
        user_(ColumnOf(workload, "user.id")), environment_(ColumnOf(workload, "environment")),
        nodes_(none_), apps_but_a_user_(none_) {
    workflows_.Reserve(none_);
    tenants_.Reserve(none_);
    apps_.Reserve(3 * none_);
    users_.Reserve(none_);
    std::set<size_t> lengths;
    for (uint32_t i = 0; i < none_; ++i) {
      const auto& all = workload.rules[i].all;
      const Condition& first = all[0];
      if (first.op == Op::kIn) {
        for (const std::string& app : first.any) apps_.Add(app, {}, i);
      } else if (first.op == Op::kPrefix) {
        users_.Add(first.value, {}, i);
        lengths.insert(first.value.size());
      } else if (first.attribute == workflow_) {
        workflows_.Add(first.value, all[1].value, i);
      } else if (first.attribute == environment_) {
        tenants_.Add(first.value, all[1].value, i);
      } else {
        (first.attribute == node_ ? nodes_ : apps_but_a_user_).Add(first.value, i, AllBut(workload.rules[i], first));
      }
    }
    lengths_.assign(lengths.begin(), lengths.end());
  }
  size_t Decide(Request request) const override {
    uint32_t best = workflows_.Get(request[workflow_], request[environment_]);
    best = std::min(best, apps_.Get(request[app_]));
    best = std::min(best, tenants_.Get(request[environment_], request[tenant_]));
    const std::string_view user = request[user_];
    for (const size_t length : lengths_) {
      if (length > user.size()) break;
      best = std::min(best, users_.Get(user.substr(0, length)));
    }
    best = nodes_.Best(request[node_], request, best);
    best = apps_but_a_user_.Best(request[app_], request, best);
    return best == kNothing ? none_ : best;
  }

 private:
  size_t none_, tenant_, app_, workflow_, node_, user_, environment_;
  HashIndex workflows_, apps_, users_, tenants_;
  std::vector<size_t> lengths_;
  Shelves nodes_, apps_but_a_user_;
};

// ---- tables: which lists an app is in as bits, so that a rule's list costs one bit

class TablesByHand : public Yardstick {
 public:
  explicit TablesByHand(const Workload& workload)
      : none_(workload.rules.size()),
        app_(ColumnOf(workload, "app.id")), workflow_(ColumnOf(workload, "workflow.id")),
        environment_(ColumnOf(workload, "environment")) {
    if (workload.lists.size() > kMost) Die("more lists than bits");
    std::map<std::string_view, Lists> lists;
    for (size_t i = 0; i < workload.lists.size(); ++i) {
      for (const std::string& app : workload.lists[i]) lists[app].set(i);
    }
    apps_.Reserve(lists.size());
    for (const auto& [app, in] : lists) {
      apps_.Add(app, {}, static_cast<uint32_t>(lists_.size()));
      lists_.push_back(in);
    }
    workflows_.Reserve(none_);
    environments_.Reserve(none_);
    for (uint32_t i = 0; i < none_; ++i) {
      const auto& all = workload.rules[i].all;
      const bool listed_first = all[0].op == Op::kIn;
      HashIndex& keys = listed_first ? environments_ : workflows_;
      const uint32_t shelf = keys.Add(all[listed_first ? 1 : 0].value, {}, static_cast<uint32_t>(shelves_.size()));
      if (shelf == shelves_.size()) shelves_.emplace_back();
      shelves_[shelf].push_back({i, all[listed_first ? 0 : 1].list});
    }
  }
  size_t Decide(Request request) const override {
    const uint32_t app = apps_.Get(request[app_]);
    if (app == kNothing) return none_;
    uint32_t best = Best(workflows_.Get(request[workflow_]), lists_[app], kNothing);
    best = Best(environments_.Get(request[environment_]), lists_[app], best);
    return best == kNothing ? none_ : best;
  }

 private:
  static constexpr size_t kMost = 256;
  using Lists = std::bitset<kMost>;
  struct Entry {
    uint32_t rule, list;
  };
  uint32_t Best(uint32_t shelf, const Lists& in, uint32_t best) const {
    if (shelf == kNothing) return best;
    for (const Entry& entry : shelves_[shelf]) {
      if (entry.rule >= best) break;
      if (in[entry.list]) return entry.rule;
    }
    return best;
  }

  size_t none_, app_, workflow_, environment_;
  HashIndex apps_, workflows_, environments_;
  std::vector<Lists> lists_;
  std::vector<std::vector<Entry>> shelves_;
};

// ---- overlap: under what each rule asks of app, user or node; what is left is tested rule by rule

class OverlapByHand : public Yardstick {
 public:
  explicit OverlapByHand(const Workload& workload)
      : none_(workload.rules.size()),
        app_(ColumnOf(workload, "app.id")), node_(ColumnOf(workload, "node.id")), user_(ColumnOf(workload, "user.id")),
        apps_(none_), nodes_(none_), users_(none_) {
    std::set<size_t> lengths;
    for (uint32_t i = 0; i < none_; ++i) {
      const Rule& rule = workload.rules[i];
      for (const Condition& condition : rule.all) {
        if (condition.op == Op::kEqual) {
          (condition.attribute == app_ ? apps_ : nodes_).Add(condition.value, i, AllBut(rule, condition));
        } else if (condition.op == Op::kPrefix && condition.attribute == user_) {
          users_.Add(condition.value, i, AllBut(rule, condition));
          lengths.insert(condition.value.size());
        }
      }
    }
    lengths_.assign(lengths.begin(), lengths.end());
  }
  size_t Decide(Request request) const override {
    uint32_t best = apps_.Best(request[app_], request, kNothing);
    best = nodes_.Best(request[node_], request, best);
    const std::string_view user = request[user_];
    for (const size_t length : lengths_) {
      if (length > user.size()) break;
      best = users_.Best(user.substr(0, length), request, best);
    }
    return best == kNothing ? none_ : best;
  }

 private:
  size_t none_, app_, node_, user_;
  Shelves apps_, nodes_, users_;
  std::vector<size_t> lengths_;
};

// ---- disjoint: for each attribute a table of what rules ask it to equal; each rule under the rarest of its values

class DisjointByHand : public Yardstick {
 public:
  explicit DisjointByHand(const Workload& workload) : none_(workload.rules.size()) {
    std::map<std::pair<size_t, std::string_view>, size_t> often;
    for (const Rule& rule : workload.rules) {
      for (const Condition& condition : rule.all) {
        if (condition.op == Op::kEqual) ++often[{condition.attribute, condition.value}];
      }
    }
    std::vector<std::vector<std::pair<uint32_t, const Condition*>>> under(workload.attributes.size());
    for (uint32_t i = 0; i < none_; ++i) {
      const Condition* rarest = nullptr;
      for (const Condition& condition : workload.rules[i].all) {
        if (condition.op != Op::kEqual) continue;
        const auto count = [&](const Condition& one) { return often[{one.attribute, one.value}]; };
        if (rarest == nullptr || count(condition) < count(*rarest)) rarest = &condition;
      }
      if (rarest == nullptr) Die("a rule without an equality");
      under[rarest->attribute].emplace_back(i, rarest);
    }
    for (const auto& rules : under) {
      Shelves& shelves = attributes_.emplace_back(rules.size());
      for (const auto& [rule, condition] : rules) {
        shelves.Add(condition->value, rule, AllBut(workload.rules[rule], *condition));
      }
    }
  }
  size_t Decide(Request request) const override {
    uint32_t best = kNothing;
    for (size_t i = 0; i < request.size(); ++i) {
      if (!request[i].empty()) best = attributes_[i].Best(request[i], request, best);
    }
    return best == kNothing ? none_ : best;
  }

 private:
  size_t none_;
  std::vector<Shelves> attributes_;
};

}  // namespace

std::unique_ptr<Yardstick> MakeYardstick(const Workload& workload) {
  if (workload.shape == "equal") return std::make_unique<EqualByHand>(workload);
  if (workload.shape == "mixed") return std::make_unique<MixedByHand>(workload);
  if (workload.shape == "tables") return std::make_unique<TablesByHand>(workload);
  if (workload.shape == "overlap") return std::make_unique<OverlapByHand>(workload);
  if (workload.shape == "disjoint") return std::make_unique<DisjointByHand>(workload);
  Die("nobody has written " + workload.shape + " by hand");
}

}  // namespace keyrule::bench
