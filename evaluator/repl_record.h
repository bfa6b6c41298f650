// What was done in the REPL since it began anew, in the words of an in-file test.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "evaluator/repl_words.h"
#include "evaluator/session.h"

namespace keyrule::evaluator {

class ReplRecord {
 public:
  bool empty() const { return steps_.empty(); }

  // A `request`, with its repetition and attributes as a test writes them. `before_ms`: when it began.
  void AddCall(int64_t before_ms, const Repetition& repetition, const std::string& settings, const Session& session);
  void AddNext(const Session& session);
  void AddReport(int64_t now_ms, std::string_view text);
  void AddWait(int64_t before_ms, std::string_view duration, int64_t after_ms);
  // An expectation that is fulfilled.
  void AddExpect(std::string_view text);

  // A whole test of that name: `given` first, each on a line of its own; then the steps. Decisions about which nobody
  // said what to expect are expected to be what they were.
  std::string Test(const std::string& name, const std::vector<std::string>& given) const;
  // The names of the credentials that decisions looked at.
  const std::set<std::string>& looked_at() const { return looked_at_; }

 private:
  struct Step {
    std::string text;
    std::string seen;  // of a decision: the expectation that it fulfils
    bool expect = false;
  };

  void MoveClock(int64_t now_ms);
  void AddSeen(std::string text, bool counted, const Session& session);

  std::vector<Step> steps_;
  std::set<std::string> looked_at_;
  std::string last_settings_;
  bool called_ = false;
  int64_t clock_ms_ = kTestStartMs;  // as the steps have set it
};

// A path as the language writes it: parts that are no names in quotes.
std::string PathText(std::string_view path);
// "app.id = "invoices", user.id = unique": settings as a test writes them, for the policy's types, one for each attribute.
// What the schema does not have is left out.
std::string SettingsText(const std::vector<ReplSetting>& settings, std::shared_ptr<const dsl::Policy> policy);
// "rule billing, credential "prod-eu"": the last decision as an expectation; `counted`: what the calls of the step came
// to.
std::string SeenText(const Session& session, bool counted);
// "given credential "a" of "openai" with weight = 3": a credential's metadata as a test's step.
std::string GivenText(const Credential& credential, bool enabled);
// As tests write moments: without a fraction of a second.
std::string MomentText(int64_t unix_ms);

}  // namespace keyrule::evaluator
