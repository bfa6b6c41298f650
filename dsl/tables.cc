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
#include "dsl/scan_text.h"
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
    ViewMap<Span> keys;
    keys.reserve(table.entries().size());
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
    if (file.reader.error()) return nullptr;
    const auto [key, value] = Columns(file.header, *source, *table.file);
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
    const Text key = TextOf(key_field, source);
    if (key.value.empty()) return;  // absent: no request can ask for it
    if (HasInvisible(key.span) || !HasSize(key) || !IsNew(*values.front().table, key, keys)) return;
    for (Wanted& wanted : values) {
      const CsvField& field = record.fields[wanted.value];
      TableEntry entry{key, TextOf(field, source)};
      if (HasInvisible(entry.value.span) || !HasSize(entry.value)) continue;
      wanted.rows->push_back(std::move(entry));
      Count(*wanted.table, 1);
    }
  }

  // As it stands in the file, if it stands there as it is.
  Text TextOf(const CsvField& field, uint32_t source) const {
    const Span span{source, field.begin, field.end};
    std::string_view written = loading_.sources->TextOf(span);
    if (written.size() >= 2 && written.starts_with('"')) written = written.substr(1, written.size() - 2);
    return {written == field.value ? Words::In(written) : Words(field.value), span};
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

  template <class Keys>
  bool IsNew(const Table& table, const Text& key, Keys& keys) {
    const auto [at, is_new] = keys.try_emplace(typename Keys::key_type(key.value.view()), key.span);
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
    } else if (!IsReadable(*at->second)) {
      at->second = std::nullopt;
    }
    return at->second;
  }

  // Where the two columns stand. What is wrong with the header is said once: two columns are
  // missing for one reason where it cannot be read as commas separate it.
  std::pair<std::optional<size_t>, std::optional<size_t>> Columns(const CsvRecord& header,
                                                                  uint32_t source,
                                                                  const Table::File& file) {
    std::vector<std::string_view> names;
    for (const CsvField& field : header.fields) names.push_back(field.value);
    const auto missing = [&](const Text& column) {
      return std::find(names.begin(), names.end(), column.value) == names.end();
    };
    if (names.empty()) {
      NoColumn(file, file.key_column, "the file has no header");
      return {};
    }
    if (names.size() == 1 && missing(file.key_column) && missing(file.value_column)) {
      if (const std::string_view mark = OtherSeparator(names.front()); !mark.empty()) {
        NoColumn(file, file.key_column, Cat({"separate the columns by commas, not by ", mark}));
        return {};
      }
    }
    return {Column(header, names, source, file, file.key_column),
            Column(header, names, source, file, file.value_column)};
  }

  // What the columns of `header`, which holds no comma, are separated by instead.
  static std::string_view OtherSeparator(std::string_view header) {
    constexpr std::pair<char, std::string_view> kMarks[] = {
        {';', "`;`"}, {'\t', "tabs"}, {'|', "`|`"}};
    for (const auto& [mark, name] : kMarks) {
      if (header.find(mark) != std::string_view::npos) return name;
    }
    return {};
  }

  void NoColumn(const Table::File& file, const Text& column, std::string help) {
    loading_.Error(Code::KR0207, column.span,
                   Cat({Tick(file.file.value), " has no column ", Tick(column.value)}),
                   std::move(help));
  }

  std::optional<size_t> Column(const CsvRecord& header, const std::vector<std::string_view>& names,
                               uint32_t source, const Table::File& file, const Text& column) {
    const auto at = std::find(names.begin(), names.end(), column.value);
    if (at == names.end()) {
      NoColumn(file, column, Cat({"columns: ", ListOf(names)}));
      return std::nullopt;
    }
    const auto index = static_cast<size_t>(at - names.begin());
    const auto second = std::find(at + 1, names.end(), column.value);
    if (second == names.end()) return index;
    const CsvField& twice = header.fields[static_cast<size_t>(second - names.begin())];
    if (IsFirstReport({source, twice.begin, twice.end})) {
      loading_.Error(Code::KR0104, {source, twice.begin, twice.end},
                     Cat({"the column ", Tick(column.value), " stands twice in ",
                          Tick(file.file.value)}),
                     "rename one");
    }
    return std::nullopt;
  }

  // Control characters and what turns the writing direction have no place in the whole file: a
  // line that looks like a row could be none.
  bool IsReadable(uint32_t source) {
    const Source& file = loading_.sources->at(source);
    const std::string_view text = file.text();
    ScanReport report(file, source, loading_.diagnostics);
    for (size_t at = 0; at < text.size();) {
      const auto c = static_cast<unsigned char>(text[at]);
      if ((c >= 0x20 && c < 0x7F) || c == '\t' || c == '\n' ||
          (c == '\r' && !IsLoneReturn(text, at))) {
        ++at;
        continue;
      }
      const Character character = DecodeAt(text, at);
      ReportCharacter(character.code, at, character.size, Inside::kComment, report);
      at += character.size;
    }
    return !report.any();
  }

  // A key that looks like another one, or like none.
  bool HasInvisible(const Span& field) {
    const std::string_view text = loading_.sources->TextOf(field);
    for (size_t at = 0; at < text.size();) {
      if (static_cast<unsigned char>(text[at]) < 0x80) {
        ++at;
        continue;
      }
      const Character character = DecodeAt(text, at);
      if (IsInvisible(character.code)) {
        const auto begin = field.begin + static_cast<uint32_t>(at);
        const Span place{field.source, begin, begin + character.size};
        if (IsFirstReport(place)) {
          loading_.Error(Code::KR0007, place,
                         Cat({"invisible character U+", Hex(character.code)}), "remove it");
        }
        return true;
      }
      at += character.size;
    }
    return false;
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
