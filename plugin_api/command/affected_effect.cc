#include "plugin_api/command/affected_effect.h"

#include <algorithm>

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

constexpr size_t kMostLeft = 5;  // names that are listed

// Where the decision found its credential: those of this arm and tier that could have been taken.
struct Choice {
  uint32_t tier = 0;
  std::vector<std::string> names;  // sorted
};

Choice ChoiceOf(const Decision& decision) {
  Choice choice;
  for (const Candidate& candidate : decision.candidates) {
    if (candidate.taken) choice.tier = candidate.tier;
  }
  for (const Candidate& candidate : decision.candidates) {
    if (candidate.arm != decision.arm || candidate.tier != choice.tier || candidate.why != evaluator::Skip::kNone) continue;
    choice.names.emplace_back(candidate.name);
  }
  std::sort(choice.names.begin(), choice.names.end());
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
  std::vector<Credential> left = world;
  if (!subject.credential.empty()) {
    for (Credential& credential : left) credential.enabled = credential.enabled && credential.name != subject.credential;
  }
  const auto before = decide(policies.before, world);
  const auto after = decide(policies.after, std::move(left));
  Effect effect;
  if (before == nullptr || after == nullptr) return effect;
  const Decision& was = *before->last();
  const Decision& is = *after->last();
  const Choice had = ChoiceOf(was);
  const Choice has = ChoiceOf(is);
  effect.now = AnswerText(is, *policies.after, has);
  if (is.verdict != Verdict::kUse) {
    if (was.verdict == is.verdict) return effect;
    effect.word = is.verdict == Verdict::kDeny ? "denied" : is.verdict == Verdict::kHost ? "left to the host" : "waits";
  } else if (was.verdict == is.verdict && std::includes(had.names.begin(), had.names.end(), has.names.begin(), has.names.end())) {
    effect.word = had.names == has.names ? "loses a reserve" : "left with fewer";
    effect.left = has.names.size();
    effect.of = had.names.size();
  } else {
    effect.word = "moves";
  }
  return effect;
}

}  // namespace keyrule::command
