// How diagnostics call what the grammar expects. Tokens have a name each; a group speaks for all
// tokens that could begin it.
#pragma once

#include <string_view>

#include "dsl/diagnostic.h"
#include "dsl/grammar.h"

namespace keyrule::dsl {

template <class Rule>
inline constexpr std::string_view kTokenName = {};
template <class Rule>
inline constexpr std::string_view kGroupName = {};
// The diagnostic of a commit point that has its own; KR0010 is that of all others.
template <class Rule>
inline constexpr Code kLabel = Code::KR0010;

#define KEYRULE_WORD(word) \
  template <>              \
  inline constexpr std::string_view kTokenName<grammar::kw_##word> = "`" #word "`";
#define KEYRULE_STATEMENT(word) KEYRULE_WORD(word)
#define KEYRULE_RESERVED(word) KEYRULE_WORD(word)
#include "dsl/token_words.def"
#undef KEYRULE_STATEMENT
#undef KEYRULE_RESERVED
#undef KEYRULE_WORD

template <>
inline constexpr std::string_view kTokenName<grammar::name> = "a name";
template <>
inline constexpr std::string_view kTokenName<grammar::path> = "an attribute";
template <>
inline constexpr std::string_view kTokenName<grammar::key> = "an attribute";
template <>
inline constexpr std::string_view kTokenName<grammar::text> = "a quoted text";
template <>
inline constexpr std::string_view kTokenName<grammar::pattern> = "a pattern like /^gpt-/";
template <>
inline constexpr std::string_view kTokenName<grammar::integer> = "a number";
template <>
inline constexpr std::string_view kTokenName<grammar::money> = "an amount";
template <>
inline constexpr std::string_view kTokenName<grammar::percent> = "a share like 10%";
template <>
inline constexpr std::string_view kTokenName<grammar::duration> = "a duration like 30s";
template <>
inline constexpr std::string_view kTokenName<grammar::timestamp> =
    "a timestamp like 2026-11-23T09:30Z";
template <>
inline constexpr std::string_view kTokenName<grammar::moment> = "a time, day or date";
template <>
inline constexpr std::string_view kTokenName<grammar::compare> = "a comparison";
template <>
inline constexpr std::string_view kTokenName<grammar::equal> = "`==`";
template <>
inline constexpr std::string_view kTokenName<grammar::assign> = "`=`";
template <>
inline constexpr std::string_view kTokenName<grammar::colon> = "`:`";
template <>
inline constexpr std::string_view kTokenName<grammar::comma> = "`,`";
template <>
inline constexpr std::string_view kTokenName<grammar::dot_dot> = "`..`";
template <>
inline constexpr std::string_view kTokenName<grammar::open> = "`{`";
template <>
inline constexpr std::string_view kTokenName<grammar::close> = "`}`";
template <>
inline constexpr std::string_view kTokenName<grammar::open_list> = "`[`";
template <>
inline constexpr std::string_view kTokenName<grammar::close_list> = "`]`";
template <>
inline constexpr std::string_view kTokenName<grammar::open_group> = "`(`";
template <>
inline constexpr std::string_view kTokenName<grammar::close_group> = "`)`";
template <>
inline constexpr std::string_view kTokenName<grammar::end> = "a statement";
template <>
inline constexpr std::string_view kTokenName<grammar::then> = "`then`";
template <>
inline constexpr std::string_view kTokenName<grammar::next> = "`next`";
template <>
inline constexpr std::string_view kTokenName<grammar::bare_deny> = "`deny`";
template <>
inline constexpr std::string_view kTokenName<grammar::bare> = "an attribute";
template <>
inline constexpr std::string_view kTokenName<grammar::want_default> = "`default`";
template <>
inline constexpr std::string_view kTokenName<grammar::want_host> = "`host`";
template <>
inline constexpr std::string_view kTokenName<grammar::list_name> = "a name";

template <>
inline constexpr std::string_view kGroupName<grammar::statement> = "a statement";
template <>
inline constexpr std::string_view kGroupName<grammar::type> = "a type";
template <>
inline constexpr std::string_view kGroupName<grammar::texts> = "a list";
template <>
inline constexpr std::string_view kGroupName<grammar::integers> = "a list";
template <>
inline constexpr std::string_view kGroupName<grammar::outcome> = "an outcome";
template <>
inline constexpr std::string_view kGroupName<grammar::strategy> = "a way to choose";
template <>
inline constexpr std::string_view kGroupName<grammar::unit> = "requests, tokens or usd";
template <>
inline constexpr std::string_view kGroupName<grammar::period> = "a period";
template <>
inline constexpr std::string_view kGroupName<grammar::reason> = "a reason";
template <>
inline constexpr std::string_view kGroupName<grammar::moments> = "a time, day or date";
template <>
inline constexpr std::string_view kGroupName<grammar::step> = "a test step";
template <>
inline constexpr std::string_view kGroupName<grammar::test_of_path> = "a comparison";
template <>
inline constexpr std::string_view kGroupName<grammar::want> = "an expectation";
template <>
inline constexpr std::string_view kGroupName<grammar::member> = "a member";
template <>
inline constexpr std::string_view kGroupName<grammar::term> = "a condition";
template <>
inline constexpr std::string_view kGroupName<grammar::set_value> = "a value";

template <>
inline constexpr Code kLabel<grammar::no_or> = Code::KR0011;
template <>
inline constexpr Code kLabel<grammar::no_and> = Code::KR0011;
template <>
inline constexpr Code kLabel<grammar::no_operation> = Code::KR0012;

}  // namespace keyrule::dsl
