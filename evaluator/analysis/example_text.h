// Examples as a test in a policy writes them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "evaluator/analysis/space.h"
#include "evaluator/request_builder.h"

namespace keyrule::analysis {

// `inputs."client-id"`: a part of a path that is no word is quoted.
std::string PathText(std::string_view path);
// As policies write it: without a fraction, and without seconds where they are none.
std::string TimestampText(int64_t unix_ms);
// `"invoices"`, `500`, `["a", "b"]`; empty: absent.
std::string ValueText(const Assignment& assignment);
// `app.id = "invoices", request.tokens = 500`: what a test writes behind `request with`; empty if nothing is set.
std::string SettingsText(const Example& example);
// The steps of a test up to its request: `clock 2026-01-05T22:00Z` where that matters, `request with …`.
std::vector<std::string> RequestSteps(const Example& example);
// Gives a request what the example says. False: it does not fit the schema, which is a fault of the analysis.
bool Apply(const Example& example, evaluator::RequestBuilder* builder);

}  // namespace keyrule::analysis
