// keyrule repl [FILE]
#include "evaluator/repl.h"

#include <cstdio>

#include "plugin_api/command/credential_input.h"
#include "plugin_api/command/options.h"
#include "plugin_api/command/terminal.h"

namespace keyrule::command {
namespace {

Exit Talk(evaluator::Repl* repl, const Console& console) {
  Terminal terminal([repl](std::string_view line) { return repl->Complete(line); });
  if (terminal.interactive() && !repl->opening().empty()) console.Result(repl->opening());
  Exit exit = Exit::kYes;
  while (const std::optional<std::string> line = terminal.ReadLine("keyrule> ")) {
    const evaluator::Repl::Answer answer = repl->Feed(*line);
    if (!answer.text.empty()) console.Print(answer.text);
    std::fflush(stdout);
    // A person sees the error and goes on; a script must learn of it.
    if (answer.error && !terminal.interactive()) exit = Exit::kNo;
    if (answer.quit) break;
  }
  return exit;
}

Exit Run(const Command& self, std::vector<std::string> arguments) {
  std::vector<std::string> files;
  CredentialInput credentials;
  std::optional<uint64_t> seed;
  Options options(self);
  options.Arguments(&files, 0, 1, "a policy file");
  AddCredentialOptions(&options, &credentials, true);
  options.Number("--seed N", &seed, "of the random strategies; 0 unless given");
  if (const std::optional<Exit> done = options.Parse(arguments)) return *done;
  if (options.console().json()) return options.Wrong("the shell speaks text, not JSON");
  evaluator::ReplOptions repl_options;
  if (!files.empty()) repl_options.policy_path = files.front();
  repl_options.seed = seed.value_or(0);
  repl_options.colour = options.console().colour_out();
  const Exit exit = OpenCredentials(credentials, options, &repl_options.source);
  if (exit != Exit::kYes) return exit;
  const dsl::DiskReader reader;
  evaluator::Repl repl(reader, repl_options);
  if (!files.empty() && !repl.ready()) {
    std::fputs(repl.opening().c_str(), stderr);
    std::string text;
    std::string error;
    return reader.Read(files.front(), &text, &error) ? Exit::kPolicy : Exit::kFile;
  }
  return Talk(&repl, options.console());
}

}  // namespace

const Command kRepl = {
    "repl", "[FILE] [options]", "a shell over a policy: set attributes, decide, ask why",
    "  keyrule repl billing.keyrule\n"
    "  keyrule repl billing.keyrule --store /var/lib/keyrule/store --tenant ws-bank\n"
    "  printf 'set app.id=invoices\\ndecide\\n' | keyrule repl billing.keyrule\n"
    "\n"
    "`help` in the shell lists its words.\n",
    Run};

}  // namespace keyrule::command
