// Making a generation out of the writer's database. Private to store/.

#pragma once

#include <rocksdb/write_batch.h>

#include <string>

#include "store/envelope.h"
#include "store/rocks.h"
#include "store/status.h"
#include "store/writer.h"

namespace keyrule::store {

// Writes a batch without a log, flushes it to one synced table, and notes in WRITTEN that it did.
// One flipped bit in RocksDB's log loses rows without an error, and a torn log refuses to open; a
// table has checksums and is there or not.
Status WriteDurably(const std::string& dir, const StoreKeys& keys, rocksdb::DB* db,
                    rocksdb::WriteBatch* batch);

// Proves the whole database, checkpoints it, proves the checkpoint and swaps CURRENT to it.
// Everything must be committed.
Result<Published> PublishGeneration(const std::string& dir, const StoreKeys& keys, rocksdb::DB* db);

// Removes all generations but `published` that no reader holds: older ones, and those of failed
// publications, which CURRENT never named. Gives how many stay.
uint64_t RemoveUnheldGenerations(const std::string& dir, uint64_t published);

// The lowest number of a generation on the disk; 0: there is none.
uint64_t OldestGeneration(const std::string& dir);

}  // namespace keyrule::store
