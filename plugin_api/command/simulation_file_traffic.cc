// The part of a scenario file that says who asks for what.
#include <array>

#include "plugin_api/command/simulation_file.h"

namespace keyrule::command::simulation {
namespace {

using store::JsonNode;
using Kind = JsonNode::Kind;

constexpr int64_t kMostPerMinute = 1'000'000;
constexpr int64_t kMostTokens = 1'000'000'000;
constexpr int64_t kMostVaried = 10'000;
constexpr std::string_view kTrafficNames[] = {"arrivals", "duration", "name", "per_minute", "request", "tokens", "vary"};
constexpr std::array<std::string_view, 2> kArrivals = {"poisson", "even"};

// "…; mend" of the request builder as two parts.
void SayRefused(ScenarioFields* fields, const JsonNode& node, const std::string& pointer, const std::string& error) {
  const size_t at = error.find("; ");
  fields->Error(node.begin, pointer, error.substr(0, at), at == std::string::npos ? "" : error.substr(at + 2));
}

}  // namespace

void ScenarioFile::ReadTraffic(const JsonNode& node, const std::string& pointer, Scenario* scenario) {
  if (!fields_->Is(node, Kind::kObject, pointer, "write { … }")) return;
  fields_->Names(node, pointer, kTrafficNames);
  Traffic& traffic = scenario->traffic.emplace_back();
  traffic.name = fields_->OptionalText(node, pointer, "name");
  traffic.poisson = fields_->Word(node, pointer, "arrivals", kArrivals) == 0;
  traffic.tokens = fields_->Integers(node, pointer, "tokens", kMostTokens);
  traffic.duration_ms = fields_->Durations(node, pointer, "duration");
  ReadRates(node, pointer, &traffic);

  traffic.request = std::make_unique<evaluator::RequestBuilder>(scenario->program->policy);
  if (const JsonNode* request = fields_->Required(node, pointer, "request"); request != nullptr) {
    ReadRequest(*request, pointer + "/request", &traffic);
  }
  // Before the others are filled in: an estimate that the file gives stays.
  const bool estimated = traffic.request->shown().contains("request.tokens");
  traffic.request->FillRequired(scenario->start_ms);
  const evaluator::Request request = traffic.request->Build();
  traffic.tenant = request.tenant;
  traffic.values = evaluator::SlotValues(request.values.size());
  for (uint32_t slot : request.given) traffic.values.Set(slot, request.values[slot]);
  const uint32_t tokens_slot = scenario->program->policy->FindSlot("request.tokens");
  if (!estimated && tokens_slot != dsl::kUnresolved &&
      scenario->program->kinds[tokens_slot] == evaluator::ValueKind::kInteger) {
    traffic.tokens_slot = tokens_slot;
  }
  if (const JsonNode* vary = node.Find("vary"); vary != nullptr) {
    ReadVaried(*vary, pointer + "/vary", *scenario, &traffic);
  }
}

void ScenarioFile::ReadRequest(const JsonNode& node, const std::string& pointer, Traffic* traffic) {
  if (!fields_->Is(node, Kind::kObject, pointer, "write {\"provider\": \"openai\", …}")) return;
  for (const JsonNode& child : node.children) {
    const std::string at = pointer + "/" + store::PointerPart(child.name);
    std::string error;
    bool fine = false;
    switch (child.kind) {
      case Kind::kString: fine = traffic->request->SetText(child.name, child.text, &error); break;
      case Kind::kInteger: fine = traffic->request->SetInteger(child.name, child.integer, &error); break;
      case Kind::kBool: fine = traffic->request->SetBool(child.name, child.boolean, &error); break;
      case Kind::kArray: {
        std::vector<std::string> items;
        for (const JsonNode& item : child.children) {
          if (fields_->Is(item, Kind::kString, at, "put it in quotes")) items.push_back(item.text);
        }
        fine = traffic->request->SetList(child.name, items, &error);
        break;
      }
      default: error = "an attribute is a text, a whole number, true or false, or a list of texts; write \"app.id\": \"x\"";
    }
    if (!fine) SayRefused(&*fields_, child, at, error);
  }
}

void ScenarioFile::ReadVaried(const JsonNode& node, const std::string& pointer, const Scenario& scenario,
                              Traffic* traffic) {
  if (!fields_->Is(node, Kind::kObject, pointer, "write {\"conversation.id\": 500}")) return;
  for (const JsonNode& child : node.children) {
    const std::string at = pointer + "/" + store::PointerPart(child.name);
    const int64_t count = fields_->ReadInteger(child, at, 1, kMostVaried);
    if (child.name == "tenant.id" || child.name == "provider" || child.name.starts_with("model")) {
      fields_->Error(child.name_begin, at, "this decides which credentials there are, and cannot vary",
                     "write a traffic of its own for each");
      continue;
    }
    std::string error;
    if (!traffic->request->SetText(child.name, child.name + "-1", &error)) {
      SayRefused(&*fields_, child, at, error);
      continue;
    }
    const uint32_t slot = scenario.program->policy->FindSlot(child.name);
    if (slot == dsl::kUnresolved) continue;  // no rule reads it
    Varied& varied = traffic->varied.emplace_back();
    varied.slot = slot;
    for (int64_t i = 1; i <= count; ++i) varied.texts.push_back(child.name + "-" + std::to_string(i));
  }
}

void ScenarioFile::ReadRates(const JsonNode& node, const std::string& pointer, Traffic* traffic) {
  const JsonNode* rates = fields_->Required(node, pointer, "per_minute");
  if (rates == nullptr) return;
  const std::string at = pointer + "/per_minute";
  if (rates->kind != Kind::kArray) {
    traffic->per_minute.fill(static_cast<uint32_t>(fields_->ReadInteger(*rates, at, 0, kMostPerMinute)));
    return;
  }
  if (rates->children.size() != traffic->per_minute.size()) {
    fields_->Error(rates->begin, at, "this list has " + std::to_string(rates->children.size()) + " numbers, not 24",
                   "write one for each hour of the day, UTC, or a single number");
    return;
  }
  for (size_t hour = 0; hour < traffic->per_minute.size(); ++hour) {
    traffic->per_minute[hour] = static_cast<uint32_t>(
        fields_->ReadInteger(rates->children[hour], at + "/" + std::to_string(hour), 0, kMostPerMinute));
  }
}

}  // namespace keyrule::command::simulation
