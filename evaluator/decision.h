// The answer to one request, and what a later `next`, `report` or a log needs to know of it.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "evaluator/catalog.h"
#include "evaluator/hash.h"
#include "evaluator/match_scratch.h"
#include "evaluator/request.h"
#include "evaluator/state.h"

namespace keyrule::evaluator {

enum class Verdict : uint8_t { kDeny, kUse, kHost, kWait };

enum class Reason : uint8_t {
  kNone,
  kDenied,             // a `deny` in the policy
  kUnavailable,        // no arm could answer
  kUnknownCredential,  // an attribute named a credential that there is not
  kNoRetryLeft,
  kInternal,
  kStale,              // nobody has confirmed the credentials for too long
  kCooling,            // with wait
  kOverQuota,
  kOverBudget,
};

enum class Skip : uint8_t {
  kNone,
  kOtherProvider,
  kOtherModel,
  kUnknown,
  kTried,
  kDisabled,
  kExpired,
  kCooling,
  kOverQuota,
  kOverBudget,
  kOverloaded,
};

std::string_view ToString(Verdict verdict);
std::string_view ToString(Reason reason);
std::string_view ToString(Skip skip);

enum class Outcome : uint8_t {
  kNone,  // not reported yet
  kOk,
  kRateLimited,
  kUnauthorized,
  kOutOfCredit,
  kTimedOut,
  kServerError,
  kCallerError,
};

// Whose limit a call met, or what it was that failed.
enum class LimitScope : uint8_t {
  kCredential,
  kModel,  // the credential with this model: with others it may be spent
};

// What became of a call.
struct Report {
  Outcome outcome = Outcome::kOk;
  int64_t retry_after_ms = 0;  // 0: not said
  int64_t latency_ms = 0;
  int64_t tokens = 0;
  int64_t cost_micro_usd = 0;
  bool callers_timeout = false;  // with kTimedOut: the caller's own deadline, which says nothing of the credential
  LimitScope scope = LimitScope::kCredential;  // of a failure: what rests for it
};

// How much of a limit is used; limit 0: there is none.
struct UsedShare {
  int64_t used = 0;
  int64_t limit = 0;

  bool LessThan(const UsedShare& other) const noexcept {
    if (limit <= 0 || other.limit <= 0) return limit <= 0 && other.limit > 0 && other.used > 0;
    return static_cast<Wide>(used) * static_cast<Wide>(other.limit) <
           static_cast<Wide>(other.used) * static_cast<Wide>(limit);
  }
};

// What a candidate has of its credential, whatever is asked for: bound once, and copied for each decision as it stands.
struct CandidateCredential {
  const Credential* credential = nullptr;  // null: there is none of that name here
  CredentialState* state = nullptr;
  StateWord* tokens = nullptr;  // the sum of its tokens of the last minute; null: the policy does not ask for it
  uint64_t key = 0;               // hash of the id, for turns
  const std::vector<uint32_t>* meters = nullptr;  // quotas and budgets that cover it; null: none
  std::string_view name;  // the credential's; of one that there is not, as the policy has it
  uint32_t source_hint = 0;       // the credential's
};

// One credential that an arm looked at.
struct Candidate : CandidateCredential {
  Candidate() = default;
  // Field by field: all zeros first would cost more than the rest of it.
  Candidate(const CandidateCredential& its, uint32_t its_weight, uint16_t its_tier, uint16_t its_arm) noexcept
      : CandidateCredential(its), weight(its_weight), tier(its_tier), arm(its_arm) {}

  uint32_t weight = 1;
  uint16_t tier = 1;  // from 1
  uint16_t arm = 1;   // from 1
  RestState* model = nullptr;  // of it with this model; null: nothing is known
  int64_t until_ms = 0;        // when `why` ends, if known
  int64_t free_ms = 0;         // when nothing keeps it out any more, if known: other reasons may last longer
  Skip why = Skip::kNone;
  bool taken = false;
};

struct TagValue {
  std::string_view name;
  std::string_view value;
};

class Roster;

// Numbers that nobody else takes, several at a time, so that threads do not meet at the counter they come from. Those of a
// copy would be taken twice: it has none.
struct NumberBlock {
  NumberBlock() = default;
  NumberBlock(const NumberBlock&) {}
  NumberBlock& operator=(const NumberBlock&) { return *this; }

  uint64_t source = 0;  // whose they are; 0: none
  uint64_t next = 0;
  uint64_t end = 0;
};

// Copies of texts that may be forgotten all at once; keeps its room. Those of a copy would stand elsewhere: there is none.
class TextCopies {
 public:
  // Forgets, and makes room for so many bytes.
  void Begin(size_t room) {
    used_ = 0;
    if (room <= room_) return;
    room_ = 0;
    bytes_ = std::make_unique<char[]>(2 * room);
    room_ = 2 * room;
  }
  // There must be room.
  std::string_view Add(std::string_view text) noexcept {
    char* const at = bytes_.get() + used_;
    Copy(at, text.data(), text.size());
    used_ += text.size();
    return {at, text.size()};
  }

  // Forgets, and adds several, with the place in a register: what copies bytes may change any member, as far as a compiler can
  // see.
  class Anew {
   public:
    // So many bytes are left for others.
    Anew(TextCopies* to, size_t reserve) noexcept
        : to_(to), at_(to->bytes_.get()), left_(to->room_ < reserve ? 0 : to->room_ - reserve) {}
    Anew(const Anew&) = delete;
    Anew& operator=(const Anew&) = delete;
    ~Anew() { to_->used_ = static_cast<size_t>(at_ - to_->bytes_.get()); }
    // The copy takes the text's place. False: there is no room.
    [[gnu::always_inline]] bool Add(std::string_view* text) noexcept {
      const size_t size = text->size();
      if (size > left_) return false;
      left_ -= size;
      Copy(at_, text->data(), size);
      *text = {at_, size};
      at_ += size;
      return true;
    }

   private:
    TextCopies* const to_;
    char* at_;
    size_t left_;
  };

 private:
  // Without a call for the sizes that names have: two words that overlap cover all sizes between theirs.
  [[gnu::always_inline]] static inline void Copy(char* to, const char* from, size_t size) noexcept {
    const auto both_ends = [&]<typename Word>(Word) noexcept {
      Word first, last;
      std::memcpy(&first, from, sizeof(Word));
      std::memcpy(&last, from + size - sizeof(Word), sizeof(Word));
      std::memcpy(to, &first, sizeof(Word));
      std::memcpy(to + size - sizeof(Word), &last, sizeof(Word));
    };
    if (size > 32) {
      std::memcpy(to, from, size);
    } else if (size >= 16) {
      both_ends(Wide{});
    } else if (size >= 8) {
      both_ends(uint64_t{});
    } else if (size >= 4) {
      both_ends(uint32_t{});
    } else {
      for (size_t i = 0; i < size; ++i) to[i] = from[i];
    }
  }

  std::unique_ptr<char[]> bytes_;
  size_t room_ = 0;
  size_t used_ = 0;
};

// A list of weights with its smooth cycle (LANGUAGE.md §4.4).
struct WeightCycle {
  std::vector<uint32_t> weights;
  std::vector<uint16_t> cycle;
};

// What is forgotten at once when an object is used for another decision.
struct DecisionFacts {
  Verdict verdict = Verdict::kDeny;
  Reason reason = Reason::kInternal;
  std::string_view message;              // with kDenied: the policy's text
  const Credential* credential = nullptr;  // with kUse
  CredentialState* credential_state = nullptr;
  uint32_t source_hint = 0;              // the credential's
  const Roster* roster = nullptr;          // the candidates it chose from; null: none were needed
  uint32_t rule = 0;                     // index; the number of rules means `default`
  uint16_t arm = 0;                      // from 1; 0: none
  uint32_t pool = UINT32_MAX;            // index into dsl::Policy::pools
  std::string_view strategy;             // its word; empty for `use credential`
  int64_t retry_after_ms = 0;            // with wait: from `at_ms`; with deny: when one will be free; 0: not known
  uint32_t attempt = 1;
  bool dry = false;
  int64_t at_ms = 0;                     // the one clock reading
  int64_t began_ms = 0;                  // of the first attempt
  uint32_t retries = 0;                  // used up by server errors and time-outs
  Outcome outcome = Outcome::kNone;      // as reported
  bool probe = false;                    // this call is the probe of a credential that rested
  bool model_probe = false;              // and of the credential with this model
  StateOwner prober;                     // whose probes they are: not those of a child of fork
  uint64_t number = 0;                   // what makes its id; 0: it has none
  bool counted = false;                  // among its credential's calls in flight; `call` is its lease
  bool alone = false;                    // counters of this process alone had to do with it, for a table was full
  Lease call;                            // of being counted in flight
  StateWord* token_sum = nullptr;        // what it took of the last minute's tokens
  int64_t token_slot = 0;
  int64_t tokens_charged = 0;
  std::string_view tenant;               // a copy
};

// Reusable: its vectors keep their capacity, so that a warm decision allocates nothing. Its views point into the
// snapshot that made it (keep that alive) and into its own `texts`. Not thread-safe.
struct Decision : DecisionFacts {
  std::vector<TagValue> tags;
  std::vector<Candidate> candidates;

  // What was taken of quotas and budgets, to be settled by the report.
  struct Charge {
    uint32_t meter;
    uint32_t limit;
    Reservation made;
  };
  std::vector<Charge> charges;

  // What `next`, tags and the log read of the request, copied: the values in the order of Program::kept_slots.
  std::vector<Value> values;
  TextCopies texts;
  std::vector<const Credential*> tried;
  std::vector<uint32_t> eligible;  // scratch: candidates the strategy chooses from
  std::vector<uint32_t> weights;   // scratch: their weights, slow start included
  WeightCycle cycle;               // scratch: of the last list of weights that found no room among those that are kept
  std::vector<UsedShare> used;     // scratch: of the limits that cover them, if the strategy asks
  MatchScratch match;              // scratch: of finding the rule

  uint32_t lease_hint = 0;               // where the last lease was found: kept for those that follow
  NumberBlock numbers;                   // likewise
  const Roster* last_roster = nullptr;   // where those that follow may look first, of the snapshot that numbers come from

  // A ULID: 48 bits of time, 80 that no other decision has. All zeros without a number.
  std::array<char, 26> Id() const noexcept;
  // Not `values`: those that are there are written over, or cleared where a request is refused unread. Nor what is scratch.
  void Clear() noexcept {
    static_cast<DecisionFacts&>(*this) = {};
    tags.clear();
    candidates.clear();
    charges.clear();
    tried.clear();
  }
  // Of a credential that an arm looks at.
  [[gnu::always_inline]] Candidate& Add(const CandidateCredential& its, uint32_t weight, uint16_t tier, uint16_t arm_number) {
    if (candidates.size() == candidates.capacity()) [[unlikely]] GrowCandidates();
    if (candidates.size() == candidates.capacity()) __builtin_unreachable();  // which need not be looked at
    return candidates.emplace_back(its, weight, tier, arm_number);
  }
  // Gives back what only explaining it and `next` need: what it still needs to be reported `ok` stays.
  void KeepForReport();

 private:
  [[gnu::noinline]] void GrowCandidates() { candidates.reserve(2 * candidates.size() + 8); }
};

}  // namespace keyrule::evaluator
