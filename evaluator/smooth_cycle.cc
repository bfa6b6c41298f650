// The smooth cycle without looking at every member in every step.
//
// A member's c is a line in the number of steps: t · w − W · (its picks so far). Members of one weight have lines that differ
// by whole W only, so that they take their turns in order: all of a weight are one runner, whose line is that of the member
// whose turn it is. The largest of the runners' lines is kept by a tournament, in which each match remembers until when its
// winner stays ahead; a pick moves one line, and with it the matches between its leaf and the root.
#include <algorithm>
#include <cstdint>
#include <map>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include "evaluator/strategy.h"

namespace keyrule::evaluator {
namespace {

constexpr int64_t kAlways = INT64_MAX;

class Tournament {
 public:
  // `steps` are the weights, by their common divisor; `total` is their sum.
  Tournament(std::span<const int64_t> steps, int64_t total) : total_(total) {
    std::map<int64_t, std::vector<uint16_t>> by_step;
    for (size_t i = 0; i < steps.size(); ++i) by_step[steps[i]].push_back(static_cast<uint16_t>(i));
    for (auto& [step, members] : by_step) runners_.push_back({step, 0, 0, std::move(members)});
    while (leaves_ < runners_.size()) leaves_ *= 2;
    matches_.assign(2 * leaves_, {});
    for (size_t i = 0; i < runners_.size(); ++i) matches_[leaves_ + i] = {static_cast<int32_t>(i), kAlways};
    for (size_t i = leaves_ + runners_.size(); i < 2 * leaves_; ++i) matches_[i] = {kNobody, kAlways};
  }

  // The element of the cycle at step t, from 1; each once, in order.
  uint16_t Pick(int64_t t) {
    Play(1, t);
    const auto winner = static_cast<size_t>(matches_[1].winner);
    Runner& runner = runners_[winner];
    const uint16_t member = runner.members[runner.turn];
    if (++runner.turn == runner.members.size()) {
      runner.turn = 0;
      runner.behind += total_;
    }
    for (size_t match = (leaves_ + winner) / 2; match > 0; match /= 2) matches_[match].until = 0;
    return member;
  }

 private:
  static constexpr int32_t kNobody = -1;
  struct Runner {
    int64_t step;
    int64_t behind;  // W for each pick of the member whose turn it is
    size_t turn;
    std::vector<uint16_t> members;

    int64_t At(int64_t t) const { return t * step - behind; }
    uint16_t order() const { return members[turn]; }
  };
  struct Match {
    int32_t winner = kNobody;
    int64_t until = 0;  // the first step at which it has to be played again
  };

  void Play(size_t match, int64_t t) {
    if (matches_[match].until > t) return;
    Play(2 * match, t);
    Play(2 * match + 1, t);
    const Match& left = matches_[2 * match];
    const Match& right = matches_[2 * match + 1];
    Match& result = matches_[match];
    result.until = std::min(left.until, right.until);
    if (right.winner == kNobody) {
      result.winner = left.winner;
      return;
    }
    const Runner& a = runners_[static_cast<size_t>(left.winner)];
    const Runner& b = runners_[static_cast<size_t>(right.winner)];
    const int64_t lead = a.At(t) - b.At(t);
    const bool a_wins = lead > 0 || (lead == 0 && a.order() < b.order());
    result.winner = a_wins ? left.winner : right.winner;
    const Runner& first = a_wins ? a : b;
    const Runner& second = a_wins ? b : a;
    if (second.step <= first.step) return;
    const int64_t ahead = a_wins ? lead : -lead;
    const int64_t closer = second.step - first.step;
    // Equal is enough for the one that comes first in order.
    const int64_t steps = second.order() < first.order() ? (ahead + closer - 1) / closer : ahead / closer + 1;
    result.until = std::min(result.until, t + steps);
  }

  const int64_t total_;
  std::vector<Runner> runners_;
  size_t leaves_ = 1;
  std::vector<Match> matches_;  // [1] is the final; the leaves stand behind the matches
};

}  // namespace

std::vector<uint16_t> SmoothCycle(std::span<const uint32_t> weights) {
  int64_t divisor = 0;
  for (uint32_t weight : weights) divisor = std::gcd(divisor, static_cast<int64_t>(weight));
  std::vector<int64_t> steps;
  for (uint32_t weight : weights) steps.push_back(weight / divisor);
  const int64_t total = std::accumulate(steps.begin(), steps.end(), int64_t{0});
  Tournament tournament(steps, total);
  std::vector<uint16_t> cycle;
  cycle.reserve(static_cast<size_t>(total));
  for (int64_t t = 1; t <= total; ++t) cycle.push_back(tournament.Pick(t));
  return cycle;
}

}  // namespace keyrule::evaluator
