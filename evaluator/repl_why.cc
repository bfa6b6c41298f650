// `why` and `why not`.

#include <algorithm>
#include <iterator>

#include "dsl/suggest.h"
#include "dsl/wording.h"
#include "evaluator/candidates_text.h"
#include "evaluator/condition_tree.h"
#include "evaluator/decision_json.h"
#include "evaluator/decision_text.h"
#include "evaluator/explain.h"
#include "evaluator/explanation.h"
#include "evaluator/repl_impl.h"
#include "evaluator/typeset.h"
#include "evaluator/why_not.h"

namespace keyrule::evaluator {

using dsl::Cat;
using dsl::Tick;
using Answer = Repl::Answer;

namespace {

constexpr size_t kMostRules = 30;
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
  const std::vector<Credential> all = Candidates();
  const auto is_named = [&](const Credential& one) { return one.name == name; };
  const auto known = std::find_if(all.begin(), all.end(), is_named);
  if (known == all.end()) {
    const std::string text = CandidatesNamedText(decision, name);
    if (!text.empty()) return {.text = text};
    std::vector<std::string_view> names;
    for (const Credential& one : all) {
      if (names.empty() || names.back() != one.name) names.push_back(one.name);
    }
    return Wrong(Cat({"no credential is named ", Tick(Printable(name)), "; ",
                      dsl::Suggest(name, names, "credentials", "there are none")}));
  }
  const std::string_view provider = request.values[program->provider_slot].text();
  std::vector<Credential> named;
  std::copy_if(known, all.end(), std::back_inserter(named), is_named);
  std::stable_partition(named.begin(), named.end(), [&](const Credential& one) { return Serves(one, provider); });
  return {.text = WhyNotCredentialText(session->snapshot(), request, decision.began_ms, decision, named)};
}

}  // namespace keyrule::evaluator
