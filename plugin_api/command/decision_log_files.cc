#include "plugin_api/command/decision_log_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>

namespace keyrule::command {
namespace {

constexpr size_t kPiece = 1 << 20;
constexpr size_t kLongestLine = 16 << 20;

bool IsLogName(std::string_view name) {
  return name.starts_with("decisions-") && name.ends_with(".jsonl");
}

}  // namespace

store::Result<std::vector<std::string>> ListDecisionLog(const std::string& folder) {
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(opendir(folder.c_str()), closedir);
  if (directory == nullptr) {
    const int error = errno;
    return store::Status(error == ENOENT ? store::Code::kNotFound : store::Code::kUnreadable,
                         "the folder of decisions cannot be read: " + store::SystemError(error), folder,
                         error == EACCES ? "run this as the user that the host runs as"
                                         : "KEYRULE_DECISIONS of the host names the folder that it writes");
  }
  std::vector<std::string> paths;
  while (const dirent* entry = readdir(directory.get())) {
    if (IsLogName(entry->d_name)) paths.push_back(folder + "/" + entry->d_name);
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

LineReader::LineReader(const std::string& path)
    : fd_(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)) {
  if (!fd_.ok()) error_ = errno;
}

bool LineReader::Next(std::string_view* text, uint64_t* offset) {
  size_t searched = begin_;
  for (;;) {
    const size_t end = buffer_.find('\n', searched);
    if (end != std::string::npos) {
      *text = std::string_view(buffer_).substr(begin_, std::min(end - begin_, kLongestLine));
      *offset = consumed_ + begin_;
      begin_ = end + 1;
      return true;
    }
    // Of a line without an end no more is kept than its beginning; the rest is passed over.
    if (buffer_.size() - begin_ > kLongestLine + kPiece) {
      consumed_ += buffer_.size() - begin_ - kLongestLine;
      buffer_.resize(begin_ + kLongestLine);
    }
    consumed_ += begin_;
    buffer_.erase(0, begin_);
    begin_ = 0;
    searched = buffer_.size();
    if (!Fill()) break;
  }
  if (error_ != 0 || buffer_.empty()) return false;
  *text = std::string_view(buffer_).substr(0, kLongestLine);  // the last line has no end
  *offset = consumed_;
  begin_ = buffer_.size();
  return true;
}

bool LineReader::Fill() {
  if (at_end_) return false;
  const size_t before = buffer_.size();
  buffer_.resize(before + kPiece);
  ssize_t got = 0;
  do {
    got = read(fd_.get(), buffer_.data() + before, kPiece);
  } while (got < 0 && errno == EINTR);
  if (got < 0) error_ = errno;
  buffer_.resize(before + static_cast<size_t>(std::max<ssize_t>(got, 0)));
  at_end_ = got <= 0;
  return got > 0;
}

bool LineFetcher::Read(const LinePlace& place, std::string* text) {
  constexpr size_t kMostOpen = 200;
  if (open_.size() >= kMostOpen && !open_.contains(place.file)) open_.clear();
  auto [at, is_new] = open_.try_emplace(place.file);
  if (is_new) at->second = store::Fd(open(paths_[place.file].c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  text->resize(place.size);
  size_t done = 0;
  while (at->second.ok() && done < place.size) {
    const ssize_t got = pread(at->second.get(), text->data() + done, place.size - done,
                              static_cast<off_t>(place.offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    done += static_cast<size_t>(got);
  }
  return done == place.size;
}

}  // namespace keyrule::command
