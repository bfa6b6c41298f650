#include "plugin_api/command/side_input.h"

#include <utility>
#include <vector>

#include "store/posix_file.h"

namespace keyrule::command {
namespace {

bool Same(const struct stat& a, const struct stat& b) {
  return a.st_ino == b.st_ino && a.st_dev == b.st_dev && a.st_size == b.st_size &&
         a.st_mtim.tv_sec == b.st_mtim.tv_sec && a.st_mtim.tv_nsec == b.st_mtim.tv_nsec;
}

}  // namespace

bool SideInput::Read() {
  if (path_.empty()) return true;
  seen_ = {};
  (void)stat(path_.c_str(), &seen_);
  // Somebody may give the file that is imported: it is wiped like one.
  const store::Result<store::Secret> text = store::ReadSecretFile(path_, store::kMaxSideFile);
  if (!text.ok()) {
    console_.Error(text.status());
    return false;
  }
  std::vector<store::ImportError> errors;
  store::SideFile file = store::SideFile::Parse(store::AsText(text->Expose()), &errors);
  for (const store::ImportError& error : errors) console_.Error(error, path_);
  if (!errors.empty()) return false;
  file_ = std::move(file);
  return true;
}

bool SideInput::Changed() {
  struct stat now {};
  if (path_.empty() || (stat(path_.c_str(), &now) == 0 && Same(now, seen_))) return false;
  if (now.st_ino == 0 && seen_.st_ino == 0) return false;  // still not there: said already
  return Read();
}

}  // namespace keyrule::command
