// The commands that call, look and move the clock; those that list are in repl_lists.cc.

#include <algorithm>

#include "dsl/limits.h"
#include "dsl/render.h"
#include "dsl/wording.h"
#include "evaluator/decision_json.h"
#include "evaluator/decision_text.h"
#include "evaluator/explain.h"
#include "evaluator/literals.h"
#include "evaluator/repl_impl.h"
#include "evaluator/test_runner.h"
#include "evaluator/typeset.h"

namespace keyrule::evaluator {

using dsl::Cat;
using dsl::Tick;
using Answer = Repl::Answer;

namespace {

constexpr int64_t kMostCalls = 1'000'000;
constexpr int64_t kWidestBar = 40;

Answer Wrong(std::string line) { return {.text = std::move(line) + "\n", .error = true}; }

// How many calls went where, as counts and bars; the most first.
std::string SplitText(const Tally& tally) {
  std::vector<std::pair<std::string, int64_t>> rows;
  for (const auto& [name, count] : tally.credentials) rows.emplace_back(Word(name), count);
  for (const auto& [line, count] : tally.others) rows.emplace_back("(" + line + ")", count);
  std::stable_sort(rows.begin(), rows.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  size_t name_width = 0;
  size_t count_width = 0;
  for (const auto& [name, count] : rows) {
    name_width = std::max(name_width, Width(name));
    count_width = std::max(count_width, std::to_string(count).size());
  }
  std::string text = std::to_string(tally.all) + (tally.all == 1 ? " call\n" : " calls\n");
  for (const auto& [name, count] : rows) {
    const std::string digits = std::to_string(count);
    const int64_t tenths = (count * 1'000 + tally.all / 2) / tally.all;
    const std::string percent =
        std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " %";
    text += "  " + Pad(name, name_width) + "  " + std::string(count_width - digits.size(), ' ') +
            digits + "  " + std::string(7 - percent.size(), ' ') + percent + "  ";
    for (int64_t i = 0; i < (count * kWidestBar + tally.all / 2) / tally.all; ++i) text += "█";
    while (text.ends_with(' ')) text.pop_back();
    text += "\n";
  }
  return text;
}

// "100 times", "3 times at once", "5 times every 1m"; what follows stays in *rest.
bool TakeRepetition(std::string_view* rest, Repetition* repetition, std::string* error) {
  std::string_view after = *rest;
  const std::string_view number = TakeWord(&after);
  const std::optional<int64_t> times = ParseInteger(number);
  if (!times) return true;
  const std::string_view word = TakeWord(&after);
  if (word != "times" && word != "time") {
    *error = Cat({"expected `times` after ", Tick(number)});
    return false;
  }
  if (*times < 1 || *times > kMostCalls) {
    *error = "between 1 and 1,000,000 times";
    return false;
  }
  repetition->times = *times;
  *rest = after;
  const std::string_view next = TakeWord(&after);
  if (next == "at") {
    if (TakeWord(&after) != "once") {
      *error = "expected `at once`";
      return false;
    }
    if (*times > dsl::kMaxAtOnce) {
      *error = Cat({"at most ", dsl::Thousands(static_cast<uint64_t>(dsl::kMaxAtOnce)),
                    " times at once"});
      return false;
    }
    repetition->at_once = true;
    *rest = after;
  } else if (next == "every") {
    const std::optional<int64_t> every = ParseDuration(TakeWord(&after));
    if (!every) {
      *error = "expected a duration after `every`, as in `every 1m`";
      return false;
    }
    repetition->every_ms = *every;
    *rest = after;
  }
  return true;
}

// The settings behind `with`; an empty rest has none.
bool TakeWith(std::string_view rest, std::vector<ReplSetting>* settings, std::string* error) {
  if (rest.empty()) return true;
  std::string_view after = rest;
  if (TakeWord(&after) == "with") return ParseSettings(after, settings, error);
  *error = Cat({"expected `with`, found ", Tick(Printable(rest))});
  return false;
}

}  // namespace

Answer Repl::Impl::Run(const Repetition& repetition, const std::vector<ReplSetting>& more) {
  std::string error;
  const bool called = session->Call(repetition, [&](RequestBuilder* builder) {
    return Fill(more, builder, &error);
  });
  if (!called) return Wrong(error);
  changed = false;
  if (repetition.times > 1) return {.text = SplitText(session->tally())};
  return {.text = DecisionText(*session->last(), session->snapshot())};
}

Answer Repl::Impl::Set(std::string_view rest) {
  std::vector<ReplSetting> parsed;
  std::string error;
  if (!ParseSettings(rest, &parsed, &error)) return Wrong(error);
  RequestBuilder builder(program->policy);
  for (const ReplSetting& setting : parsed) {
    if (!ApplySetting(setting, 0, &builder, &error)) return Wrong(error);
  }
  for (ReplSetting& setting : parsed) {
    std::erase_if(settings, [&](const ReplSetting& old) { return old.path == setting.path; });
    settings.push_back(std::move(setting));
  }
  changed = true;
  return {};
}

Answer Repl::Impl::Unset(std::string_view rest) {
  if (rest.empty()) return Wrong("write which attribute; `unset all` forgets all of them");
  changed = true;
  if (rest == "all") {
    settings.clear();
    return {};
  }
  RequestBuilder builder(program->policy);
  std::string error;
  while (!rest.empty()) {
    const size_t comma = rest.find(',');
    const std::string_view path = TrimBlanks(rest.substr(0, comma));
    if (!builder.Unset(path, &error)) return Wrong(error);
    std::erase_if(settings, [&](const ReplSetting& old) { return old.path == path; });
    rest = comma == std::string_view::npos ? std::string_view() : TrimBlanks(rest.substr(comma + 1));
  }
  return {};
}

Answer Repl::Impl::RequestCommand(std::string_view rest) {
  std::string error;
  if (!rest.empty()) {
    Repetition repetition;
    std::vector<ReplSetting> more;
    if (!TakeRepetition(&rest, &repetition, &error) || !TakeWith(rest, &more, &error)) {
      return Wrong(error);
    }
    return Run(repetition, more);
  }
  RequestBuilder given(program->policy);
  for (const ReplSetting& setting : settings) ApplySetting(setting, unique, &given, &error);
  RequestBuilder builder(program->policy);
  if (!Current(&builder, &error)) return Wrong(error);
  size_t width = 0;
  for (const auto& [path, value] : builder.shown()) width = std::max(width, Width(path));
  std::string text;
  for (const auto& [path, value] : builder.shown()) {
    const bool filled = !given.shown().contains(path);
    text += Pad(path, width) + " = " + Word(value) + (filled ? "    # required, not set" : "") + "\n";
  }
  return {.text = text.empty() ? "no attribute is set\n" : text};
}

Answer Repl::Impl::Decide(std::string_view rest) {
  std::string error;
  Repetition repetition;
  std::vector<ReplSetting> more;
  if (!TakeRepetition(&rest, &repetition, &error) || !TakeWith(rest, &more, &error)) {
    return Wrong(error);
  }
  return Run(repetition, more);
}

Answer Repl::Impl::Why(std::string_view rest) {
  RequestBuilder builder(program->policy);
  std::string error;
  if (!Current(&builder, &error)) return Wrong(error);
  if (TakeWord(&rest) == "not") {
    if (rest.empty()) return Wrong("write which rule, as in `why not billing`");
    const std::string text = WhyNotText(session->snapshot(), builder.Build(), session->now(), rest);
    return {.text = text, .error = text.starts_with("no rule is named")};
  }
  // Of a decision that was made, the answer as it was; otherwise the answer that there would be.
  const Decision* last = session->last();
  if (last == nullptr || changed) {
    return {.text = ExplainText(session->snapshot(), builder.Build(), session->now())};
  }
  return {.text = DecisionText(*last, session->snapshot()) + "\n" +
                  ExplainRulesText(session->snapshot(), session->request().Build(), last->at_ms)};
}

Answer Repl::Impl::ReportCommand(std::string_view rest) {
  evaluator::Report report;
  std::string error;
  if (!ParseReport(rest, &report, &error)) return Wrong(error);
  const Decision* last = session->last();
  if (last == nullptr) return Wrong("nothing is decided yet; `decide` first");
  if (last->verdict != Verdict::kUse) return Wrong("the last decision spends no credential");
  if (last->outcome != Outcome::kNone) return Wrong("the last decision is already reported");
  session->Report(report);
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
  if (last == nullptr) return Wrong("nothing is decided yet; `decide` first");
  if (last->verdict == Verdict::kUse && last->outcome == Outcome::kNone) {
    return Wrong("the last call is not reported yet; say what became of it, as in `report rate_limited`");
  }
  if (!Snapshot::CanNext(*last)) return Wrong("a refusal has no next; `decide` again");
  session->Next();
  return {.text = DecisionText(*session->last(), session->snapshot())};
}

void Repl::Impl::PassTime(int64_t now_ms) { session->SetClock(now_ms); }

Answer Repl::Impl::Wait(std::string_view rest) {
  const std::optional<int64_t> duration = ParseDuration(rest);
  if (!duration) return Wrong("write how long, as in `wait 1m`");
  PassTime(session->now() + *duration);
  return {.text = FormatTime(session->now()) + "\n"};
}

Answer Repl::Impl::ClockCommand(std::string_view rest) {
  if (!rest.empty()) {
    const std::optional<int64_t> time = ParseTimestamp(rest);
    if (!time) {
      return Wrong(Cat({Tick(Printable(rest)), " is not a time; write it as 2026-11-23T09:30Z"}));
    }
    live = false;  // from now on it stands until it is moved
    PassTime(*time);
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

Answer Repl::Impl::LoadCommand(std::string_view rest) {
  if (rest.empty()) return Wrong("write which file, as in `load billing.keyrule`");
  Answer answer;
  answer.error = !Load(std::string(rest), &answer.text);
  if (answer.error && program != nullptr) answer.text += Cat({"kept ", policy_file, "\n"});
  return answer;
}

Answer Repl::Impl::Reload(std::string_view) {
  const std::string& file = policy_file.empty() ? options.policy_path : policy_file;
  if (file.empty()) return Wrong("no policy is loaded; `load FILE` reads one");
  return LoadCommand(std::string(file));
}

Answer Repl::Impl::Test(std::string_view rest) {
  Answer answer;
  size_t passed = 0;
  size_t failed = 0;
  for (const TestResult& result : RunTests(program, std::string(rest))) {
    ++(result.passed ? passed : failed);
    answer.text += Cat({result.passed ? "ok    " : "FAIL  ", Printable(result.name), "\n"});
    for (const dsl::Diagnostic& failure : result.failures) {
      answer.text += dsl::Render(failure, *program->policy->sources,
                                 options.colour ? dsl::RenderStyle::kColour
                                                : dsl::RenderStyle::kText);
      if (!answer.text.ends_with('\n')) answer.text += '\n';
    }
  }
  if (passed + failed == 0) {
    return Wrong(rest.empty() ? "the policy has no tests"
                              : Cat({"no test is named like ", Tick(Printable(rest))}));
  }
  answer.error = failed > 0;
  answer.text += std::to_string(passed) + " passed, " + std::to_string(failed) + " failed\n";
  return answer;
}

Answer Repl::Impl::Quit(std::string_view) {
  Answer answer;
  answer.quit = true;
  return answer;
}

}  // namespace keyrule::evaluator
