#include "dsl/page.h"

#include <algorithm>

#include "dsl/unicode.h"
#include "dsl/wording.h"

namespace keyrule::dsl {
namespace {

std::string_view TakeLine(std::string_view& text) {
  const size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

// The lines of a fenced block, up to its closing fence.
std::string TakeBlock(std::string_view& text) {
  std::string block;
  while (!text.empty()) {
    const std::string_view line = TakeLine(text);
    if (line == "```") break;
    block += Cat({line, "\n"});
  }
  return block;
}

void AddLine(std::string& text, std::string_view line) {
  if (text.empty() && line.empty()) return;
  text += Cat({line, "\n"});
}

void TrimEnd(std::string& text) {
  while (text.ends_with("\n\n")) text.pop_back();
}

// What is printed holds no control and no invisible characters, whatever an example shows.
std::string Visible(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const Character character = DecodeAt(text, at);
    const bool plain = character.code == '\n' || character.code == '\t';
    if (plain) {
      out += text[at];
    } else if (IsInvisible(character.code) || IsOddSpace(character.code)) {
      out += Cat({"<U+", Hex(character.code), ">"});
    } else {
      out += Shown(character.code);
    }
    at += character.size;
  }
  return out;
}

void AppendIndented(std::string& out, std::string_view block) {
  while (!block.empty()) {
    const std::string_view line = TakeLine(block);
    out += line.empty() ? "\n" : Cat({"    ", line, "\n"});
  }
}

void AppendExample(std::string& out, std::string_view heading, const PageExample& example) {
  out += Cat({"\n", heading, ":\n\n"});
  AppendIndented(out, example.policy);
  for (const auto& [name, text] : example.files) {
    out += Cat({"\n  and ", name, ":\n\n"});
    AppendIndented(out, text);
  }
  if (!example.remark.empty()) out += Cat({"\n", example.remark});
}

}  // namespace

std::optional<Page> PageOf(Code code) {
  const std::string head = Cat({"# ", CodeName(code), ": "});
  const std::span<const std::string_view> texts = PageTexts();
  const auto at = std::find_if(texts.begin(), texts.end(),
                               [&](std::string_view text) { return text.starts_with(head); });
  if (at == texts.end()) return std::nullopt;
  Page page;
  page.markdown = *at;
  std::string_view text = *at;
  page.title = TakeLine(text).substr(head.size());
  PageExample* example = nullptr;  // null: still before the examples
  std::vector<std::pair<std::string, std::string>> shared;
  while (!text.empty()) {
    const std::string_view line = TakeLine(text);
    if (line == "## Bad" || line == "## Mended") {
      example = line == "## Bad" ? &page.bad : &page.mended;
      example->files = shared;
    } else if (line.starts_with("```")) {
      const size_t space = line.find(' ');
      std::string block = TakeBlock(text);
      if (space == std::string_view::npos || line.substr(space).starts_with(" in ")) {
        if (example != nullptr) example->policy = std::move(block);
      } else {
        (example != nullptr ? example->files : shared)
            .emplace_back(line.substr(space + 1), std::move(block));
      }
    } else {
      AddLine(example != nullptr ? example->remark : page.text, line);
    }
  }
  for (std::string* part : {&page.text, &page.bad.remark, &page.mended.remark}) TrimEnd(*part);
  return page;
}

std::string PageAsText(Code code, const Page& page) {
  const Severity severity = DefaultSeverity(code);
  std::string out = Cat({WordOf(severity), "[", CodeName(code), "]: ", page.title, "\n\n"});
  out += page.text;
  AppendExample(out, "Bad", page.bad);
  AppendExample(out, "Mended", page.mended);
  return Visible(out);
}

}  // namespace keyrule::dsl
