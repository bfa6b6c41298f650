#include "tests/bench/large_policies.h"

#include <random>

namespace keyrule::bench {
namespace {

constexpr std::string_view kHead =
    "keyrule 1\n"
    "schema \"bench\" {\n"
    "  tenant      : string optional\n"
    "  app.id      : string optional\n"
    "  workflow.id : string optional\n"
    "  node.id     : string optional\n"
    "  user.id     : string optional\n"
    "  environment : string optional\n"
    "  provider    : string\n"
    "  model       : string\n"
    "}\n";
constexpr std::string_view kDefault = "default { use credential \"default\" }\n";

class World {
 public:
  explicit World(size_t rules) : rules_(rules), random_(rules) {}

  // `tenant-17`: one of so many.
  std::string One(std::string_view of, size_t many) {
    return std::string(of).append(std::to_string(random_() % (many < 10 ? 10 : many)));
  }
  std::string Tenant() { return One("tenant-", rules_ / 5); }
  std::string App() { return One("app-", 3 * rules_); }
  std::string Workflow() { return One("wf-", 2 * rules_); }
  std::string Node() { return One("node-", rules_); }
  std::string Team() { return One("team-", rules_) + "/"; }
  std::string User() { return Team() + One("u-", 1000); }
  std::string Environment() {
    const size_t of_ten = random_() % 10;
    return of_ten < 5 ? "production" : of_ten < 8 ? "staging" : "development";
  }

  std::string MixedCondition() {
    const size_t kind = random_() % 100;
    if (kind < 60) {
      return "workflow.id == \"" + Workflow() + "\" and environment == \"" + Environment() + "\"";
    }
    if (kind < 75) return "app.id in [\"" + App() + "\", \"" + App() + "\", \"" + App() + "\"]";
    if (kind < 85) return "user.id starts with \"" + Team() + "\"";
    if (kind < 90) return "node.id == \"" + Node() + "\" and model like \"gpt-4*\"";
    if (kind < 95) {
      return "app.id == \"" + App() + "\" and user.id is set and user.id != \"" + User() + "\"";
    }
    return "environment == \"" + Environment() + "\" and tenant == \"" + Tenant() + "\"";
  }

  std::string WideCondition() {
    return "tenant == \"" + Tenant() + "\" and app.id in [\"" + App() + "\", \"" + App() +
           "\"]\n    and workflow.id == \"" + Workflow() + "\" and node.id starts with \"" + Node() +
           "\"\n    and user.id like \"" + Team() + "*\" and environment == \"" + Environment() +
           "\"\n    and provider == \"openai\" and model in [\"gpt-4o\", \"gpt-4.1\"]";
  }

 private:
  size_t rules_;
  std::minstd_rand random_;
};

void AppendRule(size_t number, std::string_view condition, std::string* text) {
  const std::string name = std::to_string(number);
  *text += "rule r" + name + " {\n  when ";
  text->append(condition);
  *text += "\n  use credential \"key-" + name + "\"\n}\n";
}

}  // namespace

std::string EqualRules(size_t rules) {
  std::string text(kHead);
  for (size_t i = 0; i < rules; ++i) {
    AppendRule(i, "workflow.id == \"wf-" + std::to_string(i) + "\" and environment == \"production\"",
               &text);
  }
  return text.append(kDefault);
}

std::string MixedRules(size_t rules) {
  std::string text(kHead);
  World world(rules);
  for (size_t i = 0; i < rules; ++i) AppendRule(i, world.MixedCondition(), &text);
  return text.append(kDefault);
}

std::string WideRules(size_t rules) {
  std::string text(kHead);
  World world(rules);
  for (size_t i = 0; i < rules; ++i) AppendRule(i, world.WideCondition(), &text);
  return text.append(kDefault);
}

std::string LargeTable(size_t entries) {
  std::string text(kHead);
  text += "table key_of {\n";
  for (size_t i = 0; i < entries; ++i) {
    const std::string number = std::to_string(i);
    text += "  \"app-" + number + "\" : \"key-" + number + "\"\n";
  }
  text += "}\nrule looked_up { when app.id in key_of  use credential key_of[app.id] }\n";
  return text.append(kDefault);
}

std::string ManyTests(size_t tests) {
  std::string text = EqualRules(10);
  for (size_t i = 0; i < tests; ++i) {
    const std::string number = std::to_string(i);
    text += "test \"case " + number + "\" {\n  request with workflow.id = \"wf-" + number +
            "\", environment = \"staging\"\n  expect default, credential \"default\"\n}\n";
  }
  return text;
}

}  // namespace keyrule::bench
