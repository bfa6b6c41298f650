#include "dsl/resolver.h"
#include "dsl/suggest.h"
#include "dsl/wording.h"

namespace keyrule::dsl {

void Resolver::ResolveWant(Want& want) {
  if (auto* in = std::get_if<WantCredentialIn>(&want.what)) {
    return ResolvePool(in->pool.name, in->pool.index);
  }
  const auto* rule = std::get_if<WantRule>(&want.what);
  if (rule == nullptr) return;
  const Name& name = rule->rule;
  if (loading_.rules.contains(name.text) || loading_.lost.Name(name.text)) return;
  std::string help;
  if (!loading_.diagnostics.full()) {
    std::vector<std::string_view> names;
    for (const Rule& other : loading_.policy.rules) names.push_back(other.name.text);
    help = Suggest(name.text, names, "rules", "there are no rules");
  }
  loading_.Error(Code::KR0105, name.span, Cat({"no rule is named ", Tick(name.text)}),
                 std::move(help));
}

void Resolver::ResolveTest(Test& test) {
  for (Step& step : test.steps) {
    if (auto* request = std::get_if<RequestStep>(&step.what)) {
      for (Setting& setting : request->settings) ResolveAttribute(setting.key);
    } else if (auto* expect = std::get_if<ExpectStep>(&step.what)) {
      for (Want& want : expect->wants) ResolveWant(want);
    }
  }
}

}  // namespace keyrule::dsl
