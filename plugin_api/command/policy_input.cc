#include "plugin_api/command/policy_input.h"

#include "evaluator/compiler.h"

namespace keyrule::command {

void SayDenied(const std::string& path, size_t warnings, const Options& options) {
  const Console& console = options.console();
  if (console.json() && !console.quiet()) return;  // each line says so
  console.Error(Problem{Count(warnings, "warning") + ", which `--deny-warnings` does not allow",
                        console.quiet() ? "leave out `--quiet` to see them" : "", path});
}

PolicyInput ReadPolicy(const std::string& path, const Options& options, ReadFiles* files) {
  return ReadPolicy(NotingReader(files), path, options);
}

PolicyInput ReadPolicy(const dsl::FileReader& reader, const std::string& path, const Options& options) {
  dsl::LoadOptions load;
  load.schema_file = options.schema();
  load.deny_warnings = options.deny_warnings();
  PolicyInput input;
  input.loaded = dsl::Load(reader, path, load);
  options.console().Show(input.loaded.diagnostics, *input.loaded.sources);
  if (input.loaded.unreadable) {
    input.exit = Exit::kFile;
  } else if (input.loaded.policy == nullptr ||
             (options.deny_warnings() && input.loaded.diagnostics.warnings() > 0)) {
    input.exit = Exit::kPolicy;
    if (!input.loaded.diagnostics.has_errors()) SayDenied(path, input.loaded.diagnostics.warnings(), options);
  } else {
    input.program = evaluator::Compile(input.loaded.policy);
  }
  return input;
}

}  // namespace keyrule::command
