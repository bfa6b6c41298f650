// The small mistakes that people make when they write a policy, one at a time: as edits of its text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "dsl/policy.h"

namespace keyrule::analysis {

struct TextEdit {
  dsl::Span span;    // what stands there
  std::string text;  // and what is to stand there
};

struct Mutation {
  std::string_view kind;        // one of MutationKinds()
  std::string place;            // "rule billing", "pool staging", "default"
  std::string what;             // "`==` became `!=`"
  dsl::Span at;                 // of what is otherwise, before
  std::vector<TextEdit> edits;  // of one file, in order
  // Whose requests may be decided otherwise: those of these rules (the number of rules: the default); `onwards`: and of
  // all that stand behind the first of them.
  std::vector<uint32_t> rules;
  bool onwards = false;
  uint32_t removed = dsl::kUnresolved;  // the rule that is no longer there
  uint32_t swapped = dsl::kUnresolved;  // the rule that changes places with the one behind it
};

// "operator", "value", …: all there are.
std::vector<std::string_view> MutationKinds();

// In the order of the files and of what is written in them; of long lists and tables only some entries. Tests and claims
// are not touched: they are what notices.
std::vector<Mutation> MutationsOf(const dsl::Policy& policy);

// Whether one place lies in another one.
bool Encloses(const dsl::Span& outer, const dsl::Span& inner);

// The text of a file with edits of it made.
std::string Edited(std::string_view text, const std::vector<TextEdit>& edits);

}  // namespace keyrule::analysis
