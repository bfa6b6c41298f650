#include "plugin_api/command/options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>

#include "dsl/suggest.h"

namespace keyrule::command {
namespace {

// Where Parse writes what was declared, while ShapeOf asks.
thread_local CommandShape* asked_shape = nullptr;

// By what stands for a value in the help.
ValueKind KindOf(std::string_view placeholder) {
  constexpr std::pair<std::string_view, ValueKind> kKinds[] = {
      {"FILE", ValueKind::kFile},         {"DIR", ValueKind::kFolder},       {"KEY", ValueKind::kFile},
      {"RULE", ValueKind::kRule},         {"GLOB", ValueKind::kTestName},        {"PATH=VALUE", ValueKind::kAttribute},
      {"TENANT", ValueKind::kTenant},     {"PROVIDER", ValueKind::kProvider}, {"NAME", ValueKind::kCredential},
      {"WHICH", ValueKind::kCredential},  {"PYTHON", ValueKind::kFile},
  };
  for (const auto& [word, kind] : kKinds) {
    if (word == placeholder) return kind;
  }
  return ValueKind::kAny;
}

std::string OptionOf(std::string_view name) { return std::string(name.substr(0, name.find(' '))); }

Format FormatOf(const std::string& word) {
  if (word == "plain") return Format::kPlain;
  if (word == "sarif") return Format::kSarif;
  if (word == "prometheus") return Format::kPrometheus;
  if (word == "markdown") return Format::kMarkdown;
  return word == "json" ? Format::kJson : Format::kText;
}

// For problems in the arguments themselves, before they are understood.
bool AsksForJson(const std::vector<std::string>& arguments) {
  for (size_t i = 0; i < arguments.size() && arguments[i] != "--"; ++i) {
    if (arguments[i] == "--json" || arguments[i] == "--format=json") return true;
    if (arguments[i] == "--format" && i + 1 < arguments.size() && arguments[i + 1] == "json") {
      return true;
    }
  }
  return false;
}

// CLI11 says "--store: 1 required TEXT missing" and "--store: At Most 1 required but received 2".
std::string MismatchOf(const std::string& what) {
  const std::string option = "`" + what.substr(0, what.find(':')) + "`";
  return option + (what.find("At Most") == std::string::npos ? " needs a value" : " is given twice");
}

}  // namespace

struct Options::Parser {
  CLI::App app;
  CommandShape shape;
  std::vector<std::pair<std::string, const std::string*>> texts;  // options and their values
  std::vector<std::string> rest;

  CLI::Option* Add(std::string_view name, std::string_view doc, CLI::Option* option) {
    const size_t blank = std::min(name.find(' '), name.size());
    const std::string_view value = name.substr(std::min(blank + 1, name.size()));
    shape.options.push_back({std::string(name.substr(0, blank)), std::string(value), std::string(doc), false, KindOf(value)});
    return option;
  }
};

Options::Options(const Command& command)
    : command_(command), parser_(std::make_unique<Parser>()) {
  parser_->app.set_help_flag();
  parser_->app.allow_extras();
}

Options::~Options() = default;

void Options::Flag(std::string_view name, bool* value, std::string_view doc) {
  parser_->Add(name, doc, parser_->app.add_flag(std::string(name), *value));
}

void Options::Text(std::string_view name, std::string* value, std::string_view doc) {
  parser_->Add(name, doc, parser_->app.add_option(OptionOf(name), *value))
      ->multi_option_policy(CLI::MultiOptionPolicy::Throw);
  parser_->texts.push_back({OptionOf(name), value});
}

void Options::Texts(std::string_view name, std::vector<std::string>* values,
                    std::string_view doc) {
  parser_->Add(name, doc, parser_->app.add_option(OptionOf(name), *values))
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  parser_->shape.options.back().repeatable = true;
}

void Options::Number(std::string_view name, std::optional<uint64_t>* value, std::string_view doc) {
  const std::string option = OptionOf(name);
  parser_->Add(name, doc,
               parser_->app.add_option_function<std::string>(
                   option, [value, option](const std::string& text) {
                     uint64_t number = 0;
                     const char* end = text.data() + text.size();
                     const auto [at, error] = std::from_chars(text.data(), end, number);
                     if (error != std::errc() || at != end) {
                       throw CLI::ValidationError(option, "`" + text + "` is not a number");
                     }
                     *value = number;
                   }));
}

void Options::Arguments(std::vector<std::string>* values, size_t least, size_t most,
                        std::string_view what, ValueKind kind) {
  parser_->shape.least = least;
  parser_->shape.most = most;
  parser_->shape.arguments = kind;
  arguments_ = values;
  least_ = least;
  most_ = most;
  what_ = what;
  parser_->app.add_option("arguments", parser_->rest)->expected(0, 1'000'000);
}

void Options::Words(std::string_view name, std::vector<std::string> words) {
  if (name.empty()) {
    parser_->shape.arguments = ValueKind::kWords;
    parser_->shape.words = std::move(words);
    return;
  }
  for (OptionShape& option : parser_->shape.options) {
    if (option.name != name) continue;
    option.kind = ValueKind::kWords;
    option.words = std::move(words);
    return;
  }
}

std::optional<Exit> Options::Parse(const std::vector<std::string>& arguments) {
  Text("--format FORMAT", &format_, FormatDoc());
  Words("--format", {formats_.begin(), formats_.end()});
  Flag("--json", &json_, "short for --format json: one object a line");
  Flag("--quiet", &quiet_, "errors only; the exit code says the rest");
  Flag("--deny-warnings", &deny_warnings_, "warnings count as errors");
  Text("--schema FILE", &schema_, "a schema file beside the built-in `dify`");
  Flag("--help", &help_, "this page");
  Flag("--version", &version_, "the version of the program and of the language");
  if (asked_shape != nullptr) {
    *asked_shape = parser_->shape;
    return Exit::kYes;
  }
  console_ =
      std::make_unique<Console>(AsksForJson(arguments) ? Format::kJson : Format::kText, false);
  try {
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    parser_->app.parse(reversed);
  } catch (const CLI::ArgumentMismatch& error) {
    return Wrong(MismatchOf(error.what()));
  } catch (const CLI::ParseError& error) {
    return Wrong(error.what());
  }
  if (help_) {
    console_->Print(Help());
    return Exit::kYes;
  }
  if (version_) {
    console_->Print(VersionText(*console_));
    return Exit::kYes;
  }
  std::vector<std::string> rest = parser_->rest;
  for (const std::string& extra : parser_->app.remaining()) {
    if (extra.size() > 1 && extra[0] == '-' && extra != "--") {
      return Wrong("no option of `keyrule " + std::string(command_.name) + "` is named `" +
                       extra.substr(0, extra.find('=')) + "`",
                   Unknown(extra));
    }
    if (extra != "--") rest.push_back(extra);
  }
  for (const auto& [option, value] : parser_->texts) {
    if (!value->empty() || !Has(option)) continue;
    return Wrong("the value of `" + option + "` is empty",
                 "leave the option out; a variable that is not set may be the cause");
  }
  if (std::find(formats_.begin(), formats_.end(), format_) == formats_.end()) {
    return Wrong("there is no format `" + format_ + "`",
                 dsl::Suggest(format_, formats_, "formats"));
  }
  if (json_ && Has("--format") && format_ != "json") {
    return Wrong("`--json` and `--format " + format_ + "` exclude each other");
  }
  if (rest.size() < least_) return Wrong("name " + std::string(what_));
  if (rest.size() > most_) return Wrong("`" + rest[most_] + "` is one argument too many");
  if (arguments_ != nullptr) *arguments_ = std::move(rest);
  console_ = std::make_unique<Console>(json_ ? Format::kJson : FormatOf(format_), quiet_);
  return std::nullopt;
}

std::string Options::FormatDoc() const {
  std::string doc = "text (with colour on a terminal)";
  for (size_t i = 1; i < formats_.size(); ++i) {
    doc += (i + 1 == formats_.size() ? " or " : ", ") + std::string(formats_[i]);
  }
  return doc;
}

bool Options::Has(std::string_view name) const {
  return parser_->app.count(std::string(name)) > 0;
}

Exit Options::Wrong(std::string message, std::string help) const {
  if (help.empty()) {
    help = "usage: keyrule " + std::string(command_.name) + " " + std::string(command_.usage);
  }
  console_->Error(Problem{std::move(message), std::move(help)});
  return Exit::kUsage;
}

std::string Options::Unknown(const std::string& argument) const {
  const std::string name = argument.substr(0, argument.find('='));
  std::vector<std::string> names;
  for (const OptionShape& option : parser_->shape.options) names.push_back(option.name);
  const std::string_view near = dsl::Nearest(name, {names.begin(), names.end()});
  if (!near.empty()) return "did you mean `" + std::string(near) + "`?";
  return "`keyrule " + std::string(command_.name) + " --help` lists the options";
}

std::string Options::Help() const {
  std::string text = "keyrule " + std::string(command_.name) + " " + std::string(command_.usage) +
                     "\n\n" + std::string(command_.summary) + "\n\n" +
                     std::string(command_.examples) + "\nOptions:\n";
  const auto shown = [](const OptionShape& option) { return option.value.empty() ? option.name : option.name + " " + option.value; };
  size_t width = 0;
  for (const OptionShape& option : parser_->shape.options) width = std::max(width, shown(option).size());
  for (const OptionShape& option : parser_->shape.options) {
    text += "  " + shown(option) + std::string(width - shown(option).size() + 2, ' ') + option.doc + "\n";
  }
  return text + "  --" + std::string(width, ' ') + "ends the options\n";
}

CommandShape ShapeOf(const Command& command) {
  CommandShape shape;
  asked_shape = &shape;
  command.run(command, {});
  asked_shape = nullptr;
  return shape;
}

std::string VersionText(const Console& console) {
  return console.json() ? "{\"version\":\"" KEYRULE_VERSION "\",\"edition\":1}" : "keyrule " KEYRULE_VERSION ", language edition 1";
}

}  // namespace keyrule::command
