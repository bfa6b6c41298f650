// How the program itself reads a text: its scan and its grammar, without limits, values and names.
#pragma once

#include <string>
#include <vector>

#include "dsl/source.h"
#include "dsl/syntax_tree.h"
#include "dsl/token.h"

namespace keyrule::editors {

class ProgramReading {
 public:
  explicit ProgramReading(std::string text);
  ProgramReading(const ProgramReading&) = delete;
  ProgramReading& operator=(const ProgramReading&) = delete;

  bool complete() const { return complete_; }
  const dsl::Tokens& tokens() const { return tokens_; }
  const std::vector<dsl::Node>& nodes() const { return nodes_; }  // parents before their children

 private:
  bool Scan();
  bool Recognize();

  dsl::Sources sources_;
  dsl::Tokens tokens_;
  std::vector<dsl::Node> nodes_;
  bool complete_ = false;
};

}  // namespace keyrule::editors
