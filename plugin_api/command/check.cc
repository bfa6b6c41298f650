// keyrule check FILE…
#include <nlohmann/json.hpp>

#include "plugin_api/command/policy_input.h"

namespace keyrule::command {
namespace {

std::string Summary(const std::string& file, const PolicyInput& input) {
  const size_t warnings = input.loaded.diagnostics.warnings();
  std::string text = file + ": no errors";
  if (warnings > 0) text += ", " + Count(warnings, "warning");
  return text + ", " + Count(input.loaded.policy->rules.size(), "rule") + ", " +
         Count(input.loaded.policy->tests.size(), "test");
}

std::string SummaryJson(const std::string& file, const PolicyInput& input) {
  nlohmann::ordered_json json;
  json["file"] = file;
  json["ok"] = input.exit == Exit::kYes;
  json["errors"] = input.loaded.diagnostics.errors();
  json["warnings"] = input.loaded.diagnostics.warnings();
  if (input.loaded.policy != nullptr) {
    json["rules"] = input.loaded.policy->rules.size();
    json["tests"] = input.loaded.policy->tests.size();
    json["revision"] = input.loaded.policy->revision;
  }
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

Exit Run(const Command& self, std::vector<std::string> arguments) {
  std::vector<std::string> files;
  Options options(self);
  options.Arguments(&files, 1, SIZE_MAX, "a policy file");
  if (const std::optional<Exit> done = options.Parse(arguments)) return *done;
  Exit exit = Exit::kYes;
  for (const std::string& file : files) {
    const PolicyInput input = ReadPolicy(file, options);
    exit = First(exit, input.exit);
    if (options.console().json()) {
      options.console().Result(SummaryJson(file, input));
    } else if (input.exit == Exit::kYes) {
      options.console().Result(Summary(file, input));
    }
  }
  return exit;
}

}  // namespace

const Command kCheck = {
    "check", "FILE… [options]", "reads and checks policies; says what is wrong and how to mend it",
    "  keyrule check billing.keyrule\n"
    "  keyrule check --deny-warnings policies/*.keyrule      as a build would\n"
    "  keyrule check --json billing.keyrule                  for an editor\n",
    Run};

}  // namespace keyrule::command
