// What a run has read, so that a change of it can be noticed.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "dsl/load.h"
#include "store/posix_file.h"

namespace keyrule::command {

class ReadFiles {
 public:
  // Before the file is read: a change from then on is one. A file that is not there is noticed when it comes.
  void Add(const std::string& path);
  // Which policies lie in it, and they.
  void AddFolder(const std::string& folder);

  bool Changed() const;
  size_t size() const { return files_.size(); }
  // The folders in which something has to happen for Changed; those of links and of what they lead to.
  std::vector<std::string> Folders() const;

 private:
  std::map<std::string, store::FileIdentity> files_;
  std::map<std::string, std::vector<std::string>> folders_;  // with the policies in each
};

// Reads from disk, and notes each file. `files` may be null.
class NotingReader : public dsl::DiskReader {
 public:
  explicit NotingReader(ReadFiles* files) : files_(files) {}
  bool Read(const std::string& path, std::string* text, std::string* error) const override;

 private:
  ReadFiles* const files_;
};

}  // namespace keyrule::command
