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

std::optional<Exit> CheckLogOptions(const Options& options, const std::string& since, const std::string& until, std::string* log,
                                    DecisionFilter* filter) {
  if (log->empty()) return options.Wrong("name the folder of the log with `--log DIR`");
  while (log->size() > 1 && log->back() == '/') log->pop_back();
  const auto no_time = [&](const std::string& text) {
    return options.Wrong("`" + text + "` is no time", "write it as in 2026-11-23T09:30Z");
  };
  if (!Moment(since, &filter->since)) return no_time(since);
  if (!Moment(until, &filter->until)) return no_time(until);
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
