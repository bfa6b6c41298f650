#include "plugin_api/command/explain_code.h"

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "dsl/diagnostic.h"
#include "dsl/page.h"
#include "dsl/suggest.h"

namespace keyrule::command {
namespace {

using Json = nlohmann::ordered_json;

std::string InUpperCase(std::string word) {
  std::transform(word.begin(), word.end(), word.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return word;
}

std::optional<dsl::Code> CodeNamed(const std::string& name) {
  for (const dsl::Code code : dsl::AllCodes()) {
    if (dsl::CodeName(code) == name) return code;
  }
  return std::nullopt;
}

Json HeadOf(dsl::Code code) {
  return {{"code", dsl::CodeName(code)},
          {"severity", dsl::WordOf(dsl::DefaultSeverity(code))},
          {"message", dsl::CodeTitle(code)}};
}

Json ExampleJson(const dsl::PageExample& example) {
  Json files = Json::object();
  for (const auto& [name, text] : example.files) files[name] = text;
  return {{"policy", example.policy},
          {"files", std::move(files)},
          {"remark", example.remark.empty() ? Json() : Json(example.remark)}};
}

}  // namespace

bool IsCode(const std::string& word) {
  return word.size() > 2 && InUpperCase(word).starts_with("KR") &&
         std::isdigit(static_cast<unsigned char>(word[2])) != 0 &&
         std::all_of(word.begin() + 2, word.end(),
                     [](unsigned char c) { return std::isalnum(c) != 0; });
}

Exit ExplainCode(const std::string& word, const Options& options) {
  const std::string name = InUpperCase(word);
  const std::optional<dsl::Code> code = CodeNamed(name);
  if (!code) {
    std::vector<std::string_view> names;
    for (const dsl::Code known : dsl::AllCodes()) names.push_back(dsl::CodeName(known));
    const std::string_view near = dsl::Nearest(name, names);
    return options.Wrong("no diagnostic has the code " + name,
                         near.empty() ? "`keyrule explain --list` lists the codes"
                                      : "did you mean " + std::string(near) +
                                            "? `keyrule explain --list` lists the codes");
  }
  const Console& console = options.console();
  const std::optional<dsl::Page> page = dsl::PageOf(*code);
  if (console.json()) {
    Json json = HeadOf(*code);
    json["text"] = page ? Json(page->text) : Json();
    json["bad"] = page ? ExampleJson(page->bad) : Json();
    json["mended"] = page ? ExampleJson(page->mended) : Json();
    console.Print(json.dump(-1, ' ', false, Json::error_handler_t::replace));
  } else if (page) {
    console.Print(dsl::PageAsText(*code, *page));
  } else {
    console.Print(std::string(dsl::WordOf(dsl::DefaultSeverity(*code))) + "[" + name +
                  "]: " + std::string(dsl::CodeTitle(*code)) +
                  "\n\nThis version does not report it yet.");
  }
  return Exit::kYes;
}

Exit ListCodes(const Options& options) {
  for (const dsl::Code code : dsl::AllCodes()) {
    if (options.console().json()) {
      options.console().Print(HeadOf(code).dump(-1, ' ', false, Json::error_handler_t::replace));
      continue;
    }
    std::string severity(dsl::WordOf(dsl::DefaultSeverity(code)));
    severity.resize(9, ' ');
    options.console().Print(std::string(dsl::CodeName(code)) + "  " + severity +
                            std::string(dsl::CodeTitle(code)));
  }
  return Exit::kYes;
}

}  // namespace keyrule::command
