// Results of tests as JUnit XML, the form that build servers read.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace keyrule::command {

struct JunitCase {
  std::string name;
  std::string file;  // where it is written
  uint32_t line = 0;
  int64_t micros = 0;
  // Empty: passed. `error`: it could not run at all.
  std::string message;
  std::string text;
  std::string code;  // KR0703
  bool error = false;
};

struct JunitSuite {
  std::string name;  // the policy
  std::vector<JunitCase> cases;
};

std::string JunitXml(const std::vector<JunitSuite>& suites);

}  // namespace keyrule::command
