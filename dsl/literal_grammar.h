// The literals that begin with a digit, character by character (language reference: INT to HHMM).
// Only literal.cc includes this. The scan hands over one whole run of characters, so every
// alternative ends with the run.
#pragma once

#include <tao/pegtl.hpp>

namespace keyrule::dsl::literal_grammar {

namespace peg = TAO_PEGTL_NAMESPACE;

template <char... cs>
using one = peg::one<cs...>;

struct digits : peg::plus<peg::digit> {};
struct grouped : peg::seq<digits, peg::star<one<'_'>, peg::rep<3, peg::digit>>> {};
struct two_digits : peg::rep<2, peg::digit> {};
struct day : peg::seq<peg::rep<4, peg::digit>, one<'-'>, two_digits, one<'-'>, two_digits> {};
struct hours_minutes : peg::seq<two_digits, one<':'>, two_digits> {};
struct offset : peg::sor<one<'Z'>, peg::seq<one<'+', '-'>, hours_minutes>> {};

struct integer : peg::seq<grouped, peg::eof> {};
struct negative : peg::seq<one<'-'>, grouped, peg::eof> {};
struct money : peg::seq<grouped, one<'.'>, two_digits, peg::eof> {};
struct percent
    : peg::seq<digits, peg::opt<one<'.'>, peg::rep_min_max<1, 2, peg::digit>>, one<'%'>, peg::eof> {
};
struct duration
    : peg::seq<digits, peg::sor<peg::string<'m', 's'>, one<'s', 'm', 'h', 'd'>>, peg::eof> {};
struct calendar : peg::seq<day, peg::eof> {};
struct clock_time : peg::seq<hours_minutes, peg::eof> {};
struct timestamp
    : peg::seq<day, one<'T'>, hours_minutes, peg::opt<one<':'>, two_digits>, offset, peg::eof> {};

struct literal
    : peg::sor<integer, negative, duration, percent, money, clock_time, calendar, timestamp> {};

}  // namespace keyrule::dsl::literal_grammar
