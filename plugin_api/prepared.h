// The part of many requests that stays the same: copied once, and read under whatever policy is current.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "keyrule/keyrule.h"

// What stands behind keyrule_prepared. Immutable, any thread.
struct keyrule_prepared {
 public:
  // Copies all that `request` borrows, which ReadRequest has understood. `engine`: Engine::serial of the one whose ids it
  // has. May throw std::bad_alloc.
  keyrule_prepared(const keyrule_request& request, uint64_t engine);
  keyrule_prepared(const keyrule_prepared&) = delete;
  keyrule_prepared& operator=(const keyrule_prepared&) = delete;

  const keyrule_request& request() const { return request_; }
  uint64_t engine() const { return engine_; }

 private:
  const uint64_t engine_;
  keyrule_request request_ = KEYRULE_REQUEST_INIT;
  std::vector<keyrule_attribute> attributes_;
  std::vector<keyrule_str> items_;   // of the lists
  std::unique_ptr<char[]> bytes_;    // of the texts
};
