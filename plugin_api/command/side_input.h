// The side file of `keyrule sync`, read again when it changes.
#pragma once

#include <sys/stat.h>

#include <optional>
#include <string>

#include "plugin_api/command/console.h"
#include "store/side_file.h"

namespace keyrule::command {

class SideInput {
 public:
  // An empty `path`: there is none.
  SideInput(std::string path, const Console& console) : path_(std::move(path)), console_(console) {}

  // Reads it; prints what is wrong. A file with errors leaves the one before in place.
  bool Read();

  // Has it changed, and is it sound? Read then. Prints what is wrong once for each state of the file.
  bool Changed();

  // Null: there is none.
  const store::SideFile* file() const { return file_ ? &*file_ : nullptr; }

 private:
  const std::string path_;
  const Console& console_;
  std::optional<store::SideFile> file_;
  struct stat seen_ {};  // of the file when it was read last
};

}  // namespace keyrule::command
