// What a fleet keeps in Redis, and the scripts that change it: each command is about one key, and the moment at which the
// server's data began; it takes its time from the server, and happens as a whole. evaluator/FLEET.md describes the keys.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "evaluator/fleet_round.h"
#include "store/redis_reply.h"

namespace keyrule::plugin_api {

// Of EVALSHA, without the hash of the script.
struct FleetCommand {
  std::vector<std::string> keys;
  std::vector<std::string> arguments;
};

// This host among those that share `prefix`. A reply that is not what the script gives is not used: an answer is read
// whole or not at all.
class FleetScript {
 public:
  // How long what a host holds is left to it after its last report.
  static constexpr int64_t kForgetMs = 2 * evaluator::FleetShare::kHoldsMs;
  // How long a host that says nothing counts as one of them.
  static constexpr int64_t kHostGoneMs = 30'000;
  // Longer than any limit counts: until then it is known that nothing was lost.
  static constexpr int64_t kDataLastsMs = int64_t{63} * 24 * 3'600'000;

  FleetScript(std::string prefix, uint64_t host);

  static std::string_view HostsText();
  static std::string_view LimitText();
  static std::string_view TurnsText();

  FleetCommand Hosts() const;
  FleetCommand Limit(const evaluator::FleetReport& report) const;
  FleetCommand Turns(const evaluator::FleetOrder& order) const;

  // `life`: when the server's data began, in Unix milliseconds.
  static bool ReadHosts(const store::RedisReply& reply, uint64_t* life, uint64_t* hosts);
  static bool ReadLimit(const store::RedisReply& reply, evaluator::FleetAnswer* answer);
  static bool ReadTurns(const store::RedisReply& reply, const evaluator::FleetOrder& order, uint64_t* first);

 private:
  std::string KeyOf(std::string_view kind, uint64_t key) const;

  const std::string prefix_;
  const std::string host_;  // 16 hexadecimal digits
};

}  // namespace keyrule::plugin_api
