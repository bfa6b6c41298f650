#include "store/dify/config.h"

#include <gtest/gtest.h>

#include "tests/store/dify/tokens.h"
#include "tests/store/support.h"

namespace keyrule::store {
namespace {

class Config : public testing::Test {
 protected:
  OpenedConfig Open(std::string_view config, bool of_provider = true) {
    return OpenConfig(config, of_provider, [this]() -> Result<const TenantKey*> {
      ++asked_;
      if (missing_) return Status(Code::kNotFound, "privkeys/t/private.pem", "it is missing", "…");
      return &key_;
    });
  }

  const Tokens& tokens_ = TokensOfDify();
  const TenantKey key_ = KeyOf(tokens_);
  bool missing_ = false;
  int asked_ = 0;
};

TEST_F(Config, TokensAreExchangedAndAllElseStays) {
  const OpenedConfig opened =
      Open("{\"openai_api_key\": \"" + tokens_.hybrid[0] + "\", \"n\": 1.50, \"deep\": {\"list\": [\"" +
           tokens_.legacy[3] + "\", null, true]}, \"base\": \"a\\u00e4 \\\" b\", \"u\": \"" +
           tokens_.hybrid[2] + "\" }");
  ASSERT_FALSE(opened.problem) << opened.problem->what;
  EXPECT_EQ(Text(opened.payload),
            "{\"openai_api_key\":\"sk-canary-0123456789abcdef\",\"n\":1.50,\"deep\":{\"list\":["
            "\"a\\\"b\\\\c\",null,true]},\"base\":\"a\\u00e4 \\\" b\",\"u\":\"" +
                tokens_.texts[2] + "\"}");
  EXPECT_EQ(opened.secrets, 3u);
}

TEST_F(Config, WithoutTokensNoKeyIsAskedFor) {
  missing_ = true;
  const OpenedConfig opened = Open(R"({"base_url": "http://127.0.0.1:11434", "mode": "chat"})");
  ASSERT_FALSE(opened.problem);
  EXPECT_EQ(Text(opened.payload), R"({"base_url":"http://127.0.0.1:11434","mode":"chat"})");
  EXPECT_EQ(asked_, 0);
  EXPECT_EQ(Text(Open("{}").payload), "{}");
}

TEST_F(Config, LongPlainTextsStayWithAndWithoutKey) {
  const std::string config = "{\"service_account\":\"" + std::string(2000, 'A') + "\"}";
  EXPECT_EQ(Text(Open(config).payload), config);
  missing_ = true;
  EXPECT_EQ(Text(Open(config).payload), config);
}

TEST_F(Config, OneTokenThatDoesNotOpenMakesAllOfItAProblem) {
  std::string changed = tokens_.hybrid[0];
  changed[400] = changed[400] == 'A' ? 'B' : 'A';
  for (const std::string& bad :
       {changed, tokens_.hybrid[0].substr(0, 80), std::string("SFlCUklEO"), tokens_.not_text}) {
    const OpenedConfig opened =
        Open("{\"good\":\"" + tokens_.hybrid[0] + "\",\"bad/one\":\"" + bad + "\"}");
    ASSERT_TRUE(opened.problem);
    EXPECT_EQ(opened.problem->field, "/bad/one");
    EXPECT_EQ(opened.payload.size(), 0u);
    EXPECT_EQ((opened.problem->what + opened.problem->mend).find("SFlC"), std::string::npos);
  }
}

TEST_F(Config, AMissingKeyIsTheProblemOfConfigurationsWithTokens) {
  missing_ = true;
  for (const std::string& token : {tokens_.hybrid[0], tokens_.legacy[0]}) {
    const OpenedConfig opened = Open("{\"api_key\":\"" + token + "\"}");
    ASSERT_TRUE(opened.problem);
    EXPECT_EQ(opened.problem->field, "/api_key");
    EXPECT_NE(opened.problem->what.find("private.pem: it is missing"), std::string::npos);
  }
}

TEST_F(Config, WhatIsNoObjectIsAProblem) {
  for (const char* config : {"", " ", "null", "[1]", "12345678", "\"text\"", "{", "{\"a\":}",
                             "{\"a\":1,\"a\":2}", "{\"a\":\"\xff\"}", "{} {}"}) {
    EXPECT_TRUE(Open(config, false).problem) << config;
  }
  for (const char* config : {"", " ", "null", "[12345678]", "\"12345678\"", "{\"a\":}"}) {
    EXPECT_TRUE(Open(config, true).problem) << config;
  }
}

TEST_F(Config, ASingleKeyOfAProviderFromBeforeThereWereFields) {
  EXPECT_EQ(Text(Open(tokens_.hybrid[0]).payload),
            R"({"openai_api_key":"sk-canary-0123456789abcdef"})");
  EXPECT_EQ(Text(Open("sk-plain-key").payload), R"({"openai_api_key":"sk-plain-key"})");
  EXPECT_TRUE(Open(tokens_.hybrid[0].substr(0, 100)).problem);
  EXPECT_TRUE(Open(tokens_.hybrid[0], false).problem);
}

}  // namespace
}  // namespace keyrule::store
