#include "evaluator/analysis/rule_texts.h"

#include <algorithm>
#include <set>
#include <unordered_set>
#include <utility>

#include "dsl/wording.h"
#include "evaluator/analysis/pool_entries.h"
#include "evaluator/health.h"
#include "evaluator/program.h"
#include "evaluator/typeset.h"

namespace keyrule::analysis {
namespace {

using dsl::InQuotes;

void AddNumber(uint64_t number, std::string* text) { *text += " #" + std::to_string(number); }

std::string ListText(const dsl::TextList& list) {
  std::string text = "list";
  for (const dsl::Text& item : list.items) text += dsl::Cat({" ", InQuotes(item.value)});
  return text;
}

std::string ListText(const dsl::IntegerList& list) {
  std::string text = "numbers";
  for (const dsl::Integer& item : list.items) text += ' ' + std::to_string(item.value);
  return text;
}

bool WeighsMembers(dsl::StrategyKind kind) {
  return kind != dsl::StrategyKind::kFirstAvailable && kind != dsl::StrategyKind::kRoundRobin && kind != dsl::StrategyKind::kRandom;
}

}  // namespace

RuleTexts::RuleTexts(const dsl::Policy& policy, const std::vector<uint32_t>& slots, Numbered* numbered)
    : policy_(policy), slots_(slots), numbered_(*numbered), idle_(policy) {}

void RuleTexts::AddPath(const dsl::Path& path, std::string* text) const {
  // Attributes of one name that the two policies declare differently are two.
  if (path.slot != dsl::kUnresolved) AddNumber(slots_[path.slot], text);
  *text += ' ';
  *text += path.text;
}

void RuleTexts::AddCondition(const dsl::Condition& condition, std::string* text) {
  const auto group = [&](std::string_view word, const std::vector<dsl::Condition>& terms) {
    *text += '(';
    for (const dsl::Condition& term : terms) {
      AddCondition(term, text);
      *text += word;
    }
    *text += ')';
  };
  const auto written = [&](const dsl::Path& path) {
    AddPath(path, text);
    *text += ": " + evaluator::OneLine(policy_.sources->TextOf(condition.span));
  };
  std::visit(dsl::Overloaded{
                 [&](const dsl::All& all) { group(" and ", all.terms); },
                 [&](const dsl::Any& any) { group(" or ", any.terms); },
                 [&](const dsl::Not& negation) { group(" not ", negation.term); },
                 [&](const dsl::Bare& bare) {
                   if (bare.let != dsl::kUnresolved) return AddNumber(OfLet(bare.let), text);
                   AddPath(bare.path, text);
                 },
                 [&](const dsl::Comparison& comparison) {
                   AddPath(comparison.path, text);
                   *text += dsl::Cat({" ", dsl::Spelling(comparison.op), " "});
                   std::visit(dsl::Overloaded{[&](const dsl::Text& constant) { *text += InQuotes(constant.value); },
                                              [&](const dsl::Integer& constant) { *text += std::to_string(constant.value); },
                                              [&](const dsl::Timestamp& constant) {
                                                *text += std::to_string(constant.unix_ms);
                                              }},
                              comparison.constant);
                 },
                 [&](const dsl::Membership& member) {
                   if (std::holds_alternative<dsl::Share>(member.set)) return written(member.path);
                   AddPath(member.path, text);
                   *text += member.negated ? " not in" : " in";
                   std::visit(dsl::Overloaded{[](const dsl::Share&) {},
                                              [&](const dsl::TextList& list) { *text += ListText(list); },
                                              [&](const dsl::IntegerList& list) { *text += ListText(list); },
                                              [&](const dsl::ListName& name) {
                                                const bool table = name.table != dsl::kUnresolved;
                                                AddNumber(table ? OfKeys(name.table) : OfLet(name.let), text);
                                              }},
                              member.set);
                 },
                 [&](const dsl::ClockTest&) { *text += evaluator::OneLine(policy_.sources->TextOf(condition.span)); },
                 [&](const auto& atom) { written(atom.path); }},
             condition.node);
}

uint32_t RuleTexts::OfLet(uint32_t let) {
  if (const auto known = lets_.find(let); known != lets_.end()) return known->second;
  std::string text;
  std::visit(dsl::Overloaded{[&](const dsl::TextList& list) { text = ListText(list); },
                             [&](const dsl::IntegerList& list) { text = ListText(list); },
                             [&](const dsl::Condition& condition) {
                               text = "condition ";
                               AddCondition(condition, &text);
                             }},
             policy_.lets[let].value);
  return lets_[let] = numbered_.Of(text);
}

uint32_t RuleTexts::OfTable(uint32_t table) {
  if (const auto known = tables_.find(table); known != tables_.end()) return known->second;
  std::vector<std::string> rows;
  for (const dsl::TableEntry& entry : policy_.tables[table].entries()) {
    rows.push_back(InQuotes(entry.key.value) + ':' + InQuotes(entry.value.value));
  }
  std::sort(rows.begin(), rows.end());
  std::string text = "table";
  for (const std::string& row : rows) text += ' ' + row;
  return tables_[table] = numbered_.Of(text);
}

uint32_t RuleTexts::OfKeys(uint32_t table) {
  if (const auto known = keys_.find(table); known != keys_.end()) return known->second;
  std::set<std::string> sorted;
  for (const dsl::TableEntry& entry : policy_.tables[table].entries()) sorted.insert(InQuotes(entry.key.value));
  std::string text = "keys";
  for (const std::string& key : sorted) text += ' ' + key;
  return keys_[table] = numbered_.Of(text);
}

uint32_t RuleTexts::OfEntries(std::vector<uint32_t> entries) {
  std::sort(entries.begin(), entries.end());
  entries.erase(std::unique(entries.begin(), entries.end()), entries.end());
  std::string text = "entries";
  for (const uint32_t entry : entries) AddNumber(entry, &text);
  return numbered_.Of(text);
}

const RuleTexts::PoolText& RuleTexts::OfPool(uint32_t pool) {
  if (const auto known = pools_.find(pool); known != pools_.end()) return known->second;
  PoolText text;
  std::unordered_set<uint32_t> conditions;  // of which again the first place counts
  std::set<uint32_t> tiers;
  std::string order = "order";
  std::string weights = "weights";
  for (const PoolEntry& entry : EntriesOf(policy_, pool)) {
    std::string what;
    if (const dsl::Condition* where = entry.where()) {
      what = "where ";
      AddCondition(*where, &what);
    } else {
      what = InQuotes(entry.name()->value);
    }
    const uint32_t number = numbered_.Of(what);
    if (entry.where() != nullptr && !conditions.insert(number).second) continue;
    text.only_names = text.only_names && entry.name() != nullptr;
    text.chooses = text.chooses || entry.where() != nullptr || !tiers.insert(entry.tier).second;
    text.entries.push_back(number);
    AddNumber(number, &order);
    order += ' ' + std::to_string(entry.tier);
    weights += ' ' + std::to_string(entry.weight);
  }
  const std::vector<dsl::Cooling>& coolings = policy_.pools[pool].coolings;
  std::string rests = "rests";
  for (const evaluator::Outcome outcome :
       {evaluator::Outcome::kRateLimited, evaluator::Outcome::kUnauthorized, evaluator::Outcome::kOutOfCredit,
        evaluator::Outcome::kTimedOut, evaluator::Outcome::kServerError}) {
    const evaluator::Rest rest = evaluator::RestAfter(outcome, coolings);
    rests += ' ' + std::to_string(rest.count) + ' ' + std::to_string(rest.first_ms) + ' ' + std::to_string(rest.most_ms);
  }
  std::string written = weights;
  for (const dsl::Cooling& cooling : coolings) written += ' ' + evaluator::OneLine(policy_.sources->TextOf(cooling.span));
  text.members = OfEntries(text.entries);
  text.order = numbered_.Of(order);
  text.weights = numbered_.Of(weights);
  text.rests = numbered_.Of(rests);
  text.written = numbered_.Of(written);
  return pools_[pool] = std::move(text);
}

AnswerPart RuleTexts::PartOf(const std::string& about, const dsl::Value& value) {
  const uint32_t number = numbered_.Of(about);
  if (const auto* text = std::get_if<dsl::Text>(&value.what)) {
    return {numbered_.Of(about + InQuotes(text->value)), number, &value};
  }
  return {number, number, &value};
}

void RuleTexts::AddMeter(const dsl::Meter& meter, std::string* text) {
  *text += " under";
  if (meter.each_credential) *text += " each credential";
  if (meter.each) AddPath(*meter.each, text);
  std::vector<std::string> limits;  // all have to fit, in whatever order
  for (const dsl::Limit& limit : meter.limits) {
    limits.push_back(std::to_string(limit.amount) + ' ' + std::to_string(static_cast<int>(limit.unit)) + ' ' +
                     std::to_string(static_cast<int>(limit.period)));
    if (limit.zone) limits.back() += ' ' + InQuotes(limit.zone->value);
  }
  std::sort(limits.begin(), limits.end());
  for (const std::string& limit : limits) *text += ' ' + limit;
}

void RuleTexts::AddUse(const dsl::Use& use, std::vector<uint32_t>* spends, RuleText* text, std::string* state,
                       std::string* narrows, std::string* unnoticed) {
  if (const auto* pool = std::get_if<dsl::UsePool>(&use.what)) {
    const PoolText& members = OfPool(pool->pool.index);
    if (pool->narrow) {
      std::string about = "pool";
      AddNumber(members.members, &about);
      about += dsl::Cat({" where ", pool->narrow->field.text, " == "});
      AnswerPart part = PartOf(about, pool->narrow->value);
      part.narrows = true;
      if (pool->narrow->field.text == "name") part.from = pool->pool.index;
      AddNumber(PartOf(dsl::Cat({"where ", pool->narrow->field.text, " == "}), pool->narrow->value).fixed, narrows);
      text->credentials.push_back(part);
    } else {
      spends->insert(spends->end(), members.entries.begin(), members.entries.end());
    }
    AddNumber(members.order, state);
    AddNumber(members.rests, state);
    AddNumber(members.written, unnoticed);
    // Of one at a time each strategy takes that.
    const bool is_one = pool->narrow && pool->narrow->field.text == "name" && members.only_names;
    const bool chooses = members.chooses && !is_one;
    std::string* const choice = chooses ? state : unnoticed;
    if (WeighsMembers(pool->strategy.kind)) AddNumber(members.weights, choice);
    *choice += dsl::Cat({" by ", dsl::Spelling(pool->strategy.kind)});
    if (pool->strategy.on) AddPath(*pool->strategy.on, choice);
  } else {
    const auto& single = std::get<dsl::UseCredential>(use.what);
    const auto* name = std::get_if<dsl::Text>(&single.credential.what);
    if (name != nullptr && !single.from) {
      spends->push_back(numbered_.Of(InQuotes(name->value)));
      AddNumber(spends->back(), state);
    } else {
      std::string about = "credential";
      if (single.from) AddNumber(OfPool(single.from->index).members, &about);
      AnswerPart part = PartOf(about + ' ', single.credential);
      if (single.from) part.from = single.from->index;
      if (single.from) AddNumber(OfPool(single.from->index).order, unnoticed);
      AddNumber(PartOf("credential ", single.credential).fixed, state);
      text->credentials.push_back(part);
    }
  }
  std::vector<std::string> meters;  // likewise
  for (const dsl::MeterName& name : use.under) AddMeter(policy_.meters[name.index], &meters.emplace_back());
  for (const std::string& meter : meters) *unnoticed += meter;
  std::sort(meters.begin(), meters.end());
  for (const std::string& meter : meters) *state += meter;
  if (use.waiting) *state += " waiting " + std::to_string(use.waiting->ms);
  *state += ';';
  *narrows += ';';
}

RuleText RuleTexts::Of(const dsl::Rule& rule) {
  RuleText text;
  std::string condition;
  if (rule.when) AddCondition(*rule.when, &condition);
  text.condition = numbered_.Of(condition);
  std::string denials = "deny";
  std::string state = "state";
  std::string narrows = " narrowed";
  std::string unnoticed = "unnoticed";
  std::set<std::string> arms;
  std::vector<uint32_t> spends;
  bool first = true;
  const std::vector<bool> idle = idle_.Of(rule);
  size_t number = 0;
  for (const dsl::Action& action : rule.chain.actions) {
    const bool is_idle = idle[number++];
    if (const auto* use = std::get_if<dsl::Use>(&action.what)) {
      if (is_idle) {
        unnoticed += " idle " + evaluator::OneLine(policy_.sources->TextOf(action.span));
        continue;
      }
      std::string arm, narrow;
      AddUse(*use, &spends, &text, &arm, &narrow, &unnoticed);
      // What was empty a moment ago is so again, but for what is waited for.
      if (use->waiting || arms.insert(arm + narrow).second) {
        state += arm;
        narrows += narrow;
      }
      if (first) text.verdict = AnswerVerdict::kUse;
    } else if (const auto* deny = std::get_if<dsl::Deny>(&action.what)) {
      denials += ' ' + InQuotes(deny->reason.value);
      if (first) text.verdict = AnswerVerdict::kDeny;
    } else {
      spends.push_back(numbered_.Of("host"));
      state += " host;";
      if (first) text.verdict = AnswerVerdict::kHost;
    }
    first = false;
  }
  text.denials = numbered_.Of(denials);
  // The order of arms is the state's.
  std::stable_sort(text.credentials.begin(), text.credentials.end(), [&](const AnswerPart& a, const AnswerPart& b) {
    const auto key = [&](const AnswerPart& part) {
      return std::pair(part.about, policy_.sources->TextOf(part.value->span));
    };
    return key(a) < key(b);
  });
  const uint32_t all = OfEntries(std::move(spends));
  text.credentials.insert(text.credentials.begin(), {all, all, nullptr});
  evaluator::CompiledRule retry;  // as it is where none is written
  if (rule.chain.retry) {
    retry.retries = static_cast<uint32_t>(rule.chain.retry->times.value);
    retry.retry_within_ms = rule.chain.retry->within.ms;
    unnoticed += " retry";
  }
  state += " retry " + std::to_string(retry.retries) + ' ' + std::to_string(retry.retry_within_ms);
  text.state = numbered_.Of(state + narrows);
  text.unnarrowed_state = numbered_.Of(state);
  text.unnoticed = numbered_.Of(unnoticed);
  for (const dsl::Tag& tag : rule.chain.tags) {
    text.tags.push_back(PartOf(dsl::Cat({"tag ", tag.name.text, " = "}), tag.value));
  }
  std::stable_sort(text.tags.begin(), text.tags.end(),
                   [](const AnswerPart& a, const AnswerPart& b) { return a.about < b.about; });
  return text;
}

}  // namespace keyrule::analysis
