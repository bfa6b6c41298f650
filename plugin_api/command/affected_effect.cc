#include "plugin_api/command/affected_effect.h"

#include <algorithm>

#include "dsl/wording.h"
#include "evaluator/analysis/example_text.h"
#include "evaluator/session.h"
#include "evaluator/test_world.h"
#include "evaluator/typeset.h"
#include "plugin_api/command/diff_words.h"

namespace keyrule::command {
namespace {

using analysis::ChangeKind;
using dsl::Cat;
using evaluator::Candidate;
using evaluator::Decision;
using evaluator::Verdict;

constexpr size_t kMostLeft = 5;  // names that are listed

// Where the decision found its credential: those of this arm and tier that could have been taken.
struct Choice {
  uint32_t tier = 0;
  std::vector<std::string> names;
  bool has_subject = false;
};

Choice ChoiceOf(const Decision& decision, const std::string& subject) {
  Choice choice;
  for (const Candidate& candidate : decision.candidates) {
    if (candidate.taken) choice.tier = candidate.tier;
  }
  for (const Candidate& candidate : decision.candidates) {
    if (candidate.arm != decision.arm || candidate.tier != choice.tier || candidate.why != evaluator::Skip::kNone) continue;
    choice.names.emplace_back(candidate.name);
    choice.has_subject = choice.has_subject || candidate.name == subject;
  }
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
  const bool is_default = decision.rule >= policy.rules.size();
  const dsl::Rule& rule = is_default ? policy.fallback : policy.rules[decision.rule];
  const std::string action = evaluator::OneLine(policy.sources->TextOf(rule.chain.actions[decision.arm - 1].span));
  std::string text = Cat({is_default ? "" : "rule ", rule.name.text, ": ", action});
  if (choice.tier > 1) text += ", tier " + std::to_string(choice.tier);
  return text + ", from " + NamesText(choice.names);
}

}  // namespace

EffectFinder::EffectFinder(std::shared_ptr<const evaluator::Program> program,
                           std::shared_ptr<const evaluator::Program> without, const Subject& subject,
                           const std::vector<evaluator::Credential>* rows)
    : program_(std::move(program)), without_(std::move(without)), subject_(subject) {
  before_ = rows != nullptr ? *rows : evaluator::CredentialsOfPolicy(*program_->policy);
  after_ = before_;
  if (subject_.credential.empty()) return;
  for (size_t i = 0; i < before_.size(); ++i) {
    if (before_[i].name != subject_.credential) continue;
    if (row_ == nullptr && rows != nullptr) row_ = &before_[i];
    after_[i].enabled = false;
  }
}

Effect EffectFinder::Of(const analysis::ChangeClass& one) const {
  Effect effect;
  effect.word = WordsOf(one.kind);
  if (!one.example) return effect;
  effect.example = *one.example;
  if (row_ != nullptr && !row_->provider.empty()) {
    // The request has to be one to the credential's provider, or it would have had no use for it.
    const bool given = std::any_of(effect.example.assignments.begin(), effect.example.assignments.end(),
                                   [](const analysis::Assignment& a) { return a.path == "provider"; });
    analysis::Assignment provider;
    provider.path = "provider";
    provider.value = row_->provider;
    if (!given) effect.example.assignments.insert(effect.example.assignments.begin(), std::move(provider));
  }
  const auto decide = [&](const std::shared_ptr<const evaluator::Program>& program,
                          const std::vector<evaluator::Credential>& world) {
    auto session = std::make_unique<evaluator::Session>(program, std::make_shared<evaluator::MemorySource>(world),
                                                        effect.example.clock_ms.value_or(evaluator::kTestStartMs), 0);
    const bool called = session->Call({}, [&](evaluator::RequestBuilder* builder) {
      return analysis::Apply(effect.example, builder);
    });
    if (!called) session.reset();
    return session;
  };
  const auto before = decide(program_, before_);
  // A credential that is disabled leaves the policy what it is; a pool, a value and an entry are of the policy itself.
  const bool of_policy = subject_.credential.empty();
  const auto after = decide(of_policy ? without_ : program_, after_);
  if (before == nullptr || after == nullptr) return effect;
  const Decision& was = *before->last();
  const Decision& is = *after->last();
  const Choice had = ChoiceOf(was, subject_.credential);
  const Choice has = ChoiceOf(is, subject_.credential);
  effect.now = AnswerText(is, of_policy ? *without_ : *program_, has);
  if (is.verdict == Verdict::kDeny) {
    effect.word = "denied";
  } else if (is.verdict == Verdict::kHost) {
    effect.word = "left to the host";
  } else if (one.kind != ChangeKind::kCredentials) {
    return effect;
  } else if (of_policy || was.verdict != is.verdict || was.arm != is.arm || had.tier != has.tier) {
    effect.word = "moves";
  } else if (!had.has_subject) {
    effect.word = "loses a reserve";
    effect.left = has.names.size();
    effect.of = had.names.size();
  } else {
    effect.word = "left with fewer";
    effect.left = has.names.size();
    effect.of = had.names.size();
  }
  return effect;
}

}  // namespace keyrule::command
