// Mistakes in rules: their order, what they answer, an `else` that is missing, tags and retries.
#include <algorithm>

#include "dsl/wording.h"
#include "evaluator/analysis/mutation_maker.h"
#include "evaluator/analysis/pool_entries.h"

namespace keyrule::analysis {

void MutationMaker::Rules() {
  const auto count = static_cast<uint32_t>(policy_.rules.size());
  for (uint32_t i = 0; i < count; ++i) {
    const dsl::Rule& rule = policy_.rules[i];
    scene_ = {dsl::Cat({"rule ", rule.name.text}), {i}, false};
    Add("rule", dsl::Cat({"rule ", rule.name.text, " is left out"}), rule.name.span, {Cut(rule.span)}).removed = i;
    if (i + 1 < count) {
      const dsl::Rule& next = policy_.rules[i + 1];
      // Rules of two files change places with their imports, which is another matter.
      if (next.span.source == rule.span.source && rule.span.end <= next.span.begin) {
        scene_.rules = {i, i + 1};
        Mutation& swap = Add("order", dsl::Cat({"rules ", rule.name.text, " and ", next.name.text, " are exchanged"}), rule.name.span,
                             {{rule.span, std::string(policy_.sources->TextOf(next.span))},
                              {next.span, std::string(policy_.sources->TextOf(rule.span))}});
        swap.swapped = i;
      }
    }
    if (rule.when) {
      scene_.rules = {i};
      scene_.onwards = true;
      Condition(*rule.when);
    }
    scene_.rules = {i};
    scene_.onwards = false;
    Chain(rule);
  }
  scene_ = {"default", {count}, false};
  Chain(policy_.fallback);
}

void MutationMaker::Chain(const dsl::Rule& rule) {
  const dsl::Few<dsl::Action>& actions = rule.chain.actions;
  const uint32_t source = rule.span.source;
  for (size_t i = 0; i < actions.size(); ++i) {
    const dsl::Action& action = actions[i];
    if (i > 0) {
      // From `else` to the end of what it says.
      const uint32_t begin = FindWord(source, actions[i - 1].span.end, action.span.begin, "else");
      LeaveOut("else", {source, begin, action.span.end}, Cut({source, begin, action.span.end}));
    } else if (actions.size() > 1) {
      LeaveOut("else", action.span, {{source, action.span.begin, actions[1].span.begin}, {}});
    }
    const auto* use = std::get_if<dsl::Use>(&action.what);
    if (use != nullptr) Use(action, *use);
    const bool last = i + 1 == actions.size();
    if (!last) continue;
    const bool host = std::holds_alternative<dsl::LeaveToHost>(action.what);
    Replace("answer", action.span, host ? "deny \"no\"" : "leave to host");
  }
  if (rule.chain.retry) LeaveOut("retry", rule.chain.retry->span, Cut(rule.chain.retry->span));
  const dsl::Few<dsl::Tag>& tags = rule.chain.tags;
  for (size_t i = 0; i < tags.size(); ++i) {
    const dsl::Span item{source, tags[i].name.span.begin, tags[i].value.span.end};
    // `tag` goes with the only item of its clause.
    const uint32_t before_end = i > 0 ? tags[i - 1].value.span.end : actions[actions.size() - 1].span.end;
    const uint32_t word = FindWord(source, before_end, item.begin, "tag");
    const bool first = word < item.begin;
    const uint32_t comma = SkipBlanks(source, item.end);
    const bool more = Source(source)[comma] == ',';
    if (first && !more) {
      LeaveOut("tag", item, Cut({source, word, item.end}));
    } else if (more) {
      LeaveOut("tag", item, {{source, item.begin, SkipBlanks(source, comma + 1)}, {}});
    } else {
      LeaveOut("tag", item, {{source, before_end, item.end}, {}});
    }
  }
}

void MutationMaker::Use(const dsl::Action& action, const dsl::Use& use) {
  const uint32_t source = action.span.source;
  uint32_t at = action.span.end;  // of what is used alone
  if (const auto* pool = std::get_if<dsl::UsePool>(&use.what)) {
    Pool(*pool);
    at = pool->strategy.on ? pool->strategy.on->span.end : pool->strategy.span.end;
  } else if (const auto* single = std::get_if<dsl::UseCredential>(&use.what)) {
    Credential(*single);
    at = single->from ? single->from->name.span.end : single->credential.span.end;
  }
  const uint32_t waiting = use.waiting ? FindWord(source, at, action.span.end, "waiting") : action.span.end;
  if (!use.under.empty()) {
    const dsl::Span under{source, FindWord(source, at, waiting, "under"), use.under[use.under.size() - 1].name.span.end};
    LeaveOut("limit", under, Cut(under));
    for (size_t i = 0; i < use.under.size() && use.under.size() > 1; ++i) {
      const bool last = i + 1 == use.under.size();
      LeaveOut("limit", use.under[i].name.span,
               CutItem(use.under[i].name.span, i > 0 ? &use.under[i - 1].name.span : nullptr,
                       last ? nullptr : &use.under[i + 1].name.span));
    }
  }
  if (use.waiting) LeaveOut("limit", {source, waiting, action.span.end}, Cut({source, waiting, action.span.end}));
}

void MutationMaker::Pool(const dsl::UsePool& use) {
  const dsl::Span& name = use.pool.name.span;
  // Another pool, the next one that is declared.
  if (policy_.pools.size() > 1 && use.pool.index < policy_.pools.size()) {
    const dsl::Pool& other = policy_.pools[(use.pool.index + 1) % policy_.pools.size()];
    Replace("pool", name, std::string(other.name.text));
  }
  if (use.narrow) {
    dsl::Span narrow{name.source, FindWord(name.source, name.end, use.strategy.span.begin, "where"), use.narrow->value.span.end};
    LeaveOut("pool", narrow, Cut(narrow));
  }
  if (use.pool.index < policy_.pools.size()) {
    const std::vector<PoolEntry> entries = EntriesOf(policy_, use.pool.index);
    if (entries.size() == 1 && entries.front().name() != nullptr) return;  // of one, each strategy takes that
  }
  const bool first = use.strategy.kind == dsl::StrategyKind::kFirstAvailable;
  dsl::Span strategy = use.strategy.span;
  if (use.strategy.on) strategy.end = use.strategy.on->span.end;
  const std::string_view text = policy_.sources->TextOf(strategy);
  const bool by = text.starts_with("by ");
  Replace("strategy", strategy, std::string(by ? "by " : "") + (first ? "round_robin" : "first_available"));
  if (use.strategy.kind == dsl::StrategyKind::kWeightedRoundRobin) {
    Replace("strategy", strategy, std::string(by ? "by " : "") + "round_robin");
  }
}

void MutationMaker::Credential(const dsl::UseCredential& use) {
  if (std::holds_alternative<dsl::Text>(use.credential.what) && credentials_.size() > 1) {
    const auto own = std::find(credentials_.begin(), credentials_.end(),
                               dsl::InQuotes(std::get<dsl::Text>(use.credential.what).value));
    const auto next = own == credentials_.end() || own + 1 == credentials_.end() ? credentials_.begin() : own + 1;
    Replace("pool", use.credential.span, *next);
  }
  if (!use.from) return;
  const dsl::Span& value = use.credential.span;
  const dsl::Span from{value.source, FindWord(value.source, value.end, use.from->name.span.begin, "from"), use.from->name.span.end};
  LeaveOut("pool", from, Cut(from));
}

}  // namespace keyrule::analysis
