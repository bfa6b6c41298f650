#include <set>
#include <string_view>
#include <utility>

#include "dsl/check.h"
#include "dsl/wording.h"

namespace keyrule::dsl {
namespace {

void CheckMembers(Check& check, const std::vector<Member>& members, std::string_view kind,
                  std::string_view owner) {
  std::set<std::pair<size_t, std::string_view>> seen;  // names of credentials and of pools
  for (const Member& member : members) {
    std::string_view name;
    if (const auto* text = std::get_if<Text>(&member.what)) {
      name = text->value;
      if (name.empty()) {
        check.Error(Code::KR0205, text->span, "an empty text is the same as absent",
                    "name a credential");
        continue;
      }
    } else if (const auto* all_of = std::get_if<AllOf>(&member.what)) {
      name = all_of->pool.text;
    } else {
      continue;
    }
    if (seen.emplace(member.what.index(), name).second) continue;
    check.Warn(
        Code::KR0303, member.span,
        Cat({Tick(name), " stands twice in ", kind, " ", Tick(owner), "; the first place counts"}),
        "remove one");
  }
}

// Each tier needs a member: `then` stands between two.
void CheckTiers(Check& check, const Pool& pool) {
  std::vector<bool> filled(pool.thens.size() + 2, false);
  for (const Member& member : pool.members) filled[member.tier] = true;
  for (size_t i = 0; i < pool.thens.size(); ++i) {
    const bool last = i + 1 == pool.thens.size();
    const std::string_view side = !filled[i + 1] ? "before" : last && !filled[i + 2] ? "after" : "";
    if (side.empty()) continue;
    check.Error(Code::KR0304, pool.thens[i], Cat({"`then` has nothing ", side, " it"}),
                "remove it");
  }
}

void CheckCoolings(Check& check, const Pool& pool) {
  for (const Cooling& cooling : pool.coolings) {
    if (cooling.most.ms >= cooling.first.ms) continue;
    check.Error(Code::KR0310,
                {cooling.first.span.source, cooling.first.span.begin, cooling.most.span.end},
                Cat({"`cool ", check.sources.TextOf(cooling.first.span), " up to ",
                     check.sources.TextOf(cooling.most.span), "` goes down"}));
  }
}

}  // namespace

void CheckPools(Check& check) {
  for (const Pool& pool : check.policy.pools) {
    for (const Text& provider : pool.providers) {
      if (!provider.value.empty()) continue;
      check.Error(Code::KR0205, provider.span, "an empty text is the same as absent",
                  "name a provider");
    }
    CheckMembers(check, pool.members, "pool", pool.name.text);
    CheckTiers(check, pool);
    CheckCoolings(check, pool);
  }
  for (const Meter& meter : check.policy.meters) {
    CheckMembers(check, meter.members, meter.is_budget ? "budget" : "quota", meter.name.text);
  }
}

}  // namespace keyrule::dsl
