#include "plugin_api/command/commands.h"

namespace keyrule::command {
namespace {

constexpr const Command* kCommands[] = {
    &kNew,      &kImport,  &kSync,   &kCheck,     &kFmt,    &kTest,     &kMutate, &kDecide, &kExplain,
    &kDiff,     &kAffected, &kRepl,  &kSimulate,  &kList,   &kRevoke,   &kDisable, &kEnable, &kRotate,
    &kVerify,   &kState,   &kDecisions, &kUsage,  &kClassify, &kDify,   &kDump,   &kCompletion, &kMan};

}  // namespace

std::span<const Command* const> Commands() { return kCommands; }

const Command* CommandNamed(std::string_view name) {
  for (const Command* command : kCommands) {
    if (command->name == name) return command;
  }
  return nullptr;
}

std::vector<std::string_view> CommandNames() {
  std::vector<std::string_view> names;
  for (const Command* command : kCommands) names.push_back(command->name);
  return names;
}

size_t CommandIndex(const std::vector<std::string>& arguments) {
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i].empty() || arguments[i][0] != '-') return i;
    if (arguments[i] == "--format" || arguments[i] == "--schema") ++i;
  }
  return arguments.size();
}

}  // namespace keyrule::command
