#include "plugin_api/response_reader.h"

#include "plugin_api/abi_text.h"

namespace keyrule::plugin_api {

static_assert(KEYRULE_MAX_BODY == evaluator::kMostBody);

const char* ResponseReader::Read(const keyrule_response& given) noexcept {
  if (given.header_count != 0 && given.headers == nullptr) return "headers have a count but are null";
  if (IsBroken(given.provider)) return "the provider has a length but no bytes";
  if (given.body.len != 0 && given.body.ptr == nullptr) return "the body has a length but no bytes";
  if (given.failure < KEYRULE_FAILURE_NONE || given.failure > KEYRULE_FAILURE_CANCELLED) return "there is no such failure";
  if ((given.flags & ~uint32_t{KEYRULE_CALLERS_TIMEOUT}) != 0) return "there is no such flag";
  if (given.timeout_ms < 0 || given.elapsed_ms < 0 || given.latency_ms < 0 || given.tokens < 0 || given.cost_micro_usd < 0) {
    return "a number is below 0";
  }
  size_t count = 0;
  for (size_t i = 0; i < given.header_count && count < kMostHeaders; ++i) {
    const keyrule_header& header = given.headers[i];
    if (IsBroken(header.name) || IsBroken(header.value)) return "a header has a length but no bytes";
    if (evaluator::IsReadHeader(View(header.name))) headers_[count++] = {View(header.name), View(header.value)};
  }
  response_.provider = View(given.provider);
  response_.status = given.status;
  response_.headers = {headers_.data(), count};
  response_.body = View(given.body);
  response_.failure = static_cast<evaluator::Failure>(given.failure);
  response_.callers_timeout = (given.flags & KEYRULE_CALLERS_TIMEOUT) != 0;
  response_.timeout_ms = given.timeout_ms;
  response_.elapsed_ms = given.elapsed_ms;
  return nullptr;
}

keyrule_classification ToAbi(const evaluator::Classification& found) noexcept {
  keyrule_classification ours = KEYRULE_CLASSIFICATION_INIT;
  ours.outcome = static_cast<keyrule_outcome>(found.outcome);
  if (found.callers_timeout) ours.flags |= KEYRULE_CALLERS_TIMEOUT;
  if (found.scope == evaluator::LimitScope::kModel) ours.flags |= KEYRULE_LIMIT_OF_MODEL;
  ours.retry_after_ms = found.retry_after_ms;
  ours.input_tokens = found.input_tokens;
  ours.output_tokens = found.output_tokens;
  ours.tokens = found.tokens;
  ours.row = Str(found.row->id);
  return ours;
}

keyrule_report ReportOf(const keyrule_response& response, const keyrule_classification& found) noexcept {
  keyrule_report report = KEYRULE_REPORT_INIT;
  report.outcome = found.outcome;
  report.flags = found.flags;
  report.retry_after_ms = found.retry_after_ms;
  report.latency_ms = response.latency_ms;
  report.tokens = response.tokens != 0 ? response.tokens : found.tokens;
  report.cost_micro_usd = response.cost_micro_usd;
  return report;
}

}  // namespace keyrule::plugin_api
