#include "store/located_json.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>
#include <unordered_set>
#include <utility>

namespace keyrule::store {
namespace {

using Json = nlohmann::json;

constexpr size_t kMaxDepth = 32;

// Walks over the text and tells where the parser stands: its callbacks do not.
class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* at, const char** position) : at_(at), position_(position) {}
  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    *position_ = ++at_;
    return *this;
  }
  CountingIterator operator++(int) {
    CountingIterator before = *this;
    ++*this;
    return before;
  }
  friend bool operator==(const CountingIterator& a, const CountingIterator& b) {
    return a.at_ == b.at_;
  }

 private:
  const char* at_;
  const char** position_;
};

// Builds the tree from the parser's callbacks. Each returns whether to go on.
class Builder final : public nlohmann::json_sax<Json> {
 public:
  Builder(std::string_view text, const IsSecret& is_secret, JsonDocument* document)
      : text_(text), is_secret_(is_secret), document_(document), position_(text.data()) {}

  const char** position() { return &position_; }

  bool null() override {
    Leaf(JsonNode::Kind::kNull);
    return true;
  }
  bool boolean(bool value) override {
    Leaf(JsonNode::Kind::kBool).boolean = value;
    return true;
  }
  bool number_integer(int64_t value) override {
    Leaf(JsonNode::Kind::kInteger).integer = value;
    return true;
  }
  bool number_unsigned(uint64_t value) override {
    if (value > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
      return number_float(0, std::string());
    }
    return number_integer(static_cast<int64_t>(value));
  }
  bool number_float(double, const std::string&) override {
    Leaf(JsonNode::Kind::kNumber);
    return true;
  }
  bool binary(Json::binary_t&) override { return false; }  // not in JSON text

  bool string(std::string& value) override {
    const bool secret = secret_depth_ != 0;  // Leaf may end the secret part
    JsonNode& node = Leaf(JsonNode::Kind::kString);
    node.text_size = value.size();
    if (!secret) node.text = value;
    OPENSSL_cleanse(value.data(), value.size());
    return true;
  }

  bool start_object(size_t) override { return Open(JsonNode::Kind::kObject); }
  bool start_array(size_t) override { return Open(JsonNode::Kind::kArray); }
  bool end_object() override { return Close(); }
  bool end_array() override { return Close(); }

  bool key(std::string& value) override {
    name_begin_ = TokenBegin();
    token_end_ = Offset();
    Level& level = levels_.back();
    if (!level.names.insert(value).second) {
      return Problem(name_begin_, "the same name stands twice in this object", "remove one");
    }
    name_ = value;
    if (secret_depth_ == 0 && is_secret_(levels_.size(), name_)) secret_depth_ = levels_.size() + 1;
    return true;
  }

  // `position` counts the bytes read, the end of the text as one.
  bool parse_error(size_t position, const std::string&,
                   const nlohmann::detail::exception&) override {
    // The parser's own text quotes what it read last, which may be a secret.
    if (position > text_.size()) {
      return Problem(text_.size(), "the file ends in the middle of the JSON",
                     "close what is open: a quote, a bracket or a brace");
    }
    return Problem(position == 0 ? 0 : position - 1, "this is not JSON",
                   "look here, or just before, for a missing comma, quote, bracket or brace");
  }

 private:
  struct Level {
    JsonNode node;
    std::unordered_set<std::string> names;
  };

  size_t Offset() const { return static_cast<size_t>(position_ - text_.data()); }

  // Where the token begins that the parser has just read: between it and the one before are only
  // spaces, commas and colons.
  size_t TokenBegin() const {
    return std::min(text_.find_first_not_of(" \t\r\n,:", token_end_), text_.size());
  }

  bool Problem(size_t offset, const char* what, const char* mend) {
    document_->problems.push_back({offset, what, mend});
    return false;
  }

  JsonNode Begin(JsonNode::Kind kind) {
    JsonNode node;
    node.kind = kind;
    node.begin = TokenBegin();
    node.name = std::exchange(name_, std::string());
    node.name_begin = name_begin_;
    return node;
  }

  JsonNode& Leaf(JsonNode::Kind kind) {
    JsonNode node = Begin(kind);
    // The parser reads one byte too far to see that a number ends.
    const bool number = kind == JsonNode::Kind::kInteger || kind == JsonNode::Kind::kNumber;
    node.end = number
                   ? std::min(text_.find_first_not_of("+-.0123456789eE", node.begin), text_.size())
                   : Offset();
    token_end_ = node.end;
    return Add(std::move(node));
  }

  bool Open(JsonNode::Kind kind) {
    if (levels_.size() == kMaxDepth) {
      return Problem(Offset() - 1, "it is nested more than 32 levels deep", "flatten it");
    }
    levels_.push_back({Begin(kind), {}});
    token_end_ = Offset();
    return true;
  }

  bool Close() {
    JsonNode node = std::move(levels_.back().node);
    levels_.pop_back();
    if (secret_depth_ > levels_.size()) secret_depth_ = 0;
    node.end = token_end_ = Offset();
    Add(std::move(node));
    return true;
  }

  JsonNode& Add(JsonNode node) {
    if (levels_.empty()) return document_->root = std::move(node);
    // A secret that is a single value ends with it.
    if (secret_depth_ > levels_.size()) secret_depth_ = 0;
    return levels_.back().node.children.emplace_back(std::move(node));
  }

  const std::string_view text_;
  const IsSecret& is_secret_;
  JsonDocument* const document_;
  const char* position_;
  size_t token_end_ = 0;
  std::vector<Level> levels_;
  std::string name_;
  size_t name_begin_ = 0;
  size_t secret_depth_ = 0;  // the number of levels at which the secret part begins; 0: outside
};

}  // namespace

const JsonNode* JsonNode::Find(std::string_view wanted) const {
  for (const JsonNode& child : children) {
    if (child.name == wanted) return &child;
  }
  return nullptr;
}

JsonDocument ParseLocatedJson(std::string_view text, const IsSecret& is_secret) {
  JsonDocument document;
  if (const size_t bad = FindInvalidUtf8(text); bad != text.size()) {
    document.problems.push_back({bad, "this byte is not UTF-8", "save the file as UTF-8"});
    return document;
  }
  Builder builder(text, is_secret, &document);
  const CountingIterator begin(text.data(), builder.position());
  const CountingIterator end(text.data() + text.size(), builder.position());
  if (!Json::sax_parse(begin, end, &builder) && document.problems.empty()) {
    document.problems.push_back({0, "this is not JSON", "look for a missing bracket or brace"});
  }
  return document;
}

TextPlace PlaceOf(std::string_view text, size_t offset) {
  TextPlace place;
  for (char c : text.substr(0, offset)) {
    if (c == '\n') {
      ++place.line;
      place.column = 1;
    } else if ((static_cast<unsigned char>(c) & 0xc0) != 0x80) {
      ++place.column;
    }
  }
  return place;
}

size_t LineCounter::LineOf(size_t offset) {
  line_ += static_cast<size_t>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(counted_),
                                          text_.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
  counted_ = offset;
  return line_;
}

}  // namespace keyrule::store
