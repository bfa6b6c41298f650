// The REPL's request, and the calls that are made with it.

#include <algorithm>

#include "dsl/wording.h"
#include "evaluator/decision_json.h"
#include "evaluator/decision_text.h"
#include "evaluator/repl_impl.h"
#include "evaluator/repl_table.h"
#include "evaluator/typeset.h"

namespace keyrule::evaluator {

using dsl::Cat;
using dsl::Tick;
using Answer = Repl::Answer;

namespace {

constexpr int64_t kCallsBetweenLooks = 256;

}  // namespace

bool Repl::Impl::Current(const std::vector<ReplSetting>& more, RequestBuilder* builder, std::string* error) {
  int64_t number = unique;  // what a call would take
  for (const std::vector<ReplSetting>* list : {&std::as_const(settings), &more}) {
    for (const ReplSetting& setting : *list) {
      if (!ApplySetting(setting, &number, builder, error)) return false;
    }
  }
  builder->FillRequired(session->now());
  return true;
}

void Repl::Impl::DecideDry(const RequestBuilder& builder, Decision* decision) const {
  Request request = builder.Build();
  request.dry = true;
  session->snapshot().Decide(request, session->now(), decision);
}

Answer Repl::Impl::Call(const Repetition& repetition, std::vector<ReplSetting> with) {
  std::string error;
  KeepLast(&with);
  RequestBuilder tried(program->policy);
  for (const ReplSetting& setting : with) {
    if (!ApplySetting(setting, nullptr, &tried, &error)) return Wrong(error);
  }
  if (repetition.every_ms > 0 && repetition.times > 1 &&
      !HasTime(session->now(), repetition.every_ms, repetition.times)) {
    return Wrong("the clock would be later than the year 9999; repeat less often");
  }
  const int64_t before = session->now();
  int64_t made = 0;
  session->Call(repetition, [&](RequestBuilder* builder) {
    if (made > 0 && made % kCallsBetweenLooks == 0) {
      if (host.Interrupted()) return false;
      host.Progress(made, repetition.times);
    }
    ++made;
    for (const ReplSetting& setting : with) ApplySetting(setting, &unique, builder, &error);
    return true;
  });
  changed = false;
  Repetition done = repetition;
  done.times = made;
  record.AddCall(before, done, SettingsText(with, program->policy), *session);
  last_settings = std::move(with);
  Answer answer;
  if (repetition.times > 1) {
    answer.text = SplitText(session->tally(), host.Columns());
  } else {
    answer.text = paint.Decision(DecisionText(*session->last(), session->snapshot()));
  }
  if (made < repetition.times) {
    answer.problem = Cat({"stopped after ", dsl::Thousands(static_cast<uint64_t>(made)), " of ",
                          dsl::Thousands(static_cast<uint64_t>(repetition.times)), " calls\n"});
    answer.error = true;
  }
  return answer;
}

Answer Repl::Impl::Set(std::string_view rest) {
  std::vector<ReplSetting> parsed;
  std::string error;
  if (!ParseSettings(rest, &parsed, &error)) return Wrong(error);
  RequestBuilder builder(program->policy);
  for (const ReplSetting& setting : parsed) {
    if (!ApplySetting(setting, nullptr, &builder, &error)) return Wrong(error);
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
  for (const std::string_view path : SplitAtCommas(rest)) {
    if (!builder.Unset(path, &error)) return Wrong(error);
    std::erase_if(settings, [&](const ReplSetting& old) { return old.path == path; });
  }
  return {};
}

Answer Repl::Impl::RequestCommand(std::string_view rest) {
  if (!rest.empty()) return Decide(rest);
  std::string error;
  RequestBuilder set(program->policy);
  for (const ReplSetting& setting : settings) ApplySetting(setting, nullptr, &set, &error);
  RequestBuilder builder(program->policy);
  if (!Current({}, &builder, &error)) return Wrong(error);
  size_t width = 0;
  for (const auto& [path, value] : builder.shown()) width = std::max(width, Width(path));
  std::string text;
  for (const auto& [path, value] : builder.shown()) {
    const std::string_view name = path;  // which a lambda may capture
    const bool unique_here = std::any_of(settings.begin(), settings.end(),
                                         [name](const ReplSetting& one) { return one.unique && one.path == name; });
    const std::string_view remark = !set.shown().contains(path) ? "    # required, not set"
                                    : unique_here               ? "    # another value each time"
                                                                : "";
    text += Cat({Pad(path, width), " = ", Word(value), remark, "\n"});
  }
  return {.text = text.empty() ? "no attribute is set\n" : text};
}

Answer Repl::Impl::Decide(std::string_view rest) {
  std::string error;
  Repetition repetition;
  std::vector<ReplSetting> with = settings;
  if (!TakeRepetition(&rest, &repetition, &error) || !ParseWith(rest, &with, &error)) return Wrong(error);
  return Call(repetition, std::move(with));
}

Answer Repl::Impl::Again(std::string_view rest) {
  if (session->last() == nullptr) return Wrong("nothing is decided yet; `decide` first");
  std::string error;
  Repetition repetition;
  if (!TakeRepetition(&rest, &repetition, &error)) return Wrong(error);
  if (!rest.empty()) return Wrong("`again` is the same call once more; `request with …` makes another one");
  return Call(repetition, last_settings);
}

}  // namespace keyrule::evaluator
