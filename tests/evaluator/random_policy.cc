#include "tests/evaluator/random_policy.h"

#include <algorithm>
#include <map>

namespace keyrule::evaluator {
namespace {

using Texts = std::vector<std::string>;

const std::map<std::string, Texts>& TextValues() {
  static const std::map<std::string, Texts> values = {
      {"environment", {"production", "staging", "dev", "prod"}},
      {"app.id", {"a-1", "a-2", "a-10", "invoices", "a"}},
      {"workflow.id", {"wf-1", "wf-2", "wf-21"}},
      {"user.id", {"u-1", "u-2", "u-10", "admin", "ü-1"}},
      {"node.title", {"Draft answer", "draft", "x*y"}},
      {"model", {"gpt-4o", "gpt-4o-mini", "claude"}},
      {"provider", {"openai", "google"}},
      {"tenant.id", {"t1", "t2"}},
      {"inputs.client", {"acme", "globex"}},
      {"inputs.\"client-id\"", {"7", "77"}},
      {"env.stage", {"x", "y"}},
  };
  return values;
}

const std::map<std::string, Texts>& EnumValues() {
  static const std::map<std::string, Texts> values = {
      {"model.type", {"llm", "text-embedding", "rerank"}},
      {"invoke.from", {"service-api", "web-app", "debugger"}},
  };
  return values;
}

const Texts kNames = {"alpha", "beta", "gamma", "delta", "omega"};
const Texts kKeys = {"app.id", "workflow.id", "user.id"};

std::string Quoted(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

std::string Join(const Texts& items, const std::string& between) {
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : between) + item;
  return text;
}

// At most the first `count` characters, whole ones.
std::string Prefix(const std::string& text, size_t count) {
  size_t end = 0;
  while (end < text.size() && count > 0) {
    ++end;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) ++end;
    --count;
  }
  return text.substr(0, end);
}

}  // namespace

std::string RandomPolicy::List(const Texts& items) {
  Texts some;
  for (const std::string& item : items) {
    if (Chance(50)) some.push_back(Quoted(item));
  }
  if (some.empty()) some.push_back(Quoted(items.front()));
  return "[" + Join(some, ", ") + "]";
}

std::string RandomPolicy::TextAtom() {
  auto entry = TextValues().begin();
  std::advance(entry, Below(TextValues().size()));
  const auto& [path, values] = *entry;
  const std::string& value = Of(values);
  const std::string tail = value.substr(value.size() - 1);
  switch (Below(14)) {
    case 0: return path + " == " + Quoted(value);
    case 1: return path + " != " + Quoted(value);
    case 2: return path + " in " + List(values);
    case 3: return path + " not in " + List(values);
    case 4: return path + " starts with " + Quoted(Prefix(value, 2));
    case 5: return path + " ends with " + Quoted(tail);
    case 6: return path + " contains " + Quoted(Prefix(value, 1));
    case 7: return path + " like " + Quoted(Prefix(value, 1) + "*" + tail);
    case 8: return path + " like " + Quoted("*" + tail);
    case 9: return path + " like \"x\\\\*y\"";
    case 10: return path + " matches /^(a-[12]|u-|wf-2)/";
    case 11: return path + (Chance(50) ? " in some_apps" : " in key_of");
    case 12: return path + (Chance(50) ? " in 30%" : " in 25%..75% salted \"s\"");
    default: return path + (Chance(50) ? " is set" : " is not set");
  }
}

std::string RandomPolicy::Atom() {
  static const Texts others = {
      "flagged",
      "quiet",
      "busy",
      "user.roles contains \"beta\"",
      "user.roles is set",
      "request.tokens in [0, 1, 500]",
      "request.tokens in few",
      "request.tokens in 40%",
      "ends < 2026-06-01T00:00Z",
      "ends == 2026-03-01T12:00+01:00",
      "ends is not set",
      "weekday in mon..fri at \"Europe/Berlin\"",
      "weekday not in [sat..mon] at \"UTC\"",
      "time in 22:00..06:00 at \"America/New_York\"",
      "time in [08:00..12:00, 13:00..17:30] at \"Asia/Kolkata\"",
      "time >= 12:00 at \"UTC\"",
      "date in 2026-03-01..2026-03-29 at \"Europe/Berlin\"",
      "date == 2026-01-05 at \"Pacific/Auckland\"",
  };
  if (named_ > 0 && Chance(15)) return "named" + std::to_string(Below(named_));
  if (Chance(25)) return Of(others);
  if (Chance(12)) {
    static const Texts operators = {"==", "!=", "<", "<=", ">", ">="};
    return "request.tokens " + Of(operators) + " " + std::to_string(Below(3) * 500);
  }
  if (Chance(15)) {
    auto entry = EnumValues().begin();
    std::advance(entry, Below(EnumValues().size()));
    const auto& [path, values] = *entry;
    static const Texts operators = {" == ", " != "};
    return Chance(50) ? path + Of(operators) + Quoted(Of(values))
                      : path + (Chance(50) ? " in " : " not in ") + List(values);
  }
  return TextAtom();
}

std::string RandomPolicy::Condition(int depth) {
  if (depth > 2 || Chance(45)) return Atom();
  if (Chance(20)) return "not (" + Condition(depth + 1) + ")";
  const std::string op = Chance(50) ? " and " : " or ";
  Texts terms;
  for (uint64_t i = 0; i < 2 + Below(2); ++i) terms.push_back("(" + Condition(depth + 1) + ")");
  return Join(terms, op);
}

std::string RandomPolicy::FieldCondition() {
  static const Texts conditions = {
      "name like \"*a\"",
      "name in [\"alpha\", \"beta\", \"gamma\"]",
      "labels.team == \"x\"",
      "labels.team != \"x\"",
      "labels.team is set and not (name starts with \"g\")",
      "provider == \"google\" or owner == \"me\"",
      "model is set",
      "model.type == \"llm\" or id ends with \"3\"",
  };
  return Of(conditions);
}

std::string RandomPolicy::Pool(size_t index) {
  std::string text = "pool p" + std::to_string(index) + " {\n";
  const uint64_t members = 1 + Below(4);
  for (uint64_t i = 0; i < members; ++i) {
    if (i > 0 && Chance(25)) text += "then\n";
    if (index > 0 && Chance(15)) {
      text += "  all of p" + std::to_string(Below(index));
    } else if (Chance(25)) {
      text += "  where " + FieldCondition();
    } else {
      text += "  " + Quoted(Of(kNames));
    }
    if (Chance(40)) text += " weight " + std::to_string(1 + Below(5));
    text += "\n";
  }
  return text + "}\n";
}

// Quotas and budgets m0, m1, …; those of `budgets_` have no members and stand after `under`.
std::string RandomPolicy::Meter(size_t index) {
  static const Texts limits = {"limit 3 requests per minute", "limit 40 requests per hour",
                               "limit 1_500 tokens per minute", "limit 20_000 tokens per day",
                               "limit 2 requests at once", "limit 9 requests per second",
                               "limit 0.10 usd per day at \"Europe/Berlin\"",
                               "limit 60 requests per month"};
  const bool budget = Chance(60);
  const std::string name = "m" + std::to_string(index);
  std::string text = (budget ? "budget " : "quota ") + name;
  if (Chance(50)) text += " for each credential";
  else if (budget && Chance(40)) text += " for each " + Of(kKeys);
  text += " {\n";
  if (!budget || Chance(50)) {
    text += Chance(50) ? "  all of p0\n" : "  where " + FieldCondition() + "\n";
    if (Chance(30)) text += "  " + Quoted(Of(kNames)) + "\n";
  } else {
    budgets_.push_back(name);
  }
  text += "  " + (budget ? Of(limits) : limits[Below(5)]) + "\n";
  if (Chance(30)) text += "  limit 5 requests per minute\n";
  return text + "}\n";
}

std::string RandomPolicy::Under() {
  return budgets_.empty() || Chance(60) ? std::string() : " under " + Of(budgets_);
}

std::string RandomPolicy::Arm() {
  static const Texts strategies = {"round_robin",     "weighted_round_robin", "weighted_round_robin",
                                   "first_available", "random",               "weighted_random",
                                   "least_in_flight", "least_used",           "least_used",
                                   "headroom",        "headroom",             "latency",
                                   "latency",         "sticky on user.id",    "sticky on app.id",
                                   "sticky on request.tokens"};
  const std::string pool = "p" + std::to_string(Below(pools_));
  switch (Below(10)) {
    case 0: return "use credential " + Quoted(Of(kNames));
    case 1: return "use credential key_of[" + Of(kKeys) + "]";
    case 2: return "use credential inputs.key from " + pool;
    case 3: return Chance(50) ? "use credential node.credential"
                              : "use credential node.credential from " + pool;
    case 4:
      return "use " + pool + (Chance(50) ? " where labels.team == \"y\"" : " where labels.team == env.stage") +
             " by " + Of(strategies);
    default: return "use " + pool + " by " + Of(strategies) + Under();
  }
}

std::string RandomPolicy::Chain() {
  Texts arms;
  const uint64_t count = 1 + Below(3);
  for (uint64_t i = 0; i < count; ++i) arms.push_back(Arm());
  if (Chance(30)) arms.push_back(Chance(50) ? "deny \"no key\"" : "leave to host");
  std::string text = Join(arms, "\n  else ");
  if (Chance(30)) text += "\n  tag app = app.id, key = key_of[app.id]";
  return text;
}

std::string RandomPolicy::Sources() {
  std::string text =
      "table key_of { \"a-1\" : \"alpha\"  \"a-2\" : \"beta\"  \"wf-1\" : \"gamma\"  \"wf-2\" : \"nobody\"  "
      "\"u-1\" : \"delta\" }\n";
  pools_ = 1 + Below(4);
  for (size_t i = 0; i < pools_; ++i) text += Pool(i);
  budgets_.clear();
  const uint64_t meters = Chance(50) ? 0 : 1 + Below(3);
  for (size_t i = 0; i < meters; ++i) text += Meter(i);
  return text;
}

std::string RandomPolicy::Policy() {
  std::string text = R"(keyrule 1
schema "dify" with {
  flagged : bool optional
  ends    : timestamp optional
}
let some_apps = ["a-1", "a-2", "u-1"]
let few = [0, 500]
let quiet = time in 20:00..08:00 at "Europe/Berlin" or weekday in sat..sun at "Europe/Berlin"
let busy = request.tokens > 400 and not quiet
)";
  text += Sources();
  // Conditions that name each other, small and large.
  const uint64_t named = Chance(50) ? 0 : 1 + Below(6);
  for (named_ = 0; named_ < named; ++named_) {
    std::string last = named_ == 0 ? "quiet" : "named" + std::to_string(named_ - 1);
    text += "let named" + std::to_string(named_) + " = (" + Condition(0) + ") or (" + last +
            " and not ((" + Condition(0) + ") or not " + last + "))\n";
  }
  const uint64_t rules = 2 + Below(7);
  for (uint64_t i = 0; i < rules; ++i) {
    text += "rule r" + std::to_string(i) + " {\n  when " + Condition(0) + "\n  " +
            (Chance(90) ? Chain() : std::string("deny \"rule says no\"")) + "\n}\n";
  }
  return text + "default { " + (Chance(30) ? std::string("leave to host") : Chain()) + " }\n";
}

std::vector<Credential> RandomPolicy::Credentials() {
  std::vector<Credential> credentials;
  const uint64_t count = 3 + Below(8);
  for (uint64_t i = 0; i < count; ++i) {
    Credential c;
    c.id = "id-" + std::to_string(i);
    c.name = Of(kNames);
    c.provider = Chance(40) ? "" : Chance(60) ? "openai" : "google";
    if (Chance(20)) c.model = Chance(60) ? "gpt-4o" : "claude";
    if (Chance(15)) c.model_type = Chance(60) ? "llm" : "rerank";
    if (Chance(20)) c.owner = "me";
    if (Chance(60)) c.labels.emplace_back("team", Chance(50) ? "x" : "y");
    c.enabled = Chance(88);
    if (Chance(15)) c.expires_ms = 1'767'614'400'000 + static_cast<int64_t>(Below(3)) * 10'000'000;
    c.weight = static_cast<uint32_t>(Chance(50) ? 0 : 1 + Below(6));
    credentials.push_back(std::move(c));
  }
  return credentials;
}

std::vector<std::string> RandomPolicy::Request() {
  std::vector<std::string> set;
  const auto add = [&](const std::string& path, const std::string& value) {
    set.push_back(path + "=" + value);
  };
  for (const auto& [path, values] : TextValues()) {
    const bool required = path == "provider" || path == "model" || path == "tenant.id";
    if (required || Chance(60)) add(path, Chance(90) ? Of(values) : "other");
  }
  for (const auto& [path, values] : EnumValues()) {
    if (Chance(70)) add(path, Of(values));
  }
  if (Chance(50)) add("request.tokens", std::to_string(Below(4) * 500));
  if (Chance(40)) add("user.roles", Chance(50) ? "[beta]" : "[admin,ops]");
  if (Chance(50)) add("flagged", Chance(50) ? "true" : "false");
  if (Chance(40)) add("ends", Chance(50) ? "2026-03-01T11:00Z" : "2026-09-01T00:00Z");
  if (Chance(40)) add("inputs.key", Chance(80) ? Of(kNames) : "id-" + std::to_string(Below(10)));
  if (Chance(40)) add("node.credential", Chance(50) ? Of(kNames) : "id-" + std::to_string(Below(12)));
  return set;
}

bool RandomPolicy::Reported(Report* report) {
  if (Chance(35)) return false;
  *report = Report();
  report->outcome = Chance(85) ? Outcome::kOk : Outcome::kCallerError;
  if (Chance(70)) report->latency_ms = static_cast<int64_t>(20 + Below(5) * 100);
  if (Chance(50)) report->tokens = static_cast<int64_t>(Below(4) * 300);
  if (Chance(50)) report->cost_micro_usd = static_cast<int64_t>(Below(5) * 10'000);
  return true;
}

int64_t RandomPolicy::Pause() {
  if (Chance(30)) return static_cast<int64_t>(Below(20'000));
  return Chance(50) ? 0 : static_cast<int64_t>(Below(36)) * 3'600'000 + static_cast<int64_t>(Below(3'600'000));
}

}  // namespace keyrule::evaluator
