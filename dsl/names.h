// The name space that pools, quotas, budgets, tables, lets and attributes share.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "dsl/source.h"

namespace keyrule::dsl {

enum class NameKind { kAttribute, kList, kCondition, kTable, kPool, kQuota, kBudget };

std::string_view WithArticle(NameKind kind);  // "a pool"

// Lets std::unordered_map look up a string_view without making a string.
struct TextHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};
template <class T>
using TextMap = std::unordered_map<std::string, T, TextHash, std::equal_to<>>;

// By texts that live elsewhere, and as long.
template <class T>
using ViewMap = std::unordered_map<std::string_view, T>;

struct Meaning {
  NameKind kind;
  uint32_t index;  // into the policy's vector of that kind; of no use for attributes
  Span span;
  bool used = false;
};

class Names {
 public:
  // Gives the name its meaning; returns the earlier one if it already has one.
  const Meaning* Declare(std::string_view name, const Meaning& meaning);
  const Meaning* Find(std::string_view name) const;
  // As Find, and remembers that the name is used.
  const Meaning* Use(std::string_view name);
  // In order of declaration.
  std::vector<std::string_view> Of(std::initializer_list<NameKind> kinds) const;

  struct Entry {
    std::string_view name;
    const Meaning* meaning;
  };
  const std::vector<Entry>& all() const { return order_; }

 private:
  TextMap<Meaning> meanings_;
  std::vector<Entry> order_;  // points into meanings_, whose nodes do not move
};

}  // namespace keyrule::dsl
