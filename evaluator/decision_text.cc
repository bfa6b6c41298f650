#include "evaluator/decision_text.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "dsl/wording.h"
#include "evaluator/decision_json.h"
#include "evaluator/explanation.h"
#include "evaluator/health.h"
#include "evaluator/literals.h"
#include "evaluator/typeset.h"

namespace keyrule::evaluator {
namespace {

constexpr size_t kPlaceColumn = 35;
constexpr size_t kMostSkipped = 10;

// A head that reaches into the second column moves it to the next stop.
std::string Columns(const std::string& head, const std::string& place) {
  const size_t width = Width(head);
  const size_t column = width + 1 < kPlaceColumn ? kPlaceColumn : (width + 2 + 7) / 8 * 8;
  return Pad(head, column) + place;
}

// "09:31:00Z (48 s)", with the date if it is another day. Rounded up: never too early.
std::string Until(int64_t until_ms, int64_t now_ms) {
  const int64_t seconds = until_ms / 1000 + (until_ms % 1000 > 0 ? 1 : 0);
  const std::string at = FormatTime(seconds * 1000).substr(0, 19);  // "2026-11-23T09:31:00"
  const bool today = FormatTime(now_ms).substr(0, 10) == at.substr(0, 10);
  const int64_t left = (std::max<int64_t>(until_ms - now_ms, 0) + 999) / 1000;
  std::string length = std::to_string(left) + " s";
  if (left >= 120 * 60) {
    length = std::to_string((left + 3599) / 3600) + " h";
  } else if (left >= 120) {
    length = std::to_string((left + 59) / 60) + " min";
  }
  return (today ? at.substr(11) : at) + "Z (" + length + ")";
}

std::string ValueText(const dsl::Value& value) {
  if (const auto* text = std::get_if<dsl::Text>(&value.what)) return dsl::InQuotes(text->value);
  if (const auto* path = std::get_if<dsl::Path>(&value.what)) return std::string(path->text);
  const auto& lookup = std::get<dsl::Lookup>(value.what);
  return lookup.table.text + "[" + lookup.key.text + "]";
}

const dsl::Action* ActionOf(const Decision& decision, const Program& program) {
  const dsl::Rule& rule = RuleAt(program, decision.rule);
  const size_t arm = decision.arm;
  return arm == 0 || arm > rule.chain.actions.size() ? nullptr : &rule.chain.actions[arm - 1];
}

// The skipped candidate that frees first: what a wait waits for.
const Candidate* Awaited(const Decision& decision) {
  const int64_t end_ms = decision.at_ms + decision.retry_after_ms;
  for (const Candidate& candidate : decision.candidates) {
    if (candidate.arm == decision.arm && candidate.free_ms == end_ms) return &candidate;
  }
  return nullptr;
}

// With other models it may be taken.
bool RestsForModelOnly(const Candidate& candidate, int64_t now_ms) {
  int64_t until_ms = 0;
  return candidate.model != nullptr && Resting(*candidate.model, now_ms, &until_ms) &&
         !Resting(candidate.state->rest, now_ms, &until_ms);
}

std::string SkippedLines(const Decision& decision) {
  std::vector<const Candidate*> skipped;
  std::set<std::pair<std::string_view, std::string>> said;  // several arms may have one, for the same reason
  for (const Candidate& candidate : decision.candidates) {
    if (candidate.why == Skip::kNone) continue;
    if (said.emplace(candidate.name, SkipText(candidate, decision.at_ms)).second) skipped.push_back(&candidate);
  }
  // A wait has already said what it waits for.
  if (decision.verdict == Verdict::kWait && skipped.size() == 1) skipped.clear();
  const size_t shown = std::min(skipped.size(), kMostSkipped);
  size_t width = 0;
  for (size_t i = 0; i < shown; ++i) width = std::max(width, Width(Word(skipped[i]->name)));
  std::string out;
  for (size_t i = 0; i < shown; ++i) {
    out += "    skipped  " + Pad(Word(skipped[i]->name), width) + "  " +
           SkipText(*skipped[i], decision.at_ms) + "\n";
  }
  if (skipped.size() > shown) {
    out += "    skipped  … and " + std::to_string(skipped.size() - shown) + " more\n";
  }
  return out;
}

}  // namespace

std::string DenialText(const Decision& decision) {
  switch (decision.reason) {
    case Reason::kDenied: return Printable(decision.message);
    case Reason::kUnavailable: return "no credential is available";
    case Reason::kUnknownCredential: return "unknown credential";
    case Reason::kNoRetryLeft: return "no retry is left";
    case Reason::kStale: return "the credentials have not been confirmed for too long";
    default: return "internal fault";
  }
}

std::string VerdictLine(const Decision& decision) {
  switch (decision.verdict) {
    case Verdict::kUse:
      return "use " + Word(decision.credential != nullptr ? decision.credential->name
                                                          : std::string());
    case Verdict::kDeny: return "deny " + DenialText(decision);
    case Verdict::kHost: return "host";
    case Verdict::kWait: return "wait " + FormatDuration(decision.retry_after_ms);
  }
  return {};
}

std::string UseText(const dsl::Use& use) {
  if (const auto* credential = std::get_if<dsl::UseCredential>(&use.what)) {
    std::string text = "credential " + ValueText(credential->credential);
    if (credential->from) text += " from " + credential->from->name.text;
    return text;
  }
  const auto& pool = std::get<dsl::UsePool>(use.what);
  std::string text(pool.pool.name.text);
  if (pool.narrow) {
    text += " where " + pool.narrow->field.text + " == " + ValueText(pool.narrow->value);
  }
  text += " by " + std::string(dsl::Spelling(pool.strategy.kind));
  if (pool.strategy.on) text += " on " + pool.strategy.on->text;
  return text;
}

std::string PlaceText(const Decision& decision, const Snapshot& snapshot) {
  const Program& program = snapshot.program();
  if (decision.reason == Reason::kInternal || decision.rule >= program.rules.size()) return {};
  const bool fallback = decision.rule + 1 == program.rules.size();
  std::string place =
      fallback ? "default" : "rule " + std::string(program.rules[decision.rule].name);
  const dsl::Action* action = ActionOf(decision, program);
  const dsl::Use* use = action == nullptr ? nullptr : std::get_if<dsl::Use>(&action->what);
  if (use != nullptr) {
    place += ", arm " + std::to_string(decision.arm) + ": ";
    const auto* pool = std::get_if<dsl::UsePool>(&use->what);
    const Candidate* awaited = decision.verdict == Verdict::kWait ? Awaited(decision) : nullptr;
    if (awaited != nullptr) {
      place += (pool != nullptr ? std::string(pool->pool.name.text) : UseText(*use)) + " (" +
               Word(awaited->name) + " " + std::string(ToString(awaited->why)) + ")";
    } else {
      place += UseText(*use);
    }
  }
  if (decision.attempt > 1) place += ", attempt " + std::to_string(decision.attempt);
  return place;
}

std::string SkipText(const Candidate& candidate, int64_t now_ms) {
  std::string text(ToString(candidate.why));
  if (candidate.why == Skip::kCooling && RestsForModelOnly(candidate, now_ms)) text += " for this model";
  if (candidate.until_ms != 0) text += " until " + Until(candidate.until_ms, now_ms);
  return text;
}

std::string DecisionText(const Decision& decision, const Snapshot& snapshot) {
  const std::string place = PlaceText(decision, snapshot);
  std::string out = VerdictLine(decision);
  if (!place.empty()) out = Columns(out, place);
  out += "\n";
  if (!decision.tags.empty()) {
    out += "    tags    ";
    for (const TagValue& tag : decision.tags) {
      out += " " + std::string(tag.name) + "=" + Word(tag.value);
    }
    out += "\n";
  }
  out += SkippedLines(decision);
  if (decision.verdict == Verdict::kDeny && decision.retry_after_ms != 0) {
    out += "    free     at " + Until(decision.at_ms + decision.retry_after_ms, decision.at_ms) + "\n";
  }
  return out;
}

}  // namespace keyrule::evaluator
