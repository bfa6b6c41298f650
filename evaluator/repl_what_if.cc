// `what if`: what another request would be answered, beside this one.

#include <algorithm>
#include <set>

#include "dsl/wording.h"
#include "evaluator/decision_text.h"
#include "evaluator/explanation.h"
#include "evaluator/repl_impl.h"
#include "evaluator/repl_table.h"
#include "evaluator/typeset.h"

namespace keyrule::evaluator {

using dsl::Cat;
using dsl::Tick;
using Answer = Repl::Answer;

namespace {

constexpr size_t kMostTold = 10;
constexpr std::string_view kNone = "–";

// The parts of an answer that can move.
struct Aspect {
  std::string name;
  std::string value;
};

std::string Joined(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : ", ") + item;
  return text.empty() ? std::string(kNone) : text;
}

std::vector<Aspect> AspectsOf(const Decision& decision, const Snapshot& snapshot) {
  const Program& program = snapshot.program();
  const bool known = decision.reason != Reason::kInternal && decision.rule < program.rules.size();
  std::vector<std::string> eligible, skipped, tags;
  for (const Candidate& candidate : decision.candidates) {
    if (candidate.why == Skip::kNone) {
      eligible.push_back(Word(candidate.name));
    } else {
      skipped.push_back(Cat({Word(candidate.name), " ", ToString(candidate.why)}));
    }
  }
  for (const TagValue& tag : decision.tags) tags.push_back(Cat({tag.name, "=", Word(tag.value)}));
  const bool pooled = decision.pool < program.policy->pools.size();
  return {{"answer", VerdictLine(decision)},
          {"rule", known ? std::string(program.rules[decision.rule].name) : std::string(kNone)},
          {"arm", decision.arm == 0 ? std::string(kNone) : std::to_string(decision.arm)},
          {"pool", pooled ? std::string(program.policy->pools[decision.pool].name.text) : std::string(kNone)},
          {"strategy", decision.strategy.empty() ? std::string(kNone) : std::string(decision.strategy)},
          {"chosen from", Joined(eligible)},
          {"skipped", Joined(skipped)},
          {"tags", Joined(tags)}};
}

// `A = V` or `unset A`, several with commas.
bool ParseChanges(std::string_view rest, std::vector<ReplSetting>* changes, std::string* error) {
  for (const std::string_view item : SplitAtCommas(rest)) {
    std::string_view behind = item;
    if (TakeWord(&behind) == "unset") {
      if (behind.empty()) {
        *error = "write which attribute, as in `what if unset app.id`";
        return false;
      }
      changes->push_back({.path = std::string(behind), .value = {}});
    } else if (!ParseSettings(item, changes, error)) {
      return false;
    }
  }
  return true;
}

}  // namespace

Answer Repl::Impl::WhatIf(std::string_view rest) {
  if (TakeWord(&rest) != "if" || rest.empty()) {
    return Wrong("write what would be otherwise, as in `what if environment = \"staging\"`");
  }
  std::vector<ReplSetting> changes;
  std::string error;
  if (!ParseChanges(rest, &changes, &error)) return Wrong(error);
  RequestBuilder before(program->policy);
  RequestBuilder after(program->policy);
  if (!Current({}, &before, &error) || !Current(changes, &after, &error)) return Wrong(error);

  Decision was, would;
  DecideDry(before, &was);
  DecideDry(after, &would);
  TableRows rows;
  const std::vector<Aspect> olds = AspectsOf(was, session->snapshot());
  const std::vector<Aspect> news = AspectsOf(would, session->snapshot());
  for (size_t i = 0; i < olds.size(); ++i) {
    if (olds[i].value != news[i].value) rows.push_back({olds[i].name, olds[i].value, "→", news[i].value});
  }
  // Conditions that turn without deciding anything are worth knowing as well.
  const auto holding = [this](const RequestBuilder& builder) {
    const std::vector<Value> seen = SeenValues(session->snapshot(), builder.Build());
    std::vector<bool> holds;
    for (const RuleTrace& trace : TraceRules(*program, seen, session->now(), true)) holds.push_back(trace.matched);
    return holds;
  };
  const std::vector<bool> held = holding(before);
  const std::vector<bool> hold = holding(after);
  std::vector<std::string> begin, end;
  for (size_t i = 0; i < held.size(); ++i) {
    if (held[i] == hold[i]) continue;
    std::vector<std::string>& list = hold[i] ? begin : end;
    if (list.size() < kMostTold) {
      list.emplace_back(program->rules[i].name);
    } else if (list.size() == kMostTold) {
      list.emplace_back("…");
    }
  }
  std::string text = TableText(rows, host.Columns());
  if (rows.empty()) {
    const std::string place = PlaceText(was, session->snapshot());
    text = Cat({"nothing moves: ", VerdictLine(was), place.empty() ? "" : " (", place, place.empty() ? "" : ")", "\n"});
  }
  if (!begin.empty()) text += Cat({"begin to match: ", Joined(begin), "\n"});
  if (!end.empty()) text += Cat({"match no longer: ", Joined(end), "\n"});
  return {.text = text};
}

}  // namespace keyrule::evaluator
