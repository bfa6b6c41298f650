// keyrule_response to what the evaluator classifies, and back.
#pragma once

#include <array>
#include <cstddef>

#include "evaluator/response.h"
#include "keyrule/keyrule.h"

namespace keyrule::plugin_api {

// Views into the host's response. Only the headers that are looked at, and of those no more than there is room for.
class ResponseReader {
 public:
  // Null, or what is wrong with the response.
  const char* Read(const keyrule_response& given) noexcept;

  const evaluator::Response& response() const noexcept { return response_; }

 private:
  static constexpr size_t kMostHeaders = 32;

  evaluator::Response response_;
  std::array<evaluator::Header, kMostHeaders> headers_;
};

keyrule_classification ToAbi(const evaluator::Classification& found) noexcept;

// What report_response reports.
keyrule_report ReportOf(const keyrule_response& response, const keyrule_classification& found) noexcept;

}  // namespace keyrule::plugin_api
