// What the engine and its decisions share: the engine itself, and what the binding remembers of it. All of it is guarded by the
// interpreter's lock, so nothing here can be left locked by a fork().
#pragma once

#include "plugin_api/python/binding/python_ref.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>

#include "keyrule/keyrule.h"

namespace keyrule::python {

// Texts that were seen, at most so many: then it begins again.
class SeenTexts {
 public:
  bool Has(keyrule_str text) const { return texts_.find(View(text)) != texts_.end(); }
  // Without memory it is not seen.
  void Add(std::string_view text) noexcept;
  void Clear() noexcept { texts_.clear(); }

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  static std::string_view View(keyrule_str text) { return {text.ptr, text.len}; }

  std::unordered_set<std::string, Hash, std::equal_to<>> texts_;
};

// The ids of paths by the address of the path: literals of a program, and so nearly all paths, are the same objects each time.
class IdsByAddress {
 public:
  IdsByAddress() = default;
  IdsByAddress(const IdsByAddress&) = delete;
  IdsByAddress& operator=(const IdsByAddress&) = delete;

  // False: not here.
  bool Find(PyObject* path, long* id) const {
    const Place& place = places_[IndexOf(path)];
    *id = place.id;
    return place.path.get() == path;
  }
  // Keeps `path` alive, so that no other object comes to its address; in place of another one.
  void Add(PyObject* path, long id) { places_[IndexOf(path)] = {Ref::Borrow(path), id}; }

 private:
  struct Place {
    Ref path;
    long id = 0;
  };
  static constexpr int kBits = 8;
  static size_t IndexOf(PyObject* path) {
    return static_cast<size_t>(reinterpret_cast<uintptr_t>(path) * 0x9E3779B97F4A7C15u >> (64 - kBits));
  }

  std::array<Place, size_t{1} << kBits> places_;
};

class EngineHandle {
 public:
  // Opens. Null with an exception. `log` is called with a level and a text; `decision_type` makes the decisions. Gives the
  // interpreter's lock back meanwhile.
  static EngineHandle* Open(const keyrule_api& api, keyrule_engine_options options, PyObject* log, PyObject* decision_type);

  void Retain() { ++references_; }
  void Release() {
    if (--references_ == 0) delete this;
  }

  const keyrule_api& api() const { return api_; }
  PyObject* decision_type() const { return decision_type_.get(); }
  // Path to id, as Python's. UsageError once there can be no more.
  PyObject* ids() const { return ids_.get(); }
  PyObject* ids_in_maps() const { return ids_in_maps_.get(); }
  IdsByAddress& ids_by_address() { return ids_by_address_; }
  uint32_t AttributeId(keyrule_str path) const { return api_.engine_attribute(engine_, path); }

  // No more calls; those in flight end as they would. Twice is fine.
  void Close();
  // False with UsageError if it is closed.
  bool IsOpen() const;

  // A call on the engine: it is not released before the last of them has ended.
  class Call {
   public:
    explicit Call(EngineHandle& handle) : handle_(handle) { ++handle_.calls_; }
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;
    ~Call() {
      if (--handle_.calls_ == 0 && handle_.closed_) handle_.ReleaseEngine();
    }
    keyrule_engine* engine() const { return handle_.engine_; }

   private:
    EngineHandle& handle_;
  };

  // May a decision wait for a disk? It may if it is the first for its tenant, or the one that moves on to a newer generation
  // of the store.
  enum class Wait { kNone, kFirstOfTenant, kMovesOn };
  Wait DecisionMayWait(keyrule_str tenant) const;
  // It was made, without the interpreter's lock. `tenant` empty: there is none.
  void NoteDecision(Wait wait, std::string_view tenant);
  // May opening a payload? What the store does not keep in memory is read again each time.
  bool PayloadMayWait(keyrule_str credential_id) const { return !opened_.Has(credential_id); }
  void NotePayload(std::string_view credential_id);
  // A newer generation, or another policy: nothing of the old one is in memory.
  void NoteMoved();
  // Counts those moves. The last decision of an older generation closes its files when it is released.
  uint32_t moves() const { return moves_; }

 private:
  EngineHandle(const keyrule_api& api, PyObject* log, PyObject* decision_type);
  ~EngineHandle();
  void ReleaseEngine();

  const keyrule_api& api_;
  keyrule_engine* engine_ = nullptr;
  const Ref log_;
  const Ref decision_type_;
  const Ref ids_;
  const Ref ids_in_maps_;
  IdsByAddress ids_by_address_;
  bool refreshes_itself_ = false;
  bool closed_ = false;
  uint32_t references_ = 1;
  uint32_t calls_ = 0;
  uint32_t moves_ = 0;
  SeenTexts tenants_;
  SeenTexts opened_;
};

}  // namespace keyrule::python
