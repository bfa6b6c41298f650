// The one way out to the host: a status and, if asked for, an error object. Nothing is thrown across it.
#pragma once

#include <new>
#include <string>
#include <string_view>
#include <utility>

#include "keyrule/keyrule.h"

struct keyrule_error {
  std::string message;      // one line
  std::string diagnostics;  // JSON lines; with KEYRULE_E_POLICY
};

namespace keyrule::plugin_api {

// Where a call puts its error object, if the host wants one.
class ErrorSink {
 public:
  explicit ErrorSink(keyrule_error** out) noexcept : out_(out) {
    if (out_ != nullptr) *out_ = nullptr;
  }
  // Returns `status`, so that callers can `return error.Fail(…)`. Without memory for the text the status stands alone.
  keyrule_status Fail(keyrule_status status, std::string message,
                      std::string diagnostics = {}) noexcept {
    if (out_ != nullptr && *out_ == nullptr) {
      *out_ = new (std::nothrow) keyrule_error{std::move(message), std::move(diagnostics)};
    }
    return status;
  }
  bool wanted() const { return out_ != nullptr; }

 private:
  keyrule_error** out_;
};

// Runs `body(ErrorSink&)` and turns what it throws into a status.
template <class Body>
[[gnu::always_inline]] inline keyrule_status Guard(keyrule_error** out, Body&& body) noexcept {
  ErrorSink error(out);
  try {
    return body(error);
  } catch (const std::bad_alloc&) {
    return error.Fail(KEYRULE_E_MEMORY, {});
  } catch (const std::exception& fault) {
    try {
      return error.Fail(KEYRULE_E_INTERNAL,
                        std::string("a fault of Keyrule, please report it: ") + fault.what());
    } catch (...) {
      return KEYRULE_E_MEMORY;
    }
  } catch (...) {
    return error.Fail(KEYRULE_E_INTERNAL, {});
  }
}

// The same for calls without a status: `otherwise` is what they answer on a fault.
template <class Result, class Body>
Result GuardValue(Result otherwise, Body&& body) noexcept {
  try {
    return body();
  } catch (...) {
    return otherwise;
  }
}

}  // namespace keyrule::plugin_api
