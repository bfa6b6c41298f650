// Which capture of queries/highlights.scm each byte of a text gets, as an editor would colour it.
#pragma once

#include <string>
#include <vector>

#include "tests/plugin_api/editors/tree.h"

namespace keyrule::editors {

class Highlights {
 public:
  Highlights();

  // Empty, or where and why the query does not fit the grammar.
  const std::string& error() const { return error_; }

  struct Colours {
    std::vector<std::string> captures;  // one a byte; a node covers the one around it
    std::string captured_twice;         // the first node that two patterns claim
  };
  Colours Of(const Tree& tree, size_t size) const;

 private:
  std::unique_ptr<TSQuery, void (*)(TSQuery*)> query_;
  std::string error_;
};

}  // namespace keyrule::editors
