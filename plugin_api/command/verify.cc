// keyrule verify --store DIR
#include <sys/stat.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <system_error>
#include <utility>

#include "plugin_api/command/key_input.h"
#include "plugin_api/command/options.h"
#include "plugin_api/command/policy_input.h"
#include "plugin_api/command/progress.h"
#include "store/key_reference.h"
#include "store/verify.h"

namespace keyrule::command {
namespace {

// Where the key file lies. Whether others may read it was asked when it was loaded.
void CheckKeyPlace(const std::string& store, const std::string& file, store::VerifyReport* report) {
  if (file.empty()) return;
  const auto warn = [report](std::string where, std::string what, std::string mend) {
    report->findings.push_back(
        {store::Finding::Weight::kWarning,
         store::Status(store::Code::kKeyTooOpen, std::move(where), std::move(what), std::move(mend))});
  };
  std::error_code error;
  const std::filesystem::path folder = std::filesystem::canonical(file, error).parent_path();
  if (error) return;
  const std::string inside = std::filesystem::relative(folder, store, error).string();
  if (!error && !inside.empty() && !inside.starts_with("..")) {
    warn(file, "the key lies inside the store, and goes with each copy of it",
         "move it elsewhere, and name it by `--key`");
  }
  struct stat info;
  if (stat(folder.c_str(), &info) == 0 && (info.st_mode & 022) != 0 && (info.st_mode & S_ISVTX) == 0) {
    warn(folder.string(), "others may put another file in the place of the key in this folder",
         "run `chmod go-w " + folder.string() + "`");
  }
}

const char* NameOf(store::WriterState state) {
  switch (state) {
    case store::WriterState::kNone: return "none";
    case store::WriterState::kBusy: return "busy";
    case store::WriterState::kNoLock: return "unreadable";
    case store::WriterState::kChecked: return "checked";
  }
  return "";
}

std::string WriterLine(const store::VerifyReport& report) {
  switch (report.writer) {
    case store::WriterState::kNone: return "the writer's database: there is none yet";
    case store::WriterState::kBusy:
      return "the writer's database: not looked at, for a writer is at work; verify again when it is done";
    case store::WriterState::kNoLock:
      return "the writer's database: not looked at, for this user may not read it";
    case store::WriterState::kChecked: break;
  }
  return report.unpublished
             ? "the writer's database: read whole; it holds changes that are not published yet"
             : "the writer's database: read whole; all of it is published";
}

size_t Damages(const store::VerifyReport& report) {
  size_t damages = 0;
  for (const store::Finding& finding : report.findings) {
    damages += finding.weight == store::Finding::Weight::kDamage;
  }
  return damages;
}

std::string Text(const store::VerifyReport& report, const std::string& store) {
  std::string text;
  if (report.generation != 0) {
    text += "generation " + std::to_string(report.generation) + ": " +
            Count(report.credentials, "credential") + " of " + Count(report.tenants, "tenant") +
            " proved and opened, " + Count(report.data_keys, "data key") + "\n";
  }
  text += WriterLine(report) + "\n";
  if (report.master_keys > 1) text += Count(report.master_keys, "master key") + " open it\n";
  const size_t damages = Damages(report);
  const size_t warnings = report.findings.size() - damages;
  if (damages == 0) return text + store + " is sound" + (warnings == 0 ? "" : ", with " + Count(warnings, "warning"));
  return text + store + " is damaged: " + Count(damages, "finding") +
         (report.more_findings == 0 ? "" : ", and " + std::to_string(report.more_findings) + " more");
}

std::string VerifyJson(const store::VerifyReport& report, const std::string& store) {
  const size_t damages = Damages(report);
  nlohmann::ordered_json json;
  json["store"] = store;
  json["sound"] = report.sound();
  json["damages"] = damages + report.more_findings;
  json["warnings"] = report.findings.size() - damages;
  json["generation"] = report.generation == 0 ? nlohmann::ordered_json()
                                              : nlohmann::ordered_json(report.generation);
  json["credentials"] = report.credentials;
  json["tenants"] = report.tenants;
  json["data_keys"] = report.data_keys;
  json["master_keys"] = report.master_keys;
  json["writer"] = NameOf(report.writer);
  json["unpublished"] = report.unpublished;
  json["revocations_waiting"] = report.pending;
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

Exit RunVerify(const Command& self, std::vector<std::string> arguments) {
  std::string store;
  std::string key;
  std::vector<std::string> none;
  Options options(self);
  options.Arguments(&none, 0, 0, "nothing");
  options.Text("--store DIR", &store, "the store");
  options.Text(kKeyOption, &key, kKeyDoc);
  if (const std::optional<Exit> done = options.Parse(arguments)) return *done;
  if (store.empty()) return options.Wrong("name the store with `--store DIR`");
  while (store.size() > 1 && store.back() == '/') store.pop_back();
  const Console& console = options.console();
  KeyInput input;
  if (const Exit exit = ReadKey(store, key, console, &input); exit != Exit::kYes) return exit;
  store::Result<store::VerifyReport> report = [&] {
    Progress progress(console, "verifying " + store, "credential");
    std::string part_shown;
    return store::VerifyStore(store, input.key,
                              [&](const std::string& part, uint64_t done, uint64_t all) {
                                if (part != part_shown) progress.Say("verifying " + part, "credential");
                                part_shown = part;
                                progress.Set(done, all);
                              });
  }();
  if (!report.ok()) {
    return console.Error(store::WithKeyName(report.status(), *input.provider)), Exit::kFile;
  }
  CheckKeyPlace(store, input.provider->file(), &*report);
  for (const store::Finding& finding : report->findings) {
    const Problem problem{finding.status.what(), finding.status.mend(), finding.status.where()};
    finding.weight == store::Finding::Weight::kDamage ? console.Error(problem)
                                                      : console.Warning(problem);
  }
  console.Result(console.json() ? VerifyJson(*report, store) : Text(*report, store));
  const bool warned = !report->findings.empty() || !input.provider->warning().empty();
  const bool denied = options.deny_warnings() && warned;
  return report->sound() && !denied ? Exit::kYes : Exit::kNo;
}

}  // namespace

const Command kVerify = {
    "verify", "--store DIR [options]", "checks a store from end to end, and changes nothing",
    "  keyrule verify --store /var/lib/keyrule/store\n"
    "  keyrule verify --store /var/lib/keyrule/store --json\n"
    "\n"
    "Reads every file against what was published, proves every row, opens every credential, looks at the\n"
    "writer's own database (unless a writer is at work), at revocations, permissions and leftovers.\n"
    "Each finding says where, what, and how to mend it. Hosts and writers go on meanwhile.\n"
    "Exit code 0: sound, perhaps with warnings; 1: damaged (`--deny-warnings`: or warnings); 4: there is\n"
    "no store, or no key that opens it. A store of 1,000,000 credentials takes a minute or two.\n",
    RunVerify};

}  // namespace keyrule::command
