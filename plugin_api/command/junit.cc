#include "plugin_api/command/junit.h"

#include <algorithm>

#include "dsl/unicode.h"

namespace keyrule::command {
namespace {

// Characters that XML 1.0 cannot hold, not even escaped, become U+FFFD.
bool IsXmlCharacter(char32_t code) {
  return code == '\t' || code == '\n' || code == '\r' || (code >= 0x20 && code < 0xD800) ||
         (code >= 0xE000 && code < 0xFFFE) || code >= 0x10000;
}

void AppendEscaped(std::string_view text, bool attribute, std::string* out) {
  for (size_t at = 0; at < text.size();) {
    const dsl::Character character = dsl::DecodeAt(text, at);
    at += character.size;
    const char32_t code = character.valid && IsXmlCharacter(character.code) ? character.code : 0xFFFD;
    if (code == '&') {
      *out += "&amp;";
    } else if (code == '<') {
      *out += "&lt;";
    } else if (code == '>') {
      *out += "&gt;";
    } else if (code == '"' && attribute) {
      *out += "&quot;";
    } else if (code < 0x20 && (attribute || code == '\r')) {  // a reader would make blanks of them
      *out += "&#" + std::to_string(static_cast<uint32_t>(code)) + ";";
    } else {
      dsl::AppendUtf8(*out, code);
    }
  }
}

void AppendAttribute(std::string_view name, std::string_view value, std::string* out) {
  *out += ' ';
  *out += name;
  *out += "=\"";
  AppendEscaped(value, true, out);
  *out += '"';
}

std::string Seconds(int64_t micros) {
  const std::string rest = std::to_string(micros % 1'000'000);
  return std::to_string(micros / 1'000'000) + "." + std::string(6 - rest.size(), '0') + rest;
}

struct Counts {
  size_t tests = 0, failures = 0, errors = 0;
  int64_t micros = 0;

  explicit Counts(const std::vector<JunitSuite>& suites) {
    for (const JunitSuite& suite : suites) Add(suite);
  }
  explicit Counts(const JunitSuite& suite) { Add(suite); }
  void Add(const JunitSuite& suite) {
    for (const JunitCase& test : suite.cases) {
      ++tests;
      micros += test.micros;
      if (test.error) ++errors;
      if (!test.error && !test.message.empty()) ++failures;
    }
  }
  void Append(std::string* out) const {
    AppendAttribute("tests", std::to_string(tests), out);
    AppendAttribute("failures", std::to_string(failures), out);
    AppendAttribute("errors", std::to_string(errors), out);
    AppendAttribute("time", Seconds(micros), out);
  }
};

void AppendCase(const JunitSuite& suite, const JunitCase& test, std::string* out) {
  *out += "    <testcase";
  AppendAttribute("name", test.name, out);
  AppendAttribute("classname", suite.name, out);
  AppendAttribute("file", test.file, out);
  if (test.line != 0) AppendAttribute("line", std::to_string(test.line), out);
  AppendAttribute("time", Seconds(test.micros), out);
  if (test.message.empty()) {
    *out += "/>\n";
    return;
  }
  const std::string_view element = test.error ? "error" : "failure";
  *out += ">\n      <";
  *out += element;
  AppendAttribute("message", test.message, out);
  AppendAttribute("type", test.code, out);
  *out += '>';
  AppendEscaped(test.text, false, out);
  *out += "</";
  *out += element;
  *out += ">\n    </testcase>\n";
}

}  // namespace

std::string JunitXml(const std::vector<JunitSuite>& suites) {
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites";
  AppendAttribute("name", "keyrule test", &out);
  Counts(suites).Append(&out);
  out += ">\n";
  for (const JunitSuite& suite : suites) {
    out += "  <testsuite";
    AppendAttribute("name", suite.name, &out);
    Counts(suite).Append(&out);
    out += ">\n";
    for (const JunitCase& test : suite.cases) AppendCase(suite, test, &out);
    out += "  </testsuite>\n";
  }
  return out + "</testsuites>\n";
}

}  // namespace keyrule::command
