// keyrule import FILE --store DIR
#include <unistd.h>

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "plugin_api/command/credential_input.h"
#include "plugin_api/command/key_input.h"
#include "plugin_api/command/master_key.h"
#include "plugin_api/command/policy_input.h"
#include "plugin_api/command/progress.h"
#include "plugin_api/command/table.h"
#include "store/import.h"
#include "store/key_reference.h"
#include "store/posix_file.h"
#include "store/reader.h"
#include "store/writer.h"

namespace keyrule::command {
namespace {

using Places = std::map<std::pair<std::string, std::string>, size_t>;  // tenant, provider

constexpr char kStandardInput[] = "<standard input>";

// The file, if it is fit to be imported; read before anything is made on disk.
std::optional<store::ImportFile> ReadImport(const std::string& path, const Console& console) {
  const bool piped = path == "-";
  const std::string name = piped ? kStandardInput : path;
  store::Result<store::Secret> text =
      piped ? store::ReadSecretStream(STDIN_FILENO, name, store::kMaxImportFile)
            : store::ReadSecretFile(path, store::kMaxImportFile);
  if (!text.ok()) {
    console.Error(text.status());
    return std::nullopt;
  }
  if (text->size() == 0) {
    console.Error(Problem{"it is empty", "`keyrule import --help` shows what it holds", name, 1, 1});
    return std::nullopt;
  }
  store::ImportFile file = store::ParseImport(*std::move(text));
  for (const store::ImportError& error : file.errors) console.Error(error, name);
  if (!file.errors.empty()) return std::nullopt;
  return file;
}

std::string Text(const store::ImportCounts& counts, const store::Published& published,
                 const Places& places, const std::string& store, Format format) {
  std::string text = std::to_string(counts.added) + " added, " + std::to_string(counts.changed) +
                     " changed, " + std::to_string(counts.unchanged) + " unchanged\n" +
                     "published generation " + std::to_string(published.generation) + " of " +
                     store + ": " + Count(published.records, "credential") + "\n";
  Table table({"tenant", "provider", "credentials"});
  for (const auto& [place, number] : places) {
    table.Add({place.first, place.second, std::to_string(number)});
  }
  return text + table.Render(format);
}

std::string ImportJson(const store::ImportCounts& counts, const store::Published& published,
                 const Places& places, const std::string& key, bool created) {
  nlohmann::ordered_json json;
  json["added"] = counts.added;
  json["changed"] = counts.changed;
  json["unchanged"] = counts.unchanged;
  json["generation"] = published.generation;
  json["credentials"] = published.records;
  json["key"] = key;
  json["key_created"] = created;
  json["held"] = nlohmann::ordered_json::array();
  for (const auto& [place, number] : places) {
    json["held"].push_back(
        {{"tenant", place.first}, {"provider", place.second}, {"credentials", number}});
  }
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

Exit Import(const std::string& file, const std::string& store, const std::string& reference,
            const Console& console) {
  std::unique_ptr<store::KeyProvider> provider;
  const Exit exit = FindKey(store, reference, console, &provider);
  if (exit != Exit::kYes) return exit;
  std::optional<store::ImportFile> read = ReadImport(file, console);
  if (!read) return Exit::kFile;
  bool created = false;
  const store::Result<store::Secret> key = KeyFor(store, *provider, &created);
  if (!key.ok()) return console.Error(key.status()), Exit::kFile;
  if (created) {
    console.Note("made the master key " + provider->name() +
                   " (mode 0400); without it the store cannot be read: keep a copy elsewhere");
  }
  store::Result<std::unique_ptr<store::Writer>> writer = store::Writer::Open(store, *key);
  if (!writer.ok()) {
    return console.Error(store::WithKeyName(writer.status(), *provider)), Exit::kFile;
  }
  Progress progress(console, "sealing " + Count(read->records.size(), "credential"));
  const store::ImportOutcome outcome = store::ImportCredentials(*std::move(read), file, writer->get());
  if (!outcome.status.ok()) return console.Error(outcome.status), Exit::kFile;
  progress.Say("publishing");
  const store::Result<store::Published> published = (*writer)->Publish();
  if (!published.ok()) return console.Error(published.status()), Exit::kFile;
  // What hosts will see is read the way they read it.
  const store::Result<std::unique_ptr<store::Reader>> reader = store::Reader::Open(store, *key);
  if (!reader.ok()) return console.Error(reader.status()), Exit::kFile;
  Places places;
  progress.Say("reading what was published", "credential");
  const store::Status listed = (*reader)->List([&](const store::Metadata& metadata) {
    progress.Add();
    ++places[{metadata.tenant, metadata.provider}];
    return true;
  });
  if (!listed.ok()) return console.Error(listed), Exit::kFile;
  console.Result(console.json()
                     ? ImportJson(outcome.counts, *published, places, provider->name(), created)
                     : Text(outcome.counts, *published, places, store, console.format()));
  return Exit::kYes;
}

Exit RunImport(const Command& self, std::vector<std::string> arguments) {
  std::vector<std::string> files;
  std::string store;
  std::string key;
  Options options(self);
  options.Arguments(&files, 1, 1, "a file of credentials, or - for standard input", ValueKind::kFile);
  options.Text("--store DIR", &store, "the store; made if there is none");
  options.Text(kKeyOption, &key, kKeyDoc);
  if (const std::optional<Exit> done = options.Parse(arguments)) return *done;
  if (store.empty()) return options.Wrong("name the store with `--store DIR`");
  return Import(files.front(), store, key, options.console());
}

}  // namespace

const Command kImport = {
    "import", "FILE --store DIR [options]", "seals the credentials of a file into a store and publishes them",
    "  keyrule import credentials.json --store /var/lib/keyrule/store\n"
    "  vault-export | keyrule import - --store /var/lib/keyrule/store\n"
    "\n"
    "The file is JSON:\n"
    "  {\"credentials\": [\n"
    "    {\"tenant\": \"ws-bank\", \"provider\": \"openai\", \"name\": \"prod-eu\", \"weight\": 3,\n"
    "     \"labels\": {\"team\": \"billing\"}, \"credentials\": {\"openai_api_key\": \"sk-…\"}}\n"
    "  ]}\n"
    "A new store gets a new master key in a file, unless `--key` names one that is there.\n"
    "What the store holds and the file does not name stays. After an error nothing is changed.\n",
    RunImport};

}  // namespace keyrule::command
