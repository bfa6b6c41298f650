// kill -9 of the writer at random moments, whatever it is doing: importing, syncing, revoking,
// disabling, enabling, changing the master key and the data keys, or finishing what another that was
// killed had begun. Whoever opens the store then sees exactly one published state: nothing wrong,
// nothing lost that was acknowledged, nothing back that was taken back. So does a host that had it
// open all along.
//
// KEYRULE_FAULT_KILLS sets how many (40), KEYRULE_FAULT_SEED the seed, which each run prints.

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <set>

#include "store/key_provider.h"
#include "store/posix_file.h"
#include "tests/store/exec_child.h"
#include "tests/store/faults/history.h"
#include "tests/store/support.h"

namespace keyrule::store {
namespace {

long Number(const char* variable, long otherwise) {
  const char* text = std::getenv(variable);
  return text != nullptr ? std::atol(text) : otherwise;
}

using Usable = std::array<unsigned long, kCredentials>;

class Kills : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(CreateMasterKey(key_).ok());
    std::printf("seed %u: KEYRULE_FAULT_SEED=%u does the same again\n", seed_, seed_);
  }

  Secret Key() const {
    Result<Secret> key = LoadMasterKey(key_);
    EXPECT_TRUE(key.ok()) << key.status().message();
    return *std::move(key);
  }

  // What a host sees; every payload is that of its metadata. Counts what is wrong.
  Usable Look(const Reader& reader, Contents* contents) {
    Usable usable{};
    *contents = {};
    uint64_t records = 0;
    const Status listed = reader.List([&](const Metadata& metadata) {
      ++records;
      const int found = CredentialOfName(metadata.name);
      const unsigned long operation = std::strtoul(metadata.owner.c_str(), nullptr, 10);
      Result<Secret> payload = reader.OpenPayload(metadata.tenant, metadata.key());
      if (found < 0 || metadata.key() != KeyOf(found)) {
        Wrong("an unknown credential " + metadata.name);
      } else if (!payload.ok() || Text(*payload) != PayloadOf(found, operation)) {
        Wrong("another payload for " + metadata.name);
      } else {
        const auto at = static_cast<size_t>(found);
        (*contents)[at] = {operation, metadata.held};
        if (metadata.usable() && !reader.IsRevoked(metadata)) usable[at] = operation;
      }
      return true;
    });
    if (!listed.ok()) Wrong(listed.message());
    if (records != reader.records()) Wrong("the number of records");
    return usable;
  }

  void Wrong(const std::string& what) {
    ++wrong_;
    ADD_FAILURE() << "kill " << kills_ << ", seed " << seed_ << ": " << what;
  }

  // Lets a program run for a moment.
  void RunAndKill(const std::string& what, long most_us) {
    std::vector<std::string> words{KEYRULE_FAULT_CHILD, what, store_, key_};
    if (what == "write") {
      words.push_back(std::to_string(seed_));
      words.push_back(std::to_string(next_));
    }
    ExecChild child(words);
    if (what == "write" && random_() % 2 == 0) Note(child.ReadLine());
    usleep(static_cast<useconds_t>(random_() % static_cast<unsigned long>(most_us)));
    // What it said before it died is read after it died.
    const int ended = child.Kill();
    for (std::string line; !(line = child.ReadLine()).empty();) Note(line);
    if (ended == -9) {
      ++kills_;
    } else if (what == "write" || ended != 0) {
      Wrong("`" + what + "` gave up with code " + std::to_string(ended));
    }
  }

  // How long an operation takes here and now, so that every moment of it is met.
  long TimeOperations() const {
    const TempDir other(TempDir::Where::kMemory);
    EXPECT_TRUE(CreateMasterKey(other / "k").ok());
    const auto begin = std::chrono::steady_clock::now();
    constexpr int kLines = 12;  // two for each
    ExecChild child({KEYRULE_FAULT_CHILD, "write", other / "s", other / "k", "1", "1"});
    for (int i = 0; i < kLines; ++i) EXPECT_NE(child.ReadLine(), "");
    const auto took = std::chrono::steady_clock::now() - begin;
    return std::chrono::duration_cast<std::chrono::microseconds>(took).count() / (kLines / 2) + 1;
  }

  void Note(const std::string& line) {
    const size_t space = line.find(' ');
    if (space == std::string::npos) return;
    const unsigned long number = std::strtoul(line.c_str() + space, nullptr, 10);
    const Operation operation = OperationOf(seed_, number);
    if (line.starts_with("begin ")) {
      next_ = number + 1;
      history_.Begin(operation);
      begun_ = true;
      return;
    }
    // A new master key opens no database: what a writer before had committed is published by the next.
    if (operation.act != Act::kMasterKey) {
      history_.Done();
      published_ = true;
    }
    begun_ = false;
    ++done_;
    for (const Step& step : operation.steps) {
      for (const Change& change : step) {
        if (change.kind == ChangeKind::kRemove || change.kind == ChangeKind::kHold) {
          taken_back_.insert(static_cast<size_t>(change.credential));
        }
      }
    }
  }

  // The host that had the store open before: on its old generation, it gives nothing that was taken
  // back since, and everything else as it was.
  void LookAsOldHost() {
    if (host_ == nullptr) return;
    Contents contents;
    const Usable usable = Look(*host_, &contents);
    for (size_t i = 0; i < usable.size(); ++i) {
      if (usable[i] == 0) {
        taken_back_.insert(i);
      } else if (taken_back_.contains(i)) {
        Wrong("an open host gives again credential " + std::to_string(i));
      } else if (usable[i] != host_usable_[i]) {
        Wrong("an open host's credential changed: " + std::to_string(i));
      }
    }
  }

  std::unique_ptr<Reader> OpenNow() {
    Result<std::unique_ptr<Reader>> reader = Reader::Open(store_, Key());
    if (reader.ok()) {
      const Status verified = (*reader)->Verify();
      if (!verified.ok()) Wrong(verified.message());
      if ((*reader)->generation() < newest_) Wrong("an older generation than was seen before");
      newest_ = (*reader)->generation();
      return *std::move(reader);
    }
    // Nothing was published yet.
    if (newest_ != 0 || published_ || reader.status().code() != Code::kNotFound) {
      Wrong(reader.status().message());
    }
    return nullptr;
  }

  void KeepAsHost(std::unique_ptr<Reader> reader) {
    host_ = std::move(reader);
    Contents contents;
    host_usable_ = Look(*host_, &contents);
    taken_back_.clear();
  }

  const TempDir dir_{TempDir::Where::kMemory};
  const std::string store_ = dir_ / "s";
  const std::string key_ = dir_ / "k";
  const uint32_t seed_ =
      static_cast<uint32_t>(Number("KEYRULE_FAULT_SEED", std::random_device{}() % 1'000'000));
  std::mt19937 random_{seed_};
  History history_;
  unsigned long next_ = 1;  // operation
  bool begun_ = false;      // one that was not reported as done
  bool published_ = false;  // by one that was
  long kills_ = 0, done_ = 0, wrong_ = 0, amid_ = 0;
  uint64_t newest_ = 0;  // generation
  std::unique_ptr<Reader> host_;
  Usable host_usable_{};
  std::set<size_t> taken_back_;  // since the host opened the store
};

TEST_F(Kills, LeaveExactlyWhatWasPublished) {
  const long wanted = Number("KEYRULE_FAULT_KILLS", 40);
  const long operation_us = TimeOperations();
  for (int round = 0; kills_ < wanted && wrong_ < 10; ++round) {
    // Killed before there was a store: whatever else cannot be done to none, so it begins again.
    if (done_ == 0 && !PathExists(store_ + "/STORE")) {
      next_ = 1;
      history_ = History();
    }
    RunAndKill("write", 6 * operation_us);
    amid_ += begun_;
    LookAsOldHost();
    // Others are killed while they finish, or find what several left.
    while (random_() % 3 == 0 && PathExists(store_ + "/STORE")) RunAndKill("finish", operation_us);
    std::unique_ptr<Reader> reader = OpenNow();
    if (reader != nullptr) {
      Contents contents;
      const std::string wrong = history_.See(Look(*reader, &contents));
      if (!wrong.empty()) Wrong(wrong);
    }
    LookAsOldHost();
    if (round % 3 == 2) {
      const int ended = ExecChild({KEYRULE_FAULT_CHILD, "finish", store_, key_}).Wait();
      if (ended != 0) Wrong("the next writer refuses with code " + std::to_string(ended));
      reader = OpenNow();
      begun_ = false;
      ASSERT_NE(reader, nullptr);
      Contents contents;
      const Usable usable = Look(*reader, &contents);
      std::string wrong = history_.SeeAll(contents);
      for (size_t i = 0; i < usable.size(); ++i) {
        if (usable[i] != contents[i].usable()) wrong += " refused: " + std::to_string(i);
      }
      if (!wrong.empty()) Wrong(wrong);
      LookAsOldHost();
    }
    if (round % 7 == 3 && reader != nullptr) KeepAsHost(std::move(reader));
    if (round % 50 == 49) {
      std::printf("%ld of %ld kills, %ld operations done between them\n", kills_, wanted, done_);
      std::fflush(stdout);
    }
  }
  EXPECT_GT(amid_, wanted / 6) << "kills amid an operation";
  EXPECT_GT(done_, wanted / 10);
  std::printf("%ld kills (%ld amid an operation), %ld operations done, generation %llu, "
              "%ld wrong answers\n",
              kills_, amid_, done_, static_cast<unsigned long long>(newest_), wrong_);
}

}  // namespace
}  // namespace keyrule::store
