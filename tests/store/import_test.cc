#include "store/import.h"

#include <sys/stat.h>

#include "tests/store/support.h"

namespace keyrule::store {
namespace {

// One credential with `fields` added, in a whole file.
std::string File(const std::string& fields) { return "{\"credentials\": [\n" + fields + "\n]}"; }

std::string Credential(const std::string& more = "", const std::string& name = "prod") {
  return "{\"tenant\": \"t\", \"provider\": \"openai\", \"name\": \"" + name + "\"" +
         (more.empty() ? "" : ", " + more) + ", \"credentials\": {\"key\": \"sk-canary\"}}";
}

std::string Errors(const std::string& text) {
  std::string all;
  for (const ImportError& error : ParseImport(SecretText(text)).errors) {
    if (!all.empty()) all += "\n";
    all += error.ToString("f.json");
  }
  EXPECT_EQ(all.find("canary"), std::string::npos) << all;
  return all;
}

TEST(Import, ReadsEveryField) {
  const ImportFile file = ParseImport(SecretText(R"({"credentials": [
    {"tenant": "ws-bank", "provider": "openai", "name": "prod-eu", "id": "0198", "model": "gpt-4o",
     "model_type": "llm", "owner": "team-ü", "labels": {"region": "eu", "tier": ""}, "enabled": false,
     "expires": "2027-01-01T00:00Z", "weight": 3, "shared_with": ["*"],
     "limits": [{"amount": 600, "unit": "requests", "period": "minute"},
                {"amount": 1, "unit": "tokens", "period": "day", "zone": "Europe/Berlin"}],
     "allowed_hosts": ["API.openai.com", "*.openai.azure.com"],
     "credentials": { "openai_api_key" : "sk- \" {\\ ", "n": [1, 2.5, true, null] } },
    {"name": "min", "provider": "gemini", "tenant": "ws-bank", "credentials": {"k": "v"}}
  ]})"));
  ASSERT_TRUE(file.errors.empty()) << file.errors[0].ToString("f");
  ASSERT_EQ(file.records.size(), 2u);
  Metadata want;
  want.tenant = "ws-bank";
  want.provider = "openai";
  want.name = "prod-eu";
  want.id = "0198";
  want.model = "gpt-4o";
  want.model_type = "llm";
  want.owner = "team-ü";
  want.labels = {{"region", "eu"}, {"tier", ""}};
  want.enabled = false;
  want.expires_ms = 1798761600000;
  want.weight = 3;
  want.limits = {{LimitUnit::kRequests, LimitPeriod::kMinute, "", 600},
                 {LimitUnit::kTokens, LimitPeriod::kDay, "Europe/Berlin", 1}};
  want.allowed_hosts = {"api.openai.com", "*.openai.azure.com"};
  want.shared_with = {"*"};
  EXPECT_EQ(file.records[0].metadata, want);
  EXPECT_EQ(file.records[0].line, 2u);
  EXPECT_EQ(AsText(file.records[0].payload),
            R"({"openai_api_key":"sk- \" {\\ ","n":[1,2.5,true,null]})");
  EXPECT_EQ(AsText(file.records[1].payload), R"({"k":"v"})");
  EXPECT_EQ(file.records[1].line, 9u);
  EXPECT_EQ(file.records[1].metadata.weight, 0u);
  EXPECT_TRUE(file.records[1].metadata.enabled);
}

TEST(Import, SaysWhatIsWrongWhereAndHowToMendIt) {
  const std::string known =
      "; known are: allowed_hosts, credentials, enabled, expires, id, labels, limits, model, "
      "model_type, name, owner, provider, shared_with, tenant, weight";
  const struct {
    std::string text, want;
  } cases[] = {
      {"",
       "f.json:1:1: the file ends in the middle of the JSON; close what is open: a quote, a "
       "bracket or a brace"},
      {"{\"credentials\": [",
       "f.json:1:18: the file ends in the middle of the JSON; close what is open: a quote, a "
       "bracket or a brace"},
      {"{\"credentials\": [],\n  \"ü\": sk-canary}",
       "f.json:2:8: this is not JSON; look here, or just before, for a missing comma, quote, "
       "bracket or brace"},
      {"{\"credentials\":\n [{\"name\": \"a\" \"tenant\": \"t\"}]}",
       "f.json:2:23: this is not JSON; look here, or just before, for a missing comma, quote, "
       "bracket or brace"},
      {"{\"credentials\": []} x",
       "f.json:1:21: this is not JSON; look here, or just before, for a missing comma, quote, "
       "bracket or brace"},
      {"{\"credentials\": [\"\xff\"]}",
       "f.json:1:19: this byte is not UTF-8; save the file as UTF-8"},
      {"{\"credentials\": [], \"credentials\": []}",
       "f.json:1:21: the same name stands twice in this object; remove one"},
      {std::string(40, '['), "f.json:1:33: it is nested more than 32 levels deep; flatten it"},
      {"[]",
       "f.json:1:1: this must be an object, and it is a list; begin the file with "
       "{\"credentials\": [ … ]}"},
      {"{}", "f.json:1:1: `credentials` is missing; add it"},
      {"{\"credentials\": {}}",
       "f.json:1:17: /credentials: this must be a list, and it is an object; write [ … ]"},
      {"{\"credentials\": [], \"version\": 1}",
       "f.json:1:21: /version: `version` is not known here; known are: credentials"},
      {File("  7"),
       "f.json:2:3: /credentials/0: this must be an object, and it is a number; write { … }"},
      {File("{}"),
       "f.json:2:1: /credentials/0: `tenant` is missing; add it\n"
       "f.json:2:1: /credentials/0: `provider` is missing; add it\n"
       "f.json:2:1: /credentials/0: `name` is missing; add it\n"
       "f.json:2:1: /credentials/0: `credentials` is missing; add it"},
      {File(Credential("\"wieght\": 3")),
       "f.json:2:55: /credentials/0/wieght: `wieght` is not known here; did you mean `weight`?"},
      {File(Credential("\"priority\": 3")),
       "f.json:2:55: /credentials/0/priority: `priority` is not known here" + known},
      {File(Credential("\"limits\": [7]")),
       "f.json:2:66: /credentials/0/limits/0: this must be an object, and it is a number; write "
       "{\"amount\": 600, \"unit\": \"requests\", \"period\": \"minute\"}"},
      {File(Credential("\"limits\": [{\"amount\": -1, \"unit\": \"usd\", \"period\": \"weak\"}]")),
       "f.json:2:77: /credentials/0/limits/0/amount: the amount is not a whole number from 0; "
       "write one, without quotes\n"
       "f.json:2:89: /credentials/0/limits/0/unit: `usd` is not a unit; write requests or tokens\n"
       "f.json:2:106: /credentials/0/limits/0/period: `weak` is not a period; write second, "
       "minute, hour, day, month or at once"},
      {File(Credential("\"limits\": [{\"amount\": 1, \"unit\": \"tokens\", \"period\": \"hour\", "
                       "\"zone\": \"UTC\"}]")),
       "f.json:2:124: /credentials/0/limits/0/zone: only days and months have a zone; write an IANA "
       "name such as \"Europe/Berlin\" beside day or month"},
      {File(Credential("\"limits\": [{\"amount\": 1, \"unit\": \"tokens\", \"period\": \"day\", "
                       "\"zone\": \"Europe/Berlim\"}]")),
       "f.json:2:123: /credentials/0/limits/0/zone: this system knows no such time zone; write an IANA "
       "name such as \"Europe/Berlin\" beside day or month"},
      {File(Credential("\"limits\": [{\"amount\": 1, \"unit\": \"tokens\", \"period\": \"hour\"}, "
                       "{\"amount\": 2, \"unit\": \"tokens\", \"period\": \"hour\"}]")),
       "f.json:2:117: /credentials/0/limits/1: another limit counts the same; keep the smaller one"},
      {File(Credential("\"allowed_hosts\": [\"https://api.openai.com\"]")),
       "f.json:2:73: /credentials/0/allowed_hosts/0: `https://api.openai.com` is not the name of a "
       "host; write it like \"api.openai.com\" or \"*.openai.azure.com\", without scheme, port and "
       "path"},
      {File(Credential("\"weight\": 0")),
       "f.json:2:65: /credentials/0/weight: the weight is not a whole number from 1 to 1000; write "
       "one, or leave it out"},
      {File(Credential("\"weight\": 1001")),
       "f.json:2:65: /credentials/0/weight: the weight is not a whole number from 1 to 1000; write "
       "one, or leave it out"},
      {File(Credential("\"weight\": 1.5")),
       "f.json:2:65: /credentials/0/weight: the weight is not a whole number from 1 to 1000; write "
       "one, or leave it out"},
      {File(Credential("\"weight\": 18446744073709551615")),
       "f.json:2:65: /credentials/0/weight: the weight is not a whole number from 1 to 1000; write "
       "one, or leave it out"},
      {File(Credential("\"enabled\": \"yes\"")),
       "f.json:2:66: /credentials/0/enabled: this must be true or false, and it is a text; write "
       "true or false, without quotes"},
      {File(Credential("\"expires\": \"2027-02-30T00:00Z\"")),
       "f.json:2:66: /credentials/0/expires: this is not a point in time; write it like "
       "\"2027-01-01T00:00Z\", or leave it out"},
      {File(Credential("\"expires\": 5")),
       "f.json:2:66: /credentials/0/expires: this must be a text, and it is a number; write it "
       "like \"2027-01-01T00:00Z\", or leave it out"},
      {File(Credential("\"labels\": {\"a/b~c\": 1}")),
       "f.json:2:75: /credentials/0/labels/a~1b~0c: this must be a text, and it is a number; put "
       "it in quotes"},
      {File(Credential("\"labels\": {\"\": \"x\"}")),
       "f.json:2:66: /credentials/0/labels: a label's name must have 1 to 4096 bytes; rename it"},
      {File(Credential("\"shared_with\": \"*\"")),
       "f.json:2:70: /credentials/0/shared_with: this must be a list, and it is a text; write "
       "[\"tenant\"] or [\"*\"]"},
      {File(Credential("\"shared_with\": [\"a\", \"\"]")),
       "f.json:2:76: /credentials/0/shared_with/1: this text is empty; write at least one "
       "character"},
      {File(Credential("\"owner\": null")),
       "f.json:2:64: /credentials/0/owner: this must be a text, and it is null; put it in quotes"},
      {File(Credential("\"owner\": \"" + std::string(4097, 'x') + "\"")),
       "f.json:2:64: /credentials/0/owner: this text has 4097 bytes, more than 4096; shorten it"},
      {File(Credential("", "")),
       "f.json:2:47: /credentials/0/name: this text is empty; write at least one character"},
      {File("{\"tenant\": \"*\", \"provider\": \"p\", \"name\": \"n\", \"credentials\": {\"k\": "
            "1}}"),
       "f.json:2:12: /credentials/0/tenant: `*` is not a tenant; name one tenant, and share the "
       "credential with `\"shared_with\": [\"*\"]`"},
      {File("{\"tenant\": \"t\", \"provider\": \"p\", \"name\": \"n\", \"credentials\": {}}"),
       "f.json:2:62: /credentials/0/credentials: there are no credentials in it; write "
       "{\"openai_api_key\": \"…\"} or the like"},
      {File("{\"tenant\": \"t\", \"provider\": \"p\", \"name\": \"n\", \"credentials\": "
            "\"sk-canary\"}"),
       "f.json:2:62: /credentials/0/credentials: this must be an object, and it is a text; write "
       "{\"openai_api_key\": \"…\"} or the like"},
      {File(
           "{\"tenant\": \"t\", \"provider\": \"p\", \"name\": \"n\", \"credentials\": {\"k\": \"" +
           std::string(65537, 'x') + "\"}}"),
       "f.json:2:68: /credentials/0/credentials/k: this text has 65537 bytes, more than 65536; "
       "shorten it"},
      {File(Credential() + ",\n" + Credential("\"id\": \"x\"")),
       "f.json:3:1: /credentials/1: another credential has the same tenant, provider, name and "
       "model; rename or remove one of them"},
      {File(Credential("\"id\": \"x\"") + ",\n" + Credential("\"id\": \"x\"", "other")),
       "f.json:3:1: /credentials/1: another credential has the same tenant, provider and id; "
       "change or remove one of the ids"},
  };
  for (const auto& c : cases) EXPECT_EQ(Errors(c.text), c.want);
}

TEST(Import, ReportsAllErrorsUpToTen) {
  std::string list;
  for (int i = 0; i < 15; ++i) {
    list += (i == 0 ? "" : ",\n") + Credential("\"weight\": 0", "n" + std::to_string(i));
  }
  const ImportFile file = ParseImport(SecretText(File(list)));
  ASSERT_EQ(file.errors.size(), kMaxImportErrors);
  EXPECT_TRUE(file.records.empty());
  for (size_t i = 0; i < file.errors.size(); ++i) EXPECT_EQ(file.errors[i].line, i + 2);
}

TEST(Import, SameNameWithAnotherModelIsAnother) {
  EXPECT_EQ(Errors(File(Credential() + "," + Credential("\"model\": \"gpt-4o\""))), "");
}

TEST(Import, EveryTruncationIsAnErrorWithoutASecret) {
  const std::string text = File(Credential("\"weight\": 3, \"labels\": {\"a\": \"b\"}"));
  ASSERT_EQ(Errors(text), "");
  for (size_t size = 0; size < text.size(); ++size)
    EXPECT_NE(Errors(text.substr(0, size)), "") << size;
}

TEST(Import, CommitsAFileAsOneStep) {
  const TempDir dir;
  const auto writer = MustWrite(dir / "s", TestKey());
  WriteFile(dir / "good.json", File(Credential() + "," + Credential("", "second")));
  ImportOutcome outcome = ImportCredentials(dir / "good.json", writer.get());
  ASSERT_TRUE(outcome.status.ok()) << outcome.status.message();
  EXPECT_EQ(outcome.counts.added, 2u);
  ASSERT_TRUE(writer->Publish().ok());

  outcome = ImportCredentials(dir / "good.json", writer.get());
  EXPECT_EQ(outcome.counts.unchanged, 2u);

  // Other spaces are no change; another order of the file is none either.
  WriteFile(dir / "more.json", "  " + File(Credential("", "second") + ",\n\n" + Credential() + "," +
                                           Credential("", "third")));
  outcome = ImportCredentials(dir / "more.json", writer.get());
  EXPECT_EQ(outcome.counts.unchanged, 2u);
  EXPECT_EQ(outcome.counts.added, 1u);

  const auto before = AllFiles(dir / "s");
  WriteFile(dir / "bad.json",
            File(Credential("\"enabled\": false") + ",\n" + Credential("\"weight\": 0", "x")));
  outcome = ImportCredentials(dir / "bad.json", writer.get());
  EXPECT_EQ(outcome.status.code(), Code::kInvalid);
  EXPECT_EQ(outcome.status.message(),
            (dir / "bad.json") +
                ":3:62: /credentials/1/weight: the weight is not a whole number from 1 "
                "to 1000; write one, or leave it out");
  EXPECT_EQ(outcome.errors.size(), 1u);
  EXPECT_EQ(AllFiles(dir / "s"), before);
  ASSERT_TRUE(writer->Commit().ok());  // nothing was left staged
  EXPECT_EQ(AllFiles(dir / "s"), before);

  EXPECT_EQ(ImportCredentials(dir / "none.json", writer.get()).status.message(),
            (dir / "none.json") + ": there is no such file; check the path");
  EXPECT_EQ(ImportCredentials(dir.path(), writer.get()).status.code(), Code::kUnreadable);
}

std::string Base64(std::string_view text) {
  static constexpr char kDigits[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (size_t i = 0; i + 3 <= text.size(); i += 3) {
    uint32_t group = 0;
    for (size_t k = 0; k < 3; ++k) group = group << 8 | static_cast<uint8_t>(text[i + k]);
    for (int shift = 18; shift >= 0; shift -= 6) out.push_back(kDigits[group >> shift & 63]);
  }
  return out;
}

TEST(Import, NoFileOfTheStoreHoldsASecretInAnyForm) {
  const TempDir dir;
  const std::string canary =
      "sk-CANARY-7f3a91d0c4e8b265";  // long enough that a match is no accident
  {
    const auto writer = MustWrite(dir / "s", TestKey());
    std::string list;
    for (int i = 0; i < 50; ++i) {
      list += (i == 0 ? "" : ",") +
              std::string("{\"tenant\":\"t\",\"provider\":\"p\",\"name\":\"n") + std::to_string(i) +
              "\",\"credentials\":{\"k\":\"" + canary + "\"}}";
    }
    WriteFile(dir / "f.json", File(list));
    ASSERT_TRUE(ImportCredentials(dir / "f.json", writer.get()).status.ok());
    ASSERT_TRUE(writer->Publish().ok());
  }
  std::vector<std::string> forms = {canary, ToHex(AsBytes(canary)),
                                    std::string(canary.rbegin(), canary.rend())};
  for (size_t shift = 0; shift < 3; ++shift)
    forms.push_back(Base64(std::string_view(canary).substr(shift)));
  forms.push_back("CANARY");
  forms.push_back(std::string(32, '\7'));  // the master key
  forms.push_back(ToHex(TestKey().Expose()));
  for (const auto& [name, bytes] : AllFiles(dir / "s")) {
    for (const std::string& form : forms) EXPECT_EQ(bytes.find(form), std::string::npos) << name;
  }
}

}  // namespace
}  // namespace keyrule::store
