// What quotas, budgets and the last minute's tokens have counted: a list of everything that was
// ever charged.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dsl/ast.h"
#include "evaluator/decision.h"

namespace keyrule::evaluator::oracle {

class Ledger {
 public:
  // What `limit` has counted under this key.
  int64_t Used(const dsl::Limit& limit, const std::string& key, int64_t now_ms) const;
  // Whether `need` fits. 0: it is known only afterwards; then something must be left.
  bool Fits(const dsl::Limit& limit, const std::string& key, int64_t need, int64_t now_ms) const;
  // Returns its number, to be given to Settle.
  size_t Charge(const dsl::Limit& limit, const std::string& key, int64_t amount, int64_t now_ms);
  void Settle(size_t number, const Report& report);

 private:
  struct Entry {
    dsl::LimitUnit unit;
    bool at_once;
    std::string key;
    int64_t amount;
    int64_t at_ms;
  };
  std::vector<Entry> entries_;
};

}  // namespace keyrule::evaluator::oracle
