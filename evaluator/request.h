// What one call asks for: the authenticated tenant and the attributes that the policy knows, by slot.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace keyrule::evaluator {

enum class ValueKind : uint8_t { kAbsent, kText, kInteger, kBool, kTimestamp, kList };

// One attribute's value. Borrows its bytes; 24 bytes. An empty text and an empty list are absent.
class Value {
 public:
  constexpr Value() = default;
  static constexpr Value Text(std::string_view text) {
    Value value;
    if (!text.empty()) {
      value.kind_ = ValueKind::kText;
      value.text_ = text.data();
      value.size_ = text.size();
    }
    return value;
  }
  static constexpr Value Integer(int64_t number) { return Number(ValueKind::kInteger, number); }
  static constexpr Value Bool(bool truth) { return Number(ValueKind::kBool, truth ? 1 : 0); }
  // Milliseconds since 1970-01-01T00:00Z.
  static constexpr Value Timestamp(int64_t unix_ms) {
    return Number(ValueKind::kTimestamp, unix_ms);
  }
  static constexpr Value List(std::span<const std::string_view> items) {
    Value value;
    if (!items.empty()) {
      value.kind_ = ValueKind::kList;
      value.list_ = items.data();
      value.size_ = items.size();
    }
    return value;
  }

  constexpr ValueKind kind() const { return kind_; }
  constexpr bool absent() const { return kind_ == ValueKind::kAbsent; }
  constexpr bool is_number() const {
    return kind_ == ValueKind::kInteger || kind_ == ValueKind::kBool ||
           kind_ == ValueKind::kTimestamp;
  }
  // Empty unless the kind is kText.
  constexpr std::string_view text() const {
    return kind_ == ValueKind::kText ? std::string_view(text_, size_) : std::string_view();
  }
  // Whether it is a text and this one. Most texts differ in length or at the ends.
  bool text_is(std::string_view other) const {
    if (kind_ != ValueKind::kText || size_ != other.size()) return false;
    const char* const begin = text_;
    if (size_ >= sizeof(uint64_t)) {
      uint64_t mine, its;
      std::memcpy(&mine, begin + size_ - sizeof mine, sizeof mine);
      std::memcpy(&its, other.data() + size_ - sizeof its, sizeof its);
      if (mine != its) return false;
    }
    return std::memcmp(begin, other.data(), size_) == 0;
  }
  // 0 unless is_number().
  constexpr int64_t number() const { return is_number() ? number_ : 0; }
  // Empty unless the kind is kList.
  constexpr std::span<const std::string_view> list() const {
    return kind_ == ValueKind::kList ? std::span(list_, size_) : std::span<const std::string_view>();
  }

 private:
  static constexpr Value Number(ValueKind kind, int64_t number) {
    Value value;
    value.kind_ = kind;
    value.number_ = number;
    return value;
  }

  union {
    const char* text_;
    const std::string_view* list_;
    int64_t number_ = 0;
  };
  size_t size_ = 0;
  ValueKind kind_ = ValueKind::kAbsent;
};

// Borrowed for the time of the call. `values` has one entry for each slot of the policy (dsl::Policy::slots), each of
// the slot's type or absent: FitsSlot (program.h) says whether it is.
struct Request {
  std::string_view tenant;  // whom the host has authenticated; decides which credentials there are
  std::span<const Value> values;
  // A decision made for looking, counting or explaining: it takes, advances and reserves nothing.
  bool dry = false;
};

}  // namespace keyrule::evaluator
