#include "dsl/hint_words.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "dsl/hint_habits.h"
#include "dsl/suggest.h"
#include "dsl/wording.h"

namespace keyrule::dsl {
namespace {

struct Habit {
  std::string_view foreign;
  std::string_view here;
};
constexpr Habit kHabits[] = {{"if", "`when`"},
                             {"unless", "`when not (…)`"},
                             {"otherwise", "`else`"},
                             {"allow", "`use`"},
                             {"permit", "`use`"},
                             {"package", "`keyrule 1` first, and no package"},
                             {"reject", "`deny`"},
                             {"forbid", "`deny`"},
                             {"block", "`deny`"},
                             {"policy", "`rule`"},
                             {"group", "`pool`"},
                             {"rate_limit", "`quota`"},
                             {"include", "`import`"},
                             {"version", "`keyrule 1`"},
                             {"equals", "`==`"},
                             {"eq", "`==`"},
                             {"ne", "`!=`"},
                             {"has", "`is set`"},
                             {"exists", "`is set`"},
                             {"startswith", "`starts with`"},
                             {"endswith", "`ends with`"},
                             {"starts_with", "`starts with`"},
                             {"ends_with", "`ends with`"},
                             {"matching", "`matches`"},
                             {"xor", "`and` and `or`"},
                             {"var", "`let`"},
                             {"const", "`let`"},
                             {"def", "`rule`"},
                             {"using", "`by`"},
                             {"strategy", "`by`"},
                             {"condition", "`when`"},
                             {"eur", "`usd`: budgets count in US dollars"},
                             {"EUR", "`usd`: budgets count in US dollars"},
                             {"description", "it as a comment: `# …`"},
                             {"timeout", "`retry 2 times within 20s`"},
                             {"nullable", "`optional`"},
                             {"required", "nothing: what is not `optional` is required"},
                             {"begin", "`{`"},
                             {"salt", "`salted \"…\"`"}};

// The words that a group of the expected names stands for, and the help that lists them where that
// is worth a line.
struct GroupWords {
  std::string_view name;
  std::string_view words;
  std::string_view help;
};
constexpr GroupWords kGroups[] = {
    {"a statement", "schema import let table pool quota budget rule default never always test",
     "statements begin with schema, import, let, table, pool, quota, budget, rule, default, never, "
     "always or test"},
    {"a way to choose",
     "round_robin weighted_round_robin random weighted_random first_available least_in_flight "
     "least_used headroom latency sticky",
     "one of round_robin, weighted_round_robin, random, weighted_random, first_available, "
     "least_in_flight, least_used, headroom, latency, sticky on …"},
    {"an outcome", "ok rate_limited unauthorized out_of_credit timed_out server_error caller_error",
     "one of ok, rate_limited, unauthorized, out_of_credit, timed_out, server_error, caller_error"},
    {"a period", "second minute hour day month", "one of second, minute, hour, day, month"},
    {"a reason",
     "disabled expired cooling over_quota over_budget overloaded other_provider other_model "
     "unknown tried",
     "one of disabled, expired, cooling, over_quota, over_budget, overloaded, other_provider, "
     "other_model, unknown, tried"},
    {"a type", "string int bool timestamp enum list map",
     "one of string, int, bool, timestamp, enum […], list of string, map of string"},
    {"a test step", "given clock request again next report wait expect", ""},
    {"an expectation", "rule default credential same another deny host wait tag skipped",
     "write `rule x`, `default`, `credential \"a\"`, `deny`, `host`, `wait 3s` or `3 on \"a\"`"},
    {"a comparison", "in is not starts ends contains like matches", ""},
    {"requests, tokens or usd", "requests tokens usd",
     "write `limit 100 requests per minute`, `… tokens …` or `limit 50.00 usd per month`"},
};

void AddWords(std::string_view words, std::vector<std::string_view>& into) {
  while (!words.empty()) {
    const size_t space = std::min(words.find(' '), words.size());
    into.push_back(words.substr(0, space));
    words.remove_prefix(std::min(space + 1, words.size()));
  }
}

bool IsAnyOf(std::string_view word, const std::vector<std::string_view>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string InLowerCase(std::string_view word) {
  std::string lower(word);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

// `round-robin` and `round robin`, as one word of the language.
std::vector<std::string> Joined(const Failure& f) {
  if (!IsWord(f.kind()) || f.at + 1 >= f.tokens->size()) return {};
  std::string dashed(WrittenInOneGo(f));
  std::replace(dashed.begin(), dashed.end(), '-', '_');
  return {std::move(dashed), Cat({f.text(), "_", f.tokens->TextOf(f.at + 1)})};
}

}  // namespace

std::string HintForWord(const Failure& f) {
  const TokenKind found = f.kind();
  std::vector<std::string_view> legal;
  std::string list;
  for (const std::string_view name : f.expected) {
    if (name.starts_with('`') && name[1] >= 'a' && name[1] <= 'z') {
      legal.push_back(name.substr(1, name.size() - 2));
    }
    for (const GroupWords& group : kGroups) {
      if (group.name != name) continue;
      AddWords(group.words, legal);
      if (list.empty()) list = group.help;
    }
  }
  if (const std::string word = InLowerCase(f.text()); word != f.text()) {
    const bool joins = IsAnyOf(word, {"and", "or", "not", "in", "is"});
    if (joins || IsAnyOf(word, legal)) {
      return Cat({"words of the language are in lower case: `", word, "`"});
    }
  }
  for (const std::string& whole : Joined(f)) {
    if (whole != f.text() && IsAnyOf(whole, legal)) return Cat({"did you mean `", whole, "`?"});
  }
  if (IsWord(found)) {
    const std::string_view near = Nearest(f.text(), legal);
    if (!near.empty() && near != f.text()) return Cat({"did you mean `", near, "`?"});
  }
  if (found == TokenKind::kPath || found == TokenKind::kIdentifier) {
    for (const Habit& habit : kHabits) {
      if (habit.foreign == f.text()) return Cat({"write ", habit.here});
    }
  }
  return list;
}

}  // namespace keyrule::dsl
