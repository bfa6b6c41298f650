// The files of a decision log: their names, their lines one after the other, and one line again.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "store/posix_file.h"
#include "store/status.h"

namespace keyrule::command {

// The paths of the log's files in a folder, sorted: those of one process in the order in which it wrote them. Other names are
// left alone. kNotFound, kUnreadable.
store::Result<std::vector<std::string>> ListDecisionLog(const std::string& folder);

// Where a line stands in its file.
struct LinePlace {
  uint64_t offset = 0;
  uint32_t size = 0;  // without the line break
  uint32_t file = 0;  // an index into the paths
};

// Reads a file line by line. A line of more than 16 MiB is given in its first part, which is no whole record.
class LineReader {
 public:
  explicit LineReader(const std::string& path);

  bool ok() const { return fd_.ok(); }
  int error() const { return error_; }  // errno of what failed; 0: nothing did
  // False at the end, or when reading failed. The text is good until the next call.
  bool Next(std::string_view* text, uint64_t* offset);

 private:
  bool Fill();  // false: nothing came

  store::Fd fd_;
  int error_ = 0;
  std::string buffer_;
  size_t begin_ = 0;        // of the next line in the buffer
  uint64_t consumed_ = 0;   // bytes of the file before buffer_
  bool at_end_ = false;
};

// Reads single lines again, with few files open at a time.
class LineFetcher {
 public:
  explicit LineFetcher(const std::vector<std::string>& paths) : paths_(paths) {}
  // False when the file has become shorter or is gone.
  bool Read(const LinePlace& place, std::string* text);

 private:
  const std::vector<std::string>& paths_;
  std::map<uint32_t, store::Fd> open_;
};

}  // namespace keyrule::command
