// Reading the members of a scenario file: numbers, durations and words, with the place and the mend of what is wrong.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "plugin_api/command/simulation.h"
#include "store/credential_fields.h"

namespace keyrule::command::simulation {

// `absent` is what a member that is not there stands for.
class ScenarioFields : public store::CredentialFields {
 public:
  using CredentialFields::CredentialFields;
  using Node = store::JsonNode;

  int64_t Integer(const Node& object, const std::string& pointer, const char* name, int64_t least, int64_t most,
                  int64_t absent);
  // "800ms", "30s", "5m", "1h": as in policies.
  int64_t Duration(const Node& object, const std::string& pointer, const char* name, int64_t absent);
  // "2.50".
  int64_t MicroUsd(const Node& object, const std::string& pointer, const char* name);
  // One value, or [least, most].
  Range Integers(const Node& object, const std::string& pointer, const char* name, int64_t most);
  Range Durations(const Node& object, const std::string& pointer, const char* name);
  bool Truth(const Node& object, const std::string& pointer, const char* name, bool absent);
  // The place of the word among `words`; 0 if it is absent.
  size_t Word(const Node& object, const std::string& pointer, const char* name,
              std::span<const std::string_view> words);
  // The items of a list; none if it is absent.
  std::span<const Node> Items(const Node& object, const std::string& pointer, const char* name);

  int64_t ReadInteger(const Node& node, const std::string& pointer, int64_t least, int64_t most);
  int64_t ReadDuration(const Node& node, const std::string& pointer);

 private:
  template <typename Read>
  Range ReadRange(const Node& object, const std::string& pointer, const char* name, const Read& read);
};

}  // namespace keyrule::command::simulation
