// Binds the names in one part of the tree at a time: fills the fields marked "resolved" in ast.h.
// Private to dsl/.
#pragma once

#include <vector>

#include "dsl/graph.h"
#include "dsl/loading.h"

namespace keyrule::dsl {

// Where a condition stands: over requests (rules, lets, claims) or over credentials (a pool's
// `where`).
enum class Place { kRequest, kCredential };

class Resolver {
 public:
  explicit Resolver(Loading& loading) : loading_(loading) {}

  // `references`, if given, collects the conditions that this one names.
  void ResolveCondition(Condition& condition, Place place,
                        std::vector<Reference>* references = nullptr);
  void ResolveMembers(std::vector<Member>& members, std::vector<Reference>* references = nullptr);
  void ResolveMeter(Meter& meter);
  void ResolveChain(Chain& chain);
  void ResolveClaim(Claim& claim);
  void ResolveTest(Test& test);

 private:
  void ResolvePath(Path& path, Place place);
  void ResolveAttribute(Path& path);
  void ResolveField(const Path& path);
  void ResolveBare(Bare& bare, Place place, std::vector<Reference>* references);
  void ResolveList(ListName& list);
  void ResolvePool(const Name& name, uint32_t& index);
  void ResolveBudget(MeterName& meter);
  void ResolveValue(Value& value);
  bool IsTurnedRound(Narrow& narrow);
  void ResolveUse(Use& use);
  void ResolveWant(Want& want);

  // Adds an error about a name that nothing has; the help is a guess among the names of `kinds`, or
  // a list of them.
  void Unknown(Code code, std::string_view what, std::string_view name, const Span& span,
               std::initializer_list<NameKind> kinds, std::string_view plural);
  // The help where a name has another meaning than the place needs; empty if it has none.
  std::string OtherMeaning(std::string_view name) const;

  Loading& loading_;
};

}  // namespace keyrule::dsl
