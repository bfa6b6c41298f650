// Whether the tables of shared state are full, for whoever says so once: an episode begins when something finds no room, and
// is over when for a while nothing has.
#pragma once

#include <atomic>
#include <cstdint>

namespace keyrule::plugin_api {

// Any thread.
class RoomEpisode {
 public:
  static constexpr int64_t kQuietMs = 15 * 60 * 1000;

  enum class News : uint8_t { kNone, kBegan, kEnded };

  // `no_room`: how often nothing was found until now. Each piece of news is given once.
  News Look(uint64_t no_room, int64_t now_ms) noexcept {
    if (seen_.exchange(no_room, std::memory_order_relaxed) != no_room && no_room != 0) {
      last_ms_.store(now_ms, std::memory_order_relaxed);
      return on_.exchange(true, std::memory_order_relaxed) ? News::kNone : News::kBegan;
    }
    const bool quiet = now_ms - last_ms_.load(std::memory_order_relaxed) >= kQuietMs;
    return quiet && on_.load(std::memory_order_relaxed) && on_.exchange(false, std::memory_order_relaxed) ? News::kEnded
                                                                                                       : News::kNone;
  }

 private:
  std::atomic<uint64_t> seen_{0};
  std::atomic<int64_t> last_ms_{0};
  std::atomic<bool> on_{false};
};

}  // namespace keyrule::plugin_api
