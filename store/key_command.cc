#include "store/key_command.h"

#include <algorithm>
#include <cctype>

#include "store/child_program.h"
#include "store/crypto.h"
#include "store/key_text.h"

namespace keyrule::store {
namespace {

constexpr size_t kShownErrors = 200;  // bytes
constexpr size_t kHexRun = 16;        // as long may be a part of a key

// The last line that says something, fit to be shown.
std::string LastLine(std::string_view errors) {
  while (!errors.empty() && std::isspace(static_cast<unsigned char>(errors.back())) != 0) {
    errors.remove_suffix(1);
  }
  const size_t line = errors.rfind('\n');
  if (line != std::string_view::npos) errors.remove_prefix(line + 1);
  std::string shown;
  size_t run = 0;
  for (const char c : errors) {
    const auto byte = static_cast<unsigned char>(c);
    run = std::isxdigit(byte) != 0 ? run + 1 : 0;
    shown.push_back(byte < 0x20 || byte == 0x7f || byte >= 0x80 ? '?' : c);
    if (run == kHexRun) shown.replace(shown.size() - kHexRun, kHexRun, "…");
    if (run > kHexRun) shown.pop_back();
  }
  if (shown.size() > kShownErrors) {
    shown.resize(kShownErrors);
    while (static_cast<unsigned char>(shown.back()) >= 0x80) shown.pop_back();
    shown += "…";
  }
  return shown;
}

}  // namespace

std::string KeyCommand::name() const {
  return "command:" + words_.front() + (words_.size() > 1 ? " …" : "");
}

Result<Secret> KeyCommand::Load() const {
  Result<ProgramEnd> end = RunProgram(words_, kKeyTextSize, time_);
  if (!end.ok()) {
    return Status(end.status().code(), name(), end.status().what(), end.status().mend());
  }
  std::string what;
  switch (end->how) {
    case ProgramEnd::How::kTooMuch:
      return Status(Code::kKeyMalformed, name(), "the program writes more than a master key",
                    "let it write the two lines of a key file and nothing else");
    case ProgramEnd::How::kTimeout:
      what = "the program did not end in " + std::to_string(time_.count()) + " ms, and was killed";
      break;
    case ProgramEnd::How::kSignalled:
      what = "the program was ended by signal " + std::to_string(end->code);
      break;
    case ProgramEnd::How::kExited:
      if (end->code != 0) what = "the program ended with exit code " + std::to_string(end->code);
      break;
    case ProgramEnd::How::kUnknown:
      break;
  }
  if (!what.empty()) {
    const std::string said = LastLine(end->errors);
    if (!said.empty()) what += ", saying: " + said;
    return Status(Code::kKeyFailed, name(), what, "run it by hand to see why");
  }
  return ParseKeyText(AsText(end->output.Expose()), LastBreak::kOptional, name());
}

}  // namespace keyrule::store
