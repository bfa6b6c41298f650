// keyrule dump FILE --pass NAME
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "evaluator/compiler.h"
#include "evaluator/passes.h"
#include "plugin_api/command/options.h"
#include "plugin_api/command/policy_input.h"

namespace keyrule::command {
namespace {

constexpr size_t kWidestName = 10;

std::string PassList(bool as_json) {
  std::string text;
  for (const evaluator::PassName& pass : evaluator::Passes()) {
    if (as_json) {
      text += nlohmann::ordered_json({{"pass", pass.name}, {"does", pass.does}}).dump() + "\n";
      continue;
    }
    text += std::string(pass.name) + std::string(kWidestName - pass.name.size(), ' ') + " " + std::string(pass.does) + "\n";
  }
  return text;
}

std::string PassNames() {
  std::string names;
  for (const evaluator::PassName& pass : evaluator::Passes()) names += (names.empty() ? "" : ", ") + std::string(pass.name);
  return names;
}

bool IsPass(const std::string& name) {
  for (const evaluator::PassName& pass : evaluator::Passes()) {
    if (pass.name == name) return true;
  }
  return false;
}

std::string DumpJson(const std::string& pass, const std::string& text) {
  nlohmann::ordered_json json;
  json["pass"] = pass;
  json["lines"] = nlohmann::json::array();
  for (size_t at = 0; at < text.size();) {
    const size_t end = text.find('\n', at);
    json["lines"].push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

Exit RunDump(const Command& self, std::vector<std::string> arguments) {
  std::vector<std::string> files;
  evaluator::PassDumps dumps;
  bool list = false;
  Options options(self);
  options.Arguments(&files, 0, 1, "a policy file", ValueKind::kPolicy);
  options.Text("--pass NAME", &dumps.wanted, "what this pass of the compiler has made");
  std::vector<std::string> passes;
  for (const evaluator::PassName& pass : evaluator::Passes()) passes.emplace_back(pass.name);
  options.Words("--pass", std::move(passes));
  options.Flag("--list", &list, "the passes, in the order in which they run");
  if (const std::optional<Exit> done = options.Parse(arguments)) return *done;
  const Console& console = options.console();
  if (list && (!files.empty() || !dumps.wanted.empty())) return options.Wrong("`--list` stands alone");
  if (list) return console.Result(PassList(console.json())), Exit::kYes;
  if (files.empty()) return options.Wrong("name a policy file");
  if (!IsPass(dumps.wanted)) {
    return options.Wrong(dumps.wanted.empty() ? "name a pass with `--pass`" : "no pass is named `" + dumps.wanted + "`",
                         "the passes are " + PassNames());
  }
  const PolicyInput policy = ReadPolicy(files.front(), options);
  if (policy.exit != Exit::kYes) return policy.exit;
  evaluator::Compile(policy.loaded.policy, {.dumps = &dumps});
  console.Result(console.json() ? DumpJson(dumps.wanted, dumps.text) : dumps.text);
  return Exit::kYes;
}

}  // namespace

const Command kDump = {
    "dump", "FILE --pass NAME", "shows what a pass of the compiler has made of a policy",
    "  keyrule dump --list                                   the passes\n"
    "  keyrule dump billing.keyrule --pass fold              the conditions, constants folded\n"
    "  keyrule dump billing.keyrule --pass split             the keys by which each rule is looked up\n"
    "  keyrule dump billing.keyrule --pass index             the tables of the index\n"
    "\n"
    "For whoever works on the compiler, or wonders what it does. `keyrule explain FILE --index` says the same for\n"
    "operators: how each rule is reached, and what would make it cheaper. The form of the lines may change.\n",
    RunDump};

}  // namespace keyrule::command
