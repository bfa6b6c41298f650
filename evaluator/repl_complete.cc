// What could stand at the end of a line.

#include <algorithm>

#include "dsl/token.h"
#include "dsl/wording.h"
#include "evaluator/repl_impl.h"
#include "evaluator/repl_language.h"
#include "evaluator/repl_offers.h"

namespace keyrule::evaluator {

namespace {

constexpr std::string_view kStrategies[] = {
    "round_robin",     "weighted_round_robin", "random",   "weighted_random", "first_available",
    "least_in_flight", "least_used",           "headroom", "latency",         "sticky"};

// The line cut into words: texts in quotes are one, and so is each of `= , [ ] ( ) { }`, `==` and `!=`. The last is
// begun.
struct Words {
  std::vector<std::string_view> before;
  std::string_view begun;  // may be empty
  size_t begin = 0;        // where it stands
};

bool IsMark(char c) { return std::string_view("=,[](){}!<>").find(c) != std::string_view::npos; }

Words Cut(std::string_view text) {
  Words words;
  size_t at = 0;
  while (true) {
    while (at < text.size() && (text[at] == ' ' || text[at] == '\t' || text[at] == '\n')) ++at;
    const size_t begin = at;
    if (at < text.size() && text[at] == '"') {
      for (++at; at < text.size() && text[at] != '"'; ++at) at += text[at] == '\\';
      if (at >= text.size()) {  // not closed yet
        words.begun = text.substr(begin);
        words.begin = begin;
        return words;
      }
      ++at;
    } else if (at < text.size() && IsMark(text[at])) {
      ++at;
      if (at < text.size() && text[at] == '=') ++at;  // == != <= >=
    } else {
      while (at < text.size() && !IsMark(text[at]) && text[at] != '"' && text[at] != ' ' && text[at] != '\t' &&
             text[at] != '\n') {
        ++at;
      }
      if (at >= text.size()) {
        words.begun = text.substr(begin);
        words.begin = begin;
        return words;
      }
    }
    words.before.push_back(text.substr(begin, at - begin));
  }
}

class Completer : private ReplOffers {
 public:
  explicit Completer(const Repl::Impl& impl) : ReplOffers(impl) {}

  Repl::Completion Complete(std::string_view text) {
    const Words words = Cut(text);
    Offer(words);
    Repl::Completion completion{.begin = words.begin, .words = {}};
    for (const std::string& offer : offers_) {
      if (offer.starts_with(words.begun)) completion.words.push_back(offer);
    }
    return completion;
  }

 private:
  void Offer(const Words& words) {
    if (words.before.empty()) {
      for (const ReplCommand& command : ReplCommands()) offers_.emplace(command.name);
      offers_.insert({"rule", "pool", "let", "budget", "quota", "table", "default"});
      return;
    }
    const std::string_view command = words.before.front();
    const std::string_view last = words.before.back();
    const size_t count = words.before.size();
    if (command == "help" && count == 1) return OfferHelp();
    if (command == "load" && count >= 1) return OfferFiles(words.begun);
    if (impl_.program == nullptr) return;
    if (command == "set" || command == "unset" || command == "what") return OfferSetting(words, command);
    if (command == "request" || command == "decide" || command == "again") return OfferCall(words, command);
    if (command == "why") return OfferWhy(count);
    if (command == "report") return OfferReport(words);
    if (command == "expect") return OfferExpect(words);
    if (command == "given") return OfferGiven(words);
    if (command == "save") return OfferSave(words);
    if (command == "drop") return OfferDrop();
    if (command == "schema") return OfferAttributes();
    if (command == "test" && last == "test") return OfferTests();
    if (command == "is" || command == "try" || dsl::IsStatementWord(dsl::WordKind(command))) OfferStatement(words);
  }

  void OfferHelp() {
    for (const ReplCommand& known : ReplCommands()) offers_.emplace(known.name);
    for (const LanguageWord& known : LanguageWords()) offers_.emplace(known.word);
    if (impl_.program == nullptr) return;
    OfferAttributes();
    OfferRules();
    OfferPools();
    OfferCredentials();
  }

  void OfferFiles(std::string_view begun) {
    for (std::string& file : impl_.host.Files(begun)) offers_.insert(std::move(file));
  }

  // The attribute whose value is begun; empty: an attribute is.
  static std::string_view SettingAt(const Words& words) {
    const size_t count = words.before.size();
    for (size_t i = count; i-- > 1;) {
      const std::string_view word = words.before[i];
      if (word == "=") return words.before[i - 1];
      if (word == "," && std::find(words.before.begin(), words.before.begin() + static_cast<std::ptrdiff_t>(i), "[") ==
                             words.before.begin() + static_cast<std::ptrdiff_t>(i)) {
        return {};
      }
    }
    return {};
  }

  void OfferSetting(const Words& words, std::string_view command) {
    if (command == "what" && words.before.size() == 1) {
      offers_.insert("if");
      return;
    }
    const std::string_view path = SettingAt(words);
    if (!path.empty()) {
      const std::string_view last = words.before.back();
      if (last == "=" || last == "[" || last == ",") OfferValues(path, command == "set");
      return;
    }
    if (command == "what" && words.before.back() != "unset") offers_.insert("unset");
    if (command == "unset") {
      offers_.insert("all");
      for (const ReplSetting& setting : impl_.settings) offers_.insert(setting.path);
    }
    OfferAttributes();
  }

  void OfferCall(const Words& words, std::string_view command) {
    const auto with = std::find(words.before.begin(), words.before.end(), "with");
    if (with != words.before.end()) {
      const std::string_view path = SettingAt(words);
      return path.empty() ? OfferAttributes() : OfferValues(path, true);
    }
    const std::string_view last = words.before.back();
    if (!last.empty() && last[0] >= '0' && last[0] <= '9') {
      offers_.insert("times");
      return;
    }
    if (last == "times") offers_.insert({"at once", "every"});
    if (command != "again") offers_.insert("with");
  }

  void OfferWhy(size_t count) {
    if (count == 1) {
      offers_.insert("not");
      return;
    }
    OfferRules();
    offers_.insert("default");
    OfferCredentials();
  }

  void OfferReport(const Words& words) {
    if (words.before.size() == 1) {
      for (const std::string_view word : OutcomeWords()) offers_.emplace(word);
    } else if (words.before.size() == 2) {
      offers_.insert("with");
    } else if (words.before.back() == "with" || words.before.back() == ",") {
      offers_ = {"cost", "latency", "retry_after", "tokens"};
    }
  }

  void OfferExpect(const Words& words) {
    const std::string_view last = words.before.back();
    if (last == "rule") return OfferRules();
    if (last == "in") return OfferPools();
    if (last == "on" || last == "skipped") return OfferCredentials();
    if (last == "as") {
      for (int skip = static_cast<int>(Skip::kOtherProvider); skip <= static_cast<int>(Skip::kOverloaded); ++skip) {
        offers_.emplace(ToString(static_cast<Skip>(skip)));
      }
      return;
    }
    if (last == "credential") {
      offers_.insert("in");
      return OfferCredentials();
    }
    if (last == "tag") {
      for (const dsl::Rule& rule : policy().rules) {
        for (const dsl::Tag& tag : rule.chain.tags) offers_.emplace(tag.name.text);
      }
      for (const dsl::Tag& tag : policy().fallback.chain.tags) offers_.emplace(tag.name.text);
      return;
    }
    if (last.starts_with('"') && words.before.size() >= 2 && words.before[words.before.size() - 2] == "skipped") {
      offers_.insert("as");
    } else if (last == "expect" || last == ",") {
      offers_ = {"another credential", "credential", "default", "deny", "host", "rule",
                 "same credential",    "skipped",    "tag",     "wait"};
    }
  }

  void OfferGiven(const Words& words) {
    const std::string_view last = words.before.back();
    if (last == "given") {
      offers_.insert("credential");
    } else if (last == "credential") {
      OfferCredentials();
    } else if (last == "of") {
      OfferValues("provider", false);
    } else if (last == "with" || last == ",") {
      offers_ = {"enabled", "expires", "id", "labels.", "model", "model.type", "owner", "weight"};
    } else if (last.starts_with('"')) {
      offers_.insert({"of", "with"});
    } else if (last == "=" && words.before[words.before.size() - 2] == "enabled") {
      offers_.insert({"false", "true"});
    }
  }

  void OfferSave(const Words& words) {
    if (words.before.size() == 1) offers_.insert("test");
    if (words.before.size() == 3) offers_.insert("to");
    if (words.before.back() == "to") OfferFiles(words.begun);
  }

  void OfferDrop() {
    offers_.insert("all");
    for (const ReplFragment& one : impl_.fragments) offers_.insert(one.label);
  }

  // Inside a statement or a condition: by the word before.
  void OfferStatement(const Words& words) {
    const std::string_view last = words.before.back();
    const auto begins_condition = [](std::string_view word) {
      constexpr std::string_view kWords[] = {"when", "and", "or", "not", "(", "is"};
      return std::find(std::begin(kWords), std::end(kWords), word) != std::end(kWords);
    };
    if (last == "by") {
      for (const std::string_view strategy : kStrategies) offers_.emplace(strategy);
    } else if (last == "use" || last == "from") {
      if (last == "use") offers_.insert("credential");
      OfferPools();
    } else if (last == "credential") {
      OfferCredentials();
    } else if (last == "else") {
      offers_ = {"deny", "leave to host", "use"};
    } else if (last == "before" || (last == "after" && words.before.front() != "pool")) {
      OfferRules();
    } else if (last == "under") {
      for (const dsl::Meter& meter : policy().meters) {
        if (meter.is_budget) offers_.emplace(meter.name.text);
      }
    } else if (last == "on") {
      OfferAttributes();
    } else if (last == "==" || last == "!=") {
      if (words.before.size() >= 2) OfferValues(words.before[words.before.size() - 2], false);
    } else if (last == "in") {
      for (const dsl::Let& let : policy().lets) {
        if (!std::holds_alternative<dsl::Condition>(let.value)) offers_.emplace(let.name.text);
      }
      for (const dsl::Table& table : policy().tables) offers_.emplace(table.name.text);
    } else if (last == "[" || last == ",") {
      OfferListItem(words);
    } else if (begins_condition(last)) {
      OfferAttributes();
      for (const dsl::Let& let : policy().lets) {
        if (std::holds_alternative<dsl::Condition>(let.value)) offers_.emplace(let.name.text);
      }
      offers_.insert({"date", "not", "time", "weekday"});
    } else if (last == "{") {
      offers_ = {"deny", "leave to host", "use", "when", "where"};
    } else {
      for (const LanguageWord& known : LanguageWords()) offers_.emplace(known.word);
      OfferAttributes();
    }
  }

  // `app.id in ["a", `
  void OfferListItem(const Words& words) {
    for (size_t i = words.before.size(); i-- > 2;) {
      if (words.before[i] != "[") continue;
      const bool negated = words.before[i - 1] == "in" && i >= 3 && words.before[i - 2] == "not";
      return OfferValues(words.before[i - (negated ? 3 : 2)], false);
    }
  }
};

}  // namespace

Repl::Completion Repl::Complete(std::string_view text) const { return Completer(*impl_).Complete(text); }

}  // namespace keyrule::evaluator
