// What a provider's answer says about the credential that was spent: response_rows.def is the table, PROVIDERS.md its page.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "evaluator/decision.h"

namespace keyrule::evaluator {

struct Header {
  std::string_view name;  // in any case
  std::string_view value;
};

// What became of the connection.
enum class Failure : uint8_t { kNone, kConnect, kTimeout, kBroken, kCancelled };

// Of an answer's body so much is read, and of a longer one its end for the usage; what stands between is not looked at.
constexpr size_t kMostBody = size_t{256} * 1024;
constexpr size_t kBodyEnd = size_t{4} * 1024;
// A deadline that is shorter says nothing about a key: a model may think for longer before its first token.
constexpr int64_t kFairTimeoutMs = 10'000;

struct Response {
  std::string_view provider;  // "openai", "langgenius/openai/openai"; one that is not known has the generic dialect
  int status = 0;             // HTTP; 0: none arrived
  std::span<const Header> headers;
  std::string_view body;      // or its beginning: JSON, server-sent events, or JSON as Python prints it
  Failure failure = Failure::kNone;
  bool callers_timeout = false;  // with kTimeout: the deadline was the caller's own
  int64_t timeout_ms = 0;        // with kTimeout: how long the deadline was; 0: not known
  int64_t elapsed_ms = 0;        // with kTimeout: how long the call took; stands in for the deadline; 0: not known
};

enum class RowField : uint8_t {
  kStatus, kWord, kBegins, kHas, kOk, kCallersTimeout, kTimeout, kConnect, kBroken, kCancelled, kUnsaid
};

struct ResponseRow {
  std::string_view dialect;
  std::string_view id;   // "openai.rate_limit_exceeded"
  int status = 0;  // a code, a class (1 to 5), or 0: any
  RowField field = RowField::kStatus;
  std::string_view text;
  Outcome outcome = Outcome::kOk;
  LimitScope scope = LimitScope::kCredential;
  std::string_view means;
  std::string_view source;
};

struct Classification {
  Outcome outcome = Outcome::kCallerError;
  LimitScope scope = LimitScope::kCredential;
  bool callers_timeout = false;
  int64_t retry_after_ms = 0;  // 0: not said
  int64_t input_tokens = 0;    // 0: not said
  int64_t output_tokens = 0;
  int64_t tokens = 0;          // in and out together
  const ResponseRow* row = nullptr;  // never null
};

// Any bytes will do. Allocates nothing but for an RFC 3339 time in a header. `now_ms` stands in for the answer's own Date where it has none.
Classification Classify(const Response& response, int64_t now_ms) noexcept;

// Whether Classify looks at a header of this name: others need not be brought.
bool IsReadHeader(std::string_view name) noexcept;

// The table, in its order.
std::span<const ResponseRow> ResponseRows() noexcept;

struct ProviderDialect {
  std::string_view provider;
  std::string_view dialect;
};
std::span<const ProviderDialect> ProviderDialects() noexcept;
// Is there one of this provider? Otherwise only what all have in common is read of its answers.
bool HasDialect(std::string_view provider) noexcept;
// "generic" for the dialect that has none, and for what is no dialect.
std::string_view ParentOf(std::string_view dialect) noexcept;

std::string_view ToString(Outcome outcome);
std::string_view ToString(LimitScope scope);
std::string_view ToString(RowField field);

}  // namespace keyrule::evaluator
