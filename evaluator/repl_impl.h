// The REPL's state and commands. Private to evaluator/repl*.cc.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "evaluator/repl.h"
#include "evaluator/repl_words.h"
#include "evaluator/session.h"

namespace keyrule::evaluator {

struct Repl::Impl {
  Impl(const dsl::FileReader& file_reader, ReplOptions repl_options);

  // Reads and compiles a policy; on errors the one there is stays. *text gets what there is to say.
  bool Load(const std::string& path, std::string* text);
  std::string Diagnose(const dsl::LoadResult& loaded) const;
  Answer Feed(std::string_view line);

  // ---- commands, by what follows their name
  Answer Set(std::string_view rest);
  Answer Unset(std::string_view rest);
  Answer RequestCommand(std::string_view rest);
  Answer Decide(std::string_view rest);
  Answer Why(std::string_view rest);
  Answer Rules(std::string_view rest);
  Answer Pools(std::string_view rest);
  Answer Credentials(std::string_view rest);
  Answer Schema(std::string_view rest);
  Answer ReportCommand(std::string_view rest);
  Answer NextCommand(std::string_view rest);
  Answer Wait(std::string_view rest);
  Answer ClockCommand(std::string_view rest);
  Answer Seed(std::string_view rest);
  Answer LoadCommand(std::string_view rest);
  Answer Reload(std::string_view rest);
  Answer Test(std::string_view rest);
  Answer Help(std::string_view rest);
  Answer Quit(std::string_view rest);

  // The attributes that are set, then `more`, into the builder.
  bool Fill(const std::vector<ReplSetting>& more, RequestBuilder* builder, std::string* error);
  // The request as it is set now, for looking; false if nothing can be built.
  bool Current(RequestBuilder* builder, std::string* error);
  Answer Run(const Repetition& repetition, const std::vector<ReplSetting>& more);
  std::vector<Credential> Candidates();
  void PassTime(int64_t now_ms);

  const dsl::FileReader& reader;
  ReplOptions options;
  std::string opening;
  std::string policy_file;
  std::shared_ptr<const Program> program;
  std::shared_ptr<const CredentialSource> source;
  std::unique_ptr<Session> session;
  std::vector<ReplSetting> settings;
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

}  // namespace keyrule::evaluator
