// Flipped bits, cut, zeroed and lost files of every kind that a store has, key file included: whoever
// opens the store then gives exactly what was published, or says what is damaged. So does a host that
// has it open. Then the operator imports again, as the message says, into the store or into a new one:
// exactly the truth. No program aborts, hangs, or gives what was taken back.
//
// KEYRULE_FAULT_DAMAGES sets how many (100), KEYRULE_FAULT_SEED the seed, which each run prints.

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <set>

#include "store/key_provider.h"
#include "store/revoke.h"
#include "tests/store/exec_child.h"
#include "tests/store/faults/operations.h"
#include "tests/store/support.h"

namespace keyrule::store {
namespace {

namespace fs = std::filesystem;

long Number(const char* variable, long otherwise) {
  const char* text = std::getenv(variable);
  return text != nullptr ? std::atol(text) : otherwise;
}

// "generations MANIFEST" of "generations/000002/MANIFEST-000005": what is treated alike.
std::string KindOf(const std::string& name) {
  const std::string place = name.substr(0, name.find('/'));
  if (place == name) return name;
  const std::string file = fs::path(name).filename().string();
  if (file.ends_with(".sst")) return place + " table";
  if (file.ends_with(".log")) return place + " log";
  return place + " " + file.substr(0, file.find('-'));
}

// One damage, done to bytes and said in words.
struct Damage {
  std::string what;
  std::string bytes;
  bool removed = false;
};

Damage DamageOf(const std::string& good, bool may_be_lost, std::mt19937* random) {
  const unsigned long dice = (*random)() % 100;
  const size_t at = good.empty() ? 0 : (*random)() % good.size();
  std::string bytes = good;
  if (good.empty() || dice >= 95) return {"appended to", bytes + std::string(1 + at % 64, 'x')};
  if (dice < 60) {
    const unsigned long bit = (*random)() % 8;
    bytes[at] = static_cast<char>(bytes[at] ^ (1 << bit));
    return {"bit " + std::to_string(bit) + " of byte " + std::to_string(at) + " flipped in", bytes};
  }
  if (dice < 85) return {"cut at " + std::to_string(at) + ":", good.substr(0, at)};
  if (dice < 90 && may_be_lost) return {"lost:", "", true};
  const size_t size = std::min<size_t>(good.size() - at, 1 + (*random)() % 8192);
  std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), size, '\0');
  return {std::to_string(size) + " bytes zeroed from " + std::to_string(at) + " in", bytes};
}

// In place, as rot does it: the file stays the same one for whoever has it open.
void Inflict(const std::string& path, const Damage& damage) {
  if (damage.removed) {
    fs::remove(path);
    return;
  }
  struct stat before;
  ASSERT_EQ(stat(path.c_str(), &before), 0) << path;
  ASSERT_EQ(chmod(path.c_str(), 0600), 0);
  FILE* file = std::fopen(path.c_str(), "r+b");
  ASSERT_NE(file, nullptr) << path;
  std::fwrite(damage.bytes.data(), 1, damage.bytes.size(), file);
  std::fflush(file);
  ASSERT_EQ(ftruncate(fileno(file), static_cast<off_t>(damage.bytes.size())), 0);
  std::fclose(file);
  ASSERT_EQ(chmod(path.c_str(), before.st_mode & 07777), 0);
}

class AllFiles : public testing::Test {
 protected:
  struct Answer {
    int code = 0;  // exit code, or minus a signal
    std::set<std::string> lines;
    std::string error;
  };

  // Two generations, since a host still reads the older one, and what was revoked and disabled since,
  // which no writer has made permanent yet.
  void SetUp() override {
    std::printf("seed %u: KEYRULE_FAULT_SEED=%u does the same again\n", seed_, seed_);
    ASSERT_TRUE(CreateMasterKey(good_ + ".key").ok());
    Result<Secret> key = LoadMasterKey(good_ + ".key");
    ASSERT_TRUE(key.ok());
    const auto writer = MustWrite(good_, *key);
    const auto put = [&](int credential, unsigned long operation) {
      const std::string payload = PayloadOf(credential, operation);
      EXPECT_TRUE(writer->Put(MetadataOf(credential, operation), AsBytes(payload)).ok());
    };
    for (int i = 0; i < kCredentials; ++i) put(i, 1);
    ASSERT_TRUE(writer->Publish().ok());
    const auto host = MustRead(good_, *key);
    for (int i = 0; i < 10; ++i) put(i, 2);
    for (int i = 10; i < 15; ++i) ASSERT_TRUE(writer->Remove(KeyOf(i)).ok());
    ASSERT_TRUE(writer->SetEnabled(KeyOf(15), false).ok());
    ASSERT_TRUE(writer->Publish().ok());
    ASSERT_TRUE(Withdraw(good_, *key, Withdrawal::kRevoke, {KeyOf(0), KeyOf(20)}).ok());
    ASSERT_TRUE(Withdraw(good_, *key, Withdrawal::kDisable, {KeyOf(1), KeyOf(21)}).ok());
    CopyTree(good_, dir_ / "start");
    for (int i = 0; i < kCredentials; ++i) {
      if (i == 0 || i == 1 || i == 20 || i == 21 || (i >= 10 && i <= 15)) continue;
      const unsigned long operation = i < 10 ? 2 : 1;
      const Metadata metadata = MetadataOf(i, operation);
      right_.insert(metadata.name + " " + metadata.owner + " " + PayloadOf(i, operation));
      truth_ += std::string(truth_.empty() ? "{\"credentials\": [" : ",") + "{\"tenant\": \"" +
                metadata.tenant + "\", \"provider\": \"" + metadata.provider + "\", \"name\": \"" +
                metadata.name + "\", \"owner\": \"" + metadata.owner +
                "\", \"weight\": 1, \"credentials\": " + PayloadOf(i, operation) + "}";
    }
    WriteFile(dir_ / "truth.json", truth_ + "]}");
    for (const auto& [name, bytes] : store::AllFiles(dir_ / "start")) files_[KindOf(name)].push_back(name);
    files_["key"] = {""};
  }

  Answer Run(const std::vector<std::string>& words) {
    Answer answer;
    ExecChild child(words, dir_ / "errors");
    child.CloseInput();
    for (std::string line; !(line = child.ReadLine()).empty();) answer.lines.insert(line);
    answer.code = child.Wait();
    answer.error = ReadFile(dir_ / "errors");
    return answer;
  }

  void Wrong(const std::string& what, const Answer& answer) {
    ++wrong_;
    std::string given;
    for (const std::string& line : answer.lines) given += "\n  " + line.substr(0, 60);
    ADD_FAILURE() << now_ << " (seed " << seed_ << ", damage " << done_ << "): " << what << ", code "
                  << answer.code << " " << answer.error << given;
  }

  // Right and complete, or a refusal with a reason after nothing but right ones.
  bool Check(const std::string& who, Answer answer, bool must_be_right) {
    const bool refused = answer.code == 4;
    std::erase_if(answer.lines, [&](const std::string& line) {
      return right_.contains(line) || line.starts_with("generation ");
    });
    const bool verified = answer.lines.erase("verified") == 1;
    bool good = answer.lines.empty() && (refused ? !must_be_right : answer.code == 0 && verified);
    good = good && (!refused || answer.error.find(": ") != std::string::npos);
    good = good && answer.error.find("\"key\"") == std::string::npos;
    if (!good) Wrong(who, answer);
    return !refused;
  }

  // A read that is right and complete.
  void CheckWhole(const std::string& who, const std::string& store, const std::string& key) {
    const Answer answer = Run({KEYRULE_FAULT_CHILD, "read", store, key});
    if (Check(who, answer, true) && answer.lines.size() != right_.size() + 2) {
      Wrong(who + ": some are missing", answer);
    }
  }

  // The host that had opened the store before; it was given nothing to read until now.
  void CheckHost(ExecChild* host) {
    Answer answer;
    host->Write("\n");
    for (std::string line; !(line = host->ReadLine()).empty() && line != ".";) {
      if (!answer.lines.insert(line).second) break;
      const bool reason = !line.starts_with("generation ") && !line.starts_with("name-") && line != "verified";
      if (!reason) continue;
      answer.lines.erase(line);
      answer.error = line;
      answer.code = 4;
      break;
    }
    host->CloseInput();
    const int ended = host->Wait();
    if (ended != 0) answer.code = ended;
    (void)Check("an open host", answer, false);
  }

  void Trial(const std::string& kind) {
    const std::vector<std::string>& names = files_[kind];
    const std::string& name = names[random_() % names.size()];
    const bool is_key = kind == "key";
    CopyTree(dir_ / "start", bad_);
    fs::copy_file(good_ + ".key", key_, fs::copy_options::overwrite_existing);
    const std::string path = is_key ? key_ : bad_ + "/" + name;
    // Without REVOKED nobody can know what stood there: FORMAT.md says so.
    const Damage damage = DamageOf(ReadFile(path), name != "REVOKED", &random_);
    now_ = damage.what + " " + (is_key ? "the key file" : name);
    ExecChild host({KEYRULE_FAULT_CHILD, "host", bad_, key_});
    ASSERT_EQ(host.ReadLine(), "ready");
    Inflict(path, damage);
    // Who cuts SHARED under a host ends it: FORMAT.md says so.
    const bool cut_shared = name == "SHARED" && damage.what.starts_with("cut");
    if (!cut_shared) CheckHost(&host);

    const auto before = store::AllFiles(bad_);
    const Answer read = Run({KEYRULE_FAULT_CHILD, "read", bad_, key_});
    ++(Check("a new host", read, false) ? unharmed_ : detected_);
    if (store::AllFiles(bad_) != before) Wrong("reading changed something", read);

    const Answer import = Run({KEYRULE_FAULT_CHILD, "import", bad_, key_, dir_ / "truth.json"});
    if (import.code == 0) {
      CheckWhole("after the import", bad_, key_);
    } else if (import.code != 4 || import.error.find(": ") == std::string::npos) {
      Wrong("the import", import);
    } else {
      // "Move the store aside and import again"; a bad key file is replaced by its copy.
      ++rebuilt_;
      if (is_key) {
        fs::copy_file(good_ + ".key", key_, fs::copy_options::overwrite_existing);
      } else {
        fs::remove_all(dir_ / "aside");
        fs::rename(bad_, dir_ / "aside");
      }
      const Answer again = Run({KEYRULE_FAULT_CHILD, "import", bad_, key_, dir_ / "truth.json"});
      if (again.code != 0) Wrong("the import again", again);
      CheckWhole("after importing again", bad_, key_);
    }
  }

  const TempDir dir_{TempDir::Where::kMemory};
  const std::string good_ = dir_ / "good", bad_ = dir_ / "bad", key_ = dir_ / "bad.key";
  const uint32_t seed_ =
      static_cast<uint32_t>(Number("KEYRULE_FAULT_SEED", std::random_device{}() % 1'000'000));
  std::mt19937 random_{seed_};
  std::set<std::string> right_;  // lines of a reader
  std::string truth_;
  std::map<std::string, std::vector<std::string>> files_;  // by kind
  std::string now_;
  long done_ = 0, unharmed_ = 0, detected_ = 0, rebuilt_ = 0, wrong_ = 0;
};

TEST_F(AllFiles, GiveTheRightAnswerOrSayThatTheyAreDamagedAndAreRebuilt) {
  std::string kinds;
  for (const auto& [kind, names] : files_) kinds += (kinds.empty() ? "" : ", ") + kind;
  std::printf("%zu kinds of files: %s\n", files_.size(), kinds.c_str());
  for (const char* kind : {"CURRENT", "LOCK", "REVOKED", "SHARED", "STORE", "WRITTEN", "generations table",
                           "generations MANIFEST", "generations OPTIONS", "generations CURRENT", "writer table",
                           "writer MANIFEST", "writer OPTIONS", "writer CURRENT", "writer log", "key"}) {
    EXPECT_TRUE(files_.contains(kind)) << kind;
  }
  const long wanted = Number("KEYRULE_FAULT_DAMAGES", 100);
  while (done_ < wanted && wrong_ < 10 && !HasFatalFailure()) {
    for (const auto& [kind, names] : files_) {
      if (done_ == wanted) break;
      Trial(kind);
      if (++done_ % 100 == 0) {
        std::printf("%ld of %ld damages\n", done_, wanted);
        std::fflush(stdout);
      }
    }
  }
  EXPECT_GT(detected_, wanted / 8);
  EXPECT_GT(rebuilt_, wanted / 5);
  std::printf("%ld damages: a new host gave the right answers after %ld and refused after %ld; the store was "
              "imported again into a new one after %ld, %ld wrong answers\n",
              done_, unharmed_, detected_, rebuilt_, wrong_);
}

}  // namespace
}  // namespace keyrule::store
