// `like` patterns: `*` is any run of characters, `\*` a star, all else literal, the whole text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace keyrule::evaluator {

class Glob {
 public:
  explicit Glob(std::string_view pattern);
  // Linear in the text for each piece between stars; no allocation.
  bool Matches(std::string_view text) const noexcept;

 private:
  std::vector<std::string> pieces_;  // the literal runs; n stars make n + 1 pieces
};

}  // namespace keyrule::evaluator
