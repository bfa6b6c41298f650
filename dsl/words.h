// A text of a policy in little room: nodes of the syntax tree hold hundreds of thousands of them.
#pragma once

#include <compare>
#include <cstdint>
#include <cstring>
#include <ostream>
#include <string>
#include <string_view>

#include "dsl/pointer_bytes.h"

namespace keyrule::dsl {

// At most 2 GiB of characters: as a rule those of a source, which must live as long (Policy::sources keeps it alive); what stands
// nowhere as it is, such as a text with escapes, it owns. Copies of what it owns own theirs.
class Words {
 public:
  Words() = default;
  // Own a copy.
  Words(std::string_view text) { Own(text); }  // NOLINT: as a std::string would
  Words(const std::string& text) { Own(text); }
  Words(const char* text) { Own(text); }
  // Those of a source.
  static Words In(std::string_view source) {
    Words words;
    words.Set(source.data(), source.size(), 0);
    return words;
  }

  Words(const Words& other) {
    if (other.owns()) {
      Own(other.view());
    } else {
      *this = In(other.view());
    }
  }
  Words(Words&& other) noexcept { Take(other); }
  Words& operator=(const Words& other) {
    if (this != &other) *this = Words(other);
    return *this;
  }
  Words& operator=(Words&& other) noexcept {
    if (this == &other) return *this;
    Free();
    Take(other);
    return *this;
  }
  ~Words() { Free(); }

  std::string_view view() const { return {data(), size()}; }
  operator std::string_view() const { return view(); }  // NOLINT
  // Said aloud: a view of a string that was made in passing would dangle.
  explicit operator std::string() const { return std::string(view()); }
  const char* data() const { return data_.get(); }
  size_t size() const { return size_and_owns_ >> 1; }
  bool empty() const { return size() == 0; }
  char operator[](size_t at) const { return data()[at]; }
  auto begin() const { return view().begin(); }
  auto end() const { return view().end(); }
  template <class What>
  bool starts_with(What what) const {
    return view().starts_with(what);
  }
  template <class What>
  bool ends_with(What what) const {
    return view().ends_with(what);
  }
  template <class What>
  size_t find(What what, size_t from = 0) const {
    return view().find(what, from);
  }
  std::string_view substr(size_t from, size_t count = std::string_view::npos) const {
    return view().substr(from, count);
  }
  static constexpr size_t npos = std::string_view::npos;

  friend bool operator==(const Words& a, const Words& b) { return a.view() == b.view(); }
  friend bool operator==(const Words& a, std::string_view b) { return a.view() == b; }
  friend bool operator==(const Words& a, const std::string& b) { return a.view() == b; }
  friend bool operator==(const Words& a, const char* b) { return a.view() == b; }
  friend auto operator<=>(const Words& a, const Words& b) { return a.view() <=> b.view(); }
  friend std::string operator+(std::string a, const Words& b) { return std::move(a += b.view()); }
  friend std::string operator+(const Words& a, std::string_view b) { return std::string(a).append(b); }
  friend std::ostream& operator<<(std::ostream& out, const Words& words) { return out << words.view(); }

 private:
  bool owns() const { return (size_and_owns_ & 1U) != 0; }
  void Set(const char* data, size_t size, uint32_t owns) {
    data_.set(data);
    size_and_owns_ = static_cast<uint32_t>(size) << 1 | owns;
  }
  void Own(std::string_view text) {
    if (text.empty()) return;
    char* const copy = new char[text.size()];
    std::memcpy(copy, text.data(), text.size());
    Set(copy, text.size(), 1);
  }
  void Take(Words& other) {
    data_ = other.data_;
    size_and_owns_ = other.size_and_owns_;
    if (other.owns()) other.Set(nullptr, 0, 0);
  }
  void Free() {
    if (owns()) delete[] data();
  }

  PointerBytes<const char> data_;
  uint32_t size_and_owns_ = 0;
};

}  // namespace keyrule::dsl
