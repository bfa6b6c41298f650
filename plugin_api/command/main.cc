// The `keyrule` command: finds the subcommand and runs it.
#include <algorithm>
#include <array>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dsl/suggest.h"
#include "plugin_api/command/command.h"
#include "plugin_api/command/console.h"
#include "plugin_api/command/hide_arguments.h"
#include "plugin_api/command/options.h"
#include "store/wipe_openssl.h"

namespace keyrule::command {
namespace {

constexpr std::array kCommands = {&kImport,  &kSync,   &kCheck, &kFmt,    &kTest,    &kDecide, &kExplain,
                                  &kRepl,    &kSimulate, &kList, &kRevoke, &kDisable, &kEnable, &kRotate,
                                  &kVerify,  &kState, &kDecisions, &kUsage, &kClassify, &kDify, &kDump};

std::string Overview() {
  std::string text =
      "keyrule decides which API credential each LLM call spends.\n"
      "\n"
      "  keyrule check policy.keyrule                  is the policy sound?\n"
      "  keyrule test policy.keyrule                   do its own tests pass?\n"
      "  keyrule decide policy.keyrule --set app.id=invoices --set environment=production\n"
      "  keyrule import credentials.json --store /var/lib/keyrule/store\n"
      "\n"
      "Commands:\n";
  for (const Command* command : kCommands) {
    text += "  " + std::string(command->name) + std::string(10 - command->name.size(), ' ') +
            std::string(command->summary) + "\n";
  }
  return text +
         "\n`keyrule COMMAND --help` says more. Exit codes: 0 yes, 1 no, 2 wrong usage, 3 the policy has\n"
         "errors, 4 a file or store cannot be read or written, 5 coverage is too low,\n"
         "70 a fault of Keyrule itself.\n";
}

// Where the subcommand stands: options that all commands have may stand before it.
size_t CommandIndex(const std::vector<std::string>& arguments) {
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i].empty() || arguments[i][0] != '-') return i;
    if (arguments[i] == "--format" || arguments[i] == "--schema") ++i;
  }
  return arguments.size();
}

Exit RunCommand(const std::string& name, std::vector<std::string> arguments, const Console& console) {
  std::vector<std::string_view> names;
  for (const Command* command : kCommands) {
    if (command->name == name) return command->run(*command, std::move(arguments));
    names.push_back(command->name);
  }
  console.Error(
      Problem{"no command is named `" + name + "`", dsl::Suggest(name, names, "commands")});
  return Exit::kUsage;
}

Exit Run(std::vector<std::string> arguments) {
  const size_t at = CommandIndex(arguments);
  bool json = false;
  for (const std::string& argument : arguments) json = json || argument == "--json";
  const Console console(json ? Format::kJson : Format::kText, false);
  if (at == arguments.size()) {
    for (const std::string& argument : arguments) {
      if (argument == "--version") return console.Print(VersionText()), Exit::kYes;
      if (argument == "--help") return console.Print(Overview()), Exit::kYes;
    }
    console.Error(Problem{"name a command", "`keyrule --help` lists them"});
    return Exit::kUsage;
  }
  const std::string name = arguments[at];
  arguments.erase(arguments.begin() + static_cast<std::ptrdiff_t>(at));
  if (name == "help") {
    const auto topic = std::find_if(arguments.begin(), arguments.end(), [](const std::string& word) {
      return !word.empty() && word[0] != '-';
    });
    if (topic == arguments.end()) return console.Print(Overview()), Exit::kYes;
    const std::string about = *topic;
    arguments = {"--help"};
    return RunCommand(about, std::move(arguments), console);
  }
  return RunCommand(name, std::move(arguments), console);
}

int Fault(const char* what) {
  std::fprintf(stderr,
               "error: a fault of Keyrule itself: %s\n"
               "   = help: please open an issue with this line, the command line and what `keyrule "
               "--version` prints; leave out credentials\n",
               what);
  return static_cast<int>(Exit::kFault);
}

}  // namespace
}  // namespace keyrule::command

int main(int argc, char** argv) {
  using namespace keyrule::command;
  try {
    std::vector<std::string> arguments(argv + 1, argv + argc);
    HidePasswords(argc, argv);
    if (!keyrule::store::WipeWhatOpenSslFrees()) return Fault("OpenSSL was used before `main`");
    return static_cast<int>(FinishOutput(Run(std::move(arguments))));
  } catch (const std::exception& fault) {
    return Fault(fault.what());
  } catch (...) {
    return Fault("an unknown exception");
  }
}
