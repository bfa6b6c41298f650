// The page about a diagnostic: what it says, why, a policy that has the fault and one mended. One
// Markdown file a code, dsl/diagnostics/KR0301.md, built into the program:
//   # KR0301: the message            as in diagnostic_codes.def
//   What and why, in paragraphs.
//   ```csv apps.csv                  a file that both policies need
//   ## Bad                           a ```keyrule block, and files that only it needs;
//                                    ```keyrule in latin-1 names the bytes it is tested in
//   ## Mended                        likewise; a sentence may say how
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dsl/diagnostic.h"

namespace keyrule::dsl {

struct PageExample {
  std::string policy;
  std::vector<std::pair<std::string, std::string>> files;  // name, text; those of both included
  std::string remark;                                      // what is said beside it; may be empty
};

struct Page {
  std::string_view markdown;
  std::string title;  // the message
  std::string text;   // what and why
  PageExample bad, mended;
};

// None for a code that this version does not issue.
std::optional<Page> PageOf(Code code);
// The page as text for a terminal: code indented, nothing invisible.
std::string PageAsText(Code code, const Page& page);

// All pages as they were built in (pages.cc.in).
std::span<const std::string_view> PageTexts();

}  // namespace keyrule::dsl
