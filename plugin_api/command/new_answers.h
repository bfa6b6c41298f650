// What `keyrule new` has been told: the answers of which it makes a policy.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace keyrule::command {

// One entry of a pool.
struct Pick {
  enum class Kind {
    kName,    // the credential `text`
    kLike,    // those whose names fit the pattern `text`
    kLabel,   // those with labels.`key` == `text`
    kAll,     // every one
    kOthers,  // every one that the first pool does not take
  };
  Kind kind = Kind::kName;
  std::string text = {};
  std::string key = {};
  uint32_t weight = 0;  // 0: none is written
};

struct NewAnswers {
  enum class Decides { kEnvironment, kApp, kNode, kNothing };
  enum class Rest { kPicks, kSame, kNone };

  std::vector<std::string> providers;  // empty: every one
  Decides decides = Decides::kEnvironment;
  std::vector<std::string> values;     // environments or apps that spend the first pool; of the other two none
  std::vector<Pick> first;
  Rest rest_is = Rest::kPicks;         // what all else spends: credentials of its own, the first pool, nothing
  std::vector<Pick> rest;
  std::string strategy;                // in the language's words
  bool leave_to_host = false;          // when no credential can answer; else it is refused, with this reason
  std::string reason;
  std::string limit;                   // in the language's words, behind `limit`; empty: none
  std::string limit_for_each;          // an attribute or `credential`; empty: one count for all
};

}  // namespace keyrule::command
