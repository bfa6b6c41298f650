// What a subcommand is. commands.cc has the table of them; each has a file of its own.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plugin_api/command/exit.h"

namespace keyrule::command {

struct Command {
  std::string_view name;
  std::string_view usage;     // behind the name
  std::string_view summary;   // one line
  std::string_view examples;  // the help teaches by these
  Exit (*run)(const Command& self, std::vector<std::string> arguments);
};

extern const Command kNew;
extern const Command kImport;
extern const Command kSync;
extern const Command kCheck;
extern const Command kFmt;
extern const Command kTest;
extern const Command kMutate;
extern const Command kDecide;
extern const Command kExplain;
extern const Command kClassify;
extern const Command kSimulate;
extern const Command kDump;
extern const Command kDiff;
extern const Command kAffected;
extern const Command kRepl;
extern const Command kList;
extern const Command kRevoke;
extern const Command kDisable;
extern const Command kEnable;
extern const Command kRotate;
extern const Command kVerify;
extern const Command kState;
extern const Command kDecisions;
extern const Command kUsage;
extern const Command kDify;
extern const Command kCompletion;
extern const Command kMan;

}  // namespace keyrule::command
