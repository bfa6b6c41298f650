// Shared by the tests of store/: directories that go away, keys, stores, and looking at all their
// bytes.

#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "store/crypto.h"
#include "store/import.h"
#include "store/reader.h"
#include "store/writer.h"

namespace keyrule::store {

// The allocators of the sanitizers leave their locks held in a child of a busy process; the C
// library's does not.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif
#else
inline constexpr bool kSanitized = false;
#endif

// A fresh directory below the system's temporary one, removed at the end.
class TempDir {
 public:
  // In memory where there is such a place: for tests of many processes in which not the disk is
  // tested, whose syncs take long on a busy one.
  enum class Where { kDisk, kMemory };
  explicit TempDir(Where where = Where::kDisk);
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  std::string operator/(std::string_view name) const { return path_ + "/" + std::string(name); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// Runs `body` in a child made by fork() and gives its exit code, or 128 and the signal that ended
// it. A child that hangs dies of SIGALRM after a minute.
int InChild(const std::function<int()>& body);

Secret TestKey(uint8_t fill = 7);          // 32 times the same byte
std::string Text(const Secret& secret);    // its bytes, for comparing in a test
Secret SecretText(std::string_view text);  // the reverse
std::string Hex(std::string_view hex);     // bytes of hex digits

Metadata SampleMetadata(std::string tenant, std::string provider, std::string name);
std::string SamplePayload(std::string_view tenant, std::string_view name);

// Puts SampleMetadata with SamplePayload. Fails the test on an error.
PutOutcome PutSample(Writer* writer, const Metadata& metadata);

// Opens, or fails the test and returns null.
std::unique_ptr<Writer> MustWrite(const std::string& dir, const Secret& key);
std::unique_ptr<Reader> MustRead(const std::string& dir, const Secret& key);

// A published store with `tenants` tenants of 3 credentials each for 2 providers; tenant-0's are
// shared with all.
void MakeSampleStore(const std::string& dir, const Secret& key, int tenants = 4);

// Names ("tenant/name") of the candidates, in order.
std::vector<std::string> CandidateNames(const Reader& reader, std::string_view tenant,
                                        std::string_view provider);

void WriteFile(const std::string& path, std::string_view content);
std::string ReadFile(const std::string& path);
// Relative path -> bytes of every file below a directory.
std::map<std::string, std::string> AllFiles(const std::string& dir);
// Without hard links, so that damage in the copy stays there.
void CopyTree(const std::string& from, const std::string& to);

}  // namespace keyrule::store
