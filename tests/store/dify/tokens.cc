#include "tests/store/dify/tokens.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "tests/store/support.h"

namespace keyrule::store {
namespace {

Tokens Make() {
  Tokens tokens;
  tokens.texts = {"sk-canary-0123456789abcdef", "", "äöü-密钥-\xf0\x9f\x94\x91", "a\"b\\c",
                  std::string(180, 'k')};
  std::string command = KEYRULE_TOKENS;
  for (const std::string& text : tokens.texts) command += " '" + text + "'";
  std::FILE* const pipe = popen(command.c_str(), "r");
  std::string output;
  char buffer[4096];
  for (size_t size; (size = std::fread(buffer, 1, sizeof(buffer), pipe)) > 0;) {
    output.append(buffer, size);
  }
  EXPECT_EQ(pclose(pipe), 0) << "is python3-pycryptodome installed?";
  const nlohmann::json made = nlohmann::json::parse(output);
  tokens.private_pem = made.at("private");
  tokens.hybrid = made.at("tokens");
  tokens.legacy = made.at("legacy");
  tokens.long_key = made.at("long_key");
  tokens.not_text = made.at("not_text");
  return tokens;
}

}  // namespace

const Tokens& TokensOfDify() {
  static const Tokens tokens = Make();
  return tokens;
}

TenantKey KeyOf(const Tokens& tokens) {
  Result<TenantKey> key = TenantKey::Parse(SecretText(tokens.private_pem), "private.pem");
  EXPECT_TRUE(key.ok()) << key.status().message();
  return *std::move(key);
}

}  // namespace keyrule::store
