#include "store/rocks.h"

#include <rocksdb/filter_policy.h>
#include <rocksdb/merge_operator.h>
#include <rocksdb/table.h>

#include "store/fork_mark.h"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/lsan_interface.h>
#endif

namespace keyrule::store {
namespace {

// RocksDB would otherwise write a LOG file beside the data, even when it only reads.
class NoLog final : public rocksdb::Logger {
 public:
  NoLog() : rocksdb::Logger(rocksdb::InfoLogLevel::FATAL_LEVEL) {}
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
};

// Starts no threads. A reader needs none, a host gets none it did not ask for, and a child of fork()
// would wait at its exit for ever for those that its parent had.
class ThreadlessEnv final : public rocksdb::EnvWrapper {
 public:
  ThreadlessEnv() : rocksdb::EnvWrapper(rocksdb::Env::Default()) {}
  const char* Name() const override { return "KeyruleThreadlessEnv"; }
  void SetBackgroundThreads(int, Priority) override {}
  void IncBackgroundThreadsIfNeeded(int, Priority) override {}
};

// There are no merges. With an operator for them RocksDB does not take its way for databases that are compacted to one level,
// which starts a thread of its own for statistics, also for a reader (DBImpl::StartPeriodicTaskScheduler, 7.8): it holds the
// database's lock now and then, and leaves its condition variable to the children of fork() with a waiter that they have not.
class NoMerges final : public rocksdb::AssociativeMergeOperator {
 public:
  const char* Name() const override { return "KeyruleNoMerges"; }
  bool Merge(const rocksdb::Slice&, const rocksdb::Slice*, const rocksdb::Slice&, std::string*, rocksdb::Logger*) const override {
    return false;
  }
};

// Never destroyed: databases may outlive statics. After dlclose() nobody knows it any more, which the leak checker is told.
ThreadlessEnv* MakeEnv() {
  auto* const env = new ThreadlessEnv();
#if defined(__SANITIZE_ADDRESS__)
  __lsan_ignore_object(env);
#endif
  return env;
}

constinit ForkMark used_here;  // set when RocksDB is used first

// Once: a child that only reads must not pass for one whose ancestors never used RocksDB.
void RememberUse() {
  if (used_here.state() == ForkMark::State::kNever) used_here.Set();
}

rocksdb::Options CommonOptions() {
  rocksdb::Options options;
  options.info_log = std::make_shared<NoLog>();
  options.paranoid_checks = true;
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kAbsoluteConsistency;
  options.wal_compression = rocksdb::kNoCompression;  // its recovery was wrong until 7.10.2
  options.compression = rocksdb::kNoCompression;      // sealed bytes do not compress
  options.max_open_files =
      -1;  // all open from the start: a generation may be unlinked under a reader
  rocksdb::BlockBasedTableOptions table;
  table.checksum = rocksdb::kXXH3;
  table.format_version = 5;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10, false));
  // The kernel caches the blocks once for all processes of the host. A cache of our own would have
  // locks, and a lock held by another thread while the host forks stays locked in the child for
  // ever.
  table.no_block_cache = true;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

}  // namespace

Result<std::unique_ptr<rocksdb::DB>> OpenForWriting(const std::string& path) {
  if (Status status = CheckMayWrite(path); !status.ok()) return status;
  RememberUse();
  rocksdb::Options options = CommonOptions();
  options.create_if_missing = true;
  options.paranoid_file_checks = true;  // reads each new table once more before it counts
  // A commit is one flushed table, not a log (writer.cc): a table that failed must not be tried
  // again behind the caller's back, nor written at closing time.
  options.max_bgerror_resume_count = 0;
  options.avoid_flush_during_shutdown = true;
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status = rocksdb::DB::Open(options, path, &db);
  if (!status.ok()) return FromRocks(status, path);
  return std::unique_ptr<rocksdb::DB>(db);
}

Result<std::unique_ptr<rocksdb::DB>> OpenForReading(const std::string& path) {
  RememberUse();
  static ThreadlessEnv* const env = MakeEnv();
  rocksdb::Options options = CommonOptions();
  options.env = env;
  options.max_file_opening_threads = 1;  // that is this thread
  options.merge_operator = std::make_shared<NoMerges>();
  options.stats_dump_period_sec = options.stats_persist_period_sec = 0;
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status = rocksdb::DB::OpenForReadOnly(options, path, &db);
  if (!status.ok()) return FromRocks(status, path);
  return std::unique_ptr<rocksdb::DB>(db);
}

rocksdb::ReadOptions CheckedReads(const rocksdb::Slice* upper) {
  rocksdb::ReadOptions options;
  options.verify_checksums = true;
  options.iterate_upper_bound = upper;
  return options;
}

Status FromRocks(const rocksdb::Status& status, const std::string& where) {
  const std::string text = status.ToString();
  if (status.IsBusy() || text.find("While lock file") != std::string::npos ||
      text.find("lock hold by current process") != std::string::npos) {
    return Status(Code::kBusy, where, "another process is writing to this store",
                  "wait until it is done, and run this again");
  }
  if (status.IsIOError() && !status.IsPathNotFound() &&
      text.find("No such file") == std::string::npos) {
    return Status(Code::kIo, where, "the system refused: " + text,
                  "check space, owner and mode, and try again");
  }
  // What it says before it begins, when the disk has no room for the tables that it would write.
  if (status.IsCompactionTooLarge() || status.IsNoSpace()) {
    return Status(Code::kIo, where, "it cannot be compacted: No space left on device",
                  "check space, owner and mode, and try again");
  }
  return DamagedRecord(where, "the database is damaged (" + text + ")");
}

Status DamagedRecord(const std::string& where, const std::string& what) {
  return Status(Code::kDamaged, where, what,
                "nothing was changed; move the store aside and import again");
}

Status CheckMayWrite(const std::string& where) {
  if (used_here.state() != ForkMark::State::kAncestor) return Status();
  return Status(Code::kForked, where,
                "this process was forked from one that already used a store, and cannot write",
                "write before forking, or from a program started anew such as `keyrule import`");
}

}  // namespace keyrule::store
