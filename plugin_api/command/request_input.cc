#include "plugin_api/command/request_input.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "dsl/load.h"
#include "evaluator/clock.h"
#include "evaluator/literals.h"
#include "store/located_json.h"

namespace keyrule::command {
namespace {

using evaluator::RequestBuilder;
using nlohmann::json;

// The attributes that one request has given so far.
using Given = std::map<std::string, json>;

// May this attribute have this value? An attribute has several spellings ("tenant", "tenant.id" and
// {"tenant": {"id": …}}); two that differ are a contradiction, not an override.
bool Agrees(const std::string& path, const json& value, Given* given, std::string* error) {
  const auto [at, added] = given->emplace(path, value);
  if (added || at->second == value) return true;
  *error = "`" + path + "` is given twice, as " + at->second.dump() + " and as " + value.dump();
  return false;
}

// Sets an attribute, or the entries of a map, from a JSON value.
bool Put(const std::string& path, const json& value, Given* given, RequestBuilder* builder,
         std::string* error) {
  if (!value.is_object() && !Agrees(path, value, given, error)) return false;
  if (value.is_null()) return builder->Unset(path, error);
  if (value.is_boolean()) return builder->SetBool(path, value.get<bool>(), error);
  if (value.is_number_unsigned() && value.get<uint64_t>() > INT64_MAX) {
    *error = "`" + path + "` is larger than 9,223,372,036,854,775,807";
    return false;
  }
  if (value.is_number_integer()) return builder->SetInteger(path, value.get<int64_t>(), error);
  if (value.is_number()) {
    *error = "`" + path + "` is a number with a fraction; write a whole one";
    return false;
  }
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    const dsl::Attribute* declared = builder->Declared(path);
    if (declared != nullptr && declared->type == dsl::Type::kTimestamp) {
      if (const auto moment = evaluator::ParseTimestamp(text)) {
        return builder->SetTimestamp(path, *moment, error);
      }
    }
    return builder->SetText(path, text, error);
  }
  if (value.is_array()) {
    std::vector<std::string> items;
    for (const json& item : value) {
      if (!item.is_string()) {
        *error = "`" + path + "` holds something that is not a text; put its items in quotes";
        return false;
      }
      items.push_back(item.get<std::string>());
    }
    return builder->SetList(path, items, error);
  }
  for (const auto& [key, entry] : value.items()) {
    if (!Put(path + "." + key, entry, given, builder, error)) return false;
  }
  return true;
}

// Line and column of a byte, both from 1.
void Locate(std::string_view text, size_t byte, Problem* problem) {
  const std::string_view before = text.substr(0, std::min(byte, text.size()));
  problem->line += static_cast<size_t>(std::count(before.begin(), before.end(), '\n'));
  const size_t start = before.rfind('\n');
  const std::string_view line = start == std::string_view::npos ? before : before.substr(start + 1);
  problem->column = 1 + static_cast<size_t>(std::count_if(line.begin(), line.end(), [](char c) {
                      return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
                    }));
}

// What nlohmann says behind "parse error at line 1, column 5: ".
std::string Reason(const json::parse_error& error) {
  const std::string text = error.what();
  const size_t at = text.find(": ");
  return "broken JSON: " + (at == std::string::npos ? text : text.substr(at + 2));
}

class RequestFile {
 public:
  RequestFile(const std::string& path, const std::shared_ptr<const evaluator::Program>& program,
              const Console& console,
              std::vector<std::unique_ptr<RequestBuilder>>* requests)
      : path_(path), program_(program), console_(console), requests_(requests) {}

  Exit Read(std::string_view text) {
    // A file that is one JSON object, over however many lines, is one request.
    const json whole = json::parse(text, nullptr, false);
    if (whole.is_object()) return Unambiguous(text, 1) ? Add(whole, 1) : Exit::kUsage;
    Exit exit = Exit::kYes;
    size_t line = 1;
    for (size_t begin = 0; begin < text.size(); ++line) {
      const size_t end = std::min(text.find('\n', begin), text.size());
      exit = First(exit, Line(text.substr(begin, end - begin), line));
      begin = end + 1;
    }
    if (exit == Exit::kYes && requests_->empty()) {
      console_.Error(Problem{"there is no request in it", "write one JSON object a line", path_});
      return Exit::kFile;
    }
    return exit;
  }

 private:
  Exit Line(std::string_view text, size_t line) {
    if (text.find_first_not_of(" \t\r") == std::string_view::npos) return Exit::kYes;
    try {
      const json object = json::parse(text);
      return Unambiguous(text, line) ? Add(object, line) : Exit::kUsage;
    } catch (const json::parse_error& error) {
      Problem problem{Reason(error), "write one JSON object a line", path_, line};
      Locate(text, error.byte == 0 ? 0 : error.byte - 1, &problem);
      console_.Error(problem);
      return Exit::kFile;
    }
  }

  // The parser keeps the last of two members with one name; which one was meant is not ours to say.
  bool Unambiguous(std::string_view text, size_t line) const {
    const store::JsonDocument document =
        store::ParseLocatedJson(text, [](size_t, std::string_view) { return false; });
    if (document.problems.empty()) return true;
    const store::JsonProblem& found = document.problems.front();
    Problem problem{found.what, found.mend, path_, line};
    Locate(text, found.offset, &problem);
    console_.Error(problem);
    return false;
  }

  Exit Add(const json& object, size_t line) {
    if (!object.is_object()) {
      console_.Error(Problem{"this is not an object",
                             "write one JSON object a line: {\"provider\": \"openai\", …}", path_,
                             line, 1});
      return Exit::kFile;
    }
    auto builder = std::make_unique<RequestBuilder>(program_->policy);
    Given given;
    for (const auto& [key, value] : object.items()) {
      std::string error;
      // The tenant is whom the host has authenticated; policies see it as `tenant.id`.
      const std::string path = key == "tenant" && value.is_string() ? "tenant.id" : key;
      if (Put(path, value, &given, builder.get(), &error)) continue;
      console_.Error(Problem{error, {}, path_, line});
      return Exit::kUsage;
    }
    requests_->push_back(std::move(builder));
    return Exit::kYes;
  }

  const std::string& path_;
  const std::shared_ptr<const evaluator::Program>& program_;
  const Console& console_;
  std::vector<std::unique_ptr<RequestBuilder>>* requests_;
};

}  // namespace

Exit ReadMoment(const std::string& at, const Options& options, int64_t* unix_ms) {
  if (at.empty()) {
    *unix_ms = evaluator::SystemClock().NowMs();
    return Exit::kYes;
  }
  const std::optional<int64_t> moment = evaluator::ParseTimestamp(at);
  if (!moment) {
    return options.Wrong("`" + at + "` is not a point in time",
                         "write it like 2026-11-23T09:30Z or 2026-11-23T09:30+01:00");
  }
  *unix_ms = *moment;
  return Exit::kYes;
}

Exit ReadRequests(const std::string& file, const std::vector<std::string>& assignments,
                  const std::shared_ptr<const evaluator::Program>& program, const Options& options,
                  std::vector<std::unique_ptr<RequestBuilder>>* requests) {
  if (file.empty()) {
    requests->push_back(std::make_unique<RequestBuilder>(program->policy));
  } else {
    std::string text;
    std::string error;
    if (!dsl::DiskReader().Read(file, &text, &error)) {
      options.console().Error(Problem{error, {}, file});
      return Exit::kFile;
    }
    const Exit exit = RequestFile(file, program, options.console(), requests).Read(text);
    if (exit != Exit::kYes) return exit;
  }
  std::set<std::string_view> assigned;
  for (const std::string& assignment : assignments) {
    const std::string_view name =
        std::string_view(assignment).substr(0, assignment.find_first_of(" ="));
    if (!assigned.insert(name).second) {
      return options.Wrong("`--set " + std::string(name) + "=…` is given twice", "leave one out");
    }
  }
  for (const std::unique_ptr<RequestBuilder>& request : *requests) {
    for (const std::string& assignment : assignments) {
      std::string error;
      if (!request->SetAssignment(assignment, &error)) {
        return options.Wrong("--set " + assignment + ": " + error,
                             "write `--set app.id=invoices`");
      }
    }
  }
  return Exit::kYes;
}

}  // namespace keyrule::command
