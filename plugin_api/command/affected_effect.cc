#include "plugin_api/command/affected_effect.h"

#include <algorithm>
#include <utility>

#include "dsl/wording.h"
#include "evaluator/analysis/example_text.h"
#include "evaluator/explanation.h"
#include "evaluator/local_state.h"
#include "evaluator/request_builder.h"
#include "evaluator/session.h"
#include "evaluator/snapshot.h"
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
constexpr size_t kMostLeft = 5;       // names that are listed
constexpr size_t kMostTrials = 64;    // that are kept for the next request

// By which a credential is known: its id is one of its tenant and provider, and it may be another's that shares it.
std::string KeyOf(const Credential& credential) {
  std::string key;
  for (const std::string* part : {&credential.id, &credential.name, &credential.provider, &credential.model, &credential.model_type}) {
    key += *part;
    key += '\0';
  }
  return key;
}

// Where the decision found its credential: those of this arm and tier that could have been taken.
struct Choice {
  uint32_t tier = 0;
  std::vector<std::string> names;  // sorted
  std::vector<std::string> keys;   // likewise
};

Choice ChoiceOf(const Decision& decision) {
  Choice choice;
  for (const Candidate& candidate : decision.candidates) {
    if (candidate.taken) choice.tier = candidate.tier;
  }
  for (const Candidate& candidate : decision.candidates) {
    if (candidate.arm != decision.arm || candidate.tier != choice.tier || candidate.why != evaluator::Skip::kNone) continue;
    choice.names.emplace_back(candidate.name);
    choice.keys.push_back(candidate.credential != nullptr ? KeyOf(*candidate.credential) : std::string(candidate.name));
  }
  std::sort(choice.names.begin(), choice.names.end());
  std::sort(choice.keys.begin(), choice.keys.end());
  return choice;
}

std::string NamesText(const std::vector<std::string>& names) {
  std::string text;
  for (size_t i = 0; i < names.size() && i < kMostLeft; ++i) text += (i == 0 ? "" : ", ") + dsl::InQuotes(names[i]);
  if (names.size() > kMostLeft) text += " and " + std::to_string(names.size() - kMostLeft) + " more";
  return text;
}

// "rule billing"
std::string WhoseText(const Decision& decision, const evaluator::Program& program) {
  const dsl::Rule& rule = evaluator::RuleAt(program, decision.rule);
  const bool is_default = rule.name.text == program.policy->fallback.name.text;  // or was taken from it
  return Cat({is_default ? "" : "rule ", rule.name.text});
}

// With the names, but where other requests of the kind have others: `several`.
std::string AnswerText(const Decision& decision, const evaluator::Program& program, const Choice& choice, bool several = false) {
  if (decision.verdict == Verdict::kHost) return "left to the host";
  if (decision.verdict == Verdict::kWait) return "waits";
  if (decision.verdict == Verdict::kDeny) {
    if (!decision.message.empty()) return Cat({"denied: ", decision.message});
    return decision.reason == evaluator::Reason::kUnknownCredential ? "denied: no credential has the name that the request gives"
                                                                    : "denied: no credential is available";
  }
  const dsl::Rule& rule = evaluator::RuleAt(program, decision.rule);
  const std::string action = evaluator::OneLine(program.policy->sources->TextOf(rule.chain.actions[decision.arm - 1].span));
  std::string text = Cat({WhoseText(decision, program), ": ", action});
  if (several) return text;
  if (choice.tier > 1) text += ", tier " + std::to_string(choice.tier);
  return text + ", from " + NamesText(choice.names);
}

}  // namespace

// A policy over the credentials that are left. Decides dry, so that it remembers nothing of the requests before.
class EffectFinder::Trial {
 public:
  Trial(std::shared_ptr<const evaluator::Program> program, std::vector<Credential> credentials)
      : program_(std::move(program)),
        source_(std::make_shared<evaluator::MemorySource>(std::move(credentials))),
        request_(program_->policy) {}

  // Until the next; null: the example does not fit the schema.
  const Decision* Decide(const analysis::Example& example) {
    if (decided_++ % kMostDecided == 0) snapshot_ = std::make_unique<evaluator::Snapshot>(program_, source_, &state_);
    const int64_t now_ms = example.clock_ms.value_or(evaluator::kTestStartMs);
    request_.Clear();
    if (!analysis::Apply(example, &request_)) return nullptr;
    request_.FillRequired(now_ms);
    evaluator::Request request = request_.Build();
    request.dry = true;
    snapshot_->Decide(request, now_ms, &decision_);
    return &decision_;
  }

 private:
  static constexpr size_t kMostDecided = 1000;  // by one snapshot, which keeps what it has made for each tenant

  std::shared_ptr<const evaluator::Program> program_;
  std::shared_ptr<const evaluator::CredentialSource> source_;
  evaluator::LocalState state_;
  std::unique_ptr<evaluator::Snapshot> snapshot_;
  evaluator::RequestBuilder request_;
  Decision decision_;
  size_t decided_ = 0;
};

EffectFinder::EffectFinder(const SplitPolicies& policies, const Subject& subject, const std::vector<Credential>& world)
    : policies_(policies), subject_(subject), world_(world) {}

EffectFinder::~EffectFinder() = default;

EffectFinder::Trial& EffectFinder::TrialOf(Side side, const std::set<std::string>& out) {
  std::unique_ptr<Trial>& trial = trials_[{side, out}];
  if (trial == nullptr) {
    std::vector<Credential> credentials = world_;
    for (Credential& one : credentials) {
      const bool is_subject = side == Side::kAfter && !subject_.credential.empty() && one.name == subject_.credential;
      if (is_subject || out.contains(KeyOf(one))) one.enabled = false;
    }
    trial = std::make_unique<Trial>(side == Side::kBefore ? policies_.before : policies_.after, std::move(credentials));
  }
  return *trial;
}

bool EffectFinder::Several(const Decision& decision) const {
  if (decision.verdict != Verdict::kUse) return false;
  const size_t rule = std::min<size_t>(decision.rule, policies_.several.size() - 1);
  const std::vector<bool>& arms = policies_.several[rule];
  return decision.arm >= 1 && decision.arm <= arms.size() && arms[decision.arm - 1];
}

Effect EffectFinder::Of(const analysis::Example& example) {
  if (trials_.size() > kMostTrials) trials_.clear();
  Effect effect;
  const Decision* const before = TrialOf(Side::kBefore, {}).Decide(example);
  const Decision* const after = TrialOf(Side::kAfter, {}).Decide(example);
  if (before == nullptr || after == nullptr) return effect;
  const Decision& was = *before;
  const Decision& is = *after;
  const Choice had = ChoiceOf(was);
  const Choice has = ChoiceOf(is);
  const bool several = Several(is);
  effect.now = AnswerText(is, *policies_.after, has, several);
  if (several) effect.such = NamesText(has.names);
  if (is.verdict != was.verdict) {
    effect.word = is.verdict == Verdict::kDeny   ? "denied"
                  : is.verdict == Verdict::kHost ? "left to the host"
                  : is.verdict == Verdict::kWait ? "waits"
                                                 : "moves";
  } else if (had.keys != has.keys) {
    const bool fewer = std::includes(had.keys.begin(), had.keys.end(), has.keys.begin(), has.keys.end());
    effect.word = fewer ? "left with fewer" : "moves";
  } else if (is.verdict == Verdict::kDeny && AnswerText(was, *policies_.before, had) != effect.now) {
    effect.word = "another refusal";
  } else if (!std::equal(was.tags.begin(), was.tags.end(), is.tags.begin(), is.tags.end(),
                         [](const auto& a, const auto& b) { return a.name == b.name && a.value == b.value; })) {
    effect.word = "other tags";
  } else if (is.verdict == Verdict::kUse && LosesReserve(example, had.keys)) {
    effect.word = "loses a reserve";
  }
  // Where another rule may decide than before; a credential's text says it already.
  if (!subject_.KeepsRules() && is.verdict != Verdict::kUse) effect.now = WhoseText(is, *policies_.after) + ": " + effect.now;
  if (is.verdict == Verdict::kUse && effect.word != "moves" && !effect.word.empty() && !several) {
    effect.left = has.keys.size();
    effect.of = had.keys.size();
  }
  return effect;
}

bool EffectFinder::LosesReserve(const analysis::Example& example, const std::vector<std::string>& first) {
  std::set<std::string> out(first.begin(), first.end());
  for (size_t round = 0; round < kMostReserves; ++round) {
    const Decision* const before = TrialOf(Side::kBefore, out).Decide(example);
    const Decision* const after = TrialOf(Side::kAfter, out).Decide(example);
    if (before == nullptr || after == nullptr) return false;
    const Choice next = ChoiceOf(*after);
    if (before->verdict != after->verdict || ChoiceOf(*before).keys != next.keys) return true;
    if (next.keys.empty()) return false;
    out.insert(next.keys.begin(), next.keys.end());
  }
  return false;
}

}  // namespace keyrule::command
