// `keyrule __complete WORD…`: what the scripts of `keyrule completion` ask, so that what they offer is what this program
// takes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plugin_api/command/exit.h"
#include "plugin_api/command/shape.h"

namespace keyrule::command {

inline constexpr std::string_view kCompleteWord = "__complete";

struct Completion {
  std::string word;  // the whole word, as it would stand on the command line
  std::string says;  // may be empty
};

// What a shell is to do.
struct Completions {
  std::vector<Completion> words;
  // The files that may stand there too: `files`, `folders`, `policies`, `json`; empty: none.
  std::string files;
  std::string prefix;     // of the word, which is no part of a file's name: `--store=`
  bool goes_on = false;   // no blank behind the word: `app.id=`
};

// The last of `words` is the one that is being typed, perhaps empty; before it stands what was typed, `keyrule` left out.
Completions CompleteLine(const std::vector<std::string>& words);

// As lines `WORD<tab>WHAT IT IS`, then `:files PREFIX` or the like, then `:goes-on`. Says nothing of errors: somebody is
// typing.
Exit PrintCompletions(std::vector<std::string> words);

// The values that are known of a kind. `before`: the words of the command line up to there, which may name a policy or a
// store.
std::vector<Completion> ValuesOf(ValueKind kind, const std::vector<std::string>& words, std::string_view typed,
                                 const std::vector<std::string>& before, const CommandShape& shape);

}  // namespace keyrule::command
