// JSON with the place of every value, so that an error can say line and column.

#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "store/utf8.h"

namespace keyrule::store {

struct JsonNode {
  enum class Kind { kNull, kBool, kInteger, kNumber, kString, kArray, kObject };

  JsonNode() = default;
  JsonNode(JsonNode&&) = default;
  JsonNode& operator=(JsonNode&&) = default;

  // The member with this name, or null.
  const JsonNode* Find(std::string_view name) const;

  Kind kind = Kind::kNull;
  size_t begin = 0;  // byte offsets of the value in the text
  size_t end = 0;
  std::string name;       // as a member of an object
  size_t name_begin = 0;  // where that stands
  bool boolean = false;
  int64_t integer = 0;
  std::string text;      // of a string outside secret parts
  size_t text_size = 0;  // of any string, decoded
  std::vector<JsonNode> children;
};

// Something wrong with the text, at a byte.
struct JsonProblem {
  size_t offset = 0;
  std::string what;
  std::string mend;
};

struct JsonDocument {
  JsonNode root;
  std::vector<JsonProblem> problems;  // root is usable only when empty
};

// Is the value of the member `name`, `depth` containers deep, secret? Then its strings are
// measured, not kept, and wiped from the parser's buffer.
using IsSecret = std::function<bool(size_t depth, std::string_view name)>;

// Parses a whole text; never throws but std::bad_alloc. Names that stand twice in an object, more
// than 32 levels, and bytes that are not UTF-8 are problems too. No problem quotes the text.
JsonDocument ParseLocatedJson(std::string_view text, const IsSecret& is_secret);

// Line and column of a byte, both from 1; columns count characters.
struct TextPlace {
  size_t line = 1;
  size_t column = 1;
};
TextPlace PlaceOf(std::string_view text, size_t offset);

// The lines of many bytes of a text, asked for from front to back: counts each line once.
class LineCounter {
 public:
  explicit LineCounter(std::string_view text) : text_(text) {}

  size_t LineOf(size_t offset);  // not before the last one; from 1

 private:
  const std::string_view text_;
  size_t counted_ = 0;
  size_t line_ = 1;
};

}  // namespace keyrule::store
