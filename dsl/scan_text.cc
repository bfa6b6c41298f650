#include "dsl/scan_text.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "dsl/unicode.h"
#include "dsl/wording.h"

namespace keyrule::dsl {
namespace {

constexpr std::string_view kEscapeHelp = R"(write one of `\"`, `\\`, `\n`, `\t`, `\u{…}`)";

size_t LineBegin(std::string_view text, size_t at) {
  const size_t before = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
  return before == std::string_view::npos ? 0 : before + 1;
}

size_t LineEnd(std::string_view text, size_t at) {
  size_t end = std::min(text.find('\n', at), text.size());
  while (end > at + 1 && (text[end - 1] == '\r' || text[end - 1] == ' ')) --end;
  return end;
}

// Returns the offset behind the escape whose backslash is at `begin`.
size_t ScanEscape(std::string_view text, size_t begin, ScanReport& report) {
  const size_t next = begin + 1;
  if (next >= text.size() || text[next] == '\n') return next;
  if (std::string_view("\"\\nt").find(text[next]) != std::string_view::npos) return next + 1;
  if (text.substr(next).starts_with("u{")) {
    const char* const digits = text.data() + next + 2;
    uint32_t code = 0;
    const auto [stop, error] = std::from_chars(digits, text.data() + text.size(), code, 16);
    const auto end = static_cast<size_t>(stop - text.data());
    if (stop != digits && end < text.size() && *stop == '}') {
      if (error == std::errc() && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF)) {
        return end + 1;
      }
      report.Add(Code::KR0003, begin, end + 1,
                 Cat({"`", text.substr(begin, end + 1 - begin), "` is not a character"}),
                 "characters run from `\\u{0}` to `\\u{10FFFF}`, without D800 to DFFF");
      return end + 1;
    }
  }
  const Character character = DecodeAt(text, next);
  report.Add(Code::KR0003, begin, next + character.size,
             Cat({"`\\", Shown(character.code), "` is not an escape"}), kEscapeHelp);
  return next + character.size;
}

}  // namespace

bool ScanReport::ClosesOpenText(std::string_view rest) {
  constexpr std::string_view kFollows = " \t,:]})#";
  const bool closes = open_text_ && (rest.empty() || kFollows.find(rest.front()) != rest.npos);
  open_text_ = !closes;
  return closes;
}

bool ScanReport::OnLastLine(size_t begin) {
  const size_t first = std::min(begin, last_);
  const size_t between = std::max(begin, last_) - first;
  last_ = begin;
  return text_.substr(first, between).find('\n') == std::string_view::npos;
}

void ScanReport::Add(Code code, size_t begin, size_t end, std::string_view message,
                     std::string_view help) {
  const bool on_last_line = OnLastLine(begin);
  if (any_ && on_last_line && message == last_message_) return;
  any_ = true;
  last_message_ = message;
  const Span span{index_, static_cast<uint32_t>(begin), static_cast<uint32_t>(end)};
  const bool counted_only = diagnostics_.full();
  diagnostics_.Add(code, span, counted_only ? std::string() : std::string(message),
                   counted_only ? std::string() : std::string(help));
}

bool IsLoneReturn(std::string_view text, size_t at) {
  return text[at] == '\r' && !text.substr(at + 1).starts_with('\n');
}

bool ReportCharacter(char32_t code, size_t begin, size_t size, Inside inside, ScanReport& report) {
  if (IsForeignLineEnd(code)) {
    const bool in_text = inside == Inside::kText;
    report.Add(Code::KR0001, begin, begin + size, Cat({"`", Shown(code), "` has no meaning here"}),
               Cat({"lines end with `\\n` or `\\r\\n`", in_text ? "; in a text write `\\u{" : "",
                    in_text ? Hex(code) : "", in_text ? "}`" : ""}));
    return true;
  }
  if (IsControl(code)) {
    const std::string help = code == 0 ? "save the file as UTF-8"
                             : inside == Inside::kText
                                 ? Cat({"remove it, or write `\\u{", Hex(code).substr(2), "}`"})
                                 : "remove it";
    report.Add(Code::KR0001, begin, begin + size, Cat({"`", Shown(code), "` has no meaning here"}),
               help);
    return true;
  }
  const bool odd_space = IsOddSpace(code) && (inside == Inside::kPattern || inside == Inside::kCode);
  const bool hidden = IsBidiControl(code) || (IsInvisible(code) && inside != Inside::kComment);
  if (!hidden && !odd_space) return false;
  report.Add(Code::KR0007, begin, begin + size, Cat({"invisible character U+", Hex(code)}),
             inside == Inside::kComment || inside == Inside::kCode ? "remove it"
             : inside == Inside::kPattern
                 ? Cat({"remove it, or write `\\x{", Hex(code), "}` in a pattern"})
                 : Cat({"remove it, or write `\\u{", Hex(code), "}` in a text"}));
  return true;
}

size_t ScanQuoted(std::string_view text, size_t begin, ScanReport& report) {
  for (size_t at = begin + 1; at < text.size();) {
    const auto c = static_cast<unsigned char>(text[at]);
    if (c == '"') return at + 1;
    if (c == '\n') break;
    if (c == '\\') {
      at = ScanEscape(text, at, report);
    } else if ((c >= 0x20 && c < 0x7F) || c == '\t' || (c == '\r' && !IsLoneReturn(text, at))) {
      ++at;
    } else {
      const Character character = DecodeAt(text, at);
      ReportCharacter(character.code, at, character.size, Inside::kText, report);
      at += character.size;
    }
  }
  const size_t end = LineEnd(text, begin);
  if (report.ClosesOpenText(text.substr(begin + 1, end - begin - 1))) return end;
  const std::string_view before = text.substr(LineBegin(text, begin), begin - LineBegin(text, begin));
  const bool escaped = before.find("\\\"") != std::string_view::npos;
  report.Add(Code::KR0002, begin, end, "this text has no closing quote",
             escaped ? "end it with `\"` on the same line; the `\\\"` before it closes no text, a backslash is `\\\\`"
                     : "end it with `\"` on the same line");
  return end;
}

size_t ScanPattern(std::string_view text, size_t begin, ScanReport& report) {
  for (size_t at = begin + 1; at < text.size() && text[at] != '\n';) {
    if (text[at] == '/') {
      if (at == begin + 1) {
        report.Add(Code::KR0017, begin, at + 1, "this pattern is not valid: it is empty",
                   "write `is set` to ask for any value");
      }
      return at + 1;
    }
    if (text[at] == '\\' && at + 1 < text.size() && text[at + 1] != '\n') ++at;
    if (text[at] >= 0x20 && text[at] < 0x7F) {
      ++at;
      continue;
    }
    const Character character = DecodeAt(text, at);
    if (text[at] != '\t' && (text[at] != '\r' || IsLoneReturn(text, at))) {
      ReportCharacter(character.code, at, character.size, Inside::kPattern, report);
    }
    at += character.size;
  }
  const size_t end = LineEnd(text, begin);
  report.Add(Code::KR0002, begin, end, "this pattern has no closing slash",
             "end it with `/` on the same line");
  return end;
}

size_t ScanComment(std::string_view text, size_t begin, ScanReport& report) {
  size_t at = begin;
  while (at < text.size() && text[at] != '\n') {
    const auto c = static_cast<unsigned char>(text[at]);
    if ((c >= 0x20 && c < 0x7F) || c == '\t' || (c == '\r' && !IsLoneReturn(text, at))) {
      ++at;
      continue;
    }
    const Character character = DecodeAt(text, at);
    ReportCharacter(character.code, at, character.size, Inside::kComment, report);
    at += character.size;
  }
  return at;
}

}  // namespace keyrule::dsl
