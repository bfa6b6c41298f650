// Policies as they were in a revision of a git repository: with what they import, and their tables, of the same revision.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "dsl/load.h"

namespace keyrule::command {

// `HEAD~1:policies/a.keyrule`; nothing before the colon: what is staged. The path counts from the top of the repository, or
// with `./` or `../` before it from this folder, as git has it.
struct RevisionPath {
  std::string revision, path;
};
// Nothing: `argument` names a file. A file of this name goes first.
std::optional<RevisionPath> ParseRevisionPath(const std::string& argument);

// Whether git knows a revision by this name, here.
bool IsRevision(const std::string& name);

// One thread at a time.
class GitReader : public dsl::FileReader {
 public:
  // `schema`: a file beside the policy (`--schema`), which is read from disk.
  GitReader(RevisionPath named, std::string schema) : named_(std::move(named)), schema_(std::move(schema)) {}

  // Finds the revision. Otherwise *error says what is wrong, and *help what may mend it.
  bool Open(std::string* error, std::string* help);
  // As dsl::Load takes it, after Open.
  std::string path() const { return named_.revision + ":" + named_.path; }

  bool Read(const std::string& path, std::string* text, std::string* error) const override;
  std::string RealPath(const std::string& path) const override;

 private:
  // Where a path leads, symbolic links followed; or why it leads nowhere.
  struct Place {
    std::string path, error;
  };

  std::string Where() const;  // "`HEAD`", "what is staged"
  std::string Inside(const std::string& path) const;
  std::string ModeOf(const std::string& path) const;
  const Place& PlaceOf(const std::string& path) const;
  Place Follow(const std::string& path, int links) const;

  RevisionPath named_;
  const std::string schema_;
  std::string tree_;  // its object; empty: what is staged
  mutable std::unordered_map<std::string, Place> places_;
};

}  // namespace keyrule::command
