#include "dsl/render.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>
#include <vector>

#include "dsl/unicode.h"
#include "dsl/wording.h"

namespace keyrule::dsl {
namespace {

// A longer line is cut to what is around the fault.
constexpr uint32_t kMostColumns = 120;
constexpr uint32_t kColumnsBefore = 40;

class Painter {
 public:
  explicit Painter(bool on) : on_(on) {}

  std::string Severe(Severity severity, std::string_view text) const {
    return Paint(severity == Severity::kError     ? "1;31"
                 : severity == Severity::kWarning ? "1;33"
                                                  : "1;36",
                 text);
  }
  std::string Frame(std::string_view text) const { return Paint("34", text); }
  std::string Strong(std::string_view text) const { return Paint("1", text); }

 private:
  std::string Paint(std::string_view colour, std::string_view text) const {
    if (!on_) return std::string(text);
    return Cat({"\x1B[", colour, "m", text, "\x1B[0m"});
  }

  bool on_;
};

// User text may hold anything; what is printed holds no control characters.
std::string Harmless(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const Character character = DecodeAt(text, at);
    out += character.valid ? Shown(character.code) : "\uFFFD";
    at += character.size;
  }
  return out;
}

// A source line as it is shown, with the part under a span.
struct Excerpt {
  std::string line;
  std::string underline;
};

struct Cell {
  std::string shown;
  uint32_t width = 0;
  bool marked = false;
};

uint32_t ShownWidth(std::string_view shown) {
  uint32_t width = 0;
  for (size_t at = 0; at < shown.size();) {
    const Character character = DecodeAt(shown, at);
    width += DisplayWidth(character.code);
    at += character.size;
  }
  return width;
}

std::vector<Cell> CellsOf(std::string_view line, uint32_t start, const Span& span) {
  std::vector<Cell> cells;
  for (size_t at = 0; at < line.size();) {
    const Character character = DecodeAt(line, at);
    Cell cell;
    if (!character.valid) {
      cell.shown = "\uFFFD";
    } else if (character.code == '\t') {
      cell.shown = "    ";
    } else {
      cell.shown = Shown(character.code);
    }
    cell.width = ShownWidth(cell.shown);
    const auto offset = static_cast<uint32_t>(start + at);
    cell.marked = offset >= span.begin && offset < span.end;
    cells.push_back(std::move(cell));
    at += character.size;
  }
  return cells;
}

// The bytes around `span` that an excerpt can need: a line may be a megabyte, and have many faults.
std::string_view Near(std::string_view line, uint32_t* start, const Span& span) {
  constexpr size_t kBefore = 1024, kBytes = 4096;
  const auto continues = [&](size_t at) {
    return at < line.size() && (static_cast<unsigned char>(line[at]) & 0xC0U) == 0x80U;
  };
  const size_t place = std::min<size_t>(span.begin - std::min(span.begin, *start), line.size());
  size_t begin = place > kBefore ? place - kBefore : 0;
  while (continues(begin)) ++begin;
  size_t end = std::min(begin + kBytes, line.size());
  while (continues(end)) ++end;
  *start += static_cast<uint32_t>(begin);
  return line.substr(begin, end - begin);
}

Excerpt ExcerptOf(std::string_view line, uint32_t start, const Span& span) {
  line = Near(line, &start, span);
  std::vector<Cell> cells = CellsOf(line, start, span);
  const bool marked =
      std::any_of(cells.begin(), cells.end(), [](const Cell& c) { return c.marked; });
  size_t caret = cells.size();  // without anything to underline, one caret stands at the place
  if (marked) {
    caret = static_cast<size_t>(
        std::find_if(cells.begin(), cells.end(), [](const Cell& c) { return c.marked; }) -
        cells.begin());
  } else {
    size_t offset = start;
    for (caret = 0; caret < cells.size() && offset < span.begin; ++caret) {
      offset += DecodeAt(line, offset - start).size;
    }
  }
  uint32_t before = 0, total = 0;
  for (size_t i = 0; i < cells.size(); ++i) {
    if (i < caret) before += cells[i].width;
    total += cells[i].width;
  }
  size_t first = 0, last = cells.size();
  if (total > kMostColumns) {
    for (; first < caret && before > kColumnsBefore; ++first) before -= cells[first].width;
    uint32_t room = kMostColumns;
    for (last = first; last < cells.size() && cells[last].width <= room; ++last) {
      room -= cells[last].width;
    }
  }
  Excerpt excerpt;
  if (first > 0) {
    excerpt.line = "…";
    ++before;
  }
  excerpt.underline.assign(before, ' ');
  uint32_t carets = 0;
  for (size_t i = first; i < last; ++i) {
    excerpt.line += cells[i].shown;
    if (cells[i].marked) carets += cells[i].width;
  }
  if (last < cells.size()) excerpt.line += "…";
  excerpt.underline.append(std::max(carets, 1U), '^');
  return excerpt;
}

std::string RenderText(const Diagnostic& diagnostic, const Sources& sources,
                       const Painter& painter) {
  const Source& source = sources.at(diagnostic.span.source);
  const std::string number = std::to_string(source.Locate(diagnostic.span.begin).line);
  const std::string blank(number.size(), ' ');
  const Excerpt excerpt = ExcerptOf(source.LineAt(diagnostic.span.begin),
                                    source.LineStart(diagnostic.span.begin), diagnostic.span);
  const std::string head = Cat({WordOf(diagnostic.severity), "[", CodeName(diagnostic.code), "]"});
  std::string out = painter.Severe(diagnostic.severity, head) +
                    painter.Strong(Cat({": ", Harmless(diagnostic.message)})) + "\n";
  out += painter.Frame(blank + "-->") + " " + Harmless(sources.Where(diagnostic.span)) + "\n";
  out += painter.Frame(blank + " |") + "\n";
  out += painter.Frame(number + " |") + (excerpt.line.empty() ? "" : " ") + excerpt.line + "\n";
  out += painter.Frame(blank + " |") + " " +
         painter.Severe(diagnostic.severity, excerpt.underline) + "\n";
  const auto remark = [&](std::string_view word, const std::string& text) {
    out += painter.Frame(blank + " =") + " " + painter.Strong(Cat({word, ":"})) + " " +
           Harmless(text) + "\n";
  };
  if (!diagnostic.help.empty()) remark("help", diagnostic.help);
  for (const Note& note : diagnostic.notes) {
    remark("note", Cat({note.message, ": ", sources.Where(note.span)}));
  }
  return out;
}

std::string RenderPlain(const Diagnostic& diagnostic, const Sources& sources) {
  std::string out = Cat({sources.Where(diagnostic.span), ": ", WordOf(diagnostic.severity), "[",
                         CodeName(diagnostic.code), "]: ", diagnostic.message});
  if (!diagnostic.help.empty()) out += Cat({" (help: ", diagnostic.help, ")"});
  for (const Note& note : diagnostic.notes) {
    out += Cat({" (note: ", note.message, ": ", sources.Where(note.span), ")"});
  }
  return Harmless(out) + "\n";
}

}  // namespace

std::string Render(const Diagnostic& diagnostic, const Sources& sources, RenderStyle style) {
  if (style == RenderStyle::kPlain) return RenderPlain(diagnostic, sources);
  return RenderText(diagnostic, sources, Painter(style == RenderStyle::kColour));
}

std::string RenderJson(const Diagnostic& diagnostic, const Sources& sources) {
  using Json = nlohmann::ordered_json;
  const auto text_or_null = [](const std::string& text) {
    return text.empty() ? Json() : Json(text);
  };
  const Source& source = sources.at(diagnostic.span.source);
  const Location begin = source.Locate(diagnostic.span.begin);
  const Location end = source.Locate(std::max(diagnostic.span.begin, diagnostic.span.end));
  Json notes = Json::array();
  for (const Note& note : diagnostic.notes) {
    const Location place = sources.Locate(note.span);
    notes.push_back({{"message", note.message},
                     {"file", sources.at(note.span.source).name()},
                     {"line", place.line},
                     {"column", place.column}});
  }
  const Json object = {{"code", CodeName(diagnostic.code)},
                       {"severity", WordOf(diagnostic.severity)},
                       {"message", diagnostic.message},
                       {"help", text_or_null(diagnostic.help)},
                       {"file", source.name()},
                       {"line", begin.line},
                       {"column", begin.column},
                       {"end_line", end.line},
                       {"end_column", end.column},
                       {"notes", std::move(notes)}};
  return object.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace keyrule::dsl
