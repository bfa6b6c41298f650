#include "store/arena.h"

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <fstream>
#include <map>
#include <random>
#include <sstream>
#include <thread>

#include "store/secret_memory.h"
#include "tests/store/support.h"

namespace keyrule::store {
namespace {

// The sanitizers' runtimes answer mlock() themselves, and lock nothing.
constexpr bool kLocks = !kSanitized;

constexpr size_t kSizes[] = {1, 31, 32, 33, 64, 100, 256, 257, 1000, 2048, 4096, 5000, 8192, 16384};

bool AllAre(const uint8_t* bytes, size_t size, uint8_t value) {
  return std::all_of(bytes, bytes + size, [value](uint8_t byte) { return byte == value; });
}

// The flags that the kernel shows for the mapping of an address: "dd" for not dumped, and so on.
std::string VmFlags(const void* address) {
  std::ifstream maps("/proc/self/smaps");
  std::string line;
  bool here = false;
  while (std::getline(maps, line)) {
    unsigned long begin = 0, end = 0;
    if (std::sscanf(line.c_str(), "%lx-%lx ", &begin, &end) == 2) {
      const auto at = reinterpret_cast<unsigned long>(address);
      here = begin <= at && at < end;
    } else if (here && line.starts_with("VmFlags:")) {
      return line + " ";
    }
  }
  return "";
}

TEST(Arena, BlocksOfEverySizeAreZeroAlignedAndTheirOwn) {
  static constinit Arena arena(Secret::OnFork::kWipe, 64);
  std::mt19937 random(1);
  for (int round = 0; round < 3; ++round) {
    std::vector<std::pair<uint8_t*, size_t>> blocks;
    for (int i = 0; i < 300; ++i) {
      const size_t size = kSizes[random() % std::size(kSizes)];
      uint8_t* block = arena.Allocate(size);
      ASSERT_NE(block, nullptr);
      EXPECT_EQ(reinterpret_cast<uintptr_t>(block) % 32, 0u);
      EXPECT_TRUE(arena.Owns(block) && arena.Owns(block + size - 1));
      ASSERT_TRUE(AllAre(block, size, 0));
      std::memset(block, i % 255 + 1, size);
      blocks.emplace_back(block, size);
    }
    for (size_t i = 0; i < blocks.size(); ++i) {
      ASSERT_TRUE(AllAre(blocks[i].first, blocks[i].second, static_cast<uint8_t>(i % 255 + 1)));
    }
    std::shuffle(blocks.begin(), blocks.end(), random);
    for (const auto& [block, size] : blocks) arena.Free(block, size);
  }
  const int local = 0;
  EXPECT_FALSE(arena.Owns(reinterpret_cast<const uint8_t*>(&local)));
}

TEST(Arena, OtherSizesAreRefused) {
  static constinit Arena arena(Secret::OnFork::kWipe, 1);
  EXPECT_EQ(arena.Allocate(0), nullptr);
  EXPECT_EQ(arena.Allocate(Arena::kMaxBlock + 1), nullptr);
  EXPECT_EQ(arena.Allocate(SIZE_MAX), nullptr);
}

TEST(Arena, AFullOneSaysSoAndWorksAgainAfterwards) {
  static constinit Arena arena(Secret::OnFork::kWipe, 2);
  size_t blocks_before = 0;
  for (int round = 0; round < 3; ++round) {
    std::vector<uint8_t*> blocks;
    while (uint8_t* block = arena.Allocate(100)) blocks.push_back(block);
    if (round == 0) {
      blocks_before = blocks.size();
      EXPECT_EQ(blocks.size(), 2u * 64 * 1024 / 128);
    }
    EXPECT_EQ(blocks.size(), blocks_before);
    EXPECT_EQ(arena.Allocate(16384), nullptr);
    for (uint8_t* block : blocks) arena.Free(block, 100);
  }
  EXPECT_EQ(arena.usage().locked + arena.usage().unlocked, 128u * 1024);
}

TEST(Arena, ABlockOfSeveralChunksDoesNotStraddleAGuard) {
  static constinit Arena arena(Secret::OnFork::kWipe, 8);
  std::vector<uint8_t*> blocks;
  for (int i = 0; i < 20; ++i) {
    ASSERT_NE(arena.Allocate(32u << i % 7), nullptr);  // leaves odd numbers of chunks in a slab
    if (uint8_t* block = arena.Allocate(16384)) blocks.push_back(block);
  }
  EXPECT_GE(blocks.size(), 15u);
  for (uint8_t* block : blocks) std::memset(block, 1, 16384);
}

TEST(ArenaDeathTest, BesideASlabNobodyMayRead) {
  static constinit Arena arena(Secret::OnFork::kKeep, 1);
  std::vector<uint8_t*> blocks;
  while (uint8_t* block = arena.Allocate(4096)) blocks.push_back(block);
  std::sort(blocks.begin(), blocks.end());
  volatile uint8_t* before = blocks.front() - 1;
  volatile uint8_t* behind = blocks.back() + 4096;
  EXPECT_DEATH((void)*before, "");
  EXPECT_DEATH((void)*behind, "");
  EXPECT_DEATH(*behind = 1, "");
}

TEST(ArenaDeathTest, NorBesideALargeSecret) {
  Secret large(100'000);
  volatile uint8_t* behind = large.Fill().data() + large.size();
  EXPECT_DEATH((void)*behind, "");
  EXPECT_DEATH(*behind = 1, "");
}

#if defined(__SANITIZE_ADDRESS__)
TEST(ArenaDeathTest, TheAddressSanitizerSeesUseAfterFreeAndOverflow) {
  uint8_t* block = ArenaOf(Secret::OnFork::kWipe).Allocate(40);
  volatile uint8_t* bytes = block;
  EXPECT_DEATH((void)bytes[40], "use-after-poison");
  ArenaOf(Secret::OnFork::kWipe).Free(block, 40);
  EXPECT_DEATH((void)bytes[0], "use-after-poison");
}
#endif

TEST(Arena, TheKernelKeepsItOutOfCoresAndChildrenAndSwap) {
  const Secret wiped(60), kept(60, Secret::OnFork::kKeep), large(100'000);
  const SecretMemoryStatus status = SecretMemory();
  EXPECT_FALSE(status.dumped || status.inherited);
  for (const Secret* secret : {&wiped, &kept, &large}) {
    const std::string flags = VmFlags(secret->Expose().data());
    EXPECT_NE(flags.find(" dd "), std::string::npos) << flags;
    EXPECT_EQ(flags.find(" wf ") != std::string::npos, secret != &kept) << flags;
    if (status.unlocked_bytes == 0 && kLocks) {
      EXPECT_NE(flags.find(" lo "), std::string::npos) << flags;
    }
  }
}

TEST(Arena, ThreadsTakeAndGiveBackAtOnce) {
  constexpr int kThreads = 4;
  const int rounds = kSanitized ? 5'000 : 50'000;
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&wrong, t, rounds] {
      std::mt19937 random(static_cast<unsigned>(t));
      std::map<int, std::pair<uint8_t*, size_t>> held;
      for (int i = 0; i < rounds; ++i) {
        Arena& arena = ArenaOf(Secret::OnFork::kWipe);
        const int slot = static_cast<int>(random() % 16);
        auto& [block, size] = held[slot];
        const auto mark = static_cast<uint8_t>(t * 16 + slot + 1);
        if (block != nullptr) {
          if (!AllAre(block, size, mark)) ++wrong;
          arena.Free(block, size);
        }
        size = kSizes[random() % std::size(kSizes)];
        block = arena.Allocate(size);
        if (block == nullptr || !AllAre(block, size, 0)) {
          ++wrong;
          return;
        }
        std::memset(block, mark, size);
      }
      for (const auto& [slot, block] : held) {
        if (block.first != nullptr) {
          ArenaOf(Secret::OnFork::kWipe).Free(block.first, block.second);
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

// What a child finds while its parent's threads are in the middle of everything.
TEST(Arena, ChildrenOfABusyProcessFindItWhole) {
  std::atomic<bool> stop{false};
  std::vector<std::thread> busy;
  for (int t = 0; t < (kSanitized ? 0 : 2); ++t) {
    busy.emplace_back([&stop, t] {
      std::mt19937 random(static_cast<unsigned>(t));
      while (!stop) {
        const size_t size = kSizes[random() % std::size(kSizes)];
        Secret secret(size, t == 0 ? Secret::OnFork::kWipe : Secret::OnFork::kKeep);
        std::memset(secret.Fill().data(), 0xaa, size);
      }
    });
  }
  for (int i = 0; i < (kSanitized ? 20 : 200); ++i) {
    Secret open = SecretText("an opened payload");
    const Secret key = Secret::CopyOf(AsBytes("a key"), Secret::OnFork::kKeep);
    const int code = InChild([&] {
      if (!AllAre(open.Expose().data(), open.size(), 0)) return 1;
      if (Text(key) != "a key") return 2;
      open = Secret();  // given back in the child, to the child's arena
      std::vector<Secret> own;
      for (int round = 0; round < 20; ++round) {
        for (size_t size : kSizes) {
          own.emplace_back(size);
          if (!AllAre(own.back().Expose().data(), size, 0)) return 3;
          std::memset(own.back().Fill().data(), static_cast<int>(own.size() % 255 + 1), size);
        }
      }
      for (size_t n = 0; n < own.size(); ++n) {
        const std::span<const uint8_t> bytes = own[n].Expose();
        if (!AllAre(bytes.data(), bytes.size(), static_cast<uint8_t>((n + 1) % 255 + 1))) return 4;
      }
      return 0;
    });
    ASSERT_EQ(code, 0) << "child " << i;
    EXPECT_EQ(Text(open), "an opened payload");
  }
  stop = true;
  for (std::thread& thread : busy) thread.join();
}

TEST(SecretMemory, AChildLocksAgain) {
  const Secret secret(60), key(60, Secret::OnFork::kKeep);
  const SecretMemoryStatus before = SecretMemory();
  EXPECT_GT(before.locked_bytes + before.unlocked_bytes, 0u);
  EXPECT_EQ(InChild([&] {
              if (SecretMemory().locked_bytes != 0 || SecretMemoryGaps().empty()) return 1;
              LockSecretMemoryAgain();
              if (SecretMemory().locked_bytes != before.locked_bytes) return 2;
              const std::string flags = VmFlags(key.Expose().data());
              return !kLocks || before.unlocked_bytes != 0 || flags.find(" lo ") != std::string::npos ? 0 : 3;
            }),
            0);
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // there nothing cannot be locked
TEST(SecretMemory, WhatCannotBeLockedWorksAndIsReported) {
  EXPECT_EQ(
      InChild([] {
        rlimit none{0, 0};
        setrlimit(RLIMIT_MEMLOCK, &none);
        // Root may lock whatever the limit says.
        if (geteuid() == 0 && setresuid(65534, 65534, 65534) != 0) return 1;
        LockSecretMemoryAgain();
        std::vector<Secret> more;
        for (int i = 0; i < 40; ++i) more.push_back(SecretText(std::string(16'000, 'x')));
        more.push_back(SecretText(std::string(100'000, 'x')));
        for (const Secret& secret : more) {
          if (!AllAre(secret.Expose().data(), secret.size(), 'x')) return 2;
        }
        const SecretMemoryStatus status = SecretMemory();
        if (status.locked_bytes != 0 || status.unlocked_bytes < 740'000) return 3;
        const std::vector<Status> gaps = SecretMemoryGaps();
        if (gaps.size() != 1) return 4;
        const std::string text = gaps.front().message();
        return text.find("could be swapped out") != std::string::npos &&
                       text.find("limit on locked memory: 0 KiB") != std::string::npos &&
                       text.find("ulimit -l") != std::string::npos
                   ? 0
                   : 5;
      }),
      0);
}
#endif

TEST(SecretMemory, BeyondTheArenaEachSecretHasAMappingOfItsOwn) {
  EXPECT_EQ(InChild([] {
              std::vector<Secret> many;
              bool outside = false;
              for (int i = 0; i < 2500; ++i) {  // 39 MiB
                many.push_back(SecretText(std::string(16'384, static_cast<char>(i % 100 + 1))));
                outside = outside ||
                          !ArenaOf(Secret::OnFork::kWipe).Owns(many.back().Expose().data());
              }
              for (int i = 0; i < 2500; ++i) {
                const auto value = static_cast<uint8_t>(i % 100 + 1);
                if (!AllAre(many[i].Expose().data(), many[i].size(), value)) return 1;
              }
              many.clear();
              return outside && ArenaOf(Secret::OnFork::kWipe)
                                    .Owns(Secret(16'384).Expose().data())
                         ? 0
                         : 2;
            }),
            0);
}

TEST(SecretMemory, WithoutMemoryItThrows) {
  EXPECT_THROW(Secret(SIZE_MAX), std::bad_alloc);
  EXPECT_THROW(Secret(SIZE_MAX / 4), std::bad_alloc);
}

}  // namespace
}  // namespace keyrule::store
