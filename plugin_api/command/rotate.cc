// keyrule rotate --store DIR: the master key in two steps, or the data keys
#include <sys/stat.h>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>

#include "dsl/suggest.h"
#include "plugin_api/command/key_input.h"
#include "plugin_api/command/options.h"
#include "plugin_api/command/policy_input.h"
#include "plugin_api/command/progress.h"
#include "store/key_reference.h"
#include "store/master_keys.h"
#include "store/reader.h"
#include "store/writer.h"

namespace keyrule::command {
namespace {

struct Wish {
  std::string store;
  std::string key;
  std::string new_key;
  std::string tenant;
  bool retire = false;
  bool data_keys = false;
};

using Json = nlohmann::ordered_json;

std::string OneLineOf(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// As it is written on a command line.
std::string Quoted(const std::string& text) {
  if (text.find_first_of(" \t\n'\"\\$`|&;<>()*?[]#~!{}") == std::string::npos) return text;
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

// The store's key, proved to open it before anything is made.
Exit OpenedBy(const Wish& wish, const Console& console, KeyInput* input, store::MasterKeys* found) {
  const Exit exit = ReadKey(wish.store, wish.key, console, input);
  if (exit != Exit::kYes) return exit;
  const store::Result<store::MasterKeys> keys = store::FindMasterKeys(wish.store, input->key);
  if (!keys.ok()) {
    return console.Error(store::WithKeyName(keys.status(), *input->provider)), Exit::kFile;
  }
  *found = *keys;
  return Exit::kYes;
}

// Made by root for a store of somebody else, whose programs could not read it.
void NoteOwner(const std::string& store, const std::string& path, const Console& console) {
  struct stat info;
  if (stat(store.c_str(), &info) != 0 || info.st_uid == geteuid()) return;
  console.Warning(Problem{
      "the store belongs to user " + std::to_string(info.st_uid) + ", who cannot read the new key",
      "run `chown " + std::to_string(info.st_uid) + " " + Quoted(path) + "`", path});
}

Exit AddKey(const Wish& wish, const Console& console) {
  KeyInput old;
  store::MasterKeys before;
  Exit exit = OpenedBy(wish, console, &old, &before);
  if (exit != Exit::kYes) return exit;
  std::unique_ptr<store::KeyProvider> provider;
  exit = FindKey(wish.store, wish.new_key, console, &provider);
  if (exit != Exit::kYes) return exit;
  store::Result<store::Secret> key = provider->Load();
  const std::string file = provider->file();
  const bool make = !key.ok() && key.status().code() == store::Code::kKeyMissing && !file.empty();
  if (make) {
    if (const store::Status made = store::CreateMasterKey(file); !made.ok()) {
      return console.Error(made), Exit::kFile;
    }
    console.Note("made the master key " + file + " (mode 0400): keep a copy elsewhere");
    NoteOwner(wish.store, file, console);
    key = provider->Load();
  }
  if (!key.ok()) return console.Error(key.status()), Exit::kFile;
  const store::Result<store::MasterKeys> keys = store::AddMasterKey(wish.store, old.key, *key);
  if (!keys.ok()) return console.Error(keys.status()), Exit::kFile;
  if (console.json()) {
    console.Result(OneLineOf({{"master_keys", keys->count},
                              {"changed", keys->changed},
                              {"newest", provider->name()},
                              {"key_created", make},
                              {"old_keys_needed", keys->count > 1}}));
    return Exit::kYes;
  }
  std::string text =
      provider->name() + (keys->changed ? " opens the store now, as its newest master key\n"
                                        : " is the newest master key of the store already\n");
  if (keys->count > 1) {
    text += Count(keys->count, "master key") +
            " open it: keep them all until every host uses the newest; then run\n" +
            "  keyrule rotate --store " + Quoted(wish.store) + " --key " +
            Quoted(provider->name()) + " --retire\n";
  } else {
    text += "no other opens it: an older one is not needed any more\n";
  }
  console.Result(text);
  return Exit::kYes;
}

Exit Retire(const Wish& wish, const Console& console) {
  KeyInput input;
  store::MasterKeys before;
  const Exit exit = OpenedBy(wish, console, &input, &before);
  if (exit != Exit::kYes) return exit;
  const store::Result<store::MasterKeys> keys = store::RetireMasterKeys(wish.store, input.key);
  if (!keys.ok()) return console.Error(keys.status()), Exit::kFile;
  const size_t removed = keys->changed ? before.count - keys->count : 0;
  if (console.json()) {
    console.Result(OneLineOf({{"master_keys", keys->count},
                              {"changed", keys->changed},
                              {"newest", input.provider->name()},
                              {"retired", removed},
                              {"old_keys_needed", false}}));
    return Exit::kYes;
  }
  console.Result(
      (keys->changed ? Count(removed, "master key") + " retired; " : "nothing to retire: ") +
      "only " + input.provider->name() + " opens the store\n" +
      "the old key is no longer needed\n");
  return Exit::kYes;
}

Exit UnknownTenant(const Wish& wish, const store::Secret& key, const Options& options) {
  std::set<std::string> tenants;
  if (const store::Result<std::unique_ptr<store::Reader>> reader =
          store::Reader::Open(wish.store, key);
      reader.ok()) {
    (void)(*reader)->List([&](const store::Metadata& metadata) {
      tenants.insert(metadata.tenant);
      return true;
    });
  }
  return options.Wrong("the store has no tenant `" + wish.tenant + "`",
                       dsl::Suggest(wish.tenant, {tenants.begin(), tenants.end()}, "tenants"));
}

Exit ChangeDataKeys(const Wish& wish, const Options& options) {
  const Console& console = options.console();
  KeyInput input;
  store::MasterKeys before;
  const Exit exit = OpenedBy(wish, console, &input, &before);
  if (exit != Exit::kYes) return exit;
  store::Result<std::unique_ptr<store::Writer>> writer = store::Writer::Open(wish.store, input.key);
  if (!writer.ok()) return console.Error(writer.status()), Exit::kFile;
  const store::Result<store::DataKeyRotation> done = [&] {
    const Progress progress(console, "sealing every credential anew");
    return (*writer)->RotateDataKeys({wish.tenant});
  }();
  if (!done.ok() && done.status().code() == store::Code::kNotFound) {
    return UnknownTenant(wish, input.key, options);
  }
  if (!done.ok()) return console.Error(done.status()), Exit::kFile;
  if (console.json()) {
    console.Result(OneLineOf({{"tenants", done->tenants},
                              {"data_keys_made", done->made},
                              {"sealed_anew", done->resealed},
                              {"data_keys_removed", done->removed},
                              {"resumed", done->resumed},
                              {"generation", done->published.generation},
                              {"credentials", done->published.records}}));
    return Exit::kYes;
  }
  console.Result((done->resumed ? "finished the rotation that was interrupted\n" : "") +
                 Count(done->made, "data key") + " made for " + Count(done->tenants, "tenant") +
                 ", " + Count(done->resealed, "credential") + " sealed anew, " +
                 Count(done->removed, "old data key") + " removed\n" + "published generation " +
                 std::to_string(done->published.generation) + " of " + wish.store + ": " +
                 Count(done->published.records, "credential") + "\n");
  return Exit::kYes;
}

Exit RunRotate(const Command& self, std::vector<std::string> arguments) {
  Wish wish;
  std::vector<std::string> none;
  Options options(self);
  options.Arguments(&none, 0, 0, "nothing");
  options.Text("--store DIR", &wish.store, "the store");
  options.Text(kKeyOption, &wish.key, kKeyDoc);
  options.Text("--new-key KEY", &wish.new_key,
               "lets this master key open the store as well; made if it is a path and not there");
  options.Flag("--retire", &wish.retire,
               "leaves the key of --key the only one that opens the store");
  options.Flag("--data-keys", &wish.data_keys, "new data keys; seals every credential anew");
  options.Text("--tenant TENANT", &wish.tenant, "with --data-keys: of this tenant alone");
  if (const std::optional<Exit> done = options.Parse(arguments)) return *done;
  if (wish.store.empty()) return options.Wrong("name the store with `--store DIR`");
  const bool add = options.Has("--new-key");
  const int wishes = (add ? 1 : 0) + (wish.retire ? 1 : 0) + (wish.data_keys ? 1 : 0);
  if (wishes != 1) {
    return options.Wrong(wishes == 0 ? "say what to change" : "one change at a time",
                         "give `--new-key KEY`, then `--retire`, for the master key; `--data-keys` "
                         "for the others");
  }
  if (options.Has("--tenant") && !wish.data_keys) {
    return options.Wrong("`--tenant` says whose data keys change", "give `--data-keys` with it");
  }
  if (add) return AddKey(wish, options.console());
  if (wish.retire) return Retire(wish, options.console());
  return ChangeDataKeys(wish, options);
}

}  // namespace

const Command kRotate = {
    "rotate", "--store DIR --new-key KEY | --retire | --data-keys [options]",
    "changes the master key or the data keys of a store while hosts go on",
    "A new master key, in three steps that may be days apart:\n"
    "  keyrule rotate --store /var/lib/keyrule/store --new-key /var/lib/keyrule/new.key\n"
    "  mv -f /var/lib/keyrule/new.key /var/lib/keyrule/store.key\n"
    "  keyrule rotate --store /var/lib/keyrule/store --retire\n"
    "After the first both keys open the store. The second, or whatever tells your hosts of the\n"
    "new key, comes when you like. The third says when the old key is no longer needed: a host\n"
    "that still uses it goes on with what it has open, and cannot open the store again.\n"
    "To go back instead, name the old key by `--new-key`, then `--retire` with it.\n"
    "\n"
    "New data keys, all payloads sealed anew, published as a generation:\n"
    "  keyrule rotate --store /var/lib/keyrule/store --data-keys\n"
    "  keyrule rotate --store /var/lib/keyrule/store --data-keys --tenant ws-bank\n"
    "\n"
    "Each may be interrupted and run again. This does not mend a master key that strangers saw\n"
    "together with a copy of the store: import into a new store, and change the credentials\n"
    "themselves (store/FORMAT.md).\n",
    RunRotate};

}  // namespace keyrule::command
