#include "evaluator/analysis/mutant_scenes.h"

#include <algorithm>
#include <set>

#include "dsl/wording.h"
#include "evaluator/analysis/entry_scenes.h"
#include "evaluator/analysis/example_text.h"
#include "evaluator/analysis/expected_text.h"
#include "evaluator/analysis/pool_entries.h"
#include "evaluator/analysis/pool_member.h"
#include "evaluator/analysis/winner_change.h"
#include "evaluator/test_world.h"

namespace keyrule::analysis {
namespace {

using dsl::Cat;
using Steps = std::vector<std::string>;

constexpr size_t kMostItems = 24;        // parts of a rule whose requests are taken
constexpr size_t kMostTouched = 3;       // rules whose requests are taken
constexpr size_t kMostCredentials = 8;   // that are turned off in turn
constexpr int64_t kMostCalls = 2'000;    // that a limit is used up by
constexpr int64_t kRounds = 12;          // of calls that should tell weights and turns
constexpr int64_t kLengths[] = {2, 61, 3'601, 86'401, 32 * 86'400};  // seconds: just over each period of a limit

class SceneMaker {
 public:
  explicit SceneMaker(const dsl::Policy& policy) : policy_(policy) {}

  void Add(Steps steps) {
    if (seen_.insert(steps).second) scenes_.push_back(std::move(steps));
  }
  // A suggested test, which ends with what it expects.
  void AddSuggested(TestSuggester* suggester, const evaluator::Program& program, const std::vector<uint32_t>& rules) {
    const evaluator::Coverage coverage(std::shared_ptr<const evaluator::Program>(&program, [](const auto*) {}));
    size_t taken = 0;
    for (size_t i = 0; i < coverage.items().size() && taken < kMostItems; ++i) {
      const uint32_t rule = coverage.items()[i].rule;
      if (!std::binary_search(rules.begin(), rules.end(), rule)) continue;
      ++taken;
      SuggestedTest test = suggester->Search(i);
      if (test.answer != SuggestedTest::Answer::kFound) continue;
      test.steps.pop_back();
      Add(std::move(test.steps));
    }
  }

  // What differs only after several calls, or with other credentials.
  void AddVariants(const std::vector<uint32_t>& rules) {
    const std::vector<Steps> bases = scenes_;
    for (const Steps& base : bases) {
      if (base.empty() || !base.back().starts_with("request")) continue;
      AddTimes(base, std::to_string(kRounds) + " times");
      AddTimes(base, std::to_string(kRounds) + " times at once");
    }
    for (const Steps& base : bases) {
      if (base.empty() || !base.back().starts_with("request")) continue;
      AddTagged(base, rules);
      AddNamed(base, rules);
      AddGiven(base, rules);
      AddUnique(base, rules);
      AddReports(base, rules);
      AddLimits(base);
    }
  }

  std::vector<Steps> Take() { return std::move(scenes_); }

 private:
  static std::string Times(const std::string& request, const std::string& times) {
    return "request " + times + request.substr(std::string_view("request").size());
  }
  void AddTimes(Steps base, const std::string& times) {
    base.back() = Times(base.back(), times);
    Add(std::move(base));
  }

  const dsl::Rule& RuleAt(uint32_t rule) const {
    return rule < policy_.rules.size() ? policy_.rules[rule] : policy_.fallback;
  }

  // With the attributes that the tags are taken from.
  void AddTagged(Steps base, const std::vector<uint32_t>& rules) {
    for (const uint32_t rule : rules) {
      for (const dsl::Tag& tag : RuleAt(rule).chain.tags) {
        const auto* path = std::get_if<dsl::Path>(&tag.value.what);
        if (path == nullptr || path->slot >= policy_.slots.size()) continue;
        if (policy_.slots[path->slot].type != dsl::Type::kString) continue;
        const std::string written = PathText(path->text);
        if (base.back().find(written + " = ") != std::string::npos) continue;
        base.back() += Cat({base.back() == "request" ? " with " : ", ", written, " = \"some-", tag.name.text, "\""});
        Add(base);
      }
    }
  }

  // With each credential of a pool that an attribute names one of, and with one that it does not have.
  void AddNamed(const Steps& base, const std::vector<uint32_t>& rules) {
    for (const uint32_t rule : rules) {
      for (const dsl::Action& action : RuleAt(rule).chain.actions) {
        const auto* use = std::get_if<dsl::Use>(&action.what);
        const auto* single = use != nullptr ? std::get_if<dsl::UseCredential>(&use->what) : nullptr;
        const auto* path = single != nullptr && single->from ? std::get_if<dsl::Path>(&single->credential.what) : nullptr;
        if (path == nullptr || single->from->index == dsl::kUnresolved) continue;
        Steps another = {"given credential \"another-1\""};
        another.insert(another.end(), base.begin(), base.end());
        another.back() = With(base.back(), PathText(path->text), "\"another-1\"");
        Add(std::move(another));
        size_t taken = 0;
        for (const PoolEntry& entry : EntriesOf(policy_, single->from->index)) {
          if (entry.name() == nullptr) continue;
          if (++taken > kMostCredentials) break;
          Steps steps = base;
          steps.back() = With(base.back(), PathText(path->text), dsl::InQuotes(entry.name()->value));
          Add(std::move(steps));
        }
      }
    }
  }

  // Each credential of the rules' pools turned off, and one after the other.
  void AddGiven(const Steps& base, const std::vector<uint32_t>& rules) {
    std::vector<std::string> names;
    std::set<uint32_t> pools;
    for (const uint32_t rule : rules) {
      for (const dsl::Action& action : RuleAt(rule).chain.actions) AddPoolsOf(action, &pools);
    }
    for (const uint32_t pool : pools) {
      for (const dsl::Member& member : policy_.pools[pool].members) {
        const auto* name = std::get_if<dsl::Text>(&member.what);
        if (name != nullptr && names.size() < kMostCredentials) names.push_back(dsl::InQuotes(name->value));
      }
    }
    Steps several;
    for (const std::string& name : names) {
      const std::string off = Cat({"given credential ", name, " with enabled = false"});
      if (std::find(base.begin(), base.end(), off) != base.end()) continue;
      Steps one = {off};
      one.insert(one.end(), base.begin(), base.end());
      Add(one);
      AddTimes(one, std::to_string(kRounds) + " times");
      several.push_back(off);
      Steps all = several;
      all.insert(all.end(), base.begin(), base.end());
      Add(std::move(all));
    }
    for (const uint32_t pool : pools) AddMember(base, pool, rules);
  }

  void AddPoolsOf(const dsl::Action& action, std::set<uint32_t>* pools) const {
    const auto* use = std::get_if<dsl::Use>(&action.what);
    if (use == nullptr) return;
    const auto* pool = std::get_if<dsl::UsePool>(&use->what);
    const auto* single = std::get_if<dsl::UseCredential>(&use->what);
    uint32_t index = pool != nullptr ? pool->pool.index : single->from ? single->from->index : dsl::kUnresolved;
    std::vector<uint32_t> open;
    if (index != dsl::kUnresolved) open.push_back(index);
    while (!open.empty()) {
      index = open.back();
      open.pop_back();
      if (!pools->insert(index).second) continue;
      for (const dsl::Member& member : policy_.pools[index].members) {
        if (const auto* all = std::get_if<dsl::AllOf>(&member.what)) open.push_back(all->index);
      }
    }
  }

  // A credential that a condition of the pool takes in.
  void AddMember(const Steps& base, uint32_t pool, const std::vector<uint32_t>& rules) {
    const std::optional<CredentialFields> fields = MemberByCondition(policy_, pool, {});
    if (!fields) return;
    std::string name = Cat({policy_.pools[pool].name.text, "-1"}), with;
    for (const auto& [field, value] : *fields) {
      if (field == "name") {
        name = value;
      } else {
        with += (with.empty() ? " with " : ", ") + PathText(field) + " = " + dsl::InQuotes(value);
      }
    }
    // Alone, with a second one of its kind, and with one that is none.
    const std::string one = Cat({"given credential ", dsl::InQuotes(name), with});
    const std::string two = Cat({"given credential ", dsl::InQuotes(name + "-2"), with});
    for (const Steps& given : {Steps{one}, Steps{one, two}, Steps{one, "given credential \"another-1\""}}) {
      Steps steps = given;
      steps.insert(steps.end(), base.begin(), base.end());
      Add(steps);
      AddUnique(steps, rules);
      for (const char* how : {" times", " times at once"}) AddTimes(steps, std::to_string(kRounds) + how);
    }
  }

  // Calls of different users, where the choice sticks to them or each has a limit of their own.
  void AddUnique(const Steps& base, const std::vector<uint32_t>& rules) {
    std::set<std::string> paths;
    for (const uint32_t rule : rules) {
      for (const dsl::Action& action : RuleAt(rule).chain.actions) {
        const auto* use = std::get_if<dsl::Use>(&action.what);
        const auto* pool = use != nullptr ? std::get_if<dsl::UsePool>(&use->what) : nullptr;
        if (pool != nullptr && pool->strategy.on) paths.insert(PathText(pool->strategy.on->text));
      }
    }
    for (const dsl::Meter& meter : policy_.meters) {
      if (meter.each) paths.insert(PathText(meter.each->text));
    }
    std::set<int64_t> counts = {2 * kRounds};
    for (const dsl::Meter& meter : policy_.meters) {
      for (const dsl::Limit& limit : meter.limits) {
        if (limit.unit == dsl::LimitUnit::kRequests && limit.amount < kMostCalls) counts.insert(limit.amount + 1);
      }
    }
    for (const std::string& path : paths) {
      for (const int64_t count : counts) {
        for (const char* how : {" times", " times at once"}) {
          Steps steps = base;
          steps.back() = Times(With(base.back(), path, "unique"), std::to_string(count) + how);
          Add(std::move(steps));
        }
      }
    }
  }

  // The request with this value of the attribute instead, as a policy writes it.
  static std::string With(const std::string& request, const std::string& path, const std::string& value) {
    const std::string given = path + " = \"";
    const size_t at = request.find(given);
    if (at == std::string::npos) return Cat({request, request == "request" ? " with " : ", ", path, " = ", value});
    size_t end = at + given.size();
    while (end < request.size() && request[end] != '"') end += request[end] == '\\' ? 2 : 1;
    return Cat({request.substr(0, at), path, " = ", value, request.substr(std::min(end + 1, request.size()))});
  }

  void AddReports(const Steps& base, const std::vector<uint32_t>& rules) {
    for (const uint32_t rule : rules) {
      if (!RuleAt(rule).chain.retry) continue;
      Steps late = base;
      late.push_back("report server_error");
      late.push_back(Cat({"wait ", std::to_string(RuleAt(rule).chain.retry->within.ms + 1), "ms"}));
      late.push_back("next");
      Add(std::move(late));
    }
    for (const char* outcome : {"rate_limited", "server_error", "timed_out", "unauthorized", "out_of_credit"}) {
      Steps steps = base;
      steps.push_back(Cat({"report ", outcome}));
      Steps next = steps;
      steps.push_back("again 4 times");
      Add(steps);
      for (int i = 0; i < 3; ++i) {
        next.push_back("next");
        Add(next);
        next.push_back(Cat({"report ", outcome}));
      }
    }
    // A rest begins after some failures of a kind, and lasts as long as it is written.
    for (const dsl::Pool& pool : policy_.pools) {
      for (const dsl::Cooling& cooling : pool.coolings) {
        const std::string outcome(policy_.sources->TextOf(cooling.outcome_span));
        Steps steps = base;
        for (uint32_t i = 0; i < cooling.count && i < 5; ++i) {
          if (i > 0) steps.push_back("again");
          steps.push_back("report " + outcome);
        }
        Steps later = steps;
        steps.push_back("again");
        Add(std::move(steps));
        for (const int64_t ms : {cooling.first.ms - 1, cooling.first.ms + 1}) {
          Steps waited = later;
          waited.push_back(Cat({"wait ", std::to_string(ms), "ms"}));
          waited.push_back("again");
          Add(std::move(waited));
        }
      }
    }
  }

  // Limits just used up, and what comes when their period is over.
  void AddLimits(const Steps& base) {
    for (const dsl::Meter& meter : policy_.meters) {
      for (const dsl::Limit& limit : meter.limits) {
        Steps used = base;
        if (limit.unit == dsl::LimitUnit::kRequests) {
          if (limit.amount >= kMostCalls) continue;
          const bool at_once = limit.period == dsl::LimitPeriod::kAtOnce;
          used.back() = Times(base.back(), std::to_string(limit.amount + 1) + (at_once ? " times at once" : " times"));
        } else {
          const bool usd = limit.unit == dsl::LimitUnit::kUsd;
          const std::string amount = usd ? std::to_string(limit.amount / 1'000'000 + 1) : std::to_string(limit.amount + 1);
          used.push_back(Cat({"report ok with ", usd ? "cost = " : "tokens = ", amount}));
          used.push_back("again");
        }
        Add(used);
        if (limit.period == dsl::LimitPeriod::kAtOnce) continue;
        for (const int64_t length : kLengths) {
          Steps later = used;
          later.push_back(Cat({"wait ", std::to_string(length), "s"}));
          later.push_back("again");
          Add(std::move(later));
        }
      }
    }
  }

  const dsl::Policy& policy_;
  std::vector<Steps> scenes_;
  std::set<Steps> seen_;
};

}  // namespace

std::vector<Steps> ScenesFor(const std::shared_ptr<const evaluator::Program>& program, const Mutation& mutation,
                             const std::shared_ptr<const evaluator::Program>& mutant, TestSuggester* suggester) {
  SceneMaker maker(*program->policy);
  const WinnerChange change = ChangeOfWinner(*program->policy, mutation, *mutant->policy);
  for (const Example& request : change.requests) maker.Add(RequestSteps(request));
  std::vector<uint32_t> rules = mutation.rules;
  if (rules.size() > kMostTouched) rules.resize(kMostTouched);
  if (mutation.onwards && mutation.place.find("rule ") != 0) {
    // Of something that any rule may use.
    rules.clear();
    for (uint32_t rule = 0; rule <= program->policy->rules.size() && rule < kMostItems; ++rule) rules.push_back(rule);
  }
  for (Steps& steps : ScenesOfEntry(program->policy, mutation)) maker.Add(std::move(steps));
  maker.AddSuggested(suggester, *program, rules);
  if (mutation.removed == dsl::kUnresolved) {
    TestSuggester of_mutant(mutant);
    maker.AddSuggested(&of_mutant, *mutant, rules);
  }
  if (change.requests.empty()) maker.AddVariants(rules);
  return maker.Take();
}

std::vector<std::string> ExpectationsOf(const evaluator::Session& session) {
  std::vector<std::string> all;
  const evaluator::Decision* decision = session.last();
  if (decision == nullptr) return all;
  const std::string plain = ExpectedText(*decision, *session.program().policy);
  all.push_back(plain);
  std::string tags;
  for (const evaluator::TagValue& tag : decision->tags) {
    tags += Cat({", tag ", tag.name, " = ", dsl::InQuotes(tag.value)});
  }
  if (!tags.empty()) all.push_back(plain + tags);
  if (session.tally().all > 1 && !session.tally().credentials.empty()) {
    std::string counts;
    for (const auto& [name, count] : session.tally().credentials) {
      counts += Cat({counts.empty() ? "" : ", ", std::to_string(count), " on ", dsl::InQuotes(name)});
    }
    all.push_back("expect " + counts);
  }
  if (decision->credential != nullptr) {
    const std::string exact = plain.substr(0, plain.find(", credential"));
    all.push_back(Cat({exact, ", credential ", dsl::InQuotes(decision->credential->name)}));
  }
  if (decision->verdict == evaluator::Verdict::kWait) {
    all.push_back(Cat({plain.substr(0, plain.find(", wait")), ", wait ", std::to_string(decision->retry_after_ms), "ms"}));
  }
  return all;
}

}  // namespace keyrule::analysis
