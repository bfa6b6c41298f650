// The shell's mind: takes lines, answers with text. The terminal, line editing, history and files are the command's.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "dsl/load.h"
#include "evaluator/catalog.h"
#include "evaluator/clock.h"

namespace keyrule::evaluator {

// What the mind asks of whoever runs it. Alone it does without.
class ReplHost {
 public:
  virtual ~ReplHost() = default;
  // Somebody wants what runs to stop. Asked again and again.
  virtual bool Interrupted() { return false; }
  // So many calls of all are made.
  virtual void Progress(int64_t, int64_t) {}
  // Puts a text in the place of a file's, all at once or not at all. False and *error: one line.
  virtual bool Rewrite(const std::string&, std::string_view, std::string* error) {
    *error = "this shell writes no files";
    return false;
  }
  // Lines of earlier shells, oldest first.
  virtual std::vector<std::string> EarlierLines() { return {}; }
  // Names of files and folders that begin so, for completion.
  virtual std::vector<std::string> Files(std::string_view) { return {}; }
  // How wide a line may be; 0: as wide as it likes.
  virtual size_t Columns() { return 0; }
};

struct ReplOptions {
  std::vector<std::string> policies;  // files; the others as if the first imported them at its end
  std::shared_ptr<const CredentialSource> source;  // null: the credentials that the policy names
  uint64_t seed = 0;
  bool colour = false;
  std::string schema_file;  // both as dsl::LoadOptions has them
  bool deny_warnings = false;
  ReplHost* host = nullptr;  // null: alone
};

class Repl {
 public:
  Repl(const dsl::FileReader& reader, ReplOptions options);
  ~Repl();
  struct Answer {
    std::string text;     // results
    std::string problem;  // what is wrong, or to be thought of
    bool error = false;   // the line could not be carried out, or what it expects is not so: a script then fails
    bool quit = false;
  };
  struct Completion {
    size_t begin = 0;                // where the word begins that is to be completed
    std::vector<std::string> words;  // that could stand there, sorted
  };
  // True if a policy is loaded; otherwise `opening` says why (rendered diagnostics).
  bool ready() const;
  const std::string& opening() const;  // the greeting or the diagnostics
  // A block in the text is not closed yet: a further line belongs to it.
  bool NeedsMore(std::string_view text) const;
  Answer Feed(std::string_view text);
  Completion Complete(std::string_view text) const;  // at its end

  struct Impl;  // repl_impl.h

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace keyrule::evaluator
