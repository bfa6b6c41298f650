#include "tree_sitter/parser.h"

#if defined(__GNUC__) || defined(__clang__)
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#endif

#define LANGUAGE_VERSION 14
#define STATE_COUNT 411
#define LARGE_STATE_COUNT 2
#define SYMBOL_COUNT 263
#define ALIAS_COUNT 0
#define TOKEN_COUNT 161
#define EXTERNAL_TOKEN_COUNT 0
#define FIELD_COUNT 15
#define MAX_ALIAS_SEQUENCE_LENGTH 8
#define PRODUCTION_ID_COUNT 41

enum ts_symbol_identifiers {
  sym_identifier = 1,
  anon_sym_keyrule = 2,
  anon_sym_schema = 3,
  anon_sym_with = 4,
  anon_sym_LBRACE = 5,
  anon_sym_RBRACE = 6,
  anon_sym_COLON = 7,
  anon_sym_optional = 8,
  anon_sym_untrusted = 9,
  anon_sym_string = 10,
  anon_sym_int = 11,
  anon_sym_bool = 12,
  anon_sym_timestamp = 13,
  anon_sym_enum = 14,
  anon_sym_list = 15,
  anon_sym_of = 16,
  anon_sym_map = 17,
  anon_sym_import = 18,
  anon_sym_let = 19,
  anon_sym_EQ = 20,
  anon_sym_LBRACK = 21,
  anon_sym_COMMA = 22,
  anon_sym_RBRACK = 23,
  anon_sym_table = 24,
  anon_sym_from = 25,
  anon_sym_maps = 26,
  anon_sym_to = 27,
  anon_sym_pool = 28,
  sym_then = 29,
  anon_sym_weight = 30,
  anon_sym_all = 31,
  anon_sym_where = 32,
  anon_sym_after = 33,
  anon_sym_cool = 34,
  anon_sym_up = 35,
  anon_sym_ok = 36,
  anon_sym_rate_limited = 37,
  anon_sym_unauthorized = 38,
  anon_sym_out_of_credit = 39,
  anon_sym_timed_out = 40,
  anon_sym_server_error = 41,
  anon_sym_caller_error = 42,
  anon_sym_quota = 43,
  anon_sym_for = 44,
  anon_sym_each = 45,
  anon_sym_credential = 46,
  anon_sym_budget = 47,
  anon_sym_limit = 48,
  anon_sym_at = 49,
  anon_sym_once = 50,
  anon_sym_usd = 51,
  anon_sym_requests = 52,
  anon_sym_request = 53,
  anon_sym_tokens = 54,
  anon_sym_token = 55,
  anon_sym_per = 56,
  anon_sym_second = 57,
  anon_sym_minute = 58,
  anon_sym_hour = 59,
  anon_sym_day = 60,
  anon_sym_month = 61,
  anon_sym_rule = 62,
  anon_sym_default = 63,
  anon_sym_when = 64,
  anon_sym_else = 65,
  anon_sym_use = 66,
  anon_sym_by = 67,
  anon_sym_EQ_EQ = 68,
  anon_sym_round_robin = 69,
  anon_sym_weighted_round_robin = 70,
  anon_sym_random = 71,
  anon_sym_weighted_random = 72,
  anon_sym_first_available = 73,
  anon_sym_least_in_flight = 74,
  anon_sym_least_used = 75,
  anon_sym_headroom = 76,
  anon_sym_latency = 77,
  anon_sym_sticky = 78,
  anon_sym_on = 79,
  anon_sym_under = 80,
  anon_sym_waiting = 81,
  anon_sym_deny = 82,
  anon_sym_leave = 83,
  anon_sym_host = 84,
  anon_sym_retry = 85,
  anon_sym_times = 86,
  anon_sym_time = 87,
  anon_sym_within = 88,
  anon_sym_tag = 89,
  anon_sym_never = 90,
  anon_sym_always = 91,
  anon_sym_and = 92,
  anon_sym_or = 93,
  anon_sym_not = 94,
  anon_sym_LPAREN = 95,
  anon_sym_RPAREN = 96,
  anon_sym_weekday = 97,
  anon_sym_date = 98,
  anon_sym_in = 99,
  anon_sym_DOT_DOT = 100,
  anon_sym_is = 101,
  anon_sym_set = 102,
  anon_sym_starts = 103,
  anon_sym_ends = 104,
  anon_sym_contains = 105,
  anon_sym_like = 106,
  anon_sym_matches = 107,
  anon_sym_salted = 108,
  anon_sym_test = 109,
  anon_sym_given = 110,
  anon_sym_clock = 111,
  anon_sym_wait = 112,
  anon_sym_again = 113,
  sym_next = 114,
  anon_sym_report = 115,
  anon_sym_every = 116,
  anon_sym_expect = 117,
  anon_sym_same = 118,
  anon_sym_another = 119,
  anon_sym_skipped = 120,
  anon_sym_as = 121,
  anon_sym_disabled = 122,
  anon_sym_expired = 123,
  anon_sym_cooling = 124,
  anon_sym_over_quota = 125,
  anon_sym_over_budget = 126,
  anon_sym_overloaded = 127,
  anon_sym_other_provider = 128,
  anon_sym_other_model = 129,
  anon_sym_unknown = 130,
  anon_sym_tried = 131,
  sym_comment = 132,
  sym_path = 133,
  anon_sym_DQUOTE = 134,
  aux_sym_text_token1 = 135,
  anon_sym_DQUOTE2 = 136,
  sym_escape = 137,
  sym_pattern = 138,
  sym_integer = 139,
  sym_decimal = 140,
  sym_percent = 141,
  sym_duration = 142,
  anon_sym_mon = 143,
  anon_sym_tue = 144,
  anon_sym_wed = 145,
  anon_sym_thu = 146,
  anon_sym_fri = 147,
  anon_sym_sat = 148,
  anon_sym_sun = 149,
  aux_sym_moment_token1 = 150,
  aux_sym_moment_token2 = 151,
  sym_timestamp = 152,
  anon_sym_true = 153,
  anon_sym_false = 154,
  sym_unique = 155,
  anon_sym_BANG_EQ = 156,
  anon_sym_LT_EQ = 157,
  anon_sym_GT_EQ = 158,
  anon_sym_LT = 159,
  anon_sym_GT = 160,
  sym_file = 161,
  sym_header = 162,
  sym__statement = 163,
  sym_schema = 164,
  sym_attributes = 165,
  sym_attribute = 166,
  sym_type = 167,
  sym_import = 168,
  sym_let = 169,
  sym_texts = 170,
  sym_integers = 171,
  sym_table = 172,
  sym_table_file = 173,
  sym_entry = 174,
  sym_pool = 175,
  sym_pool_member = 176,
  sym_weight = 177,
  sym__member = 178,
  sym_all_of = 179,
  sym_where = 180,
  sym_cooling = 181,
  sym_outcome = 182,
  sym_quota = 183,
  sym_budget = 184,
  sym__meter = 185,
  sym_limit = 186,
  sym_unit = 187,
  sym__per = 188,
  sym_period = 189,
  sym_zone = 190,
  sym_rule = 191,
  sym_default = 192,
  sym_when = 193,
  sym__chain = 194,
  sym_else = 195,
  sym_use = 196,
  sym__use_credential = 197,
  sym__use_pool = 198,
  sym_narrow = 199,
  sym_strategy = 200,
  sym_under = 201,
  sym_waiting = 202,
  sym_deny = 203,
  sym_leave = 204,
  sym_retry = 205,
  sym_tag = 206,
  sym_tag_item = 207,
  sym__value = 208,
  sym_lookup = 209,
  sym_claim = 210,
  sym_spend = 211,
  sym__condition = 212,
  sym_and = 213,
  sym_or = 214,
  sym__term = 215,
  sym_not = 216,
  sym_group = 217,
  sym_clock = 218,
  sym__moments = 219,
  sym_span = 220,
  sym_check = 221,
  sym_share = 222,
  sym_test = 223,
  sym__step = 224,
  sym_given = 225,
  sym_clock_set = 226,
  sym_wait = 227,
  sym_request = 228,
  sym_again = 229,
  sym_report = 230,
  sym_many = 231,
  sym_with = 232,
  sym_set = 233,
  sym_expect = 234,
  sym_want = 235,
  sym_want_tag = 236,
  sym_reason = 237,
  sym__path = 238,
  sym_text = 239,
  sym__money = 240,
  sym_moment = 241,
  sym_boolean = 242,
  sym_compare = 243,
  aux_sym_file_repeat1 = 244,
  aux_sym_attributes_repeat1 = 245,
  aux_sym_texts_repeat1 = 246,
  aux_sym_integers_repeat1 = 247,
  aux_sym_table_repeat1 = 248,
  aux_sym_pool_repeat1 = 249,
  aux_sym_pool_repeat2 = 250,
  aux_sym__meter_repeat1 = 251,
  aux_sym__chain_repeat1 = 252,
  aux_sym__chain_repeat2 = 253,
  aux_sym_under_repeat1 = 254,
  aux_sym_tag_repeat1 = 255,
  aux_sym_and_repeat1 = 256,
  aux_sym_or_repeat1 = 257,
  aux_sym__moments_repeat1 = 258,
  aux_sym_test_repeat1 = 259,
  aux_sym_with_repeat1 = 260,
  aux_sym_expect_repeat1 = 261,
  aux_sym_text_repeat1 = 262,
};

static const char * const ts_symbol_names[] = {
  [ts_builtin_sym_end] = "end",
  [sym_identifier] = "identifier",
  [anon_sym_keyrule] = "keyrule",
  [anon_sym_schema] = "schema",
  [anon_sym_with] = "with",
  [anon_sym_LBRACE] = "{",
  [anon_sym_RBRACE] = "}",
  [anon_sym_COLON] = ":",
  [anon_sym_optional] = "optional",
  [anon_sym_untrusted] = "untrusted",
  [anon_sym_string] = "string",
  [anon_sym_int] = "int",
  [anon_sym_bool] = "bool",
  [anon_sym_timestamp] = "timestamp",
  [anon_sym_enum] = "enum",
  [anon_sym_list] = "list",
  [anon_sym_of] = "of",
  [anon_sym_map] = "map",
  [anon_sym_import] = "import",
  [anon_sym_let] = "let",
  [anon_sym_EQ] = "=",
  [anon_sym_LBRACK] = "[",
  [anon_sym_COMMA] = ",",
  [anon_sym_RBRACK] = "]",
  [anon_sym_table] = "table",
  [anon_sym_from] = "from",
  [anon_sym_maps] = "maps",
  [anon_sym_to] = "to",
  [anon_sym_pool] = "pool",
  [sym_then] = "then",
  [anon_sym_weight] = "weight",
  [anon_sym_all] = "all",
  [anon_sym_where] = "where",
  [anon_sym_after] = "after",
  [anon_sym_cool] = "cool",
  [anon_sym_up] = "up",
  [anon_sym_ok] = "ok",
  [anon_sym_rate_limited] = "rate_limited",
  [anon_sym_unauthorized] = "unauthorized",
  [anon_sym_out_of_credit] = "out_of_credit",
  [anon_sym_timed_out] = "timed_out",
  [anon_sym_server_error] = "server_error",
  [anon_sym_caller_error] = "caller_error",
  [anon_sym_quota] = "quota",
  [anon_sym_for] = "for",
  [anon_sym_each] = "each",
  [anon_sym_credential] = "credential",
  [anon_sym_budget] = "budget",
  [anon_sym_limit] = "limit",
  [anon_sym_at] = "at",
  [anon_sym_once] = "once",
  [anon_sym_usd] = "usd",
  [anon_sym_requests] = "requests",
  [anon_sym_request] = "request",
  [anon_sym_tokens] = "tokens",
  [anon_sym_token] = "token",
  [anon_sym_per] = "per",
  [anon_sym_second] = "second",
  [anon_sym_minute] = "minute",
  [anon_sym_hour] = "hour",
  [anon_sym_day] = "day",
  [anon_sym_month] = "month",
  [anon_sym_rule] = "rule",
  [anon_sym_default] = "default",
  [anon_sym_when] = "when",
  [anon_sym_else] = "else",
  [anon_sym_use] = "use",
  [anon_sym_by] = "by",
  [anon_sym_EQ_EQ] = "==",
  [anon_sym_round_robin] = "round_robin",
  [anon_sym_weighted_round_robin] = "weighted_round_robin",
  [anon_sym_random] = "random",
  [anon_sym_weighted_random] = "weighted_random",
  [anon_sym_first_available] = "first_available",
  [anon_sym_least_in_flight] = "least_in_flight",
  [anon_sym_least_used] = "least_used",
  [anon_sym_headroom] = "headroom",
  [anon_sym_latency] = "latency",
  [anon_sym_sticky] = "sticky",
  [anon_sym_on] = "on",
  [anon_sym_under] = "under",
  [anon_sym_waiting] = "waiting",
  [anon_sym_deny] = "deny",
  [anon_sym_leave] = "leave",
  [anon_sym_host] = "host",
  [anon_sym_retry] = "retry",
  [anon_sym_times] = "times",
  [anon_sym_time] = "time",
  [anon_sym_within] = "within",
  [anon_sym_tag] = "tag",
  [anon_sym_never] = "never",
  [anon_sym_always] = "always",
  [anon_sym_and] = "and",
  [anon_sym_or] = "or",
  [anon_sym_not] = "not",
  [anon_sym_LPAREN] = "(",
  [anon_sym_RPAREN] = ")",
  [anon_sym_weekday] = "weekday",
  [anon_sym_date] = "date",
  [anon_sym_in] = "in",
  [anon_sym_DOT_DOT] = "..",
  [anon_sym_is] = "is",
  [anon_sym_set] = "set",
  [anon_sym_starts] = "starts",
  [anon_sym_ends] = "ends",
  [anon_sym_contains] = "contains",
  [anon_sym_like] = "like",
  [anon_sym_matches] = "matches",
  [anon_sym_salted] = "salted",
  [anon_sym_test] = "test",
  [anon_sym_given] = "given",
  [anon_sym_clock] = "clock",
  [anon_sym_wait] = "wait",
  [anon_sym_again] = "again",
  [sym_next] = "next",
  [anon_sym_report] = "report",
  [anon_sym_every] = "every",
  [anon_sym_expect] = "expect",
  [anon_sym_same] = "same",
  [anon_sym_another] = "another",
  [anon_sym_skipped] = "skipped",
  [anon_sym_as] = "as",
  [anon_sym_disabled] = "disabled",
  [anon_sym_expired] = "expired",
  [anon_sym_cooling] = "cooling",
  [anon_sym_over_quota] = "over_quota",
  [anon_sym_over_budget] = "over_budget",
  [anon_sym_overloaded] = "overloaded",
  [anon_sym_other_provider] = "other_provider",
  [anon_sym_other_model] = "other_model",
  [anon_sym_unknown] = "unknown",
  [anon_sym_tried] = "tried",
  [sym_comment] = "comment",
  [sym_path] = "path",
  [anon_sym_DQUOTE] = "\"",
  [aux_sym_text_token1] = "text_token1",
  [anon_sym_DQUOTE2] = "\"",
  [sym_escape] = "escape",
  [sym_pattern] = "pattern",
  [sym_integer] = "integer",
  [sym_decimal] = "decimal",
  [sym_percent] = "percent",
  [sym_duration] = "duration",
  [anon_sym_mon] = "mon",
  [anon_sym_tue] = "tue",
  [anon_sym_wed] = "wed",
  [anon_sym_thu] = "thu",
  [anon_sym_fri] = "fri",
  [anon_sym_sat] = "sat",
  [anon_sym_sun] = "sun",
  [aux_sym_moment_token1] = "moment_token1",
  [aux_sym_moment_token2] = "moment_token2",
  [sym_timestamp] = "timestamp",
  [anon_sym_true] = "true",
  [anon_sym_false] = "false",
  [sym_unique] = "unique",
  [anon_sym_BANG_EQ] = "!=",
  [anon_sym_LT_EQ] = "<=",
  [anon_sym_GT_EQ] = ">=",
  [anon_sym_LT] = "<",
  [anon_sym_GT] = ">",
  [sym_file] = "file",
  [sym_header] = "header",
  [sym__statement] = "_statement",
  [sym_schema] = "schema",
  [sym_attributes] = "attributes",
  [sym_attribute] = "attribute",
  [sym_type] = "type",
  [sym_import] = "import",
  [sym_let] = "let",
  [sym_texts] = "texts",
  [sym_integers] = "integers",
  [sym_table] = "table",
  [sym_table_file] = "table_file",
  [sym_entry] = "entry",
  [sym_pool] = "pool",
  [sym_pool_member] = "pool_member",
  [sym_weight] = "weight",
  [sym__member] = "_member",
  [sym_all_of] = "all_of",
  [sym_where] = "where",
  [sym_cooling] = "cooling",
  [sym_outcome] = "outcome",
  [sym_quota] = "quota",
  [sym_budget] = "budget",
  [sym__meter] = "_meter",
  [sym_limit] = "limit",
  [sym_unit] = "unit",
  [sym__per] = "_per",
  [sym_period] = "period",
  [sym_zone] = "zone",
  [sym_rule] = "rule",
  [sym_default] = "default",
  [sym_when] = "when",
  [sym__chain] = "_chain",
  [sym_else] = "else",
  [sym_use] = "use",
  [sym__use_credential] = "_use_credential",
  [sym__use_pool] = "_use_pool",
  [sym_narrow] = "narrow",
  [sym_strategy] = "strategy",
  [sym_under] = "under",
  [sym_waiting] = "waiting",
  [sym_deny] = "deny",
  [sym_leave] = "leave",
  [sym_retry] = "retry",
  [sym_tag] = "tag",
  [sym_tag_item] = "tag_item",
  [sym__value] = "_value",
  [sym_lookup] = "lookup",
  [sym_claim] = "claim",
  [sym_spend] = "spend",
  [sym__condition] = "_condition",
  [sym_and] = "and",
  [sym_or] = "or",
  [sym__term] = "_term",
  [sym_not] = "not",
  [sym_group] = "group",
  [sym_clock] = "clock",
  [sym__moments] = "_moments",
  [sym_span] = "span",
  [sym_check] = "check",
  [sym_share] = "share",
  [sym_test] = "test",
  [sym__step] = "_step",
  [sym_given] = "given",
  [sym_clock_set] = "clock_set",
  [sym_wait] = "wait",
  [sym_request] = "request",
  [sym_again] = "again",
  [sym_report] = "report",
  [sym_many] = "many",
  [sym_with] = "with",
  [sym_set] = "set",
  [sym_expect] = "expect",
  [sym_want] = "want",
  [sym_want_tag] = "want_tag",
  [sym_reason] = "reason",
  [sym__path] = "_path",
  [sym_text] = "text",
  [sym__money] = "_money",
  [sym_moment] = "moment",
  [sym_boolean] = "boolean",
  [sym_compare] = "compare",
  [aux_sym_file_repeat1] = "file_repeat1",
  [aux_sym_attributes_repeat1] = "attributes_repeat1",
  [aux_sym_texts_repeat1] = "texts_repeat1",
  [aux_sym_integers_repeat1] = "integers_repeat1",
  [aux_sym_table_repeat1] = "table_repeat1",
  [aux_sym_pool_repeat1] = "pool_repeat1",
  [aux_sym_pool_repeat2] = "pool_repeat2",
  [aux_sym__meter_repeat1] = "_meter_repeat1",
  [aux_sym__chain_repeat1] = "_chain_repeat1",
  [aux_sym__chain_repeat2] = "_chain_repeat2",
  [aux_sym_under_repeat1] = "under_repeat1",
  [aux_sym_tag_repeat1] = "tag_repeat1",
  [aux_sym_and_repeat1] = "and_repeat1",
  [aux_sym_or_repeat1] = "or_repeat1",
  [aux_sym__moments_repeat1] = "_moments_repeat1",
  [aux_sym_test_repeat1] = "test_repeat1",
  [aux_sym_with_repeat1] = "with_repeat1",
  [aux_sym_expect_repeat1] = "expect_repeat1",
  [aux_sym_text_repeat1] = "text_repeat1",
};

static const TSSymbol ts_symbol_map[] = {
  [ts_builtin_sym_end] = ts_builtin_sym_end,
  [sym_identifier] = sym_identifier,
  [anon_sym_keyrule] = anon_sym_keyrule,
  [anon_sym_schema] = anon_sym_schema,
  [anon_sym_with] = anon_sym_with,
  [anon_sym_LBRACE] = anon_sym_LBRACE,
  [anon_sym_RBRACE] = anon_sym_RBRACE,
  [anon_sym_COLON] = anon_sym_COLON,
  [anon_sym_optional] = anon_sym_optional,
  [anon_sym_untrusted] = anon_sym_untrusted,
  [anon_sym_string] = anon_sym_string,
  [anon_sym_int] = anon_sym_int,
  [anon_sym_bool] = anon_sym_bool,
  [anon_sym_timestamp] = anon_sym_timestamp,
  [anon_sym_enum] = anon_sym_enum,
  [anon_sym_list] = anon_sym_list,
  [anon_sym_of] = anon_sym_of,
  [anon_sym_map] = anon_sym_map,
  [anon_sym_import] = anon_sym_import,
  [anon_sym_let] = anon_sym_let,
  [anon_sym_EQ] = anon_sym_EQ,
  [anon_sym_LBRACK] = anon_sym_LBRACK,
  [anon_sym_COMMA] = anon_sym_COMMA,
  [anon_sym_RBRACK] = anon_sym_RBRACK,
  [anon_sym_table] = anon_sym_table,
  [anon_sym_from] = anon_sym_from,
  [anon_sym_maps] = anon_sym_maps,
  [anon_sym_to] = anon_sym_to,
  [anon_sym_pool] = anon_sym_pool,
  [sym_then] = sym_then,
  [anon_sym_weight] = anon_sym_weight,
  [anon_sym_all] = anon_sym_all,
  [anon_sym_where] = anon_sym_where,
  [anon_sym_after] = anon_sym_after,
  [anon_sym_cool] = anon_sym_cool,
  [anon_sym_up] = anon_sym_up,
  [anon_sym_ok] = anon_sym_ok,
  [anon_sym_rate_limited] = anon_sym_rate_limited,
  [anon_sym_unauthorized] = anon_sym_unauthorized,
  [anon_sym_out_of_credit] = anon_sym_out_of_credit,
  [anon_sym_timed_out] = anon_sym_timed_out,
  [anon_sym_server_error] = anon_sym_server_error,
  [anon_sym_caller_error] = anon_sym_caller_error,
  [anon_sym_quota] = anon_sym_quota,
  [anon_sym_for] = anon_sym_for,
  [anon_sym_each] = anon_sym_each,
  [anon_sym_credential] = anon_sym_credential,
  [anon_sym_budget] = anon_sym_budget,
  [anon_sym_limit] = anon_sym_limit,
  [anon_sym_at] = anon_sym_at,
  [anon_sym_once] = anon_sym_once,
  [anon_sym_usd] = anon_sym_usd,
  [anon_sym_requests] = anon_sym_requests,
  [anon_sym_request] = anon_sym_request,
  [anon_sym_tokens] = anon_sym_tokens,
  [anon_sym_token] = anon_sym_token,
  [anon_sym_per] = anon_sym_per,
  [anon_sym_second] = anon_sym_second,
  [anon_sym_minute] = anon_sym_minute,
  [anon_sym_hour] = anon_sym_hour,
  [anon_sym_day] = anon_sym_day,
  [anon_sym_month] = anon_sym_month,
  [anon_sym_rule] = anon_sym_rule,
  [anon_sym_default] = anon_sym_default,
  [anon_sym_when] = anon_sym_when,
  [anon_sym_else] = anon_sym_else,
  [anon_sym_use] = anon_sym_use,
  [anon_sym_by] = anon_sym_by,
  [anon_sym_EQ_EQ] = anon_sym_EQ_EQ,
  [anon_sym_round_robin] = anon_sym_round_robin,
  [anon_sym_weighted_round_robin] = anon_sym_weighted_round_robin,
  [anon_sym_random] = anon_sym_random,
  [anon_sym_weighted_random] = anon_sym_weighted_random,
  [anon_sym_first_available] = anon_sym_first_available,
  [anon_sym_least_in_flight] = anon_sym_least_in_flight,
  [anon_sym_least_used] = anon_sym_least_used,
  [anon_sym_headroom] = anon_sym_headroom,
  [anon_sym_latency] = anon_sym_latency,
  [anon_sym_sticky] = anon_sym_sticky,
  [anon_sym_on] = anon_sym_on,
  [anon_sym_under] = anon_sym_under,
  [anon_sym_waiting] = anon_sym_waiting,
  [anon_sym_deny] = anon_sym_deny,
  [anon_sym_leave] = anon_sym_leave,
  [anon_sym_host] = anon_sym_host,
  [anon_sym_retry] = anon_sym_retry,
  [anon_sym_times] = anon_sym_times,
  [anon_sym_time] = anon_sym_time,
  [anon_sym_within] = anon_sym_within,
  [anon_sym_tag] = anon_sym_tag,
  [anon_sym_never] = anon_sym_never,
  [anon_sym_always] = anon_sym_always,
  [anon_sym_and] = anon_sym_and,
  [anon_sym_or] = anon_sym_or,
  [anon_sym_not] = anon_sym_not,
  [anon_sym_LPAREN] = anon_sym_LPAREN,
  [anon_sym_RPAREN] = anon_sym_RPAREN,
  [anon_sym_weekday] = anon_sym_weekday,
  [anon_sym_date] = anon_sym_date,
  [anon_sym_in] = anon_sym_in,
  [anon_sym_DOT_DOT] = anon_sym_DOT_DOT,
  [anon_sym_is] = anon_sym_is,
  [anon_sym_set] = anon_sym_set,
  [anon_sym_starts] = anon_sym_starts,
  [anon_sym_ends] = anon_sym_ends,
  [anon_sym_contains] = anon_sym_contains,
  [anon_sym_like] = anon_sym_like,
  [anon_sym_matches] = anon_sym_matches,
  [anon_sym_salted] = anon_sym_salted,
  [anon_sym_test] = anon_sym_test,
  [anon_sym_given] = anon_sym_given,
  [anon_sym_clock] = anon_sym_clock,
  [anon_sym_wait] = anon_sym_wait,
  [anon_sym_again] = anon_sym_again,
  [sym_next] = sym_next,
  [anon_sym_report] = anon_sym_report,
  [anon_sym_every] = anon_sym_every,
  [anon_sym_expect] = anon_sym_expect,
  [anon_sym_same] = anon_sym_same,
  [anon_sym_another] = anon_sym_another,
  [anon_sym_skipped] = anon_sym_skipped,
  [anon_sym_as] = anon_sym_as,
  [anon_sym_disabled] = anon_sym_disabled,
  [anon_sym_expired] = anon_sym_expired,
  [anon_sym_cooling] = anon_sym_cooling,
  [anon_sym_over_quota] = anon_sym_over_quota,
  [anon_sym_over_budget] = anon_sym_over_budget,
  [anon_sym_overloaded] = anon_sym_overloaded,
  [anon_sym_other_provider] = anon_sym_other_provider,
  [anon_sym_other_model] = anon_sym_other_model,
  [anon_sym_unknown] = anon_sym_unknown,
  [anon_sym_tried] = anon_sym_tried,
  [sym_comment] = sym_comment,
  [sym_path] = sym_path,
  [anon_sym_DQUOTE] = anon_sym_DQUOTE,
  [aux_sym_text_token1] = aux_sym_text_token1,
  [anon_sym_DQUOTE2] = anon_sym_DQUOTE,
  [sym_escape] = sym_escape,
  [sym_pattern] = sym_pattern,
  [sym_integer] = sym_integer,
  [sym_decimal] = sym_decimal,
  [sym_percent] = sym_percent,
  [sym_duration] = sym_duration,
  [anon_sym_mon] = anon_sym_mon,
  [anon_sym_tue] = anon_sym_tue,
  [anon_sym_wed] = anon_sym_wed,
  [anon_sym_thu] = anon_sym_thu,
  [anon_sym_fri] = anon_sym_fri,
  [anon_sym_sat] = anon_sym_sat,
  [anon_sym_sun] = anon_sym_sun,
  [aux_sym_moment_token1] = aux_sym_moment_token1,
  [aux_sym_moment_token2] = aux_sym_moment_token2,
  [sym_timestamp] = sym_timestamp,
  [anon_sym_true] = anon_sym_true,
  [anon_sym_false] = anon_sym_false,
  [sym_unique] = sym_unique,
  [anon_sym_BANG_EQ] = anon_sym_BANG_EQ,
  [anon_sym_LT_EQ] = anon_sym_LT_EQ,
  [anon_sym_GT_EQ] = anon_sym_GT_EQ,
  [anon_sym_LT] = anon_sym_LT,
  [anon_sym_GT] = anon_sym_GT,
  [sym_file] = sym_file,
  [sym_header] = sym_header,
  [sym__statement] = sym__statement,
  [sym_schema] = sym_schema,
  [sym_attributes] = sym_attributes,
  [sym_attribute] = sym_attribute,
  [sym_type] = sym_type,
  [sym_import] = sym_import,
  [sym_let] = sym_let,
  [sym_texts] = sym_texts,
  [sym_integers] = sym_integers,
  [sym_table] = sym_table,
  [sym_table_file] = sym_table_file,
  [sym_entry] = sym_entry,
  [sym_pool] = sym_pool,
  [sym_pool_member] = sym_pool_member,
  [sym_weight] = sym_weight,
  [sym__member] = sym__member,
  [sym_all_of] = sym_all_of,
  [sym_where] = sym_where,
  [sym_cooling] = sym_cooling,
  [sym_outcome] = sym_outcome,
  [sym_quota] = sym_quota,
  [sym_budget] = sym_budget,
  [sym__meter] = sym__meter,
  [sym_limit] = sym_limit,
  [sym_unit] = sym_unit,
  [sym__per] = sym__per,
  [sym_period] = sym_period,
  [sym_zone] = sym_zone,
  [sym_rule] = sym_rule,
  [sym_default] = sym_default,
  [sym_when] = sym_when,
  [sym__chain] = sym__chain,
  [sym_else] = sym_else,
  [sym_use] = sym_use,
  [sym__use_credential] = sym__use_credential,
  [sym__use_pool] = sym__use_pool,
  [sym_narrow] = sym_narrow,
  [sym_strategy] = sym_strategy,
  [sym_under] = sym_under,
  [sym_waiting] = sym_waiting,
  [sym_deny] = sym_deny,
  [sym_leave] = sym_leave,
  [sym_retry] = sym_retry,
  [sym_tag] = sym_tag,
  [sym_tag_item] = sym_tag_item,
  [sym__value] = sym__value,
  [sym_lookup] = sym_lookup,
  [sym_claim] = sym_claim,
  [sym_spend] = sym_spend,
  [sym__condition] = sym__condition,
  [sym_and] = sym_and,
  [sym_or] = sym_or,
  [sym__term] = sym__term,
  [sym_not] = sym_not,
  [sym_group] = sym_group,
  [sym_clock] = sym_clock,
  [sym__moments] = sym__moments,
  [sym_span] = sym_span,
  [sym_check] = sym_check,
  [sym_share] = sym_share,
  [sym_test] = sym_test,
  [sym__step] = sym__step,
  [sym_given] = sym_given,
  [sym_clock_set] = sym_clock_set,
  [sym_wait] = sym_wait,
  [sym_request] = sym_request,
  [sym_again] = sym_again,
  [sym_report] = sym_report,
  [sym_many] = sym_many,
  [sym_with] = sym_with,
  [sym_set] = sym_set,
  [sym_expect] = sym_expect,
  [sym_want] = sym_want,
  [sym_want_tag] = sym_want_tag,
  [sym_reason] = sym_reason,
  [sym__path] = sym__path,
  [sym_text] = sym_text,
  [sym__money] = sym__money,
  [sym_moment] = sym_moment,
  [sym_boolean] = sym_boolean,
  [sym_compare] = sym_compare,
  [aux_sym_file_repeat1] = aux_sym_file_repeat1,
  [aux_sym_attributes_repeat1] = aux_sym_attributes_repeat1,
  [aux_sym_texts_repeat1] = aux_sym_texts_repeat1,
  [aux_sym_integers_repeat1] = aux_sym_integers_repeat1,
  [aux_sym_table_repeat1] = aux_sym_table_repeat1,
  [aux_sym_pool_repeat1] = aux_sym_pool_repeat1,
  [aux_sym_pool_repeat2] = aux_sym_pool_repeat2,
  [aux_sym__meter_repeat1] = aux_sym__meter_repeat1,
  [aux_sym__chain_repeat1] = aux_sym__chain_repeat1,
  [aux_sym__chain_repeat2] = aux_sym__chain_repeat2,
  [aux_sym_under_repeat1] = aux_sym_under_repeat1,
  [aux_sym_tag_repeat1] = aux_sym_tag_repeat1,
  [aux_sym_and_repeat1] = aux_sym_and_repeat1,
  [aux_sym_or_repeat1] = aux_sym_or_repeat1,
  [aux_sym__moments_repeat1] = aux_sym__moments_repeat1,
  [aux_sym_test_repeat1] = aux_sym_test_repeat1,
  [aux_sym_with_repeat1] = aux_sym_with_repeat1,
  [aux_sym_expect_repeat1] = aux_sym_expect_repeat1,
  [aux_sym_text_repeat1] = aux_sym_text_repeat1,
};

static const TSSymbolMetadata ts_symbol_metadata[] = {
  [ts_builtin_sym_end] = {
    .visible = false,
    .named = true,
  },
  [sym_identifier] = {
    .visible = true,
    .named = true,
  },
  [anon_sym_keyrule] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_schema] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_with] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_LBRACE] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_RBRACE] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_COLON] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_optional] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_untrusted] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_string] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_int] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_bool] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_timestamp] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_enum] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_list] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_of] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_map] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_import] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_let] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_EQ] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_LBRACK] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_COMMA] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_RBRACK] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_table] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_from] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_maps] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_to] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_pool] = {
    .visible = true,
    .named = false,
  },
  [sym_then] = {
    .visible = true,
    .named = true,
  },
  [anon_sym_weight] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_all] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_where] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_after] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_cool] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_up] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_ok] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_rate_limited] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_unauthorized] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_out_of_credit] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_timed_out] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_server_error] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_caller_error] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_quota] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_for] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_each] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_credential] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_budget] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_limit] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_at] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_once] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_usd] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_requests] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_request] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_tokens] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_token] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_per] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_second] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_minute] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_hour] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_day] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_month] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_rule] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_default] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_when] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_else] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_use] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_by] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_EQ_EQ] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_round_robin] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_weighted_round_robin] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_random] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_weighted_random] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_first_available] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_least_in_flight] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_least_used] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_headroom] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_latency] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_sticky] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_on] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_under] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_waiting] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_deny] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_leave] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_host] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_retry] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_times] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_time] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_within] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_tag] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_never] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_always] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_and] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_or] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_not] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_LPAREN] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_RPAREN] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_weekday] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_date] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_in] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_DOT_DOT] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_is] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_set] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_starts] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_ends] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_contains] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_like] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_matches] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_salted] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_test] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_given] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_clock] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_wait] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_again] = {
    .visible = true,
    .named = false,
  },
  [sym_next] = {
    .visible = true,
    .named = true,
  },
  [anon_sym_report] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_every] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_expect] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_same] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_another] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_skipped] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_as] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_disabled] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_expired] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_cooling] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_over_quota] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_over_budget] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_overloaded] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_other_provider] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_other_model] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_unknown] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_tried] = {
    .visible = true,
    .named = false,
  },
  [sym_comment] = {
    .visible = true,
    .named = true,
  },
  [sym_path] = {
    .visible = true,
    .named = true,
  },
  [anon_sym_DQUOTE] = {
    .visible = true,
    .named = false,
  },
  [aux_sym_text_token1] = {
    .visible = false,
    .named = false,
  },
  [anon_sym_DQUOTE2] = {
    .visible = true,
    .named = false,
  },
  [sym_escape] = {
    .visible = true,
    .named = true,
  },
  [sym_pattern] = {
    .visible = true,
    .named = true,
  },
  [sym_integer] = {
    .visible = true,
    .named = true,
  },
  [sym_decimal] = {
    .visible = true,
    .named = true,
  },
  [sym_percent] = {
    .visible = true,
    .named = true,
  },
  [sym_duration] = {
    .visible = true,
    .named = true,
  },
  [anon_sym_mon] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_tue] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_wed] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_thu] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_fri] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_sat] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_sun] = {
    .visible = true,
    .named = false,
  },
  [aux_sym_moment_token1] = {
    .visible = false,
    .named = false,
  },
  [aux_sym_moment_token2] = {
    .visible = false,
    .named = false,
  },
  [sym_timestamp] = {
    .visible = true,
    .named = true,
  },
  [anon_sym_true] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_false] = {
    .visible = true,
    .named = false,
  },
  [sym_unique] = {
    .visible = true,
    .named = true,
  },
  [anon_sym_BANG_EQ] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_LT_EQ] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_GT_EQ] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_LT] = {
    .visible = true,
    .named = false,
  },
  [anon_sym_GT] = {
    .visible = true,
    .named = false,
  },
  [sym_file] = {
    .visible = true,
    .named = true,
  },
  [sym_header] = {
    .visible = true,
    .named = true,
  },
  [sym__statement] = {
    .visible = false,
    .named = true,
    .supertype = true,
  },
  [sym_schema] = {
    .visible = true,
    .named = true,
  },
  [sym_attributes] = {
    .visible = true,
    .named = true,
  },
  [sym_attribute] = {
    .visible = true,
    .named = true,
  },
  [sym_type] = {
    .visible = true,
    .named = true,
  },
  [sym_import] = {
    .visible = true,
    .named = true,
  },
  [sym_let] = {
    .visible = true,
    .named = true,
  },
  [sym_texts] = {
    .visible = true,
    .named = true,
  },
  [sym_integers] = {
    .visible = true,
    .named = true,
  },
  [sym_table] = {
    .visible = true,
    .named = true,
  },
  [sym_table_file] = {
    .visible = true,
    .named = true,
  },
  [sym_entry] = {
    .visible = true,
    .named = true,
  },
  [sym_pool] = {
    .visible = true,
    .named = true,
  },
  [sym_pool_member] = {
    .visible = true,
    .named = true,
  },
  [sym_weight] = {
    .visible = true,
    .named = true,
  },
  [sym__member] = {
    .visible = false,
    .named = true,
  },
  [sym_all_of] = {
    .visible = true,
    .named = true,
  },
  [sym_where] = {
    .visible = true,
    .named = true,
  },
  [sym_cooling] = {
    .visible = true,
    .named = true,
  },
  [sym_outcome] = {
    .visible = true,
    .named = true,
  },
  [sym_quota] = {
    .visible = true,
    .named = true,
  },
  [sym_budget] = {
    .visible = true,
    .named = true,
  },
  [sym__meter] = {
    .visible = false,
    .named = true,
  },
  [sym_limit] = {
    .visible = true,
    .named = true,
  },
  [sym_unit] = {
    .visible = true,
    .named = true,
  },
  [sym__per] = {
    .visible = false,
    .named = true,
  },
  [sym_period] = {
    .visible = true,
    .named = true,
  },
  [sym_zone] = {
    .visible = true,
    .named = true,
  },
  [sym_rule] = {
    .visible = true,
    .named = true,
  },
  [sym_default] = {
    .visible = true,
    .named = true,
  },
  [sym_when] = {
    .visible = true,
    .named = true,
  },
  [sym__chain] = {
    .visible = false,
    .named = true,
  },
  [sym_else] = {
    .visible = true,
    .named = true,
  },
  [sym_use] = {
    .visible = true,
    .named = true,
  },
  [sym__use_credential] = {
    .visible = false,
    .named = true,
  },
  [sym__use_pool] = {
    .visible = false,
    .named = true,
  },
  [sym_narrow] = {
    .visible = true,
    .named = true,
  },
  [sym_strategy] = {
    .visible = true,
    .named = true,
  },
  [sym_under] = {
    .visible = true,
    .named = true,
  },
  [sym_waiting] = {
    .visible = true,
    .named = true,
  },
  [sym_deny] = {
    .visible = true,
    .named = true,
  },
  [sym_leave] = {
    .visible = true,
    .named = true,
  },
  [sym_retry] = {
    .visible = true,
    .named = true,
  },
  [sym_tag] = {
    .visible = true,
    .named = true,
  },
  [sym_tag_item] = {
    .visible = true,
    .named = true,
  },
  [sym__value] = {
    .visible = false,
    .named = true,
  },
  [sym_lookup] = {
    .visible = true,
    .named = true,
  },
  [sym_claim] = {
    .visible = true,
    .named = true,
  },
  [sym_spend] = {
    .visible = true,
    .named = true,
  },
  [sym__condition] = {
    .visible = false,
    .named = true,
  },
  [sym_and] = {
    .visible = true,
    .named = true,
  },
  [sym_or] = {
    .visible = true,
    .named = true,
  },
  [sym__term] = {
    .visible = false,
    .named = true,
  },
  [sym_not] = {
    .visible = true,
    .named = true,
  },
  [sym_group] = {
    .visible = true,
    .named = true,
  },
  [sym_clock] = {
    .visible = true,
    .named = true,
  },
  [sym__moments] = {
    .visible = false,
    .named = true,
  },
  [sym_span] = {
    .visible = true,
    .named = true,
  },
  [sym_check] = {
    .visible = true,
    .named = true,
  },
  [sym_share] = {
    .visible = true,
    .named = true,
  },
  [sym_test] = {
    .visible = true,
    .named = true,
  },
  [sym__step] = {
    .visible = false,
    .named = true,
  },
  [sym_given] = {
    .visible = true,
    .named = true,
  },
  [sym_clock_set] = {
    .visible = true,
    .named = true,
  },
  [sym_wait] = {
    .visible = true,
    .named = true,
  },
  [sym_request] = {
    .visible = true,
    .named = true,
  },
  [sym_again] = {
    .visible = true,
    .named = true,
  },
  [sym_report] = {
    .visible = true,
    .named = true,
  },
  [sym_many] = {
    .visible = true,
    .named = true,
  },
  [sym_with] = {
    .visible = true,
    .named = true,
  },
  [sym_set] = {
    .visible = true,
    .named = true,
  },
  [sym_expect] = {
    .visible = true,
    .named = true,
  },
  [sym_want] = {
    .visible = true,
    .named = true,
  },
  [sym_want_tag] = {
    .visible = true,
    .named = true,
  },
  [sym_reason] = {
    .visible = true,
    .named = true,
  },
  [sym__path] = {
    .visible = false,
    .named = true,
  },
  [sym_text] = {
    .visible = true,
    .named = true,
  },
  [sym__money] = {
    .visible = false,
    .named = true,
  },
  [sym_moment] = {
    .visible = true,
    .named = true,
  },
  [sym_boolean] = {
    .visible = true,
    .named = true,
  },
  [sym_compare] = {
    .visible = true,
    .named = true,
  },
  [aux_sym_file_repeat1] = {
    .visible = false,
    .named = false,
  },
  [aux_sym_attributes_repeat1] = {
    .visible = false,
    .named = false,
  },
  [aux_sym_texts_repeat1] = {
    .visible = false,
    .named = false,
  },
  [aux_sym_integers_repeat1] = {
    .visible = false,
    .named = false,
  },
  [aux_sym_table_repeat1] = {
    .visible = false,
    .named = false,
  },
  [aux_sym_pool_repeat1] = {
    .visible = false,
    .named = false,
  },
  [aux_sym_pool_repeat2] = {
    .visible = false,
    .named = false,
  },
  [aux_sym__meter_repeat1] = {
    .visible = false,
    .named = false,
  },
  [aux_sym__chain_repeat1] = {
    .visible = false,
    .named = false,
  },
  [aux_sym__chain_repeat2] = {
    .visible = false,
    .named = false,
  },
  [aux_sym_under_repeat1] = {
    .visible = false,
    .named = false,
  },
  [aux_sym_tag_repeat1] = {
    .visible = false,
    .named = false,
  },
  [aux_sym_and_repeat1] = {
    .visible = false,
    .named = false,
  },
  [aux_sym_or_repeat1] = {
    .visible = false,
    .named = false,
  },
  [aux_sym__moments_repeat1] = {
    .visible = false,
    .named = false,
  },
  [aux_sym_test_repeat1] = {
    .visible = false,
    .named = false,
  },
  [aux_sym_with_repeat1] = {
    .visible = false,
    .named = false,
  },
  [aux_sym_expect_repeat1] = {
    .visible = false,
    .named = false,
  },
  [aux_sym_text_repeat1] = {
    .visible = false,
    .named = false,
  },
};

enum ts_field_identifiers {
  field_credential = 1,
  field_description = 2,
  field_each = 3,
  field_edition = 4,
  field_file = 5,
  field_key = 6,
  field_list = 7,
  field_name = 8,
  field_path = 9,
  field_pool = 10,
  field_provider = 11,
  field_rule = 12,
  field_table = 13,
  field_type = 14,
  field_value = 15,
};

static const char * const ts_field_names[] = {
  [0] = NULL,
  [field_credential] = "credential",
  [field_description] = "description",
  [field_each] = "each",
  [field_edition] = "edition",
  [field_file] = "file",
  [field_key] = "key",
  [field_list] = "list",
  [field_name] = "name",
  [field_path] = "path",
  [field_pool] = "pool",
  [field_provider] = "provider",
  [field_rule] = "rule",
  [field_table] = "table",
  [field_type] = "type",
  [field_value] = "value",
};

static const TSFieldMapSlice ts_field_map_slices[PRODUCTION_ID_COUNT] = {
  [1] = {.index = 0, .length = 1},
  [2] = {.index = 1, .length = 1},
  [3] = {.index = 2, .length = 1},
  [4] = {.index = 3, .length = 2},
  [6] = {.index = 5, .length = 2},
  [7] = {.index = 7, .length = 1},
  [8] = {.index = 8, .length = 1},
  [9] = {.index = 9, .length = 1},
  [10] = {.index = 10, .length = 2},
  [11] = {.index = 12, .length = 1},
  [12] = {.index = 13, .length = 1},
  [13] = {.index = 14, .length = 2},
  [14] = {.index = 16, .length = 1},
  [15] = {.index = 17, .length = 1},
  [16] = {.index = 1, .length = 1},
  [17] = {.index = 18, .length = 2},
  [18] = {.index = 20, .length = 2},
  [19] = {.index = 22, .length = 2},
  [20] = {.index = 24, .length = 1},
  [21] = {.index = 25, .length = 2},
  [22] = {.index = 27, .length = 1},
  [23] = {.index = 28, .length = 2},
  [24] = {.index = 30, .length = 2},
  [25] = {.index = 32, .length = 3},
  [26] = {.index = 35, .length = 1},
  [27] = {.index = 36, .length = 1},
  [28] = {.index = 1, .length = 1},
  [29] = {.index = 37, .length = 1},
  [30] = {.index = 38, .length = 3},
  [31] = {.index = 41, .length = 2},
  [32] = {.index = 43, .length = 3},
  [33] = {.index = 46, .length = 2},
  [34] = {.index = 48, .length = 2},
  [35] = {.index = 50, .length = 3},
  [36] = {.index = 53, .length = 3},
  [37] = {.index = 56, .length = 2},
  [38] = {.index = 58, .length = 2},
  [39] = {.index = 60, .length = 2},
  [40] = {.index = 62, .length = 3},
};

static const TSFieldMapEntry ts_field_map_entries[] = {
  [0] =
    {field_edition, 1},
  [1] =
    {field_name, 1},
  [2] =
    {field_file, 1},
  [3] =
    {field_credential, 2, .inherited = true},
    {field_name, 1},
  [5] =
    {field_name, 1},
    {field_value, 3},
  [7] =
    {field_path, 0},
  [8] =
    {field_credential, 0, .inherited = true},
  [9] =
    {field_credential, 0},
  [10] =
    {field_credential, 1, .inherited = true},
    {field_pool, 1, .inherited = true},
  [12] =
    {field_pool, 1, .inherited = true},
  [13] =
    {field_credential, 1, .inherited = true},
  [14] =
    {field_credential, 0, .inherited = true},
    {field_credential, 1, .inherited = true},
  [16] =
    {field_credential, 1},
  [17] =
    {field_pool, 1},
  [18] =
    {field_path, 0},
    {field_type, 2},
  [20] =
    {field_list, 2},
    {field_path, 0},
  [22] =
    {field_key, 0},
    {field_value, 2},
  [24] =
    {field_pool, 2},
  [25] =
    {field_name, 1},
    {field_provider, 3},
  [27] =
    {field_provider, 1},
  [28] =
    {field_provider, 0, .inherited = true},
    {field_provider, 1, .inherited = true},
  [30] =
    {field_credential, 5, .inherited = true},
    {field_name, 1},
  [32] =
    {field_credential, 5, .inherited = true},
    {field_each, 4},
    {field_name, 1},
  [35] =
    {field_pool, 0},
  [36] =
    {field_credential, 2},
  [37] =
    {field_rule, 1},
  [38] =
    {field_description, 3},
    {field_path, 0},
    {field_type, 2},
  [41] =
    {field_list, 3},
    {field_path, 0},
  [43] =
    {field_name, 1},
    {field_provider, 3},
    {field_provider, 4, .inherited = true},
  [46] =
    {field_credential, 1},
    {field_pool, 3},
  [48] =
    {field_name, 0},
    {field_value, 2},
  [50] =
    {field_description, 4},
    {field_path, 0},
    {field_type, 2},
  [53] =
    {field_file, 1},
    {field_key, 3},
    {field_value, 5},
  [56] =
    {field_key, 2},
    {field_table, 0},
  [58] =
    {field_key, 1},
    {field_value, 3},
  [60] =
    {field_credential, 2},
    {field_provider, 4},
  [62] =
    {field_description, 5},
    {field_path, 0},
    {field_type, 2},
};

static const TSSymbol ts_alias_sequences[PRODUCTION_ID_COUNT][MAX_ALIAS_SEQUENCE_LENGTH] = {
  [0] = {0},
  [5] = {
    [0] = sym_path,
  },
  [16] = {
    [3] = sym_deny,
  },
  [28] = {
    [4] = sym_deny,
  },
};

static const uint16_t ts_non_terminal_alias_map[] = {
  0,
};

static const TSStateId ts_primary_state_ids[STATE_COUNT] = {
  [0] = 0,
  [1] = 1,
  [2] = 2,
  [3] = 3,
  [4] = 4,
  [5] = 5,
  [6] = 6,
  [7] = 7,
  [8] = 8,
  [9] = 9,
  [10] = 10,
  [11] = 11,
  [12] = 12,
  [13] = 13,
  [14] = 14,
  [15] = 15,
  [16] = 16,
  [17] = 17,
  [18] = 18,
  [19] = 19,
  [20] = 20,
  [21] = 21,
  [22] = 22,
  [23] = 23,
  [24] = 24,
  [25] = 25,
  [26] = 26,
  [27] = 27,
  [28] = 28,
  [29] = 29,
  [30] = 30,
  [31] = 31,
  [32] = 32,
  [33] = 33,
  [34] = 34,
  [35] = 35,
  [36] = 36,
  [37] = 37,
  [38] = 38,
  [39] = 39,
  [40] = 40,
  [41] = 41,
  [42] = 42,
  [43] = 43,
  [44] = 44,
  [45] = 45,
  [46] = 46,
  [47] = 47,
  [48] = 48,
  [49] = 49,
  [50] = 50,
  [51] = 51,
  [52] = 52,
  [53] = 53,
  [54] = 54,
  [55] = 55,
  [56] = 56,
  [57] = 57,
  [58] = 58,
  [59] = 59,
  [60] = 60,
  [61] = 61,
  [62] = 62,
  [63] = 63,
  [64] = 64,
  [65] = 65,
  [66] = 66,
  [67] = 67,
  [68] = 68,
  [69] = 69,
  [70] = 70,
  [71] = 71,
  [72] = 72,
  [73] = 73,
  [74] = 74,
  [75] = 75,
  [76] = 76,
  [77] = 77,
  [78] = 78,
  [79] = 79,
  [80] = 80,
  [81] = 81,
  [82] = 82,
  [83] = 83,
  [84] = 84,
  [85] = 85,
  [86] = 86,
  [87] = 87,
  [88] = 88,
  [89] = 89,
  [90] = 90,
  [91] = 91,
  [92] = 92,
  [93] = 93,
  [94] = 94,
  [95] = 95,
  [96] = 96,
  [97] = 97,
  [98] = 98,
  [99] = 99,
  [100] = 100,
  [101] = 101,
  [102] = 102,
  [103] = 103,
  [104] = 104,
  [105] = 105,
  [106] = 106,
  [107] = 107,
  [108] = 108,
  [109] = 109,
  [110] = 110,
  [111] = 111,
  [112] = 112,
  [113] = 113,
  [114] = 114,
  [115] = 115,
  [116] = 116,
  [117] = 117,
  [118] = 118,
  [119] = 119,
  [120] = 120,
  [121] = 121,
  [122] = 122,
  [123] = 123,
  [124] = 124,
  [125] = 125,
  [126] = 126,
  [127] = 127,
  [128] = 128,
  [129] = 129,
  [130] = 130,
  [131] = 131,
  [132] = 132,
  [133] = 133,
  [134] = 134,
  [135] = 135,
  [136] = 136,
  [137] = 137,
  [138] = 138,
  [139] = 139,
  [140] = 140,
  [141] = 141,
  [142] = 142,
  [143] = 143,
  [144] = 144,
  [145] = 145,
  [146] = 146,
  [147] = 147,
  [148] = 148,
  [149] = 149,
  [150] = 150,
  [151] = 151,
  [152] = 152,
  [153] = 153,
  [154] = 154,
  [155] = 155,
  [156] = 156,
  [157] = 157,
  [158] = 158,
  [159] = 159,
  [160] = 160,
  [161] = 161,
  [162] = 162,
  [163] = 163,
  [164] = 164,
  [165] = 165,
  [166] = 166,
  [167] = 167,
  [168] = 168,
  [169] = 169,
  [170] = 170,
  [171] = 171,
  [172] = 172,
  [173] = 173,
  [174] = 174,
  [175] = 175,
  [176] = 176,
  [177] = 177,
  [178] = 178,
  [179] = 179,
  [180] = 180,
  [181] = 181,
  [182] = 182,
  [183] = 183,
  [184] = 184,
  [185] = 185,
  [186] = 186,
  [187] = 187,
  [188] = 188,
  [189] = 189,
  [190] = 190,
  [191] = 191,
  [192] = 192,
  [193] = 193,
  [194] = 194,
  [195] = 195,
  [196] = 196,
  [197] = 197,
  [198] = 6,
  [199] = 7,
  [200] = 8,
  [201] = 201,
  [202] = 202,
  [203] = 203,
  [204] = 204,
  [205] = 205,
  [206] = 206,
  [207] = 207,
  [208] = 208,
  [209] = 209,
  [210] = 210,
  [211] = 211,
  [212] = 212,
  [213] = 213,
  [214] = 214,
  [215] = 215,
  [216] = 216,
  [217] = 217,
  [218] = 218,
  [219] = 219,
  [220] = 220,
  [221] = 221,
  [222] = 222,
  [223] = 223,
  [224] = 224,
  [225] = 225,
  [226] = 226,
  [227] = 227,
  [228] = 228,
  [229] = 229,
  [230] = 230,
  [231] = 231,
  [232] = 232,
  [233] = 233,
  [234] = 234,
  [235] = 235,
  [236] = 224,
  [237] = 226,
  [238] = 238,
  [239] = 239,
  [240] = 240,
  [241] = 241,
  [242] = 242,
  [243] = 243,
  [244] = 244,
  [245] = 245,
  [246] = 246,
  [247] = 247,
  [248] = 248,
  [249] = 249,
  [250] = 250,
  [251] = 251,
  [252] = 252,
  [253] = 253,
  [254] = 254,
  [255] = 255,
  [256] = 256,
  [257] = 257,
  [258] = 258,
  [259] = 259,
  [260] = 260,
  [261] = 261,
  [262] = 262,
  [263] = 263,
  [264] = 264,
  [265] = 265,
  [266] = 266,
  [267] = 267,
  [268] = 2,
  [269] = 3,
  [270] = 261,
  [271] = 263,
  [272] = 265,
  [273] = 251,
  [274] = 274,
  [275] = 275,
  [276] = 276,
  [277] = 277,
  [278] = 278,
  [279] = 279,
  [280] = 280,
  [281] = 281,
  [282] = 282,
  [283] = 283,
  [284] = 284,
  [285] = 285,
  [286] = 286,
  [287] = 287,
  [288] = 288,
  [289] = 289,
  [290] = 290,
  [291] = 291,
  [292] = 292,
  [293] = 293,
  [294] = 294,
  [295] = 295,
  [296] = 296,
  [297] = 297,
  [298] = 298,
  [299] = 299,
  [300] = 300,
  [301] = 301,
  [302] = 302,
  [303] = 303,
  [304] = 304,
  [305] = 305,
  [306] = 306,
  [307] = 307,
  [308] = 308,
  [309] = 309,
  [310] = 310,
  [311] = 311,
  [312] = 312,
  [313] = 313,
  [314] = 314,
  [315] = 315,
  [316] = 316,
  [317] = 317,
  [318] = 318,
  [319] = 319,
  [320] = 320,
  [321] = 321,
  [322] = 322,
  [323] = 323,
  [324] = 279,
  [325] = 325,
  [326] = 326,
  [327] = 327,
  [328] = 328,
  [329] = 329,
  [330] = 330,
  [331] = 331,
  [332] = 332,
  [333] = 333,
  [334] = 334,
  [335] = 335,
  [336] = 336,
  [337] = 337,
  [338] = 338,
  [339] = 339,
  [340] = 340,
  [341] = 341,
  [342] = 342,
  [343] = 343,
  [344] = 344,
  [345] = 345,
  [346] = 346,
  [347] = 347,
  [348] = 348,
  [349] = 349,
  [350] = 350,
  [351] = 351,
  [352] = 352,
  [353] = 353,
  [354] = 354,
  [355] = 355,
  [356] = 356,
  [357] = 357,
  [358] = 358,
  [359] = 359,
  [360] = 360,
  [361] = 361,
  [362] = 362,
  [363] = 363,
  [364] = 364,
  [365] = 365,
  [366] = 366,
  [367] = 367,
  [368] = 368,
  [369] = 369,
  [370] = 370,
  [371] = 371,
  [372] = 372,
  [373] = 373,
  [374] = 374,
  [375] = 375,
  [376] = 376,
  [377] = 377,
  [378] = 378,
  [379] = 379,
  [380] = 380,
  [381] = 381,
  [382] = 382,
  [383] = 383,
  [384] = 384,
  [385] = 385,
  [386] = 386,
  [387] = 387,
  [388] = 388,
  [389] = 389,
  [390] = 390,
  [391] = 391,
  [392] = 392,
  [393] = 393,
  [394] = 394,
  [395] = 395,
  [396] = 396,
  [397] = 397,
  [398] = 398,
  [399] = 399,
  [400] = 400,
  [401] = 401,
  [402] = 402,
  [403] = 403,
  [404] = 404,
  [405] = 405,
  [406] = 406,
  [407] = 407,
  [408] = 408,
  [409] = 409,
  [410] = 410,
};

static bool ts_lex(TSLexer *lexer, TSStateId state) {
  START_LEXER();
  eof = lexer->eof(lexer);
  switch (state) {
    case 0:
      if (eof) ADVANCE(74);
      ADVANCE_MAP(
        '!', 23,
        '"', 95,
        '#', 87,
        '(', 84,
        ')', 85,
        ',', 81,
        '-', 34,
        '.', 18,
        '/', 27,
        ':', 77,
        '<', 130,
        '=', 79,
        '>', 131,
        '[', 80,
        '\\', 28,
        ']', 82,
        '{', 75,
        '}', 76,
      );
      if (lookahead == '\t' ||
          lookahead == '\n' ||
          lookahead == '\r' ||
          lookahead == ' ') SKIP(71);
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(104);
      if (('A' <= lookahead && lookahead <= 'Z') ||
          lookahead == '_' ||
          ('a' <= lookahead && lookahead <= 'z')) ADVANCE(88);
      END_STATE();
    case 1:
      if (lookahead == '\n') SKIP(7);
      if (lookahead == '"') ADVANCE(95);
      if (lookahead == '#') ADVANCE(94);
      if (lookahead == '\\') ADVANCE(28);
      if (lookahead == '\t' ||
          lookahead == '\r' ||
          lookahead == ' ') ADVANCE(93);
      if (lookahead != 0) ADVANCE(94);
      END_STATE();
    case 2:
      if (lookahead == '"') ADVANCE(92);
      if (lookahead == '#') ADVANCE(87);
      if (lookahead == '-') ADVANCE(34);
      if (lookahead == '=') ADVANCE(78);
      if (lookahead == '[') ADVANCE(80);
      if (lookahead == '\t' ||
          lookahead == '\n' ||
          lookahead == '\r' ||
          lookahead == ' ') SKIP(2);
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(107);
      if (('A' <= lookahead && lookahead <= 'Z') ||
          lookahead == '_' ||
          ('a' <= lookahead && lookahead <= 'z')) ADVANCE(89);
      END_STATE();
    case 3:
      if (lookahead == '"') ADVANCE(92);
      if (lookahead == '#') ADVANCE(87);
      if (lookahead == '-') ADVANCE(34);
      if (lookahead == '\t' ||
          lookahead == '\n' ||
          lookahead == '\r' ||
          lookahead == ' ') SKIP(3);
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(115);
      if (('A' <= lookahead && lookahead <= 'Z') ||
          lookahead == '_' ||
          ('a' <= lookahead && lookahead <= 'z')) ADVANCE(89);
      END_STATE();
    case 4:
      if (lookahead == '"') ADVANCE(5);
      if (('A' <= lookahead && lookahead <= 'Z') ||
          lookahead == '_' ||
          ('a' <= lookahead && lookahead <= 'z')) ADVANCE(91);
      END_STATE();
    case 5:
      if (lookahead == '"') ADVANCE(90);
      if (lookahead == '\\') ADVANCE(29);
      if (lookahead != 0 &&
          lookahead != '\n') ADVANCE(5);
      END_STATE();
    case 6:
      if (lookahead == '#') ADVANCE(87);
      if (lookahead == '-') ADVANCE(34);
      if (lookahead == '\t' ||
          lookahead == '\n' ||
          lookahead == '\r' ||
          lookahead == ' ') SKIP(6);
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(110);
      END_STATE();
    case 7:
      if (lookahead == '#') ADVANCE(87);
      if (lookahead == '\t' ||
          lookahead == '\n' ||
          lookahead == '\r' ||
          lookahead == ' ') SKIP(7);
      END_STATE();
    case 8:
      if (lookahead == '%') ADVANCE(120);
      END_STATE();
    case 9:
      if (lookahead == '%') ADVANCE(120);
      if (lookahead == '-') ADVANCE(64);
      if (lookahead == '.') ADVANCE(45);
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(13);
      END_STATE();
    case 10:
      if (lookahead == '%') ADVANCE(120);
      if (lookahead == '.') ADVANCE(45);
      if (lookahead == ':') ADVANCE(50);
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(12);
      END_STATE();
    case 11:
      if (lookahead == '%') ADVANCE(120);
      if (lookahead == '.') ADVANCE(45);
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(10);
      END_STATE();
    case 12:
      if (lookahead == '%') ADVANCE(120);
      if (lookahead == '.') ADVANCE(45);
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(9);
      END_STATE();
    case 13:
      if (lookahead == '%') ADVANCE(120);
      if (lookahead == '.') ADVANCE(45);
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(13);
      END_STATE();
    case 14:
      if (lookahead == '%') ADVANCE(120);
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(8);
      END_STATE();
    case 15:
      if (lookahead == '-') ADVANCE(53);
      END_STATE();
    case 16:
      if (lookahead == '-') ADVANCE(58);
      END_STATE();
    case 17:
      if (lookahead == '-') ADVANCE(59);
      END_STATE();
    case 18:
      if (lookahead == '.') ADVANCE(86);
      END_STATE();
    case 19:
      if (lookahead == '/') ADVANCE(97);
      if (lookahead == '\\') ADVANCE(70);
      if (lookahead != 0 &&
          lookahead != '\n') ADVANCE(19);
      END_STATE();
    case 20:
      if (lookahead == ':') ADVANCE(55);
      END_STATE();
    case 21:
      if (lookahead == ':') ADVANCE(56);
      if (lookahead == 'Z') ADVANCE(126);
      if (lookahead == '+' ||
          lookahead == '-') ADVANCE(65);
      END_STATE();
    case 22:
      if (lookahead == ':') ADVANCE(57);
      END_STATE();
    case 23:
      if (lookahead == '=') ADVANCE(127);
      END_STATE();
    case 24:
      if (lookahead == '=') ADVANCE(83);
      END_STATE();
    case 25:
      if (lookahead == 'T') ADVANCE(54);
      END_STATE();
    case 26:
      if (lookahead == 'Z') ADVANCE(126);
      if (lookahead == '+' ||
          lookahead == '-') ADVANCE(65);
      END_STATE();
    case 27:
      if (lookahead == '\\') ADVANCE(70);
      if (lookahead != 0 &&
          lookahead != '\n' &&
          lookahead != '/') ADVANCE(19);
      END_STATE();
    case 28:
      if (lookahead == 'u') ADVANCE(30);
      if (lookahead == '"' ||
          lookahead == '\\' ||
          lookahead == 'n' ||
          lookahead == 't') ADVANCE(96);
      END_STATE();
    case 29:
      if (lookahead == 'u') ADVANCE(31);
      if (lookahead == '"' ||
          lookahead == '\\' ||
          lookahead == 'n' ||
          lookahead == 't') ADVANCE(5);
      END_STATE();
    case 30:
      if (lookahead == '{') ADVANCE(68);
      END_STATE();
    case 31:
      if (lookahead == '{') ADVANCE(69);
      END_STATE();
    case 32:
      if (lookahead == '}') ADVANCE(96);
      if (('0' <= lookahead && lookahead <= '9') ||
          ('A' <= lookahead && lookahead <= 'F') ||
          ('a' <= lookahead && lookahead <= 'f')) ADVANCE(32);
      END_STATE();
    case 33:
      if (lookahead == '}') ADVANCE(5);
      if (('0' <= lookahead && lookahead <= '9') ||
          ('A' <= lookahead && lookahead <= 'F') ||
          ('a' <= lookahead && lookahead <= 'f')) ADVANCE(33);
      END_STATE();
    case 34:
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(113);
      END_STATE();
    case 35:
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(119);
      END_STATE();
    case 36:
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(103);
      END_STATE();
    case 37:
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(125);
      END_STATE();
    case 38:
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(112);
      END_STATE();
    case 39:
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(15);
      END_STATE();
    case 40:
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(124);
      END_STATE();
    case 41:
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(20);
      END_STATE();
    case 42:
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(21);
      END_STATE();
    case 43:
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(126);
      END_STATE();
    case 44:
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(26);
      END_STATE();
    case 45:
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(14);
      END_STATE();
    case 46:
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(123);
      END_STATE();
    case 47:
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(25);
      END_STATE();
    case 48:
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(35);
      END_STATE();
    case 49:
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(36);
      END_STATE();
    case 50:
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(37);
      END_STATE();
    case 51:
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(38);
      END_STATE();
    case 52:
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(39);
      END_STATE();
    case 53:
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(40);
      END_STATE();
    case 54:
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(41);
      END_STATE();
    case 55:
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(42);
      END_STATE();
    case 56:
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(44);
      END_STATE();
    case 57:
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(43);
      END_STATE();
    case 58:
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(46);
      END_STATE();
    case 59:
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(47);
      END_STATE();
    case 60:
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(49);
      END_STATE();
    case 61:
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(51);
      END_STATE();
    case 62:
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(16);
      END_STATE();
    case 63:
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(22);
      END_STATE();
    case 64:
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(62);
      END_STATE();
    case 65:
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(63);
      END_STATE();
    case 66:
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(17);
      END_STATE();
    case 67:
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(66);
      END_STATE();
    case 68:
      if (('0' <= lookahead && lookahead <= '9') ||
          ('A' <= lookahead && lookahead <= 'F') ||
          ('a' <= lookahead && lookahead <= 'f')) ADVANCE(32);
      END_STATE();
    case 69:
      if (('0' <= lookahead && lookahead <= '9') ||
          ('A' <= lookahead && lookahead <= 'F') ||
          ('a' <= lookahead && lookahead <= 'f')) ADVANCE(33);
      END_STATE();
    case 70:
      if (lookahead != 0 &&
          lookahead != '\n') ADVANCE(19);
      END_STATE();
    case 71:
      if (eof) ADVANCE(74);
      ADVANCE_MAP(
        '!', 23,
        '"', 92,
        '#', 87,
        '(', 84,
        ')', 85,
        ',', 81,
        '-', 34,
        '.', 18,
        '/', 27,
        ':', 77,
        '<', 130,
        '=', 79,
        '>', 131,
        '[', 80,
        ']', 82,
        '{', 75,
        '}', 76,
      );
      if (lookahead == '\t' ||
          lookahead == '\n' ||
          lookahead == '\r' ||
          lookahead == ' ') SKIP(71);
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(104);
      if (('A' <= lookahead && lookahead <= 'Z') ||
          lookahead == '_' ||
          ('a' <= lookahead && lookahead <= 'z')) ADVANCE(88);
      END_STATE();
    case 72:
      if (eof) ADVANCE(74);
      ADVANCE_MAP(
        '!', 23,
        '"', 92,
        '#', 87,
        ')', 85,
        ',', 81,
        '.', 18,
        ':', 77,
        '<', 130,
        '=', 79,
        '>', 131,
        '[', 80,
        ']', 82,
        '{', 75,
        '}', 76,
      );
      if (lookahead == '\t' ||
          lookahead == '\n' ||
          lookahead == '\r' ||
          lookahead == ' ') SKIP(72);
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(11);
      if (('A' <= lookahead && lookahead <= 'Z') ||
          lookahead == '_' ||
          ('a' <= lookahead && lookahead <= 'z')) ADVANCE(88);
      END_STATE();
    case 73:
      if (eof) ADVANCE(74);
      ADVANCE_MAP(
        '!', 23,
        '"', 92,
        '#', 87,
        ')', 85,
        '-', 34,
        '<', 130,
        '=', 24,
        '>', 131,
        ']', 82,
        '}', 76,
      );
      if (lookahead == '\t' ||
          lookahead == '\n' ||
          lookahead == '\r' ||
          lookahead == ' ') SKIP(73);
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(117);
      if (('A' <= lookahead && lookahead <= 'Z') ||
          lookahead == '_' ||
          ('a' <= lookahead && lookahead <= 'z')) ADVANCE(89);
      END_STATE();
    case 74:
      ACCEPT_TOKEN(ts_builtin_sym_end);
      END_STATE();
    case 75:
      ACCEPT_TOKEN(anon_sym_LBRACE);
      END_STATE();
    case 76:
      ACCEPT_TOKEN(anon_sym_RBRACE);
      END_STATE();
    case 77:
      ACCEPT_TOKEN(anon_sym_COLON);
      END_STATE();
    case 78:
      ACCEPT_TOKEN(anon_sym_EQ);
      END_STATE();
    case 79:
      ACCEPT_TOKEN(anon_sym_EQ);
      if (lookahead == '=') ADVANCE(83);
      END_STATE();
    case 80:
      ACCEPT_TOKEN(anon_sym_LBRACK);
      END_STATE();
    case 81:
      ACCEPT_TOKEN(anon_sym_COMMA);
      END_STATE();
    case 82:
      ACCEPT_TOKEN(anon_sym_RBRACK);
      END_STATE();
    case 83:
      ACCEPT_TOKEN(anon_sym_EQ_EQ);
      END_STATE();
    case 84:
      ACCEPT_TOKEN(anon_sym_LPAREN);
      END_STATE();
    case 85:
      ACCEPT_TOKEN(anon_sym_RPAREN);
      END_STATE();
    case 86:
      ACCEPT_TOKEN(anon_sym_DOT_DOT);
      END_STATE();
    case 87:
      ACCEPT_TOKEN(sym_comment);
      if (lookahead != 0 &&
          lookahead != '\n') ADVANCE(87);
      END_STATE();
    case 88:
      ACCEPT_TOKEN(sym_identifier);
      if (lookahead == '.') ADVANCE(4);
      if (('0' <= lookahead && lookahead <= '9') ||
          ('A' <= lookahead && lookahead <= 'Z') ||
          lookahead == '_' ||
          ('a' <= lookahead && lookahead <= 'z')) ADVANCE(88);
      END_STATE();
    case 89:
      ACCEPT_TOKEN(sym_identifier);
      if (('0' <= lookahead && lookahead <= '9') ||
          ('A' <= lookahead && lookahead <= 'Z') ||
          lookahead == '_' ||
          ('a' <= lookahead && lookahead <= 'z')) ADVANCE(89);
      END_STATE();
    case 90:
      ACCEPT_TOKEN(sym_path);
      if (lookahead == '.') ADVANCE(4);
      END_STATE();
    case 91:
      ACCEPT_TOKEN(sym_path);
      if (lookahead == '.') ADVANCE(4);
      if (('0' <= lookahead && lookahead <= '9') ||
          ('A' <= lookahead && lookahead <= 'Z') ||
          lookahead == '_' ||
          ('a' <= lookahead && lookahead <= 'z')) ADVANCE(91);
      END_STATE();
    case 92:
      ACCEPT_TOKEN(anon_sym_DQUOTE);
      END_STATE();
    case 93:
      ACCEPT_TOKEN(aux_sym_text_token1);
      if (lookahead == '#') ADVANCE(94);
      if (lookahead == '\t' ||
          lookahead == '\r' ||
          lookahead == ' ') ADVANCE(93);
      if (lookahead != 0 &&
          lookahead != '\t' &&
          lookahead != '\n' &&
          lookahead != '"' &&
          lookahead != '#' &&
          lookahead != '\\') ADVANCE(94);
      END_STATE();
    case 94:
      ACCEPT_TOKEN(aux_sym_text_token1);
      if (lookahead != 0 &&
          lookahead != '\n' &&
          lookahead != '"' &&
          lookahead != '\\') ADVANCE(94);
      END_STATE();
    case 95:
      ACCEPT_TOKEN(anon_sym_DQUOTE2);
      END_STATE();
    case 96:
      ACCEPT_TOKEN(sym_escape);
      END_STATE();
    case 97:
      ACCEPT_TOKEN(sym_pattern);
      END_STATE();
    case 98:
      ACCEPT_TOKEN(sym_integer);
      if (lookahead == '-') ADVANCE(52);
      if (lookahead == '.') ADVANCE(48);
      if (lookahead == '_') ADVANCE(60);
      if (lookahead == 'm') ADVANCE(122);
      if (lookahead == 'd' ||
          lookahead == 'h' ||
          lookahead == 's') ADVANCE(121);
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(106);
      END_STATE();
    case 99:
      ACCEPT_TOKEN(sym_integer);
      if (lookahead == '-') ADVANCE(52);
      if (lookahead == '_') ADVANCE(61);
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(113);
      END_STATE();
    case 100:
      ACCEPT_TOKEN(sym_integer);
      if (lookahead == '-') ADVANCE(67);
      if (lookahead == '.') ADVANCE(48);
      if (lookahead == '_') ADVANCE(60);
      if (lookahead == 'm') ADVANCE(122);
      if (lookahead == 'd' ||
          lookahead == 'h' ||
          lookahead == 's') ADVANCE(121);
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(106);
      END_STATE();
    case 101:
      ACCEPT_TOKEN(sym_integer);
      if (lookahead == '-') ADVANCE(67);
      if (lookahead == '_') ADVANCE(61);
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(113);
      END_STATE();
    case 102:
      ACCEPT_TOKEN(sym_integer);
      if (lookahead == '.') ADVANCE(48);
      if (lookahead == ':') ADVANCE(50);
      if (lookahead == '_') ADVANCE(60);
      if (lookahead == 'm') ADVANCE(122);
      if (lookahead == 'd' ||
          lookahead == 'h' ||
          lookahead == 's') ADVANCE(121);
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(105);
      END_STATE();
    case 103:
      ACCEPT_TOKEN(sym_integer);
      if (lookahead == '.') ADVANCE(48);
      if (lookahead == '_') ADVANCE(60);
      END_STATE();
    case 104:
      ACCEPT_TOKEN(sym_integer);
      if (lookahead == '.') ADVANCE(48);
      if (lookahead == '_') ADVANCE(60);
      if (lookahead == 'm') ADVANCE(122);
      if (lookahead == 'd' ||
          lookahead == 'h' ||
          lookahead == 's') ADVANCE(121);
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(102);
      END_STATE();
    case 105:
      ACCEPT_TOKEN(sym_integer);
      if (lookahead == '.') ADVANCE(48);
      if (lookahead == '_') ADVANCE(60);
      if (lookahead == 'm') ADVANCE(122);
      if (lookahead == 'd' ||
          lookahead == 'h' ||
          lookahead == 's') ADVANCE(121);
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(98);
      END_STATE();
    case 106:
      ACCEPT_TOKEN(sym_integer);
      if (lookahead == '.') ADVANCE(48);
      if (lookahead == '_') ADVANCE(60);
      if (lookahead == 'm') ADVANCE(122);
      if (lookahead == 'd' ||
          lookahead == 'h' ||
          lookahead == 's') ADVANCE(121);
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(106);
      END_STATE();
    case 107:
      ACCEPT_TOKEN(sym_integer);
      if (lookahead == '.') ADVANCE(48);
      if (lookahead == '_') ADVANCE(60);
      if (lookahead == 'm') ADVANCE(122);
      if (lookahead == 'd' ||
          lookahead == 'h' ||
          lookahead == 's') ADVANCE(121);
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(109);
      END_STATE();
    case 108:
      ACCEPT_TOKEN(sym_integer);
      if (lookahead == '.') ADVANCE(48);
      if (lookahead == '_') ADVANCE(60);
      if (lookahead == 'm') ADVANCE(122);
      if (lookahead == 'd' ||
          lookahead == 'h' ||
          lookahead == 's') ADVANCE(121);
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(100);
      END_STATE();
    case 109:
      ACCEPT_TOKEN(sym_integer);
      if (lookahead == '.') ADVANCE(48);
      if (lookahead == '_') ADVANCE(60);
      if (lookahead == 'm') ADVANCE(122);
      if (lookahead == 'd' ||
          lookahead == 'h' ||
          lookahead == 's') ADVANCE(121);
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(108);
      END_STATE();
    case 110:
      ACCEPT_TOKEN(sym_integer);
      if (lookahead == '.') ADVANCE(48);
      if (lookahead == '_') ADVANCE(60);
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(110);
      END_STATE();
    case 111:
      ACCEPT_TOKEN(sym_integer);
      if (lookahead == ':') ADVANCE(50);
      if (lookahead == '_') ADVANCE(61);
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(118);
      END_STATE();
    case 112:
      ACCEPT_TOKEN(sym_integer);
      if (lookahead == '_') ADVANCE(61);
      END_STATE();
    case 113:
      ACCEPT_TOKEN(sym_integer);
      if (lookahead == '_') ADVANCE(61);
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(113);
      END_STATE();
    case 114:
      ACCEPT_TOKEN(sym_integer);
      if (lookahead == '_') ADVANCE(61);
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(101);
      END_STATE();
    case 115:
      ACCEPT_TOKEN(sym_integer);
      if (lookahead == '_') ADVANCE(61);
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(111);
      END_STATE();
    case 116:
      ACCEPT_TOKEN(sym_integer);
      if (lookahead == '_') ADVANCE(61);
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(114);
      END_STATE();
    case 117:
      ACCEPT_TOKEN(sym_integer);
      if (lookahead == '_') ADVANCE(61);
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(116);
      END_STATE();
    case 118:
      ACCEPT_TOKEN(sym_integer);
      if (lookahead == '_') ADVANCE(61);
      if (('0' <= lookahead && lookahead <= '9')) ADVANCE(99);
      END_STATE();
    case 119:
      ACCEPT_TOKEN(sym_decimal);
      END_STATE();
    case 120:
      ACCEPT_TOKEN(sym_percent);
      END_STATE();
    case 121:
      ACCEPT_TOKEN(sym_duration);
      END_STATE();
    case 122:
      ACCEPT_TOKEN(sym_duration);
      if (lookahead == 's') ADVANCE(121);
      END_STATE();
    case 123:
      ACCEPT_TOKEN(aux_sym_moment_token1);
      END_STATE();
    case 124:
      ACCEPT_TOKEN(aux_sym_moment_token1);
      if (lookahead == 'T') ADVANCE(54);
      END_STATE();
    case 125:
      ACCEPT_TOKEN(aux_sym_moment_token2);
      END_STATE();
    case 126:
      ACCEPT_TOKEN(sym_timestamp);
      END_STATE();
    case 127:
      ACCEPT_TOKEN(anon_sym_BANG_EQ);
      END_STATE();
    case 128:
      ACCEPT_TOKEN(anon_sym_LT_EQ);
      END_STATE();
    case 129:
      ACCEPT_TOKEN(anon_sym_GT_EQ);
      END_STATE();
    case 130:
      ACCEPT_TOKEN(anon_sym_LT);
      if (lookahead == '=') ADVANCE(128);
      END_STATE();
    case 131:
      ACCEPT_TOKEN(anon_sym_GT);
      if (lookahead == '=') ADVANCE(129);
      END_STATE();
    default:
      return false;
  }
}

static bool ts_lex_keywords(TSLexer *lexer, TSStateId state) {
  START_LEXER();
  eof = lexer->eof(lexer);
  switch (state) {
    case 0:
      ADVANCE_MAP(
        'a', 1,
        'b', 2,
        'c', 3,
        'd', 4,
        'e', 5,
        'f', 6,
        'g', 7,
        'h', 8,
        'i', 9,
        'k', 10,
        'l', 11,
        'm', 12,
        'n', 13,
        'o', 14,
        'p', 15,
        'q', 16,
        'r', 17,
        's', 18,
        't', 19,
        'u', 20,
        'w', 21,
      );
      if (lookahead == '\t' ||
          lookahead == '\n' ||
          lookahead == '\r' ||
          lookahead == ' ') SKIP(0);
      END_STATE();
    case 1:
      if (lookahead == 'f') ADVANCE(22);
      if (lookahead == 'g') ADVANCE(23);
      if (lookahead == 'l') ADVANCE(24);
      if (lookahead == 'n') ADVANCE(25);
      if (lookahead == 's') ADVANCE(26);
      if (lookahead == 't') ADVANCE(27);
      END_STATE();
    case 2:
      if (lookahead == 'o') ADVANCE(28);
      if (lookahead == 'u') ADVANCE(29);
      if (lookahead == 'y') ADVANCE(30);
      END_STATE();
    case 3:
      if (lookahead == 'a') ADVANCE(31);
      if (lookahead == 'l') ADVANCE(32);
      if (lookahead == 'o') ADVANCE(33);
      if (lookahead == 'r') ADVANCE(34);
      END_STATE();
    case 4:
      if (lookahead == 'a') ADVANCE(35);
      if (lookahead == 'e') ADVANCE(36);
      if (lookahead == 'i') ADVANCE(37);
      END_STATE();
    case 5:
      if (lookahead == 'a') ADVANCE(38);
      if (lookahead == 'l') ADVANCE(39);
      if (lookahead == 'n') ADVANCE(40);
      if (lookahead == 'v') ADVANCE(41);
      if (lookahead == 'x') ADVANCE(42);
      END_STATE();
    case 6:
      if (lookahead == 'a') ADVANCE(43);
      if (lookahead == 'i') ADVANCE(44);
      if (lookahead == 'o') ADVANCE(45);
      if (lookahead == 'r') ADVANCE(46);
      END_STATE();
    case 7:
      if (lookahead == 'i') ADVANCE(47);
      END_STATE();
    case 8:
      if (lookahead == 'e') ADVANCE(48);
      if (lookahead == 'o') ADVANCE(49);
      END_STATE();
    case 9:
      if (lookahead == 'm') ADVANCE(50);
      if (lookahead == 'n') ADVANCE(51);
      if (lookahead == 's') ADVANCE(52);
      END_STATE();
    case 10:
      if (lookahead == 'e') ADVANCE(53);
      END_STATE();
    case 11:
      if (lookahead == 'a') ADVANCE(54);
      if (lookahead == 'e') ADVANCE(55);
      if (lookahead == 'i') ADVANCE(56);
      END_STATE();
    case 12:
      if (lookahead == 'a') ADVANCE(57);
      if (lookahead == 'i') ADVANCE(58);
      if (lookahead == 'o') ADVANCE(59);
      END_STATE();
    case 13:
      if (lookahead == 'e') ADVANCE(60);
      if (lookahead == 'o') ADVANCE(61);
      END_STATE();
    case 14:
      ADVANCE_MAP(
        'f', 62,
        'k', 63,
        'n', 64,
        'p', 65,
        'r', 66,
        't', 67,
        'u', 68,
        'v', 69,
      );
      END_STATE();
    case 15:
      if (lookahead == 'e') ADVANCE(70);
      if (lookahead == 'o') ADVANCE(71);
      END_STATE();
    case 16:
      if (lookahead == 'u') ADVANCE(72);
      END_STATE();
    case 17:
      if (lookahead == 'a') ADVANCE(73);
      if (lookahead == 'e') ADVANCE(74);
      if (lookahead == 'o') ADVANCE(75);
      if (lookahead == 'u') ADVANCE(76);
      END_STATE();
    case 18:
      if (lookahead == 'a') ADVANCE(77);
      if (lookahead == 'c') ADVANCE(78);
      if (lookahead == 'e') ADVANCE(79);
      if (lookahead == 'k') ADVANCE(80);
      if (lookahead == 't') ADVANCE(81);
      if (lookahead == 'u') ADVANCE(82);
      END_STATE();
    case 19:
      if (lookahead == 'a') ADVANCE(83);
      if (lookahead == 'e') ADVANCE(84);
      if (lookahead == 'h') ADVANCE(85);
      if (lookahead == 'i') ADVANCE(86);
      if (lookahead == 'o') ADVANCE(87);
      if (lookahead == 'r') ADVANCE(88);
      if (lookahead == 'u') ADVANCE(89);
      END_STATE();
    case 20:
      if (lookahead == 'n') ADVANCE(90);
      if (lookahead == 'p') ADVANCE(91);
      if (lookahead == 's') ADVANCE(92);
      END_STATE();
    case 21:
      if (lookahead == 'a') ADVANCE(93);
      if (lookahead == 'e') ADVANCE(94);
      if (lookahead == 'h') ADVANCE(95);
      if (lookahead == 'i') ADVANCE(96);
      END_STATE();
    case 22:
      if (lookahead == 't') ADVANCE(97);
      END_STATE();
    case 23:
      if (lookahead == 'a') ADVANCE(98);
      END_STATE();
    case 24:
      if (lookahead == 'l') ADVANCE(99);
      if (lookahead == 'w') ADVANCE(100);
      END_STATE();
    case 25:
      if (lookahead == 'd') ADVANCE(101);
      if (lookahead == 'o') ADVANCE(102);
      END_STATE();
    case 26:
      ACCEPT_TOKEN(anon_sym_as);
      END_STATE();
    case 27:
      ACCEPT_TOKEN(anon_sym_at);
      END_STATE();
    case 28:
      if (lookahead == 'o') ADVANCE(103);
      END_STATE();
    case 29:
      if (lookahead == 'd') ADVANCE(104);
      END_STATE();
    case 30:
      ACCEPT_TOKEN(anon_sym_by);
      END_STATE();
    case 31:
      if (lookahead == 'l') ADVANCE(105);
      END_STATE();
    case 32:
      if (lookahead == 'o') ADVANCE(106);
      END_STATE();
    case 33:
      if (lookahead == 'n') ADVANCE(107);
      if (lookahead == 'o') ADVANCE(108);
      END_STATE();
    case 34:
      if (lookahead == 'e') ADVANCE(109);
      END_STATE();
    case 35:
      if (lookahead == 't') ADVANCE(110);
      if (lookahead == 'y') ADVANCE(111);
      END_STATE();
    case 36:
      if (lookahead == 'f') ADVANCE(112);
      if (lookahead == 'n') ADVANCE(113);
      END_STATE();
    case 37:
      if (lookahead == 's') ADVANCE(114);
      END_STATE();
    case 38:
      if (lookahead == 'c') ADVANCE(115);
      END_STATE();
    case 39:
      if (lookahead == 's') ADVANCE(116);
      END_STATE();
    case 40:
      if (lookahead == 'd') ADVANCE(117);
      if (lookahead == 'u') ADVANCE(118);
      END_STATE();
    case 41:
      if (lookahead == 'e') ADVANCE(119);
      END_STATE();
    case 42:
      if (lookahead == 'p') ADVANCE(120);
      END_STATE();
    case 43:
      if (lookahead == 'l') ADVANCE(121);
      END_STATE();
    case 44:
      if (lookahead == 'r') ADVANCE(122);
      END_STATE();
    case 45:
      if (lookahead == 'r') ADVANCE(123);
      END_STATE();
    case 46:
      if (lookahead == 'i') ADVANCE(124);
      if (lookahead == 'o') ADVANCE(125);
      END_STATE();
    case 47:
      if (lookahead == 'v') ADVANCE(126);
      END_STATE();
    case 48:
      if (lookahead == 'a') ADVANCE(127);
      END_STATE();
    case 49:
      if (lookahead == 's') ADVANCE(128);
      if (lookahead == 'u') ADVANCE(129);
      END_STATE();
    case 50:
      if (lookahead == 'p') ADVANCE(130);
      END_STATE();
    case 51:
      ACCEPT_TOKEN(anon_sym_in);
      if (lookahead == 't') ADVANCE(131);
      END_STATE();
    case 52:
      ACCEPT_TOKEN(anon_sym_is);
      END_STATE();
    case 53:
      if (lookahead == 'y') ADVANCE(132);
      END_STATE();
    case 54:
      if (lookahead == 't') ADVANCE(133);
      END_STATE();
    case 55:
      if (lookahead == 'a') ADVANCE(134);
      if (lookahead == 't') ADVANCE(135);
      END_STATE();
    case 56:
      if (lookahead == 'k') ADVANCE(136);
      if (lookahead == 'm') ADVANCE(137);
      if (lookahead == 's') ADVANCE(138);
      END_STATE();
    case 57:
      if (lookahead == 'p') ADVANCE(139);
      if (lookahead == 't') ADVANCE(140);
      END_STATE();
    case 58:
      if (lookahead == 'n') ADVANCE(141);
      END_STATE();
    case 59:
      if (lookahead == 'n') ADVANCE(142);
      END_STATE();
    case 60:
      if (lookahead == 'v') ADVANCE(143);
      if (lookahead == 'x') ADVANCE(144);
      END_STATE();
    case 61:
      if (lookahead == 't') ADVANCE(145);
      END_STATE();
    case 62:
      ACCEPT_TOKEN(anon_sym_of);
      END_STATE();
    case 63:
      ACCEPT_TOKEN(anon_sym_ok);
      END_STATE();
    case 64:
      ACCEPT_TOKEN(anon_sym_on);
      if (lookahead == 'c') ADVANCE(146);
      END_STATE();
    case 65:
      if (lookahead == 't') ADVANCE(147);
      END_STATE();
    case 66:
      ACCEPT_TOKEN(anon_sym_or);
      END_STATE();
    case 67:
      if (lookahead == 'h') ADVANCE(148);
      END_STATE();
    case 68:
      if (lookahead == 't') ADVANCE(149);
      END_STATE();
    case 69:
      if (lookahead == 'e') ADVANCE(150);
      END_STATE();
    case 70:
      if (lookahead == 'r') ADVANCE(151);
      END_STATE();
    case 71:
      if (lookahead == 'o') ADVANCE(152);
      END_STATE();
    case 72:
      if (lookahead == 'o') ADVANCE(153);
      END_STATE();
    case 73:
      if (lookahead == 'n') ADVANCE(154);
      if (lookahead == 't') ADVANCE(155);
      END_STATE();
    case 74:
      if (lookahead == 'p') ADVANCE(156);
      if (lookahead == 'q') ADVANCE(157);
      if (lookahead == 't') ADVANCE(158);
      END_STATE();
    case 75:
      if (lookahead == 'u') ADVANCE(159);
      END_STATE();
    case 76:
      if (lookahead == 'l') ADVANCE(160);
      END_STATE();
    case 77:
      if (lookahead == 'l') ADVANCE(161);
      if (lookahead == 'm') ADVANCE(162);
      if (lookahead == 't') ADVANCE(163);
      END_STATE();
    case 78:
      if (lookahead == 'h') ADVANCE(164);
      END_STATE();
    case 79:
      if (lookahead == 'c') ADVANCE(165);
      if (lookahead == 'r') ADVANCE(166);
      if (lookahead == 't') ADVANCE(167);
      END_STATE();
    case 80:
      if (lookahead == 'i') ADVANCE(168);
      END_STATE();
    case 81:
      if (lookahead == 'a') ADVANCE(169);
      if (lookahead == 'i') ADVANCE(170);
      if (lookahead == 'r') ADVANCE(171);
      END_STATE();
    case 82:
      if (lookahead == 'n') ADVANCE(172);
      END_STATE();
    case 83:
      if (lookahead == 'b') ADVANCE(173);
      if (lookahead == 'g') ADVANCE(174);
      END_STATE();
    case 84:
      if (lookahead == 's') ADVANCE(175);
      END_STATE();
    case 85:
      if (lookahead == 'e') ADVANCE(176);
      if (lookahead == 'u') ADVANCE(177);
      END_STATE();
    case 86:
      if (lookahead == 'm') ADVANCE(178);
      END_STATE();
    case 87:
      ACCEPT_TOKEN(anon_sym_to);
      if (lookahead == 'k') ADVANCE(179);
      END_STATE();
    case 88:
      if (lookahead == 'i') ADVANCE(180);
      if (lookahead == 'u') ADVANCE(181);
      END_STATE();
    case 89:
      if (lookahead == 'e') ADVANCE(182);
      END_STATE();
    case 90:
      if (lookahead == 'a') ADVANCE(183);
      if (lookahead == 'd') ADVANCE(184);
      if (lookahead == 'i') ADVANCE(185);
      if (lookahead == 'k') ADVANCE(186);
      if (lookahead == 't') ADVANCE(187);
      END_STATE();
    case 91:
      ACCEPT_TOKEN(anon_sym_up);
      END_STATE();
    case 92:
      if (lookahead == 'd') ADVANCE(188);
      if (lookahead == 'e') ADVANCE(189);
      END_STATE();
    case 93:
      if (lookahead == 'i') ADVANCE(190);
      END_STATE();
    case 94:
      if (lookahead == 'd') ADVANCE(191);
      if (lookahead == 'e') ADVANCE(192);
      if (lookahead == 'i') ADVANCE(193);
      END_STATE();
    case 95:
      if (lookahead == 'e') ADVANCE(194);
      END_STATE();
    case 96:
      if (lookahead == 't') ADVANCE(195);
      END_STATE();
    case 97:
      if (lookahead == 'e') ADVANCE(196);
      END_STATE();
    case 98:
      if (lookahead == 'i') ADVANCE(197);
      END_STATE();
    case 99:
      ACCEPT_TOKEN(anon_sym_all);
      END_STATE();
    case 100:
      if (lookahead == 'a') ADVANCE(198);
      END_STATE();
    case 101:
      ACCEPT_TOKEN(anon_sym_and);
      END_STATE();
    case 102:
      if (lookahead == 't') ADVANCE(199);
      END_STATE();
    case 103:
      if (lookahead == 'l') ADVANCE(200);
      END_STATE();
    case 104:
      if (lookahead == 'g') ADVANCE(201);
      END_STATE();
    case 105:
      if (lookahead == 'l') ADVANCE(202);
      END_STATE();
    case 106:
      if (lookahead == 'c') ADVANCE(203);
      END_STATE();
    case 107:
      if (lookahead == 't') ADVANCE(204);
      END_STATE();
    case 108:
      if (lookahead == 'l') ADVANCE(205);
      END_STATE();
    case 109:
      if (lookahead == 'd') ADVANCE(206);
      END_STATE();
    case 110:
      if (lookahead == 'e') ADVANCE(207);
      END_STATE();
    case 111:
      ACCEPT_TOKEN(anon_sym_day);
      END_STATE();
    case 112:
      if (lookahead == 'a') ADVANCE(208);
      END_STATE();
    case 113:
      if (lookahead == 'y') ADVANCE(209);
      END_STATE();
    case 114:
      if (lookahead == 'a') ADVANCE(210);
      END_STATE();
    case 115:
      if (lookahead == 'h') ADVANCE(211);
      END_STATE();
    case 116:
      if (lookahead == 'e') ADVANCE(212);
      END_STATE();
    case 117:
      if (lookahead == 's') ADVANCE(213);
      END_STATE();
    case 118:
      if (lookahead == 'm') ADVANCE(214);
      END_STATE();
    case 119:
      if (lookahead == 'r') ADVANCE(215);
      END_STATE();
    case 120:
      if (lookahead == 'e') ADVANCE(216);
      if (lookahead == 'i') ADVANCE(217);
      END_STATE();
    case 121:
      if (lookahead == 's') ADVANCE(218);
      END_STATE();
    case 122:
      if (lookahead == 's') ADVANCE(219);
      END_STATE();
    case 123:
      ACCEPT_TOKEN(anon_sym_for);
      END_STATE();
    case 124:
      ACCEPT_TOKEN(anon_sym_fri);
      END_STATE();
    case 125:
      if (lookahead == 'm') ADVANCE(220);
      END_STATE();
    case 126:
      if (lookahead == 'e') ADVANCE(221);
      END_STATE();
    case 127:
      if (lookahead == 'd') ADVANCE(222);
      END_STATE();
    case 128:
      if (lookahead == 't') ADVANCE(223);
      END_STATE();
    case 129:
      if (lookahead == 'r') ADVANCE(224);
      END_STATE();
    case 130:
      if (lookahead == 'o') ADVANCE(225);
      END_STATE();
    case 131:
      ACCEPT_TOKEN(anon_sym_int);
      END_STATE();
    case 132:
      if (lookahead == 'r') ADVANCE(226);
      END_STATE();
    case 133:
      if (lookahead == 'e') ADVANCE(227);
      END_STATE();
    case 134:
      if (lookahead == 's') ADVANCE(228);
      if (lookahead == 'v') ADVANCE(229);
      END_STATE();
    case 135:
      ACCEPT_TOKEN(anon_sym_let);
      END_STATE();
    case 136:
      if (lookahead == 'e') ADVANCE(230);
      END_STATE();
    case 137:
      if (lookahead == 'i') ADVANCE(231);
      END_STATE();
    case 138:
      if (lookahead == 't') ADVANCE(232);
      END_STATE();
    case 139:
      ACCEPT_TOKEN(anon_sym_map);
      if (lookahead == 's') ADVANCE(233);
      END_STATE();
    case 140:
      if (lookahead == 'c') ADVANCE(234);
      END_STATE();
    case 141:
      if (lookahead == 'u') ADVANCE(235);
      END_STATE();
    case 142:
      ACCEPT_TOKEN(anon_sym_mon);
      if (lookahead == 't') ADVANCE(236);
      END_STATE();
    case 143:
      if (lookahead == 'e') ADVANCE(237);
      END_STATE();
    case 144:
      if (lookahead == 't') ADVANCE(238);
      END_STATE();
    case 145:
      ACCEPT_TOKEN(anon_sym_not);
      END_STATE();
    case 146:
      if (lookahead == 'e') ADVANCE(239);
      END_STATE();
    case 147:
      if (lookahead == 'i') ADVANCE(240);
      END_STATE();
    case 148:
      if (lookahead == 'e') ADVANCE(241);
      END_STATE();
    case 149:
      if (lookahead == '_') ADVANCE(242);
      END_STATE();
    case 150:
      if (lookahead == 'r') ADVANCE(243);
      END_STATE();
    case 151:
      ACCEPT_TOKEN(anon_sym_per);
      END_STATE();
    case 152:
      if (lookahead == 'l') ADVANCE(244);
      END_STATE();
    case 153:
      if (lookahead == 't') ADVANCE(245);
      END_STATE();
    case 154:
      if (lookahead == 'd') ADVANCE(246);
      END_STATE();
    case 155:
      if (lookahead == 'e') ADVANCE(247);
      END_STATE();
    case 156:
      if (lookahead == 'o') ADVANCE(248);
      END_STATE();
    case 157:
      if (lookahead == 'u') ADVANCE(249);
      END_STATE();
    case 158:
      if (lookahead == 'r') ADVANCE(250);
      END_STATE();
    case 159:
      if (lookahead == 'n') ADVANCE(251);
      END_STATE();
    case 160:
      if (lookahead == 'e') ADVANCE(252);
      END_STATE();
    case 161:
      if (lookahead == 't') ADVANCE(253);
      END_STATE();
    case 162:
      if (lookahead == 'e') ADVANCE(254);
      END_STATE();
    case 163:
      ACCEPT_TOKEN(anon_sym_sat);
      END_STATE();
    case 164:
      if (lookahead == 'e') ADVANCE(255);
      END_STATE();
    case 165:
      if (lookahead == 'o') ADVANCE(256);
      END_STATE();
    case 166:
      if (lookahead == 'v') ADVANCE(257);
      END_STATE();
    case 167:
      ACCEPT_TOKEN(anon_sym_set);
      END_STATE();
    case 168:
      if (lookahead == 'p') ADVANCE(258);
      END_STATE();
    case 169:
      if (lookahead == 'r') ADVANCE(259);
      END_STATE();
    case 170:
      if (lookahead == 'c') ADVANCE(260);
      END_STATE();
    case 171:
      if (lookahead == 'i') ADVANCE(261);
      END_STATE();
    case 172:
      ACCEPT_TOKEN(anon_sym_sun);
      END_STATE();
    case 173:
      if (lookahead == 'l') ADVANCE(262);
      END_STATE();
    case 174:
      ACCEPT_TOKEN(anon_sym_tag);
      END_STATE();
    case 175:
      if (lookahead == 't') ADVANCE(263);
      END_STATE();
    case 176:
      if (lookahead == 'n') ADVANCE(264);
      END_STATE();
    case 177:
      ACCEPT_TOKEN(anon_sym_thu);
      END_STATE();
    case 178:
      if (lookahead == 'e') ADVANCE(265);
      END_STATE();
    case 179:
      if (lookahead == 'e') ADVANCE(266);
      END_STATE();
    case 180:
      if (lookahead == 'e') ADVANCE(267);
      END_STATE();
    case 181:
      if (lookahead == 'e') ADVANCE(268);
      END_STATE();
    case 182:
      ACCEPT_TOKEN(anon_sym_tue);
      END_STATE();
    case 183:
      if (lookahead == 'u') ADVANCE(269);
      END_STATE();
    case 184:
      if (lookahead == 'e') ADVANCE(270);
      END_STATE();
    case 185:
      if (lookahead == 'q') ADVANCE(271);
      END_STATE();
    case 186:
      if (lookahead == 'n') ADVANCE(272);
      END_STATE();
    case 187:
      if (lookahead == 'r') ADVANCE(273);
      END_STATE();
    case 188:
      ACCEPT_TOKEN(anon_sym_usd);
      END_STATE();
    case 189:
      ACCEPT_TOKEN(anon_sym_use);
      END_STATE();
    case 190:
      if (lookahead == 't') ADVANCE(274);
      END_STATE();
    case 191:
      ACCEPT_TOKEN(anon_sym_wed);
      END_STATE();
    case 192:
      if (lookahead == 'k') ADVANCE(275);
      END_STATE();
    case 193:
      if (lookahead == 'g') ADVANCE(276);
      END_STATE();
    case 194:
      if (lookahead == 'n') ADVANCE(277);
      if (lookahead == 'r') ADVANCE(278);
      END_STATE();
    case 195:
      if (lookahead == 'h') ADVANCE(279);
      END_STATE();
    case 196:
      if (lookahead == 'r') ADVANCE(280);
      END_STATE();
    case 197:
      if (lookahead == 'n') ADVANCE(281);
      END_STATE();
    case 198:
      if (lookahead == 'y') ADVANCE(282);
      END_STATE();
    case 199:
      if (lookahead == 'h') ADVANCE(283);
      END_STATE();
    case 200:
      ACCEPT_TOKEN(anon_sym_bool);
      END_STATE();
    case 201:
      if (lookahead == 'e') ADVANCE(284);
      END_STATE();
    case 202:
      if (lookahead == 'e') ADVANCE(285);
      END_STATE();
    case 203:
      if (lookahead == 'k') ADVANCE(286);
      END_STATE();
    case 204:
      if (lookahead == 'a') ADVANCE(287);
      END_STATE();
    case 205:
      ACCEPT_TOKEN(anon_sym_cool);
      if (lookahead == 'i') ADVANCE(288);
      END_STATE();
    case 206:
      if (lookahead == 'e') ADVANCE(289);
      END_STATE();
    case 207:
      ACCEPT_TOKEN(anon_sym_date);
      END_STATE();
    case 208:
      if (lookahead == 'u') ADVANCE(290);
      END_STATE();
    case 209:
      ACCEPT_TOKEN(anon_sym_deny);
      END_STATE();
    case 210:
      if (lookahead == 'b') ADVANCE(291);
      END_STATE();
    case 211:
      ACCEPT_TOKEN(anon_sym_each);
      END_STATE();
    case 212:
      ACCEPT_TOKEN(anon_sym_else);
      END_STATE();
    case 213:
      ACCEPT_TOKEN(anon_sym_ends);
      END_STATE();
    case 214:
      ACCEPT_TOKEN(anon_sym_enum);
      END_STATE();
    case 215:
      if (lookahead == 'y') ADVANCE(292);
      END_STATE();
    case 216:
      if (lookahead == 'c') ADVANCE(293);
      END_STATE();
    case 217:
      if (lookahead == 'r') ADVANCE(294);
      END_STATE();
    case 218:
      if (lookahead == 'e') ADVANCE(295);
      END_STATE();
    case 219:
      if (lookahead == 't') ADVANCE(296);
      END_STATE();
    case 220:
      ACCEPT_TOKEN(anon_sym_from);
      END_STATE();
    case 221:
      if (lookahead == 'n') ADVANCE(297);
      END_STATE();
    case 222:
      if (lookahead == 'r') ADVANCE(298);
      END_STATE();
    case 223:
      ACCEPT_TOKEN(anon_sym_host);
      END_STATE();
    case 224:
      ACCEPT_TOKEN(anon_sym_hour);
      END_STATE();
    case 225:
      if (lookahead == 'r') ADVANCE(299);
      END_STATE();
    case 226:
      if (lookahead == 'u') ADVANCE(300);
      END_STATE();
    case 227:
      if (lookahead == 'n') ADVANCE(301);
      END_STATE();
    case 228:
      if (lookahead == 't') ADVANCE(302);
      END_STATE();
    case 229:
      if (lookahead == 'e') ADVANCE(303);
      END_STATE();
    case 230:
      ACCEPT_TOKEN(anon_sym_like);
      END_STATE();
    case 231:
      if (lookahead == 't') ADVANCE(304);
      END_STATE();
    case 232:
      ACCEPT_TOKEN(anon_sym_list);
      END_STATE();
    case 233:
      ACCEPT_TOKEN(anon_sym_maps);
      END_STATE();
    case 234:
      if (lookahead == 'h') ADVANCE(305);
      END_STATE();
    case 235:
      if (lookahead == 't') ADVANCE(306);
      END_STATE();
    case 236:
      if (lookahead == 'h') ADVANCE(307);
      END_STATE();
    case 237:
      if (lookahead == 'r') ADVANCE(308);
      END_STATE();
    case 238:
      ACCEPT_TOKEN(sym_next);
      END_STATE();
    case 239:
      ACCEPT_TOKEN(anon_sym_once);
      END_STATE();
    case 240:
      if (lookahead == 'o') ADVANCE(309);
      END_STATE();
    case 241:
      if (lookahead == 'r') ADVANCE(310);
      END_STATE();
    case 242:
      if (lookahead == 'o') ADVANCE(311);
      END_STATE();
    case 243:
      if (lookahead == '_') ADVANCE(312);
      if (lookahead == 'l') ADVANCE(313);
      END_STATE();
    case 244:
      ACCEPT_TOKEN(anon_sym_pool);
      END_STATE();
    case 245:
      if (lookahead == 'a') ADVANCE(314);
      END_STATE();
    case 246:
      if (lookahead == 'o') ADVANCE(315);
      END_STATE();
    case 247:
      if (lookahead == '_') ADVANCE(316);
      END_STATE();
    case 248:
      if (lookahead == 'r') ADVANCE(317);
      END_STATE();
    case 249:
      if (lookahead == 'e') ADVANCE(318);
      END_STATE();
    case 250:
      if (lookahead == 'y') ADVANCE(319);
      END_STATE();
    case 251:
      if (lookahead == 'd') ADVANCE(320);
      END_STATE();
    case 252:
      ACCEPT_TOKEN(anon_sym_rule);
      END_STATE();
    case 253:
      if (lookahead == 'e') ADVANCE(321);
      END_STATE();
    case 254:
      ACCEPT_TOKEN(anon_sym_same);
      END_STATE();
    case 255:
      if (lookahead == 'm') ADVANCE(322);
      END_STATE();
    case 256:
      if (lookahead == 'n') ADVANCE(323);
      END_STATE();
    case 257:
      if (lookahead == 'e') ADVANCE(324);
      END_STATE();
    case 258:
      if (lookahead == 'p') ADVANCE(325);
      END_STATE();
    case 259:
      if (lookahead == 't') ADVANCE(326);
      END_STATE();
    case 260:
      if (lookahead == 'k') ADVANCE(327);
      END_STATE();
    case 261:
      if (lookahead == 'n') ADVANCE(328);
      END_STATE();
    case 262:
      if (lookahead == 'e') ADVANCE(329);
      END_STATE();
    case 263:
      ACCEPT_TOKEN(anon_sym_test);
      END_STATE();
    case 264:
      ACCEPT_TOKEN(sym_then);
      END_STATE();
    case 265:
      ACCEPT_TOKEN(anon_sym_time);
      if (lookahead == 'd') ADVANCE(330);
      if (lookahead == 's') ADVANCE(331);
      END_STATE();
    case 266:
      if (lookahead == 'n') ADVANCE(332);
      END_STATE();
    case 267:
      if (lookahead == 'd') ADVANCE(333);
      END_STATE();
    case 268:
      ACCEPT_TOKEN(anon_sym_true);
      END_STATE();
    case 269:
      if (lookahead == 't') ADVANCE(334);
      END_STATE();
    case 270:
      if (lookahead == 'r') ADVANCE(335);
      END_STATE();
    case 271:
      if (lookahead == 'u') ADVANCE(336);
      END_STATE();
    case 272:
      if (lookahead == 'o') ADVANCE(337);
      END_STATE();
    case 273:
      if (lookahead == 'u') ADVANCE(338);
      END_STATE();
    case 274:
      ACCEPT_TOKEN(anon_sym_wait);
      if (lookahead == 'i') ADVANCE(339);
      END_STATE();
    case 275:
      if (lookahead == 'd') ADVANCE(340);
      END_STATE();
    case 276:
      if (lookahead == 'h') ADVANCE(341);
      END_STATE();
    case 277:
      ACCEPT_TOKEN(anon_sym_when);
      END_STATE();
    case 278:
      if (lookahead == 'e') ADVANCE(342);
      END_STATE();
    case 279:
      ACCEPT_TOKEN(anon_sym_with);
      if (lookahead == 'i') ADVANCE(343);
      END_STATE();
    case 280:
      ACCEPT_TOKEN(anon_sym_after);
      END_STATE();
    case 281:
      ACCEPT_TOKEN(anon_sym_again);
      END_STATE();
    case 282:
      if (lookahead == 's') ADVANCE(344);
      END_STATE();
    case 283:
      if (lookahead == 'e') ADVANCE(345);
      END_STATE();
    case 284:
      if (lookahead == 't') ADVANCE(346);
      END_STATE();
    case 285:
      if (lookahead == 'r') ADVANCE(347);
      END_STATE();
    case 286:
      ACCEPT_TOKEN(anon_sym_clock);
      END_STATE();
    case 287:
      if (lookahead == 'i') ADVANCE(348);
      END_STATE();
    case 288:
      if (lookahead == 'n') ADVANCE(349);
      END_STATE();
    case 289:
      if (lookahead == 'n') ADVANCE(350);
      END_STATE();
    case 290:
      if (lookahead == 'l') ADVANCE(351);
      END_STATE();
    case 291:
      if (lookahead == 'l') ADVANCE(352);
      END_STATE();
    case 292:
      ACCEPT_TOKEN(anon_sym_every);
      END_STATE();
    case 293:
      if (lookahead == 't') ADVANCE(353);
      END_STATE();
    case 294:
      if (lookahead == 'e') ADVANCE(354);
      END_STATE();
    case 295:
      ACCEPT_TOKEN(anon_sym_false);
      END_STATE();
    case 296:
      if (lookahead == '_') ADVANCE(355);
      END_STATE();
    case 297:
      ACCEPT_TOKEN(anon_sym_given);
      END_STATE();
    case 298:
      if (lookahead == 'o') ADVANCE(356);
      END_STATE();
    case 299:
      if (lookahead == 't') ADVANCE(357);
      END_STATE();
    case 300:
      if (lookahead == 'l') ADVANCE(358);
      END_STATE();
    case 301:
      if (lookahead == 'c') ADVANCE(359);
      END_STATE();
    case 302:
      if (lookahead == '_') ADVANCE(360);
      END_STATE();
    case 303:
      ACCEPT_TOKEN(anon_sym_leave);
      END_STATE();
    case 304:
      ACCEPT_TOKEN(anon_sym_limit);
      END_STATE();
    case 305:
      if (lookahead == 'e') ADVANCE(361);
      END_STATE();
    case 306:
      if (lookahead == 'e') ADVANCE(362);
      END_STATE();
    case 307:
      ACCEPT_TOKEN(anon_sym_month);
      END_STATE();
    case 308:
      ACCEPT_TOKEN(anon_sym_never);
      END_STATE();
    case 309:
      if (lookahead == 'n') ADVANCE(363);
      END_STATE();
    case 310:
      if (lookahead == '_') ADVANCE(364);
      END_STATE();
    case 311:
      if (lookahead == 'f') ADVANCE(365);
      END_STATE();
    case 312:
      if (lookahead == 'b') ADVANCE(366);
      if (lookahead == 'q') ADVANCE(367);
      END_STATE();
    case 313:
      if (lookahead == 'o') ADVANCE(368);
      END_STATE();
    case 314:
      ACCEPT_TOKEN(anon_sym_quota);
      END_STATE();
    case 315:
      if (lookahead == 'm') ADVANCE(369);
      END_STATE();
    case 316:
      if (lookahead == 'l') ADVANCE(370);
      END_STATE();
    case 317:
      if (lookahead == 't') ADVANCE(371);
      END_STATE();
    case 318:
      if (lookahead == 's') ADVANCE(372);
      END_STATE();
    case 319:
      ACCEPT_TOKEN(anon_sym_retry);
      END_STATE();
    case 320:
      if (lookahead == '_') ADVANCE(373);
      END_STATE();
    case 321:
      if (lookahead == 'd') ADVANCE(374);
      END_STATE();
    case 322:
      if (lookahead == 'a') ADVANCE(375);
      END_STATE();
    case 323:
      if (lookahead == 'd') ADVANCE(376);
      END_STATE();
    case 324:
      if (lookahead == 'r') ADVANCE(377);
      END_STATE();
    case 325:
      if (lookahead == 'e') ADVANCE(378);
      END_STATE();
    case 326:
      if (lookahead == 's') ADVANCE(379);
      END_STATE();
    case 327:
      if (lookahead == 'y') ADVANCE(380);
      END_STATE();
    case 328:
      if (lookahead == 'g') ADVANCE(381);
      END_STATE();
    case 329:
      ACCEPT_TOKEN(anon_sym_table);
      END_STATE();
    case 330:
      if (lookahead == '_') ADVANCE(382);
      END_STATE();
    case 331:
      ACCEPT_TOKEN(anon_sym_times);
      if (lookahead == 't') ADVANCE(383);
      END_STATE();
    case 332:
      ACCEPT_TOKEN(anon_sym_token);
      if (lookahead == 's') ADVANCE(384);
      END_STATE();
    case 333:
      ACCEPT_TOKEN(anon_sym_tried);
      END_STATE();
    case 334:
      if (lookahead == 'h') ADVANCE(385);
      END_STATE();
    case 335:
      ACCEPT_TOKEN(anon_sym_under);
      END_STATE();
    case 336:
      if (lookahead == 'e') ADVANCE(386);
      END_STATE();
    case 337:
      if (lookahead == 'w') ADVANCE(387);
      END_STATE();
    case 338:
      if (lookahead == 's') ADVANCE(388);
      END_STATE();
    case 339:
      if (lookahead == 'n') ADVANCE(389);
      END_STATE();
    case 340:
      if (lookahead == 'a') ADVANCE(390);
      END_STATE();
    case 341:
      if (lookahead == 't') ADVANCE(391);
      END_STATE();
    case 342:
      ACCEPT_TOKEN(anon_sym_where);
      END_STATE();
    case 343:
      if (lookahead == 'n') ADVANCE(392);
      END_STATE();
    case 344:
      ACCEPT_TOKEN(anon_sym_always);
      END_STATE();
    case 345:
      if (lookahead == 'r') ADVANCE(393);
      END_STATE();
    case 346:
      ACCEPT_TOKEN(anon_sym_budget);
      END_STATE();
    case 347:
      if (lookahead == '_') ADVANCE(394);
      END_STATE();
    case 348:
      if (lookahead == 'n') ADVANCE(395);
      END_STATE();
    case 349:
      if (lookahead == 'g') ADVANCE(396);
      END_STATE();
    case 350:
      if (lookahead == 't') ADVANCE(397);
      END_STATE();
    case 351:
      if (lookahead == 't') ADVANCE(398);
      END_STATE();
    case 352:
      if (lookahead == 'e') ADVANCE(399);
      END_STATE();
    case 353:
      ACCEPT_TOKEN(anon_sym_expect);
      END_STATE();
    case 354:
      if (lookahead == 'd') ADVANCE(400);
      END_STATE();
    case 355:
      if (lookahead == 'a') ADVANCE(401);
      END_STATE();
    case 356:
      if (lookahead == 'o') ADVANCE(402);
      END_STATE();
    case 357:
      ACCEPT_TOKEN(anon_sym_import);
      END_STATE();
    case 358:
      if (lookahead == 'e') ADVANCE(403);
      END_STATE();
    case 359:
      if (lookahead == 'y') ADVANCE(404);
      END_STATE();
    case 360:
      if (lookahead == 'i') ADVANCE(405);
      if (lookahead == 'u') ADVANCE(406);
      END_STATE();
    case 361:
      if (lookahead == 's') ADVANCE(407);
      END_STATE();
    case 362:
      ACCEPT_TOKEN(anon_sym_minute);
      END_STATE();
    case 363:
      if (lookahead == 'a') ADVANCE(408);
      END_STATE();
    case 364:
      if (lookahead == 'm') ADVANCE(409);
      if (lookahead == 'p') ADVANCE(410);
      END_STATE();
    case 365:
      if (lookahead == '_') ADVANCE(411);
      END_STATE();
    case 366:
      if (lookahead == 'u') ADVANCE(412);
      END_STATE();
    case 367:
      if (lookahead == 'u') ADVANCE(413);
      END_STATE();
    case 368:
      if (lookahead == 'a') ADVANCE(414);
      END_STATE();
    case 369:
      ACCEPT_TOKEN(anon_sym_random);
      END_STATE();
    case 370:
      if (lookahead == 'i') ADVANCE(415);
      END_STATE();
    case 371:
      ACCEPT_TOKEN(anon_sym_report);
      END_STATE();
    case 372:
      if (lookahead == 't') ADVANCE(416);
      END_STATE();
    case 373:
      if (lookahead == 'r') ADVANCE(417);
      END_STATE();
    case 374:
      ACCEPT_TOKEN(anon_sym_salted);
      END_STATE();
    case 375:
      ACCEPT_TOKEN(anon_sym_schema);
      END_STATE();
    case 376:
      ACCEPT_TOKEN(anon_sym_second);
      END_STATE();
    case 377:
      if (lookahead == '_') ADVANCE(418);
      END_STATE();
    case 378:
      if (lookahead == 'd') ADVANCE(419);
      END_STATE();
    case 379:
      ACCEPT_TOKEN(anon_sym_starts);
      END_STATE();
    case 380:
      ACCEPT_TOKEN(anon_sym_sticky);
      END_STATE();
    case 381:
      ACCEPT_TOKEN(anon_sym_string);
      END_STATE();
    case 382:
      if (lookahead == 'o') ADVANCE(420);
      END_STATE();
    case 383:
      if (lookahead == 'a') ADVANCE(421);
      END_STATE();
    case 384:
      ACCEPT_TOKEN(anon_sym_tokens);
      END_STATE();
    case 385:
      if (lookahead == 'o') ADVANCE(422);
      END_STATE();
    case 386:
      ACCEPT_TOKEN(sym_unique);
      END_STATE();
    case 387:
      if (lookahead == 'n') ADVANCE(423);
      END_STATE();
    case 388:
      if (lookahead == 't') ADVANCE(424);
      END_STATE();
    case 389:
      if (lookahead == 'g') ADVANCE(425);
      END_STATE();
    case 390:
      if (lookahead == 'y') ADVANCE(426);
      END_STATE();
    case 391:
      ACCEPT_TOKEN(anon_sym_weight);
      if (lookahead == 'e') ADVANCE(427);
      END_STATE();
    case 392:
      ACCEPT_TOKEN(anon_sym_within);
      END_STATE();
    case 393:
      ACCEPT_TOKEN(anon_sym_another);
      END_STATE();
    case 394:
      if (lookahead == 'e') ADVANCE(428);
      END_STATE();
    case 395:
      if (lookahead == 's') ADVANCE(429);
      END_STATE();
    case 396:
      ACCEPT_TOKEN(anon_sym_cooling);
      END_STATE();
    case 397:
      if (lookahead == 'i') ADVANCE(430);
      END_STATE();
    case 398:
      ACCEPT_TOKEN(anon_sym_default);
      END_STATE();
    case 399:
      if (lookahead == 'd') ADVANCE(431);
      END_STATE();
    case 400:
      ACCEPT_TOKEN(anon_sym_expired);
      END_STATE();
    case 401:
      if (lookahead == 'v') ADVANCE(432);
      END_STATE();
    case 402:
      if (lookahead == 'm') ADVANCE(433);
      END_STATE();
    case 403:
      ACCEPT_TOKEN(anon_sym_keyrule);
      END_STATE();
    case 404:
      ACCEPT_TOKEN(anon_sym_latency);
      END_STATE();
    case 405:
      if (lookahead == 'n') ADVANCE(434);
      END_STATE();
    case 406:
      if (lookahead == 's') ADVANCE(435);
      END_STATE();
    case 407:
      ACCEPT_TOKEN(anon_sym_matches);
      END_STATE();
    case 408:
      if (lookahead == 'l') ADVANCE(436);
      END_STATE();
    case 409:
      if (lookahead == 'o') ADVANCE(437);
      END_STATE();
    case 410:
      if (lookahead == 'r') ADVANCE(438);
      END_STATE();
    case 411:
      if (lookahead == 'c') ADVANCE(439);
      END_STATE();
    case 412:
      if (lookahead == 'd') ADVANCE(440);
      END_STATE();
    case 413:
      if (lookahead == 'o') ADVANCE(441);
      END_STATE();
    case 414:
      if (lookahead == 'd') ADVANCE(442);
      END_STATE();
    case 415:
      if (lookahead == 'm') ADVANCE(443);
      END_STATE();
    case 416:
      ACCEPT_TOKEN(anon_sym_request);
      if (lookahead == 's') ADVANCE(444);
      END_STATE();
    case 417:
      if (lookahead == 'o') ADVANCE(445);
      END_STATE();
    case 418:
      if (lookahead == 'e') ADVANCE(446);
      END_STATE();
    case 419:
      ACCEPT_TOKEN(anon_sym_skipped);
      END_STATE();
    case 420:
      if (lookahead == 'u') ADVANCE(447);
      END_STATE();
    case 421:
      if (lookahead == 'm') ADVANCE(448);
      END_STATE();
    case 422:
      if (lookahead == 'r') ADVANCE(449);
      END_STATE();
    case 423:
      ACCEPT_TOKEN(anon_sym_unknown);
      END_STATE();
    case 424:
      if (lookahead == 'e') ADVANCE(450);
      END_STATE();
    case 425:
      ACCEPT_TOKEN(anon_sym_waiting);
      END_STATE();
    case 426:
      ACCEPT_TOKEN(anon_sym_weekday);
      END_STATE();
    case 427:
      if (lookahead == 'd') ADVANCE(451);
      END_STATE();
    case 428:
      if (lookahead == 'r') ADVANCE(452);
      END_STATE();
    case 429:
      ACCEPT_TOKEN(anon_sym_contains);
      END_STATE();
    case 430:
      if (lookahead == 'a') ADVANCE(453);
      END_STATE();
    case 431:
      ACCEPT_TOKEN(anon_sym_disabled);
      END_STATE();
    case 432:
      if (lookahead == 'a') ADVANCE(454);
      END_STATE();
    case 433:
      ACCEPT_TOKEN(anon_sym_headroom);
      END_STATE();
    case 434:
      if (lookahead == '_') ADVANCE(455);
      END_STATE();
    case 435:
      if (lookahead == 'e') ADVANCE(456);
      END_STATE();
    case 436:
      ACCEPT_TOKEN(anon_sym_optional);
      END_STATE();
    case 437:
      if (lookahead == 'd') ADVANCE(457);
      END_STATE();
    case 438:
      if (lookahead == 'o') ADVANCE(458);
      END_STATE();
    case 439:
      if (lookahead == 'r') ADVANCE(459);
      END_STATE();
    case 440:
      if (lookahead == 'g') ADVANCE(460);
      END_STATE();
    case 441:
      if (lookahead == 't') ADVANCE(461);
      END_STATE();
    case 442:
      if (lookahead == 'e') ADVANCE(462);
      END_STATE();
    case 443:
      if (lookahead == 'i') ADVANCE(463);
      END_STATE();
    case 444:
      ACCEPT_TOKEN(anon_sym_requests);
      END_STATE();
    case 445:
      if (lookahead == 'b') ADVANCE(464);
      END_STATE();
    case 446:
      if (lookahead == 'r') ADVANCE(465);
      END_STATE();
    case 447:
      if (lookahead == 't') ADVANCE(466);
      END_STATE();
    case 448:
      if (lookahead == 'p') ADVANCE(467);
      END_STATE();
    case 449:
      if (lookahead == 'i') ADVANCE(468);
      END_STATE();
    case 450:
      if (lookahead == 'd') ADVANCE(469);
      END_STATE();
    case 451:
      if (lookahead == '_') ADVANCE(470);
      END_STATE();
    case 452:
      if (lookahead == 'r') ADVANCE(471);
      END_STATE();
    case 453:
      if (lookahead == 'l') ADVANCE(472);
      END_STATE();
    case 454:
      if (lookahead == 'i') ADVANCE(473);
      END_STATE();
    case 455:
      if (lookahead == 'f') ADVANCE(474);
      END_STATE();
    case 456:
      if (lookahead == 'd') ADVANCE(475);
      END_STATE();
    case 457:
      if (lookahead == 'e') ADVANCE(476);
      END_STATE();
    case 458:
      if (lookahead == 'v') ADVANCE(477);
      END_STATE();
    case 459:
      if (lookahead == 'e') ADVANCE(478);
      END_STATE();
    case 460:
      if (lookahead == 'e') ADVANCE(479);
      END_STATE();
    case 461:
      if (lookahead == 'a') ADVANCE(480);
      END_STATE();
    case 462:
      if (lookahead == 'd') ADVANCE(481);
      END_STATE();
    case 463:
      if (lookahead == 't') ADVANCE(482);
      END_STATE();
    case 464:
      if (lookahead == 'i') ADVANCE(483);
      END_STATE();
    case 465:
      if (lookahead == 'r') ADVANCE(484);
      END_STATE();
    case 466:
      ACCEPT_TOKEN(anon_sym_timed_out);
      END_STATE();
    case 467:
      ACCEPT_TOKEN(anon_sym_timestamp);
      END_STATE();
    case 468:
      if (lookahead == 'z') ADVANCE(485);
      END_STATE();
    case 469:
      ACCEPT_TOKEN(anon_sym_untrusted);
      END_STATE();
    case 470:
      if (lookahead == 'r') ADVANCE(486);
      END_STATE();
    case 471:
      if (lookahead == 'o') ADVANCE(487);
      END_STATE();
    case 472:
      ACCEPT_TOKEN(anon_sym_credential);
      END_STATE();
    case 473:
      if (lookahead == 'l') ADVANCE(488);
      END_STATE();
    case 474:
      if (lookahead == 'l') ADVANCE(489);
      END_STATE();
    case 475:
      ACCEPT_TOKEN(anon_sym_least_used);
      END_STATE();
    case 476:
      if (lookahead == 'l') ADVANCE(490);
      END_STATE();
    case 477:
      if (lookahead == 'i') ADVANCE(491);
      END_STATE();
    case 478:
      if (lookahead == 'd') ADVANCE(492);
      END_STATE();
    case 479:
      if (lookahead == 't') ADVANCE(493);
      END_STATE();
    case 480:
      ACCEPT_TOKEN(anon_sym_over_quota);
      END_STATE();
    case 481:
      ACCEPT_TOKEN(anon_sym_overloaded);
      END_STATE();
    case 482:
      if (lookahead == 'e') ADVANCE(494);
      END_STATE();
    case 483:
      if (lookahead == 'n') ADVANCE(495);
      END_STATE();
    case 484:
      if (lookahead == 'o') ADVANCE(496);
      END_STATE();
    case 485:
      if (lookahead == 'e') ADVANCE(497);
      END_STATE();
    case 486:
      if (lookahead == 'a') ADVANCE(498);
      if (lookahead == 'o') ADVANCE(499);
      END_STATE();
    case 487:
      if (lookahead == 'r') ADVANCE(500);
      END_STATE();
    case 488:
      if (lookahead == 'a') ADVANCE(501);
      END_STATE();
    case 489:
      if (lookahead == 'i') ADVANCE(502);
      END_STATE();
    case 490:
      ACCEPT_TOKEN(anon_sym_other_model);
      END_STATE();
    case 491:
      if (lookahead == 'd') ADVANCE(503);
      END_STATE();
    case 492:
      if (lookahead == 'i') ADVANCE(504);
      END_STATE();
    case 493:
      ACCEPT_TOKEN(anon_sym_over_budget);
      END_STATE();
    case 494:
      if (lookahead == 'd') ADVANCE(505);
      END_STATE();
    case 495:
      ACCEPT_TOKEN(anon_sym_round_robin);
      END_STATE();
    case 496:
      if (lookahead == 'r') ADVANCE(506);
      END_STATE();
    case 497:
      if (lookahead == 'd') ADVANCE(507);
      END_STATE();
    case 498:
      if (lookahead == 'n') ADVANCE(508);
      END_STATE();
    case 499:
      if (lookahead == 'u') ADVANCE(509);
      END_STATE();
    case 500:
      ACCEPT_TOKEN(anon_sym_caller_error);
      END_STATE();
    case 501:
      if (lookahead == 'b') ADVANCE(510);
      END_STATE();
    case 502:
      if (lookahead == 'g') ADVANCE(511);
      END_STATE();
    case 503:
      if (lookahead == 'e') ADVANCE(512);
      END_STATE();
    case 504:
      if (lookahead == 't') ADVANCE(513);
      END_STATE();
    case 505:
      ACCEPT_TOKEN(anon_sym_rate_limited);
      END_STATE();
    case 506:
      ACCEPT_TOKEN(anon_sym_server_error);
      END_STATE();
    case 507:
      ACCEPT_TOKEN(anon_sym_unauthorized);
      END_STATE();
    case 508:
      if (lookahead == 'd') ADVANCE(514);
      END_STATE();
    case 509:
      if (lookahead == 'n') ADVANCE(515);
      END_STATE();
    case 510:
      if (lookahead == 'l') ADVANCE(516);
      END_STATE();
    case 511:
      if (lookahead == 'h') ADVANCE(517);
      END_STATE();
    case 512:
      if (lookahead == 'r') ADVANCE(518);
      END_STATE();
    case 513:
      ACCEPT_TOKEN(anon_sym_out_of_credit);
      END_STATE();
    case 514:
      if (lookahead == 'o') ADVANCE(519);
      END_STATE();
    case 515:
      if (lookahead == 'd') ADVANCE(520);
      END_STATE();
    case 516:
      if (lookahead == 'e') ADVANCE(521);
      END_STATE();
    case 517:
      if (lookahead == 't') ADVANCE(522);
      END_STATE();
    case 518:
      ACCEPT_TOKEN(anon_sym_other_provider);
      END_STATE();
    case 519:
      if (lookahead == 'm') ADVANCE(523);
      END_STATE();
    case 520:
      if (lookahead == '_') ADVANCE(524);
      END_STATE();
    case 521:
      ACCEPT_TOKEN(anon_sym_first_available);
      END_STATE();
    case 522:
      ACCEPT_TOKEN(anon_sym_least_in_flight);
      END_STATE();
    case 523:
      ACCEPT_TOKEN(anon_sym_weighted_random);
      END_STATE();
    case 524:
      if (lookahead == 'r') ADVANCE(525);
      END_STATE();
    case 525:
      if (lookahead == 'o') ADVANCE(526);
      END_STATE();
    case 526:
      if (lookahead == 'b') ADVANCE(527);
      END_STATE();
    case 527:
      if (lookahead == 'i') ADVANCE(528);
      END_STATE();
    case 528:
      if (lookahead == 'n') ADVANCE(529);
      END_STATE();
    case 529:
      ACCEPT_TOKEN(anon_sym_weighted_round_robin);
      END_STATE();
    default:
      return false;
  }
}

static const TSLexMode ts_lex_modes[STATE_COUNT] = {
  [0] = {.lex_state = 0},
  [1] = {.lex_state = 0},
  [2] = {.lex_state = 72},
  [3] = {.lex_state = 72},
  [4] = {.lex_state = 72},
  [5] = {.lex_state = 73},
  [6] = {.lex_state = 72},
  [7] = {.lex_state = 72},
  [8] = {.lex_state = 72},
  [9] = {.lex_state = 72},
  [10] = {.lex_state = 72},
  [11] = {.lex_state = 72},
  [12] = {.lex_state = 72},
  [13] = {.lex_state = 72},
  [14] = {.lex_state = 72},
  [15] = {.lex_state = 72},
  [16] = {.lex_state = 72},
  [17] = {.lex_state = 72},
  [18] = {.lex_state = 72},
  [19] = {.lex_state = 72},
  [20] = {.lex_state = 72},
  [21] = {.lex_state = 72},
  [22] = {.lex_state = 72},
  [23] = {.lex_state = 72},
  [24] = {.lex_state = 72},
  [25] = {.lex_state = 72},
  [26] = {.lex_state = 72},
  [27] = {.lex_state = 72},
  [28] = {.lex_state = 72},
  [29] = {.lex_state = 72},
  [30] = {.lex_state = 0},
  [31] = {.lex_state = 72},
  [32] = {.lex_state = 72},
  [33] = {.lex_state = 0},
  [34] = {.lex_state = 0},
  [35] = {.lex_state = 0},
  [36] = {.lex_state = 0},
  [37] = {.lex_state = 0},
  [38] = {.lex_state = 0},
  [39] = {.lex_state = 0},
  [40] = {.lex_state = 0},
  [41] = {.lex_state = 0},
  [42] = {.lex_state = 0},
  [43] = {.lex_state = 0},
  [44] = {.lex_state = 0},
  [45] = {.lex_state = 0},
  [46] = {.lex_state = 72},
  [47] = {.lex_state = 72},
  [48] = {.lex_state = 0},
  [49] = {.lex_state = 0},
  [50] = {.lex_state = 0},
  [51] = {.lex_state = 0},
  [52] = {.lex_state = 0},
  [53] = {.lex_state = 0},
  [54] = {.lex_state = 72},
  [55] = {.lex_state = 72},
  [56] = {.lex_state = 0},
  [57] = {.lex_state = 0},
  [58] = {.lex_state = 0},
  [59] = {.lex_state = 72},
  [60] = {.lex_state = 0},
  [61] = {.lex_state = 0},
  [62] = {.lex_state = 0},
  [63] = {.lex_state = 72},
  [64] = {.lex_state = 72},
  [65] = {.lex_state = 0},
  [66] = {.lex_state = 0},
  [67] = {.lex_state = 0},
  [68] = {.lex_state = 0},
  [69] = {.lex_state = 0},
  [70] = {.lex_state = 0},
  [71] = {.lex_state = 0},
  [72] = {.lex_state = 0},
  [73] = {.lex_state = 73},
  [74] = {.lex_state = 0},
  [75] = {.lex_state = 0},
  [76] = {.lex_state = 0},
  [77] = {.lex_state = 72},
  [78] = {.lex_state = 2},
  [79] = {.lex_state = 0},
  [80] = {.lex_state = 72},
  [81] = {.lex_state = 0},
  [82] = {.lex_state = 0},
  [83] = {.lex_state = 0},
  [84] = {.lex_state = 0},
  [85] = {.lex_state = 0},
  [86] = {.lex_state = 0},
  [87] = {.lex_state = 0},
  [88] = {.lex_state = 0},
  [89] = {.lex_state = 73},
  [90] = {.lex_state = 72},
  [91] = {.lex_state = 3},
  [92] = {.lex_state = 0},
  [93] = {.lex_state = 72},
  [94] = {.lex_state = 0},
  [95] = {.lex_state = 72},
  [96] = {.lex_state = 73},
  [97] = {.lex_state = 0},
  [98] = {.lex_state = 73},
  [99] = {.lex_state = 0},
  [100] = {.lex_state = 0},
  [101] = {.lex_state = 72},
  [102] = {.lex_state = 72},
  [103] = {.lex_state = 72},
  [104] = {.lex_state = 0},
  [105] = {.lex_state = 0},
  [106] = {.lex_state = 0},
  [107] = {.lex_state = 0},
  [108] = {.lex_state = 0},
  [109] = {.lex_state = 0},
  [110] = {.lex_state = 0},
  [111] = {.lex_state = 0},
  [112] = {.lex_state = 0},
  [113] = {.lex_state = 0},
  [114] = {.lex_state = 0},
  [115] = {.lex_state = 72},
  [116] = {.lex_state = 72},
  [117] = {.lex_state = 0},
  [118] = {.lex_state = 0},
  [119] = {.lex_state = 72},
  [120] = {.lex_state = 0},
  [121] = {.lex_state = 0},
  [122] = {.lex_state = 0},
  [123] = {.lex_state = 72},
  [124] = {.lex_state = 0},
  [125] = {.lex_state = 0},
  [126] = {.lex_state = 0},
  [127] = {.lex_state = 0},
  [128] = {.lex_state = 0},
  [129] = {.lex_state = 0},
  [130] = {.lex_state = 0},
  [131] = {.lex_state = 0},
  [132] = {.lex_state = 0},
  [133] = {.lex_state = 0},
  [134] = {.lex_state = 0},
  [135] = {.lex_state = 73},
  [136] = {.lex_state = 0},
  [137] = {.lex_state = 0},
  [138] = {.lex_state = 0},
  [139] = {.lex_state = 0},
  [140] = {.lex_state = 0},
  [141] = {.lex_state = 0},
  [142] = {.lex_state = 0},
  [143] = {.lex_state = 0},
  [144] = {.lex_state = 73},
  [145] = {.lex_state = 0},
  [146] = {.lex_state = 0},
  [147] = {.lex_state = 0},
  [148] = {.lex_state = 0},
  [149] = {.lex_state = 0},
  [150] = {.lex_state = 0},
  [151] = {.lex_state = 72},
  [152] = {.lex_state = 72},
  [153] = {.lex_state = 72},
  [154] = {.lex_state = 0},
  [155] = {.lex_state = 72},
  [156] = {.lex_state = 0},
  [157] = {.lex_state = 72},
  [158] = {.lex_state = 0},
  [159] = {.lex_state = 0},
  [160] = {.lex_state = 72},
  [161] = {.lex_state = 72},
  [162] = {.lex_state = 0},
  [163] = {.lex_state = 0},
  [164] = {.lex_state = 72},
  [165] = {.lex_state = 72},
  [166] = {.lex_state = 0},
  [167] = {.lex_state = 0},
  [168] = {.lex_state = 72},
  [169] = {.lex_state = 72},
  [170] = {.lex_state = 0},
  [171] = {.lex_state = 0},
  [172] = {.lex_state = 0},
  [173] = {.lex_state = 72},
  [174] = {.lex_state = 0},
  [175] = {.lex_state = 0},
  [176] = {.lex_state = 0},
  [177] = {.lex_state = 0},
  [178] = {.lex_state = 0},
  [179] = {.lex_state = 0},
  [180] = {.lex_state = 72},
  [181] = {.lex_state = 0},
  [182] = {.lex_state = 72},
  [183] = {.lex_state = 0},
  [184] = {.lex_state = 0},
  [185] = {.lex_state = 72},
  [186] = {.lex_state = 72},
  [187] = {.lex_state = 0},
  [188] = {.lex_state = 0},
  [189] = {.lex_state = 0},
  [190] = {.lex_state = 72},
  [191] = {.lex_state = 0},
  [192] = {.lex_state = 72},
  [193] = {.lex_state = 72},
  [194] = {.lex_state = 72},
  [195] = {.lex_state = 0},
  [196] = {.lex_state = 72},
  [197] = {.lex_state = 72},
  [198] = {.lex_state = 72},
  [199] = {.lex_state = 72},
  [200] = {.lex_state = 72},
  [201] = {.lex_state = 0},
  [202] = {.lex_state = 0},
  [203] = {.lex_state = 0},
  [204] = {.lex_state = 72},
  [205] = {.lex_state = 0},
  [206] = {.lex_state = 72},
  [207] = {.lex_state = 72},
  [208] = {.lex_state = 72},
  [209] = {.lex_state = 72},
  [210] = {.lex_state = 0},
  [211] = {.lex_state = 72},
  [212] = {.lex_state = 72},
  [213] = {.lex_state = 72},
  [214] = {.lex_state = 72},
  [215] = {.lex_state = 0},
  [216] = {.lex_state = 1},
  [217] = {.lex_state = 0},
  [218] = {.lex_state = 0},
  [219] = {.lex_state = 0},
  [220] = {.lex_state = 0},
  [221] = {.lex_state = 0},
  [222] = {.lex_state = 0},
  [223] = {.lex_state = 73},
  [224] = {.lex_state = 1},
  [225] = {.lex_state = 0},
  [226] = {.lex_state = 1},
  [227] = {.lex_state = 0},
  [228] = {.lex_state = 0},
  [229] = {.lex_state = 0},
  [230] = {.lex_state = 0},
  [231] = {.lex_state = 0},
  [232] = {.lex_state = 0},
  [233] = {.lex_state = 0},
  [234] = {.lex_state = 0},
  [235] = {.lex_state = 0},
  [236] = {.lex_state = 1},
  [237] = {.lex_state = 1},
  [238] = {.lex_state = 0},
  [239] = {.lex_state = 0},
  [240] = {.lex_state = 6},
  [241] = {.lex_state = 0},
  [242] = {.lex_state = 0},
  [243] = {.lex_state = 0},
  [244] = {.lex_state = 0},
  [245] = {.lex_state = 0},
  [246] = {.lex_state = 0},
  [247] = {.lex_state = 0},
  [248] = {.lex_state = 0},
  [249] = {.lex_state = 0},
  [250] = {.lex_state = 0},
  [251] = {.lex_state = 72},
  [252] = {.lex_state = 0},
  [253] = {.lex_state = 0},
  [254] = {.lex_state = 0},
  [255] = {.lex_state = 73},
  [256] = {.lex_state = 72},
  [257] = {.lex_state = 0},
  [258] = {.lex_state = 0},
  [259] = {.lex_state = 0},
  [260] = {.lex_state = 0},
  [261] = {.lex_state = 0},
  [262] = {.lex_state = 0},
  [263] = {.lex_state = 72},
  [264] = {.lex_state = 0},
  [265] = {.lex_state = 0},
  [266] = {.lex_state = 0},
  [267] = {.lex_state = 0},
  [268] = {.lex_state = 0},
  [269] = {.lex_state = 0},
  [270] = {.lex_state = 0},
  [271] = {.lex_state = 72},
  [272] = {.lex_state = 0},
  [273] = {.lex_state = 72},
  [274] = {.lex_state = 0},
  [275] = {.lex_state = 72},
  [276] = {.lex_state = 0},
  [277] = {.lex_state = 72},
  [278] = {.lex_state = 0},
  [279] = {.lex_state = 72},
  [280] = {.lex_state = 0},
  [281] = {.lex_state = 73},
  [282] = {.lex_state = 0},
  [283] = {.lex_state = 0},
  [284] = {.lex_state = 0},
  [285] = {.lex_state = 72},
  [286] = {.lex_state = 0},
  [287] = {.lex_state = 72},
  [288] = {.lex_state = 72},
  [289] = {.lex_state = 0},
  [290] = {.lex_state = 0},
  [291] = {.lex_state = 72},
  [292] = {.lex_state = 0},
  [293] = {.lex_state = 72},
  [294] = {.lex_state = 72},
  [295] = {.lex_state = 72},
  [296] = {.lex_state = 0},
  [297] = {.lex_state = 72},
  [298] = {.lex_state = 0},
  [299] = {.lex_state = 0},
  [300] = {.lex_state = 72},
  [301] = {.lex_state = 72},
  [302] = {.lex_state = 0},
  [303] = {.lex_state = 72},
  [304] = {.lex_state = 72},
  [305] = {.lex_state = 0},
  [306] = {.lex_state = 73},
  [307] = {.lex_state = 0},
  [308] = {.lex_state = 72},
  [309] = {.lex_state = 0},
  [310] = {.lex_state = 72},
  [311] = {.lex_state = 72},
  [312] = {.lex_state = 0},
  [313] = {.lex_state = 72},
  [314] = {.lex_state = 0},
  [315] = {.lex_state = 72},
  [316] = {.lex_state = 0},
  [317] = {.lex_state = 72},
  [318] = {.lex_state = 72},
  [319] = {.lex_state = 0},
  [320] = {.lex_state = 72},
  [321] = {.lex_state = 72},
  [322] = {.lex_state = 0},
  [323] = {.lex_state = 0},
  [324] = {.lex_state = 72},
  [325] = {.lex_state = 72},
  [326] = {.lex_state = 0},
  [327] = {.lex_state = 0},
  [328] = {.lex_state = 73},
  [329] = {.lex_state = 0},
  [330] = {.lex_state = 73},
  [331] = {.lex_state = 0},
  [332] = {.lex_state = 0},
  [333] = {.lex_state = 0},
  [334] = {.lex_state = 0},
  [335] = {.lex_state = 0},
  [336] = {.lex_state = 0},
  [337] = {.lex_state = 0},
  [338] = {.lex_state = 0},
  [339] = {.lex_state = 0},
  [340] = {.lex_state = 0},
  [341] = {.lex_state = 2},
  [342] = {.lex_state = 0},
  [343] = {.lex_state = 73},
  [344] = {.lex_state = 2},
  [345] = {.lex_state = 0},
  [346] = {.lex_state = 73},
  [347] = {.lex_state = 0},
  [348] = {.lex_state = 0},
  [349] = {.lex_state = 0},
  [350] = {.lex_state = 0},
  [351] = {.lex_state = 0},
  [352] = {.lex_state = 0},
  [353] = {.lex_state = 0},
  [354] = {.lex_state = 73},
  [355] = {.lex_state = 0},
  [356] = {.lex_state = 0},
  [357] = {.lex_state = 0},
  [358] = {.lex_state = 0},
  [359] = {.lex_state = 0},
  [360] = {.lex_state = 72},
  [361] = {.lex_state = 0},
  [362] = {.lex_state = 0},
  [363] = {.lex_state = 0},
  [364] = {.lex_state = 0},
  [365] = {.lex_state = 0},
  [366] = {.lex_state = 0},
  [367] = {.lex_state = 0},
  [368] = {.lex_state = 0},
  [369] = {.lex_state = 0},
  [370] = {.lex_state = 0},
  [371] = {.lex_state = 0},
  [372] = {.lex_state = 0},
  [373] = {.lex_state = 0},
  [374] = {.lex_state = 73},
  [375] = {.lex_state = 2},
  [376] = {.lex_state = 0},
  [377] = {.lex_state = 0},
  [378] = {.lex_state = 0},
  [379] = {.lex_state = 0},
  [380] = {.lex_state = 73},
  [381] = {.lex_state = 0},
  [382] = {.lex_state = 0},
  [383] = {.lex_state = 0},
  [384] = {.lex_state = 0},
  [385] = {.lex_state = 0},
  [386] = {.lex_state = 0},
  [387] = {.lex_state = 0},
  [388] = {.lex_state = 0},
  [389] = {.lex_state = 0},
  [390] = {.lex_state = 0},
  [391] = {.lex_state = 0},
  [392] = {.lex_state = 0},
  [393] = {.lex_state = 0},
  [394] = {.lex_state = 0},
  [395] = {.lex_state = 0},
  [396] = {.lex_state = 0},
  [397] = {.lex_state = 0},
  [398] = {.lex_state = 0},
  [399] = {.lex_state = 2},
  [400] = {.lex_state = 0},
  [401] = {.lex_state = 0},
  [402] = {.lex_state = 0},
  [403] = {.lex_state = 0},
  [404] = {.lex_state = 0},
  [405] = {.lex_state = 0},
  [406] = {.lex_state = 0},
  [407] = {.lex_state = 0},
  [408] = {.lex_state = 0},
  [409] = {.lex_state = 0},
  [410] = {.lex_state = 0},
};

static const uint16_t ts_parse_table[LARGE_STATE_COUNT][SYMBOL_COUNT] = {
  [0] = {
    [ts_builtin_sym_end] = ACTIONS(1),
    [sym_identifier] = ACTIONS(1),
    [anon_sym_keyrule] = ACTIONS(1),
    [anon_sym_schema] = ACTIONS(1),
    [anon_sym_with] = ACTIONS(1),
    [anon_sym_LBRACE] = ACTIONS(1),
    [anon_sym_RBRACE] = ACTIONS(1),
    [anon_sym_COLON] = ACTIONS(1),
    [anon_sym_optional] = ACTIONS(1),
    [anon_sym_untrusted] = ACTIONS(1),
    [anon_sym_string] = ACTIONS(1),
    [anon_sym_int] = ACTIONS(1),
    [anon_sym_bool] = ACTIONS(1),
    [anon_sym_timestamp] = ACTIONS(1),
    [anon_sym_enum] = ACTIONS(1),
    [anon_sym_list] = ACTIONS(1),
    [anon_sym_of] = ACTIONS(1),
    [anon_sym_map] = ACTIONS(1),
    [anon_sym_import] = ACTIONS(1),
    [anon_sym_let] = ACTIONS(1),
    [anon_sym_EQ] = ACTIONS(1),
    [anon_sym_LBRACK] = ACTIONS(1),
    [anon_sym_COMMA] = ACTIONS(1),
    [anon_sym_RBRACK] = ACTIONS(1),
    [anon_sym_table] = ACTIONS(1),
    [anon_sym_from] = ACTIONS(1),
    [anon_sym_maps] = ACTIONS(1),
    [anon_sym_to] = ACTIONS(1),
    [anon_sym_pool] = ACTIONS(1),
    [sym_then] = ACTIONS(1),
    [anon_sym_weight] = ACTIONS(1),
    [anon_sym_all] = ACTIONS(1),
    [anon_sym_where] = ACTIONS(1),
    [anon_sym_after] = ACTIONS(1),
    [anon_sym_cool] = ACTIONS(1),
    [anon_sym_up] = ACTIONS(1),
    [anon_sym_ok] = ACTIONS(1),
    [anon_sym_rate_limited] = ACTIONS(1),
    [anon_sym_unauthorized] = ACTIONS(1),
    [anon_sym_out_of_credit] = ACTIONS(1),
    [anon_sym_timed_out] = ACTIONS(1),
    [anon_sym_server_error] = ACTIONS(1),
    [anon_sym_caller_error] = ACTIONS(1),
    [anon_sym_quota] = ACTIONS(1),
    [anon_sym_for] = ACTIONS(1),
    [anon_sym_each] = ACTIONS(1),
    [anon_sym_credential] = ACTIONS(1),
    [anon_sym_budget] = ACTIONS(1),
    [anon_sym_limit] = ACTIONS(1),
    [anon_sym_at] = ACTIONS(1),
    [anon_sym_once] = ACTIONS(1),
    [anon_sym_usd] = ACTIONS(1),
    [anon_sym_requests] = ACTIONS(1),
    [anon_sym_request] = ACTIONS(1),
    [anon_sym_tokens] = ACTIONS(1),
    [anon_sym_token] = ACTIONS(1),
    [anon_sym_per] = ACTIONS(1),
    [anon_sym_second] = ACTIONS(1),
    [anon_sym_minute] = ACTIONS(1),
    [anon_sym_hour] = ACTIONS(1),
    [anon_sym_day] = ACTIONS(1),
    [anon_sym_month] = ACTIONS(1),
    [anon_sym_rule] = ACTIONS(1),
    [anon_sym_default] = ACTIONS(1),
    [anon_sym_when] = ACTIONS(1),
    [anon_sym_else] = ACTIONS(1),
    [anon_sym_use] = ACTIONS(1),
    [anon_sym_by] = ACTIONS(1),
    [anon_sym_EQ_EQ] = ACTIONS(1),
    [anon_sym_round_robin] = ACTIONS(1),
    [anon_sym_weighted_round_robin] = ACTIONS(1),
    [anon_sym_random] = ACTIONS(1),
    [anon_sym_weighted_random] = ACTIONS(1),
    [anon_sym_first_available] = ACTIONS(1),
    [anon_sym_least_in_flight] = ACTIONS(1),
    [anon_sym_least_used] = ACTIONS(1),
    [anon_sym_headroom] = ACTIONS(1),
    [anon_sym_latency] = ACTIONS(1),
    [anon_sym_sticky] = ACTIONS(1),
    [anon_sym_on] = ACTIONS(1),
    [anon_sym_under] = ACTIONS(1),
    [anon_sym_waiting] = ACTIONS(1),
    [anon_sym_deny] = ACTIONS(1),
    [anon_sym_leave] = ACTIONS(1),
    [anon_sym_host] = ACTIONS(1),
    [anon_sym_retry] = ACTIONS(1),
    [anon_sym_times] = ACTIONS(1),
    [anon_sym_time] = ACTIONS(1),
    [anon_sym_within] = ACTIONS(1),
    [anon_sym_tag] = ACTIONS(1),
    [anon_sym_never] = ACTIONS(1),
    [anon_sym_always] = ACTIONS(1),
    [anon_sym_and] = ACTIONS(1),
    [anon_sym_or] = ACTIONS(1),
    [anon_sym_not] = ACTIONS(1),
    [anon_sym_LPAREN] = ACTIONS(1),
    [anon_sym_RPAREN] = ACTIONS(1),
    [anon_sym_weekday] = ACTIONS(1),
    [anon_sym_date] = ACTIONS(1),
    [anon_sym_in] = ACTIONS(1),
    [anon_sym_DOT_DOT] = ACTIONS(1),
    [anon_sym_is] = ACTIONS(1),
    [anon_sym_set] = ACTIONS(1),
    [anon_sym_starts] = ACTIONS(1),
    [anon_sym_ends] = ACTIONS(1),
    [anon_sym_contains] = ACTIONS(1),
    [anon_sym_like] = ACTIONS(1),
    [anon_sym_matches] = ACTIONS(1),
    [anon_sym_salted] = ACTIONS(1),
    [anon_sym_test] = ACTIONS(1),
    [anon_sym_given] = ACTIONS(1),
    [anon_sym_clock] = ACTIONS(1),
    [anon_sym_wait] = ACTIONS(1),
    [anon_sym_again] = ACTIONS(1),
    [sym_next] = ACTIONS(1),
    [anon_sym_report] = ACTIONS(1),
    [anon_sym_every] = ACTIONS(1),
    [anon_sym_expect] = ACTIONS(1),
    [anon_sym_same] = ACTIONS(1),
    [anon_sym_another] = ACTIONS(1),
    [anon_sym_skipped] = ACTIONS(1),
    [anon_sym_as] = ACTIONS(1),
    [anon_sym_disabled] = ACTIONS(1),
    [anon_sym_expired] = ACTIONS(1),
    [anon_sym_cooling] = ACTIONS(1),
    [anon_sym_over_quota] = ACTIONS(1),
    [anon_sym_over_budget] = ACTIONS(1),
    [anon_sym_overloaded] = ACTIONS(1),
    [anon_sym_other_provider] = ACTIONS(1),
    [anon_sym_other_model] = ACTIONS(1),
    [anon_sym_unknown] = ACTIONS(1),
    [anon_sym_tried] = ACTIONS(1),
    [sym_comment] = ACTIONS(3),
    [anon_sym_DQUOTE] = ACTIONS(1),
    [anon_sym_DQUOTE2] = ACTIONS(1),
    [sym_escape] = ACTIONS(1),
    [sym_pattern] = ACTIONS(1),
    [sym_integer] = ACTIONS(1),
    [sym_decimal] = ACTIONS(1),
    [sym_duration] = ACTIONS(1),
    [anon_sym_mon] = ACTIONS(1),
    [anon_sym_tue] = ACTIONS(1),
    [anon_sym_wed] = ACTIONS(1),
    [anon_sym_thu] = ACTIONS(1),
    [anon_sym_fri] = ACTIONS(1),
    [anon_sym_sat] = ACTIONS(1),
    [anon_sym_sun] = ACTIONS(1),
    [aux_sym_moment_token1] = ACTIONS(1),
    [aux_sym_moment_token2] = ACTIONS(1),
    [sym_timestamp] = ACTIONS(1),
    [anon_sym_true] = ACTIONS(1),
    [anon_sym_false] = ACTIONS(1),
    [sym_unique] = ACTIONS(1),
    [anon_sym_BANG_EQ] = ACTIONS(1),
    [anon_sym_LT_EQ] = ACTIONS(1),
    [anon_sym_GT_EQ] = ACTIONS(1),
    [anon_sym_LT] = ACTIONS(1),
    [anon_sym_GT] = ACTIONS(1),
  },
  [1] = {
    [sym_file] = STATE(377),
    [sym_header] = STATE(33),
    [anon_sym_keyrule] = ACTIONS(5),
    [sym_comment] = ACTIONS(3),
  },
};

static const uint16_t ts_small_parse_table[] = {
  [0] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(9), 1,
      anon_sym_wait,
    ACTIONS(7), 50,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_with,
      anon_sym_LBRACE,
      anon_sym_RBRACE,
      anon_sym_COLON,
      anon_sym_of,
      anon_sym_import,
      anon_sym_let,
      anon_sym_COMMA,
      anon_sym_RBRACK,
      anon_sym_table,
      anon_sym_from,
      anon_sym_maps,
      anon_sym_to,
      anon_sym_pool,
      sym_then,
      anon_sym_weight,
      anon_sym_all,
      anon_sym_where,
      anon_sym_after,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_limit,
      anon_sym_request,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_else,
      anon_sym_use,
      anon_sym_by,
      anon_sym_under,
      anon_sym_waiting,
      anon_sym_deny,
      anon_sym_leave,
      anon_sym_retry,
      anon_sym_tag,
      anon_sym_never,
      anon_sym_always,
      anon_sym_and,
      anon_sym_or,
      anon_sym_RPAREN,
      anon_sym_test,
      anon_sym_given,
      anon_sym_clock,
      anon_sym_again,
      sym_next,
      anon_sym_report,
      anon_sym_expect,
      anon_sym_as,
      anon_sym_DQUOTE,
  [59] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(13), 1,
      anon_sym_wait,
    ACTIONS(11), 50,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_with,
      anon_sym_LBRACE,
      anon_sym_RBRACE,
      anon_sym_COLON,
      anon_sym_of,
      anon_sym_import,
      anon_sym_let,
      anon_sym_COMMA,
      anon_sym_RBRACK,
      anon_sym_table,
      anon_sym_from,
      anon_sym_maps,
      anon_sym_to,
      anon_sym_pool,
      sym_then,
      anon_sym_weight,
      anon_sym_all,
      anon_sym_where,
      anon_sym_after,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_limit,
      anon_sym_request,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_else,
      anon_sym_use,
      anon_sym_by,
      anon_sym_under,
      anon_sym_waiting,
      anon_sym_deny,
      anon_sym_leave,
      anon_sym_retry,
      anon_sym_tag,
      anon_sym_never,
      anon_sym_always,
      anon_sym_and,
      anon_sym_or,
      anon_sym_RPAREN,
      anon_sym_test,
      anon_sym_given,
      anon_sym_clock,
      anon_sym_again,
      sym_next,
      anon_sym_report,
      anon_sym_expect,
      anon_sym_as,
      anon_sym_DQUOTE,
  [118] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(17), 3,
      anon_sym_EQ,
      anon_sym_LT,
      anon_sym_GT,
    ACTIONS(15), 47,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_LBRACE,
      anon_sym_RBRACE,
      anon_sym_COLON,
      anon_sym_import,
      anon_sym_let,
      anon_sym_RBRACK,
      anon_sym_table,
      anon_sym_pool,
      sym_then,
      anon_sym_weight,
      anon_sym_all,
      anon_sym_where,
      anon_sym_after,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_limit,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_else,
      anon_sym_use,
      anon_sym_EQ_EQ,
      anon_sym_under,
      anon_sym_waiting,
      anon_sym_deny,
      anon_sym_leave,
      anon_sym_retry,
      anon_sym_tag,
      anon_sym_never,
      anon_sym_always,
      anon_sym_and,
      anon_sym_or,
      anon_sym_not,
      anon_sym_RPAREN,
      anon_sym_in,
      anon_sym_is,
      anon_sym_starts,
      anon_sym_ends,
      anon_sym_contains,
      anon_sym_like,
      anon_sym_matches,
      anon_sym_test,
      anon_sym_DQUOTE,
      anon_sym_BANG_EQ,
      anon_sym_LT_EQ,
      anon_sym_GT_EQ,
  [176] = 11,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(23), 1,
      anon_sym_not,
    ACTIONS(25), 1,
      anon_sym_in,
    ACTIONS(27), 1,
      anon_sym_is,
    ACTIONS(33), 1,
      anon_sym_matches,
    STATE(223), 1,
      sym_compare,
    ACTIONS(29), 2,
      anon_sym_starts,
      anon_sym_ends,
    ACTIONS(31), 2,
      anon_sym_contains,
      anon_sym_like,
    ACTIONS(35), 2,
      anon_sym_LT,
      anon_sym_GT,
    ACTIONS(21), 4,
      anon_sym_EQ_EQ,
      anon_sym_BANG_EQ,
      anon_sym_LT_EQ,
      anon_sym_GT_EQ,
    ACTIONS(19), 27,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_RBRACE,
      anon_sym_import,
      anon_sym_let,
      anon_sym_table,
      anon_sym_pool,
      sym_then,
      anon_sym_weight,
      anon_sym_all,
      anon_sym_where,
      anon_sym_after,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_limit,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_use,
      anon_sym_deny,
      anon_sym_leave,
      anon_sym_never,
      anon_sym_always,
      anon_sym_and,
      anon_sym_or,
      anon_sym_RPAREN,
      anon_sym_test,
      anon_sym_DQUOTE,
  [242] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(37), 36,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_RBRACE,
      anon_sym_import,
      anon_sym_let,
      anon_sym_COMMA,
      anon_sym_table,
      anon_sym_pool,
      sym_then,
      anon_sym_weight,
      anon_sym_all,
      anon_sym_where,
      anon_sym_after,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_limit,
      anon_sym_request,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_use,
      anon_sym_deny,
      anon_sym_leave,
      anon_sym_never,
      anon_sym_always,
      anon_sym_and,
      anon_sym_or,
      anon_sym_RPAREN,
      anon_sym_test,
      anon_sym_given,
      anon_sym_clock,
      anon_sym_wait,
      anon_sym_again,
      sym_next,
      anon_sym_report,
      anon_sym_expect,
      anon_sym_DQUOTE,
  [284] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(39), 36,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_RBRACE,
      anon_sym_import,
      anon_sym_let,
      anon_sym_COMMA,
      anon_sym_table,
      anon_sym_pool,
      sym_then,
      anon_sym_weight,
      anon_sym_all,
      anon_sym_where,
      anon_sym_after,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_limit,
      anon_sym_request,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_use,
      anon_sym_deny,
      anon_sym_leave,
      anon_sym_never,
      anon_sym_always,
      anon_sym_and,
      anon_sym_or,
      anon_sym_RPAREN,
      anon_sym_test,
      anon_sym_given,
      anon_sym_clock,
      anon_sym_wait,
      anon_sym_again,
      sym_next,
      anon_sym_report,
      anon_sym_expect,
      anon_sym_DQUOTE,
  [326] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(41), 36,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_RBRACE,
      anon_sym_import,
      anon_sym_let,
      anon_sym_COMMA,
      anon_sym_table,
      anon_sym_pool,
      sym_then,
      anon_sym_weight,
      anon_sym_all,
      anon_sym_where,
      anon_sym_after,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_limit,
      anon_sym_request,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_use,
      anon_sym_deny,
      anon_sym_leave,
      anon_sym_never,
      anon_sym_always,
      anon_sym_and,
      anon_sym_or,
      anon_sym_RPAREN,
      anon_sym_test,
      anon_sym_given,
      anon_sym_clock,
      anon_sym_wait,
      anon_sym_again,
      sym_next,
      anon_sym_report,
      anon_sym_expect,
      anon_sym_DQUOTE,
  [368] = 4,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(45), 1,
      anon_sym_DOT_DOT,
    ACTIONS(47), 1,
      anon_sym_salted,
    ACTIONS(43), 27,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_RBRACE,
      anon_sym_import,
      anon_sym_let,
      anon_sym_table,
      anon_sym_pool,
      sym_then,
      anon_sym_weight,
      anon_sym_all,
      anon_sym_where,
      anon_sym_after,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_limit,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_use,
      anon_sym_deny,
      anon_sym_leave,
      anon_sym_never,
      anon_sym_always,
      anon_sym_and,
      anon_sym_or,
      anon_sym_RPAREN,
      anon_sym_test,
      anon_sym_DQUOTE,
  [407] = 6,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(51), 1,
      anon_sym_and,
    ACTIONS(53), 1,
      anon_sym_or,
    STATE(16), 1,
      aux_sym_and_repeat1,
    STATE(17), 1,
      aux_sym_or_repeat1,
    ACTIONS(49), 25,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_RBRACE,
      anon_sym_import,
      anon_sym_let,
      anon_sym_table,
      anon_sym_pool,
      sym_then,
      anon_sym_weight,
      anon_sym_all,
      anon_sym_where,
      anon_sym_after,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_limit,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_use,
      anon_sym_deny,
      anon_sym_leave,
      anon_sym_never,
      anon_sym_always,
      anon_sym_RPAREN,
      anon_sym_test,
      anon_sym_DQUOTE,
  [450] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(57), 1,
      anon_sym_salted,
    ACTIONS(55), 27,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_RBRACE,
      anon_sym_import,
      anon_sym_let,
      anon_sym_table,
      anon_sym_pool,
      sym_then,
      anon_sym_weight,
      anon_sym_all,
      anon_sym_where,
      anon_sym_after,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_limit,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_use,
      anon_sym_deny,
      anon_sym_leave,
      anon_sym_never,
      anon_sym_always,
      anon_sym_and,
      anon_sym_or,
      anon_sym_RPAREN,
      anon_sym_test,
      anon_sym_DQUOTE,
  [486] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(59), 27,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_RBRACE,
      anon_sym_import,
      anon_sym_let,
      anon_sym_table,
      anon_sym_pool,
      sym_then,
      anon_sym_weight,
      anon_sym_all,
      anon_sym_where,
      anon_sym_after,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_limit,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_use,
      anon_sym_deny,
      anon_sym_leave,
      anon_sym_never,
      anon_sym_always,
      anon_sym_and,
      anon_sym_or,
      anon_sym_RPAREN,
      anon_sym_test,
      anon_sym_DQUOTE,
  [519] = 4,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(63), 1,
      anon_sym_and,
    STATE(13), 1,
      aux_sym_and_repeat1,
    ACTIONS(61), 25,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_RBRACE,
      anon_sym_import,
      anon_sym_let,
      anon_sym_table,
      anon_sym_pool,
      sym_then,
      anon_sym_weight,
      anon_sym_all,
      anon_sym_where,
      anon_sym_after,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_limit,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_use,
      anon_sym_deny,
      anon_sym_leave,
      anon_sym_never,
      anon_sym_always,
      anon_sym_RPAREN,
      anon_sym_test,
      anon_sym_DQUOTE,
  [556] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(66), 27,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_RBRACE,
      anon_sym_import,
      anon_sym_let,
      anon_sym_table,
      anon_sym_pool,
      sym_then,
      anon_sym_weight,
      anon_sym_all,
      anon_sym_where,
      anon_sym_after,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_limit,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_use,
      anon_sym_deny,
      anon_sym_leave,
      anon_sym_never,
      anon_sym_always,
      anon_sym_and,
      anon_sym_or,
      anon_sym_RPAREN,
      anon_sym_test,
      anon_sym_DQUOTE,
  [589] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(68), 27,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_RBRACE,
      anon_sym_import,
      anon_sym_let,
      anon_sym_table,
      anon_sym_pool,
      sym_then,
      anon_sym_weight,
      anon_sym_all,
      anon_sym_where,
      anon_sym_after,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_limit,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_use,
      anon_sym_deny,
      anon_sym_leave,
      anon_sym_never,
      anon_sym_always,
      anon_sym_and,
      anon_sym_or,
      anon_sym_RPAREN,
      anon_sym_test,
      anon_sym_DQUOTE,
  [622] = 4,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(51), 1,
      anon_sym_and,
    STATE(13), 1,
      aux_sym_and_repeat1,
    ACTIONS(70), 25,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_RBRACE,
      anon_sym_import,
      anon_sym_let,
      anon_sym_table,
      anon_sym_pool,
      sym_then,
      anon_sym_weight,
      anon_sym_all,
      anon_sym_where,
      anon_sym_after,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_limit,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_use,
      anon_sym_deny,
      anon_sym_leave,
      anon_sym_never,
      anon_sym_always,
      anon_sym_RPAREN,
      anon_sym_test,
      anon_sym_DQUOTE,
  [659] = 4,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(53), 1,
      anon_sym_or,
    STATE(19), 1,
      aux_sym_or_repeat1,
    ACTIONS(72), 25,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_RBRACE,
      anon_sym_import,
      anon_sym_let,
      anon_sym_table,
      anon_sym_pool,
      sym_then,
      anon_sym_weight,
      anon_sym_all,
      anon_sym_where,
      anon_sym_after,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_limit,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_use,
      anon_sym_deny,
      anon_sym_leave,
      anon_sym_never,
      anon_sym_always,
      anon_sym_RPAREN,
      anon_sym_test,
      anon_sym_DQUOTE,
  [696] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(74), 27,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_RBRACE,
      anon_sym_import,
      anon_sym_let,
      anon_sym_table,
      anon_sym_pool,
      sym_then,
      anon_sym_weight,
      anon_sym_all,
      anon_sym_where,
      anon_sym_after,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_limit,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_use,
      anon_sym_deny,
      anon_sym_leave,
      anon_sym_never,
      anon_sym_always,
      anon_sym_and,
      anon_sym_or,
      anon_sym_RPAREN,
      anon_sym_test,
      anon_sym_DQUOTE,
  [729] = 4,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(78), 1,
      anon_sym_or,
    STATE(19), 1,
      aux_sym_or_repeat1,
    ACTIONS(76), 25,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_RBRACE,
      anon_sym_import,
      anon_sym_let,
      anon_sym_table,
      anon_sym_pool,
      sym_then,
      anon_sym_weight,
      anon_sym_all,
      anon_sym_where,
      anon_sym_after,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_limit,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_use,
      anon_sym_deny,
      anon_sym_leave,
      anon_sym_never,
      anon_sym_always,
      anon_sym_RPAREN,
      anon_sym_test,
      anon_sym_DQUOTE,
  [766] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(81), 27,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_RBRACE,
      anon_sym_import,
      anon_sym_let,
      anon_sym_table,
      anon_sym_pool,
      sym_then,
      anon_sym_weight,
      anon_sym_all,
      anon_sym_where,
      anon_sym_after,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_limit,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_use,
      anon_sym_deny,
      anon_sym_leave,
      anon_sym_never,
      anon_sym_always,
      anon_sym_and,
      anon_sym_or,
      anon_sym_RPAREN,
      anon_sym_test,
      anon_sym_DQUOTE,
  [799] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(83), 27,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_RBRACE,
      anon_sym_import,
      anon_sym_let,
      anon_sym_table,
      anon_sym_pool,
      sym_then,
      anon_sym_weight,
      anon_sym_all,
      anon_sym_where,
      anon_sym_after,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_limit,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_use,
      anon_sym_deny,
      anon_sym_leave,
      anon_sym_never,
      anon_sym_always,
      anon_sym_and,
      anon_sym_or,
      anon_sym_RPAREN,
      anon_sym_test,
      anon_sym_DQUOTE,
  [832] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(85), 27,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_RBRACE,
      anon_sym_import,
      anon_sym_let,
      anon_sym_table,
      anon_sym_pool,
      sym_then,
      anon_sym_weight,
      anon_sym_all,
      anon_sym_where,
      anon_sym_after,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_limit,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_use,
      anon_sym_deny,
      anon_sym_leave,
      anon_sym_never,
      anon_sym_always,
      anon_sym_and,
      anon_sym_or,
      anon_sym_RPAREN,
      anon_sym_test,
      anon_sym_DQUOTE,
  [865] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(87), 27,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_RBRACE,
      anon_sym_import,
      anon_sym_let,
      anon_sym_table,
      anon_sym_pool,
      sym_then,
      anon_sym_weight,
      anon_sym_all,
      anon_sym_where,
      anon_sym_after,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_limit,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_use,
      anon_sym_deny,
      anon_sym_leave,
      anon_sym_never,
      anon_sym_always,
      anon_sym_and,
      anon_sym_or,
      anon_sym_RPAREN,
      anon_sym_test,
      anon_sym_DQUOTE,
  [898] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(89), 27,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_RBRACE,
      anon_sym_import,
      anon_sym_let,
      anon_sym_table,
      anon_sym_pool,
      sym_then,
      anon_sym_weight,
      anon_sym_all,
      anon_sym_where,
      anon_sym_after,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_limit,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_use,
      anon_sym_deny,
      anon_sym_leave,
      anon_sym_never,
      anon_sym_always,
      anon_sym_and,
      anon_sym_or,
      anon_sym_RPAREN,
      anon_sym_test,
      anon_sym_DQUOTE,
  [931] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(91), 27,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_RBRACE,
      anon_sym_import,
      anon_sym_let,
      anon_sym_table,
      anon_sym_pool,
      sym_then,
      anon_sym_weight,
      anon_sym_all,
      anon_sym_where,
      anon_sym_after,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_limit,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_use,
      anon_sym_deny,
      anon_sym_leave,
      anon_sym_never,
      anon_sym_always,
      anon_sym_and,
      anon_sym_or,
      anon_sym_RPAREN,
      anon_sym_test,
      anon_sym_DQUOTE,
  [964] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(93), 27,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_RBRACE,
      anon_sym_import,
      anon_sym_let,
      anon_sym_table,
      anon_sym_pool,
      sym_then,
      anon_sym_weight,
      anon_sym_all,
      anon_sym_where,
      anon_sym_after,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_limit,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_use,
      anon_sym_deny,
      anon_sym_leave,
      anon_sym_never,
      anon_sym_always,
      anon_sym_and,
      anon_sym_or,
      anon_sym_RPAREN,
      anon_sym_test,
      anon_sym_DQUOTE,
  [997] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(95), 27,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_RBRACE,
      anon_sym_import,
      anon_sym_let,
      anon_sym_table,
      anon_sym_pool,
      sym_then,
      anon_sym_weight,
      anon_sym_all,
      anon_sym_where,
      anon_sym_after,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_limit,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_use,
      anon_sym_deny,
      anon_sym_leave,
      anon_sym_never,
      anon_sym_always,
      anon_sym_and,
      anon_sym_or,
      anon_sym_RPAREN,
      anon_sym_test,
      anon_sym_DQUOTE,
  [1030] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(97), 27,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_RBRACE,
      anon_sym_import,
      anon_sym_let,
      anon_sym_table,
      anon_sym_pool,
      sym_then,
      anon_sym_weight,
      anon_sym_all,
      anon_sym_where,
      anon_sym_after,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_limit,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_use,
      anon_sym_deny,
      anon_sym_leave,
      anon_sym_never,
      anon_sym_always,
      anon_sym_and,
      anon_sym_or,
      anon_sym_RPAREN,
      anon_sym_test,
      anon_sym_DQUOTE,
  [1063] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(55), 27,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_RBRACE,
      anon_sym_import,
      anon_sym_let,
      anon_sym_table,
      anon_sym_pool,
      sym_then,
      anon_sym_weight,
      anon_sym_all,
      anon_sym_where,
      anon_sym_after,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_limit,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_use,
      anon_sym_deny,
      anon_sym_leave,
      anon_sym_never,
      anon_sym_always,
      anon_sym_and,
      anon_sym_or,
      anon_sym_RPAREN,
      anon_sym_test,
      anon_sym_DQUOTE,
  [1096] = 15,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(99), 1,
      ts_builtin_sym_end,
    ACTIONS(101), 1,
      anon_sym_schema,
    ACTIONS(104), 1,
      anon_sym_import,
    ACTIONS(107), 1,
      anon_sym_let,
    ACTIONS(110), 1,
      anon_sym_table,
    ACTIONS(113), 1,
      anon_sym_pool,
    ACTIONS(116), 1,
      anon_sym_quota,
    ACTIONS(119), 1,
      anon_sym_budget,
    ACTIONS(122), 1,
      anon_sym_rule,
    ACTIONS(125), 1,
      anon_sym_default,
    ACTIONS(131), 1,
      anon_sym_test,
    ACTIONS(128), 2,
      anon_sym_never,
      anon_sym_always,
    STATE(30), 2,
      sym__statement,
      aux_sym_file_repeat1,
    STATE(51), 11,
      sym_schema,
      sym_import,
      sym_let,
      sym_table,
      sym_pool,
      sym_quota,
      sym_budget,
      sym_rule,
      sym_default,
      sym_claim,
      sym_test,
  [1154] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(61), 26,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_RBRACE,
      anon_sym_import,
      anon_sym_let,
      anon_sym_table,
      anon_sym_pool,
      sym_then,
      anon_sym_weight,
      anon_sym_all,
      anon_sym_where,
      anon_sym_after,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_limit,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_use,
      anon_sym_deny,
      anon_sym_leave,
      anon_sym_never,
      anon_sym_always,
      anon_sym_and,
      anon_sym_RPAREN,
      anon_sym_test,
      anon_sym_DQUOTE,
  [1186] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(76), 26,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_RBRACE,
      anon_sym_import,
      anon_sym_let,
      anon_sym_table,
      anon_sym_pool,
      sym_then,
      anon_sym_weight,
      anon_sym_all,
      anon_sym_where,
      anon_sym_after,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_limit,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_use,
      anon_sym_deny,
      anon_sym_leave,
      anon_sym_never,
      anon_sym_always,
      anon_sym_or,
      anon_sym_RPAREN,
      anon_sym_test,
      anon_sym_DQUOTE,
  [1218] = 15,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(134), 1,
      ts_builtin_sym_end,
    ACTIONS(136), 1,
      anon_sym_schema,
    ACTIONS(138), 1,
      anon_sym_import,
    ACTIONS(140), 1,
      anon_sym_let,
    ACTIONS(142), 1,
      anon_sym_table,
    ACTIONS(144), 1,
      anon_sym_pool,
    ACTIONS(146), 1,
      anon_sym_quota,
    ACTIONS(148), 1,
      anon_sym_budget,
    ACTIONS(150), 1,
      anon_sym_rule,
    ACTIONS(152), 1,
      anon_sym_default,
    ACTIONS(156), 1,
      anon_sym_test,
    ACTIONS(154), 2,
      anon_sym_never,
      anon_sym_always,
    STATE(34), 2,
      sym__statement,
      aux_sym_file_repeat1,
    STATE(51), 11,
      sym_schema,
      sym_import,
      sym_let,
      sym_table,
      sym_pool,
      sym_quota,
      sym_budget,
      sym_rule,
      sym_default,
      sym_claim,
      sym_test,
  [1276] = 15,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(136), 1,
      anon_sym_schema,
    ACTIONS(138), 1,
      anon_sym_import,
    ACTIONS(140), 1,
      anon_sym_let,
    ACTIONS(142), 1,
      anon_sym_table,
    ACTIONS(144), 1,
      anon_sym_pool,
    ACTIONS(146), 1,
      anon_sym_quota,
    ACTIONS(148), 1,
      anon_sym_budget,
    ACTIONS(150), 1,
      anon_sym_rule,
    ACTIONS(152), 1,
      anon_sym_default,
    ACTIONS(156), 1,
      anon_sym_test,
    ACTIONS(158), 1,
      ts_builtin_sym_end,
    ACTIONS(154), 2,
      anon_sym_never,
      anon_sym_always,
    STATE(30), 2,
      sym__statement,
      aux_sym_file_repeat1,
    STATE(51), 11,
      sym_schema,
      sym_import,
      sym_let,
      sym_table,
      sym_pool,
      sym_quota,
      sym_budget,
      sym_rule,
      sym_default,
      sym_claim,
      sym_test,
  [1334] = 10,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(160), 1,
      sym_identifier,
    ACTIONS(162), 1,
      anon_sym_LBRACK,
    ACTIONS(166), 1,
      anon_sym_not,
    ACTIONS(168), 1,
      anon_sym_LPAREN,
    ACTIONS(170), 1,
      sym_path,
    STATE(5), 1,
      sym__path,
    ACTIONS(164), 3,
      anon_sym_time,
      anon_sym_weekday,
      anon_sym_date,
    STATE(10), 5,
      sym__term,
      sym_not,
      sym_group,
      sym_clock,
      sym_check,
    STATE(53), 5,
      sym_texts,
      sym_integers,
      sym__condition,
      sym_and,
      sym_or,
  [1375] = 11,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(172), 1,
      anon_sym_RBRACE,
    ACTIONS(174), 1,
      anon_sym_request,
    ACTIONS(177), 1,
      anon_sym_given,
    ACTIONS(180), 1,
      anon_sym_clock,
    ACTIONS(183), 1,
      anon_sym_wait,
    ACTIONS(186), 1,
      anon_sym_again,
    ACTIONS(189), 1,
      sym_next,
    ACTIONS(192), 1,
      anon_sym_report,
    ACTIONS(195), 1,
      anon_sym_expect,
    STATE(36), 9,
      sym__step,
      sym_given,
      sym_clock_set,
      sym_wait,
      sym_request,
      sym_again,
      sym_report,
      sym_expect,
      aux_sym_test_repeat1,
  [1417] = 11,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(198), 1,
      anon_sym_RBRACE,
    ACTIONS(200), 1,
      anon_sym_request,
    ACTIONS(202), 1,
      anon_sym_given,
    ACTIONS(204), 1,
      anon_sym_clock,
    ACTIONS(206), 1,
      anon_sym_wait,
    ACTIONS(208), 1,
      anon_sym_again,
    ACTIONS(210), 1,
      sym_next,
    ACTIONS(212), 1,
      anon_sym_report,
    ACTIONS(214), 1,
      anon_sym_expect,
    STATE(36), 9,
      sym__step,
      sym_given,
      sym_clock_set,
      sym_wait,
      sym_request,
      sym_again,
      sym_report,
      sym_expect,
      aux_sym_test_repeat1,
  [1459] = 11,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(200), 1,
      anon_sym_request,
    ACTIONS(202), 1,
      anon_sym_given,
    ACTIONS(204), 1,
      anon_sym_clock,
    ACTIONS(206), 1,
      anon_sym_wait,
    ACTIONS(208), 1,
      anon_sym_again,
    ACTIONS(212), 1,
      anon_sym_report,
    ACTIONS(214), 1,
      anon_sym_expect,
    ACTIONS(216), 1,
      anon_sym_RBRACE,
    ACTIONS(218), 1,
      sym_next,
    STATE(37), 9,
      sym__step,
      sym_given,
      sym_clock_set,
      sym_wait,
      sym_request,
      sym_again,
      sym_report,
      sym_expect,
      aux_sym_test_repeat1,
  [1501] = 9,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(160), 1,
      sym_identifier,
    ACTIONS(166), 1,
      anon_sym_not,
    ACTIONS(168), 1,
      anon_sym_LPAREN,
    ACTIONS(170), 1,
      sym_path,
    STATE(5), 1,
      sym__path,
    ACTIONS(164), 3,
      anon_sym_time,
      anon_sym_weekday,
      anon_sym_date,
    STATE(373), 3,
      sym__condition,
      sym_and,
      sym_or,
    STATE(10), 5,
      sym__term,
      sym_not,
      sym_group,
      sym_clock,
      sym_check,
  [1537] = 5,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(222), 1,
      anon_sym_with,
    ACTIONS(224), 1,
      anon_sym_LBRACE,
    STATE(81), 1,
      sym_attributes,
    ACTIONS(220), 13,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_import,
      anon_sym_let,
      anon_sym_table,
      anon_sym_pool,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_never,
      anon_sym_always,
      anon_sym_test,
  [1565] = 9,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(160), 1,
      sym_identifier,
    ACTIONS(166), 1,
      anon_sym_not,
    ACTIONS(168), 1,
      anon_sym_LPAREN,
    ACTIONS(170), 1,
      sym_path,
    STATE(5), 1,
      sym__path,
    ACTIONS(164), 3,
      anon_sym_time,
      anon_sym_weekday,
      anon_sym_date,
    STATE(155), 3,
      sym__condition,
      sym_and,
      sym_or,
    STATE(10), 5,
      sym__term,
      sym_not,
      sym_group,
      sym_clock,
      sym_check,
  [1601] = 9,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(160), 1,
      sym_identifier,
    ACTIONS(166), 1,
      anon_sym_not,
    ACTIONS(168), 1,
      anon_sym_LPAREN,
    ACTIONS(170), 1,
      sym_path,
    STATE(5), 1,
      sym__path,
    ACTIONS(164), 3,
      anon_sym_time,
      anon_sym_weekday,
      anon_sym_date,
    STATE(244), 3,
      sym__condition,
      sym_and,
      sym_or,
    STATE(10), 5,
      sym__term,
      sym_not,
      sym_group,
      sym_clock,
      sym_check,
  [1637] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(226), 13,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_import,
      anon_sym_let,
      anon_sym_table,
      anon_sym_pool,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_never,
      anon_sym_always,
      anon_sym_test,
  [1656] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(228), 13,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_import,
      anon_sym_let,
      anon_sym_table,
      anon_sym_pool,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_never,
      anon_sym_always,
      anon_sym_test,
  [1675] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(230), 13,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_import,
      anon_sym_let,
      anon_sym_table,
      anon_sym_pool,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_never,
      anon_sym_always,
      anon_sym_test,
  [1694] = 10,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(232), 1,
      anon_sym_RBRACE,
    ACTIONS(234), 1,
      sym_then,
    ACTIONS(237), 1,
      anon_sym_all,
    ACTIONS(240), 1,
      anon_sym_where,
    ACTIONS(243), 1,
      anon_sym_after,
    ACTIONS(246), 1,
      anon_sym_DQUOTE,
    STATE(152), 1,
      sym_text,
    STATE(46), 3,
      sym_pool_member,
      sym_cooling,
      aux_sym_pool_repeat2,
    STATE(151), 3,
      sym__member,
      sym_all_of,
      sym_where,
  [1729] = 10,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(249), 1,
      anon_sym_RBRACE,
    ACTIONS(251), 1,
      sym_then,
    ACTIONS(253), 1,
      anon_sym_all,
    ACTIONS(255), 1,
      anon_sym_where,
    ACTIONS(257), 1,
      anon_sym_after,
    ACTIONS(259), 1,
      anon_sym_DQUOTE,
    STATE(152), 1,
      sym_text,
    STATE(63), 3,
      sym_pool_member,
      sym_cooling,
      aux_sym_pool_repeat2,
    STATE(151), 3,
      sym__member,
      sym_all_of,
      sym_where,
  [1764] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(261), 13,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_import,
      anon_sym_let,
      anon_sym_table,
      anon_sym_pool,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_never,
      anon_sym_always,
      anon_sym_test,
  [1783] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(263), 13,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_import,
      anon_sym_let,
      anon_sym_table,
      anon_sym_pool,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_never,
      anon_sym_always,
      anon_sym_test,
  [1802] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(265), 13,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_import,
      anon_sym_let,
      anon_sym_table,
      anon_sym_pool,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_never,
      anon_sym_always,
      anon_sym_test,
  [1821] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(267), 13,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_import,
      anon_sym_let,
      anon_sym_table,
      anon_sym_pool,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_never,
      anon_sym_always,
      anon_sym_test,
  [1840] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(269), 13,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_import,
      anon_sym_let,
      anon_sym_table,
      anon_sym_pool,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_never,
      anon_sym_always,
      anon_sym_test,
  [1859] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(271), 13,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_import,
      anon_sym_let,
      anon_sym_table,
      anon_sym_pool,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_never,
      anon_sym_always,
      anon_sym_test,
  [1878] = 10,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(253), 1,
      anon_sym_all,
    ACTIONS(255), 1,
      anon_sym_where,
    ACTIONS(257), 1,
      anon_sym_after,
    ACTIONS(259), 1,
      anon_sym_DQUOTE,
    ACTIONS(273), 1,
      anon_sym_RBRACE,
    ACTIONS(275), 1,
      sym_then,
    STATE(152), 1,
      sym_text,
    STATE(59), 3,
      sym_pool_member,
      sym_cooling,
      aux_sym_pool_repeat2,
    STATE(151), 3,
      sym__member,
      sym_all_of,
      sym_where,
  [1913] = 5,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(277), 1,
      anon_sym_LBRACK,
    STATE(222), 1,
      sym_moment,
    STATE(283), 2,
      sym__moments,
      sym_span,
    ACTIONS(279), 9,
      anon_sym_mon,
      anon_sym_tue,
      anon_sym_wed,
      anon_sym_thu,
      anon_sym_fri,
      anon_sym_sat,
      anon_sym_sun,
      aux_sym_moment_token1,
      aux_sym_moment_token2,
  [1938] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(281), 13,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_import,
      anon_sym_let,
      anon_sym_table,
      anon_sym_pool,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_never,
      anon_sym_always,
      anon_sym_test,
  [1957] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(283), 13,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_import,
      anon_sym_let,
      anon_sym_table,
      anon_sym_pool,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_never,
      anon_sym_always,
      anon_sym_test,
  [1976] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(285), 13,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_import,
      anon_sym_let,
      anon_sym_table,
      anon_sym_pool,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_never,
      anon_sym_always,
      anon_sym_test,
  [1995] = 10,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(253), 1,
      anon_sym_all,
    ACTIONS(255), 1,
      anon_sym_where,
    ACTIONS(257), 1,
      anon_sym_after,
    ACTIONS(259), 1,
      anon_sym_DQUOTE,
    ACTIONS(287), 1,
      anon_sym_RBRACE,
    ACTIONS(289), 1,
      sym_then,
    STATE(152), 1,
      sym_text,
    STATE(46), 3,
      sym_pool_member,
      sym_cooling,
      aux_sym_pool_repeat2,
    STATE(151), 3,
      sym__member,
      sym_all_of,
      sym_where,
  [2030] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(291), 13,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_import,
      anon_sym_let,
      anon_sym_table,
      anon_sym_pool,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_never,
      anon_sym_always,
      anon_sym_test,
  [2049] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(293), 13,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_import,
      anon_sym_let,
      anon_sym_table,
      anon_sym_pool,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_never,
      anon_sym_always,
      anon_sym_test,
  [2068] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(295), 13,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_import,
      anon_sym_let,
      anon_sym_table,
      anon_sym_pool,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_never,
      anon_sym_always,
      anon_sym_test,
  [2087] = 10,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(253), 1,
      anon_sym_all,
    ACTIONS(255), 1,
      anon_sym_where,
    ACTIONS(257), 1,
      anon_sym_after,
    ACTIONS(259), 1,
      anon_sym_DQUOTE,
    ACTIONS(289), 1,
      sym_then,
    ACTIONS(297), 1,
      anon_sym_RBRACE,
    STATE(152), 1,
      sym_text,
    STATE(46), 3,
      sym_pool_member,
      sym_cooling,
      aux_sym_pool_repeat2,
    STATE(151), 3,
      sym__member,
      sym_all_of,
      sym_where,
  [2122] = 10,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(253), 1,
      anon_sym_all,
    ACTIONS(255), 1,
      anon_sym_where,
    ACTIONS(257), 1,
      anon_sym_after,
    ACTIONS(259), 1,
      anon_sym_DQUOTE,
    ACTIONS(299), 1,
      anon_sym_RBRACE,
    ACTIONS(301), 1,
      sym_then,
    STATE(152), 1,
      sym_text,
    STATE(77), 3,
      sym_pool_member,
      sym_cooling,
      aux_sym_pool_repeat2,
    STATE(151), 3,
      sym__member,
      sym_all_of,
      sym_where,
  [2157] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(303), 13,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_import,
      anon_sym_let,
      anon_sym_table,
      anon_sym_pool,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_never,
      anon_sym_always,
      anon_sym_test,
  [2176] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(305), 13,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_import,
      anon_sym_let,
      anon_sym_table,
      anon_sym_pool,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_never,
      anon_sym_always,
      anon_sym_test,
  [2195] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(307), 13,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_import,
      anon_sym_let,
      anon_sym_table,
      anon_sym_pool,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_never,
      anon_sym_always,
      anon_sym_test,
  [2214] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(309), 13,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_import,
      anon_sym_let,
      anon_sym_table,
      anon_sym_pool,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_never,
      anon_sym_always,
      anon_sym_test,
  [2233] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(311), 13,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_import,
      anon_sym_let,
      anon_sym_table,
      anon_sym_pool,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_never,
      anon_sym_always,
      anon_sym_test,
  [2252] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(313), 13,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_import,
      anon_sym_let,
      anon_sym_table,
      anon_sym_pool,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_never,
      anon_sym_always,
      anon_sym_test,
  [2271] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(315), 13,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_import,
      anon_sym_let,
      anon_sym_table,
      anon_sym_pool,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_never,
      anon_sym_always,
      anon_sym_test,
  [2290] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(317), 13,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_import,
      anon_sym_let,
      anon_sym_table,
      anon_sym_pool,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_never,
      anon_sym_always,
      anon_sym_test,
  [2309] = 6,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(319), 1,
      anon_sym_with,
    ACTIONS(323), 1,
      sym_integer,
    STATE(97), 1,
      sym_many,
    STATE(137), 1,
      sym_with,
    ACTIONS(321), 9,
      anon_sym_RBRACE,
      anon_sym_request,
      anon_sym_given,
      anon_sym_clock,
      anon_sym_wait,
      anon_sym_again,
      sym_next,
      anon_sym_report,
      anon_sym_expect,
  [2336] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(325), 13,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_import,
      anon_sym_let,
      anon_sym_table,
      anon_sym_pool,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_never,
      anon_sym_always,
      anon_sym_test,
  [2355] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(327), 13,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_import,
      anon_sym_let,
      anon_sym_table,
      anon_sym_pool,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_never,
      anon_sym_always,
      anon_sym_test,
  [2374] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(329), 13,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_import,
      anon_sym_let,
      anon_sym_table,
      anon_sym_pool,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_never,
      anon_sym_always,
      anon_sym_test,
  [2393] = 10,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(253), 1,
      anon_sym_all,
    ACTIONS(255), 1,
      anon_sym_where,
    ACTIONS(257), 1,
      anon_sym_after,
    ACTIONS(259), 1,
      anon_sym_DQUOTE,
    ACTIONS(289), 1,
      sym_then,
    ACTIONS(331), 1,
      anon_sym_RBRACE,
    STATE(152), 1,
      sym_text,
    STATE(46), 3,
      sym_pool_member,
      sym_cooling,
      aux_sym_pool_repeat2,
    STATE(151), 3,
      sym__member,
      sym_all_of,
      sym_where,
  [2428] = 7,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(259), 1,
      anon_sym_DQUOTE,
    ACTIONS(333), 1,
      anon_sym_LBRACK,
    ACTIONS(335), 1,
      sym_integer,
    ACTIONS(339), 2,
      anon_sym_true,
      anon_sym_false,
    ACTIONS(337), 4,
      sym_decimal,
      sym_duration,
      sym_timestamp,
      sym_unique,
    STATE(128), 4,
      sym_texts,
      sym_text,
      sym__money,
      sym_boolean,
  [2457] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(341), 13,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_import,
      anon_sym_let,
      anon_sym_table,
      anon_sym_pool,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_never,
      anon_sym_always,
      anon_sym_test,
  [2476] = 5,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(277), 1,
      anon_sym_LBRACK,
    STATE(222), 1,
      sym_moment,
    STATE(309), 2,
      sym__moments,
      sym_span,
    ACTIONS(279), 9,
      anon_sym_mon,
      anon_sym_tue,
      anon_sym_wed,
      anon_sym_thu,
      anon_sym_fri,
      anon_sym_sat,
      anon_sym_sun,
      aux_sym_moment_token1,
      aux_sym_moment_token2,
  [2501] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(343), 13,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_import,
      anon_sym_let,
      anon_sym_table,
      anon_sym_pool,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_never,
      anon_sym_always,
      anon_sym_test,
  [2520] = 8,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(160), 1,
      sym_identifier,
    ACTIONS(166), 1,
      anon_sym_not,
    ACTIONS(168), 1,
      anon_sym_LPAREN,
    ACTIONS(170), 1,
      sym_path,
    STATE(5), 1,
      sym__path,
    ACTIONS(164), 3,
      anon_sym_time,
      anon_sym_weekday,
      anon_sym_date,
    STATE(31), 5,
      sym__term,
      sym_not,
      sym_group,
      sym_clock,
      sym_check,
  [2551] = 8,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(160), 1,
      sym_identifier,
    ACTIONS(166), 1,
      anon_sym_not,
    ACTIONS(168), 1,
      anon_sym_LPAREN,
    ACTIONS(170), 1,
      sym_path,
    STATE(5), 1,
      sym__path,
    ACTIONS(164), 3,
      anon_sym_time,
      anon_sym_weekday,
      anon_sym_date,
    STATE(32), 5,
      sym__term,
      sym_not,
      sym_group,
      sym_clock,
      sym_check,
  [2582] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(345), 13,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_import,
      anon_sym_let,
      anon_sym_table,
      anon_sym_pool,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_never,
      anon_sym_always,
      anon_sym_test,
  [2601] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(347), 13,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_import,
      anon_sym_let,
      anon_sym_table,
      anon_sym_pool,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_never,
      anon_sym_always,
      anon_sym_test,
  [2620] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(349), 13,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_import,
      anon_sym_let,
      anon_sym_table,
      anon_sym_pool,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_never,
      anon_sym_always,
      anon_sym_test,
  [2639] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(351), 13,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_import,
      anon_sym_let,
      anon_sym_table,
      anon_sym_pool,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_never,
      anon_sym_always,
      anon_sym_test,
  [2658] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(353), 13,
      ts_builtin_sym_end,
      anon_sym_schema,
      anon_sym_import,
      anon_sym_let,
      anon_sym_table,
      anon_sym_pool,
      anon_sym_quota,
      anon_sym_budget,
      anon_sym_rule,
      anon_sym_default,
      anon_sym_never,
      anon_sym_always,
      anon_sym_test,
  [2677] = 11,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(355), 1,
      anon_sym_credential,
    ACTIONS(357), 1,
      anon_sym_rule,
    ACTIONS(361), 1,
      anon_sym_deny,
    ACTIONS(363), 1,
      anon_sym_tag,
    ACTIONS(365), 1,
      anon_sym_wait,
    ACTIONS(369), 1,
      anon_sym_skipped,
    ACTIONS(371), 1,
      sym_integer,
    STATE(108), 1,
      sym_want,
    ACTIONS(359), 2,
      anon_sym_default,
      anon_sym_host,
    ACTIONS(367), 2,
      anon_sym_same,
      anon_sym_another,
  [2713] = 4,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(259), 1,
      anon_sym_DQUOTE,
    STATE(120), 1,
      sym_text,
    ACTIONS(373), 10,
      anon_sym_RBRACE,
      anon_sym_COMMA,
      anon_sym_request,
      anon_sym_given,
      anon_sym_clock,
      anon_sym_wait,
      anon_sym_again,
      sym_next,
      anon_sym_report,
      anon_sym_expect,
  [2735] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(377), 2,
      sym_integer,
      aux_sym_moment_token1,
    ACTIONS(375), 10,
      anon_sym_DQUOTE,
      anon_sym_mon,
      anon_sym_tue,
      anon_sym_wed,
      anon_sym_thu,
      anon_sym_fri,
      anon_sym_sat,
      anon_sym_sun,
      aux_sym_moment_token2,
      sym_timestamp,
  [2755] = 5,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(319), 1,
      anon_sym_with,
    ACTIONS(381), 1,
      anon_sym_of,
    STATE(136), 1,
      sym_with,
    ACTIONS(379), 9,
      anon_sym_RBRACE,
      anon_sym_request,
      anon_sym_given,
      anon_sym_clock,
      anon_sym_wait,
      anon_sym_again,
      sym_next,
      anon_sym_report,
      anon_sym_expect,
  [2779] = 5,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(383), 1,
      anon_sym_RBRACK,
    STATE(222), 1,
      sym_moment,
    STATE(312), 1,
      sym_span,
    ACTIONS(279), 9,
      anon_sym_mon,
      anon_sym_tue,
      anon_sym_wed,
      anon_sym_thu,
      anon_sym_fri,
      anon_sym_sat,
      anon_sym_sun,
      aux_sym_moment_token1,
      aux_sym_moment_token2,
  [2803] = 4,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(387), 1,
      anon_sym_at,
    ACTIONS(389), 1,
      anon_sym_every,
    ACTIONS(385), 10,
      anon_sym_with,
      anon_sym_RBRACE,
      anon_sym_request,
      anon_sym_given,
      anon_sym_clock,
      anon_sym_wait,
      anon_sym_again,
      sym_next,
      anon_sym_report,
      anon_sym_expect,
  [2825] = 5,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(391), 1,
      anon_sym_RBRACK,
    STATE(222), 1,
      sym_moment,
    STATE(312), 1,
      sym_span,
    ACTIONS(279), 9,
      anon_sym_mon,
      anon_sym_tue,
      anon_sym_wed,
      anon_sym_thu,
      anon_sym_fri,
      anon_sym_sat,
      anon_sym_sun,
      aux_sym_moment_token1,
      aux_sym_moment_token2,
  [2849] = 11,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(355), 1,
      anon_sym_credential,
    ACTIONS(357), 1,
      anon_sym_rule,
    ACTIONS(361), 1,
      anon_sym_deny,
    ACTIONS(363), 1,
      anon_sym_tag,
    ACTIONS(365), 1,
      anon_sym_wait,
    ACTIONS(369), 1,
      anon_sym_skipped,
    ACTIONS(371), 1,
      sym_integer,
    STATE(126), 1,
      sym_want,
    ACTIONS(359), 2,
      anon_sym_default,
      anon_sym_host,
    ACTIONS(367), 2,
      anon_sym_same,
      anon_sym_another,
  [2885] = 4,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(319), 1,
      anon_sym_with,
    STATE(142), 1,
      sym_with,
    ACTIONS(393), 9,
      anon_sym_RBRACE,
      anon_sym_request,
      anon_sym_given,
      anon_sym_clock,
      anon_sym_wait,
      anon_sym_again,
      sym_next,
      anon_sym_report,
      anon_sym_expect,
  [2906] = 4,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(323), 1,
      sym_integer,
    STATE(140), 1,
      sym_many,
    ACTIONS(395), 9,
      anon_sym_RBRACE,
      anon_sym_request,
      anon_sym_given,
      anon_sym_clock,
      anon_sym_wait,
      anon_sym_again,
      sym_next,
      anon_sym_report,
      anon_sym_expect,
  [2927] = 4,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(399), 1,
      anon_sym_COMMA,
    STATE(107), 1,
      aux_sym_expect_repeat1,
    ACTIONS(397), 9,
      anon_sym_RBRACE,
      anon_sym_request,
      anon_sym_given,
      anon_sym_clock,
      anon_sym_wait,
      anon_sym_again,
      sym_next,
      anon_sym_report,
      anon_sym_expect,
  [2948] = 4,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(319), 1,
      anon_sym_with,
    STATE(146), 1,
      sym_with,
    ACTIONS(401), 9,
      anon_sym_RBRACE,
      anon_sym_request,
      anon_sym_given,
      anon_sym_clock,
      anon_sym_wait,
      anon_sym_again,
      sym_next,
      anon_sym_report,
      anon_sym_expect,
  [2969] = 9,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(403), 1,
      anon_sym_RBRACE,
    ACTIONS(405), 1,
      anon_sym_all,
    ACTIONS(408), 1,
      anon_sym_where,
    ACTIONS(411), 1,
      anon_sym_limit,
    ACTIONS(414), 1,
      anon_sym_DQUOTE,
    STATE(152), 1,
      sym_text,
    STATE(101), 2,
      sym_limit,
      aux_sym__meter_repeat1,
    STATE(212), 3,
      sym__member,
      sym_all_of,
      sym_where,
  [3000] = 9,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(253), 1,
      anon_sym_all,
    ACTIONS(255), 1,
      anon_sym_where,
    ACTIONS(259), 1,
      anon_sym_DQUOTE,
    ACTIONS(417), 1,
      anon_sym_RBRACE,
    ACTIONS(419), 1,
      anon_sym_limit,
    STATE(152), 1,
      sym_text,
    STATE(115), 2,
      sym_limit,
      aux_sym__meter_repeat1,
    STATE(212), 3,
      sym__member,
      sym_all_of,
      sym_where,
  [3031] = 4,
    ACTIONS(3), 1,
      sym_comment,
    STATE(222), 1,
      sym_moment,
    STATE(253), 1,
      sym_span,
    ACTIONS(279), 9,
      anon_sym_mon,
      anon_sym_tue,
      anon_sym_wed,
      anon_sym_thu,
      anon_sym_fri,
      anon_sym_sat,
      anon_sym_sun,
      aux_sym_moment_token1,
      aux_sym_moment_token2,
  [3052] = 4,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(423), 1,
      anon_sym_COMMA,
    STATE(112), 1,
      aux_sym_with_repeat1,
    ACTIONS(421), 9,
      anon_sym_RBRACE,
      anon_sym_request,
      anon_sym_given,
      anon_sym_clock,
      anon_sym_wait,
      anon_sym_again,
      sym_next,
      anon_sym_report,
      anon_sym_expect,
  [3073] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(425), 1,
      sym_duration,
    ACTIONS(373), 10,
      anon_sym_RBRACE,
      anon_sym_COMMA,
      anon_sym_request,
      anon_sym_given,
      anon_sym_clock,
      anon_sym_wait,
      anon_sym_again,
      sym_next,
      anon_sym_report,
      anon_sym_expect,
  [3092] = 3,
    ACTIONS(3), 1,
      sym_comment,
    STATE(117), 1,
      sym_reason,
    ACTIONS(427), 10,
      anon_sym_disabled,
      anon_sym_expired,
      anon_sym_cooling,
      anon_sym_over_quota,
      anon_sym_over_budget,
      anon_sym_overloaded,
      anon_sym_other_provider,
      anon_sym_other_model,
      anon_sym_unknown,
      anon_sym_tried,
  [3111] = 4,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(431), 1,
      anon_sym_COMMA,
    STATE(107), 1,
      aux_sym_expect_repeat1,
    ACTIONS(429), 9,
      anon_sym_RBRACE,
      anon_sym_request,
      anon_sym_given,
      anon_sym_clock,
      anon_sym_wait,
      anon_sym_again,
      sym_next,
      anon_sym_report,
      anon_sym_expect,
  [3132] = 4,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(399), 1,
      anon_sym_COMMA,
    STATE(99), 1,
      aux_sym_expect_repeat1,
    ACTIONS(434), 9,
      anon_sym_RBRACE,
      anon_sym_request,
      anon_sym_given,
      anon_sym_clock,
      anon_sym_wait,
      anon_sym_again,
      sym_next,
      anon_sym_report,
      anon_sym_expect,
  [3153] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(436), 11,
      anon_sym_with,
      anon_sym_RBRACE,
      anon_sym_cool,
      anon_sym_request,
      anon_sym_given,
      anon_sym_clock,
      anon_sym_wait,
      anon_sym_again,
      sym_next,
      anon_sym_report,
      anon_sym_expect,
  [3170] = 4,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(423), 1,
      anon_sym_COMMA,
    STATE(104), 1,
      aux_sym_with_repeat1,
    ACTIONS(438), 9,
      anon_sym_RBRACE,
      anon_sym_request,
      anon_sym_given,
      anon_sym_clock,
      anon_sym_wait,
      anon_sym_again,
      sym_next,
      anon_sym_report,
      anon_sym_expect,
  [3191] = 4,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(442), 1,
      anon_sym_sticky,
    STATE(177), 1,
      sym_strategy,
    ACTIONS(440), 9,
      anon_sym_round_robin,
      anon_sym_weighted_round_robin,
      anon_sym_random,
      anon_sym_weighted_random,
      anon_sym_first_available,
      anon_sym_least_in_flight,
      anon_sym_least_used,
      anon_sym_headroom,
      anon_sym_latency,
  [3212] = 4,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(446), 1,
      anon_sym_COMMA,
    STATE(112), 1,
      aux_sym_with_repeat1,
    ACTIONS(444), 9,
      anon_sym_RBRACE,
      anon_sym_request,
      anon_sym_given,
      anon_sym_clock,
      anon_sym_wait,
      anon_sym_again,
      sym_next,
      anon_sym_report,
      anon_sym_expect,
  [3233] = 4,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(319), 1,
      anon_sym_with,
    STATE(145), 1,
      sym_with,
    ACTIONS(449), 9,
      anon_sym_RBRACE,
      anon_sym_request,
      anon_sym_given,
      anon_sym_clock,
      anon_sym_wait,
      anon_sym_again,
      sym_next,
      anon_sym_report,
      anon_sym_expect,
  [3254] = 4,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(442), 1,
      anon_sym_sticky,
    STATE(176), 1,
      sym_strategy,
    ACTIONS(440), 9,
      anon_sym_round_robin,
      anon_sym_weighted_round_robin,
      anon_sym_random,
      anon_sym_weighted_random,
      anon_sym_first_available,
      anon_sym_least_in_flight,
      anon_sym_least_used,
      anon_sym_headroom,
      anon_sym_latency,
  [3275] = 9,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(253), 1,
      anon_sym_all,
    ACTIONS(255), 1,
      anon_sym_where,
    ACTIONS(259), 1,
      anon_sym_DQUOTE,
    ACTIONS(419), 1,
      anon_sym_limit,
    ACTIONS(451), 1,
      anon_sym_RBRACE,
    STATE(152), 1,
      sym_text,
    STATE(101), 2,
      sym_limit,
      aux_sym__meter_repeat1,
    STATE(212), 3,
      sym__member,
      sym_all_of,
      sym_where,
  [3306] = 4,
    ACTIONS(3), 1,
      sym_comment,
    STATE(222), 1,
      sym_moment,
    STATE(312), 1,
      sym_span,
    ACTIONS(279), 9,
      anon_sym_mon,
      anon_sym_tue,
      anon_sym_wed,
      anon_sym_thu,
      anon_sym_fri,
      anon_sym_sat,
      anon_sym_sun,
      aux_sym_moment_token1,
      aux_sym_moment_token2,
  [3327] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(453), 10,
      anon_sym_RBRACE,
      anon_sym_COMMA,
      anon_sym_request,
      anon_sym_given,
      anon_sym_clock,
      anon_sym_wait,
      anon_sym_again,
      sym_next,
      anon_sym_report,
      anon_sym_expect,
  [3343] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(455), 10,
      anon_sym_RBRACE,
      anon_sym_COMMA,
      anon_sym_request,
      anon_sym_given,
      anon_sym_clock,
      anon_sym_wait,
      anon_sym_again,
      sym_next,
      anon_sym_report,
      anon_sym_expect,
  [3359] = 3,
    ACTIONS(3), 1,
      sym_comment,
    STATE(309), 1,
      sym_moment,
    ACTIONS(279), 9,
      anon_sym_mon,
      anon_sym_tue,
      anon_sym_wed,
      anon_sym_thu,
      anon_sym_fri,
      anon_sym_sat,
      anon_sym_sun,
      aux_sym_moment_token1,
      aux_sym_moment_token2,
  [3377] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(457), 10,
      anon_sym_RBRACE,
      anon_sym_COMMA,
      anon_sym_request,
      anon_sym_given,
      anon_sym_clock,
      anon_sym_wait,
      anon_sym_again,
      sym_next,
      anon_sym_report,
      anon_sym_expect,
  [3393] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(459), 10,
      anon_sym_RBRACE,
      anon_sym_COMMA,
      anon_sym_request,
      anon_sym_given,
      anon_sym_clock,
      anon_sym_wait,
      anon_sym_again,
      sym_next,
      anon_sym_report,
      anon_sym_expect,
  [3409] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(461), 1,
      anon_sym_LBRACK,
    ACTIONS(15), 9,
      anon_sym_RBRACE,
      anon_sym_COMMA,
      anon_sym_from,
      anon_sym_else,
      anon_sym_by,
      anon_sym_under,
      anon_sym_waiting,
      anon_sym_retry,
      anon_sym_tag,
  [3427] = 3,
    ACTIONS(3), 1,
      sym_comment,
    STATE(259), 1,
      sym_moment,
    ACTIONS(279), 9,
      anon_sym_mon,
      anon_sym_tue,
      anon_sym_wed,
      anon_sym_thu,
      anon_sym_fri,
      anon_sym_sat,
      anon_sym_sun,
      aux_sym_moment_token1,
      aux_sym_moment_token2,
  [3445] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(463), 10,
      anon_sym_RBRACE,
      anon_sym_COMMA,
      anon_sym_request,
      anon_sym_given,
      anon_sym_clock,
      anon_sym_wait,
      anon_sym_again,
      sym_next,
      anon_sym_report,
      anon_sym_expect,
  [3461] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(465), 10,
      anon_sym_RBRACE,
      anon_sym_COMMA,
      anon_sym_request,
      anon_sym_given,
      anon_sym_clock,
      anon_sym_wait,
      anon_sym_again,
      sym_next,
      anon_sym_report,
      anon_sym_expect,
  [3477] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(429), 10,
      anon_sym_RBRACE,
      anon_sym_COMMA,
      anon_sym_request,
      anon_sym_given,
      anon_sym_clock,
      anon_sym_wait,
      anon_sym_again,
      sym_next,
      anon_sym_report,
      anon_sym_expect,
  [3493] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(444), 10,
      anon_sym_RBRACE,
      anon_sym_COMMA,
      anon_sym_request,
      anon_sym_given,
      anon_sym_clock,
      anon_sym_wait,
      anon_sym_again,
      sym_next,
      anon_sym_report,
      anon_sym_expect,
  [3509] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(467), 10,
      anon_sym_RBRACE,
      anon_sym_COMMA,
      anon_sym_request,
      anon_sym_given,
      anon_sym_clock,
      anon_sym_wait,
      anon_sym_again,
      sym_next,
      anon_sym_report,
      anon_sym_expect,
  [3525] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(469), 10,
      anon_sym_RBRACE,
      anon_sym_COMMA,
      anon_sym_request,
      anon_sym_given,
      anon_sym_clock,
      anon_sym_wait,
      anon_sym_again,
      sym_next,
      anon_sym_report,
      anon_sym_expect,
  [3541] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(471), 10,
      anon_sym_with,
      anon_sym_RBRACE,
      anon_sym_request,
      anon_sym_given,
      anon_sym_clock,
      anon_sym_wait,
      anon_sym_again,
      sym_next,
      anon_sym_report,
      anon_sym_expect,
  [3557] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(373), 10,
      anon_sym_RBRACE,
      anon_sym_COMMA,
      anon_sym_request,
      anon_sym_given,
      anon_sym_clock,
      anon_sym_wait,
      anon_sym_again,
      sym_next,
      anon_sym_report,
      anon_sym_expect,
  [3573] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(473), 10,
      anon_sym_RBRACE,
      anon_sym_COMMA,
      anon_sym_request,
      anon_sym_given,
      anon_sym_clock,
      anon_sym_wait,
      anon_sym_again,
      sym_next,
      anon_sym_report,
      anon_sym_expect,
  [3589] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(475), 10,
      anon_sym_RBRACE,
      anon_sym_COMMA,
      anon_sym_request,
      anon_sym_given,
      anon_sym_clock,
      anon_sym_wait,
      anon_sym_again,
      sym_next,
      anon_sym_report,
      anon_sym_expect,
  [3605] = 7,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(477), 1,
      anon_sym_RBRACE,
    ACTIONS(479), 1,
      anon_sym_else,
    ACTIONS(481), 1,
      anon_sym_retry,
    ACTIONS(483), 1,
      anon_sym_tag,
    STATE(143), 2,
      sym_else,
      aux_sym__chain_repeat1,
    STATE(195), 3,
      sym_retry,
      sym_tag,
      aux_sym__chain_repeat2,
  [3630] = 4,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(487), 1,
      sym_integer,
    STATE(364), 1,
      sym_outcome,
    ACTIONS(485), 7,
      anon_sym_ok,
      anon_sym_rate_limited,
      anon_sym_unauthorized,
      anon_sym_out_of_credit,
      anon_sym_timed_out,
      anon_sym_server_error,
      anon_sym_caller_error,
  [3649] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(489), 9,
      anon_sym_RBRACE,
      anon_sym_request,
      anon_sym_given,
      anon_sym_clock,
      anon_sym_wait,
      anon_sym_again,
      sym_next,
      anon_sym_report,
      anon_sym_expect,
  [3664] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(393), 9,
      anon_sym_RBRACE,
      anon_sym_request,
      anon_sym_given,
      anon_sym_clock,
      anon_sym_wait,
      anon_sym_again,
      sym_next,
      anon_sym_report,
      anon_sym_expect,
  [3679] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(491), 9,
      anon_sym_RBRACE,
      anon_sym_request,
      anon_sym_given,
      anon_sym_clock,
      anon_sym_wait,
      anon_sym_again,
      sym_next,
      anon_sym_report,
      anon_sym_expect,
  [3694] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(493), 9,
      anon_sym_RBRACE,
      anon_sym_request,
      anon_sym_given,
      anon_sym_clock,
      anon_sym_wait,
      anon_sym_again,
      sym_next,
      anon_sym_report,
      anon_sym_expect,
  [3709] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(495), 9,
      anon_sym_RBRACE,
      anon_sym_request,
      anon_sym_given,
      anon_sym_clock,
      anon_sym_wait,
      anon_sym_again,
      sym_next,
      anon_sym_report,
      anon_sym_expect,
  [3724] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(497), 9,
      anon_sym_RBRACE,
      anon_sym_COMMA,
      anon_sym_from,
      anon_sym_else,
      anon_sym_by,
      anon_sym_under,
      anon_sym_waiting,
      anon_sym_retry,
      anon_sym_tag,
  [3739] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(499), 9,
      anon_sym_RBRACE,
      anon_sym_request,
      anon_sym_given,
      anon_sym_clock,
      anon_sym_wait,
      anon_sym_again,
      sym_next,
      anon_sym_report,
      anon_sym_expect,
  [3754] = 7,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(479), 1,
      anon_sym_else,
    ACTIONS(481), 1,
      anon_sym_retry,
    ACTIONS(483), 1,
      anon_sym_tag,
    ACTIONS(501), 1,
      anon_sym_RBRACE,
    STATE(179), 2,
      sym_else,
      aux_sym__chain_repeat1,
    STATE(181), 3,
      sym_retry,
      sym_tag,
      aux_sym__chain_repeat2,
  [3779] = 6,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(503), 1,
      anon_sym_not,
    ACTIONS(505), 1,
      anon_sym_in,
    STATE(119), 1,
      sym_compare,
    ACTIONS(35), 2,
      anon_sym_LT,
      anon_sym_GT,
    ACTIONS(21), 4,
      anon_sym_EQ_EQ,
      anon_sym_BANG_EQ,
      anon_sym_LT_EQ,
      anon_sym_GT_EQ,
  [3802] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(507), 9,
      anon_sym_RBRACE,
      anon_sym_request,
      anon_sym_given,
      anon_sym_clock,
      anon_sym_wait,
      anon_sym_again,
      sym_next,
      anon_sym_report,
      anon_sym_expect,
  [3817] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(509), 9,
      anon_sym_RBRACE,
      anon_sym_request,
      anon_sym_given,
      anon_sym_clock,
      anon_sym_wait,
      anon_sym_again,
      sym_next,
      anon_sym_report,
      anon_sym_expect,
  [3832] = 6,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(513), 1,
      anon_sym_under,
    ACTIONS(515), 1,
      anon_sym_waiting,
    STATE(171), 1,
      sym_under,
    STATE(221), 1,
      sym_waiting,
    ACTIONS(511), 4,
      anon_sym_RBRACE,
      anon_sym_else,
      anon_sym_retry,
      anon_sym_tag,
  [3854] = 5,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(519), 1,
      anon_sym_enum,
    STATE(161), 1,
      sym_type,
    ACTIONS(521), 2,
      anon_sym_list,
      anon_sym_map,
    ACTIONS(517), 4,
      anon_sym_string,
      anon_sym_int,
      anon_sym_bool,
      anon_sym_timestamp,
  [3874] = 3,
    ACTIONS(3), 1,
      sym_comment,
    STATE(100), 1,
      sym_outcome,
    ACTIONS(485), 7,
      anon_sym_ok,
      anon_sym_rate_limited,
      anon_sym_unauthorized,
      anon_sym_out_of_credit,
      anon_sym_timed_out,
      anon_sym_server_error,
      anon_sym_caller_error,
  [3890] = 6,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(513), 1,
      anon_sym_under,
    ACTIONS(515), 1,
      anon_sym_waiting,
    STATE(201), 1,
      sym_under,
    STATE(217), 1,
      sym_waiting,
    ACTIONS(523), 4,
      anon_sym_RBRACE,
      anon_sym_else,
      anon_sym_retry,
      anon_sym_tag,
  [3912] = 4,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(527), 1,
      anon_sym_weight,
    STATE(185), 1,
      sym_weight,
    ACTIONS(525), 6,
      anon_sym_RBRACE,
      sym_then,
      anon_sym_all,
      anon_sym_where,
      anon_sym_after,
      anon_sym_DQUOTE,
  [3930] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(529), 8,
      anon_sym_RBRACE,
      sym_then,
      anon_sym_weight,
      anon_sym_all,
      anon_sym_where,
      anon_sym_after,
      anon_sym_limit,
      anon_sym_DQUOTE,
  [3944] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(531), 8,
      anon_sym_RBRACE,
      sym_then,
      anon_sym_weight,
      anon_sym_all,
      anon_sym_where,
      anon_sym_after,
      anon_sym_limit,
      anon_sym_DQUOTE,
  [3958] = 3,
    ACTIONS(3), 1,
      sym_comment,
    STATE(403), 1,
      sym_outcome,
    ACTIONS(485), 7,
      anon_sym_ok,
      anon_sym_rate_limited,
      anon_sym_unauthorized,
      anon_sym_out_of_credit,
      anon_sym_timed_out,
      anon_sym_server_error,
      anon_sym_caller_error,
  [3974] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(533), 8,
      anon_sym_RBRACE,
      sym_then,
      anon_sym_weight,
      anon_sym_all,
      anon_sym_where,
      anon_sym_after,
      anon_sym_limit,
      anon_sym_DQUOTE,
  [3988] = 6,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(535), 1,
      anon_sym_use,
    ACTIONS(537), 1,
      anon_sym_deny,
    ACTIONS(539), 1,
      anon_sym_leave,
    STATE(381), 1,
      sym__chain,
    STATE(134), 3,
      sym_use,
      sym_deny,
      sym_leave,
  [4009] = 4,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(543), 1,
      anon_sym_at,
    STATE(211), 1,
      sym_zone,
    ACTIONS(541), 5,
      anon_sym_RBRACE,
      anon_sym_all,
      anon_sym_where,
      anon_sym_limit,
      anon_sym_DQUOTE,
  [4026] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(547), 1,
      anon_sym_from,
    ACTIONS(545), 6,
      anon_sym_RBRACE,
      anon_sym_else,
      anon_sym_under,
      anon_sym_waiting,
      anon_sym_retry,
      anon_sym_tag,
  [4041] = 4,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(551), 1,
      anon_sym_COMMA,
    STATE(159), 1,
      aux_sym_under_repeat1,
    ACTIONS(549), 5,
      anon_sym_RBRACE,
      anon_sym_else,
      anon_sym_waiting,
      anon_sym_retry,
      anon_sym_tag,
  [4058] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(556), 1,
      anon_sym_up,
    ACTIONS(554), 6,
      anon_sym_RBRACE,
      sym_then,
      anon_sym_all,
      anon_sym_where,
      anon_sym_after,
      anon_sym_DQUOTE,
  [4073] = 7,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(558), 1,
      sym_identifier,
    ACTIONS(562), 1,
      anon_sym_optional,
    ACTIONS(564), 1,
      anon_sym_untrusted,
    ACTIONS(566), 1,
      anon_sym_DQUOTE,
    STATE(248), 1,
      sym_text,
    ACTIONS(560), 2,
      anon_sym_RBRACE,
      sym_path,
  [4096] = 7,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(539), 1,
      anon_sym_leave,
    ACTIONS(568), 1,
      anon_sym_when,
    ACTIONS(570), 1,
      anon_sym_use,
    ACTIONS(572), 1,
      anon_sym_deny,
    STATE(210), 1,
      sym_when,
    STATE(398), 2,
      sym_leave,
      sym_spend,
  [4119] = 4,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(576), 1,
      anon_sym_COMMA,
    STATE(167), 1,
      aux_sym_under_repeat1,
    ACTIONS(574), 5,
      anon_sym_RBRACE,
      anon_sym_else,
      anon_sym_waiting,
      anon_sym_retry,
      anon_sym_tag,
  [4136] = 5,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(259), 1,
      anon_sym_DQUOTE,
    ACTIONS(578), 1,
      sym_identifier,
    ACTIONS(580), 1,
      sym_path,
    STATE(232), 4,
      sym__value,
      sym_lookup,
      sym__path,
      sym_text,
  [4155] = 5,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(259), 1,
      anon_sym_DQUOTE,
    ACTIONS(578), 1,
      sym_identifier,
    ACTIONS(582), 1,
      sym_path,
    STATE(365), 4,
      sym__value,
      sym_lookup,
      sym__path,
      sym_text,
  [4174] = 6,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(535), 1,
      anon_sym_use,
    ACTIONS(537), 1,
      anon_sym_deny,
    ACTIONS(539), 1,
      anon_sym_leave,
    STATE(409), 1,
      sym__chain,
    STATE(134), 3,
      sym_use,
      sym_deny,
      sym_leave,
  [4195] = 4,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(576), 1,
      anon_sym_COMMA,
    STATE(159), 1,
      aux_sym_under_repeat1,
    ACTIONS(584), 5,
      anon_sym_RBRACE,
      anon_sym_else,
      anon_sym_waiting,
      anon_sym_retry,
      anon_sym_tag,
  [4212] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(588), 1,
      anon_sym_up,
    ACTIONS(586), 6,
      anon_sym_RBRACE,
      sym_then,
      anon_sym_all,
      anon_sym_where,
      anon_sym_after,
      anon_sym_DQUOTE,
  [4227] = 5,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(259), 1,
      anon_sym_DQUOTE,
    ACTIONS(578), 1,
      sym_identifier,
    ACTIONS(590), 1,
      sym_path,
    STATE(158), 4,
      sym__value,
      sym_lookup,
      sym__path,
      sym_text,
  [4246] = 3,
    ACTIONS(3), 1,
      sym_comment,
    STATE(157), 1,
      sym_period,
    ACTIONS(592), 5,
      anon_sym_second,
      anon_sym_minute,
      anon_sym_hour,
      anon_sym_day,
      anon_sym_month,
  [4260] = 4,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(515), 1,
      anon_sym_waiting,
    STATE(234), 1,
      sym_waiting,
    ACTIONS(594), 4,
      anon_sym_RBRACE,
      anon_sym_else,
      anon_sym_retry,
      anon_sym_tag,
  [4276] = 6,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(160), 1,
      sym_identifier,
    ACTIONS(596), 1,
      anon_sym_RBRACE,
    ACTIONS(598), 1,
      sym_path,
    STATE(370), 1,
      sym__path,
    STATE(191), 2,
      sym_attribute,
      aux_sym_attributes_repeat1,
  [4296] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(600), 3,
      anon_sym_optional,
      anon_sym_untrusted,
      sym_identifier,
    ACTIONS(602), 3,
      anon_sym_RBRACE,
      sym_path,
      anon_sym_DQUOTE,
  [4310] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(604), 6,
      anon_sym_RBRACE,
      anon_sym_else,
      anon_sym_under,
      anon_sym_waiting,
      anon_sym_retry,
      anon_sym_tag,
  [4322] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(606), 6,
      anon_sym_RBRACE,
      anon_sym_else,
      anon_sym_under,
      anon_sym_waiting,
      anon_sym_retry,
      anon_sym_tag,
  [4334] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(608), 6,
      anon_sym_RBRACE,
      anon_sym_else,
      anon_sym_under,
      anon_sym_waiting,
      anon_sym_retry,
      anon_sym_tag,
  [4346] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(610), 6,
      anon_sym_RBRACE,
      anon_sym_else,
      anon_sym_under,
      anon_sym_waiting,
      anon_sym_retry,
      anon_sym_tag,
  [4358] = 6,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(160), 1,
      sym_identifier,
    ACTIONS(598), 1,
      sym_path,
    ACTIONS(612), 1,
      anon_sym_RBRACE,
    STATE(370), 1,
      sym__path,
    STATE(172), 2,
      sym_attribute,
      aux_sym_attributes_repeat1,
  [4378] = 4,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(616), 1,
      anon_sym_else,
    STATE(179), 2,
      sym_else,
      aux_sym__chain_repeat1,
    ACTIONS(614), 3,
      anon_sym_RBRACE,
      anon_sym_retry,
      anon_sym_tag,
  [4394] = 5,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(162), 1,
      anon_sym_LBRACK,
    ACTIONS(619), 1,
      sym_identifier,
    ACTIONS(621), 1,
      sym_percent,
    STATE(25), 3,
      sym_texts,
      sym_integers,
      sym_share,
  [4412] = 5,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(481), 1,
      anon_sym_retry,
    ACTIONS(483), 1,
      anon_sym_tag,
    ACTIONS(623), 1,
      anon_sym_RBRACE,
    STATE(183), 3,
      sym_retry,
      sym_tag,
      aux_sym__chain_repeat2,
  [4430] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(625), 3,
      anon_sym_optional,
      anon_sym_untrusted,
      sym_identifier,
    ACTIONS(627), 3,
      anon_sym_RBRACE,
      sym_path,
      anon_sym_DQUOTE,
  [4444] = 5,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(629), 1,
      anon_sym_RBRACE,
    ACTIONS(631), 1,
      anon_sym_retry,
    ACTIONS(634), 1,
      anon_sym_tag,
    STATE(183), 3,
      sym_retry,
      sym_tag,
      aux_sym__chain_repeat2,
  [4462] = 5,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(535), 1,
      anon_sym_use,
    ACTIONS(537), 1,
      anon_sym_deny,
    ACTIONS(539), 1,
      anon_sym_leave,
    STATE(225), 3,
      sym_use,
      sym_deny,
      sym_leave,
  [4480] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(637), 6,
      anon_sym_RBRACE,
      sym_then,
      anon_sym_all,
      anon_sym_where,
      anon_sym_after,
      anon_sym_DQUOTE,
  [4492] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(639), 6,
      anon_sym_RBRACE,
      anon_sym_all,
      anon_sym_where,
      anon_sym_limit,
      anon_sym_at,
      anon_sym_DQUOTE,
  [4504] = 5,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(641), 1,
      anon_sym_usd,
    STATE(238), 1,
      sym_unit,
    ACTIONS(643), 2,
      anon_sym_requests,
      anon_sym_tokens,
    ACTIONS(645), 2,
      anon_sym_request,
      anon_sym_token,
  [4522] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(647), 6,
      anon_sym_RBRACE,
      anon_sym_else,
      anon_sym_under,
      anon_sym_waiting,
      anon_sym_retry,
      anon_sym_tag,
  [4534] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(549), 6,
      anon_sym_RBRACE,
      anon_sym_COMMA,
      anon_sym_else,
      anon_sym_waiting,
      anon_sym_retry,
      anon_sym_tag,
  [4546] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(649), 6,
      anon_sym_RBRACE,
      sym_then,
      anon_sym_all,
      anon_sym_where,
      anon_sym_after,
      anon_sym_DQUOTE,
  [4558] = 6,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(651), 1,
      sym_identifier,
    ACTIONS(654), 1,
      anon_sym_RBRACE,
    ACTIONS(656), 1,
      sym_path,
    STATE(370), 1,
      sym__path,
    STATE(191), 2,
      sym_attribute,
      aux_sym_attributes_repeat1,
  [4578] = 5,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(162), 1,
      anon_sym_LBRACK,
    ACTIONS(621), 1,
      sym_percent,
    ACTIONS(659), 1,
      sym_identifier,
    STATE(22), 3,
      sym_texts,
      sym_integers,
      sym_share,
  [4596] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(661), 3,
      anon_sym_optional,
      anon_sym_untrusted,
      sym_identifier,
    ACTIONS(663), 3,
      anon_sym_RBRACE,
      sym_path,
      anon_sym_DQUOTE,
  [4610] = 6,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(566), 1,
      anon_sym_DQUOTE,
    ACTIONS(665), 1,
      sym_identifier,
    ACTIONS(669), 1,
      anon_sym_untrusted,
    STATE(257), 1,
      sym_text,
    ACTIONS(667), 2,
      anon_sym_RBRACE,
      sym_path,
  [4630] = 5,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(481), 1,
      anon_sym_retry,
    ACTIONS(483), 1,
      anon_sym_tag,
    ACTIONS(501), 1,
      anon_sym_RBRACE,
    STATE(183), 3,
      sym_retry,
      sym_tag,
      aux_sym__chain_repeat2,
  [4648] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(671), 6,
      anon_sym_RBRACE,
      sym_then,
      anon_sym_all,
      anon_sym_where,
      anon_sym_after,
      anon_sym_DQUOTE,
  [4660] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(673), 6,
      anon_sym_RBRACE,
      sym_then,
      anon_sym_all,
      anon_sym_where,
      anon_sym_after,
      anon_sym_DQUOTE,
  [4672] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(37), 3,
      anon_sym_RBRACE,
      sym_path,
      anon_sym_DQUOTE,
    ACTIONS(675), 3,
      anon_sym_optional,
      anon_sym_untrusted,
      sym_identifier,
  [4686] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(39), 3,
      anon_sym_RBRACE,
      sym_path,
      anon_sym_DQUOTE,
    ACTIONS(677), 3,
      anon_sym_optional,
      anon_sym_untrusted,
      sym_identifier,
  [4700] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(41), 3,
      anon_sym_RBRACE,
      sym_path,
      anon_sym_DQUOTE,
    ACTIONS(679), 3,
      anon_sym_optional,
      anon_sym_untrusted,
      sym_identifier,
  [4714] = 4,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(515), 1,
      anon_sym_waiting,
    STATE(219), 1,
      sym_waiting,
    ACTIONS(681), 4,
      anon_sym_RBRACE,
      anon_sym_else,
      anon_sym_retry,
      anon_sym_tag,
  [4730] = 4,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(685), 1,
      anon_sym_COMMA,
    STATE(203), 1,
      aux_sym_tag_repeat1,
    ACTIONS(683), 3,
      anon_sym_RBRACE,
      anon_sym_retry,
      anon_sym_tag,
  [4745] = 4,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(689), 1,
      anon_sym_COMMA,
    STATE(203), 1,
      aux_sym_tag_repeat1,
    ACTIONS(687), 3,
      anon_sym_RBRACE,
      anon_sym_retry,
      anon_sym_tag,
  [4760] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(692), 5,
      anon_sym_RBRACE,
      anon_sym_all,
      anon_sym_where,
      anon_sym_limit,
      anon_sym_DQUOTE,
  [4771] = 4,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(685), 1,
      anon_sym_COMMA,
    STATE(202), 1,
      aux_sym_tag_repeat1,
    ACTIONS(694), 3,
      anon_sym_RBRACE,
      anon_sym_retry,
      anon_sym_tag,
  [4786] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(696), 5,
      anon_sym_RBRACE,
      anon_sym_all,
      anon_sym_where,
      anon_sym_limit,
      anon_sym_DQUOTE,
  [4797] = 5,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(259), 1,
      anon_sym_DQUOTE,
    ACTIONS(698), 1,
      anon_sym_RBRACE,
    STATE(366), 1,
      sym_text,
    STATE(213), 2,
      sym_entry,
      aux_sym_table_repeat1,
  [4814] = 5,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(259), 1,
      anon_sym_DQUOTE,
    ACTIONS(700), 1,
      anon_sym_RBRACE,
    STATE(366), 1,
      sym_text,
    STATE(207), 2,
      sym_entry,
      aux_sym_table_repeat1,
  [4831] = 5,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(566), 1,
      anon_sym_DQUOTE,
    ACTIONS(665), 1,
      sym_identifier,
    STATE(257), 1,
      sym_text,
    ACTIONS(667), 2,
      anon_sym_RBRACE,
      sym_path,
  [4848] = 5,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(539), 1,
      anon_sym_leave,
    ACTIONS(570), 1,
      anon_sym_use,
    ACTIONS(702), 1,
      anon_sym_deny,
    STATE(408), 2,
      sym_leave,
      sym_spend,
  [4865] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(704), 5,
      anon_sym_RBRACE,
      anon_sym_all,
      anon_sym_where,
      anon_sym_limit,
      anon_sym_DQUOTE,
  [4876] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(706), 5,
      anon_sym_RBRACE,
      anon_sym_all,
      anon_sym_where,
      anon_sym_limit,
      anon_sym_DQUOTE,
  [4887] = 5,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(708), 1,
      anon_sym_RBRACE,
    ACTIONS(710), 1,
      anon_sym_DQUOTE,
    STATE(366), 1,
      sym_text,
    STATE(213), 2,
      sym_entry,
      aux_sym_table_repeat1,
  [4904] = 5,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(566), 1,
      anon_sym_DQUOTE,
    ACTIONS(713), 1,
      sym_identifier,
    STATE(266), 1,
      sym_text,
    ACTIONS(715), 2,
      anon_sym_RBRACE,
      sym_path,
  [4921] = 5,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(160), 1,
      sym_identifier,
    ACTIONS(168), 1,
      anon_sym_LPAREN,
    ACTIONS(717), 1,
      sym_path,
    STATE(14), 2,
      sym_group,
      sym__path,
  [4938] = 4,
    ACTIONS(719), 1,
      sym_comment,
    ACTIONS(724), 1,
      anon_sym_DQUOTE2,
    STATE(216), 1,
      aux_sym_text_repeat1,
    ACTIONS(721), 2,
      aux_sym_text_token1,
      sym_escape,
  [4952] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(681), 4,
      anon_sym_RBRACE,
      anon_sym_else,
      anon_sym_retry,
      anon_sym_tag,
  [4962] = 5,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(160), 1,
      sym_identifier,
    ACTIONS(726), 1,
      sym_path,
    STATE(127), 1,
      sym_set,
    STATE(399), 1,
      sym__path,
  [4978] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(728), 4,
      anon_sym_RBRACE,
      anon_sym_else,
      anon_sym_retry,
      anon_sym_tag,
  [4988] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(730), 4,
      anon_sym_RBRACE,
      anon_sym_else,
      anon_sym_retry,
      anon_sym_tag,
  [4998] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(594), 4,
      anon_sym_RBRACE,
      anon_sym_else,
      anon_sym_retry,
      anon_sym_tag,
  [5008] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(734), 1,
      anon_sym_DOT_DOT,
    ACTIONS(732), 3,
      anon_sym_COMMA,
      anon_sym_RBRACK,
      anon_sym_at,
  [5020] = 5,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(259), 1,
      anon_sym_DQUOTE,
    ACTIONS(736), 1,
      sym_integer,
    ACTIONS(738), 1,
      sym_timestamp,
    STATE(22), 1,
      sym_text,
  [5036] = 4,
    ACTIONS(719), 1,
      sym_comment,
    ACTIONS(742), 1,
      anon_sym_DQUOTE2,
    STATE(226), 1,
      aux_sym_text_repeat1,
    ACTIONS(740), 2,
      aux_sym_text_token1,
      sym_escape,
  [5050] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(744), 4,
      anon_sym_RBRACE,
      anon_sym_else,
      anon_sym_retry,
      anon_sym_tag,
  [5060] = 4,
    ACTIONS(719), 1,
      sym_comment,
    ACTIONS(748), 1,
      anon_sym_DQUOTE2,
    STATE(216), 1,
      aux_sym_text_repeat1,
    ACTIONS(746), 2,
      aux_sym_text_token1,
      sym_escape,
  [5074] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(750), 4,
      anon_sym_COMMA,
      anon_sym_RBRACK,
      anon_sym_at,
      anon_sym_DOT_DOT,
  [5084] = 5,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(160), 1,
      sym_identifier,
    ACTIONS(752), 1,
      anon_sym_credential,
    ACTIONS(754), 1,
      sym_path,
    STATE(323), 1,
      sym__path,
  [5100] = 5,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(756), 1,
      sym_identifier,
    ACTIONS(758), 1,
      anon_sym_credential,
    STATE(147), 1,
      sym__use_credential,
    STATE(150), 1,
      sym__use_pool,
  [5116] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(687), 4,
      anon_sym_RBRACE,
      anon_sym_COMMA,
      anon_sym_retry,
      anon_sym_tag,
  [5126] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(760), 4,
      anon_sym_RBRACE,
      anon_sym_else,
      anon_sym_retry,
      anon_sym_tag,
  [5136] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(762), 4,
      anon_sym_RBRACE,
      anon_sym_COMMA,
      anon_sym_retry,
      anon_sym_tag,
  [5146] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(764), 4,
      anon_sym_RBRACE,
      anon_sym_else,
      anon_sym_retry,
      anon_sym_tag,
  [5156] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(766), 4,
      anon_sym_RBRACE,
      anon_sym_else,
      anon_sym_retry,
      anon_sym_tag,
  [5166] = 5,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(160), 1,
      sym_identifier,
    ACTIONS(726), 1,
      sym_path,
    STATE(110), 1,
      sym_set,
    STATE(399), 1,
      sym__path,
  [5182] = 4,
    ACTIONS(719), 1,
      sym_comment,
    ACTIONS(770), 1,
      anon_sym_DQUOTE2,
    STATE(237), 1,
      aux_sym_text_repeat1,
    ACTIONS(768), 2,
      aux_sym_text_token1,
      sym_escape,
  [5196] = 4,
    ACTIONS(719), 1,
      sym_comment,
    ACTIONS(772), 1,
      anon_sym_DQUOTE2,
    STATE(216), 1,
      aux_sym_text_repeat1,
    ACTIONS(746), 2,
      aux_sym_text_token1,
      sym_escape,
  [5210] = 4,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(774), 1,
      anon_sym_at,
    ACTIONS(776), 1,
      anon_sym_per,
    STATE(206), 1,
      sym__per,
  [5223] = 4,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(778), 1,
      anon_sym_LBRACE,
    ACTIONS(780), 1,
      anon_sym_COMMA,
    STATE(239), 1,
      aux_sym_pool_repeat1,
  [5236] = 4,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(783), 1,
      sym_integer,
    ACTIONS(785), 1,
      sym_decimal,
    STATE(410), 1,
      sym__money,
  [5249] = 4,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(160), 1,
      sym_identifier,
    ACTIONS(787), 1,
      sym_path,
    STATE(386), 1,
      sym__path,
  [5262] = 4,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(789), 1,
      anon_sym_LBRACE,
    ACTIONS(791), 1,
      anon_sym_COMMA,
    STATE(239), 1,
      aux_sym_pool_repeat1,
  [5275] = 4,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(793), 1,
      anon_sym_where,
    ACTIONS(795), 1,
      anon_sym_by,
    STATE(347), 1,
      sym_narrow,
  [5288] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(797), 3,
      anon_sym_use,
      anon_sym_deny,
      anon_sym_leave,
  [5297] = 4,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(799), 1,
      anon_sym_LBRACE,
    ACTIONS(801), 1,
      anon_sym_from,
    STATE(52), 1,
      sym_table_file,
  [5310] = 4,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(160), 1,
      sym_identifier,
    ACTIONS(803), 1,
      sym_path,
    STATE(343), 1,
      sym__path,
  [5323] = 4,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(805), 1,
      anon_sym_LBRACE,
    ACTIONS(807), 1,
      anon_sym_for,
    STATE(58), 1,
      sym__meter,
  [5336] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(809), 1,
      sym_identifier,
    ACTIONS(811), 2,
      anon_sym_RBRACE,
      sym_path,
  [5347] = 4,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(813), 1,
      anon_sym_COMMA,
    ACTIONS(816), 1,
      anon_sym_RBRACK,
    STATE(249), 1,
      aux_sym_integers_repeat1,
  [5360] = 4,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(805), 1,
      anon_sym_LBRACE,
    ACTIONS(818), 1,
      anon_sym_for,
    STATE(61), 1,
      sym__meter,
  [5373] = 4,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(259), 1,
      anon_sym_DQUOTE,
    ACTIONS(820), 1,
      anon_sym_RBRACK,
    STATE(282), 1,
      sym_text,
  [5386] = 4,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(822), 1,
      anon_sym_COMMA,
    ACTIONS(825), 1,
      anon_sym_RBRACK,
    STATE(252), 1,
      aux_sym_texts_repeat1,
  [5399] = 4,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(827), 1,
      anon_sym_COMMA,
    ACTIONS(829), 1,
      anon_sym_RBRACK,
    STATE(258), 1,
      aux_sym__moments_repeat1,
  [5412] = 4,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(791), 1,
      anon_sym_COMMA,
    ACTIONS(831), 1,
      anon_sym_LBRACE,
    STATE(242), 1,
      aux_sym_pool_repeat1,
  [5425] = 4,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(259), 1,
      anon_sym_DQUOTE,
    ACTIONS(833), 1,
      sym_integer,
    STATE(261), 1,
      sym_text,
  [5438] = 4,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(259), 1,
      anon_sym_DQUOTE,
    ACTIONS(835), 1,
      anon_sym_in,
    STATE(120), 1,
      sym_text,
  [5451] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(837), 1,
      sym_identifier,
    ACTIONS(839), 2,
      anon_sym_RBRACE,
      sym_path,
  [5462] = 4,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(383), 1,
      anon_sym_RBRACK,
    ACTIONS(841), 1,
      anon_sym_COMMA,
    STATE(267), 1,
      aux_sym__moments_repeat1,
  [5475] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(843), 3,
      anon_sym_COMMA,
      anon_sym_RBRACK,
      anon_sym_at,
  [5484] = 4,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(845), 1,
      anon_sym_COMMA,
    ACTIONS(847), 1,
      anon_sym_RBRACK,
    STATE(262), 1,
      aux_sym_integers_repeat1,
  [5497] = 4,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(849), 1,
      anon_sym_COMMA,
    ACTIONS(851), 1,
      anon_sym_RBRACK,
    STATE(265), 1,
      aux_sym_texts_repeat1,
  [5510] = 4,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(853), 1,
      anon_sym_COMMA,
    ACTIONS(855), 1,
      anon_sym_RBRACK,
    STATE(249), 1,
      aux_sym_integers_repeat1,
  [5523] = 4,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(259), 1,
      anon_sym_DQUOTE,
    ACTIONS(857), 1,
      anon_sym_RBRACK,
    STATE(282), 1,
      sym_text,
  [5536] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(859), 3,
      anon_sym_RBRACE,
      anon_sym_retry,
      anon_sym_tag,
  [5545] = 4,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(857), 1,
      anon_sym_RBRACK,
    ACTIONS(861), 1,
      anon_sym_COMMA,
    STATE(252), 1,
      aux_sym_texts_repeat1,
  [5558] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(863), 1,
      sym_identifier,
    ACTIONS(865), 2,
      anon_sym_RBRACE,
      sym_path,
  [5569] = 4,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(867), 1,
      anon_sym_COMMA,
    ACTIONS(870), 1,
      anon_sym_RBRACK,
    STATE(267), 1,
      aux_sym__moments_repeat1,
  [5582] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(9), 1,
      sym_identifier,
    ACTIONS(7), 2,
      anon_sym_RBRACE,
      sym_path,
  [5593] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(13), 1,
      sym_identifier,
    ACTIONS(11), 2,
      anon_sym_RBRACE,
      sym_path,
  [5604] = 4,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(872), 1,
      anon_sym_COMMA,
    ACTIONS(874), 1,
      anon_sym_RBRACK,
    STATE(272), 1,
      aux_sym_texts_repeat1,
  [5617] = 4,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(259), 1,
      anon_sym_DQUOTE,
    ACTIONS(876), 1,
      anon_sym_RBRACK,
    STATE(282), 1,
      sym_text,
  [5630] = 4,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(876), 1,
      anon_sym_RBRACK,
    ACTIONS(878), 1,
      anon_sym_COMMA,
    STATE(252), 1,
      aux_sym_texts_repeat1,
  [5643] = 4,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(259), 1,
      anon_sym_DQUOTE,
    ACTIONS(880), 1,
      anon_sym_RBRACK,
    STATE(282), 1,
      sym_text,
  [5656] = 4,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(160), 1,
      sym_identifier,
    ACTIONS(882), 1,
      sym_path,
    STATE(188), 1,
      sym__path,
  [5669] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(259), 1,
      anon_sym_DQUOTE,
    STATE(74), 1,
      sym_text,
  [5679] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(884), 1,
      anon_sym_LBRACE,
    ACTIONS(886), 1,
      anon_sym_of,
  [5689] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(259), 1,
      anon_sym_DQUOTE,
    STATE(125), 1,
      sym_text,
  [5699] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(888), 2,
      anon_sym_LBRACE,
      anon_sym_COMMA,
  [5707] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(259), 1,
      anon_sym_DQUOTE,
    STATE(270), 1,
      sym_text,
  [5717] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(816), 2,
      anon_sym_COMMA,
      anon_sym_RBRACK,
  [5725] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(890), 1,
      anon_sym_RBRACK,
    ACTIONS(892), 1,
      sym_integer,
  [5735] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(825), 2,
      anon_sym_COMMA,
      anon_sym_RBRACK,
  [5743] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(543), 1,
      anon_sym_at,
    STATE(27), 1,
      sym_zone,
  [5753] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(568), 1,
      anon_sym_when,
    STATE(166), 1,
      sym_when,
  [5763] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(259), 1,
      anon_sym_DQUOTE,
    STATE(21), 1,
      sym_text,
  [5773] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(894), 1,
      sym_identifier,
    STATE(205), 1,
      sym_tag_item,
  [5783] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(259), 1,
      anon_sym_DQUOTE,
    STATE(29), 1,
      sym_text,
  [5793] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(259), 1,
      anon_sym_DQUOTE,
    STATE(84), 1,
      sym_text,
  [5803] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(896), 1,
      anon_sym_times,
    ACTIONS(898), 1,
      anon_sym_time,
  [5813] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(900), 1,
      sym_identifier,
    ACTIONS(902), 1,
      anon_sym_credential,
  [5823] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(259), 1,
      anon_sym_DQUOTE,
    STATE(371), 1,
      sym_text,
  [5833] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(904), 1,
      anon_sym_times,
    ACTIONS(906), 1,
      anon_sym_time,
  [5843] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(259), 1,
      anon_sym_DQUOTE,
    STATE(113), 1,
      sym_text,
  [5853] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(259), 1,
      anon_sym_DQUOTE,
    STATE(92), 1,
      sym_text,
  [5863] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(259), 1,
      anon_sym_DQUOTE,
    STATE(132), 1,
      sym_text,
  [5873] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(224), 1,
      anon_sym_LBRACE,
    STATE(86), 1,
      sym_attributes,
  [5883] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(259), 1,
      anon_sym_DQUOTE,
    STATE(233), 1,
      sym_text,
  [5893] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(908), 1,
      sym_identifier,
    STATE(120), 1,
      sym_want_tag,
  [5903] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(776), 1,
      anon_sym_per,
    STATE(206), 1,
      sym__per,
  [5913] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(259), 1,
      anon_sym_DQUOTE,
    STATE(389), 1,
      sym_text,
  [5923] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(259), 1,
      anon_sym_DQUOTE,
    STATE(278), 1,
      sym_text,
  [5933] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(910), 1,
      anon_sym_on,
    ACTIONS(912), 1,
      anon_sym_DOT_DOT,
  [5943] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(259), 1,
      anon_sym_DQUOTE,
    STATE(401), 1,
      sym_text,
  [5953] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(259), 1,
      anon_sym_DQUOTE,
    STATE(385), 1,
      sym_text,
  [5963] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(914), 1,
      anon_sym_LBRACK,
    STATE(193), 1,
      sym_texts,
  [5973] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(855), 1,
      anon_sym_RBRACK,
    ACTIONS(892), 1,
      sym_integer,
  [5983] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(894), 1,
      sym_identifier,
    STATE(230), 1,
      sym_tag_item,
  [5993] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(259), 1,
      anon_sym_DQUOTE,
    STATE(372), 1,
      sym_text,
  [6003] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(543), 1,
      anon_sym_at,
    STATE(26), 1,
      sym_zone,
  [6013] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(259), 1,
      anon_sym_DQUOTE,
    STATE(254), 1,
      sym_text,
  [6023] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(259), 1,
      anon_sym_DQUOTE,
    STATE(118), 1,
      sym_text,
  [6033] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(870), 2,
      anon_sym_COMMA,
      anon_sym_RBRACK,
  [6041] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(259), 1,
      anon_sym_DQUOTE,
    STATE(40), 1,
      sym_text,
  [6051] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(916), 2,
      anon_sym_at,
      anon_sym_per,
  [6059] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(259), 1,
      anon_sym_DQUOTE,
    STATE(18), 1,
      sym_text,
  [6069] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(738), 1,
      anon_sym_set,
    ACTIONS(918), 1,
      anon_sym_not,
  [6079] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(259), 1,
      anon_sym_DQUOTE,
    STATE(22), 1,
      sym_text,
  [6089] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(259), 1,
      anon_sym_DQUOTE,
    STATE(25), 1,
      sym_text,
  [6099] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(805), 1,
      anon_sym_LBRACE,
    STATE(66), 1,
      sym__meter,
  [6109] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(920), 2,
      anon_sym_RBRACE,
      anon_sym_DQUOTE,
  [6117] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(259), 1,
      anon_sym_DQUOTE,
    STATE(320), 1,
      sym_text,
  [6127] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(805), 1,
      anon_sym_LBRACE,
    STATE(67), 1,
      sym__meter,
  [6137] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(805), 1,
      anon_sym_LBRACE,
    STATE(68), 1,
      sym__meter,
  [6147] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(259), 1,
      anon_sym_DQUOTE,
    STATE(261), 1,
      sym_text,
  [6157] = 3,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(259), 1,
      anon_sym_DQUOTE,
    STATE(282), 1,
      sym_text,
  [6167] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(922), 1,
      sym_duration,
  [6174] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(924), 1,
      sym_identifier,
  [6181] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(926), 1,
      sym_integer,
  [6188] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(928), 1,
      anon_sym_credential,
  [6195] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(930), 1,
      sym_timestamp,
  [6202] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(932), 1,
      anon_sym_once,
  [6209] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(932), 1,
      sym_duration,
  [6216] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(934), 1,
      sym_identifier,
  [6223] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(936), 1,
      sym_identifier,
  [6230] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(938), 1,
      sym_duration,
  [6237] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(940), 1,
      sym_identifier,
  [6244] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(942), 1,
      anon_sym_credential,
  [6251] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(944), 1,
      sym_identifier,
  [6258] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(946), 1,
      anon_sym_on,
  [6265] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(948), 1,
      sym_identifier,
  [6272] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(950), 1,
      anon_sym_EQ,
  [6279] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(952), 1,
      sym_identifier,
  [6286] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(954), 1,
      anon_sym_EQ_EQ,
  [6293] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(956), 1,
      anon_sym_EQ,
  [6300] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(958), 1,
      sym_identifier,
  [6307] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(892), 1,
      sym_integer,
  [6314] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(960), 1,
      anon_sym_by,
  [6321] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(962), 1,
      anon_sym_string,
  [6328] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(964), 1,
      anon_sym_LBRACE,
  [6335] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(425), 1,
      anon_sym_credential,
  [6342] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(966), 1,
      anon_sym_at,
  [6349] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(968), 1,
      anon_sym_to,
  [6356] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(970), 1,
      anon_sym_LBRACE,
  [6363] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(972), 1,
      sym_integer,
  [6370] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(974), 1,
      sym_identifier,
  [6377] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(976), 1,
      sym_identifier,
  [6384] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(978), 1,
      sym_identifier,
  [6391] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(980), 1,
      anon_sym_within,
  [6398] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(982), 1,
      anon_sym_to,
  [6405] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(984), 1,
      sym_percent,
  [6412] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(986), 1,
      anon_sym_up,
  [6419] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(988), 1,
      anon_sym_of,
  [6426] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(990), 1,
      anon_sym_in,
  [6433] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(992), 1,
      anon_sym_cool,
  [6440] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(994), 1,
      anon_sym_by,
  [6447] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(996), 1,
      anon_sym_COLON,
  [6454] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(998), 1,
      anon_sym_to,
  [6461] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(1000), 1,
      sym_duration,
  [6468] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(1002), 1,
      anon_sym_host,
  [6475] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(1004), 1,
      anon_sym_COLON,
  [6482] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(1006), 1,
      anon_sym_RBRACE,
  [6489] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(1008), 1,
      anon_sym_maps,
  [6496] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(1010), 1,
      anon_sym_RPAREN,
  [6503] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(1012), 1,
      sym_integer,
  [6510] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(1014), 1,
      anon_sym_EQ,
  [6517] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(1016), 1,
      anon_sym_of,
  [6524] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(1018), 1,
      ts_builtin_sym_end,
  [6531] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(1020), 1,
      anon_sym_LBRACE,
  [6538] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(1022), 1,
      anon_sym_in,
  [6545] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(1024), 1,
      sym_integer,
  [6552] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(1026), 1,
      anon_sym_RBRACE,
  [6559] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(1028), 1,
      anon_sym_at,
  [6566] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(1030), 1,
      anon_sym_once,
  [6573] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(1032), 1,
      anon_sym_RBRACE,
  [6580] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(1034), 1,
      anon_sym_LBRACE,
  [6587] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(1036), 1,
      anon_sym_RBRACK,
  [6594] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(1038), 1,
      anon_sym_to,
  [6601] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(1040), 1,
      sym_duration,
  [6608] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(1042), 1,
      anon_sym_as,
  [6615] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(1044), 1,
      anon_sym_with,
  [6622] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(1046), 1,
      anon_sym_RBRACE,
  [6629] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(1048), 1,
      anon_sym_at,
  [6636] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(738), 1,
      sym_pattern,
  [6643] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(1050), 1,
      anon_sym_each,
  [6650] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(1052), 1,
      sym_identifier,
  [6657] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(1054), 1,
      anon_sym_set,
  [6664] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(1056), 1,
      anon_sym_on,
  [6671] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(1058), 1,
      anon_sym_RBRACE,
  [6678] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(1060), 1,
      anon_sym_EQ,
  [6685] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(1062), 1,
      sym_identifier,
  [6692] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(1064), 1,
      anon_sym_to,
  [6699] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(1066), 1,
      anon_sym_RBRACE,
  [6706] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(1068), 1,
      anon_sym_cool,
  [6713] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(1070), 1,
      sym_duration,
  [6720] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(1072), 1,
      sym_duration,
  [6727] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(1074), 1,
      sym_duration,
  [6734] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(1076), 1,
      anon_sym_each,
  [6741] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(1078), 1,
      anon_sym_RBRACE,
  [6748] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(1080), 1,
      anon_sym_RBRACE,
  [6755] = 2,
    ACTIONS(3), 1,
      sym_comment,
    ACTIONS(1082), 1,
      anon_sym_usd,
};

static const uint32_t ts_small_parse_table_map[] = {
  [SMALL_STATE(2)] = 0,
  [SMALL_STATE(3)] = 59,
  [SMALL_STATE(4)] = 118,
  [SMALL_STATE(5)] = 176,
  [SMALL_STATE(6)] = 242,
  [SMALL_STATE(7)] = 284,
  [SMALL_STATE(8)] = 326,
  [SMALL_STATE(9)] = 368,
  [SMALL_STATE(10)] = 407,
  [SMALL_STATE(11)] = 450,
  [SMALL_STATE(12)] = 486,
  [SMALL_STATE(13)] = 519,
  [SMALL_STATE(14)] = 556,
  [SMALL_STATE(15)] = 589,
  [SMALL_STATE(16)] = 622,
  [SMALL_STATE(17)] = 659,
  [SMALL_STATE(18)] = 696,
  [SMALL_STATE(19)] = 729,
  [SMALL_STATE(20)] = 766,
  [SMALL_STATE(21)] = 799,
  [SMALL_STATE(22)] = 832,
  [SMALL_STATE(23)] = 865,
  [SMALL_STATE(24)] = 898,
  [SMALL_STATE(25)] = 931,
  [SMALL_STATE(26)] = 964,
  [SMALL_STATE(27)] = 997,
  [SMALL_STATE(28)] = 1030,
  [SMALL_STATE(29)] = 1063,
  [SMALL_STATE(30)] = 1096,
  [SMALL_STATE(31)] = 1154,
  [SMALL_STATE(32)] = 1186,
  [SMALL_STATE(33)] = 1218,
  [SMALL_STATE(34)] = 1276,
  [SMALL_STATE(35)] = 1334,
  [SMALL_STATE(36)] = 1375,
  [SMALL_STATE(37)] = 1417,
  [SMALL_STATE(38)] = 1459,
  [SMALL_STATE(39)] = 1501,
  [SMALL_STATE(40)] = 1537,
  [SMALL_STATE(41)] = 1565,
  [SMALL_STATE(42)] = 1601,
  [SMALL_STATE(43)] = 1637,
  [SMALL_STATE(44)] = 1656,
  [SMALL_STATE(45)] = 1675,
  [SMALL_STATE(46)] = 1694,
  [SMALL_STATE(47)] = 1729,
  [SMALL_STATE(48)] = 1764,
  [SMALL_STATE(49)] = 1783,
  [SMALL_STATE(50)] = 1802,
  [SMALL_STATE(51)] = 1821,
  [SMALL_STATE(52)] = 1840,
  [SMALL_STATE(53)] = 1859,
  [SMALL_STATE(54)] = 1878,
  [SMALL_STATE(55)] = 1913,
  [SMALL_STATE(56)] = 1938,
  [SMALL_STATE(57)] = 1957,
  [SMALL_STATE(58)] = 1976,
  [SMALL_STATE(59)] = 1995,
  [SMALL_STATE(60)] = 2030,
  [SMALL_STATE(61)] = 2049,
  [SMALL_STATE(62)] = 2068,
  [SMALL_STATE(63)] = 2087,
  [SMALL_STATE(64)] = 2122,
  [SMALL_STATE(65)] = 2157,
  [SMALL_STATE(66)] = 2176,
  [SMALL_STATE(67)] = 2195,
  [SMALL_STATE(68)] = 2214,
  [SMALL_STATE(69)] = 2233,
  [SMALL_STATE(70)] = 2252,
  [SMALL_STATE(71)] = 2271,
  [SMALL_STATE(72)] = 2290,
  [SMALL_STATE(73)] = 2309,
  [SMALL_STATE(74)] = 2336,
  [SMALL_STATE(75)] = 2355,
  [SMALL_STATE(76)] = 2374,
  [SMALL_STATE(77)] = 2393,
  [SMALL_STATE(78)] = 2428,
  [SMALL_STATE(79)] = 2457,
  [SMALL_STATE(80)] = 2476,
  [SMALL_STATE(81)] = 2501,
  [SMALL_STATE(82)] = 2520,
  [SMALL_STATE(83)] = 2551,
  [SMALL_STATE(84)] = 2582,
  [SMALL_STATE(85)] = 2601,
  [SMALL_STATE(86)] = 2620,
  [SMALL_STATE(87)] = 2639,
  [SMALL_STATE(88)] = 2658,
  [SMALL_STATE(89)] = 2677,
  [SMALL_STATE(90)] = 2713,
  [SMALL_STATE(91)] = 2735,
  [SMALL_STATE(92)] = 2755,
  [SMALL_STATE(93)] = 2779,
  [SMALL_STATE(94)] = 2803,
  [SMALL_STATE(95)] = 2825,
  [SMALL_STATE(96)] = 2849,
  [SMALL_STATE(97)] = 2885,
  [SMALL_STATE(98)] = 2906,
  [SMALL_STATE(99)] = 2927,
  [SMALL_STATE(100)] = 2948,
  [SMALL_STATE(101)] = 2969,
  [SMALL_STATE(102)] = 3000,
  [SMALL_STATE(103)] = 3031,
  [SMALL_STATE(104)] = 3052,
  [SMALL_STATE(105)] = 3073,
  [SMALL_STATE(106)] = 3092,
  [SMALL_STATE(107)] = 3111,
  [SMALL_STATE(108)] = 3132,
  [SMALL_STATE(109)] = 3153,
  [SMALL_STATE(110)] = 3170,
  [SMALL_STATE(111)] = 3191,
  [SMALL_STATE(112)] = 3212,
  [SMALL_STATE(113)] = 3233,
  [SMALL_STATE(114)] = 3254,
  [SMALL_STATE(115)] = 3275,
  [SMALL_STATE(116)] = 3306,
  [SMALL_STATE(117)] = 3327,
  [SMALL_STATE(118)] = 3343,
  [SMALL_STATE(119)] = 3359,
  [SMALL_STATE(120)] = 3377,
  [SMALL_STATE(121)] = 3393,
  [SMALL_STATE(122)] = 3409,
  [SMALL_STATE(123)] = 3427,
  [SMALL_STATE(124)] = 3445,
  [SMALL_STATE(125)] = 3461,
  [SMALL_STATE(126)] = 3477,
  [SMALL_STATE(127)] = 3493,
  [SMALL_STATE(128)] = 3509,
  [SMALL_STATE(129)] = 3525,
  [SMALL_STATE(130)] = 3541,
  [SMALL_STATE(131)] = 3557,
  [SMALL_STATE(132)] = 3573,
  [SMALL_STATE(133)] = 3589,
  [SMALL_STATE(134)] = 3605,
  [SMALL_STATE(135)] = 3630,
  [SMALL_STATE(136)] = 3649,
  [SMALL_STATE(137)] = 3664,
  [SMALL_STATE(138)] = 3679,
  [SMALL_STATE(139)] = 3694,
  [SMALL_STATE(140)] = 3709,
  [SMALL_STATE(141)] = 3724,
  [SMALL_STATE(142)] = 3739,
  [SMALL_STATE(143)] = 3754,
  [SMALL_STATE(144)] = 3779,
  [SMALL_STATE(145)] = 3802,
  [SMALL_STATE(146)] = 3817,
  [SMALL_STATE(147)] = 3832,
  [SMALL_STATE(148)] = 3854,
  [SMALL_STATE(149)] = 3874,
  [SMALL_STATE(150)] = 3890,
  [SMALL_STATE(151)] = 3912,
  [SMALL_STATE(152)] = 3930,
  [SMALL_STATE(153)] = 3944,
  [SMALL_STATE(154)] = 3958,
  [SMALL_STATE(155)] = 3974,
  [SMALL_STATE(156)] = 3988,
  [SMALL_STATE(157)] = 4009,
  [SMALL_STATE(158)] = 4026,
  [SMALL_STATE(159)] = 4041,
  [SMALL_STATE(160)] = 4058,
  [SMALL_STATE(161)] = 4073,
  [SMALL_STATE(162)] = 4096,
  [SMALL_STATE(163)] = 4119,
  [SMALL_STATE(164)] = 4136,
  [SMALL_STATE(165)] = 4155,
  [SMALL_STATE(166)] = 4174,
  [SMALL_STATE(167)] = 4195,
  [SMALL_STATE(168)] = 4212,
  [SMALL_STATE(169)] = 4227,
  [SMALL_STATE(170)] = 4246,
  [SMALL_STATE(171)] = 4260,
  [SMALL_STATE(172)] = 4276,
  [SMALL_STATE(173)] = 4296,
  [SMALL_STATE(174)] = 4310,
  [SMALL_STATE(175)] = 4322,
  [SMALL_STATE(176)] = 4334,
  [SMALL_STATE(177)] = 4346,
  [SMALL_STATE(178)] = 4358,
  [SMALL_STATE(179)] = 4378,
  [SMALL_STATE(180)] = 4394,
  [SMALL_STATE(181)] = 4412,
  [SMALL_STATE(182)] = 4430,
  [SMALL_STATE(183)] = 4444,
  [SMALL_STATE(184)] = 4462,
  [SMALL_STATE(185)] = 4480,
  [SMALL_STATE(186)] = 4492,
  [SMALL_STATE(187)] = 4504,
  [SMALL_STATE(188)] = 4522,
  [SMALL_STATE(189)] = 4534,
  [SMALL_STATE(190)] = 4546,
  [SMALL_STATE(191)] = 4558,
  [SMALL_STATE(192)] = 4578,
  [SMALL_STATE(193)] = 4596,
  [SMALL_STATE(194)] = 4610,
  [SMALL_STATE(195)] = 4630,
  [SMALL_STATE(196)] = 4648,
  [SMALL_STATE(197)] = 4660,
  [SMALL_STATE(198)] = 4672,
  [SMALL_STATE(199)] = 4686,
  [SMALL_STATE(200)] = 4700,
  [SMALL_STATE(201)] = 4714,
  [SMALL_STATE(202)] = 4730,
  [SMALL_STATE(203)] = 4745,
  [SMALL_STATE(204)] = 4760,
  [SMALL_STATE(205)] = 4771,
  [SMALL_STATE(206)] = 4786,
  [SMALL_STATE(207)] = 4797,
  [SMALL_STATE(208)] = 4814,
  [SMALL_STATE(209)] = 4831,
  [SMALL_STATE(210)] = 4848,
  [SMALL_STATE(211)] = 4865,
  [SMALL_STATE(212)] = 4876,
  [SMALL_STATE(213)] = 4887,
  [SMALL_STATE(214)] = 4904,
  [SMALL_STATE(215)] = 4921,
  [SMALL_STATE(216)] = 4938,
  [SMALL_STATE(217)] = 4952,
  [SMALL_STATE(218)] = 4962,
  [SMALL_STATE(219)] = 4978,
  [SMALL_STATE(220)] = 4988,
  [SMALL_STATE(221)] = 4998,
  [SMALL_STATE(222)] = 5008,
  [SMALL_STATE(223)] = 5020,
  [SMALL_STATE(224)] = 5036,
  [SMALL_STATE(225)] = 5050,
  [SMALL_STATE(226)] = 5060,
  [SMALL_STATE(227)] = 5074,
  [SMALL_STATE(228)] = 5084,
  [SMALL_STATE(229)] = 5100,
  [SMALL_STATE(230)] = 5116,
  [SMALL_STATE(231)] = 5126,
  [SMALL_STATE(232)] = 5136,
  [SMALL_STATE(233)] = 5146,
  [SMALL_STATE(234)] = 5156,
  [SMALL_STATE(235)] = 5166,
  [SMALL_STATE(236)] = 5182,
  [SMALL_STATE(237)] = 5196,
  [SMALL_STATE(238)] = 5210,
  [SMALL_STATE(239)] = 5223,
  [SMALL_STATE(240)] = 5236,
  [SMALL_STATE(241)] = 5249,
  [SMALL_STATE(242)] = 5262,
  [SMALL_STATE(243)] = 5275,
  [SMALL_STATE(244)] = 5288,
  [SMALL_STATE(245)] = 5297,
  [SMALL_STATE(246)] = 5310,
  [SMALL_STATE(247)] = 5323,
  [SMALL_STATE(248)] = 5336,
  [SMALL_STATE(249)] = 5347,
  [SMALL_STATE(250)] = 5360,
  [SMALL_STATE(251)] = 5373,
  [SMALL_STATE(252)] = 5386,
  [SMALL_STATE(253)] = 5399,
  [SMALL_STATE(254)] = 5412,
  [SMALL_STATE(255)] = 5425,
  [SMALL_STATE(256)] = 5438,
  [SMALL_STATE(257)] = 5451,
  [SMALL_STATE(258)] = 5462,
  [SMALL_STATE(259)] = 5475,
  [SMALL_STATE(260)] = 5484,
  [SMALL_STATE(261)] = 5497,
  [SMALL_STATE(262)] = 5510,
  [SMALL_STATE(263)] = 5523,
  [SMALL_STATE(264)] = 5536,
  [SMALL_STATE(265)] = 5545,
  [SMALL_STATE(266)] = 5558,
  [SMALL_STATE(267)] = 5569,
  [SMALL_STATE(268)] = 5582,
  [SMALL_STATE(269)] = 5593,
  [SMALL_STATE(270)] = 5604,
  [SMALL_STATE(271)] = 5617,
  [SMALL_STATE(272)] = 5630,
  [SMALL_STATE(273)] = 5643,
  [SMALL_STATE(274)] = 5656,
  [SMALL_STATE(275)] = 5669,
  [SMALL_STATE(276)] = 5679,
  [SMALL_STATE(277)] = 5689,
  [SMALL_STATE(278)] = 5699,
  [SMALL_STATE(279)] = 5707,
  [SMALL_STATE(280)] = 5717,
  [SMALL_STATE(281)] = 5725,
  [SMALL_STATE(282)] = 5735,
  [SMALL_STATE(283)] = 5743,
  [SMALL_STATE(284)] = 5753,
  [SMALL_STATE(285)] = 5763,
  [SMALL_STATE(286)] = 5773,
  [SMALL_STATE(287)] = 5783,
  [SMALL_STATE(288)] = 5793,
  [SMALL_STATE(289)] = 5803,
  [SMALL_STATE(290)] = 5813,
  [SMALL_STATE(291)] = 5823,
  [SMALL_STATE(292)] = 5833,
  [SMALL_STATE(293)] = 5843,
  [SMALL_STATE(294)] = 5853,
  [SMALL_STATE(295)] = 5863,
  [SMALL_STATE(296)] = 5873,
  [SMALL_STATE(297)] = 5883,
  [SMALL_STATE(298)] = 5893,
  [SMALL_STATE(299)] = 5903,
  [SMALL_STATE(300)] = 5913,
  [SMALL_STATE(301)] = 5923,
  [SMALL_STATE(302)] = 5933,
  [SMALL_STATE(303)] = 5943,
  [SMALL_STATE(304)] = 5953,
  [SMALL_STATE(305)] = 5963,
  [SMALL_STATE(306)] = 5973,
  [SMALL_STATE(307)] = 5983,
  [SMALL_STATE(308)] = 5993,
  [SMALL_STATE(309)] = 6003,
  [SMALL_STATE(310)] = 6013,
  [SMALL_STATE(311)] = 6023,
  [SMALL_STATE(312)] = 6033,
  [SMALL_STATE(313)] = 6041,
  [SMALL_STATE(314)] = 6051,
  [SMALL_STATE(315)] = 6059,
  [SMALL_STATE(316)] = 6069,
  [SMALL_STATE(317)] = 6079,
  [SMALL_STATE(318)] = 6089,
  [SMALL_STATE(319)] = 6099,
  [SMALL_STATE(320)] = 6109,
  [SMALL_STATE(321)] = 6117,
  [SMALL_STATE(322)] = 6127,
  [SMALL_STATE(323)] = 6137,
  [SMALL_STATE(324)] = 6147,
  [SMALL_STATE(325)] = 6157,
  [SMALL_STATE(326)] = 6167,
  [SMALL_STATE(327)] = 6174,
  [SMALL_STATE(328)] = 6181,
  [SMALL_STATE(329)] = 6188,
  [SMALL_STATE(330)] = 6195,
  [SMALL_STATE(331)] = 6202,
  [SMALL_STATE(332)] = 6209,
  [SMALL_STATE(333)] = 6216,
  [SMALL_STATE(334)] = 6223,
  [SMALL_STATE(335)] = 6230,
  [SMALL_STATE(336)] = 6237,
  [SMALL_STATE(337)] = 6244,
  [SMALL_STATE(338)] = 6251,
  [SMALL_STATE(339)] = 6258,
  [SMALL_STATE(340)] = 6265,
  [SMALL_STATE(341)] = 6272,
  [SMALL_STATE(342)] = 6279,
  [SMALL_STATE(343)] = 6286,
  [SMALL_STATE(344)] = 6293,
  [SMALL_STATE(345)] = 6300,
  [SMALL_STATE(346)] = 6307,
  [SMALL_STATE(347)] = 6314,
  [SMALL_STATE(348)] = 6321,
  [SMALL_STATE(349)] = 6328,
  [SMALL_STATE(350)] = 6335,
  [SMALL_STATE(351)] = 6342,
  [SMALL_STATE(352)] = 6349,
  [SMALL_STATE(353)] = 6356,
  [SMALL_STATE(354)] = 6363,
  [SMALL_STATE(355)] = 6370,
  [SMALL_STATE(356)] = 6377,
  [SMALL_STATE(357)] = 6384,
  [SMALL_STATE(358)] = 6391,
  [SMALL_STATE(359)] = 6398,
  [SMALL_STATE(360)] = 6405,
  [SMALL_STATE(361)] = 6412,
  [SMALL_STATE(362)] = 6419,
  [SMALL_STATE(363)] = 6426,
  [SMALL_STATE(364)] = 6433,
  [SMALL_STATE(365)] = 6440,
  [SMALL_STATE(366)] = 6447,
  [SMALL_STATE(367)] = 6454,
  [SMALL_STATE(368)] = 6461,
  [SMALL_STATE(369)] = 6468,
  [SMALL_STATE(370)] = 6475,
  [SMALL_STATE(371)] = 6482,
  [SMALL_STATE(372)] = 6489,
  [SMALL_STATE(373)] = 6496,
  [SMALL_STATE(374)] = 6503,
  [SMALL_STATE(375)] = 6510,
  [SMALL_STATE(376)] = 6517,
  [SMALL_STATE(377)] = 6524,
  [SMALL_STATE(378)] = 6531,
  [SMALL_STATE(379)] = 6538,
  [SMALL_STATE(380)] = 6545,
  [SMALL_STATE(381)] = 6552,
  [SMALL_STATE(382)] = 6559,
  [SMALL_STATE(383)] = 6566,
  [SMALL_STATE(384)] = 6573,
  [SMALL_STATE(385)] = 6580,
  [SMALL_STATE(386)] = 6587,
  [SMALL_STATE(387)] = 6594,
  [SMALL_STATE(388)] = 6601,
  [SMALL_STATE(389)] = 6608,
  [SMALL_STATE(390)] = 6615,
  [SMALL_STATE(391)] = 6622,
  [SMALL_STATE(392)] = 6629,
  [SMALL_STATE(393)] = 6636,
  [SMALL_STATE(394)] = 6643,
  [SMALL_STATE(395)] = 6650,
  [SMALL_STATE(396)] = 6657,
  [SMALL_STATE(397)] = 6664,
  [SMALL_STATE(398)] = 6671,
  [SMALL_STATE(399)] = 6678,
  [SMALL_STATE(400)] = 6685,
  [SMALL_STATE(401)] = 6692,
  [SMALL_STATE(402)] = 6699,
  [SMALL_STATE(403)] = 6706,
  [SMALL_STATE(404)] = 6713,
  [SMALL_STATE(405)] = 6720,
  [SMALL_STATE(406)] = 6727,
  [SMALL_STATE(407)] = 6734,
  [SMALL_STATE(408)] = 6741,
  [SMALL_STATE(409)] = 6748,
  [SMALL_STATE(410)] = 6755,
};

static const TSParseActionEntry ts_parse_actions[] = {
  [0] = {.entry = {.count = 0, .reusable = false}},
  [1] = {.entry = {.count = 1, .reusable = false}}, RECOVER(),
  [3] = {.entry = {.count = 1, .reusable = true}}, SHIFT_EXTRA(),
  [5] = {.entry = {.count = 1, .reusable = true}}, SHIFT(374),
  [7] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_text, 2, 0, 0),
  [9] = {.entry = {.count = 1, .reusable = false}}, REDUCE(sym_text, 2, 0, 0),
  [11] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_text, 3, 0, 0),
  [13] = {.entry = {.count = 1, .reusable = false}}, REDUCE(sym_text, 3, 0, 0),
  [15] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym__path, 1, 0, 5),
  [17] = {.entry = {.count = 1, .reusable = false}}, REDUCE(sym__path, 1, 0, 5),
  [19] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_check, 1, 0, 7),
  [21] = {.entry = {.count = 1, .reusable = true}}, SHIFT(91),
  [23] = {.entry = {.count = 1, .reusable = true}}, SHIFT(379),
  [25] = {.entry = {.count = 1, .reusable = true}}, SHIFT(192),
  [27] = {.entry = {.count = 1, .reusable = true}}, SHIFT(316),
  [29] = {.entry = {.count = 1, .reusable = true}}, SHIFT(390),
  [31] = {.entry = {.count = 1, .reusable = true}}, SHIFT(317),
  [33] = {.entry = {.count = 1, .reusable = true}}, SHIFT(393),
  [35] = {.entry = {.count = 1, .reusable = false}}, SHIFT(91),
  [37] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_texts, 3, 0, 0),
  [39] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_texts, 4, 0, 0),
  [41] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_texts, 5, 0, 0),
  [43] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_share, 1, 0, 0),
  [45] = {.entry = {.count = 1, .reusable = true}}, SHIFT(360),
  [47] = {.entry = {.count = 1, .reusable = true}}, SHIFT(287),
  [49] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym__condition, 1, 0, 0),
  [51] = {.entry = {.count = 1, .reusable = true}}, SHIFT(82),
  [53] = {.entry = {.count = 1, .reusable = true}}, SHIFT(83),
  [55] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_share, 3, 0, 0),
  [57] = {.entry = {.count = 1, .reusable = true}}, SHIFT(315),
  [59] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_integers, 3, 0, 0),
  [61] = {.entry = {.count = 1, .reusable = true}}, REDUCE(aux_sym_and_repeat1, 2, 0, 0),
  [63] = {.entry = {.count = 2, .reusable = true}}, REDUCE(aux_sym_and_repeat1, 2, 0, 0), SHIFT_REPEAT(82),
  [66] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_not, 2, 0, 0),
  [68] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_group, 3, 0, 0),
  [70] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_and, 2, 0, 0),
  [72] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_or, 2, 0, 0),
  [74] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_share, 5, 0, 0),
  [76] = {.entry = {.count = 1, .reusable = true}}, REDUCE(aux_sym_or_repeat1, 2, 0, 0),
  [78] = {.entry = {.count = 2, .reusable = true}}, REDUCE(aux_sym_or_repeat1, 2, 0, 0), SHIFT_REPEAT(83),
  [81] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_check, 3, 0, 18),
  [83] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_zone, 2, 0, 0),
  [85] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_check, 3, 0, 7),
  [87] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_integers, 4, 0, 0),
  [89] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_check, 4, 0, 31),
  [91] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_check, 4, 0, 7),
  [93] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_clock, 4, 0, 0),
  [95] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_clock, 5, 0, 0),
  [97] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_integers, 5, 0, 0),
  [99] = {.entry = {.count = 1, .reusable = true}}, REDUCE(aux_sym_file_repeat1, 2, 0, 0),
  [101] = {.entry = {.count = 2, .reusable = true}}, REDUCE(aux_sym_file_repeat1, 2, 0, 0), SHIFT_REPEAT(313),
  [104] = {.entry = {.count = 2, .reusable = true}}, REDUCE(aux_sym_file_repeat1, 2, 0, 0), SHIFT_REPEAT(275),
  [107] = {.entry = {.count = 2, .reusable = true}}, REDUCE(aux_sym_file_repeat1, 2, 0, 0), SHIFT_REPEAT(334),
  [110] = {.entry = {.count = 2, .reusable = true}}, REDUCE(aux_sym_file_repeat1, 2, 0, 0), SHIFT_REPEAT(357),
  [113] = {.entry = {.count = 2, .reusable = true}}, REDUCE(aux_sym_file_repeat1, 2, 0, 0), SHIFT_REPEAT(327),
  [116] = {.entry = {.count = 2, .reusable = true}}, REDUCE(aux_sym_file_repeat1, 2, 0, 0), SHIFT_REPEAT(338),
  [119] = {.entry = {.count = 2, .reusable = true}}, REDUCE(aux_sym_file_repeat1, 2, 0, 0), SHIFT_REPEAT(340),
  [122] = {.entry = {.count = 2, .reusable = true}}, REDUCE(aux_sym_file_repeat1, 2, 0, 0), SHIFT_REPEAT(345),
  [125] = {.entry = {.count = 2, .reusable = true}}, REDUCE(aux_sym_file_repeat1, 2, 0, 0), SHIFT_REPEAT(349),
  [128] = {.entry = {.count = 2, .reusable = true}}, REDUCE(aux_sym_file_repeat1, 2, 0, 0), SHIFT_REPEAT(356),
  [131] = {.entry = {.count = 2, .reusable = true}}, REDUCE(aux_sym_file_repeat1, 2, 0, 0), SHIFT_REPEAT(304),
  [134] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_file, 1, 0, 0),
  [136] = {.entry = {.count = 1, .reusable = true}}, SHIFT(313),
  [138] = {.entry = {.count = 1, .reusable = true}}, SHIFT(275),
  [140] = {.entry = {.count = 1, .reusable = true}}, SHIFT(334),
  [142] = {.entry = {.count = 1, .reusable = true}}, SHIFT(357),
  [144] = {.entry = {.count = 1, .reusable = true}}, SHIFT(327),
  [146] = {.entry = {.count = 1, .reusable = true}}, SHIFT(338),
  [148] = {.entry = {.count = 1, .reusable = true}}, SHIFT(340),
  [150] = {.entry = {.count = 1, .reusable = true}}, SHIFT(345),
  [152] = {.entry = {.count = 1, .reusable = true}}, SHIFT(349),
  [154] = {.entry = {.count = 1, .reusable = true}}, SHIFT(356),
  [156] = {.entry = {.count = 1, .reusable = true}}, SHIFT(304),
  [158] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_file, 2, 0, 0),
  [160] = {.entry = {.count = 1, .reusable = false}}, SHIFT(4),
  [162] = {.entry = {.count = 1, .reusable = true}}, SHIFT(255),
  [164] = {.entry = {.count = 1, .reusable = false}}, SHIFT(144),
  [166] = {.entry = {.count = 1, .reusable = false}}, SHIFT(215),
  [168] = {.entry = {.count = 1, .reusable = true}}, SHIFT(39),
  [170] = {.entry = {.count = 1, .reusable = true}}, SHIFT(5),
  [172] = {.entry = {.count = 1, .reusable = true}}, REDUCE(aux_sym_test_repeat1, 2, 0, 0),
  [174] = {.entry = {.count = 2, .reusable = true}}, REDUCE(aux_sym_test_repeat1, 2, 0, 0), SHIFT_REPEAT(73),
  [177] = {.entry = {.count = 2, .reusable = true}}, REDUCE(aux_sym_test_repeat1, 2, 0, 0), SHIFT_REPEAT(329),
  [180] = {.entry = {.count = 2, .reusable = true}}, REDUCE(aux_sym_test_repeat1, 2, 0, 0), SHIFT_REPEAT(330),
  [183] = {.entry = {.count = 2, .reusable = true}}, REDUCE(aux_sym_test_repeat1, 2, 0, 0), SHIFT_REPEAT(335),
  [186] = {.entry = {.count = 2, .reusable = true}}, REDUCE(aux_sym_test_repeat1, 2, 0, 0), SHIFT_REPEAT(98),
  [189] = {.entry = {.count = 2, .reusable = true}}, REDUCE(aux_sym_test_repeat1, 2, 0, 0), SHIFT_REPEAT(36),
  [192] = {.entry = {.count = 2, .reusable = true}}, REDUCE(aux_sym_test_repeat1, 2, 0, 0), SHIFT_REPEAT(149),
  [195] = {.entry = {.count = 2, .reusable = true}}, REDUCE(aux_sym_test_repeat1, 2, 0, 0), SHIFT_REPEAT(89),
  [198] = {.entry = {.count = 1, .reusable = true}}, SHIFT(43),
  [200] = {.entry = {.count = 1, .reusable = true}}, SHIFT(73),
  [202] = {.entry = {.count = 1, .reusable = true}}, SHIFT(329),
  [204] = {.entry = {.count = 1, .reusable = true}}, SHIFT(330),
  [206] = {.entry = {.count = 1, .reusable = true}}, SHIFT(335),
  [208] = {.entry = {.count = 1, .reusable = true}}, SHIFT(98),
  [210] = {.entry = {.count = 1, .reusable = true}}, SHIFT(36),
  [212] = {.entry = {.count = 1, .reusable = true}}, SHIFT(149),
  [214] = {.entry = {.count = 1, .reusable = true}}, SHIFT(89),
  [216] = {.entry = {.count = 1, .reusable = true}}, SHIFT(72),
  [218] = {.entry = {.count = 1, .reusable = true}}, SHIFT(37),
  [220] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_schema, 2, 0, 2),
  [222] = {.entry = {.count = 1, .reusable = true}}, SHIFT(296),
  [224] = {.entry = {.count = 1, .reusable = true}}, SHIFT(178),
  [226] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_test, 5, 0, 2),
  [228] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_table, 5, 0, 2),
  [230] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_pool, 5, 0, 2),
  [232] = {.entry = {.count = 1, .reusable = true}}, REDUCE(aux_sym_pool_repeat2, 2, 0, 0),
  [234] = {.entry = {.count = 2, .reusable = true}}, REDUCE(aux_sym_pool_repeat2, 2, 0, 0), SHIFT_REPEAT(46),
  [237] = {.entry = {.count = 2, .reusable = true}}, REDUCE(aux_sym_pool_repeat2, 2, 0, 0), SHIFT_REPEAT(376),
  [240] = {.entry = {.count = 2, .reusable = true}}, REDUCE(aux_sym_pool_repeat2, 2, 0, 0), SHIFT_REPEAT(41),
  [243] = {.entry = {.count = 2, .reusable = true}}, REDUCE(aux_sym_pool_repeat2, 2, 0, 0), SHIFT_REPEAT(135),
  [246] = {.entry = {.count = 2, .reusable = true}}, REDUCE(aux_sym_pool_repeat2, 2, 0, 0), SHIFT_REPEAT(224),
  [249] = {.entry = {.count = 1, .reusable = true}}, SHIFT(62),
  [251] = {.entry = {.count = 1, .reusable = true}}, SHIFT(63),
  [253] = {.entry = {.count = 1, .reusable = true}}, SHIFT(376),
  [255] = {.entry = {.count = 1, .reusable = true}}, SHIFT(41),
  [257] = {.entry = {.count = 1, .reusable = true}}, SHIFT(135),
  [259] = {.entry = {.count = 1, .reusable = true}}, SHIFT(224),
  [261] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym__meter, 3, 0, 12),
  [263] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_claim, 5, 0, 16),
  [265] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_claim, 5, 0, 2),
  [267] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym__statement, 1, 0, 0),
  [269] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_table, 3, 0, 2),
  [271] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_let, 4, 0, 6),
  [273] = {.entry = {.count = 1, .reusable = true}}, SHIFT(57),
  [275] = {.entry = {.count = 1, .reusable = true}}, SHIFT(59),
  [277] = {.entry = {.count = 1, .reusable = true}}, SHIFT(103),
  [279] = {.entry = {.count = 1, .reusable = true}}, SHIFT(227),
  [281] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_table, 4, 0, 2),
  [283] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_pool, 4, 0, 2),
  [285] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_quota, 3, 0, 4),
  [287] = {.entry = {.count = 1, .reusable = true}}, SHIFT(45),
  [289] = {.entry = {.count = 1, .reusable = true}}, SHIFT(46),
  [291] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym__meter, 2, 0, 0),
  [293] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_budget, 3, 0, 4),
  [295] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_pool, 6, 0, 21),
  [297] = {.entry = {.count = 1, .reusable = true}}, SHIFT(75),
  [299] = {.entry = {.count = 1, .reusable = true}}, SHIFT(76),
  [301] = {.entry = {.count = 1, .reusable = true}}, SHIFT(77),
  [303] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_default, 4, 0, 0),
  [305] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_quota, 6, 0, 24),
  [307] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_budget, 6, 0, 24),
  [309] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_budget, 6, 0, 25),
  [311] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_rule, 6, 0, 2),
  [313] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_claim, 6, 0, 28),
  [315] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_claim, 6, 0, 2),
  [317] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_test, 4, 0, 2),
  [319] = {.entry = {.count = 1, .reusable = true}}, SHIFT(235),
  [321] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_request, 1, 0, 0),
  [323] = {.entry = {.count = 1, .reusable = true}}, SHIFT(292),
  [325] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_import, 2, 0, 3),
  [327] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_pool, 7, 0, 21),
  [329] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_pool, 7, 0, 32),
  [331] = {.entry = {.count = 1, .reusable = true}}, SHIFT(85),
  [333] = {.entry = {.count = 1, .reusable = true}}, SHIFT(324),
  [335] = {.entry = {.count = 1, .reusable = false}}, SHIFT(128),
  [337] = {.entry = {.count = 1, .reusable = true}}, SHIFT(128),
  [339] = {.entry = {.count = 1, .reusable = true}}, SHIFT(129),
  [341] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_attributes, 3, 0, 0),
  [343] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_schema, 3, 0, 2),
  [345] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_table_file, 6, 0, 36),
  [347] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_pool, 8, 0, 32),
  [349] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_schema, 4, 0, 2),
  [351] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_attributes, 2, 0, 0),
  [353] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_header, 2, 0, 1),
  [355] = {.entry = {.count = 1, .reusable = true}}, SHIFT(256),
  [357] = {.entry = {.count = 1, .reusable = true}}, SHIFT(342),
  [359] = {.entry = {.count = 1, .reusable = true}}, SHIFT(131),
  [361] = {.entry = {.count = 1, .reusable = true}}, SHIFT(90),
  [363] = {.entry = {.count = 1, .reusable = true}}, SHIFT(298),
  [365] = {.entry = {.count = 1, .reusable = true}}, SHIFT(105),
  [367] = {.entry = {.count = 1, .reusable = true}}, SHIFT(350),
  [369] = {.entry = {.count = 1, .reusable = true}}, SHIFT(300),
  [371] = {.entry = {.count = 1, .reusable = true}}, SHIFT(302),
  [373] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_want, 1, 0, 0),
  [375] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_compare, 1, 0, 0),
  [377] = {.entry = {.count = 1, .reusable = false}}, REDUCE(sym_compare, 1, 0, 0),
  [379] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_given, 3, 0, 27),
  [381] = {.entry = {.count = 1, .reusable = true}}, SHIFT(293),
  [383] = {.entry = {.count = 1, .reusable = true}}, SHIFT(382),
  [385] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_many, 2, 0, 0),
  [387] = {.entry = {.count = 1, .reusable = true}}, SHIFT(331),
  [389] = {.entry = {.count = 1, .reusable = true}}, SHIFT(332),
  [391] = {.entry = {.count = 1, .reusable = true}}, SHIFT(392),
  [393] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_request, 2, 0, 0),
  [395] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_again, 1, 0, 0),
  [397] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_expect, 3, 0, 0),
  [399] = {.entry = {.count = 1, .reusable = true}}, SHIFT(96),
  [401] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_report, 2, 0, 0),
  [403] = {.entry = {.count = 1, .reusable = true}}, REDUCE(aux_sym__meter_repeat1, 2, 0, 13),
  [405] = {.entry = {.count = 2, .reusable = true}}, REDUCE(aux_sym__meter_repeat1, 2, 0, 13), SHIFT_REPEAT(376),
  [408] = {.entry = {.count = 2, .reusable = true}}, REDUCE(aux_sym__meter_repeat1, 2, 0, 13), SHIFT_REPEAT(41),
  [411] = {.entry = {.count = 2, .reusable = true}}, REDUCE(aux_sym__meter_repeat1, 2, 0, 13), SHIFT_REPEAT(240),
  [414] = {.entry = {.count = 2, .reusable = true}}, REDUCE(aux_sym__meter_repeat1, 2, 0, 13), SHIFT_REPEAT(224),
  [417] = {.entry = {.count = 1, .reusable = true}}, SHIFT(60),
  [419] = {.entry = {.count = 1, .reusable = true}}, SHIFT(240),
  [421] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_with, 3, 0, 0),
  [423] = {.entry = {.count = 1, .reusable = true}}, SHIFT(218),
  [425] = {.entry = {.count = 1, .reusable = true}}, SHIFT(120),
  [427] = {.entry = {.count = 1, .reusable = true}}, SHIFT(133),
  [429] = {.entry = {.count = 1, .reusable = true}}, REDUCE(aux_sym_expect_repeat1, 2, 0, 0),
  [431] = {.entry = {.count = 2, .reusable = true}}, REDUCE(aux_sym_expect_repeat1, 2, 0, 0), SHIFT_REPEAT(96),
  [434] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_expect, 2, 0, 0),
  [436] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_outcome, 1, 0, 0),
  [438] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_with, 2, 0, 0),
  [440] = {.entry = {.count = 1, .reusable = true}}, SHIFT(174),
  [442] = {.entry = {.count = 1, .reusable = true}}, SHIFT(397),
  [444] = {.entry = {.count = 1, .reusable = true}}, REDUCE(aux_sym_with_repeat1, 2, 0, 0),
  [446] = {.entry = {.count = 2, .reusable = true}}, REDUCE(aux_sym_with_repeat1, 2, 0, 0), SHIFT_REPEAT(218),
  [449] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_given, 5, 0, 39),
  [451] = {.entry = {.count = 1, .reusable = true}}, SHIFT(48),
  [453] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_want, 4, 0, 0),
  [455] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_want, 5, 0, 0),
  [457] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_want, 2, 0, 0),
  [459] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_want, 2, 0, 29),
  [461] = {.entry = {.count = 1, .reusable = true}}, SHIFT(241),
  [463] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_want, 3, 0, 20),
  [465] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_want, 3, 0, 0),
  [467] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_set, 3, 0, 19),
  [469] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_boolean, 1, 0, 0),
  [471] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_many, 4, 0, 0),
  [473] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_want_tag, 3, 0, 34),
  [475] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_reason, 1, 0, 0),
  [477] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym__chain, 1, 0, 0),
  [479] = {.entry = {.count = 1, .reusable = true}}, SHIFT(184),
  [481] = {.entry = {.count = 1, .reusable = true}}, SHIFT(354),
  [483] = {.entry = {.count = 1, .reusable = true}}, SHIFT(286),
  [485] = {.entry = {.count = 1, .reusable = true}}, SHIFT(109),
  [487] = {.entry = {.count = 1, .reusable = true}}, SHIFT(154),
  [489] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_given, 4, 0, 27),
  [491] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_clock_set, 2, 0, 0),
  [493] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_wait, 2, 0, 0),
  [495] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_again, 2, 0, 0),
  [497] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_lookup, 4, 0, 37),
  [499] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_request, 3, 0, 0),
  [501] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym__chain, 2, 0, 0),
  [503] = {.entry = {.count = 1, .reusable = true}}, SHIFT(363),
  [505] = {.entry = {.count = 1, .reusable = true}}, SHIFT(80),
  [507] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_given, 6, 0, 39),
  [509] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_report, 3, 0, 0),
  [511] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_use, 2, 0, 10),
  [513] = {.entry = {.count = 1, .reusable = true}}, SHIFT(355),
  [515] = {.entry = {.count = 1, .reusable = true}}, SHIFT(361),
  [517] = {.entry = {.count = 1, .reusable = true}}, SHIFT(173),
  [519] = {.entry = {.count = 1, .reusable = true}}, SHIFT(305),
  [521] = {.entry = {.count = 1, .reusable = true}}, SHIFT(362),
  [523] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_use, 2, 0, 11),
  [525] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_pool_member, 1, 0, 8),
  [527] = {.entry = {.count = 1, .reusable = true}}, SHIFT(328),
  [529] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym__member, 1, 0, 9),
  [531] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_all_of, 3, 0, 20),
  [533] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_where, 2, 0, 0),
  [535] = {.entry = {.count = 1, .reusable = true}}, SHIFT(229),
  [537] = {.entry = {.count = 1, .reusable = true}}, SHIFT(297),
  [539] = {.entry = {.count = 1, .reusable = true}}, SHIFT(367),
  [541] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym__per, 2, 0, 0),
  [543] = {.entry = {.count = 1, .reusable = true}}, SHIFT(285),
  [545] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym__use_credential, 2, 0, 14),
  [547] = {.entry = {.count = 1, .reusable = true}}, SHIFT(336),
  [549] = {.entry = {.count = 1, .reusable = true}}, REDUCE(aux_sym_under_repeat1, 2, 0, 0),
  [551] = {.entry = {.count = 2, .reusable = true}}, REDUCE(aux_sym_under_repeat1, 2, 0, 0), SHIFT_REPEAT(400),
  [554] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_cooling, 4, 0, 0),
  [556] = {.entry = {.count = 1, .reusable = true}}, SHIFT(359),
  [558] = {.entry = {.count = 1, .reusable = false}}, REDUCE(sym_attribute, 3, 0, 17),
  [560] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_attribute, 3, 0, 17),
  [562] = {.entry = {.count = 1, .reusable = false}}, SHIFT(194),
  [564] = {.entry = {.count = 1, .reusable = false}}, SHIFT(209),
  [566] = {.entry = {.count = 1, .reusable = true}}, SHIFT(236),
  [568] = {.entry = {.count = 1, .reusable = true}}, SHIFT(42),
  [570] = {.entry = {.count = 1, .reusable = true}}, SHIFT(290),
  [572] = {.entry = {.count = 1, .reusable = true}}, SHIFT(384),
  [574] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_under, 2, 0, 0),
  [576] = {.entry = {.count = 1, .reusable = true}}, SHIFT(400),
  [578] = {.entry = {.count = 1, .reusable = false}}, SHIFT(122),
  [580] = {.entry = {.count = 1, .reusable = true}}, SHIFT(232),
  [582] = {.entry = {.count = 1, .reusable = true}}, SHIFT(365),
  [584] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_under, 3, 0, 0),
  [586] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_cooling, 5, 0, 0),
  [588] = {.entry = {.count = 1, .reusable = true}}, SHIFT(387),
  [590] = {.entry = {.count = 1, .reusable = true}}, SHIFT(158),
  [592] = {.entry = {.count = 1, .reusable = true}}, SHIFT(186),
  [594] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_use, 3, 0, 10),
  [596] = {.entry = {.count = 1, .reusable = true}}, SHIFT(79),
  [598] = {.entry = {.count = 1, .reusable = true}}, SHIFT(370),
  [600] = {.entry = {.count = 1, .reusable = false}}, REDUCE(sym_type, 1, 0, 0),
  [602] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_type, 1, 0, 0),
  [604] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_strategy, 1, 0, 0),
  [606] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym__use_credential, 4, 0, 33),
  [608] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym__use_pool, 3, 0, 26),
  [610] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym__use_pool, 4, 0, 26),
  [612] = {.entry = {.count = 1, .reusable = true}}, SHIFT(87),
  [614] = {.entry = {.count = 1, .reusable = true}}, REDUCE(aux_sym__chain_repeat1, 2, 0, 0),
  [616] = {.entry = {.count = 2, .reusable = true}}, REDUCE(aux_sym__chain_repeat1, 2, 0, 0), SHIFT_REPEAT(184),
  [619] = {.entry = {.count = 1, .reusable = true}}, SHIFT(24),
  [621] = {.entry = {.count = 1, .reusable = true}}, SHIFT(9),
  [623] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym__chain, 3, 0, 0),
  [625] = {.entry = {.count = 1, .reusable = false}}, REDUCE(sym_type, 3, 0, 0),
  [627] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_type, 3, 0, 0),
  [629] = {.entry = {.count = 1, .reusable = true}}, REDUCE(aux_sym__chain_repeat2, 2, 0, 0),
  [631] = {.entry = {.count = 2, .reusable = true}}, REDUCE(aux_sym__chain_repeat2, 2, 0, 0), SHIFT_REPEAT(354),
  [634] = {.entry = {.count = 2, .reusable = true}}, REDUCE(aux_sym__chain_repeat2, 2, 0, 0), SHIFT_REPEAT(286),
  [637] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_pool_member, 2, 0, 8),
  [639] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_period, 1, 0, 0),
  [641] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym__money, 1, 0, 0),
  [643] = {.entry = {.count = 1, .reusable = true}}, SHIFT(314),
  [645] = {.entry = {.count = 1, .reusable = false}}, SHIFT(314),
  [647] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_strategy, 3, 0, 0),
  [649] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_weight, 2, 0, 0),
  [651] = {.entry = {.count = 2, .reusable = false}}, REDUCE(aux_sym_attributes_repeat1, 2, 0, 0), SHIFT_REPEAT(4),
  [654] = {.entry = {.count = 1, .reusable = true}}, REDUCE(aux_sym_attributes_repeat1, 2, 0, 0),
  [656] = {.entry = {.count = 2, .reusable = true}}, REDUCE(aux_sym_attributes_repeat1, 2, 0, 0), SHIFT_REPEAT(370),
  [659] = {.entry = {.count = 1, .reusable = true}}, SHIFT(20),
  [661] = {.entry = {.count = 1, .reusable = false}}, REDUCE(sym_type, 2, 0, 0),
  [663] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_type, 2, 0, 0),
  [665] = {.entry = {.count = 1, .reusable = false}}, REDUCE(sym_attribute, 4, 0, 17),
  [667] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_attribute, 4, 0, 17),
  [669] = {.entry = {.count = 1, .reusable = false}}, SHIFT(214),
  [671] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_cooling, 7, 0, 0),
  [673] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_cooling, 8, 0, 0),
  [675] = {.entry = {.count = 1, .reusable = false}}, REDUCE(sym_texts, 3, 0, 0),
  [677] = {.entry = {.count = 1, .reusable = false}}, REDUCE(sym_texts, 4, 0, 0),
  [679] = {.entry = {.count = 1, .reusable = false}}, REDUCE(sym_texts, 5, 0, 0),
  [681] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_use, 3, 0, 11),
  [683] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_tag, 3, 0, 0),
  [685] = {.entry = {.count = 1, .reusable = true}}, SHIFT(307),
  [687] = {.entry = {.count = 1, .reusable = true}}, REDUCE(aux_sym_tag_repeat1, 2, 0, 0),
  [689] = {.entry = {.count = 2, .reusable = true}}, REDUCE(aux_sym_tag_repeat1, 2, 0, 0), SHIFT_REPEAT(307),
  [692] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_limit, 5, 0, 0),
  [694] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_tag, 2, 0, 0),
  [696] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_limit, 4, 0, 0),
  [698] = {.entry = {.count = 1, .reusable = true}}, SHIFT(44),
  [700] = {.entry = {.count = 1, .reusable = true}}, SHIFT(56),
  [702] = {.entry = {.count = 1, .reusable = true}}, SHIFT(402),
  [704] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym__per, 3, 0, 0),
  [706] = {.entry = {.count = 1, .reusable = true}}, REDUCE(aux_sym__meter_repeat1, 1, 0, 8),
  [708] = {.entry = {.count = 1, .reusable = true}}, REDUCE(aux_sym_table_repeat1, 2, 0, 0),
  [710] = {.entry = {.count = 2, .reusable = true}}, REDUCE(aux_sym_table_repeat1, 2, 0, 0), SHIFT_REPEAT(224),
  [713] = {.entry = {.count = 1, .reusable = false}}, REDUCE(sym_attribute, 5, 0, 17),
  [715] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_attribute, 5, 0, 17),
  [717] = {.entry = {.count = 1, .reusable = true}}, SHIFT(14),
  [719] = {.entry = {.count = 1, .reusable = false}}, SHIFT_EXTRA(),
  [721] = {.entry = {.count = 2, .reusable = true}}, REDUCE(aux_sym_text_repeat1, 2, 0, 0), SHIFT_REPEAT(216),
  [724] = {.entry = {.count = 1, .reusable = true}}, REDUCE(aux_sym_text_repeat1, 2, 0, 0),
  [726] = {.entry = {.count = 1, .reusable = true}}, SHIFT(399),
  [728] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_use, 4, 0, 11),
  [730] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_leave, 3, 0, 0),
  [732] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_span, 1, 0, 0),
  [734] = {.entry = {.count = 1, .reusable = true}}, SHIFT(123),
  [736] = {.entry = {.count = 1, .reusable = false}}, SHIFT(22),
  [738] = {.entry = {.count = 1, .reusable = true}}, SHIFT(22),
  [740] = {.entry = {.count = 1, .reusable = true}}, SHIFT(226),
  [742] = {.entry = {.count = 1, .reusable = true}}, SHIFT(2),
  [744] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_else, 2, 0, 0),
  [746] = {.entry = {.count = 1, .reusable = true}}, SHIFT(216),
  [748] = {.entry = {.count = 1, .reusable = true}}, SHIFT(3),
  [750] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_moment, 1, 0, 0),
  [752] = {.entry = {.count = 1, .reusable = false}}, SHIFT(322),
  [754] = {.entry = {.count = 1, .reusable = true}}, SHIFT(323),
  [756] = {.entry = {.count = 1, .reusable = false}}, SHIFT(243),
  [758] = {.entry = {.count = 1, .reusable = false}}, SHIFT(169),
  [760] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_waiting, 4, 0, 0),
  [762] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_tag_item, 3, 0, 34),
  [764] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_deny, 2, 0, 0),
  [766] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_use, 4, 0, 10),
  [768] = {.entry = {.count = 1, .reusable = true}}, SHIFT(237),
  [770] = {.entry = {.count = 1, .reusable = true}}, SHIFT(268),
  [772] = {.entry = {.count = 1, .reusable = true}}, SHIFT(269),
  [774] = {.entry = {.count = 1, .reusable = true}}, SHIFT(383),
  [776] = {.entry = {.count = 1, .reusable = true}}, SHIFT(170),
  [778] = {.entry = {.count = 1, .reusable = true}}, REDUCE(aux_sym_pool_repeat1, 2, 0, 23),
  [780] = {.entry = {.count = 2, .reusable = true}}, REDUCE(aux_sym_pool_repeat1, 2, 0, 23), SHIFT_REPEAT(301),
  [783] = {.entry = {.count = 1, .reusable = false}}, SHIFT(187),
  [785] = {.entry = {.count = 1, .reusable = true}}, SHIFT(410),
  [787] = {.entry = {.count = 1, .reusable = true}}, SHIFT(386),
  [789] = {.entry = {.count = 1, .reusable = true}}, SHIFT(64),
  [791] = {.entry = {.count = 1, .reusable = true}}, SHIFT(301),
  [793] = {.entry = {.count = 1, .reusable = true}}, SHIFT(246),
  [795] = {.entry = {.count = 1, .reusable = true}}, SHIFT(114),
  [797] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_when, 2, 0, 0),
  [799] = {.entry = {.count = 1, .reusable = true}}, SHIFT(208),
  [801] = {.entry = {.count = 1, .reusable = true}}, SHIFT(308),
  [803] = {.entry = {.count = 1, .reusable = true}}, SHIFT(343),
  [805] = {.entry = {.count = 1, .reusable = true}}, SHIFT(102),
  [807] = {.entry = {.count = 1, .reusable = true}}, SHIFT(394),
  [809] = {.entry = {.count = 1, .reusable = false}}, REDUCE(sym_attribute, 4, 0, 30),
  [811] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_attribute, 4, 0, 30),
  [813] = {.entry = {.count = 2, .reusable = true}}, REDUCE(aux_sym_integers_repeat1, 2, 0, 0), SHIFT_REPEAT(346),
  [816] = {.entry = {.count = 1, .reusable = true}}, REDUCE(aux_sym_integers_repeat1, 2, 0, 0),
  [818] = {.entry = {.count = 1, .reusable = true}}, SHIFT(407),
  [820] = {.entry = {.count = 1, .reusable = true}}, SHIFT(8),
  [822] = {.entry = {.count = 2, .reusable = true}}, REDUCE(aux_sym_texts_repeat1, 2, 0, 0), SHIFT_REPEAT(325),
  [825] = {.entry = {.count = 1, .reusable = true}}, REDUCE(aux_sym_texts_repeat1, 2, 0, 0),
  [827] = {.entry = {.count = 1, .reusable = true}}, SHIFT(93),
  [829] = {.entry = {.count = 1, .reusable = true}}, SHIFT(351),
  [831] = {.entry = {.count = 1, .reusable = true}}, SHIFT(47),
  [833] = {.entry = {.count = 1, .reusable = true}}, SHIFT(260),
  [835] = {.entry = {.count = 1, .reusable = true}}, SHIFT(395),
  [837] = {.entry = {.count = 1, .reusable = false}}, REDUCE(sym_attribute, 5, 0, 35),
  [839] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_attribute, 5, 0, 35),
  [841] = {.entry = {.count = 1, .reusable = true}}, SHIFT(95),
  [843] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_span, 3, 0, 0),
  [845] = {.entry = {.count = 1, .reusable = true}}, SHIFT(306),
  [847] = {.entry = {.count = 1, .reusable = true}}, SHIFT(12),
  [849] = {.entry = {.count = 1, .reusable = true}}, SHIFT(263),
  [851] = {.entry = {.count = 1, .reusable = true}}, SHIFT(6),
  [853] = {.entry = {.count = 1, .reusable = true}}, SHIFT(281),
  [855] = {.entry = {.count = 1, .reusable = true}}, SHIFT(23),
  [857] = {.entry = {.count = 1, .reusable = true}}, SHIFT(7),
  [859] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_retry, 5, 0, 0),
  [861] = {.entry = {.count = 1, .reusable = true}}, SHIFT(251),
  [863] = {.entry = {.count = 1, .reusable = false}}, REDUCE(sym_attribute, 6, 0, 40),
  [865] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_attribute, 6, 0, 40),
  [867] = {.entry = {.count = 2, .reusable = true}}, REDUCE(aux_sym__moments_repeat1, 2, 0, 0), SHIFT_REPEAT(116),
  [870] = {.entry = {.count = 1, .reusable = true}}, REDUCE(aux_sym__moments_repeat1, 2, 0, 0),
  [872] = {.entry = {.count = 1, .reusable = true}}, SHIFT(271),
  [874] = {.entry = {.count = 1, .reusable = true}}, SHIFT(198),
  [876] = {.entry = {.count = 1, .reusable = true}}, SHIFT(199),
  [878] = {.entry = {.count = 1, .reusable = true}}, SHIFT(273),
  [880] = {.entry = {.count = 1, .reusable = true}}, SHIFT(200),
  [882] = {.entry = {.count = 1, .reusable = true}}, SHIFT(188),
  [884] = {.entry = {.count = 1, .reusable = true}}, SHIFT(54),
  [886] = {.entry = {.count = 1, .reusable = true}}, SHIFT(310),
  [888] = {.entry = {.count = 1, .reusable = true}}, REDUCE(aux_sym_pool_repeat1, 2, 0, 22),
  [890] = {.entry = {.count = 1, .reusable = true}}, SHIFT(28),
  [892] = {.entry = {.count = 1, .reusable = true}}, SHIFT(280),
  [894] = {.entry = {.count = 1, .reusable = true}}, SHIFT(375),
  [896] = {.entry = {.count = 1, .reusable = true}}, SHIFT(358),
  [898] = {.entry = {.count = 1, .reusable = false}}, SHIFT(358),
  [900] = {.entry = {.count = 1, .reusable = false}}, SHIFT(391),
  [902] = {.entry = {.count = 1, .reusable = false}}, SHIFT(291),
  [904] = {.entry = {.count = 1, .reusable = true}}, SHIFT(94),
  [906] = {.entry = {.count = 1, .reusable = false}}, SHIFT(94),
  [908] = {.entry = {.count = 1, .reusable = true}}, SHIFT(344),
  [910] = {.entry = {.count = 1, .reusable = true}}, SHIFT(277),
  [912] = {.entry = {.count = 1, .reusable = true}}, SHIFT(380),
  [914] = {.entry = {.count = 1, .reusable = true}}, SHIFT(279),
  [916] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_unit, 1, 0, 0),
  [918] = {.entry = {.count = 1, .reusable = true}}, SHIFT(396),
  [920] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_entry, 3, 0, 19),
  [922] = {.entry = {.count = 1, .reusable = true}}, SHIFT(197),
  [924] = {.entry = {.count = 1, .reusable = true}}, SHIFT(276),
  [926] = {.entry = {.count = 1, .reusable = true}}, SHIFT(190),
  [928] = {.entry = {.count = 1, .reusable = true}}, SHIFT(294),
  [930] = {.entry = {.count = 1, .reusable = true}}, SHIFT(138),
  [932] = {.entry = {.count = 1, .reusable = true}}, SHIFT(130),
  [934] = {.entry = {.count = 1, .reusable = true}}, SHIFT(153),
  [936] = {.entry = {.count = 1, .reusable = true}}, SHIFT(341),
  [938] = {.entry = {.count = 1, .reusable = true}}, SHIFT(139),
  [940] = {.entry = {.count = 1, .reusable = true}}, SHIFT(175),
  [942] = {.entry = {.count = 1, .reusable = true}}, SHIFT(319),
  [944] = {.entry = {.count = 1, .reusable = true}}, SHIFT(247),
  [946] = {.entry = {.count = 1, .reusable = true}}, SHIFT(311),
  [948] = {.entry = {.count = 1, .reusable = true}}, SHIFT(250),
  [950] = {.entry = {.count = 1, .reusable = true}}, SHIFT(35),
  [952] = {.entry = {.count = 1, .reusable = true}}, SHIFT(121),
  [954] = {.entry = {.count = 1, .reusable = true}}, SHIFT(165),
  [956] = {.entry = {.count = 1, .reusable = true}}, SHIFT(295),
  [958] = {.entry = {.count = 1, .reusable = true}}, SHIFT(353),
  [960] = {.entry = {.count = 1, .reusable = true}}, SHIFT(111),
  [962] = {.entry = {.count = 1, .reusable = true}}, SHIFT(182),
  [964] = {.entry = {.count = 1, .reusable = true}}, SHIFT(156),
  [966] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym__moments, 3, 0, 0),
  [968] = {.entry = {.count = 1, .reusable = true}}, SHIFT(405),
  [970] = {.entry = {.count = 1, .reusable = true}}, SHIFT(284),
  [972] = {.entry = {.count = 1, .reusable = true}}, SHIFT(289),
  [974] = {.entry = {.count = 1, .reusable = true}}, SHIFT(163),
  [976] = {.entry = {.count = 1, .reusable = true}}, SHIFT(378),
  [978] = {.entry = {.count = 1, .reusable = true}}, SHIFT(245),
  [980] = {.entry = {.count = 1, .reusable = true}}, SHIFT(406),
  [982] = {.entry = {.count = 1, .reusable = true}}, SHIFT(388),
  [984] = {.entry = {.count = 1, .reusable = true}}, SHIFT(11),
  [986] = {.entry = {.count = 1, .reusable = true}}, SHIFT(352),
  [988] = {.entry = {.count = 1, .reusable = true}}, SHIFT(348),
  [990] = {.entry = {.count = 1, .reusable = true}}, SHIFT(55),
  [992] = {.entry = {.count = 1, .reusable = true}}, SHIFT(404),
  [994] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_narrow, 4, 0, 38),
  [996] = {.entry = {.count = 1, .reusable = true}}, SHIFT(321),
  [998] = {.entry = {.count = 1, .reusable = true}}, SHIFT(369),
  [1000] = {.entry = {.count = 1, .reusable = true}}, SHIFT(168),
  [1002] = {.entry = {.count = 1, .reusable = true}}, SHIFT(220),
  [1004] = {.entry = {.count = 1, .reusable = true}}, SHIFT(148),
  [1006] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_spend, 3, 0, 27),
  [1008] = {.entry = {.count = 1, .reusable = true}}, SHIFT(303),
  [1010] = {.entry = {.count = 1, .reusable = true}}, SHIFT(15),
  [1012] = {.entry = {.count = 1, .reusable = true}}, SHIFT(88),
  [1014] = {.entry = {.count = 1, .reusable = true}}, SHIFT(164),
  [1016] = {.entry = {.count = 1, .reusable = true}}, SHIFT(333),
  [1018] = {.entry = {.count = 1, .reusable = true}},  ACCEPT_INPUT(),
  [1020] = {.entry = {.count = 1, .reusable = true}}, SHIFT(162),
  [1022] = {.entry = {.count = 1, .reusable = true}}, SHIFT(180),
  [1024] = {.entry = {.count = 1, .reusable = true}}, SHIFT(339),
  [1026] = {.entry = {.count = 1, .reusable = true}}, SHIFT(65),
  [1028] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym__moments, 4, 0, 0),
  [1030] = {.entry = {.count = 1, .reusable = true}}, SHIFT(204),
  [1032] = {.entry = {.count = 1, .reusable = true}}, SHIFT(49),
  [1034] = {.entry = {.count = 1, .reusable = true}}, SHIFT(38),
  [1036] = {.entry = {.count = 1, .reusable = true}}, SHIFT(141),
  [1038] = {.entry = {.count = 1, .reusable = true}}, SHIFT(326),
  [1040] = {.entry = {.count = 1, .reusable = true}}, SHIFT(196),
  [1042] = {.entry = {.count = 1, .reusable = true}}, SHIFT(106),
  [1044] = {.entry = {.count = 1, .reusable = true}}, SHIFT(318),
  [1046] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym_spend, 2, 0, 15),
  [1048] = {.entry = {.count = 1, .reusable = true}}, REDUCE(sym__moments, 5, 0, 0),
  [1050] = {.entry = {.count = 1, .reusable = true}}, SHIFT(337),
  [1052] = {.entry = {.count = 1, .reusable = true}}, SHIFT(124),
  [1054] = {.entry = {.count = 1, .reusable = true}}, SHIFT(25),
  [1056] = {.entry = {.count = 1, .reusable = true}}, SHIFT(274),
  [1058] = {.entry = {.count = 1, .reusable = true}}, SHIFT(50),
  [1060] = {.entry = {.count = 1, .reusable = true}}, SHIFT(78),
  [1062] = {.entry = {.count = 1, .reusable = true}}, SHIFT(189),
  [1064] = {.entry = {.count = 1, .reusable = true}}, SHIFT(288),
  [1066] = {.entry = {.count = 1, .reusable = true}}, SHIFT(70),
  [1068] = {.entry = {.count = 1, .reusable = true}}, SHIFT(368),
  [1070] = {.entry = {.count = 1, .reusable = true}}, SHIFT(160),
  [1072] = {.entry = {.count = 1, .reusable = true}}, SHIFT(231),
  [1074] = {.entry = {.count = 1, .reusable = true}}, SHIFT(264),
  [1076] = {.entry = {.count = 1, .reusable = true}}, SHIFT(228),
  [1078] = {.entry = {.count = 1, .reusable = true}}, SHIFT(71),
  [1080] = {.entry = {.count = 1, .reusable = true}}, SHIFT(69),
  [1082] = {.entry = {.count = 1, .reusable = true}}, SHIFT(299),
};

#ifdef __cplusplus
extern "C" {
#endif
#ifdef TREE_SITTER_HIDE_SYMBOLS
#define TS_PUBLIC
#elif defined(_WIN32)
#define TS_PUBLIC __declspec(dllexport)
#else
#define TS_PUBLIC __attribute__((visibility("default")))
#endif

TS_PUBLIC const TSLanguage *tree_sitter_keyrule(void) {
  static const TSLanguage language = {
    .version = LANGUAGE_VERSION,
    .symbol_count = SYMBOL_COUNT,
    .alias_count = ALIAS_COUNT,
    .token_count = TOKEN_COUNT,
    .external_token_count = EXTERNAL_TOKEN_COUNT,
    .state_count = STATE_COUNT,
    .large_state_count = LARGE_STATE_COUNT,
    .production_id_count = PRODUCTION_ID_COUNT,
    .field_count = FIELD_COUNT,
    .max_alias_sequence_length = MAX_ALIAS_SEQUENCE_LENGTH,
    .parse_table = &ts_parse_table[0][0],
    .small_parse_table = ts_small_parse_table,
    .small_parse_table_map = ts_small_parse_table_map,
    .parse_actions = ts_parse_actions,
    .symbol_names = ts_symbol_names,
    .field_names = ts_field_names,
    .field_map_slices = ts_field_map_slices,
    .field_map_entries = ts_field_map_entries,
    .symbol_metadata = ts_symbol_metadata,
    .public_symbol_map = ts_symbol_map,
    .alias_map = ts_non_terminal_alias_map,
    .alias_sequences = &ts_alias_sequences[0][0],
    .lex_modes = ts_lex_modes,
    .lex_fn = ts_lex,
    .keyword_lex_fn = ts_lex_keywords,
    .keyword_capture_token = sym_identifier,
    .primary_state_ids = ts_primary_state_ids,
  };
  return &language;
}
#ifdef __cplusplus
}
#endif
