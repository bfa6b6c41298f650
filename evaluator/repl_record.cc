#include "evaluator/repl_record.h"

#include <algorithm>

#include "dsl/wording.h"
#include "evaluator/analysis/example_text.h"
#include "evaluator/decision_json.h"
#include "evaluator/decision_text.h"
#include "evaluator/literals.h"

namespace keyrule::evaluator {
namespace {

using dsl::Cat;
using dsl::InQuotes;

// A value as a literal of the language; empty: there is none.
std::string LiteralText(const ReplSetting& setting, std::shared_ptr<const dsl::Policy> policy) {
  if (setting.unique) return "unique";
  RequestBuilder builder(policy);
  std::string error;
  if (!ApplySetting(setting, nullptr, &builder, &error) || builder.shown().empty()) return {};
  const dsl::Attribute* declared = builder.Declared(setting.path);
  const auto& [path, shown] = *builder.shown().begin();
  switch (declared->type) {
    case dsl::Type::kInt:
    case dsl::Type::kBool: return shown;
    case dsl::Type::kTimestamp: return MomentText(ParseTimestamp(shown).value_or(0));
    case dsl::Type::kListOfString: {
      const uint32_t slot = policy->FindSlot(path);
      if (slot == dsl::kUnresolved) return {};  // no rule reads it
      std::string text;
      for (const std::string_view item : builder.Build().values[slot].list()) {
        text += (text.empty() ? "[" : ", ") + InQuotes(item);
      }
      return text + "]";
    }
    default: return InQuotes(shown);
  }
}

// In a unit that needs no fraction, which no duration of the language has.
std::string DurationText(int64_t ms) {
  std::string text = FormatDuration(ms);
  return text.find('.') == std::string::npos ? text : std::to_string(ms) + "ms";
}

std::string RepetitionText(const Repetition& repetition) {
  if (repetition.times == 1) return {};
  std::string text = " " + std::to_string(repetition.times) + " times";
  if (repetition.at_once) text += " at once";
  if (repetition.every_ms > 0) text += " every " + DurationText(repetition.every_ms);
  return text;
}

}  // namespace

std::string MomentText(int64_t unix_ms) { return FormatTime(unix_ms).substr(0, 19) + "Z"; }

std::string PathText(std::string_view path) {
  if (path.find('"') != std::string_view::npos) return std::string(path);
  return analysis::PathText(path);
}

std::string SettingsText(const std::vector<ReplSetting>& settings, std::shared_ptr<const dsl::Policy> policy) {
  std::string text;
  for (const ReplSetting& setting : settings) {
    const std::string value = LiteralText(setting, policy);
    if (!value.empty()) text += Cat({text.empty() ? "" : ", ", PathText(setting.path), " = ", value});
  }
  return text;
}

std::string SeenText(const Session& session, bool counted) {
  const Decision& decision = *session.last();
  const auto& rules = session.program().rules;
  std::string text = decision.rule + 1 < rules.size()    ? "rule " + std::string(rules[decision.rule].name)
                     : decision.rule + 1 == rules.size() ? "default"
                                                         : "";
  const auto add = [&text](const std::string& want) { text += (text.empty() ? "" : ", ") + want; };
  if (counted && !session.tally().credentials.empty()) {
    for (const auto& [name, count] : session.tally().credentials) add(std::to_string(count) + " on " + InQuotes(name));
    return text;
  }
  switch (decision.verdict) {
    case Verdict::kUse: add("credential " + InQuotes(decision.credential->name)); break;
    case Verdict::kDeny:
      add("deny " + InQuotes(decision.reason == Reason::kDenied ? decision.message : DenialText(decision)));
      break;
    case Verdict::kHost: add("host"); break;
    case Verdict::kWait: add("wait " + DurationText(decision.retry_after_ms)); break;
  }
  return text;
}

std::string GivenText(const Credential& credential, bool enabled) {
  std::string with;
  const auto add = [&with](std::string_view key, const std::string& value) {
    with += Cat({with.empty() ? " with " : ", ", key, " = ", value});
  };
  if (credential.id != credential.name) add("id", InQuotes(credential.id));
  if (!credential.model.empty()) add("model", InQuotes(credential.model));
  if (!credential.model_type.empty()) add("model.type", InQuotes(credential.model_type));
  if (!credential.owner.empty()) add("owner", InQuotes(credential.owner));
  for (const auto& [key, value] : credential.labels) add("labels." + PathText(key), InQuotes(value));
  if (credential.weight > 0) add("weight", std::to_string(credential.weight));
  if (!enabled) add("enabled", "false");
  if (credential.expires_ms != 0) add("expires", MomentText(credential.expires_ms));
  return Cat({"given credential ", InQuotes(credential.name), credential.provider.empty() ? "" : " of ",
              credential.provider.empty() ? std::string() : InQuotes(credential.provider), with});
}

void ReplRecord::MoveClock(int64_t now_ms) {
  if (now_ms == clock_ms_) return;
  clock_ms_ = now_ms;
  steps_.push_back({"clock " + MomentText(now_ms), {}});
}

void ReplRecord::AddSeen(std::string text, bool counted, const Session& session) {
  for (const Candidate& candidate : session.last()->candidates) looked_at_.emplace(candidate.name);
  for (const auto& [name, count] : session.tally().credentials) looked_at_.insert(name);
  steps_.push_back({std::move(text), SeenText(session, counted)});
}

void ReplRecord::AddCall(int64_t before_ms, const Repetition& repetition, const std::string& settings,
                         const Session& session) {
  MoveClock(before_ms);
  std::string text = called_ && settings == last_settings_ ? "again" : "request";
  text += RepetitionText(repetition);
  if (text.starts_with("request") && !settings.empty()) text += " with " + settings;
  called_ = true;
  last_settings_ = settings;
  AddSeen(std::move(text), repetition.times > 1, session);
  clock_ms_ = session.now();
}

void ReplRecord::AddNext(const Session& session) {
  MoveClock(session.now());
  AddSeen("next", false, session);
}

void ReplRecord::AddReport(int64_t now_ms, std::string_view text) {
  MoveClock(now_ms);
  steps_.push_back({Cat({"report ", text}), {}});
}

void ReplRecord::AddWait(int64_t before_ms, std::string_view duration, int64_t after_ms) {
  MoveClock(before_ms);
  steps_.push_back({Cat({"wait ", duration}), {}});
  clock_ms_ = after_ms;
}

void ReplRecord::AddExpect(std::string_view text) { steps_.push_back({Cat({"expect ", text}), {}, true}); }

std::string ReplRecord::Test(const std::string& name, const std::vector<std::string>& given) const {
  std::string text = Cat({"test ", InQuotes(name), " {\n"});
  for (const std::string& line : given) text += line + "\n";
  for (auto step = steps_.begin(); step != steps_.end(); ++step) {
    text += step->text + "\n";
    if (step->seen.empty()) continue;
    // Whoever says what to expect of it does so before the next decision.
    const auto next = std::find_if(step + 1, steps_.end(),
                                   [](const Step& later) { return later.expect || !later.seen.empty(); });
    if (next == steps_.end() || !next->expect) text += "expect " + step->seen + "\n";
  }
  return text + "}\n";
}

}  // namespace keyrule::evaluator
