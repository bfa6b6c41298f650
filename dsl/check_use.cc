#include "dsl/check.h"
#include "dsl/wording.h"

namespace keyrule::dsl {

// Only names of the first file: an imported file serves other policies too. And only if all names
// could be resolved: else what is unused may just be misspelt.
void CheckUse(Check& check) {
  if (check.loading.diagnostics.has_errors()) return;
  for (const Names::Entry& entry : check.loading.names.all()) {
    const Meaning& meaning = *entry.meaning;
    if (meaning.used || meaning.kind == NameKind::kQuota) continue;
    if (!check.loading.InFirstFile(meaning.span)) continue;
    if (meaning.kind == NameKind::kBudget && !check.policy.meters[meaning.index].members.empty()) {
      continue;  // counts by itself
    }
    check.Warn(Code::KR0110, meaning.span, Cat({Tick(entry.name), " is never used"}), "remove it");
  }
}

}  // namespace keyrule::dsl
