#include "tests/evaluator/policy_case_random.h"

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>

#include "dsl/ast.h"
#include "tests/evaluator/random_policy.h"

namespace keyrule::evaluator::cases {
namespace {

using dsl::Type;
using Texts = std::vector<std::string>;

constexpr int64_t kStartMs = 1'767'614'400'000;  // 2026-01-05T12:00Z

struct Declared {
  std::string path;
  Type type = Type::kString;
  Texts values;      // of an enum
  bool required = false;
  Texts constants;   // that conditions compare it with
};

// What the rules of a policy look like, for the most part.
enum class Style {
  kOneField,    // equalities of one attribute
  kTuples,      // of two or three
  kLists,       // in named lists and tables
  kPrefixes,    // of many lengths, one the beginning of another
  kSuffixes,
  kWide,        // many weak conditions that overlap
  kNamed,       // conditions by name, again and again
  kNegations,
  kHardly,      // conditions that hold for nothing or nearly everything
  kDisjoint,    // each rule another attribute
  kAnything,
  kStyles
};

class Maker {
 public:
  Maker(uint64_t seed, int size) : random_(seed), parts_(seed), size_(static_cast<uint64_t>(std::max(size, 0))) {}

  PolicyCase Make(size_t calls) {
    const uint64_t rules = RuleCount();
    many_ = rules >= 25;
    MakeWords(rules);
    Declare();
    MakeLists();
    policy_.seed = random_();
    policy_.sources = parts_.Sources();
    style_ = static_cast<Style>(Below(static_cast<uint64_t>(Style::kStyles)));
    for (size_t i = 0; i < 3; ++i) favourites_.push_back(Below(attributes_.size()));
    const uint64_t named = style_ == Style::kNamed ? 3 + Below(10) : Below(4);
    for (uint64_t i = 0; i < named; ++i) policy_.named.push_back(Condition(0));
    for (uint64_t i = 0; i < rules; ++i) {
      const std::string name = "r" + std::to_string(i);
      policy_.rules.push_back({name, RuleCondition(i), Chain(name)});
    }
    policy_.fallback = Chance(50) ? "leave to host" : Chain("default");
    policy_.credentials = parts_.Credentials();
    int64_t now_ms = kStartMs;
    for (size_t i = 0; i < calls; ++i) {
      now_ms += parts_.Pause();
      policy_.calls.push_back(MakeCall(now_ms));
    }
    return std::move(policy_);
  }

 private:
  uint64_t Below(uint64_t bound) { return random_() % bound; }
  bool Chance(uint64_t percent) { return Below(100) < percent; }
  template <class T>
  const T& Of(const std::vector<T>& items) {
    return items[Below(items.size())];
  }

  uint64_t RuleCount() {
    const uint64_t kind = Below(100);
    if (kind < 55) return 1 + Below(12);
    if (kind < 92) return 8 + Below(10 + size_ / 2);
    return 60 + Below(10 + 3 * size_);  // hundreds
  }

  // ---- words: few, so that they meet; with beginnings and ends in common

  void MakeWords(uint64_t rules) {
    const uint64_t numbers = 2 + Below(6 + (many_ ? rules : size_ / 2));
    for (uint64_t i = 0; i < numbers; ++i) words_.push_back("v-" + std::to_string(Below(numbers)));
    std::string path = "t";
    for (uint64_t i = 0; i < 5; ++i) {
      words_.push_back(path);
      path += Chance(50) ? "/u" : "-" + std::to_string(Below(3));
    }
    for (uint64_t i = 0; i < 6; ++i) {
      std::string letters;
      for (uint64_t k = 0; k <= Below(9); ++k) letters += Chance(50) ? 'a' : 'b';
      words_.push_back(letters);
    }
    static const Texts odd = {"\u00fc-1", "\u65e5\u672c", "\u65e5", "e\u0301", "x*y", "q\"t", "back\\slash", " lead",
                              "trail ", "A", "a-1", "a-2", "wf-1", "u-1", "alpha", "id-3", "0", "true", "a.b", "(", "%"};
    for (uint64_t i = 0; i < 5; ++i) words_.push_back(Of(odd));
    words_.push_back(std::string(20 + Below(180), Chance(50) ? 'a' : 'l') + std::to_string(Below(3)));
  }

  // A word as a constant of this attribute.
  std::string Constant(Declared* attribute) {
    std::string word = attribute->type == Type::kEnum ? Of(attribute->values) : Of(words_);
    attribute->constants.push_back(word);
    return word;
  }

  // Whole characters only: the policy is UTF-8.
  static bool Begins(const std::string& text, size_t at) {
    return at >= text.size() || (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80;
  }
  std::string Beginning(const std::string& word) {
    size_t end = 1 + Below(word.size());
    while (!Begins(word, end)) ++end;
    return word.substr(0, end);
  }
  std::string End(const std::string& word) {
    size_t begin = Below(word.size());
    while (!Begins(word, begin)) --begin;
    return word.substr(begin);
  }

  // ---- the schema

  void Add(const std::string& path, Type type, bool required, const std::string& more = {}, Texts values = {}) {
    Declared declared{path, type, std::move(values), required, {}};
    static const std::map<Type, std::string> words = {
        {Type::kString, "string"}, {Type::kInt, "int"}, {Type::kBool, "bool"}, {Type::kTimestamp, "timestamp"},
        {Type::kListOfString, "list of string"}, {Type::kMapOfString, "map of string"}};
    std::string text = path + " : ";
    if (type == Type::kEnum) {
      text += "enum [";
      for (size_t i = 0; i < declared.values.size(); ++i) text += (i > 0 ? ", " : "") + Quoted(declared.values[i]);
      text += "]";
    } else {
      text += words.at(type);
    }
    policy_.attributes.push_back(text + (required ? "" : " optional") + more);
    if (type != Type::kMapOfString) attributes_.push_back(std::move(declared));
  }

  // Either `dify` with some attributes more, or a schema of its own with those that the chains read.
  void Declare() {
    const bool dify = Chance(40);
    policy_.schema = dify ? "schema \"dify\" with {" : "schema \"case\" {";
    const auto known = [&](const std::string& path, Type type, bool required, const std::string& more = {}) {
      Add(path, type, dify ? path == "provider" || path == "model" || path == "tenant.id" : required, more);
      if (dify) policy_.attributes.pop_back();
    };
    known("provider", Type::kString, true);
    known("model", Type::kString, true);
    known("tenant.id", Type::kString, false);
    known("app.id", Type::kString, false);
    known("workflow.id", Type::kString, Chance(20));
    known("user.id", Type::kString, Chance(20));
    known("node.credential", Type::kString, false);
    known("request.tokens", Type::kInt, false);
    known("env", Type::kMapOfString, false);
    known("inputs", Type::kMapOfString, false, " untrusted");
    for (const char* entry : {"env.stage", "inputs.client", "inputs.\"client-id\""}) {
      attributes_.push_back({entry, Type::kString, {}, false, {}});
    }
    static const std::vector<Type> types = {Type::kString, Type::kString, Type::kString, Type::kEnum, Type::kInt,
                                            Type::kBool, Type::kTimestamp, Type::kListOfString, Type::kMapOfString};
    const uint64_t extra = 1 + Below(9);
    for (uint64_t i = 0; i < extra; ++i) {
      const Type type = Of(types);
      const std::string path = (Chance(50) ? "x.a" : "flag") + std::to_string(i);
      Texts values;
      for (uint64_t k = 0; type == Type::kEnum && k < 2 + Below(4); ++k) values.push_back("e" + std::to_string(k));
      Add(path, type, type != Type::kMapOfString && Chance(15), Chance(20) ? " untrusted" : "", values);
      if (type == Type::kMapOfString) {
        attributes_.push_back({path + ".k", Type::kString, {}, false, {}});
        attributes_.push_back({path + ".\"k k\"", Type::kString, {}, false, {}});
      }
    }
  }

  // ---- named lists and tables; the last is a list of numbers

  void MakeLists() {
    const uint64_t count = 1 + Below(4);
    for (uint64_t i = 0; i < count; ++i) {
      NamedList list{"list" + std::to_string(i), Chance(50), {}};
      std::set<std::string> items;
      for (uint64_t k = 0; k < 1 + Below(Chance(15) ? 300 : 8); ++k) {
        items.insert(Chance(70) ? Of(words_) : "item-" + std::to_string(Below(400)));
      }
      for (const std::string& item : items) list.items.push_back(Quoted(item));
      list_items_.emplace_back(items.begin(), items.end());
      policy_.lists.push_back(std::move(list));
    }
    NamedList numbers{"numbers", false, {"0"}};
    for (uint64_t k = 0; k < Below(6); ++k) numbers.items.push_back(Number());
    policy_.lists.push_back(std::move(numbers));
  }

  std::string Number() {
    static const std::vector<int64_t> numbers = {0, 1, -1, 5, 500, 1'000, INT64_MAX, INT64_MIN, 400, 501};
    return std::to_string(Of(numbers));
  }

  // ---- atoms

  static Formula AtomOf(const char* kind, std::string text, Texts items = {}) {
    Formula formula;
    formula.atom = {kind, std::move(text), std::move(items)};
    return formula;
  }
  static Formula Joined(Formula::Kind kind, std::vector<Formula> terms) {
    if (terms.size() == 1 && kind != Formula::Kind::kNot) return std::move(terms.front());
    Formula formula;
    formula.kind = kind;
    formula.terms = std::move(terms);
    return formula;
  }

  Texts Items(Declared* attribute) {
    std::set<std::string> items;
    for (uint64_t i = 0; i < 1 + Below(4); ++i) items.insert(Quoted(Constant(attribute)));
    return {items.begin(), items.end()};
  }

  Formula Clock() {
    static const Texts clocks = {
        "weekday in mon..fri at \"Europe/Berlin\"", "weekday not in [sat..mon] at \"UTC\"", "weekday == tue at \"UTC\"",
        "weekday != mon at \"Asia/Tokyo\"", "time in 22:00..06:00 at \"America/New_York\"",
        "time in [08:00..12:00, 13:00..17:30] at \"Asia/Kolkata\"", "time >= 12:00 at \"UTC\"",
        "time not in 12:00..24:00 at \"UTC\"", "date in 2026-01-05..2026-01-20 at \"Europe/Berlin\"",
        "date == 2026-01-05 at \"Pacific/Auckland\"", "date > 2026-01-10 at \"UTC\"",
        "date not in [2026-01-05, 2026-01-07] at \"UTC\""};
    return AtomOf("clock", Of(clocks));
  }

  Formula NamedListAtom(Declared* attribute) {
    const uint64_t list = Below(list_items_.size());
    const Texts& items = list_items_[list];
    for (size_t i = 0; i < std::min<size_t>(5, items.size()); ++i) attribute->constants.push_back(items[i]);
    attribute->constants.push_back(items.back());
    const bool table = policy_.lists[list].table;
    const bool negated = Chance(25);
    const char* kind = table ? (negated ? "not in table" : "in table") : negated ? "not in list" : "in list";
    return AtomOf(kind, attribute->path + (negated ? " not in list" : " in list") + std::to_string(list));
  }

  Formula ShareAtom(const Declared& attribute) {
    static const Texts shares = {"30%", "0.5%", "25%..75%", "100%", "50%..100% salted \"s\"", "10% salted \"new contract\""};
    const bool negated = Chance(30);
    return AtomOf(negated ? "not in share" : "share", attribute.path + (negated ? " not in " : " in ") + Of(shares));
  }

  Formula Presence(const Declared& attribute) {
    return Chance(50) ? AtomOf("is set", attribute.path + " is set") : AtomOf("is not set", attribute.path + " is not set");
  }

  Formula LikeAtom(Declared* attribute) {
    const std::string word = Constant(attribute);
    std::string star;  // a star of the word itself is written with a backslash
    for (const char c : word) star += c == '*' ? std::string("\\*") : std::string(1, c);
    if (star.find('\\') != std::string::npos) return AtomOf("like", attribute->path + " like " + Quoted(star));
    switch (Below(6)) {
      case 0: return AtomOf("like p*", attribute->path + " like " + Quoted(Beginning(word) + "*"));
      case 1: return AtomOf("like *s", attribute->path + " like " + Quoted("*" + End(word)));
      case 2: return AtomOf("like p*s", attribute->path + " like " + Quoted(Beginning(word) + "*" + End(word)));
      case 3: return AtomOf("like *m*", attribute->path + " like " + Quoted("*" + Beginning(word) + "*"));
      case 4: return AtomOf("like *", attribute->path + " like \"*\"");
      default: return AtomOf("like", attribute->path + " like " + Quoted(word));
    }
  }

  Formula TextAtom(Declared* attribute) {
    const std::string& path = attribute->path;
    switch (Below(20)) {
      case 0:
      case 1:
      case 2:
      case 3: return AtomOf("==", path + " == " + Quoted(Constant(attribute)));
      case 4:
      case 5: return AtomOf("!=", path + " != " + Quoted(Constant(attribute)));
      case 6:
      case 7: return AtomOf("in", path + " in", Items(attribute));
      case 8: return AtomOf("not in", path + " not in", Items(attribute));
      case 9:
      case 10: return NamedListAtom(attribute);
      case 11:
      case 12: return AtomOf("starts with", path + " starts with " + Quoted(Beginning(Constant(attribute))));
      case 13: return AtomOf("ends with", path + " ends with " + Quoted(End(Constant(attribute))));
      case 14: return AtomOf("contains", path + " contains " + Quoted(End(Beginning(Constant(attribute)))));
      case 15:
      case 16: return LikeAtom(attribute);
      case 17: {
        static const Texts patterns = {"^v-[0-9]", "a+b", "^t", "-1$", "^$", "\u65e5", "^(a|b)*$"};
        if (Chance(40)) return AtomOf("matches", path + " matches /" + Of(patterns) + "/");
        return Presence(*attribute);
      }
      case 18: return ShareAtom(*attribute);
      default: return Presence(*attribute);
    }
  }

  Formula Atom(size_t index) {
    Declared* attribute = &attributes_[index];
    const std::string& path = attribute->path;
    switch (attribute->type) {
      case Type::kString: return TextAtom(attribute);
      case Type::kEnum:
        switch (Below(5)) {
          case 0: return AtomOf("enum !=", path + " != " + Quoted(Constant(attribute)));
          case 1: return AtomOf("enum in", path + " in", Items(attribute));
          case 2: return AtomOf("enum not in", path + " not in", Items(attribute));
          case 3: return Presence(*attribute);
          default: return AtomOf("enum ==", path + " == " + Quoted(Constant(attribute)));
        }
      case Type::kInt: {
        static const Texts operators = {" == ", " != ", " < ", " <= ", " > ", " >= "};
        switch (Below(8)) {
          case 0: return AtomOf("int in", path + (Chance(70) ? " in" : " not in"), {Number(), "7"});
          case 1: return AtomOf("int in list", path + (Chance(70) ? " in numbers" : " not in numbers"));
          case 2: return ShareAtom(*attribute);
          case 3: return Presence(*attribute);
          default: return AtomOf("int range", path + Of(operators) + Number());
        }
      }
      case Type::kBool: return Chance(75) ? AtomOf("bool", path) : Presence(*attribute);
      case Type::kTimestamp: {
        static const Texts ranges = {" < 2026-01-06T00:00Z", " >= 2026-01-05T12:00Z", " == 2026-01-05T12:00+00:00",
                                     " != 2026-01-05T12:00Z", " > 2025-01-01T00:00Z", " <= 2026-01-05T12:00:01Z"};
        return Chance(80) ? AtomOf("timestamp", path + Of(ranges)) : Presence(*attribute);
      }
      case Type::kListOfString:
        return Chance(75) ? AtomOf("list contains", path + " contains " + Quoted(Constant(attribute))) : Presence(*attribute);
      case Type::kMapOfString: break;
    }
    return Clock();
  }

  Formula AnyAtom() {
    if (Chance(4)) return Clock();
    if (!policy_.named.empty() && Chance(style_ == Style::kNamed ? 45 : 8)) {
      Formula formula;
      formula.kind = Formula::Kind::kNamed;
      formula.named = Below(policy_.named.size());
      return formula;
    }
    return Atom(Chance(50) ? Of(favourites_) : Below(attributes_.size()));
  }

  Formula Condition(int depth) {
    if (depth > 3 || Chance(45)) return AnyAtom();
    if (Chance(20)) return Joined(Formula::Kind::kNot, {Condition(depth + 1)});
    std::vector<Formula> terms;
    for (uint64_t i = 0; i < 2 + Below(3); ++i) terms.push_back(Condition(depth + 1));
    return Joined(Chance(55) ? Formula::Kind::kAll : Formula::Kind::kAny, std::move(terms));
  }

  // An attribute that is a text, most of them one of few.
  Declared* Textual(size_t which) {
    std::vector<size_t> texts;
    for (size_t i = 0; i < attributes_.size(); ++i) {
      if (attributes_[i].type == Type::kString) texts.push_back(i);
    }
    return &attributes_[texts[which % texts.size()]];
  }
  Formula Equality(Declared* attribute) { return AtomOf("==", attribute->path + " == " + Quoted(Constant(attribute))); }

  // Where there are many rules, most hold for few calls: otherwise the first ones would decide all.
  Formula RuleCondition(uint64_t number) {
    const bool styled = Chance(many_ ? 90 : 70);
    Formula formula = styled ? Styled(number) : Condition(0);
    const bool narrow = styled && (style_ == Style::kOneField || style_ == Style::kTuples);
    if (!many_ || narrow || Chance(3)) return formula;
    Declared* anchor = Textual(Of(favourites_));
    Formula few = Chance(75) ? Equality(anchor) : AtomOf("in", anchor->path + " in", Items(anchor));
    std::vector<Formula> all = {std::move(few), std::move(formula)};
    if (Chance(50)) std::swap(all[0], all[1]);
    return Joined(Formula::Kind::kAll, std::move(all));
  }

  Formula Styled(uint64_t number) {
    Declared* first = Textual(favourites_[0]);
    Declared* second = Textual(favourites_[1] + 1);
    Declared* third = Textual(favourites_[2] + 2);
    switch (style_) {
      case Style::kOneField: return Chance(80) ? Equality(first) : Joined(Formula::Kind::kAll, {Equality(first), AnyAtom()});
      case Style::kTuples: {
        std::vector<Formula> all = {Equality(first), Equality(second)};
        if (Chance(50)) all.push_back(Equality(third));
        if (Chance(20)) all.push_back(AnyAtom());
        return Joined(Formula::Kind::kAll, std::move(all));
      }
      case Style::kLists:
        if (Chance(40)) return NamedListAtom(first);
        return Joined(Formula::Kind::kAll, {NamedListAtom(first), Chance(50) ? Equality(second) : NamedListAtom(second)});
      case Style::kPrefixes: {
        Formula prefix = AtomOf("starts with", first->path + " starts with " + Quoted(Beginning(Constant(first))));
        return Chance(60) ? prefix : Joined(Formula::Kind::kAll, {prefix, Equality(second)});
      }
      case Style::kSuffixes: {
        Formula suffix = AtomOf("ends with", first->path + " ends with " + Quoted(End(Constant(first))));
        return Chance(60) ? suffix : Joined(Formula::Kind::kAll, {suffix, LikeAtom(second)});
      }
      case Style::kWide: {
        std::vector<Formula> all;
        for (uint64_t i = 0; i < 3 + Below(4); ++i) {
          const size_t index = Below(attributes_.size());
          all.push_back(Chance(50) ? Joined(Formula::Kind::kNot, {Atom(index)}) : Atom(index));
        }
        return Joined(Formula::Kind::kAll, std::move(all));
      }
      case Style::kNegations: {
        Formula inner = Condition(1);
        for (uint64_t i = 0; i < 1 + Below(3); ++i) inner = Joined(Formula::Kind::kNot, {std::move(inner)});
        return inner;
      }
      case Style::kHardly: {
        Formula one = AnyAtom();
        if (Chance(50)) return Joined(Formula::Kind::kAll, {one, Joined(Formula::Kind::kNot, {one})});
        return Joined(Chance(50) ? Formula::Kind::kAll : Formula::Kind::kAny, {Equality(first), Equality(first), one});
      }
      case Style::kDisjoint: {
        std::vector<Formula> all = {Atom(number % attributes_.size())};
        if (Chance(50)) all.push_back(Atom((number * 7 + 3) % attributes_.size()));
        return Joined(Formula::Kind::kAll, std::move(all));
      }
      case Style::kNamed:
      case Style::kAnything:
      case Style::kStyles: break;
    }
    return Condition(0);
  }

  // Most rules say who they are; the others have what RandomPolicy makes.
  std::string Chain(const std::string& name) { return Chance(75) ? "deny \"" + name + "\"" : parts_.Chain(); }

  // ---- calls

  std::string NearMiss(std::string word) {
    switch (Below(7)) {
      case 0: return word + Of(words_);
      case 1: return word.substr(0, word.size() - 1);  // perhaps in the middle of a character
      case 2: return word.substr(1);
      case 3: return Of(words_) + word;
      case 4: word[Below(word.size())] ^= 0x20; return word;  // upper for lower case
      case 5: return word + '\0';
      default: return word + word.back();
    }
  }

  std::string TextFor(const Declared& attribute) {
    const uint64_t kind = Below(100);
    if (!attribute.constants.empty()) {
      if (kind < 60) return Of(attribute.constants);
      if (kind < 78) return NearMiss(Of(attribute.constants));
    }
    if (kind < 90) return Of(words_);
    static const Texts odd = {"", " ", std::string(1, '\0'), std::string("a\0b", 3), "\xff\xfe", "\u00fc", "other", "*"};
    if (kind < 98) return Of(odd);
    return std::string(1'000 + Below(3'000), 'a');
  }

  GivenValue ValueFor(const Declared& attribute) {
    switch (attribute.type) {
      case Type::kInt: {
        static const std::vector<int64_t> numbers = {0, 1, -1, 5, 7, 499, 500, 501, 1'000, INT64_MAX, INT64_MIN};
        return Of(numbers);
      }
      case Type::kBool: return Chance(50);
      case Type::kTimestamp: {
        static const std::vector<int64_t> offsets = {0, 1'000, -1'000, 43'200'000, 43'199'000, -400LL * 86'400'000};
        return Millis{kStartMs + Of(offsets)};
      }
      case Type::kEnum: return Of(attribute.values);
      case Type::kListOfString: {
        Texts items;
        for (uint64_t i = 0; i < Below(4); ++i) {
          items.push_back(attribute.constants.empty() || Chance(40) ? Of(words_) : Of(attribute.constants));
        }
        return items;
      }
      default: return TextFor(attribute);
    }
  }

  Call MakeCall(int64_t now_ms) {
    Call call;
    call.at_ms = now_ms;
    const uint64_t given = 55 + Below(45);  // percent of the attributes
    for (const Declared& attribute : attributes_) {
      if (attribute.path == "provider" && Chance(80)) {
        call.given.emplace_back("provider", std::string(Chance(70) ? "openai" : "google"));
      } else if (attribute.path == "node.credential" && Chance(50)) {
        call.given.emplace_back(attribute.path, std::string(Chance(50) ? "alpha" : "id-3"));
      } else if (Chance(given)) {
        call.given.emplace_back(attribute.path, ValueFor(attribute));
      }
    }
    if (Chance(40)) call.given.emplace_back("inputs.key", std::string(Chance(70) ? "beta" : "nobody"));
    return call;
  }

  std::mt19937_64 random_;
  RandomPolicy parts_;
  const uint64_t size_;
  bool many_ = false;  // rules
  Style style_ = Style::kAnything;
  Texts words_;
  std::vector<Declared> attributes_;
  std::vector<size_t> favourites_;  // indices into attributes_
  std::vector<Texts> list_items_;   // beside policy_.lists, but the last
  PolicyCase policy_;
};

}  // namespace

PolicyCase MakePolicyCase(uint64_t seed, int size, size_t calls) { return Maker(seed, size).Make(calls); }

}  // namespace keyrule::evaluator::cases
