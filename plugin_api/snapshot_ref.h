// The current snapshot, swapped by one atomic pointer while other threads decide.
//
// A content lives in a cell with a count. Cells stay until the SnapshotRef is destroyed, so that a reader who was slow may
// still touch the count of a cell whose content is gone; it then looks again. An emptied cell gets a later content: there
// are as many cells as contents that were alive together.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

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
    if (!refs_.compare_exchange_strong(none, kDying)) return;  // a slow reader came: it will be the last
    const std::unique_ptr<Content> last = std::move(content_);
    refs_.fetch_add(kDead - kDying);
  }

 private:
  template <class>
  friend class SnapshotRef;

  // Takes the content if this cell is empty. One thread at a time, the one that publishes.
  bool Refill(std::unique_ptr<Content>* content) noexcept {
    if ((refs_.load() & kDead) == 0) return false;
    content_ = std::move(*content);
    refs_.fetch_sub(kDead - 1);  // the references of slow readers stay counted
    return true;
  }

  // Above any count of readers: references that come and go after the end never reach 0.
  static constexpr uint32_t kDying = uint32_t{1} << 30;
  static constexpr uint32_t kDead = uint32_t{1} << 31;  // the content is out

  std::atomic<uint32_t> refs_{1};  // the first one is the SnapshotRef's own
  std::unique_ptr<Content> content_;
  SnapshotCell* older_ = nullptr;
};

template <class Content>
class SnapshotRef {
 public:
  using Cell = SnapshotCell<Content>;

  SnapshotRef() = default;
  ~SnapshotRef() {
    while (newest_ != nullptr) {
      const std::unique_ptr<Cell> cell(newest_);
      newest_ = cell->older_;
    }
  }
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

  // Without a reference: to be compared, not looked into.
  const Cell* Peek() const noexcept { return current_.load(); }

  // One thread at a time.
  void Publish(std::unique_ptr<Content> content) {
    Cell* cell = newest_;
    while (cell != nullptr && !cell->Refill(&content)) cell = cell->older_;
    if (cell == nullptr) {
      cell = std::make_unique<Cell>(std::move(content)).release();
      cell->older_ = newest_;
      newest_ = cell;  // one word: a fork at any moment finds the list whole
    }
    Cell* old = current_.exchange(cell);
    if (old != nullptr) old->Release();
  }

  // One thread at a time, the one that publishes.
  size_t CountCells() const noexcept {
    size_t count = 0;
    for (const Cell* cell = newest_; cell != nullptr; cell = cell->older_) ++count;
    return count;
  }

  // Lets go of the current content; nobody may acquire any more. May destroy this object through the content.
  void Close() noexcept {
    Cell* old = current_.exchange(nullptr);
    if (old != nullptr) old->Release();
  }

 private:
  std::atomic<Cell*> current_{nullptr};
  Cell* newest_ = nullptr;  // owned, and all older ones
};

}  // namespace keyrule::plugin_api
