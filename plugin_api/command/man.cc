// keyrule man [COMMAND]
#include <nlohmann/json.hpp>

#include "dsl/suggest.h"
#include "plugin_api/command/commands.h"
#include "plugin_api/command/man_page.h"
#include "plugin_api/command/options.h"
#include "store/posix_file.h"

namespace keyrule::command {
namespace {

constexpr unsigned kMode = 0644;

// Every page as a file of the folder.
Exit WriteAll(const std::string& folder, const Console& console) {
  const auto write = [&](const std::string& name, const std::string& page) {
    const std::string path = folder + "/" + name + ".1";
    const store::Status status = store::PathExists(path) ? store::ReplaceFile(path, page) : store::CreateFile(path, page, kMode);
    if (status.ok()) return true;
    console.Error(status);
    return false;
  };
  if (!write("keyrule", ManPage())) return Exit::kFile;
  for (const Command* command : Commands()) {
    if (!write("keyrule-" + std::string(command->name), ManPage(*command))) return Exit::kFile;
  }
  if (console.json()) {
    console.Result(nlohmann::ordered_json({{"folder", folder}, {"pages", Commands().size() + 1}}).dump());
  } else {
    console.Result(std::to_string(Commands().size() + 1) + " pages written into " + folder);
  }
  return Exit::kYes;
}

Exit RunMan(const Command& self, std::vector<std::string> arguments) {
  std::vector<std::string> names;
  std::string folder;
  Options options(self);
  options.Arguments(&names, 0, 1, "a command");
  const std::vector<std::string_view> known = CommandNames();
  options.Words("", {known.begin(), known.end()});
  options.Text("--write DIR", &folder, "write all pages into this folder, for packages");
  if (const std::optional<Exit> done = options.Parse(arguments)) return *done;
  if (!folder.empty()) {
    if (!names.empty()) return options.Wrong("`--write` writes all pages");
    return WriteAll(folder, options.console());
  }
  std::string page, name = "keyrule";
  if (names.empty()) {
    page = ManPage();
  } else if (const Command* command = CommandNamed(names.front())) {
    name += "-" + names.front();
    page = ManPage(*command);
  } else {
    return options.Wrong("no command is named `" + names.front() + "`", dsl::Suggest(names.front(), known, "commands"));
  }
  if (options.console().json()) {
    options.console().Print(nlohmann::ordered_json({{"page", name}, {"section", 1}, {"text", page}}).dump());
  } else {
    options.console().Print(page);
  }
  return Exit::kYes;
}

}  // namespace

const Command kMan = {
    "man", "[COMMAND] [options]", "prints pages of the manual, as man(1) reads them",
    "  keyrule man check | man -l -                           reads one\n"
    "  keyrule man > keyrule.1                               the page of all commands\n"
    "  keyrule man --write /usr/local/share/man/man1\n"
    "\n"
    "`cmake --install` puts them where man(1) looks: `man keyrule-check`.\n",
    RunMan};

}  // namespace keyrule::command
