// What one `use` of a rule may spend, as conditions on a request and one credential.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "dsl/policy.h"
#include "evaluator/analysis/credential_terms.h"

namespace keyrule::analysis {

// One way in which a credential comes to be spent: it goes by its name or by its id, is bound to the call's model or to none.
struct SpendCase {
  Bindings bindings;
  NodeRef given = kAlways;  // what the request has for it
  bool by_id = false;
};

struct Spend {
  std::vector<SpendCase> cases;
  uint32_t pool = dsl::kUnresolved;  // the credential is in it; none: any
  bool unbound = false;              // an attribute names it, and no list says what it may name
  std::string_view field;            // it equals `value` in this field; empty: in none
  const dsl::Value* value = nullptr;
  bool by_name = false;              // of several of one name it means the one that counts
  bool or_id = false;                // or in its id
  std::string trouble;               // why it cannot be analysed; empty: it can
  uint32_t number = 0;               // equal ones have the same
};

// The attribute that names its credential (`or_id`).
inline uint32_t NamingSlot(const Spend& spend) { return std::get<dsl::Path>(spend.value->what).slot; }

class SpendTerms {
 public:
  // Borrows both.
  SpendTerms(const dsl::Policy& policy, CredentialTerms* terms);

  const Spend& Of(const dsl::Use& use);
  size_t count() const { return spends_.size(); }
  // That the case spends the credential of this copy.
  NodeRef Spends(const Spend& spend, const SpendCase& one, uint32_t copy, bool truth);

 private:
  using Key = std::tuple<uint32_t, std::string_view, int, std::string_view, uint32_t, uint32_t>;

  static Key KeyOf(const dsl::Use& use);
  Spend Make(const dsl::Use& use);
  void AddModels(SpendCase one, Spend* spend);
  // Binds a field to a value, or asks the request for it where the field is the request's own.
  void Bind(std::string_view field, const dsl::Value& value, SpendCase* one, Spend* spend);

  const dsl::Policy& policy_;
  CredentialTerms& terms_;
  bool reads_model_ = false, reads_type_ = false;
  std::map<Key, Spend> spends_;
};

}  // namespace keyrule::analysis
