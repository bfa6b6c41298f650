#include "plugin_api/command/usage_report.h"

#include <nlohmann/json.hpp>
#include <set>

#include "plugin_api/command/table.h"

namespace keyrule::command {
namespace {

using Json = nlohmann::ordered_json;

std::string NumberOrNothing(uint64_t number) { return number == 0 ? "" : std::to_string(number); }

// Millionths as dollars.
std::string Dollars(uint64_t micro) {
  std::string decimals = std::to_string(micro % 1'000'000);
  return std::to_string(micro / 1'000'000) + "." + std::string(6 - decimals.size(), '0') + decimals;
}

// A name as Prometheus takes it: letters, digits and _.
std::string LabelName(std::string name, std::set<std::string>* taken) {
  for (char& c : name) {
    const bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    if (!fits) c = '_';
  }
  while (!taken->insert(name).second) name += '_';
  return name;
}

std::string LabelValue(const std::string& value) {
  std::string escaped;
  for (const char c : value) {
    if (c == '\n') {
      escaped += "\\n";
      continue;
    }
    if (c == '\\' || c == '"') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

class Metrics {
 public:
  explicit Metrics(const UsageHeader& header) {
    std::set<std::string> taken = {"verdict", "outcome"};
    for (const std::string& name : header) labels_.push_back(LabelName(name, &taken));
  }
  void Begin(const std::string& name, const std::string& help) {
    name_ = "keyrule_usage_" + name;
    text_ += "# HELP " + name_ + " " + help + "\n# TYPE " + name_ + " counter\n";
  }
  void Add(const std::vector<std::string>& values, const std::string& number, const std::string& more = {}) {
    std::string labels;
    for (size_t i = 0; i < values.size(); ++i) {
      labels += (labels.empty() ? "" : ",") + labels_[i] + "=\"" + LabelValue(values[i]) + "\"";
    }
    if (!more.empty()) labels += (labels.empty() ? "" : ",") + more;
    text_ += name_ + "{" + labels + "} " + number + "\n";
  }
  std::string Take() { return std::move(text_); }

 private:
  std::vector<std::string> labels_;
  std::string name_;
  std::string text_;
};

}  // namespace

std::string UsageText(const UsageHeader& header, const UsageTable& table, Format format) {
  std::vector<std::string> columns = header;
  columns.insert(columns.end(), {"decisions", "denied", "waited", "left to host", "retries", "calls"});
  for (const std::string_view outcome : kUsageOutcomes) columns.emplace_back(outcome);
  columns.insert(columns.end(), {"unreported", "tokens", "unpriced", "usd"});
  Table text(columns);
  for (const auto& [values, row] : table) {
    std::vector<std::string> cells;
    for (const std::string& value : values) cells.push_back(value.empty() ? "-" : value);
    cells.push_back(std::to_string(row.decisions()));
    for (size_t verdict = 1; verdict < row.verdicts.size(); ++verdict) cells.push_back(NumberOrNothing(row.verdicts[verdict]));
    cells.push_back(NumberOrNothing(row.retries));
    cells.push_back(NumberOrNothing(row.calls()));
    for (const uint64_t count : row.outcomes) cells.push_back(NumberOrNothing(count));
    cells.push_back(NumberOrNothing(row.unreported));
    cells.push_back(NumberOrNothing(row.tokens));
    cells.push_back(NumberOrNothing(row.unpriced_tokens));
    cells.push_back(row.cost_micro_usd() == 0 ? "" : Dollars(row.cost_micro_usd()));
    text.Add(std::move(cells));
  }
  text.DropEmptyColumns();
  return text.Render(format);
}

std::string UsageJson(const UsageHeader& header, const UsageTable& table) {
  std::string text;
  for (const auto& [values, row] : table) {
    Json line;
    line["by"] = header;
    for (size_t i = 0; i < header.size(); ++i) line[header[i]] = values[i].empty() ? Json() : Json(values[i]);
    line["decisions"] = row.decisions();
    for (size_t i = 0; i < kUsageVerdicts.size(); ++i) line["verdicts"][std::string(kUsageVerdicts[i])] = row.verdicts[i];
    line["retries"] = row.retries;
    line["calls"] = row.calls();
    for (size_t i = 0; i < kUsageOutcomes.size(); ++i) line["outcomes"][std::string(kUsageOutcomes[i])] = row.outcomes[i];
    line["unreported"] = row.unreported;
    line["tokens"] = row.tokens;
    line["unpriced_tokens"] = row.unpriced_tokens;
    line["cost_micro_usd"] = row.cost_micro_usd();
    text += line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  }
  return text;
}

std::string UsagePrometheus(const UsageHeader& header, const UsageTable& table) {
  Metrics metrics(header);
  const auto by_word = [&](const auto& words, const std::string& label, auto member) {
    for (const auto& [values, row] : table) {
      for (size_t i = 0; i < words.size(); ++i) {
        if ((row.*member)[i] == 0) continue;
        metrics.Add(values, std::to_string((row.*member)[i]), label + "=\"" + std::string(words[i]) + "\"");
      }
    }
  };
  metrics.Begin("decisions_total", "Decisions, by verdict.");
  by_word(kUsageVerdicts, "verdict", &UsageRow::verdicts);
  metrics.Begin("calls_total", "Calls whose outcome was reported, by outcome.");
  by_word(kUsageOutcomes, "outcome", &UsageRow::outcomes);
  const auto number = [&](const std::string& name, const std::string& help, const auto& of) {
    metrics.Begin(name, help);
    for (const auto& [values, row] : table) metrics.Add(values, of(row));
  };
  number("retries_total", "Decisions after a failure of the same call.", [](const UsageRow& row) { return std::to_string(row.retries); });
  number("unreported_total", "Decisions to use a credential of which no outcome is known.",
         [](const UsageRow& row) { return std::to_string(row.unreported); });
  number("tokens_total", "Tokens of reported calls.", [](const UsageRow& row) { return std::to_string(row.tokens); });
  number("unpriced_tokens_total", "Tokens of calls without a price.",
         [](const UsageRow& row) { return std::to_string(row.unpriced_tokens); });
  number("cost_usd_total", "What calls have cost, in US dollars.", [](const UsageRow& row) { return Dollars(row.cost_micro_usd()); });
  return metrics.Take();
}

}  // namespace keyrule::command
