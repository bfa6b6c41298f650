#include <map>
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

// What a credential can rest after: the others say that the call went well, or nothing of the key.
bool LetsRest(Outcome outcome) {
  return outcome != Outcome::kOk && outcome != Outcome::kCallerError;
}

void CheckCoolings(Check& check, const Pool& pool) {
  std::map<Outcome, Span> seen;
  for (const Cooling& cooling : pool.coolings) {
    const std::string_view outcome = check.sources.TextOf(cooling.outcome_span);
    const auto [at, is_new] = seen.try_emplace(cooling.outcome, cooling.outcome_span);
    if (!is_new) {
      check.Error(Code::KR0104, cooling.outcome_span,
                  Cat({"the outcome ", Tick(outcome), " stands twice in pool ",
                       Tick(pool.name.text), ", first ", check.loading.Line(at->second)}),
                  "remove one");
    } else if (!LetsRest(cooling.outcome)) {
      check.Error(Code::KR0204, cooling.outcome_span,
                  Cat({"`cool` does not apply to ", Tick(outcome)}),
                  "a credential rests after rate_limited, unauthorized, out_of_credit, timed_out or "
                  "server_error");
    }
    if (cooling.first.ms == 0) {
      check.Error(Code::KR0014, cooling.first.span, "this rest is smaller than 1ms",
                  "write how long the credential rests, such as `cool 20s`");
      continue;
    }
    if (cooling.most.ms >= cooling.first.ms) continue;
    check.Error(Code::KR0310,
                {cooling.first.span.source, cooling.first.span.begin, cooling.most.span.end},
                Cat({"`cool ", check.sources.TextOf(cooling.first.span), " up to ",
                     check.sources.TextOf(cooling.most.span), "` goes down"}));
  }
}

// A file may be filled later, and its columns may have gaps.
void CheckTable(Check& check, const Table& table) {
  if (table.file) return;
  if (table.entries().empty()) {
    check.Warn(Code::KR0311, table.name.span,
               Cat({"table ", Tick(table.name.text), " has no entries"}),
               "add an entry such as `\"key\" : \"value\"`");
  }
  for (const TableEntry& entry : table.entries()) {
    for (const Text* text : {&entry.key, &entry.value}) {
      if (!text->value.empty()) continue;
      check.Error(Code::KR0205, text->span, "an empty text is the same as absent",
                  "remove the entry");
      break;
    }
  }
}

}  // namespace

void CheckPools(Check& check) {
  for (const Pool& pool : check.policy.pools) {
    for (const Text& provider : pool.providers) {
      if (!provider.value.empty()) {
        check.ProviderCanBe(provider);
      } else {
        check.Error(Code::KR0205, provider.span, "an empty text is the same as absent",
                    "name a provider");
      }
    }
    if (pool.members.empty() && pool.thens.empty()) {
      check.Warn(Code::KR0311, pool.name.span, Cat({"pool ", Tick(pool.name.text), " has no members"}),
                 "add a credential such as `\"prod-1\"`, or `where …`");
    }
    CheckMembers(check, pool.members, "pool", pool.name.text);
    CheckTiers(check, pool);
    CheckCoolings(check, pool);
  }
  for (const Table& table : check.policy.tables) CheckTable(check, table);
  for (const Meter& meter : check.policy.meters) {
    CheckMembers(check, meter.members, meter.is_budget ? "budget" : "quota", meter.name.text);
  }
}

}  // namespace keyrule::dsl
