#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "dsl/limits.h"
#include "dsl/load.h"

namespace keyrule::dsl {
namespace {

namespace fs = std::filesystem;

// Closes what it holds.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

std::string Reason(int error) {
  if (error == ENOENT || error == ENOTDIR) return "no such file";
  if (error == EACCES || error == EPERM) return "permission denied";
  return std::generic_category().message(error);
}

bool ReadAll(int descriptor, size_t expected, std::string* text, std::string* error) {
  text->resize(expected + 1);  // one more, to see the end without another call
  size_t size = 0;
  for (;;) {
    const ssize_t count = read(descriptor, text->data() + size, text->size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      *error = Reason(errno);
      return false;
    }
    if (count == 0) break;
    size += static_cast<size_t>(count);
    if (size > kMaxTextBytes) {
      *error = kTooLargeToRead;
      return false;
    }
    if (size == text->size()) text->resize(2 * size);  // it grows while it is read
  }
  text->resize(size);
  return true;
}

}  // namespace

std::string FileReader::RealPath(const std::string& path) const {
  return fs::path(path).lexically_normal().string();
}

std::string DiskReader::RealPath(const std::string& path) const {
  std::error_code error;
  const fs::path real = fs::weakly_canonical(fs::absolute(path, error), error);
  return error ? fs::absolute(path, error).lexically_normal().string() : real.string();
}

bool DiskReader::Read(const std::string& path, std::string* text, std::string* error) const {
  if (path.find('\0') != std::string::npos) {
    *error = "no such file";
    return false;
  }
  // Not blocking: opening a pipe that nobody writes must not hang.
  const Descriptor file(open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (file.number() < 0) {
    *error = Reason(errno);
    return false;
  }
  struct stat status = {};
  if (fstat(file.number(), &status) != 0) {
    *error = Reason(errno);
    return false;
  }
  if (!S_ISREG(status.st_mode)) {
    *error = S_ISDIR(status.st_mode) ? "it is a folder" : "it is not a regular file";
    return false;
  }
  if (static_cast<uint64_t>(status.st_size) > kMaxTextBytes) {
    *error = kTooLargeToRead;
    return false;
  }
  return ReadAll(file.number(), static_cast<size_t>(status.st_size), text, error);
}

}  // namespace keyrule::dsl
