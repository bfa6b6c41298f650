// The REPL's state and commands. Private to evaluator/repl*.cc.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dsl/overlay.h"
#include "evaluator/mentioned_values.h"
#include "evaluator/repl.h"
#include "evaluator/painter.h"
#include "evaluator/repl_reader.h"
#include "evaluator/repl_record.h"
#include "evaluator/repl_words.h"
#include "evaluator/session.h"
#include "evaluator/test_runner.h"

namespace keyrule::evaluator {

// How diagnostics call what is typed and only looked at.
inline constexpr std::string_view kTypedName = "typed";

// Statements that are tried over the policy without touching its files.
struct ReplFragment {
  std::string label;  // "rule fast"
  dsl::Fragment fragment;
};

struct Repl::Impl {
  Impl(const dsl::FileReader& file_reader, ReplOptions repl_options);

  // ---- repl.cc: lines
  Answer Feed(std::string_view line);
  Answer Run(std::string_view word, std::string_view rest, std::string_view whole);
  bool NeedsMore(std::string_view text) const;

  // ---- repl_policy.cc: the policy, what is laid over it, and what begins anew with it
  using Texts = std::shared_ptr<RememberingReader>;
  // With these fragments over the files. *problem gets the diagnostics; null: errors.
  std::shared_ptr<const Program> Read(const std::vector<std::string>& files, const std::vector<ReplFragment>& over,
                                      const Texts& texts, std::string* problem) const;
  // Reads policies; on errors the one there is stays.
  bool Load(const std::vector<std::string>& files, Answer* answer);
  // From now on this is the policy. Says what the new one cannot take, which is forgotten.
  void Take(std::shared_ptr<const Program> fresh, Answer* answer);
  // Nothing is remembered from now on; attributes and what was given stay.
  void Begin();
  std::string Rendered(const std::vector<dsl::Diagnostic>& diagnostics, const dsl::Sources& sources) const;
  // One typed thing, checked as part of the policy: `frame` says what is written around it. Null and the diagnostics,
  // as if it stood alone, if there are errors.
  std::shared_ptr<const dsl::Policy> CheckTyped(const dsl::Frame& frame, const std::string& behind,
                                                std::string* problem) const;
  // "use a (rule x)" of the current request, dry, in a world where nothing has happened.
  std::string FreshAnswer(const std::shared_ptr<const Program>& of);
  std::shared_ptr<const CredentialSource> SourceFor(const dsl::Policy& policy) const;
  Answer LoadCommand(std::string_view rest);
  Answer Reload(std::string_view rest);
  Answer Forget(std::string_view rest);
  Answer Reset(std::string_view rest);

  // ---- repl_fragments.cc
  Answer Try(std::string_view text);
  Answer Fragments(std::string_view rest);
  Answer Drop(std::string_view rest);
  Answer Is(std::string_view rest);
  bool Lay(std::vector<ReplFragment> fresh, Answer* answer);

  // ---- repl_calls.cc: the request, and calls
  Answer Set(std::string_view rest);
  Answer Unset(std::string_view rest);
  Answer RequestCommand(std::string_view rest);
  Answer Decide(std::string_view rest);
  Answer Again(std::string_view rest);
  Answer Call(const Repetition& repetition, std::vector<ReplSetting> with);
  // The request as it is set now, with `more`, for looking; false if nothing can be built.
  bool Current(const std::vector<ReplSetting>& more, RequestBuilder* builder, std::string* error);
  // What it would be answered now; nothing is remembered of it.
  void DecideDry(const RequestBuilder& builder, Decision* decision) const;

  // ---- repl_steps.cc: what else a test can do
  Answer ReportCommand(std::string_view rest);
  Answer NextCommand(std::string_view rest);
  Answer Wait(std::string_view rest);
  Answer ClockCommand(std::string_view rest);
  Answer Seed(std::string_view rest);
  Answer Given(std::string_view rest);
  Answer Expect(std::string_view rest);
  Answer Save(std::string_view rest);  // repl_save.cc
  std::vector<std::string> GivenSteps();

  // ---- repl_tests.cc
  Answer Test(std::string_view rest);
  Answer TypedTest(std::string_view text);
  std::string ResultText(const TestResult& result, const dsl::Sources& sources, std::string* problem) const;

  // ---- repl_why.cc, repl_what_if.cc
  Answer Why(std::string_view rest);
  Answer WhyNot(std::string_view rest);
  Answer WhyNotCredential(const std::string& name, const Decision& decision, const Request& request);
  Answer WhatIf(std::string_view rest);

  // ---- repl_lists.cc
  Answer Rules(std::string_view rest);
  Answer Pools(std::string_view rest);
  Answer Credentials(std::string_view rest);
  Answer Schema(std::string_view rest);
  std::vector<Credential> Candidates();
  std::vector<std::string> CredentialRow(const Credential& credential, std::string_view tenant);
  std::string CredentialsText(const std::function<bool(const Credential&)>& wanted);
  std::string CredentialText(std::string_view name);  // empty: there is none

  // ---- repl_help.cc
  Answer Help(std::string_view rest);
  Answer History(std::string_view rest);
  Answer Quit(std::string_view rest);

  // Of the program; made when they are asked for.
  const MentionedValues& Mentioned() const {
    if (!mentioned) mentioned.emplace(*program->policy);
    return *mentioned;
  }

  ReplHost alone;
  ReplOptions options;
  ReplHost& host;
  const dsl::FileReader& reader;
  const Painter paint;
  std::string opening;
  std::vector<std::string> lines;  // that were fed

  std::vector<std::string> files;  // the first one's name is the policy's
  Texts texts;                     // of them, as they were loaded
  std::vector<ReplFragment> fragments;
  std::shared_ptr<const Program> program;
  std::shared_ptr<const CredentialSource> source;  // what was given included
  std::vector<std::string> given;                  // steps, as they were typed
  std::vector<Credential> given_credentials;
  mutable std::optional<MentionedValues> mentioned;

  std::unique_ptr<Session> session;
  ReplRecord record;
  std::vector<ReplSetting> settings;
  std::vector<ReplSetting> last_settings;  // of the last call
  bool changed = true;   // since the last decision
  bool live = false;     // the clock runs, `shift_ms` away from the system's
  int64_t shift_ms = 0;
  uint64_t seed = 0;
  int64_t unique = 0;
};

struct ReplCommand {
  std::string_view name;
  std::string_view form;     // how it is written
  std::string_view summary;  // one line
  std::string_view detail;   // for `help NAME`; may be empty
  bool needs_policy;
  Repl::Answer (Repl::Impl::*run)(std::string_view rest);
};

// In the order in which `help` lists them.
const std::vector<ReplCommand>& ReplCommands();

// Whether the clock has so much time left, up to the end of the year 9999.
bool HasTime(int64_t now_ms, int64_t step_ms, int64_t steps);

// An error, one line without its line break.
Repl::Answer Wrong(std::string line);

}  // namespace keyrule::evaluator
