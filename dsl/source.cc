#include "dsl/source.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace keyrule::dsl {
namespace {

constexpr size_t kBlock = 1024;  // bytes
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Every byte but those that continue a character begins a column.
uint32_t CountCharacters(std::string_view text) {
  return static_cast<uint32_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

}  // namespace

Source::Source(std::string name, std::string text)
    : name_(std::move(name)), text_(std::move(text)) {
  line_starts_.push_back(std::string_view(text_).starts_with(kByteOrderMark) ? 3 : 0);
  const char* const begin = text_.data();
  const char* const end = begin + text_.size();
  for (const char* at = begin; at != end;) {
    at = static_cast<const char*>(std::memchr(at, '\n', static_cast<size_t>(end - at)));
    if (at == nullptr) break;
    line_starts_.push_back(static_cast<uint32_t>(++at - begin));
  }
  line_starts_.shrink_to_fit();
  characters_.reserve(text_.size() / kBlock + 1);
  uint32_t count = 0;
  for (size_t block = 0; block <= text_.size(); block += kBlock) {
    characters_.push_back(count);
    count += CountCharacters(this->text().substr(block, kBlock));
  }
}

uint32_t Source::CharactersBefore(uint32_t offset) const {
  const size_t block = offset / kBlock;
  return characters_[block] +
         CountCharacters(text().substr(block * kBlock, offset - block * kBlock));
}

uint32_t Source::LineIndex(uint32_t offset) const {
  const auto next = std::upper_bound(line_starts_.begin() + 1, line_starts_.end(), offset);
  return static_cast<uint32_t>(next - line_starts_.begin() - 1);
}

Location Source::Locate(uint32_t offset) const {
  offset = std::min(offset, static_cast<uint32_t>(text_.size()));
  const uint32_t line = LineIndex(offset);
  const uint32_t start = std::min(line_starts_[line], offset);
  return {line + 1, 1 + CharactersBefore(offset) - CharactersBefore(start)};
}

uint32_t Source::LineStart(uint32_t offset) const { return line_starts_[LineIndex(offset)]; }

std::string_view Source::LineAt(uint32_t offset) const {
  const uint32_t index = LineIndex(offset);
  const size_t start = line_starts_[index];
  const bool last = index + 1 == line_starts_.size();
  std::string_view line =
      text().substr(start, (last ? text_.size() : line_starts_[index + 1] - 1) - start);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

uint32_t Sources::Add(std::string name, std::string text) {
  sources_.push_back(std::make_unique<Source>(std::move(name), std::move(text)));
  return static_cast<uint32_t>(sources_.size() - 1);
}

std::string_view Sources::TextOf(const Span& span) const {
  const std::string_view text = at(span.source).text();
  const size_t begin = std::min<size_t>(span.begin, text.size());
  return text.substr(begin, span.end > begin ? span.end - begin : 0);
}

std::string Sources::Where(const Span& span) const {
  const Location location = Locate(span);
  return at(span.source).name() + ":" + std::to_string(location.line) + ":" +
         std::to_string(location.column);
}

}  // namespace keyrule::dsl
