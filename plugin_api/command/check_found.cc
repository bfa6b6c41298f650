#include "plugin_api/command/check_found.h"

#include <algorithm>

namespace keyrule::command {

void TakeFound(std::vector<dsl::Diagnostic> found, const std::vector<dsl::Code>& settled, const std::string& file,
               const Options& options, Checked* checked) {
  const dsl::Sources& sources = *checked->input.loaded.sources;
  dsl::Silencer silencer(sources);
  size_t warnings = 0;
  const auto show = [&](dsl::Diagnostic one) {
    warnings += one.severity == dsl::Severity::kWarning ? 1 : 0;
    if (!checked->found.full()) options.console().Show(one, sources);
    dsl::Diagnostic& kept = checked->found.Add(one.code, one.span, std::move(one.message), std::move(one.help));
    kept.notes = std::move(one.notes);
  };
  for (dsl::Diagnostic& one : found) {
    if (const std::string* reason = silencer.ReasonFor(one)) {
      checked->silenced.push_back({std::move(one), *reason});
    } else {
      show(std::move(one));
    }
  }
  for (const dsl::Silencer::Allowance& allowance : silencer.allowances()) {
    const bool ours = std::any_of(settled.begin(), settled.end(),
                                  [&](dsl::Code code) { return dsl::CodeName(code) == allowance.code; });
    if (ours && !allowance.cover->used) show(dsl::Silencer::Idle(allowance));
  }
  const bool denied = options.deny_warnings() && warnings > 0;
  if (!checked->found.has_errors() && !denied) return;
  checked->input.exit = First(checked->input.exit, Exit::kPolicy);
  if (!checked->found.has_errors()) SayDenied(file, warnings, options);
}

}  // namespace keyrule::command
