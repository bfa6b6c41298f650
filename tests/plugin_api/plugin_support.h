// A host for tests: the library through dlopen, a policy and a store in a folder of their own.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "keyrule/keyrule.h"

namespace keyrule::plugin_test {

// The table of the real shared library.
const keyrule_api& Api();

inline keyrule_str Str(std::string_view text) { return {text.data(), text.size()}; }
inline std::string Text(keyrule_str text) {
  return text.len == 0 ? std::string() : std::string(text.ptr, text.len);
}

// Threads that a host that forks keeps busy. The allocators of the sanitizers leave their locks held in a child of a busy process.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr int kBusyThreads = 0;
#else
inline constexpr int kBusyThreads = 2;
#endif

// A folder that is removed at the end.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string Path(std::string_view name) const { return path_ + "/" + std::string(name); }
  // Writes a file and gives its path.
  std::string Write(std::string_view name, std::string_view text) const;

 private:
  std::string path_;
};

// Seals a file of credentials by the `keyrule` command, as people do. In a process of its own: a process that has written
// to RocksDB cannot be one that forks.
void Import(const std::string& json_file, const std::string& store);

// Runs the `keyrule` command with these words.
void Keyrule(const std::string& words);

// Frees itself; `message` is taken from the error object.
struct Error {
  ~Error() { Api().error_release(error); }
  keyrule_error** out() {
    Api().error_release(error);
    error = nullptr;
    return &error;
  }
  std::string message() const { return Text(Api().error_message(error)); }
  std::string diagnostics() const { return Text(Api().error_diagnostics(error)); }
  keyrule_error* error = nullptr;
};

// An engine over a policy and a store of three credentials; see kCredentials in the source.
class Plugin {
 public:
  // `with_state`: over a folder of state that processes could share. `redis_url`: with other hosts.
  explicit Plugin(std::string_view policy, bool with_store = true, bool with_state = false, std::string redis_url = {});
  // Over a store that is there.
  Plugin(std::string_view policy, const std::string& store);
  ~Plugin() { Close(); }
  Plugin(const Plugin&) = delete;
  Plugin& operator=(const Plugin&) = delete;

  keyrule_engine* engine() const { return engine_; }
  void Close();
  // Releases what Decide gives by decision_release.
  keyrule_decision* Decide(const std::map<std::string, std::string>& attributes,
                           uint32_t flags = 0) const;
  keyrule_status Reload(Error* error) const;
  const Folder& folder() const { return folder_; }
  std::string policy_path() const { return folder_.Path("p.keyrule"); }
  std::string store_path() const { return store_; }

 private:
  void Open();

  Folder folder_;
  std::string store_ = folder_.Path("store");
  std::string state_;
  std::string redis_url_;
  keyrule_engine* engine_ = nullptr;
};

keyrule_decision_info Info(const keyrule_decision* decision);

// use a over two keys, by turns; deny; host.
extern const std::string_view kPolicy;
extern const std::string_view kCredentials;

}  // namespace keyrule::plugin_test
