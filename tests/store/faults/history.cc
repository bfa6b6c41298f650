#include "tests/store/faults/history.h"

#include <algorithm>

namespace keyrule::store {

void History::Begin(const Operation& operation) {
  last_.clear();
  const size_t known = states_.size();
  for (size_t i = 0; i < known; ++i) {
    if (!states_[i].may_be_committed) continue;
    size_t at = i;
    for (const Step& step : operation.steps) {
      State next{states_[at].contents, at, true, true};
      Apply(operation, step, &next.contents);
      states_.push_back(next);
      at = states_.size() - 1;
    }
    last_.push_back(at);
  }
  // A writer that opens the store may publish what was committed before.
  for (State& state : states_) state.may_be_published |= state.may_be_committed;
}

void History::Done() {
  for (State& state : states_) state.may_be_committed = state.may_be_published = false;
  for (const size_t at : last_) {
    states_[at].may_be_committed = states_[at].may_be_published = true;
  }
}

bool History::Follows(size_t later, size_t earlier) const {
  for (size_t at = later; at != kNone; at = states_[at].before) {
    if (at == earlier) return true;
  }
  return false;
}

bool History::RefusedBetween(size_t published, size_t committed, size_t credential) const {
  for (size_t at = committed; at != kNone; at = states_[at].before) {
    if (states_[at].contents[credential].usable() == 0) return true;
    if (at == published) break;
  }
  return false;
}

std::string History::See(const std::array<unsigned long, kCredentials>& usable) {
  std::string nearest = "nothing can be published";
  size_t fewest = usable.size() + 1;
  // Several states may look like this one: each that does is kept, with what may have come of it.
  std::vector<bool> committed(states_.size()), published(states_.size());
  bool found = false;
  for (size_t p = 0; p < states_.size(); ++p) {
    if (!states_[p].may_be_published) continue;
    std::vector<size_t> early;
    std::string wrong;
    size_t differ = 0;
    for (size_t i = 0; i < usable.size(); ++i) {
      const unsigned long want = states_[p].contents[i].usable();
      if (usable[i] == want) continue;
      if (usable[i] == 0) {
        early.push_back(i);
        continue;
      }
      ++differ;
      wrong += " credential " + std::to_string(i) + " is that of operation " +
               std::to_string(usable[i]) + " in place of " + std::to_string(want);
    }
    bool explained = false;
    for (size_t c = 0; differ == 0 && c < states_.size(); ++c) {
      if (!states_[c].may_be_committed || !Follows(c, p)) continue;
      if (std::all_of(early.begin(), early.end(),
                      [&](size_t i) { return RefusedBetween(p, c, i); })) {
        committed[c] = explained = found = true;
      }
    }
    if (explained) {
      for (size_t s = 0; s < states_.size(); ++s) published[s] = published[s] || Follows(s, p);
      continue;
    }
    if (differ == 0) {
      wrong = " refused, and no such thing was committed:";
      for (const size_t i : early) wrong += " " + std::to_string(i);
    }
    if (differ < fewest) {
      fewest = differ;
      nearest = wrong;
    }
  }
  if (!found) return "no state that was committed; next to one:" + nearest;
  for (size_t s = 0; s < states_.size(); ++s) {
    states_[s].may_be_committed = committed[s];
    states_[s].may_be_published = states_[s].may_be_published && published[s];
  }
  return {};
}

std::string History::SeeAll(const Contents& contents) {
  std::vector<State> alike;
  for (const State& state : states_) {
    const bool looks_like_it =
        std::equal(contents.begin(), contents.end(), state.contents.begin(),
                   [](const Entry& seen, const Entry& known) { return known.LooksLike(seen); });
    // The same by two ways is one: each would beget its own with every operation.
    const bool is_new = std::none_of(alike.begin(), alike.end(),
                                     [&](const State& other) { return other.contents == state.contents; });
    if (state.may_be_committed && looks_like_it && is_new) alike.push_back({state.contents, kNone, true, true});
  }
  if (alike.empty()) return "what the next writer published is no state that was committed";
  states_ = std::move(alike);
  last_.clear();
  return {};
}

}  // namespace keyrule::store
