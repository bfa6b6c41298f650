// keyrule completion SHELL
#include "plugin_api/command/completion_scripts.h"

#include <nlohmann/json.hpp>

#include "dsl/suggest.h"
#include "plugin_api/command/options.h"

namespace keyrule::command {
namespace {

constexpr std::pair<std::string_view, const std::string_view*> kScripts[] = {
    {"bash", &kBashScript}, {"zsh", &kZshScript}, {"fish", &kFishScript}};

Exit RunCompletion(const Command& self, std::vector<std::string> arguments) {
  std::vector<std::string> shells;
  std::vector<std::string_view> names;
  for (const auto& [name, script] : kScripts) names.push_back(name);
  Options options(self);
  options.Arguments(&shells, 1, 1, "a shell: bash, zsh or fish");
  options.Words("", {names.begin(), names.end()});
  if (const std::optional<Exit> done = options.Parse(arguments)) return *done;
  for (const auto& [name, script] : kScripts) {
    if (name != shells.front()) continue;
    if (options.console().json()) {
      const nlohmann::ordered_json json = {{"shell", name}, {"script", *script}};
      options.console().Print(json.dump());
    } else {
      options.console().Print(*script);
    }
    return Exit::kYes;
  }
  return options.Wrong("there is no script for `" + shells.front() + "`", dsl::Suggest(shells.front(), names, "shells"));
}

}  // namespace

const Command kCompletion = {
    "completion", "bash|zsh|fish", "prints what a shell reads to complete the words of keyrule",
    "  keyrule completion bash > ~/.local/share/bash-completion/completions/keyrule\n"
    "  keyrule completion zsh > ~/.zsh/completions/_keyrule        a folder of $fpath\n"
    "  keyrule completion fish > ~/.config/fish/completions/keyrule.fish\n"
    "  source <(keyrule completion bash)                           for this shell only\n"
    "\n"
    "`cmake --install` puts them where the shells look. Commands, options and what is known of their values are\n"
    "completed: formats, codes, attributes, the rules and tests of the policy that is named before, the names in\n"
    "the store that is named before. The script asks the program itself, so that it need not be made anew.\n",
    RunCompletion};

}  // namespace keyrule::command
