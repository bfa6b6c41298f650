// Policies as they were in a revision of a git repository: with what they import, and their tables, of the same revision.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "dsl/load.h"

namespace keyrule::command {

// `HEAD~1:policies/a.keyrule`; nothing before the colon: what is staged. The path counts from the top of the repository, or
// with `./` or `../` before it from this folder, as git has it.
struct RevisionPath {
  std::string revision, path;
};
// Nothing: `argument` names a file. A file of this name goes first.
std::optional<RevisionPath> ParseRevisionPath(const std::string& argument);

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
  RevisionPath named_;
  const std::string schema_;
  std::string tree_;  // its object; empty: what is staged
};

}  // namespace keyrule::command
