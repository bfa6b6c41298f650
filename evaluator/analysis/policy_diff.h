// Which requests two policies answer differently, exactly, over all requests: `keyrule diff`, `keyrule affected`, and what
// tells a mistake that changes nothing from one that a test should notice.
//
//   PolicyDiff diff = DiffPolicies(old_program, new_program);           // everything, with a request for each class
//   DiffPolicies(old_program, new_program, {.only_whether = true}).equal  // only whether any request tells them apart
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "evaluator/analysis/reach.h"
#include "evaluator/analysis/space.h"
#include "evaluator/program.h"

namespace keyrule::analysis {

// What becomes of the requests of a class. The first that applies.
enum class ChangeKind : uint8_t {
  kDenied,       // were answered or left to the host, are denied
  kToHost,       // are left to the host
  kAllowed,      // were denied, are answered with a credential
  kTaken,        // were left to the host, are answered with a credential
  kCredentials,  // other credentials may be spent
  kDenyText,     // are denied with another text
  kTags,         // have other tags
  kRule,         // decided by another rule, with the same answer
  kState,        // may spend the same, but which is taken and when goes by something else
};
std::string_view ToString(ChangeKind kind);  // "denied"

// Requests that change, together: what they have in common is a rule that is not what it was.
struct ChangeClass {
  ChangeKind kind = ChangeKind::kCredentials;
  bool old_side = false;  // `rule` is of the old policy: requests that it had; else of the new: requests that it has
  uint32_t rule = 0;      // the number of rules: the default
  std::string other_name;  // of the same rule in the other policy, if it is renamed; else empty
  // Rules that decided and decide such requests, the first of them; the number of all.
  std::vector<std::pair<uint32_t, uint32_t>> pairs;
  uint64_t pair_count = 0;
  // A request that the evaluator decides differently under the two, and by which rules. Nothing: none was found that is
  // readable, though there are.
  std::optional<Example> example;
  uint32_t old_rule = 0, new_rule = 0;
  std::string test;  // the request as a test of the new policy, which passes; empty where the new schema has no such request
};

// A rule that is written otherwise, and no request notices.
struct UnnoticedEdit {
  enum class Kind : uint8_t { kAdded, kRemoved, kEdited, kMoved, kRenamed } kind = Kind::kEdited;
  std::string rule;
  std::string from;  // kRenamed: its old name
};

struct PolicyDiff {
  enum class Equal : uint8_t { kYes, kNo, kNotDecided } equal = Equal::kYes;
  std::vector<ChangeClass> classes;  // pairwise disjoint; the widest of each kind first
  std::vector<UnnoticedEdit> unnoticed;
  // Quotas and budgets that count by themselves and are not what they were: "quota openai_org: changed".
  std::vector<std::string> limits;
  // Attributes that are not what they were: "attribute user.plan: added".
  std::vector<std::string> attributes;
  uint64_t undecided = 0;  // pairs of rules for which nothing is known: the classes are then what is known at least
  std::string overlap;     // of the first of these: what to simplify (overlap_text.h)
  uint64_t unconfirmed = 0;  // classes without an example: their requests may be answered as before
  uint64_t probes = 0;
};

struct DiffOptions {
  ReachOptions reach;
  bool only_whether = false;  // stop at the first request that changes
  size_t most_pairs = 100;    // that a class lists
  bool by_pairs = false;      // a class for each pair of rules; those of other tags overlap the others
};

// Both must have been checked. Any thread.
PolicyDiff DiffPolicies(const std::shared_ptr<const evaluator::Program>& old_program,
                        const std::shared_ptr<const evaluator::Program>& new_program, const DiffOptions& options = {});

}  // namespace keyrule::analysis
