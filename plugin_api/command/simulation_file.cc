#include "plugin_api/command/simulation_file.h"

#include <filesystem>
#include <utility>

#include "evaluator/literals.h"
#include "evaluator/session.h"
#include "evaluator/test_world.h"
#include "plugin_api/command/catalog_file.h"
#include "plugin_api/command/simulation_trace.h"
#include "store/crypto.h"
#include "store/posix_file.h"

namespace keyrule::command::simulation {
namespace {

using store::JsonNode;
using Kind = JsonNode::Kind;

constexpr size_t kMaxFile = size_t{64} << 20;
constexpr int64_t kDefaultStartMs = evaluator::kTestStartMs / (24 * kHourMs) * (24 * kHourMs);  // a Monday, 00:00Z
constexpr std::string_view kScenarioNames[] = {"credentials", "description", "hours",   "policy", "providers",
                                       "seed",        "start",       "timeout", "traffic"};

}  // namespace

Exit ScenarioFile::Open() {
  store::Result<store::Secret> read = store::ReadSecretFile(path_, kMaxFile);
  if (!read.ok()) {
    options_.console().Error(read.status());
    return Exit::kFile;
  }
  text_ = *std::move(read);
  const std::string_view text = store::AsText(text_.Expose());
  document_ = store::ParseLocatedJson(
      text, [](size_t depth, std::string_view name) { return depth == 3 && name == "credentials"; });
  for (const store::JsonProblem& problem : document_.problems) {
    const store::TextPlace place = store::PlaceOf(text, problem.offset);
    errors_.push_back({place.line, place.column, "", problem.what, problem.mend});
  }
  if (!errors_.empty()) return Say();
  fields_.emplace(text, &errors_);
  if (!fields_->Is(document_.root, Kind::kObject, "", "begin the file with {\"traffic\": [ … ]}")) return Say();
  fields_->Names(document_.root, "", kScenarioNames);
  policy_ = fields_->OptionalText(document_.root, "", "policy");
  if (!policy_.empty()) policy_ = (std::filesystem::path(path_).parent_path() / policy_).string();
  return Say();
}

Exit ScenarioFile::Say() {
  for (const store::ImportError& error : errors_) options_.console().Error(error, path_);
  return errors_.empty() ? Exit::kYes : Exit::kFile;
}

Exit ScenarioFile::Read(const PolicyInput& policy, std::optional<uint64_t> seed, Scenario* scenario) {
  const JsonNode& root = document_.root;
  scenario->program = policy.program;
  scenario->start_ms = kDefaultStartMs;
  if (const std::string start = fields_->OptionalText(root, "", "start"); !start.empty()) {
    const std::optional<int64_t> moment = evaluator::ParseTimestamp(start);
    if (!moment || *moment < 0) {
      fields_->Error(root.Find("start")->begin, "/start", "this is not a point in time",
                     "write it like \"2026-01-05T00:00Z\"");
    } else {
      scenario->start_ms = *moment;
    }
  }
  fields_->OptionalText(root, "", "description");
  scenario->hours = fields_->Integer(root, "", "hours", 1, kMaxHours, 24);
  scenario->seed = static_cast<uint64_t>(fields_->Integer(root, "", "seed", 0, INT64_MAX, 0));
  if (seed) scenario->seed = *seed;
  scenario->timeout_ms = fields_->Duration(root, "", "timeout", scenario->timeout_ms);
  if (const Exit exit = Say(); exit != Exit::kYes) return exit;
  if (const Exit exit = ReadCredentials(policy, scenario); exit != Exit::kYes) return exit;

  if (fields_->Required(root, "", "traffic") == nullptr) return Say();
  size_t i = 0;
  for (const JsonNode& node : fields_->Items(root, "", "traffic")) {
    ReadTraffic(node, "/traffic/" + std::to_string(i++), scenario);
  }
  if (errors_.empty() && i == 0) {
    fields_->Error(root.Find("traffic")->begin, "/traffic", "there is no traffic", "add one {\"per_minute\": 60, …}");
  }
  if (errors_.empty() && ExpectedRequests(*scenario) > kMaxRequests) {
    fields_->Error(root.Find("traffic")->begin, "/traffic",
                   "these are about " + std::to_string(ExpectedRequests(*scenario)) + " requests, more than " +
                       std::to_string(kMaxRequests),
                   "lower `per_minute` or `hours`");
  }
  if (const Exit exit = Say(); exit != Exit::kYes) return exit;
  scenario->accounts.emplace_back();  // of credentials that no provider names: it answers always, and at once
  if (!ListCredentials(scenario)) {
    options_.console().Error(Problem{"the credentials cannot be read", {}, path_});
    return Exit::kFile;
  }
  i = 0;
  for (const JsonNode& node : fields_->Items(root, "", "providers")) {
    ReadProvider(node, "/providers/" + std::to_string(i++), scenario);
  }
  return Say();
}

Exit ScenarioFile::ReadCredentials(const PolicyInput& policy, Scenario* scenario) {
  if (document_.root.Find("credentials") != nullptr) {
    return ReadCatalog(path_, options_.console(), &scenario->source);
  }
  scenario->source =
      std::make_shared<evaluator::MemorySource>(evaluator::CredentialsOfPolicy(*policy.loaded.policy));
  return Exit::kYes;
}

}  // namespace keyrule::command::simulation
