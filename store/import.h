// Credentials from a JSON file:
//
//   {"credentials": [
//     {"tenant": "ws-bank", "provider": "openai", "name": "prod-eu",
//      "id": "…", "model": "gpt-4o", "model_type": "llm", "owner": "team-a", "labels": {"region":
//      "eu"}, "enabled": true, "expires": "2027-01-01T00:00Z", "weight": 3, "shared_with": ["*"],
//      "credentials": {"openai_api_key": "sk-…"}}]}
//
// Only the first line and the last are required. FORMAT.md has the rules.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "store/crypto.h"
#include "store/record.h"
#include "store/secret.h"
#include "store/status.h"
#include "store/writer.h"

namespace keyrule::store {

inline constexpr size_t kMaxImportErrors = 10;  // reported for a file; the rest is not looked for
inline constexpr size_t kMaxImportFile = size_t{1} << 30;  // bytes
inline constexpr size_t kMaxPayloadText = 64 * 1024;       // bytes of one text of a payload

// One thing wrong with a file. Never quotes a payload.
struct ImportError {
  size_t line = 0;      // from 1
  size_t column = 0;    // from 1, in characters
  std::string pointer;  // RFC 6901: "/credentials/0/weight"; empty for the whole file
  std::string what;
  std::string mend;

  // "file.json:3:12: /credentials/0/weight: the weight is not from 1 to 1000; write a whole number
  // …"
  std::string ToString(const std::string& path) const;
};

struct ImportRecord {
  Metadata metadata;  // checked; the id may be empty
  ByteSpan payload;   // into the text of the file
  size_t line = 0;
};

struct ImportFile {
  Secret text;  // owns the payloads
  std::vector<ImportRecord> records;
  std::vector<ImportError> errors;  // any: the file must not be imported
};

// Checks a whole file in memory and takes it apart. The payloads are compacted in place: spaces
// outside texts do not count as a change. Parser and lists wipe the payload texts they see, but not
// what the allocator moved while a text grew: import in a program that ends soon, not in a host.
ImportFile ParseImport(Secret text);

struct ImportCounts {
  uint64_t added = 0;
  uint64_t changed = 0;
  uint64_t unchanged = 0;
};

struct ImportOutcome {
  Status status;  // kInvalid: see errors; else as ReadSecretFile, Writer::Put, Commit
  std::vector<ImportError> errors;  // in the order of the file
  ImportCounts counts;              // when ok
};

// Reads, checks and commits a file as one step: after any error the store is as it was. Credentials
// that the file does not name stay. Does not publish. The writer's thread; std::bad_alloc.
ImportOutcome ImportCredentials(const std::string& path, Writer* writer);
// The same with a file that has been parsed; `path` is what errors call it.
ImportOutcome ImportCredentials(ImportFile file, const std::string& path, Writer* writer);

}  // namespace keyrule::store
