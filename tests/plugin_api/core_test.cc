// A host opens a hundred marked secrets, and so does a child that it forks: what a core of either shows of them and of
// the store's keys, while they are open and after they were released. Nothing, that is; and the host's own leak, so that
// the search is known to find something.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <sstream>

#include "store/envelope.h"
#include "store/key_provider.h"
#include "store/open_store.h"
#include "store/rows.h"
#include "tests/plugin_api/core_scan.h"
#include "tests/plugin_api/plugin_support.h"

extern char** environ;

namespace keyrule::plugin_test {
namespace {

constexpr int kSecrets = 100;
constexpr std::string_view kOneKey = "keyrule 1\nschema \"dify\"\ndefault { use credential \"key\" }\n";

// Never in the memory of the host: it is told in sealed form only.
std::vector<std::string> MakeMarkers() {
  constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=&%";
  std::random_device random;
  std::vector<std::string> markers(kSecrets);
  for (std::string& marker : markers) {
    for (int i = 0; i < 45; ++i) marker += kLetters[random() % kLetters.size()];
  }
  return markers;
}

std::string PayloadOf(const std::string& marker) { return "{\"openai_api_key\":\"" + marker + "\"}"; }

// The file goes through a pipe: it is on no disk.
void ImportMarkers(const std::vector<std::string>& markers, const std::string& store) {
  const std::string command =
      std::string(KEYRULE_COMMAND) + " import - --quiet --store '" + store + "'";
  std::FILE* pipe = popen(command.c_str(), "w");
  ASSERT_NE(pipe, nullptr);
  std::fputs("{\"credentials\": [", pipe);
  for (int i = 0; i < kSecrets; ++i) {
    std::fprintf(pipe, "%s{\"tenant\": \"t%d\", \"provider\": \"openai\", \"name\": \"key\", \"credentials\": %s}",
                 i == 0 ? "" : ",", i, PayloadOf(markers[static_cast<size_t>(i)]).c_str());
  }
  std::fputs("]}", pipe);
  ASSERT_EQ(pclose(pipe), 0);
}

std::string Expected(const std::vector<std::string>& markers) {
  std::string line;
  for (const std::string& marker : markers) {
    const std::string payload = PayloadOf(marker);
    uint64_t hash = 0xcbf29ce484222325u;
    for (char byte : payload) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3u;
    char text[64];
    std::snprintf(text, sizeof(text), "%zu %016llx ", payload.size(),
                  static_cast<unsigned long long>(hash));
    line += text;
  }
  return line;
}

// core_host with its input and output.
class Host {
 public:
  explicit Host(const std::vector<std::string>& arguments) {
    int in[2], out[2];
    if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, in[0], 0);
    posix_spawn_file_actions_adddup2(&files, out[1], 1);
    std::vector<char*> words;
    for (const std::string& word : arguments) words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    if (posix_spawn(&pid_, words[0], &files, nullptr, words.data(), environ) != 0) {
      throw std::runtime_error(arguments[0]);
    }
    posix_spawn_file_actions_destroy(&files);
    close(in[0]);
    close(out[1]);
    to_ = fdopen(in[1], "w");
    from_ = fdopen(out[0], "r");
  }
  ~Host() {
    std::fclose(to_);
    std::fclose(from_);
    waitpid(pid_, nullptr, 0);
  }
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  std::string Ask(const std::string& command) {
    std::fputs((command + "\n").c_str(), to_);
    std::fflush(to_);
    std::string line;
    for (int c = std::fgetc(from_); c != EOF && c != '\n'; c = std::fgetc(from_)) {
      line += static_cast<char>(c);
    }
    return line;
  }

 private:
  pid_t pid_ = 0;
  std::FILE* to_ = nullptr;
  std::FILE* from_ = nullptr;
};

class Core : public testing::Test {
 protected:
  void SetUp() override {
    markers_ = MakeMarkers();
    ImportMarkers(markers_, store_);
    for (int i = 0; i < kSecrets; ++i) {
      texts_.AddText(markers_[static_cast<size_t>(i)], "secret " + std::to_string(i));
    }
    AddKeys();
    expected_ = Expected(markers_);
  }

  // Every key between the key file and a payload, and the last block of each payload's key stream.
  void AddKeys() {
    const auto add = [this](const store::Secret& key, const std::string& name) {
      keys_.AddKey(std::string(store::AsText(key.Expose())), name);
    };
    const store::Result<store::Secret> master = store::LoadMasterKey(store_ + ".key");
    ASSERT_TRUE(master.ok());
    add(*master, "master key");
    const store::Result<store::StoreKeys> keys = store::OpenStoreFile(store_, *master);
    ASSERT_TRUE(keys.ok());
    add(store::Secret::CopyOf(keys->wrap_key()), "wrap key");
    auto db = store::OpenForReading(store::GenerationPath(store_, 1));
    ASSERT_TRUE(db.ok());
    const store::GetRow get = [&](const std::string& row_key, std::string* value) {
      return (*db)->Get(store::CheckedReads(), row_key, value);
    };
    for (int i = 0; i < kSecrets; ++i) {
      const std::string tenant = "t" + std::to_string(i);
      store::Metadata metadata;
      metadata.tenant = tenant;
      metadata.provider = "openai";
      metadata.name = "key";
      metadata.id = store::DerivedId(metadata);
      store::Result<store::Secret> data_key = store::GetDataKey(*keys, get, tenant, 1);
      ASSERT_TRUE(data_key.ok());
      add(*data_key, "data key of " + tenant);
      auto row = store::GetCredentialRow(*keys, get, metadata.key());
      ASSERT_TRUE(row.ok());
      auto sealed = store::GetSealedPayload(*keys, get, *row, nullptr);
      ASSERT_TRUE(sealed.ok());
      add(sealed->box_key, "key of the box of " + tenant);
      AddKeyStream(sealed->box, PayloadOf(markers_[static_cast<size_t>(i)]), tenant);
    }
  }

  void AddKeyStream(const std::string& box, const std::string& payload, const std::string& tenant) {
    std::string stream(store::BoxSealed(box).substr(store::kNonceSize, payload.size()));
    for (size_t at = 0; at < stream.size(); ++at) {
      stream[at] = static_cast<char>(stream[at] ^ payload[at]);
    }
    keys_.AddKey(stream, "key stream of " + tenant);
  }

  // What a core of the process whose turn it is shows.
  std::set<std::string> Traces(Host* host) {
    const std::string pid = host->Ask("pid");
    const std::string command =
        "gcore -o '" + folder_.Path("core") + "' " + pid + " >'" + folder_.Path("gcore.log") + "' 2>&1";
    const std::string path = folder_.Path("core." + pid);
    if (std::system(command.c_str()) != 0) throw std::runtime_error(command);
    std::set<std::string> found = texts_.Find(path);
    found.merge(keys_.Find(path));
    std::filesystem::remove(path);
    return found;
  }

  const std::set<std::string> nothing_;
  const Folder folder_;
  const std::string store_ = folder_.Path("store");
  const std::string policy_ = folder_.Write("p.keyrule", kOneKey);
  std::vector<std::string> markers_;
  std::string expected_;
  TraceScanner texts_, keys_;
};

TEST_F(Core, ShowsNoSecretAndNoKey) {
  Host host({KEYRULE_CORE_HOST, KEYRULE_LIBRARY, policy_, store_, std::to_string(kSecrets)});
  ASSERT_EQ(host.Ask("open"), expected_);
  EXPECT_EQ(Traces(&host), nothing_) << "while the secrets are open";

  ASSERT_EQ(host.Ask("fork"), "forked");
  EXPECT_EQ(host.Ask("zero"), std::to_string(kSecrets)) << "what a child inherits";
  EXPECT_EQ(Traces(&host), nothing_) << "of a child that has inherited them";
  ASSERT_EQ(host.Ask("open"), expected_) << "a child opens them anew";
  EXPECT_EQ(host.Ask("zero"), "0");
  EXPECT_EQ(Traces(&host), nothing_) << "of a child that has opened them";
  ASSERT_EQ(host.Ask("release"), "released");
  EXPECT_EQ(Traces(&host), nothing_) << "of a child that has released them";
  ASSERT_EQ(host.Ask("exit"), "joined");

  ASSERT_EQ(host.Ask("open"), expected_) << "the parent's are untouched";
  ASSERT_EQ(host.Ask("release"), "released");
  EXPECT_EQ(Traces(&host), nothing_) << "after the release";
}

TEST_F(Core, TheSearchWouldFindOne) {
  Host host({KEYRULE_CORE_HOST, KEYRULE_LIBRARY, policy_, store_, std::to_string(kSecrets)});
  ASSERT_EQ(host.Ask("open"), expected_);
  ASSERT_EQ(host.Ask("leak 7"), "leaked");
  ASSERT_EQ(host.Ask("release"), "released");
  EXPECT_EQ(Traces(&host), std::set<std::string>{"secret 7 as it is"});
}

TEST(TraceScanner, SeesEveryForm) {
  const std::string secret = "Zq7+r=9/vX&0pLw8%2mKt";
  TraceScanner scanner;
  scanner.AddText(secret, "it");
  scanner.AddKey(std::string(32, 'k') + "0123456789abcdef", "key");
  const Folder folder;
  const std::string filling(5000, '.');
  const std::pair<std::string, std::string> cases[] = {
      {"q7+r=9/vX&0p", "it as it is"},
      {"8wLp0&Xv/9=r", "it reversed"},
      {"5a71372b723d", "it as hex"},
      {"5A71372B723D", "it as hex"},
      {"r%3D9%2FvX%260pLw", "it as URL"},
      {"r%3d9%2fvX%260pLw", "it as URL"},
      {"WnE3K3I9OS92WCYw", "it as base64"},      // "Zq7+r=9/vX&0"
      {"eFpxNytyPTkvdlgmMHBM", "it as base64"},  // "xZq7+r=9/vX&0pL"
      {std::string("q\0" "7\0+\0r\0=\0" "9\0/\0", 14), "it as 16-bit characters"},
      {"32107654ba98", "key in words"},
  };
  for (const auto& [text, form] : cases) {
    const std::string path = folder.Write("core", filling + text + filling);
    EXPECT_EQ(scanner.Find(path), std::set<std::string>{form}) << text;
  }
  EXPECT_EQ(scanner.Find(folder.Write("core", filling + "q7+r=9/vX&0" + filling)),
            std::set<std::string>{}) << "eleven characters are too few";
}

}  // namespace
}  // namespace keyrule::plugin_test
