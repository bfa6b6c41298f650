#include "dsl/csv.h"

namespace keyrule::dsl {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

CsvReader::CsvReader(std::string_view text) : text_(text) {
  if (text_.starts_with(kByteOrderMark)) at_ = kByteOrderMark.size();
}

size_t CsvReader::BreakAt(size_t at) const {
  if (text_[at] == '\n') return 1;
  return text_[at] == '\r' && at + 1 < text_.size() && text_[at + 1] == '\n' ? 2 : 0;
}

bool CsvReader::SkipToRecord() {
  while (at_ < text_.size()) {
    if (const size_t length = BreakAt(at_); length > 0) {
      at_ += length;
    } else if (text_[at_] == '#') {
      const size_t end = text_.find('\n', at_);
      at_ = end == std::string_view::npos ? text_.size() : end + 1;
    } else {
      return true;
    }
  }
  return false;
}

bool CsvReader::ReadQuoted(CsvField& field) {
  for (++at_;; ++at_) {
    const size_t quote = text_.find('"', at_);
    if (quote == std::string_view::npos) {
      error_ = CsvError{CsvError::Kind::kOpenQuote, field.begin, field.begin + 1};
      return false;
    }
    field.value.append(text_.substr(at_, quote - at_));
    at_ = quote + 1;
    if (at_ == text_.size() || text_[at_] != '"') break;
    field.value += '"';
  }
  if (at_ < text_.size() && text_[at_] != ',' && BreakAt(at_) == 0) {
    uint32_t end = static_cast<uint32_t>(at_) + 1;
    while (end < text_.size() && (text_[end] & 0xC0) == 0x80) ++end;
    error_ = CsvError{CsvError::Kind::kAfterQuote, static_cast<uint32_t>(at_), end};
    return false;
  }
  return true;
}

void CsvReader::ReadPlain(CsvField& field) {
  while (at_ < text_.size() && text_[at_] != ',' && BreakAt(at_) == 0) ++at_;
  field.value = text_.substr(field.begin, at_ - field.begin);
}

bool CsvReader::Next(CsvRecord& record) {
  record.fields.clear();
  if (error_ || !SkipToRecord()) return false;
  record.begin = static_cast<uint32_t>(at_);
  for (;;) {
    CsvField& field = record.fields.emplace_back();
    field.begin = static_cast<uint32_t>(at_);
    if (at_ < text_.size() && text_[at_] == '"') {
      if (!ReadQuoted(field)) return false;
    } else {
      ReadPlain(field);
    }
    field.end = record.end = static_cast<uint32_t>(at_);
    if (at_ == text_.size()) return true;
    if (const size_t length = BreakAt(at_); length > 0) {
      at_ += length;
      return true;
    }
    ++at_;  // the comma
  }
}

}  // namespace keyrule::dsl
