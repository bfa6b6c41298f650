// The small text files of a store: STORE says what it is, CURRENT what is published, WRITTEN what
// the writer wrote last. Pure functions from and to text; FORMAT.md shows them.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "store/envelope.h"
#include "store/file_marks.h"
#include "store/status.h"

namespace keyrule::store {

// What STORE holds. One sealed store key for each master key that opens the store, the newest last:
// one, except while the master key is being changed.
struct Identity {
  StoreId id{};
  std::vector<std::string> sealed_keys;  // boxes
};

std::string FormatStoreFile(const Identity& identity);

// kNewerFormat or kDamaged, with `path` as the place.
Result<Identity> ParseStoreFile(std::string_view text, const std::string& path);

// Opens the store key with the master key, and says which of the boxes it was. kKeyWrong when none
// was sealed with it.
Result<Secret> OpenStoreKey(const Identity& identity, const Secret& master_key,
                            const std::string& path, size_t* line);

// The same, and derives the keys of the store.
Result<StoreKeys> UnlockStore(const Identity& identity, const Secret& master_key,
                              const std::string& path);

// What a generation holds: written into the generation itself (row `G`) and into CURRENT, so that
// neither can be exchanged alone.
struct Generation {
  uint64_t number = 0;  // 0: nothing is published
  uint64_t records = 0;
  Digest digest{};  // keyed, over all credentials; see census.h

  friend bool operator==(const Generation&, const Generation&) = default;
};

// What CURRENT holds.
struct Pointer {
  Generation generation;
  std::vector<FileMark> files;  // of the generation's directory; empty in row `G`

  friend bool operator==(const Pointer&, const Pointer&) = default;
};

std::string FormatPointer(const Pointer& pointer, const StoreKeys& keys);

// kDamaged with `path` as the place when a byte is not as written by a holder of the keys.
Result<Pointer> ParsePointer(std::string_view text, const StoreKeys& keys, const std::string& path);

// The number alone, without proof. False when there is none.
[[nodiscard]] bool PointerNumber(std::string_view text, uint64_t* number);

// How far the writer's database was written: RocksDB's sequence number after the last commit.
// Damage to the end of RocksDB's own manifest makes it open an older state without an error.
std::string FormatWritten(uint64_t sequence, const StoreKeys& keys);
Result<uint64_t> ParseWritten(std::string_view text, const StoreKeys& keys,
                              const std::string& path);

// Paths inside a store directory.
std::string StoreFilePath(const std::string& dir);
std::string PointerPath(const std::string& dir);
std::string WrittenPath(const std::string& dir);
std::string SharedPath(const std::string& dir);
std::string RevokedPath(const std::string& dir);
std::string WriterPath(const std::string& dir);
std::string GenerationsPath(const std::string& dir);
std::string GenerationPath(const std::string& dir, uint64_t number);

// The number of a directory below generations/; false for anything else that lies there.
[[nodiscard]] bool GenerationNumber(std::string_view name, uint64_t* number);

}  // namespace keyrule::store
