#include "evaluator/typeset.h"

#include <cstdio>

#include "dsl/unicode.h"
#include "dsl/wording.h"

namespace keyrule::evaluator {

std::string Printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    auto byte = static_cast<unsigned char>(c);
    const bool c1 = byte == 0xC2 && i + 1 < text.size() &&
                    static_cast<unsigned char>(text[i + 1]) < 0xA0;  // U+0080…U+009F
    if (c1) byte = static_cast<unsigned char>(text[++i]);
    const dsl::Character wide =
        byte < 0x80 || c1 ? dsl::Character{} : dsl::DecodeAt(text, i);
    if (wide.valid && (dsl::IsBidiControl(wide.code) || dsl::IsInvisible(wide.code) ||
                       dsl::IsForeignLineEnd(wide.code))) {
      out += dsl::Cat({"\\u{", dsl::Hex(wide.code), "}"});
      i += wide.size - 1;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (byte < 0x20 || byte == 0x7F || c1) {
      char escape[12];
      std::snprintf(escape, sizeof escape, "\\u{%X}", byte);
      out += escape;
    } else {
      out += c;
    }
  }
  return out;
}

std::string Word(std::string_view text) {
  if (!text.empty() && text.find_first_of(" \"\\") == std::string_view::npos) {
    return Printable(text);
  }
  return Printable(dsl::InQuotes(text));
}

std::string OneLine(std::string_view source) {
  std::string out;
  bool blank = false;
  char quote = 0;  // that of the text or pattern we are in
  for (size_t i = 0; i < source.size(); ++i) {
    const char c = source[i];
    if (quote == 0 && c == '#') {
      while (i < source.size() && source[i] != '\n') ++i;
      blank = true;
    } else if (quote == 0 && (c == ' ' || c == '\t' || c == '\r' || c == '\n')) {
      blank = true;
    } else {
      if (blank && !out.empty()) out += ' ';
      blank = false;
      out += c;
      if (quote != 0 && c == '\\' && i + 1 < source.size()) {
        out += source[++i];
      } else if (quote != 0) {
        if (c == quote) quote = 0;
      } else if (c == '"' || c == '/') {
        quote = c;
      }
    }
  }
  return out;
}

size_t Width(std::string_view text) {
  size_t width = 0;
  for (const char c : text) width += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return width;
}

std::string Shorten(std::string_view text, size_t most) {
  if (Width(text) <= most) return std::string(text);
  size_t width = 0;
  size_t end = 0;
  while (end < text.size()) {
    const bool starts = (static_cast<unsigned char>(text[end]) & 0xC0) != 0x80;
    if (starts && ++width == most) break;
    ++end;
  }
  return std::string(text.substr(0, end)) + "…";
}

std::string Pad(std::string_view text, size_t width) {
  std::string out(text);
  const size_t have = Width(text);
  if (have < width) out.append(width - have, ' ');
  return out;
}

std::string Count(size_t number, std::string_view noun) {
  return std::to_string(number) + " " + std::string(noun) + (number == 1 ? "" : "s");
}

}  // namespace keyrule::evaluator
