#include "evaluator/test_runner.h"

#include <algorithm>
#include <utility>

#include "dsl/limits.h"
#include "dsl/wording.h"
#include "evaluator/expectation.h"
#include "evaluator/glob.h"
#include "evaluator/session.h"
#include "evaluator/test_reasons.h"
#include "evaluator/test_world.h"
#include "evaluator/typeset.h"

namespace keyrule::evaluator {
namespace {

using dsl::Cat;
using dsl::Code;
using dsl::Tick;

constexpr int64_t kLastMs = 253'402'300'799'999;  // of the year 9999

// Runs one test: its own credentials, clock, seed and state.
class TestRun {
 public:
  TestRun(std::shared_ptr<const Program> program, const dsl::Test& test, Coverage* coverage)
      : test_(test),
        sources_(*program->policy->sources),
        session_(program,
                 std::make_shared<MemorySource>(CredentialsOfTest(*program->policy, test)),
                 kTestStartMs, 0) {
    result_.name = test.name.value;
    result_.span = test.span;
    session_.SetCoverage(coverage);
  }

  TestResult Run(const std::function<void(const Session&)>& after) {
    for (const dsl::Step& step : test_.steps) {
      step_ = &step;
      std::visit([this](const auto& what) { Do(what); }, step.what);
      if (stopped_) break;
    }
    result_.passed = result_.failures.empty();
    if (after) after(session_);
    return std::move(result_);
  }

 private:
  void Do(const dsl::GivenStep&) {}  // the credentials are there from the start
  void Do(const dsl::ClockStep& step) { session_.SetClock(step.at.unix_ms); }
  void Do(const dsl::WaitStep& step) {
    if (HasTime(step.duration.ms)) session_.SetClock(session_.now() + step.duration.ms);
  }

  void Do(const dsl::RequestStep& step) {
    if (!step.again) settings_ = &step.settings;
    if (settings_ == nullptr) return Missing();
    const Repetition repetition{.times = step.repeat.times,
                                .at_once = step.repeat.at_once,
                                .every_ms = step.repeat.every ? step.repeat.every->ms : 0};
    if (!HasTime(repetition.every_ms * (repetition.times - 1))) return;
    const bool called = session_.Call(
        repetition, [this](RequestBuilder* builder) { return Fill(builder); });
    decided_at_ = step_->span;
    stopped_ = stopped_ || !called || !CountersFit();
  }

  void Do(const dsl::NextStep&) {
    if (session_.last() == nullptr) return Missing();
    session_.Next();
    decided_at_ = step_->span;
  }

  void Do(const dsl::ReportStep& step) {
    if (session_.last() == nullptr) return Missing();
    Report report;
    report.outcome = static_cast<Outcome>(static_cast<uint8_t>(step.outcome) + 1);  // after kNone
    for (const dsl::Setting& setting : step.settings) {
      const std::string_view key = setting.key.text;
      if (const auto* duration = std::get_if<dsl::Duration>(&setting.value)) {
        if (key == "retry_after") report.retry_after_ms = duration->ms;
        if (key == "latency") report.latency_ms = duration->ms;
      } else if (const auto* number = std::get_if<dsl::Integer>(&setting.value)) {
        if (key == "tokens") report.tokens = number->value;
        if (key == "cost") report.cost_micro_usd = number->value * 1'000'000;
      } else if (const auto* money = std::get_if<dsl::Money>(&setting.value)) {
        if (key == "cost") report.cost_micro_usd = money->micro_usd;
      }
    }
    session_.Report(report);
  }

  void Do(const dsl::ExpectStep& step) {
    if (session_.last() == nullptr) return Missing();
    bool shown = false;  // the decision: the same for all that it was expected to be
    for (const dsl::Want& want : step.wants) {
      const std::optional<std::string> got = Unfulfilled(want, session_);
      if (!got) continue;
      dsl::Diagnostic& failure =
          Fail(Code::KR0703, want.span,
               Cat({"test ", Tick(Printable(test_.name.value)), ": expected ",
                    OneLine(sources_.TextOf(want.span)), ", got ", *got}),
               shown ? std::string() : RequestText(session_));
      failure.notes = Reasons(session_, want, decided_at_, !shown);
      shown = true;
    }
  }

  bool CountersFit() {
    if (session_.counters() <= dsl::kMaxCounters) return true;
    Fail(Code::KR0014, step_->span,
         Cat({"the number of counters of quotas and budgets in this test is larger than ",
              dsl::Thousands(dsl::kMaxCounters)}),
         "count fewer values of a `for each`: repeat less often, or with fewer `unique` values");
    return false;
  }

  bool Fill(RequestBuilder* builder) {
    if (!CountersFit()) return false;
    for (const dsl::Setting& setting : *settings_) {
      std::string error;
      if (!Put(setting, builder, &error)) {
        const size_t mend = error.find("; ");
        Fail(Code::KR0201, setting.span, error.substr(0, mend),
             mend == std::string::npos ? std::string() : error.substr(mend + 2));
        return false;
      }
    }
    return true;
  }

  bool Put(const dsl::Setting& setting, RequestBuilder* builder, std::string* error) {
    const std::string path(setting.key.text);
    return std::visit(
        dsl::Overloaded{
            [&](const dsl::Text& text) { return builder->SetText(path, text.value, error); },
            [&](const dsl::Integer& number) {
              return builder->SetInteger(path, number.value, error);
            },
            [&](const dsl::Timestamp& time) {
              return builder->SetTimestamp(path, time.unix_ms, error);
            },
            [&](const dsl::TextList& list) {
              std::vector<std::string> items;
              for (const dsl::Text& item : list.items) items.emplace_back(item.value);
              return builder->SetList(path, items, error);
            },
            [&](const bool& truth) { return builder->SetBool(path, truth, error); },
            [&](const dsl::Unique&) { return PutUnique(setting, builder, error); },
            [&](const auto&) {  // a duration or an amount: no attribute has that type
              *error = Cat({Tick(path), " cannot be set to ",
                            Tick(OneLine(sources_.TextOf(setting.span)))});
              return false;
            }},
        setting.value);
  }

  // "user.id-1", "user.id-2", …: the key as it is written, so that shares fall the same way everywhere.
  bool PutUnique(const dsl::Setting& setting, RequestBuilder* builder, std::string* error) {
    const int64_t number = ++unique_;
    const dsl::Attribute* declared = builder->Declared(setting.key.text);
    if (declared != nullptr && declared->type == dsl::Type::kInt) {
      return builder->SetInteger(setting.key.text, number, error);
    }
    const std::string key(sources_.TextOf(setting.key.span));
    return builder->SetText(setting.key.text, key + "-" + std::to_string(number), error);
  }

  // Both a duration and a number of calls have a limit, so that their product is no overflow.
  bool HasTime(int64_t length_ms) {
    if (length_ms <= kLastMs - session_.now()) return true;
    Fail(Code::KR0014, step_->span, "the clock of this test is later than the year 9999",
         "wait for less");
    stopped_ = true;
    return false;
  }

  void Missing() {
    Fail(Code::KR0702, step_->span,
         Cat({Tick(Shorten(OneLine(sources_.TextOf(step_->span)), 40)),
              " needs a decision before it"}),
         "add `request`");
    stopped_ = true;
  }

  dsl::Diagnostic& Fail(Code code, const dsl::Span& span, std::string message, std::string help) {
    dsl::Diagnostic& diagnostic = result_.failures.emplace_back();
    diagnostic.code = code;
    diagnostic.severity = dsl::Severity::kError;
    diagnostic.span = span;
    diagnostic.message = std::move(message);
    diagnostic.help = std::move(help);
    return diagnostic;
  }

  const dsl::Test& test_;
  const dsl::Sources& sources_;
  Session session_;
  TestResult result_;
  const dsl::Step* step_ = nullptr;
  const std::vector<dsl::Setting>* settings_ = nullptr;  // of the last `request`
  dsl::Span decided_at_;
  int64_t unique_ = 0;
  bool stopped_ = false;
};

}  // namespace

TestResult RunTest(std::shared_ptr<const Program> program, const dsl::Test& test, Coverage* coverage,
                   const std::function<void(const Session&)>& after) {
  return TestRun(std::move(program), test, coverage).Run(after);
}

std::vector<TestResult> RunTests(std::shared_ptr<const Program> program, const std::string& only) {
  std::vector<TestResult> results;
  const Glob glob(only);
  for (const dsl::Test& test : program->policy->tests) {
    if (!only.empty() && !glob.Matches(test.name.value)) continue;
    results.push_back(RunTest(program, test));
  }
  return results;
}

}  // namespace keyrule::evaluator
