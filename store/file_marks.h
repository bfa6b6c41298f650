// Knowing the files of a generation again before RocksDB sees them. Private to store/.
//
// RocksDB parses the end of a table before it checks its checksum, and Debian builds RocksDB with
// its assertions on: one flipped bit there would abort the host. So the part without protection is
// compared with what was published first.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "store/crypto.h"
#include "store/status.h"

namespace keyrule::store {

struct FileMark {
  std::string name;
  uint64_t size = 0;
  Digest digest{};  // SHA-256 of the last 64 KiB of a table, of the whole of any other file

  friend bool operator==(const FileMark&, const FileMark&) = default;
};

// The marks of all files of a directory, by name. kIo, kUnreadable.
Result<std::vector<FileMark>> MarkFiles(const std::string& dir);

// kDamaged unless the directory holds exactly these files.
Status CheckFiles(const std::string& dir, const std::vector<FileMark>& files);

// kDamaged when one of these tables is in the directory and differs. A writer shares its tables
// with what it published, and may have replaced some since.
Status CheckKnownTables(const std::string& dir, const std::vector<FileMark>& files);

}  // namespace keyrule::store
