// From files to a checked policy: the stages in their order (load.cc has the table).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "dsl/diagnostic.h"
#include "dsl/policy.h"
#include "dsl/silence.h"

namespace keyrule::dsl {

// How files are read; tests read from memory. Returns false and fills *error ("no such file") on
// failure.
class FileReader {
 public:
  virtual ~FileReader() = default;
  virtual bool Read(const std::string& path, std::string* text, std::string* error) const = 0;
  // Where `path` really is, links followed: two paths are one file if this is equal. Without links:
  // `path` in short form.
  virtual std::string RealPath(const std::string& path) const;
};

// What DiskReader says of a file that is larger than the language's limit: that is an error in the
// policy (KR0014), not in reading.
inline constexpr std::string_view kTooLargeToRead = "it is larger than 64 MiB";

// Reads from disk; refuses what is not a regular file or is larger than the language's limit.
class DiskReader : public FileReader {
 public:
  bool Read(const std::string& path, std::string* text, std::string* error) const override;
  std::string RealPath(const std::string& path) const override;
};

struct LoadOptions {
  std::string
      schema_file;  // `--schema FILE`: defines the schema it names, beside the built-in `dify`
  bool deny_warnings = false;
};

struct LoadResult {
  std::shared_ptr<const Policy> policy;    // null if there are errors
  std::shared_ptr<const Sources> sources;  // every text that was read, for rendering; never null
  Diagnostics diagnostics;                 // sorted
  std::vector<Silenced> silenced;          // warnings that the policy's comments allow
  bool unreadable = false;                 // a file could not be read (exit code 4 rather than 3)
};

// Never throws but std::bad_alloc. Any thread.
LoadResult Load(const FileReader& reader, const std::string& path, const LoadOptions& options = {});
// The text of one policy under the name `name`; imports are read relative to it.
LoadResult LoadText(const FileReader& reader, std::string name, std::string text,
                    const LoadOptions& options = {});

}  // namespace keyrule::dsl
