// What else an in-file test can do, as commands: report, next, wait, clock, given, expect; and the seed.

#include <algorithm>

#include "dsl/wording.h"
#include "evaluator/decision_json.h"
#include "evaluator/decision_text.h"
#include "evaluator/expectation.h"
#include "evaluator/literals.h"
#include "evaluator/repl_impl.h"
#include "evaluator/test_reasons.h"
#include "evaluator/test_world.h"
#include "evaluator/typeset.h"

namespace keyrule::evaluator {

using dsl::Cat;
using dsl::Tick;
using Answer = Repl::Answer;

namespace {

constexpr std::string_view kNothingYet = "nothing is decided yet; `decide` first";
constexpr std::string_view kTestHead = "test \"typed in the shell\" {\n";

// The test that CheckTyped has put into a policy.
const dsl::Test* TypedTestOf(const dsl::Policy& policy) {
  const auto typed = std::find_if(policy.tests.begin(), policy.tests.end(), [&](const dsl::Test& test) {
    return policy.sources->at(test.span.source).name() == kTypedName;
  });
  return typed == policy.tests.end() ? nullptr : &*typed;
}

}  // namespace

bool HasTime(int64_t now_ms, int64_t step_ms, int64_t steps) {
  constexpr int64_t kLastMs = 253'402'300'799'999;  // of the year 9999
  return step_ms == 0 || (kLastMs - now_ms) / step_ms >= steps;
}

Answer Repl::Impl::ReportCommand(std::string_view rest) {
  evaluator::Report report;
  std::string error;
  if (!ParseReport(rest, &report, &error)) return Wrong(error);
  const Decision* last = session->last();
  if (last == nullptr) return Wrong(std::string(kNothingYet));
  if (last->verdict != Verdict::kUse) return Wrong("the last decision spends no credential");
  if (last->outcome != Outcome::kNone) return Wrong("the last decision is already reported");
  session->Report(report);
  record.AddReport(session->now(), rest);
  std::string text = Cat({Word(last->credential->name), " ", OutcomeWords()[static_cast<size_t>(
                                                                   report.outcome) - 1]});
  const int64_t until = last->credential_state->rest.rests_until.load();
  if (until > session->now()) {
    text += Cat({", rests until ", FormatTime(until), " (", FormatDuration(until - session->now()),
                 ")"});
  }
  return {.text = text + "\n"};
}

Answer Repl::Impl::NextCommand(std::string_view) {
  const Decision* last = session->last();
  if (last == nullptr) return Wrong(std::string(kNothingYet));
  if (last->verdict == Verdict::kUse && last->outcome == Outcome::kNone) {
    return Wrong("the last call is not reported yet; say what became of it, as in `report rate_limited`");
  }
  if (!Snapshot::CanNext(*last)) return Wrong("a refusal has no next; `decide` again");
  session->Next();
  record.AddNext(*session);
  return {.text = paint.Decision(DecisionText(*session->last(), session->snapshot()))};
}

Answer Repl::Impl::Wait(std::string_view rest) {
  const std::optional<int64_t> duration = ParseDuration(rest);
  if (!duration) return Wrong("write how long, as in `wait 1m`");
  const int64_t before = session->now();
  if (!HasTime(before, *duration, 1)) return Wrong("the clock would be later than the year 9999; wait for less");
  session->SetClock(before + *duration);
  record.AddWait(before, rest, session->now());
  return {.text = FormatTime(session->now()) + "\n"};
}

Answer Repl::Impl::ClockCommand(std::string_view rest) {
  if (!rest.empty()) {
    const std::optional<int64_t> time = ParseTimestamp(rest);
    if (!time) {
      return Wrong(Cat({Tick(Printable(rest)), " is not a time; write it as 2026-11-23T09:30Z"}));
    }
    live = false;  // from now on it stands until it is moved
    session->SetClock(*time);
  }
  return {.text = FormatTime(session->now()) + "\n"};
}

Answer Repl::Impl::Seed(std::string_view rest) {
  const std::optional<int64_t> number = ParseInteger(rest);
  if (!number || *number < 0) return Wrong("write a number, as in `seed 7`");
  seed = static_cast<uint64_t>(*number);
  session->SetSeed(seed);
  return {};
}

Answer Repl::Impl::Given(std::string_view rest) {
  if (rest.empty()) {
    std::string text;
    for (const std::string& line : given) text += line + "\n";
    return {.text = text.empty() ? "nothing is given; write `given credential \"a\" with enabled = false`\n" : text};
  }
  dsl::Frame frame;
  frame.before = kTestHead;
  for (const std::string& line : given) frame.before += line + "\n";
  frame.typed = Cat({"given ", rest});
  Answer answer;
  const auto checked = CheckTyped(frame, "\nrequest\nexpect host\n}\n", &answer.problem);
  const dsl::Test* typed = checked == nullptr ? nullptr : TypedTestOf(*checked);
  if (typed == nullptr) {
    answer.error = true;
    return answer;
  }
  // What stands behind it on the line would be steps that are not taken.
  constexpr size_t kAppended = 2;
  if (typed->steps.size() != given.size() + 1 + kAppended)
    return Wrong("one step at a time: write what follows on a line of its own");
  given.push_back(frame.typed);
  given_credentials = CredentialsGiven(*typed);
  const bool forgets = !record.empty();
  Begin();
  if (forgets) answer.problem = "begun anew, as a test whose credentials are there from the start\n";
  return answer;
}

Answer Repl::Impl::Expect(std::string_view rest) {
  if (rest.empty()) return Wrong("write what to expect, as in `expect rule billing, credential \"a\"`");
  if (session->last() == nullptr) return Wrong(std::string(kNothingYet));
  dsl::Frame frame;
  frame.before = Cat({kTestHead, "request\nagain\n"});  // `another credential` needs two
  frame.typed = Cat({"expect ", rest});
  Answer answer;
  const auto checked = CheckTyped(frame, "\n}\n", &answer.problem);
  const dsl::Test* typed = checked == nullptr ? nullptr : TypedTestOf(*checked);
  if (typed == nullptr) {
    answer.error = true;
    return answer;
  }
  if (typed->steps.size() != 3) return Wrong("one step at a time: write what follows on a line of its own");
  bool shown = false;  // why: the same for all that is not so
  for (const dsl::Want& want : std::get<dsl::ExpectStep>(typed->steps.back().what).wants) {
    const std::string wanted = OneLine(checked->sources->TextOf(want.span));
    const std::optional<std::string> got = Unfulfilled(want, *session);
    if (!got) {
      answer.text += Cat({paint.Good("ok"), "    ", wanted, "\n"});
      continue;
    }
    answer.problem += Cat({paint.Bad("FAIL"), "  expected ", wanted, ", got ", *got, "\n"});
    if (!shown) answer.problem += Cat({"      ", RequestText(*session), "\n"});
    for (const dsl::Note& note : Reasons(*session, want, {}, !shown))
      answer.problem += Cat({"      ", note.message, "\n"});
    shown = true;
  }
  answer.error = !answer.problem.empty();
  // What is not so would only make a test that fails.
  if (!answer.error) record.AddExpect(rest);
  return answer;
}

}  // namespace keyrule::evaluator
