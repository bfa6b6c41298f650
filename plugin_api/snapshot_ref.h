// The current snapshot, swapped by one atomic pointer while other threads decide.
//
// A content lives in a cell with a count. Cells are never reused and stay until the SnapshotRef is destroyed, so that a
// reader who was slow may still touch the count of a cell whose content is gone; it then looks again. The cost is a
// few words for each reload.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace keyrule::plugin_api {

template <class Content>
class SnapshotCell {
 public:
  explicit SnapshotCell(std::unique_ptr<Content> content) : content_(std::move(content)) {}

  // Only while a reference is held.
  Content& content() const { return *content_; }

  void AddRef() noexcept { refs_.fetch_add(1); }
  // The last one out deletes the content. That may destroy this cell as well: do not touch it afterwards.
  void Release() noexcept {
    if (refs_.fetch_sub(1) != 1) return;
    uint32_t none = 0;
    if (!refs_.compare_exchange_strong(none, kDead)) return;  // a slow reader came: it will be the last
    const std::unique_ptr<Content> last = std::move(content_);
  }

 private:
  // Above any count of readers: references that come and go after the end never reach 0 again.
  static constexpr uint32_t kDead = uint32_t{1} << 31;

  std::atomic<uint32_t> refs_{1};  // the first one is the SnapshotRef's own
  std::unique_ptr<Content> content_;
};

template <class Content>
class SnapshotRef {
 public:
  using Cell = SnapshotCell<Content>;

  SnapshotRef() = default;
  SnapshotRef(const SnapshotRef&) = delete;
  SnapshotRef& operator=(const SnapshotRef&) = delete;

  // The current cell, with a reference that the caller releases. Any thread; no lock. Something must be published.
  Cell* Acquire() noexcept {
    while (true) {
      Cell* cell = current_.load();
      cell->AddRef();
      // Still current after the count went up: then the SnapshotRef's own reference was there, and the content too.
      if (current_.load() == cell) return cell;
      cell->Release();
    }
  }

  // One thread at a time.
  void Publish(std::unique_ptr<Content> content) {
    cells_.push_back(std::make_unique<Cell>(std::move(content)));
    Cell* old = current_.exchange(cells_.back().get());
    if (old != nullptr) old->Release();
  }

  // Lets go of the current content; nobody may acquire any more. May destroy this object through the content.
  void Close() noexcept {
    Cell* old = current_.exchange(nullptr);
    if (old != nullptr) old->Release();
  }

 private:
  std::atomic<Cell*> current_{nullptr};
  std::vector<std::unique_ptr<Cell>> cells_;
};

}  // namespace keyrule::plugin_api
