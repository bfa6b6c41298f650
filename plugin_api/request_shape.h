// Which texts the request before had, in their order: hosts mostly ask for the same ones again, and then there is nothing to
// find out but the texts themselves.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace keyrule::plugin_api {

// Of the simple attributes (simple_request.h) that a request began with. The first slots that its SlotValues give are theirs,
// in this order; others may follow. For one thread at a time.
class RequestShape {
 public:
  struct Place {
    uint64_t what;   // as WhatOf gives it
    uint32_t slot;   // as SlotTable::FindText gives it
    uint32_t given;  // how many slots are given by those before it
  };
  // Nothing is known for this slot table, and no slot is given.
  void Begin(uint64_t slots_serial) noexcept {
    serial_ = slots_serial;
    count_ = given_ = 0;
    whole_ = kNotWhole;
  }
  // Throws std::bad_alloc.
  void Reserve(size_t count) {
    if (places_.size() < count) places_.resize(count);
  }
  // There must be room. `gives`: its slot is given by it.
  void Add(uint64_t what, uint32_t slot, bool gives) noexcept {
    places_[count_++] = {what, slot, given_};
    given_ += gives ? 1 : 0;
  }
  // Forgets all but the first ones. Gives how many slots those give.
  size_t Shorten(size_t count) noexcept {
    if (count < count_) given_ = places_[count].given;
    count_ = count;
    whole_ = kNotWhole;
    return given_;
  }
  // The request had so many attributes: if all are here, no other slot is given, but for the tenant's.
  void EndAt(size_t count) noexcept {
    if (count == count_) whole_ = count;
  }
  // Whether it had so many, and no others.
  bool WasWhole(size_t count) const noexcept { return count == whole_; }

  // Whether what follows is worth to be added. Where requests are unlike each other it is not: ever more seldom it is tried.
  bool IsToGrow() noexcept {
    if (left_ > 0) return --left_, false;
    return true;
  }
  // Something was added.
  void NoteGrowth() noexcept {
    left_ = pause_;
    pause_ = std::min(2 * pause_ + 1, kLongestPause);
  }
  // A request was as the one before, of simple attributes alone.
  void NoteAlike() noexcept { left_ = pause_ = 0; }

  uint64_t serial() const noexcept { return serial_; }
  size_t size() const noexcept { return count_; }
  const Place* begin() const noexcept { return places_.data(); }

 private:
  uint64_t serial_ = 0;  // of the slot table; 0: of none
  std::vector<Place> places_;  // room; the first count_ count
  static constexpr size_t kNotWhole = SIZE_MAX;
  static constexpr uint32_t kLongestPause = 255;

  size_t count_ = 0;
  size_t whole_ = kNotWhole;
  uint32_t given_ = 0;
  uint32_t left_ = 0;   // requests of which nothing is added yet
  uint32_t pause_ = 0;  // and after the next addition
};

}  // namespace keyrule::plugin_api
