// keyrule decisions --log DIR
#include <string>
#include <vector>

#include "plugin_api/command/decision_log_table.h"
#include "plugin_api/command/log_input.h"
#include "plugin_api/command/progress.h"

namespace keyrule::command {
namespace {

void Show(const DecisionIndex& index, const std::vector<std::string>& paths, const Console& console,
          LogTroubles* troubles) {
  LineFetcher fetcher(paths);
  DecisionLogPrinter printer(console);
  std::string decided;
  std::vector<std::string> reports;
  for (const IndexedDecision& one : index.decisions()) {
    bool whole = fetcher.Read(one.place, &decided);
    reports.clear();
    for (uint32_t at = one.first_report; at != kNoReport; at = index.report(at).next) {
      whole = fetcher.Read(index.report(at).place, &reports.emplace_back()) && whole;
    }
    if (!whole || !printer.Add(decided, reports, index.process(one.place.file))) {
      troubles->Add(paths[one.place.file], 0, "changed while it was read; a decision is passed over", "");
    }
  }
  printer.Finish();
}

Exit RunDecisions(const Command& self, std::vector<std::string> arguments) {
  LogInput input;
  const std::string& log = input.folder;
  const DecisionFilter& filter = input.filter;
  std::vector<std::string> none;
  Options options(self);
  options.Arguments(&none, 0, 0, "nothing");
  AddLogOptions(&options, &input);
  if (const std::optional<Exit> done = options.Parse(arguments)) return *done;
  if (const std::optional<Exit> wrong = CheckLogOptions(options, &input)) return *wrong;
  const Console& console = options.console();
  const store::Result<std::vector<std::string>> paths = ListDecisionLog(log);
  if (!paths.ok()) return console.Error(paths.status()), Exit::kFile;
  LogTroubles troubles(console);
  DecisionIndex index;
  {
    const Progress progress(console, "reading the record");
    index.Read(*paths, filter, troubles.taker());
  }
  troubles.AddLost(log, index.lost());
  Show(index, *paths, console, &troubles);
  troubles.Finish();
  const bool found = !index.decisions().empty();
  if (!found) console.Note(filter.empty() ? "no decision is recorded in " + log : "no such decision is recorded in " + log);
  const bool denied = options.deny_warnings() && troubles.any();
  return (found || filter.empty()) && !denied ? Exit::kYes : Exit::kNo;
}

}  // namespace

const Command kDecisions = {
    "decisions", "--log DIR [options]", "says which key served which node of which run, and why",
    "  keyrule decisions --log /var/lib/keyrule/decisions --run 0f6a1c52-9d0e-4a53-b1de-64e0c0a7a1b4\n"
    "  keyrule decisions --log /var/lib/keyrule/decisions --credential prod-eu --since 2026-11-23T09:30Z\n"
    "  keyrule decisions --log /var/lib/keyrule/decisions --app invoices --json\n"
    "\n"
    "In the order of time, from the files of all processes. `reasons` says who was passed over and why, or why the\n"
    "call was refused. Lines that are no whole record, as a killed process may leave one, are named and passed over.\n"
    "Exit code 0: done, and a record without any decision is one; 1: options say which, and none is such (with\n"
    "`--deny-warnings`: or something was passed over); 4: the folder cannot be read. Files of more than 64 MiB are followed by a new one; remove old ones as you like.\n",
    RunDecisions};

}  // namespace keyrule::command
