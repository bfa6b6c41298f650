#include "plugin_api/command/log_input.h"

#include "evaluator/decision_json.h"
#include "evaluator/literals.h"
#include "evaluator/typeset.h"

namespace keyrule::command {
namespace {

// Empty stays empty. False: it is no time.
bool Moment(const std::string& text, std::string* as_lines_have_it) {
  if (text.empty()) return true;
  const std::optional<int64_t> moment = evaluator::ParseTimestamp(text);
  if (!moment) return false;
  *as_lines_have_it = evaluator::FormatTime(*moment);
  return true;
}

}  // namespace

void AddLogOptions(Options* options, LogInput* input) {
  DecisionFilter& filter = input->filter;
  options->Text("--log DIR", &input->folder, "the folder that hosts write to (their KEYRULE_DECISIONS)");
  options->Text("--run ID", &filter.run, "of this run of a workflow");
  options->Text("--node ID", &filter.node, "of this node, by id or title");
  options->Text("--app ID", &filter.app, "of this app, by id or name");
  options->Text("--credential NAME", &filter.credential, "that this credential served, by name or id");
  options->Text("--rule NAME", &filter.rule, "of this rule");
  options->Text("--since TIME", &input->since, "at or after 2026-11-23T09:30Z");
  options->Text("--until TIME", &input->until, "before it");
}

std::optional<Exit> CheckLogOptions(const Options& options, LogInput* input) {
  std::string& folder = input->folder;
  if (folder.empty()) return options.Wrong("name the folder of the log with `--log DIR`");
  while (folder.size() > 1 && folder.back() == '/') folder.pop_back();
  const auto no_time = [&](const std::string& text) {
    return options.Wrong("`" + text + "` is no time", "write it as in 2026-11-23T09:30Z");
  };
  if (!Moment(input->since, &input->filter.since)) return no_time(input->since);
  if (!Moment(input->until, &input->filter.until)) return no_time(input->until);
  return std::nullopt;
}

void LogTroubles::Add(const std::string& path, size_t line, std::string what, std::string mend) {
  if (++count_ <= kMost || console_.json()) console_.Warning(Problem{std::move(what), std::move(mend), path, line});
}

void LogTroubles::AddLost(const std::string& log, uint64_t records) {
  if (records == 0) return;
  Add(log, 0, evaluator::Count(records, "record") + " could not be written by the hosts: they are missing", "their logs say why");
}

void LogTroubles::Finish() const {
  if (count_ > kMost && !console_.json()) console_.Note("and " + evaluator::Count(count_ - kMost, "more warning"));
}

}  // namespace keyrule::command
