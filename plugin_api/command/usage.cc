// keyrule usage --log DIR
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "dsl/suggest.h"
#include "evaluator/typeset.h"
#include "plugin_api/command/log_input.h"
#include "plugin_api/command/progress.h"
#include "plugin_api/command/usage_report.h"

namespace keyrule::command {
namespace {

constexpr std::string_view kTags = "tag";  // each tag by itself

// What is counted by.
struct Views {
  std::vector<UsageNames> by;
  bool all_tags = false;  // behind them

  std::vector<UsageHeader> headers() const {
    std::vector<UsageHeader> headers;
    for (const UsageNames& names : by) {
      UsageHeader& header = headers.emplace_back();
      for (const UsageName& name : names) header.push_back(name.text());
    }
    if (all_tags) headers.push_back({std::string(kTags)});
    return headers;
  }
};

std::vector<std::string> SplitAtCommas(const std::string& text) {
  std::vector<std::string> words;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find(',', begin), text.size());
    words.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

std::optional<Exit> ReadViews(const Options& options, std::vector<std::string> by, Views* views) {
  for (const std::string& one : by) {
    if (one == kTags) {
      views->all_tags = true;
      continue;
    }
    UsageNames& names = views->by.emplace_back();
    for (const std::string& word : SplitAtCommas(one)) {
      if (word == kTags) return options.Wrong("`tag` counts each tag by itself; with others name one: `tag.NAME`");
      std::optional<UsageName> name = UsageName::Of(word);
      if (!name) return options.Wrong("nothing is named `" + word + "`", dsl::Suggest(word, UsageName::All(), "the names"));
      names.push_back(std::move(*name));
    }
  }
  return std::nullopt;
}

std::vector<std::string> DefaultBy(Format format) {
  if (format == Format::kPrometheus) return {"credential,rule,app"};
  return {"credential", "rule", "app", std::string(kTags)};
}

void Show(const UsageCount& count, const std::vector<UsageHeader>& headers, const Console& console) {
  for (size_t i = 0; i < headers.size(); ++i) {
    const UsageTable& table = count.tables()[i];
    if (table.empty()) continue;
    if (console.format() == Format::kPrometheus) {
      console.Print(UsagePrometheus(headers[i], table));
    } else if (console.json()) {
      console.Result(UsageJson(headers[i], table));
    } else {
      console.Result((i > 0 ? "\n" : "") + UsageText(headers[i], table, console.format()));
    }
  }
}

// Prices that are missing make the sums too small: that must be seen.
void NoteUnpriced(const UsageCount& count, const Console& console) {
  uint64_t tokens = 0;
  for (const auto& [values, row] : count.tables().front()) tokens += row.unpriced_tokens;
  if (tokens == 0) return;
  console.Note(std::to_string(tokens) + " tokens have no price: their calls count as free; name their models in the price table");
}

Exit RunUsage(const Command& self, std::vector<std::string> arguments) {
  LogInput input;
  const std::string& log = input.folder;
  const DecisionFilter& filter = input.filter;
  std::string prices_path;
  std::vector<std::string> none, by;
  Options options(self);
  options.AlsoFormat("prometheus");
  options.Arguments(&none, 0, 0, "nothing");
  AddLogOptions(&options, &input);
  options.Texts("--by NAMES", &by, "count by these, as in `--by credential,model`; several times: a table each");
  const std::vector<std::string_view> names = UsageName::All();
  options.Words("--by", {names.begin(), names.end()});
  options.Text("--prices FILE", &prices_path, "what models cost, for calls whose cost the host did not report");
  if (const std::optional<Exit> done = options.Parse(arguments)) return *done;
  const Console& console = options.console();
  if (const std::optional<Exit> wrong = CheckLogOptions(options, &input)) return *wrong;
  Views views;
  if (const std::optional<Exit> wrong = ReadViews(options, by.empty() ? DefaultBy(console.format()) : by, &views)) return *wrong;
  const std::vector<UsageHeader> headers = views.headers();
  if (console.format() == Format::kPrometheus && (headers.size() > 1 || views.all_tags)) {
    return options.Wrong("metrics have one set of labels", "write one `--by`, as in `--by credential,tag.cost_center`");
  }
  PriceTable prices;
  if (!prices_path.empty()) {
    if (const Exit exit = prices.Read(prices_path, console); exit != Exit::kYes) return exit;
  }
  const store::Result<std::vector<std::string>> paths = ListDecisionLog(log);
  if (!paths.ok()) return console.Error(paths.status()), Exit::kFile;
  LogTroubles troubles(console);
  UsageCount count(std::move(views.by), views.all_tags, prices);
  uint64_t lost = 0;
  std::optional<Progress> progress(std::in_place, console, "reading the record", "line");
  ReadDecisionLog(
      *paths,
      [&](std::string_view text) {
        progress->Add();
        return !filter.MayTake(text);
      },
      [&](const DecisionLogLine& line, const LinePlace&) {
        if (line.kind == DecisionLogLine::Kind::kDecided && filter.Takes(line)) count.AddDecision(line);
        if (line.kind == DecisionLogLine::Kind::kReported) count.AddReport(line);
        if (line.kind == DecisionLogLine::Kind::kLost) lost += line.records;
      },
      troubles.taker());
  progress.reset();
  troubles.AddLost(log, lost);
  Show(count, headers, console);
  troubles.Finish();
  if (!prices.empty()) NoteUnpriced(count, console);
  if (count.strays() > 0 && filter.empty()) {
    console.Note(evaluator::Count(count.strays(), "report") + " not counted, as the decisions that they are of are not in " + log +
                 ", or only behind them");
  }
  if (count.decisions() == 0) console.Note((filter.empty() ? "no decision" : "no such decision") + std::string(" is recorded in ") + log);
  const bool denied = options.deny_warnings() && troubles.any();
  return (count.decisions() > 0 || filter.empty()) && !denied ? Exit::kYes : Exit::kNo;
}

}  // namespace

const Command kUsage = {
    "usage", "--log DIR [options]", "counts decisions, outcomes, tokens and cost by credential, rule, app and tag",
    "  keyrule usage --log /var/lib/keyrule/decisions --since 2026-11-01T00:00Z --prices prices.json\n"
    "  keyrule usage --log /var/lib/keyrule/decisions --by credential,model --by tag.cost_center,day\n"
    "  keyrule usage --log /var/lib/keyrule/decisions --format prometheus > /var/lib/node_exporter/keyrule.prom\n"
    "\n"
    "From the record of decisions of all processes. Names: credential, rule, app, node, workflow, user, tenant, environment,\n"
    "pool, provider, model, reason, day, hour, tag (each by itself), tag.NAME. A call's cost is what the host reported, else\n"
    "its tokens by the price table. Exit code 0: done; 1: options say which, and none is such; 4: a file cannot be read.\n",
    RunUsage};

}  // namespace keyrule::command
