// The few facts that Classify takes from an answer's body, whoever wrote it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace keyrule::evaluator {

// Without case; only A to Z have one.
bool SameWord(std::string_view a, std::string_view b) noexcept;

// Without the blanks at its ends.
std::string_view Trimmed(std::string_view text) noexcept;

// Views into the body, as it spells them: an escape in a message stays one.
struct BodyFacts {
  bool has_error = false;        // the body says so, whatever its status is
  int status = 0;                // HTTP's, that the body names; 0: none
  std::string_view message;      // of the error
  std::string_view retry_delay;  // of google.rpc.RetryInfo: "27s"
  int64_t input_tokens = 0;      // the greatest number said: streams count up
  int64_t cache_read_tokens = 0;     // Anthropic's, which its input does not count
  int64_t cache_written_tokens = 0;  // likewise
  int64_t output_tokens = 0;
  int64_t all_tokens = 0;

  // The error's type, code, status and reason.
  std::span<const std::string_view> words() const noexcept { return {words_.data(), word_count_}; }
  bool HasWord(std::string_view word) const noexcept;
  // More than there is room for are not kept, nor is what is too long for a word.
  void AddWord(std::string_view word) noexcept;
  // As their headers say it; what is no number is not counted.
  void AddInputTokens(std::string_view number) noexcept;
  void AddOutputTokens(std::string_view number) noexcept;

 private:
  std::array<std::string_view, 12> words_;
  size_t word_count_ = 0;
};

// JSON (one value or several), server-sent events, an AWS event stream, or JSON as Python prints it. Reads up to the first
// mistake and keeps what stands before it: a body may be cut. No recursion, no allocation. `refused`: the answer is no success,
// so that the text may also be that of an exception, in which an SDK wrapped it.
BodyFacts ReadBody(std::string_view body, bool refused = false) noexcept;

// The usage alone, of the last bytes of a body whose beginning was read: it stands behind what a model has made.
void ReadUsageAtEnd(std::string_view end, BodyFacts* facts) noexcept;

}  // namespace keyrule::evaluator
