// Tokens that pycryptodome made (tokens.py), for tests in C++.

#pragma once

#include <string>
#include <vector>

#include "store/dify/tenant_key.h"

namespace keyrule::store {

struct Tokens {
  std::string private_pem;
  std::vector<std::string> texts;   // what the tokens hold
  std::vector<std::string> hybrid;  // in the same order
  std::vector<std::string> legacy;
  std::string long_key;  // its AES key has 32 bytes
  std::string not_text;  // holds bytes that are not UTF-8
};

// Made once for the whole program.
const Tokens& TokensOfDify();

TenantKey KeyOf(const Tokens& tokens);

}  // namespace keyrule::store
