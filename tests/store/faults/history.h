// What a store may hold after its writer was killed: the states it came through since what is known
// for certain, and which of them what was seen still allows.

#pragma once

#include <string>
#include <vector>

#include "tests/store/faults/operations.h"

namespace keyrule::store {

class History {
 public:
  // An operation begins, or is reported as done: committed, published, acknowledged.
  void Begin(const Operation& operation);
  void Done();

  // What somebody saw who opened the store now: of each credential who wrote it, 0 when it is not to
  // be had. Forgets the states that this rules out. Empty, or what is wrong with it.
  //
  // Right is a state that was published, in which what was taken back in a later one, committed but
  // not published yet, may be refused already.
  std::string See(const std::array<unsigned long, kCredentials>& usable);

  // The same when everything that was committed is published as well: `contents` looks exactly like one
  // of the states. Those that look so are the only ones from then on.
  std::string SeeAll(const Contents& contents);

 private:
  static constexpr size_t kNone = static_cast<size_t>(-1);
  struct State {
    Contents contents;
    size_t before;  // index; kNone for the first
    bool may_be_committed;
    bool may_be_published;
  };

  // Did the store come to `later` through `earlier`?
  bool Follows(size_t later, size_t earlier) const;
  // Was this credential refused in a state from `published` to `committed`?
  bool RefusedBetween(size_t published, size_t committed, size_t credential) const;

  std::vector<State> states_ = {{Contents{}, kNone, true, true}};
  std::vector<size_t> last_;  // of the operation that has begun, one for each state it began in
};

}  // namespace keyrule::store
