// A response as people paste it: as `curl -i` prints it, or what a log has of it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "evaluator/response.h"
#include "plugin_api/command/options.h"

namespace keyrule::command {

struct ResponseInput {
  std::string text;  // the views below point into it
  int status = 0;
  std::vector<evaluator::Header> headers;
  std::string_view body;
};

// The file, or standard input for "-". Prints what is wrong.
Exit ReadResponse(const std::string& file, const Options& options, ResponseInput* input);

// Takes `input->text` apart: lines that begin with # before everything else are left out; then "HTTP/1.1 429 …", headers, an
// empty line and the body. Of several such heads (a proxy's, 100 Continue) the last counts. Without a head all of it is body.
void TakeApart(ResponseInput* input);

}  // namespace keyrule::command
