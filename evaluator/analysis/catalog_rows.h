// The credentials that there are, where claims are checked against those instead of against all that there could be.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "evaluator/analysis/credential_terms.h"
#include "evaluator/analysis/spend_terms.h"
#include "evaluator/catalog.h"
#include "evaluator/program.h"

namespace keyrule::analysis {

class CatalogRows {
 public:
  // Borrows all but the credentials, of which each is for requests of its `tenant` (empty: of any). Before the graph is
  // finished.
  CatalogRows(const evaluator::Program& program, std::vector<evaluator::Credential> credentials, CredentialTerms* terms,
              ConditionGraph* graph);

  struct Spent {
    NodeRef node = kNever;       // requests that may spend one of them
    std::vector<uint32_t> rows;  // which
  };
  // Those that it may spend and that are in the pool, or (`inside` false) are not; `pool` null: all that it may spend.
  struct Target {
    uint32_t pool = dsl::kUnresolved;
    std::string_view name;  // instead of a pool
  };
  Spent Of(const Spend& spend, const Target* target, bool inside);
  // The first of them that a request with these values may spend so.
  const evaluator::Credential* First(const std::vector<uint32_t>& rows, const Spend& spend,
                                     std::span<const evaluator::Value> values) const;
  // Whether somebody who writes its name means it; `row`: of First.
  bool IsNamed(const evaluator::Credential* row) const { return !shadowed_[static_cast<size_t>(row - credentials_.data())]; }
  bool empty() const { return credentials_.empty(); }

 private:
  struct Members {
    std::vector<bool> has;
    std::vector<uint32_t> rows;
  };
  // That another row counts wherever this one's name is written.
  bool IsShadowed(uint32_t row) const;
  const Members& MembersOf(uint32_t pool);
  std::string_view FieldOf(uint32_t row, std::string_view field) const;
  bool Holds(const Target& target, uint32_t row);
  // What the request's value has to be so that it spends the row: one or two texts.
  std::vector<std::string_view> WantedBy(uint32_t row, const Spend& spend) const;

  const evaluator::Program& program_;
  const std::vector<evaluator::Credential> credentials_;
  CredentialTerms& terms_;
  ConditionGraph& graph_;
  std::unordered_map<std::string_view, std::vector<uint32_t>> by_name_;  // whom a name may mean
  std::vector<bool> shadowed_;                                             // by row
  std::vector<evaluator::Value> fields_;  // by row and field of the program; made at the first `where`
  std::vector<std::optional<Members>> pools_;
};

}  // namespace keyrule::analysis
