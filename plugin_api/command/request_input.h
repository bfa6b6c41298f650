// Requests from `--set` and from files.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "evaluator/program.h"
#include "evaluator/request_builder.h"
#include "plugin_api/command/options.h"

namespace keyrule::command {

// What --at says, or now. Prints what is wrong.
Exit ReadMoment(const std::string& at, const Options& options, int64_t* unix_ms);

// One builder for each object of the file (one object a line; one object over several lines is one request), or a single
// empty one without a file; then the assignments, in each. Prints what is wrong.
Exit ReadRequests(const std::string& file, const std::vector<std::string>& assignments,
                  const std::shared_ptr<const evaluator::Program>& program, const Options& options,
                  std::vector<std::unique_ptr<evaluator::RequestBuilder>>* requests);

}  // namespace keyrule::command
