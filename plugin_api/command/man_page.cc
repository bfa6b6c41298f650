#include "plugin_api/command/man_page.h"

#include <algorithm>
#include <cctype>
#include <cstdint>

#include "dsl/unicode.h"
#include "plugin_api/command/commands.h"
#include "plugin_api/command/man_notes.h"
#include "plugin_api/command/shape.h"

namespace keyrule::command {
namespace {

// Of the last change to what pages say in common: a page is the same whenever it is built.
constexpr std::string_view kDate = "2026-11-27";

// A text as troff prints it unchanged.
std::string Plain(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const dsl::Character character = dsl::DecodeAt(text, at);
    const std::string_view bytes = text.substr(at, character.size);
    at += character.size;
    constexpr std::pair<std::string_view, std::string_view> kSigns[] = {
        {"\\", "\\e"}, {"-", "\\-"}, {"`", "\\(ga"}, {"'", "\\(aq"}, {"\"", "\\(dq"}, {"~", "\\(ti"}, {"^", "\\(ha"}};
    const auto* sign = std::find_if(std::begin(kSigns), std::end(kSigns), [&](const auto& one) { return one.first == bytes; });
    if (sign != std::end(kSigns)) {
      out += sign->second;
    } else if (character.code >= 0x80) {
      out += "\\[u" + dsl::Hex(character.code) + "]";
    } else {
      out += bytes;
    }
  }
  return !out.empty() && out.front() == '.' ? "\\&" + out : out;
}

std::string InCapitals(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

class Page {
 public:
  Page(const std::string& name, std::string_view summary) {
    text_ = ".\\\" Made by `keyrule man`.\n.TH " + InCapitals(Plain(name)) + " 1 " + std::string(kDate) + " \"keyrule " KEYRULE_VERSION
            "\" \"Keyrule\"\n";
    Section("NAME");
    Line(Plain(name) + " \\- " + Plain(summary));
  }

  void Section(std::string_view name) { text_ += ".SH " + (name.find(' ') == std::string_view::npos ? std::string(name) : "\"" + std::string(name) + "\"") + "\n"; }
  void Line(const std::string& line) { text_ += line + "\n"; }
  void Paragraph(std::string_view text) {
    if (paragraphs_++ > 0) Line(".PP");
    Words(text);
  }
  // Filled text, on lines of a length that editors and mandoc like.
  void Words(std::string_view text) {
    std::string line;
    while (!text.empty()) {
      const size_t end = std::min(text.find_first_of(" \n"), text.size());
      const std::string word(text.substr(0, end));
      text.remove_prefix(std::min(end + 1, text.size()));
      if (word.empty()) continue;
      const std::string set = Plain(word);
      if (!line.empty() && line.size() + set.size() > 76) {
        Line(line);
        line.clear();
      }
      line += (line.empty() ? "" : " ") + set;
    }
    if (!line.empty()) Line(line);
  }
  void Example(std::string_view lines) {
    Line(".EX");
    while (!lines.empty()) {
      const size_t end = std::min(lines.find('\n'), lines.size());
      Line(Plain(lines.substr(0, end)));
      lines.remove_prefix(std::min(end + 1, lines.size()));
    }
    Line(".EE");
  }
  void Item(const std::string& term, std::string_view says) {
    Line(".TP\n" + term);
    Words(says);
  }
  void NewSection(std::string_view name) {
    Section(name);
    paragraphs_ = 0;
  }
  std::string text() { return std::move(text_); }

 private:
  std::string text_;
  size_t paragraphs_ = 0;
};

// A command's examples and what stands between them are told apart by their indentation.
struct Taught {
  std::string prose;     // paragraphs, separated by empty lines
  std::string examples;  // lines
};
Taught Split(std::string_view text) {
  Taught taught;
  bool open = false;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.starts_with("  ")) {
      taught.examples += std::string(line.substr(2)) + "\n";
      open = false;
    } else if (line.empty()) {
      open = false;
    } else {
      taught.prose += (open ? "\n" : taught.prose.empty() ? "" : "\n\n") + std::string(line);
      open = true;
    }
  }
  return taught;
}

void Notes(Page* page, std::string_view heading, const std::vector<ManNote>& notes) {
  if (notes.empty()) return;
  page->Section(heading);
  for (const ManNote& note : notes) page->Item(".B " + Plain(note.name), note.says);
}

void Exits(Page* page, std::span<const ExitCause> causes) {
  page->Section("EXIT STATUS");
  for (const ExitCause& cause : causes) page->Item(".B " + std::to_string(static_cast<int>(cause.exit)), cause.cause);
  page->Line(".PP");
  page->Words("Of several causes the first of 70, 2, 4, 3, 1, 5 counts.");
}

}  // namespace

std::string ManPage(const Command& command) {
  const std::string name(command.name);
  const CommandShape shape = ShapeOf(command);
  const Taught taught = Split(command.examples);
  Page page("keyrule-" + name, command.summary);
  page.NewSection("SYNOPSIS");
  page.Line(".B keyrule " + name);
  page.Line(Plain(command.usage));
  page.NewSection("DESCRIPTION");
  std::string_view prose = taught.prose;
  page.Paragraph("keyrule " + name + " " + std::string(command.summary) + ".");
  while (!prose.empty()) {
    const size_t end = std::min(prose.find("\n\n"), prose.size());
    page.Paragraph(prose.substr(0, end));
    prose.remove_prefix(std::min(end + 2, prose.size()));
  }
  page.Section("OPTIONS");
  for (const OptionShape& option : shape.options) {
    const std::string term = option.value.empty() ? ".B " + Plain(option.name) : ".BI " + Plain(option.name) + " \" " + Plain(option.value) + "\"";
    page.Item(term, option.doc + (option.repeatable && option.doc.find("repeatable") == std::string::npos ? "; repeatable" : ""));
  }
  page.Item(".B \\-\\-", "ends the options");
  page.Section("EXAMPLES");
  page.Example(taught.examples);
  const std::vector<ExitCause> causes = ExitCausesOf(command.name);
  Exits(&page, causes);
  Notes(&page, "ENVIRONMENT", EnvironmentOf(command.name));
  Notes(&page, "FILES", FilesOf(command.name));
  page.Section("SEE ALSO");
  std::string also = ".BR keyrule (1)";
  for (const std::string_view other : SeeAlsoOf(command.name)) also += ",\n.BR keyrule\\-" + std::string(other) + " (1)";
  page.Line(also);
  return page.text();
}

std::string ManPage() {
  Page page("keyrule", "decides which API credential each LLM call spends");
  page.NewSection("SYNOPSIS");
  page.Line(".B keyrule");
  page.Line(Plain("COMMAND [arguments] [options]"));
  page.NewSection("DESCRIPTION");
  page.Paragraph("The people who run an LLM platform write down in one readable, tested policy file which credential each call spends. "
                 "Keyrule enforces it inside the platform's own process, over sealed credentials, and says why. "
                 "This command writes, checks, tests and asks policies, keeps stores of credentials, and reads the record of decisions.");
  page.Paragraph("Results go to standard output, diagnostics to standard error. With --json all of it goes to standard output, as one object a line.");
  page.Section("COMMANDS");
  for (const Command* command : Commands()) {
    page.Item(".BR keyrule\\-" + std::string(command->name) + " (1)", command->summary);
  }
  page.Section("EXAMPLES");
  page.Example("keyrule new billing.keyrule\n"
               "keyrule check billing.keyrule\n"
               "keyrule test billing.keyrule\n"
               "keyrule decide billing.keyrule --set app.id=invoices --set environment=production\n");
  Exits(&page, ExitCauses());
  Notes(&page, "ENVIRONMENT", EnvironmentOf({}));
  Notes(&page, "FILES", FilesOf({}));
  return page.text();
}

}  // namespace keyrule::command
