#include "store/dify/follow.h"

#include <algorithm>
#include <set>
#include <string>
#include <thread>

#include "store/dify/source.h"

namespace keyrule::store {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kFirstPause{1000};
constexpr milliseconds kLongestPause{10'000};
constexpr milliseconds kSlice{100};  // how late `stop` may be noticed
constexpr int kQuietBusy = 5;        // an import holds the store for a moment: not worth a word

class Follower {
 public:
  Follower(const FollowOptions& options, const FollowHooks& hooks, const std::atomic<bool>& stop)
      : options_(options), hooks_(hooks), stop_(stop) {}

  void Loop() {
    while (!stop_) {
      const Clock::time_point begin = Clock::now();
      const Status status = Once();
      if (stop_) return;
      if (status.ok()) {
        Well();
        const auto took = std::chrono::duration_cast<milliseconds>(look_took_);
        Sleep(std::max(options_.every - std::chrono::duration_cast<milliseconds>(Clock::now() - begin),
                       took * 4));
      } else {
        database_.reset();
        InTrouble(status);
        Sleep(pause_);
        pause_ = std::min(pause_ * 2, kLongestPause);
      }
    }
  }

 private:
  Status Once() {
    if (database_ == nullptr) {
      Result<std::unique_ptr<Database>> connected = hooks_.connect();
      if (!connected.ok()) return connected.status();
      database_ = *std::move(connected);
    }
    const Clock::time_point begin = Clock::now();
    const auto moment = std::chrono::system_clock::now();
    // Before the sync: what changes while it runs is seen by the next look.
    Result<std::string> now = DifyFingerprint(database_.get(), options_.tenants);
    if (!now.ok()) return now.status();
    look_took_ = Clock::now() - begin;
    due_ = hooks_.changed() || due_ || *now != seen_ || begin - synced_at_ >= options_.reconcile;
    if (!due_) return hooks_.confirmed(moment);
    const Status status = hooks_.sync(database_.get());
    if (!status.ok()) return status;
    seen_ = *now;
    synced_at_ = begin;
    due_ = false;
    return hooks_.confirmed(moment);
  }

  void Well() {
    if (!said_.empty()) hooks_.recovered();
    said_.clear();
    busy_ = 0;
    pause_ = kFirstPause;
  }

  void InTrouble(const Status& status) {
    if (status.code() == Code::kBusy && ++busy_ < kQuietBusy) return;
    if (said_.insert(status.code()).second) hooks_.trouble(status);
  }

  void Sleep(Clock::duration time) const {
    const Clock::time_point until = Clock::now() + time;
    while (!stop_) {
      const Clock::duration left = until - Clock::now();
      if (left <= Clock::duration::zero()) return;
      std::this_thread::sleep_for(std::min<Clock::duration>(left, kSlice));
    }
  }

  const FollowOptions& options_;
  const FollowHooks& hooks_;
  const std::atomic<bool>& stop_;
  std::unique_ptr<Database> database_;
  std::string seen_;  // the fingerprint of what the store holds; empty: not known
  bool due_ = true;
  Clock::time_point synced_at_;
  Clock::duration look_took_{};
  milliseconds pause_ = kFirstPause;
  std::set<Code> said_;
  int busy_ = 0;
};

}  // namespace

void Follow(const FollowOptions& options, const FollowHooks& hooks, const std::atomic<bool>& stop) {
  Follower(options, hooks, stop).Loop();
}

}  // namespace keyrule::store
