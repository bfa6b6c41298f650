#include "tests/bench/workload_shapes.h"

#include <algorithm>
#include <random>
#include <set>
#include <utility>

#include "tests/bench/die.h"

namespace keyrule::bench {
namespace {

constexpr size_t kRequests = 10'000;

using Texts = std::vector<std::string>;

// The columns of every shape but `disjoint`.
enum Column : uint16_t { kTenant, kApp, kWorkflow, kNode, kUser, kEnvironment, kProvider, kModel, kColumns };
const Texts kAttributes = {"tenant", "app.id", "workflow.id", "node.id", "user.id", "environment", "provider", "model"};
const Texts kEnvironments = {"production", "staging", "development"};
const Texts kProviders = {"openai", "anthropic", "google", "mistral"};
const Texts kModels = {"gpt-4o",        "gpt-4o-mini", "gpt-4.1", "gpt-4-turbo",     "gpt-3.5-turbo",
                       "o3",            "o4-mini",     "claude-sonnet-4", "gemini-2.0-flash", "mistral-large"};

class Dice {
 public:
  explicit Dice(uint64_t seed) : random_(seed) {}
  size_t Below(size_t bound) { return static_cast<size_t>(random_() % bound); }
  bool Chance(size_t percent) { return Below(100) < percent; }
  const std::string& Of(const Texts& items) { return items[Below(items.size())]; }
  // Some of them, in their order: at least one, and not all.
  Texts Some(const Texts& items) {
    Texts some;
    while (some.empty() || some.size() == items.size()) {
      some.clear();
      for (const std::string& item : items) {
        if (Chance(50)) some.push_back(item);
      }
    }
    return some;
  }
  template <class T>
  void Shuffle(std::vector<T>* items) {
    std::shuffle(items->begin(), items->end(), random_);
  }

 private:
  std::mt19937_64 random_;
};

// How many different values there are grows with the number of rules.
struct World {
  World(uint64_t seed, size_t rules) : dice(seed), n(rules) {}
  std::string Numbered(const char* word, size_t count) { return word + std::to_string(dice.Below(count)); }
  std::string Tenant() { return Numbered("tenant-", std::max<size_t>(4, n / 5)); }
  std::string App() { return Numbered("app-", std::max<size_t>(10, 3 * n)); }
  std::string Workflow() { return Numbered("wf-", std::max<size_t>(10, 2 * n)); }
  std::string Node() { return Numbered("node-", std::max<size_t>(10, n)); }
  std::string Team() { return Numbered("team-", std::max<size_t>(10, n)) + "/"; }
  std::string User() { return Team() + Numbered("u-", 1000); }
  std::string Environment() {
    const size_t tenth = dice.Below(10);
    return kEnvironments[tenth < 5 ? 0 : tenth < 8 ? 1 : 2];
  }
  // Seven models of OpenAI's and one of each other provider's.
  void SetModel(Texts* request) {
    const size_t model = dice.Below(kModels.size());
    (*request)[kModel] = kModels[model];
    (*request)[kProvider] = kProviders[model < 7 ? 0 : model - 6];
  }
  Texts Request() {
    Texts request(kColumns);
    request[kTenant] = Tenant();
    request[kApp] = App();
    request[kWorkflow] = Workflow();
    request[kNode] = Node();
    request[kUser] = User();
    request[kEnvironment] = Environment();
    SetModel(&request);
    return request;
  }

  Dice dice;
  size_t n;
};

Condition Test(Op op, size_t attribute, std::string value) {
  Condition condition;
  condition.op = op;
  condition.attribute = static_cast<uint16_t>(attribute);
  condition.value = std::move(value);
  return condition;
}
Condition Equal(size_t attribute, std::string value) { return Test(Op::kEqual, attribute, std::move(value)); }
Condition AnyOf(size_t attribute, Texts any) {
  Condition condition = Test(Op::kIn, attribute, {});
  condition.any = std::move(any);
  return condition;
}
Condition InList(size_t attribute, size_t list) {
  Condition condition = Test(Op::kIn, attribute, {});
  condition.list = static_cast<uint32_t>(list);
  return condition;
}
Condition Like(size_t attribute, std::string prefix) {
  Condition condition = Test(Op::kPrefix, attribute, std::move(prefix));
  condition.like = true;
  return condition;
}

void AddRule(Workload* workload, std::vector<Condition> all) {
  workload->rules.push_back({"key-" + std::to_string(workload->rules.size()), std::move(all)});
}

// Changes the request so that the rule holds for it. `tail` follows a prefix.
void Satisfy(const Workload& workload, const Rule& rule, const std::string& tail, Dice* dice, Texts* request) {
  for (const Condition& condition : rule.all) {
    std::string& value = (*request)[condition.attribute];
    switch (condition.op) {
      case Op::kEqual: value = condition.value; break;
      case Op::kIn: value = dice->Of(condition.list == kNoList ? condition.any : workload.lists[condition.list]); break;
      case Op::kPrefix:
        value = condition.value + (condition.like ? dice->Of({"o", "o-mini", ".1"}) : tail);
        break;
      case Op::kNotEqual:
        if (value == condition.value) value += "-other";
        break;
    }
  }
}

// ---- the two shapes that the other engines were measured with

void Equal(World* world, Workload* workload) {
  for (size_t i = 0; i < world->n; ++i) {
    AddRule(workload, {Equal(kWorkflow, "wf-" + std::to_string(i)), Equal(kEnvironment, "production")});
  }
  for (size_t k = 0; k < kRequests; ++k) {  // half of them hit; a quarter has another environment, a quarter no such workflow
    Texts request = world->Request();
    const bool known = k % 4 != 3;
    request[kWorkflow] = "wf-" + std::to_string(world->dice.Below(world->n) + (known ? 0 : world->n));
    if (known) request[kEnvironment] = k % 2 == 0 ? "production" : "staging";
    workload->requests.push_back(std::move(request));
  }
}

std::vector<Condition> MixedRule(World* world, size_t percent) {
  Dice& dice = world->dice;
  if (percent < 60) return {Equal(kWorkflow, world->Workflow()), Equal(kEnvironment, world->Environment())};
  if (percent < 75) {
    std::set<std::string> apps;
    const std::string app = world->App();
    if (dice.Chance(10)) apps = {app, app + "-b", app + "-c"};
    else apps = {app, world->App(), world->App()};
    return {AnyOf(kApp, Texts(apps.begin(), apps.end()))};
  }
  if (percent < 85) {
    std::string prefix = world->Team();
    if (dice.Chance(30)) prefix += "u-" + std::to_string(1 + dice.Below(9));
    return {Test(Op::kPrefix, kUser, prefix)};
  }
  if (percent < 90) return {Equal(kNode, world->Node()), Like(kModel, "gpt-4")};
  if (percent < 95) return {Equal(kApp, world->App()), Test(Op::kNotEqual, kUser, world->User())};
  return {Equal(kEnvironment, world->Environment()), Equal(kTenant, world->Tenant())};
}

void Mixed(World* world, Workload* workload) {
  std::vector<size_t> kinds;
  for (size_t i = 0; i < world->n; ++i) kinds.push_back(world->n < 100 ? i * 100 / world->n : i % 100);
  world->dice.Shuffle(&kinds);
  for (const size_t kind : kinds) AddRule(workload, MixedRule(world, kind));
  for (size_t k = 0; k < kRequests; ++k) {
    Texts request = world->Request();
    if (k % 2 == 0) {
      const Rule& rule = workload->rules[world->dice.Below(world->n)];
      const bool whole_team = rule.all[0].value.ends_with("/");
      Satisfy(*workload, rule, (whole_team ? "u-" : "") + std::to_string(world->dice.Below(100)), &world->dice, &request);
      if (rule.all.back().like) request[kProvider] = "openai";
    }
    workload->requests.push_back(std::move(request));
  }
}

// ---- large tables: which of many lists of thousands an app is in

void Tables(World* world, Workload* workload) {
  Dice& dice = world->dice;
  const size_t lists = std::clamp<size_t>(world->n / 20, 2, 200);
  const size_t apps = 20'000;
  for (size_t i = 0; i < lists; ++i) {
    Texts list;
    for (size_t app = 0; app < apps; ++app) {
      if (dice.Chance(20)) list.push_back("app-" + std::to_string(app));  // about 4,000
    }
    workload->lists.push_back(std::move(list));
  }
  const size_t workflows = std::max<size_t>(10, world->n / 3);
  std::set<std::pair<std::string, size_t>> once;  // so that no rule stands twice
  while (workload->rules.size() < world->n) {
    const size_t list = dice.Below(lists);
    std::string workflow = world->Numbered("wf-", workflows);
    if (!once.emplace(workflow, list).second) {
      workflow = "wf-more-" + std::to_string(workload->rules.size());
    }
    // Last the lists alone, each in one environment.
    const size_t left = world->n - workload->rules.size();
    if (left <= lists / 2) AddRule(workload, {InList(kApp, left - 1), Equal(kEnvironment, "staging")});
    else AddRule(workload, {Equal(kWorkflow, workflow), InList(kApp, list)});
  }
  for (size_t k = 0; k < kRequests; ++k) {
    Texts request = world->Request();
    request[kApp] = world->Numbered("app-", apps + apps / 10);
    request[kWorkflow] = world->Numbered("wf-", workflows);
    if (k % 2 == 0) Satisfy(*workload, workload->rules[dice.Below(world->n)], "", &dice, &request);
    workload->requests.push_back(std::move(request));
  }
}

// ---- wide rules that overlap: six conditions each, and a request meets dozens of rules that nearly or wholly hold

void Overlap(World* world, Workload* workload) {
  Dice& dice = world->dice;
  const size_t crowd = std::max<size_t>(4, world->n / 60);  // apps, teams and nodes
  const auto wide = [&](Condition anchor) {
    std::vector<Condition> all = {AnyOf(kEnvironment, dice.Some(kEnvironments)), AnyOf(kProvider, dice.Some(kProviders)),
                                  std::move(anchor), Test(Op::kNotEqual, kTenant, world->Numbered("tenant-", 20)),
                                  Test(Op::kNotEqual, kWorkflow, world->Workflow())};
    if (dice.Chance(60)) all.push_back(Like(kModel, dice.Of({"gpt-4", "gpt-", "o", "claude-", "gemini-"})));
    else all.push_back(AnyOf(kModel, dice.Some(kModels)));
    AddRule(workload, std::move(all));
  };
  for (size_t i = 0; i < world->n; ++i) {
    const size_t which = dice.Below(10);
    if (which < 5) wide(Equal(kApp, world->Numbered("app-", crowd)));
    else if (which < 8) wide(Test(Op::kPrefix, kUser, world->Numbered("team-", crowd) + "/"));
    else wide(Equal(kNode, world->Numbered("node-", crowd)));
  }
  for (size_t k = 0; k < kRequests; ++k) {
    Texts request = world->Request();
    request[kTenant] = world->Numbered("tenant-", 20);
    // Now and then known to one kind of rule only, or to none.
    request[kApp] = world->Numbered("app-", dice.Chance(50) ? crowd : 100 * crowd);
    request[kUser] = world->Numbered("team-", dice.Chance(50) ? crowd : 100 * crowd) + "/" + world->Numbered("u-", 100);
    request[kNode] = world->Numbered("node-", dice.Chance(50) ? crowd : 100 * crowd);
    workload->requests.push_back(std::move(request));
  }
}

// ---- disjoint predicates: each rule asks about other attributes than the rules around it

void Disjoint(World* world, Workload* workload) {
  constexpr size_t kWide = 48;  // attributes
  constexpr size_t kSet = 12;   // of them in a request
  Dice& dice = world->dice;
  for (size_t i = 0; i < kWide; ++i) workload->attributes.push_back("fact.a" + std::to_string(i));
  const size_t values = std::max<size_t>(4, world->n / 12);
  const auto value = [&] { return world->Numbered("v-", values); };
  for (size_t i = 0; i < world->n; ++i) {
    std::set<size_t> columns;
    while (columns.size() < 2 + i % 2) columns.insert(dice.Below(kWide));
    std::vector<Condition> all;
    for (const size_t column : columns) {
      if (all.empty() || dice.Chance(60)) all.push_back(Equal(column, value()));
      else if (dice.Chance(60)) all.push_back(Test(Op::kPrefix, column, "v-" + std::to_string(1 + dice.Below(9))));
      else all.push_back(Test(Op::kNotEqual, column, value()));
    }
    AddRule(workload, std::move(all));
  }
  for (size_t k = 0; k < kRequests; ++k) {
    Texts request(kWide);
    std::set<size_t> columns;
    while (columns.size() < kSet) columns.insert(dice.Below(kWide));
    for (const size_t column : columns) request[column] = value();
    if (k % 2 == 0) {
      Satisfy(*workload, workload->rules[dice.Below(world->n)], std::to_string(dice.Below(10)), &dice, &request);
    }
    workload->requests.push_back(std::move(request));
  }
}

}  // namespace

Workload MakeWorkload(std::string_view shape, size_t rules, uint64_t seed) {
  World world(seed, rules);
  Workload workload;
  workload.shape = shape;
  if (shape != "disjoint") workload.attributes = kAttributes;
  if (shape == "equal") Equal(&world, &workload);
  else if (shape == "mixed") Mixed(&world, &workload);
  else if (shape == "tables") Tables(&world, &workload);
  else if (shape == "overlap") Overlap(&world, &workload);
  else if (shape == "disjoint") Disjoint(&world, &workload);
  else Die("no shape is named " + std::string(shape));
  world.dice.Shuffle(&workload.requests);
  return workload;
}

}  // namespace keyrule::bench
