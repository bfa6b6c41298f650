// The grammar of the language reference, one struct a rule, over the kinds of tokens. A rule that
// begins with a word commits at that word (if_must): what fails behind it is an error there.
// parser.cc alone includes this, and the test that analyses it.
#pragma once

#include <tao/pegtl.hpp>
#include <tao/pegtl/contrib/uint8.hpp>

#include "dsl/token.h"

namespace keyrule::dsl::grammar {

namespace peg = TAO_PEGTL_NAMESPACE;

using peg::if_must;
using peg::must;
using peg::opt;
using peg::plus;
using peg::seq;
using peg::sor;
using peg::star;

template <TokenKind... kinds>
struct token : peg::uint8::one<static_cast<uint8_t>(kinds)...> {};
template <TokenKind first, TokenKind last>
struct tokens : peg::uint8::range<static_cast<uint8_t>(first), static_cast<uint8_t>(last)> {};

// ---- words: kw_rule, kw_when, …
#define KEYRULE_STATEMENT(word) \
  struct kw_##word : token<TokenKind::word_##word> {};
#define KEYRULE_RESERVED(word) \
  struct kw_##word : token<TokenKind::word_##word> {};
#define KEYRULE_WORD(word) \
  struct kw_##word : token<TokenKind::word_##word> {};
#include "dsl/token_words.def"
#undef KEYRULE_STATEMENT
#undef KEYRULE_RESERVED
#undef KEYRULE_WORD

// ---- names, literals, marks
inline constexpr auto kFirstFreeWord =
    static_cast<TokenKind>(static_cast<uint8_t>(kLastReservedWord) + 1);
struct name : tokens<kFirstFreeWord, kLastWord> {};
struct path : tokens<kFirstFreeWord, TokenKind::kPath> {};
struct key : tokens<TokenKind::word_schema, TokenKind::kPath> {};
struct text : token<TokenKind::kText> {};
struct pattern : token<TokenKind::kPattern> {};
struct integer : token<TokenKind::kInteger, TokenKind::kNegative> {};
struct money : token<TokenKind::kMoney, TokenKind::kInteger> {};
struct percent : token<TokenKind::kPercent> {};
struct duration : token<TokenKind::kDuration> {};
struct timestamp : token<TokenKind::kTimestamp> {};
struct moment : token<TokenKind::kCalendar, TokenKind::kClockTime, TokenKind::word_mon,
                      TokenKind::word_tue, TokenKind::word_wed, TokenKind::word_thu,
                      TokenKind::word_fri, TokenKind::word_sat, TokenKind::word_sun> {};
struct compare : tokens<TokenKind::kEqual, TokenKind::kGreater> {};
struct equal : token<TokenKind::kEqual> {};
struct assign : token<TokenKind::kAssign> {};
struct colon : token<TokenKind::kColon> {};
struct comma : token<TokenKind::kComma> {};
struct dot_dot : token<TokenKind::kDotDot> {};
struct open : token<TokenKind::kOpenBrace> {};
struct close : token<TokenKind::kCloseBrace> {};
struct open_list : token<TokenKind::kOpenBracket> {};
struct close_list : token<TokenKind::kCloseBracket> {};
struct open_group : token<TokenKind::kOpenParenthesis> {};
struct close_group : token<TokenKind::kCloseParenthesis> {};
struct end : token<TokenKind::kEnd> {};

template <class... Items>
struct block : if_must<open, Items..., close> {};
template <class Item>
struct listed : seq<must<Item>, star<if_must<comma, Item>>> {};

// ---- schema, import, let, table
struct texts : seq<open_list, text, star<comma, text>, opt<comma>, close_list> {};
struct integers : seq<open_list, integer, star<comma, integer>, opt<comma>, close_list> {};
struct enum_type : if_must<kw_enum, texts> {};
struct list_type : if_must<kw_list, kw_of, kw_string> {};
struct map_type : if_must<kw_map, kw_of, kw_string> {};
struct type : sor<kw_string, kw_int, kw_bool, kw_timestamp, enum_type, list_type, map_type> {};
struct attribute : if_must<path, colon, type, opt<kw_optional>, opt<kw_untrusted>, opt<text>> {};
struct attributes : star<attribute> {};
struct schema
    : if_must<kw_schema, text, opt<sor<if_must<kw_with, block<attributes>>, block<attributes>>>> {};

struct import_file : if_must<kw_import, text> {};

struct condition;
struct let : if_must<kw_let, name, assign, sor<texts, integers, condition>> {};

struct entry : if_must<text, colon, text> {};
struct table_file : if_must<kw_from, text, kw_maps, text, kw_to, text> {};
struct table : if_must<kw_table, name, sor<table_file, block<star<entry>>>> {};

// ---- conditions
struct group : if_must<open_group, condition, close_group> {};
struct operation
    : sor<kw_in, kw_is, kw_starts, kw_ends, kw_contains, kw_like, kw_matches, compare> {};
struct no_operation : peg::not_at<operation> {};
struct bare : path {};
struct negated : sor<group, seq<bare, must<no_operation>>> {};
struct negation : if_must<kw_not, negated> {};

struct span : seq<moment, opt<if_must<dot_dot, moment>>> {};
struct moments : sor<span, if_must<open_list, span, star<comma, span>, opt<comma>, close_list>> {};
struct zone : if_must<kw_at, text> {};
struct clock_field : sor<kw_time, kw_weekday, kw_date> {};
struct clock_in : seq<opt<kw_not>, kw_in, moments> {};
struct clock_compare : seq<compare, moment> {};
struct clock : if_must<clock_field, sor<clock_in, clock_compare>, zone> {};

struct presence : if_must<kw_is, opt<kw_not>, kw_set> {};
struct salt : if_must<kw_salted, text> {};
struct share : seq<percent, opt<if_must<dot_dot, percent>>, opt<salt>> {};
struct list_name : name {};
struct in_word : sor<kw_in, if_must<kw_not, kw_in>> {};
struct membership : if_must<in_word, sor<share, texts, integers, list_name>> {};
struct starts_with : if_must<kw_starts, kw_with, text> {};
struct ends_with : if_must<kw_ends, kw_with, text> {};
struct contains : if_must<kw_contains, text> {};
struct like : if_must<kw_like, text> {};
struct matches : if_must<kw_matches, pattern> {};
struct constant : sor<text, timestamp, integer> {};
struct comparison : if_must<compare, constant> {};
struct test_of_path
    : sor<presence, membership, starts_with, ends_with, contains, like, matches, comparison> {};
struct check : seq<path, opt<test_of_path>> {};
struct term : sor<negation, group, clock, check> {};

struct no_or : peg::not_at<kw_or> {};
struct no_and : peg::not_at<kw_and> {};
struct and_terms : seq<plus<if_must<kw_and, term>>, must<no_or>> {};
struct or_terms : seq<plus<if_must<kw_or, term>>, must<no_and>> {};
struct condition : seq<term, opt<sor<and_terms, or_terms>>> {};
struct where : if_must<kw_where, condition> {};
struct when : if_must<kw_when, condition> {};

// ---- pools, quotas, budgets
struct outcome : sor<kw_ok, kw_rate_limited, kw_unauthorized, kw_out_of_credit, kw_timed_out,
                     kw_server_error, kw_caller_error> {};
struct all_of : if_must<kw_all, kw_of, name> {};
struct member : sor<text, all_of, where> {};
struct weight : if_must<kw_weight, integer> {};
struct weighted_member : seq<member, opt<weight>> {};
struct then : kw_then {};
struct up_to : if_must<kw_up, kw_to, duration> {};
struct cooling : if_must<kw_after, opt<integer>, outcome, kw_cool, duration, opt<up_to>> {};
struct providers : if_must<kw_of, listed<text>> {};
struct pool_items : star<sor<then, cooling, weighted_member>> {};
struct pool : if_must<kw_pool, name, opt<providers>, block<pool_items>> {};

struct unit : sor<kw_requests, kw_request, kw_tokens, kw_token> {};
struct amount : sor<seq<integer, unit>, seq<money, kw_usd>> {};
struct at_once : if_must<kw_at, kw_once> {};
struct period : sor<kw_second, kw_minute, kw_hour, kw_day, kw_month> {};
struct rate : if_must<kw_per, period, opt<zone>> {};
struct limit : if_must<kw_limit, amount, sor<at_once, rate>> {};
struct meter_items : star<sor<limit, member>> {};
struct each_credential : if_must<kw_for, kw_each, kw_credential> {};
struct each : if_must<kw_for, kw_each, sor<kw_credential, path>> {};
struct quota : if_must<kw_quota, name, opt<each_credential>, block<meter_items>> {};
struct budget : if_must<kw_budget, name, opt<each>, block<meter_items>> {};

// ---- rules
struct lookup : seq<name, if_must<open_list, path, close_list>> {};
struct value : sor<text, lookup, path> {};
struct from_pool : if_must<kw_from, name> {};
struct use_credential : if_must<kw_credential, value, opt<from_pool>> {};
struct sticky : if_must<kw_sticky, kw_on, path> {};
struct strategy
    : sor<kw_round_robin, kw_weighted_round_robin, kw_random, kw_weighted_random,
          kw_first_available, kw_least_in_flight, kw_least_used, kw_headroom, kw_latency, sticky> {
};
struct narrow : if_must<kw_where, path, equal, value> {};
struct use_pool : seq<name, must<opt<narrow>, kw_by, strategy>> {};
struct under : if_must<kw_under, listed<name>> {};
struct waiting : if_must<kw_waiting, kw_up, kw_to, duration> {};
struct use : if_must<kw_use, sor<use_credential, use_pool>, opt<under>, opt<waiting>> {};
struct deny : if_must<kw_deny, text> {};
struct leave : if_must<kw_leave, kw_to, kw_host> {};
struct action : sor<use, deny, leave> {};
struct times : sor<kw_times, kw_time> {};
struct retry : if_must<kw_retry, integer, times, kw_within, duration> {};
struct tag_item : if_must<name, assign, value> {};
struct tag : if_must<kw_tag, listed<tag_item>> {};
struct else_action : if_must<kw_else, action> {};
struct chain : seq<action, star<else_action>, star<sor<retry, tag>>> {};
struct rule : if_must<kw_rule, name, block<when, chain>> {};
struct fallback : if_must<kw_default, block<chain>> {};

struct spend : if_must<kw_use, sor<if_must<kw_credential, text>, name>> {};
struct bare_deny : kw_deny {};
struct claim_word : sor<kw_never, kw_always> {};
struct claim : if_must<claim_word, name, block<opt<when>, sor<spend, bare_deny, leave>>> {};

// ---- tests
struct set_value : sor<texts, constant, duration, money, kw_true, kw_false, kw_unique> {};
struct set : if_must<key, assign, set_value> {};
struct with : if_must<kw_with, listed<set>> {};
struct every : if_must<kw_every, duration> {};
struct many : if_must<integer, times, opt<sor<at_once, every>>> {};
struct given_provider : if_must<kw_of, text> {};
struct given : if_must<kw_given, kw_credential, text, opt<given_provider>, opt<with>> {};
struct clock_set : if_must<kw_clock, timestamp> {};
struct request : if_must<kw_request, opt<many>, opt<with>> {};
struct again : if_must<kw_again, opt<many>> {};
struct next : kw_next {};
struct report : if_must<kw_report, outcome, opt<with>> {};
struct pause : if_must<kw_wait, duration> {};
struct reason : sor<kw_disabled, kw_expired, kw_cooling, kw_over_quota, kw_over_budget,
                    kw_overloaded, kw_other_provider, kw_other_model, kw_unknown, kw_tried> {};
struct want_rule : if_must<kw_rule, name> {};
struct want_default : kw_default {};
struct in_pool : if_must<kw_in, name> {};
struct want_credential : if_must<kw_credential, sor<text, in_pool>> {};
struct want_same : if_must<kw_same, kw_credential> {};
struct want_another : if_must<kw_another, kw_credential> {};
struct want_deny : if_must<kw_deny, opt<text>> {};
struct want_host : kw_host {};
struct want_wait : if_must<kw_wait, opt<duration>> {};
struct want_tag : if_must<kw_tag, name, assign, text> {};
struct want_skipped : if_must<kw_skipped, text, kw_as, reason> {};
struct want_count : if_must<integer, opt<if_must<dot_dot, integer>>, kw_on, text> {};
struct want : sor<want_rule, want_default, want_credential, want_same, want_another, want_deny,
                  want_host, want_wait, want_tag, want_skipped, want_count> {};
struct expect : if_must<kw_expect, listed<want>> {};
struct step : sor<given, clock_set, request, again, next, report, pause, expect> {};
struct steps : star<step> {};
struct test : if_must<kw_test, text, block<steps>> {};

// ---- files: parser.cc goes through one statement after the other, to recover between them
struct header : if_must<kw_keyrule, integer> {};
struct statement
    : sor<rule, schema, import_file, let, table, pool, quota, budget, fallback, claim, test> {};
struct file : must<header, star<statement>, end> {};

}  // namespace keyrule::dsl::grammar
