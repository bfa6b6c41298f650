#include "evaluator/response.h"

#include <algorithm>

#include "evaluator/response_body.h"
#include "evaluator/retry_after.h"

namespace keyrule::evaluator {
namespace {

constexpr std::string_view kGeneric = "generic";
constexpr std::string_view kAwsErrorType = "x-amzn-errortype";
constexpr std::string_view kAwsInputTokens = "x-amzn-bedrock-input-token-count";
constexpr std::string_view kAwsOutputTokens = "x-amzn-bedrock-output-token-count";

struct Dialect {
  std::string_view name;
  std::string_view parent;
};

constexpr Dialect kDialects[] = {
#define KEYRULE_DIALECT(dialect, parent) {#dialect, #parent},
#include "evaluator/response_rows.def"
};

constexpr ProviderDialect kProviders[] = {
#define KEYRULE_PROVIDER(name, dialect) {name, #dialect},
#include "evaluator/response_rows.def"
};

constexpr ResponseRow kRows[] = {
#define KEYRULE_RESPONSE(dialect, name, status, field, text, outcome, scope, means, source)                      \
  {#dialect, #dialect "." #name, status, RowField::field, text, Outcome::outcome, LimitScope::scope, means, source},
#include "evaluator/response_rows.def"
};

// A message may hold what an end user wrote, where the request itself is what was wrong.
constexpr bool LooksNoFurtherThanItMay(const ResponseRow& row) {
  return row.field != RowField::kHas || (row.status > 400 && row.status < 600);
}
static_assert(std::all_of(std::begin(kRows), std::end(kRows), LooksNoFurtherThanItMay));

// Null: none is known of this provider.
const ProviderDialect* FindDialect(std::string_view provider) noexcept {
  const size_t slash = provider.rfind('/');
  if (slash != std::string_view::npos) provider.remove_prefix(slash + 1);
  for (const ProviderDialect& known : kProviders) {
    if (SameWord(known.provider, provider)) return &known;
  }
  return nullptr;
}

std::string_view DialectOf(std::string_view provider) noexcept {
  const ProviderDialect* const found = FindDialect(provider);
  return found != nullptr ? found->dialect : kGeneric;
}

bool StatusFits(int wanted, int status) noexcept {
  return wanted == 0 || wanted == status || (wanted < 10 && status / 100 == wanted);
}

bool MessageHas(std::string_view message, std::string_view text) noexcept { return message.find(text) != std::string_view::npos; }

bool Fits(const ResponseRow& row, int status, const BodyFacts& body) noexcept {
  if (!StatusFits(row.status, status)) return false;
  switch (row.field) {
    case RowField::kStatus: return true;
    case RowField::kWord: return body.HasWord(row.text);
    case RowField::kBegins: return body.message.starts_with(row.text);
    case RowField::kHas: return MessageHas(body.message, row.text);
    default: return false;  // not of an answer
  }
}

const ResponseRow* FirstThatFits(std::string_view dialect, int status, const BodyFacts& body) noexcept {
  for (;; dialect = ParentOf(dialect)) {
    for (const ResponseRow& row : kRows) {
      if (row.dialect == dialect && Fits(row, status, body)) return &row;
    }
    if (dialect == kGeneric) return nullptr;
  }
}

const ResponseRow* Only(RowField field) noexcept {
  return std::find_if(std::begin(kRows), std::end(kRows), [field](const ResponseRow& row) { return row.field == field; });
}

bool IsCallersTimeout(const Response& response) noexcept {
  if (response.callers_timeout) return true;
  const int64_t length = response.timeout_ms > 0 ? response.timeout_ms : response.elapsed_ms;
  return length > 0 && length < kFairTimeoutMs;
}

const ResponseRow* RowOfFailure(const Response& response) noexcept {
  switch (response.failure) {
    case Failure::kNone: break;
    case Failure::kConnect: return Only(RowField::kConnect);
    case Failure::kTimeout: return Only(IsCallersTimeout(response) ? RowField::kCallersTimeout : RowField::kTimeout);
    case Failure::kBroken: return Only(RowField::kBroken);
    case Failure::kCancelled: return Only(RowField::kCancelled);
  }
  return nullptr;
}

// An answer that says what is wrong counts before what became of the connection.
const ResponseRow* RowOf(const Response& response, const BodyFacts& body) noexcept {
  const std::string_view dialect = DialectOf(response.provider);
  const bool good = response.status / 100 == 2;
  if (good || response.status < 300 || response.status > 599) {
    const ResponseRow* const failure = RowOfFailure(response);
    if (!body.has_error) return failure != nullptr ? failure : Only(good ? RowField::kOk : RowField::kUnsaid);
    // The rows without a status first: what the error is called says more than the number it may have.
    const ResponseRow* row = FirstThatFits(dialect, body.status != 0 ? body.status : 200, body);
    return row != nullptr ? row : Only(RowField::kUnsaid);
  }
  const ResponseRow* row = FirstThatFits(dialect, response.status, body);
  return row != nullptr ? row : Only(RowField::kUnsaid);
}

void ReadAwsHeaders(std::span<const Header> headers, BodyFacts* body) noexcept {
  for (const Header& header : headers) {
    const std::string_view value = Trimmed(header.value);
    if (SameWord(header.name, kAwsErrorType)) {  // "ThrottlingException:http://internal.amazon.com/…"
      body->AddWord(value.substr(0, value.find(':')));
    } else if (SameWord(header.name, kAwsInputTokens)) {
      body->AddInputTokens(value);
    } else if (SameWord(header.name, kAwsOutputTokens)) {
      body->AddOutputTokens(value);
    }
  }
}

}  // namespace

Classification Classify(const Response& response, int64_t now_ms) noexcept {
  BodyFacts body = ReadBody(response.body.substr(0, kMostBody), response.status / 100 != 2);
  if (response.body.size() > kMostBody) {
    ReadUsageAtEnd(response.body.substr(std::max(kMostBody, response.body.size() - kBodyEnd)), &body);
  }
  ReadAwsHeaders(response.headers, &body);
  Classification found;
  found.row = RowOf(response, body);
  found.outcome = found.row->outcome;
  found.scope = found.row->scope;
  found.callers_timeout = found.row->field == RowField::kCallersTimeout;
  const bool limited = found.outcome == Outcome::kRateLimited;
  if (limited || found.outcome == Outcome::kServerError || (found.outcome == Outcome::kTimedOut && !found.callers_timeout)) {
    found.retry_after_ms = RetryAfter(response.headers, body, now_ms, limited, limited);
  }
  found.input_tokens = body.input_tokens + body.cache_read_tokens + body.cache_written_tokens;
  found.output_tokens = body.output_tokens;
  found.tokens = std::max(body.all_tokens, found.input_tokens + found.output_tokens);
  return found;
}

bool IsReadHeader(std::string_view name) noexcept {
  return IsRetryHeader(name) || SameWord(name, kAwsErrorType) || SameWord(name, kAwsInputTokens) ||
         SameWord(name, kAwsOutputTokens);
}

std::span<const ResponseRow> ResponseRows() noexcept { return kRows; }
std::span<const ProviderDialect> ProviderDialects() noexcept { return kProviders; }

std::string_view ParentOf(std::string_view dialect) noexcept {
  for (const Dialect& one : kDialects) {
    if (one.name == dialect) return one.parent;
  }
  return kGeneric;
}

std::string_view ToString(Outcome outcome) {
  constexpr std::string_view kWords[] = {"none",      "ok",           "rate_limited", "unauthorized", "out_of_credit",
                                         "timed_out", "server_error", "caller_error"};
  return kWords[static_cast<size_t>(outcome)];
}

bool HasDialect(std::string_view provider) noexcept { return FindDialect(provider) != nullptr; }

std::string_view ToString(LimitScope scope) { return scope == LimitScope::kModel ? "model" : "credential"; }

std::string_view ToString(RowField field) {
  constexpr std::string_view kWords[] = {"status",  "word",    "begins", "has",       "ok",    "callers_timeout",
                                         "timeout", "connect", "broken", "cancelled", "unsaid"};
  return kWords[static_cast<size_t>(field)];
}

}  // namespace keyrule::evaluator
