#include "store/import.h"

#include <algorithm>
#include <utility>

#include "store/import_check.h"
#include "store/json_text.h"
#include "store/located_json.h"
#include "store/posix_file.h"

namespace keyrule::store {
std::string ImportError::ToString(const std::string& path) const {
  std::string text = path + ":" + std::to_string(line) + ":" + std::to_string(column) + ": ";
  if (!pointer.empty()) text += pointer + ": ";
  return text + what + "; " + mend;
}

ImportFile ParseImport(Secret text) {
  ImportFile file;
  file.text = std::move(text);
  const std::span<uint8_t> bytes = file.text.Fill();
  const std::string_view content = AsText(bytes);
  const JsonDocument document = ParseLocatedJson(content, IsImportPayload);
  for (const JsonProblem& problem : document.problems) {
    const TextPlace place = PlaceOf(content, problem.offset);
    file.errors.push_back({place.line, place.column, "", problem.what, problem.mend});
  }
  if (file.errors.empty()) CheckImport(document.root, content, &file);
  if (!file.errors.empty()) {
    std::stable_sort(file.errors.begin(), file.errors.end(),
                     [](const ImportError& a, const ImportError& b) {
                       return std::pair(a.line, a.column) < std::pair(b.line, b.column);
                     });
    file.records.clear();
    return file;
  }
  for (ImportRecord& record : file.records) {
    const auto begin = static_cast<size_t>(record.payload.data() - bytes.data());
    const std::span<uint8_t> payload = bytes.subspan(begin, record.payload.size());
    record.payload = payload.first(CompactJson(payload));
  }
  return file;
}

ImportOutcome ImportCredentials(const std::string& path, Writer* writer) {
  ImportOutcome outcome;
  Result<Secret> text = ReadSecretFile(path, kMaxImportFile);
  if (!text.ok()) {
    outcome.status = text.status();
    return outcome;
  }
  return ImportCredentials(ParseImport(*std::move(text)), path, writer);
}

ImportOutcome ImportCredentials(ImportFile file, const std::string& path, Writer* writer) {
  ImportOutcome outcome;
  outcome.errors = std::move(file.errors);
  if (!outcome.errors.empty()) {
    const ImportError& first = outcome.errors.front();
    outcome.status =
        Status(Code::kInvalid,
               path + ":" + std::to_string(first.line) + ":" + std::to_string(first.column),
               first.pointer.empty() ? first.what : first.pointer + ": " + first.what, first.mend);
    return outcome;
  }
  writer->Discard();  // the file is one step of its own
  for (const ImportRecord& record : file.records) {
    Result<PutOutcome> put = writer->Put(record.metadata, record.payload);
    if (!put.ok()) {
      writer->Discard();
      outcome.status = put.status();
      outcome.counts = {};
      return outcome;
    }
    switch (*put) {
      case PutOutcome::kAdded:
        ++outcome.counts.added;
        break;
      case PutOutcome::kChanged:
        ++outcome.counts.changed;
        break;
      case PutOutcome::kUnchanged:
        ++outcome.counts.unchanged;
        break;
    }
  }
  outcome.status = writer->Commit();
  if (!outcome.status.ok()) outcome.counts = {};
  return outcome;
}

}  // namespace keyrule::store
