// The checks of a resolved policy that need no exact analysis: types, pools, limits, chains, tests.
// Private to dsl/.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "dsl/loading.h"

namespace keyrule::dsl {

// Stage: runs the table of checks (check.cc).
void CheckPolicy(Loading& loading);

// What the checks share. Warnings wait until all errors are known: where an error stands, a warning
// is noise.
class Check {
 public:
  explicit Check(Loading& the_loading)
      : loading(the_loading), policy(the_loading.policy), sources(*the_loading.sources) {}

  void Error(Code code, const Span& span, std::string message, std::string help = {}) {
    loading.diagnostics.Add(code, span, std::move(message), std::move(help));
  }
  // Once per place and message: a named condition may be used by many rules.
  void Warn(Code code, const Span& span, std::string message, std::string help = {},
            std::vector<Note> notes = {});
  void GiveWarnings();

  // Are there texts that it never is?
  static bool IsLimited(const Attribute& attribute) {
    return attribute.type == Type::kEnum || attribute.path.text == "provider";
  }
  // Null for what could not be resolved.
  const Attribute* AttributeOf(const Path& path) const {
    return path.slot == kUnresolved ? nullptr : &policy.slots[path.slot];
  }

  // Each reports what is not so.
  bool ValueCanBe(const Attribute& attribute,
                  const Text& value);  // one of an enum's values: KR0202
  bool ProviderCanBe(const Text& value);  // as Dify's requests spell it: KR0202
  bool ZoneIsKnown(const Text& zone);  // KR0016
  bool HasText(const Path& path);      // a string or an enum: KR0201
  bool HasOneValue(const Path& path);  // or a number, to count or to hash by

  Loading& loading;
  const Policy& policy;
  const Sources& sources;

 private:
  std::vector<Diagnostic> warnings_;  // at most kMaxKeptWarnings
  size_t more_warnings_ = 0;          // than these
  std::unordered_set<std::string> places_;
  TextMap<bool> zones_;  // name -> known
  // Of each enum that was asked for.
  std::unordered_map<const Attribute*, std::unordered_set<std::string_view>> values_;
};

// The rules and, last, the default.
template <class F>
void ForEachRule(const Policy& policy, F&& visit) {
  for (const Rule& rule : policy.rules) visit(rule);
  visit(policy.fallback);
}

// The checks; each is one entry of the table.
void CheckConditions(Check& check);  // types, constants, patterns, clocks: KR0016, 0017, 0201–0206
void CheckPools(Check& check);       // KR0205, 0303, 0304, 0310
void CheckMeters(Check& check);      // KR0305–0307, 0309
void CheckChains(Check& check);      // KR0201, 0301, 0302, 0308, 0404, 0411
void CheckFlow(Check& check);        // what callers choose: KR0501, 0502
void CheckAbsence(Check& check);     // KR0410
void CheckWindows(Check& check);     // KR0412
void CheckTests(Check& check);       // KR0108, 0201, 0202, 0701, 0702
void CheckUse(Check& check);         // KR0110

}  // namespace keyrule::dsl
