#include "tests/evaluator/analysis/claim_world.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "dsl/load.h"
#include "evaluator/analysis/pool_entries.h"
#include "evaluator/compiler.h"
#include "evaluator/field.h"
#include "evaluator/oracle_condition.h"
#include "evaluator/session.h"
#include "evaluator/test_world.h"
#include "tests/support/memory_reader.h"

namespace keyrule::testing {
namespace {

using evaluator::Credential;
using evaluator::Program;
using evaluator::Value;

// Those that conditions name, some that go on as one of them does and end as another, which are none of them, and two of which
// nothing is said but that a table may.
constexpr std::string_view kEveryText[] = {"a", "b", "ab", "bb", "az", "aab", "abb", "bab", "bbb", "z", "zz"};

bool Mentions(const Program& program, std::string_view what) {
  return program.policy->sources->at(0).text().find(what) != std::string_view::npos;
}

bool PoolsMention(const Program& program, std::string_view what) {
  const dsl::Policy& policy = *program.policy;
  return std::any_of(policy.pools.begin(), policy.pools.end(), [&](const dsl::Pool& pool) {
    return policy.sources->TextOf(pool.span).find(what) != std::string_view::npos;
  });
}

struct SlowRequest {
  std::vector<Value> values;
  std::string_view tenant, provider, model, attribute;
};

std::vector<SlowRequest> EveryRequest(const Program& program, bool tenants) {
  const dsl::Policy& policy = *program.policy;
  std::vector<SlowRequest> all;
  std::vector<std::string_view> texts = {""};
  texts.insert(texts.end(), std::begin(kEveryText), std::end(kEveryText));
  const auto add = [&](std::string_view tenant, std::string_view provider, std::string_view model, std::string_view kind,
                       std::string_view attribute) {
    SlowRequest& request = all.emplace_back(SlowRequest{{}, tenant, provider, model, attribute});
    request.values.resize(policy.slots.size());
    const auto set = [&](std::string_view path, std::string_view text) {
      const uint32_t slot = policy.FindSlot(path);
      if (slot != dsl::kUnresolved) request.values[slot] = Value::Text(text);
    };
    set("provider", provider);
    set("model", model);
    set("model.type", "llm");
    set("tenant.id", tenant);
    set("x.e", kind);
    set("x.a", attribute);
  };
  for (const std::string_view tenant : {"(any)", "t1", "t2"}) {
    if (tenant != "(any)" && !tenants) continue;
    for (const std::string_view provider : {"openai", "(any)"}) {
      for (const std::string_view model : {"m1", "(any)"}) {
        for (const std::string_view kind : {"", "p", "q"}) {
          for (const std::string_view attribute : texts) add(tenant, provider, model, kind, attribute);
        }
      }
    }
  }
  return all;
}

std::string_view TableEntry(const dsl::Policy& policy, std::string_view key) {
  for (const dsl::TableEntry& entry : policy.tables[0].entries()) {
    if (entry.key.value == key) return entry.value.value;
  }
  return {};
}

class SlowCheck {
 public:
  // `claim`: null: only arms are asked about.
  SlowCheck(const Program& program, const dsl::Claim* claim, const std::vector<Credential>& catalog)
      : program_(program), policy_(*program.policy), claim_(claim), has_catalog_(!catalog.empty()),
        credentials_(has_catalog_ ? catalog : EveryCredential(program)) {
    for (const Credential& credential : evaluator::CredentialsOfPolicy(policy_)) named_.insert(credential.name);
  }

  SlowClaim Run() {
    SlowClaim result;
    result.rules.resize(policy_.rules.size() + 1, Broken::kNo);
    evaluator::MatchScratch scratch;
    for (const SlowRequest& request : EveryRequest(program_, has_catalog_)) {
      const auto lookup = [&](const dsl::Path& path) { return request.values[path.slot]; };
      if (claim_->when && !evaluator::oracle::Holds(*claim_->when, policy_, lookup, evaluator::kTestStartMs)) continue;
      result.when_is_met = true;
      const size_t index = program_.Match(request.values, evaluator::kTestStartMs, &scratch);
      Broken& of_rule = result.rules[index];
      if (of_rule == Broken::kSurely) continue;
      of_rule = std::max(of_rule, Rule(index < policy_.rules.size() ? policy_.rules[index] : policy_.fallback, request));
    }
    return result;
  }

  bool IsBrokenBy(evaluator::Session* session) const {
    for (const SlowRequest& request : EveryRequest(program_, false)) {
      const auto lookup = [&](const dsl::Path& path) { return request.values[path.slot]; };
      if (claim_->when && !evaluator::oracle::Holds(*claim_->when, policy_, lookup, evaluator::kTestStartMs)) continue;
      session->Call({}, [&](evaluator::RequestBuilder* builder) {
        std::string error;
        for (size_t slot = 0; slot < request.values.size(); ++slot) {
          if (!request.values[slot].absent()) builder->SetText(policy_.slots[slot].path.text, request.values[slot].text(), &error);
        }
        return error.empty();
      });
      if (IsBreach(*session->last(), request)) return true;
    }
    return false;
  }

  std::vector<std::vector<bool>> Arms() const {
    std::vector<std::vector<bool>> answers;
    for (const dsl::Rule& rule : policy_.rules) answers.emplace_back(rule.chain.actions.size());
    answers.emplace_back(policy_.fallback.chain.actions.size());
    evaluator::MatchScratch scratch;
    for (const SlowRequest& request : EveryRequest(program_, false)) {
      const size_t index = program_.Match(request.values, evaluator::kTestStartMs, &scratch);
      const dsl::Rule& rule = index < policy_.rules.size() ? policy_.rules[index] : policy_.fallback;
      size_t arm = 0;
      // Arms before: what keeps a credential from one keeps it from the other, if they mean the same one by its name.
      std::vector<const dsl::Action*> past;
      for (const dsl::Action& action : rule.chain.actions) {
        const auto* use = std::get_if<dsl::Use>(&action.what);
        const auto spends = [&](const Credential& credential) {
          return Spends(*use, request, credential) && std::none_of(past.begin(), past.end(), [&](const dsl::Action* before) {
            return Takes(*before, action, request, credential);
          });
        };
        if (use == nullptr || std::any_of(credentials_.begin(), credentials_.end(), spends)) answers[index][arm] = true;
        if (use != nullptr && !GoesOn(*use, request)) break;
        past.push_back(&action);
        ++arm;
      }
    }
    return answers;
  }

  SlowSpend Nearest(const Credential& credential, size_t index) const {
    const std::vector<SlowRequest> requests = EveryRequest(program_, false);
    const SlowRequest& from = requests[index % requests.size()];
    SlowSpend result;
    result.from = from.values;
    evaluator::MatchScratch scratch;
    for (const SlowRequest& to : requests) {
      const size_t rule = program_.Match(to.values, evaluator::kTestStartMs, &scratch);
      const auto& actions = (rule < policy_.rules.size() ? policy_.rules[rule] : policy_.fallback).chain.actions;
      size_t changes = 0;
      for (size_t slot = 0; slot < to.values.size(); ++slot) changes += to.values[slot].text() != from.values[slot].text() ? 1 : 0;
      bool is_open = true;  // no arm so far has another's name
      for (uint32_t arm = 1; arm <= actions.size(); ++arm) {
        const auto* use = std::get_if<dsl::Use>(&actions[arm - 1].what);
        if (use == nullptr) break;
        const bool spends = Spends(*use, to, credential);
        result.is_possible = result.is_possible || spends;
        if (spends && is_open && std::pair(changes, arm) < std::pair(result.changes.value_or(SIZE_MAX), result.arm)) {
          result.changes = changes;
          result.arm = arm;
        }
        const auto* single = std::get_if<dsl::UseCredential>(&use->what);
        const bool by_name = single != nullptr && std::holds_alternative<dsl::Path>(single->credential.what);
        if (by_name && !spends && !GoesOnSurely(*use, to)) is_open = false;
      }
    }
    return result;
  }

 private:
  bool IsBreach(const evaluator::Decision& decision, const SlowRequest& request) const {
    const bool about_deny = std::holds_alternative<dsl::Deny>(claim_->what);
    const bool about_host = std::holds_alternative<dsl::LeaveToHost>(claim_->what);
    const bool denies = decision.reason == evaluator::Reason::kDenied;
    switch (decision.verdict) {
      case evaluator::Verdict::kUse: return about_deny || about_host ? !claim_->never : Breaks(*decision.credential, request);
      case evaluator::Verdict::kHost: return about_host ? claim_->never : about_deny ? !claim_->never : true;
      default: return about_deny ? denies && claim_->never : about_host && !claim_->never;
    }
  }

  Broken Rule(const dsl::Rule& rule, const SlowRequest& request) const {
    Broken worst = Broken::kNo;
    bool sure = true;  // that it comes so far
    for (const dsl::Action& action : rule.chain.actions) {
      const auto* use = std::get_if<dsl::Use>(&action.what);
      const bool last = &action == &rule.chain.actions.back();
      const Broken broken = use != nullptr ? Use(*use, request, last) : Other(action);
      worst = std::max(worst, sure ? broken : std::min(broken, Broken::kPerhaps));
      sure = sure && (use == nullptr || GoesOnSurely(*use, request));
      if (use == nullptr || GoesOn(*use, request)) continue;
      const bool refusal_breaks = !claim_->never && std::holds_alternative<dsl::LeaveToHost>(claim_->what);
      return refusal_breaks ? Broken::kSurely : worst;
    }
    return worst;
  }

  Broken Other(const dsl::Action& action) const {
    const bool denies = std::holds_alternative<dsl::Deny>(action.what);
    if (std::holds_alternative<dsl::Deny>(claim_->what)) return denies == claim_->never ? Broken::kSurely : Broken::kNo;
    if (std::holds_alternative<dsl::LeaveToHost>(claim_->what)) return denies != claim_->never ? Broken::kSurely : Broken::kNo;
    return denies ? Broken::kNo : Broken::kSurely;
  }

  // Whether it goes on to the next arm if none of its credentials is free.
  bool GoesOn(const dsl::Use& use, const SlowRequest& request) const {
    const auto* single = std::get_if<dsl::UseCredential>(&use.what);
    if (single == nullptr || !std::holds_alternative<dsl::Path>(single->credential.what)) return true;
    if (request.attribute.empty()) return true;
    return std::any_of(credentials_.begin(), credentials_.end(),
                       [&](const Credential& credential) { return Spends(use, request, credential); });
  }

  // Whether it does with the credentials that there are for certain: those that the policy names there.
  bool GoesOnSurely(const dsl::Use& use, const SlowRequest& request) const {
    const auto* single = std::get_if<dsl::UseCredential>(&use.what);
    if (has_catalog_ || single == nullptr || !std::holds_alternative<dsl::Path>(single->credential.what)) return true;
    if (request.attribute.empty()) return true;
    if (!single->from) return named_.contains(std::string(request.attribute));
    const std::vector<analysis::PoolEntry> entries = analysis::EntriesOf(policy_, single->from->index);
    return std::any_of(entries.begin(), entries.end(), [&](const analysis::PoolEntry& entry) {
      return entry.name() != nullptr && entry.name()->value == request.attribute;
    });
  }

  Broken Use(const dsl::Use& use, const SlowRequest& request, bool last) const {
    const bool about_host = std::holds_alternative<dsl::LeaveToHost>(claim_->what);
    if (about_host || std::holds_alternative<dsl::Deny>(claim_->what)) {
      if (claim_->never) return Broken::kNo;
      if (about_host && last) return Broken::kSurely;  // refused
      const bool any = std::any_of(credentials_.begin(), credentials_.end(),
                                   [&](const Credential& credential) { return Spends(use, request, credential); });
      return any ? Broken::kSurely : Broken::kNo;
    }
    bool some = false;
    bool all = true;
    std::set<std::string> sure_names = named_;
    for (const Credential& credential : credentials_) {
      const bool spends = Spends(use, request, credential);
      const bool breaks = spends && Breaks(credential, request);
      some = some || breaks;
      all = all && (breaks || !spends);
      if (!breaks || !ByName(use, request, credential)) {
        if (Fits(credential, request)) sure_names.erase(credential.name);
      }
    }
    if (!some) return Broken::kNo;
    const auto* single = std::get_if<dsl::UseCredential>(&use.what);
    const bool unbound = single != nullptr && !single->from && std::holds_alternative<dsl::Path>(single->credential.what);
    // A name that no credential here has proves nothing.
    std::erase_if(sure_names, [&](const std::string& name) {
      return std::none_of(credentials_.begin(), credentials_.end(), [&](const Credential& c) { return c.name == name; });
    });
    return has_catalog_ || unbound || all || !sure_names.empty() ? Broken::kSurely : Broken::kPerhaps;
  }

  static uint32_t PoolOf(const dsl::Use& use) {
    const auto* pool = std::get_if<dsl::UsePool>(&use.what);
    const auto* single = std::get_if<dsl::UseCredential>(&use.what);
    return pool != nullptr ? pool->pool.index : single->from ? single->from->index : dsl::kUnresolved;
  }

  enum class Names { kNone, kSome, kAll };
  Names NamesOf(uint32_t pool) const {
    const std::vector<analysis::PoolEntry> entries = analysis::EntriesOf(policy_, pool);
    const auto named = std::count_if(entries.begin(), entries.end(), [](const analysis::PoolEntry& entry) { return entry.name() != nullptr; });
    return named == 0 ? Names::kNone : static_cast<size_t>(named) == entries.size() ? Names::kAll : Names::kSome;
  }

  // Whether an arm before takes what `action` may spend, or keeps it from it.
  bool Takes(const dsl::Action& before, const dsl::Action& action, const SlowRequest& request, const Credential& credential) const {
    const auto& earlier = std::get<dsl::Use>(before.what);
    const auto& use = std::get<dsl::Use>(action.what);
    if (!Spends(earlier, request, credential)) return false;
    if (policy_.sources->TextOf(before.span) == policy_.sources->TextOf(action.span)) return true;
    const auto* pool = std::get_if<dsl::UsePool>(&earlier.what);
    if (pool != nullptr && pool->narrow) return false;
    if (pool != nullptr && (PoolOf(use) == pool->pool.index || NamesOf(pool->pool.index) == Names::kNone)) return true;
    const auto* single = std::get_if<dsl::UseCredential>(&earlier.what);
    const bool by_name = pool != nullptr ? NamesOf(pool->pool.index) == Names::kAll && policy_.pools[pool->pool.index].providers.empty()
                                         : !single->from && std::holds_alternative<dsl::Text>(single->credential.what);
    if (PoolOf(use) != dsl::kUnresolved && NamesOf(PoolOf(use)) == Names::kAll) return by_name;
    return by_name && std::holds_alternative<dsl::UseCredential>(use.what) && ByName(use, request, credential);
  }

  bool Fits(const Credential& credential, const SlowRequest& request) const {
    return (credential.provider.empty() || credential.provider == request.provider) &&
           (credential.model.empty() || credential.model == request.model) &&
           (credential.tenant.empty() || credential.tenant == request.tenant);
  }

  // Of a catalog, one whose name means another in all requests that may spend it is never meant by its name.
  bool IsMeant(const Credential& credential) const {
    const auto covers = [](const std::string& other, const std::string& one) { return other.empty() || other == one; };
    return !has_catalog_ || std::none_of(credentials_.begin(), credentials_.end(), [&](const Credential& other) {
      return other.name == credential.name && other.model == credential.model && other.id < credential.id &&
             covers(other.provider, credential.provider) && covers(other.tenant, credential.tenant);
    });
  }

  std::string_view ValueOf(const dsl::Value& value, const SlowRequest& request) const {
    if (const auto* text = std::get_if<dsl::Text>(&value.what)) return text->value;
    if (std::holds_alternative<dsl::Path>(value.what)) return request.attribute;
    return request.attribute.empty() ? std::string_view() : TableEntry(policy_, request.attribute);
  }

  bool ByName(const dsl::Use& use, const SlowRequest& request, const Credential& credential) const {
    const auto* single = std::get_if<dsl::UseCredential>(&use.what);
    return single == nullptr || credential.name == ValueOf(single->credential, request);
  }

  bool Spends(const dsl::Use& use, const SlowRequest& request, const Credential& credential) const {
    if (!Fits(credential, request)) return false;
    if (const auto* pool = std::get_if<dsl::UsePool>(&use.what)) {
      if (!Holds(pool->pool.index, credential, request)) return false;
      if (!pool->narrow) return true;
      const std::string_view wanted = ValueOf(pool->narrow->value, request);
      const evaluator::CredentialField field(pool->narrow->field.text);
      return !wanted.empty() && field.Of(credential, request.provider) == wanted;
    }
    const auto& single = std::get<dsl::UseCredential>(use.what);
    const std::string_view wanted = ValueOf(single.credential, request);
    if (wanted.empty()) return false;
    const bool by_id = std::holds_alternative<dsl::Path>(single.credential.what) && credential.id == wanted;
    const bool by_name = credential.name == wanted && IsMeant(credential);
    return (by_name || by_id) && (!single.from || Holds(single.from->index, credential, request));
  }

  bool Holds(uint32_t index, const Credential& credential, const SlowRequest& request) const {
    const dsl::Pool& pool = policy_.pools[index];
    if (!pool.providers.empty() && request.provider != pool.providers[0].value) return false;
    const auto lookup = [&](const dsl::Path& path) {
      return Value::Text(evaluator::CredentialField(path.text).Of(credential, request.provider));
    };
    return std::any_of(pool.members.begin(), pool.members.end(), [&](const dsl::Member& member) {
      if (const auto* name = std::get_if<dsl::Text>(&member.what)) return name->value == credential.name && IsMeant(credential);
      if (const auto* other = std::get_if<dsl::AllOf>(&member.what)) return Holds(other->index, credential, request);
      return evaluator::oracle::Holds(std::get<dsl::Condition>(member.what), policy_, lookup, 0);
    });
  }

  bool Breaks(const Credential& credential, const SlowRequest& request) const {
    bool within = false;
    if (const auto* name = std::get_if<dsl::Text>(&claim_->what)) within = credential.name == name->value;
    if (const auto* pool = std::get_if<dsl::PoolName>(&claim_->what)) {
      within = Holds(pool->index, credential, request);
    }
    return within == claim_->never;
  }

  const Program& program_;
  const dsl::Policy& policy_;
  const dsl::Claim* claim_;
  const bool has_catalog_;
  const std::vector<Credential> credentials_;
  std::set<std::string> named_;
};

}  // namespace

std::string ClaimWorld::Text() { return std::string(1, "ab"[Below(2)]) + (Below(4) == 0 ? "b" : ""); }

std::string ClaimWorld::Test(const std::string& path) {
  if (path == "x.e") return path + (Below(2) == 0 ? " == \"p\"" : Below(2) == 0 ? " != \"q\"" : " is set");
  if (path == "provider") return path + (Below(2) == 0 ? " == \"openai\"" : " != \"openai\"");
  if (path == "tenant.id") return path + (Below(2) == 0 ? " == \"t1\"" : " != \"t1\"");
  if (path == "model") return path + (Below(2) == 0 ? " == \"m1\"" : " != \"m1\"");
  switch (Below(7)) {
    case 0: return path + " != \"" + Text() + "\"";
    case 1: return path + " in [\"a\", \"" + Text() + "\"]";
    case 2: return path + " not in [\"b\", \"" + Text() + "\"]";
    case 3: return path + " starts with \"a\"";
    case 4: return path + (path == "name" || path == "id" ? " like \"*b\"" : " is set");
    default: return path + " == \"" + Text() + "\"";
  }
}

std::string ClaimWorld::Condition(const std::vector<std::string>& paths) {
  const auto one = [&] {
    const std::string test = Test(paths[Below(paths.size())]);
    return Below(5) == 0 ? "not (" + test + ")" : test;
  };
  std::string text = one();
  const size_t more = Below(3);
  const std::string word = Below(2) == 0 ? " and " : " or ";
  for (size_t i = 0; i < more; ++i) text += word + one();
  return text;
}

std::string ClaimWorld::Pool(size_t index) {
  std::string text = "pool p" + std::to_string(index) + (Below(6) == 0 ? " of \"openai\"" : "") + " {";
  const size_t members = 1 + Below(2);
  for (size_t i = 0; i < members; ++i) {
    if (index > 0 && Below(6) == 0) {
      text += " all of p" + std::to_string(Below(index));
    } else if (Below(3) == 0) {
      text += " \"" + Text() + "\"";
    } else {
      std::vector<std::string> fields = {"labels.t", "labels.t", "labels.u", "name"};
      if (Below(5) == 0) fields.emplace_back("model");
      if (Below(5) == 0) fields.emplace_back("id");
      if (Below(5) == 0) fields.emplace_back("provider");
      text += " where " + Condition(fields);
    }
  }
  return text + " }\n";
}

std::string ClaimWorld::Use() {
  const std::string pool = "p" + std::to_string(Below(pools_));
  const auto value = [&] { return Below(3) == 0 ? "\"" + Text() + "\"" : Below(2) == 0 ? "x.a" : "t[x.a]"; };
  switch (Below(6)) {
    case 0: return "use credential " + std::string(Below(2) == 0 ? "\"" + Text() + "\"" : "t[x.a]");
    case 1: return "use credential x.a" + (Below(3) == 0 ? "" : " from " + pool);
    case 2:
      return "use " + pool + " where " + (Below(2) == 0 ? "labels.t" : Below(2) == 0 ? "labels.u" : "name") + " == " +
             value() + " by first_available";
    default: return "use " + pool + " by first_available";
  }
}

std::string ClaimWorld::Rule(size_t index) {
  std::vector<std::string> paths = {"x.a", "x.a", "x.e", "provider", "model"};
  if (tenants_) paths.emplace_back("tenant.id");
  std::string text = "rule r" + std::to_string(index) + " { when " + Condition(paths);
  const size_t arms = Below(3);
  for (size_t i = 0; i < arms; ++i) {
    const std::string use = Use();
    text += (i == 0 ? " " : " else ") + use;
    if (!goes_on_ && use.starts_with("use credential x.a")) break;
  }
  const size_t end = Below(4);
  if (arms == 0 || end == 0) text += std::string(arms == 0 ? "" : " else") + " deny \"n\"";
  if (arms != 0 && end == 1) text += " else leave to host";
  return text + " }\n";
}

std::string ClaimWorld::Claim(size_t index) {
  std::string text = (Below(2) == 0 ? "never c" : "always c") + std::to_string(index) + " {";
  std::vector<std::string> paths = {"x.a", "x.a", "x.e", "provider"};
  if (tenants_) paths.emplace_back("tenant.id");
  if (Below(3) != 0) text += " when " + Condition(paths);
  switch (Below(8)) {
    case 0: return text + " use credential \"" + Text() + "\" }\n";
    case 1: return text + " deny }\n";
    case 2: return text + " leave to host }\n";
    default: return text + " use p" + std::to_string(Below(pools_)) + " }\n";
  }
}

std::string ClaimWorld::Policy() {
  std::string text =
      "keyrule 1\nschema \"dify\" with {\n  x.a : string optional\n  x.e : enum [\"p\", \"q\"] optional\n}\n"
      "table t { \"a\" : \"b\"  \"ab\" : \"a\"  \"b\" : \"" + std::string(Below(2) == 0 ? "z" : "b") + "\" }\n";
  pools_ = 2 + Below(2);
  for (size_t i = 0; i < pools_; ++i) text += Pool(i);
  const size_t rules = 1 + Below(3);
  for (size_t i = 0; i < rules; ++i) text += Rule(i);
  text += Below(2) == 0 ? "default { deny \"none\" }\n" : "default { " + Use() + " }\n";
  const size_t claims = 1 + Below(2);
  for (size_t i = 0; i < claims; ++i) text += Claim(i);
  return text;
}

std::shared_ptr<const evaluator::Program> ClaimWorld::Program(std::string* text) {
  for (;;) {
    *text = Policy();
    const dsl::LoadResult loaded = dsl::LoadText(dsl::MemoryReader(), "p.keyrule", *text);
    if (loaded.policy != nullptr) return evaluator::Compile(loaded.policy);
  }
}

std::vector<Credential> EveryCredential(const Program& program) {
  std::vector<Credential> all;
  const bool by_id = PoolsMention(program, "id ") || Mentions(program, "use credential x.a");
  const std::vector<std::string_view> texts(std::begin(kEveryText), std::end(kEveryText));
  std::vector<std::string_view> labels = {""};
  labels.insert(labels.end(), texts.begin(), texts.end());
  const std::vector<std::string_view> none = {""};
  for (const std::string_view name : texts) {
    for (const std::string_view id : by_id ? texts : std::vector<std::string_view>{"zz"}) {
      for (const std::string_view t : Mentions(program, "labels.t") ? labels : none) {
        for (const std::string_view u : Mentions(program, "labels.u") ? labels : none) {
          for (const std::string_view model : {"", "m1", "(any)"}) {
            if (!model.empty() && !PoolsMention(program, "model")) continue;
            Credential& credential = all.emplace_back();
            credential.name = name;
            credential.id = id;
            credential.model = model;
            evaluator::GiveField("labels.t", std::string(t), &credential);
            evaluator::GiveField("labels.u", std::string(u), &credential);
          }
        }
      }
    }
  }
  return all;
}

SlowClaim Decide(const Program& program, size_t claim, const std::vector<Credential>& catalog) {
  return SlowCheck(program, &program.policy->claims[claim], catalog).Run();
}

bool WorldBreaks(const std::shared_ptr<const Program>& program, size_t claim, const std::vector<Credential>& world) {
  evaluator::Session session(program, std::make_shared<evaluator::MemorySource>(world), evaluator::kTestStartMs, 0);
  return SlowCheck(*program, &program->policy->claims[claim], world).IsBrokenBy(&session);
}

SlowSpend NearestSpendOf(const Program& program, const Credential& credential, size_t index) {
  return SlowCheck(program, nullptr, {}).Nearest(credential, index);
}

std::vector<std::vector<bool>> ArmsThatAnswer(const Program& program) { return SlowCheck(program, nullptr, {}).Arms(); }

}  // namespace keyrule::testing
