#include "plugin_api/command/sync_report.h"

#include <cstdio>
#include <nlohmann/json.hpp>

#include "plugin_api/command/policy_input.h"
#include "store/record.h"

namespace keyrule::command {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kMaxProblems = 50;  // as many as a person reads; a program gets them all

const char* NameOf(store::SyncChange change) {
  switch (change) {
    case store::SyncChange::kAdded:
      return "added";
    case store::SyncChange::kChanged:
      return "changed";
    case store::SyncChange::kRemoved:
      return "removed";
  }
  return "";
}

std::string Line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// "tenant/provider/name (id)", what there is of it.
std::string Describe(const store::CredentialKey& key, const std::string& name) {
  std::string text;
  for (const std::string& part : {key.tenant, key.provider, name}) {
    if (!part.empty()) text += (text.empty() ? "" : "/") + store::Shown(part);
  }
  if (!key.id.empty()) text += (text.empty() ? "(" : " (") + store::Shown(key.id) + ")";
  return text;
}

uint64_t PerSecond(const store::SyncCounts& counts) {
  return counts.opening > 0 ? static_cast<uint64_t>(static_cast<double>(counts.secrets) / counts.opening) : 0;
}

Json JsonOf(const store::SyncCounts& counts, const std::optional<store::Published>& published, bool dry) {
  Json json;
  json["added"] = counts.added;
  json["changed"] = counts.changed;
  json["unchanged"] = counts.unchanged;
  json["removed"] = counts.removed;
  json["unreadable"] = counts.unreadable;
  json["warnings"] = counts.warnings;
  json["left_out"] = counts.skipped;
  json["secrets"] = counts.secrets;
  json["keys"] = counts.keys;
  json["secrets_per_second"] = PerSecond(counts);
  json["dry_run"] = dry;
  json["generation"] = published ? Json(published->generation) : Json();
  json["credentials"] = published ? Json(published->records) : Json();
  return json;
}

}  // namespace

store::SyncEvents SyncReport::Events() {
  told_ = 0;
  return {[this](store::SyncChange change, const store::Metadata& metadata) { Change(change, metadata); },
          [this](const store::SyncProblem& problem) { Tell(problem); }};
}

void SyncReport::Change(store::SyncChange change, const store::Metadata& metadata) const {
  if (!changes_) return;
  if (!console_.json()) {
    const bool disabled = change != store::SyncChange::kRemoved && !metadata.enabled;
    console_.Result(std::string(NameOf(change)) + " " + Describe(metadata.key(), metadata.name) +
                    (disabled ? ", disabled" : ""));
  } else {
    console_.Result(Line({{"change", NameOf(change)},
                          {"tenant", metadata.tenant},
                          {"provider", metadata.provider},
                          {"name", metadata.name},
                          {"id", metadata.id},
                          {"enabled", change != store::SyncChange::kRemoved && metadata.enabled}}));
  }
  std::fflush(stdout);
}

void SyncReport::Tell(const store::SyncProblem& problem) {
  ++told_;
  const std::string message = problem.field.empty() ? problem.what : problem.field + ": " + problem.what;
  if (console_.json()) {
    Json json = {{"code", nullptr},
                 {"severity", problem.warning ? "warning" : "error"},
                 {"message", message},
                 {"help", problem.mend},
                 {"file", problem.where.empty() ? Json() : Json(problem.where)},
                 {"line", nullptr},
                 {"column", nullptr},
                 {"end_line", nullptr},
                 {"end_column", nullptr},
                 {"notes", Json::array()},
                 {"tenant", problem.key.tenant},
                 {"provider", problem.key.provider},
                 {"id", problem.key.id},
                 {"name", problem.name},
                 {"field", problem.field}};
    console_.Print(Line(json));
    std::fflush(stdout);
    return;
  }
  if (told_ > kMaxProblems) return;
  const std::string credential = Describe(problem.key, problem.name);
  const Problem shown = problem.where.empty()
                            ? Problem{message, problem.mend, credential}
                            : Problem{message + ": " + credential, problem.mend, problem.where};
  if (problem.warning) {
    console_.Warning(shown);
  } else {
    console_.Error(shown);
  }
}

void SyncReport::Summary(const store::SyncCounts& counts, const std::optional<store::Published>& published, bool dry,
                         bool only_if_changed) {
  if (!console_.json() && told_ > kMaxProblems) {
    console_.Note("and " + std::to_string(told_ - kMaxProblems) + " more problems: --json tells them all");
  }
  if (published && !published->warning.empty()) console_.Note(published->warning);
  if (only_if_changed && !published) return;
  if (console_.json()) {
    console_.Result(Line(JsonOf(counts, published, dry)));
    std::fflush(stdout);
    return;
  }
  std::string text = dry ? "would be: " : "";
  text += std::to_string(counts.added) + " added, " + std::to_string(counts.changed) + " changed, " +
          std::to_string(counts.unchanged) + " unchanged, " + std::to_string(counts.removed) + " removed";
  if (counts.unreadable > 0) text += "; " + std::to_string(counts.unreadable) + " not readable";
  if (counts.skipped > 0) text += "; " + Count(counts.skipped, "row") + " left out";
  if (counts.secrets > 0) {
    text += "\nopened " + Count(counts.secrets, "secret") + " with " + Count(counts.keys, "key") + " of workspaces, " +
            std::to_string(PerSecond(counts)) + " a second";
  }
  if (published) {
    text += "\npublished generation " + std::to_string(published->generation) + " of " + store_ + ": " +
            Count(published->records, "credential");
  } else {
    text += dry ? "\nnothing was written" : "\nnothing to publish";
  }
  console_.Result(text);
  std::fflush(stdout);
}

}  // namespace keyrule::command
