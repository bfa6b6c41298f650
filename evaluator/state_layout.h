// The bytes of selection state: one block of memory, the same in this process's own and in the file that all processes of
// a host map. STATE.md describes them, and a test compares it with this file.
//
// Every word that changes is a lock-free atomic without an address in it, so that a process may be killed between any two
// of its stores and others go on. Nothing that is read from a block is an index before it was compared with the size of
// its table: whoever scribbles over a block spoils turns and counts, and nothing else. All zeros is the empty state.
#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>

#include "evaluator/sliding_window.h"
#include "evaluator/token_window.h"

namespace keyrule::evaluator {

using StateWord = std::atomic<uint64_t>;

inline constexpr char kStateMagic[8] = {'K', 'E', 'Y', 'R', 'U', 'L', 'E', 'T'};
inline constexpr uint32_t kStateLayout = 2;
inline constexpr uint32_t kStateByteOrder = 0x01020304;

inline constexpr uint32_t kStateProcesses = 1024;
inline constexpr uint32_t kStateTurns = 1 << 16;
inline constexpr uint32_t kStateCredentialKeys = 1 << 17;  // twice the credentials: searches stay short
inline constexpr uint32_t kStateCredentials = 1 << 16;
inline constexpr uint32_t kStateTokenKeys = 1 << 14;
inline constexpr uint32_t kStateTokenWindows = 1 << 13;
inline constexpr uint32_t kStateWindows = 1 << 15;
inline constexpr uint32_t kStateTotals = 1 << 18;
inline constexpr uint32_t kStateModels = 1 << 14;
inline constexpr uint32_t kStateLeases = 1 << 16;
inline constexpr uint32_t kStateFleet = 1 << 14;
inline constexpr uint32_t kStateRefunds = 1 << 12;

// How a credential, or a credential with one model, rests and comes back (health.h). Times are Unix milliseconds, 0: never.
struct RestState {
  std::atomic<int64_t> rests_until{0};
  std::atomic<int64_t> probe_since{0};      // a probe is out since then
  std::atomic<int64_t> recovered_at{0};     // slow start began
  std::atomic<uint32_t> failures{0};        // in a row
  std::atomic<uint8_t> needs_probe{0};      // after the rest, one call at a time until one succeeds
  std::atomic<uint16_t> models{0};          // of a credential: whether to look for rests with one model (model_rests.h)
};

// Health and use of one credential, in one line of the processor's memory, so that no two credentials share one.
struct alignas(64) CredentialState {
  RestState rest;
  std::atomic<uint64_t> last_taken{0};      // the takes counter when it was last taken; 0: not yet
  std::atomic<int64_t> latency{0};          // its peak average (latency.h); 0: not known
  std::atomic<int64_t> latency_at{0};       // of the last sample, Unix milliseconds
  std::atomic<int32_t> in_flight{0};
  std::atomic<uint32_t> counted_at{0};      // Unix seconds: when a call was last counted as in flight
};

// How a credential rests for one model only.
struct alignas(64) ModelState {
  RestState rest;
  StateWord credential;  // 1 + its place in `credentials`, for whoever shows it
};

// Who shares the block. What stands in a slot belongs to whoever holds the slot (in a file: byte SLOT of the lock file).
struct ProcessEntry {
  StateWord life;        // counts the processes that have had the slot; 0: none has
  StateWord started_ms;  // Unix ms
  StateWord pid;         // in its own namespace: for people
  StateWord spare[5];
};

struct TurnEntry {
  StateWord key;  // 0: free
  StateWord count;
};

// From 128 bits of a hash to a place in a dense table. Never freed: pointers to places are kept.
struct PlaceEntry {
  StateWord first;   // 0: free
  StateWord second;  // 0: being made
  StateWord place;   // 1 + index; 0: being made
  StateWord tally;   // not the entry's: in the n-th of token_keys, that of the n-th of tokens (token_tally.h)
};

// Whose a counter is (counter_table.h).
struct CounterHead {
  StateWord mark;  // state, period, life and when it was last used
  StateWord key;
};

// What a decision holds until it is reported, so that it is given back when that never happens (leases.h).
struct LeaseEntry {
  StateWord owner;  // state, slot and life of the process, number of use
  StateWord since_ms;
  StateWord target;
  StateWord amount;
};

// What this host may do of what all hosts of a fleet share under one key: spend so much of a limit, or take these turns.
// fleet_share.h says how; times are Unix milliseconds of this host.
struct alignas(64) FleetEntry {
  StateWord kind;         // FleetKindWord
  StateWord cap;          // how much of it may be spent in all (48 bits), and the number of the last report (16)
  StateWord spent;        // in all, since the entry was made
  StateWord needed;       // the most that a call asked for since the last report; 0: none did
  StateWord most;         // the limit; of turns, how many make a cycle
  StateWord period;       // the number of the day or month that was counted last
  StateWord others;       // what other hosts had spent or held at the last answer
  StateWord others_at_ms;
  StateWord free_at_ms;   // when more may be had; 0: not known
  StateWord target;       // how much of what is not spent should be kept at the next report
  StateWord reported;     // what was spent by the last answer
  StateWord reported_ms;  // when that was, by the clock that nobody sets
  StateWord changed_ms;   // when a report last had something to say, likewise
  StateWord turns[2];     // turns to give out: the next (44 bits) and how many (20)
  StateWord counter;      // the key of this host's own counter of it
  StateWord pace;         // how much was spent in a second, lately
  StateWord life;         // which life of the server's data the last answer was of
  StateWord spare[6];
};

// The part that never changes, and words that many change.
struct StateHeader {
  char magic[8];
  uint32_t layout;
  uint32_t byte_order;
  uint64_t size;             // of the block
  uint8_t boot_id[16];       // of the system that it was made under; zeros in a process's own
  uint32_t counts[16];       // of the tables, in their order; zeros behind the last
  uint32_t entry_sizes[16];  // likewise
  uint64_t checksum;         // of all before
  uint8_t zero1[16];
  StateWord replaced;        // not 0: another file has its place, look for it
  StateWord seed;            // of the hashes that keys are, chosen at random by the first process; 0: not yet
  uint8_t zero2[48];
  alignas(64) StateWord takes;
  alignas(64) StateWord credentials_used;  // places given out
  StateWord tokens_used;
  StateWord windows_used;                  // counters that are somebody's
  StateWord totals_used;
  StateWord models_used;
  StateWord no_room;                       // how often something found none in its table
  StateWord leases_end;                    // no lease was ever taken at or behind it
  alignas(64) StateWord next_look_ms;      // when leases are looked through again
  alignas(64) StateWord fleet_until_ms;    // until when the fleet's last answer holds
  StateWord fleet_hosts;                   // how many hosts there were then; 0: it has never answered
  StateWord fleet_host;                    // this one's number among them; 0: none yet
  StateWord fleet_beat_ms;                 // when a process last spoke for this host, by the clock that nobody sets
  StateWord fleet_used;                    // entries that are somebody's
  StateWord fleet_life;                    // which life of the server's data this host knows: its first moment, Unix ms; 0: none
  alignas(64) StateWord fleet_wanted;      // not 0: a call waits for more
};

struct StateBlock {
  StateHeader header;
  alignas(4096) ProcessEntry processes[kStateProcesses];
  TurnEntry turns[kStateTurns];
  PlaceEntry credential_keys[kStateCredentialKeys];
  CredentialState credentials[kStateCredentials];
  PlaceEntry token_keys[kStateTokenKeys];
  TokenWindow tokens[kStateTokenWindows];
  CounterHead window_heads[kStateWindows];
  SlidingWindow windows[kStateWindows];
  CounterHead total_heads[kStateTotals];
  StateWord totals[kStateTotals];
  CounterHead model_heads[kStateModels];
  ModelState models[kStateModels];
  LeaseEntry leases[kStateLeases];
  CounterHead fleet_heads[kStateFleet];
  FleetEntry fleet[kStateFleet];
  StateWord refunds[kStateRefunds];
};

inline constexpr size_t kStateFixedSize = offsetof(StateHeader, zero1);

// What the fixed part of a block of this program holds. `boot_id`: 16 bytes, or empty.
std::string StateFixedPart(std::string_view boot_id);

// Where what stands, in the order of the block. `count` entries of `entry_size` bytes.
struct StateTable {
  std::string_view name;
  size_t offset;
  size_t count;
  size_t entry_size;
};
inline constexpr StateTable kStateTables[] = {
    {"header", 0, 1, sizeof(StateHeader)},
    {"processes", offsetof(StateBlock, processes), kStateProcesses, sizeof(ProcessEntry)},
    {"turns", offsetof(StateBlock, turns), kStateTurns, sizeof(TurnEntry)},
    {"credential_keys", offsetof(StateBlock, credential_keys), kStateCredentialKeys, sizeof(PlaceEntry)},
    {"credentials", offsetof(StateBlock, credentials), kStateCredentials, sizeof(CredentialState)},
    {"token_keys", offsetof(StateBlock, token_keys), kStateTokenKeys, sizeof(PlaceEntry)},
    {"tokens", offsetof(StateBlock, tokens), kStateTokenWindows, sizeof(TokenWindow)},
    {"window_heads", offsetof(StateBlock, window_heads), kStateWindows, sizeof(CounterHead)},
    {"windows", offsetof(StateBlock, windows), kStateWindows, sizeof(SlidingWindow)},
    {"total_heads", offsetof(StateBlock, total_heads), kStateTotals, sizeof(CounterHead)},
    {"totals", offsetof(StateBlock, totals), kStateTotals, sizeof(StateWord)},
    {"model_heads", offsetof(StateBlock, model_heads), kStateModels, sizeof(CounterHead)},
    {"models", offsetof(StateBlock, models), kStateModels, sizeof(ModelState)},
    {"leases", offsetof(StateBlock, leases), kStateLeases, sizeof(LeaseEntry)},
    {"fleet_heads", offsetof(StateBlock, fleet_heads), kStateFleet, sizeof(CounterHead)},
    {"fleet", offsetof(StateBlock, fleet), kStateFleet, sizeof(FleetEntry)},
    {"refunds", offsetof(StateBlock, refunds), kStateRefunds, sizeof(StateWord)},
};

static_assert(std::size(kStateTables) <= 1 + sizeof(StateHeader::counts) / sizeof(uint32_t) &&
              sizeof(StateHeader::counts) == sizeof(StateHeader::entry_sizes));
static_assert(offsetof(StateHeader, checksum) == 168 && offsetof(StateHeader, replaced) == 192);
static_assert(StateWord::is_always_lock_free && std::atomic<int64_t>::is_always_lock_free &&
              std::atomic<uint32_t>::is_always_lock_free && std::atomic<int32_t>::is_always_lock_free &&
              std::atomic<uint16_t>::is_always_lock_free && std::atomic<uint8_t>::is_always_lock_free);
static_assert(sizeof(RestState) == 32 && sizeof(CredentialState) == 64 && sizeof(ModelState) == 64);
static_assert(sizeof(ProcessEntry) == 64 && sizeof(PlaceEntry) == 32 && sizeof(TokenWindow) == 512 && sizeof(LeaseEntry) == 32 &&
              sizeof(FleetEntry) == 192);
static_assert(std::has_single_bit(kStateTurns) && std::has_single_bit(kStateCredentialKeys) &&
              std::has_single_bit(kStateTokenKeys) && std::has_single_bit(kStateWindows) &&
              std::has_single_bit(kStateTotals) && std::has_single_bit(kStateModels) && std::has_single_bit(kStateLeases) &&
              std::has_single_bit(kStateFleet));

}  // namespace keyrule::evaluator
