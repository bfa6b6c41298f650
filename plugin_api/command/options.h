// The arguments of a subcommand: its own, and those that all have. The only part that knows CLI11 is options.cc.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plugin_api/command/command.h"
#include "plugin_api/command/console.h"
#include "plugin_api/command/shape.h"

namespace keyrule::command {

class Options {
 public:
  explicit Options(const Command& command);
  ~Options();

  // Each before Parse. `name` is "--store DIR": the option and what stands for its value.
  void Flag(std::string_view name, bool* value, std::string_view doc);
  void Text(std::string_view name, std::string* value, std::string_view doc);
  void Texts(std::string_view name, std::vector<std::string>* values, std::string_view doc);
  // A format beside text, plain and json.
  void AlsoFormat(std::string_view name) { formats_.push_back(name); }
  void Number(std::string_view name, std::optional<uint64_t>* value, std::string_view doc);
  // What is no option. Fewer than `least` or more than `most` is wrong usage; `what` names one in that message.
  void Arguments(std::vector<std::string>* values, size_t least, size_t most,
                 std::string_view what, ValueKind kind = ValueKind::kAny);
  // The words that the value of an option declared before can be, or the arguments where no option is named. For
  // completion: whether a word is one of them is checked where it is understood.
  void Words(std::string_view name, std::vector<std::string> words);

  // Reads the arguments; gives the exit code where the command is done: help, version, wrong usage. A command does
  // nothing before: ShapeOf asks what it has declared.
  std::optional<Exit> Parse(const std::vector<std::string>& arguments);
  // Whether the option (without its value's name) was given.
  bool Has(std::string_view name) const;
  // Reports wrong usage and gives its exit code.
  Exit Wrong(std::string message, std::string help = {}) const;

  // After Parse.
  const Console& console() const { return *console_; }
  bool deny_warnings() const { return deny_warnings_; }
  const std::string& schema() const { return schema_; }

 private:
  struct Parser;

  std::string Help() const;
  std::string FormatDoc() const;
  std::string Unknown(const std::string& argument) const;

  const Command& command_;
  std::unique_ptr<Parser> parser_;
  std::unique_ptr<Console> console_;
  std::vector<std::string_view> formats_ = {"text", "plain", "json"};
  std::string format_ = "text";
  std::string schema_;
  bool json_ = false;
  bool quiet_ = false;
  bool deny_warnings_ = false;
  bool help_ = false;
  bool version_ = false;
  std::vector<std::string>* arguments_ = nullptr;
  size_t least_ = 0;
  size_t most_ = 0;
  std::string_view what_;
};

// What every command prints for `--version`.
std::string VersionText(const Console& console);

}  // namespace keyrule::command
