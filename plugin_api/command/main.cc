// The `keyrule` command: finds the subcommand and runs it.
#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dsl/suggest.h"
#include "plugin_api/command/commands.h"
#include "plugin_api/command/complete_words.h"
#include "plugin_api/command/console.h"
#include "plugin_api/command/hide_arguments.h"
#include "plugin_api/command/man_notes.h"
#include "plugin_api/command/options.h"
#include "store/wipe_openssl.h"

namespace keyrule::command {
namespace {

std::string Overview() {
  std::string text =
      "keyrule decides which API credential each LLM call spends.\n"
      "\n"
      "  keyrule new policy.keyrule                    writes a first policy by asking\n"
      "  keyrule check policy.keyrule                  is the policy sound?\n"
      "  keyrule test policy.keyrule                   do its own tests pass?\n"
      "  keyrule decide policy.keyrule --set app.id=invoices --set environment=production\n"
      "  keyrule import credentials.json --store /var/lib/keyrule/store\n"
      "\n"
      "Commands:\n";
  for (const Command* command : Commands()) {
    text += "  " + std::string(command->name) + std::string(12 - command->name.size(), ' ') +
            std::string(command->summary) + "\n";
  }
  text += "\n`keyrule COMMAND --help` says more, `keyrule man COMMAND` all. Exit codes:\n";
  for (const ExitCause& cause : ExitCauses()) {
    const std::string code = std::to_string(static_cast<int>(cause.exit));
    text += "  " + code + std::string(4 - code.size(), ' ') + std::string(cause.cause) + "\n";
  }
  return text + "Of several causes the first of 70, 2, 4, 3, 1, 5 counts.\n";
}

Exit RunCommand(const std::string& name, std::vector<std::string> arguments, const Console& console) {
  if (const Command* command = CommandNamed(name)) return command->run(*command, std::move(arguments));
  console.Error(
      Problem{"no command is named `" + name + "`", dsl::Suggest(name, CommandNames(), "commands")});
  return Exit::kUsage;
}

Exit Run(std::vector<std::string> arguments) {
  if (!arguments.empty() && arguments.front() == kCompleteWord) {
    arguments.erase(arguments.begin());
    return PrintCompletions(std::move(arguments));
  }
  const size_t at = CommandIndex(arguments);
  bool json = false;
  for (const std::string& argument : arguments) json = json || argument == "--json";
  const Console console(json ? Format::kJson : Format::kText, false);
  if (at == arguments.size()) {
    for (const std::string& argument : arguments) {
      if (argument == "--version") return console.Print(VersionText(console)), Exit::kYes;
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
