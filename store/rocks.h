// How this project uses RocksDB: its options, its errors in our words, and the guard against
// fork(). Private to store/: no public header includes it.

#pragma once

#include <rocksdb/db.h>
#include <rocksdb/options.h>

#include <memory>
#include <string>

#include "store/status.h"

namespace keyrule::store {

// The live database of the one writer, created when missing.
Result<std::unique_ptr<rocksdb::DB>> OpenForWriting(const std::string& path);

// A published generation. Nothing is written, not even a log. Reads take no lock, so a child made
// by fork() at any moment can go on with the handle.
Result<std::unique_ptr<rocksdb::DB>> OpenForReading(const std::string& path);

// Checks checksums on every read; the iterator stops before `upper` when that is not null.
rocksdb::ReadOptions CheckedReads(const rocksdb::Slice* upper = nullptr);

// A status of RocksDB as one of ours. kDamaged, kBusy or kIo. The text of RocksDB names files and
// offsets, never values.
Status FromRocks(const rocksdb::Status& status, const std::string& where);

// kDamaged at `where`, with what to do.
Status DamagedRecord(const std::string& where, const std::string& what);

// RocksDB 7.8.3 hangs when a process writes although one of its ancestors had used RocksDB before
// the fork() that led here. kForked then, so that nobody waits for ever.
Status CheckMayWrite(const std::string& where);

}  // namespace keyrule::store
