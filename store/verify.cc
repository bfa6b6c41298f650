#include "store/verify.h"

#include <algorithm>
#include <utility>

#include "store/census.h"
#include "store/file_marks.h"
#include "store/generation_lock.h"
#include "store/open_store.h"
#include "store/rocks.h"
#include "store/row_key.h"
#include "store/rows.h"
#include "store/verify_parts.h"

namespace keyrule::store {
namespace {

constexpr size_t kMostFindings = 100;
constexpr int kAttempts = 8;  // each fails only if a writer published meanwhile

// Names every file of the generation that differs, is missing, or is one too many. (CheckFiles names
// the first.)
void CompareFiles(const std::string& path, const std::vector<FileMark>& marked, Findings* findings) {
  const auto differs = [&](const std::string& name, const char* what) {
    findings->Damage(DamagedRecord(path + "/" + name, what));
  };
  const Result<std::vector<FileMark>> found = MarkFiles(path);
  if (!found.ok()) return findings->Damage(found.status());
  const auto named = [](const std::vector<FileMark>& marks, const std::string& name) {
    return std::find_if(marks.begin(), marks.end(),
                        [&name](const FileMark& mark) { return mark.name == name; });
  };
  for (const FileMark& mark : marked) {
    const auto now = named(*found, mark.name);
    if (now == found->end()) {
      differs(mark.name, "the file is missing");
    } else if (now->size != mark.size) {
      differs(mark.name, "the file is damaged: it has another length");
    } else if (*now != mark) {
      differs(mark.name, "the file is damaged");
    }
  }
  for (const FileMark& mark : *found) {
    if (named(marked, mark.name) == marked.end()) differs(mark.name, "the file does not belong here");
  }
}

// Is it something that the store's bytes are to blame for?
bool IsDamage(Code code) { return code == Code::kDamaged || code == Code::kIo; }

}  // namespace

bool VerifyReport::sound() const {
  return std::none_of(findings.begin(), findings.end(), [](const Finding& finding) {
    return finding.weight == Finding::Weight::kDamage;
  });
}

void Findings::Add(Finding::Weight weight, Status status) {
  if (report_->findings.size() < kMostFindings) {
    report_->findings.push_back({weight, std::move(status)});
  } else {
    ++report_->more_findings;
  }
}

void VerifyGeneration(const std::string& dir, const StoreKeys& keys, Pointer* pointer,
                      const VerifyProgress& progress, Findings* findings) {
  Result<Fd> hold = Fd();
  std::string path;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    path = GenerationPath(dir, pointer->generation.number);
    hold = HoldGeneration(path);
    if (hold.ok() || hold.status().code() != Code::kNotFound) break;
    Result<Pointer> again = ReadPointer(dir, keys);
    if (!again.ok()) return findings->Damage(again.status());
    if (*again == *pointer) return findings->Damage(DamagedRecord(path, "the generation is missing"));
    *pointer = *std::move(again);
  }
  if (!hold.ok()) return findings->Damage(hold.status());
  const Generation& generation = pointer->generation;
  findings->report().generation = generation.number;
  // RocksDB must not see files that are not the marked ones: it may end the process.
  const size_t found_before = findings->report().findings.size();
  CompareFiles(path, pointer->files, findings);
  if (findings->report().findings.size() != found_before) return;
  const Result<std::unique_ptr<rocksdb::DB>> db = OpenForReading(path);
  if (!db.ok()) return findings->Damage(db.status());
  if (const rocksdb::Status sums = (*db)->VerifyChecksum(); !sums.ok()) {
    findings->Damage(FromRocks(sums, path));
  }
  std::string row;
  const rocksdb::Status got = (*db)->Get(CheckedReads(), RowKey(RowKind::kGeneration, {}), &row);
  if (!got.ok() || !MatchesGenerationRow(keys, generation, row)) {
    findings->Damage(DamagedRecord(path, "it is not the generation that CURRENT names"));
  }
  const std::string part = "generation " + std::to_string(generation.number);
  bool each = true;
  const CensusWatch watch{
      [&](const Status& status) {
        each = false;
        findings->Damage(status);
      },
      [&](uint64_t done) { progress(part, done, generation.records); }};
  const Result<Census> census = TakeCensus(db->get(), keys, CensusDepth::kAll, &watch);
  if (!census.ok()) return findings->Damage(census.status());
  VerifyReport& report = findings->report();
  report.credentials = census->records;
  report.tenants = census->tenants;
  report.data_keys = census->data_keys;
  if (each && (census->records != generation.records || census->digest != generation.digest)) {
    findings->Damage(DamagedRecord(
        path, "it does not hold the credentials that were published: " +
                  std::to_string(census->records) + " are there, CURRENT counts " +
                  std::to_string(generation.records) + ", or their digest differs"));
  }
}

Result<VerifyReport> VerifyStore(const std::string& dir, const Secret& master_key,
                                 const VerifyProgress& progress) {
  VerifyReport report;
  Findings findings(&report);
  const Result<Identity> identity = ReadIdentity(dir);
  if (!identity.ok() && !IsDamage(identity.status().code())) return identity.status();
  const Result<StoreKeys> keys = identity.ok() ? OpenStoreFile(dir, master_key)
                                               : Result<StoreKeys>(identity.status());
  if (!keys.ok() && !IsDamage(keys.status().code())) return keys.status();
  if (!keys.ok()) {  // nothing else can be proved then
    findings.Damage(keys.status());
    VerifyFolder(dir, 0, true, &findings);
    return report;
  }
  report.master_keys = identity->sealed_keys.size();
  Result<Pointer> pointer = ReadPointer(dir, *keys);
  if (!pointer.ok()) {
    findings.Damage(pointer.status());
    VerifyWriter(dir, *keys, Pointer(), progress, &findings);
    report.unpublished = false;  // who knows
  } else {
    VerifyWriter(dir, *keys, *pointer, progress, &findings);
    if (pointer->generation.number == 0) {
      findings.Warn(dir, "nothing has been published in this store",
                    "run `keyrule import FILE --store " + dir + "`");
    } else {
      VerifyGeneration(dir, *keys, &*pointer, progress, &findings);
    }
  }
  VerifyShared(dir, *keys, &findings);
  const bool writing = report.writer != WriterState::kChecked && report.writer != WriterState::kNone;
  // Without CURRENT it cannot be said which generations are needed.
  VerifyFolder(dir, pointer.ok() ? pointer->generation.number : 0, writing || !pointer.ok(), &findings);
  return report;
}

}  // namespace keyrule::store
