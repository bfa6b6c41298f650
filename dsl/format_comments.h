// Comments and blank lines of a text, by the token they stand before. Private to dsl/.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "dsl/token.h"

namespace keyrule::dsl {

struct Comment {
  std::string_view text;  // from `#`, without blanks at its end
  bool trails = false;    // stands behind a token, on its line
  bool blank = false;     // a blank line stands before it
};

class Comments {
 public:
  explicit Comments(const Tokens& tokens);

  // The comments in the gap before a token.
  const Comment* begin(uint32_t token) const { return all_.data() + first_[token]; }
  const Comment* end(uint32_t token) const { return all_.data() + first_[token + 1]; }
  // Whether there are any in the gaps before the tokens from … last.
  bool Any(uint32_t from, uint32_t last) const {
    return from <= last && first_[last + 1] > first_[from];
  }
  // A blank line stands right before a token.
  bool Blank(uint32_t token) const { return blank_[token]; }

 private:
  void Read(std::string_view text, size_t at, size_t end, bool start);

  std::vector<Comment> all_;
  std::vector<uint32_t> first_;  // by token, and one more
  std::vector<bool> blank_;
};

}  // namespace keyrule::dsl
