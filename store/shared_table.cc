#include "store/shared_table.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "store/posix_file.h"
#include "store/shared_file.h"
#include "store/shared_layout.h"
#include "store/store_files.h"

namespace keyrule::store {
namespace {

// Not even the owner may write, so that a `cp` or `>` into the store cannot cut the file while hosts
// have it mapped. Whoever changes it opens it like OpenForChange.
constexpr mode_t kMode = 0400;
constexpr mode_t kModeMeanwhile = 0600;

SharedFile* MapForChange(const Fd& fd, size_t size) {
  void* mapped = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd.get(), 0);
  return mapped == MAP_FAILED ? nullptr : static_cast<SharedFile*>(mapped);
}

Fd OpenForChange(const std::string& path) {
  constexpr int kFlags = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
  const Fd reading(open(path.c_str(), O_RDONLY | kFlags));
  struct stat info;
  if (!reading.ok() || fstat(reading.get(), &info) != 0 || !S_ISREG(info.st_mode)) return Fd();
  (void)fchmod(reading.get(), kModeMeanwhile);  // opening says whether it worked
  Fd writing(open(path.c_str(), O_RDWR | kFlags));
  (void)fchmod(reading.get(), kMode);
  return writing;
}

// The words that never change, and zeroes. Real ones: to a hole, the disk may be too full for the
// page that a store into the mapping needs, which ends a process by SIGBUS.
std::string NewFile(ByteSpan id) {
  std::string bytes(sizeof(SharedFile), '\0');
  const auto put = [&bytes](size_t offset, const auto& value) {
    std::memcpy(bytes.data() + offset, &value, sizeof value);
  };
  put(offsetof(SharedFile, magic), kSharedMagic);
  put(offsetof(SharedFile, layout), kSharedLayout);
  put(offsetof(SharedFile, byte_order), kSharedByteOrder);
  put(offsetof(SharedFile, size), uint64_t{sizeof(SharedFile)});
  put(offsetof(SharedFile, slots), kSharedSlots);
  put(offsetof(SharedFile, entry_size), static_cast<uint32_t>(sizeof(SharedEntry)));
  std::memcpy(bytes.data() + offsetof(SharedFile, store_id), id.data(), id.size());
  return bytes;
}

// Tells readers that still map a replaced file of ours. Magic and `generation` have one place in all
// layouts.
void Retire(const Fd& old) {
  constexpr size_t kHead = offsetof(SharedFile, entries);
  struct stat info;
  if (!old.ok() || fstat(old.get(), &info) != 0 || info.st_size < static_cast<off_t>(kHead)) return;
  SharedFile* file = MapForChange(old, kHead);
  if (file == nullptr) return;
  if (std::memcmp(file->magic, kSharedMagic, sizeof kSharedMagic) == 0) {
    file->generation.store(kSharedReplaced, std::memory_order_release);
  }
  munmap(static_cast<void*>(file), kHead);
}

bool IsUsed(uint64_t first) { return first != kSlotEmpty && first != kSlotCleared; }

}  // namespace

Result<std::unique_ptr<SharedTable>> SharedTable::Open(const std::string& dir, ByteSpan id) {
  const std::string path = SharedPath(dir);
  Fd fd = OpenForChange(path);
  if (!fd.ok() || !CheckSharedFile(fd, id, path).ok()) {
    const Fd old = std::move(fd);
    if (Status status = ReplaceFile(path, NewFile(id)); !status.ok()) return status;
    Retire(old);
    fd = OpenForChange(path);
  }
  SharedFile* file = fd.ok() ? MapForChange(fd, sizeof(SharedFile)) : nullptr;
  if (file == nullptr) {
    return Status(Code::kIo, path, "it cannot be mapped: " + SystemError(errno),
                  "keep the store on a local file system");
  }
  std::unique_ptr<SharedTable> table(new SharedTable(path, file));
  table->Recount();
  return table;
}

SharedTable::~SharedTable() { munmap(static_cast<void*>(file_), sizeof(SharedFile)); }

void SharedTable::SetGeneration(uint64_t generation) noexcept {
  file_->generation.store(generation, std::memory_order_release);
}

uint64_t SharedTable::generation() const noexcept {
  return file_->generation.load(std::memory_order_relaxed);
}

void SharedTable::SetConfirmed(int64_t unix_ms) noexcept {
  file_->confirmed_ms.store(static_cast<uint64_t>(unix_ms), std::memory_order_relaxed);
}

bool SharedTable::Revoke(const RevocationMark& mark, uint64_t up_to) noexcept {
  SharedEntry* free = nullptr;
  for (uint32_t i = 0; i < kSharedProbes; ++i) {
    SharedEntry& entry = file_->entries[(mark.first + i) % kSharedSlots];
    const uint64_t first = entry.first.load(std::memory_order_relaxed);
    if (first == mark.first && entry.second.load(std::memory_order_relaxed) == mark.second) {
      entry.gone_in.store(0, std::memory_order_relaxed);
      entry.up_to.store(up_to, std::memory_order_release);
      Count(0);
      return true;
    }
    if (!IsUsed(first) && free == nullptr) free = &entry;
    if (first == kSlotEmpty) break;
  }
  if (free == nullptr) return false;
  free->second.store(mark.second, std::memory_order_release);
  free->up_to.store(up_to, std::memory_order_release);
  free->gone_in.store(0, std::memory_order_release);
  free->first.store(mark.first, std::memory_order_release);
  Count(1);
  return true;
}

void SharedTable::MarkGone(uint64_t generation,
                           const std::function<bool(const RevocationMark&)>& pending) {
  for (SharedEntry& entry : file_->entries) {
    const uint64_t first = entry.first.load(std::memory_order_relaxed);
    if (!IsUsed(first) || entry.gone_in.load(std::memory_order_relaxed) != 0) continue;
    if (pending({first, entry.second.load(std::memory_order_relaxed)})) continue;
    entry.gone_in.store(generation, std::memory_order_release);
  }
}

void SharedTable::Clear(uint64_t oldest) noexcept {
  int64_t cleared = 0;
  for (SharedEntry& entry : file_->entries) {
    const uint64_t gone_in = entry.gone_in.load(std::memory_order_relaxed);
    if (!IsUsed(entry.first.load(std::memory_order_relaxed)) || gone_in == 0 || gone_in > oldest) {
      continue;
    }
    entry.first.store(kSlotCleared, std::memory_order_release);
    ++cleared;
  }
  if (cleared == 0) return;
  Count(-cleared);
  // A search that comes to a cleared slot before an empty one finds nothing behind it: both are
  // empty. Twice around, for runs that go over the end.
  for (uint32_t i = 2 * kSharedSlots; i-- > 0;) {
    SharedEntry& entry = file_->entries[i % kSharedSlots];
    const SharedEntry& after = file_->entries[(i + 1) % kSharedSlots];
    if (entry.first.load(std::memory_order_relaxed) == kSlotCleared &&
        after.first.load(std::memory_order_relaxed) == kSlotEmpty) {
      entry.first.store(kSlotEmpty, std::memory_order_release);
    }
  }
}

uint64_t SharedTable::entries() const noexcept {
  return file_->revocations.load(std::memory_order_relaxed) & kSharedCountMask;
}

Status SharedTable::Sync() {
  if (msync(static_cast<void*>(file_), sizeof(SharedFile), MS_SYNC) == 0) return Status();
  return Status(Code::kIo, path_, "it cannot be written: " + SystemError(errno),
                "check space and the disk, and try again");
}

// After a writer that was killed between an entry and its count.
void SharedTable::Recount() noexcept {
  const auto used = std::count_if(
      std::begin(file_->entries), std::end(file_->entries),
      [](const SharedEntry& e) { return IsUsed(e.first.load(std::memory_order_relaxed)); });
  const int64_t more = used - static_cast<int64_t>(entries());
  if (more != 0) Count(more);
}

void SharedTable::Count(int64_t more) noexcept {
  const uint64_t word = file_->revocations.load(std::memory_order_relaxed);
  const uint64_t changes = (word >> kSharedCountBits) + 1;
  const uint64_t count = (word & kSharedCountMask) + static_cast<uint64_t>(more);
  file_->revocations.store(changes << kSharedCountBits | (count & kSharedCountMask),
                           std::memory_order_release);
}

}  // namespace keyrule::store
