// Policies that mean something else than they seem to: refused, warned about, or read as written.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/problems.h"

namespace keyrule::dsl {
namespace {

constexpr char kHead[] = "keyrule 1\nschema \"dify\"\n";
constexpr char kDefault[] = "default { leave to host }\n";

// Line 3 is the first of `text`.
std::string Of(const std::string& text) { return Problems(kHead + text + "\n" + kDefault); }

// The codes and places alone: "KR0301 5:8".
std::vector<std::string> Codes(const LoadResult& result) {
  std::vector<std::string> codes;
  for (const Diagnostic& diagnostic : result.diagnostics.all()) {
    const Location place = result.sources->Locate(diagnostic.span);
    codes.push_back(std::string(CodeName(diagnostic.code)) + " " + std::to_string(place.line) +
                    ":" + std::to_string(place.column));
  }
  return codes;
}

using Texts = std::vector<std::string>;

Texts CodesOf(const std::string& text, const MemoryReader& reader = MemoryReader()) {
  return Codes(LoadText(reader, "p.keyrule", kHead + text + "\n" + kDefault));
}

// ---- line ends

TEST(LineEnds, WhatLooksLikeALineIsOne) {
  const std::string rule = "rule staging { when environment == \"staging\" deny \"no\" }";
  for (const char* end : {"\r", "\u2028", "\u2029", "\u0085", "\v", "\f", "\r\r\n"}) {
    EXPECT_EQ(CodesOf("# staging is blocked" + std::string(end) + rule), Texts{"KR0001 3:21"}) << end;
  }
  EXPECT_EQ(CodesOf("# staging is blocked\r\n" + rule), Texts());
  EXPECT_EQ(CodesOf("rule r { when app.id == \"x\ry\" deny \"no\" }"), Texts{"KR0001 3:27"});
  EXPECT_EQ(CodesOf("rule r {\r  when app.id == \"x\" deny \"no\" }"), Texts{"KR0001 3:9"});
  EXPECT_EQ(CodesOf("rule r { when app.id matches /a\rb/ deny \"no\" }"), Texts{"KR0001 3:32"});
}

TEST(LineEnds, TheMendNamesThem) {
  EXPECT_EQ(Of("# a\rb"),
            "error KR0001 3:4 `\r`: `\\x0D` has no meaning here = lines end with `\\n` or `\\r\\n`\n");
  EXPECT_EQ(Of("rule r { when app.id == \"\u2028\" deny \"n\" }"),
            "error KR0001 3:26 `\u2028`: `U+2028` has no meaning here = lines end with `\\n` or "
            "`\\r\\n`; in a text write `\\u{2028}`\n");
}

TEST(Invisible, HasNoPlaceInATextOrATable) {
  for (const char* character :
       {"\u034F", "\u115F", "\u17B4", "\u180B", "\u200B", "\u2800", "\u3164", "\uFE00", "\uFE0F",
        "\uFFA0", "\U0001D173", "\U000E0100", "\U0001BCA0", "\uFFF9"}) {
    EXPECT_EQ(CodesOf("rule r { when app.id == \"a" + std::string(character) + "\" deny \"n\" }"),
              Texts{"KR0007 3:27"})
        << character;
    const MemoryReader reader({{"f.csv", "k,v\na" + std::string(character) + ",b\n"}});
    EXPECT_EQ(CodesOf("table t from \"f.csv\" maps \"k\" to \"v\"\n"
                      "rule r { when app.id in t deny \"n\" }",
                      reader),
              Texts{"KR0007 2:2"})
        << character;
  }
}

TEST(Csv, HoldsNoHiddenRows) {
  const std::string policy =
      "table t from \"f.csv\" maps \"k\" to \"v\"\nrule r { when app.id in t deny \"n\" }";
  const auto of = [&](const std::string& csv) {
    return CodesOf(policy, MemoryReader({{"f.csv", csv}}));
  };
  EXPECT_EQ(of("k,v\r\n\"a\nb\",c\n"), Texts());
  EXPECT_EQ(of("k,v\n# x\ra,b\n"), Texts{"KR0001 2:4"});
  EXPECT_EQ(of(std::string("k,v\na\0,b\n", 9)), Texts{"KR0001 2:2"});
  EXPECT_EQ(of("k,v\na\u202E,b\n"), Texts{"KR0007 2:2"});
  EXPECT_EQ(of("k,v,note\na,b,\u2066\n"), Texts{"KR0007 2:5"});
  EXPECT_EQ(of("k,v,note\na,b,\u200D\n"), Texts()) << "in a column that no table reads";
}

TEST(Csv, IsToldOnceWhatIsWrongWithItsHeader) {
  const auto of = [](const std::string& csv) {
    return Problems(std::string(kHead) +
                        "table t from \"f.csv\" maps \"k\" to \"v\"\n"
                        "rule r { when app.id in t deny \"n\" }\n" + kDefault,
                    MemoryReader({{"f.csv", csv}}));
  };
  const std::string no_column = "error KR0207 3:27 `\"k\"`: `f.csv` has no column `k` = ";
  EXPECT_EQ(of("k;v\na;b\n"), no_column + "separate the columns by commas, not by `;`\n");
  EXPECT_EQ(of("k\tv\na\tb\n"), no_column + "separate the columns by commas, not by tabs\n");
  EXPECT_EQ(of(""), no_column + "the file has no header\n");
  EXPECT_EQ(of("k,v,k\na,b,c\n"),
            "error KR0104 f.csv:1:5 `k`: the column `k` stands twice in `f.csv` = rename one\n");
  EXPECT_EQ(of("k,v,x,x\na,b,c,d\n"), "") << "which no table reads";
  EXPECT_EQ(of("k,v\n,b\na,\n"), "") << "gaps";
}

// ---- pools and providers

TEST(Providers, APromiseIsInherited) {
  const std::string pools =
      "pool p of \"openai\" { \"a\" }\npool q { \"b\" all of p }\npool z { all of q }\n";
  EXPECT_EQ(CodesOf(pools + "rule r { when app.id is set use z by random }"), Texts{"KR0301 6:33"});
  EXPECT_EQ(CodesOf(pools + "rule r { when app.id is set use credential app.id from z }"),
            Texts{"KR0301 6:56"});
  EXPECT_EQ(CodesOf(pools + "rule r { when provider == \"openai\" use z by random }"), Texts());
  EXPECT_EQ(CodesOf("pool p of \"openai\" { \"a\" }\npool q of \"azure\" { all of p }\n"
                    "rule r { when provider == \"azure\" use q by random }"),
            Texts{"KR0301 4:28"});
  EXPECT_EQ(CodesOf("pool p of \"openai\", \"azure\" { \"a\" }\npool q of \"azure\" { all of p }\n"
                    "rule r { when provider == \"azure\" use q by random }"),
            Texts());
  EXPECT_EQ(Of("pool o of \"openai\" { \"a\" }\npool z of \"azure\" { \"b\" }\n"
               "pool all_keys { all of o  all of z }\n"
               "rule r { when provider in [\"openai\", \"azure\"] use all_keys by random }"),
            "error KR0301 6:51 `all_keys`: pool `o` is for `openai`, but this rule also matches other "
            "providers = the pools in `all_keys` are for different providers; write a rule for each, "
            "or drop `of` from them\n");
}

TEST(Providers, WhatIsTakenAwayIsNotMatched) {
  const std::string pool = "pool p of \"openai\" { \"a\" }\nlet not_azure = provider != \"azure\"\n";
  for (const char* when : {"provider in [\"openai\", \"azure\"] and provider != \"azure\"",
                           "provider in [\"openai\", \"azure\"] and provider not in [\"azure\", \"x\"]",
                           "provider in [\"openai\", \"azure\"] and not (provider == \"azure\")",
                           "not_azure and provider in [\"openai\", \"azure\"]",
                           "provider == \"openai\" and not_azure",
                           "not (provider != \"openai\") and not_azure",
                           "(provider == \"openai\" or provider == \"azure\") and not_azure"}) {
    EXPECT_EQ(CodesOf(pool + "rule r { when " + when + " use p by random }\n"
                             "rule s { when not_azure deny \"n\" }"),
              Texts())
        << when;
  }
  for (const char* when : {"provider != \"azure\"", "not_azure or provider == \"openai\"",
                           "provider in [\"openai\", \"azure\"] and provider != \"x\"",
                           "provider not in [\"azure\"] and not_azure"}) {
    EXPECT_EQ(CodesOf(pool + "rule r { when " + when + " use p by random }\n"
                             "rule s { when not_azure deny \"n\" }"),
              Texts{"KR0301 5:" + std::to_string(15 + std::string(when).size() + 5)})
        << when;
  }
}

// ---- windows over midnight

TEST(Windows, WhatIsOpenDecides) {
  const auto codes = [](const std::string& when) {
    return CodesOf("rule r { when " + when + " deny \"n\" }").size();
  };
  const std::string friday = "weekday == fri at \"UTC\" and ";
  EXPECT_EQ(codes(friday + "time in 22:00..06:00 at \"UTC\""), 1u);
  EXPECT_EQ(codes(friday + "not (time in 06:00..22:00 at \"UTC\")"), 1u);
  EXPECT_EQ(codes(friday + "time not in 06:00..22:00 at \"UTC\""), 1u);
  EXPECT_EQ(codes(friday + "not (time not in 22:00..06:00 at \"UTC\")"), 1u);
  EXPECT_EQ(codes(friday + "(time >= 22:00 at \"UTC\" or time < 06:00 at \"UTC\")"), 1u);
  EXPECT_EQ(codes("not (weekday != fri at \"UTC\" or time in 06:00..22:00 at \"UTC\")"), 1u);
  EXPECT_EQ(codes(friday + "time not in 22:00..06:00 at \"UTC\""), 0u) << "a day";
  EXPECT_EQ(codes(friday + "not (time in 22:00..06:00 at \"UTC\")"), 0u);
  EXPECT_EQ(codes(friday + "time not in 12:00..13:00 at \"UTC\""), 0u) << "a day with a break";
  EXPECT_EQ(codes(friday + "time != 12:00 at \"UTC\""), 0u);
  EXPECT_EQ(codes(friday + "time in [22:00..24:00, 00:00..06:00] at \"UTC\""), 0u)
      << "midnight is written: it is seen";
  EXPECT_EQ(codes(friday + "time in 22:00..06:00 at \"UTC\" and time >= 22:00 at \"UTC\""), 0u);
  EXPECT_EQ(codes("weekday in mon..sun at \"UTC\" and time in 22:00..06:00 at \"UTC\""), 0u);
  EXPECT_EQ(codes("weekday in [mon..fri, sat..sun] at \"UTC\" and time in 22:00..06:00 at \"UTC\""),
            0u);
}

// ---- what a schema file may say

TEST(SchemaFile, CannotRedefineTheBuiltInOne) {
  LoadOptions options;
  options.schema_file = "own.keyrule";
  const auto of = [&](const std::string& schema, const std::string& name) {
    return Problems("keyrule 1\nschema \"" + name + "\"\n" + kDefault,
                    MemoryReader({{"own.keyrule", "keyrule 1\n" + schema}}), options);
  };
  EXPECT_EQ(of("schema \"dify\" { provider : string  model : string  inputs : map of string }", "dify"),
            "error KR0102 own.keyrule:2:8 `\"dify\"`: `dify` already has a meaning, "
            "dify.schema.keyrule:4 = choose another name\n");
  const std::string own = "schema \"own\" { provider : string  model : string }\n";
  EXPECT_EQ(of(own, "own"), "");
  EXPECT_EQ(of(own + "rule r { when provider is set deny \"n\" }\ndefault { deny \"n\" }", "own"),
            "error KR0010 own.keyrule:3:1 `rule`: expected `schema`, found `rule` = a schema file "
            "holds schemas only; the rest belongs into the policy\n");
  EXPECT_EQ(of("schema \"dify\" with { x : string }", "dify"),
            "error KR0010 own.keyrule:2:8 `\"dify\"`: expected the attributes of `\"dify\"` = a schema "
            "file says `schema \"name\" { … }`; `with` belongs into the policy\n");
  EXPECT_EQ(of("schema \"own\" { provider : string }", "own"),
            "error KR0101 own.keyrule:2:8 `\"own\"`: no attribute is named `model` = every schema has "
            "`provider` and `model`\n");
}

// ---- once is enough

struct Cascade {
  const char* text;
  const char* place;
};

TEST(OneCause, AMisspeltStatementWordIsOneError) {
  const std::vector<Cascade> cases = {
      {"pol p { \"a\" }\nrule r { when app.id is set use p by random }", "KR0010 3:1"},
      {"tabel t { \"a\" : \"b\" }\nrule r { when app.id in t use credential t[app.id] }", "KR0010 3:1"},
      {"lett l = [\"a\"]\nrule r { when app.id in l deny \"n\" }", "KR0010 3:1"},
      {"const c = app.id == \"a\"\nrule r { when c deny \"n\" }", "KR0010 3:1"},
      {"var l = [\"a\"]\nrule r { when app.id in l deny \"n\" }", "KR0010 3:1"},
      {"budgte b { limit 1 request per day }\nrule r { when app.id is set use credential \"a\" under b }",
       "KR0010 3:1"},
      {"imprt \"x.keyrule\"\nrule r { when app.id is set use p by random }", "KR0010 3:1"},
      {"Rule r { when app.id is set deny \"n\" }\ntest \"t\" { request with app.id = \"a\" expect rule r }",
       "KR0010 3:1"},
      {"rules r { when app.id is set deny \"n\" }\ntest \"t\" { request expect rule r }", "KR0010 3:1"},
      {"pol p { \"a\" } pol q { \"b\" }\nrule r { when app.id is set use p by random else use q by random }",
       "KR0010 3:1"},
  };
  for (const Cascade& c : cases) EXPECT_EQ(CodesOf(c.text), Texts{c.place}) << c.text;
}

TEST(OneCause, AMisspeltSchemaOrDefaultIsOneError) {
  const auto codes = [](const std::string& text) {
    return Codes(LoadText(MemoryReader(), "p.keyrule", "keyrule 1\n" + text));
  };
  const std::string rule = "\nrule r { when app.idd is set deny \"n\" }\n";
  EXPECT_EQ(codes("schmea \"dify\"" + rule + kDefault), Texts{"KR0010 2:1"});
  EXPECT_EQ(codes("schema \"x\" extends \"dify\" { a : string }" + rule + kDefault),
            Texts{"KR0010 2:12"});
  EXPECT_EQ(codes("schema \"dify\"\ndefalt { leave to host }"), Texts{"KR0010 3:1"});
  EXPECT_EQ(codes("schema \"dify\"\nfallback deny \"n\""), Texts{"KR0010 3:1"});
  // But what nothing broken may have declared is still missing.
  EXPECT_EQ(codes("schema \"dify\"\npol p { \"a\" }\nrule r { when app.id is set use q by random }\n" +
                  std::string(kDefault)),
            (Texts{"KR0010 3:1", "KR0106 4:33"}));
  EXPECT_EQ(codes("schema \"dify\"\nrule r { when app.id = \"a\" deny \"n\" }"),
            (Texts{"KR0010 3:22", "KR0401 3:37"}));
}

TEST(OneCause, NoMistakeIsToldTwice) {
  const std::vector<Cascade> cases = {
      {"rule r { when time in 2026-01-01..2026-01-02 at \"UTC\" deny \"n\" }", "KR0016 3:23"},
      {"pool p { \"a\" }\nrule r { when app.id is set use p where app.id == labels.team by random }",
       "KR0108 4:41"},
      {"let a = [\"x\"]\nlet l = a\nrule r { when app.id in l deny \"n\" }", "KR0203 4:9"},
      {"rule r { when app.id is set use credential inputs }", "KR0201 3:44"},
  };
  for (const Cascade& c : cases) EXPECT_EQ(CodesOf(c.text), Texts{c.place}) << c.text;
}

TEST(OneCause, AChainOfNamesIsTooLongOnce) {
  std::string lets = "let c0 = app.id == \"a\"\n";
  for (int i = 1; i < 1'000; ++i) {
    lets += "let c" + std::to_string(i) + " = c" + std::to_string(i - 1) + "\n";
  }
  const Texts codes = CodesOf(lets + "rule r { when c999 deny \"n\" }");
  ASSERT_EQ(codes.size(), 1u);
  EXPECT_TRUE(codes[0].starts_with("KR0013 ")) << codes[0];
}

// ---- where a reader would point

TEST(Places, OperatorsAndNegations) {
  EXPECT_EQ(Of("rule r { when weekday < sat at \"UTC\" deny \"n\" }"),
            "error KR0204 3:23 `<`: `<` does not apply to a weekday = operators of a weekday: ==, !=, "
            "in, not in\n");
  EXPECT_EQ(Of("budget b { limit 10.00 usd at once }\nrule r { when app.id is set use credential "
               "\"a\" under b }"),
            "error KR0010 3:28 `at once`: expected `per`, found `at once` = usd are counted over a "
            "time: `limit 50.00 usd per month`; at once count requests\n");
  const LoadResult result = LoadText(
      MemoryReader(), "p.keyrule",
      std::string(kHead) + "let office = environment == \"office\"\n"
                           "rule r { when not office deny \"n\" }\n" + kDefault);
  ASSERT_EQ(result.diagnostics.all().size(), 1u) << Short(result);
  const Diagnostic& warning = result.diagnostics.all()[0];
  EXPECT_EQ(warning.code, Code::KR0410);
  EXPECT_EQ(result.sources->TextOf(warning.span), "not office");
  ASSERT_EQ(warning.notes.size(), 1u);
  EXPECT_EQ(result.sources->TextOf(warning.notes[0].span), "environment == \"office\"");
}

// ---- what has no effect, or two

TEST(Silent, IsNothing) {
  const auto in_pool = [](const std::string& clause) {
    return "pool p { \"a\" " + clause + " }\nrule r { when app.id is set use p by random }";
  };
  const auto in_rule = [](const std::string& chain) {
    return "rule r { when app.id is set " + chain + " }";
  };
  const auto in_test = [](const std::string& steps) {
    return "pool p of \"openai\" { \"a\" }\nrule r { when provider == \"openai\" use p by random }\n"
           "test \"t\" { " + steps + " }";
  };
  const std::vector<Cascade> cases = {
      {"rule r { when app.id is set deny \"n\" tag a = \"x\", a = \"y\" }", "KR0104 3:51"},
      {"rule r { when app.id is set deny \"n\" tag a = \"x\" tag a = \"x\" }", "KR0104 3:54"},
      {"rule r { when app.id is set deny \"\" }", "KR0205 3:34"},
      {"rule r { when app.id is set deny \"n\" tag a = \"\" }", "KR0205 3:46"},
      {"table t { \"\" : \"b\" }\nrule r { when app.id in t deny \"n\" }", "KR0205 3:11"},
      {"table t { \"b\" : \"\" }\nrule r { when app.id in t deny \"n\" }", "KR0205 3:17"},
      {"pool p { }\nrule r { when app.id is set use p by random }", "KR0311 3:6"},
      {"table t { }\nrule r { when app.id in t deny \"n\" }", "KR0311 3:7"},
      {"rule r { when user.id in 0% deny \"n\" }", "KR0206 3:26"},
      {"rule r { when user.id in 0%..0% deny \"n\" }", "KR0206 3:26"},
      {"rule r { when user.id in 10% salted \"\" deny \"n\" }", "KR0205 3:37"},
      {"budget b { limit 1 request per minute at \"UTC\" }\n"
       "rule r { when app.id is set use credential \"a\" under b }",
       "KR0204 3:42"},
      {"budget b { limit 1 request per day }\n"
       "rule r { when app.id is set use credential \"a\" under b, b }",
       "KR0303 4:57"},
  };
  for (const Cascade& c : cases) EXPECT_EQ(CodesOf(c.text), Texts{c.place}) << c.text;
  EXPECT_EQ(CodesOf(in_pool("after rate_limited cool 1s after rate_limited cool 2s")),
            Texts{"KR0104 3:47"});
  EXPECT_EQ(CodesOf(in_pool("after ok cool 20s")), Texts{"KR0204 3:20"});
  EXPECT_EQ(CodesOf(in_pool("after caller_error cool 20s")), Texts{"KR0204 3:20"});
  EXPECT_EQ(CodesOf(in_pool("after rate_limited cool 0s up to 5m")), Texts{"KR0014 3:38"});
  EXPECT_EQ(CodesOf(in_rule("use credential \"a\" tag a = \"x\" tag b = \"x\"")), Texts());
  const std::string request = "request with provider = \"openai\" ";
  EXPECT_EQ(CodesOf(in_test(request + "report ok with tokens = -5 expect credential \"a\"")),
            Texts{"KR0014 5:69"});
  EXPECT_EQ(CodesOf(in_test("given credential \"a\" of \"openai\" with provider = \"google\" " + request +
                            "expect credential \"a\"")),
            Texts{"KR0104 5:50"});
  EXPECT_EQ(CodesOf(in_test("given credential \"a\" with name = \"b\" " + request +
                            "expect credential \"a\"")),
            Texts{"KR0104 5:38"});
  EXPECT_EQ(CodesOf(in_test(request + "expect credential \"\"")), Texts{"KR0205 5:63"});
  EXPECT_EQ(CodesOf(in_test(request + "expect tag a = \"\"")), Texts{"KR0205 5:60"});
  EXPECT_EQ(CodesOf("rule " + std::string(4'097, 'r') + " { when app.id is set deny \"n\" }"),
            Texts{"KR0014 3:6"});
  EXPECT_EQ(CodesOf("rule " + std::string(4'096, 'r') + " { when app.id is set deny \"n\" }"), Texts());
}

}  // namespace
}  // namespace keyrule::dsl
