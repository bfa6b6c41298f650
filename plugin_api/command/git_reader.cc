#include "plugin_api/command/git_reader.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "dsl/limits.h"
#include "dsl/wording.h"
#include "plugin_api/command/git_program.h"

namespace keyrule::command {
namespace {

namespace fs = std::filesystem;
using dsl::Cat;
using dsl::Tick;

constexpr size_t kMostAnswer = 65'536;  // of git, about names

std::string WithoutBreak(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

}  // namespace

std::optional<RevisionPath> ParseRevisionPath(const std::string& argument) {
  std::error_code unknown;
  const size_t colon = argument.find(':');
  if (colon == std::string::npos || colon + 1 == argument.size() || fs::exists(argument, unknown)) return std::nullopt;
  return RevisionPath{argument.substr(0, colon), argument.substr(colon + 1)};
}

bool GitReader::Open(std::string* error, std::string* help) {
  const std::string& revision = named_.revision;
  const GitAnswer where = RunGit({"rev-parse", "--show-prefix"}, kMostAnswer);
  if (where.exit != 0) {
    *error = Cat({Tick(path()), " names a revision of git, which cannot be read: ", where.error});
    *help = "name a file, or run this inside the repository";
    return false;
  }
  if (named_.path.starts_with("./") || named_.path.starts_with("../")) {
    named_.path = (fs::path(WithoutBreak(where.output)) / named_.path).lexically_normal().string();
  } else {
    named_.path = fs::path(named_.path).lexically_normal().string();
  }
  if (named_.path.starts_with("..") || named_.path.starts_with('/')) {
    *error = Cat({Tick(named_.path), " lies outside the repository"});
    *help = "behind a revision a path counts from the top of the repository";
    return false;
  }
  if (revision.empty()) return true;
  const bool option = revision.starts_with('-');  // would be taken for an option
  const GitAnswer tree =
      option ? GitAnswer() : RunGit({"rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{tree}"}, kMostAnswer);
  tree_ = WithoutBreak(tree.output);
  if (tree.exit == 0 && !tree_.empty()) return true;
  *error = Cat({"no revision is named ", Tick(revision)});
  *help = "`git log --oneline` lists them; a shallow clone has only the latest, `git fetch --unshallow` gets the others";
  return false;
}

bool GitReader::Read(const std::string& path, std::string* text, std::string* error) const {
  if (!schema_.empty() && RealPath(path) == RealPath(schema_)) return dsl::DiskReader().Read(schema_, text, error);
  const std::string object = tree_ + ":" + RealPath(path);
  const GitAnswer type = RunGit({"cat-file", "-t", object}, kMostAnswer);
  const std::string where = named_.revision.empty() ? "what is staged" : Tick(named_.revision);
  if (type.exit == 0 && WithoutBreak(type.output) == "tree") {
    *error = "it is a folder";
    return false;
  }
  if (type.exit != 0) {
    *error = Cat({"there is no such file in ", where});
    return false;
  }
  GitAnswer file = RunGit({"cat-file", "blob", object}, dsl::kMaxTextBytes);
  if (file.too_much) {
    *error = dsl::kTooLargeToRead;
    return false;
  }
  if (file.exit != 0) {
    *error = Cat({"git cannot read it from ", where, ": ", file.error});
    return false;
  }
  *text = std::move(file.output);
  return true;
}

// Inside the revision: names that imports make of the policy's own begin with the revision as it does.
std::string GitReader::RealPath(const std::string& path) const {
  const std::string prefix = named_.revision + ":";
  const std::string inside = path.starts_with(prefix) ? path.substr(prefix.size()) : path;
  return fs::path(inside.empty() ? "." : inside).lexically_normal().string();
}

}  // namespace keyrule::command
