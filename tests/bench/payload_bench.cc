// What it costs to decide and to open what was decided, through the C interface, on a store of 10,000 tenants with one
// credential of each size. Beside it, in the same run and by turns:
//
//   by hand   OpenSSL's AES-256-GCM over sealed bytes of the same size, one context with a kept key schedule for each
//             record: the least that opening can cost there, with nothing decided, looked up, or wiped
//   RocksDB   a bare read of the payload's row, as the store opens RocksDB
//
//   warm      the same record again and again
//   spread    10,000 records in random order, each opened once before
//   first     the first opening of each record, whose tenant has decided before
#include <benchmark/benchmark.h>
#include <openssl/evp.h>

#include <array>
#include <cstdio>
#include <memory>
#include <numeric>
#include <random>
#include <string>

#include "store/row_key.h"
#include "store/rocks.h"
#include "tests/bench/die.h"
#include "tests/bench/measure.h"
#include "tests/plugin_api/plugin_support.h"

namespace keyrule::bench {
namespace {

using plugin_test::Api;
using plugin_test::Str;

constexpr size_t kRecords = 10'000;
constexpr size_t kAssociated = 150;  // about what a record's context takes
constexpr std::array<size_t, 3> kSizes = {60, 600, 2500};
constexpr char kPolicy[] = "keyrule 1\nschema \"dify\"\ndefault { use credential \"key\" }\n";

std::string Tenant(size_t record) { return "workspace-" + std::to_string(record); }
std::string Provider(size_t size) { return "size-" + std::to_string(size); }
std::string Payload(size_t record, size_t size) {
  std::string payload = "{\"api_key\":\"sk-" + std::to_string(record) + "-";
  payload.resize(size - 2, 'x');
  return payload + "\"}";
}

// A folder with a policy and a published store.
class Folder : public plugin_test::Folder {
 public:
  Folder() {
    Write("p.keyrule", kPolicy);
    Import();
  }

 private:
  void Import() const {
    const std::string command = std::string(KEYRULE_COMMAND) + " import - --quiet --store " + Path("store");
    std::FILE* pipe = popen(command.c_str(), "w");
    if (pipe == nullptr) Die(command);
    const char* comma = "{\"credentials\": [";
    for (size_t record = 0; record < kRecords; ++record) {
      for (size_t size : kSizes) {
        std::fprintf(pipe, "%s\n{\"tenant\": \"%s\", \"provider\": \"%s\", \"name\": \"key\", \"credentials\": %s}",
                     comma, Tenant(record).c_str(), Provider(size).c_str(), Payload(record, size).c_str());
        comma = ",";
      }
    }
    std::fputs("]}", pipe);
    if (pclose(pipe) != 0) Die(command);
  }
};

// The real library over that folder.
class Host {
 public:
  explicit Host(const Folder& folder) {
    const std::string policy = folder.Path("p.keyrule"), store = folder.Path("store");
    keyrule_engine_options options = KEYRULE_ENGINE_OPTIONS_INIT;
    options.policy_path = Str(policy);
    options.store_path = Str(store);
    options.payload_cache_bytes = 256 << 20;  // three sizes at once; the counts below say that all are kept
    keyrule_error* error = nullptr;
    if (api_->engine_open(&options, nullptr, &engine_, &error) != KEYRULE_OK) {
      Die(api_->error_message(error).ptr);
    }
    for (size_t record = 0; record < kRecords; ++record) tenants_.push_back(Tenant(record));
    provider_.id = api_->engine_attribute(engine_, Str("provider"));
    provider_.kind = KEYRULE_TEXT;
  }
  ~Host() { api_->engine_release(engine_); }
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  void Use(const std::string& provider) { provider_.value.text = Str(provider); }
  keyrule_decision* Decide(size_t record) {
    keyrule_request request = KEYRULE_REQUEST_INIT;
    request.tenant = Str(tenants_[record]);
    request.attributes = &provider_;
    request.attribute_count = 1;
    keyrule_decision* decision = nullptr;
    api_->get_current_credentials(engine_, &request, &decision, nullptr);
    return decision;
  }
  keyrule_str Open(keyrule_decision* decision) {
    keyrule_str payload{};
    api_->decision_credentials(decision, &payload, nullptr);
    return payload;
  }
  void Release(keyrule_decision* decision) { api_->decision_release(decision); }
  keyrule_engine_info Info() {
    keyrule_engine_info info = KEYRULE_ENGINE_INFO_INIT;
    api_->engine_info(engine_, &info);
    return info;
  }

 private:
  const keyrule_api* const api_ = &Api();
  keyrule_engine* engine_ = nullptr;
  keyrule_attribute provider_{};
  std::vector<std::string> tenants_;
};

// Opens records of its own, of one size.
class ByHand {
 public:
  explicit ByHand(size_t size) : out_(size) {
    std::mt19937_64 random(size);
    for (Record& record : records_) {
      record.context = EVP_CIPHER_CTX_new();
      record.sealed.resize(size);
      uint8_t key[32];
      for (uint8_t& byte : key) byte = static_cast<uint8_t>(random());
      const std::vector<uint8_t> plain(size, 'x');
      int done = 0;
      EVP_EncryptInit_ex(record.context, EVP_aes_256_gcm(), nullptr, key, record.nonce);
      EVP_EncryptUpdate(record.context, nullptr, &done, record.associated, kAssociated);
      EVP_EncryptUpdate(record.context, record.sealed.data(), &done, plain.data(), static_cast<int>(size));
      EVP_EncryptFinal_ex(record.context, record.sealed.data() + done, &done);
      EVP_CIPHER_CTX_ctrl(record.context, EVP_CTRL_GCM_GET_TAG, 16, record.tag);
      EVP_DecryptInit_ex(record.context, nullptr, nullptr, key, record.nonce);
      if (!Open(static_cast<size_t>(&record - records_.data()))) Die("by hand");
    }
  }
  ~ByHand() {
    for (Record& record : records_) EVP_CIPHER_CTX_free(record.context);
  }
  ByHand(const ByHand&) = delete;
  ByHand& operator=(const ByHand&) = delete;

  bool Open(size_t index) {
    Record& record = records_[index];
    int done = 0;
    uint8_t rest[16];
    return EVP_DecryptInit_ex2(record.context, nullptr, nullptr, record.nonce, nullptr) == 1 &&
           EVP_DecryptUpdate(record.context, nullptr, &done, record.associated, kAssociated) == 1 &&
           EVP_DecryptUpdate(record.context, out_.data(), &done, record.sealed.data(),
                             static_cast<int>(record.sealed.size())) == 1 &&
           EVP_CIPHER_CTX_ctrl(record.context, EVP_CTRL_GCM_SET_TAG, 16, record.tag) == 1 &&
           EVP_DecryptFinal_ex(record.context, rest, &done) == 1;
  }

 private:
  struct Record {
    EVP_CIPHER_CTX* context = nullptr;
    uint8_t nonce[12] = {};
    uint8_t associated[kAssociated] = {};
    uint8_t tag[16] = {};
    std::vector<uint8_t> sealed;
  };
  std::vector<Record> records_ = std::vector<Record>(kRecords);
  std::vector<uint8_t> out_;
};

// The rows themselves.
class Bare {
 public:
  explicit Bare(const Folder& folder) {
    auto db = store::OpenForReading(folder.Path("store/generations/000001"));
    if (!db.ok()) Die(db.status().message());
    db_ = *std::move(db);
  }
  size_t Read(size_t record, size_t size) {
    store::Metadata metadata;
    metadata.tenant = Tenant(record);
    metadata.provider = Provider(size);
    metadata.name = "key";
    metadata.id = store::DerivedId(metadata);
    const std::string key = store::RowKey(store::RowKind::kPayload, metadata.key());
    rocksdb::PinnableSlice row;
    took_ = Timed([&] {
      if (!db_->Get(store::CheckedReads(), db_->DefaultColumnFamily(), key, &row).ok()) Die(key);
    });
    return row.size();
  }
  double took() const { return took_; }

 private:
  std::unique_ptr<rocksdb::DB> db_;
  double took_ = 0;
};

double clock_cost = 0;

void MeasureClock() {
  std::vector<double> samples;
  for (int i = 0; i < 200'000; ++i) samples.push_back(Timed([] {}));
  clock_cost = Of(&samples).p50;
}

void Print(const char* what, std::vector<double>* samples, double beside) {
  const Percentiles p = Of(samples);
  std::printf("  %-34s %8.0f %8.0f %8.1fx\n", what, p.p50 - clock_cost, p.p99 - clock_cost,
              (p.p50 - clock_cost) / beside);
}

// One call each, in turns of kTurn, so that neither side finds the caches as the other left them only.
struct Samples {
  std::vector<double> by_hand, decide, open, all;
};
constexpr size_t kTurn = 1000;

Samples Measure(Host* host, ByHand* by_hand, size_t size, const std::vector<size_t>& order) {
  Samples samples;
  for (size_t at = 0; at + kTurn <= order.size(); at += kTurn) {
    for (size_t i = at; i < at + kTurn; ++i) {
      samples.by_hand.push_back(Timed([&] { benchmark::DoNotOptimize(by_hand->Open(order[i])); }));
    }
    for (size_t i = at; i < at + kTurn; ++i) {
      keyrule_decision* decision = nullptr;
      keyrule_str payload{};
      const double decide = Timed([&] { decision = host->Decide(order[i]); });
      const double open = Timed([&] { payload = host->Open(decision); });
      const double release = Timed([&] { host->Release(decision); });
      if (payload.len != size) Die("a payload did not open");
      samples.decide.push_back(decide);
      samples.open.push_back(open);
      samples.all.push_back(decide + open + release - 2 * clock_cost);
    }
  }
  return samples;
}

void PrintSamples(const char* name, size_t size, Samples* samples, const keyrule_engine_info& before,
                  const keyrule_engine_info& after) {
  const uint64_t reads = after.payload_reads - before.payload_reads;
  std::printf("%s, %zu bytes: %zu openings, %llu of them read the store\n", name, size, samples->open.size(),
              static_cast<unsigned long long>(reads));
  const double beside = Of(&samples->by_hand).p50 - clock_cost;
  Print("by hand: open", &samples->by_hand, beside);
  Print("decide", &samples->decide, beside);
  Print("open", &samples->open, beside);
  Print("decide + open + release", &samples->all, beside);
}

void FirstTouch(const Folder& folder, Host* host, size_t size) {
  Bare bare(folder);
  std::vector<size_t> order(kRecords);
  std::iota(order.begin(), order.end(), size_t{0});
  std::shuffle(order.begin(), order.end(), std::mt19937_64(size));
  std::vector<double> reads, first;
  const keyrule_engine_info before = host->Info();
  for (size_t record : order) {
    // Both find the row in the kernel's cache; the bare read comes first every other time.
    const auto read = [&] {
      if (bare.Read(record, size) <= size) Die("a row is too short");
      reads.push_back(bare.took());
    };
    if (record % 2 == 0) read();
    keyrule_decision* decision = host->Decide(record);
    keyrule_str payload{};
    first.push_back(Timed([&] { payload = host->Open(decision); }));
    if (payload.len != size) Die("a payload did not open");
    host->Release(decision);
    if (record % 2 != 0) read();
  }
  const keyrule_engine_info after = host->Info();
  std::printf("first, %zu bytes: %zu openings, %llu of them read the store\n", size, first.size(),
              static_cast<unsigned long long>(after.payload_reads - before.payload_reads));
  const double beside = Of(&reads).p50 - clock_cost;
  Print("RocksDB: one bare read", &reads, beside);
  Print("open", &first, beside);
}

void Run() {
  const Folder folder;
  Host host(folder);
  MeasureClock();
  std::printf("ns, without the clock's own %.0f\n%-36s %8s %8s %9s\n", clock_cost, "", "p50", "p99", "beside");
  for (size_t size : kSizes) {
    const std::string provider = Provider(size);
    host.Use(provider);
    for (size_t record = 0; record < kRecords; ++record) host.Release(host.Decide(record));
    FirstTouch(folder, &host, size);
    ByHand by_hand(size);
    std::mt19937_64 random(7);
    std::vector<size_t> spread(20 * kRecords), warm(20 * kRecords, 77);
    for (size_t& record : spread) record = random() % kRecords;
    for (const auto& [name, order] : {std::pair{"spread", &spread}, std::pair{"warm", &warm}}) {
      const keyrule_engine_info before = host.Info();
      Samples samples = Measure(&host, &by_hand, size, *order);
      PrintSamples(name, size, &samples, before, host.Info());
    }
  }
  const keyrule_engine_info info = host.Info();
  std::printf("%llu payloads kept in %.1f MiB; secrets: %llu KiB locked, %llu KiB not\n",
              static_cast<unsigned long long>(info.cached_payloads),
              static_cast<double>(info.payload_cache_bytes) / (1 << 20),
              static_cast<unsigned long long>(info.secret_bytes_locked / 1024),
              static_cast<unsigned long long>(info.secret_bytes_unlocked / 1024));
}

}  // namespace
}  // namespace keyrule::bench

int main() {
  keyrule::bench::Run();
  return 0;
}
