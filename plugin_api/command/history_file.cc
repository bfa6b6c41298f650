#include "plugin_api/command/history_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

namespace keyrule::command {
namespace {

constexpr mode_t kOwnersAlone = 0600;
constexpr size_t kMostBytes = 16U << 20;  // of a file that is no history this shell has written

// Open and locked; closed in the end.
class LockedFile {
 public:
  explicit LockedFile(const std::string& path)
      : descriptor_(path.empty()
                        ? -1
                        : open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, kOwnersAlone)) {
    if (descriptor_ < 0) return;
    struct stat status = {};
    const bool regular = fstat(descriptor_, &status) == 0 && S_ISREG(status.st_mode);
    if (!regular || flock(descriptor_, LOCK_EX) != 0) {
      Close();
      return;
    }
    // Whoever owns it may say so; another's is left alone.
    if ((status.st_mode & 0777) != kOwnersAlone && fchmod(descriptor_, kOwnersAlone) != 0) Close();
  }
  ~LockedFile() { Close(); }
  LockedFile(const LockedFile&) = delete;
  LockedFile& operator=(const LockedFile&) = delete;

  bool open_now() const { return descriptor_ >= 0; }
  int get() const { return descriptor_; }

 private:
  void Close() {
    if (descriptor_ >= 0) close(descriptor_);
    descriptor_ = -1;
  }

  int descriptor_;
};

bool WriteAll(int descriptor, const std::string& text) {
  for (size_t done = 0; done < text.size();) {
    const ssize_t count = write(descriptor, text.data() + done, text.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    done += static_cast<size_t>(count);
  }
  return true;
}

std::string ReadAll(int descriptor) {
  std::string text;
  char piece[65'536];
  lseek(descriptor, 0, SEEK_SET);
  while (text.size() < kMostBytes) {
    const ssize_t count = read(descriptor, piece, sizeof piece);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    text.append(piece, static_cast<size_t>(count));
  }
  return text;
}

std::string Place() {
  const char* state = std::getenv("XDG_STATE_HOME");
  const char* home = std::getenv("HOME");
  std::filesystem::path folder;
  if (state != nullptr && *state == '/') {
    folder = state;
  } else if (home != nullptr && *home == '/') {
    folder = std::filesystem::path(home) / ".local" / "state";
  } else {
    return {};
  }
  std::error_code error;
  std::filesystem::create_directories(folder / "keyrule", error);
  return error ? std::string() : (folder / "keyrule" / "history").string();
}

}  // namespace

HistoryFile::HistoryFile() : path_(Place()) {}

std::vector<std::string> HistoryFile::Read() {
  const LockedFile file(path_);
  std::vector<std::string> lines;
  if (!file.open_now()) return lines;
  const std::string text = ReadAll(file.get());
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    if (end > begin) lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  if (!lines.empty()) last_ = lines.back();
  if (lines.size() <= kMostLines) return lines;
  const bool cut = lines.size() > 2 * kMostLines;
  lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(kMostLines));
  if (cut && ftruncate(file.get(), 0) == 0) {
    std::string kept;
    for (const std::string& line : lines) kept += line + "\n";
    WriteAll(file.get(), kept);
  }
  return lines;
}

bool HistoryFile::Add(const std::string& line) {
  if (line == last_) return true;
  last_ = line;
  const LockedFile file(path_);
  return file.open_now() && WriteAll(file.get(), line + "\n");
}

}  // namespace keyrule::command
