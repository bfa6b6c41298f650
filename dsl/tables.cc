#include "dsl/tables.h"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "dsl/csv.h"
#include "dsl/files.h"
#include "dsl/limits.h"
#include "dsl/suggest.h"
#include "dsl/unicode.h"
#include "dsl/wording.h"

namespace keyrule::dsl {
namespace {

class Filler {
 public:
  explicit Filler(Loading& loading) : loading_(loading) {}

  void Fill(Table& table) {
    keys_.clear();
    if (table.file) return FillFromFile(table);
    for (const TableEntry& entry : table.entries) IsNew(table, entry.key);
    if (table.entries.size() > kMaxTableRows) TooManyRows(table);
  }

 private:
  void FillFromFile(Table& table) {
    const std::optional<uint32_t> source = Open(table.file->file);
    if (!source) return;
    const std::string_view text = loading_.sources->at(*source).text();
    CsvReader reader(text);
    CsvRecord record;
    if (!reader.Next(record)) record.fields.clear();
    const std::optional<size_t> key = Column(record, table, table.file->key_column);
    const std::optional<size_t> value = Column(record, table, table.file->value_column);
    const size_t columns = record.fields.size();
    if (key && value) {
      const bool first_table = seen_.insert(*source).second;
      while (!loading_.diagnostics.full() && reader.Next(record)) {
        if (record.fields.size() != columns) {
          if (first_table) ReportColumns(table, *source, record, columns);
        } else {
          AddRow(table, *source, record.fields[*key], record.fields[*value]);
        }
        if (table.entries.size() > kMaxTableRows) return TooManyRows(table);
      }
    }
    if (reader.error()) ReportError(*source, *reader.error());
  }

  void AddRow(Table& table, uint32_t source, CsvField& key, CsvField& value) {
    TableEntry entry{{std::move(key.value), {source, key.begin, key.end}},
                     {std::move(value.value), {source, value.begin, value.end}}};
    if (entry.key.value.empty()) return;  // absent: no request can ask for it
    for (const Text* text : {&entry.key, &entry.value}) {
      if (text->value.size() <= kMaxLiteralBytes) continue;
      loading_.Error(Code::KR0014, text->span,
                     Cat({"this text is larger than ", Thousands(kMaxLiteralBytes), " bytes"}));
      return;
    }
    if (IsNew(table, entry.key)) table.entries.push_back(std::move(entry));
  }

  bool IsNew(const Table& table, const Text& key) {
    const auto [at, is_new] = keys_.try_emplace(key.value, key.span);
    if (is_new) return true;
    // Two tables may map the same column; its faults are told once.
    if (!reported_.insert(uint64_t{key.span.source} << 32 | key.span.begin).second) return false;
    loading_.Error(Code::KR0104, key.span,
                   Cat({"the key ", Tick(key.value), " stands twice in ", Tick(table.name.text),
                        ", first ", loading_.Line(at->second)}),
                   "remove one");
    return false;
  }

  // The source of the CSV file, read on first use.
  std::optional<uint32_t> Open(const Text& written) {
    const std::optional<FilePlace> place = FindFile(loading_, written);
    if (!place) return std::nullopt;
    const auto [at, is_new] = open_.try_emplace(place->real, std::nullopt);
    if (!is_new) return at->second;
    at->second = ReadFile(loading_, *place, written.span);
    if (!at->second) return std::nullopt;
    const std::string_view text = loading_.sources->at(*at->second).text();
    if (const size_t bad = FindInvalidUtf8(text); bad != std::string_view::npos) {
      const auto byte = static_cast<uint32_t>(bad);
      loading_.Error(Code::KR0006, {*at->second, byte, byte + 1},
                     Cat({"the file is not UTF-8 at byte ", std::to_string(bad + 1)}),
                     "save it as UTF-8");
      at->second = std::nullopt;
    }
    return at->second;
  }

  std::optional<size_t> Column(const CsvRecord& header, const Table& table, const Text& column) {
    std::vector<std::string_view> names;
    for (const CsvField& field : header.fields) names.push_back(field.value);
    const auto at = std::find(names.begin(), names.end(), column.value);
    if (at != names.end()) return static_cast<size_t>(at - names.begin());
    loading_.Error(Code::KR0207, column.span,
                   Cat({Tick(table.file->file.value), " has no column ", Tick(column.value)}),
                   names.empty() ? "the file has no header" : Cat({"columns: ", ListOf(names)}));
    return std::nullopt;
  }

  void ReportColumns(const Table& table, uint32_t source, const CsvRecord& record, size_t columns) {
    const Span span{source, record.begin, record.end};
    loading_.Error(Code::KR0804, span,
                   Cat({Tick(table.file->file.value), " line ",
                        std::to_string(loading_.sources->Locate(span).line), " has ",
                        std::to_string(record.fields.size()), " columns, its header ",
                        std::to_string(columns)}));
  }

  void ReportError(uint32_t source, const CsvError& error) {
    if (!broken_.insert(source).second) return;
    const Span span{source, error.begin, error.end};
    if (error.kind == CsvError::Kind::kOpenQuote) {
      loading_.Error(Code::KR0002, span, "this text has no closing quote", "end it with `\"`");
    } else {
      loading_.Error(Code::KR0010, span,
                     Cat({"expected `,` or the end of the line, found ",
                          Tick(loading_.sources->TextOf(span))}),
                     "write a quote inside a quoted text twice: `\"\"`");
    }
  }

  void TooManyRows(const Table& table) {
    loading_.Error(
        Code::KR0014, table.name.span,
        Cat({Tick(table.name.text), " is larger than ", Thousands(kMaxTableRows), " rows"}));
  }

  Loading& loading_;
  TextMap<Span> keys_;                          // of the present table
  TextMap<std::optional<uint32_t>> open_;       // by real path
  std::unordered_set<uint32_t> seen_, broken_;  // sources
  std::unordered_set<uint64_t> reported_;       // places of keys
};

}  // namespace

void FillTables(Loading& loading) {
  Filler filler(loading);
  for (Table& table : loading.policy.tables) filler.Fill(table);
}

}  // namespace keyrule::dsl
