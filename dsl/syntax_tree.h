// The parse tree of one statement: what grammar.h recognised, in one flat array that is used again
// for the next statement. lower.cc reads it once and makes ast.h of it.
#pragma once

#include <cassert>
#include <cstdint>
#include <string_view>
#include <vector>

#include "dsl/token.h"

namespace keyrule::dsl {

// The rules of the grammar that leave a node; grammar_nodes.h says which is whose.
enum class NodeKind : uint8_t {  // clang-format off
  kNone,
  // names and literals
  kName, kPath, kKey, kText, kPattern, kInteger, kMoney, kPercent, kDuration, kTimestamp, kMoment,
  kCompare, kTexts, kIntegers,
  // statements
  kHeader, kSchema, kImport, kLet, kTable, kPool, kQuota, kBudget, kRule, kFallback, kClaim,
  kTest,
  // parts of declarations
  kAttribute, kType, kOptional, kUntrusted, kTableFile, kEntry, kProviders, kMember, kAllOf,
  kWeight, kThen, kCooling, kUpTo, kOutcome, kLimit, kUnit, kAtOnce, kPeriod, kZone, kEach,
  // conditions
  kCondition, kAndTerms, kOrTerms, kTerm, kNegation, kGroup, kBare, kClock, kClockField, kSpan,
  kCheck, kPresence, kMembership, kShare, kSalt, kListName, kStartsWith, kEndsWith, kContains,
  kLike, kMatches, kComparison,
  // rules and claims
  kWhen, kAction, kUse, kUseCredential, kFromPool, kUsePool, kNarrow, kStrategy, kUnder, kWaiting,
  kDeny, kLeave, kRetry, kTag, kTagItem, kValue, kLookup, kSpend, kBareDeny,
  // tests
  kSet, kMany, kEvery, kGiven, kGivenProvider, kClockSet, kRequest, kAgain, kNext, kReport,
  kPause, kExpect, kTrue, kFalse, kUnique, kWantRule, kWantDefault, kWantCredential, kInPool,
  kWantSame, kWantAnother, kWantDeny, kWantHost, kWantWait, kWantTag, kWantSkipped, kReason,
  kWantCount,
};  // clang-format on

// Up to here a node is one token.
inline constexpr NodeKind kLastTokenNode = NodeKind::kCompare;

struct Node {
  NodeKind kind = NodeKind::kNone;
  uint32_t first = 0;  // its tokens: first … end - 1
  uint32_t end = 0;
  uint32_t next = 0;  // the node behind its last descendant
};

struct SyntaxTree {
  const Tokens* tokens = nullptr;
  std::vector<Node> nodes;
};

class NodeView;

// Goes once over the children of a node. The grammar has decided what there is; Take insists on it.
class Children {
 public:
  Children(const SyntaxTree& tree, uint32_t at, uint32_t end) : tree_(&tree), at_(at), end_(end) {}

  bool done() const { return at_ == end_; }
  bool Is(NodeKind kind) const { return !done() && tree_->nodes[at_].kind == kind; }
  inline NodeView Take();
  inline NodeView Take(NodeKind kind);

 private:
  const SyntaxTree* tree_;
  uint32_t at_;
  uint32_t end_;
};

class NodeView {
 public:
  NodeView(const SyntaxTree& tree, uint32_t index) : tree_(&tree), index_(index) {}

  NodeKind kind() const { return node().kind; }
  Children children() const { return {*tree_, index_ + 1, node().next}; }
  TokenKind token() const { return tokens().kind(node().first); }  // its first
  uint32_t first() const { return node().first; }
  std::string_view text() const { return tokens().TextOf(node().first); }
  Span span() const {
    return {tokens().source, tokens().begins[node().first], tokens().ends[node().end - 1]};
  }
  inline size_t Count(NodeKind kind) const;  // of its children
  bool Has(TokenKind kind) const {
    const std::string_view kinds = tokens().kinds;
    return kinds.substr(node().first, node().end - node().first).find(static_cast<char>(kind)) !=
           std::string_view::npos;
  }

 private:
  const Node& node() const { return tree_->nodes[index_]; }
  const Tokens& tokens() const { return *tree_->tokens; }

  const SyntaxTree* tree_;
  uint32_t index_;
};

NodeView Children::Take() {
  assert(!done());
  const NodeView taken(*tree_, at_);
  at_ = tree_->nodes[at_].next;
  return taken;
}

NodeView Children::Take([[maybe_unused]] NodeKind kind) {
  assert(Is(kind));
  return Take();
}

size_t NodeView::Count(NodeKind kind) const {
  size_t count = 0;
  for (Children parts = children(); !parts.done();) count += parts.Take().kind() == kind ? 1 : 0;
  return count;
}

}  // namespace keyrule::dsl
