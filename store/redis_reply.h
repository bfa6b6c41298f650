// What a Redis server answers, within bounds.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace keyrule::store {

struct RedisReply {
  enum class Kind : uint8_t { kNil, kInteger, kText, kArray, kError };

  Kind kind = Kind::kNil;
  int64_t integer = 0;
  std::string text;  // of kText and kError
  std::vector<RedisReply> items;
};

}  // namespace keyrule::store
