#include "plugin_api/command/complete_words.h"

#include <algorithm>
#include <cstdio>

#include "plugin_api/command/commands.h"

namespace keyrule::command {
namespace {

std::string FilesOf(ValueKind kind) {
  switch (kind) {
    case ValueKind::kFile:
      return "files";
    case ValueKind::kFolder:
      return "folders";
    case ValueKind::kPolicy:
    case ValueKind::kPolicyOrCode:
      return "policies";
    case ValueKind::kScenario:
      return "json";
    default:
      return {};
  }
}

// "--command" of "-c,--command".
std::string LongName(const OptionShape& option) {
  const size_t comma = option.name.rfind(',');
  return comma == std::string::npos ? option.name : option.name.substr(comma + 1);
}

// Is the option called so, in long or in short?
bool IsCalled(const OptionShape& option, std::string_view name) {
  return LongName(option) == name || (option.name.find(',') != std::string::npos && option.name.substr(0, option.name.find(',')) == name);
}

class Line {
 public:
  explicit Line(const std::vector<std::string>& words) : before_(words.begin(), words.end() - 1), typed_(words.back()) {}

  Completions Complete() {
    const size_t at = CommandIndex(before_);
    if (at < before_.size()) {
      const Command* command = before_[at] == "help" ? nullptr : CommandNamed(before_[at]);
      if (command == nullptr) {
        if (before_[at] == "help" && at + 1 == before_.size()) OfferCommands();
        return std::move(result_);
      }
      shape_ = ShapeOf(*command);
      before_.erase(before_.begin() + static_cast<std::ptrdiff_t>(at));
      Argument();
    } else {
      shape_ = ShapeOf(kCheck);  // the options that all commands have are among its own
      std::erase_if(shape_.options, [](const OptionShape& option) {
        return option.name != "--help" && option.name != "--version" && option.name != "--json" && option.name != "--format" &&
               option.name != "--quiet" && option.name != "--schema";
      });
      if (const OptionShape* open = OptionBefore()) {
        Value(open->kind, open->words, "");
      } else if (typed_.starts_with("-")) {
        OfferOptions();
      } else {
        OfferCommands();
        Offer("help", "says more of a command");
      }
    }
    return std::move(result_);
  }

 private:
  void Offer(const std::string& word, std::string_view says) {
    if (word.starts_with(typed_)) result_.words.push_back({word, std::string(says)});
  }
  void OfferCommands() {
    for (const Command* command : Commands()) Offer(std::string(command->name), command->summary);
  }
  bool Given(const std::string& name) const {
    return std::any_of(before_.begin(), before_.end(),
                       [&](const std::string& word) { return word == name || word.starts_with(name + "="); });
  }
  void OfferOptions() {
    for (const OptionShape& option : shape_.options) {
      if (option.repeatable || !Given(LongName(option))) Offer(LongName(option), option.doc);
    }
  }
  const OptionShape* Option(std::string_view name) const {
    for (const OptionShape& option : shape_.options) {
      if (IsCalled(option, name)) return &option;
    }
    return nullptr;
  }
  bool OptionsEnded() const { return std::find(before_.begin(), before_.end(), "--") != before_.end(); }
  // The option whose value is being typed.
  const OptionShape* OptionBefore() const {
    if (before_.empty() || OptionsEnded()) return nullptr;
    const OptionShape* option = Option(before_.back());
    return option == nullptr || option->value.empty() ? nullptr : option;
  }

  void Argument() {
    if (const OptionShape* open = OptionBefore()) return Value(open->kind, open->words, "");
    const size_t equals = typed_.find('=');
    if (typed_.starts_with("--") && equals != std::string::npos && !OptionsEnded()) {
      const OptionShape* option = Option(typed_.substr(0, equals));
      if (option != nullptr && !option->value.empty()) Value(option->kind, option->words, typed_.substr(0, equals + 1));
      return;
    }
    if (typed_.starts_with("-") && !OptionsEnded()) return OfferOptions();
    if (Arguments() < shape_.most) Value(shape_.arguments, shape_.words, "");
    if (typed_.empty() && result_.words.empty() && result_.files.empty()) OfferOptions();
  }
  // How many words before are no options and no values of options.
  size_t Arguments() const {
    size_t count = 0;
    bool ended = false;
    for (size_t i = 0; i < before_.size(); ++i) {
      if (!ended && before_[i] == "--") {
        ended = true;
      } else if (!ended && before_[i].starts_with("-") && before_[i] != "-") {
        const OptionShape* option = Option(before_[i]);
        if (option != nullptr && !option->value.empty()) ++i;
      } else {
        ++count;
      }
    }
    return count;
  }
  void Value(ValueKind kind, const std::vector<std::string>& words, const std::string& prefix) {
    const std::string_view value = std::string_view(typed_).substr(prefix.size());
    for (const Completion& known : ValuesOf(kind, words, value, before_, shape_)) {
      if (!known.word.starts_with(value)) continue;
      result_.words.push_back({prefix + known.word, known.says});
      result_.goes_on = result_.goes_on || known.word.ends_with("=");
    }
    result_.files = FilesOf(kind);
    result_.prefix = prefix;
  }

  std::vector<std::string> before_;
  const std::string& typed_;
  CommandShape shape_;
  Completions result_;
};

}  // namespace

Completions CompleteLine(const std::vector<std::string>& words) {
  if (words.empty()) return {};
  return Line(words).Complete();
}

Exit PrintCompletions(std::vector<std::string> words) {
  if (!words.empty() && words.front() == "--") words.erase(words.begin());
  const Completions found = CompleteLine(words);
  std::string text;
  for (const Completion& one : found.words) {
    // A shell reads lines: names that have several, or end early, are left for people to type.
    if (std::any_of(one.word.begin(), one.word.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; })) continue;
    text += one.word + "\t" + one.says + "\n";
  }
  if (!found.files.empty()) text += ":" + found.files + " " + found.prefix + "\n";
  if (found.goes_on) text += ":goes-on\n";
  std::fwrite(text.data(), 1, text.size(), stdout);
  return Exit::kYes;
}

}  // namespace keyrule::command
