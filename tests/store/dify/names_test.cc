#include "store/dify/names.h"

#include <gtest/gtest.h>

#include "store/dify/digest_set.h"
#include "store/nearest.h"

namespace keyrule::store {
namespace {

TEST(Names, Providers) {
  const std::pair<const char*, const char*> cases[] = {
      {"openai", "openai"},
      {"langgenius/openai/openai", "openai"},
      {"langgenius/openai_api_compatible/openai_api_compatible", "openai_api_compatible"},
      {"langgenius/gemini/google", "google"},
      {"google", "google"},
      {"langgenius/gemini/gemini", "gemini"},
      // Their bare names would lead elsewhere.
      {"langgenius/google/google", "langgenius/google/google"},
      {"langgenius/openai/azure", "langgenius/openai/azure"},
      {"acme/openai/openai", "acme/openai/openai"},
      {"langgenius/openai", "langgenius/openai"},
      {"langgenius/openai/", "langgenius/openai/"},
      {"langgenius/a/b/c", "langgenius/a/b/c"},
      {"", ""},
      {"Custom Name", "Custom Name"},
  };
  for (const auto& [stored, name] : cases) EXPECT_EQ(ProviderName(stored), name);
}

TEST(Names, ModelTypes) {
  EXPECT_EQ(ModelTypeName("text-generation"), "llm");
  EXPECT_EQ(ModelTypeName("embeddings"), "text-embedding");
  EXPECT_EQ(ModelTypeName("reranking"), "rerank");
  for (const char* same : {"llm", "text-embedding", "rerank", "tts", "speech2text", "moderation", ""}) {
    EXPECT_EQ(ModelTypeName(same), same);
  }
}

TEST(DigestSetTest, KeepsApartAndFindsTwins) {
  DigestSet set;
  for (const char* name : {"a", "b", "c", "b", "c", "c"}) set.Add(DigestSet::Of({name, "x"}));
  const DigestSet twice = set.Sort();
  EXPECT_EQ(set.size(), 3u);
  EXPECT_EQ(twice.size(), 2u);
  EXPECT_TRUE(set.Contains(DigestSet::Of({"a", "x"})));
  EXPECT_FALSE(set.Contains(DigestSet::Of({"ax"})));
  EXPECT_FALSE(set.Contains(DigestSet::Of({"", "ax"})));
  EXPECT_FALSE(twice.Contains(DigestSet::Of({"a", "x"})));
  EXPECT_TRUE(twice.Contains(DigestSet::Of({"b", "x"})));
}

TEST(Nearest, GuessesSlipsAndNothingElse) {
  const std::string_view known[] = {"weight", "owner", "id", "labels"};
  EXPECT_EQ(NearestName("wieght", known), "weight");
  EXPECT_EQ(NearestName("lables", known), "labels");
  EXPECT_EQ(NearestName("owners", known), "owner");
  EXPECT_EQ(NearestName("ids", known), "id");
  EXPECT_EQ(NearestName("priority", known), "");
  EXPECT_EQ(NearestName("xy", known), "");
  EXPECT_EQ(NearestName(std::string(5000, 'x'), known), "");
  EXPECT_EQ(NearestName("x", {}), "");
}

}  // namespace
}  // namespace keyrule::store
