// The file that the processes of a host share their selection state in: found, checked, made, mapped. What its bytes mean
// is not the store's affair.

#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "store/status.h"

namespace keyrule::store {

// What a file must be like to be used as it is.
struct StateFileShape {
  std::string_view fixed;  // its first bytes, exactly
  size_t size = 0;         // of the file
  size_t replaced_at = 0;  // offset of an 8-byte word behind `fixed`: not 0 when another file has taken its place
};

// STATE in a private folder, mapped for writing. Any thread; processes meet in it by atomics alone.
//
// The file never shrinks by Keyrule's doing, and all its space is reserved on the disk, so that a store into the mapping
// finds its page. Who cuts it nevertheless while it is mapped ends the processes that touch it by SIGBUS, as the kernel has
// it: keep other programs out of the folder.
class StateFile {
 public:
  // Makes folder (0700) and file (0600) if they are missing. A file that is not exactly as it must be (of another boot,
  // another layout or size, damaged) is replaced as a whole, never repaired, and those who map it are told.
  //   kInvalid      the folder is a link, no folder, somebody else's, or open to others
  //   kBusy         another process has been making the file for ten seconds
  //   kUnreadable, kIo
  static Result<std::unique_ptr<StateFile>> Open(const std::string& dir, const StateFileShape& shape);
  // The file as it is, for reading alone; makes and replaces nothing.
  //   kNotFound                there is none
  //   kInvalid                 it would be replaced: another boot's, another layout's, damaged
  //   kUnreadable, kIo
  static Result<std::unique_ptr<StateFile>> OpenToRead(const std::string& dir, const StateFileShape& shape);
  ~StateFile();
  StateFile(const StateFile&) = delete;
  StateFile& operator=(const StateFile&) = delete;

  void* memory() const { return memory_; }
  const std::string& path() const { return path_; }
  // Is the file still the one at its path, and of its size? One stat().
  bool IsInPlace() const noexcept;
  // Of device and inode: two that have the same map one file.
  bool IsSameAs(const StateFile& other) const { return device_ == other.device_ && inode_ == other.inode_; }

 private:
  StateFile(std::string path, void* memory, size_t size, dev_t device, ino_t inode)
      : path_(std::move(path)), memory_(memory), size_(size), device_(device), inode_(inode) {}

  const std::string path_;
  void* const memory_;
  const size_t size_;
  const dev_t device_;
  const ino_t inode_;
};

// Creates the folder (0700), or looks whether the one that is there is this user's alone. Gives what Open says.
Status CheckStateFolder(const std::string& dir);

// The system's boot id as 16 bytes; empty where there is none.
std::string BootId();

}  // namespace keyrule::store
