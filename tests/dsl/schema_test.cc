#include "dsl/schema.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/problems.h"

namespace keyrule::dsl {
namespace {

constexpr char kEnd[] = "\ndefault { leave to host }\n";

LoadResult LoadSchema(std::string statements, const MemoryReader& reader = MemoryReader(),
                      const LoadOptions& options = {}) {
  return LoadText(reader, "p.keyrule", "keyrule 1\n" + statements + kEnd, options);
}

std::string SchemaProblems(std::string statements, const MemoryReader& reader = MemoryReader(),
                           const LoadOptions& options = {}) {
  return Short(LoadSchema(std::move(statements), reader, options));
}

TEST(Schema, TheBuiltInOneIsDify) {
  const LoadResult result = LoadSchema("schema \"dify\"");
  ASSERT_TRUE(result.policy) << Short(result);
  const Policy& policy = *result.policy;
  EXPECT_EQ(policy.schema, "dify");
  EXPECT_EQ(policy.schema_attributes.size(), 26u);
  EXPECT_EQ(policy.slots.size(), 24u) << "all but the two maps";
  EXPECT_EQ(policy.FindSlot("provider"), 0u);
  EXPECT_EQ(policy.FindSlot("model"), 1u);
  EXPECT_EQ(policy.FindSlot("inputs"), kUnresolved);
  const Attribute& session = policy.slots[policy.FindSlot("user.session")];
  EXPECT_TRUE(session.untrusted);
  EXPECT_TRUE(session.optional);
  const Attribute& type = policy.slots[policy.FindSlot("model.type")];
  EXPECT_EQ(type.type, Type::kEnum);
  EXPECT_EQ(type.values.size(), 6u);
  EXPECT_FALSE(type.optional);
  std::string_view key;
  ASSERT_NE(policy.FindMap("inputs.a.b", &key), nullptr);
  EXPECT_EQ(key, "a.b");
  EXPECT_EQ(policy.FindMap("inputs", nullptr), nullptr);
  EXPECT_EQ(policy.FindMap("inputsx.a", nullptr), nullptr);
}

TEST(Schema, AddsAttributes) {
  const LoadResult result = LoadSchema(
      "schema \"dify\" with {\n  user.plan : enum [\"free\", \"team\"] optional untrusted "
      "\"plan\"\n}");
  ASSERT_TRUE(result.policy) << Short(result);
  const Attribute& plan = result.policy->slots.back();
  EXPECT_EQ(plan.path.text, "user.plan");
  EXPECT_EQ(plan.doc, "plan");
  EXPECT_TRUE(plan.untrusted);
}

TEST(Schema, IsNeeded) {
  EXPECT_EQ(SchemaProblems(""),
            "error KR0103 1:1 `keyrule 1`: there is no `schema` = schemas: dify\n");
  EXPECT_EQ(SchemaProblems("schema \"dfiy\""),
            "error KR0103 2:8 `\"dfiy\"`: no schema is named `dfiy` = did you mean `dify`?\n");
  EXPECT_EQ(SchemaProblems("schema \"openai\""),
            "error KR0103 2:8 `\"openai\"`: no schema is named `openai` = schemas: dify\n");
}

TEST(Schema, WithoutItNothingIsSaidAboutAttributes) {
  EXPECT_EQ(SchemaProblems("rule a { when nonsense == 5 deny \"x\" }"),
            "error KR0103 1:1 `keyrule 1`: there is no `schema` = schemas: dify\n");
}

TEST(Schema, AttributesAreDeclaredEqually) {
  EXPECT_EQ(SchemaProblems("schema \"dify\" with { app.id : string optional  app.team : string }\n"
                           "schema \"dify\" with { model : string }"),
            "")
      << "what `dify` says itself may be said again";
  EXPECT_EQ(SchemaProblems("schema \"dify\" with { app.team : string }\n"
                           "schema \"dify\" with { app.team : string }"),
            "error KR0102 3:22 `app.team`: `app.team` already has a meaning, p.keyrule:2 = remove one "
            "of the two\n");
  const char* kOthers[] = {"app.id : string", "app.id : string optional untrusted",
                           "app.id : int optional",
                           "model.type : enum [\"llm\", \"text-embedding\"]"};
  for (const char* other : kOthers) {
    const std::string problems =
        SchemaProblems(std::string("schema \"dify\" with { ") + other + " }");
    EXPECT_NE(problems.find("error KR0102 2:22"), std::string::npos) << other << problems;
  }
  EXPECT_EQ(SchemaProblems("schema \"dify\" with { app.id : string }"),
            "error KR0102 2:22 `app.id`: `app.id` already has a meaning, dify.schema.keyrule:10 = "
            "declare it equally, or choose another name\n");
}

TEST(Schema, AMapOwnsItsEntries) {
  EXPECT_EQ(SchemaProblems("schema \"dify\" with { inputs.key : string optional }"),
            "error KR0102 2:22 `inputs.key`: `inputs.key` already has a meaning, "
            "dify.schema.keyrule:30 = choose another name\n");
  EXPECT_EQ(SchemaProblems("schema \"dify\" with { user : map of string optional }"),
            "error KR0102 2:22 `user`: `user` already has a meaning, dify.schema.keyrule:20 = "
            "choose another name\n");
}

TEST(Schema, ValuesOfAnEnum) {
  EXPECT_EQ(SchemaProblems("schema \"dify\" with { a : enum [\"x\", \"y\", \"x\", \"\"] }"),
            "error KR0104 2:42 `\"x\"`: the key `x` stands twice in `a`, first p.keyrule:2 = "
            "remove one\n"
            "error KR0205 2:47 `\"\"`: an empty text is the same as absent = write `optional` "
            "instead\n");
}

TEST(Schema, FromAFile) {
  LoadOptions options;
  options.schema_file = "own.schema.keyrule";
  const MemoryReader reader{{"own.schema.keyrule",
                             "keyrule 1\nschema \"own\" {\n  provider : string\n  model : string\n"
                             "  stage : enum [\"a\", \"b\"]\n}\n"}};
  const LoadResult result =
      LoadSchema("schema \"own\"\nrule r { when stage == \"a\" deny \"x\" }", reader, options);
  ASSERT_TRUE(result.policy) << Short(result);
  EXPECT_EQ(result.policy->slots.size(), 3u);
  EXPECT_EQ(SchemaProblems("schema \"dify\"", reader, options), "") << "beside the built-in one";
  EXPECT_EQ(SchemaProblems("schema \"owns\"", reader, options),
            "error KR0103 2:8 `\"owns\"`: no schema is named `owns` = did you mean `own`?\n");
}

TEST(Schema, FromAFileThatIsWrong) {
  LoadOptions options;
  options.schema_file = "s.keyrule";
  EXPECT_EQ(SchemaProblems("schema \"dify\"", MemoryReader(), options),
            "error KR0801 s.keyrule:1:1 ``: `s.keyrule` cannot be read: no such file\n");
  EXPECT_EQ(SchemaProblems("schema \"dify\"", MemoryReader{{"s.keyrule", "keyrule 1\n"}}, options),
            "error KR0103 s.keyrule:1:1 `keyrule 1`: there is no `schema` = a schema file says "
            "`schema \"name\" { … }`\n");
}

TEST(Schema, EverySchemaHasProviderAndModel) {
  EXPECT_EQ(SchemaProblems("schema \"own\" {\n  provider : int\n  app : string\n}\nschema \"own\""),
            "error KR0101 2:8 `\"own\"`: no attribute is named `model` = every schema has `provider` and `model`\nerror KR0201 3:3 `provider`: `provider` is an int, not a string = `provider` and `model` are strings in every schema\n");
}

TEST(Schema, APolicyMayDefineItsOwnButNotAnothersAnew) {
  EXPECT_EQ(SchemaProblems("schema \"own\" {\n  provider : string\n  model : string\n}"), "");
  EXPECT_EQ(SchemaProblems("schema \"dify\" {\n  provider : string\n  model : string\n}"),
            "error KR0102 2:8 `\"dify\"`: `dify` already has a meaning, dify.schema.keyrule:4 = "
            "choose another name\n");
}

TEST(Schema, AllFilesNameTheSame) {
  const MemoryReader reader{
      {"b.keyrule", "keyrule 1\nschema \"own\" {\n  provider : string\n  model : string\n}\n"}};
  EXPECT_EQ(SchemaProblems("import \"b.keyrule\"\nschema \"dify\"", reader),
            "error KR0805 b.keyrule:2:8 `\"own\"`: `b.keyrule` uses schema `own`, the policy "
            "`dify`\n");
}

}  // namespace
}  // namespace keyrule::dsl
