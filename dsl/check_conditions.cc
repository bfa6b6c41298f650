#include "dsl/check.h"
#include "dsl/check_atoms.h"

namespace keyrule::dsl {
namespace {

void Walk(AtomCheck& atoms, const Condition& condition) {
  std::visit(Overloaded{[&](const All& all) {
                          for (const Condition& term : all.terms) Walk(atoms, term);
                        },
                        [&](const Any& any) {
                          for (const Condition& term : any.terms) Walk(atoms, term);
                        },
                        [&](const Not& negated) { Walk(atoms, negated.term.front()); },
                        [&](const auto& atom) { atoms.Take(atom); }},
             condition.node);
}

void CheckMembers(AtomCheck& atoms, const std::vector<Member>& members) {
  for (const Member& member : members) {
    if (const auto* condition = std::get_if<Condition>(&member.what)) Walk(atoms, *condition);
  }
}

}  // namespace

void CheckConditions(Check& check) {
  const Policy& policy = check.policy;
  AtomCheck requests(check, Place::kRequest);
  for (const Let& let : policy.lets) {
    if (const auto* condition = std::get_if<Condition>(&let.value)) Walk(requests, *condition);
    if (const auto* list = std::get_if<TextList>(&let.value)) requests.RefuseEmpty(*list);
  }
  for (const Rule& rule : policy.rules) Walk(requests, *rule.when);
  for (const Claim& claim : policy.claims) {
    if (claim.when) Walk(requests, *claim.when);
  }
  AtomCheck credentials(check, Place::kCredential);
  for (const Pool& pool : policy.pools) CheckMembers(credentials, pool.members);
  for (const Meter& meter : policy.meters) CheckMembers(credentials, meter.members);
}

}  // namespace keyrule::dsl
