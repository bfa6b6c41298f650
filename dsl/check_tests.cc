#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>

#include "dsl/check.h"
#include "dsl/fields.h"
#include "dsl/limits.h"
#include "dsl/suggest.h"
#include "dsl/wording.h"

namespace keyrule::dsl {
namespace {

using SettingValue = decltype(Setting::value);

// What a value is, in words.
std::string_view Described(const SettingValue& value) {
  constexpr std::string_view kWords[] = {"a string",         "an int",     "a timestamp",
                                         "a list of string", "a duration", "an amount of money",
                                         "a bool",           "`unique`"};
  return kWords[value.index()];
}

bool Fits(Type type, const SettingValue& value) {
  switch (type) {
    case Type::kString:
      return std::holds_alternative<Text>(value) || std::holds_alternative<Unique>(value);
    case Type::kEnum:
      return std::holds_alternative<Text>(value);
    case Type::kInt:
      return std::holds_alternative<Integer>(value) || std::holds_alternative<Unique>(value);
    case Type::kBool:
      return std::holds_alternative<bool>(value);
    case Type::kTimestamp:
      return std::holds_alternative<Timestamp>(value);
    case Type::kListOfString:
      return std::holds_alternative<TextList>(value);
    case Type::kMapOfString:
      return false;  // its entries are set one by one
  }
  return false;
}

class TestCheck {
 public:
  explicit TestCheck(Check& check) : check_(check) {}

  void Take(const Test& test) {
    decisions_ = 0;
    needs_said_ = false;
    bool expects = false;
    for (const Step& step : test.steps) {
      std::visit([&](const auto& what) { TakeStep(what, step.span); }, step.what);
      expects = expects || std::holds_alternative<ExpectStep>(step.what);
    }
    if (expects) return;
    check_.Error(Code::KR0701, test.name.span,
                 Cat({"test ", Tick(test.name.value), " expects nothing"}), "add `expect`");
  }

 private:
  void TakeStep(const ClockStep&, const Span&) {}
  void TakeStep(const WaitStep&, const Span&) {}

  void TakeStep(const GivenStep& given, const Span&) {
    RefuseEmpty(given.credential, "name a credential");
    if (given.provider) RefuseEmpty(*given.provider, "name a provider");
    CheckTwice(given.settings, "given");
    CheckSaid(given);
    for (const Setting& setting : given.settings) {
      const std::optional<Type> type = TypeOfGiven(setting.key.text);
      if (!type) {
        check_.Error(Code::KR0108, setting.key.span,
                     Cat({"a credential has no field ", Tick(setting.key.text)}),
                     Help(setting.key.text,
                          {"name", "id", "provider", "model", "model.type", "owner", "weight",
                           "enabled", "expires"},
                          kGivenFields));
      } else if (!Fits(*type, setting.value) || std::holds_alternative<Unique>(setting.value)) {
        WrongType(setting, *type);
      } else if (const auto* weight = std::get_if<Integer>(&setting.value)) {
        CheckWeight(*weight);
      }
    }
  }

  void TakeStep(const RequestStep& request, const Span& span) {
    if (request.again) Needs("again", span);
    Decide(request.repeat.times);
    CheckTwice(request.settings, "request");
    for (const Setting& setting : request.settings) {
      const Attribute* attribute = check_.AttributeOf(setting.key);
      if (attribute == nullptr) continue;
      if (!Fits(attribute->type, setting.value)) {
        WrongType(setting, attribute->type);
      } else if (const auto* text = std::get_if<Text>(&setting.value)) {
        check_.ValueCanBe(*attribute, *text);
      }
    }
  }

  void TakeStep(const NextStep&, const Span& span) {
    Needs("next", span);
    Decide(1);
  }

  void TakeStep(const ReportStep& report, const Span& span) {
    Needs("report", span);
    CheckTwice(report.settings, "report");
    for (const Setting& setting : report.settings) {
      const std::string_view key = setting.key.text;
      const bool money = std::holds_alternative<Money>(setting.value);
      const bool integer = std::holds_alternative<Integer>(setting.value);
      if (const auto* number = std::get_if<Integer>(&setting.value);
          number != nullptr && number->value < 0 && (key == "tokens" || key == "cost")) {
        check_.Error(Code::KR0014, number->span, "this number is smaller than 0");
      }
      if (key == "retry_after" || key == "latency") {
        if (!std::holds_alternative<Duration>(setting.value)) WrongType(setting, "a duration", "`60s`");
      } else if (key == "tokens") {
        if (!integer) WrongType(setting, "an int", Example(Type::kInt));
      } else if (key == "cost") {
        if (!money && !integer) WrongType(setting, "an amount of money", "`0.25`");
      } else {
        check_.Error(Code::KR0108, setting.key.span, Cat({"a report has no field ", Tick(key)}),
                     Help(key, {"retry_after", "tokens", "latency", "cost"},
                          "fields: retry_after, tokens, latency, cost"));
      }
    }
  }

  void TakeStep(const ExpectStep& expect, const Span& span) {
    Needs("expect", span);
    for (const Want& want : expect.wants) {
      RefuseEmpty(want);
      const auto* same = std::get_if<WantSame>(&want.what);
      if (same != nullptr && decisions_ == 1) {
        check_.Error(Code::KR0702, want.span,
                     Cat({same->same ? "`same credential`" : "`another credential`",
                          " needs two decisions before it"}),
                     "add `again`");
      }
      const auto* count = std::get_if<WantCount>(&want.what);
      if (count == nullptr || count->least <= count->most) continue;
      check_.Error(Code::KR0206, want.span,
                   Cat({"`", std::to_string(count->least), "..", std::to_string(count->most),
                        "` is empty"}));
    }
  }

  void RefuseEmpty(const Text& text, std::string_view help) {
    if (!text.value.empty()) return;
    check_.Error(Code::KR0205, text.span, "an empty text is the same as absent",
                 std::string(help));
  }

  void RefuseEmpty(const Want& want) {
    constexpr std::string_view kName = "name a credential";
    std::visit(Overloaded{[&](const WantCredential& what) { RefuseEmpty(what.name, kName); },
                          [&](const WantSkipped& what) { RefuseEmpty(what.credential, kName); },
                          [&](const WantCount& what) { RefuseEmpty(what.credential, kName); },
                          [&](const WantDeny& what) {
                            if (what.reason) RefuseEmpty(*what.reason, "write `deny`");
                          },
                          [&](const WantTag& what) {
                            RefuseEmpty(what.value, "write the value of the tag");
                          },
                          [](const auto&) {}},
               want.what);
  }

  // What `given credential "a" of "b"` says already.
  void CheckSaid(const GivenStep& given) {
    for (const Setting& setting : given.settings) {
      const bool name = setting.key.text == "name";
      if (!name && (setting.key.text != "provider" || !given.provider)) continue;
      check_.Error(Code::KR0104, setting.key.span,
                   Cat({"the key ", Tick(setting.key.text), " stands twice in `given`, first ",
                        check_.loading.Line(name ? given.credential.span : given.provider->span)}),
                   "remove one");
    }
  }

  // Two are as good as many.
  void Decide(int64_t times) {
    decisions_ = std::min<int64_t>(2, decisions_ + std::min<int64_t>(2, times));
  }

  // Says once per test that a decision is missing.
  void Needs(std::string_view step, const Span& span) {
    if (decisions_ > 0 || needs_said_) return;
    needs_said_ = true;
    check_.Error(Code::KR0702, span, Cat({Tick(step), " needs a decision before it"}),
                 "add `request`");
  }

  void CheckTwice(const std::vector<Setting>& settings, std::string_view step) {
    ViewMap<Span> seen;
    for (const Setting& setting : settings) {
      const auto [at, is_new] = seen.try_emplace(setting.key.text, setting.key.span);
      if (is_new) continue;
      check_.Error(Code::KR0104, setting.key.span,
                   Cat({"the key ", Tick(setting.key.text), " stands twice in ", Tick(step),
                        ", first ", check_.loading.Line(at->second)}),
                   "remove one");
    }
  }

  void CheckWeight(const Integer& weight) {
    if (weight.value >= 1 && weight.value <= kMaxWeight) return;
    check_.Error(Code::KR0014, weight.span,
                 weight.value < 1 ? "this weight is smaller than 1"
                                  : Cat({"this weight is larger than ", Thousands(kMaxWeight)}),
                 "weights go from 1 to 1,000");
  }

  void WrongType(const Setting& setting, Type type) {
    WrongType(setting, WithArticle(type), Example(type));
  }
  void WrongType(const Setting& setting, std::string_view type, std::string_view example) {
    check_.Error(Code::KR0201, ValueSpan(setting),
                 Cat({Tick(setting.key.text), " is ", type, ", not ", Described(setting.value)}),
                 Cat({"write ", example}));
  }

  // The part of `key = value` right of the `=`.
  Span ValueSpan(const Setting& setting) const {
    Span span = setting.span;
    const std::string_view text = check_.sources.TextOf(span);
    const size_t sign = text.find('=', setting.key.span.end - span.begin);
    if (sign == std::string_view::npos) return span;
    const size_t value = text.find_first_not_of(" \t\r\n", sign + 1);
    if (value != std::string_view::npos) span.begin += static_cast<uint32_t>(value);
    return span;
  }

  static std::string Help(std::string_view key, const std::vector<std::string_view>& legal,
                          std::string_view all) {
    const std::string_view nearest = Nearest(key, legal);
    return nearest.empty() ? std::string(all) : Cat({"did you mean `", nearest, "`?"});
  }

  Check& check_;
  int64_t decisions_ = 0;  // made before the present step
  bool needs_said_ = false;
};

}  // namespace

void CheckTests(Check& check) {
  TestCheck tests(check);
  for (const Test& test : check.policy.tests) tests.Take(test);
}

}  // namespace keyrule::dsl
