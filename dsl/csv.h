// CSV with a header, as RFC 4180 writes it: quoted fields, `""` for a quote, line breaks inside
// quotes, LF or CRLF. Lines that begin with `#` and empty lines between records are skipped.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace keyrule::dsl {

struct CsvField {
  std::string value;
  uint32_t begin = 0;  // byte range in the text, quotes included
  uint32_t end = 0;
};

struct CsvRecord {
  std::vector<CsvField> fields;
  uint32_t begin = 0;
  uint32_t end = 0;  // without the line break
};

struct CsvError {
  enum class Kind {
    kOpenQuote,
    kAfterQuote
  };  // never closed · something stands between a closing quote and the comma
  Kind kind;
  uint32_t begin = 0;
  uint32_t end = 0;
};

// Reads record by record, so that a large file needs no second copy of all its cells.
class CsvReader {
 public:
  explicit CsvReader(std::string_view text);

  // False at the end and at an error.
  bool Next(CsvRecord& record);
  const std::optional<CsvError>& error() const { return error_; }

 private:
  bool SkipToRecord();
  bool ReadQuoted(CsvField& field);
  void ReadPlain(CsvField& field);
  size_t BreakAt(size_t at) const;  // length of the line break here, or 0

  std::string_view text_;
  size_t at_ = 0;
  std::optional<CsvError> error_;
};

}  // namespace keyrule::dsl
