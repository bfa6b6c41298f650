#include "plugin_api/command/simulation_report.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>
#include <tuple>

#include "evaluator/decision_json.h"
#include "evaluator/typeset.h"
#include "plugin_api/command/table.h"

namespace keyrule::command::simulation {
namespace {

using nlohmann::ordered_json;

// Credentials as `list` has them: by tenant, provider, name.
std::vector<uint32_t> Order(const Scenario& scenario) {
  std::vector<uint32_t> order(scenario.credentials.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    const evaluator::Credential& one = scenario.credentials[a];
    const evaluator::Credential& other = scenario.credentials[b];
    return std::tie(one.tenant, one.provider, one.name, one.id) <
           std::tie(other.tenant, other.provider, other.name, other.id);
  });
  return order;
}

// In thousandths, rounded.
uint64_t Permille(uint64_t part, uint64_t whole) { return whole == 0 ? 0 : (part * 1000 + whole / 2) / whole; }

std::string PercentOf(uint64_t part, uint64_t whole) {
  const uint64_t permille = Permille(part, whole);
  return std::to_string(permille / 10) + "." + std::to_string(permille % 10) + "%";
}

std::string ByCredential(const Scenario& scenario, const std::vector<RunResult>& runs, Format format) {
  Table table({"balancer", "tenant", "provider", "credential", "served", "share", "tokens", "429s", "failures", "rests"});
  for (const RunResult& run : runs) {
    for (uint32_t i : Order(scenario)) {
      const evaluator::Credential& credential = scenario.credentials[i];
      const CredentialCount& count = run.credentials[i];
      table.Add({run.balancer, credential.tenant, credential.provider, credential.name, std::to_string(count.served),
                 PercentOf(count.served, run.Of(Ending::kServed)), std::to_string(count.tokens),
                 std::to_string(count.rate_limited), std::to_string(count.failed), std::to_string(run.rests[i])});
    }
  }
  table.DropEmptyColumns();
  return table.Render(format);
}

std::string Compared(const std::vector<RunResult>& runs, Format format) {
  std::vector<std::string> header = {"requests"};
  for (const RunResult& run : runs) header.push_back(run.balancer);
  Table table(std::move(header));
  const auto add = [&](const char* what, const auto& value_of) {
    std::vector<std::string> row = {what};
    for (const RunResult& run : runs) row.push_back(std::to_string(value_of(run)));
    table.Add(std::move(row));
  };
  using Run = RunResult;
  add("served", [](const Run& run) { return run.Of(Ending::kServed); });
  add("failed, the last call with an error", [](const Run& run) { return run.Of(Ending::kFailed); });
  add("refused without a call", [](const Run& run) { return run.Of(Ending::kRefused); });
  if (std::any_of(runs.begin(), runs.end(), [](const Run& run) { return run.Of(Ending::kHost) != 0; })) {
    add("left to the host", [](const Run& run) { return run.Of(Ending::kHost); });
  }
  add("429s at providers", [](const Run& run) { return run.rate_limited; });
  add("other failed calls", [](const Run& run) { return run.failed_calls; });
  add("retries", [](const Run& run) { return run.retries; });
  add("decisions", [](const Run& run) { return run.decisions; });
  add("requests that waited", [](const Run& run) { return run.waits_ms.size(); });
  add("  wait, half of them up to, ms", [](const Run& run) { return Percentile(run.waits_ms, 50); });
  add("  wait, 99% up to, ms", [](const Run& run) { return Percentile(run.waits_ms, 99); });
  add("  longest wait, ms", [](const Run& run) { return Percentile(run.waits_ms, 100); });
  add("delay of served, half up to, ms", [](const Run& run) { return Percentile(run.delays_ms, 50); });
  add("  99% up to, ms", [](const Run& run) { return Percentile(run.delays_ms, 99); });
  add("  longest, ms", [](const Run& run) { return Percentile(run.delays_ms, 100); });
  return table.Render(format);
}

ordered_json Percentiles(const std::vector<int64_t>& sorted) {
  return {{"requests", sorted.size()},
          {"p50_ms", Percentile(sorted, 50)},
          {"p99_ms", Percentile(sorted, 99)},
          {"longest_ms", Percentile(sorted, 100)}};
}

ordered_json RunJson(const Scenario& scenario, const RunResult& run) {
  ordered_json json = {{"balancer", run.balancer},
                       {"served", run.Of(Ending::kServed)},
                       {"failed", run.Of(Ending::kFailed)},
                       {"refused", run.Of(Ending::kRefused)},
                       {"left_to_host", run.Of(Ending::kHost)},
                       {"calls", run.calls},
                       {"retries", run.retries},
                       {"rate_limited", run.rate_limited},
                       {"failed_calls", run.failed_calls},
                       {"decisions", run.decisions},
                       {"waits", Percentiles(run.waits_ms)},
                       {"delays", Percentiles(run.delays_ms)},
                       {"rate_limited_by_hour", run.rate_limited_by_hour},
                       {"credentials", ordered_json::array()}};
  for (uint32_t i : Order(scenario)) {
    const evaluator::Credential& credential = scenario.credentials[i];
    const CredentialCount& count = run.credentials[i];
    json["credentials"].push_back({{"tenant", credential.tenant},
                                   {"provider", credential.provider},
                                   {"name", credential.name},
                                   {"id", credential.id},
                                   {"served", count.served},
                                   {"share_permille", Permille(count.served, run.Of(Ending::kServed))},
                                   {"tokens", count.tokens},
                                   {"rate_limited", count.rate_limited},
                                   {"failed", count.failed},
                                   {"rests", run.rests[i]}});
  }
  return json;
}

}  // namespace

std::string ReportText(const Scenario& scenario, const std::vector<RunResult>& runs, Format format) {
  const uint64_t requests = runs.front().requests;
  return evaluator::Count(requests, "request") + " in " +
         evaluator::Count(static_cast<size_t>(scenario.hours), "hour") + " from " + evaluator::FormatTime(scenario.start_ms) +
         ", seed " + std::to_string(scenario.seed) + "\n\n" + ByCredential(scenario, runs, format) + "\n" +
         Compared(runs, format);
}

std::string ReportJson(const Scenario& scenario, const std::vector<RunResult>& runs) {
  ordered_json json = {{"start", evaluator::FormatTime(scenario.start_ms)},
                       {"hours", scenario.hours},
                       {"seed", scenario.seed},
                       {"requests", runs.front().requests},
                       {"runs", ordered_json::array()}};
  for (const RunResult& run : runs) json["runs"].push_back(RunJson(scenario, run));
  return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace keyrule::command::simulation
