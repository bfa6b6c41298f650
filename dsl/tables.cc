#include "dsl/tables.h"

#include <algorithm>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <tuple>
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

  // All at once: a file is read once, whatever number of tables names it.
  void Fill(std::vector<Table>& tables) {
    std::vector<Wanted*> wanted;  // beside tables
    for (Table& table : tables) wanted.push_back(table.file ? Want(table) : nullptr);
    for (const Table& table : tables) CheckInline(table);
    for (auto& [source, file] : files_) Read(source, file);
    for (size_t i = 0; i < tables.size(); ++i) {
      if (wanted[i] != nullptr) tables[i].rows = wanted[i]->rows;
    }
  }

 private:
  using Rows = std::vector<TableEntry>;

  // Two columns of a file, for one table or several.
  struct Wanted {
    size_t value;        // column
    const Table* table;  // the first
    std::shared_ptr<Rows> rows = std::make_shared<Rows>();
  };
  struct File {
    CsvReader reader;
    const Table* table;  // the first
    CsvRecord header;
    std::map<size_t, std::list<Wanted>> wanted;  // by the column of the keys
  };

  void CheckInline(const Table& table) {
    if (table.file) return;
    TextMap<Span> keys;
    for (const TableEntry& entry : table.entries()) IsNew(table, entry.key, keys);
    Count(table, table.entries().size());
  }

  // Null if the file cannot be read or has not both columns.
  Wanted* Want(const Table& table) {
    const std::optional<uint32_t> source = Open(table.file->file);
    if (!source) return nullptr;
    auto at = files_.find(*source);
    if (at == files_.end()) {
      const std::string_view text = loading_.sources->at(*source).text();
      at = files_.emplace(*source, File{CsvReader(text), &table, {}, {}}).first;
      File& file = at->second;
      if (!file.reader.Next(file.header)) file.header.fields.clear();
    }
    File& file = at->second;
    const std::optional<size_t> key = Column(file.header, table, table.file->key_column);
    const std::optional<size_t> value = Column(file.header, table, table.file->value_column);
    if (!key || !value) return nullptr;
    std::list<Wanted>& values = file.wanted[*key];
    const auto [known, is_new] = wanted_.try_emplace({*source, *key, *value}, nullptr);
    if (is_new) known->second = &values.emplace_back(Wanted{*value, &table});
    return known->second;
  }

  void Read(uint32_t source, File& file) {
    const size_t columns = file.header.fields.size();
    std::map<size_t, TextMap<Span>> keys;  // by their column
    CsvRecord record;
    while (!file.wanted.empty() && !full_ && !loading_.diagnostics.full() &&
           file.reader.Next(record)) {
      if (record.fields.size() != columns) {
        ReportColumns(*file.table, source, record, columns);
        continue;
      }
      for (auto& [column, values] : file.wanted) {
        AddRow(source, record, record.fields[column], values, keys[column]);
      }
    }
    if (file.reader.error()) ReportError(source, *file.reader.error());
  }

  void AddRow(uint32_t source, const CsvRecord& record, const CsvField& key_field,
              std::list<Wanted>& values, TextMap<Span>& keys) {
    const Text key{key_field.value, {source, key_field.begin, key_field.end}};
    if (key.value.empty()) return;  // absent: no request can ask for it
    if (!HasSize(key) || !IsNew(*values.front().table, key, keys)) return;
    for (Wanted& wanted : values) {
      const CsvField& field = record.fields[wanted.value];
      TableEntry entry{key, {field.value, {source, field.begin, field.end}}};
      if (!HasSize(entry.value)) continue;
      wanted.rows->push_back(std::move(entry));
      Count(*wanted.table, 1);
    }
  }

  bool HasSize(const Text& text) {
    if (text.value.size() <= kMaxLiteralBytes) return true;
    if (IsFirstReport(text.span)) {
      loading_.Error(Code::KR0014, text.span,
                     Cat({"this text is larger than ", Thousands(kMaxLiteralBytes), " bytes"}));
    }
    return false;
  }

  // Two tables may map the same column; its faults are told once.
  bool IsFirstReport(const Span& place) {
    return reported_.insert(uint64_t{place.source} << 32 | place.begin).second;
  }

  bool IsNew(const Table& table, const Text& key, TextMap<Span>& keys) {
    const auto [at, is_new] = keys.try_emplace(key.value, key.span);
    if (is_new) return true;
    if (!IsFirstReport(key.span)) return false;
    loading_.Error(Code::KR0104, key.span,
                   Cat({"the key ", Tick(key.value), " stands twice in ", Tick(table.name.text),
                        ", first ", loading_.Line(at->second)}),
                   "remove one");
    return false;
  }

  void Count(const Table& table, size_t rows) {
    rows_ += rows;
    if (rows_ <= kMaxTableRows || full_) return;
    full_ = true;
    loading_.Error(
        Code::KR0014, table.name.span,
        Cat({"the number of rows of all tables is larger than ", Thousands(kMaxTableRows)}));
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
                        std::to_string(loading_.sources->at(source).LineOf(span.begin)), " has ",
                        std::to_string(record.fields.size()), " columns, its header ",
                        std::to_string(columns)}));
  }

  void ReportError(uint32_t source, const CsvError& error) {
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

  Loading& loading_;
  TextMap<std::optional<uint32_t>> open_;  // by real path
  std::map<uint32_t, File> files_;         // by source
  std::map<std::tuple<uint32_t, size_t, size_t>, Wanted*> wanted_;  // by source and columns
  std::unordered_set<uint64_t> reported_;                           // places in files
  size_t rows_ = 0;
  bool full_ = false;  // they are too many; said once
};

}  // namespace

void FillTables(Loading& loading) { Filler(loading).Fill(loading.policy.tables); }

}  // namespace keyrule::dsl
