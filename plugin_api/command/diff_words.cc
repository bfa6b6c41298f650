#include "plugin_api/command/diff_words.h"

#include <algorithm>
#include <set>

#include "dsl/wording.h"
#include "evaluator/analysis/example_text.h"
#include "evaluator/analysis/pool_entries.h"
#include "evaluator/typeset.h"

namespace keyrule::command {
namespace {

using analysis::ChangeKind;
using dsl::Cat;
using dsl::InQuotes;
using evaluator::OneLine;

constexpr size_t kWidestAnswer = 160;
constexpr size_t kWidestCondition = 120;

bool HasRule(const dsl::Policy& policy, std::string_view name) {
  return std::any_of(policy.rules.begin(), policy.rules.end(), [&](const dsl::Rule& rule) { return rule.name.text == name; });
}

// A source of the policy on one line.
std::string LineAt(const dsl::Policy& policy, const dsl::Span& span) { return OneLine(policy.sources->TextOf(span)); }

std::string EntryText(const dsl::Policy& policy, const analysis::PoolEntry& entry) {
  return entry.name() != nullptr ? InQuotes(entry.name()->value) : "those where " + LineAt(policy, entry.where()->span);
}

// What the arms of a chain choose and count by beside what is written there.
struct Ways {
  std::vector<std::string> pieces;
  std::string order;  // of what the arms may spend
};

Ways WaysOf(const dsl::Policy& policy, const dsl::Chain& chain) {
  Ways ways;
  for (const dsl::Action& action : chain.actions) {
    const auto* use = std::get_if<dsl::Use>(&action.what);
    if (use == nullptr) continue;
    const auto* pool = std::get_if<dsl::UsePool>(&use->what);
    if (!ways.order.empty()) ways.order += " else ";
    if (pool == nullptr) {
      ways.order += LineAt(policy, std::get<dsl::UseCredential>(use->what).credential.span);
    } else {
      uint32_t tier = 0;
      for (const analysis::PoolEntry& entry : analysis::EntriesOf(policy, pool->pool.index)) {
        const std::string text = EntryText(policy, entry);
        ways.order += (tier == 0 ? "" : tier != entry.tier ? " then " : ", ") + text;
        tier = entry.tier;
        if (entry.weight != 0) ways.pieces.push_back(text + " weight " + std::to_string(entry.weight));
      }
      for (const dsl::Cooling& cooling : policy.pools[pool->pool.index].coolings) {
        ways.pieces.push_back(LineAt(policy, cooling.span));
      }
    }
    for (const dsl::MeterName& name : use->under) ways.pieces.push_back(LineAt(policy, policy.meters[name.index].span));
  }
  return ways;
}

// What a value is for this request.
std::string ValueFor(const dsl::Policy& policy, const dsl::Value& value, const analysis::Example& example) {
  if (const auto* text = std::get_if<dsl::Text>(&value.what)) return InQuotes(text->value);
  const auto* path = std::get_if<dsl::Path>(&value.what);
  if (path != nullptr) return "the one that " + analysis::PathText(path->text) + " names";
  const auto& lookup = std::get<dsl::Lookup>(value.what);
  std::string key;
  for (const analysis::Assignment& assignment : example.assignments) {
    const auto* text = std::get_if<std::string>(&assignment.value);
    if (text != nullptr && assignment.path == lookup.key.text.view()) key = *text;
  }
  for (const dsl::TableEntry& entry : policy.tables[lookup.index].entries()) {
    if (entry.key.value == key) return InQuotes(entry.value.value);
  }
  return "";
}

std::vector<std::string> OnlyIn(const std::vector<std::string>& all, const std::vector<std::string>& others) {
  std::vector<std::string> only;
  for (const std::string& entry : all) {
    if (!entry.empty() && std::find(others.begin(), others.end(), entry) == others.end()) only.push_back(entry);
  }
  return only;
}

std::string_view WordsOf(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::kDenied: return "now denied";
    case ChangeKind::kToHost: return "now left to the host";
    case ChangeKind::kAllowed: return "no longer denied";
    case ChangeKind::kTaken: return "no longer left to the host";
    case ChangeKind::kCredentials: return "other credentials";
    case ChangeKind::kDenyText: return "another refusal";
    case ChangeKind::kTags: return "other tags";
    case ChangeKind::kRule: return "another rule, the same answer";
    case ChangeKind::kState: break;
  }
  return "chosen in another way";
}

}  // namespace

const dsl::Rule* DiffWriter::RuleOf(bool old_side, uint32_t rule) const {
  const dsl::Policy& of = policy(old_side);
  return rule < of.rules.size() ? &of.rules[rule] : nullptr;
}

std::string DiffWriter::NameOf(bool old_side, uint32_t rule) const {
  const dsl::Rule* found = RuleOf(old_side, rule);
  return found == nullptr ? "default" : Cat({"rule ", found->name.text});
}

std::string DiffWriter::AnswerOf(bool old_side, uint32_t rule) const {
  const dsl::Chain& chain = ChainOf(old_side, rule);
  const dsl::Sources& sources = *policy(old_side).sources;
  std::string text;
  for (const dsl::Action& action : chain.actions) text += (text.empty() ? "" : " else ") + OneLine(sources.TextOf(action.span));
  if (chain.retry) text += " " + OneLine(sources.TextOf(chain.retry->span));
  bool first = true;
  for (const dsl::Tag& tag : chain.tags) {
    text += Cat({first ? " tag " : ", ", tag.name.text, " = ", OneLine(sources.TextOf(tag.value.span))});
    first = false;
  }
  return evaluator::Shorten(text, kWidestAnswer);
}

std::vector<std::string> DiffWriter::Spends(bool old_side, uint32_t rule, const analysis::Example& example) const {
  const dsl::Policy& of = policy(old_side);
  const dsl::Chain& chain = ChainOf(old_side, rule);
  std::vector<std::string> entries;
  std::set<std::string> names;
  for (const dsl::Action& action : chain.actions) {
    if (std::holds_alternative<dsl::LeaveToHost>(action.what)) entries.emplace_back("those of the host");
    const auto* use = std::get_if<dsl::Use>(&action.what);
    if (use == nullptr) continue;
    const auto add = [&](uint32_t pool, const std::string& where) {
      for (const analysis::PoolEntry& entry : analysis::EntriesOf(of, pool)) {
        const std::string text = EntryText(of, entry) + where;
        if (names.insert(text).second) entries.push_back(text);
      }
    };
    if (const auto* pool = std::get_if<dsl::UsePool>(&use->what)) {
      // Narrowed by what is written as by what the request says.
      const std::string narrow = pool->narrow ? Cat({", where ", pool->narrow->field.text, " == ", LineAt(of, pool->narrow->value.span)}) : "";
      add(pool->pool.index, narrow);
    }
    if (const auto* single = std::get_if<dsl::UseCredential>(&use->what)) {
      if (single->from && std::holds_alternative<dsl::Path>(single->credential.what)) {
        add(single->from->index, ", where " + LineAt(of, single->credential.span) + " names it");
      } else {
        entries.push_back(ValueFor(of, single->credential, example));
      }
    }
  }
  return entries;
}

const dsl::Chain& DiffWriter::ChainOf(bool old_side, uint32_t rule) const {
  const dsl::Rule* found = RuleOf(old_side, rule);
  return found != nullptr ? found->chain : policy(old_side).fallback.chain;
}

// Of rules that may spend the same: what they choose and count by.
void DiffWriter::AddWays(uint32_t old_rule, uint32_t new_rule, DiffWords* words) const {
  const Ways before = WaysOf(policy(true), ChainOf(true, old_rule));
  const Ways after = WaysOf(policy(false), ChainOf(false, new_rule));
  words->was_with = OnlyIn(before.pieces, after.pieces);
  words->now_with = OnlyIn(after.pieces, before.pieces);
  if (before.order != after.order) {
    words->was_with.push_back("the order " + before.order);
    words->now_with.push_back("the order " + after.order);
  }
  SayWith(words);
}

// Of arms that go by tables, where others may spend the same: what the entries are for this request.
void DiffWriter::AddEntries(uint32_t old_rule, uint32_t new_rule, const analysis::Example& example, DiffWords* words) const {
  std::vector<std::string> entries[2];
  for (const bool old_side : {true, false}) {
    const dsl::Policy& of = policy(old_side);
    for (const dsl::Action& action : ChainOf(old_side, old_side ? old_rule : new_rule).actions) {
      const auto* use = std::get_if<dsl::Use>(&action.what);
      if (use == nullptr) continue;
      const auto* pool = std::get_if<dsl::UsePool>(&use->what);
      const auto* single = std::get_if<dsl::UseCredential>(&use->what);
      const dsl::Value* value = single != nullptr ? &single->credential : pool->narrow ? &pool->narrow->value : nullptr;
      if (value == nullptr || !std::holds_alternative<dsl::Lookup>(value->what)) continue;
      const std::string text = ValueFor(of, *value, example);
      entries[old_side ? 0 : 1].push_back(Cat({LineAt(of, value->span), text.empty() ? " without an entry" : " being ", text}));
    }
  }
  words->was_with = OnlyIn(entries[0], entries[1]);
  words->now_with = OnlyIn(entries[1], entries[0]);
  SayWith(words);
}

void DiffWriter::SayWith(DiffWords* words) {
  const auto add = [](const std::vector<std::string>& pieces, std::string* text) {
    for (size_t i = 0; i < pieces.size(); ++i) *text += (i == 0 ? ", with " : ", ") + pieces[i];
  };
  add(words->was_with, &words->was);
  add(words->now_with, &words->now);
}

DiffWords DiffWriter::Of(const analysis::ChangeClass& one) const {
  DiffWords words;
  words.change = std::string(one.example ? "" : "perhaps ") + std::string(WordsOf(one.kind));
  const dsl::Rule* rule = RuleOf(one.old_side, one.rule);
  if (rule == nullptr) {
    words.whose = "requests of the default";
  } else {
    const bool in_other = HasRule(policy(!one.old_side), rule->name.text);
    words.whose = Cat({one.old_side ? "requests that rule " : "requests of rule ", dsl::Tick(rule->name.text), one.old_side ? " had" : ""});
    if (!one.other_name.empty()) {
      words.whose += Cat({one.old_side ? ", which is now " : ", which was ", dsl::Tick(one.other_name)});
    } else if (!in_other) {
      words.whose += one.old_side ? ", which is gone" : ", which is new";
    }
    if (rule->when) {
      const std::string condition = OneLine(policy(one.old_side).sources->TextOf(rule->when->span));
      words.when = evaluator::Shorten(condition, kWidestCondition);
    }
  }
  if (one.pairs.empty()) return words;
  const auto [first_old, first_new] = one.pairs.front();
  const uint32_t old_rule = one.example ? one.old_rule : first_old;
  const uint32_t new_rule = one.example ? one.new_rule : first_new;
  words.was = NameOf(true, old_rule) + ": " + AnswerOf(true, old_rule);
  words.now = NameOf(false, new_rule) + ": " + AnswerOf(false, new_rule);
  if (one.pair_count > 1) {
    // What stands for the class is the rule of one side; several of the other had or have its requests.
    (one.old_side ? words.now : words.was) += ", and of " + evaluator::Count(one.pair_count - 1, "more rule");
  }
  if (one.kind == ChangeKind::kState) AddWays(old_rule, new_rule, &words);
  if (!one.example) {
    words.such = "no request was found";
    return words;
  }
  if (one.kind == ChangeKind::kCredentials) {
    const std::vector<std::string> before = Spends(true, old_rule, *one.example);
    const std::vector<std::string> after = Spends(false, new_rule, *one.example);
    words.gains = OnlyIn(after, before);
    words.loses = OnlyIn(before, after);
    if (words.gains.empty() && words.loses.empty()) AddEntries(old_rule, new_rule, *one.example, &words);
  }
  words.such = analysis::SettingsText(*one.example);
  if (words.such.empty()) words.such = "any request";
  if (one.example->clock_ms) words.such += ", at " + analysis::TimestampText(*one.example->clock_ms);
  return words;
}

}  // namespace keyrule::command
