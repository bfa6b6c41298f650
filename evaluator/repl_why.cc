// `why` and `why not`.

#include <algorithm>

#include "dsl/suggest.h"
#include "dsl/wording.h"
#include "evaluator/analysis/nearest_spend.h"
#include "evaluator/candidates_text.h"
#include "evaluator/condition_tree.h"
#include "evaluator/decision_json.h"
#include "evaluator/decision_text.h"
#include "evaluator/explain.h"
#include "evaluator/explanation.h"
#include "evaluator/repl_impl.h"
#include "evaluator/test_world.h"
#include "evaluator/typeset.h"

namespace keyrule::evaluator {

using dsl::Cat;
using dsl::Tick;
using Answer = Repl::Answer;

namespace {

constexpr size_t kMostRules = 30;
constexpr size_t kMostChoosers = 3;
constexpr size_t kWidestCondition = 60;

// The rules that did not decide: the nearest before the one that did, each with the first condition that failed.
std::string PassedOver(const Program& program, const std::vector<RuleTrace>& traces, const std::vector<Value>& values,
                       int64_t now_ms, const Painter& paint) {
  const size_t all = traces.size() - 1;  // the last one decides
  const size_t first = all - std::min(all, kMostRules);
  const auto condition = [&](const RuleTrace& trace) {
    return Shorten(OneLine(program.policy->sources->TextOf(trace.failed->span)), kWidestCondition);
  };
  size_t name_width = 0;
  size_t condition_width = 0;
  for (size_t i = first; i < all; ++i) {
    name_width = std::max(name_width, Width(program.rules[traces[i].rule].name));
    condition_width = std::max(condition_width, Width(condition(traces[i])));
  }
  std::string text;
  if (first > 0) text += Cat({"…    ", Count(first, "rule"), " before these did not match\n"});
  for (size_t i = first; i < all; ++i) {
    text += paint.Bad("no") + "   " + Pad(program.rules[traces[i].rule].name, name_width) + "  " +
            Pad(condition(traces[i]), condition_width) + "  " + FoundText(*traces[i].failed, values, now_ms) + "\n";
  }
  return text;
}

// Whether an arm could ever take the credential, as far as its pool and its literals say.
bool CouldTake(const Program& program, const dsl::Use& use, const Credential& credential, std::string_view provider) {
  if (const auto* pool = std::get_if<dsl::UsePool>(&use.what)) {
    return PoolHolds(program, pool->pool.index, credential, provider);
  }
  const auto& named = std::get<dsl::UseCredential>(use.what);
  if (named.from && !PoolHolds(program, named.from->index, credential, provider)) return false;
  if (const auto* text = std::get_if<dsl::Text>(&named.credential.what)) return text->value == credential.name;
  const auto* lookup = std::get_if<dsl::Lookup>(&named.credential.what);
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
size_t ArmFor(const Program& program, const dsl::Rule& rule, const Credential& credential, std::string_view provider) {
  for (size_t i = 0; i < rule.chain.actions.size(); ++i) {
    const auto* use = std::get_if<dsl::Use>(&rule.chain.actions[i].what);
    if (use != nullptr && CouldTake(program, *use, credential, provider)) return i + 1;
  }
  return 0;
}

// The smallest change after which it may be chosen, and by which rule; empty: it may be already.
std::string NearestText(const Program& program, const std::vector<Value>& values, int64_t now_ms, const Credential& credential) {
  const analysis::NearestSpend nearest = analysis::FindNearestSpend(program, values, now_ms, credential);
  switch (nearest.change.answer) {
    case analysis::NearestChange::Answer::kNone: return "no request leads to it\n";
    case analysis::NearestChange::Answer::kNotDecided: return "nearest: not decided\n";
    case analysis::NearestChange::Answer::kFound: break;
  }
  const std::string changes = ChangesText(nearest.change);
  if (changes.empty()) return {};
  return Cat({"nearest: ", changes, "; then ", RuleAt(program, nearest.rule).name.text, " may take it\n"});
}

}  // namespace

Answer Repl::Impl::Why(std::string_view rest) {
  std::string_view behind = rest;
  if (TakeWord(&behind) == "not") return WhyNot(behind);
  if (!rest.empty()) return Wrong("write `why`, or `why not RULE`, or `why not \"CREDENTIAL\"`");
  RequestBuilder builder(program->policy);
  std::string error;
  if (!Current({}, &builder, &error)) return Wrong(error);
  // Of a decision that was made, the answer as it was; otherwise the answer that there would be.
  const bool made = session->last() != nullptr && !changed;
  Decision dry;
  if (!made) DecideDry(builder, &dry);
  const Decision& decision = made ? *session->last() : dry;
  const Request request = made ? session->request().Build() : builder.Build();
  const int64_t now = decision.began_ms;
  const std::vector<Value> seen = SeenValues(session->snapshot(), request);
  const std::vector<RuleTrace> traces = TraceRules(*program, seen, now, false);
  std::string text = paint.Decision(DecisionText(decision, session->snapshot())) + "\n";
  text += PassedOver(*program, traces, seen, now, paint);
  const dsl::Rule& rule = RuleAt(*program, traces.back().rule);
  text +=
      paint.Good("yes") + "  " + std::string(rule.name.text) + (rule.when ? "" : "  no rule before it decides") + "\n";
  if (rule.when) text += ConditionTreeText(*program, *rule.when, seen, now, 5, true, paint);
  return {.text = text + CandidatesText(decision, paint)};
}

Answer Repl::Impl::WhyNot(std::string_view rest) {
  if (rest.empty())
    return Wrong("write which rule, as in `why not billing`, or which credential, as in `why not \"prod-eu\"`");
  RequestBuilder builder(program->policy);
  std::string error;
  if (!Current({}, &builder, &error)) return Wrong(error);
  const bool made = session->last() != nullptr && !changed;
  const Request request = made ? session->request().Build() : builder.Build();
  const bool is_rule = rest == "default" || std::any_of(program->rules.begin(), program->rules.end(),
                                                        [&](const CompiledRule& rule) { return rule.name == rest; });
  if (is_rule) return {.text = WhyNotText(session->snapshot(), request, session->now(), rest)};
  const std::vector<Credential> all = Candidates();
  std::string name(rest);
  if (rest.starts_with('"')) {
    std::vector<std::string> words;
    if (!SplitWords(rest, &words) || words.size() != 1)
      return Wrong("write one credential in quotes, as in `why not \"prod-eu\"`");
    name = words.front();
  } else if (std::none_of(all.begin(), all.end(), [&](const Credential& one) { return one.name == rest; })) {
    std::string text = WhyNotText(session->snapshot(), request, session->now(), rest);
    if (text.ends_with('\n')) text.pop_back();
    return Wrong(text);
  }
  Decision dry;
  if (!made) DecideDry(builder, &dry);
  return WhyNotCredential(name, made ? *session->last() : dry, request);
}

Answer Repl::Impl::WhyNotCredential(const std::string& name, const Decision& decision, const Request& request) {
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
  const std::vector<Credential> all = Candidates();
  const auto known = std::find_if(all.begin(), all.end(), [&](const Credential& one) { return one.name == name; });
  if (known == all.end()) {
    if (!text.empty()) return {.text = text};
    std::vector<std::string_view> names;
    for (const Credential& one : all) {
      if (names.empty() || names.back() != one.name) names.push_back(one.name);
    }
    return Wrong(Cat({"no credential is named ", Tick(Printable(name)), "; ",
                      dsl::Suggest(name, names, "credentials", "there are none")}));
  }
  if (!text.empty()) return {.text = text};

  const std::string_view provider = request.values[program->provider_slot].text();
  const auto serves = [&](const Credential& one) {
    return one.name == name && (one.provider.empty() || one.provider == provider);
  };
  const auto fits = std::find_if(all.begin(), all.end(), serves);
  if (fits == all.end()) {
    return {.text =
                Cat({shown, " is of ", Word(known->provider), ", and the request asks for ", Word(provider), "\n"})};
  }
  const std::vector<Value> seen = SeenValues(session->snapshot(), request);
  MatchScratch scratch;
  const size_t deciding = program->Match(seen, decision.began_ms, &scratch);
  const dsl::Rule& rule = RuleAt(*program, deciding);
  // What stands behind either answer.
  const auto rest = [&] {
    std::string more = NearestText(*program, seen, decision.began_ms, *fits);
    if (!UsableAt(*fits, decision.at_ms)) more += Cat({shown, fits->enabled ? " has expired\n" : " is disabled\n"});
    return more;
  };
  if (const size_t arm = ArmFor(*program, rule, *fits, provider); arm != 0) {
    const bool earlier = decision.arm != 0 && arm > decision.arm;
    return {.text = Cat({shown, " could be taken by arm ", std::to_string(arm), " of ", rule.name.text,
                         earlier ? ", but an arm before it answered\n" : ", which did not look at it\n", rest()})};
  }
  text = Cat({shown, " is not among those that ", rule.name.text, " chooses from\n"});
  size_t choosers = 0;
  for (size_t i = 0; i < program->rules.size() && choosers < kMostChoosers; ++i) {
    if (i == deciding || ArmFor(*program, RuleAt(*program, i), *fits, provider) == 0) continue;
    ++choosers;
    text += WouldDecideText(session->snapshot(), request, session->now(), program->rules[i].name);
  }
  if (choosers == 0) text += "no other rule chooses from it either\n";
  return {.text = text + rest()};
}

}  // namespace keyrule::evaluator
