// The shell's mind: takes lines, answers with text. The terminal, line editing and history are the command's.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "dsl/load.h"
#include "evaluator/catalog.h"
#include "evaluator/clock.h"

namespace keyrule::evaluator {

struct ReplOptions {
  std::string policy_path;
  std::shared_ptr<const CredentialSource> source;  // null: the credentials that the policy names
  uint64_t seed = 0;
  bool colour = false;
};

class Repl {
 public:
  Repl(const dsl::FileReader& reader, ReplOptions options);
  ~Repl();
  struct Answer {
    std::string text;     // to standard output
    bool error = false;   // the line could not be carried out; a script then exits with 1 in the end
    bool quit = false;
  };
  // True if a policy is loaded; otherwise `opening` says why (rendered diagnostics).
  bool ready() const;
  const std::string& opening() const;  // the greeting or the diagnostics
  Answer Feed(std::string_view line);
  std::vector<std::string> Complete(std::string_view line) const;  // whole words that could stand at the end

  struct Impl;  // repl_impl.h

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace keyrule::evaluator
