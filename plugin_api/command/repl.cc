// keyrule repl [FILE…]
#include "evaluator/repl.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "evaluator/typeset.h"
#include "plugin_api/command/credential_input.h"
#include "plugin_api/command/interrupt.h"
#include "plugin_api/command/options.h"
#include "plugin_api/command/rewrite_file.h"
#include "plugin_api/command/terminal.h"

namespace keyrule::command {
namespace {

using Answer = evaluator::Repl::Answer;

constexpr int64_t kCallsBetweenSigns = 65'536;  // of life, while many calls are made

// What the mind needs of the process around it.
class Host final : public evaluator::ReplHost {
 public:
  void SetTerminal(const Terminal* terminal) { terminal_ = terminal; }

  bool Interrupted() override { return interactive() && InterruptHandler::Interrupted(); }
  void Progress(int64_t done, int64_t all) override {
    if (!interactive() || done % kCallsBetweenSigns != 0) return;
    std::fprintf(stderr, "\r%3d %%", static_cast<int>(done * 100 / all));
    std::fflush(stderr);
    shown_ = true;
  }
  bool Rewrite(const std::string& path, std::string_view text, std::string* error) override {
    const store::Status done = RewriteFile(path, text);
    if (!done.ok()) *error = done.where() + ": " + done.what();
    return done.ok();
  }
  std::vector<std::string> EarlierLines() override {
    return terminal_ != nullptr ? terminal_->EarlierLines() : std::vector<std::string>();
  }
  std::vector<std::string> Files(std::string_view begun) override {
    const bool quoted = begun.starts_with('"');
    if (quoted) begun.remove_prefix(1);
    const std::filesystem::path path(begun);
    const std::filesystem::path folder = path.parent_path();
    std::vector<std::string> names;
    std::error_code error;
    for (std::filesystem::directory_iterator at(folder.empty() ? "." : folder, error), end; !error && at != end;
         at.increment(error)) {
      const std::string name = at->path().filename().string();
      if (!name.starts_with(path.filename().string()) ||
          name.starts_with('.') != path.filename().string().starts_with('.'))
        continue;
      std::error_code no_folder;
      const bool is_folder = at->is_directory(no_folder);
      if (!is_folder && !name.ends_with(".keyrule")) continue;
      const std::string whole = (folder / name).string() + (is_folder ? "/" : "");
      names.push_back(quoted || whole.find(' ') != std::string::npos ? "\"" + whole + (is_folder ? "" : "\"") : whole);
    }
    return names;
  }
  size_t Columns() override { return TerminalColumns(); }

  // Takes what Progress has shown from the screen.
  void ClearProgress() {
    if (!shown_) return;
    std::fputs("\r     \r", stderr);
    shown_ = false;
  }

 private:
  bool interactive() const { return terminal_ != nullptr && terminal_->interactive(); }

  const Terminal* terminal_ = nullptr;
  bool shown_ = false;
};

class Talk {
 public:
  Talk(evaluator::Repl* repl, Host* host, const Console& console, bool bail, bool colour)
      : repl_(*repl), host_(*host), console_(console), bail_(bail), colour_(colour) {}

  // Those of the command line, each as if it were typed.
  Exit Commands(const std::vector<std::string>& commands) {
    for (size_t i = 0; i < commands.size(); ++i) {
      if (!Take(commands[i], "<command " + std::to_string(i + 1) + ">")) break;
    }
    return exit_;
  }

  Exit Lines() {
    Terminal terminal([this](std::string_view text) { return repl_.Complete(text); });
    host_.SetTerminal(&terminal);
    interactive_ = terminal.interactive();
    if (interactive_ && !repl_.opening().empty()) console_.Result(repl_.opening());
    std::string text;
    size_t number = 0;  // of the line
    size_t first = 0;   // of the lines of `text`
    while (const std::optional<Terminal::Line> line = terminal.ReadLine(Prompt(!text.empty()), text)) {
      ++number;
      if (line->cancelled) {
        text.clear();
        continue;
      }
      if (text.empty()) first = number;
      text += line->text;
      if (repl_.NeedsMore(text)) {
        text += '\n';
        continue;
      }
      if (interactive_ && text.find_first_not_of(" \t\n") != std::string::npos)
        terminal.Remember(evaluator::OneLine(text));
      if (!Take(text, "<stdin>:" + std::to_string(first))) {
        text.clear();
        break;
      }
      text.clear();
    }
    // What was begun is answered, so that nobody thinks it was done.
    if (!text.empty() && !interactive_) Take(text, "<stdin>:" + std::to_string(first));
    host_.SetTerminal(nullptr);
    return exit_;
  }

 private:
  std::string Prompt(bool more) const {
    const std::string word = more ? "    ...>" : "keyrule>";
    // What follows the last escape must have a width, or it is not written.
    return colour_ ? "\1\x1b[1m\1" + word + "\1\x1b[0m\1 " : word + " ";
  }

  // False: it was the last.
  bool Take(const std::string& text, const std::string& where) {
    InterruptHandler::TakeInterrupt();
    const Answer answer = repl_.Feed(text);
    host_.ClearProgress();
    if (!answer.text.empty()) console_.Print(answer.text);
    std::fflush(stdout);
    if (!answer.problem.empty()) Complain(answer, where);
    // A person sees the error and goes on; a script must learn of it.
    if (answer.error && !interactive_) exit_ = Exit::kNo;
    return !answer.quit && !(answer.error && bail_ && !interactive_);
  }

  void Complain(const Answer& answer, const std::string& where) const {
    if (interactive_) {
      std::fputs(answer.problem.c_str(), stdout);
      std::fflush(stdout);
      return;
    }
    // Where it is: before a line of its own kind, above what has a place of its own.
    const bool one_line = answer.problem.find('\n') + 1 == answer.problem.size();
    std::fputs((where + ":" + (one_line ? " " : "\n") + answer.problem).c_str(), stderr);
  }

  evaluator::Repl& repl_;
  Host& host_;
  const Console& console_;
  const bool bail_;
  const bool colour_;
  bool interactive_ = false;
  Exit exit_ = Exit::kYes;
};

// A terminal that understands colours.
bool UnderstandsColours(const Console& console) {
  const char* terminal = std::getenv("TERM");
  return console.colour_out() && terminal != nullptr && std::strcmp(terminal, "dumb") != 0;
}

Exit RunRepl(const Command& self, std::vector<std::string> arguments) {
  std::vector<std::string> files;
  std::vector<std::string> commands;
  CredentialInput credentials;
  std::optional<uint64_t> seed;
  bool bail = false;
  Options options(self);
  options.Arguments(&files, 0, 1'000, "a policy file", ValueKind::kPolicy);
  options.Texts("-c,--command TEXT", &commands, "do this and nothing else; repeatable, in order");
  options.Flag("--bail", &bail, "a script stops at its first error");
  AddCredentialOptions(&options, &credentials, true);
  options.Number("--seed N", &seed, "of the random strategies; 0 unless given");
  if (const std::optional<Exit> done = options.Parse(arguments)) return *done;
  const Console& console = options.console();
  if (console.json()) return options.Wrong("the shell speaks text, not JSON");
  Host host;
  evaluator::ReplOptions repl_options;
  repl_options.policies = files;
  repl_options.seed = seed.value_or(0);
  repl_options.colour = UnderstandsColours(console);
  repl_options.schema_file = options.schema();
  repl_options.deny_warnings = options.deny_warnings();
  repl_options.host = &host;
  const Exit exit = OpenCredentials(credentials, options, &repl_options.source);
  if (exit != Exit::kYes) return exit;
  const dsl::DiskReader reader;
  evaluator::Repl repl(reader, repl_options);
  if (!files.empty() && !repl.ready()) {
    std::fputs(repl.opening().c_str(), stderr);
    for (const std::string& file : files) {
      std::string text;
      std::string error;
      if (!reader.Read(file, &text, &error)) return Exit::kFile;
    }
    return Exit::kPolicy;
  }
  Talk talk(&repl, &host, console, bail, repl_options.colour);
  return commands.empty() ? talk.Lines() : talk.Commands(commands);
}

}  // namespace

const Command kRepl = {
    "repl", "[FILE…] [options]", "a shell over a policy: set attributes, decide, ask why",
    "  keyrule repl billing.keyrule\n"
    "  keyrule repl billing.keyrule --store /var/lib/keyrule/store --tenant ws-bank\n"
    "  keyrule repl billing.keyrule -c 'set app.id = \"invoices\"' -c decide -c why\n"
    "  printf 'set app.id = \"invoices\"\\nexpect rule billing\\n' | keyrule repl billing.keyrule\n"
    "\n"
    "Of several files the first has the `default`; the others are read as if it imported them at its end. `help` in "
    "the\n"
    "shell lists its words. A script (standard input, -c) exits with 1 if a line could not be carried out or an "
    "`expect`\n"
    "failed; it goes on to the end, or with --bail to the first such line. Errors name the line: `<stdin>:3: …`.\n",
    RunRepl};

}  // namespace keyrule::command
