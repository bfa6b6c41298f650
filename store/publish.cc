#include "store/publish.h"

#include <rocksdb/utilities/checkpoint.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <vector>

#include "store/census.h"
#include "store/file_marks.h"
#include "store/generation_lock.h"
#include "store/open_store.h"
#include "store/posix_file.h"
#include "store/row_key.h"
#include "store/rows.h"
#include "store/store_files.h"

namespace keyrule::store {
namespace {

Result<std::vector<uint64_t>> GenerationNumbers(const std::string& dir) {
  const Result<std::vector<std::string>> names = ListDirectory(GenerationsPath(dir));
  if (!names.ok()) return names.status();
  std::vector<uint64_t> numbers;
  uint64_t number = 0;
  for (const std::string& name : *names) {
    if (GenerationNumber(name, &number)) numbers.push_back(number);
  }
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

// A number that was never used, not even by a publication that failed: a reader that still holds
// files of the same name must not meet others.
Result<uint64_t> NextNumber(const std::string& dir, uint64_t published) {
  const Result<std::vector<uint64_t>> numbers = GenerationNumbers(dir);
  if (!numbers.ok()) return numbers.status();
  return std::max(published, numbers->empty() ? 0 : numbers->back()) + 1;
}

Status Checkpoint(rocksdb::DB* db, const std::string& path) {
  // Left by a crash in the middle of a checkpoint; RocksDB writes there first and renames.
  RemoveFlatDirectory(path + ".tmp");
  rocksdb::Checkpoint* made = nullptr;
  rocksdb::Status status = rocksdb::Checkpoint::Create(db, &made);
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
  if (status.ok()) status = checkpoint->CreateCheckpoint(path);
  if (!status.ok()) return FromRocks(status, path);
  // RocksDB 7.8.3 never syncs its file of options, and CURRENT vouches for that one, too.
  return SyncFlatDirectory(path);
}

// Opens what was made the way a reader will, and counts again.
Status ProveCheckpoint(const std::string& path, const StoreKeys& keys,
                       const Generation& generation) {
  Result<std::unique_ptr<rocksdb::DB>> db = OpenForReading(path);
  if (!db.ok()) return db.status();
  std::string row;
  const rocksdb::Status status = (*db)->Get(CheckedReads(), RowKey(RowKind::kGeneration, {}), &row);
  Result<Census> census = TakeCensus(db->get(), keys, CensusDepth::kRows);
  if (!census.ok()) return census.status();
  if (!status.ok() || !MatchesGenerationRow(keys, generation, row) ||
      census->records != generation.records || census->digest != generation.digest) {
    return DamagedRecord(path, "the new generation is not what was to be published");
  }
  return Status();
}

}  // namespace

Status WriteDurably(const std::string& dir, const StoreKeys& keys, rocksdb::DB* db,
                    rocksdb::WriteBatch* batch) {
  // What would fail at the last step must fail at the first: nothing is committed then.
  if (access(dir.c_str(), W_OK) != 0) {
    return Status(Code::kIo, dir, std::string("it cannot be written: ") + std::strerror(errno),
                  "check space, owner and mode, and try again");
  }
  rocksdb::WriteOptions without_log;
  without_log.disableWAL = true;
  rocksdb::Status status = db->Write(without_log, batch);
  if (status.ok()) status = db->Flush(rocksdb::FlushOptions());
  if (!status.ok()) return FromRocks(status, db->GetName());
  return ReplaceFile(WrittenPath(dir), FormatWritten(db->GetLatestSequenceNumber(), keys));
}

Result<Published> PublishGeneration(const std::string& dir, const StoreKeys& keys,
                                    rocksdb::DB* db) {
  Result<Pointer> current = ReadPointer(dir, keys);
  if (!current.ok()) return current.status();
  const uint64_t before = current->generation.number;

  Result<Census> census = TakeCensus(db, keys, CensusDepth::kPayloads);
  if (!census.ok()) return census.status();
  const Result<uint64_t> number = NextNumber(dir, before);
  if (!number.ok()) return number.status();
  const Generation generation{*number, census->records, census->digest};
  rocksdb::WriteBatch batch;
  const rocksdb::Status put =
      batch.Put(RowKey(RowKind::kGeneration, {}), EncodeGenerationRow(keys, generation));
  if (!put.ok()) return FromRocks(put, dir);
  if (Status status = WriteDurably(dir, keys, db, &batch); !status.ok()) return status;

  const std::string path = GenerationPath(dir, generation.number);
  if (Status status = Checkpoint(db, path); !status.ok()) return status;
  if (Status status = SyncDirectory(GenerationsPath(dir)); !status.ok()) return status;
  // Marked before it is proved: what is proved is what is marked.
  Result<std::vector<FileMark>> files = MarkFiles(path);
  if (!files.ok()) return files.status();
  if (Status status = ProveCheckpoint(path, keys, generation); !status.ok()) return status;
  const std::string pointer = FormatPointer({generation, *std::move(files)}, keys);
  if (Status status = ReplaceFile(PointerPath(dir), pointer); !status.ok()) return status;
  return Published{generation.number, generation.records};
}

uint64_t RemoveUnheldGenerations(const std::string& dir, uint64_t published) {
  uint64_t held = 0;
  const Result<std::vector<uint64_t>> numbers = GenerationNumbers(dir);
  if (!numbers.ok()) return held;  // they stay until the next publication
  for (const uint64_t number : *numbers) {
    if (number == published) continue;
    const Result<bool> removed = RemoveGeneration(GenerationPath(dir, number));
    if (!removed.ok() || !*removed) ++held;
  }
  return held;
}

uint64_t OldestGeneration(const std::string& dir) {
  const Result<std::vector<uint64_t>> numbers = GenerationNumbers(dir);
  return !numbers.ok() || numbers->empty() ? 0 : numbers->front();
}

}  // namespace keyrule::store
