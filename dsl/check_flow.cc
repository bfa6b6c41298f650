#include "dsl/check.h"
#include "dsl/implied.h"
#include "dsl/wording.h"

namespace keyrule::dsl {
namespace {

// What callers choose may pick from an allow-list, but must not name just any credential.
void CheckNaming(Check& check, const Use& use) {
  const auto* credential = std::get_if<UseCredential>(&use.what);
  if (credential == nullptr || credential->from) return;
  const auto* path = std::get_if<Path>(&credential->credential.what);
  const Attribute* attribute = path != nullptr ? check.AttributeOf(*path) : nullptr;
  if (attribute == nullptr || !attribute->untrusted) return;
  const bool names = attribute->type == Type::kString || attribute->type == Type::kEnum;
  if (!names) return;  // it holds no name at all, which has been said
  const std::string_view written = check.sources.TextOf(path->span);  // its quotes may be needed
  check.Error(
      Code::KR0501, path->span,
      Cat({Tick(written), " is chosen by the caller and must not name just any credential"}),
      Cat({"write `use credential ", written, " from <pool>`"}));
}

// Budgets counted per value of an attribute that callers choose freely.
class Escapes {
 public:
  explicit Escapes(Check& check) : check_(check), implied_(check.policy) {}

  void TakeMeters() {
    for (const Meter& meter : check_.policy.meters) {
      if (!meter.members.empty() && IsOpen(meter)) Report(meter);
    }
  }

  void TakeUse(const Rule& rule, const Use& use) {
    for (const MeterName& name : use.under) {
      if (name.index == kUnresolved) continue;
      const Meter& meter = check_.policy.meters[name.index];
      if (!IsOpen(meter)) continue;
      if (rule.when && implied_.Of(*rule.when, meter.each->slot) != nullptr) continue;
      Report(meter);
    }
  }

 private:
  bool IsOpen(const Meter& meter) const {
    const Attribute* attribute = meter.each ? check_.AttributeOf(*meter.each) : nullptr;
    return attribute != nullptr && attribute->untrusted && attribute->type != Type::kEnum &&
           attribute->type != Type::kBool;
  }

  void Report(const Meter& meter) {
    check_.Warn(Code::KR0502, meter.each->span,
                Cat({"a caller escapes budget ", Tick(meter.name.text), " by changing ",
                     Tick(meter.each->text)}),
                Cat({"count by a trusted attribute, or check `", meter.each->text,
                     " in` a list or table first"}));
  }

  Check& check_;
  Implied implied_;
};

}  // namespace

void CheckFlow(Check& check) {
  Escapes escapes(check);
  escapes.TakeMeters();
  ForEachRule(check.policy, [&](const Rule& rule) {
    for (const Action& action : rule.chain.actions) {
      const auto* use = std::get_if<Use>(&action.what);
      if (use == nullptr) continue;
      CheckNaming(check, *use);
      escapes.TakeUse(rule, *use);
    }
  });
}

}  // namespace keyrule::dsl
