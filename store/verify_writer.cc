// The writer's database as it is at one moment, looked at by a child process.

#include <fcntl.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <utility>
#include <vector>

#include "store/bytes.h"
#include "store/census.h"
#include "store/file_marks.h"
#include "store/open_store.h"
#include "store/rocks.h"
#include "store/row_key.h"
#include "store/rows.h"
#include "store/verify_parts.h"

namespace keyrule::store {
namespace {

// What the child says, each as its letter, its length in 4 bytes, and bytes.
enum class Word : char {
  kDamage = 'd',       // texts: where, what, mend; each with its length in 4 bytes
  kOpened = 'o',       // the files are open: LOCK is not needed any more
  kUnpublished = 'u',  // the database is ahead of what is published
  kDone = 'n',         // credentials so far, 8 bytes
  kEnd = 'e',
};

void Say(int fd, Word word, std::string_view bytes) {
  std::string text(1, static_cast<char>(word));
  PutU32(&text, static_cast<uint32_t>(bytes.size()));
  text += bytes;
  for (size_t at = 0; at < text.size();) {
    const ssize_t wrote = write(fd, text.data() + at, text.size() - at);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) _exit(1);  // nobody listens any more
    at += static_cast<size_t>(wrote);
  }
}

void SayDamage(int fd, const Status& status) {
  std::string text;
  for (const std::string* part : {&status.where(), &status.what(), &status.mend()}) {
    PutU32(&text, static_cast<uint32_t>(part->size()));
    text += *part;
  }
  Say(fd, Word::kDamage, text);
}

bool Hear(int fd, size_t size, std::string* bytes) {
  bytes->resize(size);
  for (size_t at = 0; at < size;) {
    const ssize_t got = read(fd, bytes->data() + at, size - at);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    at += static_cast<size_t>(got);
  }
  return true;
}

Status DamageFrom(std::string_view bytes) {
  std::string parts[3];
  ByteReader reader(bytes);
  for (std::string& part : parts) part = reader.Take(reader.U32());
  return Status(Code::kDamaged, parts[0], parts[1], parts[2]);
}

// In the child; each step says what it finds.
void Look(int fd, const std::string& dir, const StoreKeys& keys, const Pointer& pointer,
          uint64_t written) {
  const std::string path = WriterPath(dir);
  const Result<std::unique_ptr<rocksdb::DB>> db = OpenForReading(path);
  if (!db.ok()) return SayDamage(fd, db.status());
  Say(fd, Word::kOpened, "");
  if ((*db)->GetLatestSequenceNumber() < written) {
    SayDamage(fd, DamagedRecord(path, "the database lost its last changes"));
  }
  if (const rocksdb::Status sums = (*db)->VerifyChecksum(); !sums.ok()) {
    SayDamage(fd, FromRocks(sums, path));
  }
  std::string row;
  const rocksdb::Status got = (*db)->Get(CheckedReads(), RowKey(RowKind::kGeneration, {}), &row);
  if (!got.ok() && !got.IsNotFound()) SayDamage(fd, FromRocks(got, path));
  if (!MatchesGenerationRow(keys, pointer.generation, row)) Say(fd, Word::kUnpublished, "");
  const CensusWatch watch{[fd, &path](const Status& status) {
                            SayDamage(fd, Status(status.code(), path + ": " + status.where(),
                                                 status.what(), status.mend()));
                          },
                          [fd](uint64_t done) {
                            std::string number;
                            PutU64(&number, done);
                            Say(fd, Word::kDone, number);
                          }};
  const Result<Census> census = TakeCensus(db->get(), keys, CensusDepth::kAll, &watch);
  if (!census.ok()) SayDamage(fd, census.status());
  Say(fd, Word::kEnd, "");
}

// Until it is opened nobody may write: files would vanish under it.
WriterState HoldWriter(const std::string& dir, Fd* lock) {
  const std::string path = dir + "/LOCK";
  *lock = Fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!lock->ok()) return errno == ENOENT ? WriterState::kChecked : WriterState::kNoLock;
  if (flock(lock->get(), LOCK_SH | LOCK_NB) == 0) return WriterState::kChecked;
  return errno == EWOULDBLOCK ? WriterState::kBusy : WriterState::kNoLock;
}

}  // namespace

void VerifyWriter(const std::string& dir, const StoreKeys& keys, const Pointer& pointer,
                  const VerifyProgress& progress, Findings* findings) {
  VerifyReport& report = findings->report();
  const std::string path = WriterPath(dir);
  Fd lock;
  report.writer = HoldWriter(dir, &lock);
  if (report.writer != WriterState::kChecked) return;
  const Result<uint64_t> written = ReadWritten(dir, keys);
  if (!written.ok()) findings->Damage(written.status());
  if (!PathExists(path + "/CURRENT")) {
    report.writer = WriterState::kNone;
    if (written.ok() && *written == 0 && pointer.generation.number == 0) return;
    return findings->Damage(DamagedRecord(path, "the writer's database is missing"));
  }
  if (Status known = CheckKnownTables(path, pointer.files); !known.ok()) {
    return findings->Damage(known);  // RocksDB must not see it
  }
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) {
    return findings->Damage(Status(Code::kIo, path, "no pipe: " + SystemError(errno), ""));
  }
  const Fd from(ends[0]);
  const pid_t child = fork();
  if (child == 0) {
    // An assertion of RocksDB is told by the parent, in its words, and without a core.
    const rlimit none{0, 0};
    (void)setrlimit(RLIMIT_CORE, &none);
    (void)signal(SIGABRT, SIG_DFL);
    const int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (null >= 0) (void)dup2(null, STDERR_FILENO);
    Look(ends[1], dir, keys, pointer, written.ok() ? *written : 0);
    _exit(0);
  }
  close(ends[1]);
  if (child < 0) {
    return findings->Damage(Status(Code::kIo, path, "no process: " + SystemError(errno), ""));
  }
  bool ended = false;
  bool said = false;  // what is the matter
  std::string head;
  std::string body;
  while (!ended && Hear(from.get(), 5, &head)) {
    ByteReader size(std::string_view(head).substr(1));
    if (!Hear(from.get(), size.U32(), &body)) break;
    switch (static_cast<Word>(head[0])) {
      case Word::kOpened:
        // By name: the child has the descriptor, too.
        if (lock.ok()) (void)flock(lock.get(), LOCK_UN);
        break;
      case Word::kDamage:
        said = true;
        findings->Damage(DamageFrom(body));
        break;
      case Word::kUnpublished:
        report.unpublished = true;
        break;
      case Word::kDone:
        progress("the writer's database", ByteReader(body).U64(), 0);
        break;
      case Word::kEnd:
        ended = true;
        break;
    }
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  if (!ended && !said) {
    findings->Damage(DamagedRecord(
        path, "the database is damaged: RocksDB stopped when it met a table that was never published"));
  }
}

}  // namespace keyrule::store
