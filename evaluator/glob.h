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

  // Without a star: the text it is.
  bool is_literal() const { return pieces_.size() == 1; }
  // What every text that matches begins and ends with.
  const std::string& first() const { return pieces_.front(); }
  const std::string& last() const { return pieces_.back(); }
  // As it is written in a policy.
  std::string pattern() const;

 private:
  std::vector<std::string> pieces_;  // the literal runs; n stars make n + 1 pieces
};

}  // namespace keyrule::evaluator
