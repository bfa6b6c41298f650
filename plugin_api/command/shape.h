// What a command takes, as it declares it itself: completion and the manual are made of this.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "plugin_api/command/command.h"

namespace keyrule::command {

// What stands for a value, so that a shell can complete it.
enum class ValueKind {
  kAny,         // nobody knows
  kFile,
  kFolder,
  kPolicy,      // policy files, and folders of them
  kPolicyOrCode,
  kScenario,    // JSON files
  kWords,       // one of a few
  kRule,        // of the policy that is named before
  kTestName,    // likewise
  kAttribute,   // `app.id=`, and behind it a value
  kTenant,      // of the store that is named before
  kProvider,    // likewise
  kCredential,  // likewise
};

struct OptionShape {
  std::string name;               // "--store"
  std::string value;              // "DIR"; empty: it takes none
  std::string doc;
  bool repeatable = false;
  ValueKind kind = ValueKind::kAny;
  std::vector<std::string> words = {};  // of kWords
};

struct CommandShape {
  std::vector<OptionShape> options;
  size_t least = 0;  // arguments that are no options
  size_t most = 0;
  ValueKind arguments = ValueKind::kAny;
  std::vector<std::string> words = {};  // of kWords
};

// Runs the command as far as its declarations.
CommandShape ShapeOf(const Command& command);

}  // namespace keyrule::command
