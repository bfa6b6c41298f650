#include "store/open_generation.h"

#include <utility>

#include "store/file_marks.h"
#include "store/generation_lock.h"
#include "store/rocks.h"
#include "store/row_key.h"
#include "store/rows.h"

namespace keyrule::store {

Result<HeldGeneration> OpenGeneration(const std::string& dir, const StoreKeys& keys,
                                      const Pointer& pointer) {
  const Generation& generation = pointer.generation;
  const std::string path = GenerationPath(dir, generation.number);
  Result<Fd> hold = HoldGeneration(path);
  if (!hold.ok() && hold.status().code() == Code::kNotFound) {
    return DamagedRecord(path, "the generation is missing");
  }
  if (!hold.ok()) return hold.status();
  if (Status status = CheckFiles(path, pointer.files); !status.ok()) return status;
  Result<std::unique_ptr<rocksdb::DB>> db = OpenForReading(path);
  if (!db.ok()) return db.status();
  std::string row;
  const rocksdb::Status status = (*db)->Get(CheckedReads(), RowKey(RowKind::kGeneration, {}), &row);
  if (!status.ok() && !status.IsNotFound()) return FromRocks(status, path);
  if (!MatchesGenerationRow(keys, generation, row)) {
    return DamagedRecord(path, "it is not the generation that CURRENT names");
  }
  return HeldGeneration{*std::move(hold), *std::move(db)};
}

}  // namespace keyrule::store
