#include "evaluator/sticky_table.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <numeric>
#include <utility>

#include "evaluator/hash.h"
#include "evaluator/sticky.h"

namespace keyrule::evaluator {
namespace {

// What is hashed: these bytes, the id, a joint, the value (hash.h).
constexpr std::string_view kPrefix = "keyrule 1\x1Fsticky\x1F";
constexpr char kJoint = 0x1F;
static_assert(kPrefix.size() == 17, "the first block has nothing of an id");

uint64_t WordAt(const char* at) noexcept {
  uint64_t word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

uint64_t Fold(uint64_t a, uint64_t b) noexcept {
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

const char* SecretAt(size_t offset) noexcept { return reinterpret_cast<const char*>(XXH3_kSecret) + offset; }

uint64_t MixOf(const char* block, size_t secret) noexcept {
  return Fold(WordAt(block) ^ WordAt(SecretAt(secret)), WordAt(block + 8) ^ WordAt(SecretAt(secret) + 8));
}

uint64_t Finished(uint64_t sum) noexcept {
  sum ^= sum >> 37;
  sum *= 0x165667919E3779F9u;
  return sum ^ sum >> 32;
}

}  // namespace

// XXH3 of 17 to 128 bytes adds up products of as many blocks from the text's beginning as from its end, which may overlap.
// Of one length of ids and one value: what all members have in common, and the blocks that have some of both.
class StickyTable::Blocks {
 public:
  // The text must have 128 bytes at most.
  Blocks(size_t id_size, std::string_view value) noexcept {
    static_assert(std::endian::native == std::endian::little, "XXH3's words are read in this order");
    const size_t value_begins = kPrefix.size() + id_size + 1;
    const size_t size = value_begins + value.size();
    std::array<char, kMostText> text{};  // zeros where the id will stand
    std::memcpy(text.data(), kPrefix.data(), kPrefix.size());
    text[value_begins - 1] = kJoint;
    std::memcpy(text.data() + value_begins, value.data(), value.size());
    const size_t pairs = (size - 1) / (2 * kBlock) + 1;
    front = std::min(pairs, value_begins / kBlock) - 1;
    common = size * XXH_PRIME64_1;
    for (size_t i = 0; i < pairs; ++i) {
      if (i == 0 || i > front) Add(text, i * kBlock, 2 * i * kBlock, id_size);
      Add(text, size - (i + 1) * kBlock, (2 * i + 1) * kBlock, id_size);
    }
  }

  struct Mixed {
    size_t at;           // where the block begins in a member's text: that has one byte less before the id
    uint64_t low, high;  // all but the id
  };
  uint64_t common;
  size_t front;  // how many of front_ count
  size_t mixed_count = 0;
  std::array<Mixed, 2 * kMostPairs> mixed;

 private:
  void Add(const std::array<char, kMostText>& text, size_t at, size_t secret, size_t id_size) noexcept {
    if (at + kBlock <= kPrefix.size() || at >= kPrefix.size() + id_size) {
      common += MixOf(text.data() + at, secret);
      return;
    }
    mixed[mixed_count++] = {at - 1, WordAt(text.data() + at) ^ WordAt(SecretAt(secret)),
                            WordAt(text.data() + at + 8) ^ WordAt(SecretAt(secret) + 8)};
  }
};

struct StickyTable::Best {
  uint64_t hash = 0;
  uint64_t second = 0;
  uint32_t at = 0;  // in the run
};

StickyTable::StickyTable(std::span<const Member> members) : members_(members.size()) {
  std::iota(members_.begin(), members_.end(), 0);
  const auto run_of = [&](uint32_t i) { return std::pair(members[i].id.size(), members[i].weight); };
  std::stable_sort(members_.begin(), members_.end(), [&](uint32_t a, uint32_t b) { return run_of(a) < run_of(b); });
  for (uint32_t i = 0; i < members_.size(); ++i) {
    const Member& member = members[members_[i]];
    even_ = even_ && member.weight == members[0].weight;
    if (i == 0 || run_of(members_[i]) != run_of(members_[i - 1])) {
      const size_t stride = (kBlock + member.id.size() + kBlock + 7) / 8 * 8;
      runs_.push_back({member.id.size(), member.weight, i, 0, texts_.size(), stride});
    }
    Run& run = runs_.back();
    ++run.count;
    const size_t begins = texts_.size();
    texts_.resize(begins + run.stride);
    std::memcpy(texts_.data() + begins + kBlock, member.id.data(), member.id.size());

    std::array<char, kMostText> text{};
    const size_t size = std::min(kPrefix.size() + member.id.size() + 1, text.size());
    std::memcpy(text.data(), kPrefix.data(), kPrefix.size());
    std::memcpy(text.data() + kPrefix.size(), member.id.data(), size - 1 - kPrefix.size());
    text[size - 1] = kJoint;
    uint64_t sum = 0;
    for (size_t k = 1; k < kMostPairs; ++k) {
      if ((k + 1) * kBlock <= size) sum += MixOf(text.data() + k * kBlock, 2 * k * kBlock);
      front_[k].push_back(sum);
    }
    front_[0].push_back(0);
  }
  if (members_.size() >= 1 << 24) return;
  const size_t slots = std::bit_ceil(std::clamp<size_t>(4 * members_.size(), 64, 4096));
  mask_ = slots - 1;
  remembered_ = std::make_unique<Remembered[]>(slots);
}

template <size_t kMixed>
StickyTable::Best StickyTable::BestOfMany(const Run& run, const Blocks& blocks) const noexcept {
  const uint64_t* const sums = front_[blocks.front].data() + run.first;
  const char* text = texts_.data() + run.text;
  const std::array<Blocks::Mixed, 2 * kMostPairs> mixed = blocks.mixed;
  const uint64_t common = blocks.common;
  Best best;
  for (uint32_t i = 0; i < run.count; ++i, text += run.stride) {
    uint64_t sum = common + sums[i];
    const auto add = [&](const Blocks::Mixed& block) {
      sum += Fold(WordAt(text + block.at) ^ block.low, WordAt(text + block.at + 8) ^ block.high);
    };
    if constexpr (kMixed <= 3) {
      for (size_t m = 0; m < kMixed; ++m) add(mixed[m]);
    } else {
      for (size_t m = 0; m < blocks.mixed_count; ++m) add(mixed[m]);
    }
    const uint64_t hash = Finished(sum);
    best.second = std::max(best.second, std::min(best.hash, hash));
    best.at = hash > best.hash ? i : best.at;
    best.hash = std::max(best.hash, hash);
  }
  return best;
}

StickyTable::Best StickyTable::BestOf(const Run& run, const Blocks& blocks) const noexcept {
  switch (blocks.mixed_count) {
    case 0: return BestOfMany<0>(run, blocks);
    case 1: return BestOfMany<1>(run, blocks);
    case 2: return BestOfMany<2>(run, blocks);
    case 3: return BestOfMany<3>(run, blocks);
    default: return BestOfMany<4>(run, blocks);
  }
}

std::optional<uint32_t> StickyTable::Compute(std::string_view value) const noexcept {
  std::optional<Blocks> blocks;
  size_t of_size = 0;
  uint32_t winner = 0;
  uint64_t least = 0;  // its score
  uint64_t weight = 0;
  for (const Run& run : runs_) {
    if (kPrefix.size() + run.id_size + 1 + value.size() > kMostText) return std::nullopt;
    if (!blocks || of_size != run.id_size) blocks.emplace(run.id_size, value);
    of_size = run.id_size;
    const Best best = BestOf(run, *blocks);
    // With equal weights the largest hash wins outright; else, within a run, whoever has it has the least score, if it is
    // the only one.
    const uint64_t score = even_ ? ~best.hash : RendezvousScore(best.hash);
    if (run.count > 1 && score == (even_ ? ~best.second : RendezvousScore(best.second))) return std::nullopt;
    const Wide its = static_cast<Wide>(score) * weight;
    const Wide other = static_cast<Wide>(least) * run.weight;
    if (weight != 0 && its == other) return std::nullopt;
    if (weight != 0 && its > other) continue;
    winner = members_[run.first + best.at];
    least = score;
    weight = run.weight;
  }
  return weight == 0 ? std::nullopt : std::optional(winner);
}

std::optional<uint32_t> StickyTable::Find(std::string_view value) const noexcept {
  if (remembered_ == nullptr) return Compute(value);
  constexpr uint64_t kIndex = (uint64_t{1} << 24) - 1;
  const XXH128_hash_t hash = XXH3_128bits(value.data(), value.size());
  Remembered& slot = remembered_[hash.low64 & mask_];
  // Two words that two threads wrote do not fit each other, and are as good as nothing.
  const uint64_t word = slot.word.load(std::memory_order_relaxed);
  const bool is_it = (word & kIndex) != 0 && ((word ^ hash.high64) & ~kIndex) == 0 &&
                     (slot.check.load(std::memory_order_relaxed) ^ word) == hash.low64;
  const uint64_t index = (word & kIndex) - 1;
  if (is_it && index < members_.size()) [[likely]] return static_cast<uint32_t>(index);
  const std::optional<uint32_t> found = Compute(value);
  if (found) {
    const uint64_t made = (hash.high64 & ~kIndex) | (*found + 1);
    slot.word.store(made, std::memory_order_relaxed);
    slot.check.store(hash.low64 ^ made, std::memory_order_relaxed);
  }
  return found;
}

}  // namespace keyrule::evaluator
