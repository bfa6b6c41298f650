#include <algorithm>
#include <optional>

#include "dsl/wording.h"
#include "evaluator/analysis/nearest_spend.h"
#include "evaluator/decision_text.h"
#include "evaluator/explanation.h"
#include "evaluator/field.h"
#include "evaluator/test_world.h"
#include "evaluator/typeset.h"
#include "evaluator/why_not.h"

namespace keyrule::evaluator {

using dsl::Cat;

namespace {

constexpr size_t kMostChoosers = 3;

// What an arm goes by in a request; nothing: it is not known.
std::optional<std::string_view> TextOf(const Program& program, const dsl::Value& value, const std::vector<Value>* values) {
  if (const auto* text = std::get_if<dsl::Text>(&value.what)) return text->value;
  if (values == nullptr) return std::nullopt;
  if (const auto* path = std::get_if<dsl::Path>(&value.what)) return (*values)[path->slot].text();
  const auto& lookup = std::get<dsl::Lookup>(value.what);
  for (const dsl::TableEntry& entry : program.policy->tables[lookup.index].entries()) {
    if (entry.key.value == (*values)[lookup.key.slot].text()) return entry.value.value;
  }
  return std::string_view();
}

// Whether an arm could take the credential: of this request, or (`values` null) of any, as far as its pool and literals say.
bool CouldTake(const Program& program, const dsl::Use& use, const Credential& credential, std::string_view provider,
               const std::vector<Value>* values) {
  if (const auto* pool = std::get_if<dsl::UsePool>(&use.what)) {
    if (!PoolHolds(program, pool->pool.index, credential, provider)) return false;
    if (!pool->narrow) return true;
    const std::string_view field = CredentialField(pool->narrow->field.text).Of(credential, provider);
    return !field.empty() && TextOf(program, pool->narrow->value, values).value_or(field) == field;
  }
  const auto& named = std::get<dsl::UseCredential>(use.what);
  if (named.from && !PoolHolds(program, named.from->index, credential, provider)) return false;
  if (const auto* text = std::get_if<dsl::Text>(&named.credential.what)) return text->value == credential.name;
  const auto* lookup = std::get_if<dsl::Lookup>(&named.credential.what);
  if (values != nullptr) {
    const std::string_view wanted = *TextOf(program, named.credential, values);
    return wanted == credential.name || (lookup == nullptr && wanted == credential.id);
  }
  if (lookup == nullptr) return true;  // an attribute may name any
  const auto& entries = program.policy->tables[lookup->index].entries();
  return std::any_of(entries.begin(), entries.end(),
                     [&](const dsl::TableEntry& entry) { return entry.value.value == credential.name; });
}

// The tier (from 1) of the candidate that was taken; 0: none was.
size_t TierTaken(const Decision& decision) {
  for (const Candidate& candidate : decision.candidates) {
    if (candidate.taken) return candidate.tier;
  }
  return 0;
}

// The arm (from 1) of the rule that could take it; 0: none.
size_t ArmFor(const Program& program, const dsl::Rule& rule, const Credential& credential, std::string_view provider,
              const std::vector<Value>* values = nullptr) {
  for (size_t i = 0; i < rule.chain.actions.size(); ++i) {
    const auto* use = std::get_if<dsl::Use>(&rule.chain.actions[i].what);
    if (use != nullptr && CouldTake(program, *use, credential, provider, values)) return i + 1;
  }
  return 0;
}

// The smallest change after which it may be chosen, and by which rule; empty: it may be already.
std::string NearestText(const Program& program, const std::vector<Value>& values, int64_t now_ms,
                        std::span<const Credential> named) {
  const analysis::NearestSpend nearest = analysis::FindNearestSpend(program, values, now_ms, named);
  switch (nearest.change.answer) {
    case analysis::NearestChange::Answer::kNone: return "no request leads to it\n";
    case analysis::NearestChange::Answer::kNotDecided: return "nearest: not decided\n";
    case analysis::NearestChange::Answer::kFound: break;
  }
  const std::string changes = ChangesText(nearest.change);
  if (changes.empty()) return {};
  const dsl::Rule& rule = RuleAt(program, nearest.rule);
  const auto uses = std::count_if(rule.chain.actions.begin(), rule.chain.actions.end(),
                                  [](const dsl::Action& action) { return std::holds_alternative<dsl::Use>(action.what); });
  const std::string arm = uses > 1 ? Cat({"arm ", std::to_string(nearest.arm), " of "}) : "";
  return Cat({"nearest: ", changes, "; then ", arm, rule.name.text, " may take it\n"});
}

}  // namespace

std::string CandidatesNamedText(const Decision& decision, std::string_view name) {
  const std::string shown = Word(name);
  const auto taken = [&](std::string_view other) { return Cat({" took ", Word(other)}); };
  std::string text;
  for (const Candidate& candidate : decision.candidates) {
    if (candidate.name != name) continue;
    if (candidate.taken) {
      text += Cat({shown, " is taken\n"});
    } else if (candidate.why != Skip::kNone) {
      text += Cat({shown, " was skipped by arm ", std::to_string(candidate.arm), ": ",
                   SkipText(candidate, decision.at_ms), "\n"});
    } else if (decision.verdict == Verdict::kUse && candidate.arm == decision.arm && candidate.tier > TierTaken(decision)) {
      text += Cat({shown, " was eligible, but stands in tier ", std::to_string(candidate.tier), ", and tier ",
                   std::to_string(TierTaken(decision)), " had ", Word(decision.credential->name), "\n"});
    } else if (decision.verdict == Verdict::kUse) {
      text += Cat({shown, " was eligible, but ", decision.strategy.empty() ? "the rule" : decision.strategy,
                   taken(decision.credential->name), candidate.arm != decision.arm ? " in another arm" : "",
                   " this time\n"});
    } else {
      text += Cat({shown, " was eligible\n"});
    }
  }
  return text;
}

std::string WhyNotCredentialText(const Snapshot& snapshot, const Request& request, int64_t now_ms, const Decision& decision,
                                 std::span<const Credential> named) {
  const Credential& credential = named.front();
  if (std::string text = CandidatesNamedText(decision, credential.name); !text.empty()) return text;
  const Program& program = snapshot.program();
  const std::string shown = Word(credential.name);
  const std::string_view provider = request.values[program.provider_slot].text();
  const std::vector<Value> seen = SeenValues(snapshot, request);
  // What stands behind any answer.
  const auto rest = [&] {
    std::string more = NearestText(program, seen, now_ms, named);
    if (!UsableAt(credential, decision.at_ms)) more += Cat({shown, credential.enabled ? " has expired\n" : " is disabled\n"});
    return more;
  };
  if (!Serves(credential, provider)) {
    return Cat({shown, " is of ", Word(credential.provider), ", and the request asks for ", Word(provider), "\n", rest()});
  }
  MatchScratch scratch;
  const size_t deciding = program.Match(seen, now_ms, &scratch);
  const dsl::Rule& rule = RuleAt(program, deciding);
  if (const size_t arm = ArmFor(program, rule, credential, provider, &seen); arm != 0) {
    const bool earlier = decision.arm != 0 && arm > decision.arm;
    return Cat({shown, " could be taken by arm ", std::to_string(arm), " of ", rule.name.text,
                earlier ? (decision.verdict == Verdict::kDeny ? ", but an arm before it refused\n" : ", but an arm before it answered\n")
                         : ", which did not look at it\n", rest()});
  }
  std::string text = Cat({shown, " is not among those that ", rule.name.text, " chooses from\n"});
  size_t choosers = 0;
  for (size_t i = 0; i < program.rules.size() && choosers < kMostChoosers; ++i) {
    const auto could_take = [&](const Credential& one) {
      return ArmFor(program, RuleAt(program, i), one, one.provider.empty() ? provider : std::string_view(one.provider)) != 0;
    };
    if (i == deciding || std::none_of(named.begin(), named.end(), could_take)) continue;
    ++choosers;
    text += WouldDecideText(snapshot, request, now_ms, program.rules[i].name);
  }
  if (choosers == 0) text += "no other rule chooses from it either\n";
  return text + rest();
}

}  // namespace keyrule::evaluator
