#include <utility>

#include "dsl/limits.h"
#include "dsl/literal.h"
#include "dsl/lowering.h"

namespace keyrule::dsl {
namespace {

LimitPeriod PeriodOf(TokenKind word) {
  switch (word) {
    case TokenKind::word_second:
      return LimitPeriod::kSecond;
    case TokenKind::word_hour:
      return LimitPeriod::kHour;
    case TokenKind::word_day:
      return LimitPeriod::kDay;
    case TokenKind::word_month:
      return LimitPeriod::kMonth;
    default:
      return LimitPeriod::kMinute;
  }
}

}  // namespace

Pool Lowering::LowerPool(NodeView node) {
  Children children = node.children();
  Pool pool;
  pool.span = node.span();
  pool.name = LowerName(children.Take(NodeKind::kName));
  uint32_t tier = 1;
  while (!children.done()) {
    const NodeView part = children.Take();
    switch (part.kind()) {
      case NodeKind::kProviders:
        for (Children texts = part.children(); !texts.done();) {
          pool.providers.push_back(LowerText(texts.Take(NodeKind::kText)));
        }
        break;
      case NodeKind::kThen:
        pool.thens.push_back(part.span());
        ++tier;
        break;
      case NodeKind::kCooling:
        pool.coolings.push_back(LowerCooling(part));
        break;
      case NodeKind::kWeight:
        pool.members.back().weight =
            LowerInteger(part.children().Take(NodeKind::kInteger), "this weight", 1, kMaxWeight);
        pool.members.back().span.end = part.span().end;
        break;
      default:
        pool.members.push_back(LowerMember(part, tier));
    }
  }
  return pool;
}

Member Lowering::LowerMember(NodeView node, uint32_t tier) {
  Member member{.what = Text{}, .weight = {}, .tier = tier, .span = node.span()};
  const NodeView what = node.children().Take();
  switch (what.kind()) {
    case NodeKind::kText:
      member.what = LowerText(what);
      break;
    case NodeKind::kAllOf:
      member.what = AllOf{LowerName(what.children().Take(NodeKind::kName))};
      break;
    default:
      member.what = LowerCondition(what);
  }
  return member;
}

Outcome Lowering::LowerOutcome(NodeView node) {
  switch (node.token()) {
    case TokenKind::word_rate_limited:
      return Outcome::kRateLimited;
    case TokenKind::word_unauthorized:
      return Outcome::kUnauthorized;
    case TokenKind::word_out_of_credit:
      return Outcome::kOutOfCredit;
    case TokenKind::word_timed_out:
      return Outcome::kTimedOut;
    case TokenKind::word_server_error:
      return Outcome::kServerError;
    case TokenKind::word_caller_error:
      return Outcome::kCallerError;
    default:
      return Outcome::kOk;
  }
}

// `after 3 server_error cool 20s up to 5m`; a count of 1 and a constant rest are not written.
Cooling Lowering::LowerCooling(NodeView node) {
  Children children = node.children();
  Cooling cooling;
  cooling.span = node.span();
  if (children.Is(NodeKind::kInteger)) {
    cooling.count = static_cast<uint32_t>(
        LowerInteger(children.Take(), "the number of failures", 1, 1'000).value);
  }
  const NodeView outcome = children.Take(NodeKind::kOutcome);
  cooling.outcome = LowerOutcome(outcome);
  cooling.outcome_span = outcome.span();
  cooling.first = LowerDuration(children.Take(NodeKind::kDuration));
  cooling.most = children.done()
                     ? cooling.first
                     : LowerDuration(children.Take().children().Take(NodeKind::kDuration));
  return cooling;
}

Meter Lowering::LowerMeter(NodeView node) {
  Children children = node.children();
  Meter meter;
  meter.is_budget = node.kind() == NodeKind::kBudget;
  meter.span = node.span();
  meter.name = LowerName(children.Take(NodeKind::kName));
  if (children.Is(NodeKind::kEach)) {
    Children each = children.Take().children();
    meter.each_credential = each.done();
    if (!each.done()) meter.each = LowerPath(each.Take(NodeKind::kPath));
  }
  while (!children.done()) {
    const NodeView part = children.Take();
    if (part.kind() == NodeKind::kLimit) {
      meter.limits.push_back(LowerLimit(part));
    } else {
      meter.members.push_back(LowerMember(part, 1));
    }
  }
  return meter;
}

Limit Lowering::LowerLimit(NodeView node) {
  Children children = node.children();
  Limit limit;
  limit.span = node.span();
  const NodeView amount = children.Take();
  if (amount.kind() == NodeKind::kMoney) {
    limit.unit = LimitUnit::kUsd;
    limit.amount = LowerMoney(amount).micro_usd;
  } else {
    const TokenKind unit = children.Take(NodeKind::kUnit).token();
    const bool tokens = unit == TokenKind::word_tokens || unit == TokenKind::word_token;
    limit.unit = tokens ? LimitUnit::kTokens : LimitUnit::kRequests;
    limit.amount = LowerInteger(amount, "this limit", 0, 1'000'000'000'000).value;
  }
  if (children.Is(NodeKind::kAtOnce)) {
    limit.period = LimitPeriod::kAtOnce;
    limit.period_span = children.Take().span();
    return limit;
  }
  const NodeView period = children.Take(NodeKind::kPeriod);
  limit.period_span = period.span();
  limit.period = PeriodOf(period.token());
  if (!children.done()) {
    limit.zone = LowerText(children.Take(NodeKind::kZone).children().Take(NodeKind::kText));
  }
  return limit;
}

}  // namespace keyrule::dsl
