// Colours of explanations, on a terminal only.
#pragma once

#include <string>
#include <string_view>

namespace keyrule::evaluator {

class Painter {
 public:
  explicit Painter(bool on) : on_(on) {}

  bool on() const { return on_; }
  std::string Good(std::string_view text) const { return In("\x1b[32m", text); }
  std::string Bad(std::string_view text) const { return In("\x1b[31m", text); }
  std::string Waiting(std::string_view text) const { return In("\x1b[33m", text); }
  std::string Other(std::string_view text) const { return In("\x1b[36m", text); }
  std::string Truth(bool truth, std::string_view text) const { return truth ? Good(text) : Bad(text); }
  // A decision's text, whose first word is its verdict.
  std::string Decision(std::string_view text) const {
    const size_t end = text.find_first_of(" \n");
    if (!on_ || end == std::string_view::npos) return std::string(text);
    const std::string_view verdict = text.substr(0, end);
    const std::string_view rest = text.substr(end);
    if (verdict == "use") return Good(verdict) + std::string(rest);
    if (verdict == "deny") return Bad(verdict) + std::string(rest);
    return (verdict == "wait" ? Waiting(verdict) : Other(verdict)) + std::string(rest);
  }

 private:
  std::string In(std::string_view colour, std::string_view text) const {
    return on_ ? std::string(colour) + std::string(text) + "\x1b[0m" : std::string(text);
  }

  bool on_;
};

}  // namespace keyrule::evaluator
