#include "plugin_api/command/decision_log_table.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

namespace keyrule::command {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kMostRows = 10'000;

Table Empty() {
  return Table({"time", "run", "node", "title", "app", "model", "verdict", "credential", "rule", "attempt", "outcome", "ms",
                "tokens", "reasons", "tags"});
}

// A member as text; empty where it is not there.
std::string Text(const Json& object, const char* key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  if (found == object.end() || found->is_null()) return {};
  return found->is_string() ? found->get<std::string>() : found->dump(-1, ' ', false, Json::error_handler_t::replace);
}

const Json& Member(const Json& object, const char* key) {
  static const Json kNothing = Json::object();
  const auto found = object.is_object() ? object.find(key) : object.end();
  return found == object.end() ? kNothing : *found;
}

std::string Tags(const Json& tags) {
  std::string text;
  for (const auto& [name, value] : tags.items()) {
    text += (text.empty() ? "" : " ") + name + "=" + (value.is_string() ? value.get<std::string>() : value.dump());
  }
  return text;
}

// Why it was refused or left, and who was passed over.
std::string Reasons(const Json& decision) {
  std::string text = Text(decision, "reason");
  if (const std::string message = Text(decision, "message"); !message.empty()) text += ": " + message;
  for (const auto& [at, candidate] : Member(decision, "candidates").items()) {
    if (Text(candidate, "state") != "skipped") continue;
    text += (text.empty() ? "" : "; ") + Text(candidate, "name") + " " + Text(candidate, "why");
  }
  return text;
}

std::string WithReports(const std::string& decided, const Json& reports, const LogProcess& process) {
  Json more;
  more["process"] = {{"host", process.host.empty() ? Json() : Json(process.host)},
                     {"pid", process.pid == 0 ? Json() : Json(process.pid)}};
  more["reports"] = reports;
  for (Json& report : more["reports"]) {
    report.erase("kind");
    report.erase("id");
  }
  const std::string tail = more.dump(-1, ' ', false, Json::error_handler_t::replace);
  return decided.substr(0, decided.find_last_of('}')) + "," + tail.substr(1);
}

// What a person reads of the calls that one decision served.
struct Calls {
  std::string outcomes;     // "ok", "ok x 3, rate_limited"
  uint64_t latency_ms = 0;  // of the slowest
  uint64_t tokens = 0;      // of all

  explicit Calls(const Json& reports) {
    std::vector<std::pair<std::string, size_t>> counts;
    for (const Json& report : reports) {
      const std::string outcome = Text(report, "outcome");
      if (counts.empty() || counts.back().first != outcome) counts.emplace_back(outcome, 0);
      ++counts.back().second;
      latency_ms = std::max(latency_ms, Number(report, "latency_ms"));
      tokens += Number(report, "tokens");
    }
    for (const auto& [outcome, count] : counts) {
      outcomes += (outcomes.empty() ? "" : ", ") + outcome + (count == 1 ? "" : " x " + std::to_string(count));
    }
  }
  static uint64_t Number(const Json& report, const char* key) {
    const Json& value = Member(report, key);
    return value.is_number_unsigned() ? value.get<uint64_t>() : 0;
  }
};

std::string NumberOrNothing(uint64_t number) { return number == 0 ? "" : std::to_string(number); }

}  // namespace

DecisionLogPrinter::DecisionLogPrinter(const Console& console) : console_(console), table_(Empty()) {}

bool DecisionLogPrinter::Add(const std::string& decided, const std::vector<std::string>& lines,
                             const LogProcess& process) {
  Json reports = Json::array();
  for (const std::string& line : lines) {
    reports.push_back(Json::parse(line, nullptr, false));
    if (!reports.back().is_object()) return false;
  }
  if (console_.json()) {
    console_.Result(WithReports(decided, reports, process));
    return true;
  }
  const Json line = Json::parse(decided, nullptr, false);
  if (line.is_discarded()) return false;
  const Json& context = Member(line, "context");
  const Json& decision = Member(line, "decision");
  const std::string app = Text(context, "app.name");
  const std::string attempt = Text(decision, "attempt");
  const Calls calls(reports);
  table_.Add({Text(decision, "at"), Text(context, "workflow.run_id"), Text(context, "node.id"), Text(context, "node.title"),
              app.empty() ? Text(context, "app.id") : app, Text(context, "model"), Text(decision, "verdict"),
              Text(Member(decision, "credential"), "name"), Text(decision, "rule"), attempt == "1" ? "" : attempt,
              calls.outcomes, NumberOrNothing(calls.latency_ms), NumberOrNothing(calls.tokens), Reasons(decision),
              Tags(Member(decision, "tags"))});
  if (++rows_ == kMostRows) EndTable();
  return true;
}

void DecisionLogPrinter::Finish() {
  if (rows_ > 0) EndTable();
}

void DecisionLogPrinter::EndTable() {
  table_.DropEmptyColumns();
  console_.Result(table_.Render(console_.format()));
  table_ = Empty();
  rows_ = 0;
}

}  // namespace keyrule::command
