#include "evaluator/analysis/pattern_words.h"

#include <algorithm>
#include <charconv>

namespace keyrule::analysis {
namespace {

constexpr size_t kMostWords = 64;
constexpr int kMostDepth = 64;
constexpr uint32_t kMostRepeats = 256;

using Words = std::vector<std::string>;

// Walks the pattern and keeps what the parts of it may be. It knows the syntax that people write; where it does not, its
// words are simply not found by the pattern.
class Walk {
 public:
  explicit Walk(std::string_view pattern) : rest_(pattern) {}
  Words Run() { return Alternatives(0); }

 private:
  Words Alternatives(int depth) {
    Words all;
    do {
      for (std::string& word : Sequence(depth)) {
        if (all.size() < kMostWords) all.push_back(std::move(word));
      }
    } while (Take('|'));
    return all;
  }

  Words Sequence(int depth) {
    Words words = {""};
    while (!rest_.empty() && rest_[0] != '|' && rest_[0] != ')') {
      Words part = Piece(depth);
      const uint32_t times = LeastTimes();
      for (uint32_t i = 0; i < times; ++i) {
        Words longer;
        for (const std::string& word : words) {
          for (const std::string& more : part) {
            if (longer.size() < kMostWords) longer.push_back(word + more);
          }
        }
        words = std::move(longer);
      }
    }
    return words;
  }

  Words Piece(int depth) {
    const char c = rest_[0];
    rest_.remove_prefix(1);
    if (c == '^' || c == '$') return {""};
    if (c == '.') return {"1"};
    if (c == '[') return {Class()};
    if (c == '\\') return {Escape()};
    if (c != '(' || depth > kMostDepth) return {std::string(1, c)};
    if (rest_.starts_with("?P<") || rest_.starts_with("?<")) {
      rest_.remove_prefix(std::min(rest_.find('>') + 1, rest_.size()));
    } else if (rest_.starts_with("?")) {
      rest_.remove_prefix(std::min(rest_.find(':') + 1, rest_.size()));
    }
    Words words = Alternatives(depth + 1);
    Take(')');
    return words;
  }

  std::string Escape() {
    if (rest_.empty()) return {};
    const char c = rest_[0];
    rest_.remove_prefix(1);
    switch (c) {
      case 'd': return "1";
      case 'w': return "a";
      case 's': return " ";
      case 'D': case 'S': return "a";
      case 'W': return "-";
      case 't': return "\t";
      case 'n': return "\n";
      case 'b': case 'B': case 'A': case 'z': return {};
      default: return std::string(1, c);
    }
  }

  // A character of a class: its first, or one that is not in it.
  std::string Class() {
    const bool negated = Take('^');
    std::string members;
    for (bool first = true; !rest_.empty() && (first || rest_[0] != ']'); first = false) {
      if (rest_.starts_with("[:")) {
        const size_t end = rest_.find(":]");
        const std::string_view name = rest_.substr(2, end == std::string_view::npos ? 0 : end - 2);
        members += name == "digit" ? "1" : name == "upper" ? "A" : name == "space" ? " " : "a";
        rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 2);
        continue;
      }
      if (Take('\\')) {
        members += Escape();
        continue;
      }
      const char low = rest_[0];
      rest_.remove_prefix(1);
      members += low;
      if (rest_.size() < 2 || rest_[0] != '-' || rest_[1] == ']') continue;
      const char high = rest_[1];
      rest_.remove_prefix(2);
      for (char c = low; c < high && members.size() < 256; ++c) members += static_cast<char>(c + 1);
    }
    Take(']');
    if (!negated) return members.substr(0, 1);
    for (const char c : std::string_view("1a-_ A.x0")) {
      if (members.find(c) == std::string::npos) return std::string(1, c);
    }
    return "~";
  }

  // Of a repetition behind a piece: how often at least.
  uint32_t LeastTimes() {
    uint32_t times = 1;
    if (Take('*') || Take('?')) {
      times = 0;
    } else if (Take('+')) {
      times = 1;
    } else if (rest_.starts_with("{") && rest_.find('}') != std::string_view::npos) {
      const auto [end, error] = std::from_chars(rest_.data() + 1, rest_.data() + rest_.size(), times);
      if (error != std::errc()) return 1;
      rest_.remove_prefix(rest_.find('}') + 1);
    } else {
      return 1;
    }
    Take('?');
    return std::min(times, kMostRepeats);
  }

  bool Take(char c) {
    if (rest_.empty() || rest_[0] != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  std::string_view rest_;
};

}  // namespace

std::vector<std::string> TextsOfPattern(std::string_view pattern, std::string_view prefix) {
  const std::vector<std::string> words = Walk(pattern).Run();
  std::vector<std::string> texts;
  for (const std::string& word : words) {
    for (const std::string& text : {word, std::string(prefix) + word, std::string(prefix) + "1" + word}) {
      if (!text.empty() && std::find(texts.begin(), texts.end(), text) == texts.end()) texts.push_back(text);
    }
  }
  return texts;
}

}  // namespace keyrule::analysis
