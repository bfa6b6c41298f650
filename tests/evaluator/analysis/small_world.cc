#include "tests/evaluator/analysis/small_world.h"

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <set>

#include "evaluator/session.h"

namespace keyrule::testing {
namespace {

using evaluator::Value;

constexpr std::string_view kSchema =
    "schema \"dify\" with {\n"
    "  x.a : string optional\n  x.b : string\n  x.e : enum [\"p\", \"q\", \"r\"] optional\n  x.n : int optional\n"
    "  x.f : bool optional\n  x.l : list of string\n  x.m : map of string\n}\n";
constexpr int64_t kHourMs = 3'600'000;

// All words over a, b and c (which no condition writes) of 1 to `most` letters. They live as long as the program.
const std::vector<Value>& Words(size_t most) {
  static std::deque<std::string> texts;
  static std::vector<std::vector<Value>> by_length(8);
  if (by_length[most].empty()) {
    std::vector<std::string> last = {""};
    for (size_t length = 1; length <= most; ++length) {
      std::vector<std::string> longer;
      for (const std::string& word : last) {
        for (const char letter : {'a', 'b', 'c'}) longer.push_back(word + letter);
      }
      for (const std::string& word : longer) by_length[most].push_back(Value::Text(texts.emplace_back(word)));
      last = std::move(longer);
    }
  }
  return by_length[most];
}

const std::vector<Value>& Lists() {
  static const std::vector<std::vector<std::string_view>> lists = {
      {"a"}, {"b"}, {"c"}, {"a", "b"}, {"a", "c"}, {"b", "c"}, {"a", "b", "c"}};
  static const std::vector<Value> values = [] {
    std::vector<Value> all = {Value()};
    for (const auto& list : lists) all.push_back(Value::List(list));
    return all;
  }();
  return values;
}

uint64_t Setting(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

}  // namespace

uint64_t SeedOr(uint64_t otherwise) { return Setting("KEYRULE_SEED", otherwise); }
uint64_t CasesOr(uint64_t otherwise) { return Setting("KEYRULE_CASES", otherwise); }

bool Undecided::Count(const std::string& policy) {
  if (policy.find("%..") == std::string::npos) return false;
  ++count_;
  return true;
}

::testing::AssertionResult Undecided::IsSeldom(uint64_t cases, uint64_t one_in) const {
  return (count_ * one_in <= cases ? ::testing::AssertionSuccess() : ::testing::AssertionFailure()) << count_ << " of " << cases;
}

std::string SmallWorld::Word(size_t most) {
  std::string word;
  const size_t length = 1 + Below(most);
  while (word.size() < length) word += Below(2) == 0 ? 'a' : 'b';
  return word;
}

std::string SmallWorld::Glob() {
  switch (Below(6)) {
    case 0: return Word(2) + "*";
    case 1: return "*" + Word(2);
    case 2: return "*" + Word(2) + "*";
    case 3: return Word(1) + "*" + Word(1);
    case 4: return Word(1) + "*" + Word(1) + "*";
    default: return Word(3);
  }
}

std::string SmallWorld::TextAtom(const std::string& path) {
  switch (Below(11)) {
    case 0: return path + " == \"" + Word(3) + "\"";
    case 1: return path + " != \"" + Word(2) + "\"";
    case 2: return path + " in [\"" + Word(2) + "\", \"" + Word(3) + "\"]";
    case 3: return path + " not in [\"" + Word(2) + "\", \"" + Word(1) + "\"]";
    case 4: return path + " starts with \"" + Word(2) + "\"";
    case 5: return path + " ends with \"" + Word(2) + "\"";
    case 6: return path + " contains \"" + Word(2) + "\"";
    case 7: return path + " like \"" + Glob() + "\"";
    case 8: return path + " is set";
    case 9: return path + " is not set";
    default: {
      const size_t from = Below(3) * 25;
      return path + " in " + std::to_string(from) + "%.." + std::to_string(from + 25) + "%" +
             (Below(3) == 0 ? " salted \"s\"" : "");
    }
  }
}

std::string SmallWorld::Atom() {
  const std::string& path = paths_[Below(paths_.size())];
  if (path == "x.a" || path == "x.b" || path.starts_with("x.m.")) return TextAtom(path);
  if (path == "x.e") {
    const std::string value = std::string(1, "pqr"[Below(3)]);
    switch (Below(5)) {
      case 0: return "x.e == \"" + value + "\"";
      case 1: return "x.e != \"" + value + "\"";
      case 2: return "x.e in [\"p\", \"" + value + "\"]";
      case 3: return "x.e is set";
      default: return "x.e not in [\"r\", \"" + value + "\"]";
    }
  }
  if (path == "x.n") {
    static constexpr std::string_view kOps[] = {"==", "!=", "<", "<=", ">", ">="};
    if (Below(7) == 0) return "x.n is set";
    if (Below(5) == 0) return "x.n in [1, 3]";
    return "x.n " + std::string(kOps[Below(6)]) + " " + std::to_string(Below(5));
  }
  if (path == "x.f") return Below(3) == 0 ? "x.f is set" : "x.f";
  if (path == "x.l") {
    return Below(4) == 0 ? "x.l is set" : "x.l contains \"" + std::string(1, "ab"[Below(2)]) + "\"";
  }
  if (path == "x.m") return Below(2) == 0 ? "x.m is set" : "x.m is not set";
  switch (Below(4)) {  // the clock
    case 0: return "time in 09:00..17:00 at \"UTC\"";
    case 1: return "weekday in mon..fri at \"Europe/Berlin\"";
    case 2: return "time in 22:00..06:00 at \"Asia/Kolkata\"";
    default: return "date >= 2026-03-01 at \"UTC\"";
  }
}

std::string SmallWorld::Condition(int depth) {
  if (depth == 0 || Below(3) == 0) {
    const std::string atom = Atom();
    return Below(5) == 0 ? "not (" + atom + ")" : atom;
  }
  const std::string word = Below(2) == 0 ? " and " : " or ";
  std::string text = (Below(6) == 0 ? "not (" : "(") + Condition(depth - 1);
  const size_t terms = 1 + Below(2);
  for (size_t i = 0; i < terms; ++i) text += word + Condition(depth - 1);
  return text + ")";
}

std::string SmallWorld::Policy(size_t most_rules) {
  static const std::vector<std::string> all = {"x.a", "x.a", "x.b", "x.b", "x.e", "x.n", "x.f", "x.l", "x.m.k", "x.m", "clock"};
  paths_.clear();
  const size_t count = 1 + Below(3);
  for (size_t i = 0; i < count; ++i) paths_.push_back(all[Below(all.size())]);
  std::string text = "keyrule 1\n" + std::string(kSchema);
  if (Below(2) == 0) text += "let named = (" + Condition(1) + ")\n";
  const bool has_let = text.find("let named") != std::string::npos;
  const size_t rules = 1 + Below(most_rules);
  for (size_t i = 0; i < rules; ++i) {
    std::string condition = Condition(static_cast<int>(Below(3)));
    if (has_let && (i == 0 || Below(3) == 0)) condition = (Below(2) == 0 ? "named and (" : "not named and (") + condition + ")";
    text += "rule r" + std::to_string(i) + " { when " + condition + " use credential \"k" + std::to_string(i) + "\" }\n";
  }
  return text + "default { deny \"none\" }\n";
}

MovedRequest::MovedRequest(const dsl::Policy& from, const dsl::Policy& to) : values_(to.slots.size()) {
  for (const dsl::Attribute& slot : to.slots) from_.push_back(from.FindSlot(slot.path.text));
}

const std::vector<Value>& MovedRequest::Of(const std::vector<Value>& values) {
  for (size_t slot = 0; slot < from_.size(); ++slot) {
    if (from_[slot] != dsl::kUnresolved) values_[slot] = values[from_[slot]];
  }
  return values_;
}

void ForEachRequest(const evaluator::Program& program,
                    const std::function<bool(const std::vector<Value>&, int64_t now_ms)>& visit) {
  const dsl::Policy& policy = *program.policy;
  std::set<std::string_view> used;
  for (uint32_t slot = 0; slot < policy.slots.size(); ++slot) {
    const std::string_view path = policy.slots[slot].path.text;
    if (path.starts_with("x.") && program.read_slots[slot]) used.insert(path);
  }
  const std::string_view source = policy.sources->at(0).text();
  const bool clock = source.find(" at \"") != std::string_view::npos;
  size_t texts = 0;
  for (const std::string_view path : used) texts += path == "x.a" || path == "x.b" || path.starts_with("x.m.") ? 1 : 0;
  const size_t most = texts >= 3 ? 2 : texts == 2 ? 3 : 5;

  std::vector<std::pair<uint32_t, std::vector<Value>>> choices;
  uint32_t map_slot = dsl::kUnresolved;
  uint32_t entry_slot = dsl::kUnresolved;
  std::vector<Value> values(policy.slots.size());
  for (uint32_t slot = 0; slot < policy.slots.size(); ++slot) {
    const std::string_view path = policy.slots[slot].path.text;
    if (path == "x.b") values[slot] = Value::Text("c");
    if (path == "x.m") map_slot = slot;
    if (path == "x.m.k") entry_slot = slot;
    if (!used.contains(path)) continue;
    std::vector<Value> all;
    if (policy.slots[slot].optional && path != "x.l") all.push_back(Value());
    if (path == "x.a" || path == "x.b" || path == "x.m.k") all.insert(all.end(), Words(most).begin(), Words(most).end());
    if (path == "x.e") all.insert(all.end(), {Value::Text("p"), Value::Text("q"), Value::Text("r")});
    if (path == "x.f") all.insert(all.end(), {Value::Bool(false), Value::Bool(true)});
    if (path == "x.l") all = Lists();
    if (path == "x.n") {
      for (int64_t n = -1; n <= 6; ++n) all.push_back(Value::Integer(n));
    }
    if (path == "x.m") all = {Value(), Lists()[1]};  // its value is the list of its entries' names
    choices.emplace_back(slot, std::move(all));
  }
  std::vector<int64_t> moments = {evaluator::kTestStartMs};
  if (clock) {
    for (int64_t hour = 0; hour < 24 * 8; hour += 1) moments.push_back(evaluator::kTestStartMs + hour * kHourMs + kHourMs / 2);
    for (int64_t day = 90; day < 97; ++day) {  // past the date that conditions ask for; one between all ends of windows
      for (const int64_t quarter : {0, 8, 20, 44, 67, 72, 92}) moments.push_back(evaluator::kTestStartMs + (day * 96 + quarter) * kHourMs / 4);
    }
  }
  std::vector<size_t> at(choices.size(), 0);
  for (;;) {
    for (size_t i = 0; i < choices.size(); ++i) values[choices[i].first] = choices[i].second[at[i]];
    // A map with an entry that is named is set, whatever else is.
    const bool entry = entry_slot != dsl::kUnresolved && !values[entry_slot].absent();
    const bool possible = !entry || map_slot == dsl::kUnresolved || !values[map_slot].absent();
    for (const int64_t moment : moments) {
      if (possible && !visit(values, moment)) return;
    }
    size_t i = 0;
    while (i < at.size() && ++at[i] == choices[i].second.size()) at[i++] = 0;
    if (i == at.size()) return;
  }
}

}  // namespace keyrule::testing
