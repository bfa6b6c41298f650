// keyrule new [FILE]
#include <nlohmann/json.hpp>

#include "plugin_api/command/interview.h"
#include "plugin_api/command/new_policy.h"
#include "plugin_api/command/new_proof.h"
#include "plugin_api/command/new_questions.h"
#include "plugin_api/command/policy_input.h"
#include "plugin_api/command/rewrite_file.h"
#include "store/posix_file.h"

namespace keyrule::command {
namespace {

constexpr std::string_view kOutput = "-";
constexpr unsigned kMode = 0644;  // a policy holds no secret

Exit Write(const std::string& path, const std::string& text, bool force, const Options& options) {
  if (path == kOutput) return Exit::kYes;
  const bool replace = force && store::PathExists(path);
  const store::Status status = replace ? RewriteFile(path, text) : store::CreateFile(path, text, kMode);
  if (status.ok()) return Exit::kYes;
  if (status.code() == store::Code::kExists) {
    return options.Wrong("`" + path + "` is there already", "name another file, or `--force` to write over it");
  }
  options.console().Error(status);
  return Exit::kFile;
}

void Report(const std::string& path, const std::string& text, const ProvenPolicy& proven, const Console& console) {
  if (console.json()) {
    nlohmann::ordered_json json;
    json["file"] = path == kOutput ? nlohmann::ordered_json() : nlohmann::ordered_json(path);
    json["rules"] = proven.rules;
    json["tests"] = proven.tests;
    json["text"] = text;
    console.Result(json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  } else if (path == kOutput) {
    console.Print(text);
  } else {
    console.Result(path + ": " + Count(proven.rules, "rule") + ", " + Count(proven.tests, "test") + ", all passed");
    console.Note("read it, then ask it: keyrule decide " + path + " --set app.id=…");
  }
}

Exit RunNew(const Command& self, std::vector<std::string> arguments) {
  std::vector<std::string> files;
  CredentialInput credentials;
  NewWords words;
  bool yes = false;
  bool force = false;
  Options options(self);
  options.Arguments(&files, 0, 1, "the file to write", ValueKind::kPolicy);
  AddCredentialOptions(&options, &credentials, true);
  options.Texts("--provider PROVIDER", &words.providers, "1: for calls to this provider; repeatable; `every`");
  options.Text("--by WHAT", &words.by, "2: what decides: environment, app, node or nothing");
  options.Words("--by", {"environment", "app", "node", "nothing"});
  options.Texts("--value VALUE", &words.values, "2: the environment or app with credentials of its own; repeatable");
  options.Texts("--credentials WHICH", &words.credentials, "3: a name, `prod-*`, `labels.KEY=VALUE` or `all`; repeatable");
  options.Texts("--rest WHICH", &words.rest, "3: what all else spends: likewise, or `others`, `same`, `none`");
  options.Text("--choose STRATEGY", &words.choose, "4: how one of several is chosen, as behind `by` in a policy");
  options.Words("--choose", NewQuestions::Strategies());
  options.Text("--otherwise TEXT", &words.otherwise, "4: why a call is refused when none is free; `host` leaves it to the host");
  options.Text("--limit LIMIT", &words.limit, "5: as in '600 requests per minute for each app.id'; `none`");
  options.Flag("--yes", &yes, "the usual answer to what no option answers");
  options.Flag("--force", &force, "write over a file that is there");
  if (const std::optional<Exit> done = options.Parse(arguments)) return *done;
  const std::string path = files.empty() ? "policy.keyrule" : files.front();
  if (path != kOutput && !force && store::PathExists(path)) {  // before the questions
    return options.Wrong("`" + path + "` is there already", "name another file, or `--force` to write over it");
  }
  KnownCredentials known;
  Exit exit = known.Read(credentials, options);
  if (exit != Exit::kYes) return exit;
  Interview interview(options, yes);
  NewAnswers answers;
  exit = NewQuestions(words, &known, &interview).Ask(&answers);
  if (exit != Exit::kYes) return exit;
  const std::string text = WriteNewPolicy(answers, known);
  const ProvenPolicy proven = ProveNewPolicy(text, path == kOutput ? "policy.keyrule" : path, known);
  if (proven.problem) return options.Wrong(proven.problem->message, proven.problem->help);
  exit = Write(path, text, force, options);
  if (exit != Exit::kYes) return exit;
  if (path != kOutput && !path.ends_with(".keyrule")) {
    options.console().Warning(Problem{"commands look for files named *.keyrule in folders", "rename it", path});
  }
  Report(path, text, proven, options.console());
  return Exit::kYes;
}

}  // namespace

const Command kNew = {
    "new", "[FILE] [options]", "writes a first policy with its tests, by five questions or by options",
    "  keyrule new billing.keyrule --store /var/lib/keyrule/store --tenant ws-bank     asks\n"
    "  keyrule new billing.keyrule --yes                                               the usual answers\n"
    "  keyrule new - --yes --by app --value app-invoices --credentials 'prod-*' --choose first_available\n"
    "  keyrule new billing.keyrule --yes --credentials 'prod-eu weight 3' --credentials prod-us --limit '600 requests per minute'\n"
    "\n"
    "What is in the store or catalog is offered; without either, names are those that are to come. The policy\n"
    "passes `keyrule check` without warnings and its own tests pass before it is written. FILE is policy.keyrule\n"
    "unless another is named; `-` is standard output. A file that is there is left as it is without --force.\n",
    RunNew};

}  // namespace keyrule::command
