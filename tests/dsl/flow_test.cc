// What a caller chooses must not name just any credential: attempts to smuggle it past the checks,
// and the honest ways.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/problems.h"

namespace keyrule::dsl {
namespace {

struct Attempt {
  const char* note;
  std::string text;
  MemoryReader files;
};

std::string Policy(const std::string& middle, const std::string& schema = "schema \"dify\"") {
  return "keyrule 1\n" + schema + "\n" + middle + "\ndefault { deny \"n\" }\n";
}

std::string Use(const std::string& value, const std::string& schema = "schema \"dify\"") {
  return Policy("rule r { when app.id is set use credential " + value + " }", schema);
}

std::string With(const std::string& attributes) {
  return "schema \"dify\" with { " + attributes + " }";
}

const char kOwn[] = "keyrule 1\nschema \"dify\" with { caller.key : string untrusted optional }\n";

std::vector<Attempt> Attempts() {
  const std::string table = "table t { \"a\" : \"b\" }\npool p { \"a\" }\n";
  return {
      {"an untrusted attribute", Use("user.session"), {}},
      {"an entry of an untrusted map", Use("inputs.key"), {}},
      {"a quoted entry", Use("inputs.\"key\""), {}},
      {"a quoted entry with dots", Use("inputs.\"a.b\""), {}},
      {"an entry of an entry", Use("inputs.a.b"), {}},
      {"a quoted part of an attribute", Use("user.\"session\""), {}},
      {"an entry called as a trusted attribute", Use("inputs.\"user.id\""), {}},
      {"an entry called as a pool",
       Policy("pool p { \"a\" }\nrule r { when app.id is set use "
              "credential inputs.p else use p by random }"),
       {}},
      {"the whole map", Use("inputs"), {}},
      {"in the default", "keyrule 1\nschema \"dify\"\ndefault { use credential inputs.key }", {}},
      {"in a later arm",
       Policy(table + "rule r { when app.id is set use p by random else use "
                      "credential inputs.key }"),
       {}},
      {"behind a table that may miss",
       Policy(table + "rule r { when app.id in t use credential "
                      "t[app.id] else use credential inputs.key }"),
       {}},
      {"checked to be in a table, but named itself",
       Policy(table + "rule r { when inputs.key in t use credential inputs.key }"),
       {}},
      {"checked to be equal to a trusted one",
       Policy("rule r { when inputs.key like \"team-*\" use credential inputs.key }"),
       {}},
      {"checked in a condition by name",
       Policy("let fine = inputs.key in [\"a\", \"b\"]\nrule r { when fine use credential "
              "inputs.key }"),
       {}},
      {"with a list in place of a pool",
       Policy("let l = [\"a\"]\nrule r { when app.id is set use credential inputs.key from l }"),
       {}},
      {"with a table in place of a pool",
       Policy(table + "rule r { when app.id in t use credential inputs.key from t }"),
       {}},
      {"with a pool that does not exist",
       Policy("rule r { when app.id is set use credential inputs.key from nowhere }"),
       {}},
      {"declared again as trusted",
       Use("user.session", With("user.session : string optional")),
       {}},
      {"the map declared again as trusted",
       Use("inputs.key", With("inputs : map of string optional")),
       {}},
      {"its entry declared as trusted",
       Use("inputs.key", With("inputs.key : string optional")),
       {}},
      {"its quoted entry declared as trusted",
       Use("inputs.\"a-b\"", With("inputs.\"a-b\" : string")),
       {}},
      {"a deeper entry declared as trusted",
       Use("inputs.a.b", With("inputs.a.b : string optional")),
       {}},
      {"a trusted map laid over its entries",
       Use("inputs.a.b", With("inputs.a : map of string optional")),
       {}},
      {"a trusted map laid over a family",
       Use("user.session", With("user : map of string optional")),
       {}},
      {"own attribute, added untrusted",
       Use("caller.key", With("caller.key : string optional untrusted")),
       {}},
      {"own enum, added untrusted", Use("kind", With("kind : enum [\"a\", \"b\"] untrusted")), {}},
      {"schema defined anew under its name",
       Use("inputs.key",
           "schema \"dify\" { provider : string model : string app.id : string "
           "inputs.key : string }"),
       {}},
      {"the rule is imported",
       Policy("import \"b.keyrule\""),
       {{"b.keyrule",
         "keyrule 1\nschema \"dify\"\nrule r { when app.id is set use credential inputs.key }"}}},
      {"declared untrusted by an import",
       Policy("import \"b.keyrule\"\nrule r { when app.id is set use "
              "credential caller.key }"),
       {{"b.keyrule", kOwn}}},
      {"declared trusted before an import declares it untrusted",
       "keyrule 1\nschema \"dify\" with { caller.key : string optional }\nimport \"b.keyrule\"\n"
       "rule r { when app.id is set use credential caller.key }\ndefault { deny \"n\" }",
       {{"b.keyrule", kOwn}}},
      {"declared trusted by an import",
       "keyrule 1\nschema \"dify\"\nimport \"b.keyrule\"\nrule r { when app.id is set use "
       "credential "
       "user.session }\ndefault { deny \"n\" }",
       {{"b.keyrule", "keyrule 1\nschema \"dify\" with { user.session : string optional }\n"}}},
      {"a let of that name does not hide it",
       Policy("let inputs = [\"a\"]\nrule r { when app.id in inputs use credential inputs.key }"),
       {}},
      {"a table of that name does not hide it",
       Policy("table inputs { \"a\" : \"b\" }\nrule r { when app.id is set use credential "
              "inputs.key }"),
       {}},
      {"a table's value cannot be an attribute",
       Policy("table t { \"a\" : inputs.key }\nrule r { when "
              "app.id in t use credential t[app.id] }"),
       {}},
      {"a let cannot name a value",
       Policy("let key = inputs.key\nrule r { when app.id is set use credential key }"),
       {}},
  };
}

TEST(UntrustedFlow, NoAttemptLoads) {
  const std::vector<Attempt> attempts = Attempts();
  EXPECT_GE(attempts.size(), 30u);
  for (const Attempt& attempt : attempts) {
    const LoadResult result = LoadText(attempt.files, "p.keyrule", attempt.text);
    EXPECT_FALSE(result.policy) << attempt.note << "\n" << attempt.text;
    EXPECT_TRUE(result.diagnostics.has_errors()) << attempt.note;
  }
}

TEST(UntrustedFlow, SaysWhatToWrite) {
  EXPECT_EQ(Problems(Use("inputs.\"key\"")),
            "error KR0501 3:44 `inputs.\"key\"`: `inputs.\"key\"` is chosen by the caller and must "
            "not name just any credential = write `use credential inputs.\"key\" from <pool>`\n");
}

TEST(UntrustedFlow, HonestWaysLoad) {
  const std::string table =
      "table t { \"acme\" : \"client-acme\" }\npool p { where labels.open == \"yes\" }\n";
  const std::vector<std::string> policies = {
      Policy(table + "rule r { when inputs.key is set use credential inputs.key from p }\n"
                     "rule s { when inputs.client in t use credential t[inputs.client] }"),
      Policy(table + "rule r { when inputs.client is set use p where labels.client == "
                     "inputs.client by random }\n"
                     "rule s { when inputs.client in t use credential t[inputs.client] }"),
      Policy(table + "rule r { when inputs.client in t use p where labels.client == "
                     "t[inputs.client] by random }"),
      Policy("pool p { \"a\" }\nrule r { when app.id is set use p by sticky on user.session tag s "
             "= inputs.x }"),
      Use("node.credential"),
      Use("env.key"),
  };
  for (const std::string& policy : policies) EXPECT_EQ(Problems(policy), "") << policy;
}

}  // namespace
}  // namespace keyrule::dsl
