#include <utility>

#include "dsl/literal.h"
#include "dsl/lowering.h"
#include "dsl/wording.h"

namespace keyrule::dsl {

// A term alone, or several of them with one word between.
Condition Lowering::LowerCondition(NodeView node) {
  Children children = node.children();
  Condition first = LowerTerm(children.Take(NodeKind::kTerm));
  if (children.done()) return first;
  const bool all = children.Is(NodeKind::kAndTerms);
  std::vector<Condition> terms;
  const NodeView others = children.Take();
  terms.reserve(1 + others.Count(NodeKind::kTerm));
  terms.push_back(std::move(first));
  for (Children rest = others.children(); !rest.done();) {
    terms.push_back(LowerTerm(rest.Take(NodeKind::kTerm)));
  }
  if (all) return {.node = All{std::move(terms)}, .span = node.span()};
  return {.node = Any{std::move(terms)}, .span = node.span()};
}

Condition Lowering::LowerTerm(NodeView node) {
  const NodeView what = node.children().Take();
  switch (what.kind()) {
    case NodeKind::kNegation:
      return LowerNegation(what);
    case NodeKind::kGroup:
      return LowerCondition(what.children().Take(NodeKind::kCondition));
    case NodeKind::kClock:
      return {.node = LowerClock(what), .span = what.span()};
    default:
      return LowerCheck(what);
  }
}

Condition Lowering::LowerNegation(NodeView node) {
  const NodeView what = node.children().Take();
  Not negation;
  if (what.kind() == NodeKind::kGroup) {
    negation.term.push_back(LowerCondition(what.children().Take(NodeKind::kCondition)));
  } else {
    negation.term.push_back({.node = Bare{LowerPath(what)}, .span = what.span()});
  }
  return {.node = std::move(negation), .span = node.span()};
}

Condition Lowering::LowerCheck(NodeView node) {
  Children children = node.children();
  Path path = LowerPath(children.Take(NodeKind::kPath));
  Condition check{.node = Bare{}, .span = node.span()};
  if (children.done()) {
    check.node = Bare{std::move(path)};
    return check;
  }
  const NodeView test = children.Take();
  const auto text_test = [&](TextOp op) {
    const NodeView operand = test.children().Take();
    check.node = TextTest{std::move(path), op,
                          op == TextOp::kMatches ? LowerPattern(operand) : LowerText(operand)};
  };
  switch (test.kind()) {
    case NodeKind::kPresence:
      check.node = Presence{std::move(path), !test.Has(TokenKind::word_not)};
      break;
    case NodeKind::kMembership:
      check.node = LowerMembership(test, std::move(path));
      break;
    case NodeKind::kStartsWith:
      text_test(TextOp::kStartsWith);
      break;
    case NodeKind::kEndsWith:
      text_test(TextOp::kEndsWith);
      break;
    case NodeKind::kContains:
      text_test(TextOp::kContains);
      break;
    case NodeKind::kLike:
      text_test(TextOp::kLike);
      break;
    case NodeKind::kMatches:
      text_test(TextOp::kMatches);
      break;
    default: {
      Children parts = test.children();
      Comparison comparison{std::move(path), LowerCompare(parts.Take(NodeKind::kCompare)), Text{}};
      const NodeView constant = parts.Take();
      if (constant.kind() == NodeKind::kText) {
        comparison.constant = LowerText(constant);
      } else if (constant.kind() == NodeKind::kTimestamp) {
        comparison.constant = LowerTimestamp(constant);
      } else {
        comparison.constant = LowerInteger(constant);
      }
      check.node = std::move(comparison);
    }
  }
  return check;
}

Membership Lowering::LowerMembership(NodeView node, Path path) {
  Membership membership{std::move(path), node.token() == TokenKind::word_not, Share{}};
  const NodeView what = node.children().Take();
  switch (what.kind()) {
    case NodeKind::kShare:
      membership.set = LowerShare(what);
      break;
    case NodeKind::kTexts:
      membership.set = LowerTexts(what);
      break;
    case NodeKind::kIntegers:
      membership.set = LowerIntegers(what);
      break;
    default:
      membership.set = ListName{LowerName(what)};
  }
  return membership;
}

// `in 10%` is `in 0%..10%`.
Share Lowering::LowerShare(NodeView node) {
  Children children = node.children();
  Share share{.from = 0,
              .to = LowerPercent(children.Take(NodeKind::kPercent)),
              .salt = {},
              .span = node.span()};
  if (children.Is(NodeKind::kPercent)) {
    share.from = std::exchange(share.to, LowerPercent(children.Take()));
  }
  if (children.Is(NodeKind::kSalt)) {
    Text salt = LowerText(children.Take().children().Take(NodeKind::kText));
    if (salt.value.empty()) {
      diagnostics_.Add(Code::KR0205, salt.span, "an empty text is the same as absent",
                       "leave out `salted`, or name the salt");
    }
    share.salt = std::move(salt.value);
  }
  return share;
}

uint32_t Lowering::LowerPercent(NodeView node) {
  const std::optional<int64_t> value = HundredthsOfPercent(node.text());
  if (!value) TooLarge(node.span(), Tick(node.text()), "100%");
  return static_cast<uint32_t>(value.value_or(10'000));
}

}  // namespace keyrule::dsl
