// keyrule state DIR
#include <algorithm>
#include <concepts>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "evaluator/clock.h"
#include "evaluator/counter_table.h"
#include "evaluator/decision_json.h"
#include "evaluator/fleet_share.h"
#include "evaluator/latency.h"
#include "evaluator/leases.h"
#include "evaluator/state_layout.h"
#include "evaluator/typeset.h"
#include "plugin_api/command/options.h"
#include "plugin_api/command/policy_input.h"
#include "plugin_api/command/table.h"
#include "store/process_slot.h"
#include "store/state_file.h"

namespace keyrule::command {
namespace {

using evaluator::CounterTable;
using evaluator::StateBlock;
using Json = nlohmann::ordered_json;

std::string Hex(uint64_t number) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(number));
  return text;
}

// What stands in one field of a table: a text, a number, or nothing.
class Field {
 public:
  Field(std::string text) : json_(text.empty() ? Json() : Json(text)), text_(std::move(text)) {}
  Field(const char* text) : Field(std::string(text)) {}
  template <std::integral Number>
  Field(Number number) : json_(number), text_(std::to_string(number)) {}

  const Json& json() const { return json_; }
  const std::string& text() const { return text_; }

 private:
  Json json_;
  std::string text_;
};

std::string Time(int64_t unix_ms) { return unix_ms <= 0 ? std::string() : evaluator::FormatTime(unix_ms); }

// Rows of one kind, with what each column is called in JSON.
class Rows {
 public:
  Rows(std::string name, std::vector<std::string> columns) : name_(std::move(name)), columns_(std::move(columns)) {}
  void Add(std::vector<Field> row) { rows_.push_back(std::move(row)); }
  size_t size() const { return rows_.size(); }

  void PutInto(Json* json) const {
    Json& list = (*json)[name_] = Json::array();
    for (const auto& row : rows_) {
      Json& one = list.emplace_back(Json::object());
      for (size_t i = 0; i < row.size(); ++i) one[columns_[i]] = row[i].json();
    }
  }
  std::string Text(Format format) const {
    if (rows_.empty()) return {};
    Table table(columns_);
    for (const auto& row : rows_) {
      std::vector<std::string> texts;
      for (const Field& field : row) texts.push_back(field.text());
      table.Add(std::move(texts));
    }
    table.DropEmptyColumns();
    return "\n" + name_ + "\n" + table.Render(format);
  }

 private:
  const std::string name_;
  const std::vector<std::string> columns_;
  std::vector<std::vector<Field>> rows_;
};

Rows Processes(const StateBlock& block, const std::string& dir) {
  Rows rows("processes", {"slot", "pid", "since", "leases"});
  std::vector<uint64_t> leases(evaluator::kStateProcesses, 0);
  for (const evaluator::LeaseEntry& lease : block.leases) {
    const uint64_t word = lease.owner.load();
    const evaluator::StateOwner owner = evaluator::Leases::OwnerOf(word);
    if (evaluator::Leases::StateOf(word) == evaluator::Leases::State::kHeld && owner.slot < leases.size()) ++leases[owner.slot];
  }
  for (const uint32_t slot : store::SlotsInUse(dir, evaluator::kStateProcesses)) {
    const evaluator::ProcessEntry& process = block.processes[slot];
    rows.Add({slot, process.pid.load(), Time(static_cast<int64_t>(process.started_ms.load())), leases[slot]});
  }
  return rows;
}

// The columns of how something rests.
void AddRest(const evaluator::RestState& rest, int64_t now_ms, std::vector<Field>* row) {
  const int64_t until = rest.rests_until.load();
  row->insert(row->end(), {until > now_ms ? Time(until) : "", rest.failures.load(),
                           rest.needs_probe.load() != 0 ? "needed" : ""});
}

Rows Credentials(const StateBlock& block, int64_t now_ms) {
  Rows rows("credentials", {"credential", "in_flight", "rests_until", "failures", "probe", "latency_ms"});
  for (const evaluator::PlaceEntry& entry : block.credential_keys) {
    const uint64_t place = entry.place.load();
    if (place == 0 || place > evaluator::kStateCredentials) continue;
    const evaluator::CredentialState& state = block.credentials[place - 1];
    std::vector<Field> row = {Hex(entry.first.load()), state.in_flight.load()};
    AddRest(state.rest, now_ms, &row);
    const int64_t latency = state.latency.load();
    row.push_back(latency > 0 ? Field(latency >> evaluator::kLatencyFraction) : Field(""));
    rows.Add(std::move(row));
  }
  return rows;
}

// Credentials that rest, or have rested, for one model only.
Rows Models(const StateBlock& block, int64_t now_ms) {
  Rows rows("models", {"model", "credential", "rests_until", "failures", "probe"});
  std::map<uint64_t, uint64_t> names;  // by place
  for (const evaluator::PlaceEntry& entry : block.credential_keys) names[entry.place.load()] = entry.first.load();
  for (uint32_t i = 0; i < evaluator::kStateModels; ++i) {
    const CounterTable::Mark mark = CounterTable::Mark::Of(block.model_heads[i].mark.load());
    if (mark.state != CounterTable::Mark::State::kUsed || mark.IsIdle(now_ms / 1000)) continue;
    const evaluator::ModelState& pair = block.models[i];
    std::vector<Field> row = {Hex(block.model_heads[i].key.load()), Hex(names[pair.credential.load()])};
    AddRest(pair.rest, now_ms, &row);
    rows.Add(std::move(row));
  }
  return rows;
}

// How much of what has no end is given out; idle counters are given to others.
Rows Tables(const StateBlock& block) {
  Rows rows("tables", {"table", "used", "of"});
  const auto& header = block.header;
  const auto add = [&](const char* name, uint64_t used, uint64_t of) {
    rows.Add({name, std::min(used, of), of});
  };
  const auto turns = std::count_if(std::begin(block.turns), std::end(block.turns),
                                   [](const evaluator::TurnEntry& turn) { return turn.key.load() != 0; });
  add("turns", static_cast<uint64_t>(turns), evaluator::kStateTurns);
  add("credentials", header.credentials_used.load(), evaluator::kStateCredentials);
  add("tokens", header.tokens_used.load(), evaluator::kStateTokenWindows);
  add("windows", header.windows_used.load(), evaluator::kStateWindows);
  add("totals", header.totals_used.load(), evaluator::kStateTotals);
  add("models", header.models_used.load(), evaluator::kStateModels);
  return rows;
}

Rows Turns(const StateBlock& block) {
  Rows rows("turns", {"from", "taken"});
  for (const evaluator::TurnEntry& turn : block.turns) {
    if (turn.key.load() != 0) rows.Add({Hex(turn.key.load()), turn.count.load()});
  }
  return rows;
}

void AddCounters(const evaluator::CounterHead* heads, uint32_t count, int64_t now_ms, Rows* rows) {
  static constexpr const char* kPeriods[] = {"at once", "second", "minute", "hour", "day", "month"};
  for (uint32_t i = 0; i < count; ++i) {
    const CounterTable::Mark mark = CounterTable::Mark::Of(heads[i].mark.load());
    if (mark.state != CounterTable::Mark::State::kUsed || mark.IsIdle(now_ms / 1000)) continue;
    rows->Add({Hex(heads[i].key.load()), kPeriods[static_cast<size_t>(mark.period)], Time(int64_t{mark.used_s} * 1000)});
  }
}

// Whether other hosts share it, as of their last answer.
struct Fleet {
  uint64_t hosts;  // 0: none has ever answered
  int64_t until_ms;
  bool is_live;
};

Fleet FleetOf(const StateBlock& block, int64_t now_ms) {
  const auto until_ms = static_cast<int64_t>(block.header.fleet_until_ms.load());
  return {block.header.fleet_hosts.load(), until_ms, now_ms < until_ms};
}

std::string FleetText(const Fleet& fleet) {
  if (fleet.hosts == 0) return {};
  const std::string answered = Time(fleet.until_ms - evaluator::FleetShare::kHoldsMs);
  return "redis: last answered " + answered + ", " + evaluator::Count(fleet.hosts, "host") +
         (fleet.is_live ? "\n" : "; this one keeps to its own share, or admits nothing\n");
}

Json FleetJson(const Fleet& fleet) {
  if (fleet.hosts == 0) return {};
  return {{"hosts", fleet.hosts}, {"answered", Time(fleet.until_ms - evaluator::FleetShare::kHoldsMs)}, {"live", fleet.is_live}};
}

Exit RunState(const Command& self, std::vector<std::string> arguments) {
  std::vector<std::string> folders;
  Options options(self);
  options.Arguments(&folders, 1, 1, "the folder of the state", ValueKind::kFolder);
  if (const std::optional<Exit> done = options.Parse(arguments)) return *done;
  const std::string& dir = folders.front();
  const Console& console = options.console();
  const std::string fixed = evaluator::StateFixedPart(store::BootId());
  const store::Result<std::unique_ptr<store::StateFile>> file = store::StateFile::OpenToRead(
      dir, {fixed, sizeof(StateBlock), offsetof(evaluator::StateHeader, replaced)});
  if (!file.ok()) return console.Error(file.status()), Exit::kFile;
  const auto& block = *static_cast<const StateBlock*>((*file)->memory());
  const int64_t now_ms = evaluator::SystemClock().NowMs();
  const Rows processes = Processes(block, dir);
  const Rows credentials = Credentials(block, now_ms);
  const Rows tables = Tables(block);
  const Rows models = Models(block, now_ms);
  const Rows turns = Turns(block);
  Rows counters("counters", {"counter", "per", "last_used"});
  AddCounters(block.window_heads, evaluator::kStateWindows, now_ms, &counters);
  AddCounters(block.total_heads, evaluator::kStateTotals, now_ms, &counters);
  const Rows* const all[] = {&processes, &tables, &credentials, &models, &turns, &counters};
  if (console.json()) {
    Json json;
    json["state"] = dir;
    json["takes"] = block.header.takes.load();
    json["no_room"] = block.header.no_room.load();
    json["fleet"] = FleetJson(FleetOf(block, now_ms));
    for (const Rows* rows : all) rows->PutInto(&json);
    console.Result(json.dump(-1, ' ', false, Json::error_handler_t::replace));
    return Exit::kYes;
  }
  std::string text = dir + ": " + (processes.size() == 1 ? "1 process shares" : std::to_string(processes.size()) + " processes share") +
                     " it; " + evaluator::Count(credentials.size(), "credential") + ", " +
                     evaluator::Count(turns.size(), "list") + " in turn, " + evaluator::Count(counters.size(), "counter") +
                     " in use\n" + FleetText(FleetOf(block, now_ms));
  if (const uint64_t times = block.header.no_room.load(); times != 0) {
    text += "A table was full " + evaluator::Count(times, "time") + "; what found no room was counted by its process alone\n";
  }
  for (const Rows* rows : all) text += rows->Text(console.format());
  console.Result(text);
  return Exit::kYes;
}

}  // namespace

const Command kState = {
    "state", "DIR [options]", "shows what the processes of this host count together",
    "  keyrule state /run/keyrule\n"
    "  keyrule state /run/keyrule --json\n"
    "\n"
    "DIR is the `state_path` of engines (KEYRULE_STATE of Dify): the processes that share it and what each\n"
    "has in flight, credentials, turns and counters; where hosts share limits by Redis, how many there are and\n"
    "when it answered last. The state has only hashes of their names. It is only looked at; hosts go on\n"
    "meanwhile.\n",
    RunState};

}  // namespace keyrule::command
