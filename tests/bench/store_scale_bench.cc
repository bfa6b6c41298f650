// A store of 1,000,000 credentials of 10,000 tenants (KEYRULE_SCALE_RECORDS: fewer; a tenant has 100): how fast it is
// made, what it takes, how soon it is open, and what decisions over it cost, through the C interface under a policy that
// picks among the tenant's own. Each figure of a host has its own process. Beside them, in the same run, RocksDB alone
// on the same generation, read-only:
//
//   a tenant   an iterator over the rows of its metadata       beside its first decision
//   a record   Get of its metadata and Get of its payload      beside the first opening of it
//   a payload  Get of its payload                              beside deciding and opening it once more
//
// Times of processes are their processor's time, with the clock's behind: other programs may be at work.
// KEYRULE_SCALE_FOLDER: an empty or new folder that is kept; one that holds a store already is measured as it is.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "store/crypto.h"
#include "store/key_provider.h"
#include "store/rocks.h"
#include "store/row_key.h"
#include "store/writer.h"
#include "tests/bench/die.h"
#include "tests/bench/measure.h"
#include "tests/plugin_api/plugin_support.h"

namespace keyrule::bench {
namespace {

using plugin_test::Str;

constexpr size_t kOfTenant = 100;
constexpr size_t kTenants = 100;  // that decide and open: 10,000 records
constexpr char kProvider[] = "openai";

std::string Tenant(size_t number) {
  char name[32];
  std::snprintf(name, sizeof name, "workspace-%05zu", number);
  return name;
}
std::string Name(size_t number) {
  char name[16];
  std::snprintf(name, sizeof name, "key-%02zu", number);
  return name;
}
// The credential that the node names; else one rule for each of 100 apps, which are tried in turn; else turns over
// everything that the tenant has.
std::string Policy() {
  std::string text =
      "keyrule 1\nschema \"dify\"\npool own { where labels.team is set }\n"
      "rule named { when node.credential is set use credential node.credential }\n";
  for (size_t i = 0; i < kOfTenant; ++i) {
    text += "rule r" + std::to_string(i) + " { when app.id == \"" + Name(i) + "\" use credential \"" + Name(i) + "\" }\n";
  }
  return text + "default { use own by round_robin }\n";
}
store::Metadata Record(size_t number) {
  store::Metadata metadata;
  metadata.tenant = Tenant(number / kOfTenant);
  metadata.provider = kProvider;
  metadata.name = Name(number % kOfTenant);
  metadata.labels = {{"team", "team-" + std::to_string(number % 7)}};
  metadata.weight = static_cast<uint32_t>(1 + number % 3);
  return metadata;
}
std::string Payload(size_t number) {
  std::string key = std::to_string(number) + "-";
  key.resize(48, 'x');
  return "{\"openai_api_key\":\"sk-" + key + "\"}";
}

double CpuMs() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}
double ResidentMb() {
  std::FILE* file = std::fopen("/proc/self/statm", "r");
  long all = 0, resident = 0;
  if (file == nullptr || std::fscanf(file, "%ld %ld", &all, &resident) != 2) Die("/proc/self/statm");
  std::fclose(file);
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1e6;
}

// Runs a program to its end.
struct Ran {
  double cpu_s, wall_s, peak_mb;
};
Ran RunProgram(std::vector<std::string> words) {
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  std::fflush(nullptr);
  const double begin = NowNs();
  const pid_t child = fork();
  if (child == 0) {
    execv(argv[0], argv.data());
    _exit(127);
  }
  int status = 0;
  rusage used{};
  if (child < 0 || wait4(child, &status, 0, &used) != child || status != 0) Die(words[0] + " " + words[1] + " failed");
  const auto seconds = [](const timeval& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6; };
  return {seconds(used.ru_utime) + seconds(used.ru_stime), (NowNs() - begin) / 1e9, static_cast<double>(used.ru_maxrss) / 1e3};
}

// ------------------------------------------------------------------------------------------------ writing

void WriteFile(const std::string& path, size_t records) {
  std::FILE* file = std::fopen(path.c_str(), "w");
  if (file == nullptr) Die(path);
  std::fputs("{\"credentials\": [", file);
  for (size_t i = 0; i < records; ++i) {
    const store::Metadata m = Record(i);
    std::fprintf(file, "%s\n{\"tenant\":\"%s\",\"provider\":\"%s\",\"name\":\"%s\",\"labels\":{\"team\":\"%s\"},\"weight\":%u,\"credentials\":%s}",
                 i == 0 ? "" : ",", m.tenant.c_str(), kProvider, m.name.c_str(), m.labels.at("team").c_str(), m.weight,
                 Payload(i).c_str());
  }
  std::fputs("]}\n", file);
  if (std::fclose(file) != 0) Die(path);
}

int Write(const std::string& store, size_t records) {
  if (!store::CreateMasterKey(store + ".key").ok()) Die("key");
  auto key = store::LoadMasterKey(store + ".key");
  auto writer = store::Writer::Open(store, *key);
  if (!writer.ok()) Die(writer.status().message());
  for (size_t i = 0; i < records; ++i) {
    const std::string payload = Payload(i);
    if (!(*writer)->Put(Record(i), store::AsBytes(payload)).ok()) Die("put");
    if (i % 10'000 == 9'999 && !(*writer)->Commit().ok()) Die("commit");
  }
  if (const auto published = (*writer)->Publish(); !published.ok()) Die(published.status().message());
  return 0;
}

void PrintRan(const char* what, const Ran& ran, size_t records) {
  std::printf("  %-34s %9.0f records/s %7.1f s (clock %.1f s), peak %.0f MB\n", what,
              static_cast<double>(records) / ran.cpu_s, ran.cpu_s, ran.wall_s, ran.peak_mb);
}

// ------------------------------------------------------------------------------------------------ reading

std::string GenerationOf(const std::string& store) {
  std::string newest;
  for (const auto& entry : std::filesystem::directory_iterator(store + "/generations")) {
    newest = std::max(newest, entry.path().string());
  }
  return newest;
}

std::vector<size_t> SomeTenants(size_t records) {
  std::vector<size_t> tenants(records / kOfTenant);
  for (size_t i = 0; i < tenants.size(); ++i) tenants[i] = i;
  std::shuffle(tenants.begin(), tenants.end(), std::mt19937_64(5));
  tenants.resize(std::min(tenants.size(), kTenants));
  return tenants;
}

void Line(const char* what, std::vector<double> samples) {
  const Percentiles p = Of(&samples);
  std::printf("  %-44s %9.2f %9.2f\n", what, p.p50 / 1e3, p.p99 / 1e3);
}

// A cold process that opens the store as a host does.
int Host(const std::string& folder, size_t records) {
  const keyrule_api* api = &plugin_test::Api();
  const std::string policy = folder + "/p.keyrule", store = folder + "/store";
  keyrule_engine_options options = KEYRULE_ENGINE_OPTIONS_INIT;
  options.policy_path = Str(policy);
  options.store_path = Str(store);
  keyrule_engine* engine = nullptr;
  keyrule_error* error = nullptr;
  const double rss = ResidentMb(), cpu = CpuMs(), begin = NowNs();
  if (api->engine_open(&options, nullptr, &engine, &error) != KEYRULE_OK) Die(api->error_message(error).ptr);
  std::printf("  engine_open: %.1f ms (clock %.1f ms); resident %.1f MB, %.1f MB of them before\n", CpuMs() - cpu,
              (NowNs() - begin) / 1e6, ResidentMb(), rss);
  keyrule_attribute attributes[2] = {};
  attributes[0].id = api->engine_attribute(engine, Str("provider"));
  attributes[0].kind = attributes[1].kind = KEYRULE_TEXT;
  attributes[0].value.text = Str(kProvider);
  const uint32_t by_node = api->engine_attribute(engine, Str("node.credential"));
  const uint32_t by_app = api->engine_attribute(engine, Str("app.id"));
  // `name` empty: whose turn it is.
  const auto ask = [&](uint32_t by, const std::string& tenant, const std::string& name, bool open) {
    keyrule_request request = KEYRULE_REQUEST_INIT;
    request.tenant = Str(tenant);
    request.attributes = attributes;
    request.attribute_count = name.empty() ? 1 : 2;
    attributes[1].id = by;
    attributes[1].value.text = Str(name);
    keyrule_decision* decision = nullptr;
    keyrule_str payload{};
    const double took = Timed([&] {
      api->get_current_credentials(engine, &request, &decision, nullptr);
      if (open) api->decision_credentials(decision, &payload, nullptr);
    });
    if (open && payload.len == 0) Die("a payload did not open");
    api->decision_release(decision);
    return took;
  };
  std::vector<std::string> tenants, names;
  for (const size_t number : SomeTenants(records)) tenants.push_back(Tenant(number));
  for (size_t i = 0; i < kOfTenant; ++i) names.push_back(Name(i));
  std::vector<double> first, decide, opening, spread, one, ruled, turns;
  for (const std::string& tenant : tenants) first.push_back(ask(by_node, tenant, names[0], false));
  for (const std::string& name : names) {
    for (const std::string& tenant : tenants) opening.push_back(ask(by_node, tenant, name, true));
  }
  std::mt19937_64 random(7);
  const auto any = [&random](const std::vector<std::string>& from) -> const std::string& { return from[random() % from.size()]; };
  for (int i = 0; i < 200'000; ++i) decide.push_back(ask(by_node, any(tenants), any(names), false));
  for (int i = 0; i < 200'000; ++i) spread.push_back(ask(by_node, any(tenants), any(names), true));
  for (int i = 0; i < 200'000; ++i) one.push_back(ask(by_node, tenants[0], names[7], true));
  for (int i = 0; i < 200'000; ++i) ruled.push_back(ask(by_app, any(tenants), any(names), true));
  for (int i = 0; i < 50'000; ++i) turns.push_back(ask(by_node, any(tenants), "", true));
  Line("first decision of a tenant", first);
  Line("decide + open, each record first", opening);
  Line("decide, spread over the records", decide);
  Line("decide + open, spread over the records", spread);
  Line("decide + open, the record warm", one);
  Line("the same spread, by one of 100 rules", ruled);
  Line("decide + open, turns over 100", turns);
  std::printf("  resident after these reads: %.1f MB\n", ResidentMb());
  api->engine_release(engine);
  return 0;
}

// RocksDB alone, by the same keys.
int Bare(const std::string& folder, size_t records) {
  const double rss = ResidentMb(), cpu = CpuMs(), begin = NowNs();
  auto opened = store::OpenForReading(GenerationOf(folder + "/store"));
  if (!opened.ok()) Die(opened.status().message());
  rocksdb::DB* db = opened->get();
  std::printf("  RocksDB alone, open: %.1f ms (clock %.1f ms); resident %.1f MB, %.1f MB of them before\n",
              CpuMs() - cpu, (NowNs() - begin) / 1e6, ResidentMb(), rss);
  std::vector<double> scans, pairs, payloads;
  std::vector<store::CredentialKey> keys;
  for (size_t tenant : SomeTenants(records)) {
    const std::string prefix = store::RowKey(store::RowKind::kMetadata, {Tenant(tenant)});
    const std::string after = store::AfterPrefix(prefix);
    const rocksdb::Slice upper(after);
    size_t rows = 0;
    scans.push_back(Timed([&] {
      const std::unique_ptr<rocksdb::Iterator> it(db->NewIterator(store::CheckedReads(&upper)));
      for (it->Seek(prefix); it->Valid(); it->Next()) rows += it->value().size() > 0;
    }));
    if (rows != kOfTenant) Die("a tenant has not its rows");
    for (size_t i = 0; i < kOfTenant; ++i) {
      store::Metadata m = Record(tenant * kOfTenant + i);
      m.id = store::DerivedId(m);
      keys.push_back(m.key());
    }
  }
  const auto get = [db](const std::string& key) {
    rocksdb::PinnableSlice row;
    if (!db->Get(store::CheckedReads(), db->DefaultColumnFamily(), key, &row).ok()) Die("a row is missing");
  };
  std::shuffle(keys.begin(), keys.end(), std::mt19937_64(9));
  for (const store::CredentialKey& key : keys) {
    const std::string m = store::RowKey(store::RowKind::kMetadata, key), p = store::RowKey(store::RowKind::kPayload, key);
    pairs.push_back(Timed([&] { get(m), get(p); }));
  }
  std::mt19937_64 random(7);
  for (int i = 0; i < 50'000; ++i) {
    const std::string p = store::RowKey(store::RowKind::kPayload, keys[random() % keys.size()]);
    payloads.push_back(Timed([&] { get(p); }));
  }
  Line("RocksDB alone: the rows of a tenant", scans);
  Line("RocksDB alone: metadata and payload", pairs);
  Line("RocksDB alone: payload", payloads);
  std::printf("  resident after these reads: %.1f MB\n", ResidentMb());
  return 0;
}

int Run(const std::string& self) {
  const char* wanted = std::getenv("KEYRULE_SCALE_RECORDS");
  const size_t records = wanted == nullptr ? 1'000'000 : std::strtoul(wanted, nullptr, 10) / kOfTenant * kOfTenant;
  if (records == 0) Die("KEYRULE_SCALE_RECORDS is less than 100");
  const char* kept = std::getenv("KEYRULE_SCALE_FOLDER");
  std::string folder = kept == nullptr ? (std::filesystem::temp_directory_path() / "keyrule-scale-XXXXXX").string() : kept;
  if (kept == nullptr && mkdtemp(folder.data()) == nullptr) Die("mkdtemp");
  std::filesystem::create_directories(folder);
  std::FILE* policy = std::fopen((folder + "/p.keyrule").c_str(), "w");
  if (policy == nullptr || std::fputs(Policy().c_str(), policy) < 0 || std::fclose(policy) != 0) Die("the policy cannot be written");
  const std::string count = std::to_string(records), store = folder + "/store", file = folder + "/c.json";
  std::printf("%zu credentials of %zu tenants\n", records, records / kOfTenant);
  if (!std::filesystem::exists(store)) {
    WriteFile(file, records);
    PrintRan("keyrule import FILE", RunProgram({KEYRULE_COMMAND, "import", file, "--store", store, "--quiet"}), records);
    std::filesystem::remove(file);
    PrintRan("Writer: Put, Commit, Publish", RunProgram({self, "write", folder + "/second", count}), records);
    std::filesystem::remove_all(folder + "/second");
    std::filesystem::remove(folder + "/second.key");
  }
  double bytes = 0;
  for (const auto& entry : std::filesystem::directory_iterator(GenerationOf(store))) bytes += static_cast<double>(entry.file_size());
  std::printf("  on disk: %.0f MB, %.0f bytes a record (the writer's tables are links to the same)\n", bytes / 1e6,
              bytes / static_cast<double>(records));
  std::printf("five processes, in turns; us: %34s %9s\n", "p50", "p99");
  for (int turn = 0; turn < 5; ++turn) {
    RunProgram({self, "bare", folder, count});
    RunProgram({self, "host", folder, count});
  }
  if (kept == nullptr) std::filesystem::remove_all(folder);
  return 0;
}

}  // namespace
}  // namespace keyrule::bench

int main(int argc, char** argv) {
  using namespace keyrule::bench;
  if (argc != 4) return Run(std::filesystem::canonical("/proc/self/exe").string());
  const std::string what = argv[1], where = argv[2];
  const size_t records = std::strtoul(argv[3], nullptr, 10);
  if (what == "write") return Write(where, records);
  return what == "host" ? Host(where, records) : Bare(where, records);
}
