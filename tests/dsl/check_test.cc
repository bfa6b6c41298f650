// Which policies the checks refuse, warn about, and leave alone. The complete rendering is in
// golden/checks.
#include "dsl/check.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/problems.h"

namespace keyrule::dsl {
namespace {

struct Case {
  const char* note;
  std::string text;      // between the schema and the default
  std::string problems;  // line 2 is the first of `text`
};

std::string ProblemsOf(const std::string& text) {
  return Problems(
      "keyrule 1 schema \"dify\" with { flag : bool optional  since : timestamp optional }\n" +
      text + "\ndefault { leave to host }\n");
}

void Expect(const std::vector<Case>& cases) {
  for (const Case& c : cases) EXPECT_EQ(ProblemsOf(c.text), c.problems) << c.note;
}

// One rule around a condition; the condition begins at 2:15.
std::string When(const std::string& condition) {
  return "rule r { when " + condition + " deny \"n\" }";
}
// One rule around a chain, for a request with app "a"; the chain begins at 3:33.
std::string Do(const std::string& chain, const std::string& before = "pool p { \"a\" }") {
  return before + "\nrule r { when app.id == \"a\"       " + chain + " }";
}

TEST(Check, OperatorsOfEachType) {
  const char* kLegal[] = {"app.id == \"a\"",
                          "app.id is set and app.id != \"a\"",
                          "app.id in [\"a\"]",
                          "app.id starts with \"a\"",
                          "app.id ends with \"a\"",
                          "app.id contains \"a\"",
                          "app.id like \"a*\"",
                          "app.id matches /a/",
                          "app.id in 10%",
                          "app.id is set",
                          "app.id is not set",
                          "app.mode == \"chat\"",
                          "model.type in [\"llm\"]",
                          "model.type != \"llm\"",
                          "model.type not in [\"llm\", \"rerank\"]",
                          "request.tokens == 5",
                          "request.tokens < -5",
                          "request.tokens >= 5",
                          "request.tokens in [1, 2]",
                          "request.tokens in 10%",
                          "request.tokens is set",
                          "flag",
                          "not flag",
                          "flag is set",
                          "since < 2026-01-01T00:00Z",
                          "since == 2026-01-01T00:00Z",
                          "since is not set",
                          "user.roles contains \"beta\"",
                          "user.roles is set",
                          "inputs is set",
                          "inputs is not set",
                          "inputs.a == \"b\"",
                          "inputs.\"a-b\" == \"b\"",
                          "env.x in 10%..20% salted \"s\"",
                          "time in 22:00..06:00 at \"UTC\"",
                          "time < 09:00 at \"UTC\"",
                          "weekday == sun at \"UTC\"",
                          "weekday not in [sat, sun] at \"UTC\"",
                          "date >= 2026-01-01 at \"Europe/Berlin\""};
  for (const char* condition : kLegal) EXPECT_EQ(ProblemsOf(When(condition)), "") << condition;
}

TEST(Check, Types) {
  const std::string of_string =
      " = operators of a string: ==, !=, in, not in, starts with, ends with, contains, like, "
      "matches, in …%, is set, is not set\n";
  const std::string of_int =
      " = operators of an int: ==, !=, <, <=, >, >=, in, not in, in …%, is set, is not set\n";
  const std::string of_bool = " = operators of a bool: the name alone, is set, is not set\n";
  Expect({
      {"order of texts", When("app.id <= \"a\""),
       "error KR0204 2:22 `<=`: `<=` does not apply to a string" + of_string},
      {"prefix of a number", When("request.tokens starts with \"1\""),
       "error KR0204 2:30 `starts with`: `starts with` does not apply to an int" + of_int},
      {"a bool compared", When("flag == \"true\""),
       "error KR0204 2:20 `==`: `==` does not apply to a bool" + of_bool},
      {"a bool in a list", When("flag not in [\"a\"]"),
       "error KR0204 2:20 `not in`: `not in` does not apply to a bool" + of_bool},
      {"a share of an enum", When("app.mode in 10%"),
       "error KR0204 2:24 `in`: `in …%` does not apply to an enum = operators of an enum: ==, !=, "
       "in, not in, is set, is not set\n"},
      {"a list compared", When("user.roles == \"beta\""),
       "error KR0204 2:26 `==`: `==` does not apply to a list of string = operators of a list of "
       "string: contains, is set, is not set\n"},
      {"a map compared", When("inputs == \"a\""),
       "error KR0204 2:22 `==`: `==` does not apply to a map of string = operators of a map of "
       "string: is set, is not set\n"},
      {"text against a number", When("app.id == 5"),
       "error KR0201 2:25 `5`: `app.id` is a string, not an int = write `\"a\"`, in quotes\n"},
      {"enum against a number", When("app.mode in [1]"),
       "error KR0201 2:28 `1`: `app.mode` is an enum, not an int = write `\"a\"`, in quotes\n"},
      {"number against a text", When("request.tokens in [\"1\"]"),
       "error KR0201 2:34 `\"1\"`: `request.tokens` is an int, not a string = write `10`, without quotes\n"},
      {"text against a timestamp", When("app.id == 2026-01-01T00:00Z"),
       "error KR0201 2:25 `2026-01-01T00:00Z`: `app.id` is a string, not a timestamp = write `\"a\"`, in quotes\n"},
      {"timestamp against a text", When("since < \"2026\""),
       "error KR0201 2:23 `\"2026\"`: `since` is a timestamp, not a string = write `2026-11-23T09:30Z`, without quotes\n"},
      {"order of weekdays", When("weekday < fri at \"UTC\""),
       "error KR0204 2:23 `<`: `<` does not apply to a weekday = operators of a weekday: ==, "
       "!=, in, not in\n"},
      {"a text alone", When("app.id"),
       "error KR0203 2:15 `app.id`: `app.id` is not true or false by itself = compare it, or write "
       "`app.id is set`\n"},
      {"a table alone", "table t { \"a\" : \"b\" }\n" + When("t"),
       "error KR0203 3:15 `t`: `t` is not true or false by itself = write `… in t`\n"},
      {"a pool alone", "pool p { \"a\" }\n" + When("p"),
       "error KR0203 3:15 `p`: `p` is not true or false by itself = `p` is a pool\n"},
      {"a condition as a list", "let c = app.id == \"a\"\n" + When("app.id in c"),
       "error KR0201 3:25 `c`: `c` is a condition, not a list or a table\n"},
      {"a table for a number", "table t { \"a\" : \"b\" }\n" + When("request.tokens in t"),
       "error KR0201 3:33 `t`: `request.tokens` is an int, not a string = write `10`, without quotes\n"},
      {"a list of numbers for a text", "let l = [1]\n" + When("app.id in l"),
       "error KR0201 3:25 `l`: `app.id` is a string, not an int = write `\"a\"`, in quotes\n"},
      {"a named list with a foreign value",
       "let l = [\"llm\", \"lmm\"]\n" + When("model.type in l"),
       "error KR0202 3:29 `l`: `model.type` is never `\"lmm\"` = did you mean `\"llm\"`?\n"},
      {"each wrong value of a list", When("model.type in [\"x\", \"llm\", \"y\"]"),
       "error KR0202 2:30 `\"x\"`: `model.type` is never `\"x\"` = its values: \"llm\", "
       "\"text-embedding\", \"rerank\", \"speech2text\", \"moderation\", \"tts\"\n"
       "error KR0202 2:42 `\"y\"`: `model.type` is never `\"y\"` = its values: \"llm\", "
       "\"text-embedding\", \"rerank\", \"speech2text\", \"moderation\", \"tts\"\n"},
  });
}

TEST(Check, EmptyTexts) {
  const std::string empty = "an empty text is the same as absent";
  Expect({
      {"in a list", When("app.id in [\"a\", \"\"]"),
       "error KR0205 2:31 `\"\"`: " + empty + " = write `is not set`\n"},
      {"in a named list, said once", "let l = [\"\"]\n" + When("app.id in l and user.id in l"),
       "error KR0205 2:10 `\"\"`: " + empty + " = write `is not set`\n"},
      {"a prefix", When("app.id starts with \"\""),
       "error KR0205 2:34 `\"\"`: " + empty + " = write `is set`\n"},
      {"a member", Do("use p by round_robin", "pool p { \"\" }"),
       "error KR0205 2:10 `\"\"`: " + empty + " = name a credential\n"},
      {"a credential", Do("use credential \"\"", ""),
       "error KR0205 3:50 `\"\"`: " + empty + " = name a credential\n"},
      {"a request may be without", "test \"t\" { request with app.id = \"\" expect default }", ""},
  });
}

TEST(Check, Ranges) {
  Expect({
      {"a share of nobody", When("user.id in 0%"),
       "error KR0206 2:26 `0%`: `0%` is empty = no value is in it; write a larger share, or leave the "
       "condition out\n"},
      {"the whole", When("user.id in 0%..100%"), ""},
      {"nothing", When("user.id in 10%..10%"),
       "error KR0206 2:26 `10%..10%`: `10%..10%` is empty = a share runs from the smaller percentage to "
       "the larger one\n"},
      {"over midnight", When("time in 22:00..06:00 at \"UTC\""), ""},
      {"one moment", When("time in 09:00 at \"UTC\""),
       "error KR0206 2:23 `09:00`: `09:00..09:00` is empty = write a range such as `09:00..17:00`\n"},
      {"a week that wraps", When("weekday in sat..mon at \"UTC\""), ""},
      {"one date twice", When("date in 2026-01-01..2026-01-01 at \"UTC\""), ""},
      {"counts", "test \"t\" { request expect 30..20 on \"a\" }",
       "error KR0206 2:27 `30..20 on \"a\"`: `30..20` is empty\n"},
  });
}

TEST(Check, PatternsAndZones) {
  Expect({
      {"valid", When("model matches /^gpt-[45](\\.\\d)?$/"), ""},
      {"no look-ahead in RE2", When("model matches /a(?=b)/"),
       "error KR0017 2:29 `/a(?=b)/`: this pattern is not valid: invalid perl operator: (?=\n"},
      {"zones are exact", When("time < 09:00 at \"europe/berlin\""),
       "error KR0016 2:31 `\"europe/berlin\"`: `europe/berlin` is not a time zone = did you mean "
       "`Europe/Berlin`?\n"},
      {"no file names", When("time < 09:00 at \"../../etc/passwd\""),
       "error KR0016 2:31 `\"../../etc/passwd\"`: `../../etc/passwd` is not a time zone = write an "
       "IANA name such as `Europe/Berlin`\n"},
  });
}

TEST(Check, CredentialFields) {
  const std::string fields = " = fields: name, id, provider, model, model.type, owner, labels.…\n";
  const auto where = [](const std::string& condition) {
    return Do("use p by round_robin", "pool p { where " + condition + " }");
  };
  Expect({
      {"every field",
       where("name like \"a*\" and id != \"1\" and provider in [\"x\"] and model == \"m\" and "
             "model.type == \"anything\" and owner is set and labels.\"a-b\" is not set"),
       ""},
      {"lists by name", "let l = [\"a\"]\n" + where("name in l"), ""},
      {"an attribute", where("app.id == \"a\""),
       "error KR0108 2:16 `app.id`: a credential has no field `app.id`" + fields},
      {"labels need a key", where("labels is set"),
       "error KR0108 2:16 `labels`: a credential has no field `labels`" + fields},
      {"a condition by name",
       "let c = app.id == \"a\"\n" + where("c") + "\nrule s { when c deny \"n\" }",
       "error KR0108 3:16 `c`: a credential has no field `c`" + fields},
      {"the clock", where("time < 09:00 at \"UTC\""),
       "error KR0108 2:16 `time < 09:00 at \"UTC\"`: a credential has no field `time`" + fields},
      {"texts only", where("name == 5"), "error KR0201 2:24 `5`: `name` is a string, not an int = write `\"a\"`, in quotes\n"},
      {"not alone", where("owner"),
       "error KR0203 2:16 `owner`: `owner` is not true or false by itself = compare it, or write "
       "`owner is set`\n"},
      {"left of `where … ==`", Do("use p where label.team == app.id by round_robin"),
       "error KR0108 3:47 `label.team`: a credential has no field `label.team`" + fields},
      {"fields are not attributes", When("labels.team == \"a\""),
       "error KR0101 2:15 `labels.team`: no attribute is named `labels.team` = attributes: "
       "provider, "
       "model, model.type, tenant.id, environment, app.id, app.name, app.mode, app.tags, "
       "workflow.id, …\n"},
  });
}

TEST(Check, Values) {
  Expect({
      {"a list names no credential", Do("use credential user.roles", ""),
       "error KR0201 3:50 `user.roles`: `user.roles` is a list of string, not a string = name an attribute that is a string or an enum\n"},
      {"nor does a map", Do("use credential env", ""),
       "error KR0201 3:50 `env`: `env` is a map of string, not a string = name an attribute that is a string or an enum\n"},
      {"a number as a key",
       Do("use credential t[request.tokens] else deny \"n\"", "table t { \"1\" : \"a\" }"),
       "error KR0201 3:52 `request.tokens`: `request.tokens` is an int, not a string = name an attribute that is a string or an enum\n"},
      {"tags are texts", Do("use p by round_robin tag a = flag"),
       "error KR0201 3:64 `flag`: `flag` is a bool, not a string = name an attribute that is a string or an enum\n"},
      {"sticky on a number", Do("use p by sticky on request.tokens"), ""},
      {"sticky on a list", Do("use p by sticky on user.roles"),
       "error KR0201 3:54 `user.roles`: `user.roles` is a list of string, not a string = name an attribute that is a string or an enum\n"},
      {"a list is no table", Do("use credential l[app.id]", "let l = [\"a\"]"),
       "error KR0201 3:50 `l`: `l` is a list, not a table\n"},
  });
}

// Whether the `when` implies one of the providers of the pool.
TEST(Check, Providers) {
  const std::string head =
      "pool p of \"openai\", \"azure_openai\" { \"a\" }\n"
      "let both = [\"azure_openai\", \"openai\"]\n"
      "let ours = provider in both\n"
      "let three = [\"openai\", \"azure_openai\", \"google\"]\n"
      "table t { \"openai\" : \"a\" }\n";
  const auto problems = [&](const std::string& condition, const std::string& use) {
    const std::string all = ProblemsOf(head + "rule r { when " + condition + "\n" + use + " }");
    return all.substr(0, all.find('\n')).find("KR0301") != std::string::npos;
  };
  const char* kImplied[] = {
      "provider == \"openai\"",
      "provider in both",
      "provider in t",
      "ours",
      "ours and app.id == \"x\"",
      "provider == \"openai\" or provider == \"azure_openai\"",
      "(provider == \"openai\" and app.id == \"x\") or ours",
      "provider in three and provider not in [\"google\"] and provider == \"openai\"",
      "provider in [\"openai\", \"google\"] and provider in [\"openai\", \"anthropic\"]",
      "not (provider != \"openai\")",
      "not (provider not in both or app.id is not set)",
  };
  const char* kNot[] = {
      "provider != \"google\"",
      "provider in three",
      "provider == \"openai\" or app.id == \"x\"",
      "not ours",
      "provider not in both",
      "provider like \"openai\"",
      "model == \"openai\"",
      "not (provider == \"openai\")",
  };
  for (const char* condition : kImplied) {
    EXPECT_FALSE(problems(condition, "use p by round_robin")) << condition;
    EXPECT_FALSE(problems(condition, "use credential app.id from p")) << condition;
  }
  for (const char* condition : kNot) {
    EXPECT_TRUE(problems(condition, "use p by round_robin")) << condition;
    EXPECT_TRUE(problems(condition, "use credential app.id from p")) << condition;
  }
  EXPECT_EQ(Problems("keyrule 1 schema \"dify\" pool p of \"openai\" { \"a\" }\n"
                     "default { use p by round_robin else use p by random }"),
            "error KR0301 2:15 `p`: pool `p` is for `openai`, but this rule also matches other "
            "providers = add `provider == \"openai\"` to its `when`, or drop `of` from the pool\n");
}

TEST(Check, Weights) {
  const std::string weighted = "pool q { \"a\" weight 2 }\npool p { all of q }";
  const auto warns = [&](const std::string& strategy) {
    return ProblemsOf(weighted + "\nrule r { when app.id == \"a\" use p by " + strategy + " }");
  };
  EXPECT_EQ(warns("weighted_round_robin"), "");
  EXPECT_EQ(warns("weighted_random"), "");
  EXPECT_EQ(warns("least_in_flight"), "");
  EXPECT_EQ(warns("sticky on user.id"), "");
  EXPECT_EQ(warns("random"),
            "warning KR0302 4:38 `random`: `random` ignores the weights of `p` = write "
            "`weighted_random`, or remove the weights\n");
  EXPECT_EQ(warns("first_available"),
            "warning KR0302 4:38 `first_available`: `first_available` ignores the weights of `p` = "
            "remove the weights\n");
}

TEST(Check, Tiers) {
  const auto use = [](const std::string& members) {
    return Do("use p by round_robin", "pool p { " + members + " }");
  };
  Expect({
      {"three tiers", use("\"a\" then \"b\" then \"c\""), ""},
      {"one empty tier is said once", use("\"a\" then then \"b\""),
       "error KR0304 2:19 `then`: `then` has nothing before it = remove it\n"},
      {"nothing at all", use("then"),
       "error KR0304 2:10 `then`: `then` has nothing before it = remove it\n"},
      {"a pool twice", "pool q { \"x\" }\n" + use("all of q then all of q"),
       "warning KR0303 3:24 `all of q`: `q` stands twice in pool `p`; the first place counts = "
       "remove one\n"},
      {"a pool and a credential of one name", "pool q { \"x\" }\n" + use("all of q \"q\""), ""},
  });
}

// KR0410: an atom that absence alone makes true.
TEST(Check, Absence) {
  const auto warned = [](const std::string& condition) {
    const std::string problems = ProblemsOf(
        "let elsewhere = environment != \"production\"\n"
        "let known = environment is set\n"
        "rule r { when " +
        condition +
        " deny \"n\" }\nrule s { when known deny \"n\" }\n"
        "rule t { when known and elsewhere deny \"n\" }");
    std::string places;
    for (size_t at = problems.find("KR0410"); at != std::string::npos;
         at = problems.find("KR0410", at + 1)) {
      const size_t begin = problems.find('`', at) + 1;
      places += problems.substr(begin, problems.find("`:", begin) - begin) + ";";
    }
    return places;
  };
  // Silent.
  for (const char* condition :
       {"environment == \"a\"", "provider != \"a\"", "model.type not in [\"llm\"]",
        "environment is set and environment != \"a\"",
        "environment is not set or environment != \"a\"",
        "environment != \"a\" and environment in [\"b\", \"c\"]", "known and elsewhere",
        "known and not (environment == \"a\")", "not (environment != \"a\")",
        "not (environment is not set or environment == \"a\")", "not flag", "flag",
        "environment is not set", "not (user.roles contains \"a\")",
        "app.id == \"x\" and environment is set and (app.id == \"y\" or environment != \"a\")",
        "request.tokens is not set or not (request.tokens < 5)"}) {
    EXPECT_EQ(warned(condition), "") << condition;
  }
  EXPECT_EQ(warned("environment != \"a\""), "environment != \"a\";");
  EXPECT_EQ(warned("environment not in [\"a\"]"), "environment not in [\"a\"];");
  EXPECT_EQ(warned("not (environment == \"a\")"), "environment == \"a\";");
  EXPECT_EQ(warned("not (request.tokens < 5)"), "request.tokens < 5;");
  EXPECT_EQ(warned("inputs.a != \"b\""), "inputs.a != \"b\";");
  EXPECT_EQ(warned("not (user.id in 10%)"), "user.id in 10%;");
  EXPECT_EQ(warned("elsewhere"), "environment != \"production\";")
      << "where the name stands for it";
  EXPECT_EQ(warned("environment is set or environment != \"a\""), "environment != \"a\";");
  EXPECT_EQ(warned("app.id is set and environment != \"a\""), "environment != \"a\";");
  EXPECT_EQ(warned("app.id != \"a\" and environment != \"a\""),
            "app.id != \"a\";environment != \"a\";");
}

// KR0411: a lookup in the last arm that may have no entry.
TEST(Check, Lookups) {
  const std::string table =
      "table t { \"a\" : \"x\"  \"b\" : \"y\" }\npool p { \"x\" }\n"
      "let l = [\"a\", \"b\"]\nlet m = [\"a\", \"c\"]\n"
      "rule u { when model in l or model in m use p by random }\n";
  const auto warns = [&](const std::string& condition, const std::string& chain) {
    return ProblemsOf(table + "rule r { when " + condition + " " + chain + " }").find("KR0411") !=
           std::string::npos;
  };
  const std::string use = "use credential t[app.id]";
  EXPECT_TRUE(warns("app.id is set", use));
  EXPECT_TRUE(warns("app.id in m", use));
  EXPECT_TRUE(warns("user.id in t", use)) << "another attribute";
  EXPECT_TRUE(warns("app.id is set", "use p where labels.x == t[app.id] by random"));
  EXPECT_FALSE(warns("app.id in t", use));
  EXPECT_FALSE(warns("app.id in l", use));
  EXPECT_FALSE(warns("app.id == \"b\" and user.id is set", use));
  EXPECT_FALSE(warns("app.id is set", use + " else deny \"n\""));
  EXPECT_FALSE(warns("app.id is set", "use p by random tag x = t[app.id]"));
}

TEST(Check, Windows) {
  const auto warns = [](const std::string& text) {
    return ProblemsOf(text).find("KR0412") != std::string::npos;
  };
  const std::string night = "time in 22:00..06:00 at \"UTC\"",
                    week = "weekday in mon..fri at \"UTC\"";
  EXPECT_TRUE(warns(When(night + " and " + week)));
  EXPECT_TRUE(warns("let n = " + night + "\nlet w = " + week + "\n" + When("n and w")));
  EXPECT_TRUE(
      warns(When("app.id is set or (" + week + " and (" + night + " and user.id is set))")));
  EXPECT_FALSE(warns(When(night + " or " + week)));
  EXPECT_FALSE(warns(When(night)));
  EXPECT_FALSE(warns(When("time in 22:00..24:00 at \"UTC\" and " + week)));
  EXPECT_FALSE(warns(When("time in 22:00..00:00 at \"UTC\" and " + week))) << "ends at midnight";
}

TEST(Check, UnusedNames) {
  Expect({
      {"used by a test, a claim's `when`, a pool",
       "pool a { \"x\" }\npool b { all of a }\nlet l = [\"y\"]\n" + When("app.id in l") +
           "\ntest \"t\" { request expect credential in b }",
       ""},
      {"used by what is unused itself", "let a = app.id is set\nlet b = a",
       "warning KR0110 3:5 `b`: `b` is never used = remove it\n"},
      {"nothing is said beside an error", "let a = app.id is set\n" + When("ap.id is set"),
       "error KR0101 3:15 `ap.id`: no attribute is named `ap.id` = did you mean `app.id`?\n"},
  });
}

TEST(Check, NoWarningWhereAnErrorStands) {
  Expect({{"the attribute is not comparable, so absence does not matter",
           When("request.tokens != \"5\""),
           "error KR0201 2:33 `\"5\"`: `request.tokens` is an int, not a string = write `10`, without quotes\n"}});
}

}  // namespace
}  // namespace keyrule::dsl
