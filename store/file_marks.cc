#include "store/file_marks.h"

#include <algorithm>
#include <utility>

#include "store/posix_file.h"

namespace keyrule::store {
namespace {

constexpr uint64_t kTail = 64 * 1024;

bool IsTable(const std::string& name) { return name.ends_with(".sst"); }

Result<FileMark> MarkFile(const std::string& dir, const std::string& name) {
  FileMark mark;
  mark.name = name;
  Result<std::string> bytes =
      ReadFileTail(dir + "/" + name, IsTable(name) ? kTail : UINT64_MAX, &mark.size);
  if (!bytes.ok()) return bytes.status();
  mark.digest = Sha256({*bytes});
  return mark;
}

Status Differs(const std::string& path) {
  return Status(Code::kDamaged, path, "the file is damaged",
                "nothing was changed; move the store aside and import again");
}

}  // namespace

Result<std::vector<FileMark>> MarkFiles(const std::string& dir) {
  Result<std::vector<std::string>> names = ListDirectory(dir);
  if (!names.ok()) return names.status();
  std::sort(names->begin(), names->end());
  std::vector<FileMark> files;
  for (const std::string& name : *names) {
    Result<FileMark> mark = MarkFile(dir, name);
    if (!mark.ok()) return mark.status();
    files.push_back(*std::move(mark));
  }
  return files;
}

Status CheckFiles(const std::string& dir, const std::vector<FileMark>& files) {
  Result<std::vector<FileMark>> found = MarkFiles(dir);
  if (!found.ok()) return found.status();
  const auto [now, then] = std::mismatch(found->begin(), found->end(), files.begin(), files.end());
  if (then != files.end()) return Differs(dir + "/" + then->name);
  if (now != found->end()) return Differs(dir + "/" + now->name);
  return Status();
}

Status CheckKnownTables(const std::string& dir, const std::vector<FileMark>& files) {
  for (const FileMark& file : files) {
    if (!IsTable(file.name)) continue;
    Result<FileMark> mark = MarkFile(dir, file.name);
    if (!mark.ok() && mark.status().code() == Code::kNotFound) continue;
    if (!mark.ok()) return mark.status();
    if (*mark != file) return Differs(dir + "/" + file.name);
  }
  return Status();
}

}  // namespace keyrule::store
