#include <utility>

#include "dsl/limits.h"
#include "dsl/lowering.h"

namespace keyrule::dsl {
namespace {

StrategyKind StrategyOf(TokenKind word) {
  switch (word) {
    case TokenKind::word_weighted_round_robin:
      return StrategyKind::kWeightedRoundRobin;
    case TokenKind::word_random:
      return StrategyKind::kRandom;
    case TokenKind::word_weighted_random:
      return StrategyKind::kWeightedRandom;
    case TokenKind::word_first_available:
      return StrategyKind::kFirstAvailable;
    case TokenKind::word_least_in_flight:
      return StrategyKind::kLeastInFlight;
    case TokenKind::word_least_used:
      return StrategyKind::kLeastUsed;
    case TokenKind::word_headroom:
      return StrategyKind::kHeadroom;
    case TokenKind::word_latency:
      return StrategyKind::kLatency;
    case TokenKind::word_sticky:
      return StrategyKind::kSticky;
    default:
      return StrategyKind::kRoundRobin;
  }
}

}  // namespace

Rule Lowering::LowerRule(NodeView node) {
  Children children = node.children();
  Rule rule;
  rule.span = node.span();
  if (node.kind() == NodeKind::kFallback) {
    const Span word{rule.span.source, rule.span.begin,
                    rule.span.begin + static_cast<uint32_t>(node.text().size())};
    rule.name = {Words::In(node.text()), word};
  } else {
    rule.name = LowerName(children.Take(NodeKind::kName));
    rule.when = LowerCondition(children.Take(NodeKind::kWhen).children().Take());
  }
  rule.chain = LowerChain(children);
  return rule;
}

Chain Lowering::LowerChain(Children& children) {
  Chain chain;
  size_t actions = 0;
  for (Children rest = children; !rest.done();) actions += rest.Take().kind() == NodeKind::kAction ? 1 : 0;
  chain.actions.reserve(actions);
  while (!children.done()) {
    const NodeView part = children.Take();
    if (part.kind() == NodeKind::kAction) {
      chain.actions.push_back(LowerAction(part));
    } else if (part.kind() == NodeKind::kRetry) {
      if (chain.retry) {
        diagnostics_.Add(Code::KR0102, part.span(), "`retry` stands twice in this rule",
                         "remove one");
      }
      chain.retry = LowerRetry(part);
    } else {
      chain.tags.reserve(chain.tags.size() + part.Count(NodeKind::kTagItem));
      for (Children items = part.children(); !items.done();) {
        Children item = items.Take(NodeKind::kTagItem).children();
        Name name = LowerName(item.Take(NodeKind::kName));
        chain.tags.push_back({std::move(name), LowerValue(item.Take(NodeKind::kValue))});
      }
    }
  }
  return chain;
}

Action Lowering::LowerAction(NodeView node) {
  const NodeView what = node.children().Take();
  switch (what.kind()) {
    case NodeKind::kUse:
      return {LowerUse(what), node.span()};
    case NodeKind::kDeny:
      return {Deny{LowerText(what.children().Take(NodeKind::kText))}, node.span()};
    default:
      return {LeaveToHost{}, node.span()};
  }
}

Use Lowering::LowerUse(NodeView node) {
  Children children = node.children();
  Use use;
  if (const NodeView what = children.Take(); what.kind() == NodeKind::kUsePool) {
    use.what = LowerUsePool(what);
  } else {
    use.what = LowerUseCredential(what);
  }
  if (children.Is(NodeKind::kUnder)) {
    for (Children names = children.Take().children(); !names.done();) {
      use.under.push_back({LowerName(names.Take(NodeKind::kName))});
    }
  }
  if (children.Is(NodeKind::kWaiting)) {
    use.waiting = LowerDuration(children.Take().children().Take(NodeKind::kDuration));
  }
  return use;
}

UseCredential Lowering::LowerUseCredential(NodeView node) {
  Children children = node.children();
  UseCredential use{LowerValue(children.Take(NodeKind::kValue)), {}};
  if (children.Is(NodeKind::kFromPool)) {
    use.from = PoolName{LowerName(children.Take().children().Take(NodeKind::kName))};
  }
  return use;
}

UsePool Lowering::LowerUsePool(NodeView node) {
  Children children = node.children();
  UsePool use;
  use.pool.name = LowerName(children.Take(NodeKind::kName));
  if (children.Is(NodeKind::kNarrow)) {
    Children parts = children.Take().children();
    Path field = LowerPath(parts.Take(NodeKind::kPath));
    use.narrow = Narrow{std::move(field), LowerValue(parts.Take(NodeKind::kValue))};
  }
  const NodeView strategy = children.Take(NodeKind::kStrategy);
  use.strategy.kind = StrategyOf(strategy.token());
  use.strategy.span = strategy.span();
  if (use.strategy.kind == StrategyKind::kSticky) {
    use.strategy.on = LowerPath(strategy.children().Take(NodeKind::kPath));
  }
  return use;
}

Value Lowering::LowerValue(NodeView node) {
  const NodeView what = node.children().Take();
  switch (what.kind()) {
    case NodeKind::kText:
      return {LowerText(what), node.span()};
    case NodeKind::kPath:
      return {LowerPath(what), node.span()};
    default: {
      Children parts = what.children();
      Name table = LowerName(parts.Take(NodeKind::kName));
      return {Lookup{std::move(table), LowerPath(parts.Take(NodeKind::kPath))}, node.span()};
    }
  }
}

Retry Lowering::LowerRetry(NodeView node) {
  Children children = node.children();
  const Integer times =
      LowerInteger(children.Take(NodeKind::kInteger), "the number of tries", 0, kMaxRetries);
  return {times, LowerDuration(children.Take(NodeKind::kDuration)), node.span()};
}

Claim Lowering::LowerClaim(NodeView node) {
  Children children = node.children();
  Claim claim;
  claim.span = node.span();
  claim.never = node.token() == TokenKind::word_never;
  claim.name = LowerName(children.Take(NodeKind::kName));
  if (children.Is(NodeKind::kWhen)) claim.when = LowerCondition(children.Take().children().Take());
  const NodeView what = children.Take();
  switch (what.kind()) {
    case NodeKind::kSpend: {
      const NodeView spent = what.children().Take();
      if (spent.kind() == NodeKind::kText) {
        claim.what = LowerText(spent);
      } else {
        claim.what = PoolName{LowerName(spent)};
      }
      break;
    }
    case NodeKind::kBareDeny:
      claim.what = Deny{Text{{}, what.span()}};
      break;
    default:
      claim.what = LeaveToHost{};
  }
  return claim;
}

}  // namespace keyrule::dsl
