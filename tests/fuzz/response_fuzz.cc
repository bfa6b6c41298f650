// Any bytes as a provider's response: a head of lines, an empty line, a body. What is found stays within its bounds, points to a
// row of the table, and is the same when asked again.
#include <algorithm>
#include <iterator>
#include <string_view>
#include <vector>

#include "evaluator/response.h"
#include "evaluator/response_body.h"
#include "evaluator/retry_after.h"
#include "tests/fuzz/fuzz_driver.h"

namespace keyrule::dsl {
namespace {

constexpr int64_t kNow = 1'795'694'400'000;

std::string_view TakeLine(std::string_view* text) {
  const std::string_view line = text->substr(0, text->find('\n'));
  text->remove_prefix(std::min(text->size(), line.size() + 1));
  return line;
}

int StatusOf(std::string_view line) {
  int status = 0;
  for (const char c : line.substr(std::min(line.size(), line.find(' ') + 1), 3)) {
    if (c >= '0' && c <= '9') status = status * 10 + (c - '0');
  }
  return status;
}

}  // namespace

void Try(std::string_view text) {
  evaluator::Response response;
  std::vector<evaluator::Header> headers;
  for (std::string_view line = TakeLine(&text); !line.empty(); line = TakeLine(&text)) {
    if (line.starts_with("# provider: ")) response.provider = line.substr(12);
    if (line.starts_with("HTTP/")) response.status = StatusOf(line);
    const size_t colon = line.find(':');
    if (colon != std::string_view::npos) headers.push_back({line.substr(0, colon), line.substr(colon + 1)});
  }
  response.headers = headers;
  response.body = text;
  response.failure = static_cast<evaluator::Failure>(text.size() % 5);
  const auto rows = evaluator::ResponseRows();
  for (const evaluator::ProviderDialect& known : evaluator::ProviderDialects()) {
    if (known.provider != response.provider && text.size() % 7 != 0) continue;
    response.provider = known.provider;
    const evaluator::Classification found = evaluator::Classify(response, kNow);
    Require(found.row >= rows.data() && found.row < rows.data() + rows.size(), "no row");
    Require(found.retry_after_ms >= 0 && found.retry_after_ms <= evaluator::kMostRetryAfterMs, "a time out of bounds");
    Require(found.input_tokens >= 0 && found.output_tokens >= 0 && found.tokens >= found.input_tokens, "tokens out of bounds");
    const evaluator::Classification again = evaluator::Classify(response, kNow);
    Require(found.row == again.row && found.retry_after_ms == again.retry_after_ms, "not the same again");
  }
  evaluator::ParseHttpDate(text);
  if (const auto span = evaluator::ParseSpan(text)) Require(*span >= 0 && *span <= evaluator::kMostRetryAfterMs, "a span");
}

}  // namespace keyrule::dsl
