// The bytes of SHARED, which the writer and all readers of a store map: how they learn at once of a
// new generation and of what was revoked. FORMAT.md shows them. For store/ alone;
// others see it only because SharedView reads two words inline.
//
// Everything that changes is an atomic word, so that a reader never sees half of it and a writer may
// be killed between any two of its stores. The numbers are in the order of the machine: the file is
// never carried to another one. It holds nothing that is not also in the generations or in REVOKED;
// whoever doubts it does without.

#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "store/envelope.h"

namespace keyrule::store {

inline constexpr char kSharedMagic[8] = {'K', 'E', 'Y', 'R', 'U', 'L', 'E', 'S'};
inline constexpr uint32_t kSharedLayout = 1;
inline constexpr uint32_t kSharedByteOrder = 0x01020304;
inline constexpr uint32_t kSharedSlots = 65536;
// An entry stands in its home slot (`first` modulo the slots) or in one of the next. A bound, so
// that a table of nonsense cannot hold up a decision.
inline constexpr uint32_t kSharedProbes = 128;

using SharedWord = std::atomic<uint64_t>;
static_assert(SharedWord::is_always_lock_free && sizeof(SharedWord) == 8);

inline constexpr uint64_t kSlotEmpty = 0;    // a search ends here
inline constexpr uint64_t kSlotCleared = 1;  // was used: a search goes on
// What `generation` says in a file that another one has replaced.
inline constexpr uint64_t kSharedReplaced = UINT64_MAX;
inline constexpr uint64_t kEveryVersion = UINT64_MAX;

// Written in the order second, up_to, gone_in, first; read in the order first, second, up_to, and
// first again: a reader that finds `first` unchanged has read one entry.
struct SharedEntry {
  SharedWord first;    // of the mark (store/revocation_mark.h), or kSlotEmpty, kSlotCleared
  SharedWord second;   // of the mark
  SharedWord up_to;    // versions of the credential up to this one are revoked
  SharedWord gone_in;  // the first generation that does not have them any more; 0: none yet
};

struct SharedFile {
  char magic[8];
  uint32_t layout;
  uint32_t byte_order;
  uint64_t size;  // of the file
  uint8_t store_id[16];
  uint32_t slots;
  uint32_t entry_size;
  uint8_t zero1[16];
  SharedWord generation;  // published; 0: none
  uint8_t zero2[56];
  SharedWord revocations;  // number of changes << 20 | number of entries
  uint8_t zero3[56];
  SharedWord confirmed_ms;  // Unix ms: when the source was last found to hold what the store does; 0: never
  uint8_t zero4[3896];
  SharedEntry entries[kSharedSlots];
};

inline constexpr int kSharedCountBits = 20;
inline constexpr uint64_t kSharedCountMask = (uint64_t{1} << kSharedCountBits) - 1;

static_assert(sizeof(SharedEntry) == 32);
static_assert(offsetof(SharedFile, size) == 16 && offsetof(SharedFile, store_id) == 24);
static_assert(offsetof(SharedFile, slots) == 40 && offsetof(SharedFile, entry_size) == 44);
static_assert(offsetof(SharedFile, generation) == 64);
static_assert(offsetof(SharedFile, revocations) == 128);
static_assert(offsetof(SharedFile, confirmed_ms) == 192);
static_assert(offsetof(SharedFile, entries) == 4096);
static_assert(sizeof(SharedFile) == 4096 + kSharedSlots * 32);
static_assert(std::has_single_bit(kSharedSlots) && kSharedSlots <= kSharedCountMask);

}  // namespace keyrule::store
