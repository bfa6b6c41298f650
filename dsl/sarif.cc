#include "dsl/sarif.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "dsl/page.h"
#include "dsl/wording.h"

namespace keyrule::dsl {
namespace {

using Json = nlohmann::ordered_json;

// RFC 3986: what is not a letter, a digit or one of "-._~/" goes by its bytes.
std::string EscapedPath(std::string_view path) {
  constexpr std::string_view kPlain = "-._~/";
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string escaped;
  for (const char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       kPlain.find(c) != std::string_view::npos;
    if (plain) {
      escaped += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      escaped += '%';
      escaped += kDigits[byte >> 4];
      escaped += kDigits[byte & 15];
    }
  }
  return escaped;
}

// SARIF has a message for each rule that stands on its own, without a help beside it.
std::string MessageOf(const Diagnostic& diagnostic) {
  if (diagnostic.help.empty()) return diagnostic.message;
  return Cat({diagnostic.message, "; ", diagnostic.help});
}

class Document {
 public:
  explicit Document(const SarifTool& tool) : tool_(tool) {}

  void Add(const SarifPart& part) {
    for (const Diagnostic& diagnostic : part.diagnostics->all()) {
      results_.push_back(Result(diagnostic, *part.sources));
    }
    for (const Silenced& silenced : *part.silenced) {
      Json result = Result(silenced.warning, *part.sources);
      result["suppressions"] = {{{"kind", "inSource"}, {"justification", silenced.reason}}};
      results_.push_back(std::move(result));
    }
    if (const size_t unseen = part.diagnostics->unseen_errors(); unseen > 0) {
      notices_.push_back({{"level", "note"},
                          {"message",
                           {{"text", Cat({std::to_string(unseen), " more error", unseen == 1 ? "" : "s",
                                          " in this policy"})}}}});
    }
  }

  std::string Text() {
    Json driver = {{"name", "keyrule"}, {"version", tool_.version}, {"rules", std::move(rules_)}};
    Json run = {{"tool", {{"driver", std::move(driver)}}},
                {"columnKind", "unicodeCodePoints"},
                {"results", std::move(results_)}};
    if (!notices_.empty()) {
      run["invocations"] = Json::array({{{"executionSuccessful", true},
                                         {"toolExecutionNotifications", std::move(notices_)}}});
    }
    const Json document = {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                           {"version", "2.1.0"},
                           {"runs", Json::array({std::move(run)})}};
    return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
  }

 private:
  Json Result(const Diagnostic& diagnostic, const Sources& sources) {
    Json result = {{"ruleId", CodeName(diagnostic.code)},
                   {"ruleIndex", RuleIndex(diagnostic.code)},
                   {"level", WordOf(diagnostic.severity)},
                   {"message", {{"text", MessageOf(diagnostic)}}},
                   {"locations", Json::array({Place(diagnostic.span, sources)})}};
    if (diagnostic.notes.empty()) return result;
    Json related = Json::array();
    for (const Note& note : diagnostic.notes) {
      Json place = Place(note.span, sources);
      place["message"] = {{"text", note.message}};
      related.push_back(std::move(place));
    }
    result["relatedLocations"] = std::move(related);
    return result;
  }

  Json Place(const Span& span, const Sources& sources) const {
    const Source& source = sources.at(span.source);
    const Location begin = source.Locate(span.begin);
    const Location end = source.Locate(std::max(span.begin, span.end));
    return {{"physicalLocation",
             {{"artifactLocation", {{"uri", UriOf(source.name())}}},
              {"region",
               {{"startLine", begin.line},
                {"startColumn", begin.column},
                {"endLine", end.line},
                {"endColumn", end.column}}}}}};
  }

  std::string UriOf(const std::string& name) const {
    namespace fs = std::filesystem;
    fs::path path(name);
    if (path.is_absolute()) {
      const fs::path relative = path.lexically_relative(fs::path(tool_.folder));
      if (relative.empty() || *relative.begin() == "..") return "file://" + EscapedPath(name);
      path = relative;
    }
    return EscapedPath(path.lexically_normal().generic_string());
  }

  size_t RuleIndex(Code code) {
    const auto [at, is_new] = indices_.try_emplace(code, rules_.size());
    if (!is_new) return at->second;
    Json rule = {{"id", CodeName(code)},
                 {"shortDescription", {{"text", CodeTitle(code)}}},
                 {"defaultConfiguration", {{"level", WordOf(DefaultSeverity(code))}}}};
    if (const std::optional<Page> page = PageOf(code)) {
      rule["fullDescription"] = {{"text", page->text}};
      rule["help"] = {{"text", PageAsText(code, *page)}, {"markdown", page->markdown}};
    }
    rules_.push_back(std::move(rule));
    return at->second;
  }

  const SarifTool& tool_;
  Json rules_ = Json::array();
  Json results_ = Json::array();
  Json notices_ = Json::array();
  std::map<Code, size_t> indices_;
};

}  // namespace

std::string RenderSarif(const std::vector<SarifPart>& parts, const SarifTool& tool) {
  Document document(tool);
  for (const SarifPart& part : parts) document.Add(part);
  return document.Text();
}

}  // namespace keyrule::dsl
