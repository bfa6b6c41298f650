// The parts of lower.h, by theme: one function a rule of the grammar. Each takes the node of its
// rule.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "dsl/ast.h"
#include "dsl/diagnostic.h"
#include "dsl/syntax_tree.h"

namespace keyrule::dsl {

class Lowering {
 public:
  explicit Lowering(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  // lower_declaration.cc
  SchemaStatement LowerSchema(NodeView node);
  Import LowerImport(NodeView node);
  Let LowerLet(NodeView node);
  Table LowerTable(NodeView node);
  // lower_pool.cc
  Pool LowerPool(NodeView node);
  Meter LowerMeter(NodeView node);
  Outcome LowerOutcome(NodeView node);
  // lower_rule.cc
  Rule LowerRule(NodeView node);
  Claim LowerClaim(NodeView node);
  // lower_test.cc
  Test LowerTest(NodeView node);

 private:
  // lower_literal.cc
  Name LowerName(NodeView node);
  Path LowerPath(NodeView node);
  Text LowerText(NodeView node);
  Text LowerPattern(NodeView node);
  Integer LowerInteger(NodeView node);
  // An integer with bounds; `what` names it in messages. Out of bounds it is moved to the nearer
  // one.
  Integer LowerInteger(NodeView node, std::string_view what, int64_t least, int64_t most);
  Money LowerMoney(NodeView node);
  Duration LowerDuration(NodeView node);
  Timestamp LowerTimestamp(NodeView node);
  TextList LowerTexts(NodeView node);
  IntegerList LowerIntegers(NodeView node);
  CompareOp LowerCompare(NodeView node);
  void TooLarge(Span span, std::string_view what, std::string_view limit);
  void CheckSize(Span span, size_t bytes);
  // Reports a text that is too large, and cuts it.
  void BoundText(Words& text, Span span);

  // lower_condition.cc
  Condition LowerCondition(NodeView node);
  Condition LowerTerm(NodeView node);
  Condition LowerNegation(NodeView node);
  Condition LowerCheck(NodeView node);
  Membership LowerMembership(NodeView node, Path path);
  Share LowerShare(NodeView node);
  uint32_t LowerPercent(NodeView node);

  // lower_clock.cc
  ClockTest LowerClock(NodeView node);
  MomentRange LowerSpan(NodeView node, ClockField field);
  Moment LowerMoment(NodeView node, ClockField field);

  // lower_declaration.cc
  Attribute LowerAttribute(NodeView node);

  // lower_pool.cc
  Member LowerMember(NodeView node, uint32_t tier);
  Cooling LowerCooling(NodeView node);
  Limit LowerLimit(NodeView node);

  // lower_rule.cc
  Chain LowerChain(Children& children);
  Action LowerAction(NodeView node);
  Use LowerUse(NodeView node);
  UsePool LowerUsePool(NodeView node);
  UseCredential LowerUseCredential(NodeView node);
  Value LowerValue(NodeView node);
  Retry LowerRetry(NodeView node);

  // lower_test.cc
  Step LowerStep(NodeView node);
  ExpectStep LowerExpect(NodeView node);
  Want LowerWant(NodeView node);
  Repeat LowerRepeat(NodeView node);
  Setting LowerSetting(NodeView node);

  Diagnostics& diagnostics_;
};

}  // namespace keyrule::dsl
