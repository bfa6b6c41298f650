// A set of names, however long, in 16 bytes each: what is remembered of a million rows. Two names
// are taken for one with a chance of 2^-88 then.

#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "store/bytes.h"
#include "store/crypto.h"

namespace keyrule::store {

class DigestSet {
 public:
  using Entry = std::array<uint8_t, 16>;

  // Of texts that are at most 65,535 bytes long each.
  static Entry Of(std::initializer_list<std::string_view> names) {
    std::string bytes;
    for (const std::string_view name : names) PutText(&bytes, name.substr(0, 0xffff));
    Entry entry;
    std::memcpy(entry.data(), Sha256({bytes}).data(), entry.size());
    return entry;
  }

  void Add(const Entry& entry) { entries_.push_back(entry); }

  // After the last Add, before the first question. Gives those that were added more than once.
  DigestSet Sort() {
    std::sort(entries_.begin(), entries_.end());
    DigestSet twice;
    const auto last = std::unique(entries_.begin(), entries_.end(), [&](const Entry& a, const Entry& b) {
      if (a == b) twice.Add(b);
      return a == b;
    });
    entries_.erase(last, entries_.end());
    twice.entries_.erase(std::unique(twice.entries_.begin(), twice.entries_.end()),
                         twice.entries_.end());
    return twice;
  }

  bool Contains(const Entry& entry) const {
    return std::binary_search(entries_.begin(), entries_.end(), entry);
  }
  size_t size() const { return entries_.size(); }

 private:
  std::vector<Entry> entries_;
};

}  // namespace keyrule::store
