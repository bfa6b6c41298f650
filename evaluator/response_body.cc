#include "evaluator/response_body.h"

#include <algorithm>
#include <optional>

#include "dsl/digit.h"

namespace keyrule::evaluator {
namespace {

using dsl::IsDigit;

constexpr size_t kMostDepth = 16;  // facts stand no deeper than four
constexpr size_t kLongestWord = 64;
constexpr int64_t kMostTokens = 1'000'000'000'000;

char Lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
bool IsBlank(char c) noexcept { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// The whole number that the text is.
std::optional<int64_t> Number(std::string_view text) noexcept {
  if (text.empty() || !std::all_of(text.begin(), text.end(), IsDigit)) return std::nullopt;
  int64_t number = 0;
  for (const char c : text) number = std::min(number * 10 + (c - '0'), kMostTokens);
  return number;
}

void Greatest(std::string_view text, int64_t* number) noexcept { *number = std::max(*number, Number(text).value_or(0)); }

// Reads values and hands each leaf to its facts, with the names on the way to it.
class Scanner {
 public:
  Scanner(std::string_view text, BodyFacts* facts) noexcept : text_(text), facts_(facts) {}

  // One value after the other, up to the end or a mistake.
  void ReadAll() noexcept {
    do {
      while (at_ < text_.size() && (IsBlank(text_[at_]) || text_[at_] == ',')) ++at_;
    } while (at_ < text_.size() && ReadOne());
  }

  // At the name of a member: it, and those behind it.
  void ReadMembers() noexcept {
    levels_[0] = {false, {}};
    depth_ = 1;
    if (SkipBlanks() && ReadName()) ReadOn();
  }

 private:
  struct Level {
    bool array;
    std::string_view name;  // of the member that is being read
  };

  // False after a mistake.
  bool ReadOne() noexcept {
    depth_ = 0;
    return ReadOn();
  }

  bool ReadOn() noexcept {
    while (SkipBlanks()) {
      const char c = text_[at_];
      if (c == '{' || c == '[') {
        if (depth_ == kMostDepth) {
          if (!SkipNested()) return false;
        } else {
          levels_[depth_++] = {c == '[', {}};
          ++at_;
          if (!SkipBlanks()) return false;
          if (text_[at_] != Closing()) {
            if (!ReadName()) return false;
            continue;
          }
          ++at_;
          --depth_;
        }
      } else if (!ReadLeaf()) {
        return false;
      }
      if (!GoOn()) return depth_ == 0;
    }
    return false;
  }

  // After a value: to the next one of this document. False where there is none, and at a mistake.
  bool GoOn() noexcept {
    while (depth_ > 0 && SkipBlanks()) {
      if (text_[at_] == ',') {
        ++at_;
        return SkipBlanks() && ReadName();
      }
      if (text_[at_] != Closing()) return false;
      ++at_;
      --depth_;
    }
    return false;
  }

  char Closing() const noexcept { return levels_[depth_ - 1].array ? ']' : '}'; }

  bool SkipBlanks() noexcept {
    while (at_ < text_.size() && IsBlank(text_[at_])) ++at_;
    return at_ < text_.size();
  }

  bool AtQuote() const noexcept { return text_[at_] == '"' || text_[at_] == '\''; }

  // True in an array, whose members have no names.
  bool ReadName() noexcept {
    Level& level = levels_[depth_ - 1];
    if (level.array) return true;
    if (!AtQuote() || !ReadText(&level.name) || !SkipBlanks() || text_[at_] != ':') return false;
    ++at_;
    return true;
  }

  // At a quote. False if the text's end is missing: *text is then what there is of it.
  bool ReadText(std::string_view* text) noexcept {
    const char quote = text_[at_++];
    const size_t begin = at_;
    // By words of the processor: nearly all of a body is what a model wrote. Each byte is looked at twice at most.
    size_t end = std::min(text_.find(quote, at_), text_.size());
    for (;;) {
      const size_t escape = text_.substr(at_, end - at_).find('\\');
      if (escape == std::string_view::npos) break;
      at_ = std::min(at_ + escape + 2, text_.size());
      if (at_ > end) end = std::min(text_.find(quote, at_), text_.size());
    }
    *text = text_.substr(begin, end - begin);
    at_ = std::min(end + 1, text_.size());
    return end < text_.size();
  }

  bool ReadLeaf() noexcept {
    if (AtQuote()) {
      std::string_view text;
      const bool whole = ReadText(&text);
      Take(text, true);
      return whole;
    }
    const size_t begin = at_;
    while (at_ < text_.size() && (IsDigit(text_[at_]) || (Lower(text_[at_]) >= 'a' && Lower(text_[at_]) <= 'z') ||
                                  text_[at_] == '.' || text_[at_] == '-' || text_[at_] == '+')) {
      ++at_;
    }
    const std::string_view word = text_.substr(begin, at_ - begin);
    if (!word.empty() && !SameWord(word, "null") && !SameWord(word, "none")) Take(word, false);
    return !word.empty();
  }

  // What lies too deep has no facts: only its brackets count.
  bool SkipNested() noexcept {
    size_t open = 0;
    do {
      const char c = text_[at_];
      if (AtQuote()) {
        std::string_view unread;
        if (!ReadText(&unread)) return false;
        continue;
      }
      open += c == '{' || c == '[';
      open -= c == '}' || c == ']';
      ++at_;
    } while (open > 0 && at_ < text_.size());
    return open == 0;
  }

  void Take(std::string_view value, bool quoted) noexcept {
    std::array<std::string_view, 5> path;
    size_t size = 0;
    for (size_t i = 0; i < depth_; ++i) {
      if (levels_[i].array) continue;
      if (size == path.size()) return;
      path[size++] = levels_[i].name;
    }
    std::span<const std::string_view> rest(path.data(), size);
    // An event of OpenAI's Responses, one choice of OpenRouter's, the first event of Anthropic's stream.
    if (size > 1 && (SameWord(path[0], "response") || SameWord(path[0], "choices") ||
                     (SameWord(path[0], "message") && SameWord(path[1], "usage")))) {
      rest = rest.subspan(1);
      if (!SameWord(rest[0], "error") && !SameWord(rest[0], "usage")) return;
    }
    if (rest.empty()) return;
    if (SameWord(rest[0], "error")) return TakeOfError(rest.subspan(1), value, quoted);
    if (rest.size() == 1) return TakeOfAnswer(rest[0], value, quoted);
    if (SameWord(rest[0], "base_resp")) return TakeOfMiniMax(rest[1], value);
    if (rest[0].ends_with("Exception")) return TakeOfAwsEvent(rest[0], rest[1], value);
    if (SameWord(rest[0], "ResponseMetadata") && SameWord(rest[1], "HTTPStatusCode")) return TakeStatus(value);
    TakeOfUsage(rest, value);
  }

  void TakeOfError(std::span<const std::string_view> path, std::string_view value, bool quoted) noexcept {
    if (path.empty()) {  // {"error": "text"}
      if (!quoted || value.empty()) return;
      facts_->has_error = true;
      facts_->message = value;
      return;
    }
    const std::string_view name = path.back();
    if (path.size() == 1) {
      if (SameWord(name, "message") && quoted) {
        facts_->message = value;
      } else if (SameWord(name, "type") || SameWord(name, "code") || SameWord(name, "status") || SameWord(name, "http_code")) {
        facts_->AddWord(value);
        TakeStatus(value);
      } else {
        return;
      }
      facts_->has_error = true;
    } else if (SameWord(path[0], "details") && SameWord(name, "retryDelay")) {
      facts_->retry_delay = value;
    } else if (path.size() == 2 && ((SameWord(path[0], "details") && SameWord(name, "reason")) ||
                                    (SameWord(path[0], "innererror") && SameWord(name, "code")))) {
      facts_->AddWord(value);
    }
  }

  void TakeOfAnswer(std::string_view name, std::string_view value, bool quoted) noexcept {
    if (SameWord(name, "type") || SameWord(name, "code")) {
      facts_->AddWord(value);
      facts_->has_error = facts_->has_error || (SameWord(name, "type") && SameWord(value, "error"));
    } else if (name == "__type") {  // "namespace#ThrottlingException"
      facts_->AddWord(value.substr(value.find('#') + 1));
    } else if (quoted && facts_->message.empty() &&
               (SameWord(name, "message") || SameWord(name, "msg") || SameWord(name, "detail"))) {
      facts_->message = value;
    }
  }

  void TakeOfMiniMax(std::string_view name, std::string_view value) noexcept {
    if (SameWord(name, "status_msg")) facts_->message = value;
    if (!SameWord(name, "status_code") || value == "0") return;
    facts_->AddWord(value);
    facts_->has_error = true;
  }

  void TakeOfAwsEvent(std::string_view event, std::string_view name, std::string_view value) noexcept {
    facts_->AddWord(event);
    facts_->has_error = true;
    if (SameWord(name, "message")) facts_->message = value;
  }

  void TakeStatus(std::string_view value) noexcept {
    const int64_t status = Number(value).value_or(0);
    if (status >= 400 && status < 600) facts_->status = static_cast<int>(status);
  }

  void TakeOfUsage(std::span<const std::string_view> path, std::string_view value) noexcept {
    const bool known = SameWord(path[0], "usage") || SameWord(path[0], "usageMetadata") ||
                       path[0] == "amazon-bedrock-invocationMetrics" ||
                       (SameWord(path[0], "meta") && SameWord(path[1], "tokens"));
    if (!known || path.size() > (SameWord(path[1], "tokens") ? 3 : 2)) return;
    const auto is = [name = path.back()](auto... names) noexcept { return (SameWord(name, names) || ...); };
    if (is("prompt_tokens", "input_tokens", "promptTokenCount", "inputTokens", "inputTokenCount")) {
      Greatest(value, &facts_->input_tokens);
    } else if (is("completion_tokens", "output_tokens", "candidatesTokenCount", "outputTokens", "outputTokenCount")) {
      Greatest(value, &facts_->output_tokens);
    } else if (is("total_tokens", "totalTokenCount", "totalTokens")) {
      Greatest(value, &facts_->all_tokens);
    } else if (is("cache_read_input_tokens")) {
      Greatest(value, &facts_->cache_read_tokens);
    } else if (is("cache_creation_input_tokens")) {
      Greatest(value, &facts_->cache_written_tokens);
    }
  }

  const std::string_view text_;
  BodyFacts* const facts_;
  size_t at_ = 0;
  std::array<Level, kMostDepth> levels_;
  size_t depth_ = 0;
};

void AddUsage(const BodyFacts& from, BodyFacts* to) noexcept {
  to->input_tokens = std::max(to->input_tokens, from.input_tokens);
  to->cache_read_tokens = std::max(to->cache_read_tokens, from.cache_read_tokens);
  to->cache_written_tokens = std::max(to->cache_written_tokens, from.cache_written_tokens);
  to->output_tokens = std::max(to->output_tokens, from.output_tokens);
  to->all_tokens = std::max(to->all_tokens, from.all_tokens);
}

// The last event that is an error has the facts; each may have usage.
BodyFacts ReadEvents(std::string_view body) noexcept {
  BodyFacts all;
  bool is_error = false;  // as the line before said
  while (!body.empty()) {
    const size_t end = std::min(body.find('\n'), body.size() - 1);
    std::string_view line = body.substr(0, end + 1);
    body.remove_prefix(end + 1);
    line = Trimmed(line);
    if (line.empty()) is_error = false;
    if (line.starts_with("event:")) is_error = line.ends_with("error");
    if (!line.starts_with("data:")) continue;
    BodyFacts one;
    Scanner(line.substr(5), &one).ReadAll();
    const BodyFacts before = all;
    if (is_error || one.has_error) {
      all = one;
      all.has_error = true;
    }
    AddUsage(before, &all);
    AddUsage(one, &all);
  }
  return all;
}

bool IsEvents(std::string_view body) noexcept {
  for (const std::string_view name : {"data:", "event:", "id:", "retry:", ":"}) {
    if (body.starts_with(name)) return true;
  }
  return false;
}

// The header of a message in an AWS event stream that says which exception it is: its name, the type 7, two bytes of length.
std::string_view AwsException(std::string_view body) noexcept {
  constexpr std::string_view kName = ":exception-type\x07";
  const size_t found = body.find(kName);
  if (found == std::string_view::npos || body.size() < found + kName.size() + 2) return {};
  const size_t at = found + kName.size();
  const size_t size = static_cast<size_t>(static_cast<unsigned char>(body[at])) << 8 | static_cast<unsigned char>(body[at + 1]);
  return body.substr(at + 2, size);
}

// How SDKs print an answer: "Error code: 429 - {…}" (OpenAI's and Anthropic's for Python), "Error: 429 {…}" (theirs for
// JavaScript), "429 RESOURCE_EXHAUSTED. {…}", "400 API key not valid. …" and "[400 Bad Request] API key not valid. …"
// (Google's). False: it is none. What a message may repeat of a request is not looked for JSON.
bool ReadException(std::string_view text, BodyFacts* facts) noexcept {
  constexpr std::string_view kOfGoogle = "[GoogleGenerativeAI Error]: Error fetching from ";  // an address, ": [400 …"
  if (text.starts_with(kOfGoogle)) text.remove_prefix(std::min(text.find(": [", kOfGoogle.size()), text.size() - 2) + 2);
  for (const std::string_view before : {"Error code: ", "Error: ", "["}) {
    if (!text.starts_with(before)) continue;
    text.remove_prefix(before.size());
    break;
  }
  const bool is_status = text.size() >= 3 && (text[0] == '4' || text[0] == '5') && IsDigit(text[1]) && IsDigit(text[2]) &&
                         (text.size() == 3 || text[3] == ' ' || text[3] == ']');
  if (!is_status) return false;
  facts->status = static_cast<int>(Number(text.substr(0, 3)).value_or(0));
  facts->has_error = true;
  text.remove_prefix(3);
  if (const size_t end = text.find(']'); end < kLongestWord && text.find_first_of("[{") > end) text.remove_prefix(end + 1);
  text = Trimmed(text);
  std::string_view json = text;
  if (json.starts_with("- ")) json.remove_prefix(2);
  size_t word = 0;  // a status in capitals, with a full stop
  while (word < json.size() && ((json[word] >= 'A' && json[word] <= 'Z') || json[word] == '_')) ++word;
  if (word > 0 && json.substr(word).starts_with(". ")) json.remove_prefix(word + 2);
  if (json.starts_with('{') || json.starts_with("[{")) {
    Scanner(json, facts).ReadAll();
  } else {
    facts->message = text;
  }
  return true;
}

}  // namespace

bool SameWord(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return Lower(x) == Lower(y); });
}

std::string_view Trimmed(std::string_view text) noexcept {
  while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
  return text;
}

bool BodyFacts::HasWord(std::string_view word) const noexcept {
  return std::any_of(words().begin(), words().end(), [word](std::string_view one) { return SameWord(one, word); });
}

void BodyFacts::AddWord(std::string_view word) noexcept {
  if (word.empty() || word.size() > kLongestWord || word_count_ == words_.size() || HasWord(word)) return;
  words_[word_count_++] = word;
}

void BodyFacts::AddInputTokens(std::string_view number) noexcept { Greatest(number, &input_tokens); }
void BodyFacts::AddOutputTokens(std::string_view number) noexcept { Greatest(number, &output_tokens); }

BodyFacts ReadBody(std::string_view body, bool refused) noexcept {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (body.starts_with(kByteOrderMark)) body.remove_prefix(kByteOrderMark.size());
  body = Trimmed(body);
  if (IsEvents(body)) return ReadEvents(body);
  BodyFacts facts;
  const std::string_view exception = AwsException(body);
  if (!exception.empty()) {
    facts.AddWord(exception);
    facts.has_error = true;
  } else if (!refused || !ReadException(body, &facts)) {
    Scanner(body, &facts).ReadAll();
  }
  return facts;
}

void ReadUsageAtEnd(std::string_view end, BodyFacts* facts) noexcept {
  if (const size_t line = end.find("\ndata:"); line != std::string_view::npos) {
    return AddUsage(ReadEvents(end.substr(line + 1)), facts);
  }
  for (const std::string_view name : {"\"usage\"", "\"usageMetadata\"", "\"meta\""}) {
    const size_t at = end.rfind(name);
    if (at == std::string_view::npos || (at > 0 && end[at - 1] == '\\')) continue;  // what a model wrote has escapes
    BodyFacts of_end;
    Scanner(end.substr(at), &of_end).ReadMembers();
    AddUsage(of_end, facts);
  }
}

}  // namespace keyrule::evaluator
