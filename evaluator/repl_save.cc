// `save test`: what was done becomes an in-file test, which is run before it is written.

#include <algorithm>

#include "dsl/format.h"
#include "dsl/wording.h"
#include "evaluator/compiler.h"
#include "evaluator/repl_impl.h"
#include "evaluator/typeset.h"

namespace keyrule::evaluator {

using dsl::Cat;
using dsl::Tick;
using Answer = Repl::Answer;

namespace {

// In the language's one layout, without the header that formatting needs. Nothing if it does not parse: the program's
// fault.
std::optional<std::string> Formatted(const std::string& test) {
  constexpr std::string_view kHeader = "keyrule 1\n\n";
  dsl::Sources sources;
  const uint32_t source = sources.Add("test", std::string(kHeader) + test);
  dsl::Diagnostics diagnostics;
  std::optional<std::string> text = dsl::Format(sources, source, diagnostics);
  if (text) text->erase(0, kHeader.size());
  return text;
}

// The file's text with the test behind it; the rest stays byte by byte.
std::string Appended(std::string text, std::string_view test) {
  const size_t last = text.rfind('\n');
  const bool returns = last != std::string::npos && last > 0 && text[last - 1] == '\r';
  const std::string_view line_end = returns ? "\r\n" : "\n";
  if (!text.empty() && !text.ends_with('\n')) text += line_end;
  text += line_end;
  for (const char c : test) {
    if (c == '\n') {
      text += line_end;
    } else {
      text += c;
    }
  }
  return text;
}

bool IsFileOf(const dsl::Policy& policy, const dsl::FileReader& reader, const std::string& path) {
  for (uint32_t source = 0; source < policy.sources->size(); ++source) {
    const std::string& name = policy.sources->at(source).name();
    if (name == path || reader.RealPath(name) == reader.RealPath(path)) return true;
  }
  return false;
}

const dsl::Test* TestNamed(const dsl::Policy& policy, std::string_view name) {
  const auto found = std::find_if(policy.tests.begin(), policy.tests.end(),
                                  [&](const dsl::Test& test) { return test.name.value == name; });
  return found == policy.tests.end() ? nullptr : &*found;
}

}  // namespace

// The credentials of a source, which a test does not have: those that the decisions looked at, as `given` steps.
std::vector<std::string> Repl::Impl::GivenSteps() {
  std::vector<std::string> steps;
  if (options.source != nullptr) {
    const std::vector<Credential> all = Candidates();
    const auto was_given = [this](std::string_view name) {
      return std::any_of(given_credentials.begin(), given_credentials.end(),
                         [&](const Credential& one) { return one.name == name; });
    };
    for (const std::string& name : record.looked_at()) {
      if (was_given(name)) continue;
      bool any = false;
      for (const Credential& credential : all) {
        if (credential.name != name) continue;
        any = true;
        steps.push_back(GivenText(credential, credential.enabled && !session->snapshot().IsRevoked(credential)));
      }
      // The policy names it and the source has none: in a test it would be there.
      if (!any) steps.push_back(Cat({"given credential ", dsl::InQuotes(name), " with enabled = false"}));
    }
  }
  steps.insert(steps.end(), given.begin(), given.end());
  return steps;
}

Answer Repl::Impl::Save(std::string_view rest) {
  constexpr std::string_view kForm = "write `save test \"what it shows\"`, with `to FILE` behind it for another file";
  std::vector<std::string> words;
  if (TakeWord(&rest) != "test" || !rest.starts_with('"') || !SplitWords(rest, &words))
    return Wrong(std::string(kForm));
  const bool to = words.size() == 3 && words[1] == "to";
  if (words.size() != 1 && !to) return Wrong(std::string(kForm));
  if (words.front().empty()) return Wrong("a test has a name that says what it shows");
  if (session->last() == nullptr || record.empty())
    return Wrong("nothing was done since the session began anew; `decide` first");

  const std::string path = to ? words[2] : files.front();
  const std::optional<std::string> test = Formatted(record.Test(words.front(), GivenSteps()));
  if (!test) return Wrong("what was done cannot be written as a test; nothing was saved");
  std::string old, error;
  if (!reader.Read(path, &old, &error))
    return Wrong(Cat({Tick(Printable(path)), " cannot be read: ", error, "; nothing was saved"}));
  std::string fresh = Appended(old, *test);

  // It must load, and pass, before anything is written.
  const bool own = IsFileOf(*program->policy, reader, path);
  auto fresh_texts = std::make_shared<RememberingReader>(reader);
  fresh_texts->Replace(path, fresh);
  fresh_texts->Replace(reader.RealPath(path), fresh);
  Answer answer;
  answer.error = true;
  const auto checked = Read(own ? files : std::vector{path}, {}, fresh_texts, &answer.problem);
  const dsl::Test* saved = checked == nullptr ? nullptr : TestNamed(*checked->policy, words.front());
  if (saved == nullptr) {
    answer.problem += "nothing was saved\n";
    return answer;
  }
  answer.problem.clear();  // warnings, which were said when it was loaded
  const TestResult result = RunTest(checked, *saved);
  if (!result.passed) {
    answer.problem = Rendered(result.failures, *checked->policy->sources) + "nothing was saved: the test would fail";
    if (!fragments.empty()) answer.problem += "; what is only tried is not in the file";
    if (seed != 0) answer.problem += "; a test draws with seed 0";
    answer.problem += "\n";
    return answer;
  }
  if (!host.Rewrite(path, fresh, &error)) return Wrong(Cat({error, "; nothing was saved"}));
  answer.error = false;
  answer.text = Cat({"saved ", Printable(dsl::InQuotes(words.front())), " to ", Printable(path), ", line ",
                     std::to_string(checked->policy->sources->Locate(saved->span).line),
                     "; it passes. The next test begins here, with nothing remembered\n"});
  if (own) {
    std::string warnings;
    if (const auto laid = Read(files, fragments, fresh_texts, &warnings)) {
      texts = std::move(fresh_texts);
      Take(laid, &answer);
    }
  }
  session.reset();
  shift_ms = 0;
  live = options.source != nullptr;
  Begin();
  return answer;
}

}  // namespace keyrule::evaluator
