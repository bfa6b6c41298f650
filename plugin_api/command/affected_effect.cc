#include "plugin_api/command/affected_effect.h"

#include <algorithm>
#include <set>

#include "dsl/wording.h"
#include "evaluator/analysis/example_text.h"
#include "evaluator/session.h"
#include "evaluator/test_world.h"
#include "evaluator/typeset.h"

namespace keyrule::command {
namespace {

using dsl::Cat;
using evaluator::Candidate;
using evaluator::Credential;
using evaluator::Decision;
using evaluator::Verdict;

constexpr size_t kMostReserves = 16;  // that are tried
constexpr size_t kMostLeft = 5;  // names that are listed

// Where the decision found its credential: those of this arm and tier that could have been taken.
struct Choice {
  uint32_t tier = 0;
  std::vector<std::string> names;  // sorted
  std::vector<std::string> ids;    // likewise
};

Choice ChoiceOf(const Decision& decision) {
  Choice choice;
  for (const Candidate& candidate : decision.candidates) {
    if (candidate.taken) choice.tier = candidate.tier;
  }
  for (const Candidate& candidate : decision.candidates) {
    if (candidate.arm != decision.arm || candidate.tier != choice.tier || candidate.why != evaluator::Skip::kNone) continue;
    choice.names.emplace_back(candidate.name);
    choice.ids.emplace_back(candidate.credential != nullptr ? std::string_view(candidate.credential->id) : candidate.name);
  }
  std::sort(choice.names.begin(), choice.names.end());
  std::sort(choice.ids.begin(), choice.ids.end());
  return choice;
}

std::string NamesText(const std::vector<std::string>& names) {
  std::string text;
  for (size_t i = 0; i < names.size() && i < kMostLeft; ++i) text += (i == 0 ? "" : ", ") + dsl::InQuotes(names[i]);
  if (names.size() > kMostLeft) text += " and " + std::to_string(names.size() - kMostLeft) + " more";
  return text;
}

std::string AnswerText(const Decision& decision, const evaluator::Program& program, const Choice& choice) {
  if (decision.verdict == Verdict::kHost) return "left to the host";
  if (decision.verdict == Verdict::kWait) return "waits";
  if (decision.verdict == Verdict::kDeny) {
    if (!decision.message.empty()) return Cat({"denied: ", decision.message});
    return decision.reason == evaluator::Reason::kUnknownCredential ? "denied: no credential has the name that the request gives"
                                                                    : "denied: no credential is available";
  }
  const dsl::Policy& policy = *program.policy;
  const dsl::Rule& rule = decision.rule < policy.rules.size() ? policy.rules[decision.rule] : policy.fallback;
  const bool is_default = rule.name.text == policy.fallback.name.text;  // or was taken from it
  const std::string action = evaluator::OneLine(policy.sources->TextOf(rule.chain.actions[decision.arm - 1].span));
  std::string text = Cat({is_default ? "" : "rule ", rule.name.text, ": ", action});
  if (choice.tier > 1) text += ", tier " + std::to_string(choice.tier);
  return text + ", from " + NamesText(choice.names);
}

}  // namespace

Effect EffectOn(const analysis::Example& example, const SplitPolicies& policies, const Subject& subject,
                const std::vector<Credential>& world) {
  const auto decide = [&](const std::shared_ptr<const evaluator::Program>& program, std::vector<Credential> credentials) {
    auto session = std::make_unique<evaluator::Session>(program, std::make_shared<evaluator::MemorySource>(std::move(credentials)),
                                                        example.clock_ms.value_or(evaluator::kTestStartMs), 0);
    const bool called = session->Call({}, [&](evaluator::RequestBuilder* builder) { return analysis::Apply(example, builder); });
    if (!called) session.reset();
    return session;
  };
  const auto without = [](std::vector<Credential> credentials, const auto& is_gone) {
    for (Credential& credential : credentials) credential.enabled = credential.enabled && !is_gone(credential);
    return credentials;
  };
  const auto is_subject = [&](const Credential& one) { return !subject.credential.empty() && one.name == subject.credential; };
  const std::vector<Credential> left = without(world, is_subject);
  const auto before = decide(policies.before, world);
  const auto after = decide(policies.after, left);
  Effect effect;
  if (before == nullptr || after == nullptr) return effect;
  const Decision& was = *before->last();
  const Decision& is = *after->last();
  const Choice had = ChoiceOf(was);
  const Choice has = ChoiceOf(is);
  effect.now = AnswerText(is, *policies.after, has);
  if (is.verdict != was.verdict) {
    effect.word = is.verdict == Verdict::kDeny   ? "denied"
                  : is.verdict == Verdict::kHost ? "left to the host"
                  : is.verdict == Verdict::kWait ? "waits"
                                                 : "moves";
    return effect;
  }
  if (had.ids != has.ids) {
    const bool fewer = std::includes(had.ids.begin(), had.ids.end(), has.ids.begin(), has.ids.end());
    effect.word = fewer ? "left with fewer" : "moves";
  } else if (is.verdict == Verdict::kDeny && AnswerText(was, *policies.before, had) != effect.now) {
    effect.word = "another refusal";
  } else if (!std::equal(was.tags.begin(), was.tags.end(), is.tags.begin(), is.tags.end(),
                         [](const auto& a, const auto& b) { return a.name == b.name && a.value == b.value; })) {
    effect.word = "other tags";
  } else if (is.verdict == Verdict::kUse) {
    // Who would serve it if those could not, and so on.
    std::set<std::string> out(had.ids.begin(), had.ids.end());
    for (size_t round = 0; round < kMostReserves; ++round) {
      const auto is_out = [&](const Credential& one) { return out.contains(one.id); };
      const auto old_next = decide(policies.before, without(world, is_out));
      const auto next = decide(policies.after, without(left, is_out));
      if (old_next == nullptr || next == nullptr) break;
      const Choice old_choice = ChoiceOf(*old_next->last());
      const Choice choice = ChoiceOf(*next->last());
      if (old_next->last()->verdict != next->last()->verdict || old_choice.ids != choice.ids) {
        effect.word = "loses a reserve";
        break;
      }
      if (choice.ids.empty()) break;
      out.insert(choice.ids.begin(), choice.ids.end());
    }
  }
  if (is.verdict == Verdict::kUse && effect.word != "moves" && !effect.word.empty()) {
    effect.left = has.ids.size();
    effect.of = had.ids.size();
  }
  return effect;
}

}  // namespace keyrule::command
