// keyrule revoke, disable and enable: one credential of a store.
#include "store/revoke.h"

#include <unistd.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "dsl/suggest.h"
#include "plugin_api/command/credential_input.h"
#include "plugin_api/command/key_input.h"
#include "plugin_api/command/policy_input.h"
#include "plugin_api/command/table.h"
#include "store/writer.h"

namespace keyrule::command {
namespace {

constexpr useconds_t kBusyPause = 100'000;  // microseconds
constexpr int kBusyTries = 100;             // ten seconds

enum class Verb { kRevoke, kDisable, kEnable };

std::string Shown(const store::Metadata& m) {
  using store::Shown;
  return "`" + Shown(m.name) + "` of " + Shown(m.tenant) + " (" + Shown(m.provider) + ", id " + Shown(m.id) + ")";
}

// The one credential that is meant; prints what is wrong.
std::optional<store::Metadata> Find(const store::Reader& reader, const Options& options,
                                    const CredentialInput& input, const std::string& provider,
                                    const std::string& id, const std::string& name) {
  std::vector<store::Metadata> found;
  std::vector<std::string> others;
  const store::Status status =
      reader.Candidates(input.tenant, provider, [&](const store::Metadata& metadata) {
        if (metadata.tenant != input.tenant) return true;  // shared with it: its owner's to revoke
        if (id.empty() ? metadata.name == name : metadata.id == id) found.push_back(metadata);
        others.push_back(id.empty() ? metadata.name : metadata.id);
        return true;
      });
  if (!status.ok()) return options.console().Error(status), std::nullopt;
  const std::string wanted = id.empty() ? name : id;
  if (found.empty()) {
    std::string help = dsl::Suggest(wanted, {others.begin(), others.end()}, "credentials");
    if (help.empty()) help = "see `keyrule list --store " + input.store + "`";
    options.Wrong("tenant `" + input.tenant + "` has no credential `" + wanted + "` of provider `" +
                      provider + "`",
                  help);
    return std::nullopt;
  }
  if (found.size() > 1) {
    std::string ids;
    for (const store::Metadata& m : found) ids += (ids.empty() ? "`" : ", `") + m.id + "`";
    options.Wrong(std::to_string(found.size()) + " credentials are named `" + name + "`",
                  "name one by `--id`: " + ids);
    return std::nullopt;
  }
  return std::move(found.front());
}

// Waits while another writer is at work, for ten seconds.
store::Result<std::unique_ptr<store::Writer>> OpenWriter(const std::string& dir,
                                                         const store::Secret& key) {
  for (int i = 1;; ++i) {
    store::Result<std::unique_ptr<store::Writer>> writer = store::Writer::Open(dir, key);
    if (writer.ok() || writer.status().code() != store::Code::kBusy || i == kBusyTries) {
      return writer;
    }
    usleep(kBusyPause);
  }
}

void PrintResult(std::string_view verb, const store::Metadata& m, bool at_once,
                 const std::optional<store::Published>& published, const Console& console) {
  if (console.json()) {
    nlohmann::ordered_json json;
    json["did"] = verb;
    json["tenant"] = m.tenant;
    json["provider"] = m.provider;
    json["name"] = m.name;
    json["id"] = m.id;
    json["at_once"] = at_once;
    json["generation"] =
        published ? nlohmann::ordered_json(published->generation) : nlohmann::ordered_json();
    console.Result(json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
    return;
  }
  if (published) {
    console.Result("published generation " + std::to_string(published->generation) + ": " +
                   Count(published->records, "credential"));
  } else {
    console.Result("another process is writing to this store: it, or the next one, makes this permanent");
  }
}

// Puts it into effect, then makes it permanent.
Exit Withdraw(Verb verb, const store::Metadata& m, const std::string& dir, const store::Secret& key,
              const Console& console) {
  const bool revoke = verb == Verb::kRevoke;
  const std::string_view did = revoke ? "revoked" : "disabled";
  const store::Result<store::Withdrawn> withdrawn = store::Withdraw(
      dir, key, revoke ? store::Withdrawal::kRevoke : store::Withdrawal::kDisable, {m.key()});
  if (!withdrawn.ok()) return console.Error(withdrawn.status()), Exit::kFile;
  if (withdrawn->at_once) {
    console.Note(std::string(did) + " " + Shown(m) + ": no process uses it from now on");
  } else {
    console.Note("the table of revocations (SHARED) is full: hosts learn of this one with the next generation");
  }
  store::Result<std::unique_ptr<store::Writer>> writer = OpenWriter(dir, key);
  const bool busy = !writer.ok() && writer.status().code() == store::Code::kBusy;
  if (busy && withdrawn->at_once) {
    PrintResult(did, m, true, std::nullopt, console);
    return Exit::kYes;
  }
  if (!writer.ok()) return console.Error(writer.status()), Exit::kFile;
  const store::Result<store::Published> published = (*writer)->Publish();
  if (!published.ok()) return console.Error(published.status()), Exit::kFile;
  if (!published->warning.empty()) console.Note(published->warning);
  PrintResult(did, m, withdrawn->at_once, *published, console);
  return Exit::kYes;
}

Exit Enable(const store::Metadata& m, const std::string& dir, const store::Secret& key,
            const Console& console) {
  store::Result<std::unique_ptr<store::Writer>> writer = OpenWriter(dir, key);
  if (!writer.ok()) return console.Error(writer.status()), Exit::kFile;
  if (store::Status status = (*writer)->SetEnabled(m.key(), true); !status.ok()) {
    return console.Error(status), Exit::kFile;
  }
  const store::Result<store::Published> published = (*writer)->Publish();
  if (!published.ok()) return console.Error(published.status()), Exit::kFile;
  if (!published->warning.empty()) console.Note(published->warning);
  console.Note("enabled " + Shown(m));
  PrintResult("enabled", m, false, *published, console);
  return Exit::kYes;
}

Exit RunVerb(Verb verb, const Command& self, const std::vector<std::string>& arguments) {
  CredentialInput input;
  std::string provider;
  std::string id;
  std::string name;
  std::vector<std::string> none;
  Options options(self);
  options.Arguments(&none, 0, 0, "nothing");
  AddCredentialOptions(&options, &input, false);
  options.Text("--provider PROVIDER", &provider, "of which provider");
  options.Text("--name NAME", &name, "which one, as policies call it");
  options.Text("--id ID", &id, "which one, where two have the same name");
  if (const std::optional<Exit> done = options.Parse(arguments)) return *done;
  if (input.store.empty()) return options.Wrong("name the store with `--store DIR`");
  if (input.tenant.empty()) return options.Wrong("name the tenant with `--tenant TENANT`");
  if (provider.empty()) return options.Wrong("name the provider with `--provider PROVIDER`");
  if (id.empty() == name.empty()) {
    return options.Wrong("name one credential", "by `--name NAME` or by `--id ID`");
  }
  const Console& console = options.console();
  std::unique_ptr<store::Reader> reader;
  if (const Exit exit = OpenReader(input.store, input.key, console, &reader); exit != Exit::kYes) {
    return exit;
  }
  const std::optional<store::Metadata> found = Find(*reader, options, input, provider, id, name);
  if (!found) return Exit::kUsage;
  reader.reset();  // its generation need not be kept for this
  KeyInput key;
  if (const Exit exit = ReadKey(input.store, input.key, console, &key); exit != Exit::kYes) return exit;
  if (verb == Verb::kEnable) return Enable(*found, input.store, key.key, console);
  if (verb == Verb::kRevoke && !found->origin.empty()) {
    console.Note(Shown(*found) + " comes from " + found->origin +
                 ", where the next sync would find it again: it is disabled in place of removed; delete it there");
    verb = Verb::kDisable;
  }
  return Withdraw(verb, *found, input.store, key.key, console);
}

}  // namespace

const Command kRevoke = {
    "revoke", "--store DIR --tenant TENANT --provider PROVIDER --name NAME [options]",
    "takes a credential out of use at once, and removes it",
    "  keyrule revoke --store /var/lib/keyrule/store --tenant ws-bank --provider openai --name prod-eu\n"
    "\n"
    "Every process that has the store open refuses it from its next decision on; then a generation\n"
    "without it is published. An import that still has it adds it again: delete it there first, or use\n"
    "`keyrule disable`. What `keyrule sync` keeps up is disabled in place of removed, for the same reason.\n",
    [](const Command& self, std::vector<std::string> arguments) {
      return RunVerb(Verb::kRevoke, self, arguments);
    }};

const Command kDisable = {
    "disable", "--store DIR --tenant TENANT --provider PROVIDER --name NAME [options]",
    "takes a credential out of use at once, until it is enabled again",
    "  keyrule disable --store /var/lib/keyrule/store --tenant ws-bank --provider openai --name prod-eu\n"
    "\n"
    "Every process that has the store open refuses it from its next decision on. It stays disabled\n"
    "whatever imports and syncs say of it, until `keyrule enable`.\n",
    [](const Command& self, std::vector<std::string> arguments) {
      return RunVerb(Verb::kDisable, self, arguments);
    }};

const Command kEnable = {
    "enable", "--store DIR --tenant TENANT --provider PROVIDER --name NAME [options]",
    "gives a disabled credential back, with the generation that it publishes",
    "  keyrule enable --store /var/lib/keyrule/store --tenant ws-bank --provider openai --name prod-eu\n",
    [](const Command& self, std::vector<std::string> arguments) {
      return RunVerb(Verb::kEnable, self, arguments);
    }};

}  // namespace keyrule::command
