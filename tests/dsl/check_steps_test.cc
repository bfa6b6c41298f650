// The steps of tests in a policy: the fields they set, and what they expect of which decision.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/problems.h"

namespace keyrule::dsl {
namespace {

struct Case {
  const char* note;
  std::string steps;
  std::string problems;
};

std::string ProblemsOf(const std::string& steps) {
  return Problems(
      "keyrule 1 schema \"dify\" with { flag : bool optional  since : timestamp optional }\n"
      "test \"t\" { " +
      steps + " }\ndefault { leave to host }\n");
}

TEST(Steps, Check) {
  const std::vector<Case> cases = {
      {"all kinds of values",
       ("given credential \"a\" of \"openai\" with id = \"1\", labels.\"x-y\" = \"z\", weight "
        "= 3, "
        "enabled = false, expires = 2026-01-01T00:00Z\n"
        "clock 2026-01-01T00:00Z request 2 times with app.id = unique, app.mode = \"chat\", "
        "request.tokens = 5, flag = true, since = 2026-01-01T00:00Z, user.roles = [\"a\"], "
        "inputs.\"a b\" = \"c\"\n"
        "report ok with tokens = 5, cost = 0.50, latency = 5ms report rate_limited with "
        "retry_after = 60s, cost = 2\nnext wait 5s again expect same credential, default"),
       ""},
      {"given's fields", ("given credential \"a\" with label = \"b\" request expect host"),
       "error KR0108 2:38 `label`: a credential has no field `label` = fields: name, id, provider, "
       "model, model.type, owner, labels.…, weight, enabled, expires\n"},
      {"given's types", ("given credential \"a\" with enabled = \"no\" request expect host"),
       "error KR0201 2:48 `\"no\"`: `enabled` is a bool, not a string = write `true` or `false`, without quotes\n"},
      {"nothing unique is given", ("given credential \"a\" with id = unique request expect host"),
       "error KR0201 2:43 `unique`: `id` is a string, not `unique` = write `\"a\"`, in quotes\n"},
      {"report's fields", ("request report ok with price = 5 expect host"),
       "error KR0108 2:35 `price`: a report has no field `price` = fields: retry_after, tokens, "
       "latency, cost\n"},
      {"report's types", ("request report ok with tokens = 5s expect host"),
       "error KR0201 2:44 `5s`: `tokens` is an int, not a duration = write `10`, without quotes\n"},
      {"an enum", ("request with app.mode = \"caht\" expect host"),
       "error KR0202 2:36 `\"caht\"`: `app.mode` is never `\"caht\"` = did you mean `\"chat\"`?\n"},
      {"an attribute", ("request with aap.id = \"a\" expect host"),
       "error KR0101 2:25 `aap.id`: no attribute is named `aap.id` = did you mean `app.id`?\n"},
      {"a whole map", ("request with inputs = \"a\" expect host"),
       "error KR0201 2:34 `\"a\"`: `inputs` is a map of string, not a string = write one entry: `inputs.key = \"a\"`\n"},
      {"twice", ("request with app.id = \"a\", app.id = \"b\" expect host"),
       "error KR0104 2:39 `app.id`: the key `app.id` stands twice in `request`, first "
       "p.keyrule:2 = remove one\n"},
      {"a pool", ("request expect credential in nowhere"),
       "error KR0106 2:41 `nowhere`: no pool is named `nowhere` = there are no pools\n"},
      {"said once", ("again report ok expect host"),
       "error KR0702 2:12 `again`: `again` needs a decision before it = add `request`\n"},
      {"one decision is not two", ("request expect another credential"),
       "error KR0702 2:27 `another credential`: `another credential` needs two decisions before "
       "it = add `again`\n"},
      {"two are", ("request 2 times expect another credential"), ""},
  };
  for (const Case& c : cases) EXPECT_EQ(ProblemsOf(c.steps), c.problems) << c.note;
}

}  // namespace
}  // namespace keyrule::dsl
