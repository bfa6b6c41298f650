// How each construct is written: the help of a syntax error in it about which nothing more fitting
// is known. What is said follows "write ".
#pragma once

#include <string_view>

#include "dsl/grammar.h"

namespace keyrule::dsl {

template <class Rule>
inline constexpr std::string_view kForm = {};

#define KEYRULE_FORM(rule, form) \
  template <>                    \
  inline constexpr std::string_view kForm<grammar::rule> = form;

KEYRULE_FORM(header, "`keyrule 1`")

KEYRULE_FORM(schema, "`schema \"dify\"`, or `schema \"dify\" with { user.plan : string optional }`")
KEYRULE_FORM(attribute, "`user.plan : string optional \"what it is\"`")
KEYRULE_FORM(enum_type, "`enum [\"free\", \"team\"]`")
KEYRULE_FORM(list_type, "`list of string`")
KEYRULE_FORM(map_type, "`map of string`")
KEYRULE_FORM(import_file, "`import \"baseline.keyrule\"`")
KEYRULE_FORM(let, "`let some_name = [\"a\", \"b\"]`, or a condition behind the `=`")
KEYRULE_FORM(table, "`table some_name { \"app-1\" : \"key-1\" }`")
KEYRULE_FORM(entry, "`\"app-1\" : \"key-1\"`")
KEYRULE_FORM(table_file, "`table some_name from \"apps.csv\" maps \"app_id\" to \"credential\"`")

KEYRULE_FORM(negation, "`not (app.id == \"a\")`, or `not` before a bool attribute")
KEYRULE_FORM(clock, "`time in 09:00..17:00 at \"Europe/Berlin\"`")
KEYRULE_FORM(presence, "`is set` or `is not set`")
KEYRULE_FORM(salt, "`in 10% salted \"some word\"`")
KEYRULE_FORM(membership, "`in [\"a\", \"b\"]`, `in some_table` or `in 10%`")
KEYRULE_FORM(starts_with, "`starts with \"a\"`")
KEYRULE_FORM(ends_with, "`ends with \"a\"`")
KEYRULE_FORM(contains, "`contains \"a\"`; for several, join conditions with `or`")
KEYRULE_FORM(like, "`like \"a*\"`; for several, join conditions with `or`")
KEYRULE_FORM(matches, "`matches /^gpt-/`")
KEYRULE_FORM(comparison, "`== \"a\"` for a text, `== 10` for a number; a list stands behind `in`")
KEYRULE_FORM(where, "`where name like \"staging-*\"` or `where labels.team == \"search\"`")
KEYRULE_FORM(when, "`when app.id == \"invoices\"`; join conditions with `and` or `or`")

KEYRULE_FORM(pool, "`pool some_name { \"prod-eu\" weight 3  \"prod-us\" }`")
KEYRULE_FORM(providers, "`pool some_name of \"openai\", \"azure_openai\" { … }`")
KEYRULE_FORM(all_of, "`all of other_pool`")
KEYRULE_FORM(weight, "`\"prod-eu\" weight 3`, a whole number from 1 to 1,000")
KEYRULE_FORM(cooling, "`after 3 server_error cool 20s up to 5m`")
KEYRULE_FORM(quota, "`quota some_name { all of some_pool  limit 100 requests per minute }`")
KEYRULE_FORM(each_credential, "`quota some_name for each credential { … }`")
KEYRULE_FORM(budget, "`budget some_name for each user.id { limit 50.00 usd per month }`")
KEYRULE_FORM(each, "`for each user.id`, one attribute, or `for each credential`")
KEYRULE_FORM(limit, "`limit 100 requests per minute` or `limit 50.00 usd per month`")
KEYRULE_FORM(rate, "`per day at \"Europe/Berlin\"`")
KEYRULE_FORM(at_once, "`limit 8 requests at once`")

KEYRULE_FORM(rule, "`rule some_name { when … use some_pool by round_robin }`")
KEYRULE_FORM(fallback, "`default { deny \"…\" }`, `default { leave to host }` or `default { use … }`")
KEYRULE_FORM(use, "`use some_pool by round_robin` or `use credential \"prod-eu\"`")
KEYRULE_FORM(use_credential, "`use credential \"a\"`, `… some_table[app.id]` or `… node.credential`; "
                             "several make a pool")
KEYRULE_FORM(lookup, "`some_table[app.id]`, with one attribute")
KEYRULE_FORM(sticky, "`sticky on user.id`")
KEYRULE_FORM(narrow, "`use some_pool where labels.client == app.id by round_robin`; other "
                     "conditions stand in the pool")
KEYRULE_FORM(under, "`under fair_use, per_team`, before `waiting`")
KEYRULE_FORM(waiting, "`waiting up to 3s`")
KEYRULE_FORM(deny, "`deny \"why\"`")
KEYRULE_FORM(leave, "`leave to host`")
KEYRULE_FORM(retry, "`retry 2 times within 20s`")
KEYRULE_FORM(tag, "`tag cost_center = \"finance\", app = app.id`")
KEYRULE_FORM(else_action, "`else use some_pool by round_robin` or `else deny \"why\"`")
KEYRULE_FORM(claim, "`never some_name { when … use some_pool }`; in place of `use`: `deny` or `leave to host`")

KEYRULE_FORM(test, "`test \"what it shows\" { request with app.id = \"a\"  expect rule some_name }`")
KEYRULE_FORM(given, "`given credential \"prod-eu\" with enabled = false`")
KEYRULE_FORM(clock_set, "`clock 2026-11-23T09:30Z`")
KEYRULE_FORM(request, "`request with app.id = \"a\", user.id = \"u\"`, or `request 3 times with …`")
KEYRULE_FORM(again, "`again` or `again 3 times`")
KEYRULE_FORM(many, "`3 times`, `3 times every 10s` or `3 times at once`")
KEYRULE_FORM(with, "`with app.id = \"a\", user.id = \"u\"`")
KEYRULE_FORM(set, "`app.id = \"a\"`, `request.tokens = 100`, `user.roles = [\"admin\"]` or `user.id = unique`")
KEYRULE_FORM(report, "`report rate_limited with retry_after = 60s`")
KEYRULE_FORM(pause, "`wait 5s`")
KEYRULE_FORM(expect, "`expect rule some_name, credential \"prod-eu\"`")
KEYRULE_FORM(want_credential, "`credential \"prod-eu\"` or `credential in some_pool`")
KEYRULE_FORM(want_tag, "`tag cost_center = \"finance\"`")
KEYRULE_FORM(want_skipped, "`skipped \"prod-eu\" as cooling`")
KEYRULE_FORM(want_count, "`3 on \"prod-eu\"` or `270..330 on \"prod-eu\"`")

#undef KEYRULE_FORM

}  // namespace keyrule::dsl
