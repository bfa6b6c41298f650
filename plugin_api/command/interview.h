// Questions to a person on a terminal, each of which can be answered by an option instead.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plugin_api/command/options.h"

namespace keyrule::command {

struct Question {
  // A word that can be the answer, and what it means.
  struct Choice {
    std::string word;
    std::string says;
  };

  std::string_view flag;                   // "--provider": what answers it without a terminal
  std::string text;                        // "Which provider?"
  std::vector<Choice> choices = {};        // shown with their numbers, which may be typed as well
  std::vector<std::string> complete = {};  // further words that Tab completes
  std::vector<std::string> usual = {};     // what Enter and --yes mean; empty: there is no such answer
  bool several = false;                    // words separated by commas
  // Takes the answer; else says what is wrong with it.
  std::function<std::optional<Problem>(const std::vector<std::string>& words)> take;
};

class Interview {
 public:
  // `yes`: what no option answers gets its usual answer.
  Interview(const Options& options, bool yes);

  // A heading above the questions that follow.
  void Part(std::string_view text);
  // `given`: what the option says, where it was given. kUsage: this answer is wrong, or there is nobody to ask.
  Exit Ask(const Question& question, const std::vector<std::string>& given);

  // A question that the answers before it leave no room for: wrong usage where its option was given all the same.
  Exit Idle(std::string_view flag, const std::vector<std::string>& given) const;

  // What nobody could answer, as one message behind the last question; kYes if all was answered.
  Exit Missing() const;

 private:
  std::optional<std::string> ReadLine(const Question& question) const;
  void Show(const Question& question) const;
  // The words of a typed line.
  static std::vector<std::string> WordsOf(std::string_view line, const Question& question);

  const Options& options_;
  const bool yes_;
  const bool interactive_;
  std::string part_;
  std::vector<std::string> missing_;
};

}  // namespace keyrule::command
