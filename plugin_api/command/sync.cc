// keyrule sync --from URL --storage DIR --store DIR
#include <algorithm>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <optional>
#include <utility>

#include "plugin_api/command/command.h"
#include "plugin_api/command/key_input.h"
#include "plugin_api/command/master_key.h"
#include "plugin_api/command/options.h"
#include "plugin_api/command/progress.h"
#include "plugin_api/command/side_input.h"
#include "plugin_api/command/sync_report.h"
#include "store/confirm.h"
#include "store/database.h"
#include "store/dify/follow.h"
#include "store/dify/sync.h"
#include "store/key_reference.h"
#include "store/posix_file.h"

namespace keyrule::command {
namespace {

constexpr size_t kMaxPassword = 4096;
constexpr char kFromVariable[] = "KEYRULE_SYNC_FROM";

// Set by SIGTERM and SIGINT while following.
std::atomic<bool> stop_asked{false};
static_assert(std::atomic<bool>::is_always_lock_free);

struct SyncInput {
  std::string from;
  std::string password_file;
  std::string storage;
  std::string store;
  std::string key;
  std::string side;
  std::vector<std::string> tenants;
  std::string every = "2s";
  std::string reconcile = "5m";
  bool follow = false;
  bool dry_run = false;
  bool allow_mass_removal = false;
};

// "500ms", "2s", "5m", "1h"; nothing for another text or zero.
std::optional<std::chrono::milliseconds> ReadDuration(const std::string& text) {
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string unit(end, text.data() + text.size());
  constexpr std::pair<const char*, uint64_t> kUnits[] = {
      {"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}};
  for (const auto& [name, factor] : kUnits) {
    if (error != std::errc() || unit != name || number == 0 || number > 1'000'000) continue;
    return std::chrono::milliseconds(number * factor);
  }
  return std::nullopt;
}

store::Result<store::DatabaseAddress> Address(const SyncInput& input) {
  store::Result<store::DatabaseAddress> address = store::ParseDatabaseAddress(input.from);
  if (!address.ok() || input.password_file.empty()) return address;
  store::Result<store::Secret> password = store::ReadSecretFile(input.password_file, kMaxPassword);
  if (!password.ok()) return password.status();
  std::string_view text = store::AsText(password->Expose());
  text = text.substr(0, text.find_first_of("\r\n"));
  if (text.empty()) {
    return store::Status(store::Code::kInvalid, input.password_file, "there is no password in its first line",
                         "write the password into it, and nothing else");
  }
  address->password = text;
  return address;
}

// One sync after the other, with all that stays the same between them.
class Syncer {
 public:
  Syncer(const SyncInput& input, store::DatabaseAddress address,
         std::unique_ptr<store::KeyProvider> provider, const Console& console)
      : input_(input),
        address_(std::move(address)),
        provider_(std::move(provider)),
        console_(console),
        side_(input.side, console),
        report_(console, input.store, input.follow || input.dry_run) {}

  Exit Once() {
    if (!side_.Read()) return Exit::kFile;
    if (!CheckStorage()) return Exit::kFile;
    const auto began = std::chrono::system_clock::now();
    // Before anything is made on disk.
    store::Result<std::unique_ptr<store::Database>> database = store::ConnectDatabase(address_, nullptr);
    if (!database.ok()) return console_.Error(database.status()), Exit::kFile;
    if (!LoadKey()) return Exit::kFile;
    std::unique_ptr<store::Writer> writer;
    if (!input_.dry_run) {
      store::Result<std::unique_ptr<store::Writer>> opened = store::Writer::Open(input_.store, *key_);
      if (!opened.ok()) return console_.Error(store::WithKeyName(opened.status(), *provider_)), Exit::kFile;
      writer = *std::move(opened);
    }
    const store::Status status = writer == nullptr ? DryRun(database->get()) : Sync(database->get(), writer.get());
    if (counts_.refused) return console_.Error(Named(status)), Exit::kNo;
    if (!status.ok()) return console_.Error(Named(status)), Exit::kFile;
    if (writer != nullptr) {
      const store::Status confirmed = store::ConfirmSource(input_.store, began);
      if (!confirmed.ok()) return console_.Error(confirmed), Exit::kFile;
    }
    return counts_.unreadable > 0 ? Exit::kNo : Exit::kYes;
  }

  Exit Follow(const store::FollowOptions& options) {
    if (!side_.Read()) return Exit::kFile;
    if (!CheckStorage() || !LoadKey()) return Exit::kFile;
    StopOnSignals();
    const store::FollowHooks hooks = {
        [this] { return store::ConnectDatabase(address_, &stop_asked); },
        [this] { return side_.Changed(); },
        [this](store::Database* database) -> store::Status {
          store::Result<std::unique_ptr<store::Writer>> writer = OpenAgain();
          if (!writer.ok()) return writer.status();
          return Sync(database, writer->get());
        },
        [this](auto moment) { return store::ConfirmSource(input_.store, moment); },
        [this](const store::Status& status) {
          store::Status named = Named(status);
          console_.Warning(Problem{named.what() + "; the store stays what it is, and this goes on trying",
                                   named.mend(), named.where()});
        },
        [this] { console_.Note("all is well again"); }};
    store::Follow(options, hooks, stop_asked);
    return Exit::kYes;
  }

 private:
  static void StopOnSignals() {
    struct sigaction action {};
    action.sa_handler = [](int) { stop_asked = true; };
    for (const int signal : {SIGTERM, SIGINT}) (void)sigaction(signal, &action, nullptr);
    // A server that goes away is an error of a call, not the end of the program.
    (void)std::signal(SIGPIPE, SIG_IGN);
  }

  bool CheckStorage() const {
    const store::Status status = store::TenantKeys::CheckStorage(input_.storage);
    if (!status.ok()) console_.Error(status);
    return status.ok();
  }

  bool LoadKey() {
    if (input_.dry_run && !store::PathExists(input_.store)) return true;  // all of it would be added
    bool created = false;
    store::Result<store::Secret> key = KeyFor(input_.store, *provider_, &created);
    if (!key.ok()) {
      console_.Error(key.status());
      return false;
    }
    if (created) {
      console_.Note("made the master key " + provider_->name() +
                    " (mode 0400); without it the store cannot be read: keep a copy elsewhere");
    }
    key_ = *std::move(key);
    return true;
  }

  // The master key may have been rotated meanwhile, and the one in hand retired: then it is loaded anew.
  store::Result<std::unique_ptr<store::Writer>> OpenAgain() {
    store::Result<std::unique_ptr<store::Writer>> writer = store::Writer::Open(input_.store, *key_);
    if (writer.ok() || writer.status().code() != store::Code::kKeyWrong) return writer;
    store::Result<store::Secret> key = provider_->Load();
    if (!key.ok()) return key.status();
    key_ = *std::move(key);
    writer = store::Writer::Open(input_.store, *key_);
    if (!writer.ok()) return store::WithKeyName(writer.status(), *provider_);
    console_.Note("the master key was rotated: going on with the new one");
    return writer;
  }

  store::SyncOptions Options() const {
    return {input_.tenants, side_.file(), input_.side, input_.allow_mass_removal, &stop_asked};
  }

  store::Status Sync(store::Database* database, store::Writer* writer) {
    store::WriterTarget target(writer);
    if (store::Status status = Run(database, &target); !status.ok()) return status;
    // An earlier one may have come to its end between writing and publishing.
    const store::Result<bool> done = writer->AllPublished();
    if (!done.ok()) return done.status();
    std::optional<store::Published> published;
    if (!*done) {
      const Progress progress(console_, "publishing");
      const store::Result<store::Published> result = writer->Publish();
      if (!result.ok()) return result.status();
      published = *result;
    }
    report_.Summary(counts_, published, false, input_.follow);
    return store::Status();
  }

  store::Status DryRun(store::Database* database) {
    std::unique_ptr<store::Reader> reader;
    if (key_) {
      store::Result<std::unique_ptr<store::Reader>> opened = store::Reader::Open(input_.store, *key_);
      if (opened.ok()) reader = *std::move(opened);
      if (!opened.ok() && opened.status().code() != store::Code::kNotFound) {
        return store::WithKeyName(opened.status(), *provider_);
      }
    }
    store::DryTarget target(reader.get());
    if (store::Status status = Run(database, &target); !status.ok()) return status;
    report_.Summary(counts_, std::nullopt, true, false);
    return store::Status();
  }

  store::Status Run(store::Database* database, store::SyncTarget* target) {
    // The workspaces' private keys are in memory no longer than this.
    store::TenantKeys keys(input_.storage);
    Progress progress(console_, "reading Dify's database", "change");
    store::SyncEvents events = report_.Events();
    events.change = [&progress, told = std::move(events.change)](store::SyncChange change, const store::Metadata& metadata) {
      progress.Add();
      told(change, metadata);
    };
    return store::SyncFromDify(database, &keys, Options(), target, events, &counts_);
  }

  // What is the matter with Dify's database as such names no place.
  store::Status Named(const store::Status& status) const {
    if (!status.where().empty()) return status;
    return store::Status(status.code(), address_.shown, status.what(), status.mend());
  }

  const SyncInput& input_;
  const store::DatabaseAddress address_;
  const std::unique_ptr<store::KeyProvider> provider_;
  const Console& console_;
  SideInput side_;
  SyncReport report_;
  std::optional<store::Secret> key_;
  store::SyncCounts counts_;
};

Exit RunSync(const Command& self, std::vector<std::string> arguments) {
  SyncInput input;
  std::vector<std::string> none;
  Options options(self);
  options.Arguments(&none, 0, 0, "nothing");
  options.Text("--from URL", &input.from, "Dify's database: postgresql://… or mysql://…; or KEYRULE_SYNC_FROM");
  options.Text("--password-file FILE", &input.password_file, "its first line is the database's password");
  options.Text("--storage DIR", &input.storage, "Dify's storage: the folder that holds `privkeys`");
  options.Text("--store DIR", &input.store, "the store; made if there is none");
  options.Text(kKeyOption, &input.key, kKeyDoc);
  options.Text("--side FILE", &input.side, "what Dify does not know: labels, weights, limits, …");
  options.Texts("--tenant ID", &input.tenants, "only this workspace; may be given several times");
  options.Flag("--follow", &input.follow, "keep up until SIGTERM: a line for each change");
  options.Text("--every TIME", &input.every, "while following: between two looks; 2s unless given");
  options.Text("--reconcile TIME", &input.reconcile, "while following: read all of it at least so often; 5m unless given");
  options.Flag("--dry-run", &input.dry_run, "say what would change, write nothing");
  options.Flag("--allow-mass-removal", &input.allow_mass_removal, "remove more than half of what came from Dify");
  if (const std::optional<Exit> done = options.Parse(arguments)) return *done;
  if (input.from.empty()) {
    const char* const variable = std::getenv(kFromVariable);
    input.from = variable == nullptr ? "" : variable;
  }
  if (input.from.empty()) return options.Wrong("name Dify's database with `--from URL`");
  if (input.storage.empty()) return options.Wrong("name Dify's storage with `--storage DIR`");
  if (input.store.empty()) return options.Wrong("name the store with `--store DIR`");
  if (input.follow && input.dry_run) return options.Wrong("`--follow` and `--dry-run` exclude each other");
  for (const std::string& tenant : input.tenants) {
    if (!store::IsUuid(tenant)) {
      return options.Wrong("`" + store::Shown(tenant) + "` is not the id of a workspace",
                           "a UUID in lower case, as in the column tenants.id");
    }
  }
  store::FollowOptions follow;
  for (const auto& [text, time, name] : {std::tuple{&input.every, &follow.every, "--every"},
                                         std::tuple{&input.reconcile, &follow.reconcile, "--reconcile"}}) {
    const std::optional<std::chrono::milliseconds> read = ReadDuration(*text);
    if (!read) return options.Wrong("`" + *text + "` is no time for `" + name + "`", "write it like 500ms, 2s or 5m");
    *time = *read;
  }
  follow.tenants = input.tenants;
  store::Result<store::DatabaseAddress> address = Address(input);
  if (address.ok()) {
    if (const store::Status status = store::CheckDatabaseAddress(*address); !status.ok()) address = status;
  }
  if (!address.ok() && address.status().where() == "--from") {
    return options.Wrong("--from: " + address.status().what(), address.status().mend());
  }
  if (!address.ok()) return options.console().Error(address.status()), Exit::kFile;
  std::unique_ptr<store::KeyProvider> provider;
  const Exit exit = FindKey(input.store, input.key, options.console(), &provider);
  if (exit != Exit::kYes) return exit;
  Syncer syncer(input, *address, std::move(provider), options.console());
  return input.follow ? syncer.Follow(follow) : syncer.Once();
}

}  // namespace

const Command kSync = {
    "sync", "--from URL --storage DIR --store DIR [options]",
    "makes a store's credentials those of Dify's database, once or for as long as it runs",
    "  keyrule sync --from postgresql://keyrule@db/dify --password-file db.password \\\n"
    "               --storage /srv/dify/volumes/app/storage --store /var/lib/keyrule/store\n"
    "  keyrule sync … --side side.json --follow\n"
    "\n"
    "A user that may read six tables is enough: provider_credentials, provider_model_credentials, providers,\n"
    "provider_models, load_balancing_model_configs, tenants. The password comes from --password-file, PGPASSWORD,\n"
    "~/.pgpass or MYSQL_PWD; from the address too, but others may see a command line for a moment. Behind `?` stand the\n"
    "driver's parameters: sslmode=verify-full, ssl-mode=verify-identity, ssl-ca=…\n"
    "What was imported stays. A token that does not open disables its credential and is an error. Exit code 1: some\n"
    "credentials could not be read, or too much would have been removed. store/DIFY.md says all of it.\n",
    RunSync};

}  // namespace keyrule::command
