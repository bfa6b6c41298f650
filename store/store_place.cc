#include "store/store_place.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <vector>

#include "store/posix_file.h"
#include "store/store_files.h"

namespace keyrule::store {
namespace {

// Left by a crash while the store was made.
constexpr std::array<std::string_view, 2> kBeginnings = {"LOCK", "STORE.new"};

bool HasFileOfStore(const std::string& dir) {
  for (const std::string& path : {StoreFilePath(dir), PointerPath(dir), WrittenPath(dir), WriterPath(dir)}) {
    if (PathExists(path)) return true;
  }
  return false;
}

}  // namespace

Status CheckIsStore(const std::string& dir) {
  if (HasFileOfStore(dir)) return Status();
  struct stat info;
  const bool exists = stat(dir.c_str(), &info) == 0;
  if (exists && !S_ISDIR(info.st_mode)) {
    return Status(Code::kInvalid, dir, "this is a file; a store is a folder", "name the folder");
  }
  const Result<std::vector<std::string>> names = ListDirectory(dir);
  if (!names.ok() && names.status().code() != Code::kNotFound) return names.status();
  const bool others = names.ok() && std::any_of(names->begin(), names->end(), [](const std::string& name) {
    return std::find(kBeginnings.begin(), kBeginnings.end(), name) == kBeginnings.end();
  });
  // Another process may have made one since, which begins with STORE.
  if (others && HasFileOfStore(dir)) return Status();
  if (others) {
    return Status(Code::kInvalid, dir, "it is not a store and not empty",
                  "name the store's folder, or an empty or a new one for a store that is to be made");
  }
  return Status(Code::kNotFound, dir, "there is no store here",
                "make one: `keyrule import FILE --store " + dir + "`");
}

}  // namespace keyrule::store
