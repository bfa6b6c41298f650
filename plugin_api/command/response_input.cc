#include "plugin_api/command/response_input.h"

#include <cstdio>
#include <utility>

#include "store/posix_file.h"

namespace keyrule::command {
namespace {

constexpr size_t kMostText = size_t{16} * 1024 * 1024;

std::string ReadStandardInput() {
  std::string text;
  char buffer[4096];
  size_t count;
  while (text.size() < kMostText && (count = std::fread(buffer, 1, sizeof(buffer), stdin)) > 0) text.append(buffer, count);
  return text;
}

// A line without its end; takes it off the text.
std::string_view TakeLine(std::string_view* text) {
  const size_t end = text->find('\n');
  std::string_view line = text->substr(0, end);
  text->remove_prefix(end == std::string_view::npos ? text->size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

// "HTTP/2 429": 429; 0: none there.
int StatusOf(std::string_view line) {
  const size_t blank = line.find(' ');
  if (!line.starts_with("HTTP/") || blank == std::string_view::npos || line.size() < blank + 4) return 0;
  int status = 0;
  for (const char c : line.substr(blank + 1, 3)) {
    if (c < '0' || c > '9') return 0;
    status = status * 10 + (c - '0');
  }
  return status;
}

}  // namespace

Exit ReadResponse(const std::string& file, const Options& options, ResponseInput* input) {
  if (file == "-") {
    input->text = ReadStandardInput();
  } else {
    store::Result<std::string> read = store::ReadSmallFile(file, kMostText);
    if (!read.ok()) return options.console().Error(read.status()), Exit::kFile;
    input->text = *std::move(read);
  }
  TakeApart(input);
  return Exit::kYes;
}

void TakeApart(ResponseInput* input) {
  std::string_view rest = input->text;
  while (rest.starts_with('#')) TakeLine(&rest);
  while (rest.starts_with("HTTP/")) {
    std::string_view after = rest;
    const int status = StatusOf(TakeLine(&after));
    if (status == 0) break;
    input->status = status;
    input->headers.clear();
    rest = after;
    while (!rest.empty()) {
      const std::string_view line = TakeLine(&rest);
      if (line.empty()) break;
      const size_t colon = line.find(':');
      if (colon != std::string_view::npos) input->headers.push_back({line.substr(0, colon), line.substr(colon + 1)});
    }
  }
  input->body = rest;
}

}  // namespace keyrule::command
