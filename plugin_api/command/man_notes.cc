#include "plugin_api/command/man_notes.h"

#include <algorithm>

namespace keyrule::command {
namespace {

constexpr ExitCause kCauses[] = {
    {Exit::kYes, "yes: no errors, all tests passed, a decision other than a refusal"},
    {Exit::kNo, "no: a test failed, the request is refused, something is not as it should be"},
    {Exit::kUsage, "wrong usage"},
    {Exit::kPolicy, "the policy has errors (with --deny-warnings: or warnings)"},
    {Exit::kFile, "a file or store cannot be read or written"},
    {Exit::kCoverage, "coverage is below --min-coverage"},
    {Exit::kFault, "a fault of Keyrule itself"},
};

// What 0, 1 and 5 mean for a command, and which of 3 and 4 it has. 2 and 70 are everybody's.
struct OwnCauses {
  std::string_view command;
  std::string_view yes;
  std::string_view no;  // empty: never
  bool policy;          // reads one
};
constexpr OwnCauses kOwn[] = {
    {"new", "the policy is written", "", false},
    {"import", "the credentials are in the store and published", "", false},
    {"sync", "the store is as the database", "some credentials could not be read, or too much would have been removed", false},
    {"check", "no errors", "", true},
    {"fmt", "the files are formatted", "with --check: a file is not", true},
    {"test", "all tests passed", "a test failed", true},
    {"mutate", "the tests notice every change (with --at-least: so many)", "they do not, or one fails as it is", true},
    {"decide", "a decision other than a refusal", "the request is refused", true},
    {"explain", "it is explained, or the decision is other than a refusal", "the request is refused", true},
    {"diff", "no request changes, and no limit", "something changes, or it could not be decided", true},
    {"affected", "no request is affected", "some are, or it could not be decided", true},
    {"repl", "the last line was read", "a line of a script could not be carried out, or one of its tests failed", true},
    {"simulate", "the day is over", "", true},
    {"list", "the credentials are listed", "", false},
    {"revoke", "it is out of use", "", false},
    {"disable", "it is out of use", "", false},
    {"enable", "it is given back", "", false},
    {"rotate", "the keys are changed", "", false},
    {"verify", "the store is sound, perhaps with warnings", "it is damaged (with --deny-warnings: or there are warnings)", false},
    {"state", "it is shown", "", false},
    {"decisions", "done; a record without any decision is one", "options say which, and none is such (with --deny-warnings: or something was passed over)", false},
    {"usage", "done", "options say which, and none is such (with --deny-warnings: or something was passed over)", false},
    {"classify", "it is classified", "", false},
    {"dify", "done, and all is well", "Keyrule does not work in this Dify", false},
    {"dump", "it is shown", "", true},
    {"completion", "the script is printed", "", false},
    {"man", "the page is printed", "", false},
};

constexpr ManNote kEnvironment[] = {
    {"NO_COLOR", "If it is not empty, text has no colour on a terminal either.", ""},
    {"TERM", "If it is \"dumb\", nothing is written over: progress is not shown.", "check test mutate simulate import sync verify rotate usage decisions"},
    {"CREDENTIALS_DIRECTORY", "Where systemd has put the credentials of a service: keyrule.key is found there without --key.",
     "new import sync check decide explain affected repl list revoke disable enable rotate verify"},
    {"KEYRULE_SYNC_FROM", "The address of Dify's database, where --from is not given: others cannot see it.", "sync"},
    {"PGPASSWORD, MYSQL_PWD", "The database's password, where --password-file is not given; ~/.pgpass is read as well.", "sync"},
    {"KEYRULE_STATE", "What hosts in Dify take as the folder that --state names here.", "decide state"},
    {"KEYRULE_DECISIONS", "What hosts in Dify take as the folder that --log names here.", "decisions usage"},
    {"KEYRULE_PYTHON", "The interpreter that has the Python package keyrule; python3 unless set.", "dify"},
    {"KEYRULE_PROOFS", "The folder where what is proved of a policy is remembered for hosts; keyrule/proofs in XDG_CACHE_HOME or ~/.cache unless set.",
     "check"},
    {"XDG_STATE_HOME", "Where the history of the shell is kept: in its folder keyrule; ~/.local/state unless set.", "repl"},
};

constexpr ManNote kFiles[] = {
    {"*.keyrule", "Policies: UTF-8 text. Names with a dot in front are passed over in folders, *.schema.keyrule is no policy.",
     "new check fmt test mutate decide explain diff affected repl dump simulate"},
    {"DIR.key", "The master key of the store DIR, beside it: mode 0400 or 0600, its reader's own.",
     "new import sync check decide explain affected repl list revoke disable enable rotate verify"},
    {"~/.local/state/keyrule/history", "What was typed in the shell.", "repl"},
};

struct Related {
  std::string_view command;
  std::vector<std::string_view> others;
};

const std::vector<Related>& AllRelated() {
  static const std::vector<Related> related = {
      {"new", {"check", "test", "decide"}},
      {"import", {"sync", "list", "verify", "revoke"}},
      {"sync", {"import", "list", "verify"}},
      {"check", {"test", "fmt", "explain"}},
      {"fmt", {"check"}},
      {"test", {"check", "mutate", "explain", "repl"}},
      {"mutate", {"test", "check"}},
      {"decide", {"explain", "repl", "simulate"}},
      {"explain", {"decide", "check", "repl"}},
      {"diff", {"check", "test", "affected"}},
      {"affected", {"diff", "list", "disable"}},
      {"repl", {"decide", "explain", "test"}},
      {"simulate", {"decide", "usage"}},
      {"list", {"import", "sync", "revoke"}},
      {"revoke", {"disable", "list"}},
      {"disable", {"enable", "revoke", "list"}},
      {"enable", {"disable", "list"}},
      {"rotate", {"import", "verify"}},
      {"verify", {"list", "import"}},
      {"state", {"decide", "usage"}},
      {"decisions", {"usage", "explain"}},
      {"usage", {"decisions", "simulate"}},
      {"classify", {"simulate", "state"}},
      {"dify", {"sync", "decisions"}},
      {"dump", {"explain"}},
      {"completion", {"man"}},
      {"man", {"completion"}},
  };
  return related;
}

bool Lists(std::string_view list, std::string_view word) {
  while (!list.empty()) {
    const size_t blank = std::min(list.find(' '), list.size());
    if (list.substr(0, blank) == word) return true;
    list.remove_prefix(std::min(blank + 1, list.size()));
  }
  return false;
}

std::vector<ManNote> NotesOf(std::span<const ManNote> notes, std::string_view command) {
  std::vector<ManNote> own;
  for (const ManNote& note : notes) {
    if (command.empty() || note.commands.empty() || Lists(note.commands, command)) own.push_back(note);
  }
  return own;
}

std::string_view CauseOf(Exit exit) {
  for (const ExitCause& cause : kCauses) {
    if (cause.exit == exit) return cause.cause;
  }
  return {};
}

}  // namespace

std::span<const ExitCause> ExitCauses() { return kCauses; }

std::vector<ExitCause> ExitCausesOf(std::string_view command) {
  std::vector<ExitCause> causes;
  for (const OwnCauses& own : kOwn) {
    if (own.command != command) continue;
    causes.push_back({Exit::kYes, own.yes});
    if (!own.no.empty()) causes.push_back({Exit::kNo, own.no});
    causes.push_back({Exit::kUsage, CauseOf(Exit::kUsage)});
    if (own.policy) causes.push_back({Exit::kPolicy, CauseOf(Exit::kPolicy)});
    causes.push_back({Exit::kFile, CauseOf(Exit::kFile)});
    if (command == "test") causes.push_back({Exit::kCoverage, CauseOf(Exit::kCoverage)});
    causes.push_back({Exit::kFault, CauseOf(Exit::kFault)});
  }
  return causes;
}

std::vector<ManNote> EnvironmentOf(std::string_view command) { return NotesOf(kEnvironment, command); }
std::vector<ManNote> FilesOf(std::string_view command) { return NotesOf(kFiles, command); }

std::vector<std::string_view> SeeAlsoOf(std::string_view command) {
  for (const Related& related : AllRelated()) {
    if (related.command == command) return related.others;
  }
  return {};
}

}  // namespace keyrule::command
