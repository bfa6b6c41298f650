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
constexpr std::string_view kFolder = "040000", kLink = "120000", kSubmodule = "160000";  // modes

std::string WithoutBreak(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

// The object of a revision's files; empty: there is no such revision.
std::string TreeOf(const std::string& revision) {
  if (revision.empty() || revision.starts_with('-')) return {};  // would be taken for an option
  const GitAnswer tree = RunGit({"rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{tree}"}, kMostAnswer);
  return tree.exit == 0 ? WithoutBreak(tree.output) : std::string();
}

// `path` is normal, and counts from the top.
bool LeavesRepository(const std::string& path) { return path == ".." || path.starts_with("../") || path.starts_with('/'); }

}  // namespace

std::optional<RevisionPath> ParseRevisionPath(const std::string& argument) {
  std::error_code unknown;
  const size_t colon = argument.find(':');
  if (colon == std::string::npos || fs::exists(argument, unknown)) return std::nullopt;
  RevisionPath named{argument.substr(0, colon), argument.substr(colon + 1)};
  if (named.revision.empty() && named.path.starts_with("0:")) named.path.erase(0, 2);  // `:0:` is how git writes it in full
  return named;
}

bool IsRevision(const std::string& name) { return !TreeOf(name).empty(); }

bool GitReader::Open(std::string* error, std::string* help) {
  const std::string& revision = named_.revision;
  if (named_.path.empty()) {
    *error = Cat({Tick(path()), " names no file"});
    *help = "behind the colon stands the path of a policy: " + Tick(Cat({revision.empty() ? "" : revision, ":policies/a.keyrule"}));
    return false;
  }
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
  if (LeavesRepository(named_.path)) {
    *error = Cat({Tick(named_.path), " lies outside the repository"});
    *help = "behind a revision a path counts from the top of the repository";
    return false;
  }
  if (revision.empty()) return true;
  tree_ = TreeOf(revision);
  if (!tree_.empty()) return true;
  *error = Cat({"no revision is named ", Tick(revision)});
  *help = "`git log --oneline` lists them; a shallow clone has only the latest, `git fetch --unshallow` gets the others";
  return false;
}

bool GitReader::Read(const std::string& path, std::string* text, std::string* error) const {
  if (!schema_.empty() && RealPath(path) == RealPath(schema_)) return dsl::DiskReader().Read(schema_, text, error);
  const Place& place = PlaceOf(Inside(path));
  if (!place.error.empty()) {
    *error = place.error;
    return false;
  }
  GitAnswer file = RunGit({"cat-file", "blob", tree_ + ":" + place.path}, dsl::kMaxTextBytes);
  if (file.too_much) {
    *error = dsl::kTooLargeToRead;
    return false;
  }
  if (file.exit != 0) {
    *error = Cat({"git cannot read it from ", Where(), ": ", file.error});
    return false;
  }
  *text = std::move(file.output);
  return true;
}

std::string GitReader::Where() const { return named_.revision.empty() ? "what is staged" : Tick(named_.revision); }

// Names that imports make of the policy's own begin with the revision as it does.
std::string GitReader::Inside(const std::string& path) const {
  const std::string prefix = named_.revision + ":";
  const std::string inside = path.starts_with(prefix) ? path.substr(prefix.size()) : path;
  return fs::path(inside.empty() ? "." : inside).lexically_normal().string();
}

std::string GitReader::RealPath(const std::string& path) const {
  const std::string inside = Inside(path);
  const Place& place = PlaceOf(inside);
  return place.path;
}

// As git writes modes; empty: there is no such thing.
std::string GitReader::ModeOf(const std::string& path) const {
  const GitAnswer found = tree_.empty()
                              ? RunGit({"ls-files", "-s", "-z", "--full-name", "--", ":(top,literal)" + path}, kMostAnswer)
                              : RunGit({"ls-tree", "-z", "--full-tree", tree_, "--", path}, kMostAnswer);
  const size_t tab = found.output.find('\t');
  if (tab == std::string::npos) return {};
  const std::string name = found.output.substr(tab + 1, found.output.find('\0') - tab - 1);
  if (name != path) return std::string(kFolder);  // what is staged has no folders, only what lies in them
  return found.output.substr(0, found.output.find(' '));
}

const GitReader::Place& GitReader::PlaceOf(const std::string& path) const {
  const auto known = places_.find(path);
  return known != places_.end() ? known->second : places_.emplace(path, Follow(path, 0)).first->second;
}

// A link leads on inside the revision, wherever in the path it stands.
GitReader::Place GitReader::Follow(const std::string& path, int links) const {
  constexpr int kMostLinks = 16;
  const std::string mode = ModeOf(path);
  if (mode == kFolder) return {path, "it is a folder"};
  if (!mode.empty() && mode != kLink && mode != kSubmodule) return {path, {}};
  // What stands in the way; where the path is there, itself.
  fs::path part;
  for (const fs::path& name : fs::path(path)) {
    part /= name;
    const std::string one = part == fs::path(path) ? mode : ModeOf(part.string());
    if (one == kSubmodule) return {path, Cat({Tick(part.string()), " is a submodule, whose files this repository does not have"})};
    if (one.empty()) break;
    if (one != kLink) continue;
    const GitAnswer target = RunGit({"cat-file", "blob", tree_ + ":" + part.string()}, kMostAnswer);
    const fs::path to = (part.parent_path() / target.output / fs::path(path).lexically_relative(part)).lexically_normal();
    if (links == kMostLinks) return {path, "it leads through too many symbolic links"};
    if (target.exit != 0 || LeavesRepository(to.string())) {
      return {path, Cat({Tick(part.string()), " is a symbolic link to ", Tick(target.output), ", outside the repository"})};
    }
    // Nothing behind the link: a dot, or a slash at the end.
    std::string next = to.string();
    while (next.ends_with("/.") || next.ends_with('/')) next.pop_back();
    return Follow(next, links + 1);
  }
  return {path, Cat({"there is no such file in ", Where()})};
}

}  // namespace keyrule::command
