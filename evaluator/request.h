// What one call asks for: the authenticated tenant and the attributes that the policy knows, by slot.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "evaluator/same_text.h"

namespace keyrule::dsl {
struct Policy;
}

namespace keyrule::evaluator {

enum class ValueKind : uint8_t { kAbsent, kText, kInteger, kBool, kTimestamp, kList };

// One attribute's value. Borrows its bytes; 16 bytes. An empty text and an empty list are absent. No text and no list is
// longer than 4 GiB: a longer one would be cut.
class Value {
 public:
  constexpr Value() = default;
  static constexpr Value Text(std::string_view text) {
    Value value;
    if (!text.empty()) value.BecomeText(text.substr(0, UINT32_MAX));
    return value;
  }
  // Where it stands: what is made first and copied then waits for its own bytes. `text` is not empty.
  constexpr void BecomeText(std::string_view text) {
    text_ = text.data();
    tail_ = Tail(ValueKind::kText, text.size());
  }
  constexpr void BecomeAbsent() { tail_ = 0; }
  static constexpr Value Integer(int64_t number) { return Number(ValueKind::kInteger, number); }
  static constexpr Value Bool(bool truth) { return Number(ValueKind::kBool, truth ? 1 : 0); }
  // Milliseconds since 1970-01-01T00:00Z.
  static constexpr Value Timestamp(int64_t unix_ms) {
    return Number(ValueKind::kTimestamp, unix_ms);
  }
  static constexpr Value List(std::span<const std::string_view> items) {
    Value value;
    if (!items.empty()) {
      value.list_ = items.data();
      value.tail_ = Tail(ValueKind::kList, std::min<size_t>(items.size(), UINT32_MAX));
    }
    return value;
  }

  constexpr ValueKind kind() const { return static_cast<ValueKind>(tail_ >> kSizeBits); }
  constexpr bool absent() const { return tail_ == 0; }
  constexpr bool is_number() const {
    return kind() == ValueKind::kInteger || kind() == ValueKind::kBool || kind() == ValueKind::kTimestamp;
  }
  // Empty unless the kind is kText.
  constexpr std::string_view text() const {
    return kind() == ValueKind::kText ? std::string_view(text_, size()) : std::string_view();
  }
  // Whether it is a text and this one.
  bool text_is(std::string_view other) const noexcept {
    return tail_ == Tail(ValueKind::kText, other.size()) && SameBytes(text_, other.data(), other.size());
  }
  // 0 unless is_number().
  constexpr int64_t number() const { return is_number() ? number_ : 0; }
  // Empty unless the kind is kList.
  constexpr std::span<const std::string_view> list() const {
    return kind() == ValueKind::kList ? std::span(list_, size()) : std::span<const std::string_view>();
  }

 private:
  static constexpr unsigned kSizeBits = 32;
  static constexpr uint64_t Tail(ValueKind kind, size_t size) { return static_cast<uint64_t>(kind) << kSizeBits | size; }
  static constexpr Value Number(ValueKind kind, int64_t number) {
    Value value;
    value.number_ = number;
    value.tail_ = Tail(kind, 0);
    return value;
  }
  constexpr size_t size() const { return static_cast<uint32_t>(tail_); }

  union {
    const char* text_;
    const std::string_view* list_;
    int64_t number_ = 0;
  };
  uint64_t tail_ = 0;  // its kind, and in the lower bits its size; of kAbsent 0
};
static_assert(sizeof(Value) == 16);

// The values of one request by slot, and the list of the slots that have one: what it costs to set them, and to make all
// absent again, goes by what is given and not by how many slots the policy has.
class SlotValues {
 public:
  SlotValues() = default;
  // All absent.
  explicit SlotValues(size_t slots) : values_(slots) {}
  void Reset(size_t slots) {
    if (values_.size() == slots) return Shorten(0);
    values_.assign(slots, Value());
    count_ = 0;
  }
  // Makes all absent but the first `count` that are given.
  void Shorten(size_t count) noexcept {
    for (size_t i = count; i < count_; ++i) values_[given_[i]].BecomeAbsent();
    count_ = std::min(count, count_);
  }
  // For slots that are given to have another text.
  Value* mutable_values() noexcept { return values_.data(); }
  // Borrows the value's bytes. An absent value takes away what the slot has.
  void Set(uint32_t slot, Value value) {
    Value& now = values_[slot];
    if (now.absent() && !value.absent()) {
      Reserve(1);
      given_[count_++] = slot;
    } else if (!now.absent() && value.absent()) {
      std::remove(given_.begin(), given_.begin() + static_cast<std::ptrdiff_t>(count_), slot);
      --count_;
    }
    now = value;
  }

  // Adds texts one after the other, with the count in a register. Nothing else changes the values meanwhile.
  class Adder {
   public:
    // For at most so many texts.
    Adder(SlotValues* to, size_t most) : to_(to) {
      to->Reserve(most);
      values_ = to->values_.data();
      next_ = to->given_.data() + to->count_;
    }
    Adder(const Adder&) = delete;
    Adder& operator=(const Adder&) = delete;
    ~Adder() { to_->count_ = static_cast<size_t>(next_ - to_->given_.data()); }
    // False: the slot has a value already. `text` is not empty.
    bool Add(uint32_t slot, std::string_view text) noexcept {
      if (!values_[slot].absent()) return false;
      values_[slot].BecomeText(text);
      *next_++ = slot;
      return true;
    }

   private:
    SlotValues* const to_;
    Value* values_;
    uint32_t* next_;
  };

  size_t size() const { return values_.size(); }
  const Value& operator[](uint32_t slot) const { return values_[slot]; }
  std::span<const Value> values() const { return values_; }
  std::span<const uint32_t> given() const { return {given_.data(), count_}; }

 private:
  void Reserve(size_t more) {
    if (given_.size() < count_ + more) given_.resize(2 * (count_ + more));
  }

  std::vector<Value> values_;
  std::vector<uint32_t> given_;  // room; the first count_ count
  size_t count_ = 0;
};

// Borrowed for the time of the call. Made of SlotValues, so that `given` and `values` say the same.
struct Request {
  Request() = default;  // as it stands: refused by every snapshot
  Request(std::string_view whose, const SlotValues& slots, bool looking = false)
      : tenant(whose), values(slots.values()), given(slots.given()), dry(looking) {}

  // Whom the host has authenticated; decides which credentials there are. Where the policy has a slot for `tenant.id`, the
  // same stands there, or the request is refused.
  std::string_view tenant;
  // One entry for each slot of the policy (dsl::Policy::slots), each of the slot's type or absent: FitsSlot (program.h) says
  // whether it is.
  std::span<const Value> values;
  std::span<const uint32_t> given;  // the slots that are not absent, each once, in any order
  // The policy whose slots the values are known to fit, and whose `tenant.id` is known to be the tenant; null: to be checked.
  const dsl::Policy* fits = nullptr;
  // A decision made for looking, counting or explaining: it takes, advances and reserves nothing.
  bool dry = false;
};

}  // namespace keyrule::evaluator
