#include "dsl/expected.h"

#include <algorithm>
#include <array>

#include "dsl/grammar_forms.h"
#include "dsl/grammar_messages.h"
#include "dsl/limits.h"
#include "dsl/unicode.h"

namespace keyrule::dsl {
namespace {

namespace peg = grammar::peg;

struct Stop {};

struct OpenGroup {
  uint32_t at;
  std::string_view name;
};

struct Observer {
  Failure& failure;
  const char* start;
  std::vector<OpenGroup> groups = {};
  std::vector<OpenGroup> forms = {};  // of the constructs that are open
  uint32_t form_at = 0;               // where the one that failure.form speaks of begins
  uint32_t quiet = 0;  // inside a look-ahead nothing is expected
  uint32_t depth = 0;

  void Fail(uint32_t at, std::string_view name) {
    if (quiet > 0 || at < failure.at) return;
    if (at > failure.at) {
      failure.at = at;
      failure.expected.clear();
      failure.form = {};
      form_at = 0;
    }
    NoteForm(at);
    const auto outer = std::find_if(groups.begin(), groups.end(),
                                    [at](const OpenGroup& group) { return group.at == at; });
    if (outer != groups.end()) name = outer->name;
    if (!failure.Expects(name)) failure.expected.push_back(name);
  }

  // One that begins at the wrong token itself may not have been meant at all.
  void NoteForm(uint32_t at) {
    const auto inner = std::find_if(forms.rbegin(), forms.rend(),
                                    [at](const OpenGroup& form) { return form.at < at; });
    if (inner == forms.rend() || inner->at < form_at) return;
    failure.form = inner->name;
    form_at = inner->at;
  }
};

template <class Rule>
inline constexpr bool kLooksAhead = false;
template <>
inline constexpr bool kLooksAhead<grammar::no_or> = true;
template <>
inline constexpr bool kLooksAhead<grammar::no_and> = true;
template <>
inline constexpr bool kLooksAhead<grammar::no_operation> = true;

template <class Rule>
struct ObserveControl : peg::normal<Rule> {
  template <peg::apply_mode A, peg::rewind_mode M, template <class...> class Action,
            template <class...> class Control, class Input>
  static bool match(Input& in, Observer& observer) {
    const uint32_t at = At(in, observer);
    constexpr bool grouped = !kGroupName<Rule>.empty();
    if constexpr (kLooksAhead<Rule>) ++observer.quiet;
    constexpr bool formed = !kForm<Rule>.empty();
    if constexpr (grouped) observer.groups.push_back({at, kGroupName<Rule>});
    if constexpr (formed) observer.forms.push_back({at, kForm<Rule>});
    if constexpr (std::is_same_v<Rule, grammar::group>) {
      if (in.peek_char() == static_cast<char>(TokenKind::kOpenParenthesis) &&
          ++observer.depth > kMaxDepth) {
        observer.failure.code = Code::KR0013;
        observer.failure.at = at;
        throw Stop();
      }
    }
    const bool matched = peg::normal<Rule>::template match<A, M, Action, Control>(in, observer);
    if constexpr (std::is_same_v<Rule, grammar::group>) {
      if (matched) --observer.depth;
    }
    if constexpr (formed) observer.forms.pop_back();
    if constexpr (grouped) observer.groups.pop_back();
    if constexpr (kLooksAhead<Rule>) --observer.quiet;
    if constexpr (!kTokenName<Rule>.empty()) {
      if (!matched) observer.Fail(at, kTokenName<Rule>);
    }
    return matched;
  }

  template <class Input>
  [[noreturn]] static void raise(const Input& in, Observer& observer) {
    if constexpr (kLabel<Rule> != Code::KR0010) {
      observer.failure.code = kLabel<Rule>;
      observer.failure.at = At(in, observer);
    }
    throw Stop();
  }

 private:
  template <class Input>
  static uint32_t At(const Input& in, const Observer& observer) {
    return static_cast<uint32_t>(in.current() - observer.start);
  }
};

struct statements : peg::must<peg::star<grammar::statement>, grammar::end> {};

// What may, but need not come: worth saying only where nothing else is expected.
constexpr std::array<std::string_view, 16> kTails = {
    "`,`",      "`and`",      "`or`",        "`weight`", "`after`",   "`from`", "`[`",  "`..`",
    "`salted`", "`optional`", "`untrusted`", "`under`",  "`waiting`", "`up`",   "`of`", "`with`"};
// What may follow the `use` of a rule goes by one name.
constexpr std::array<std::string_view, 5> kClauses = {"`under`", "`waiting`", "`else`", "`retry`",
                                                      "`tag`"};

template <size_t n>
bool IsOneOf(std::string_view name, const std::array<std::string_view, n>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Names of groups come first, then words, then the end of the block.
int Rank(std::string_view name) { return name == "`}`" ? 2 : name.starts_with('`') ? 1 : 0; }

std::vector<std::string_view> Chosen(const Failure& failure) {
  std::vector<std::string_view> names = failure.expected;
  const TokenKind found = failure.kind();
  if (failure.Expects("`}`") && (found == TokenKind::kEnd || IsStatementWord(found))) {
    return {"`}`"};
  }
  // A word that begins a line was to be a statement, whatever could have followed the one before.
  if (failure.Expects("a statement") && IsWord(found) && BeginsLine(failure)) {
    return {"a statement"};
  }
  if (failure.Expects("a comparison") && !IsWord(found) && found != TokenKind::kEnd) {
    return {"a comparison"};
  }
  if (failure.Expects("an attribute")) std::erase(names, "a name");
  if (failure.Expects("requests, tokens or usd")) std::erase(names, "`usd`");
  const auto clauses =
      std::count_if(names.begin(), names.end(), [](auto name) { return IsOneOf(name, kClauses); });
  if (clauses > 1) {
    std::erase_if(names, [](auto name) { return IsOneOf(name, kClauses); });
    names.push_back("another clause");
  }
  if (names.size() > 3) {
    std::vector<std::string_view> musts = names;
    std::erase_if(musts, [](auto name) { return IsOneOf(name, kTails); });
    if (!musts.empty()) names = std::move(musts);
  }
  std::stable_sort(names.begin(), names.end(), [](auto a, auto b) { return Rank(a) < Rank(b); });
  if (names.size() > 3) names.resize(3);
  return names;
}

// A word is taken for the key of the next pair, and what follows it is found wrong: the slip is the
// word itself (`string required`), or the comma before it (`app.id = "x", expect …`).
void PointAtSlip(Failure& failure) {
  if (failure.expected.size() != 1 || failure.at < 2) return;
  const TokenKind before = failure.kind(1);
  if (failure.Expects("`:`") && (before == TokenKind::kIdentifier || before == TokenKind::word_optional)) {
    const TokenKind type = failure.kind(2);
    const bool behind_type = type == TokenKind::word_string || type == TokenKind::word_int ||
                             type == TokenKind::word_bool || type == TokenKind::word_timestamp ||
                             type == TokenKind::kCloseBracket || type == TokenKind::word_untrusted ||
                             type == TokenKind::word_optional;
    if (!behind_type || failure.kind() == TokenKind::kIdentifier) return;
    --failure.at;
    failure.expected = type == TokenKind::word_untrusted
                           ? std::vector<std::string_view>{"a quoted text", "an attribute", "`}`"}
                           : std::vector<std::string_view>{"`optional`", "`untrusted`", "`}`"};
    return;
  }
  const bool step = before == TokenKind::word_expect || before == TokenKind::word_report ||
                    before == TokenKind::word_request || before == TokenKind::word_again ||
                    before == TokenKind::word_wait || before == TokenKind::word_clock;
  if (failure.Expects("`=`") && step && failure.kind(2) == TokenKind::kComma) {
    --failure.at;
    failure.expected = {"an attribute"};
  }
}

}  // namespace

bool Failure::Expects(std::string_view name) const {
  return std::find(expected.begin(), expected.end(), name) != expected.end();
}

TokenKind Failure::kind(uint32_t back) const {
  return at >= statement + back ? tokens->kind(at - back) : TokenKind::kEnd;
}

std::string_view Failure::text(uint32_t back) const {
  return at >= statement + back ? tokens->TextOf(at - back) : std::string_view();
}

bool BeginsLine(const Failure& failure) {
  const std::string_view before =
      failure.tokens->text.substr(0, failure.tokens->begins[failure.at]);
  const size_t last = before.find_last_not_of(" \t");
  return last == std::string_view::npos || before[last] == '\n';
}

Failure Explain(const Tokens& tokens, uint32_t first, bool from_header) {
  const char* const start = tokens.kinds.data();
  peg::memory_input<peg::tracking_mode::lazy, peg::eol::lf, const char*> in(
      start + first, start + tokens.size(), "");
  Failure failure{&tokens, Code::KR0010, first, first, {}, {}};
  Observer observer{failure, start};
  try {
    // Both end with the end of the file, which is known not to be reached: the result says nothing
    // new.
    if (from_header) {
      (void)peg::parse<grammar::file, peg::nothing, ObserveControl>(in, observer);
    } else {
      (void)peg::parse<statements, peg::nothing, ObserveControl>(in, observer);
    }
  } catch (const Stop&) {
    // failure has it
  }
  PointAtSlip(failure);
  return failure;
}

std::string ExpectedList(const Failure& failure) {
  const std::vector<std::string_view> names = Chosen(failure);
  std::string list;
  for (size_t i = 0; i < names.size(); ++i) {
    if (i > 0) list += i + 1 == names.size() ? " or " : ", ";
    list += names[i];
  }
  return list;
}

std::string FoundToken(const Failure& failure) {
  constexpr size_t kMost = 40;
  if (failure.kind() == TokenKind::kEnd) return "the end of the file";
  std::string_view text = failure.text();
  std::string shown = "`";
  for (size_t i = 0; i < text.size();) {
    if (i >= kMost) {
      shown += "…";
      break;
    }
    const Character character = DecodeAt(text, i);
    shown += Shown(character.code);
    i += character.size;
  }
  return shown + "`";
}

}  // namespace keyrule::dsl
