#include "store/secret_memory.h"

#include <sys/resource.h>

#include <string>

#include "store/arena.h"
#include "store/guarded_memory.h"
#include "store/posix_file.h"

namespace keyrule::store {
namespace {

constexpr const char* kWhere = "memory of keys and opened credentials";

std::string KiB(uint64_t bytes) { return std::to_string((bytes + 1023) / 1024) + " KiB"; }

// The limit of this process, as a person would set it.
std::string LockLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_MEMLOCK, &limit) != 0) return "unknown";
  return limit.rlim_cur == RLIM_INFINITY ? "none" : KiB(limit.rlim_cur);
}

}  // namespace

SecretMemoryStatus SecretMemory() noexcept {
  SecretMemoryStatus status;
  for (const Secret::OnFork on_fork : {Secret::OnFork::kWipe, Secret::OnFork::kKeep}) {
    const Arena::Usage usage = ArenaOf(on_fork).usage();
    status.locked_bytes += usage.locked;
    status.unlocked_bytes += usage.unlocked;
  }
  const GuardedMapped mapped = GuardedMappings();
  status.locked_bytes += mapped.locked;
  status.unlocked_bytes += mapped.unlocked;
  const GuardedErrors errors = GuardedMemoryErrors();
  status.dumped = errors.dump != 0;
  status.inherited = errors.wipe != 0;
  return status;
}

std::vector<Status> SecretMemoryGaps() {
  std::vector<Status> gaps;
  const SecretMemoryStatus status = SecretMemory();
  const GuardedErrors errors = GuardedMemoryErrors();
  if (status.unlocked_bytes != 0) {
    gaps.emplace_back(
        Code::kIo, kWhere,
        KiB(status.unlocked_bytes) + " of " + KiB(status.locked_bytes + status.unlocked_bytes) +
            " could be swapped out: " +
            (errors.lock != 0 ? SystemError(errors.lock) : "not locked since fork") +
            " (limit on locked memory: " + LockLimit() + ")",
        "raise it (`ulimit -l`, LimitMEMLOCK=, --ulimit memlock=), or encrypt the swap");
  }
  if (status.dumped) {
    gaps.emplace_back(Code::kIo, kWhere,
                      "it is part of core dumps: " + SystemError(errors.dump),
                      "switch core dumps off (`ulimit -c 0`)");
  }
  if (status.inherited) {
    gaps.emplace_back(Code::kIo, kWhere,
                      "children of fork() inherit what is open: " + SystemError(errors.wipe),
                      "run on Linux 4.14 or later, or open credentials after forking only");
  }
  return gaps;
}

void LockSecretMemoryAgain() noexcept {
  for (const Secret::OnFork on_fork : {Secret::OnFork::kWipe, Secret::OnFork::kKeep}) {
    ArenaOf(on_fork).LockAgain();
  }
}

}  // namespace keyrule::store
