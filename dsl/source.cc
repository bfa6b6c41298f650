#include "dsl/source.h"

#include <algorithm>
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

uint32_t CountBreaks(std::string_view text) {
  return static_cast<uint32_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

Source::Source(std::string name, std::string text)
    : name_(std::move(name)), text_(std::move(text)) {
  marks_.reserve(text_.size() / kBlock + 1);
  Mark mark{0, 0, this->text().starts_with(kByteOrderMark) ? 3U : 0U};
  for (size_t begin = 0; begin <= text_.size(); begin += kBlock) {
    marks_.push_back(mark);
    const std::string_view block = this->text().substr(begin, kBlock);
    mark.breaks += CountBreaks(block);
    mark.characters += CountCharacters(block);
    if (const size_t last = block.rfind('\n'); last != block.npos) {
      mark.line_start = static_cast<uint32_t>(begin + last + 1);
    }
  }
}

uint32_t Source::CharactersBefore(uint32_t offset) const {
  const size_t block = offset / kBlock;
  return marks_[block].characters +
         CountCharacters(text().substr(block * kBlock, offset - block * kBlock));
}

uint32_t Source::LineOf(uint32_t offset) const {
  offset = std::min(offset, static_cast<uint32_t>(text_.size()));
  const size_t block = offset / kBlock;
  return 1 + marks_[block].breaks + CountBreaks(text().substr(block * kBlock, offset - block * kBlock));
}

Location Source::Locate(uint32_t offset) const {
  offset = std::min(offset, static_cast<uint32_t>(text_.size()));
  const uint32_t start = std::min(LineStart(offset), offset);
  return {LineOf(offset), 1 + CharactersBefore(offset) - CharactersBefore(start)};
}

uint32_t Source::LineStart(uint32_t offset) const {
  offset = std::min(offset, static_cast<uint32_t>(text_.size()));
  const size_t block = offset / kBlock;
  const size_t last = text().substr(block * kBlock, offset - block * kBlock).rfind('\n');
  return last == std::string_view::npos ? marks_[block].line_start
                                        : static_cast<uint32_t>(block * kBlock + last + 1);
}

std::string_view Source::LineAt(uint32_t offset) const {
  const size_t start = LineStart(offset);
  // As in Locate: a break belongs to the line it ends.
  const size_t end = std::min(text().find('\n', std::max<size_t>(start, offset)), text_.size());
  std::string_view line = text().substr(start, end - start);
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
