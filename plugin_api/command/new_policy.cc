#include "plugin_api/command/new_policy.h"

#include <algorithm>
#include <cctype>

#include "dsl/format.h"
#include "dsl/token.h"
#include "dsl/wording.h"
#include "plugin_api/command/new_tests.h"

namespace keyrule::command {
namespace {

using dsl::InQuotes;
using Decides = NewAnswers::Decides;

constexpr std::string_view kRest = "rest";
constexpr std::string_view kBudget = "own_limit";

std::string ListOf(const std::vector<std::string>& texts) {
  std::string list;
  for (const std::string& text : texts) list += (list.empty() ? "" : ", ") + InQuotes(text);
  return list;
}

// `path == "a"`, or `path in ["a", "b"]`.
std::string OneOf(std::string_view path, const std::vector<std::string>& texts) {
  return std::string(path) + (texts.size() == 1 ? " == " + InQuotes(texts.front()) : " in [" + ListOf(texts) + "]");
}

// What `first` does not take: also what is added later.
std::string NoneOf(const std::vector<Pick>& first) {
  std::vector<std::string> names, parts;
  for (const Pick& pick : first) {
    if (pick.kind == Pick::Kind::kName) names.push_back(pick.text);
    if (pick.kind == Pick::Kind::kLike) parts.push_back("not (name like " + InQuotes(pick.text) + ")");
    if (pick.kind == Pick::Kind::kLabel) parts.push_back(LabelPath(pick.key) + " != " + InQuotes(pick.text));
  }
  if (names.size() == 1) parts.insert(parts.begin(), "name != " + InQuotes(names.front()));
  if (names.size() > 1) parts.insert(parts.begin(), "name not in [" + ListOf(names) + "]");
  std::string condition;
  for (const std::string& part : parts) condition += (condition.empty() ? "" : " and ") + part;
  return condition;
}

std::string Entry(const Pick& pick, const std::vector<Pick>& first) {
  std::string entry;
  switch (pick.kind) {
    case Pick::Kind::kName:
      entry = InQuotes(pick.text);
      break;
    case Pick::Kind::kLike:
      entry = "where name like " + InQuotes(pick.text);
      break;
    case Pick::Kind::kLabel:
      entry = "where " + LabelPath(pick.key) + " == " + InQuotes(pick.text);
      break;
    case Pick::Kind::kAll:
      entry = "where name like \"*\"";
      break;
    case Pick::Kind::kOthers:
      entry = "where " + NoneOf(first);
      break;
  }
  return pick.weight == 0 ? entry : entry + " weight " + std::to_string(pick.weight);
}

class Writer {
 public:
  explicit Writer(const NewPolicyPlan& plan) : plan_(plan), answers_(plan.answers) {}

  std::string Write() {
    text_ = "keyrule 1\n\n"
            "# Written by `keyrule new`, and yours to change: `keyrule check` and `keyrule test` say whether it holds.\n"
            "schema \"dify\"\n\n";
    Pool(plan_.first, answers_.first);
    if (plan_.other_pool == kRest) Pool(std::string(kRest), answers_.rest);
    if (!answers_.limit.empty()) Budget();
    Rules();
    return std::move(text_);
  }

 private:
  void Pool(const std::string& name, const std::vector<Pick>& picks) {
    text_ += "pool " + name;
    if (!answers_.providers.empty()) text_ += " of " + ListOf(answers_.providers);
    text_ += " {\n";
    for (const Pick& pick : picks) text_ += Entry(pick, answers_.first) + "\n";
    text_ += "}\n\n";
  }

  void Budget() {
    text_ += "budget " + std::string(kBudget);
    if (!answers_.limit_for_each.empty()) text_ += " for each " + answers_.limit_for_each;
    text_ += " { limit " + answers_.limit + " }\n\n";
  }

  std::string Under() const { return answers_.limit.empty() ? "" : " under " + std::string(kBudget); }
  std::string Use(const std::string& pool) const {
    return "use " + pool + " by " + answers_.strategy + Under() + "\nelse " + plan_.Refusal() + "\n";
  }
  // Those of the providers that were asked for; all else is the host's.
  std::string When(const std::string& condition) const {
    if (answers_.providers.empty()) return condition;
    const std::string of = OneOf("provider", answers_.providers);
    return condition.empty() ? of : of + " and " + condition;
  }
  void Rule(std::string_view name, const std::string& condition, const std::string& chain) {
    text_ += name == "default" ? "default {\n" : "rule " + std::string(name) + " {\nwhen " + condition + "\n";
    text_ += chain + "}\n\n";
  }

  void Rules() {
    switch (answers_.decides) {
      case Decides::kEnvironment:
        Rule(plan_.first, When(OneOf("environment", answers_.values)), Use(plan_.first));
        break;
      case Decides::kApp:
        Rule(plan_.first, When(OneOf("app.id", answers_.values)), Use(plan_.first));
        break;
      case Decides::kNode:
        Rule(plan_.first, When("node.credential is set"),
             "use credential node.credential from " + plan_.first + Under() + "\nelse " + plan_.Refusal() + "\n");
        break;
      case Decides::kNothing:
        break;
    }
    const bool host = plan_.other_pool.empty() && answers_.leave_to_host;
    if (!host) {
      Rule(plan_.other_rule, When(""), plan_.other_pool.empty() ? plan_.Refusal() + "\n" : Use(plan_.other_pool));
    }
    if (host || plan_.other_rule != "default") Rule("default", "", "leave to host\n");
  }

  const NewPolicyPlan& plan_;
  const NewAnswers& answers_;
  std::string text_;
};

// A value as the name of a pool and a rule, where it can be one.
std::string NameFrom(const NewAnswers& answers) {
  if (answers.decides == Decides::kNode) return "named_on_node";
  if (answers.decides == Decides::kNothing) return "all_calls";
  constexpr std::string_view kTaken[] = {"provider", "model", "environment", "env", "inputs", kRest, kBudget};
  const std::string usual = answers.decides == Decides::kApp ? "chosen_apps" : "chosen_environments";
  if (answers.values.size() != 1 || answers.decides == Decides::kApp) return usual;
  const std::string& value = answers.values.front();
  const auto is_letter = [](unsigned char c) { return std::isalpha(c) != 0 || c == '_'; };
  const bool is_word = !value.empty() && is_letter(static_cast<unsigned char>(value[0])) && value.size() <= 40 &&
                       std::all_of(value.begin(), value.end(),
                                   [&](unsigned char c) { return is_letter(c) || std::isdigit(c) != 0; });
  if (!is_word || dsl::IsReservedWord(dsl::WordKind(value))) return usual;
  return std::find(std::begin(kTaken), std::end(kTaken), value) == std::end(kTaken) ? value : usual;
}

}  // namespace

NewPolicyPlan::NewPolicyPlan(const NewAnswers& given) : answers(given) {
  first = NameFrom(answers);
  other_rule = answers.providers.empty() ? "default" : one_rule() ? first : std::string(kRest);
  if (one_rule() || answers.rest_is == NewAnswers::Rest::kSame) {
    other_pool = first;
  } else if (answers.rest_is == NewAnswers::Rest::kPicks) {
    other_pool = kRest;
  } else if (answers.leave_to_host) {
    other_rule = "default";
  }
  constexpr std::string_view kSticky = "sticky on ";
  if (answers.strategy.starts_with(kSticky)) sticky = answers.strategy.substr(kSticky.size());
}

std::string NewPolicyPlan::Refusal() const {
  return answers.leave_to_host ? "leave to host" : "deny " + InQuotes(answers.reason);
}

std::string NewPolicyPlan::ExpectedRefusal() const {
  return answers.leave_to_host ? "host" : "deny " + InQuotes(answers.reason);
}

std::string WriteNewPolicy(const NewAnswers& answers, const KnownCredentials& known) {
  const NewPolicyPlan plan(answers);
  std::string text = Writer(plan).Write() + WriteNewTests(plan, known);
  dsl::Sources sources;
  sources.Add("policy", text);
  dsl::Diagnostics diagnostics;
  return dsl::Format(sources, 0, diagnostics).value_or(text);
}

}  // namespace keyrule::command
