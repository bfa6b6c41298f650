#include "evaluator/expectation.h"

#include <algorithm>

#include "dsl/wording.h"
#include "evaluator/decision_text.h"
#include "evaluator/literals.h"
#include "evaluator/test_world.h"
#include "evaluator/typeset.h"

namespace keyrule::evaluator {
namespace {

using Got = std::optional<std::string>;

std::string Quoted(std::string_view text) { return Printable(dsl::InQuotes(text)); }

std::string RuleText(const Session& session) {
  const Decision& decision = *session.last();
  const auto& rules = session.program().rules;
  if (decision.rule + 1 >= rules.size()) return "default";
  return "rule " + std::string(rules[decision.rule].name);
}

// In the words of the language: credential "a", deny "why", host, wait 2s.
std::string AnswerText(const Decision& decision) {
  switch (decision.verdict) {
    case Verdict::kUse: return "credential " + Quoted(decision.credential->name);
    case Verdict::kDeny: return "deny " + Quoted(DenialText(decision));
    case Verdict::kHost: return "host";
    case Verdict::kWait: return "wait " + FormatDuration(decision.retry_after_ms);
  }
  return {};
}

// 200 on "a", 100 on "b", 5 × host.
std::string TallyText(const Tally& tally, const std::string& wanted) {
  std::string text = std::to_string(tally.Of(wanted)) + " on " + Quoted(wanted);
  std::string rest;
  for (const auto& [name, count] : tally.credentials) {
    if (name == wanted) continue;
    rest += (rest.empty() ? "" : ", ") + std::to_string(count) + " on " + Quoted(name);
  }
  for (const auto& [line, count] : tally.others) {
    rest += (rest.empty() ? "" : ", ") + std::to_string(count) + " × " + line;
  }
  return rest.empty() ? text : text + " (" + rest + ")";
}

class Checker {
 public:
  explicit Checker(const Session& session) : session_(session), last_(*session.last()) {}

  Got operator()(const dsl::WantRule& want) const {
    const auto& rules = session_.program().rules;
    const bool is_it = last_.rule + 1 < rules.size() && rules[last_.rule].name == want.rule.text;
    return Unless(is_it, RuleText(session_));
  }
  Got operator()(const dsl::WantDefault&) const {
    return Unless(last_.rule + 1 == session_.program().rules.size(), RuleText(session_));
  }
  Got operator()(const dsl::WantCredential& want) const {
    return Unless(Used() && last_.credential->name == want.name.value, AnswerText(last_));
  }
  Got operator()(const dsl::WantCredentialIn& want) const {
    const Program& program = session_.program();
    const std::string_view provider =
        last_.values.empty() ? std::string_view() : program.Kept(program.provider_slot, last_.values).text();
    return Unless(
        Used() && PoolHolds(session_.program(), want.pool.index, *last_.credential, provider),
        AnswerText(last_));
  }
  Got operator()(const dsl::WantSame& want) const {
    const std::optional<std::string>& before = session_.previous_credential();
    if (!Used()) return AnswerText(last_);
    if (!before) return AnswerText(last_) + " after a decision without a credential";
    return Unless((last_.credential->id == *before) == want.same,
                  AnswerText(last_) + (want.same ? " after another" : " again"));
  }
  Got operator()(const dsl::WantDeny& want) const {
    const bool denied = last_.verdict == Verdict::kDeny;
    const bool text = !want.reason || (last_.reason == Reason::kDenied
                                           ? last_.message == want.reason->value
                                           : DenialText(last_) == want.reason->value);
    return Unless(denied && text, AnswerText(last_));
  }
  Got operator()(const dsl::WantHost&) const {
    return Unless(last_.verdict == Verdict::kHost, AnswerText(last_));
  }
  Got operator()(const dsl::WantWait& want) const {
    const bool waits = last_.verdict == Verdict::kWait;
    const bool length = !want.duration || want.duration->ms == last_.retry_after_ms;
    return Unless(waits && length, AnswerText(last_));
  }
  Got operator()(const dsl::WantTag& want) const {
    for (const TagValue& tag : last_.tags) {
      if (tag.name != want.name.text) continue;
      return Unless(tag.value == want.value.value,
                    "tag " + want.name.text + " = " + Quoted(tag.value));
    }
    return "no tag " + want.name.text;
  }
  Got operator()(const dsl::WantSkipped& want) const {
    std::string got;
    for (const Candidate& candidate : last_.candidates) {
      if (candidate.name != want.credential.value) continue;
      if (ToString(candidate.why) == want.reason.text) return std::nullopt;
      got = Quoted(candidate.name) + (candidate.taken               ? " taken"
                                      : candidate.why == Skip::kNone ? " eligible"
                                                                     : " skipped as ");
      if (candidate.why != Skip::kNone) got += ToString(candidate.why);
    }
    return got.empty() ? Quoted(want.credential.value) + " not looked at" : got;
  }
  Got operator()(const dsl::WantCount& want) const {
    const int64_t count = session_.tally().Of(std::string(want.credential.value));
    return Unless(want.least <= count && count <= want.most,
                  TallyText(session_.tally(), std::string(want.credential.value)));
  }

 private:
  bool Used() const { return last_.verdict == Verdict::kUse && last_.credential != nullptr; }
  static Got Unless(bool fulfilled, std::string got) {
    return fulfilled ? Got() : Got(std::move(got));
  }

  const Session& session_;
  const Decision& last_;
};

}  // namespace

std::optional<std::string> Unfulfilled(const dsl::Want& want, const Session& session) {
  return std::visit(Checker(session), want.what);
}

}  // namespace keyrule::evaluator
